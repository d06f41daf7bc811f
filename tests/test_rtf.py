"""What is read of rich text files."""

import time

import pytest
from messages import refusal

from index.formats.rtf import extract_rtf
from index.records import check_tiling

FONTS = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset2 Symbol;}{\f3\fcharset128 Mincho;}}"
STYLES = r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 Title;}{\s3 toc 1;}{\*\cs10 Bold;}}"


def rtf(body, head=""):
    return (r"{\rtf1\ansi\ansicpg1252\deff0" + FONTS + STYLES + head + body + "}").encode("latin-1")


def read(data):
    extract = extract_rtf(data, "file.rtf")
    check_tiling(extract.text, extract.blocks)
    return extract


def told(body, head=""):
    extract = read(rtf(body, head))
    return [(one.kind.value, one.level, extract.text[one.start : one.end]) for one in extract.blocks]


def texts(body, head=""):
    return [text for *_, text in told(body, head)]


def test_headings_come_from_styles_and_the_outline():
    assert told(
        r"\pard\s1 Rent\par\pard 900 euros\par\pard\outlinelevel1 Deposit\par\pard\s3 Rent\tab 3\par"
    ) == [
        ("heading", 1, "Rent"), ("paragraph", 0, "900 euros"), ("heading", 2, "Deposit"), ("contents", 0, "Rent\t3"),
    ]  # fmt: skip


def test_items_have_the_marks_that_the_file_shows():
    assert told(
        r"{\listtext\pard\plain\f2 \'b7\tab}\ls1\ilvl0 dogs\par {\listtext b)\tab}\ilvl1 cats\par"
        r"\pard {\pntext 3.\tab}{\*\pn\pnlvlbody{\pntxta .}}birds\par"
    ) == [("item", 1, "• dogs"), ("item", 2, "b) cats"), ("item", 1, "3. birds")]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"caf\'e9", "café"),
        (r"{\f1 \'cf\'f0\'e8\'e5\'ec}", "Прием"),
        (r"{\f3 \'93\'fa\'96\'7b}", "日本"),
        (r"{\f2 \'61}", "α"),
        (r"\u8364?900", "€900"),
        (r"\uc2\u-10179\'3f\'3f\u-8704 ??x", "\U0001f600x"),
        (r"\ldblquote a\rdblquote\emdash b\~c\_d", "“a”—b\u00a0c-d"),
        (r"\{a\\b\}", r"{a\b}"),
    ],
)
def test_characters_are_those_of_their_font_and_code(written, text):
    assert texts(written) == [text]


def test_the_code_page_of_the_file_holds_where_no_font_says_otherwise():
    data = rb"{\rtf1\ansi\ansicpg1250{\fonttbl{\f0 Arial;}}\f0 \'9elu\'9d}"
    assert read(data).text == "žluť"


def test_what_is_hidden_deleted_or_data_is_left_out():
    assert texts(
        r"seen{\v hidden}{\deleted gone}{\*\unknown never}{\pict\pngblip 89504e47}{\info{\author Anna}}"
        r"{\nonshppict x}\bin5 {{{}} end"
    ) == ["seen end"]


def test_fields_show_their_results_and_contents_are_named():
    assert told(
        r"See {\field{\*\fldinst{HYPERLINK x}}{\fldrslt here}} now\par{\field{\*\fldinst TOC}{\fldrslt One 1\par}}"
        r"\pard after\par"
    ) == [("paragraph", 0, "See here now"), ("contents", 0, "One 1"), ("paragraph", 0, "after")]


def test_raised_text_stays_raised():
    assert texts(r"10{\super 6} and H{\sub 2}O") == ["10⁶ and H₂O"]


def test_notes_follow_their_paragraph_with_their_number():
    assert told(
        r"rent{\super\chftn}{\footnote\pard\plain{\super\chftn} With heating}; word{\*\annotation Really?}s\par"
        r"{\footnote\ftnalt At the end}x\par"
    ) == [
        ("paragraph", 0, "rent; words"), ("note", 0, "1 With heating"), ("note", 0, "Really?"), ("paragraph", 0, "x"),
        ("note", 0, "i At the end"),
    ]  # fmt: skip


ROW = r"\trowd\cellx1000\cellx2000 "


def test_rows_stand_under_their_header():
    extract = read(
        rtf(
            r"before\par\trowd\trhdr\cellx1000\cellx2000\intbl Item\cell Price\cell\row"
            + ROW
            + r"Boat\cell 70\cell\row"
            r"\trowd\clvmrg\cellx1010\cellx2000\cell 80\cell\row\pard after\par"
        )
    )
    blocks = [(one.kind.value, extract.text[one.start : one.end]) for one in extract.blocks]
    assert blocks == [
        ("paragraph", "before"), ("header", "Item | Price"), ("row", "Boat | 70"), ("row", "Boat | 80"),
        ("paragraph", "after"),
    ]  # fmt: skip
    assert [extract.text[a:b] for a, b in extract.blocks[3].header] == ["Item", "Price"]


def test_a_cell_over_two_columns_is_not_named_by_one():
    extract = read(
        rtf(
            r"\trowd\trhdr\cellx1\cellx1000\cellx2000\cell A\cell B\cell\row"
            r"\trowd\cellx1\cellx2000 x\cell both\cell\row"
        )
    )
    assert [a == b for a, b in extract.blocks[-1].header] == [True, True]


def test_tables_with_an_empty_line_between_them_are_two():
    body = ROW + r"a\cell b\cell\row\pard\par" + ROW + r"c\cell d\cell\row\pard"
    assert read(rtf(body)).text == "a | b\n\nc | d"


def test_heads_and_feet_of_pages_come_once_without_numbers():
    head = r"{\header Boats Ltd\par}{\headerf Boats Ltd\par}{\footer Page 3\par Confidential\par}"
    assert texts(r"The rent\par", head) == ["Boats Ltd", "The rent", "Confidential"]


def test_a_text_box_follows_its_paragraph():
    assert texts(r"one{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt inside\par}}{\shprslt old}} two\par") == [
        "one two", "inside",
    ]  # fmt: skip


def test_the_title_is_the_stated_one_or_that_on_the_page():
    assert read(rtf(r"x\par", r"{\info{\title Contract of rent}}")).title == "Contract of rent"
    both = r"{\info{\upr{\title ?}{\*\ud{\title Caf\u233 e}}}}"
    assert read(rtf(r"x\par", both)).title == "Café"
    assert read(rtf(r"\s2 The lease\par\pard x\par")).title == "The lease"


def test_a_heading_behind_much_else_is_no_title():
    near, far = (
        "".join(rf"Line {at}\par " for at in range(count)) + r"\pard\s1 Appendix A\par\pard x\par" for count in (3, 12)
    )
    assert (read(rtf(near)).title, read(rtf(far)).title) == ("Appendix A", "")


def test_what_is_no_rich_text_is_refused():
    assert "not a rich text file" in refusal(extract_rtf, b"plain text", "a.rtf")
    assert "not a readable rich text file" in refusal(extract_rtf, rb"{\rtf1" + b"{" * 20_000, "a.rtf")


def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes():
    assert texts(r"whole\par{\b half") == ["whole", "half"]
    assert read(rb"{\rtf1 a\par b\'").text == "a\n\nb"


@pytest.mark.parametrize(
    "body",
    [r"\'e9" * 300_000, r"{\b x}" * 50_000, r"{\footnote x}" * 20_000, ROW + r"a\cell" * 50_000, "{{}" * 9_000],
    ids=["codes", "groups", "notes", "cells", "open"],
)
def test_what_repeats_takes_time_by_its_length(body):
    started = time.process_time()
    extract_rtf(rtf(body + "end"), "a.rtf")
    assert time.process_time() - started < 8
