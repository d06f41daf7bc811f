"""Weights in few bits, to be carried: blocks of numbers with a scale each (as in Dettmers et al. 2022).

A public model is carried in 8 bits, and training starts from the weights so rounded. What a run has learnt beyond them
is carried in 4 bits: differences are small, so that their rounding is far below that of the int8 reader made of them.
A change of all weights need not have the low rank that a product of narrow matrices (qa.training.difference) can keep.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch

from index.files import replaced_file

BLOCK = 64  # numbers that share a scale
CODES, SCALES = ".codes", ".scales"  # endings of a rounded tensor's two parts
SHAPES = "shapes"  # in the file's metadata: of the rounded tensors, and their bits
SMALLEST = 4096  # tensors of fewer numbers are kept in float32


def rounded(tensor: torch.Tensor, bits: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The tensor's numbers as codes (bytes; two codes a byte for 4 bits) and a scale for each block, in bfloat16.

    Raises ValueError for other bits than 4 and 8.
    """
    if bits not in (4, 8):
        raise ValueError(f"numbers are rounded to 4 or 8 bits, not {bits}")
    most = 2 ** (bits - 1) - 1
    flat = tensor.detach().float().cpu().flatten()
    blocks = torch.nn.functional.pad(flat, (0, -len(flat) % BLOCK)).view(-1, BLOCK)
    scales = (blocks.abs().amax(1) / most).bfloat16()
    divisors = torch.where(scales == 0, torch.ones_like(scales), scales).float()
    codes = (blocks / divisors[:, None]).round().clamp(-most, most).to(torch.int8).flatten()
    if bits == 4:
        low, high = (codes + 8).to(torch.uint8).view(-1, 2).unbind(1)
        codes = low | (high << 4)
    return codes, scales


def unrounded(codes: torch.Tensor, scales: torch.Tensor, shape: tuple[int, ...], bits: int) -> torch.Tensor:
    """The float32 tensor that `rounded` made these of."""
    if bits == 4:
        codes = torch.stack([codes & 15, codes >> 4], 1).flatten().to(torch.int8) - 8
    count = 1
    for size in shape:
        count *= size
    numbers = (codes.view(-1, BLOCK).float() * scales.float()[:, None]).flatten()
    return numbers[:count].view(shape)


def write_rounded(
    by_bits: Mapping[int, Mapping[str, torch.Tensor]], path: Path, metadata: Mapping[str, str] | None = None
) -> None:
    """Write tensors in so many bits each, small ones in float32, with some metadata of one's own."""
    from safetensors.torch import save_file

    stored: dict[str, torch.Tensor] = {}
    shapes: dict[str, tuple[list[int], int]] = {}
    for bits, tensors in by_bits.items():
        for name, tensor in tensors.items():
            if tensor.numel() < SMALLEST:
                stored[name] = tensor.detach().float().cpu().contiguous()
                continue
            stored[name + CODES], stored[name + SCALES] = rounded(tensor, bits)
            shapes[name] = list(tensor.shape), bits
    with replaced_file(path) as temporary:
        save_file(stored, str(temporary), metadata={**(metadata or {}), SHAPES: json.dumps(shapes)})


def read_rounded(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a file that `write_rounded` wrote, in float32."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        shapes = json.loads((file.metadata() or {}).get(SHAPES, "{}"))
        stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    tensors = {name: tensor for name, tensor in stored.items() if not name.endswith((CODES, SCALES))}
    for name, (shape, bits) in shapes.items():
        tensors[name] = unrounded(stored[name + CODES], stored[name + SCALES], tuple(shape), bits)
    return tensors
