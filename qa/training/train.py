"""Fine-tune a span reader on examples: `quotewise train train`.

The model computes in bfloat16 throughout where the CPU is fast at it, nearly twice as fast as autocast; the optimiser
keeps the weights in float32, since bfloat16 would round small steps away (Micikevicius et al. 2018).
"""

from __future__ import annotations

import inspect
import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from index.files import file_sha256, replaced_file, replaced_folder
from index.onnx_export import weights_sha256
from qa.reading.reader import TOKENIZER
from qa.training.adapters import absorb, adapt
from qa.training.checkpoint import copy_tokenizer
from qa.training.data import read_examples
from qa.training.errors import TrainingError
from qa.training.features import Batch, collate, make_batches, make_features
from qa.training.labels import read_labels
from qa.training.losses import boundary_losses, shared_loss, soft_loss
from qa.training.model import faster_precision, load_model
from qa.training.recipe import Recipe


class Trainer:
    """One training run in `folder`, which can be killed at any moment and continued.

    `labels` are a teacher's, if there is one (see qa.training.labels).
    `weights` are the trained ones in float32, `average` their moving average; `model` holds all of them in the
    precision to compute in. Raises TrainingError where the folder holds a run of another `origin`.
    """

    def __init__(self, start: Path, examples: Path, folder: Path, recipe: Recipe, labels: Path | None = None) -> None:
        self.recipe, self.folder, self.start = recipe, folder, start
        tokenizer = Tokenizer.from_file(str(start / TOKENIZER))
        known = read_labels(labels, examples) if labels else None
        self.features = make_features(read_examples(examples), tokenizer, known)
        self.model = self._started(recipe.dropout).train()
        # What a run depends on: another origin would end elsewhere.
        self.origin = {
            "recipe": asdict(recipe), "start": weights_sha256(self.model.state_dict()),
            "examples": file_sha256(examples), "labels": file_sha256(labels) if labels else None,
        }  # fmt: skip
        self._inputs = inspect.signature(self.model.forward).parameters.keys()
        self._freeze()
        self.weights = {name: p.detach().clone() for name, p in self._trained()}
        self.average = {name: weight.clone() for name, weight in self.weights.items()}
        self.batches = [
            batch
            for epoch in range(recipe.epochs)
            for batch in make_batches(self.features, recipe.batch_tokens, recipe.seed + epoch)
        ]
        self.optimizer = torch.optim.AdamW(list(self._groups()), betas=(0.9, 0.98), fused=True)
        self.step = 0
        self._checkpoint = folder / "checkpoint.pt"
        folder.mkdir(parents=True, exist_ok=True)
        saved = torch.load(self._checkpoint, weights_only=True) if self._checkpoint.exists() else None
        # A continued run keeps its precision: another one would end elsewhere.
        self.precision: torch.dtype = saved["precision"] if saved else faster_precision()
        self.model.to(self.precision)
        if saved:
            self._resume(saved)

    def _started(self, dropout: float = 0.0) -> Any:
        """The model as it is before training. Where the start has no question-answering head, the seed makes one."""
        torch.manual_seed(self.recipe.seed)
        return load_model(self.start, dropout)

    def _freeze(self) -> None:
        """Leave the word embeddings as they are; all embeddings and the lowest layers, or all weights but additions to
        them, if so wanted."""
        if self.recipe.rank:
            adapt(self.model, self.recipe.rank, self.recipe.frozen_layers)
            return
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

    def _resume(self, saved: dict[str, Any]) -> None:
        if saved["origin"] != self.origin:
            raise TrainingError(
                f"{self.folder} holds a run with other settings, examples, labels or another --start: name another "
                "--work folder or remove it."
            )
        for name, weight in self.weights.items():
            weight.copy_(saved["weights"][name])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.average, self.step = saved["average"], saved["step"]
        self._refresh_model()
        print(f"continuing at step {self.step} of {len(self.batches)}", flush=True)

    def save(self) -> None:
        """Write the checkpoint in one step, so that a kill leaves the earlier one."""
        state = {
            "origin": self.origin, "precision": self.precision, "step": self.step,
            "weights": self.weights, "optimizer": self.optimizer.state_dict(), "average": self.average,
        }  # fmt: skip
        with replaced_file(self._checkpoint) as temporary:
            torch.save(state, temporary)

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
        taught = self.recipe.taught
        loss = boundary_losses(*logits, batch, taught) + shared_loss(*logits, batch)
        if taught:
            loss = loss + taught * soft_loss(*logits, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        for name, parameter in self._trained():
            assert parameter.grad is not None
            self.weights[name].grad = parameter.grad.float()
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), 1.0)
        self.optimizer.step()
        self._refresh_model()
        decay = min(self.recipe.average_decay, (1 + self.step) / (10 + self.step))
        for name, average in self.average.items():
            average.lerp_(self.weights[name], 1 - decay)
        return loss.item()

    @torch.no_grad()
    def _refresh_model(self) -> None:
        """Copy the float32 weights into the model."""
        for name, parameter in self._trained():
            parameter.copy_(self.weights[name])

    @torch.no_grad()
    def write_model(self, target: Path) -> None:
        """Write the averaged weights, mixed with those at the start if so wanted, as a float32 checkpoint."""
        model, learnt = self._started(), self._started()
        if self.recipe.rank:
            adapt(learnt, self.recipe.rank, self.recipe.frozen_layers)
        learnt.load_state_dict(self.average, strict=False)
        absorb(learnt)
        for parameter, trained in zip(model.parameters(), learnt.parameters(), strict=True):
            parameter.lerp_(trained, 1 - self.recipe.kept_start)
        with replaced_folder(target) as temporary:
            model.save_pretrained(str(temporary))
            copy_tokenizer(self.start, temporary)
            (temporary / "origin.json").write_text(json.dumps(self.origin, indent=1) + "\n", "utf-8")
