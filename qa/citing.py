"""From a span in a passage to a citation in its document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from index.loaders import has_changed
from index.records import BlockKind, Document, Parts, Passage, Place, Sentence, View
from index.views import view_of
from qa.listing import block_at, list_around
from qa.naming import begins_before, lead_in_of, names_in_row
from qa.records import Citation, Name
from qa.source import Source

REACH = 4000  # characters on either side of a quote in which the list around it is looked for first
LONGEST_SENTENCE = 2000  # characters; of a longer one, a citation shows what stands in the passage


def enclosing(sentences: Sequence[Sentence], start: int, end: int, around: int = 0) -> tuple[int, int]:
    """From the start of the sentence that holds `start` to the end of the one that holds `end` - 1, and so many more
    sentences `around` them, before and behind."""
    first = max(0, bisect_right(sentences, start, key=lambda s: s.start) - 1 - around)
    last = max(0, bisect_right(sentences, end - 1, key=lambda s: s.start) - 1)
    last = min(last + around, len(sentences) - 1)
    return min(start, sentences[first].start), max(end, sentences[last].end)


def shown_quote(view: View, quote: Place, sentence: Place) -> tuple[str, str, int]:
    """Words of a document and the sentence around them, as far as the view holds it, as a person would copy them out;
    and where in that sentence they begin."""
    found, around = view.find(*quote), view.around(*sentence)
    if found is None or around is None:
        return "", "", 0
    start, end = min(around[0], found[0]), max(around[1], found[1])
    return view.text[slice(*found)], view.text[start:end], found[0] - start


def with_row(row: str, sentence: str, start: int) -> tuple[str, int]:
    """A part of a row behind the row's name, and where in that the quoted words begin."""
    before = f"{row}; \u2026 "
    return before + sentence, len(before) + start


class Citer:
    """Makes the citations of one answer, looking up each document and each passage's sentences once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[str, tuple[Document, bool]] = {}
        self._parts_of: dict[tuple[str, int, int], Parts] = {}

    def excerpts(self, place: Place, passage: Passage) -> list[View]:
        """What of the passage is read closer around a place: its sentence with a neighbour on either side, and its
        sentence alone. KeyError where the document is gone."""
        excerpts = (self._excerpt(place, passage, around) for around in (1, 0))
        return [excerpt for excerpt in excerpts if excerpt]

    def _excerpt(self, place: Place, passage: Passage, around: int) -> View | None:
        """The sentence at a place with so many neighbours on either side, as far as the passage holds them."""
        part = passage.view.around(*enclosing(self._parts(passage).sentences, *place, around))
        return passage.view.excerpt(*part) if part else None

    def closest(self, place: Place, passage: Passage) -> View:
        """What of the passage is read closest around a place: its sentence. KeyError where the document is gone."""
        return self._excerpt(place, passage, 0) or passage.view

    def cite(
        self, place: Place, score: float, passage: Passage, number: int = 1, names: tuple[Name, ...] | None = None
    ) -> Citation:
        """The citation of a place in the document of `passage`, which stands under these `names` (None: they are looked
        up). KeyError where the document is gone."""
        (document, stale), parts = self._look_up(passage.document_id), self._parts(passage)
        start, end = place
        sentence_start, sentence_end = enclosing(parts.sentences, start, end)
        if sentence_end - sentence_start > LONGEST_SENTENCE:  # a table or a text without full stops, not a sentence
            sentence_start = max(sentence_start, passage.start)
            sentence_end = min(sentence_end, passage.start + len(passage.text))
        names = self._names(document, parts, place) if names is None else names
        shown, sentence_shown, shown_start = shown_quote(passage.view, place, (sentence_start, sentence_end))
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
        )

    def cite_list(self, best: Citation, passage: Passage) -> tuple[Citation, ...]:
        """A citation for each item of the list in which the best quote stands; nothing where that is in none."""
        document = self.document(passage.document_id)
        reach = REACH
        while True:  # until both ends of the list are seen
            first, last = max(0, best.start - reach), best.end + reach
            blocks = self._source.parts(passage.document_id, first, last).blocks
            items = list_around(document.text, blocks, (best.start, best.end))
            whole = not items or ((items[0] != blocks[0] or first == 0) and items[-1] != blocks[-1])
            if whole or last > len(document.text):
                break
            reach *= 4
        if len(items) < 2:
            return ()
        context = passage.view.text[: passage.view.context].strip()
        cited = []
        for item in items:
            view = view_of(document.text, [item], document.marks, context)
            text = document.text[item.start : item.end]
            part = Passage(passage.id, passage.document_id, item.start, item.end, text, view)
            if view.units:
                place = view.place(view.units[0][0], view.units[-1][1])
                cited.append(self.cite(place, best.score, part, names=best.names))
        return tuple(cited)

    def _names(self, document: Document, parts: Parts, place: Place) -> tuple[Name, ...]:
        """What a place of the document stands under."""
        at = block_at(parts.blocks, place)
        if at is None:
            return ()
        if parts.blocks[at].kind is not BlockKind.ITEM:
            return names_in_row(document, parts.blocks[at], place)
        reach = REACH
        while begins_before(parts.blocks, at) and parts.blocks[0].start:  # until what leads to the list is seen
            first = max(0, place[0] - reach)
            parts = self._source.parts(document.id, first, place[1])
            at = block_at(parts.blocks, place)
            if at is None or not first:
                break
            reach *= 4
        found = None if at is None else lead_in_of(document, parts, at)
        return (found,) if found else ()

    def document(self, document_id: str) -> Document:
        """A document that is cited. Raises KeyError where it is gone."""
        return self._look_up(document_id)[0]

    def _look_up(self, document_id: str) -> tuple[Document, bool]:
        """A document, and whether its file has changed since."""
        if document_id not in self._known:
            document = self._source.document(document_id)
            self._known[document_id] = document, has_changed(document)
        return self._known[document_id]

    def _parts(self, passage: Passage) -> Parts:
        """Those that the passage touches: a book has too many to look up all of them for every question."""
        touched = passage.document_id, passage.start, passage.end
        if touched not in self._parts_of:
            self._parts_of[touched] = self._source.parts(*touched)
        if not self._parts_of[touched].sentences:
            raise KeyError(passage.document_id)
        return self._parts_of[touched]
