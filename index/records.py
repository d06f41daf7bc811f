"""The few records that everything else passes around. Offsets count characters and are end-exclusive."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """One loaded file. `text` is kept exactly as extracted; every offset points into it.

    `id` names the place (`source`) and `sha256` what was found there, so that a changed file keeps its identity.
    `page_starts[i]` is where page i + 1 begins; empty where there are no pages. `size` (bytes), `modified_ns` (the
    time of the file's last change, nanoseconds since 1970) and `extraction` (the version of the code that took the
    text out) are those of the file, and 0 for a text that comes from none.
    """

    id: str
    title: str
    source: str
    sha256: str
    text: str
    page_starts: tuple[int, ...] = ()
    size: int = 0
    modified_ns: int = 0
    extraction: int = 0

    def __post_init__(self) -> None:
        starts = self.page_starts
        if starts and (starts[0] != 0 or list(starts) != sorted(starts) or starts[-1] > len(self.text)):
            raise ValueError("page_starts must begin at 0, rise, and stay inside the text")

    def page_at(self, offset: int) -> int | None:
        """The 1-based page that holds character `offset`, or None in a document without pages."""
        if not self.page_starts:
            return None
        return bisect_right(self.page_starts, offset)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`document.text[start:end]`, without surrounding white space."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a sentence needs 0 <= start < end, got {self.start}, {self.end}")


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences: `document.text[start:end] == text`. `id` is unique in its collection."""

    id: int
    document_id: str
    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        if self.start < 0 or self.end - self.start != len(self.text):
            raise ValueError("a passage's offsets must span exactly its text")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search returned; a higher score is better, and only within one search."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text, for lists. `added` is when it was first put in, in UTC (ISO 8601)."""

    id: str
    title: str
    source: str
    sha256: str
    size: int
    modified_ns: int
    extraction: int
    added: str
    characters: int
    passages: int
    pages: int


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file that could not be added, and the sentence that says why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class RenamedFile:
    """A file that lies at another place than when it was indexed."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What adding files did, by source. `removed` are documents whose files are gone from a folder that was added,
    `passed_over` files in it of kinds that cannot be read."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[RejectedFile, ...] = ()
    renamed: tuple[RenamedFile, ...] = ()
    removed: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
