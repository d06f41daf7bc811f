"""An encoder and a reader without a model, quick enough for thousands of runs, and papers whose words are known.

What the harnesses of this room break is the storage. The rest of the way, from a question to its citations, is the real
one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from index.encoder import EncoderCard, Vectors
from index.records import View
from qa.confidence import TYPICAL, Calibration
from qa.reading.spans import Span
from qa.records import Answer

DIMENSION = 16
WORD = re.compile(r"\w+")
NAMED = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*|\d+")


class WordEncoder:
    """Each word adds a direction of its own, so that texts with the same words lie near one another."""

    card = EncoderCard("words", "words", DIMENSION, 512, "", "", "")

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape [len(texts), DIMENSION]."""
        vectors = np.full((len(texts), DIMENSION), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in WORD.findall(text.lower()):
                number = crc32(word.encode())
                vectors[row, number % DIMENSION] += 1 if number & 64 else -1
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def encode_question(self, question: str) -> Vectors:
        """One unit vector of shape [DIMENSION]."""
        vector: Vectors = self.encode_passages([question])[0]
        return vector


class NameReader:
    """Points at names and numbers of passages that share words with the question."""

    fingerprint = "names"
    calibration: Calibration = TYPICAL

    def read(self, question: str, views: Sequence[View]) -> list[Span]:
        """A span of each passage, best first: the first name or number that the question does not have."""
        asked = set(WORD.findall(question.lower()))
        spans = []
        for number, view in enumerate(views):
            for start, end in view.units:
                found = (m for m in NAMED.finditer(view.text, start, end) if m.group().lower() not in asked)
                if first := next(found, None):
                    shared = len(asked & set(WORD.findall(view.text.lower())))
                    spans.append(Span(number, *first.span(), first.group(), float(shared)))
                    break
        return sorted(spans, key=lambda span: -span.score)


def paper(number: int, version: int = 0) -> str:
    """The text of a paper, which is like no other and no other version of it."""
    lines = [f"Paper {number} in version {version} was signed by Ada Lind{'a' * (version % 5)} on day {version}."]
    lines += [f"Its clause {k} of paper {number} says that boat {k + version} lies at berth {k * 7}." for k in range(4)]
    return "\n\n".join(lines) + "\n"


def write_papers(folder: Path, numbers: Iterable[int], version: int = 0) -> None:
    """Write these papers to the folder, in one version."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"paper-{number}.txt").write_text(paper(number, version), "utf-8")


def question(number: int) -> str:
    """A question that the paper answers."""
    return f"Who signed paper {number}?"


def misquoted(answer: Answer, versions: Iterable[int]) -> list[str]:
    """What of an answer over papers does not stand in any of these versions of the paper that it names."""
    wrong = []
    for one in (*answer.citations, *answer.alternatives):
        if "/paper-" not in one.source:
            continue
        number = int(one.source.rpartition("-")[2].removesuffix(".txt"))
        texts = [paper(number, version) for version in versions]
        if not any(
            text[one.start : one.end] == one.text and text[one.sentence_start : one.sentence_end] == one.sentence
            for text in texts
        ):
            wrong.append(f"{one.source} {one.start}-{one.end}: {one.text!r}")
    return wrong
