"""What is read of an OpenDocument spreadsheet."""

import pytest
from messages import refusal
from test_sheets import named, of, place, read, zipped

from index.formats.sheets import extract_ods
from index.records import BlockKind

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{place}:1.0"'
    for name, place in {
        "office": "office", "table": "table", "text": "text", "style": "style", "fo": "xsl-fo-compatible",
        "draw": "drawing", "meta": "meta",
    }.items()
)  # fmt: skip


def cell(text, kind="string", attributes="", inside=""):
    shown = "".join(f"<text:p>{line}</text:p>" for line in text.split("\n")) if text else ""
    return f'<table:table-cell office:value-type="{kind}" {attributes}>{inside}{shown}</table:table-cell>'


def row(*texts, attributes=""):
    """A row; a text that holds a digit is a number."""
    cells = (cell(text, "float" if any(map(str.isdigit, text)) else "string") if text else cell("") for text in texts)
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def table(name, *rows, attributes=""):
    return f'<table:table table:name="{name}" {attributes}>{"".join(rows)}</table:table>'


def spreadsheet(*tables, styles="", behind="", parts=None):
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{''.join(tables)}{behind}</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"content.xml": content} | (parts or {}))


def opened(*tables, **others):
    return read(spreadsheet(*tables, **others), "file.ods", extract_ods)


HEAD = row("Item", "Price", "Year")


def test_cells_are_what_is_shown():
    shown = (
        "<table:table-row>"
        + cell("1.234,50 €", "currency", 'office:value="1234.5"') + cell("31.03.20", "date") + cell("WAHR", "boolean")
        + cell('a<text:s text:c="2"/>b<text:line-break/>c <text:a>link</text:a>')
        + "</table:table-row>"
    )  # fmt: skip
    assert opened(table("Tabelle1", shown)).text == "1.234,50 € | 31.03.20 | WAHR | a b c link"


def test_rows_stand_under_their_header_and_repeats_are_counted():
    again = row("Oar", "5", "2011", attributes='table:number-rows-repeated="2"')
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    document = opened(table("Boats", HEAD, row("Boat", "70", "1999"), again, row("Rope", "3", "2001"), empty))
    assert of(document, BlockKind.HEADER) == ["Item | Price | Year"]
    assert of(document, BlockKind.ROW).count("Oar | 5 | 2011") == 2
    assert named(document, "3 | 2001") == "Price"
    assert place(document, "2001") == "sheet Boats, cell C5"


def test_columns_are_repeated_and_covered():
    rows = (
        "<table:table-row>" + cell("Fee", attributes='table:number-columns-spanned="2"')
        + '<table:covered-table-cell table:number-columns-repeated="2"/>' + cell("end") + "</table:table-row>"
        "<table:table-row>" + cell("x", attributes='table:number-columns-repeated="4"') + "</table:table-row>"
    )  # fmt: skip
    document = opened(table("Sheet1", rows))
    assert place(document, "end") == "sheet Sheet1, cell D1"
    assert "x | x | x | x" in document.text


def test_what_is_hidden_is_left_out():
    properties = '<style:table-properties table:display="false"/>'
    hidden = f'<style:style style:name="t2" style:family="table">{properties}</style:style>'
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>'
    rows = HEAD, row("Boat", "70", "1999", attributes='table:visibility="filter"'), row("Rope", "3", "2001")
    document = opened(
        table("Boats", columns, *rows), table("B", row("Ghost"), attributes='table:style-name="t2"'), styles=hidden
    )
    assert document.text == "Boats\n\nItem |  | Year\nRope |  | 2001"
    assert place(document, "2001") == "sheet Boats, cell C3"


def test_what_the_file_calls_a_header_is_one():
    words = row("Ann", "Rome", "tall"), row("Bob", "Oslo", "small")
    head = f"<table:table-header-rows>{row('Who', 'Where', 'How')}</table:table-header-rows>"
    assert named(opened(table("A", head, *words)), "Oslo") == "Where"
    ranges = (
        '<table:database-ranges><table:database-range table:target-range-address="A.A1:A.C3"/></table:database-ranges>'
    )
    assert named(opened(table("A", row("Who", "Where", "How"), *words), behind=ranges), "Oslo") == "Where"
    bold = (
        '<style:style style:name="b" style:family="table-cell">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="c" style:family="table-cell" style:parent-style-name="b"/>'
    )
    first = "".join(cell(text, attributes='table:style-name="c"') for text in ("Who", "Where", "How"))
    rows = f"<table:table-row>{first}</table:table-row>", *words
    assert named(opened(table("A", *rows), styles=bold), "Oslo") == "Where"
    assert of(opened(table("A", row("Who", "Where", "How"), *words)), BlockKind.HEADER) == []


def test_comments_and_text_boxes_have_their_cell():
    note = "<office:annotation><text:p>Too dear</text:p><text:p>by far</text:p></office:annotation>"
    box = "<draw:frame><draw:text-box><text:p>Look here</text:p></draw:text-box></draw:frame>"
    rows = f"<table:table-row>{cell('Boat')}{cell('70', 'float', inside=note)}{cell('', inside=box)}</table:table-row>"
    shapes = f"<table:shapes>{box.replace('here', 'there')}</table:shapes>"
    document = opened(table("A", shapes, rows))
    assert document.text.startswith("A\n\nBoat | 70\n\n")
    assert of(document, BlockKind.NOTE) == ["Too dear\nby far"]
    assert place(document, "Too dear") == "sheet A, cell B1"
    assert place(document, "Look here") == "sheet A, cell C1"
    assert "Look there" in document.text


@pytest.mark.parametrize(("stated", "title"), [("Fleet 2024", "Fleet 2024"), ("Untitled", "file")])
def test_the_title_that_the_file_states(stated, title):
    inner = f"<office:meta><dc:title>{stated}</dc:title></office:meta>"
    meta = f'<a {SPACES} xmlns:dc="http://purl.org/dc/elements/1.1/">{inner}</a>'
    assert opened(table("A", HEAD), parts={"meta.xml": meta}).title == title


def test_what_cannot_be_read_is_refused_in_one_sentence():
    manifest = {"META-INF/manifest.xml": "<m><manifest:encryption-data xmlns:manifest='m'/></m>", "content.xml": "\1\2"}
    assert "password" in refusal(extract_ods, zipped(manifest))
    refusal(extract_ods, b"no zip")
    refusal(extract_ods, zipped({"a": "b"}))
    refusal(extract_ods, spreadsheet(table("A", HEAD)).replace(b"PK\x01\x02", b"PK\x01\x03"))
    repeated = row("Boat", attributes='table:number-rows-repeated="1048576"')
    many = 'table:number-columns-repeated="16384"'
    wide = repeated.replace("<table:table-cell", f"<table:table-cell {many}")
    assert "filled cells" in refusal(extract_ods, spreadsheet(table("A", wide)))
