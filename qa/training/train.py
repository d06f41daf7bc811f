"""Fine-tune a span reader on examples: `quotewise train train`.

The model computes in the precision of its Compute; the optimiser keeps the weights in float32, since bfloat16 would
round small steps away (Micikevicius et al. 2018).
"""

from __future__ import annotations

import inspect
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from index.files import file_sha256, replaced_file, replaced_folder
from index.onnx_export import weights_sha256
from qa.training.adapters import absorb, adapt
from qa.training.batches import make_batches, make_wide_batches, padded_width
from qa.training.checking import HeldBackCheck
from qa.training.checkpoint import TOKENIZER, copy_tokenizer
from qa.training.compute import Compute, choose_compute
from qa.training.errors import TrainingError
from qa.training.examples import read_examples
from qa.training.features import make_features
from qa.training.labels import read_labels
from qa.training.losses import boundary_losses, shared_loss, soft_loss
from qa.training.model import load_model
from qa.training.recipe import Recipe
from qa.training.run_log import RunLog
from qa.training.schedule import Budget, Steps
from qa.training.table import WindowTable, table_of

LOG = "log.jsonl"  # in the run's folder


class Trainer:
    """One training run in `folder`, which can be killed at any moment and continued.

    `labels` are a teacher's, if there is one (see qa.training.labels). A `table` holds the windows of the examples, and
    what the labels say of them, where they have been cut already. `check` is asked now and then how good the model is.

    `weights` are the trained ones in float32, `average` their moving average; `model` holds all of them in the
    precision to compute in. Raises TrainingError where the folder holds a run of another `origin`.
    """

    def __init__(
        self,
        start: Path,
        examples: Path,
        folder: Path,
        recipe: Recipe,
        labels: Path | None = None,
        *,
        table: WindowTable | None = None,
        compute: Compute | None = None,
        check: HeldBackCheck | None = None,
        log: RunLog | None = None,
    ) -> None:
        self.recipe, self.folder, self.start = recipe, folder, start
        self._checkpoint = folder / "checkpoint.pt"
        folder.mkdir(parents=True, exist_ok=True)
        saved = torch.load(self._checkpoint, weights_only=True) if self._checkpoint.exists() else None
        compute = compute or choose_compute()
        # A continued run keeps its precision: another one would end elsewhere.
        self.compute = replace(compute, precision=saved["precision"]) if saved else compute
        self._table = (table or cut_windows(examples, start, labels)).to(self.compute.device)
        self._check, self._log = check, log or RunLog(folder / LOG)
        self.model = self._started(recipe.dropout).train()
        # What a run depends on: another origin would end elsewhere.
        self.origin = {
            "recipe": asdict(recipe), "start": weights_sha256(self.model.state_dict()),
            "examples": file_sha256(examples), "labels": file_sha256(labels) if labels else None,
        }  # fmt: skip
        self._inputs = inspect.signature(self.model.forward).parameters.keys()
        self._freeze()
        self.weights = {name: p.detach().clone().to(self.compute.device) for name, p in self._trained()}
        self.average = {name: weight.clone() for name, weight in self.weights.items()}
        self._passes = self._all_passes()
        # By the clock there is no end: batches come as they are needed.
        self.batches = [] if recipe.seconds else [batch for made in self._passes for batch in made]
        self.optimizer = torch.optim.AdamW(list(self._groups()), betas=(0.9, 0.98), fused=True)
        self.step, self.used = 0, 0.0
        self.model.to(self.compute.device, self.compute.precision)
        self._parameters: list[torch.Tensor] = [p for _, p in self._trained()]
        if saved:
            self._resume(saved)

    def _started(self, dropout: float = 0.0) -> Any:
        """The model as it is before training. Where the start has no question-answering head, the seed makes one."""
        torch.manual_seed(self.recipe.seed)
        return load_model(self.start, dropout, self.compute.attention)

    def _all_passes(self) -> Iterator[list[list[int]]]:
        """The batches of each pass over the examples; without an end where the clock decides."""
        epoch = 0
        while self.recipe.seconds or epoch < self.recipe.epochs:
            seed, tokens, widths = self.recipe.seed + epoch, self.recipe.batch_tokens, self.compute.widths
            if widths:
                yield make_wide_batches(self._table, tokens, seed, widths)
            else:
                yield make_batches(self._table, tokens, seed)
            epoch += 1

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
        groups: dict[tuple[float, float], list[torch.Tensor]] = {}
        for name, weight in self.weights.items():
            number = name.split(".layer.")[1].split(".")[0] if ".layer." in name else None
            depth = layers - int(number) if number else (0 if "qa_outputs" in name else layers + 1)
            rate = self.recipe.learning_rate * self.recipe.layer_decay ** max(depth - 1, 0)
            decay = 0.0 if weight.ndim == 1 else self.recipe.weight_decay
            groups.setdefault((rate, decay), []).append(weight)
        for (rate, decay), weights in groups.items():
            yield {"params": weights, "lr": rate, "weight_decay": decay, "full_rate": rate}

    def _resume(self, saved: dict[str, Any]) -> None:
        if saved["origin"] != self.origin:
            raise TrainingError(
                f"{self.folder} holds a run with other settings, examples, labels or another --start: name another "
                "--work folder or remove it."
            )
        for name, weight in self.weights.items():
            weight.copy_(saved["weights"][name])
            self.average[name].copy_(saved["average"][name])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.step, self.used = saved["step"], saved["used"]
        self._refresh_model()
        done = f"{self.used:.0f} of {self.recipe.seconds:.0f} seconds" if self.recipe.seconds else ""
        print(f"continuing at {done or f'step {self.step} of {len(self.batches)}'}", flush=True)

    def save(self) -> None:
        """Write the checkpoint in one step, so that a kill leaves the earlier one."""
        state = {
            "origin": self.origin, "precision": self.compute.precision, "step": self.step, "used": self.used,
            "weights": self.weights, "optimizer": self.optimizer.state_dict(), "average": self.average,
        }  # fmt: skip
        with replaced_file(self._checkpoint) as temporary:
            torch.save(state, temporary)

    def run(self, save_seconds: float = 300.0, check_seconds: float = 60.0, note_seconds: float = 30.0) -> None:
        """Train to the end, then write the averaged model to `folder/model`."""
        budget = Budget(self.recipe.seconds or float("inf"), self.recipe.warmup, self.used)
        saved = checked = noted = budget.spent()
        tokens, losses = 0, []
        for batch in self._left():
            if budget.is_over():
                break
            losses.append(self._train(batch, self._rate(budget)))
            tokens += int(self._table.lengths_of(batch).sum())
            self.step += 1
            now = self.used = budget.spent()
            if now - noted > note_seconds:
                self._note(now, losses, tokens / (now - noted), self._rate(budget))
                tokens, losses = 0, []
                noted = now
            if self._check and now - checked > check_seconds:
                checked = self.check(self._check)
            if now - saved > save_seconds:
                self.save()
                saved = budget.spent()
        self.save()
        self.write_model(self.folder / "model")
        if self._check:
            self.check(self._check)

    def _left(self) -> Iterator[list[int]]:
        """The batches that are not done yet."""
        if not self.recipe.seconds:
            yield from self.batches[self.step :]
            return
        done = 0
        for batches in self._passes:
            left = max(0, self.step - done)
            done += len(batches)
            yield from batches[left:]

    def _rate(self, budget: Budget) -> float:
        """The share of the full learning rate that the next step takes."""
        return budget.rate() if self.recipe.seconds else Steps(len(self.batches), self.recipe.warmup).rate(self.step)

    def _note(self, now: float, losses: list[torch.Tensor], speed: float, rate: float) -> None:
        left = {"steps": len(self.batches)} if self.batches else {"of seconds": self.recipe.seconds}
        self._log.note(
            {"seconds": round(now, 1), "step": self.step, **left, "loss": float(torch.stack(losses).mean()),
             "tokens/s": round(speed), "rate": rate, "lr": self.recipe.learning_rate * rate}
        )  # fmt: skip

    def check(self, check: HeldBackCheck) -> float:
        """Note how good the averaged weights are on held-back examples. Returns the seconds used by then."""
        started = time.monotonic()
        with self.averaged():
            figures = check.figures(self.model)
        self._log.note({"seconds": round(self.used, 1), "step": self.step, **figures})
        return self.used + time.monotonic() - started

    @contextmanager
    def averaged(self) -> Iterator[Any]:
        """The model with the averaged weights, inside."""
        with torch.no_grad():
            torch._foreach_copy_(self._parameters, list(self.average.values()))
        yield self.model
        self._refresh_model()

    def _train(self, windows: list[int], rate: float) -> torch.Tensor:
        torch.manual_seed(self.recipe.seed + self.step)  # so that a continued run drops out what an unbroken one does
        for group in self.optimizer.param_groups:
            group["lr"] = group["full_rate"] * rate
        widths = self.compute.widths
        longest = int(self._table.lengths_of(windows).max()) if widths else 0
        batch = self._table.batch(windows, padded_width(longest, widths))
        output = self.model(**{name: tensor for name, tensor in batch.inputs.items() if name in self._inputs})
        logits = output.start_logits, output.end_logits
        taught = self.recipe.taught
        loss = boundary_losses(*logits, batch, taught) + shared_loss(*logits, batch)
        if taught:
            loss = loss + taught * soft_loss(*logits, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        for weight, parameter in zip(self.weights.values(), self._parameters, strict=True):
            assert parameter.grad is not None
            weight.grad = parameter.grad.float()
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), 1.0)
        self.optimizer.step()
        self._refresh_model()
        decay = min(self.recipe.average_decay, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(list(self.average.values()), list(self.weights.values()), 1 - decay)
        return loss.detach()

    @torch.no_grad()
    def _refresh_model(self) -> None:
        """Copy the float32 weights into the model."""
        torch._foreach_copy_(self._parameters, list(self.weights.values()))

    @torch.no_grad()
    def write_model(self, target: Path) -> None:
        """Write the averaged weights, mixed with those at the start if so wanted, as a float32 checkpoint."""
        model, learnt = self._started(), self._started()
        if self.recipe.rank:
            adapt(learnt, self.recipe.rank, self.recipe.frozen_layers)
        learnt.load_state_dict({name: weight.cpu() for name, weight in self.average.items()}, strict=False)
        absorb(learnt)
        for parameter, trained in zip(model.parameters(), learnt.parameters(), strict=True):
            parameter.lerp_(trained, 1 - self.recipe.kept_start)
        with replaced_folder(target) as temporary:
            model.save_pretrained(str(temporary))
            copy_tokenizer(self.start, temporary)
            (temporary / "origin.json").write_text(json.dumps(self.origin, indent=1) + "\n", "utf-8")


def cut_windows(examples: Path, start: Path, labels: Path | None) -> WindowTable:
    """The windows of a file of examples, cut by the tokenizer of `start`, with a teacher's labels if there are some."""
    known = read_labels(labels, examples) if labels else None
    tokenizer = Tokenizer.from_file(str(start / TOKENIZER))
    return table_of(make_features(read_examples(examples), tokenizer, known))
