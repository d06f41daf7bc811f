"""Which titles that files state say something."""

import pytest

from index.formats.titles import telling_title


@pytest.mark.parametrize(
    "stated",
    [
        "", "  ", "untitled", "Untitled Document", "Document1", "Slide 1", "PowerPoint Presentation", "Word Document",
        "Microsoft Word - Document1", "Microsoft Word - template_v2.dot", "C:\\Users\\x\\Desktop\\scan0001.tif",
        "minutes of May.docx", "12-04", "Dokument (2)", "title", "\x00", "parking-rules",
    ],
)  # fmt: skip
def test_a_title_that_says_nothing_is_none(stated):
    assert telling_title(stated, "parking-rules.docx") == ""


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Parking  rules\n", "Parking rules"),
        ("Microsoft Word - Parking rules", "Parking rules"),
        ("Document retention", "Document retention"),
        ("Page layouts of 1900", "Page layouts of 1900"),
        ("規則", "規則"),
        ("Parking\x00rules", "Parking rules"),
    ],
)
def test_a_title_that_says_something_is_kept_on_one_line(stated, title):
    assert telling_title(stated, "parking-rules.docx") == title


def test_a_title_that_is_also_the_name_of_the_file_is_kept_where_it_has_several_words():
    assert telling_title("House book", "House book.pdf") == "House book"


def test_long_titles_take_no_time():
    assert telling_title("a" * 100_000 + ".", "x") == "a" * 100_000 + "."
    assert telling_title("untitled" + " " * 100_000 + "x", "y") == "untitled x"
