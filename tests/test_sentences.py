import textwrap
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from index.layout import blocks_of
from index.sentences import split_pieces, split_sentences

FRAGMENTS = [
    "A plain sentence. ", "“Curly,” she said. ", '"Straight."', "Dr. No ", "e.g. ", "3.14", "\n", "\r\n", "\n\n", " ",
    "- item\n", "1. first\n", "• dot\n", "# Head\n", "| a | b |\n", "\0", "\u2028", "\u200f", "\u202e", "\ufeff",
    "👩‍👩‍👧", "e\u0301", "漢字。", "?!", "...", "x" * 90, "\t", "\x0c", "\x1c", "\x85",
]  # fmt: skip
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))


def split(text):
    return split_sentences(text, blocks_of(text)[0])


def sentences(text):
    return [text[s.start : s.end] for s in split(text)]


@given(texts)
@example("")
@example(" \n\t ")
@example("\r\r\n\r")
def test_pieces_tile_the_text(text):
    pieces = split_pieces(text)
    assert "".join(text[start:end] for start, end in pieces) == text
    assert all(start < end for start, end in pieces)


@given(texts)
def test_sentences_are_in_order_and_cover_every_character_but_white_space(text):
    found = split(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
    covered = {i for s in found for i in range(s.start, s.end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


@given(texts)
def test_sentences_have_no_white_space_around_them(text):
    assert all(sentence == sentence.strip() for sentence in sentences(text))


def test_empty_text_has_no_sentences():
    assert split("") == split(" \n\u2028 ") == []


def test_plain_prose_is_split_at_full_stops():
    assert sentences("It rained. We left! Why? No one knew.") == ["It rained.", "We left!", "Why?", "No one knew."]


def test_a_quotation_stays_with_its_closing_mark():
    assert sentences('"We won." They left.') == ['"We won."', "They left."]
    assert sentences("“We won.” They left.") == ["“We won.”", "They left."]


def test_abbreviations_do_not_end_a_sentence():
    text = "Dr. Smith met Mr. Jones in the U.S. on Monday. They spoke, i.e. argued, for hours."
    assert sentences(text) == [
        "Dr. Smith met Mr. Jones in the U.S. on Monday.",
        "They spoke, i.e. argued, for hours.",
    ]


def test_decimals_do_not_end_a_sentence():
    assert sentences("It cost $1,234.56 in all. Pi is 3.14 or so.") == [
        "It cost $1,234.56 in all.",
        "Pi is 3.14 or so.",
    ]


def test_a_heading_without_punctuation_stands_alone():
    assert sentences("Introduction\n\nThe work began.\nResults\nWe found two.") == [
        "Introduction",
        "The work began.",
        "Results",
        "We found two.",
    ]


def test_list_items_stand_alone():
    items = ["- milk", "* eggs", "• bread", "1. wash", "2) peel", "(3) cook", "iv. serve", "a) eat"]
    assert sentences("\n".join(["To do:", *items])) == ["To do:", *items]


def test_list_items_stand_alone_however_long():
    items = ["- the quick brown fox jumps over the lazy dog beside the river", "- it drank", "- Then it slept"]
    assert sentences("\n".join(items)) == items


def test_a_long_list_item_wrapped_at_a_column_stays_whole():
    item = "- " + "the quick brown fox jumps over the lazy dog and " * 3 + "rests"
    wrapped = textwrap.fill(item, 70, subsequent_indent="  ")
    assert sentences(f"{wrapped}\n- a second one") == [wrapped, "- a second one"]


def test_hard_wrapped_prose_is_put_together_again():
    first = "The quick brown fox, which had slept for most of the long and warm afternoon, jumped over the lazy dog."
    second = "Then it ran across the wide green field towards the river, drank, and was not seen again that year."
    wrapped = textwrap.fill(f"{first} {second}", 70)
    assert wrapped.count("\n") == 2
    assert [" ".join(s.split()) for s in sentences(wrapped)] == [first, second]


def test_carriage_returns_do_not_hinder_wrapping():
    wrapped = textwrap.fill("The quick brown fox jumped over the lazy dog " * 4 + "and slept.", 70)
    assert len(sentences(wrapped.replace("\n", "\r\n"))) == 1


def test_one_line_per_paragraph_text_is_split_at_every_line(seed_text):
    ends = {s.end for s in split(seed_text)}
    position = 0
    for line in seed_text.splitlines(keepends=True):
        assert position + len(line.rstrip()) in ends
        position += len(line)


def test_the_seed_text_has_the_sentences_a_reader_sees(seed_text):
    found = sentences(seed_text)
    assert len(found) == 18
    assert found[7] == (
        "“Russia is seriously interested in obtaining reliable, legally fixed guarantees that rule out NATO expansion "
        'eastward and the deployment of offensive strike weapons systems in states adjacent to Russia," the Kremlin '
        "said."
    )
    assert found[-1].startswith("The Russian president has previously warned") and found[-1].endswith("to Ukraine.")
