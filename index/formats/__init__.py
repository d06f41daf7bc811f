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


def _eml(data: bytes, name: str) -> Extract:
    from index.formats.mail import extract_eml

    return extract_eml(data, name)


def _mbox(data: bytes, name: str) -> Extract:
    from index.formats.mail import extract_mbox

    return extract_mbox(data, name)


def _epub(data: bytes, name: str) -> Extract:
    from index.formats.epub import extract_epub

    return extract_epub(data, name)


def _xhtml(data: bytes, name: str) -> Extract:
    from index.formats.xhtml import extract_xhtml

    return extract_xhtml(data, name)


def _subtitles(data: bytes, name: str) -> Extract:
    from index.formats.subtitles import extract_subtitles

    return extract_subtitles(data, name)


def _notebook(data: bytes, name: str) -> Extract:
    from index.formats.notebook import extract_notebook

    return extract_notebook(data, name)


def _rst(data: bytes, name: str) -> Extract:
    from index.formats.rst import extract_rst

    return extract_rst(data, name)


def _tex(data: bytes, name: str) -> Extract:
    from index.formats.tex import extract_tex

    return extract_tex(data, name)


def _code(data: bytes, name: str) -> Extract:
    from index.formats.code import extract_code

    return extract_code(data, name)


def _zip(data: bytes, name: str) -> Extract:
    from index.formats.archives import extract_zip

    return extract_zip(data, name, _in_folders())


def _tar(data: bytes, name: str) -> Extract:
    from index.formats.archives import extract_tar

    return extract_tar(data, name, _in_folders())


def _in_folders() -> dict[str, Callable[[bytes, str], Extract]]:
    """How the kinds are read that are read wherever they lie in a folder."""
    return {ending: extract for ending, extract in EXTRACTORS.items() if ending not in ONLY_NAMED}


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
    ".eml": _eml,
    ".mbox": _mbox,
    ".epub": _epub,
    ".xhtml": _xhtml,
    ".xht": _xhtml,
    ".srt": _subtitles,
    ".vtt": _subtitles,
    ".ipynb": _notebook,
    ".rst": _rst,
    ".tex": _tex,
    ".zip": _zip,
    ".tar": _tar,
    ".tgz": _tar,
    ".tar.gz": _tar,
}
# Lines that are kept as they are written, and found by their number.
CODE = (
    ".py .pyi .js .mjs .jsx .ts .tsx .vue .java .kt .scala .c .h .cc .cpp .cxx .hpp .cs .go .rs .rb .php .swift .m .pl "
    ".pm .r .jl .lua .hs .ml .clj .ex .erl .dart .groovy .sh .bash .zsh .bat .ps1 .sql .css .scss .less .json .jsonl "
    ".yaml .yml .toml .ini .cfg .conf .properties .tf .proto .graphql .gradle .cmake .mk .diff .patch .f90 .f .vb .pas "
    ".asm .s .v .vhd .sol .zig .nim .log"
).split()
EXTRACTORS |= dict.fromkeys(CODE, _code)
# Read where one is named or handed over by itself, and not wherever it lies in a folder: the folder of a program of
# some size would give thousands of them, among which a person's documents are not found any more.
ONLY_NAMED = frozenset(CODE)
# Raised when something else is made of files than before: their text, blocks, passages or views. What is indexed is
# read again then, the next time that it is added. 6: views leave out what is read for nothing, as marks of direction.
EXTRACTION = 6
