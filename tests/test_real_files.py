"""What becomes of real files, told of small ones that are made here."""

import io
import json
import shutil
import zipfile

import pytest
from pdfs import lines, pdf

from qa.evaluation import real_files
from qa.evaluation.real_files_dumps import DumpError, plain_dump, words_of
from qa.evaluation.real_files_measure import ENDED, READ, REJECTED, TRACEBACK, FileFigures, measure
from qa.evaluation.robustness.made_files import zipped

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PAGE = "<title>Boats</title><p>The b<b>oa</b>t is <td>red.<script>let x</script><nav>Home</nav><p hidden>Secret sail"


def docx(body):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {WORD}><w:body>{body}</w:body></w:document>")
    return packed.getvalue()


def paragraph(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "real"
    made.mkdir()
    (made / "note.txt").write_text("The keeper lit the lamp.", "utf-8")
    (made / "page.html").write_text(PAGE, "utf-8")
    (made / "letter.docx").write_bytes(docx(paragraph("The rent is due.") + paragraph("Pay it.")))
    (made / "empty.md").write_text(" ", "utf-8")
    return made


def test_a_file_is_measured_in_a_process_of_its_own(folder):
    found = FileFigures(**measure(folder, "page.html"))
    assert (found.outcome, found.passages, found.dump_words) == (READ, 1, 7)
    assert (found.missing, found.examples) == (2, ["secret 1", "sail 1"])
    assert found.seconds > 0 and found.megabytes >= 0


BOOK = {
    "META-INF/container.xml": b"<container/>",
    "OPS/book.opf": b"""<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="b" href="b.xhtml"/>
    <item id="a" href="a%20a.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>""",
    "OPS/b.xhtml": b"<html><head><title>No</title></head><body><p>Second.</p></body></html>",
    "OPS/a a.xhtml": b"<html><body><p>Fi<b>rst</b></p><p>of all.</p></body></html>",
}
MAIL = (
    b"From: Anna <a@x.org>\nTo: t@x.org\nSubject: =?utf-8?q?Mi=C3=A9te?=\n"
    b"Content-Type: multipart/alternative; boundary=b\n\n"
    b"--b\nContent-Type: text/html\n\n<p>The rent</p>\n--b\nContent-Type: text/plain\n\nThe rent\n--b--\n"
)
CELLS = [
    {"source": ["# Rent\n", "Due"], "outputs": []},
    {"source": "1", "outputs": [{"data": {"text/plain": ["one"]}}]},
]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.epub", zipped(BOOK), "first of all second"),
        ("a.eml", MAIL, "miéte anna a x org t x org the rent"),
        ("a.mbox", b"From a@x.org Fri May  3 10:00:00 2024\n" + MAIL, "miéte anna a x org t x org the rent"),
        ("a.srt", b"1\n00:01,0 --> 00:02,0\n<i>It ends</i>\n\n2\n00:03,0 --> 00:04,0\nin May.", "it ends in may"),
        ("a.vtt", b"WEBVTT\n\nNOTE never\nseen\n\n00:01.000 --> 00:02.000\n<v Tom>Yes.\n", "yes"),
        ("a.ipynb", json.dumps({"cells": CELLS}).encode(), "rent due 1 one"),
    ],
)
def test_a_plain_dump_holds_the_words_that_are_shown(tmp_path, name, data, words):
    (tmp_path / name).write_bytes(data)
    assert words_of(plain_dump(tmp_path / name)) == words_of(words)


def test_of_what_has_no_plain_form_no_dump_is_made(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(DumpError, match="xlsx"):
        plain_dump(tmp_path / "a.xlsx")


def test_what_a_file_does_wrong_costs_that_file_only(folder, monkeypatch):
    assert FileFigures(**measure(folder, "empty.md")).reason == "empty.md is empty: there is nothing to quote from."
    (folder / "letter.docx").write_bytes(b"PK no zip")
    assert FileFigures(**measure(folder, "letter.docx")).outcome == REJECTED
    (folder / "gone.pdf").symlink_to(folder / "nowhere")
    assert FileFigures(**measure(folder, "gone.pdf")).outcome == TRACEBACK  # the file's size cannot even be asked for
    monkeypatch.setattr("qa.evaluation.real_files_measure.MOST_SECONDS", 0)
    assert FileFigures(**measure(folder, "note.txt")).outcome == ENDED


def test_the_command_tells_every_kind_and_goes_on_where_it_was_stopped(folder, tmp_path, capsys):
    output = tmp_path / "out"
    assert real_files.main([str(folder), "--output", str(output)]) == 0
    first = capsys.readouterr().out
    assert "Rejected: 1\n  empty.md: empty.md is empty" in first
    assert ".html     1       1       0       0       0 |" in first and "all       4       3       1       0" in first
    (journal,) = output.iterdir()
    written = journal.read_text("utf-8").splitlines()
    assert [json.loads(line)["path"] for line in written[1:]] == ["empty.md", "letter.docx", "note.txt", "page.html"]
    journal.write_text("\n".join(written[:4]) + "\n" + written[4][:9], "utf-8")  # killed while it wrote
    assert real_files.main([str(folder), "--output", str(output)]) == 0
    assert [json.loads(line)["path"] for line in journal.read_text("utf-8").splitlines()[1:]] == [
        "empty.md", "letter.docx", "note.txt", "page.html",
    ]  # fmt: skip


def test_what_takes_too_much_is_told_and_is_a_failure():
    slow = FileFigures("a/slow.pdf", READ, seconds=11.0, characters=10)
    hungry = FileFigures("b/hungry.pdf", READ, megabytes=501.0, characters=10)
    lacking = FileFigures("c/lacking.htm", READ, dump_words=100, missing=7, unread=9, examples=("sail 7",))
    told = "\n".join(real_files.report([slow, hungry, lacking]))
    assert "Over 10 s or 500 MB: 2\n  a/slow.pdf: 11.00 s" in told
    assert "Most words missing, .html: 1\n  c/lacking.htm: 7.0% of 100, such as sail 7" in told


def test_a_folder_without_files_is_explained(tmp_path, capsys):
    assert real_files.main([str(tmp_path), "--output", str(tmp_path / "out")]) == 1
    assert "has no files that can be read" in capsys.readouterr().err


def test_words_are_those_a_person_reads(folder):
    assert words_of("Light-\nhouse ﬁre A_b Ünder 10") == {
        "lighthouse": 1, "fire": 1, "a": 1, "b": 1, "ünder": 1, "10": 1,
    }  # fmt: skip
    assert words_of(plain_dump(folder / "letter.docx")) == words_of("The rent is due. Pay it.")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_a_pdf_is_compared_with_poppler(tmp_path):
    (tmp_path / "page.pdf").write_bytes(pdf(lines("The harbour was dug by hand.", "It is old.")))
    found = FileFigures(**measure(tmp_path, "page.pdf"))
    assert (found.dump_words, found.missing) == (9, 0)
