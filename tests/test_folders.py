"""Folders whose documents follow what happens there."""

import os
import shutil
from pathlib import Path

import pytest
from homes import fresh_home
from libraries import Handed, opened, settled
from messages import is_one_sentence

from index.collection import Collection
from ui.own_collection import open_collection
from ui.web import watching
from ui.web.folders import Folders
from ui.web.watching import Watcher, is_remote

LAMP = "The lamp of the lighthouse burns colza oil. It was lit in 1871."
MASTER = "The harbour master is Maria Lindqvist. She works near the old pier."


@pytest.fixture
def home(tmp_path, monkeypatch, encoder):
    return fresh_home(tmp_path, monkeypatch).resolve()


@pytest.fixture
def folder(tmp_path):
    folder = (tmp_path / "docs").resolve()
    (folder / "below").mkdir(parents=True)
    for name, text in (("lamp.txt", LAMP), ("below/master.txt", MASTER)):
        (folder / name).write_text(text)
        os.utime(folder / name, (1e9, 1e9))  # what was written just now is left alone for a moment
    return folder


def names(listing):
    return [Path(one.source).name for one in listing.documents]


def until(library, *wanted):
    """The listing once the documents are those of the files with these names."""
    return settled(library, lambda listing: sorted(names(listing)) == sorted(wanted))


def test_what_happens_in_a_watched_folder_is_followed(home, folder):
    with opened() as library:
        [watched] = [library.add_folder(str(folder), watch=True)]
        assert (watched.path, watched.watched) == (str(folder), True)
        before = until(library, "lamp.txt", "master.txt").documents
        (folder / "new.md").write_text("# Rent\n\nThe rent is 900 euros.")
        until(library, "lamp.txt", "master.txt", "new.md")
        (folder / "lamp.txt").write_text(LAMP + " It is white and red.")
        settled(library, lambda listing: {one.size for one in listing.documents} >= {len(LAMP) + 21})
        (folder / "below" / "master.txt").rename(folder / "moved.txt")
        listing = until(library, "lamp.txt", "moved.txt", "new.md")
        assert {one.added for one in before} >= {one.added for one in listing.documents if "moved" in one.source}
        (folder / "new.md").unlink()
        (folder / "bad.pdf").write_bytes(b"%PDF-1.4 no")
        until(library, "lamp.txt", "moved.txt")
        listing = settled(library, lambda listing: any(one.state == "failed" for one in listing.files))
        [failed] = [one for one in listing.files if one.state == "failed"]
        assert failed.name == "docs/bad.pdf" and is_one_sentence(failed.reason.replace("bad.pdf", "it"))
        [shown] = settled(library, lambda listing: listing.folders[0].documents == 2).folders
        assert (shown.state, shown.documents, shown.reason) == ("ready", 2, "")


def test_a_folder_is_followed_at_the_next_start_as_well_and_read_where_it_has_changed(home, folder):
    with opened() as library:
        library.add_folder(str(folder), watch=True)
        until(library, "lamp.txt", "master.txt")
    (folder / "new.txt").write_text("Boats lie at the berths.")
    (folder / "lamp.txt").unlink()
    with opened() as library:
        assert [(one.path, one.watched) for one in library.listing().folders] == [(str(folder), True)]
        until(library, "master.txt", "new.txt")
        library.forget_folder(str(folder))
        assert library.listing().folders == ()
        (folder / "newer.txt").write_text("Bread needs flour.")
    with opened() as library:
        assert sorted(names(library.listing())) == ["master.txt", "new.txt"]  # which stay


def test_a_disk_that_is_gone_takes_no_document_with_it(home, folder, tmp_path):
    with opened() as library:
        library.add_folder(str(folder), watch=True)
        until(library, "lamp.txt", "master.txt")
        folder.rename(tmp_path / "unplugged")

        def gone(listing):
            return listing.folders[0].state == "gone" and {one.state for one in listing.documents} == {"gone"}

        [shown] = settled(library, gone).folders
        assert is_one_sentence(shown.reason.replace(str(folder), "It")) and "disk" in shown.reason
        folder.mkdir()  # as an empty place for it is left behind
        shown = settled(library, lambda listing: "empty" in listing.folders[0].reason).folders[0]
        assert is_one_sentence(shown.reason.replace(str(folder), "It"))
        assert len(library.listing().documents) == 2
        folder.rmdir()
        (tmp_path / "unplugged").rename(folder)
        (folder / "lamp.txt").unlink()
        until(library, "master.txt")
        settled(library, lambda listing: (listing.folders[0].state, listing.documents[0].state) == ("ready", "ready"))


def test_a_disk_below_a_folder_that_is_gone_takes_no_document_with_it(tmp_path, encoder, folder):
    with Collection(tmp_path / "c", encoder) as collection:
        folders = Folders()
        folders.add(collection, folder, watch=False)
        sync(folders, collection, folder)
        assert collection.counts()[0] == 2
        (folder / "below" / "master.txt").unlink()  # an empty folder is left, as of an unmounted disk
        sync(folders, collection, folder)
        assert collection.counts()[0] == 2
        (folder / "below").rmdir()
        sync(folders, collection, folder)
        assert [one.title for one in collection.documents()] == ["lamp"]


def sync(folders, collection, folder):
    step = folders.look(collection, str(folder))
    while step.more:
        step = folders.step(collection, str(folder))


def test_what_a_person_removes_from_a_folder_stays_out_until_it_is_restored(home, folder, tmp_path):
    with opened() as library:
        library.add_folder(str(folder), watch=True)
        lamp = until(library, "lamp.txt", "master.txt").documents[-1]
        library.remove([lamp.id])
        (folder / "new.txt").write_text("Boats lie at the berths.")
        until(library, "master.txt", "new.txt")
        (folder / "lamp.txt").touch()
    with opened() as library:
        (folder / "newer.txt").write_text("Bread needs flour.")
        until(library, "master.txt", "new.txt", "newer.txt")
        [new] = [one for one in library.listing().documents if one.title == "new"]
        library.remove([new.id])
        library.restore(new.id)
        library.add_folder(str(folder), watch=False)  # once more, and whole
        until(library, "lamp.txt", "master.txt", "new.txt", "newer.txt")
        assert [one.watched for one in library.listing().folders] == [False]


def test_dropped_files_are_taken_between_those_of_a_folder(home, folder, tmp_path):
    for number in range(40):
        (folder / f"{number}.txt").write_text(f"Boat {number} lies at a berth.")
    hand = Handed(tmp_path / "handed")
    with opened() as library:
        library.add_folder(str(folder), watch=False)
        library.add([hand("rent.txt", "The rent is 900 euros.")])
        settled(library, lambda listing: [one.state for one in listing.files] == ["done"])
        listing = settled(library, lambda listing: len(listing.documents) == 43)
        assert listing.folders[0].documents == 42


def test_where_nothing_can_be_watched_a_folder_is_looked_at_now_and_then(folder, monkeypatch):
    def no_handles(*paths, **options):
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr(watching, "watch", no_handles)
    told = polled(folder)
    assert {path for path, _ in told} == {str(folder)}
    assert is_one_sentence(told[-1][1].replace(str(folder), "It")) and "watch limit" in told[-1][1]
    monkeypatch.setattr(watching, "is_remote", lambda path: True)
    assert "network disk" in polled(folder)[-1][1]


def polled(folder):
    """What is told of a folder until it has been polled twice."""
    told, twice = [], watching.threading.Event()

    def hear(path, why):
        told.append((path, why))
        if sum(bool(why) for _, why in told) > 2:
            twice.set()

    watcher = Watcher(hear, poll_seconds=0.01)
    watcher.watch([str(folder)])
    assert twice.wait(60)
    watcher.close()
    return told


def test_a_local_folder_is_none_of_another_machine(tmp_path):
    assert not is_remote(str(tmp_path))


def test_a_note_of_folders_that_is_none_stops_nothing(home, folder):
    with open_collection(None, create=True) as collection:
        collection.add([folder])
        collection.set_note("folders", '[{"path": 3}, "x"]')
    with opened() as library:
        assert library.listing().folders == ()
        assert len(library.listing().documents) == 2
    shutil.rmtree(folder)
