"""The collection behind the page, and what is uploaded to it."""

import threading
from pathlib import Path

import pytest
from messages import is_one_sentence

from index.collection import Collection
from index.errors import CollectionError
from qa.asking import seed_files
from ui.library import UPLOADS, add_uploads, existing_library, open_library

LIGHTHOUSE = "The lighthouse was built in 1871 by Marta Lind."
RENT = "The rent is {} euros a month."


def upload(tmp_path, name, text, folder="a"):
    (tmp_path / folder).mkdir(exist_ok=True)
    path = tmp_path / folder / name
    path.write_text(text, "utf-8")
    return path


def texts(collection):
    return sorted(collection.document(summary.id).text for summary in collection.documents())


def test_an_upload_is_kept_beside_the_collection_and_may_replace_one_of_its_name(collection, tmp_path):
    kept = str(collection.folder / UPLOADS / "rent.txt")
    assert add_uploads(collection, [upload(tmp_path, "rent.txt", RENT.format(1000))]).added == (kept,)
    assert add_uploads(collection, [upload(tmp_path, "rent.txt", RENT.format(1000))]).unchanged == (kept,)
    assert add_uploads(collection, [upload(tmp_path, "rent.txt", RENT.format(2000))]).updated == (kept,)
    assert texts(collection) == [RENT.format(2000)]
    assert [path.name for path in (collection.folder / UPLOADS).iterdir()] == ["rent.txt"]


def test_different_files_of_one_name_dropped_together_are_all_kept(collection, tmp_path):
    paths = [
        upload(tmp_path, "rent.txt", RENT.format(number), folder) for number, folder in ((1, "a"), (2, "b"), (1, "c"))
    ]
    changes = add_uploads(collection, paths)
    assert [Path(source).name for source in changes.added] == ["rent.txt", "rent (2).txt"]
    assert texts(collection) == [RENT.format(1), RENT.format(2)]


def test_a_bad_upload_is_refused_and_the_others_and_the_earlier_one_stay(collection, tmp_path):
    add_uploads(collection, [upload(tmp_path, "rent.txt", RENT.format(1000))])
    bad = [upload(tmp_path, "rent.txt", "  ", "b"), upload(tmp_path, "rent.exe", "MZ")]
    changes = add_uploads(collection, [*bad, upload(tmp_path, "lighthouse.txt", LIGHTHOUSE)])
    assert len(changes.refused) == 2
    assert len(changes.added) == 1
    assert texts(collection) == [LIGHTHOUSE, RENT.format(1000)]


def test_an_upload_that_cannot_be_kept_is_one_sentence(collection, tmp_path):
    (collection.folder / UPLOADS).write_text("no folder", "utf-8")
    [refusal] = add_uploads(collection, [upload(tmp_path, "rent.txt", RENT.format(1000))]).refused
    assert is_one_sentence(refusal.reason.replace("rent.txt", "it").replace(str(tmp_path), ""))
    assert "could not be kept" in refusal.reason
    assert collection.documents() == []


def test_many_tabs_may_upload_one_name_at_once(collection, tmp_path):
    paths = [upload(tmp_path, "rent.txt", RENT.format(number), str(number)) for number in range(12)]
    refused = []
    threads = [
        threading.Thread(target=lambda path=path: refused.extend(add_uploads(collection, [path]).refused))
        for path in paths
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    [text] = texts(collection)
    assert text in [RENT.format(number) for number in range(12)]
    assert [path.name for path in (collection.folder / UPLOADS).iterdir()] == ["rent.txt"]


def test_a_collection_that_was_moved_knows_its_uploads_by_where_they_lie_now(tmp_path, encoder):
    elsewhere = upload(tmp_path, "rent.txt", RENT.format(7), UPLOADS)  # the user's own folder of that name
    with Collection(tmp_path / "old", encoder) as old:
        old.add([elsewhere])
        add_uploads(old, [upload(tmp_path, "rent.txt", RENT.format(1)), upload(tmp_path, "boat.txt", LIGHTHOUSE)])
    (tmp_path / "old").rename(tmp_path / "new")
    for _ in range(2):
        with existing_library(tmp_path / "new") as moved:
            folder = moved.folder / UPLOADS
            sources = [str(folder / "boat.txt"), str(folder / "rent.txt"), str(elsewhere.resolve())]
            assert [summary.source for summary in moved.documents()] == sorted(sources)
            assert texts(moved) == [LIGHTHOUSE, RENT.format(1), RENT.format(7)]
    with existing_library(tmp_path / "new") as moved:
        assert len(add_uploads(moved, [upload(tmp_path, "rent.txt", RENT.format(2))]).updated) == 1
        assert texts(moved) == [LIGHTHOUSE, RENT.format(2), RENT.format(7)]


def test_the_seed_article_is_added_to_a_new_collection_also_after_an_interruption(tmp_path, encoder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("ui.library.seed_files", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            open_library(tmp_path / "c", with_seeds=True)
    with open_library(tmp_path / "c", with_seeds=True) as opened:
        [summary] = opened.documents()
        assert summary.source == str(seed_files()[0].resolve())
        opened.remove(summary.id)
    with open_library(tmp_path / "c", with_seeds=True) as emptied:  # on purpose
        assert emptied.documents() == []


def test_a_collection_is_found_under_a_home_folder(tmp_path, monkeypatch, encoder):
    for variable in ("HOME", "USERPROFILE"):  # the second on Windows
        monkeypatch.setenv(variable, str(tmp_path))
    open_library("~/mine", with_seeds=False).close()
    existing_library("~/mine").close()
    with pytest.raises(CollectionError, match="There is no collection"):
        existing_library("~/other")
    for place in ("~nosuchuser/mine", "a" * 300):
        with pytest.raises(CollectionError, match="cannot be used as a folder") as caught:
            existing_library(place)
        assert is_one_sentence(str(caught.value))
