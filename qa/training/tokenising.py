"""Examples to a table of windows, on all cores: a quarter of a million take one core half a minute."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tokenizers import Tokenizer

from qa.training.errors import TrainingError
from qa.training.examples import Example
from qa.training.features import make_features
from qa.training.table import WindowTable, joined, table_of

AT_ONCE = 2000  # examples that a process cuts between two reports


def tokenised(examples: Sequence[Example], tokenizer: Path, cores: int = 1) -> WindowTable:
    """The windows of the examples, without labels, in their order. Must come before a GPU is used: the processes are
    copies of this one. Raises TrainingError where nothing is left."""
    parts = [examples[first : first + AT_ONCE] for first in range(0, len(examples), AT_ONCE)]
    if cores > 1 and len(parts) > 1:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(cores, context, initializer=_open, initargs=(str(tokenizer),)) as pool:
            found = list(map(pickle.loads, pool.map(_cut_and_pickle, parts)))
    else:
        _open(str(tokenizer))
        found = [_cut(part) for part in parts]
    tables = [table for table in found if table is not None]
    if not tables:
        raise TrainingError("The examples leave no window to train on: make others with the step 'data'.")
    return joined(tables)


_tokenizer: Tokenizer | None = None  # of this process


def _open(path: str) -> None:
    global _tokenizer
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # each process cuts one text at a time
    _tokenizer = Tokenizer.from_file(path)


def _cut(examples: Sequence[Example]) -> WindowTable | None:
    assert _tokenizer is not None
    features = make_features(examples, _tokenizer)
    return table_of(features) if features else None


def _cut_and_pickle(examples: Sequence[Example]) -> bytes:
    return pickle.dumps(_cut(examples))  # torch's own way of sending tensors keeps a file open for each
