"""Fine-tune a span reader on examples: `python -m qa.training train`.

The loss is that of BERT on SQuAD 2.0 (Devlin et al. 2019): cross-entropy of start and end over the
passage's tokens and the null position, here with every place where the answer stands counted as right
(the marginal of Clark & Gardner 2018), since the labelled place may be another occurrence.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from qa.training.data import Example, read_examples
from qa.windows import Window, WindowMaker


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. The defaults are those of the shipped reader."""

    learning_rate: float = 1.0e-4
    warmup: float = 0.05  # share of all steps over which the learning rate rises
    layer_decay: float = 0.9  # each layer below the top learns this much slower
    weight_decay: float = 0.01
    batch_tokens: int = 6000
    average_decay: float = 0.998  # exponential moving average of the weights, which is what is saved
    frozen_layers: int = 0  # lowest layers left as they are: two of six save a quarter of the time
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Feature:
    """A window with its right starts and ends, as token numbers; (0,) and (0,) where it holds no answer."""

    window: Window
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def make_features(examples: Sequence[Example], tokenizer: Tokenizer) -> list[Feature]:
    """Windows to train on. An answerable example's windows without the answer are left out."""
    maker = WindowMaker(tokenizer)
    features = []
    for example in examples:
        for window in maker.make(example.question, [example.passage]):
            pairs = [pair for span in example.spans if (pair := _tokens_of(window, *span))]
            if pairs:
                features.append(Feature(window, tuple({p[0] for p in pairs}), tuple({p[1] for p in pairs})))
            elif not example.spans:
                features.append(Feature(window, (0,), (0,)))
    return features


def _tokens_of(window: Window, start: int, end: int) -> tuple[int, int] | None:
    """The first and last token that cover characters start to end, or None where the window lacks some."""
    inside = window.offsets[window.first : window.last]
    touched = np.flatnonzero((inside[:, 1] > start) & (inside[:, 0] < end))
    if len(touched) == 0 or inside[touched[0], 0] > start or inside[touched[-1], 1] < end:
        return None
    return window.first + int(touched[0]), window.first + int(touched[-1])


def make_batches(features: Sequence[Feature], tokens: int, seed: int) -> list[list[int]]:
    """Feature numbers in batches of about `tokens` padded tokens, windows of like length together, shuffled."""
    rng = random.Random(seed)
    order = sorted(range(len(features)), key=lambda i: (len(features[i].window.ids) // 8, rng.random()))
    batches: list[list[int]] = [[]]
    for i in order:
        if batches[-1] and (len(batches[-1]) + 1) * (len(features[i].window.ids) + 8) > tokens:
            batches.append([])
        batches[-1].append(i)
    rng.shuffle(batches)
    return batches


def collate(features: Sequence[Feature]) -> dict[str, torch.Tensor]:
    """Padded tensors of one batch: the model's inputs, `allowed` (null and passage tokens), `starts`, `ends`."""
    shape = (len(features), max(len(feature.window.ids) for feature in features))
    batch = {name: torch.zeros(shape, dtype=torch.long) for name in ("input_ids", "attention_mask", "token_type_ids")}
    batch |= {name: torch.zeros(shape, dtype=torch.bool) for name in ("allowed", "starts", "ends")}
    for row, feature in enumerate(features):
        window = feature.window
        batch["input_ids"][row, : len(window.ids)] = torch.tensor(window.ids)
        batch["token_type_ids"][row, : len(window.ids)] = torch.tensor(window.type_ids)
        batch["attention_mask"][row, : len(window.ids)] = 1
        batch["allowed"][row, window.first : window.last] = True
        batch["allowed"][row, 0] = True
        batch["starts"][row, list(feature.starts)] = True
        batch["ends"][row, list(feature.ends)] = True
    return batch


def span_loss(logits: torch.Tensor, allowed: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Mean of -log of the probability that the right places share; all of shape [windows, tokens]."""
    logits = logits.float().masked_fill(~allowed, -1e9)
    return (logits.logsumexp(1) - logits.masked_fill(~right, -1e9).logsumexp(1)).mean()


def register_attention() -> str:
    """Make known to transformers an attention that keeps bfloat16 throughout, and return its name.

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
        dropout: float = 0.0,
        **unused: Any,
    ) -> tuple[torch.Tensor, None]:
        scaling = query.shape[-1] ** -0.5 if scaling is None else scaling
        with torch.autocast("cpu", enabled=False):
            scores = torch.matmul(query * scaling, key.transpose(-1, -2))
            if attention_mask is not None:
                scores = scores + attention_mask.to(scores.dtype)
            weights = torch.nn.functional.dropout(torch.softmax(scores, -1), dropout, module.training)
            return torch.matmul(weights, value).transpose(1, 2).contiguous(), None

    AttentionInterface.register("bfloat16", attention)
    AttentionMaskInterface.register("bfloat16", eager_mask)
    return "bfloat16"


class Trainer:
    """One training run in `folder`, which can be killed at any moment and continued."""

    def __init__(self, start: Path, examples: Path, folder: Path, recipe: Recipe) -> None:
        from transformers import AutoModelForQuestionAnswering

        torch.manual_seed(recipe.seed)
        self.recipe, self.folder, self.start = recipe, folder, start
        self.model: Any = AutoModelForQuestionAnswering.from_pretrained(
            str(start), attn_implementation=register_attention()
        )
        self.model.float().train()
        self._freeze()
        self.features = make_features(read_examples(examples), Tokenizer.from_file(str(start / "tokenizer.json")))
        self.batches = make_batches(self.features, recipe.batch_tokens, recipe.seed)
        self.optimizer = torch.optim.AdamW(list(self._groups()), betas=(0.9, 0.98), fused=True)
        self.average = {name: p.detach().clone() for name, p in self._trained()}
        self.step = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._resume()

    def _freeze(self) -> None:
        """Leave the word embeddings as they are, and all embeddings and the lowest layers if so wanted."""
        self.model.get_input_embeddings().weight.requires_grad = False
        frozen = tuple(f"encoder.layer.{number}." for number in range(self.recipe.frozen_layers))
        for name, parameter in self.model.named_parameters():
            if frozen and (".embeddings." in name or any(part in name for part in frozen)):
                parameter.requires_grad = False

    def _trained(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        return ((name, p) for name, p in self.model.named_parameters() if p.requires_grad)

    def _groups(self) -> Iterator[dict[str, Any]]:
        """Parameter groups: lower layers learn slower; biases and norms do not decay."""
        layers = int(self.model.config.num_hidden_layers)
        for name, parameter in self._trained():
            number = name.split(".layer.")[1].split(".")[0] if ".layer." in name else None
            depth = layers - int(number) if number else (0 if "qa_outputs" in name else layers + 1)
            rate = self.recipe.learning_rate * self.recipe.layer_decay ** max(depth - 1, 0)
            decay = 0.0 if parameter.ndim == 1 else self.recipe.weight_decay
            yield {"params": [parameter], "lr": rate, "weight_decay": decay, "full_rate": rate}

    def _resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        if path.exists():
            state = torch.load(path, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.average, self.step = state["average"], state["step"]
            print(f"continuing at step {self.step} of {len(self.batches)}", flush=True)

    def save(self) -> None:
        """Write the checkpoint in one step, so that a kill leaves the earlier one."""
        temporary = self.folder / "checkpoint.tmp"
        state = {
            "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(),
            "average": self.average, "step": self.step,
        }  # fmt: skip
        torch.save(state, temporary)
        os.replace(temporary, self.folder / "checkpoint.pt")

    def run(self, save_seconds: float = 300.0) -> None:
        """Train to the end, then write the averaged model to `folder/model`."""
        saved = reported = time.monotonic()
        tokens, losses = 0, []
        while self.step < len(self.batches):
            batch = collate([self.features[i] for i in self.batches[self.step]])
            losses.append(self._train(batch))
            tokens += int(batch["attention_mask"].sum())
            self.step += 1
            now = time.monotonic()
            if now - reported > 30:
                left = (len(self.batches) - self.step) * (now - reported) / len(losses) / 60
                print(
                    f"step {self.step}/{len(self.batches)}  loss {np.mean(losses):.3f}  "
                    f"{tokens / (now - reported):.0f} tokens/s  {left:.0f} min left", flush=True,
                )  # fmt: skip
                reported, tokens, losses = now, 0, []
            if now - saved > save_seconds:
                self.save()
                saved = time.monotonic()
        self.save()
        self.write_model(self.folder / "model")

    def _train(self, batch: dict[str, torch.Tensor]) -> float:
        total = len(self.batches)
        warm = max(1, int(total * self.recipe.warmup))
        rate = min((self.step + 1) / warm, (total - self.step) / max(1, total - warm))
        for group in self.optimizer.param_groups:
            group["lr"] = group["full_rate"] * rate
        with torch.autocast("cpu", dtype=torch.bfloat16):
            fields = {name: batch[name] for name in ("input_ids", "attention_mask", "token_type_ids")}
            output = self.model(**fields)
        loss = span_loss(output.start_logits, batch["allowed"], batch["starts"]) + span_loss(
            output.end_logits, batch["allowed"], batch["ends"]
        )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([p for _, p in self._trained()], 1.0)
        self.optimizer.step()
        decay = min(self.recipe.average_decay, (1 + self.step) / (10 + self.step))
        for name, parameter in self._trained():
            self.average[name].lerp_(parameter.detach(), 1 - decay)
        return loss.item()

    def write_model(self, target: Path) -> None:
        """Write the averaged weights and the tokenizer as a transformers checkpoint."""
        current = {name: p.detach().clone() for name, p in self._trained()}
        with torch.no_grad():
            for name, parameter in self._trained():
                parameter.copy_(self.average[name])
        self.model.save_pretrained(str(target))
        for file in ("tokenizer.json", "tokenizer_config.json"):
            (target / file).write_bytes((self.start / file).read_bytes())
        (target / "recipe.json").write_text(json.dumps({"examples": len(self.features), "steps": self.step}), "utf-8")
        with torch.no_grad():
            for name, parameter in self._trained():
                parameter.copy_(current[name])
