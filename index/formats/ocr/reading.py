"""An image of a page to the words on it: in its right size, turned upright, without what only looks like words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from index.formats.ocr.bullets import with_bullets
from index.formats.ocr.hocr import lines_of_hocr
from index.formats.ocr.program import OcrError, Tesseract
from index.formats.ocr.records import OcrLine, OcrPage

DOTS = 300  # to the inch: what Tesseract was trained on, and reads best
MOST_PIXELS = 12_000_000  # that are read: a page of A3 at 200 dots, of A4 at 370
MOST_ENLARGED = 2  # times: of 11 small images 3 gave more words in a larger size, and one a quarter fewer
# Of the characters of a line, on average. On 10 real pages 17 lines were less sure, of which 4 were text, most of it
# misread; of 13 lines from there up to 53, 9 were.
LEAST_SURE = 40
SURE = 70  # on average of a page that lies upright; real ones mostly had 86 to 95, and one upside down 40
TURNS = (180, 90, 270)
SMALL = 0.5  # of the size, in which turns are tried
FEWEST = 12  # sure characters of a page that is turned
SURER = 1.5  # times as many sure characters, that a page must have when it is turned


def read_image(image: Any, width: float, height: float, tesseract: Tesseract) -> OcrPage:
    """The words of an image (of PIL, grey or in colour) of a page of so many points as it is shown. Raises OcrError."""
    turn, lines = 0, _lines(image, width / image.width, tesseract)
    if lines and (_sureness(lines) < SURE or 2 * _characters(lines, sideways=True) > _characters(lines)):
        turn = _right_turn(image, _sure_characters(lines), tesseract)
        if turn:
            width, height = (height, width) if turn in (90, 270) else (width, height)
            image = turned(image, turn)
            lines = _lines(image, width / image.width, tesseract)
    lines = with_bullets(lines)
    lines = [line for line in lines if _sureness([line]) >= LEAST_SURE and _has_word(line)]
    return OcrPage(width, height, turn, tuple(lines))


def turned(image: Any, degrees: int) -> Any:
    """The image turned clockwise by quarters."""
    from PIL.Image import Transpose

    turns = {90: Transpose.ROTATE_270, 180: Transpose.ROTATE_180, 270: Transpose.ROTATE_90}
    return image.transpose(turns[degrees]) if degrees else image


def fitting_scale(width: float, height: float, known: float = math.inf) -> float:
    """How many pixels an image of a page of so many points has for each point: as many as DOTS to the inch, if it has
    not too many then. `known` are the pixels for a point that there are, where the page is an image."""
    return min(DOTS / 72, math.sqrt(MOST_PIXELS / (width * height)), MOST_ENLARGED * known)


def _lines(image: Any, scale: float, tesseract: Tesseract) -> list[OcrLine]:
    # In colour where there is some: of a table with a blue head, 58 words were found so, and 30 in grey.
    header = f"{'P5' if image.mode == 'L' else 'P6'}\n{image.width} {image.height}\n255\n".encode()
    written = tesseract.hocr(header + image.tobytes(), dots=max(70, round(72 / scale)))
    try:
        return lines_of_hocr(written, scale)
    except ValueError as error:
        raise OcrError(str(error)) from error


def _right_turn(image: Any, upright: float, tesseract: Tesseract) -> int:
    """How far a page is to be turned clockwise on which little can be read; 0 where nothing is surer."""
    small = image.resize((max(1, round(image.width * SMALL)), max(1, round(image.height * SMALL))))
    found = [(_sure_characters(_lines(turned(small, turn), 1.0, tesseract)), turn) for turn in TURNS]
    best, turn = max(found)
    return turn if best > SURER * upright and best >= FEWEST else 0


def _sureness(lines: Sequence[OcrLine]) -> float:
    """How sure the characters are on average, 0 to 100."""
    words = [word for line in lines for word in line.words]
    total = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / total if total else 0.0


def _characters(lines: Sequence[OcrLine], *, sideways: bool = False) -> int:
    """How many characters there are, in lines up and down or in all."""
    return sum(len(word.text) for line in lines if line.is_sideways or not sideways for word in line.words)


def _sure_characters(lines: Sequence[OcrLine]) -> float:
    """How many characters of lines that run across are sure."""
    words = [word for line in lines if not line.is_sideways for word in line.words]
    return sum(len(word.text) for word in words if word.confidence >= SURE and any(map(str.isalnum, word.text)))


def _has_word(line: OcrLine) -> bool:
    return any(character.isalnum() for word in line.words for character in word.text)
