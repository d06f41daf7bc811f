"""What is read of Word files of the kind before 2007, by whatever converter is installed."""

import os
import shutil
import sys
import time

import pytest
from messages import refusal

from index.formats import doc
from index.formats.doc import extract_doc
from index.formats.docbook import extract_docbook, with_line_ends
from index.formats.word import extract_word
from index.records import check_tiling
from qa.evaluation.robustness.made_files import word_file, word_paragraph

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BOOK = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE book PUBLIC "-//OASIS//DTD DocBook XML V4.1.2//EN" "http://www.oasis-open.org/docbook/xml/4.1.2/docbookx.dtd">
<book lang='en_US'><title>The lease</title><chapter><title>Rent</title><sect1><title>Deposit</title>
<para>
<emphasis role='bold'>Two</emphasis> months<footnote><para>
In cash
</para></footnote>, 10<superscript>2</superscript> euros.
</para>
<orderedlist numeration='loweralpha'><listitem><para>
dogs
</para></listitem><listitem><para>
cats
</para></listitem></orderedlist>
<para><informaltable><tgroup cols='2'><tbody><row><entry>
Item
</entry><entry>
Price
</entry></row><row><entry>
Boat
</entry><entry>
70
</entry></row></tbody></tgroup></informaltable></para></sect1></chapter></book>"""


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Makes the folder of programs the only one, and returns what writes a program into it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(doc, "_USUAL_PLACES", ())

    def write(name, code):
        program = tmp_path / name
        program.write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
        program.chmod(0o755)

    return write


def told(extract):
    check_tiling(extract.text, extract.blocks)
    return [(one.kind.value, one.level, extract.text[one.start : one.end]) for one in extract.blocks]


def test_without_a_converter_the_sentence_names_what_to_install(programs):
    assert "needs LibreOffice or antiword" in refusal(extract_doc, OLD, "a.doc")


@pytest.mark.parametrize(
    "data",
    [
        rb"{\rtf1 The rent}", word_file(word_paragraph("The rent")),
        b"\xef\xbb\xbf<!DOCTYPE html><p>The rent",
    ],
    ids=["rtf", "docx", "html"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.doc", "a.DOCX", "a.docm", "a.rtf"])
def test_what_only_has_the_ending_is_read_as_what_it_is(programs, data, name):
    assert extract_word(data, name).text == "The rent"


@pytest.mark.parametrize("name", ["a.doc", "a.RTF"])
def test_plain_text_with_such_an_ending_is_read(programs, name):
    assert extract_word(b"P4 notes\r\n\r\nThe rent is \xe9lev\xe9e.", name).text.endswith("\r\nThe rent is élevée.")
    lost = rb"\rtf1\ansi\pard The rent\par"
    for damaged in (lost, b"\0\1\2\3rent\0\1" * 9, b" \n"):
        assert "save" in refusal(extract_word, damaged, name)


@pytest.mark.parametrize("name", ["a.doc", "a.docx", "a.docm", "a.rtf"])
def test_a_file_of_the_old_kind_is_one_whatever_its_ending(programs, name):
    assert "needs LibreOffice or antiword" in refusal(extract_word, OLD, name)
    locked = OLD + "EncryptedPackage".encode("utf-16-le")
    assert "has a password" in refusal(extract_word, locked, name)


def test_what_is_no_word_file_is_refused_by_its_ending(programs):
    assert "is not a Word file" in refusal(extract_word, b"\1\2\3", "a.doc")
    assert "is not a rich text file" in refusal(extract_word, b"\1\2\3", "a.rtf")
    assert "is not a readable Word file" in refusal(extract_word, b"plain text", "a.docx")


def test_what_is_no_word_file_is_refused(programs):
    assert "is not a Word file" in refusal(extract_doc, b"plain text", "a.doc")


def test_docbook_is_read_with_its_structure():
    extract = extract_docbook(BOOK.encode(), "a.doc")
    assert extract.title == "The lease"
    assert told(extract) == [
        ("heading", 1, "Rent"), ("heading", 2, "Deposit"), ("paragraph", 0, "Two months, 10² euros."),
        ("note", 0, "In cash"), ("item", 1, "a. dogs"), ("item", 1, "b. cats"), ("header", 0, "Item | Price"),
        ("row", 0, "Boat | 70"),
    ]  # fmt: skip


def test_line_ends_that_antiword_leaves_out_are_those_of_its_text():
    made = "<para>\nAPPROVEDThe reeveJ. Bay____2003 &amp; later; J. Bay\n</para><para>Smithson &lt;son</para>"
    plain = "  APPROVED\n  The reeve\n  J. Bay\n  ____\n  2003 & later; J. Bay\n\nSmithson <son\nSmith\nson"
    ends = "APPROVED\nThe reeve\nJ. Bay\n____\n2003 &amp; later; J. Bay"
    told = with_line_ends(made.encode(), plain.encode()).decode()
    assert told == f"<para>\n{ends}\n</para><para>Smithson &lt;son</para>"


@pytest.mark.skipif(os.name == "nt", reason="programs are written as scripts")
def test_a_converter_is_given_the_file_in_an_empty_home(programs):
    programs(
        "antiword",
        f"import os,sys\nassert open(sys.argv[-1],'rb').read()=={OLD!r}\n"
        "print('<book><chapter><title>'+str(os.environ['HOME']==os.getcwd())+'</title><para>x</para></chapter></book>')",
    )
    assert extract_doc(OLD, "a.doc").text == "True\n\nx"


@pytest.mark.skipif(os.name == "nt", reason="programs are written as scripts")
def test_where_one_converter_makes_nothing_the_next_one_is_asked(programs):
    programs("antiword", "import sys; sys.exit(1)")
    programs("catdoc", "print('The rent is due.')")
    assert extract_doc(OLD, "a.doc").text.strip() == "The rent is due."
    programs("catdoc", "")
    assert "damaged or has a password" in refusal(extract_doc, OLD, "a.doc")


@pytest.mark.skipif(os.name == "nt", reason="programs are written as scripts")
def test_a_converter_that_takes_too_long_is_ended_with_all_that_it_started(programs, monkeypatch, tmp_path):
    monkeypatch.setattr(doc, "SECONDS", 0.7)
    inner = f"import os,time; open({str(tmp_path / 'pid')!r},'w').write(str(os.getpid())); time.sleep(60)"
    programs("antiword", f"import subprocess,sys\nsubprocess.run([sys.executable,'-c',{inner!r}])")
    assert "to be converted" in refusal(extract_doc, OLD, "a.doc")
    number = int((tmp_path / "pid").read_text())
    for _ in range(100):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return
        if _state(number) == "Z":
            return
        time.sleep(0.02)
    pytest.fail("it still runs")


def _state(number):
    """The state of a process on Linux: "Z" is one that has ended and that nobody has asked yet."""
    try:
        with open(f"/proc/{number}/stat", encoding="ascii") as told_by:
            return told_by.read().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.mark.skipif(not any(map(shutil.which, ("soffice", "antiword"))), reason="no converter is installed")
def test_a_damaged_file_is_refused_by_the_converter_that_is_installed():
    assert "damaged" in refusal(extract_doc, OLD, "a.doc")
