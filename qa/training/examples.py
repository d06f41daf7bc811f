"""Training examples, and the file that keeps them: each passage once, named by its number.

Nothing here imports more than a machine has that only trains (see qa.training.gpu).
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from index.files import replace_file
from qa.training.errors import TrainingError

ALTERED = "altered"  # the kind of an example whose question a rule has changed
XZ = b"\xfd7zXZ\x00"  # what a compressed file begins with
PASSAGE, CONTEXT, QUESTION = "passage", "context", "question"  # fields of a line


@dataclass(frozen=True, slots=True)
class Example:
    """A question beside one passage, and the character spans that answer it there (none: unanswerable).

    Examples of one `group` put the same question to several passages, of which at most one answers it. The first
    `context` characters of the passage only introduce it, as in a View: title and headings.
    """

    id: str
    group: str
    kind: str
    question: str
    passage: str
    spans: tuple[tuple[int, int], ...]
    context: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.context <= len(self.passage):
            raise ValueError(f"example {self.id}: its context is longer than its passage")
        if any(not self.context <= start < end <= len(self.passage) for start, end in self.spans):
            raise ValueError(f"example {self.id}: a span lies outside the passage")

    @property
    def answers(self) -> list[str]:
        """The words of its spans."""
        return [self.passage[start:end] for start, end in self.spans]


def write_example_file(path: Path, examples: Iterable[Example]) -> None:
    """Write examples as JSON lines, compressed where the name ends in ".xz".

    A line with a text as its passage adds a passage, numbered from 0; every other line is an example that names one.
    Ids and groups are numbers there, since those of SQuAD are long and hard to compress. All passages come first: so
    compressed, a quarter of a million examples take 13 MB, else 24.
    """
    passages: dict[str, int] = {}
    groups: dict[str, int] = {}
    lines = [_line(example, passages, groups) for example in examples]
    texts = ({PASSAGE: passage} for passage in passages)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in chain(texts, lines))
    data = text.encode("utf-8", "surrogatepass")
    replace_file(path, lzma.compress(data) if path.suffix == ".xz" else data)


def _line(example: Example, passages: dict[str, int], groups: dict[str, int]) -> dict[str, Any]:
    body = example.passage[example.context :]
    line: dict[str, Any] = {
        QUESTION: example.question, PASSAGE: passages.setdefault(body, len(passages)), "kind": example.kind,
        "group": groups.setdefault(example.group, len(groups)),
    }  # fmt: skip
    if example.context:
        line[CONTEXT] = example.passage[: example.context]
    if example.spans:
        line["spans"] = [[start - example.context, end - example.context] for start, end in example.spans]
    return line


def read_examples(path: Path) -> list[Example]:
    """The examples of a file that `write_example_file` wrote. Raises TrainingError where there is none."""
    if not path.exists():
        raise TrainingError(f"{path.parent} holds no examples: run the step 'data' there first.")
    data = path.read_bytes()
    text = (lzma.decompress(data) if data[:6] == XZ else data).decode("utf-8", "surrogatepass")
    passages: list[str] = []
    examples: list[Example] = []
    for line in filter(None, text.split("\n")):
        fields: dict[str, Any] = json.loads(line)
        if isinstance(fields[PASSAGE], str):
            passages.append(fields[PASSAGE])
        else:
            examples.append(_example(len(examples), fields, passages))
    return examples


def _example(number: int, fields: dict[str, Any], passages: list[str]) -> Example:
    context = fields.get(CONTEXT, "")
    spans = tuple((start + len(context), end + len(context)) for start, end in fields.get("spans", ()))
    passage = context + passages[fields[PASSAGE]]
    group = str(fields["group"])
    return Example(str(number), group, fields["kind"], fields[QUESTION], passage, spans, len(context))
