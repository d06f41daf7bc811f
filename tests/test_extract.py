import random

import pytest
from messages import is_one_sentence, refusal

from index.errors import DocumentError
from index.formats.docx import extract_docx
from index.formats.encodings import decode
from index.formats.html import extract_html
from index.formats.markdown import extract_markdown
from index.formats.text import extract_text

FRENCH = "The café opened in 1923 – long before the “Hôtel Élysée”. Its owner’s naïve façade cost €5.\n"
RUSSIAN = "Маяк построили в 1871 году. Смотритель жил здесь с семьёй до самой войны, а потом уехал в город.\n"
POLISH = "Zażółć gęślą jaźń. Łódź jest piękna, a źródło świeżej wody leży niedaleko."
JAPANESE = "灯台は一八七一年に建てられました。毎晩四十リットルの油を燃やします。"


def html(text):
    return extract_html(text.encode(), "page.html").text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_text_is_read_with_and_without_marks(encoding):
    text = FRENCH + RUSSIAN + JAPANESE + "👍"
    assert decode(text.encode(encoding), "x") == text


def test_utf_16_is_read_in_either_byte_order():
    assert decode(b"\xfe\xff" + RUSSIAN.encode("utf-16-be"), "x") == RUSSIAN
    assert decode(b"\xff\xfe" + RUSSIAN.encode("utf-16-le"), "x") == RUSSIAN


@pytest.mark.parametrize(
    ("text", "encoding"), [(FRENCH, "cp1252"), (RUSSIAN, "cp1251"), (POLISH, "cp1250"), (JAPANESE, "cp932")]
)
def test_legacy_encodings_are_recognised(text, encoding):
    assert decode(text.encode(encoding), "x") == text


@pytest.mark.parametrize("word", ["naïve", "œuvre", "Århus", "Noël", "€ 5"])
def test_where_encodings_tie_it_is_western_european(word):
    text = f"It said {word} on the sign."
    assert decode(text.encode("cp1252"), "x") == text


@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, JAPANESE])
def test_damaged_utf_8_is_still_utf_8(text):
    data = (text + "é").encode()
    assert decode(data[:-1], "x") == text + "\ufffd"
    stray = data[:7].decode("utf-8", "ignore").encode()
    assert decode(stray + b"\xff" + data[len(stray) :], "x") == stray.decode() + "\ufffd" + data[len(stray) :].decode()
    page = extract_html(b"<meta charset=utf-8><p>" + data[:-1], "x").text
    assert page == " ".join(text.split()) + ("\ufffd" if text == JAPANESE else " \ufffd")


@pytest.mark.parametrize(
    ("text", "encoding"), [(JAPANESE, "cp932"), ("灯塔建于一八七一年。", "gb18030"), ("등대는 밝다.", "euc_kr")]
)
@pytest.mark.parametrize("before", ["", "a"])
def test_long_text_of_two_byte_characters_is_read(text, encoding, before):
    long = before + "\n".join([text * 50] * 400)
    assert len(long.encode(encoding)) > 200_000
    assert decode(long.encode(encoding), "x") == long


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(JAPANESE, "cp932"), ("灯塔建于一八七一年，看守人住在这里。", "gb18030"), (RUSSIAN, "cp1251")],
)
def test_a_legacy_file_that_begins_in_ascii_is_recognised(text, encoding):
    text = "Harbour rules\n" + text.strip().replace(" ", "_")  # nothing below "/" in ASCII but the first line's end
    assert decode(text.encode(encoding), "x") == text


def test_line_ends_and_control_characters_of_text_are_kept():
    text = "one\r\ntwo\rthree\tfour\x0cfive"
    assert extract_text(text.encode(), "x").text == text


def test_a_long_line_of_spaces_in_a_heading_takes_no_time():
    text = "# a" + " " * 100_000 + "b\n## Second"
    assert extract_markdown(text.encode(), "x").title.startswith("a ")
    assert extract_markdown(b"# \n## Rules ##\n", "x").title == "Rules"


def test_a_damaged_marked_file_is_refused():
    assert "damaged" in refusal(decode, b"\xef\xbb\xbf caf\xe9")
    assert "damaged" in refusal(decode, RUSSIAN.encode("utf-16")[:-1])


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), bytes(100), b"\x01\x02text" * 9]
)
def test_binary_data_is_no_text(data):
    assert "binary" in refusal(decode, data)


def test_a_stray_nul_does_not_make_a_text_binary():
    text = "A long enough text with one stray zero byte in it. " * 4 + "\0"
    assert decode(text.encode(), "x") == text


def test_markdown_is_kept_as_written_and_titled_by_its_heading(fixtures):
    found = extract_markdown((fixtures / "garden.md").read_bytes(), "garden.md")
    assert found.text == (
        "# The garden book\n\nRoses want *sun*. Ferns want shade.\n\n- water twice a week\n- prune in March\n"
    )
    assert found.title == "The garden book"
    assert extract_markdown(b"no heading\n### too deep\n", "x").title == ""
    assert extract_markdown(b"intro\n\n## Second ##\n", "x").title == "Second"


def test_html_gives_what_a_reader_of_the_page_sees(fixtures):
    found = extract_html((fixtures / "ferry.html").read_bytes(), "ferry.html")
    assert found.text.split("\n\n") == [
        "Ferry timetable",
        "The first ferry leaves at 6:40 from pier three.",
        "• Adults pay 4 euros.\n• Children travel free.",
        "Dogs are\nwelcome — “on a lead”.",
        "Monday | closed",
    ]
    assert found.title == "Ferry & timetable"


@pytest.mark.parametrize("tag", ["script", "style", "noscript", "template", "svg", "iframe", "object"])
def test_what_html_does_not_show_is_left_out(tag):
    assert html(f"<p>before</p><{tag}>hidden</{tag}><p>after</p>") == "before\n\nafter"


@pytest.mark.parametrize("tag", ["b", "i", "em", "a", "span", "code", "sup", "sub", "unknown-element"])
def test_inline_tags_do_not_split_words(tag):
    assert html(f"<p>un<{tag}>break</{tag}>able</p>") == "unbreakable"


@pytest.mark.parametrize("tag", ["p", "div", "h1", "li", "td", "blockquote", "section", "pre", "dd"])
def test_block_tags_split_words(tag):
    parts = html(f"one<{tag}>two</{tag}>three").split("\n\n")
    if tag == "td":
        assert parts == ["onetwothree"]  # a cell outside any table is no cell
    else:
        assert parts == ["one", "• two" if tag == "li" else "two", "three"]


def test_html_comments_entities_and_line_ends():
    assert html("<p>a<!-- no -->b &lt;c&gt;\r\n  d&nbsp;e&#0;</p>") == "ab <c> d\xa0e\ufffd"


def test_html_nested_ten_thousand_deep_is_read():
    assert html("<div>" * 10_000 + "deep" + "</div>" * 10_000) == "deep"


def test_html_without_a_body_has_no_text():
    assert html("<frameset></frameset>") == html("") == ""


def test_html_is_decoded_as_it_declares():
    page = f'<html><head><meta charset="windows-1251"></head><body>{RUSSIAN}</body></html>'
    assert extract_html(page.encode("cp1251"), "x").text == RUSSIAN.strip()


def test_html_that_declares_latin_1_means_cp1252():
    page = b'<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1"><p>\x93caf\xe9\x94</p>'
    assert extract_html(page, "x").text == "“café”"


@pytest.mark.parametrize("charset", ["utf-16", "no-such", "hex", "undefined", "idna", "ascii"])
def test_html_that_declares_nonsense_is_decoded_by_its_bytes(charset):
    assert html(f'<meta charset="{charset}"><p>café</p>') == "café"


def test_a_byte_order_mark_counts_more_than_the_declaration():
    for encoding in ("utf-8-sig", "utf-16"):
        page = '<html><head><meta charset="utf-8"></head><body>café</body></html>'.encode(encoding)
        assert extract_html(page, "x").text == "café"


@pytest.mark.parametrize("name", ["harbour.docx", "ferry.html", "cafe-cp1252.txt"])
def test_a_damaged_file_is_read_or_refused_but_nothing_else(fixtures, name):
    data = (fixtures / name).read_bytes()
    extractor = {"docx": extract_docx, "html": extract_html, "txt": extract_text}[name.split(".")[1]]
    chance = random.Random(name)
    for _ in range(60):
        damaged = bytearray(data[: chance.choice([len(data), chance.randrange(1, len(data))])])
        for _ in range(chance.choice([1, 5, 50])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            extractor(bytes(damaged), name).text.encode()
        except DocumentError as error:
            assert is_one_sentence(str(error))
