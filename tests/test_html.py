from hypothesis import given
from hypothesis import strategies as st

from qa.records import Citation
from ui.web.html import citation_html, escape, marked
from ui.words import STALE


@given(st.text())
def test_no_markup_or_template_sign_survives_escaping(text):
    assert not set(escape(text)) & set("<>\"'{}$`")


def test_escaping_keeps_the_words():
    assert escape("a < b & ${c}") == "a &lt; b &amp; &#36;&#123;c&#125;"


def test_the_mark_encloses_just_the_given_characters():
    assert marked("a <b> c", (2, 5)) == "a <mark>&lt;b&gt;</mark> c"
    assert marked("a\u200eb\u200fc", (2, 3)) == "a\u25a1<mark>b</mark>\u25a1c"


def citation(*, stale):
    text = "Maria"
    return Citation(1, text, text, "id", "bakery", "/bakery.txt", None, 0, 5, 0, 5, 1.0, text, 0, stale=stale)


def test_a_citation_says_that_its_file_has_changed():
    assert STALE in citation_html(citation(stale=True)).split("<figcaption>")[1].split("</figcaption>")[0]
    assert STALE not in citation_html(citation(stale=False))
