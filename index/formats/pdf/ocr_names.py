"""How a place is named that was read by OCR: "page 3 (read by OCR, unsure of “Tbe”)"."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from index.formats.extract import Extract
from index.formats.ocr.records import UNSURE, OcrPage
from index.formats.pdf.origins import PAGE, READ
from index.formats.traced import NO_ORIGIN, origins_of
from index.records import Locator

MOST_NAMED = 3  # words
READ_BY = "read by OCR"


def locators_of(extract: Extract, pages: Mapping[int, OcrPage], *, is_one_image: bool = False) -> tuple[Locator, ...]:
    """The names of the parts of a text that tells where it was read: one for each block or page on which other words
    are unsure. `pages` are those that were read, by their numbers from 0. Of a single image, the page is not named."""
    unsure = {number: _Unsure(page) for number, page in pages.items()}
    origins = origins_of(extract.text)
    found: list[Locator] = []
    for page, start, end in _stretches(extract):
        name = f"page {page + 1}"
        if page in unsure:
            words = unsure[page].among(origins[start:end])
            said = ", ".join([READ_BY, *([f"unsure of {_listed(words)}"] if words else [])])
            name = said if is_one_image else f"{name} ({said})"
        if (found or page in unsure) and (not found or found[-1].name != name):
            found.append(Locator(start, name))
    return tuple(found)


def _stretches(extract: Extract) -> Iterator[tuple[int, int, int]]:
    """The parts of the text that lie in one block and on one page: the page's number from 0, start and end."""
    starts = extract.page_starts
    edges = sorted({*(block.start for block in extract.blocks), *starts, len(extract.text)})
    for start, end in pairwise(edges):
        if extract.text[start:end].strip():
            yield bisect_right(starts, start) - 1, start, end


class _Unsure:
    """The words of a page, and which of them are unsure."""

    def __init__(self, page: OcrPage) -> None:
        found = list(page.words())
        self._starts = [place for place, _ in found]
        self._words = [word for _, word in found]

    def among(self, origins: Sequence[int]) -> list[str]:
        """The unsure words of these characters of the page, in order."""
        places = dict.fromkeys(
            bisect_right(self._starts, origin % PAGE - READ) - 1 for origin in origins if origin != NO_ORIGIN
        )
        words = [self._words[at] for at in places]
        return [one.text for one in words if one.confidence < UNSURE and any(map(str.isalnum, one.text))]


def _listed(words: Sequence[str]) -> str:
    if len(words) > MOST_NAMED:
        return f"{len(words)} words"
    return ", ".join(f"“{word}”" for word in words)
