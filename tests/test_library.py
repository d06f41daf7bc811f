"""The documents of one server: added, removed, restored and read again in the background."""

import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from homes import fresh_home
from libraries import Handed, opened, settled
from messages import is_one_sentence

from index.collection import Collection
from index.errors import CollectionError, DocumentError
from index.files import UPLOADS
from index.storage_check import storage_faults
from qa.answerer import Answerer
from ui.own_collection import OwnDocuments, open_collection
from ui.web import background
from ui.web.intake import INCOMING, safe_path
from ui.web.library import Library
from ui.web.removals import NOTE, Removals

LAMP = "The lamp of the lighthouse burns colza oil. It was lit in 1871."
MASTER = "The harbour master is Maria Lindqvist. She works near the old pier."
RENT = "The rent is {} euros a month."


@pytest.fixture
def home(tmp_path, monkeypatch, encoder):
    return fresh_home(tmp_path, monkeypatch).resolve()


@pytest.fixture
def library(home):
    with opened() as library:
        yield library


@pytest.fixture
def hand(tmp_path):
    return Handed(tmp_path / "handed")


def add(library, *uploads):
    library.add(uploads)
    return settled(library).files


def outcomes(files):
    return [(one.name, one.state, one.outcome) for one in files]


def titles(library):
    return [one.title for one in library.source().documents()]


def answered(library, reader, question="Who is the harbour master?", chosen=None):
    return Answerer(library.source(chosen), reader).ask(question)


def test_each_file_has_its_own_end_and_a_bad_one_keeps_no_other_out(library, hand):
    assert library.listing().is_demonstration
    entries = library.add([
        hand("lamp.txt", LAMP), hand("empty.txt", " "), hand("broken.pdf", b"%PDF-1.4 no"), hand("tool.exe", "MZ"),
        hand("notes/master.md", "# Harbour\n\n" + MASTER),
    ])  # fmt: skip
    assert [one.name for one in entries] == ["lamp.txt", "empty.txt", "broken.pdf", "tool.exe", "notes/master.md"]
    listing = settled(library)
    assert [one.state for one in listing.files] == ["done", "failed", "failed", "failed", "done"]
    assert all(is_one_sentence(one.reason.replace(one.name, "it")) for one in listing.files if one.state == "failed")
    assert [(one.title, one.kind, one.state, one.prepared) for one in listing.documents] == [
        ("lamp", "text", "ready", 1.0), ("Harbour", "Markdown", "ready", 1.0),
    ]  # fmt: skip
    assert [one.document_id for one in listing.files if one.document_id] == [one.id for one in listing.documents]
    assert not listing.is_demonstration and listing.notice == ""
    first = listing.documents[0]
    assert first.size == len(LAMP) and first.modified[:2] == first.added[:2] == "20"
    assert not hand.folder.exists() or list(hand.folder.iterdir()) == []  # they are the library's, which took them


def test_a_file_is_asked_by_its_words_while_its_vectors_are_made(home, hand, reader, monkeypatch):
    monkeypatch.setattr(background, "LET_PASS_SECONDS", 600)
    with opened() as library:
        with library.attention.asking():  # somebody asks: what can wait waits
            library.add([hand("master.txt", MASTER), hand("lamp.txt", LAMP)])
            while any(one.state != "done" for one in library.listing().files):
                library.changed_since(library.listing().revision, 0.1)
            listing = library.listing()
            assert [(one.state, one.prepared) for one in listing.documents] == [("preparing", 0.0)] * 2
            answer = answered(library, reader)
            assert answer.text == "Maria Lindqvist"
            assert (answer.searched.passages, answer.searched.pending) == (2, 2)
        settled(library)
        assert answered(library, reader).searched.pending == 0


def test_files_of_one_name_in_different_folders_are_all_kept(library, hand):
    names = ["2024/rent.txt", "2025/rent.txt", "../../etc/rent.txt", "rent.txt"]
    files = add(library, *(hand(name, RENT.format(number)) for number, name in enumerate(names)))
    assert [one.outcome for one in files] == ["added"] * 4
    kept = {str(p.relative_to(p.parents[2])) for p in Path(library.listing().documents[0].source).parents[1].rglob("*")}
    assert len({one.source for one in library.listing().documents}) == 4
    assert all(UPLOADS in one.source and ".." not in one.source for one in library.listing().documents), kept
    again = add(library, hand("2024/rent.txt", RENT.format(0)), hand("2025/rent.txt", RENT.format(9)))
    assert [one.outcome for one in again] == ["unchanged", "updated"]
    assert len(library.listing().documents) == 4


def test_source_code_is_taken_where_it_is_handed_over_by_itself_and_not_in_a_folder(library, hand):
    files = add(library, hand("boats.py", "BERTHS = 7"), hand("program/boats.py", "BERTHS = 8"))
    assert [one.state for one in files] == ["done", "failed"]
    assert is_one_sentence(files[1].reason) and "source code in a folder" in files[1].reason


def test_the_same_bytes_are_not_added_twice(library, hand):
    files = add(library, hand("a/lamp.txt", LAMP), hand("b/copy of lamp.txt", LAMP), hand("lamp.txt", MASTER))
    assert outcomes(files) == [
        ("a/lamp.txt", "done", "added"), ("b/copy of lamp.txt", "done", "the same as lamp"),
        ("lamp.txt", "done", "added"),
    ]  # fmt: skip
    assert files[1].document_id == files[0].document_id
    assert len(library.listing().documents) == 2


def test_files_that_wait_when_the_server_ends_are_added_at_the_next_start(home, hand):
    with OwnDocuments() as documents:
        library = Library(documents)
        with library.attention.asking():
            library.add([hand(f"{number}.txt", f"Boat {number} lies at a berth.") for number in range(30)])
            library.close()
        left = list((home / "collection" / INCOMING).rglob("*.txt"))
        there = documents.kept()
        assert len(left) + (there.counts()[0] if there else 0) == 30
    with opened() as library:
        listing = settled(library, lambda listing: len(listing.documents) == 30)
        assert {one.state for one in listing.documents} == {"ready"}
        assert not (home / "collection" / INCOMING).exists()


def test_what_is_pending_when_the_server_ends_is_prepared_at_the_next_start(home, tmp_path):
    (tmp_path / "lamp.txt").write_text(LAMP)
    with open_collection(None, create=True) as collection:
        collection.add([tmp_path / "lamp.txt"], text_first=True)
        assert collection.pending() == 1
    with opened() as library:
        assert settled(library).documents[0].prepared == 1
    with open_collection(None) as collection:
        assert collection.pending() == 0


def test_a_document_that_is_removed_is_asked_no_more_and_comes_back_as_it_was(library, hand, reader):
    add(library, hand("lamp.txt", LAMP), hand("master.txt", MASTER))
    before = settled(library).documents
    [master] = [one for one in before if one.title == "master"]
    both = [one.id for one in before]
    assert answered(library, reader, chosen=both).text == "Maria Lindqvist"
    [removed] = library.remove([master.id, "0" * 16])
    assert (removed.id, removed.title, removed.kind) == (master.id, "master", "text")
    listing = library.listing()
    assert [one.title for one in listing.documents] == ["lamp"] and listing.removed == (removed,)
    assert answered(library, reader).status != "answered"
    assert answered(library, reader, chosen=both).searched.documents == 1
    with pytest.raises(CollectionError, match="None of the chosen") as caught:
        library.source([master.id])
    assert is_one_sentence(str(caught.value))
    assert Path(master.source).exists()  # until it cannot be restored any more
    library.restore(master.id)
    assert library.listing().documents == before and library.listing().removed == ()
    assert answered(library, reader).text == "Maria Lindqvist"
    with pytest.raises(CollectionError, match="cannot be restored any more"):
        library.restore(master.id)


def test_the_last_document_can_be_removed_and_restored(library, hand):
    add(library, hand("lamp.txt", LAMP))
    [lamp] = library.listing().documents
    library.remove([lamp.id])
    assert library.listing().is_demonstration
    library.restore(lamp.id)
    assert library.listing().documents == (lamp,)


def test_what_was_removed_is_gone_with_its_copy_when_the_server_ends(home, hand):
    with opened() as library:
        add(library, hand("a/lamp.txt", LAMP), hand("master.txt", MASTER))
        [lamp] = [one for one in library.listing().documents if one.title == "lamp"]
        library.remove([lamp.id])
        assert Path(lamp.source).exists()
    assert not Path(lamp.source).parent.exists()
    with opened() as library:
        assert titles(library) == ["master"]
        assert library.listing().removed == ()


def test_a_copy_is_deleted_at_the_next_start_where_the_process_was_killed_after_a_removal(home, hand):
    with opened() as library:
        add(library, hand("lamp.txt", LAMP), hand("master.txt", MASTER))
        lamp, master = library.listing().documents
    with open_collection(None) as collection:
        Removals().remove(collection, [lamp.id])  # and nothing more: as a process that is killed
        collection.set_note(NOTE, collection.note(NOTE).replace("]", f', "{master.source}"]'))  # killed before it
    assert Path(lamp.source).exists()
    with opened() as library:
        assert titles(library) == ["master"]
        assert not Path(lamp.source).exists() and Path(master.source).exists()
    with open_collection(None) as collection:
        assert collection.note(NOTE) is None


def test_a_removed_document_is_forgotten_after_a_while_and_its_bytes_bring_it_back_before(home, tmp_path, encoder):
    uploads = tmp_path / "c" / UPLOADS
    uploads.mkdir(parents=True)
    (uploads / "lamp.txt").write_text(LAMP)
    with Collection(tmp_path / "c", encoder) as collection:
        collection.add([uploads])
        [lamp] = collection.documents()
        removals = Removals(seconds=0)
        removals.remove(collection, [lamp.id])
        assert removals.forget_ended(collection) and not removals.forget_ended(collection)
        assert removals.shown() == () and list(uploads.iterdir()) == []


def test_the_very_bytes_that_were_removed_bring_the_document_back(library, hand):
    add(library, hand("lamp.txt", LAMP), hand("master.txt", MASTER))
    lamp = library.listing().documents[0]
    library.remove([lamp.id])
    [entry] = add(library, hand("other name.txt", LAMP))
    assert (entry.outcome, entry.document_id) == ("added", lamp.id)
    assert library.listing().removed == ()


def test_a_file_of_the_same_name_takes_the_place_of_a_removed_one(library, hand):
    add(library, hand("rent.txt", RENT.format(1)), hand("master.txt", MASTER))
    rent = next(one for one in library.listing().documents if one.title == "rent")
    library.remove([rent.id])
    assert add(library, hand("rent.txt", RENT.format(2)))[0].outcome == "added"
    with pytest.raises(CollectionError, match="has been added again"):
        library.restore(rent.id)
    assert Path(rent.source).read_text() == RENT.format(2)


def test_states_tell_what_became_of_a_file_and_refresh_reads_it_again(library, tmp_path, hand):
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in (("lamp", LAMP), ("master", MASTER), ("rent", RENT.format(1)), ("same", "Bread needs flour.")):
        (folder / f"{name}.txt").write_text(text)
        os.utime(folder / f"{name}.txt", (1e9, 1e9))
    library.add_folder(str(folder), watch=False)
    documents = {one.title: one for one in settled(library, lambda listing: len(listing.documents) == 4).documents}
    (folder / "lamp.txt").write_text(LAMP + " It is white.")
    (folder / "master.txt").unlink()
    (folder / "rent.txt").write_text(RENT.format(2))  # as many bytes
    (folder / "same.txt").touch()
    wanted = {"lamp": "changed", "master": "gone", "rent": "changed", "same": "ready"}

    def states(listing):
        return {one.title: one.state for one in listing.documents}

    settled(library, lambda listing: states(listing) == wanted)
    for title in ("lamp", "rent"):
        assert library.refresh(documents[title].id).state == "waiting"
    listing = settled(library, lambda listing: states(listing)["lamp"] == states(listing)["rent"] == "ready")
    assert [one.outcome for one in listing.files] == ["updated", "updated"]
    library.refresh(documents["master"].id)
    [entry] = settled(library, lambda listing: listing.files[-1].name == "master.txt").files[-1:]
    assert entry.state == "failed" and is_one_sentence(entry.reason.replace(str(folder / "master.txt"), "It"))
    with pytest.raises(CollectionError, match="not there any more"):
        library.refresh("0" * 16)


def test_the_demonstration_can_neither_be_removed_nor_read_again(library):
    [article] = library.listing().documents
    for change in (lambda: library.remove([article.id]), lambda: library.refresh(article.id)):
        with pytest.raises(CollectionError, match="stays as it is") as caught:
            change()
        assert is_one_sentence(str(caught.value))
    assert library.source([article.id]).counts()[0] == 1


def test_a_part_is_asked_again_and_again_without_being_looked_up(library, hand, reader, monkeypatch):
    add(library, hand("lamp.txt", LAMP), hand("master.txt", MASTER), hand("rent.txt", RENT.format(1)))
    lamp, master, _ = library.listing().documents
    part = library.source([master.id, lamp.id])
    assert part.counts() == (2, 2)
    looked = []  # by this thread: another one looks for questions to offer

    def noted(real):
        return lambda *given: looked.append(threading.current_thread()) or real(*given)

    monkeypatch.setattr(Collection, "documents", noted(Collection.documents))
    monkeypatch.setattr(Collection, "within", noted(Collection.within))
    assert library.source([lamp.id, master.id]) is part
    assert answered(library, reader, chosen=[master.id, lamp.id]).text == "Maria Lindqvist"
    assert threading.current_thread() not in looked
    monkeypatch.undo()
    assert library.source(["rent.txt"]).counts()[0] == 1
    assert library.source(["*.txt"]).counts()[0] == 3
    for wrong, words in (([], "No document is chosen"), (["nowhere.pdf"], "not in the collection")):
        with pytest.raises(CollectionError, match=words):
            library.source(wrong)


def test_a_collection_that_cannot_be_written_says_so_and_is_asked(tmp_path, encoder, hand, monkeypatch, reader):
    with Collection(tmp_path / "c", encoder) as collection:
        (tmp_path / "master.txt").write_text(MASTER)
        collection.add([tmp_path / "master.txt"])
    with OwnDocuments(tmp_path / "c") as documents:
        documents.kept()._storage.read_only = "Read-only file system"  # as on such a disk
        with Library(documents) as library:
            listing = library.listing()
            assert listing.read_only == "Read-only file system"
            for change in (
                lambda: library.remove([listing.documents[0].id]),
                lambda: library.refresh(listing.documents[0].id),
                lambda: library.add_folder(str(tmp_path), watch=False),
            ):
                with pytest.raises(CollectionError, match="cannot be changed"):
                    change()
            library.add([hand("lamp.txt", LAMP)])
            [entry] = settled(library).files
            assert entry.state == "failed" and "cannot be changed" in entry.reason
            assert answered(library, reader).text == "Maria Lindqvist"


def test_what_another_process_changes_is_listed(library, hand, tmp_path):
    add(library, hand("lamp.txt", LAMP))
    number = library.changed_since(0)
    (tmp_path / "master.txt").write_text(MASTER)
    with open_collection(None) as other:
        other.add([tmp_path / "master.txt"])
    assert library.changed_since(number) != number
    assert [one.title for one in library.listing().documents] == ["lamp", "master"]


def test_a_collection_stays_sound_while_files_come_and_go(library, hand):
    for turn in range(3):
        library.add([hand(f"{turn}-{number}.txt", f"Boat {turn} {number} lies at a berth.") for number in range(6)])
        with suppress(CollectionError):
            library.remove([one.id for one in library.listing().documents[::2]])
    listing = settled(library)
    assert {one.state for one in listing.files} == {"done"}
    assert storage_faults(Path(listing.documents[0].source).parents[1] / "collection.sqlite") == []


def test_names_lead_nowhere_but_down():
    assert safe_path("../../etc/passwd.txt") == Path("etc/passwd.txt")
    assert safe_path("C:\\docs\\..\\boot.md") == Path("C/docs/boot.md")
    assert safe_path("/.hidden/./a\x00b/.x.txt") == Path("hidden/ab/x.txt")
    assert safe_path("") == Path("document.")
    deep = safe_path("/".join(["x" * 300] * 50) + "/y.txt")
    assert len(deep.parts) == 9 and len(str(deep)) < 800


def test_a_folder_must_be_there_and_hold_something(library, tmp_path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "nowhere", tmp_path / "empty"):
        with pytest.raises(DocumentError) as caught:
            library.add_folder(str(path), watch=False)
        assert is_one_sentence(str(caught.value))
    assert library.listing().is_demonstration


def test_uploads_in_folders_are_known_by_where_they_lie_where_the_collection_was_moved(home, hand, tmp_path):
    with opened() as library:
        add(library, hand("2024/rent.txt", RENT.format(1)), hand("2025/rent.txt", RENT.format(2)))
    (home / "collection").rename(tmp_path / "moved")
    with opened(tmp_path / "moved") as library:
        sources = [one.source for one in library.listing().documents]
    below = (tmp_path / "moved" / UPLOADS).resolve()
    assert sources == [str(below / "2024" / "rent.txt"), str(below / "2025" / "rent.txt")]
