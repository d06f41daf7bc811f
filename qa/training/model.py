"""The model as training wants it: its attention and its dropout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.errors import ModelError
from qa.training.attention import fuse_position_bias, register_attention
from qa.training.compute import FUSED, PLAIN


def load_model(folder: Path, dropout: float = 0.0, attention: str = PLAIN) -> Any:
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
        str(folder), config=config, attn_implementation=register_attention(attention)
    )
    if not hasattr(model.base_model, "encoder") or not hasattr(model.base_model.encoder, "layer"):
        raise unlike_bert
    if attention == FUSED:
        fuse_position_bias(model)
    return model.float()
