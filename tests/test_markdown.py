import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.markdown import extract_markdown, read_markdown
from index.records import BlockKind, Document

FRAGMENTS = [
    "# Head\n", "Head\n===\n", "- item\n", "  - inner\n", "3. third\n", "> quote\n", "> - both\n", "| a | b |\n",
    "|---|---|\n", "| *1* | `2` |\n", "```\n", "    code\n", "***\n", "<!-- a -->", "<!--", "<b>x</b>", "*em*", "**b",
    "_", "[l](http://a.b \"t\")", "[r]", "[r]: http://x\n", "![i](y)", "`` c ` ``", "\\*", "&amp;", "[^1]",
    "[^1]: note\n",
    "\n", "\n\n", "\r\n", "\r", "\t", "  \n", "\\\n", "---\n", "title: A\n", "\0", "\u2028", "\x0c", "\ufeff",
    "word ", "é漢",
]  # fmt: skip
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))


def extract(text):
    return extract_markdown(text.encode(), "notes.md")


def shown(found, start, end):
    hidden = {place for a, b in found.marks for place in range(a, b)}
    return "".join(found.text[place] for place in range(start, end) if place not in hidden)


def blocks(text):
    """(kind, level, what is shown), without what shows nothing."""
    found = extract(text)
    rows = [(block.kind, block.level, shown(found, block.start, block.end).strip()) for block in found.blocks]
    return [row for row in rows if row[2]]


def only(text):
    ((_, _, content),) = blocks(text)
    return content


@given(texts)
def test_blocks_tile_any_text_and_marks_are_in_order(text):
    found = read_markdown(text)
    assert found.text == text
    Document("1", found.title, "x", "x", found.text, blocks=found.blocks, marks=found.marks)


def test_the_text_is_kept_as_it_is_written():
    text = "# A *b* ##\r\n\r\n- [x](y)\n"
    assert extract(text).text == text


def test_headings_have_levels_and_give_the_title():
    text = "intro\n\nLong *title*\n===\n\n### Third ###\n"
    assert blocks(text) == [
        (BlockKind.PARAGRAPH, 0, "intro"),
        (BlockKind.HEADING, 1, "Long title"),
        (BlockKind.HEADING, 3, "Third"),
    ]
    assert extract(text).title == "Long title"


def test_front_matter_gives_the_title_and_is_not_shown():
    text = '---\ntitle: "Winter plan"\ndate: 2025\n---\n\nPloughs start.\n\n# Other\n'
    assert extract(text).title == "Winter plan"
    assert blocks(text)[0] == (BlockKind.PARAGRAPH, 0, "Ploughs start.")


def test_a_rule_at_the_beginning_is_no_front_matter():
    assert blocks("---\nSnow fell all day.\n\n---\n") == [(BlockKind.PARAGRAPH, 0, "Snow fell all day.")]


@pytest.mark.parametrize("text", ["```sh\n# install\n```\n", "<!--\n# draft\n-->\n", "    # code\n"])
def test_a_title_comes_from_no_code_and_no_comment(text):
    assert extract(text).title == ""
    assert extract(text + "\n# Rules\n").title == "Rules"


def test_the_mark_of_a_note_of_one_word_is_left_out():
    first, *_ = blocks("*900 tonnes*[^1] of [fish](x.md).\n\n[^1]: https://a.example/b\n")
    assert first[2] == "900 tonnes of fish."


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        ("**4:30 am** and *then* _now_", "4:30 am and then now"),
        ('see [5 cm of snow](https://a.example/b?c=(1) "t") here', "see 5 cm of snow here"),
        ("a [*b* c][ref] d\n\n[ref]: http://x.example", "a b c d"),
        ("run `` a ` b `` now", "run  a ` b  now"),
        (r"2 \* 3 is snake_case_word", "2 * 3 is snake_case_word"),
        ("a <http://x.example> b ![alt](pic.png)", "a http://x.example b alt"),
        ("~~old~~ new <!-- secret --> end", "old new  end"),
        ("900 tonnes[^1].\n", "900 tonnes."),
        ("one\\\ntwo", "one\ntwo"),
        ("*a\nb* c", "a\nb c"),
        ("2 * 3 * 4 [no link] (x)", "2 * 3 * 4 [no link] (x)"),
    ],
)
def test_what_is_left_without_the_marks_reads_as_rendered(written, reads):
    assert only(written) == reads


def test_list_items_have_their_mark_and_depth():
    found = extract("- deep\n  wrapped\n  - deeper\n\n3) third\n   - [ ] task\n")
    items = [(found.text[b.start : b.start + b.mark], b.level, b.kind) for b in found.blocks]
    assert items == [("-", 1, "item"), ("-", 2, "item"), ("3)", 1, "item"), ("-", 2, "item")]


def test_a_quotation_loses_its_signs_but_not_its_line_ends():
    assert blocks("> The shed will be\n> built on the bank.\n>\n> > Inner\n") == [
        (BlockKind.QUOTE, 1, "The shed will be\nbuilt on the bank."),
        (BlockKind.QUOTE, 2, "Inner"),
    ]


def test_table_rows_have_cells_and_a_header():
    found = extract("| Model | Power (W) |\n|---|---:|\n| *Vento* | 350 |\n| | `720` |\n| a \\| b | c |\n")
    rows = [block for block in found.blocks if block.cells]
    assert [b.kind for b in rows] == [BlockKind.HEADER, BlockKind.ROW, BlockKind.ROW, BlockKind.ROW]
    assert [[shown(found, *cell) for cell in b.cells] for b in rows] == [
        ["Model", "Power (W)"], ["Vento", "350"], ["", "720"], ["a \\| b", "c"],
    ]  # fmt: skip
    assert all(b.header == rows[0].cells for b in rows[1:])


def test_code_is_kept_line_by_line():
    assert blocks("```py\na = 1\n\n  b = 2\n```\n\n    c\n    d\n") == [
        (BlockKind.PREFORMATTED, 0, line) for line in ("a = 1", "b = 2", "c", "d")
    ]


def test_rules_comments_and_definitions_are_not_shown():
    assert blocks("a\n\n***\n\n<!-- b -->\n\n[c]: http://d.example\n") == [(BlockKind.PARAGRAPH, 0, "a")]


def test_a_footnote_is_a_note():
    assert blocks("Text[^n].\n\n[^n]: In October.\n\n[^m]: One.\n")[1:] == [
        (BlockKind.NOTE, 0, "In October."),
        (BlockKind.NOTE, 0, "One."),
    ]


def test_tags_are_marks_and_what_they_hold_is_shown():
    assert only("<details><summary>More</summary>\nText <b>here</b>\n</details>\n") == "More\nText here"
    assert blocks("<script>\nvar a = 1;\n</script>\n") == []
