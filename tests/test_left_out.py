"""Files that could not be read: remembered, told with what is refused, and forgotten."""

import pytest

from index.adding import add_files
from index.changes import Removal
from index.collection import Collection
from qa.answerer import Answerer
from qa.opened import open_documents
from ui.cli import main

NOTE = "The harbour master is Ines Calder."


@pytest.fixture
def folder(tmp_path):
    made = (tmp_path / "papers").resolve()
    (made / "old").mkdir(parents=True)
    (made / "note.txt").write_text(NOTE, "utf-8")
    (made / "bad.pdf").write_bytes(b"no PDF")
    (made / "old" / "empty.txt").write_text(" ", "utf-8")
    (made / "picture.png").write_bytes(b"a kind that is not read is not tried")
    return made


def names(source):
    return [one.source.rsplit("/", 1)[1] for one in source.left_out()]


def test_they_are_remembered_with_the_reason(collection, folder, encoder):
    refused = collection.add([folder]).refused
    assert collection.left_out() == collection.whole().left_out() == sorted(refused, key=lambda one: one.source)
    assert names(collection) == ["bad.pdf", "empty.txt"]
    collection.close()
    with Collection(collection.folder, encoder) as again:
        assert again.left_out() == sorted(refused, key=lambda one: one.source)


def test_one_that_can_be_read_when_it_is_added_again_is_forgotten(collection, folder):
    collection.add([folder])
    (folder / "old" / "empty.txt").write_text("It is not empty any more.", "utf-8")
    collection.add([folder / "old" / "empty.txt"])
    assert names(collection) == ["bad.pdf"]
    (folder / "old" / "empty.txt").write_text("", "utf-8")
    collection.add([folder])  # and remembered again
    assert names(collection) == ["bad.pdf", "empty.txt"]
    assert collection.counts()[0] == 2  # what was read before is still there


def test_one_that_is_gone_from_the_disk_is_forgotten(collection, folder):
    collection.add([folder])
    (folder / "bad.pdf").unlink()
    assert names(collection) == ["empty.txt"]
    (folder / "bad.pdf").write_bytes(b"no PDF")
    assert names(collection) == ["bad.pdf", "empty.txt"]
    (folder / "old" / "empty.txt").rename(folder / "old" / ".hidden.txt")
    (folder / "bad.pdf").rename(folder / "worse.pdf")
    collection.add([folder])
    (folder / "bad.pdf").write_bytes(b"no PDF")  # another file, which was never added
    assert names(collection) == ["worse.pdf"]


def test_those_elsewhere_are_not_forgotten(collection, folder):
    collection.add([folder])
    collection.add([folder / "note.txt"])
    assert names(collection) == ["bad.pdf", "empty.txt"]
    collection.add([folder / "old"])
    assert names(collection) == ["bad.pdf", "empty.txt"]


def test_those_of_a_folder_that_is_removed_are_forgotten(collection, folder):
    collection.add([folder])
    assert collection.remove(folder / "old").removed == ()  # it held no document
    assert names(collection) == ["bad.pdf"]
    assert collection.remove(folder).removed == (str(folder / "note.txt"),)
    assert names(collection) == []
    collection.add([folder])
    collection.remove("*.txt")
    assert names(collection) == ["bad.pdf"]


def test_what_is_neither_a_document_nor_left_out_is_told_and_the_rest_removed(collection, folder):
    collection.add([folder])
    done = collection.remove("nowhere.pdf", folder / "bad.pdf")
    assert done == Removal(forgotten=(str(folder / "bad.pdf"),), missing=("nowhere.pdf",))
    assert names(collection) == ["empty.txt"]


def test_a_part_has_its_own(collection, folder):
    (folder / "old" / "note.txt").write_text("An old note.", "utf-8")
    collection.add([folder])
    assert names(collection.within(folder)) == ["bad.pdf", "empty.txt"]
    assert names(collection.within(folder / "old")) == ["empty.txt"]
    assert names(collection.within("note.txt")) == []
    assert names(collection.within("*.txt")) == ["empty.txt"]
    assert names(collection.within(folder).within(folder / "old")) == ["empty.txt"]
    assert names(collection.within("note.txt").within(folder)) == []


def test_a_name_that_is_no_text_is_refused_and_does_no_harm(collection, folder):
    try:
        (folder / "bad\udcff.txt").write_text(NOTE)
    except OSError:
        pytest.skip("this system's names are always text")
    changes = collection.add([folder])
    assert len(changes.refused) == 3
    assert names(collection) == ["bad.pdf", "empty.txt"]


def test_nothing_is_written_where_nothing_is_new(collection, folder, monkeypatch):
    collection.add([folder])
    monkeypatch.setattr("index.storage.Storage.note_left_out", None)
    assert len(add_files(collection._storage, collection.encoder, [folder]).refused) == 2


def test_a_refusal_names_them(folder, reader, encoder):
    scope = open_documents(folder)
    refusal = Answerer(scope, reader, threshold=1.0).ask("Who is the baker?").refusal
    assert refusal.left_out == (str(folder / "bad.pdf"), str(folder / "old" / "empty.txt"))
    refusal = Answerer(scope, reader, threshold=1.0).ask("Who is the baker?", scope.within("note.txt")).refusal
    assert refusal.left_out == ()


def test_the_command_forgets_them(capsys, folder, tmp_path, encoder):
    mine = ["--collection", str(tmp_path / "mine")]
    assert main(["index", str(folder), *mine]) == 1
    capsys.readouterr()
    assert main(["remove", "bad.pdf", "note.txt", *mine]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"Removed {folder / 'note.txt'}.",
        f"Forgot {folder / 'bad.pdf'}, which could not be read.",
    ]
    assert main(["remove", "empty.txt", "bad.pdf", *mine]) == 1
    printed = capsys.readouterr()
    assert "empty.txt, which could not be read" in printed.out
    assert "bad.pdf is not in the collection" in printed.err
