"""Collections of any size over real words, and made-up vectors where real ones would take too long.

The text is that of `qa.evaluation.recombined`. The labelled paragraphs and some of the others have vectors of the
encoder; each of the rest gets one like these, as `qa.evaluation.vector_types` makes them, which tells nothing of its
words. So what answers a labelled question is found as in a real collection, among as many others.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np

from index.collection import DATABASE, Collection
from index.encoder import Encoder, EncoderCard, Vectors
from index.encoder_catalog import open_encoder
from index.files import replace_file
from index.records import Document
from index.storage import Storage
from qa.evaluation.peer_systems import VECTORS, PassageRecord
from qa.evaluation.recombined import RealText
from qa.evaluation.vector_types import made_like

SAMPLE = 3_000  # passages beside the labelled ones whose vectors are the encoder's; some 30 s on two cores
COLLECTION, PASSAGES, COMPLETE = "collection", "passages.jsonl", "complete"  # in the folder of one size


@dataclass(frozen=True, slots=True)
class Shape:
    """So many paragraphs, so many of them in each document."""

    paragraphs: int
    each: int

    def __post_init__(self) -> None:
        if self.paragraphs < 1 or self.each < 1:
            raise ValueError(f"a collection has a paragraph or more in each document, got {self}")


class PartlyMadeEncoder:
    """The encoder's vectors for the first `real` passages, and for the later ones vectors like the last SAMPLE."""

    def __init__(self, encoder: Encoder, real: int) -> None:
        self._encoder, self._left = encoder, real
        self._known: list[Vectors] = []
        self._made: Iterator[Vectors] | None = None

    @property
    def card(self) -> EncoderCard:
        """The encoder's own, so that questions are compared with these vectors."""
        return self._encoder.card

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape [texts, dimension]."""
        real = self._encoder.encode_passages(texts[: self._left])
        self._left -= len(real)
        self._known.append(real)
        more = len(texts) - len(real)
        if not more:
            return real
        if self._made is None:
            like = np.concatenate(self._known)[-SAMPLE:]
            self._made = chain.from_iterable(made_like(like, sys.maxsize))
        return np.stack([*real, *islice(self._made, more)])

    def encode_question(self, question: str) -> Vectors:
        """A vector of shape [dimension]."""
        return self._encoder.encode_question(question)


def documents(text: RealText, shape: Shape) -> Iterator[Document]:
    """The documents, the labelled paragraphs first."""
    paragraphs = islice(text.passages(), shape.paragraphs)
    number = 0
    while some := list(islice(paragraphs, shape.each)):
        number += 1
        joined = "\n\n".join(some)
        digest = hashlib.sha256(joined.encode()).hexdigest()
        yield Document(f"{number:016x}", f"Volume {number}", f"/recombined/{number}.txt", digest, joined)


def large_collection(text: RealText, shape: Shape, folder: Path) -> Path:
    """The folder of this shape in `folder`: a collection, and what its passages and vectors are for other systems. It
    is made where it is not there, which takes some minutes for 100,000 paragraphs."""
    place = folder / f"{shape.paragraphs}-{shape.each}"
    if not (place / COMPLETE).exists():
        place.mkdir(parents=True, exist_ok=True)
        encoder = PartlyMadeEncoder(open_encoder(), min(shape.paragraphs, len(text.paragraphs) + SAMPLE))
        with Collection(place / COLLECTION, encoder) as collection:
            collection.put(documents(text, shape))
            collection.merge_vectors()
        _write_for_others(place)
        (place / COMPLETE).touch()
    return place


def _write_for_others(place: Path) -> None:
    """Write the passages, and their vectors in the same order."""
    with closing(Storage(place / COLLECTION / DATABASE)) as storage:
        vectors = {id_: vector for ids, some in storage.vectors_after(0) for id_, vector in zip(ids, some, strict=True)}
        lines = (
            json.dumps(asdict(PassageRecord(one.id, one.text, summary.source)), ensure_ascii=False) + "\n"
            for summary in storage.summaries()
            for one in storage.passages_of(summary.id)
        )
        replace_file(place / PASSAGES, "".join(lines))
    ids = [json.loads(line)["number"] for line in (place / PASSAGES).read_text("utf-8").splitlines()]
    np.save(place / VECTORS, np.stack([vectors[id_] for id_ in ids]))
