import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.records import Citation
from ui.html import HIDDEN, citation_html, documents_html, escape, marked
from ui.words import STALE


@given(st.text())
def test_no_markup_or_template_sign_survives_escaping(text):
    assert not set(escape(text)) & set("<>\"'{}$`")


def test_escaping_keeps_the_words():
    assert escape("a < b & ${c}") == "a &lt; b &amp; &#36;&#123;c&#125;"


@pytest.mark.parametrize("character", "\u202e\u2066\u200e\u200f\u061c\u200b\ufeff\u2062\u206e\U000e0041")
def test_characters_that_hide_or_reorder_text_are_shown(character):
    assert escape(f"safe{character}gnp.exe") == "safe\u25a1gnp.exe"


def test_every_sign_of_direction_is_shown():
    controls = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    codes = {code for code in range(0x110000) if unicodedata.bidirectional(chr(code)) in controls}
    assert {*codes, 0x200E, 0x200F, 0x061C} <= set(HIDDEN)


@pytest.mark.parametrize(
    "text", ["Schiff\u00adfahrt", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u2764\ufe0f"]
)
def test_characters_that_ordinary_writing_needs_stay(text):
    assert escape(text) == text


def test_the_mark_encloses_just_the_given_characters():
    assert marked("a <b> c", (2, 5)) == "a <mark>&lt;b&gt;</mark> c"
    assert marked("a\u200eb\u200fc", (2, 3)) == "a\u25a1<mark>b</mark>\u25a1c"


def citation(*, stale):
    text = "Maria"
    return Citation(1, text, text, "id", "bakery", "/bakery.txt", None, 0, 5, 0, 5, 1.0, text, 0, stale=stale)


def test_a_citation_says_that_its_file_has_changed():
    assert STALE in citation_html(citation(stale=True)).split("<figcaption>")[1].split("</figcaption>")[0]
    assert STALE not in citation_html(citation(stale=False))


def test_the_documents_are_called_a_demonstration_where_they_are_one():
    assert "the article that comes with Quotewise" in documents_html([], demonstration=True)
    assert "the article that comes with Quotewise" not in documents_html([])
