"""Documents that are asked by their words before their vectors are made."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from index.collection import DATABASE, Collection
from index.phrases import Query
from index.repairing import check, repair
from index.storage import Storage
from index.storage_check import storage_faults
from qa.answerer import Answerer
from qa.records import Answer
from ui.cli import main
from ui.words import extent

LAMP = "The lamp of the lighthouse burns colza oil. It was lit in 1871.\n"
MASTER = "The harbour master is Maria Lindqvist. She works near the old pier.\n"


@pytest.fixture
def files(tmp_path):
    folder = (tmp_path / "files").resolve()
    folder.mkdir()
    (folder / "lamp.txt").write_text(LAMP, "utf-8")
    (folder / "master.txt").write_text(MASTER, "utf-8")
    return folder


def add_text_first(collection, files):
    changes = collection.add([files], text_first=True)
    assert collection.pending() == collection.counts()[1] == 2
    return changes


def encode_all(collection):
    while collection.encode_pending():
        pass


def dense(collection, question="Who is the harbour master?"):
    return [(hit.passage.text, round(hit.score, 5)) for hit in collection.search_dense(question, 5)]


def test_what_is_pending_is_found_by_its_words_and_soon_as_if_it_had_been_added_at_once(
    collection, files, tmp_path, encoder
):
    assert len(add_text_first(collection, files).added) == 2
    assert dense(collection) == []
    assert collection.search_keywords("harbour master", 5)[0].passage.text == MASTER.strip()
    encode_all(collection)
    assert collection.pending() == 0
    with Collection(tmp_path / "at-once", encoder) as at_once:
        at_once.add([files])
        assert dense(at_once) == dense(collection)
    assert storage_faults(collection.folder / DATABASE) == []


def test_vectors_that_come_later_are_seen_by_one_who_has_searched_before(collection, files, encoder):
    (files / "boat.txt").write_text("Boats lie at the berths of the harbour.\n")
    collection.add([files / "boat.txt"])
    with Collection(collection.folder, encoder) as other:
        assert len(dense(other)) == len(dense(collection)) == 1
        collection.add([files], text_first=True)
        assert len(dense(other)) == len(dense(collection)) == 1
        encode_all(collection)
        assert len(dense(other)) == len(dense(collection)) == 3


def test_an_answer_says_how_much_was_searched_by_words_only(collection, files, reader):
    add_text_first(collection, files)
    answerer = Answerer(collection, reader)
    answer = answerer.ask("Who is the harbour master?")
    assert answer.text == "Maria Lindqvist"
    assert (answer.searched.passages, answer.searched.pending) == (2, 2)
    assert extent(answer.searched) == "2 documents, 2 passages searched (2 passages by their words only as yet)"
    assert Answer.from_dict(answer.to_dict()) == answer
    earlier = answer.to_dict()
    del earlier["searched"]["pending"]  # as a log of an earlier release has it
    assert Answer.from_dict(earlier).searched.pending == 0
    part = answerer.ask("Who is the harbour master?", collection.within("lamp.txt"))
    assert part.searched.pending == 1
    encode_all(collection)
    assert extent(answerer.ask("Who is the harbour master?").searched) == "2 documents, 2 passages searched"


def test_exact_words_of_what_is_pending_are_not_said_to_be_missing(collection, files):
    (files / "sign.txt").write_text("Rule \u00a7 is shown on the door.\n", "utf-8")  # no word of the index
    collection.add([files], text_first=True)
    found = collection.search(Query("Which rule is shown?", ("\u00a7",)), 5)
    assert [hit.passage.text for hit in found.dense] == ["Rule \u00a7 is shown on the door."]


def test_the_next_run_of_indexing_finishes_what_was_interrupted(collection, files):
    add_text_first(collection, files)
    collection.add([files / "lamp.txt"])
    assert collection.pending() == 0
    assert len(dense(collection)) == 2


def test_a_document_that_is_removed_or_changed_while_it_is_pending_leaves_nothing(collection, files):
    add_text_first(collection, files)
    (files / "lamp.txt").write_text(LAMP.replace("1871", "1872"), "utf-8")
    collection.add([files / "lamp.txt"], text_first=True)
    collection.remove("master.txt")
    assert collection.pending() == 1
    assert storage_faults(collection.folder / DATABASE) == []
    encode_all(collection)
    assert [text for text, _ in dense(collection)] == [LAMP.replace("1871", "1872").strip()]
    assert storage_faults(collection.folder / DATABASE) == []


def test_what_two_processes_encode_at_once_is_stored_once(collection, files, encoder):
    add_text_first(collection, files)
    storage = Storage(collection.folder / DATABASE)
    some = storage.next_pending()
    encode_all(collection)
    assert storage.settle(some, encoder.encode_passages([one.view for one in some])) == 0
    storage.close()
    assert len(dense(collection)) == 2


def test_what_is_pending_stays_so_in_a_repair_and_its_loss_is_found(tmp_path, encoder, files):
    folder = tmp_path / "c"
    with Collection(folder, encoder) as collection:
        add_text_first(collection, files)
    assert check(folder) == []
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute("DELETE FROM pending")
    assert [fault.what for fault in check(folder)] == ["a passage has no vector"]
    repair(folder, (), encoder)
    assert check(folder) == []
    with Collection(folder, encoder) as collection:
        encode_all(collection)
        assert len(dense(collection)) == 2


def test_a_collection_of_the_release_before_has_nothing_pending(tmp_path, fixtures, encoder):
    shutil.copytree(fixtures / "collection-format-6", tmp_path / "c")
    with Collection(tmp_path / "c", encoder) as collection:
        assert collection.note("made by") == "format 6"
        assert (collection.counts(), collection.pending()) == ((2, 3), 0)
        assert len(dense(collection)) == 3
    assert storage_faults(tmp_path / "c" / DATABASE) == []


def test_a_check_and_an_answer_on_the_command_line_tell_what_is_pending(collection, files, capsys):
    (files / "master.txt").unlink()
    collection.add([files], text_first=True)
    place = str(collection.folder)
    assert main(["check", "--collection", place]) == 0
    told = capsys.readouterr().out
    assert "All is as it was stored." in told and "1 passage is searched by its words only as yet" in told
    assert main(["ask", "What does the lamp burn?", "--collection", place]) == 0
    told = capsys.readouterr()
    assert "colza oil" in told.out and "1 passage is searched by its words only as yet" in told.err
    encode_all(collection)
    assert main(["check", "--collection", place]) == 0
    assert "words only" not in capsys.readouterr().out


def test_encoding_ends_when_it_is_told_to_and_keeps_what_is_done(collection, files):
    for number in range(60):
        (files / f"{number}.txt").write_text(f"Boat {number} lies at a berth. " * 30)
    collection.add([files], text_first=True)
    waiting = collection.pending()
    assert collection.encode_pending(lambda: False) == 0
    assert collection.pending() == waiting
    asked = []
    done = collection.encode_pending(lambda: asked.append(1) or len(asked) < 3)
    assert 0 < done < waiting and collection.pending() == waiting - done
    encode_all(collection)
    assert storage_faults(collection.folder / DATABASE) == []


def test_a_document_that_is_taken_out_and_put_back_is_as_it_was(collection, files, fixtures):
    collection.add([files, fixtures / "garden.md", fixtures / "lighthouse.pdf"])
    before = [(s, collection.structure(s.id), collection.parts(s.id, 0, 99)) for s in collection.documents()]
    found = dense(collection), collection.search_keywords("harbour master", 5)[0].passage.text
    taken = collection.take_out(*(s.id for s, _, _ in before[1:]), "no such id")
    assert len(taken) == len(before) - 1
    assert collection.documents() == [before[0][0]]
    assert storage_faults(collection.folder / DATABASE) == []
    collection.put_back(taken)
    assert [(s, collection.structure(s.id), collection.parts(s.id, 0, 99)) for s in collection.documents()] == before
    assert (dense(collection), collection.search_keywords("harbour master", 5)[0].passage.text) == found
    assert storage_faults(collection.folder / DATABASE) == []


def test_of_a_document_that_is_read_again_only_what_is_new_is_pending(collection, tmp_path):
    parts = [f"# Berth {number}\n\nBoat {number} lies at berth {number} of the harbour.\n" for number in range(9)]
    path = tmp_path / "berths.md"
    path.write_text("\n".join(parts))
    collection.add([path])
    before = dense(collection, "Where does boat 7 lie?")
    parts[3] = parts[3].replace("lies at", "was moved to")
    path.write_text("\n".join(parts))
    collection.add([path], text_first=True)
    assert (collection.counts(), collection.pending()) == ((1, 9), 1)
    assert dense(collection, "Where does boat 7 lie?")[0] == before[0]
    encode_all(collection)
    assert any("was moved to" in text for text, _ in dense(collection, "Where was boat 3 moved to?"))
    assert storage_faults(collection.folder / DATABASE) == []
