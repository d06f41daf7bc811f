"""Pages without readable text, from the file to what a person is told."""

import json

import pytest
from messages import is_one_sentence
from pdfs import PROSE, SCAN, lines, pdf

from index.changes import UnreadablePages
from index.errors import DocumentError
from index.loaders import load_file
from index.records import Document
from ui.cli import main
from ui.words import not_searched, page_list, unread

# A font whose letters are mapped to the third ones behind them.
SHIFTED = str.maketrans("abcdefghijklmnopqrstuvwxyz", "defghijklmnopqrstuvwxyzabc")
GARBLED = lines(*(line.lower().translate(SHIFTED) for line in PROSE * 2))
MIXED = pdf(lines(*PROSE), [(SCAN,)], GARBLED, lines("The lamp burns four litres of oil."), [(SCAN,)])
SAID = "Pages 2 to 3, 5 of mixed.pdf have no readable text"


@pytest.fixture
def mixed(tmp_path):
    path = (tmp_path / "mixed.pdf").resolve()
    path.write_bytes(MIXED)
    return path


def test_a_document_knows_them(mixed):
    assert load_file(mixed).unreadable == (2, 3, 5)


@pytest.mark.parametrize("pages", [(0,), (3,), (2, 1), (1, 1)])
def test_they_are_pages_of_the_document(pages):
    assert Document("d", "t", "/d", "hash", "text", (0, 2), unreadable=(1, 2)).unreadable == (1, 2)
    with pytest.raises(ValueError, match="unreadable"):
        Document("d", "t", "/d", "hash", "text", (0, 2), unreadable=pages)


@pytest.mark.parametrize("pages", [[[(SCAN,)]] * 2, [GARBLED], [[(SCAN,)], GARBLED]])
def test_a_file_of_which_no_page_can_be_read_is_refused(tmp_path, pages):
    path = tmp_path / "all.pdf"
    path.write_bytes(pdf(*pages))
    with pytest.raises(DocumentError, match="OCR") as caught:
        load_file(path)
    assert is_one_sentence(str(caught.value))


def test_a_collection_says_them_on_every_run_and_keeps_them(collection, mixed):
    told = (UnreadablePages(str(mixed), (2, 3, 5)),)
    assert collection.add([mixed]).unreadable == told
    assert collection.add([mixed]).unreadable == told
    [summary] = collection.documents()
    assert summary.unreadable == collection.document(summary.id).unreadable == (2, 3, 5)
    moved = mixed.rename(mixed.with_name("moved.pdf"))
    assert collection.add([moved]).unreadable == (UnreadablePages(str(moved), (2, 3, 5)),)
    moved.write_bytes(pdf(lines(*PROSE), lines("All of it was read by a machine.")))
    assert collection.add([moved]).unreadable == ()
    assert collection.documents()[0].unreadable == ()
    assert collection.unreadable() == []


def test_those_of_a_part_are_told_apart(collection, mixed, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("The bakery opens at six.")
    collection.add([mixed, other])
    [one] = collection.unreadable()
    assert one.source == str(mixed)
    assert collection.whole().unreadable() == collection.within(mixed).unreadable() == [one]
    assert collection.within(other).unreadable() == []


def test_the_command_says_them_and_so_does_its_list(capsys, mixed, tmp_path, encoder):
    mine = ["--collection", str(tmp_path / "mine")]
    assert main(["index", str(mixed), *mine]) == 0
    [line] = [one for one in capsys.readouterr().out.splitlines() if "readable" in one]
    assert line.startswith(SAID)
    assert is_one_sentence(line)
    assert main(["index", str(mixed), *mine, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unreadable"] == [{"source": str(mixed), "pages": [2, 3, 5]}]
    assert main(["list", *mine]) == 0
    assert "no readable text on pages 2 to 3, 5" in capsys.readouterr().out
    assert main(["list", *mine, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["unreadable"] == [2, 3, 5]


def test_a_refusal_says_where_the_answer_may_stand(capsys, mixed, tmp_path, encoder):
    other = tmp_path / "other.txt"
    other.write_text("The bakery opens at six.")
    question = ["ask", "Who won the football world cup in 1998?", "--documents", str(mixed), str(other)]
    assert main(question) == 0
    printed = capsys.readouterr()
    said = "The answer may stand where there is no readable text: pages 2 to 3, 5 of mixed.pdf."
    assert (said in printed.out.splitlines(), printed.err) == (True, "")
    assert main([*question, "--within", "other.txt"]) == 0
    assert "readable" not in capsys.readouterr().out
    assert main([*question, "--json"]) == 0
    refusal = json.loads(capsys.readouterr().out)["refusal"]
    assert refusal["unreadable"] == [{"source": str(mixed), "pages": [2, 3, 5]}]
    assert main(["ask", "How much oil does the lamp burn?", "--documents", str(mixed)]) == 0
    printed = capsys.readouterr()
    assert ("four litres" in printed.out, "readable" in printed.out, printed.err) == (True, False, "")


def test_of_many_documents_the_rest_is_counted():
    some = [UnreadablePages(f"/{n}.pdf", (2,)) for n in range(5)]
    names = "page 2 of 0.pdf; page 2 of 1.pdf; page 2 of 2.pdf; pages of 2 more documents"
    assert not_searched(some) == f"The answer may stand where there is no readable text: {names}."
    assert not_searched(some[:3]).endswith("page 2 of 2.pdf.")
    assert not_searched([]) == ""


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ([3], "page 3"),
        ([3, 5, 6, 7, 8, 9], "pages 3, 5 to 9"),
        ([1, 2, 4], "pages 1 to 2, 4"),
        (range(1, 41, 2), "pages 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 8 more"),
    ],
)
def test_pages_in_words(pages, words):
    assert page_list(pages) == words


def test_one_page_is_one():
    assert unread(UnreadablePages("/a/b.pdf", (1,))).startswith(
        "Page 1 of b.pdf has no readable text, so nothing on it is found"
    )
