"""Text out of each file format, by the library that kept it most exactly in trials; one module or room a format.

Each function takes the bytes of a file and its name (for messages) and returns an Extract, or raises DocumentError
with one sentence. A new format is a module here and a line in FORMATS.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from index.formats.endings import ending_of
from index.formats.extract import Extract
from index.formats.ocr.program import is_installed

DocumentKind = Literal[
    "PDF", "Word", "OpenDocument text", "rich text", "slides", "spreadsheet", "Markdown", "web page", "e-mail", "book",
    "subtitles", "notebook", "image", "archive", "source code", "text",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """What files with one ending are, and the function in a module of `index.formats` that reads them, written as
    "module:function": who reads one format does not wait for the others."""

    kind: DocumentKind
    reader: str

    def extract(self, data: bytes, name: str) -> Extract:
        """The text and structure of a file with these bytes. Raises DocumentError where it is none of its kind."""
        module, _, function = self.reader.partition(":")
        extract: Extract = getattr(import_module(f"index.formats.{module}"), function)(data, name)
        return extract


# Lines that are kept as they are written, and found by their number.
CODE = (
    ".py .pyi .js .mjs .jsx .ts .tsx .vue .java .kt .scala .c .h .cc .cpp .cxx .hpp .cs .go .rs .rb .php .swift .m .pl "
    ".pm .r .jl .lua .hs .ml .clj .ex .erl .dart .groovy .sh .bash .zsh .bat .ps1 .sql .css .scss .less .json .jsonl "
    ".yaml .yml .toml .ini .cfg .conf .properties .tf .proto .graphql .gradle .cmake .mk .diff .patch .f90 .f .vb .pas "
    ".asm .s .v .vhd .sol .zig .nim .log"
).split()
IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")
FORMATS: dict[str, Format] = {
    **dict.fromkeys((".txt", ".text"), Format("text", "text:extract_text")),
    **dict.fromkeys((".md", ".markdown"), Format("Markdown", "markdown:extract_markdown")),
    **dict.fromkeys((".html", ".htm"), Format("web page", "html:extract_html")),
    **dict.fromkeys((".xhtml", ".xht"), Format("web page", "xhtml:extract_xhtml")),
    ".pdf": Format("PDF", "pdf:extract_pdf"),
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm", ".doc", ".dot"), Format("Word", "word:extract_word")),
    **dict.fromkeys((".odt", ".ott", ".fodt"), Format("OpenDocument text", "opendocument:extract_opendocument")),
    ".rtf": Format("rich text", "word:extract_word"),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx"), Format("slides", "slides:extract_pptx")),
    **dict.fromkeys((".odp", ".otp", ".fodp"), Format("slides", "opendocument:extract_opendocument")),
    **dict.fromkeys((".xlsx", ".xlsm"), Format("spreadsheet", "sheets:extract_xlsx")),
    ".ods": Format("spreadsheet", "sheets:extract_ods"),
    ".csv": Format("spreadsheet", "sheets:extract_csv"),
    ".tsv": Format("spreadsheet", "sheets:extract_tsv"),
    ".eml": Format("e-mail", "mail:extract_eml"),
    ".mbox": Format("e-mail", "mail:extract_mbox"),
    ".epub": Format("book", "epub:extract_epub"),
    **dict.fromkeys((".srt", ".vtt"), Format("subtitles", "subtitles:extract_subtitles")),
    ".ipynb": Format("notebook", "notebook:extract_notebook"),
    ".rst": Format("text", "rst:extract_rst"),
    ".tex": Format("text", "tex:extract_tex"),
    ".zip": Format("archive", "archives:extract_zip"),
    **dict.fromkeys((".tar", ".tgz", ".tar.gz"), Format("archive", "archives:extract_tar")),
    **dict.fromkeys(IMAGES, Format("image", "image:extract_image")),
    **dict.fromkeys(CODE, Format("source code", "code:extract_code")),
}
# Read where one is named or handed over by itself, and not wherever it lies in a folder: the folder of a program of
# some size would give thousands of them, among which a person's documents are not found any more.
ONLY_NAMED = frozenset(CODE)
# Raised when something else is made of files than before: their text, blocks, passages or views. What is indexed is
# read again then, the next time that it is added. 6: views leave out what is read for nothing, as marks of direction.
# 7: diagrams of Word in their own order; sentence ends of other languages than English.
# 8: notes of books and pages, line ends of old Word files, and what is inside archives and wants OCR.
# 9: images and scans are read in their colours.
# 10: a heading far behind is no title of a document without one.
EXTRACTION = 10
# Added to EXTRACTION for a file that is or holds something that OCR reads: where it was installed, and where not.
BY_OCR, WITHOUT_OCR = 1000, 500


def kind_of(source: str) -> DocumentKind:
    """What kind of document a file is, by its ending."""
    known = FORMATS.get(ending_of(source))
    return known.kind if known else "text"


def extraction_of(wants_ocr: bool) -> int:
    """The version of what is made of a file now, on this machine; `wants_ocr` is as in `Extract`."""
    if not wants_ocr:  # the program is not even asked
        return EXTRACTION
    return EXTRACTION + (BY_OCR if is_installed() else WITHOUT_OCR)


def is_read_unasked(suffix: str) -> bool:
    """Whether files of this kind are read wherever they lie in a folder that is added. Source code is not, and images
    are not where nothing reads them: one is told so of those that one names."""
    return suffix in FORMATS and suffix not in ONLY_NAMED and (suffix not in IMAGES or is_installed())


def is_current(extraction: int, has_unreadable: bool) -> bool:
    """Whether a file that was read with this version needs not be read again, since nothing else would be found in it.

    What was read while OCR was installed stays where it is not any more; what wanted OCR, or has pages that could not
    be read, is read again once it is. That happens once: OCR finds words on a page or does not.
    """
    if extraction == EXTRACTION + WITHOUT_OCR or (extraction == EXTRACTION and has_unreadable):
        return not is_installed()
    if extraction == EXTRACTION:
        return True
    return extraction == EXTRACTION + BY_OCR
