"""What is read of an Excel workbook: cells as they are shown, tables under their headers, the name of each cell."""

from xml.sax.saxutils import escape

import pytest
from messages import refusal

from index.formats.packages import XmlPackage
from index.formats.sheets import extract_xlsx
from index.records import BlockKind, Document
from qa.evaluation.robustness.made_files import zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
SPACES = f'xmlns="{MAIN}" xmlns:r="{LINKS}"'
# The styles of cells: plain, bold, two decimals, a date, per cent, an amount in euros, hours, a date of the system.
CODES = {
    2: "#,##0.00",
    3: "d\\ mmmm\\ yyyy",
    4: "0.0%",
    5: "#,##0.00\\ [$€-407];[Red]\\-#,##0.00\\ [$€-407]",
    6: "[h]:mm",
}
BOLD, AMOUNT, DATE, SHARE, EUROS, HOURS, SYSTEM_DATE = range(1, 8)
STYLES = (
    f"<styleSheet {SPACES}><numFmts>"
    + "".join(f'<numFmt numFmtId="{200 + at}" formatCode="{escape(code)}"/>' for at, code in CODES.items())
    + '</numFmts><fonts><font/><font><b/></font></fonts><fills><fill/></fills><cellXfs><xf/><xf fontId="1"/>'
    + "".join(f'<xf numFmtId="{200 + at}"/>' for at in CODES)
    + '<xf numFmtId="14"/></cellXfs></styleSheet>'
)


def links(*targets):
    """The part that names other parts: (id, kind, target) each."""
    inner = "".join(f'<Relationship Id="{key}" Type="{LINKS}/{kind}" Target="{to}"/>' for key, kind, to in targets)
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'


def cell(name, value, style=0):
    """A cell of a sheet: an inline string, a number or a truth; or XML, where the value begins with "<"."""
    if isinstance(value, bool):
        return f'<c r="{name}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{name}" s="{style}"><v>{value!r}</v></c>'
    inner = value if value.startswith("<") else f"<t>{escape(value)}</t>"
    return f'<c r="{name}" s="{style}" t="inlineStr"><is>{inner}</is></c>'


def row(number, *values, style=0, first="A", attributes=""):
    """A row of a sheet. A value is None for no cell, or a pair with its style."""
    cells = []
    for at, value in enumerate(values):
        content, own = value if isinstance(value, tuple) else (value, style)
        if content is not None:
            cells.append(cell(f"{chr(ord(first) + at)}{number}", content, own))
    return f'<row r="{number}" {attributes}>{"".join(cells)}</row>'


def sheet(*rows, before="", behind=""):
    return f"<worksheet {SPACES}>{before}<sheetData>{''.join(rows)}</sheetData>{behind}</worksheet>"


def workbook(sheets, *, parts=None, states=None, inside=""):
    """A workbook with these sheets by name; `parts` are further parts, such as what a sheet names."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="r{at}" {(states or {}).get(name, "")}/>'
        for at, name in enumerate(names, 1)
    )
    files = {
        "_rels/.rels": links(("a", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook {SPACES}>{inside}<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": links(
            *((f"r{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(names) + 1)),
            ("st", "styles", "styles.xml"), ("ss", "sharedStrings", "sharedStrings.xml"),
        ),
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{at}.xml": sheets[name] for at, name in enumerate(names, 1)},
    }  # fmt: skip
    return zipped(files | (parts or {}))


def read(data, name="file.xlsx", extract=extract_xlsx):
    """The document that is made of a file's bytes."""
    found = extract(data, name)
    return Document("id", found.title or "file", name, "", found.text, blocks=found.blocks, locators=found.locators)


def of(document, kind):
    """The texts of the blocks of a kind."""
    return [document.text[block.start : block.end] for block in document.blocks if block.kind is kind]


def place(document, words):
    return document.locator_at(document.text.index(words))


def named(document, words):
    """What the header calls the cell that holds the words."""
    at = document.text.index(words)
    for block in document.blocks:
        for (start, end), (first, last) in zip(block.cells, block.header or [(0, 0)] * len(block.cells), strict=True):
            if start <= at < end:
                return document.text[first:last]
    return None


PRICES = sheet(
    row(1, ("Price list", BOLD)),
    row(2, "valid from March"),
    row(4, "Item", "Price", "Since", "Share", style=BOLD),
    row(5, "Boat", (1234.5, AMOUNT), (43921, DATE), (0.125, SHARE)),
    row(6, "Anchor", (-70, EUROS), (43922, SYSTEM_DATE), (1, SHARE)),
)


def test_rows_stand_under_their_header_and_cells_have_names():
    document = read(workbook({"Prices": PRICES}))
    assert document.text == (
        "Prices\n\nPrice list\n\nvalid from March\n\nItem | Price | Since | Share\n"
        "Boat | 1,234.50 | 31 March 2020 | 12.5%\nAnchor | -70.00 € | 2020-04-01 | 100.0%"
    ).replace("list\n\nvalid", "list\nvalid")
    assert of(document, BlockKind.HEADING) == ["Prices", "Price list"]
    assert of(document, BlockKind.HEADER) == ["Item | Price | Since | Share"]
    assert named(document, "31 March") == "Since"
    assert named(document, "100.0%") == "Share"
    assert place(document, "Price list") == "sheet Prices, cell A1"
    assert place(document, "valid") == "sheet Prices, cell A2"
    assert place(document, "31 March") == "sheet Prices, cell C5"
    assert place(document, "-70") == "sheet Prices, cell B6"


def test_what_is_hidden_is_left_out_and_counts_as_no_gap():
    hidden = 'hidden="1"'
    shown = sheet(
        row(1, "Name", "Secret", "Age"),
        row(2, "Ann", "x1", 31),
        row(3, "Bob", "x2", 42, attributes=hidden),
        row(4, "Eve", "x3", 53),
        before=f'<cols><col min="2" max="2" {hidden}/></cols>',
        behind='<autoFilter ref="A1:C4"/>',
    )
    sheets = {"People": shown, "Old": sheet(row(1, "Ghost")), "Older": sheet(row(1, "Ghost"))}
    document = read(workbook(sheets, states={"Old": 'state="hidden"', "Older": 'state="veryHidden"'}))
    assert "Secret" not in document.text and "Bob" not in document.text and "Ghost" not in document.text
    assert of(document, BlockKind.ROW) == ["Ann |  | 31", "Eve |  | 53"]
    assert place(document, "53") == "sheet People, cell C4"
    assert named(document, "53") == "Age"


def test_tables_beside_and_below_one_another_have_their_own_headers():
    left, right = row(1, "City", "Rain", None, "Tree", "Height"), row(2, "Oslo", 7, None, "Oak", 30)
    below = row(6, "Month", "Visitors", "Guides"), row(7, "May", 120, 4), row(8, "June", 130, 5)
    data = workbook({"Sheet1": sheet(left, right, row(3, "Rome", 3, None, "Elm", 25), *below)})
    document = read(data)
    assert of(document, BlockKind.HEADER) == ["City | Rain", "|  |  | Tree | Height", "Month | Visitors | Guides"]
    assert named(document, "30") == "Height" and place(document, "30") == "sheet Sheet1, cell E2"
    assert named(document, "130") == "Visitors" and place(document, "130") == "sheet Sheet1, cell B8"


def test_a_table_goes_on_below_an_empty_row():
    rows = (
        row(1, "City", "Rain", style=BOLD),
        row(2, "Oslo", 7),
        row(3, "Rome", 3),
        row(5, "Bonn", 5),
        row(6, "Kiel", 9),
    )
    document = read(workbook({"Sheet1": sheet(*rows)}))
    assert named(document, "9") == "Rain"
    assert place(document, "9") == "sheet Sheet1, cell B6"


def test_several_rows_of_names_are_joined_below_merged_ones():
    data = workbook({"Fees": sheet(
        row(1, "Country", "Fee", None, "Since"), row(2, None, "adult", "child"),
        row(3, "France", 12, 6, 1999), row(4, "Spain", 11, 5, 2004),
        behind='<mergeCells><mergeCell ref="B1:C1"/><mergeCell ref="A1:A2"/></mergeCells>',
    )})  # fmt: skip
    document = read(data)
    assert of(document, BlockKind.HEADER) == ["Country | Fee adult | Fee child | Since"]
    assert named(document, "5 | 2004") == "Fee child"
    assert place(document, "12") == "sheet Fees, cell B3"


def test_what_lies_below_a_merged_cell_is_not_shown():
    data = workbook({"Sheet1": sheet(
        row(1, "Name", "Amount", "Note"), row(2, "Ann", 31, "left over"), row(3, "Bob", 42, "seen"),
        behind='<mergeCells><mergeCell ref="B2:C2"/></mergeCells>',
    )})  # fmt: skip
    document = read(data)
    assert "left over" not in document.text
    assert "seen" in document.text


def test_years_and_numbers_as_names_of_columns():
    document = read(workbook({"Sheet1": sheet(row(1, "Land", 2019, 2020), row(2, "Chad", 5, 6), row(3, "Mali", 7, 8))}))
    assert named(document, "8") == "2020"


@pytest.mark.parametrize("rows", [
    [("Ann", "Bob", "Eve"), ("Tom", "Lee", "Kim"), ("Sam", "Joe", "Max")],
    [("Boat", 70, 1999), ("Anchor", 12, 2004), ("Rope", 3, 2001)],
    [("n/a", "-", 3), ("n/a", "-", 4), ("n/a", "-", 5)],
])  # fmt: skip
def test_a_table_without_names_gets_none(rows):
    document = read(workbook({"Sheet1": sheet(*(row(at, *one) for at, one in enumerate(rows, 1)))}))
    assert of(document, BlockKind.HEADER) == []
    assert len(of(document, BlockKind.ROW)) == 3


def test_labels_and_values_are_fields():
    data = workbook({"Lease": sheet(
        row(2, "Landlord:", "Anna Berg", first="B"), row(3, "Rent:", (900, EUROS), first="B"),
        row(4, "Until:", (43921, DATE), first="B"), row(5, "Signed:", first="B"),
    )})  # fmt: skip
    document = read(data)
    assert of(document, BlockKind.FIELD) == ["Landlord: Anna Berg", "Rent: 900.00 €", "Until: 31 March 2020"]
    assert place(document, "900.00") == "sheet Lease, cell C3"
    assert document.text.endswith("\nSigned:") and place(document, "Signed:") == "sheet Lease, cell B5"


def test_text_of_every_kind():
    rich = '<r><t>Red</t></r><r><t xml:space="preserve"> wine</t></r><rPh sb="0" eb="1"><t>spoken</t></rPh>'
    strings = f"<sst {SPACES}><si>{rich}</si><si><t>two_x000a_lines</t></si></sst>"
    cells = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c t="s"><v>1</v></c><c r="C1" t="str"><f>A1</f><v>told</v></c></row>'
        '<row r="2"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B2" t="b"><v>1</v></c>'
        '<c r="C2" t="d" s="3"><v>2020-03-31T00:00:00</v></c><c r="D2" s="6"><v>1.5</v></c>'
        '<c r="E2" t="s"><v>9</v></c></row>'
    )
    document = read(workbook({"Sheet1": sheet(cells)}, parts={"xl/sharedStrings.xml": strings}))
    assert document.text == "Red wine | two lines | told\n#DIV/0! | TRUE | 31 March 2020 | 36:00"


def test_comments_boxes_and_titles_of_charts_have_their_cell():
    comments = f'<comments {SPACES}><commentList><comment ref="B5"><text><r><t>Too dear</t></r></text></comment>'
    shape = (
        '<xdr:twoCellAnchor xmlns:xdr="d"><xdr:from><xdr:col>3</xdr:col><xdr:row>8</xdr:row></xdr:from><xdr:sp>'
        f'<a:p xmlns:a="{DRAWING}/main"><a:r><a:t>Look here</a:t></a:r></a:p></xdr:sp></xdr:twoCellAnchor>'
        '<xdr:oneCellAnchor xmlns:xdr="d"><xdr:from><xdr:col>0</xdr:col><xdr:row>20</xdr:row></xdr:from>'
        f'<c:chart xmlns:c="{DRAWING}/chart" xmlns:r="{LINKS}" r:id="c1"/></xdr:oneCellAnchor>'
    )
    chart = (
        f'<c:chartSpace xmlns:c="{DRAWING}/chart" xmlns:a="{DRAWING}/main"><c:chart><c:title><a:p><a:r><a:t>Sales</a:t>'
        "</a:r></a:p></c:title></c:chart></c:chartSpace>"
    )
    document = read(workbook({"Prices": PRICES}, parts={
        "xl/worksheets/_rels/sheet1.xml.rels": links(
            ("n", "comments", "../comments1.xml"), ("d", "drawing", "../d.xml")
        ),
        "xl/comments1.xml": comments + "</commentList></comments>",
        "xl/d.xml": f'<wsDr xmlns="d">{shape}</wsDr>',
        "xl/_rels/d.xml.rels": links(("c1", "chart", "chart1.xml")),
        "xl/chart1.xml": chart,
    }))  # fmt: skip
    assert of(document, BlockKind.NOTE) == ["Too dear"]
    assert place(document, "Too dear") == "sheet Prices, cell B5"
    assert place(document, "Look here") == "sheet Prices, cell D9"
    assert of(document, BlockKind.CAPTION) == ["Sales"]
    assert place(document, "Sales") == "sheet Prices, cell A21"


def test_sheets_have_their_name_as_a_heading_where_it_tells_something():
    one, other = sheet(row(1, "a", "b")), sheet(row(1, "c", "d"))
    assert of(read(workbook({"Sheet1": one})), BlockKind.HEADING) == []
    assert of(read(workbook({"Tabelle1": one, "Feuil2": other})), BlockKind.HEADING) == ["Tabelle1", "Feuil2"]
    assert of(read(workbook({"Rent": one, "Sheet2": sheet()})), BlockKind.HEADING) == ["Rent"]


def test_strict_open_xml_and_days_from_1904():
    strict = PRICES.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    assert read(workbook({"Prices": strict})).text == read(workbook({"Prices": PRICES})).text
    assert "1 April 2024" in read(workbook({"Prices": PRICES}, inside='<workbookPr date1904="1"/>')).text


def test_a_cell_far_away_costs_little():
    far = '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'
    document = read(workbook({"Sheet1": sheet(row(1, "a", "b"), far)}))
    assert document.text == "a | b\n\n7"
    assert place(document, "7") == "sheet Sheet1, cell XFD1048576"
    wide = "".join(
        f'<row r="{number}"><c r="A{number}"><v>1</v></c><c r="XFC{number}"><v>2</v></c></row>'
        for number in range(1, 50)
    )
    assert len(read(workbook({"Sheet1": sheet(wide)})).text) < 1000


def test_what_cannot_be_read_is_refused_in_one_sentence():
    good = workbook({"Prices": PRICES})
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    assert "old kind of Excel file" in refusal(extract_xlsx, compound)
    assert "password" in refusal(extract_xlsx, compound + "EncryptedPackage".encode("utf-16-le"))
    refusal(extract_xlsx, b"no zip at all")
    refusal(extract_xlsx, good[: len(good) // 2])
    refusal(extract_xlsx, zipped({"word/document.xml": "<a/>"}))
    laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>' + PRICES.replace("Boat", "&c;")
    refusal(extract_xlsx, workbook({"Prices": laughs}))
    assert "unsafe" in refusal(extract_xlsx, workbook({"Prices": sheet(" " * 20_000_000)}))


def test_too_many_cells_are_refused(monkeypatch):
    monkeypatch.setattr("index.formats.sheets.grid.MOST_CELLS", 5)
    assert "5 filled cells" in refusal(extract_xlsx, workbook({"Prices": PRICES}))


def test_a_large_part_is_read_piece_by_piece():
    package = XmlPackage(zipped({"a.xml": "<a>" + "<b><c/></b>" * 1000 + "</a>"}), "file")
    before = [len(list(element.itersiblings(preceding=True))) for element in package.elements("a.xml", "b")]
    assert len(before) == 1000 and max(before) <= 1
    assert list(package.elements("missing.xml", "b")) == []
