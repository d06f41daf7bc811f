"""PDF files: their text layer, page by page."""

from __future__ import annotations

import re
import threading
from contextlib import closing
from typing import Any

from index.errors import DocumentError
from index.formats.extract import Extract

_pdfium = threading.Lock()  # PDFium crashes where two threads use it


def extract_pdf(data: bytes, name: str) -> Extract:
    """The text layer of a PDF with the offset at which each page begins."""
    import pypdfium2

    pages: list[str] = []
    try:
        with _pdfium, closing(pypdfium2.PdfDocument(data)) as pdf:
            title = _pdf_title(pdf)
            for number in range(len(pdf)):
                page = pdf[number]
                pages.append(_clean_pdf(page.get_textpage().get_text_bounded()))
                page.close()
    except pypdfium2.PdfiumError as error:
        reason = "is protected by a password" if "password" in str(error).lower() else "is not a readable PDF"
        raise DocumentError(f"{name} {reason}: open it in a viewer, save an unlocked copy and add that.") from error
    if not any(page.strip() for page in pages):
        raise DocumentError(
            f"{name} is a PDF without text, probably scanned: run it through OCR (for example ocrmypdf) "
            "and add the result."
        )
    starts, position = [], 0
    for text in pages:
        starts.append(position)
        position += len(text) + 1
    return Extract("\n".join(pages), title=title, page_starts=tuple(starts))


def _pdf_title(pdf: Any) -> str:
    try:
        return (pdf.get_metadata_value("Title") or "").strip()
    except UnicodeDecodeError:  # half a character; the file's name serves as well
        return ""


def _clean_pdf(text: str) -> str:
    """PDFium's page text with plain line ends; a word it knows to be hyphenated at a line end is joined."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\x02\ufffe]\n?", "", text)
    return text.encode("utf-8", "replace").decode("utf-8")
