"""Files handed over on the page, and where they are kept."""

import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from messages import is_one_sentence

from index.checksums import COLUMNS, add_functions
from index.collection import DATABASE, Collection
from index.files import UPLOADS
from index.uploads import add_uploads, safe_name
from ui.own_collection import open_collection

LIGHTHOUSE = "The lighthouse was built in 1871 by Marta Lind."
RENT = "The rent is {} euros a month."


def upload(tmp_path, name, text, folder="a"):
    (tmp_path / folder).mkdir(exist_ok=True)
    path = tmp_path / folder / name
    path.write_text(text, "utf-8")
    return path


def add(collection, *paths):
    return add_uploads(lambda: collection, paths)


def texts(collection):
    return sorted(collection.document(summary.id).text for summary in collection.documents())


def test_an_upload_is_kept_beside_the_collection_and_may_replace_one_of_its_name(collection, tmp_path):
    kept = str(collection.folder / UPLOADS / "rent.txt")
    assert add(collection, upload(tmp_path, "rent.txt", RENT.format(1000))).added == (kept,)
    assert add(collection, upload(tmp_path, "rent.txt", RENT.format(1000))).unchanged == (kept,)
    assert add(collection, upload(tmp_path, "rent.txt", RENT.format(2000))).updated == (kept,)
    assert texts(collection) == [RENT.format(2000)]
    assert [path.name for path in (collection.folder / UPLOADS).iterdir()] == ["rent.txt"]


def test_different_files_of_one_name_dropped_together_are_all_kept(collection, tmp_path):
    paths = [
        upload(tmp_path, "rent.txt", RENT.format(number), folder) for number, folder in ((1, "a"), (2, "b"), (1, "c"))
    ]
    changes = add(collection, *paths)
    assert [Path(source).name for source in changes.added] == ["rent.txt", "rent (2).txt"]
    assert texts(collection) == [RENT.format(1), RENT.format(2)]


def test_a_bad_upload_is_refused_and_the_others_and_the_earlier_one_stay(collection, tmp_path):
    add(collection, upload(tmp_path, "rent.txt", RENT.format(1000)))
    bad = [upload(tmp_path, "rent.txt", "  ", "b"), upload(tmp_path, "rent.exe", "MZ"), tmp_path / "gone.txt"]
    changes = add(collection, *bad, upload(tmp_path, "lighthouse.txt", LIGHTHOUSE))
    assert [Path(rejected.source).name for rejected in changes.refused] == ["rent.txt", "rent.exe", "gone.txt"]
    assert len(changes.added) == 1
    assert texts(collection) == [LIGHTHOUSE, RENT.format(1000)]


def test_no_collection_is_asked_for_when_nothing_can_be_put_in(tmp_path):
    changes = add_uploads(lambda: pytest.fail("a collection was made"), [upload(tmp_path, "rent.txt", " ")])
    assert len(changes.refused) == 1


def test_an_upload_that_cannot_be_kept_is_one_sentence(collection, tmp_path):
    (collection.folder / UPLOADS).write_text("no folder", "utf-8")
    [rejected] = add(collection, upload(tmp_path, "rent.txt", RENT.format(1000))).refused
    assert is_one_sentence(rejected.reason.replace("rent.txt", "it").replace(str(tmp_path), ""))
    assert "could not be kept" in rejected.reason
    assert collection.documents() == []


def test_many_tabs_may_upload_one_name_at_once(collection, tmp_path):
    paths = [upload(tmp_path, "rent.txt", RENT.format(number), str(number)) for number in range(12)]
    refused = []
    threads = [
        threading.Thread(target=lambda path=path: refused.extend(add(collection, path).refused)) for path in paths
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    [text] = texts(collection)
    assert text in [RENT.format(number) for number in range(12)]
    assert [path.name for path in (collection.folder / UPLOADS).iterdir()] == ["rent.txt"]


def earlier_collection(tmp_path, encoder):
    """A collection with two uploads, and the document of a folder of the user's own that is called the same."""
    elsewhere = upload(tmp_path, "rent.txt", RENT.format(7), UPLOADS)
    with Collection(tmp_path / "old", encoder) as old:
        old.add([elsewhere])
        add(old, upload(tmp_path, "rent.txt", RENT.format(1)), upload(tmp_path, "boat.txt", LIGHTHOUSE))
    return elsewhere


def expect_uploads_at(folder, elsewhere):
    for _ in range(2):
        with open_collection(folder) as found:
            kept = found.folder / UPLOADS
            sources = [str(kept / "boat.txt"), str(kept / "rent.txt"), str(elsewhere.resolve())]
            assert [summary.source for summary in found.documents()] == sorted(sources)
            assert texts(found) == [LIGHTHOUSE, RENT.format(1), RENT.format(7)]


def forget_what_files_held(folder):
    """As in a collection that an earlier release made."""
    with sqlite3.connect(folder / DATABASE) as database:
        add_functions(database)
        database.execute("UPDATE documents SET sha256 = '', size = 0, modified_ns = 0, extraction = 0")
        database.execute(f"UPDATE documents SET checksum = checksum({COLUMNS['documents']})")
    database.close()


@pytest.mark.parametrize("from_an_earlier_release", [False, True])
def test_a_collection_that_was_moved_knows_its_uploads_by_where_they_lie_now(
    tmp_path, encoder, from_an_earlier_release
):
    elsewhere = earlier_collection(tmp_path, encoder)
    if from_an_earlier_release:
        forget_what_files_held(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    expect_uploads_at(tmp_path / "new", elsewhere)
    with open_collection(tmp_path / "new") as moved:
        assert len(add(moved, upload(tmp_path, "rent.txt", RENT.format(2))).updated) == 1
        assert texts(moved) == [LIGHTHOUSE, RENT.format(2), RENT.format(7)]


def test_a_copied_collection_has_uploads_of_its_own(tmp_path, encoder):
    elsewhere = earlier_collection(tmp_path, encoder)
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    expect_uploads_at(tmp_path / "new", elsewhere)
    expect_uploads_at(tmp_path / "old", elsewhere)


def test_an_upload_that_cannot_be_read_any_more_is_asked_as_it_is(tmp_path, encoder):
    with Collection(tmp_path / "old", encoder) as old:
        add(old, upload(tmp_path, "rent.txt", RENT.format(1)))
    forget_what_files_held(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    (tmp_path / "new" / UPLOADS / "rent.txt").write_text(" ")
    with open_collection(tmp_path / "new") as moved:
        assert texts(moved) == [RENT.format(1)]


def test_uploaded_names_cannot_leave_their_folder():
    assert safe_name("../../etc/passwd.txt") == "passwd.txt"
    assert safe_name("..\\..\\boot.md") == "boot.md"
    assert safe_name(".hidden.txt") == "hidden.txt"
    assert safe_name("a\x00b\n.txt") == "ab.txt"
    assert safe_name(".txt") == "document.txt"


def test_uploaded_names_are_no_longer_than_a_disk_takes(collection, tmp_path):
    assert len(safe_name("x" * 500 + ".pdf")) < 200
    [kept] = add(collection, upload(tmp_path, "\u0444" * 120 + ".txt", LIGHTHOUSE)).added
    assert Path(kept).name == "\u0444" * 90 + ".txt"
