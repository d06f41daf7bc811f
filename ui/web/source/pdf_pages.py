"""Pages of PDFs as images, with boxes around the quoted words: exact, from where each character was taken."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from index.children.pages import character_origins, page_boxes, page_image
from index.formats.pdf.origins import Origins, text_sha256
from index.records import Document, Place
from qa.opened import Kept
from ui.web.source.records import Marked, MarkedPage, OriginalFile

NARROWEST, WIDEST = 200, 2400  # pixels of an image
MOST_ORIGINS = 8  # files; those of a manual of 950 pages take 3 MB
MOST_IMAGE_BYTES = 32_000_000  # of images that are kept: some 100 pages


class PdfPages:
    """Draws pages and finds words on them. What was drawn last is kept. Safe to use from several threads."""

    def __init__(self) -> None:
        self._origins: Kept[str, Origins] = Kept(MOST_ORIGINS)
        self._finding = threading.Lock()  # one file at a time, so that a process is left to draw pages
        self._images: dict[tuple[str, int, int], bytes] = {}
        self._lock = threading.Lock()

    def image(self, document: Document, file: OriginalFile, page: int, width: int) -> bytes:
        """A page, numbered from 1, as a PNG of about so many pixels across, at least NARROWEST and at most WIDEST.

        Raises DocumentError where it cannot be drawn.
        """
        key = document.sha256, page, min(max(width, NARROWEST), WIDEST)
        with self._lock:
            if key in self._images:
                self._images[key] = found = self._images.pop(key)  # behind all others
                return found
        found = page_image(file.data, file.path.name, page, key[2])
        with self._lock:
            self._images[key] = found
            while len(self._images) > 1 and sum(map(len, self._images.values())) > MOST_IMAGE_BYTES:
                del self._images[next(iter(self._images))]
        return found

    def marked(self, document: Document, file: OriginalFile, page: int, marked: Marked) -> MarkedPage:
        """A page, numbered from 1, with the boxes of what of the document is marked on it. Raises DocumentError."""
        is_marked = bool(marked.quote or marked.sentence)
        origins = self._origins_of(document, file) if is_marked else None
        places = [_on_page(origins, page, some) for some in (marked.quote, marked.sentence)]
        found = page_boxes(file.data, file.path.name, page, places)
        quote, sentence = found.groups
        return MarkedPage(page, found.width, found.height, quote, sentence, origins is not None or not is_marked)

    def _origins_of(self, document: Document, file: OriginalFile) -> Origins | None:
        """Where the document's characters stand on its pages; None where that cannot be told, since its text was taken
        out of the file otherwise than it would be now. Raises DocumentError where the file cannot be read."""

        def find() -> Origins:
            with self._finding:
                return character_origins(file.data, file.path.name)

        origins = self._origins.get(document.sha256, find)
        return origins if origins.text_sha256 == text_sha256(document.text) else None


def _on_page(origins: Origins | None, page: int, places: Sequence[Place]) -> list[Place]:
    return origins.on_page(page, places) if origins else []
