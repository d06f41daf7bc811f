"""A run over a file: resumable question by question, with its rows and report in one folder."""

from __future__ import annotations

import json
import os
import platform
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from index.collection import Collection
from index.errors import QuotewiseError
from index.files import replace_file
from index.resources import cores, peak_bytes
from qa.answerer import Answerer
from qa.confidence import HALF
from qa.evaluation.figures import report_figures
from qa.evaluation.measuring import evaluate_question
from qa.evaluation.records import Row, read_rows, write_row, write_rows
from qa.lab.cached_reader import CachedReader
from qa.lab.corpus import index_paragraphs
from qa.lab.dataset import Question
from qa.reading.reader import SHIPPED_READER, TOKENIZER

ROWS, REPORT, RUN = "rows.jsonl", "report.json", "run.json"
PACKAGES = ("onnxruntime", "faiss-cpu", "numpy", "tokenizers", "nupunkt")
StepProgress = Callable[[str, int, int], None]  # what is being done, how many are done, how many there are


class RunError(QuotewiseError):
    """A run's folder cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What makes two runs the same run: only then is one continued by the other."""

    file_sha256: str
    levels: tuple[str, ...]
    sample: int | None
    seed: int
    reader_sha256: str
    passages: int
    absent_share: float = HALF


@dataclass(frozen=True, slots=True)
class Indexing:
    """How fast the corpus was indexed (0 where some of it was there before this run), and what it takes on disk."""

    documents: int
    passages: int
    seconds: float
    passages_per_second: float
    tokens_per_second: float
    bytes_per_passage: float


def sample_questions(questions: Sequence[Question], sample: int | None, seed: int) -> list[Question]:
    """All questions, or a seeded sample in file order."""
    if sample is None or sample >= len(questions):
        return list(questions)
    picked = set(random.Random(seed).sample(range(len(questions)), sample))
    return [question for number, question in enumerate(questions) if number in picked]


def evaluate(
    questions: Sequence[Question],
    settings: Settings,
    output: Path,
    collection: Path | None,
    reader: Path,
    progress: StepProgress,
) -> dict[str, Any]:
    """Ask every question at the wanted levels with the reader in the folder `reader`; write and return the report.

    A killed run is continued.
    """
    output.mkdir(parents=True, exist_ok=True)
    done = _resume(output, settings)
    picked = sample_questions(questions, settings.sample, settings.seed)
    # The corpus is every paragraph of the file, also of questions that were not sampled.
    paragraphs = {question.paragraph.number: question.paragraph for question in questions}
    with Collection(collection or output / "collection") as corpus:
        started, embedded = time.perf_counter(), 0
        if settings.levels != ("reader",):  # which needs no search
            embedded = index_paragraphs(corpus, paragraphs.values(), lambda at, of: progress("indexing", at, of))
        indexing = _indexing(corpus, time.perf_counter() - started, embedded)
        answerer = Answerer(
            corpus, CachedReader(reader), passages=settings.passages, absent_share=settings.absent_share
        )
        always_answer = all(question.answers for question in questions)

        def ask(question: Question) -> Row:
            return evaluate_question(answerer, corpus, question, settings.levels, always_answer)

        rows = _ask(ask, picked, done, output, progress)
        write_rows(output / ROWS, rows)
        report = report_figures(rows) | {
            "indexing": asdict(indexing),
            "environment": environment(corpus, settings.reader_sha256, answerer.threshold),
            "settings": asdict(settings),
        }
    replace_file(output / REPORT, json.dumps(report, indent=1) + "\n")
    return report


def _ask(
    ask: Callable[[Question], Row],
    questions: Sequence[Question],
    done: dict[str, Row],
    output: Path,
    progress: StepProgress,
) -> list[Row]:
    """The rows of the questions; each that is not done yet is asked, and its row written at once."""
    with open(output / ROWS, "a", encoding="utf-8") as file:
        for number, question in enumerate(questions):
            progress("asking", number, len(questions))
            if question.id not in done:
                done[question.id] = ask(question)
                file.write(write_row(done[question.id]) + "\n")
                file.flush()
    progress("asking", len(questions), len(questions))
    return [done[question.id] for question in questions]


def _resume(output: Path, settings: Settings) -> dict[str, Row]:
    """The rows of an earlier, interrupted run with the same settings."""
    path = output / RUN
    now = json.dumps(asdict(settings), indent=1) + "\n"
    if not path.exists():
        replace_file(path, now)
    elif path.read_text("utf-8") != now:
        raise RunError(f"{output} holds a run with other settings or models: name another --output folder.")
    rows = read_rows(output / ROWS)
    write_rows(output / ROWS, rows)  # without a line that a kill cut off
    return {row.id: row for row in rows}


def _indexing(corpus: Collection, seconds: float, embedded: int) -> Indexing:
    documents, passages = corpus.counts()
    size = sum(file.stat().st_size for file in corpus.folder.rglob("*") if file.is_file())
    fresh = seconds if embedded and embedded == documents else 0.0
    tokens = _count_tokens(corpus) if fresh else 0
    return Indexing(
        documents=documents,
        passages=passages,
        seconds=round(fresh, 2),
        passages_per_second=round(passages / fresh, 1) if fresh else 0.0,
        tokens_per_second=round(tokens / fresh) if fresh else 0.0,
        bytes_per_passage=round(size / passages) if passages else 0,
    )


def _count_tokens(corpus: Collection) -> int:
    tokenizer = Tokenizer.from_file(str(SHIPPED_READER / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = [corpus.document(summary.id).text for summary in corpus.documents()]
    return sum(len(encoding) for encoding in tokenizer.encode_batch(texts))


def environment(corpus: Collection, reader: str, threshold: float) -> dict[str, Any]:
    """The machine, its threads, the libraries and the models, and the most memory this process took."""
    return {
        "cpu": _cpu_name(),
        "cores": cores(),
        "threads": cores(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {name: version(name) for name in PACKAGES},
        "encoder": corpus.encoder.card.fingerprint,
        "reader_sha256": reader,
        "threshold": threshold,
        "peak_memory_mb": round(peak_bytes() / (1 << 20)),  # 0 where the system does not tell
        "load_average": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else [],
    }


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
