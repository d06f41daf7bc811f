"""A collection that is damaged, checked and mended."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from messages import is_one_sentence

from index.collection import DATABASE, Collection
from index.errors import CollectionError, DamageError
from index.repairing import KEPT, Repair, check, repair
from index.vectors.faiss_store import LEAST_SEGMENT
from qa.answerer import Answerer
from ui.cli import main

LAMP = "The lamp of the lighthouse burns colza oil. It was lit in 1871.\n"
MASTER = "The harbour master is Maria Lindqvist. She works near the old pier.\n"


@pytest.fixture
def files(tmp_path):
    folder = (tmp_path / "files").resolve()
    folder.mkdir()
    (folder / "lamp.txt").write_text(LAMP, "utf-8")
    (folder / "master.txt").write_text(MASTER, "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path, encoder, files):
    with Collection(tmp_path / "c", encoder) as collection:
        collection.add([files])
        collection.set_note("kept", "with it")
    return tmp_path / "c"


def change(folder, statement):
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute(statement)


def faults(folder):
    return {(fault.source.rpartition("/")[2], fault.what) for fault in check(folder)}


def assert_is_whole(folder, encoder, names=("lamp.txt", "master.txt")):
    assert check(folder) == []
    with Collection(folder, encoder) as collection:
        assert [one.source.rpartition("/")[2] for one in collection.documents()] == list(names)
        assert collection.note("kept") == "with it"
        for one in collection.documents():
            text = collection.document(one.id).text
            assert collection.search_dense(text, 1)[0].passage.text == text.strip()
            assert collection.search_keywords(text, 1)[0].passage.document_id == one.id


def test_what_is_as_it_was_stored_has_no_fault(folder):
    assert check(folder) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE texts SET text = replace(text, 'colza', 'whale')", ("lamp.txt", "its text is damaged")),
        ("UPDATE passages SET view = replace(view, 'colza', 'whale')", ("lamp.txt", "its passages are damaged")),
        ("UPDATE blocks SET level = 7 WHERE document_id = (SELECT id FROM documents WHERE source LIKE '%lamp.txt')",
         ("lamp.txt", "its structure is damaged")),
        ("DELETE FROM sentences WHERE start > 0", ("lamp.txt", "a part of it is missing")),
        ("UPDATE vectors SET vector = zeroblob(1536) WHERE passage_id = 1", ("lamp.txt", "its vectors are damaged")),
        ("UPDATE documents SET size = 1 WHERE source LIKE '%lamp.txt'", ("lamp.txt", "what is known of it is damaged")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("gone", [False, True])
def test_a_damaged_document_is_named_and_mended(folder, encoder, files, statement, told, gone):
    change(folder, statement)
    assert told in faults(folder)
    if gone:
        shutil.rmtree(files)
    done = repair(folder)
    named = {one.rpartition("/")[2] for one in (*done.from_files, *done.from_texts, *(one.source for one in done.lost))}
    assert "lamp.txt" in named and named <= {"lamp.txt", "master.txt"}
    assert bool(done.lost) == (gone and told[1] in ("its text is damaged", "its structure is damaged",
                                                    "what is known of it is damaged"))  # fmt: skip
    assert (folder / KEPT).exists() == bool(done.lost)
    assert_is_whole(folder, encoder, ["master.txt"] if done.lost else ["lamp.txt", "master.txt"])


@pytest.mark.parametrize("key", ["encoder", "format_version", "revision"])
@pytest.mark.parametrize("statement", ["UPDATE meta SET value = replace(value, '6', '4') || '!'", "DELETE FROM meta"])
def test_damaged_facts_are_told_and_made_again(folder, encoder, key, statement):
    change(folder, f"{statement} WHERE key = '{key}'")
    assert any(key in what for _, what in faults(folder))
    if key != "revision":
        with pytest.raises(CollectionError) as caught:
            Collection(folder, encoder)
        assert is_one_sentence(str(caught.value))
    repair(folder)
    assert_is_whole(folder, encoder)


def test_a_damaged_index_of_words_is_made_again(folder, encoder):
    change(folder, "INSERT INTO words (words, rowid, view) VALUES ('delete', 1, 'other words than it was told')")
    assert faults(folder) == {("", "the index of words is damaged")}
    assert repair(folder) == Repair()
    assert_is_whole(folder, encoder)


def test_a_damaged_vector_is_noticed_by_a_question_and_by_the_check(folder, encoder, reader):
    change(folder, "UPDATE vectors SET vector = zeroblob(1536) WHERE passage_id = 1")
    with Collection(folder, encoder) as collection, pytest.raises(DamageError, match="check --repair"):
        Answerer(collection, reader).ask("What does the lamp burn?")


def test_a_database_that_is_none_is_made_anew_with_what_is_given(folder, encoder, files):
    for content in (b"", b"no database at all " * 99):
        for left in folder.glob(f"{DATABASE}-*"):
            left.unlink()
        (folder / DATABASE).write_bytes(content)
        assert len(check(folder)) == 1
        with pytest.raises(DamageError):
            Collection(folder, encoder)
        repair(folder, [files])
        with Collection(folder, encoder) as collection:
            assert collection.counts() == (2, 2)
        assert check(folder) == []


def test_a_program_that_has_it_open_goes_on_with_the_mended_one(folder, encoder, files):
    with Collection(folder, encoder) as collection:
        assert collection.counts() == (2, 2)
        change(folder, "UPDATE texts SET text = replace(text, 'colza', 'whale')")
        repair(folder)
        assert collection.search_keywords("colza", 1)[0].passage.text == LAMP.strip()
        (files / "new.txt").write_text("A new tariff is due in May.", "utf-8")
        collection.add([files])
        assert (
            collection.search_dense("A new tariff is due in May.", 1)[0].passage.text == "A new tariff is due in May."
        )
    with Collection(folder, encoder) as collection:
        assert collection.counts() == (3, 3)


def test_what_is_added_to_a_folder_that_is_deleted_is_not_acknowledged(folder, encoder, files):
    with Collection(folder, encoder) as collection:
        shutil.rmtree(folder)
        (files / "new.txt").write_text("A new tariff is due in May.", "utf-8")
        for act in (lambda: collection.add([files]), collection.documents, lambda: collection.remove("*.txt")):
            with pytest.raises(CollectionError, match="not there any more"):
                act()
    assert not folder.exists()


def test_a_damaged_file_of_vectors_is_told(tmp_path, encoder):
    text = "\n\n".join(f"Boat {number} lies at berth {number}." for number in range(3))
    with Collection(tmp_path / "c", encoder) as collection:
        (tmp_path / "boats.txt").write_text(text, "utf-8")
        collection.add([tmp_path / "boats.txt"])
        store = collection._vectors._store
        store.add(range(1000, 1000 + LEAST_SEGMENT), store.state().memory[-1].vectors()[[0] * LEAST_SEGMENT])
        assert store.flush(collection._vectors._keep)
    [file] = (tmp_path / "c" / "vectors").iterdir()
    assert check(tmp_path / "c") == []
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert faults(tmp_path / "c") == {("", f"the file vectors/{file.name} is damaged")}
    repair(tmp_path / "c")
    assert check(tmp_path / "c") == [] and not file.exists()


def test_the_command_checks_and_mends(folder, capsys):
    at = ["--collection", str(folder)]
    assert main(["check", *at]) == 0
    assert capsys.readouterr().out == "All is as it was stored.\n"
    change(folder, "UPDATE texts SET text = replace(text, 'colza', 'whale')")
    assert main(["check", *at]) == 1
    said = capsys.readouterr()
    assert "lamp.txt: its text is damaged." in said.out
    assert said.err == "quotewise: The collection has 1 fault: 'quotewise check --repair' mends what can be mended.\n"
    assert main(["check", "--repair", *at]) == 0
    assert "Read again: " in capsys.readouterr().out
    assert main(["check", *at]) == 0
    assert main(["check", "--collection", str(folder / "nowhere")]) == 1
