"""From a span in a passage to a citation in its document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from index.addresses.places import address_of
from index.errors import DamageError
from index.loaders import has_changed
from index.records import Block, BlockKind, Document, Hit, Parts, Passage, Place, Sentence, View
from index.views import view_of
from qa.listing import block_at, list_around
from qa.naming import begins_before, names_at
from qa.records import Citation, Name
from qa.showing import marks_in
from qa.source import Source
from qa.table_rows import cells_like, table_around

REACH = 4000  # characters on either side of a quote in which the list around it is looked for first
LONGEST_SENTENCE = 2000  # characters; of a longer one, a citation shows what stands in the passage


def enclosing(sentences: Sequence[Sentence], start: int, end: int, around: int = 0) -> tuple[int, int]:
    """From the start of the sentence that holds `start` to the end of the one that holds `end` - 1, and so many more
    sentences `around` them, before and behind."""
    first = max(0, bisect_right(sentences, start, key=lambda s: s.start) - 1 - around)
    last = max(0, bisect_right(sentences, end - 1, key=lambda s: s.start) - 1)
    last = min(last + around, len(sentences) - 1)
    return min(start, sentences[first].start), max(end, sentences[last].end)


def shown_quote(view: View, quote: Place, sentence: Place, text: str) -> tuple[str, str, int]:
    """Words of a document and the sentence around them, as far as the view holds it, as a person would copy them out;
    and where in that sentence they begin. What cannot be seen in the document's `text` and could mislead is marked."""
    found, around = view.find(*quote), view.around(*sentence)
    if found is None or around is None:
        return "", "", 0
    start, end = min(around[0], found[0]), max(around[1], found[1])
    marks = hidden_marks(view, text)
    before, words, behind = (_cut(view, marks, *part) for part in ((start, found[0]), found, (found[1], end)))
    before += marks.get(found[0], "") if before else ""
    behind = marks.get(found[1], "") + behind if behind else ""
    return words, before + words + behind, len(before)


def hidden_marks(view: View, text: str) -> dict[int, str]:
    """By the offset in the view before which they stand, marks for what the view leaves out of the document's text and
    could mislead; see `qa.showing`."""
    joined = (pair for pair in pairwise(view.runs) if pair[0].view_end == pair[1].view_start)
    return {run.view_start: found for last, run in joined if (found := marks_in(text, last.end, run.start))}


def _cut(view: View, marks: dict[int, str], start: int, end: int) -> str:
    """A part of what is read, with the marks inside it."""
    edges = [start, *(offset for offset in marks if start < offset < end), end]
    return "".join(marks.get(a, "") * (a > start) + view.text[a:b] for a, b in pairwise(edges))


def with_row(row: str, sentence: str, start: int) -> tuple[str, int]:
    """A part of a row behind the row's name, and where in that the quoted words begin."""
    before = f"{row}; \u2026 "
    return before + sentence, len(before) + start


def with_passages(items: Sequence[Citation], hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """Citations of a list's items, each with the passage that was found, in which it stands; not those that stand in
    none, and nothing where fewer than two are left."""
    found = []
    for item in items:
        around = (one.passage for one in hits if one.passage.document_id == item.document_id)
        passage = next((p for p in around if p.start <= item.start and item.end <= p.end), None)
        if passage:
            found.append(replace(item, passage=passage.text, passage_start=passage.start))
    return tuple(found) if len(found) > 1 else ()


class Citer:
    """Makes the citations of one answer, looking up each document and each passage's sentences once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[str, tuple[Document, bool]] = {}
        self._parts_of: dict[tuple[str, int, int], Parts] = {}

    def excerpts(self, place: Place, passage: Passage) -> list[View]:
        """What of the passage is read closer around a place: its sentence with a neighbour on either side, and its
        sentence alone. DamageError where that is not stored."""
        excerpts = (self._excerpt(place, passage, around) for around in (1, 0))
        return [excerpt for excerpt in excerpts if excerpt]

    def _excerpt(self, place: Place, passage: Passage, around: int) -> View | None:
        """The sentence at a place with so many neighbours on either side, as far as the passage holds them."""
        part = passage.view.around(*enclosing(self._parts(passage).sentences, *place, around))
        return passage.view.excerpt(*part) if part else None

    def closest(self, place: Place, passage: Passage) -> View:
        """What of the passage is read closest around a place: its sentence. DamageError where that is not stored."""
        return self._excerpt(place, passage, 0) or passage.view

    def cite(
        self, place: Place, score: float, passage: Passage, number: int = 1, names: tuple[Name, ...] | None = None
    ) -> Citation:
        """The citation of a place in the document of `passage`, which stands under these `names` (None: they are looked
        up). DamageError where that is not stored."""
        (document, stale), parts = self._look_up(passage.document_id), self._parts(passage)
        start, end = place
        sentence_start, sentence_end = enclosing(parts.sentences, start, end)
        if sentence_end - sentence_start > LONGEST_SENTENCE:  # a table or a text without full stops, not a sentence
            sentence_start = max(sentence_start, passage.start)
            sentence_end = min(sentence_end, passage.start + len(passage.text))
        names = self._names(document, parts, place) if names is None else names
        shown, sentence_shown, shown_start = shown_quote(
            passage.view, place, (sentence_start, sentence_end), document.text
        )
        for row in names:
            if row.kind == "row" and shown and passage.view.find(row.start, row.end) is None:  # of a wide row, a part
                sentence_shown, shown_start = with_row(row.shown, sentence_shown, shown_start)
        return Citation(
            number=number,
            text=document.text[start:end],
            sentence=document.text[sentence_start:sentence_end],
            document_id=document.id,
            title=document.title,
            source=document.source,
            page=document.page_at(start),
            start=start,
            end=end,
            sentence_start=sentence_start,
            sentence_end=sentence_end,
            score=score,
            passage=passage.text,
            passage_start=passage.start,
            stale=stale,
            shown=shown,
            sentence_shown=sentence_shown,
            shown_start=shown_start,
            names=names,
            sha256=document.sha256 if document.extraction else "",
            extraction=document.extraction,
            locator=document.locator_at(start, parts.blocks),
            address=address_of(document.source),
        )

    def cite_list(self, best: Citation, passage: Passage) -> tuple[Citation, ...]:
        """A citation for each item of the list in which the best quote stands, or to which it leads; nothing where
        there is none."""
        items = self._whole_run(best, passage, list_around)
        if len(items) < 2:
            return ()
        # An item's names are those of all; what leads to the list has none itself.
        names = None if best.start < items[0].start else best.names
        cited: list[Citation] = []
        for item in items:
            part = self._block_alone(item, passage)
            if part.view.units:
                place = part.view.place(part.view.units[0][0], part.view.units[-1][1])
                cited.append(self.cite(place, best.score, part, names=cited[0].names if cited else names))
        return tuple(cited)

    def cite_cells(self, best: Citation, passage: Passage, question: str) -> tuple[Citation, ...]:
        """A citation for each cell that answers as the best quote's does, in other rows of its table; nothing where the
        words of the table do not tell."""
        rows = self._whole_run(best, passage, table_around)
        text = self.document(passage.document_id).text
        context = passage.view.text[: passage.view.context]
        cells = cells_like(text, rows, (best.start, best.end), question, context) if rows else []
        return tuple(self.cite(cell, best.score, self._block_alone(row, passage)) for row, cell in cells)

    def sentences(self, passage: Passage) -> list[Place]:
        """Where in the passage's view its sentences are read, in order. DamageError where that is not stored."""
        found = (passage.view.find(one.start, one.end) for one in self._parts(passage).sentences)
        return [place for place in found if place]

    def is_quote(self, place: Place, passage: Passage) -> bool:
        """Whether a place of the passage's document only repeats what was said elsewhere: quoted lines of a mail, a
        block quotation. DamageError where that is not stored."""
        blocks = self._parts(passage).blocks
        at = block_at(blocks, place)
        return at is not None and blocks[at].kind is BlockKind.QUOTE

    def _whole_run(
        self, best: Citation, passage: Passage, run_around: Callable[[str, Sequence[Block], Place], list[Block]]
    ) -> list[Block]:
        """The run of blocks around the best quote that `run_around` finds, from its first to its last."""
        document = self.document(passage.document_id)
        reach = REACH
        while True:  # until both ends of the run are seen
            first, last = max(0, best.start - reach), best.end + reach
            blocks = self._source.parts(passage.document_id, first, last).blocks
            run = run_around(document.text, blocks, (best.start, best.end))
            whole = not run or ((run[0] != blocks[0] or first == 0) and run[-1] != blocks[-1])
            if whole or last > len(document.text):
                return run
            reach *= 4

    def _block_alone(self, block: Block, passage: Passage) -> Passage:
        """A block of the passage's document as a passage of its own, under the same title and headings."""
        document = self.document(passage.document_id)
        context = passage.view.text[: passage.view.context].strip()
        view = view_of(document.text, [block], document.marks, context)
        text = document.text[block.start : block.end]
        return Passage(passage.id, passage.document_id, block.start, block.end, text, view)

    def names(self, place: Place, passage: Passage) -> tuple[Name, ...]:
        """What a place of the passage's document stands under. DamageError where that is not stored."""
        return self._names(self.document(passage.document_id), self._parts(passage), place)

    def _names(self, document: Document, parts: Parts, place: Place) -> tuple[Name, ...]:
        """What a place of the document stands under."""
        at = block_at(parts.blocks, place)
        if at is None or parts.blocks[at].kind is not BlockKind.ITEM:
            return names_at(document, parts, place)
        reach = REACH
        while begins_before(parts.blocks, at) and parts.blocks[0].start:  # until what leads to the list is seen
            first = max(0, place[0] - reach)
            parts = self._source.parts(document.id, first, place[1])
            at = block_at(parts.blocks, place)
            if at is None or not first:
                break
            reach *= 4
        return names_at(document, parts, place)

    def document(self, document_id: str) -> Document:
        """A document that is cited. Raises DamageError where it is not stored."""
        return self._look_up(document_id)[0]

    def _look_up(self, document_id: str) -> tuple[Document, bool]:
        """A document, and whether its file has changed since."""
        if document_id not in self._known:
            try:
                document = self._source.document(document_id)
            except KeyError as error:
                raise _not_stored(document_id) from error
            self._known[document_id] = document, has_changed(document)
        return self._known[document_id]

    def _parts(self, passage: Passage) -> Parts:
        """Those that the passage touches: a book has too many to look up all of them for every question."""
        touched = passage.document_id, passage.start, passage.end
        if touched not in self._parts_of:
            self._parts_of[touched] = self._source.parts(*touched)
        if not self._parts_of[touched].sentences:
            raise _not_stored(passage.document_id)
        return self._parts_of[touched]


def _not_stored(document_id: str) -> DamageError:
    """What a passage was found of is there as well, while nothing is changed: see `Collected.snapshot`."""
    return DamageError(
        f"Of document {document_id} a passage was found, and the rest of it is not there: mend the collection with "
        "'quotewise check --repair'."
    )
