"""Small files of the formats beside text, web pages, Word and PDF, built by code to try what reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from qa.evaluation.robustness.binary_files import image_file, old_word_file
from qa.evaluation.robustness.made_files import zipped

_OPEN_XML = "http://schemas.openxmlformats.org"
_RELATIONS = f"{_OPEN_XML}/package/2006/relationships"
_LINK = f"{_OPEN_XML}/officeDocument/2006/relationships"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = " ".join(
    f'xmlns:{name}="{_OASIS}:{space}:1.0"'
    for name, space in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "presentation": "presentation",
        "style": "style",
    }.items()
)  # fmt: skip

RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\stylesheet{\s1 heading 1;}}{\s1\b The lease\par}"
    rb"\pard The rent is {\b 900} euros a month\'85{\footnote A note.}\par"
    rb"{\listtext 1.\tab}\ls1 dogs\par\trowd\cellx100\cellx200\intbl boat\cell 70\cell\row\pard Gr\u252?\'fce\par}"
)
MAIL = (
    b"From: Tom Lee <tom@example.org>\nTo: anna@example.org\nDate: Fri, 3 May 2024 09:12:00 +0200\n"
    b"Subject: =?utf-8?q?The_lease?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    b"The rent is 900 euros=2E\n\n> Who pays for the heating?\n-- \nTom\n--b\n"
    b"Content-Type: text/html\nContent-Disposition: attachment; filename=a.html\n\n<p>It ends on 31 May.\n--b--\n"
)
SUBTITLES = (
    "WEBVTT\n\nNOTE a note\n\n1\n00:00:01.000 --> 00:00:04.000 align:start\n<v Tom>The rent is\n\n"
    "00:00:04.500 --> 00:00:09.000\n<i>900 euros</i> a month.\n\n"
    "01:02:03.000 --> 01:02:04.000\nTOM: It ends on 31 May.\n"
)
RST = (
    "The lease\n=========\n\nThe rent is **900** euros [1]_.\n\n- dogs\n- cats\n\n"
    "====  =====\nItem  Price\n====  =====\n"
    "boat  70\n====  =====\n\n.. [1] A note.\n\n.. code:: python\n\n   let = 1\n\n:Tenant: Tom Lee\n"
)
TEX = (
    r"\documentclass{article}\title{The lease}\begin{document}\maketitle\section{Rent}The rent is \textbf{900} euros"
    r"\footnote{A note.} % hidden" + "\n" + r"\begin{itemize}\item dogs\item cats\end{itemize}"
    r"\begin{tabular}{ll}Item & Price \\ boat & 70 \\ \end{tabular}$E = mc^2$\end{document}"
)
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# The lease\n", "The rent is **900** euros."]},
        {
            "cell_type": "code", "metadata": {}, "execution_count": 1, "source": "rent = 900\nrent",
            "outputs": [{"output_type": "execute_result", "metadata": {}, "data": {"text/plain": ["900"]}}],
        },
    ],
}  # fmt: skip


def other_files() -> Iterator[tuple[str, bytes]]:
    """Each ending with a small file of it."""
    yield ".doc", old_word_file()
    yield ".png", image_file("PNG")
    yield ".tif", image_file("TIFF")
    yield ".rtf", RTF
    yield ".eml", MAIL
    yield ".mbox", b"From tom Fri May  3 09:12:00 2024\n" + MAIL + b"\nFrom anna Fri May  3 10:00:00 2024\n" + MAIL
    yield ".csv", 'Item;Price;From\nboat;"70,50";1999-05-31\n"anchor\nold";12;\n\nTenant;Tom Lee\n'.encode("utf-8-sig")
    yield ".vtt", SUBTITLES.encode()
    yield ".ipynb", json.dumps(NOTEBOOK).encode()
    yield ".rst", RST.encode()
    yield ".tex", TEX.encode()
    yield ".py", b"def rent(item: str) -> int:\n    # Who pays?\n    return {'boat': 70}[item]\n"
    yield ".pptx", slides_file()
    yield ".xlsx", sheets_file()
    yield ".odt", opendocument_file("text")
    yield ".odp", opendocument_file("presentation")
    yield ".ods", opendocument_file("spreadsheet")
    yield ".epub", book_file()
    yield (
        ".zip",
        zipped({"a/rent.txt": b"The rent is 900 euros.", "b.rtf": RTF, "c.zip": zipped({"d.rst": RST.encode()})}),
    )


def slides_file() -> bytes:
    """A PowerPoint file of one slide with a title, two items and a table."""
    space = (
        f'xmlns:p="{_OPEN_XML}/presentationml/2006/main" xmlns:a="{_OPEN_XML}/drawingml/2006/main" xmlns:r="{_LINK}"'
    )
    lines = "".join(
        f'<a:p><a:pPr lvl="{at}"/><a:r><a:t>{one}</a:t></a:r></a:p>' for at, one in enumerate(("dogs", "cats"))
    )
    cells = "".join(
        f"<a:tc><a:txBody><a:p><a:r><a:t>{one}</a:t></a:r></a:p></a:txBody></a:tc>" for one in ("boat", "70")
    )
    title, body = (
        f"<p:sp><p:nvSpPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody>{inside}</p:txBody></p:sp>"
        for kind, inside in (('type="title"', "<a:p><a:r><a:t>The lease</a:t></a:r></a:p>"), ('idx="1"', lines))
    )
    table = f"<a:graphic><a:graphicData><a:tbl><a:tr>{cells}</a:tr></a:tbl></a:graphicData></a:graphic>"
    table = f"<p:graphicFrame>{table}</p:graphicFrame>"
    return zipped(
        {
            "_rels/.rels": _links(("1", "officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": (
                f'<p:presentation {space}><p:sldIdLst><p:sldId id="256" r:id="s"/></p:sldIdLst></p:presentation>'
            ).encode(),
            "ppt/_rels/presentation.xml.rels": _links(("s", "slide", "slides/slide1.xml")),
            "ppt/slides/slide1.xml": (
                f"<p:sld {space}><p:cSld><p:spTree>{title}{body}{table}</p:spTree></p:cSld></p:sld>"
            ).encode(),
        }
    )


def sheets_file() -> bytes:
    """An Excel workbook of one sheet with a header, a row and a number as money."""
    space = f'xmlns="{_OPEN_XML}/spreadsheetml/2006/main" xmlns:r="{_LINK}"'
    texts = "".join(f"<si><t>{one}</t></si>" for one in ("Item", "Price", "boat"))
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="1"><v>70.5</v></c></row>'
    )
    return zipped(
        {
            "_rels/.rels": _links(("1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": (
                f'<workbook {space}><sheets><sheet name="Prices" sheetId="1" r:id="s"/></sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": _links(
                ("s", "worksheet", "worksheets/sheet1.xml"), ("t", "sharedStrings", "sharedStrings.xml"),
                ("u", "styles", "styles.xml"),
            ),
            "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>".encode(),
            "xl/sharedStrings.xml": f"<sst {space}>{texts}</sst>".encode(),
            "xl/styles.xml": (
                f'<styleSheet {space}><numFmts><numFmt numFmtId="164" formatCode="#,##0.00"/></numFmts>'
                '<cellXfs><xf/><xf numFmtId="164"/></cellXfs></styleSheet>'
            ).encode(),
        }
    )  # fmt: skip


def opendocument_file(kind: str) -> bytes:
    """An OpenDocument file: a "text", a "presentation" or a "spreadsheet"."""
    table = (
        '<table:table table:name="Prices"><table:table-row><table:table-cell><text:p>boat</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="70" table:number-columns-repeated="2"><text:p>70'
        "</text:p></table:table-cell></table:table-row></table:table>"
    )
    words = (
        '<text:h text:outline-level="1">The lease</text:h>'
        "<text:p>The rent is <text:span>900</text:span> euros.</text:p>"
        "<text:list><text:list-item><text:p>dogs</text:p></text:list-item></text:list>"
    )
    inside = {
        "text": words + table,
        "presentation": f"<draw:page><draw:frame><draw:text-box>{words}</draw:text-box></draw:frame></draw:page>",
        "spreadsheet": table,
    }[kind]
    body = f"<office:body><office:{kind}>{inside}</office:{kind}></office:body>"
    content = f"<office:document-content {_SPACES}>{body}</office:document-content>"
    return zipped({"content.xml": content.encode()})


def book_file() -> bytes:
    """An EPUB of one chapter."""
    return zipped(
        {
            "META-INF/container.xml": (
                b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
                b'<rootfile full-path="b.opf"/></rootfiles></container>'
            ),
            "b.opf": (
                b'<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml" '
                b'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
            ),
            "a.xhtml": (
                b"<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>The lease</h1>"
                b"<p>The rent is 900 euros.</p></body></html>"
            ),
        }
    )


def _links(*targets: tuple[str, str, str]) -> bytes:
    inner = "".join(f'<Relationship Id="{key}" Type="{_LINK}/{kind}" Target="{to}"/>' for key, kind, to in targets)
    return f'<Relationships xmlns="{_RELATIONS}">{inner}</Relationships>'.encode()
