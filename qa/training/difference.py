"""What a reader has learnt beyond the public model it started from, as one small file.

A reader made from a large public model can thus be carried to another machine without the model, which the package
registry has: matrices that changed are stored as products of two narrow ones (Hu et al. 2021), which loses
nothing but rounding for a reader trained with adapters of that rank, and everything else that changed is stored whole.
The largest parts of a change are kept in 8 bits a number, those that are small beside them in 4.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.errors import ModelError
from index.onnx_export import weights_sha256
from qa.training.checkpoint import WEIGHTS, copy_tokenizer

DIFFERENCE_FILE = "difference.safetensors"
BASE = "base_sha256"  # in the file's metadata: what model it is a difference to
UP, DOWN = ".up", ".down"  # endings of the two factors' names; a row each for every part of the change
REST = ".rest"  # behind these, for the parts in few bits
FINE = 32  # parts of a change, the largest, that are kept in FINE_BITS
FINE_BITS, COARSE_BITS = 8, 4


def write_difference(base: Path, checkpoint: Path, target: Path, rank: int) -> float:
    """Write to `target` what `checkpoint` has beyond `base`, both folders of one architecture.

    Matrices are brought to `rank`. Returns the largest share of a matrix's change that is lost by that (0: none is).
    Raises ModelError where the two are not of one architecture.
    """
    import torch
    from safetensors.torch import load_file

    from qa.training.rounding import write_rounded

    before, after = load_file(base / WEIGHTS), load_file(checkpoint / WEIGHTS)
    if {name: w.shape for name, w in before.items()} != {name: w.shape for name, w in after.items()}:
        raise ModelError(f"{checkpoint} was not trained from {base}: name what it was trained from with --start.")
    fine: dict[str, Any] = {}
    coarse: dict[str, Any] = {}
    lost = 0.0
    for name, weights in after.items():
        change = weights.float() - before[name].float()
        if not change.any():
            continue
        if change.ndim != 2 or change.numel() <= rank * sum(change.shape):
            fine[name] = weights.float()  # whole: a fetched model has its output layer from chance
            continue
        left, sizes, right = torch.linalg.svd(change, full_matrices=False)
        lost = max(lost, float(sizes[rank:].norm() / sizes.norm()))
        root = sizes.sqrt()[:, None]
        up, down = root * left.T, root * right
        fine |= {name + UP: up[: min(FINE, rank)], name + DOWN: down[: min(FINE, rank)]}
        if rank > FINE:
            coarse |= {name + UP + REST: up[FINE:rank], name + DOWN + REST: down[FINE:rank]}
    write_rounded({FINE_BITS: fine, COARSE_BITS: coarse}, target, {BASE: base_sha256(before)})
    return lost


def base_sha256(tables: dict[str, Any]) -> str:
    """The hash of a base model's tables but for the output layer, which a fetched model has from chance."""
    return weights_sha256({name: table for name, table in tables.items() if not name.startswith("qa_outputs.")})


def apply_difference(base: Path, difference: Path, target: Path) -> None:
    """Write the checkpoint that `base` with the difference makes to `target`.

    Raises ModelError where the difference is one to another model.
    """
    from safetensors import safe_open
    from safetensors.torch import load_file
    from transformers import AutoConfig, AutoModelForQuestionAnswering

    from qa.training.rounding import read_rounded

    weights, stored = load_file(base / WEIGHTS), read_rounded(difference)
    with safe_open(difference, "pt") as file:
        known = (file.metadata() or {}).get(BASE)
    if known != base_sha256(weights):
        raise ModelError(f"{difference} is of another model than {base}: name its own with --start.")
    model: Any = AutoModelForQuestionAnswering.from_config(AutoConfig.from_pretrained(str(base))).float()
    for name, table in stored.items():
        whole, up, rest = name.partition(UP)
        if up:
            weights[whole] = weights[whole] + table.T @ stored[whole + DOWN + rest]
        elif DOWN not in name:
            weights[name] = table
    model.load_state_dict(weights)
    model.save_pretrained(str(target))
    copy_tokenizer(base, target)
