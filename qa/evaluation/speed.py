"""How long readers take, side by side: `python -m qa.evaluation.speed [READER ...] [--torch CHECKPOINT]`.

Every reader gets the same question and the same five passages of 150 tokens, cut from the seed article. They take
turns in a new order each round, so that whatever else the machine does slows all of them alike.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from tokenizers import Tokenizer

from index.records import View
from index.resources import cores
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.reading.catalog import reader_folder
from qa.reading.reader import SHIPPED_READER, TOKENIZER, OnnxReader
from qa.seeds import seed_files

QUESTION = "Where did the two presidents meet in person?"
PASSAGES, TOKENS = 5, 150
Read = Callable[[], Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one table; the exit code is 0, or 1 with one sentence on standard error."""
    options = parser().parse_args(arguments)
    return run_command(lambda: run(options))


def run(options: argparse.Namespace) -> int:
    """Time the readers and print the table; returns the exit code."""
    texts = passages()
    readers: dict[str, Read] = {"shipped": onnx_read(None, texts)}
    for name in options.readers:
        readers[str(Path(*Path(name).parts[-2:]))] = onnx_read(name, texts, options.download)
    if options.torch:
        readers |= torch_reads(options.torch, texts)
    times = take_turns(readers, options.rounds)
    first = float(np.median(times["shipped"]))
    table = Table(title=f"{PASSAGES} passages of {TOKENS} tokens, {cores()} threads, {options.rounds} rounds")
    for column in ("reader", "median ms", "95% ms", "times the shipped"):
        table.add_column(column, justify="left" if column == "reader" else "right", overflow="fold")
    for name, values in times.items():
        median, late = np.percentile(values, [50, 95])
        table.add_row(name, f"{median:.1f}", f"{late:.1f}", f"{median / first:.2f}")
    Console().print(table)
    return 0


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = CommandParser(prog="python -m qa.evaluation.speed", description="Time readers side by side.")
    made.add_argument("readers", nargs="*", metavar="READER", help="folders or names of readers to set beside ours")
    made.add_argument("--download", action="store_true", help="let the model hub be asked for readers")
    made.add_argument("--torch", type=Path, metavar="CHECKPOINT", help="a transformers folder to run in PyTorch, too")
    made.add_argument("--rounds", type=int, default=50, help="how often each reads (default: 50)")
    return made


def passages() -> list[str]:
    """PASSAGES texts of TOKENS tokens each, question and special tokens not counted.

    Where the article ends, it begins again.
    """
    tokenizer = Tokenizer.from_file(str(SHIPPED_READER / TOKENIZER))
    [seed] = seed_files()
    text = seed.read_text("utf-8")
    offsets = tokenizer.encode(text + "\n" + text, add_special_tokens=False).offsets
    places = [offsets[first : first + TOKENS] for first in range(0, PASSAGES * TOKENS, TOKENS)]
    return [(text + "\n" + text)[place[0][0] : place[-1][1]] for place in places]


def onnx_read(name: str | None, texts: Sequence[str], download: bool = False) -> Read:
    """The whole step from texts to spans, as `ask` takes it."""
    reader = OnnxReader(reader_folder(name, download=download))
    views = [View.of(text) for text in texts]
    return lambda: reader.read(QUESTION, views)


def torch_reads(checkpoint: Path, texts: Sequence[str]) -> dict[str, Read]:
    """Tokenising and a forward pass of one batch in PyTorch, in float32 and in bfloat16."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    torch.set_num_threads(cores())
    model: Any = AutoModelForQuestionAnswering.from_pretrained(str(checkpoint)).float().eval()
    tokenizer: Any = AutoTokenizer.from_pretrained(str(checkpoint))

    def read(half: bool) -> Any:
        encoded = tokenizer([QUESTION] * len(texts), list(texts), padding=True, return_tensors="pt")
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            return model(**encoded)

    return {"PyTorch, float32": lambda: read(False), "PyTorch, bfloat16": lambda: read(True)}


def take_turns(readers: Mapping[str, Read], rounds: int, seed: int = 0) -> dict[str, list[float]]:
    """Milliseconds of every reader in every round, after one round that is not counted."""
    rng = random.Random(seed)
    times: dict[str, list[float]] = {name: [] for name in readers}
    for number in range(rounds + 1):
        for name in rng.sample(list(readers), len(readers)):
            started = time.perf_counter()
            readers[name]()
            if number:
                times[name].append((time.perf_counter() - started) * 1000)
    return times


if __name__ == "__main__":
    sys.exit(main())
