"""Which blocks of a PDF are headings, and of which level: by character size, weight, and the file's outline."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from index.formats.pdf.blocks import Draft, Style
from index.records import BlockKind

LARGER = 1.1  # than the body's size: a heading's
LONGEST = 160  # characters of a heading
LONGEST_BOLD = 100  # of one in the body's size
DEEPEST = 6
_SECTION = re.compile(r"(?:\d+|[A-Z])(?:\.\d+)+\.?\s+[^\W\d_]")
_PAGE_NUMBER = re.compile(r"\S\s+(?:\d{1,4}|[ivxlc]{1,9})$")
_PART = re.compile(
    r"(?:chapter|section|appendix|part|article|kapitel|teil|artikel|chapitre|§)\s+[\dIVXA-Z]{1,5}[.:]?", re.IGNORECASE
)
_PROSE_END = re.compile(r"[.!?;,]$")

Look = tuple[float, bool]


def mark_headings(drafts: Sequence[Draft], style: Style, outline: Mapping[str, int]) -> dict[int, int]:
    """Mark the drafts that are headings or the title; returns the level of each heading by its place in `drafts`.

    `outline` gives the depth (from 0) of the titles in the file's outline, each as `plain` makes it.
    """
    _mark_contents(drafts)
    looks: dict[int, Look] = {}
    depths: dict[int, int] = {}
    for place, draft in enumerate(drafts):
        if draft.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM) or draft.table is not None:
            continue
        depth = outline.get(plain(draft.text)) if len(draft.lines) < 4 else None
        if depth is not None or _is_heading(draft, style):
            looks[place] = _look(draft)
            draft.kind, draft.mark = BlockKind.HEADING, ""
            if depth is not None:
                depths[place] = depth
    title = _title(drafts, looks)
    if title is not None:
        drafts[title].kind = BlockKind.TITLE
        del looks[title]
        depths.pop(title, None)
    return _levels(looks, depths)


def _mark_contents(drafts: Sequence[Draft]) -> None:
    """Lines that end in a page number beside lines of a table of contents are such lines too."""
    for ordered in (drafts, drafts[::-1]):
        for before, draft in pairwise(ordered):
            single = draft.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) and len(draft.lines) == 1
            after_contents = before.kind is BlockKind.CONTENTS or (
                before.table is not None and before.table.is_contents
            )
            if single and after_contents and _PAGE_NUMBER.search(draft.text):
                draft.kind, draft.mark = BlockKind.CONTENTS, ""


def plain(text: str) -> str:
    """A heading's words without its number, for comparing."""
    return re.sub(r"^\W*(?:\d+|[A-Z])(?:\.\d+)*\.?\s+", "", " ".join(text.split())).casefold().strip(" .:")


def _look(draft: Draft) -> Look:
    line = draft.lines[0]
    return round(line.size * 2) / 2, line.bold


def _is_heading(draft: Draft, style: Style) -> bool:
    text, line = draft.text, draft.lines[0]
    letters = sum(map(str.isalpha, text))
    if len(text) > LONGEST or letters < 2 or letters < 0.4 * len(text.replace(" ", "")):
        return False
    if style.size * 0.95 <= line.size and len(draft.lines) == 1 and _PART.fullmatch(text):
        return True
    if _PROSE_END.search(text) and len(text.split()) > 4:
        return False  # a sentence in large type, as on notices
    if line.size >= LARGER * style.size:
        return len(draft.lines) < 5 and draft.kind is BlockKind.PARAGRAPH
    if line.size < 0.95 * style.size or draft.kind is not BlockKind.PARAGRAPH or len(text) > LONGEST_BOLD:
        return False
    if len(draft.lines) > 2 or _PROSE_END.search(text) or text.endswith(":") or text[:1].islower():
        return False
    if line.bold and not style.bold:
        return True
    return len(draft.lines) == 1 and bool(_SECTION.match(text) or (text.isupper() and letters >= 4 and len(text) < 60))


def _title(drafts: Sequence[Draft], looks: Mapping[int, Look]) -> int | None:
    """The place of the title: the first page's largest heading, where none is as large later on."""
    if not looks:
        return None
    first_page = min(line.page for draft in drafts for line in draft.lines) if any(d.lines for d in drafts) else 0
    largest = max(size for size, _ in looks.values())
    as_large = [place for place, (size, _) in looks.items() if size == largest]
    if len(as_large) == 1 and as_large[0] == min(looks) and drafts[as_large[0]].lines[0].page == first_page:
        return as_large[0]
    return None


def _levels(looks: Mapping[int, Look], depths: Mapping[int, int]) -> dict[int, int]:
    """Levels from the outline where it names some headings of a look, else by the rank of the looks."""
    order = sorted({*looks.values()}, reverse=True)
    named: dict[Look, list[int]] = defaultdict(list)
    for place, depth in depths.items():
        if place in looks:
            named[looks[place]].append(depth + 1)
    levels: dict[Look, int] = {}
    deepest = 0
    for look in order:
        if look in named:
            levels[look] = round(median(named[look]))
            deepest = max(deepest, levels[look])
        else:
            levels[look] = deepest + 1
            deepest = deepest if named else deepest + 1
    return {place: min(depths.get(place, levels[look] - 1) + 1, DEEPEST) for place, look in looks.items()}
