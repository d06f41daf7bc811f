"""Passages: runs of whole blocks under one heading, of a size that the encoder and the reader take in one window."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.layout.lists import lead_ins_of
from index.records import Block, BlockKind, Document, Place, Sentence, View
from index.sentences import split_sentences
from index.views import LONGEST_CONTEXT, LONGEST_NAME, ViewBuilder, add_block, context_of, view_at, view_of

# Characters of a passage's view at most, its context not counted: about 220 word pieces of English, inside the
# encoder's 256 and the reader's 384 with context and question. Denser text is still read whole, in two windows.
PASSAGE_CHARACTERS = 1000
# An over-long sentence (a log, text without punctuation) is cut at white space, and its pieces share this many
# characters so that no answer of ordinary length is lost at a cut.
OVERLAP_CHARACTERS = 150
HEADINGS = (BlockKind.TITLE, BlockKind.HEADING)


@dataclass(frozen=True, slots=True)
class PassagePlan:
    """A passage to be: where it stands in the document, and its view."""

    start: int
    end: int
    view: View


@dataclass(frozen=True, slots=True)
class Section:
    """The blocks under one heading, with the headings above them, outermost first. The heading itself is the first of
    the blocks, where there is one."""

    headings: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Whole:
    """What passages are cut of: a text with its marks and sentences in order, and the most characters of a view."""

    text: str
    marks: Sequence[Place]
    sentences: Sequence[Sentence]
    limit: int

    def sentences_of(self, block: Block) -> Sequence[Sentence]:
        """Those of one block."""
        first, end = (bisect_left(self.sentences, at, key=lambda one: one.start) for at in (block.start, block.end))
        return self.sentences[first:end]


def split_passages(
    document: Document,
    blocks: Sequence[Block],
    limit: int = PASSAGE_CHARACTERS,
    sentences: Sequence[Sentence] | None = None,
) -> list[PassagePlan]:
    """The passages of a document, in order. `limit` is how many characters of a view they have at most, `sentences` are
    those of `split_sentences`, where they are known: to find them takes most of the time.

    A section whose blocks fit is one passage; a longer one is cut between blocks into parts of about equal size. Only a
    block longer than `limit` is itself cut, between sentences, and only a sentence longer than that inside.
    """
    if limit < 3 * OVERLAP_CHARACTERS:  # pieces of a cut sentence must get on by more than they share
        raise ValueError(f"limit must be at least {3 * OVERLAP_CHARACTERS} characters, got {limit}")
    known = split_sentences(document.text, blocks) if sentences is None else sentences
    whole = _Whole(document.text, document.marks, known, limit)
    plans: list[PassagePlan] = []
    title = " ".join(readable_title(document.title).split())[:LONGEST_CONTEXT]  # once, however long it is
    for section in sections(document.text, blocks, document.marks):
        context = context_of(title, section.headings)
        plans += _section_plans(whole, section, context)
    return plans


def readable_title(title: str) -> str:
    """A title as words, where it is a file's name."""
    return title if " " in title else title.replace("_", " ").replace("-", " ")


def sections(text: str, blocks: Sequence[Block], marks: Sequence[Place] = ()) -> Iterator[Section]:
    """The blocks by the headings they stand under. Headings without anything of their own stand with what follows.
    `marks` are the document's."""
    path: list[tuple[int, str]] = []
    group: list[Block] = []
    has_own = False  # whether the group holds more than headings
    for block in blocks:
        if block.kind in HEADINGS:
            if has_own:
                yield Section(tuple(words for _, words in path), tuple(group))
                group, has_own = [], False
            level = block.level if block.kind is BlockKind.HEADING else 0
            path = [one for one in path if one[0] < level]
            words = view_at(text, marks, block.start + block.mark, block.end).text  # without number, marks, underline
            path.append((level, words[:LONGEST_CONTEXT]))  # what is longer is cut for each section anyway
        else:
            has_own = True
        group.append(block)
    if group:
        yield Section(tuple(words for _, words in path), tuple(group))


def _section_plans(whole: _Whole, section: Section, context: str) -> Iterator[PassagePlan]:
    heads = [block for block in section.blocks if block.kind in HEADINGS]
    body = [block for block in section.blocks if block.kind not in HEADINGS]
    if not body:  # headings and nothing else, at the end of a document: all that there is to quote
        body, heads = [replace(block, kind=BlockKind.PARAGRAPH, level=0) for block in heads], []
    start = heads[0].start if heads else None
    lead_ins = lead_ins_of(whole.text, body)
    for group in _groups(whole, body, lead_ins):
        first, last = group[0], group[-1]
        lead_in = lead_ins.get(first.start)
        leading = len(group) > 1 and lead_ins.get(group[1].start) == first
        view = view_of(whole.text, group, whole.marks, context, lead_in, leading=leading)
        if view.units:
            yield PassagePlan(first.start if start is None else min(start, first.start), last.end, view)
            start = None


def _groups(whole: _Whole, blocks: Sequence[Block], lead_ins: Mapping[int, Block]) -> Iterator[list[Block]]:
    """Runs of blocks of about equal size, none above the limit, in as few as that takes. A list stands alone with what
    leads to it, and each row of a table and field of a form alone: read together, they are taken for one another.
    `lead_ins` are the paragraphs that lead to a list, by where its items start."""
    begins = _list_starts(blocks, lead_ins)
    single = (BlockKind.ROW,) if are_records(whole.text, blocks) else (BlockKind.ROW, BlockKind.FIELD)
    pieces = [piece for block in blocks for piece in _pieces(whole, block)]
    total = sum(size for _, size in pieces)
    share = math.ceil(total / max(1, math.ceil(total / whole.limit)))
    group: list[Block] = []
    filled = 0
    for piece, size in pieces:
        overlaps = bool(group) and piece.start < group[-1].end
        apart = bool(group) and (piece.start in begins or piece.kind in single or group[-1].kind in single)
        if group and (apart or overlaps or filled + size > whole.limit or filled + size / 2 > share):
            yield group
            group, filled = [], 0
        group.append(piece)
        filled += size
    if group:
        yield group


def _list_starts(blocks: Sequence[Block], lead_ins: Mapping[int, Block]) -> set[int]:
    """Where lists start, with what leads to them."""
    firsts = [
        block for number, block in enumerate(blocks)
        if block.kind is BlockKind.ITEM and (not number or blocks[number - 1].kind is not BlockKind.ITEM)
    ]  # fmt: skip
    return {lead_ins.get(block.start, block).start for block in firsts}


def are_records(text: str, blocks: Sequence[Block]) -> bool:
    """Whether a label stands on several fields: what belongs to one person or thing must then be read together."""
    labels = [text[slice(*block.cells[0])].casefold() for block in blocks if block.kind is BlockKind.FIELD]
    return len(set(labels)) < len(labels)


def _size(whole: _Whole, block: Block) -> int:
    """How many characters a block has in a view."""
    builder = ViewBuilder(whole.text, whole.marks)
    add_block(builder, whole.text, block)
    return builder.length + 1


def _pieces(whole: _Whole, block: Block) -> Iterator[tuple[Block, int]]:
    """The block, or runs of its sentences where it is longer than the limit, with their sizes."""
    size = _size(whole, block)
    if size <= whole.limit or block.kind is BlockKind.FIELD:
        yield block, size
        return
    for part in _cell_runs(block, whole.limit) if block.cells else _sentence_runs(whole, block):
        yield part, _size(whole, part)


def _sentence_runs(whole: _Whole, block: Block) -> Iterator[Block]:
    """A long block in parts of about equal length."""
    length, limit = block.end - block.start, whole.limit
    share = math.ceil(length / math.ceil(length / limit))
    run: Place | None = None
    for sentence in whole.sentences_of(block):
        for start, end in _cut(whole.text, sentence, limit):
            middle = (start + end) // 2
            if run and start >= run[1] and middle - run[0] <= share and end - run[0] <= limit:
                run = run[0], end
                continue
            if run:
                yield _part(block, run)
            run = start, end
    if run:
        yield _part(block, run)


def _part(block: Block, place: Place) -> Block:
    mark = block.mark if place[0] == block.start and block.mark <= place[1] - place[0] else 0
    return replace(block, start=place[0], end=place[1], mark=mark)


def _cell_runs(block: Block, limit: int) -> Iterator[Block]:
    """A wide row in parts of several cells, each named by its header, the first cell with all of them."""
    names = block.header or ((0, 0),) * len(block.cells)
    first = 0
    while first < len(block.cells):
        last, filled = first, 0
        while last < len(block.cells):
            cell, name = block.cells[last], names[last]
            filled += cell[1] - cell[0] + min(name[1] - name[0], LONGEST_NAME) + 4
            if filled > limit and last > first:
                break
            last += 1
        cells, named = block.cells[first:last], names[first:last]
        start, end = cells[0][0], max(cells[-1][1], cells[0][0] + 1)
        yield replace(block, start=start, end=end, mark=0, cells=cells, header=named)
        first = last


def _cut(text: str, sentence: Sentence, limit: int) -> list[Place]:
    """The sentence, or overlapping pieces of an over-long one, cut at white space where there is any."""
    pieces = []
    start = sentence.start
    while sentence.end - start > limit:
        end = start + limit
        space = max(text.rfind(" ", start + limit // 2, end), text.rfind("\n", start + limit // 2, end))
        end = space if space > 0 else end
        pieces.append((start, end))
        overlap = text.find(" ", end - OVERLAP_CHARACTERS, end)
        start = overlap + 1 if overlap >= 0 else end - OVERLAP_CHARACTERS
    pieces.append((start, sentence.end))
    return pieces
