"""A page of a PDF as a viewer shows it: turned, cropped, with its form filled in; done by a worker."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from itertools import islice
from typing import Any

from index.errors import DocumentError
from index.formats.ocr.reading import fitting_scale

# Of an image. A page of A4 that is 2,400 wide has 8.1 million; the bitmap takes 4 bytes for each.
MOST_PIXELS = 9_000_000
# Of zlib. A real page, 1,000 wide, took 11 ms and 129 kB, at level 6 16 ms and 135 kB, at level 9 76 ms and 132 kB.
COMPRESSION = 3
SCAN = 0.7  # of a page, that its image covers
MOST_IMAGES = 50  # of a page that are looked at


def page_image(data: bytes, number: int, width: int) -> bytes:
    """Page `number`, from 1, as a PNG of so many pixels across; fewer, where it would have more than MOST_PIXELS.

    Raises DocumentError where there is no such page, or nothing of it can be drawn.
    """
    with opened_page(data, number, forms=True) as page:
        across, down = page.get_size()
        bitmap = page.render(scale=scale_to(width, across, down), rev_byteorder=True, prefer_bgrx=False)
        return png_of(bitmap.to_pil())


def page_to_read(pdf: Any, number: int) -> tuple[Any, float, float] | None:
    """A page of an open PDF, numbered from 0, as an image (of PIL) in which it can be read, with its size in points as
    it is shown; None where it cannot be drawn."""
    import pypdfium2

    try:
        with closing(pdf[number]) as page:
            width, height = page.get_size()
            if min(width, height) <= 0:
                return None
            scale = fitting_scale(width, height, _pixels_of_scan(page, width * height))
            bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
            return without_colour(bitmap.to_pil().copy()), width, height  # the bitmap's memory is PDFium's
    except (pypdfium2.PdfiumError, ValueError):
        return None


def _pixels_of_scan(page: Any, area: float) -> float:
    """How many pixels for a point the image has that covers most of a page; infinity where none does."""
    import pypdfium2.raw as pdfium

    for image in islice(page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=2), MOST_IMAGES):
        left, bottom, right, top = image.get_bounds()
        across, down = image.get_px_size()
        covered = (right - left) * (top - bottom)
        if covered > SCAN * area and across * down:
            return math.sqrt(across * down / covered)
    return math.inf


def scale_to(width: int, across: float, down: float) -> float:
    """What makes something so large as wide as is wanted, or less, where it would have more than MOST_PIXELS."""
    # `render` rounds up to whole pixels: a strip of a page has one at least, and no image one more than is wanted.
    return min((width - 0.01) / across, math.sqrt(MOST_PIXELS / (across * down)))


def png_of(image: Any) -> bytes:
    """An image (of PIL) as a PNG."""
    written = BytesIO()
    without_colour(image).save(written, "PNG", compress_level=COMPRESSION)
    return written.getvalue()


def without_colour(image: Any) -> Any:
    """The image (of PIL) with one number for each pixel where it has no colour, as most pages: a third of the bytes."""
    from PIL import ImageChops

    if image.mode == "L":
        return image
    grey = image.convert("L")
    return image if ImageChops.difference(image, grey.convert(image.mode)).getbbox() else grey


@contextmanager
def opened_page(data: bytes, number: int, *, forms: bool = False) -> Iterator[Any]:
    """The PDFium page of this number, from 1, with its filled form if that is wanted. Raises DocumentError."""
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(data)) as pdf:
            if not 1 <= number <= len(pdf):
                raise DocumentError(f"There is no page {number}: it has {len(pdf)}.")
            if forms and pdf.get_formtype():
                pdf.init_forms()
            with closing(pdf[number - 1]) as page:
                if min(page.get_size()) <= 0:
                    raise DocumentError(f"Page {number} has no size: there is nothing to see.")
                yield page
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"Page {number} cannot be drawn ({error}): read its text instead.") from error
