"""Other systems beside ours: the same questions, passages, models and cores, asked in turns."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.child import PYTHON, child_environment
from index.collection import Collection
from index.files import replace_file
from index.resources import cores
from qa.evaluation.peer_systems import READ, SYSTEMS, PassageRecord, PeerAnswer
from qa.evaluation.run import sample_questions
from qa.lab import statistics
from qa.lab.corpus import index_paragraphs, paragraph_source
from qa.lab.dataset import Question
from qa.lab.squad_metrics import best_over_golds, exact_match, f1

RESULT = "peers.json"
USUAL_SAMPLE = 500  # questions


class Peer:
    """One system in its process. `reason` says why it cannot be asked, where it cannot."""

    def __init__(self, name: str, work: Path, checkpoint: Path, read: int = READ) -> None:
        self.name = name
        threads = str(cores())
        settings = {
            "OMP_NUM_THREADS": threads,
            "TOKENIZERS_PARALLELISM": "true",
            "HF_HUB_OFFLINE": "1",
            "HAYSTACK_TELEMETRY_ENABLED": "False",
        }
        self._log = open(work / f"{name}.log", "w", encoding="utf-8")  # noqa: SIM115 - closed with the peer
        self._process = subprocess.Popen(
            [*PYTHON, "-m", "qa.evaluation.peer_systems", name, str(work), str(checkpoint), str(read)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env=child_environment() | settings,
        )
        self.answers: list[dict[str, Any]] = []
        ready = self._receive()
        self.ready_seconds = ready["ready_seconds"] if ready else 0.0
        self.reason = "" if ready else self._last_line(work)

    def ask(self, question: str) -> None:
        """Ask one question and keep the answer."""
        stdin: IO[str] = self._process.stdin  # type: ignore[assignment]
        with suppress(BrokenPipeError):  # its process has ended, and there is no answer
            stdin.write(json.dumps(question) + "\n")
            stdin.flush()
        self.answers.append(self._receive() or asdict(PeerAnswer("", "", 0.0, 0.0, "it ended")))

    def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            with suppress(BrokenPipeError):  # it ended before it had read all
                self._process.stdin.close()
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def _receive(self) -> dict[str, Any] | None:
        stdout: IO[str] = self._process.stdout  # type: ignore[assignment]
        line = stdout.readline()
        return json.loads(line) if line else None

    def _last_line(self, work: Path) -> str:
        lines = (work / f"{self.name}.log").read_text("utf-8").strip().splitlines()
        return lines[-1] if lines else "it ended and wrote nothing"


def run_peers(
    questions: Sequence[Question], checkpoint: Path, work: Path, sample: int | None = None, seed: int = 0
) -> int:
    """Ask every system the same sample of the answerable questions in turns; print and save one table.

    `checkpoint` is the reader as a transformers checkpoint. Returns the exit code.
    """
    answerable = [question for question in questions if question.answers]
    work.mkdir(parents=True, exist_ok=True)
    _write_passages(answerable, work)
    asked = sample_questions(answerable, sample or USUAL_SAMPLE, seed)
    console = Console()
    peers = []
    for name in SYSTEMS:
        console.print(f"starting {name}", highlight=False)
        peers.append(Peer(name, work, checkpoint.resolve()))
    able = [peer for peer in peers if not peer.reason]
    for number, question in enumerate(track(asked, "asking in turns", console=Console(stderr=True))):
        for turn in range(len(able)):  # who goes first changes from question to question
            able[(turn + number) % len(able)].ask(question.text)
    results = {peer.name: _figures(peer, asked) for peer in peers}
    for peer in peers:
        peer.close()
    replace_file(work / RESULT, json.dumps(results, indent=1) + "\n")
    console.print(_table(results, len(asked)))
    return 0


def _write_passages(questions: Sequence[Question], work: Path) -> None:
    paragraphs = list({q.paragraph.number: q.paragraph for q in questions}.values())
    sources = {paragraph_source(p): p for p in paragraphs}
    with (
        Collection(work / "collection") as collection,
        open(work / "passages.jsonl", "w", encoding="utf-8") as file,
    ):
        index_paragraphs(collection, paragraphs)
        records = [
            PassageRecord(number, passage.text, source)
            for number, (source, passage) in enumerate(
                (summary.source, passage)
                for summary in collection.documents()
                if summary.source in sources
                for passage in collection.passages_of(summary.id)
            )
        ]
        file.writelines(json.dumps(asdict(record), ensure_ascii=False) + "\n" for record in records)


def _figures(peer: Peer, questions: Sequence[Question]) -> dict[str, Any]:
    if peer.reason:
        return {"could_not_run": peer.reason}
    pairs = list(zip(peer.answers, questions, strict=True))
    golds = [[gold.text for gold in question.answers] for question in questions]
    texts = [answer["text"] for answer in peer.answers]
    times = [answer["milliseconds"] for answer in peer.answers]
    errors = [answer["error"] for answer in peer.answers if answer["error"]]
    return {
        "exact_match": _percent([best_over_golds(exact_match, t, g) for t, g in zip(texts, golds, strict=True)]),
        "f1": _percent([best_over_golds(f1, t, g) for t, g in zip(texts, golds, strict=True)]),
        "source_right": _percent([float(a["source"] == paragraph_source(q.paragraph)) for a, q in pairs]),
        "median_ms": round(float(np.median(times)), 1),
        "p95_ms": round(float(np.percentile(times, 95)), 1),
        "ready_seconds": round(peer.ready_seconds, 1),
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
    }


def _percent(values: Sequence[float]) -> float:
    return round(100 * statistics.mean(values), 1)


def _table(results: dict[str, dict[str, Any]], count: int) -> Table:
    table = Table(title=f"{count:,} questions, asked in turns", title_justify="left")
    for column in ("system", "exact match", "F1", "source right", "median ms", "95% ms", "times ours", "errors"):
        table.add_column(column, justify="left" if column == "system" else "right")
    ours = results["quotewise"].get("median_ms", 0.0)
    for name, figures in results.items():
        if "could_not_run" in figures:
            table.add_row(name, figures["could_not_run"])
            continue
        ratio = f"{figures['median_ms'] / ours:.1f}" if ours else ""
        shown = [figures[key] for key in ("exact_match", "f1", "source_right", "median_ms", "p95_ms")]
        table.add_row(name, *map(str, shown), ratio, str(figures["errors"]))
    return table
