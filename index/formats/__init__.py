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


def _pptx(data: bytes, name: str) -> Extract:
    from index.formats.slides import extract_pptx

    return extract_pptx(data, name)


def _opendocument(data: bytes, name: str) -> Extract:
    from index.formats.opendocument import extract_opendocument

    return extract_opendocument(data, name)


def _rtf(data: bytes, name: str) -> Extract:
    from index.formats.rtf import extract_rtf

    return extract_rtf(data, name)


def _doc(data: bytes, name: str) -> Extract:
    from index.formats.doc import extract_doc

    return extract_doc(data, name)


def _xlsx(data: bytes, name: str) -> Extract:
    from index.formats.sheets import extract_xlsx

    return extract_xlsx(data, name)


def _ods(data: bytes, name: str) -> Extract:
    from index.formats.sheets import extract_ods

    return extract_ods(data, name)


def _csv(data: bytes, name: str) -> Extract:
    from index.formats.sheets import extract_csv

    return extract_csv(data, name)


def _tsv(data: bytes, name: str) -> Extract:
    from index.formats.sheets import extract_tsv

    return extract_tsv(data, name)


EXTRACTORS: dict[str, Callable[[bytes, str], Extract]] = {
    ".txt": _text,
    ".text": _text,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
    ".docm": _docx,
    ".dotx": _docx,
    ".dotm": _docx,
    ".pptx": _pptx,
    ".pptm": _pptx,
    ".ppsx": _pptx,
    ".odt": _opendocument,
    ".ott": _opendocument,
    ".fodt": _opendocument,
    ".odp": _opendocument,
    ".otp": _opendocument,
    ".fodp": _opendocument,
    ".rtf": _rtf,
    ".doc": _doc,
    ".dot": _doc,
    ".xlsx": _xlsx,
    ".xlsm": _xlsx,
    ".ods": _ods,
    ".csv": _csv,
    ".tsv": _tsv,
}
# Raised when something else is made of files than before: their text, blocks, passages or views. What is indexed is
# read again then, the next time that it is added. 6: views leave out what is read for nothing, as marks of direction.
EXTRACTION = 6
