"""Text out of each file format, by the library that kept it most exactly in trials; one module a format.

Each function takes the bytes of a file and its name (for messages) and returns an Extract, or raises DocumentError
with one sentence. A new format is a module here and a line in EXTRACTORS.
"""

from __future__ import annotations

from collections.abc import Callable

from index.formats.extract import Extract
from index.formats.ocr.program import is_installed


def _text(data: bytes, name: str) -> Extract:
    from index.formats.text import extract_text  # here and below: who reads one format does not wait for the others

    return extract_text(data, name)


def _markdown(data: bytes, name: str) -> Extract:
    from index.formats.markdown import extract_markdown

    return extract_markdown(data, name)


def _html(data: bytes, name: str) -> Extract:
    from index.formats.html import extract_html

    return extract_html(data, name)


def _pdf(data: bytes, name: str) -> Extract:
    from index.formats.pdf import extract_pdf

    return extract_pdf(data, name)


def _docx(data: bytes, name: str) -> Extract:
    from index.formats.docx import extract_docx

    return extract_docx(data, name)


def _image(data: bytes, name: str) -> Extract:
    from index.formats.image import extract_image

    return extract_image(data, name)


IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")
EXTRACTORS: dict[str, Callable[[bytes, str], Extract]] = {
    ".txt": _text,
    ".text": _text,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
    **dict.fromkeys(IMAGES, _image),
}
# Raised when something else is made of files than before: their text, blocks, passages or views. What is indexed is
# read again then, the next time that it is added. 6: views leave out what is read for nothing, as marks of direction.
EXTRACTION = 6
# Added to EXTRACTION for a file that was read while OCR was installed, if it is of a kind that OCR reads.
BY_OCR = 1000


def extraction_of(suffix: str) -> int:
    """The version of what is made of files of this kind (".pdf") now, on this machine."""
    return EXTRACTION + (BY_OCR if suffix == ".pdf" or suffix in IMAGES else 0) * is_installed()


def is_read_unasked(suffix: str) -> bool:
    """Whether files of this kind are read where a folder is added. Images are no documents where nothing reads them:
    one is told so of those that one names."""
    return suffix in EXTRACTORS and (suffix not in IMAGES or is_installed())


def is_current(extraction: int, has_unreadable: bool) -> bool:
    """Whether a file that was read with this version needs not be read again, since nothing else would be found in it.

    What was read while OCR was installed stays where it is not any more; what has pages that could not be read is read
    again once it is. That happens once: OCR finds words on a page or does not.
    """
    if extraction == EXTRACTION:
        return not (has_unreadable and is_installed())
    return extraction == EXTRACTION + BY_OCR
