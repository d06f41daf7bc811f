"""Text out of each file format, by the library that kept it most exactly in trials; one module a format.

Each function takes the bytes of a file and its name (for messages) and returns an Extract, or raises DocumentError
with one sentence. A new format is a module here and a line in EXTRACTORS.
"""

from __future__ import annotations

from collections.abc import Callable

from index.formats.docx import extract_docx
from index.formats.extract import Extract
from index.formats.html import extract_html
from index.formats.markdown import extract_markdown
from index.formats.pdf import extract_pdf
from index.formats.text import extract_text

EXTRACTORS: dict[str, Callable[[bytes, str], Extract]] = {
    ".txt": extract_text,
    ".text": extract_text,
    ".md": extract_markdown,
    ".markdown": extract_markdown,
    ".html": extract_html,
    ".htm": extract_html,
    ".pdf": extract_pdf,
    ".docx": extract_docx,
}
EXTRACTION = 5  # raised when text is taken out of files otherwise, so that what is indexed is read again
