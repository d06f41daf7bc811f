"""Fine-tune a span reader on examples: `python -m qa.training train`.

The model computes in bfloat16 throughout where the CPU is fast at it, nearly twice as fast as autocast; the optimiser
keeps the weights in float32, since bfloat16 would round small steps away (Micikevicius et al. 2018).
"""

from __future__ import annotations

import inspect
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from qa.training.data import read_examples
from qa.training.features import Batch, collate, make_batches, make_features
from qa.training.losses import boundary_losses, shared_loss


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. The defaults are those of the shipped reader."""

    learning_rate: float = 1.0e-4
    warmup: float = 0.05  # share of all steps over which the learning rate rises
    layer_decay: float = 0.9  # each layer below the top learns this much slower
    weight_decay: float = 0.01
    batch_tokens: int = 6000
    average_decay: float = 0.998  # exponential moving average of the weights, which is what is saved
    frozen_layers: int = 0  # lowest layers left as they are
    dropout: float = 0.1  # of hidden states; in the attention it would cost much time
    seed: int = 1


def register_attention() -> str:
    """Make known to transformers an attention that keeps to the model's own precision, and return its name.

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
        query, key, value = (query * scaling).contiguous(), key.contiguous(), value.contiguous()
        scores = torch.matmul(query, key.transpose(-1, -2))
        if attention_mask is not None:
            scores = scores + attention_mask.to(scores.dtype)
        weights = torch.nn.functional.dropout(torch.softmax(scores, -1), dropout, module.training)
        return torch.matmul(weights, value).transpose(1, 2).contiguous(), None

    AttentionInterface.register("plain", attention)
    AttentionMaskInterface.register("plain", eager_mask)
    return "plain"


def load_model(folder: Path, dropout: float = 0.0) -> Any:
    """The checkpoint in `folder` as a question-answering model in float32."""
    from transformers import AutoConfig, AutoModelForQuestionAnswering

    config: Any = AutoConfig.from_pretrained(str(folder))
    config.hidden_dropout_prob, config.attention_probs_dropout_prob = dropout, 0.0
    model: Any = AutoModelForQuestionAnswering.from_pretrained(
        str(folder), config=config, attn_implementation=register_attention()
    )
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


class Trainer:
    """One training run in `folder`, which can be killed at any moment and continued.

    `weights` are the trained ones in float32, `average` their moving average; `model` holds all of them in the
    precision to compute in.
    """

    def __init__(self, start: Path, examples: Path, folder: Path, recipe: Recipe) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.folder, self.start = recipe, folder, start
        self.model = load_model(start, recipe.dropout).train()
        self._inputs = inspect.signature(self.model.forward).parameters.keys()
        self._freeze()
        self.weights = {name: p.detach().clone() for name, p in self._trained()}
        self.average = {name: weight.clone() for name, weight in self.weights.items()}
        self.model.to(faster_precision())
        self.features = make_features(read_examples(examples), Tokenizer.from_file(str(start / "tokenizer.json")))
        self.batches = make_batches(self.features, recipe.batch_tokens, recipe.seed)
        self.optimizer = torch.optim.AdamW(list(self._groups()), betas=(0.9, 0.98), fused=True)
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
        for name, weight in self.weights.items():
            number = name.split(".layer.")[1].split(".")[0] if ".layer." in name else None
            depth = layers - int(number) if number else (0 if "qa_outputs" in name else layers + 1)
            rate = self.recipe.learning_rate * self.recipe.layer_decay ** max(depth - 1, 0)
            decay = 0.0 if weight.ndim == 1 else self.recipe.weight_decay
            yield {"params": [weight], "lr": rate, "weight_decay": decay, "full_rate": rate}

    def _resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        if path.exists():
            state = torch.load(path, weights_only=True)
            for name, weight in self.weights.items():
                weight.copy_(state["weights"][name])
            self.optimizer.load_state_dict(state["optimizer"])
            self.average, self.step = state["average"], state["step"]
            self._refresh_model()
            print(f"continuing at step {self.step} of {len(self.batches)}", flush=True)

    def save(self) -> None:
        """Write the checkpoint in one step, so that a kill leaves the earlier one."""
        temporary = self.folder / "checkpoint.tmp"
        state = {
            "weights": self.weights, "optimizer": self.optimizer.state_dict(),
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
            tokens += int(batch.inputs["attention_mask"].sum())
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

    def _train(self, batch: Batch) -> float:
        torch.manual_seed(self.recipe.seed + self.step)  # so that a continued run drops out what an unbroken one does
        total = len(self.batches)
        warm = max(1, int(total * self.recipe.warmup))
        rate = min((self.step + 1) / warm, (total - self.step) / max(1, total - warm))
        for group in self.optimizer.param_groups:
            group["lr"] = group["full_rate"] * rate
        output = self.model(**{name: tensor for name, tensor in batch.inputs.items() if name in self._inputs})
        logits = output.start_logits, output.end_logits
        loss = boundary_losses(*logits, batch) + shared_loss(*logits, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        for name, parameter in self._trained():
            assert parameter.grad is not None
            self.weights[name].grad = parameter.grad.float()
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), 1.0)
        self.optimizer.step()
        self._refresh_model()
        decay = min(self.recipe.average_decay, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(list(self.average.values()), list(self.weights.values()), 1 - decay)
        return loss.item()

    @torch.no_grad()
    def _refresh_model(self) -> None:
        """Copy the float32 weights into the model."""
        for name, parameter in self._trained():
            parameter.copy_(self.weights[name])

    @torch.no_grad()
    def write_model(self, target: Path) -> None:
        """Write the averaged weights and the tokenizer as a transformers checkpoint in float32."""
        model = load_model(self.start)
        for name, parameter in model.named_parameters():
            if name in self.average:
                parameter.copy_(self.average[name])
        model.save_pretrained(str(target))
        for file in ("tokenizer.json", "tokenizer_config.json"):
            (target / file).write_bytes((self.start / file).read_bytes())
        (target / "recipe.json").write_text(json.dumps({"examples": len(self.features), "steps": self.step}), "utf-8")
