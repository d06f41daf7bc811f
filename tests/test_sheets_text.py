"""What is read of text files with values between commas, semicolons, tabs or bars."""

import pytest
from messages import refusal
from test_sheets import named, of, place, read

from index.formats.sheets import extract_csv, extract_tsv
from index.formats.sheets.delimited import delimiter_of, kind_of_text
from index.records import BlockKind

LINES = "Item,Price,Since\nBoat,70,1999-03-31\nAnchor,12,2004-01-01\n"


def opened(text, encoding="utf-8"):
    return read(text.encode(encoding), "file.csv", extract_csv)


def test_rows_stand_under_their_header_and_cells_have_names():
    document = opened(LINES)
    assert document.text == "Item | Price | Since\nBoat | 70 | 1999-03-31\nAnchor | 12 | 2004-01-01"
    assert of(document, BlockKind.HEADER) == ["Item | Price | Since"]
    assert named(document, "12") == "Price"
    assert place(document, "12") == "cell B3"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_signs_and_encodings(sign, encoding):
    lines = 'Stück;Größe;Datum\nRöhre;"1,5";31.03.20\nKöcher;"2,7";01.04.20\nBügel;"3,25";02.04.20\n'.replace(";", sign)
    document = opened(lines.replace('"', "") if sign != "," else lines, encoding)
    assert of(document, BlockKind.ROW) == [
        "Röhre | 1,5 | 31.03.20",
        "Köcher | 2,7 | 01.04.20",
        "Bügel | 3,25 | 02.04.20",
    ]
    assert named(document, "2,7") == "Größe"


@pytest.mark.parametrize(("lines", "sign"), [
    ("1,5;2,5\n3,5;4,5\n", ";"),
    ("name;text\nAnn;well, yes, maybe\nBob;no, never, not\n", ";"),
    ("a|b,c|d\ne|f,g|h\n", "|"),
    ("when,what\n2020-01-01 10:00,it; was\n2020-01-02 11:00,so; be\n", ","),
    ("only\none\ncolumn\n", ","),
    ('id,text\n1,"a;b;c"\n2,"d;e;f"\n', ","),
])  # fmt: skip
def test_the_sign_is_told_from_what_lies_between(lines, sign):
    assert delimiter_of(lines) == sign


def test_a_stated_sign_is_heeded_and_not_shown():
    document = opened("sep=;\r\nItem;Price\r\nBoat;7,5\r\nOar;3,5\r\n")
    assert document.text == "Item | Price\nBoat | 7,5\nOar | 3,5"
    assert place(document, "3,5") == "cell B3"


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    document = opened('Item,Note,Price\nBoat,"two\nlines, and ""more""",70\n\nOar,,5\nRope,thin,3,extra\n')
    assert 'Boat | two lines, and "more" | 70' in document.text
    assert place(document, "5") == "cell C4"
    assert place(document, "extra") == "cell D5"
    assert named(document, "5\n") == "Price"


def test_titles_and_remarks_stand_apart():
    document = opened("Rain by city\nin millimetres, 2020\n\nCity,Rain\nOslo,7\nRome,3\n")
    assert of(document, BlockKind.HEADING) == ["Rain by city"] or "Rain by city" in document.text
    assert named(document, "3\n" if document.text.endswith("\n") else "3") == "Rain"


def test_old_line_ends_and_tabs():
    assert opened("a,b\r1,2\r3,4\r").text == "a | b\n1 | 2\n3 | 4"
    assert read(b"a, x\tb\n1\t2\n", "file.tsv", extract_tsv).text == "a, x | b\n1 | 2"
    assert read(b"a,b\n1,2\n", "file.tsv", extract_tsv).text == "a | b\n1 | 2"


def test_a_quote_that_is_never_closed_takes_in_nothing():
    document = opened('Item,Size\nPipe,"2 inch\n' + "".join(f"Oar {number},{number}\n" for number in range(500)))
    assert place(document, "Oar 400") == "cell A403"
    assert '"2 inch' in document.text


@pytest.mark.parametrize(("text", "kind"), [
    ("1,234.50", "number"), ("-7", "number"), ("€ 5", "number"), ("12 %", "number"), ("1e-7", "number"),
    ("2020-03-31", "date"), ("31.03.20", "date"), ("10:15", "date"), ("4 Mar 2020", "date"),
    ("2020-03-31T10:15:00Z", "date"),
    ("True", "truth"), ("Boat 7", "text"), ("A-7", "text"), ("1.2.3.4.5", "text"),
])  # fmt: skip
def test_kinds_of_values(text, kind):
    assert kind_of_text(text) == kind


def test_what_cannot_be_read_is_refused_in_one_sentence(monkeypatch):
    assert "binary" in refusal(extract_csv, b"PK\x03\x04\0\0\0\1\2" * 50)
    monkeypatch.setattr("index.formats.sheets.grid.MOST_CELLS", 5)
    assert "filled cells" in refusal(extract_csv, LINES.encode())
