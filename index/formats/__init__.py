"""Text out of each file format, by the library that kept it most exactly in trials; one module a format.

Each function takes the bytes of a file and its name (for messages) and returns an Extract, or raises DocumentError
with one sentence. A new format is a module here and a line in EXTRACTORS.
"""

from __future__ import annotations

from collections.abc import Callable

from index.formats.extract import Extract


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


def _zip(data: bytes, name: str) -> Extract:
    from index.formats.archives import extract_zip

    return extract_zip(data, name, EXTRACTORS)


def _tar(data: bytes, name: str) -> Extract:
    from index.formats.archives import extract_tar

    return extract_tar(data, name, EXTRACTORS)


EXTRACTORS: dict[str, Callable[[bytes, str], Extract]] = {
    ".txt": _text,
    ".text": _text,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
    ".zip": _zip,
    ".tar": _tar,
    ".tgz": _tar,
    ".tar.gz": _tar,
}
# Raised when something else is made of files than before: their text, blocks, passages or views. What is indexed is
# read again then, the next time that it is added. 6: views leave out what is read for nothing, as marks of direction.
EXTRACTION = 6
