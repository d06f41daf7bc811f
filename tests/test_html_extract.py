import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.html import extract_html
from index.formats.html.nesting import shallow
from index.records import BlockKind, Document

TAGS = (
    "p div h1 h3 ul ol li dl dt dd table caption thead tbody tr td th blockquote pre sup sub label select option "
    "textarea button q ruby rt details summary main nav article header b a span"
).split()
PIECES = [*(f"<{tag}>" for tag in TAGS), *(f"</{tag}>" for tag in TAGS), "<br>", "<hr>", "<input value=v>", "text ",
          "3", "\n", " ", "&nbsp;", "<td colspan=3 rowspan=2>", "&#1;", "<span style='display:block'>"]  # fmt: skip


def extract(page):
    return extract_html(page.encode(), "page.html")


def blocks(page):
    """(kind, level, text) of every block."""
    found = extract(page)
    return [(block.kind, block.level, found.text[block.start : block.end]) for block in found.blocks]


def shown(page):
    return extract(page).text


def rows(page):
    """(kind, cells, what names them) of every row."""
    found = extract(page)

    def words(places):
        return [found.text[start:end] for start, end in places]

    return [(b.kind, words(b.cells), words(b.header)) for b in found.blocks if b.cells]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_blocks_tile_any_page_and_marks_are_in_order(page):
    found = extract(page)
    Document("1", found.title, "x", "x", found.text, blocks=found.blocks, marks=found.marks)


def test_headings_items_and_quotations_are_told():
    page = "<h2>Rules</h2><p>One.</p><ul><li>a<ol><li>b</ol></ul><blockquote><p>c</blockquote>"
    assert blocks(page) == [
        (BlockKind.HEADING, 2, "Rules"),
        (BlockKind.PARAGRAPH, 0, "One."),
        (BlockKind.ITEM, 1, "• a"),
        (BlockKind.ITEM, 2, "1. b"),
        (BlockKind.QUOTE, 0, "c"),
    ]


@pytest.mark.parametrize(
    ("stated", "marks"),
    [
        ("", "1. 2."), ("start=3", "3. 4."), ("type=a start=26", "z. aa."), ("type=I start=3", "III. IV."),
        ("reversed", "2. 1."), ("type=i", "i. ii."),
    ],
)  # fmt: skip
def test_list_numbers_are_those_that_the_page_shows(stated, marks):
    found = extract(f"<ol {stated}><li>x<li>y</ol>")
    assert " ".join(found.text[b.start : b.start + b.mark] for b in found.blocks) == marks


def test_a_stated_number_counts_on():
    assert shown("<ol><li value=7>x<li>y</ol>") == "7. x\n8. y"


def test_a_line_end_stays_in_its_paragraph_and_two_end_it():
    assert blocks("<p>on the<br>second Saturday<br><br>Bring chairs.</p>") == [
        (BlockKind.PARAGRAPH, 0, "on the\nsecond Saturday"),
        (BlockKind.PARAGRAPH, 0, "Bring chairs."),
    ]


def test_preformatted_lines_keep_their_blanks():
    page = "<pre>\nMonday   soup   4.20\n  Tuesday  pie\n\nend</pre>"
    assert shown(page) == "Monday   soup   4.20\n  Tuesday  pie\n\nend"
    assert {kind for kind, _, _ in blocks(page)} == {BlockKind.PREFORMATTED}


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        ("10<sup>6</sup> litres", "10⁶ litres"), ("10<sup>-3</sup>", "10⁻³"), ("5 m<sup>2</sup>", "5 m²"),
        ("E = mc<sup>2</sup>", "E = mc²"), ("5<sup>2</sup> is 25", "5² is 25"), ("πr<sup>2</sup>", "πr²"),
        ("(a + b)<sup>2</sup>", "(a + b)²"),
        ("x<sup>n</sup>", "xⁿ"), ("the 5<sup>th</sup>", "the 5th"), ("H<sub>2</sub>O", "H₂O"), ("V<sub>max</sub>",
        "Vmax"),
    ],
)  # fmt: skip
def test_raised_and_lowered_characters_stay_so(written, reads):
    found = extract(f"<p>{written}</p>")
    assert (found.text, found.marks) == (reads, ())


@pytest.mark.parametrize(
    "written",
    [
        "1994<sup>3</sup>", "guild<sup>3</sup>", "town.<sup>[3]</sup>", "10<sup><a href='#fn3'>3</a></sup>",
        "10<sup class=footnote-ref>3</sup>", "word<sup>*</sup>",
    ],
)  # fmt: skip
def test_the_mark_of_a_note_is_set_off(written):
    found = extract(f"<p>{written} on</p>")
    ((start, end),) = found.marks
    assert found.text[:start] + found.text[end:] == written[: written.index("<")] + " on"
    assert found.text[start] == " "


@pytest.mark.parametrize(
    "page",
    [
        "<p hidden>no</p>", "<p style='display: none'>no</p>", "<div style='visibility:hidden'><p>no</div>",
        "<style>.gone{color:red;display:none}</style><p class='a gone'>no</p>",
        "<style>#x{display:none}</style><p id=x>no</p>",
        "<dialog>no</dialog>", "<input type=hidden value=no>", "<span class=sr-only>no</span>",
        "<datalist><option>no</datalist>",
    ],
)  # fmt: skip
def test_what_is_hidden_is_left_out(page):
    assert shown(page + "<p>yes</p>") == "yes"


@pytest.mark.parametrize(
    "page",
    [
        "<p aria-hidden=true>yes</p>", "<dialog open>yes</dialog>", "<details><summary>yes</summary></details>",
        "<style>@media print{.a{display:none}}</style><p class=a>yes</p>",
        "<style>/*.a{display:none}*/.a{display:none}.a{display:block}</style><p class=a>yes</p>",
    ],
)  # fmt: skip
def test_what_is_shown_is_kept(page):
    assert shown(page) == "yes"


def test_the_words_in_a_drawing_are_read():
    drawn = "<svg><title>Flow</title><g><text x=1>Wash <tspan>cold</tspan></text><text>Rinse</text></g></svg>"
    assert extract(f"<p>First{drawn}then dry.").text == "First\n\nWash cold\nRinse\n\nthen dry."


def test_what_surrounds_a_named_main_part_is_left_out():
    around = (
        "<nav>menu</nav><header>site</header><div id=cookie>cookies</div>{}<aside>more</aside><footer>imprint</footer>"
    )
    assert shown(around.format("<main><header>By A</header><p>text</p></main>")) == "By A\n\ntext"
    assert shown(around.format("<article>text</article>")) == "text"
    assert "imprint" in shown(around.format("<p>text</p>"))  # the page does not say what its main part is


def test_table_rows_have_cells_and_a_header():
    page = (
        "<table><caption>Fees</caption><thead><tr><th>Kind<th colspan=2>Price</thead>"
        "<tr><th rowspan=2>Adult<td>6.40<td>7<tr><td>8<td></table>"
    )
    names = ["Kind", "Price", "Price"]
    assert blocks(page)[0] == (BlockKind.CAPTION, 0, "Fees")
    assert rows(page) == [
        (BlockKind.HEADER, names, []),
        (BlockKind.ROW, ["Adult", "6.40", "7"], names),
        (BlockKind.ROW, ["Adult", "8"], names[:2]),
    ]


def test_rows_of_names_over_one_another_name_a_column_together():
    page = (
        "<table><thead><tr><th rowspan=2>Room<th colspan=2>Low season<th colspan=2>High season"
        "<tr><th>Weekday<th>Weekend<th>Weekday<th>Weekend</thead><tr><th>Single<td>62<td>70<td>81<td>95</table>"
    )
    names = ["Room", "Low season Weekday", "Low season Weekend", "High season Weekday", "High season Weekend"]
    assert rows(page) == [
        (BlockKind.HEADER, names, []),
        (BlockKind.ROW, ["Single", "62", "70", "81", "95"], names),
    ]


def test_a_first_row_without_digits_names_the_columns():
    page = "<table><tr><td>Name<td>Year<tr><td>Ann<td>1990<tr><td>Bob<td>1991</table>"
    assert [kind for kind, _, _ in rows(page)] == [BlockKind.HEADER, BlockKind.ROW, BlockKind.ROW]


def test_a_table_of_labels_and_values_is_a_form():
    assert rows("<table><tr><th>Phone<td>555<tr><th>Room<td>7</table>") == [
        (BlockKind.FIELD, ["Phone", "555"], []),
        (BlockKind.FIELD, ["Room", "7"], []),
    ]


def test_a_table_that_only_lays_out_gives_its_content():
    inner = "<table><tr><td>a<td>1<tr><td>b<td>2</table>"
    assert shown(f"<table><tr><td>menu<td>{inner}</table>") == "menu\n\na | 1\nb | 2"
    assert shown("<table role=presentation><tr><td><h1>x</h1><td>y</table>") == "x\n\ny"
    assert shown("<table><tr><td><p>x<p>y</table>") == "x\n\ny"


def test_controls_show_their_values_with_their_labels():
    page = (
        "<label>Surname <input value=Kovalenko></label><label for=a>Size</label> <select id=a><option>1"
        "<option selected>2</select><textarea>free</textarea><input type=checkbox checked> agreed "
        "<input type=password value=x>"
    )
    assert blocks(page) == [
        (BlockKind.FIELD, 0, "Surname: Kovalenko"),
        (BlockKind.FIELD, 0, "Size: 2"),
        (BlockKind.PARAGRAPH, 0, "free ☒ agreed"),
    ]


def test_definitions_are_fields_where_they_are_short():
    long = "word " * 50
    assert [kind for kind, _, _ in blocks(f"<dl><dt>Open<dd>9 am<dt>Rule<dd>{long}</dl>")] == [
        BlockKind.FIELD, BlockKind.PARAGRAPH, BlockKind.PARAGRAPH,
    ]  # fmt: skip


def test_buttons_keep_apart():
    assert shown("<button>Yes</button><button>No</button>") == "Yes No"


def test_the_title_is_that_of_the_head_or_the_first_heading():
    assert extract("<svg><title>icon</title></svg><h1>Guild</h1>").title == "Guild"
    assert extract("<title>Untitled Document</title><h1>Archive</h1>").title == "Archive"
    assert extract("<title>Pool</title><h1>Hours</h1>").title == "Pool"


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        ("<meta charset=iso-8859-9><p>Şükrü Iğdır açılır", "cp1254"), ("<meta charset=shift_jis><p>① 髙橋", "cp932"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>朱镕基', "gb18030"),
        ('<?xml version="1.0" encoding="iso-8859-2"?><p>Opłata dwanaście', "iso-8859-2"),
    ],
)  # fmt: skip
def test_declared_encodings_are_taken_as_browsers_take_them(page, encoding):
    assert extract_html(page.encode(encoding), "x").text == page.rpartition("<p>")[2]


@pytest.mark.parametrize("page", ["<br>" * 500_000, "<p " + "a=1 " * 200_000 + ">x", "<b>" * 5000 + "x"])
def test_strange_pages_are_read_in_time(page):
    started = time.monotonic()
    assert shown(page) in ("", "x")
    assert time.monotonic() - started < 60


def test_elements_too_deep_leave_their_text_and_the_edges_of_blocks():
    page = "<div>" * 3000 + "<p>one</p><div>two</div><b>th</b>ree" + "</div>" * 3000 + "<section>four"
    assert shown(page) == "one\n\ntwo\n\nthree\n\nfour"
    assert shown("<p>a <b x=1>" * 3000 + "<p>b") == "a\n\n" * 3000 + "b"


def test_a_page_of_ordinary_depth_is_parsed_as_it_is():
    page = "<p>a<li>b<td>c<br>" * 3000 + "<div><b>d</b></div>" * 3000 + "<!-- <div> " * 3000
    assert shallow(page) is page


def test_of_a_tag_with_very_many_attributes_the_first_count():
    many = "".join(f' a{number}=">" b{number}' for number in range(5000))
    assert blocks(f"<ol><li value=7{many} hidden>x</ol>") == [(BlockKind.ITEM, 1, "7. x")]
    assert shown(f"<p hidden{many}>x") == ""
    assert shown(f"<p{many}>a > b<p>c") == "a > b\n\nc"


def test_cells_over_many_rows_and_columns_are_repeated_until_that_is_too_much():
    cell = f"<td colspan=100 rowspan=100>{'word ' * 2000}"
    found = shown(f"<table><tr>{cell}<td>end{'<tr><td>1' * 99}</table>")
    assert len(found) < 700_000
    assert found.count("end") == 1 and found.count("| 1") == 99
    small = rows("<table><tr><td rowspan=2>boat<td>70<tr><td>80<tr><td>anchor<td>12</table>")
    assert [cells for _, cells in (row[:2] for row in small)] == [["boat", "70"], ["boat", "80"], ["anchor", "12"]]


def test_instructions_to_other_programs_are_not_shown():
    assert shown("<p>a<?php echo 1 ?>b<p>c") == "ab\n\nc"
