"""Text out of spreadsheets: what a person sees in the cells, row by row under the names of the columns.

What is hidden is left out: sheets, rows and columns, and rows that a filter hides. A formula is its last result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.errors import DocumentError
from index.formats.extract import Extract
from index.formats.packages import OpenXmlPackage, XmlPackage, refuse_compound, stated_title
from index.formats.sheets.delimited import delimited_sheet
from index.formats.sheets.grid import CellCount, Sheet
from index.formats.sheets.ods import read_tables
from index.formats.sheets.workbook import ExcelWorkbook
from index.formats.sheets.worksheet import SheetReader
from index.formats.sheets.writing import SheetWriter, is_telling_name
from index.formats.titles import telling_title

_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def extract_xlsx(data: bytes, name: str) -> Extract:
    """The cells of an Excel workbook as they are seen there, with comments, text boxes and the titles of charts."""
    refuse_compound(data, name, "Excel", ".xlsx")
    return _safely(_read_xlsx, data, name)


def extract_ods(data: bytes, name: str) -> Extract:
    """The cells of an OpenDocument spreadsheet as they are seen there, with comments and text boxes."""
    return _safely(_read_ods, data, name)


def extract_csv(data: bytes, name: str) -> Extract:
    """The cells of a text file with values between commas, semicolons, tabs or bars."""
    return _written([delimited_sheet(data, name)], "", plain=True)


def extract_tsv(data: bytes, name: str) -> Extract:
    """The cells of a text file with values between tabs."""
    return _written([delimited_sheet(data, name, expected="\t")], "", plain=True)


def _safely(read: Callable[[bytes, str], Extract], data: bytes, name: str) -> Extract:
    try:
        return read(data, name)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib and lxml raise many kinds on damaged files
        raise DocumentError(
            f"{name} is not a readable spreadsheet: open it in a spreadsheet program and save it again."
        ) from error


def _read_xlsx(data: bytes, name: str) -> Extract:
    package, count = OpenXmlPackage(data, name), CellCount(name)
    workbook = ExcelWorkbook(package)
    sheets = [SheetReader(workbook, count).read(sheet) for sheet in workbook.sheets]
    return _written(sheets, telling_title(stated_title(package), name))


def _read_ods(data: bytes, name: str) -> Extract:
    package = XmlPackage(data, name)
    if b"encryption-data" in (package.read("META-INF/manifest.xml") or b""):
        raise DocumentError(f"{name} has a password: save it without one.")
    meta = package.xml("meta.xml")
    title = "" if meta is None else next((one.text for one in meta.iter(_TITLE)), "")
    return _written(read_tables(package, CellCount(name)), telling_title(title or "", name))


def _written(sheets: Sequence[Sheet], title: str, *, plain: bool = False) -> Extract:
    filled = [sheet for sheet in sheets if not sheet.is_empty]
    writer = SheetWriter(plain=plain, heads=len(filled) > 1 or any(is_telling_name(sheet.name) for sheet in filled))
    for sheet in filled:
        writer.write(sheet)
    return writer.builder.build(title)
