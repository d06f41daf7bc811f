"""What stands in boxes on a page of a PDF, told without the code that made the boxes."""

from __future__ import annotations

import ctypes
import html
import io
import re
import subprocess
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from index.formats.pdf.shapes import HYPHEN, Box
from index.formats.pdf.signs import shown

CROPPED = 1  # in place of degrees: a tenth is cut off at every side
CUT = 0.1
SCALE = 100  # PDFium tells places of a device in whole numbers
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
SAME = str.maketrans({"\u0131": "i", "\u0237": "j"})
WRITTEN = "|^_"
HYPHENS = "\x02-\u00ad\u2010"


def changed_file(data: bytes, way: int) -> bytes:
    """The PDF with all pages turned by so many degrees, or CROPPED. Raises ValueError where it cannot be changed."""
    if not way:
        return data
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            for page in pdf:
                if way == CROPPED:
                    left, bottom, right, top = page.get_bbox()
                    x, y = CUT * (right - left), CUT * (top - bottom)
                    page.set_cropbox(left + x, bottom + y, right - x, top - y)
                else:
                    page.set_rotation((page.get_rotation() + way) % 360)
            written = io.BytesIO()
            pdf.save(written)
            return written.getvalue()
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from error


def letters(text: str) -> str:
    """What is compared of a text: letters, digits and signs in their plain forms; no white space, hyphens, accents, nor
    the signs that are written between cells and around exponents."""
    plain = unicodedata.normalize("NFKD", text.translate(SAME)).casefold()
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LNS" and c not in WRITTEN)


def is_same(drawn: str, character: str) -> bool:
    """Whether a character of a text may be what is drawn as this one, raised, accented or not."""
    seen = shown(drawn)
    return seen == character or letters(drawn) == letters(character) != "" or (seen, character) == (HYPHEN, "-")


class PageJudge:
    """Looks at the characters of a PDF's pages by their places."""

    def __init__(self, data: bytes, known: dict[int, set[int]]) -> None:
        """`known` are, by page from 1, the characters that are in the file's text."""
        self._pdf = pypdfium2.PdfDocument(data)
        self.known = known
        self._pages: dict[int, tuple[pypdfium2.PdfPage, pypdfium2.PdfTextPage]] = {}

    def inside(self, number: int, boxes: Sequence[Box]) -> list[int]:
        """The places of the characters of a page whose middle lies in one of the boxes, without those in no text."""
        page, textpage = self._page(number)
        spread = [_on_page(page, box) for box in boxes]
        found = []
        for index in range(textpage.count_chars()):
            left, bottom, right, top = textpage.get_charbox(index)
            x, y = (left + right) / 2, (bottom + top) / 2
            if any(a <= x <= c and b <= y <= d for a, b, c, d in spread) and index in self.known[number]:
                found.append(index)
        return found

    def without_overlaid(self, number: int, inside: Sequence[int], meant: set[int]) -> list[int]:
        """Those of the characters that are meant or not drawn over one that is: of "LaTeX" as its logo is set, the
        raised A stands in another line of the text, and over the L on the page."""
        _, textpage = self._page(number)
        boxes = [textpage.get_charbox(index, loose=True) for index in meant]
        return [
            index
            for index in inside
            if index in meant or not any(_overlap(textpage.get_charbox(index), box) for box in boxes)
        ]

    def text(self, number: int, places: Sequence[int]) -> str:
        """The characters at these places of a page."""
        return "".join(self._character(self._page(number)[1], index) for index in places)

    def is_hyphen(self, number: int, index: int) -> bool:
        """Whether a character of a page is a hyphen that is in no text."""
        _, textpage = self._page(number)
        if index in self.known[number] or index >= textpage.count_chars():
            return False
        return self._character(textpage, index) in HYPHENS

    def _page(self, number: int) -> tuple[pypdfium2.PdfPage, pypdfium2.PdfTextPage]:
        if number not in self._pages:
            page = self._pdf[number - 1]
            self._pages[number] = page, page.get_textpage()
        return self._pages[number]

    def _character(self, textpage: pypdfium2.PdfTextPage, index: int) -> str:
        return chr(min(pdfium.FPDFText_GetUnicode(textpage, index), 0x10FFFF))


def _on_page(page: pypdfium2.PdfPage, box: Box) -> Box:
    """A box of the page as it is shown, in points from its upper left corner, as PDFium places it on the page."""
    width, height = (round(SCALE * one) for one in page.get_size())
    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        across, up = ctypes.c_double(), ctypes.c_double()
        at = round(SCALE * x), round(SCALE * y)
        pdfium.FPDF_DeviceToPage(page, 0, 0, width, height, 0, *at, across, up)
        corners.append((across.value, up.value))
    (a, b), (c, d) = corners
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def poppler_letters(path: Path, page: int, boxes: Sequence[Box]) -> str:
    """The words of a page whose middle lies in one of the boxes, as pdftotext sees them."""
    command = ["pdftotext", "-bbox", "-cropbox", "-f", str(page), "-l", str(page), str(path), "-"]
    written = subprocess.run(command, capture_output=True, timeout=60, check=False).stdout.decode("utf-8", "replace")
    inside: list[str] = []
    for *edges, word in WORD.findall(written):
        a, b, c, d = map(float, edges)
        x, y = (a + c) / 2, (b + d) / 2
        if any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes):
            inside.append(html.unescape(word))
    return " ".join(inside)
