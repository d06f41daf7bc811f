"""The two attentions of training, neither with dropout.

PLAIN is for a CPU, where the backward pass of PyTorch's fused kernel takes a fifth of a training step; this takes half
of that. FUSED is that kernel, for a GPU, where scores of every token with every other would fill the memory.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention

from qa.training.compute import FUSED, PLAIN

BIASES = ("position_bias", "attention_mask")  # what an MPNet adds to the scores


def register_attention(name: str = PLAIN) -> str:
    """Make the attention of this name known to transformers, and return the name."""
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface, eager_mask

    AttentionInterface.register(PLAIN, plain_attention)
    AttentionInterface.register(FUSED, fused_attention)
    for one in (PLAIN, FUSED):
        AttentionMaskInterface.register(one, eager_mask)
    return name


def plain_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **unused: Any,
) -> tuple[torch.Tensor, None]:
    """Attention as two products, in the model's own precision. Shapes [windows, heads, tokens, size of a head]."""
    scaling = query.shape[-1] ** -0.5 if scaling is None else scaling
    query, key, value = (query * scaling).contiguous(), key.contiguous(), value.contiguous()
    scores = torch.matmul(query, key.transpose(-1, -2))
    if attention_mask is not None:
        scores = scores + attention_mask.to(scores.dtype)
    return torch.matmul(torch.softmax(scores, -1), value).transpose(1, 2).contiguous(), None


def fused_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **unused: Any,
) -> tuple[torch.Tensor, None]:
    """The same by PyTorch's fused kernel."""
    mask = None if attention_mask is None else attention_mask.to(query.dtype)
    found = scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling)
    return found.transpose(1, 2).contiguous(), None


def fuse_position_bias(model: Any) -> None:
    """Let the layers of an MPNet, which adds a bias of its own to the scores, use the fused kernel, too.

    The bias is left as it is, 384 numbers: its gradient would need the scores that the kernel never has.
    """
    for module in model.modules():
        if type(module).__name__ == "MPNetSelfAttention":
            module.forward = _fused_forward(module)
        if type(module).__name__ == "MPNetEncoder":
            module.relative_attention_bias.weight.requires_grad = False


def _fused_forward(layer: Any) -> Callable[..., tuple[torch.Tensor]]:
    """What takes the place of an MPNet layer's attention. Versions of transformers order its arguments otherwise."""
    order = inspect.signature(layer.forward)

    def forward(*given: Any, **named: Any) -> tuple[torch.Tensor]:
        fields = order.bind(*given, **named).arguments
        hidden = fields["hidden_states"]
        shape = (*hidden.shape[:-1], -1, layer.attention_head_size)
        query, key, value = (part(hidden).view(shape).transpose(1, 2) for part in (layer.q, layer.k, layer.v))
        biases = [fields[name].to(query.dtype) for name in BIASES if fields.get(name) is not None]
        mask = sum(biases[1:], start=biases[0]) if biases else None
        found = scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return (layer.o(found.transpose(1, 2).flatten(2)),)

    return forward
