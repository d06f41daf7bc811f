"""Images of pages: what is read on them by OCR, each frame as a page.

Pillow decodes them. An image is turned as its camera noted, and no image is larger than a worker's memory holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import islice
from typing import Any, TypeVar

from index.errors import DocumentError
from index.formats.extract import Extract
from index.formats.ocr.program import INSTALL, is_installed
from index.formats.ocr.reading import fitting_scale
from index.formats.ocr.side_by_side import Drawn, read_drawn
from index.formats.pdf import composed
from index.formats.pdf.boxes import MOST_CHARACTERS, MarkedCharacters, lines_of_boxes
from index.formats.pdf.drawing import png_of, scale_to, without_colour
from index.formats.pdf.ocr_lines import page_lines
from index.formats.pdf.ocr_names import locators_of
from index.formats.pdf.origins import READ, Origins
from index.formats.pdf.pages import PageLines
from index.formats.titles import telling_title
from index.records import Place

KINDS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")  # as Pillow calls them
# Of one image. A photo of today's phones has 50 million; in colour they take 150 MB, and as much again while turned.
MOST_PIXELS = 100_000_000
MOST_FRAMES = 2000
Found = TypeVar("Found")
LONGER_SIDE = 842.0  # points of an image, as of A4: what it measures is mostly not told, or wrong


def extract_image(data: bytes, name: str) -> Extract:
    """The text that is read on an image with its blocks; a frame of a TIFF is a page. Raises DocumentError."""
    extract = _extracted(data, name)
    return replace(extract, text=str.__str__(extract.text))


def image_origins(data: bytes, name: str) -> bytes:
    """Where the characters of an image's text stand; see `Origins.to_bytes`. Raises DocumentError."""
    return Origins.of_text(_extracted(data, name).text).to_bytes()


def frame_image(data: bytes, number: int, width: int) -> bytes:
    """Frame `number` of an image, from 1, as a PNG of so many pixels across; see `index.formats.pdf.drawing`. Raises
    DocumentError."""

    def draw(image: Any) -> bytes:
        scale = scale_to(width, image.width, image.height)
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        return png_of(image.resize(size, reducing_gap=2.0))

    return _of_frame(data, f"Page {number}", number - 1, draw)


def frame_boxes(data: bytes, number: int, groups: Sequence[Sequence[Place]]) -> bytes:
    """As `index.formats.pdf.boxes.page_boxes`, of a frame of an image. Raises DocumentError."""
    read = read_drawn(data, [number - 1], lambda one: _of_frame(data, f"Page {number}", one, image_to_read))
    width, height = _of_frame(data, f"Page {number}", number - 1, _points)
    page = read.get(number - 1)

    def boxes(group: Sequence[Place]) -> list[list[float]]:
        shown = (one for a, b in group for one in page.shown_boxes(a - READ, b - READ)) if page else ()
        found = lines_of_boxes(islice((MarkedCharacters(box, across) for box, across in shown), MOST_CHARACTERS))
        return [
            [round(max(a, 0.0), 2), round(max(b, 0.0), 2), round(min(c, width), 2), round(min(d, height), 2)]
            for a, b, c, d in found
        ]

    return json.dumps({"width": width, "height": height, "groups": [boxes(group) for group in groups]}).encode()


def _extracted(data: bytes, name: str) -> Extract:
    if not is_installed():
        raise DocumentError(f"{name} is an image: {INSTALL} and add it again.")
    count = _frames(data, name)
    read = read_drawn(data, range(count), lambda number: _of_frame(data, name, number, image_to_read))
    found = {number: lines for number, lines in page_lines(read, ()).items() if lines.readable}
    if not found:
        raise DocumentError(f"{name} is an image on which OCR reads no words: add a sharper one, or its text as .txt.")
    missing = PageLines([], readable=False)
    extract = composed([found.get(number, missing) for number in range(count)])
    pages = {number: page for number, page in read.items() if number in found}
    locators = locators_of(extract, pages, is_one_image=count == 1)
    return replace(extract, title=telling_title(extract.title, name), locators=locators)


def _frames(data: bytes, name: str) -> int:
    """How many pages an image has: the frames of a TIFF, and one of others, which may move."""

    def count(image: Any) -> int:
        frames: int = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
        return frames

    frames = _opened(data, name, count)
    if frames > MOST_FRAMES:
        raise DocumentError(f"{name} has {frames:,} pages, above the limit of {MOST_FRAMES:,}: split it and add parts.")
    return frames


def _of_frame(data: bytes, name: str, number: int, do: Callable[[Any], Found]) -> Found:
    """What is done with a frame, numbered from 0, as a person sees it: upright, in colour or grey, on white."""

    def with_frame(image: Any) -> Found:
        if number:
            image.seek(number)
        if image.width * image.height > MOST_PIXELS:
            limit = MOST_PIXELS // 1_000_000
            raise DocumentError(f"{name} has more than {limit} million pixels: save a smaller copy and add that.")
        return do(_upright(image))

    return _opened(data, name, with_frame)


def _opened(data: bytes, name: str, do: Callable[[Any], Found]) -> Found:
    from PIL import Image

    try:
        Image.MAX_IMAGE_PIXELS = MOST_PIXELS
        with Image.open(BytesIO(data), formats=KINDS) as image:
            return do(image)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # of a damaged file, Pillow raises whatever its decoders do
        raise DocumentError(f"{name} is no image that can be read: open it in a viewer and save it again.") from error


def _upright(image: Any) -> Any:
    """The image as its camera was held, in grey or in colour, on white where it is transparent."""
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.point(lambda value: value / 256).convert("L")
    return image.convert("L" if image.mode in ("1", "L", "F") else "RGB")


def _points(image: Any) -> tuple[float, float]:
    longer = max(image.width, image.height)
    return image.width * LONGER_SIDE / longer, image.height * LONGER_SIDE / longer


def image_to_read(image: Any) -> Drawn:
    """The image in the size in which it is read."""
    width, height = _points(image)
    scale = fitting_scale(width, height, image.width / width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return without_colour(image).resize(size, reducing_gap=3.0), width, height
