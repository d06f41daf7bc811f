from hypothesis import given
from hypothesis import strategies as st

from ui.html import escape, marked
from ui.library import safe_name


@given(st.text())
def test_no_markup_or_template_sign_survives_escaping(text):
    assert not set(escape(text)) & set("<>\"'{}$`")


def test_escaping_keeps_the_words():
    assert escape("a < b & ${c}") == "a &lt; b &amp; &#36;&#123;c&#125;"


def test_characters_that_hide_or_reorder_text_are_shown():
    assert escape("safe\u202egnp.exe") == "safe\u25a1gnp.exe"


def test_the_mark_encloses_just_the_given_characters():
    assert marked("a <b> c", 2, 5) == "a <mark>&lt;b&gt;</mark> c"


def test_uploaded_names_cannot_leave_their_folder():
    assert safe_name("../../etc/passwd.txt") == "passwd.txt"
    assert safe_name("..\\..\\boot.md") == "boot.md"
    assert safe_name(".hidden.txt") == "hidden.txt"
    assert safe_name("a\x00b\n.txt") == "ab.txt"
    assert safe_name(".txt") == "document.txt"
    assert len(safe_name("x" * 500 + ".pdf")) < 140
