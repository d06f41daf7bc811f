"""Characters that cannot be seen: what is shown of them, what is searched, and what is quoted."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.collection import Collection
from index.views import without_silent
from qa.answerer import Answerer
from qa.edge import printable
from qa.questions import check_question
from qa.showing import MARK, UNSEEN, shown
from ui.log_markdown import plain
from ui.terminal import answer_lines
from ui.web.html import escape

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
NEEDED = [
    FAMILY,
    "\u2764\ufe0f",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f44d\U0001f3fd\u200d\u2642\ufe0f",
    "1\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian
    "\u0915\u094d\u200d\u0937",  # Hindi
    "\u05e9\u05dc\u05d5\u05dd!\u200f",  # Hebrew
    "\u05e9\u05dc\u05d5\u05dd (\u200f\u05e2\u05d5\u05dc\u05dd)",
    "\u845b\U000e0100",  # a form of a Chinese letter
]


@pytest.mark.parametrize(
    "character",
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200c\u200d\u200e\u200f\u061c\u00ad\u034f\u2060\u2062"
    "\ufeff\ufe0f\ufe00\u206e\u3164\u115f\U000e0041\U000e0001\U000e0100\ufff9",
)
@pytest.mark.parametrize("show", [shown, printable, escape, plain])
def test_characters_that_hide_or_reorder_text_are_shown(show, character):
    assert show(f"safe.{character}exe") == f"safe.{MARK}exe"


@pytest.mark.parametrize("text", NEEDED)
@pytest.mark.parametrize("show", [shown, printable, escape])
def test_what_a_script_or_an_emoji_needs_stays(show, text):
    assert show(f"{text} ok") == f"{text} ok"


@pytest.mark.parametrize("show", [shown, printable, escape, plain])
def test_what_only_hyphenates_is_left_out(show):
    assert show("Donau\u00addampf\u00adschiff") == "Donaudampfschiff"
    assert show("\u0e20\u0e32\u0e29\u0e32\u200b\u0e44\u0e17\u0e22") == "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\U0001f3f4" + "\U000e0061" * 40, "\U0001f3f4" + MARK * 40),  # no flag, but a text in tags
        ("\u2764\ufe0f\ufe0f", f"\u2764\ufe0f{MARK}"),
        ("pay\u200dpal", f"pay{MARK}pal"),
        ("\u05d0 12\u200f34", f"\u05d0 12{MARK}34"),  # would be seen as 3412
        ("report\u00ad.pdf", f"report{MARK}.pdf"),
    ],
)
def test_the_same_characters_elsewhere_are_shown(text, seen):
    assert shown(text) == seen


def test_every_sign_of_direction_and_format_is_seen():
    controls = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.bidirectional(character) in controls or 0xE0000 <= code < 0xE1000:
            assert UNSEEN.fullmatch(character)
            assert shown(f"a{character}b") == f"a{MARK}b"


@given(st.text(st.sampled_from("ab \u05d0\u0e20\u00ad\u200b\u200d\u200e\u200f\u202e\ufe0f\U000e0041\U0001f3f4\u2764")))
@example("\u200f")
def test_only_unseen_characters_change(text):
    assert UNSEEN.sub("", shown(text)).replace(MARK, "") == UNSEEN.sub("", text)


WORDS = ["con\u00adtract", "con\u200btract", "con\u200dtract", "con\u200ctract", "con\u2062tract", "con\u2060tract",
         "con\ufe0ftract", "con\U000e0041tract", "con\u202etract"]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_asked_and_found_by_its_plain_spelling(tmp_path, encoder, word):
    assert without_silent(word) == "contract"
    assert check_question(f"When does the {word} end?") == "When does the contract end?"
    text = f"The {word} with the harbour master ends in May.\n\nThe kiosk opens at nine. Nobody swims here.\n"
    (tmp_path / "a.txt").write_text(text, "utf-8")
    with Collection(tmp_path / "collection", encoder) as collection:
        collection.add([tmp_path / "a.txt"])
        [hit] = collection.search_keywords("contract", 5)
        assert word in hit.passage.text
        assert collection.occurring(["contract"]) == {"contract"}


def test_a_quote_with_unseen_characters_is_exact_and_shown_with_marks(tmp_path, encoder, reader):
    text = "The hotel\u2019s owner is Maria \u202eLind\u00adqvist, who came from Oslo in the year 1931.\n"
    (tmp_path / "a.txt").write_text(text, "utf-8")
    with Collection(tmp_path / "collection", encoder) as collection:
        collection.add([tmp_path / "a.txt"])
        answer = Answerer(collection, reader).ask("Who is the owner of the hotel?")
        [citation] = answer.citations
        document = collection.document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.text
        assert "Lind\u00adqvist" in citation.text
        assert answer.text == f"Maria {MARK}Lindqvist"
        printed = "\n".join(answer_lines(answer, color=False))
        assert f"{MARK}Lindqvist" in printed
        assert not UNSEEN.search(printed)
