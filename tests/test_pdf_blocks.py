import pytest
from pdfs import PROSE, SCAN, assembled, blocks, case, cells, extracted, lines, pdf

from index.records import BlockKind


def test_columns_are_read_one_after_another():
    ((_, text),) = blocks(case("52-pdf-narrow-columns"))
    assert "because the river bank would\nlose its only public meeting\nplace. The swimming club" in text
    left, right = blocks(case("55-pdf-row-order"))
    assert left[1].endswith("The museum is closed on\nMondays.")
    assert right[1].startswith("The castle stands on a rock above the\nriver. It was burned down in 1632 and\nrebuilt")


def test_a_heading_over_both_columns_comes_first():
    left = lines(
        "The ferry leaves at eight in the",
        "morning and comes back at noon.",
        "It carries sixty persons and",
        "eleven cars.",
    )
    right = lines(
        "Dogs and bicycles travel free of",
        "charge on all days but Sunday.",
        "The fare is paid on board or at",
        "the kiosk.",
        x=320,
        y=694,
    )
    heading = [(72, 740, 18, "News of the ferry between Skarvik and the islands", "bold")]
    assert blocks(pdf(right + heading + left)) == [
        ("title", "News of the ferry between Skarvik and the islands"),
        ("paragraph", "\n".join(text for *_, text, _ in left)),
        ("paragraph", "\n".join(text for *_, text, _ in right)),
    ]


def test_filled_fields_stand_beside_their_labels():
    found = extracted(case("53-pdf-form"))
    fields = [cells(found, block) for block in found.blocks if block.kind is BlockKind.FIELD]
    assert fields == [
        ["Surname of the child", "Kovalenko"],
        ["Date of birth", "17.08.2015"],
        ["Allergies", "hazelnuts and bee stings"],
        ["Emergency phone", "555 0199"],
        ["The child may go home alone", "yes"],
    ]
    assert found.text.endswith("This form is to be handed in at the office by Friday.")


def test_a_note_that_is_shown_on_the_page_is_read():
    note = (
        b"/Annots[<</Type/Annot/Subtype/FreeText/Rect[72 500 300 520]/DA(/F 9 Tf)"
        b"/Contents(The gate is locked at night.)>>]"
    )
    hidden = note.replace(b"/Subtype", b"/F 2/Subtype")
    assert "The gate is locked at night." in extracted(pdf(lines(*PROSE), extra=note)).text
    assert "gate" not in extracted(pdf(lines(*PROSE), extra=hidden)).text


def test_what_is_filled_into_a_scanned_form_is_read():
    note = b"/Annots[<</Type/Annot/Subtype/FreeText/Rect[72 500 300 520]/Contents(Paid on 3 May.)>>]"
    assert extracted(pdf([(SCAN,)], extra=note)).text == "Paid on 3 May."


@pytest.mark.parametrize("folder", ["54-pdf-table", "63-pdf-owner-password"])
def test_tables_are_rows_of_cells_under_their_header(folder):
    found = extracted(case(folder))
    assert [block.kind.value for block in found.blocks] == ["title", "header", *["row"] * 4, "paragraph"]
    adult = found.blocks[2]
    assert cells(found, adult) == ["Adult", "6.40", "11.20", "52.00"]
    assert [found.text[a:b] for a, b in adult.header] == ["Passenger", "Single", "Return", "Ten trips"]


def test_cells_come_in_the_order_of_the_page():
    found = extracted(case("67-pdf-cell-order"))
    rows = [cells(found, block) for block in found.blocks if block.kind is BlockKind.ROW]
    assert rows == [["Plot 11", "2", "839"], ["Plot 12", "5", "144"], ["Plot 13", "7", "302"]]


def test_a_table_that_goes_on_over_the_page_keeps_its_header():
    def table(first, last):
        rows = [("Boat", "Length", "Built"), *((f"Boat {n}", f"{n} m", str(1900 + n)) for n in range(first, last))]
        return [(72 + 150 * i, 700 - 18 * n, 10, cell) for n, row in enumerate(rows) for i, cell in enumerate(row)]

    found = extracted(pdf([*table(1, 5), (72, 800, 10, "All boats")], table(5, 9)))
    assert [block.kind.value for block in found.blocks] == ["paragraph", "header", *["row"] * 8]
    assert [found.text[a:b] for a, b in found.blocks[-1].header] == ["Boat", "Length", "Built"]
    assert found.text[found.page_starts[1] :].startswith("Boat 5 | 5 m | 1905")


def test_prose_is_no_table():
    wide = [
        "The  lamp    was lit    every evening",
        "and  burned    until the    sun came up",
        "over  the    eastern hills    of the isle",
    ]
    assert {kind for kind, _ in blocks(pdf(lines(*PROSE, *PROSE)))} == {"paragraph"}
    assert {kind for kind, _ in blocks(pdf(lines(*wide)))} == {"paragraph"}


def test_exponents_are_raised_and_marks_of_notes_are_left_out():
    found = blocks(case("61-pdf-footnote"))
    assert found == [
        ("paragraph", "The speed limit in the old town is 20 km/h and the area of the old town is 14 km²."),
        ("note", "3 Raised from 15 km/h by decree of 2 May 2019."),
    ]


def test_a_raised_two_in_a_formula_is_an_exponent():
    page = [(72, 700, 10, "We know that E = mc"), (174, 704, 6, "2"), (179, 700, 10, "holds here for all of them.")]
    assert "E = mc²" in extracted(pdf(page)).text


def test_a_note_stands_before_a_paragraph_that_goes_on_over_the_page():
    first = [
        *lines(*PROSE, y=700),
        *lines("The quay was named after the", y=648),
        (72, 80, 7, "1 In the year 1871, by decree."),
    ]
    second = lines("second mayor of the town, whose name nobody knows any more.")
    found = extracted(pdf(first, second))
    kinds = [block.kind.value for block in found.blocks]
    assert kinds == ["note", "paragraph"]
    assert "named after the\nsecond mayor" in found.text
    assert found.text[found.page_starts[1] :].startswith("second mayor")


def test_list_items_have_their_marks():
    found = extracted(case("62-pdf-bullets"))
    items = [block for block in found.blocks if block.kind is BlockKind.ITEM]
    texts = [found.text[block.start + block.mark : block.end].strip() for block in items]
    assert texts == [
        "four bandages of eight centimetres width, which have to be\nreplaced after five years",
        "one pair of scissors",
        "two rescue blankets",
    ]
    assert found.text.endswith("\n\nChecked by: Dr. A. Brandt")


def test_items_inside_items_are_deeper():
    page = [
        *lines("These are needed:", y=700),
        *lines("1. a boat, and in it", y=687),
        *lines("a) oars", "b) a sail", x=90, y=674),
        *lines("2. a crew", y=648),
    ]
    found = extracted(pdf(page))
    assert [(block.kind.value, block.level, block.mark) for block in found.blocks[1:]] == [
        ("item", 1, 2),
        ("item", 2, 2),
        ("item", 2, 2),
        ("item", 1, 2),
    ]


def test_headings_rank_by_their_size():
    page = [
        (72, 780, 20, "The harbour of Skarvik"),
        (72, 740, 14, "Its history"),
        *lines(*PROSE, y=710),
        (72, 640, 10, "The northern quay", "bold"),
        *lines(*PROSE, y=625),
        (72, 560, 14, "Its fees"),
        *lines(*PROSE, y=530),
    ]
    found = extracted(pdf(page))
    headings = [(b.kind.value, b.level) for b in found.blocks if b.kind is not BlockKind.PARAGRAPH]
    assert headings == [("title", 0), ("heading", 1), ("heading", 2), ("heading", 1)]
    assert found.title == "The harbour of Skarvik"


def test_a_sentence_in_large_type_is_no_heading():
    assert (
        blocks(pdf([(72, 760, 14, "The assembly point is behind the old chapel."), *lines(*PROSE)]))[0][0]
        == "paragraph"
    )


def test_captions_contents_and_code_are_told_apart():
    page = [
        *lines("Contents of this handbook", y=780, size=14),
        *lines("1 The harbour . . . . . . . . . . . . . 3", "2 The fees . . . . . . . . . . . . . . 12", y=760),
        *lines(*PROSE, y=700),
        *lines("Figure 3: The northern quay in 1871", y=630),
        *lines(*PROSE, y=600),
        *lines("moor --quay north", "moor --list", y=530, font="mono"),
        *lines(*PROSE, y=490),
    ]
    kinds = [kind for kind, _ in blocks(pdf(page))]
    assert kinds == [
        *["title", "contents", "contents", "paragraph", "caption", "paragraph"],
        *["preformatted", "preformatted", "paragraph"],
    ]


def test_contents_without_leaders_are_no_table():
    entries = [("Introduction", 1), ("The boats", 4), ("The crew", 9), ("The fees", 12)]
    page = [
        piece
        for n, (name, at) in enumerate(entries)
        for piece in ((72, 700 - 15 * n, 10, name), (480, 700 - 15 * n, 10, str(at)))
    ]
    assert blocks(pdf(page)) == [("contents", f"{name} {at}") for name, at in entries]


def test_labels_stand_above_fields_and_right_of_tick_boxes():
    texts = [(72, 700, "Sizes:"), (100, 680, "small"), (100, 660, "large"), (72, 630, "Street"), (300, 630, "Town")]
    stream = b"".join(b"BT /F 10 Tf %d %d Td (%s) Tj ET " % (x, y, text.encode()) for x, y, text in texts)
    look = b"/AP<</N<</Yes 5 0 R/Off 5 0 R>>>>"
    widgets = [
        b"/Rect[80 678 92 690]/FT/Btn/V/Yes/AS/Yes" + look,
        b"/Rect[80 658 92 670]/FT/Btn/V/Off/AS/Off" + look,
        b"/Rect[72 608 250 624]/FT/Tx/V(Kaistrasse 4)",
        b"/Rect[300 608 450 624]/FT/Ch/Ff 131072/Opt[(Bergen)(Kiel)]/V(Kiel)",
    ]
    places = b" ".join(b"%d 0 R" % (7 + number) for number in range(len(widgets)))
    data = assembled(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%s]/DA(/F 10 Tf)>>>>" % places,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 6 0 R>>>>/Annots[%s]>>"
        % places,
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/XObject/Subtype/Form/BBox[0 0 10 10]/Length 0>>stream\n\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *(b"<</Type/Annot/Subtype/Widget/T(%d)/P 3 0 R%s>>" % one for one in enumerate(widgets)),
    )
    assert blocks(data) == [
        ("paragraph", "Sizes:"),
        *[("field", text) for text in ("small: yes", "large: no", "Street: Kaistrasse 4", "Town: Kiel")],
    ]
