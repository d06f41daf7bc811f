"""The model as training wants it: its attention, its dropout and the precision to compute in."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch

from index.errors import ModelError


def register_attention() -> str:
    """Make known to transformers an attention without dropout in the model's own precision, and return its name.

    On a CPU the backward pass of PyTorch's fused kernel takes a fifth of a training step; this takes half of that.
    """
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface, eager_mask

    def attention(
        module: torch.nn.Module,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attention_mask: torch.Tensor | None,
        scaling: float | None = None,
        **unused: Any,
    ) -> tuple[torch.Tensor, None]:
        scaling = query.shape[-1] ** -0.5 if scaling is None else scaling
        query, key, value = (query * scaling).contiguous(), key.contiguous(), value.contiguous()
        scores = torch.matmul(query, key.transpose(-1, -2))
        if attention_mask is not None:
            scores = scores + attention_mask.to(scores.dtype)
        return torch.matmul(torch.softmax(scores, -1), value).transpose(1, 2).contiguous(), None

    AttentionInterface.register("plain", attention)
    AttentionMaskInterface.register("plain", eager_mask)
    return "plain"


def load_model(folder: Path, dropout: float = 0.0) -> Any:
    """The checkpoint in `folder` as a question-answering model in float32, with dropout of hidden states alone.

    Raises ModelError for an architecture whose layers and dropout have other names than BERT's.
    """
    from transformers import AutoConfig, AutoModelForQuestionAnswering

    config: Any = AutoConfig.from_pretrained(str(folder))
    unlike_bert = ModelError(f"{folder} holds a {config.model_type} model: give one built like BERT, such as MPNet.")
    if not hasattr(config, "hidden_dropout_prob"):
        raise unlike_bert
    config.hidden_dropout_prob, config.attention_probs_dropout_prob = dropout, 0.0
    model: Any = AutoModelForQuestionAnswering.from_pretrained(
        str(folder), config=config, attn_implementation=register_attention()
    )
    if not hasattr(model.base_model, "encoder") or not hasattr(model.base_model.encoder, "layer"):
        raise unlike_bert
    return model.float()


def faster_precision() -> torch.dtype:
    """bfloat16 where this CPU multiplies clearly faster in it than in float32: without instructions for it, it is
    several times slower."""
    seconds = {}
    for precision in (torch.float32, torch.bfloat16):
        left, right = torch.ones(512, 384, dtype=precision), torch.ones(384, 1536, dtype=precision)
        times = []
        for _ in range(5):
            started = time.perf_counter()
            torch.matmul(left, right)
            times.append(time.perf_counter() - started)
        seconds[precision] = min(times)
    return torch.bfloat16 if seconds[torch.bfloat16] < 0.7 * seconds[torch.float32] else torch.float32
