"""What PDFium knows about a page's characters: runs of them with their edges, baselines, sizes and fonts.

A call of PDFium for every character takes longer than all else, so few are made: some for each text object of the
page, one for each word, and all for what is turned, cropped or drawn twice.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from index.formats.pdf.accents import TAKEN, with_accents
from index.formats.pdf.origins import drawn
from index.formats.pdf.shapes import CELL_GAP, Box, Direction, Letter, TextRun
from index.formats.pdf.signs import RIGHT_TO_LEFT, SHOWN

_FIXED_PITCH = 1  # a flag of a font's descriptor (ISO 32000-1, table 123)
_MONOSPACED = ("courier", "mono", "typewriter", "consol", "fixed", "cmtt", "cmsltt", "sftt", "menlo", "inconsolata")
_BOLD = ("bold", "black", "heavy", "semibold", "demi", "cmbx", "sfbx")
_SHORT, _WORD_GAP = 4, 0.22  # letters of a text object; a gap between two words, of the character size
_MEAN_WEIGHT = 500  # PDFium estimates a weight from the thickness of stems; a book face came out at 435

Look = tuple[float, float, bool, bool]  # a text object's baseline and size, whether it is bold, and monospaced


class CharacterReader:
    """Reads the characters of one PDFium page; to be closed after use."""

    def __init__(self, page: Any, fonts: dict[int, tuple[bool, bool]], pdfium: Any, traced: int | None = None) -> None:
        """`fonts` remembers what is known of the file's fonts; `pdfium` is PDFium's interface; the text is `traced` to
        the page of this number, if one is given."""
        self.box: Box = page.get_bbox()
        self._textpage = page.get_textpage()
        self._fonts = fonts
        self._raw = pdfium
        self._pdfium = _functions(pdfium)
        self._page = ctypes.cast(self._textpage.raw, ctypes.c_void_p).value or 0
        self._rect = (ctypes.c_float * 4)()
        self._numbers = (ctypes.c_float * 6)()
        self._point = (ctypes.c_double * 2)()
        self._text = with_accents(self._read_text(), self._box)
        if traced is not None:
            self._text = drawn(self._text, traced)
        self._rtl = RIGHT_TO_LEFT.search(self._text) is not None
        self._directions: dict[int, Direction] = {}

    def close(self) -> None:
        self._textpage.close()

    def runs(self) -> dict[Direction, list[TextRun]]:
        """The visible runs by their direction, in the file's order."""
        found: dict[Direction, list[TextRun]] = {}
        text_object, page = self._pdfium.thing, self._page
        for line in _LINE.finditer(self._text):
            between = "\n"
            position, end = line.span()
            while position < end:
                thing = text_object(page, position)
                if not thing and self._text[position] != TAKEN:  # a blank that PDFium made up from a distance
                    between = between or " "
                    position += 1
                    continue
                stop = self._end_of(thing, position, end) if thing else position + 1
                text = self._text[position:stop].strip(TAKEN)
                if text:
                    direction, like = self._style(position, thing)
                    if text.isspace():
                        between = between or " "
                    if pieces := self._pieces(position, stop, direction, like, between):
                        found.setdefault(direction, []).extend(pieces)
                        between = ""
                position = stop
        return found

    def letters(self, run: TextRun) -> list[Letter]:
        direction = self._directions[run.index]
        found = []
        for index in range(run.index, run.index + len(run.text)):
            character = self._text[index].translate(SHOWN)
            if character.strip():
                left, _, right, _ = direction.turned(*self._box(index))
                found.append((character, left, right))
        return found

    def _read_text(self) -> str:
        """The page's text with one character for each that PDFium counts."""
        count, handle = self._textpage.count_chars(), self._textpage.raw
        if not count:
            return ""
        buffer = (ctypes.c_ushort * (2 * count + 2))()  # room for characters of two units
        if self._raw.FPDFText_GetTextIndexFromCharIndex(handle, count - 1) == count - 1:
            written = self._raw.FPDFText_GetText(handle, 0, count, buffer)
            text = bytes(buffer)[: 2 * count].decode("utf-16-le", "replace")
            if written == count + 1 and len(text) == count:
                return text
        codes = (self._raw.FPDFText_GetUnicode(handle, index) for index in range(count))
        return "".join(chr(code) if code < 0x110000 else "\ufffd" for code in codes)

    def _box(self, index: int) -> Box:
        """Left, bottom, right and top of a character, as high as its font."""
        self._pdfium.box(self._page, index, self._rect)
        left, top, right, bottom = self._rect
        return left, bottom, right, top

    def _end_of(self, thing: int, start: int, end: int) -> int:
        """The end of a text object's characters: they lie together, apart from blanks that PDFium made up."""
        read, page = self._pdfium.thing, self._page

        def belongs(index: int) -> bool:
            while index > start and not (found := read(page, index)):
                index -= 1
            return index == start or found == thing

        if read(page, end - 1) == thing or belongs(end - 1):
            return end
        low, step = start, 8
        while low + step < end and belongs(low + step):
            low += step
            step *= 2
        high = min(low + step, end - 1)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if belongs(middle) else (low, middle)
        while low > start and not read(page, low):
            low -= 1
        return low + 1

    def _pieces(self, start: int, end: int, direction: Direction, like: Look, between: str) -> Sequence[TextRun]:
        """A text object's characters as runs without wide gaps and without what is cropped away."""
        text = self._text[start:end]
        if direction.degrees or (self._rtl and RIGHT_TO_LEFT.search(text)):
            return self._careful_pieces(start, end, direction, like, between)
        words = [word.span() for word in _WORD.finditer(text)]
        if not words:
            return ()
        first = self._box(start + words[0][0])
        last = first if len(text) == 1 else self._box(start + words[-1][1] - 1)
        x0, y0, x1, y1 = self.box
        if first[0] < x0 or last[2] > x1 or last[2] < first[0] or not y0 <= (first[1] + first[3]) / 2 <= y1:
            return self._careful_pieces(start, end, direction, like, between)
        begin, left = start + words[0][0], first[0]
        blank = " " if words[0][0] else between
        if len(words) == 1:
            if 1 < words[0][1] - words[0][0] <= _SHORT:
                return self._short_pieces(begin, start + words[0][1], end, direction, like, blank)
            return (self._run(begin, end, left, last[2], direction, like, blank),)
        found: list[TextRun] = []
        mean, wide, before = (last[2] - left) / len(text), 0.4 * like[1], left
        for (a, b), (c, _) in pairwise(words):
            self._pdfium.box(self._page, start + c, self._rect)
            here = self._rect[0]
            if here - before - (b - a) * mean > wide:
                right = self._box(start + b - 1)[2]
                if here - right > CELL_GAP * like[1]:
                    found.append(self._run(begin, start + b, left, right, direction, like, " " if found else blank))
                    begin, left = start + c, here
            before = here
        found.append(self._run(begin, end, left, last[2], direction, like, " " if found else blank))
        if any(run.right < run.left for run in found):  # it goes back over what it has drawn
            return self._careful_pieces(start, end, direction, like, between)
        return found

    def _short_pieces(
        self, start: int, stop: int, end: int, direction: Direction, like: Look, between: str
    ) -> list[TextRun]:
        """A text object of a few letters up to `stop`, cut at gaps that PDFium does not take for blanks, since
        they are stated as the spacing of characters."""
        boxes = [self._box(index) for index in range(start, stop)]
        gaps = [b[0] - a[2] for a, b in pairwise(boxes)]
        wide = _WORD_GAP * like[1]
        set_apart = len(gaps) > 1 and min(gaps) > wide / 2  # as the letters of some headings are
        cuts = [place for place, gap in enumerate(gaps, 1) if gap > wide and not set_apart]
        edges = [0, *cuts, stop - start]
        return [
            self._run(
                start + a,
                end if b == stop - start else start + b,
                boxes[a][0],
                boxes[b - 1][2],
                direction,
                like,
                " " if a else between,
            )
            for a, b in pairwise(edges)
        ]

    def _careful_pieces(self, start: int, end: int, direction: Direction, like: Look, between: str) -> list[TextRun]:
        """The same by every character's box."""
        return list(self._visible_pieces(start, end, direction, like, between))

    def _visible_pieces(
        self, start: int, end: int, direction: Direction, like: Look, between: str
    ) -> Iterator[TextRun]:
        x0, y0, x1, y1 = self.box
        begin, edges, follows = start, (0.0, 0.0), between
        last: tuple[float, float] | None = None
        for index in range(start, end):
            if self._text[index] == " ":
                follows = follows if last is not None else " "
                continue
            box = self._box(index)
            visible = x0 <= (box[0] + box[2]) / 2 <= x1 and y0 <= (box[1] + box[3]) / 2 <= y1
            left, _, right, _ = direction.turned(*box)
            if last is not None and not (visible and _beside(last, (left, right), like[1])):
                yield self._run(begin, index, *edges, direction, like, follows)
                last, follows = None, " " if self._text[index - 1] == " " else ""
            if visible:
                begin, edges = (begin, edges) if last is not None else (index, (left, right))
                edges = (min(edges[0], left), max(edges[1], right))
                last = (left, right)
        if last is not None:
            yield self._run(begin, end, *edges, direction, like, follows)

    def _run(
        self, start: int, end: int, left: float, right: float, direction: Direction, like: Look, follows: str
    ) -> TextRun:
        self._directions[start] = direction
        text = self._text[start:end].translate(SHOWN)
        return TextRun(text, left, right, *like, start, follows, self.letters)

    def _style(self, index: int, thing: int) -> tuple[Direction, Look]:
        """The direction of a text object, and how it looks."""
        functions = self._pdfium
        functions.matrix(self._page, index, self._numbers)
        functions.origin(self._page, index, self._point, ctypes.byref(self._point, 8))
        size = functions.size(self._page, index)
        a, b, c, d, _, _ = self._numbers
        x, y = self._point
        if b == 0 == c and a > 0 and size > 0:
            direction, v = _UPRIGHT, y
        else:
            sign = -1 if size < 0 else 1
            degrees = math.degrees(math.atan2(sign * b, sign * a)) % 360
            nearest = round(degrees / 90) * 90
            direction = Direction((nearest if abs(degrees - nearest) < 3 else round(degrees)) % 360)
            v = direction.turned(x, y, x, y)[1]
        bold, mono = self._font(index, thing)
        return direction, (v, max(abs(size) * (math.hypot(c, d) or 1.0), 0.1), bold, mono)

    def _font(self, index: int, thing: int) -> tuple[bool, bool]:
        """Whether a text object's font is bold and whether it is monospaced."""
        font = self._pdfium.font(thing)
        if font not in self._fonts:
            handle = self._textpage.raw
            name, flags = ctypes.create_string_buffer(256), ctypes.c_int()
            self._raw.FPDFText_GetFontInfo(handle, index, name, 256, ctypes.byref(flags))
            plain = name.value.decode("latin-1").lower()
            heavy = self._raw.FPDFText_GetFontWeight(handle, index) > _MEAN_WEIGHT
            mono = any(word in plain for word in _MONOSPACED) or bool(flags.value & _FIXED_PITCH)
            self._fonts[font] = (heavy or any(word in plain for word in _BOLD), mono)
        return self._fonts[font]


def _beside(last: tuple[float, float], here: tuple[float, float], size: float) -> bool:
    """Whether a character stands beside the one before it, or in the same box, as the letters of a ligature do."""
    return here == last or -0.5 * size < here[0] - last[1] < CELL_GAP * size or abs(here[1] - last[0]) < size / 2


@dataclass(frozen=True, slots=True)
class _Functions:
    thing: Any
    box: Any
    matrix: Any
    origin: Any
    size: Any
    font: Any


@cache
def _functions(pdfium: Any) -> _Functions:
    """PDFium's functions with plain addresses for pointers: a call through typed pointers took half as long again."""

    def plain(function: Any, result: Any, *arguments: Any) -> Any:
        return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)

    page, number, address = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
    return _Functions(
        plain(pdfium.FPDFText_GetTextObject, ctypes.c_size_t, page, number),
        plain(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, page, number, address),
        plain(pdfium.FPDFText_GetMatrix, ctypes.c_int, page, number, address),
        plain(pdfium.FPDFText_GetCharOrigin, ctypes.c_int, page, number, address, address),
        plain(pdfium.FPDFText_GetFontSize, ctypes.c_double, page, number),
        plain(pdfium.FPDFTextObj_GetFont, ctypes.c_size_t, address),
    )


_UPRIGHT = Direction(0)
_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"[^ ]+")
