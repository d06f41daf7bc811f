"""Lines in reading order to paragraphs, headings, list items and the rest, over the ends of columns and pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.formats.pdf.layout import Flow, Part
from index.formats.pdf.shapes import HYPHEN, TextLine
from index.formats.pdf.tables import PdfTable
from index.records import BlockKind

SAME_SIZE = 0.08  # of the character size
NOTE_SIZE = 0.93  # a footnote has at most this part of the body's size
INDENT = 0.8  # of the character size
_BULLET = re.compile(r"(?:[•▪■●○◦‣∙➢➤✓❖◆□☐☑✔»]\s*|[*·–—-]\s+)(?=\S)")
_NUMBERED = re.compile(r"(?:\(?\d{1,3}[.)]|\(?[a-z][.)]|\(?[ivx]{1,5}[.)]|\(?[A-Z]\))\s+(?=\S)")
_NOTE = re.compile(r"(?:\(?\d{1,3}\)?(?:\s+|(?=[A-Z]))|[*†‡§¶]{1,3}\s*)(?=[^\W\d_]|[\"“„«(\[])(?=.{10})")
_CAPTION = re.compile(
    r"(?:figure|fig\.|table|listing|abbildung|abb\.|tabelle|tab\.|figura|tableau|tabla|photo|plate|exhibit|chart|"
    r"рис\.|таблица|kuva|figur)\s*[A-Z]?\d+(?:[.\-–]\d+)*[.:]?(?:\s|$)",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"\S\s*(?:[.…]\s?){4,}\s*(?:[A-Za-z]?[\d.–-]{1,7}|[ivxlc]{1,9})\.?$")
_TERMINAL = tuple(".!?:;…。！？।؟")
_CLOSING = "\"'”’)»]"


class Draft:
    """A block before it is known how it ranks among the others."""

    def __init__(
        self,
        kind: BlockKind,
        lines: list[TextLine],
        mark: str = "",
        *,
        flow: Flow | None = None,
        table: PdfTable | None = None,
    ) -> None:
        self.kind = kind
        self.lines = lines
        self.mark = mark
        self.flow = flow
        self.table = table

    @property
    def indent(self) -> float:
        """How far it stands from its column's left edge, in points."""
        return self.lines[0].left - self.flow.left if self.flow is not None else 0.0

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Style:
    """What is usual in a document: its character size, whether it is bold or monospaced, its line distance."""

    size: float
    bold: bool
    mono: bool
    step: float  # from baseline to baseline, as a part of the size

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Style:
        sizes: Counter[float] = Counter()
        looks: Counter[tuple[bool, bool]] = Counter()
        steps: list[float] = []
        for part in parts:
            if isinstance(part, PdfTable):
                continue
            for line in part.lines:
                sizes[round(line.size, 1)] += len(line.text)
                looks[line.bold, line.mono] += len(line.text)
            for above, line in pairwise(part.lines):
                step = (above.v - line.v) / line.size
                if 0.8 < step < 3 and abs(above.size - line.size) < SAME_SIZE * line.size:
                    steps.append(step)
        size = max(sizes, key=lambda one: (sizes[one], one)) if sizes else 10.0
        bold, mono = looks.most_common(1)[0][0] if looks else (False, False)
        return cls(size, bold, mono, median(steps) if steps else 1.2)


class Drafts:
    """Takes the parts of the pages in turn and makes blocks of them, in order."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.found: list[Draft] = []
        self._open: Draft | None = None
        self._notes: list[Draft] = []  # of the page at hand, until it is known what goes on behind them

    def add_page(self, parts: Sequence[Part]) -> None:
        """Add what stands on the next page."""
        for part in parts:
            if isinstance(part, PdfTable):
                self._close()
                self.found.append(Draft(BlockKind.ROW, [], table=part))
            else:
                self._add_flow(part)

    def finish(self) -> list[Draft]:
        """Returns all blocks."""
        self._close()
        return self.found

    def _close(self) -> None:
        if self._open is not None:
            self.found.append(self._open)
            self._open = None
        self.found += self._notes
        self._notes = []

    def _add_flow(self, flow: Flow) -> None:
        body = _without_notes(flow.lines, self.style)
        step = _usual_step(flow.lines, self.style)
        for number, line in enumerate(flow.lines[:body]):
            first = number == 0
            if self._open is not None and self._goes_on(self._open, line, flow, step, first):
                if self._notes:
                    self.found += self._notes  # they stand on the page on which the open block begins
                    self._notes = []
                self._open.lines.append(line)
            else:
                self._close()
                self._open = self._begin(line, flow)
        for line in flow.lines[body:]:
            mark = _NOTE.match(line.text)
            if self._notes and (mark is None or self._notes[-1].lines[-1].text.endswith(HYPHEN)):
                self._notes[-1].lines.append(line)
            else:
                self._notes.append(Draft(BlockKind.NOTE, [line], mark.group().strip() if mark else "", flow=flow))

    def _begin(self, line: TextLine, flow: Flow) -> Draft:
        kind, mark = self._kind(line)
        return Draft(kind, [line], mark, flow=flow)

    def _kind(self, line: TextLine) -> tuple[BlockKind, str]:
        if line.field:
            return BlockKind.FIELD, ""
        if line.mono and not self.style.mono and "://" not in line.text:
            return BlockKind.PREFORMATTED, ""
        if (".." in line.text or ". ." in line.text or "…" in line.text) and _LEADERS.search(line.text):
            return BlockKind.CONTENTS, ""
        if _CAPTION.match(line.text):
            return BlockKind.CAPTION, ""
        mark = self._mark(line)
        return (BlockKind.ITEM, mark) if mark else (BlockKind.PARAGRAPH, "")

    def _mark(self, line: TextLine) -> str:
        """The bullet or number that a line begins with, unless it is a heading's."""
        found = _BULLET.match(line.text) or _NUMBERED.match(line.text)
        if found is None or line.size > (1 + SAME_SIZE) * self.style.size or (line.bold and not self.style.bold):
            return ""
        return found.group().strip()

    def _goes_on(self, block: Draft, line: TextLine, flow: Flow, step: float, first: bool) -> bool:
        """Whether a line belongs to the block that the line before it is in."""
        last = block.lines[-1]
        hyphen = last.text.endswith(HYPHEN)
        lower = line.text[:1].islower()
        ended = last.text.rstrip(_CLOSING).endswith(_TERMINAL)
        if block.kind in (BlockKind.FIELD, BlockKind.CONTENTS, BlockKind.PREFORMATTED):
            return False
        kind, mark = self._kind(line)
        if kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM):
            in_line = kind is BlockKind.PREFORMATTED and not first and not ended and _is_full(last, flow)
            return in_line and abs(line.left - last.left) < INDENT * line.size
        if abs(last.size - line.size) > SAME_SIZE * max(last.size, line.size):
            return False
        if last.bold != line.bold and not (lower and not ended):
            return False
        if mark and not (mark[-1] in ".)" and not ended and block.kind is not BlockKind.ITEM and _is_full(last, flow)):
            return False
        distance = last.v - line.v
        if first and block.flow is not flow and not 0 < distance < 1.3 * step * line.size:
            return hyphen or (not ended and (lower or (block.kind is not BlockKind.CAPTION and _was_full(block))))
        if not 0 < distance <= (step + 0.3) * line.size:
            return False
        return hyphen or not _begins_anew(block, line, flow, lower, ended)


def _begins_anew(block: Draft, line: TextLine, flow: Flow, lower: bool, ended: bool) -> bool:
    """Whether a line near the one before begins another paragraph: by its indent, or as the last line is short."""
    last = block.lines[-1]
    size = line.size
    width = max(flow.right - flow.left, 1.0)
    word = len(line.text.split(maxsplit=1)[0]) * (line.right - line.left) / max(len(line.text), 1)
    room = flow.right - last.right - word
    if block.kind is BlockKind.ITEM and line.left < block.lines[0].left - INDENT * size:
        return True
    hangs = len(block.lines) > 1 and line.left < last.left - INDENT * size
    if block.kind is BlockKind.ITEM and hangs and (ended or not lower):
        return True
    if ended and line.left > last.left + INDENT * size and block.kind is not BlockKind.ITEM:
        return True
    if lower and not ended:
        return False
    if ended:
        return room > max(2 * size, 0.1 * width)
    if block.kind is BlockKind.ITEM:
        return room > max(3 * size, 0.2 * width)
    return last.right - flow.left < 0.5 * width and room > 0.25 * width


def _is_full(line: TextLine, flow: Flow) -> bool:
    return line.right > flow.right - 0.12 * (flow.right - flow.left)


def _was_full(block: Draft) -> bool:
    """Whether the last line reaches its column's edge, in a paragraph of a column of several lines."""
    flow = block.flow
    return flow is not None and len(flow.lines) > 2 and len(block.lines) > 1 and _is_full(block.lines[-1], flow)


def _usual_step(lines: Sequence[TextLine], style: Style) -> float:
    """The distance of the flow's lines, as a part of their size; the document's where they are few."""
    steps = [(a.v - b.v) / b.size for a, b in pairwise(lines) if abs(a.size - b.size) < SAME_SIZE * b.size]
    steps = [step for step in steps if 0.8 < step < 3]
    usual = median(steps) if len(steps) >= 8 else style.step
    return min(usual, 1.3 * style.step)


def _without_notes(lines: Sequence[TextLine], style: Style) -> int:
    """The number of lines above the footnotes, which are smaller, at the end, and begin with a mark."""
    start = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        if lines[number].size > NOTE_SIZE * style.size:
            break
        if _NOTE.match(lines[number].text):
            start = number
    return start
