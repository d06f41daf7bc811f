"""Words that were read once, kept in a folder of Quotewise's own: reading a page takes seconds.

A page is read again where nothing is kept of it. What is kept is told by the file's bytes, and by what read it.
"""

from __future__ import annotations

import hashlib
import shutil
import zlib
from contextlib import suppress
from pathlib import Path

from index.errors import HomeError
from index.files import home, replace_file
from index.formats.ocr.program import Tesseract
from index.formats.ocr.records import OcrPage

VERSION = 2  # raised when other words are made of what Tesseract reads
MOST_FILES = 500  # of which pages are kept, those read last; a page takes some 10 kB


class KeptPages:
    """The pages of one file that were read."""

    def __init__(self, data: bytes, tesseract: Tesseract) -> None:
        key = f"{hashlib.sha256(data).hexdigest()} {tesseract.key} {VERSION}"
        self._folder: Path | None = None
        with suppress(HomeError):
            self._folder = home() / "ocr" / hashlib.sha256(key.encode()).hexdigest()[:32]

    def get(self, number: int) -> OcrPage | None:
        """The page of this number, from 0; None where it was not kept."""
        if self._folder is None:
            return None
        try:
            return OcrPage.from_json(zlib.decompress((self._folder / str(number)).read_bytes()).decode())
        except (OSError, ValueError, TypeError, zlib.error):
            return None

    def put(self, number: int, page: OcrPage) -> None:
        """Keep a page. Where the folder cannot be written to, it is read again another time."""
        if self._folder is None:
            return
        with suppress(OSError):
            if not self._folder.exists():
                _make_room(self._folder.parent)
                self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._folder / str(number), zlib.compress(page.to_json().encode()))


def _make_room(folder: Path) -> None:
    """Forget the pages of the files that were read longest ago."""
    with suppress(OSError):
        known = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime_ns)
        for one in known[: max(0, len(known) - MOST_FILES + 1)]:
            shutil.rmtree(one, ignore_errors=True)
