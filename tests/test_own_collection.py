"""The collection a person works with, and the demonstration until they have one."""

import pytest
from homes import fresh_home
from messages import is_one_sentence

from index.collection import Collection, Scope
from index.errors import CollectionError, ModelError
from index.files import UPLOADS
from qa.seeds import seed_files
from ui.own_collection import OwnDocuments, is_there, open_collection

SEEDS = [str(path.resolve()) for path in seed_files()]


@pytest.fixture
def home(tmp_path, monkeypatch, encoder):
    return fresh_home(tmp_path, monkeypatch)


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("The lighthouse was built in 1871 by Marta Lind.")
    return path


def sources(documents):
    return [summary.source for summary in documents.source().documents()]


def test_without_a_collection_the_article_is_asked_and_none_is_made(home):
    with OwnDocuments() as own:
        assert own.collection() is None
        assert sources(own) == SEEDS
        assert isinstance(own.source(), Scope)  # to which nothing can be added
    assert not (home / "collection").exists()


def test_the_first_upload_makes_the_collection_which_is_asked_from_then_on(home, note):
    with OwnDocuments() as own:
        assert own.source().documents()
        assert len(own.add([note.with_name("gone.txt")]).refused) == 1
        assert not (home / "collection").exists()
        kept = str(home.resolve() / "collection" / UPLOADS / "note.txt")
        assert own.add([note]).added == (kept,)
        assert sources(own) == [kept]
    with OwnDocuments() as own:
        assert sources(own) == [kept]


def test_a_collection_that_another_process_makes_meanwhile_is_asked(home, note):
    with OwnDocuments() as own:
        assert sources(own) == SEEDS
        with open_collection(None, create=True) as other:
            other.add([note])
        assert sources(own) == [str(note.resolve())]
        with open_collection(None) as other:
            other.remove(note)
        assert sources(own) == SEEDS


def test_an_own_collection_that_holds_the_article_keeps_it(home):
    with open_collection(None, create=True) as earlier:
        earlier.add(seed_files())
    with OwnDocuments() as own:
        assert own.collection() is not None
        assert sources(own) == SEEDS


def test_a_collection_that_is_named_is_asked_even_when_it_is_empty(tmp_path, encoder):
    Collection(tmp_path / "mine", encoder).close()
    with OwnDocuments(tmp_path / "mine") as own:
        assert own.source() is own.collection()
        assert sources(own) == []


def test_a_collection_that_is_named_must_be_there(tmp_path):
    for name in (tmp_path / "contrcts", ""):
        with pytest.raises(CollectionError) as caught:
            OwnDocuments(name)
        assert is_one_sentence(str(caught.value))
    assert not (tmp_path / "contrcts").exists()


def test_a_model_that_is_not_there_makes_no_folder(home):
    with pytest.raises(ModelError):
        open_collection(None, "nosuch/encoder", create=True)
    assert not (home / "collection").exists()


def test_a_collection_is_found_under_a_home_folder(tmp_path, monkeypatch, encoder):
    for variable in ("HOME", "USERPROFILE"):  # the second on Windows
        monkeypatch.setenv(variable, str(tmp_path))
    assert not is_there("~/mine")
    open_collection("~/mine", create=True).close()
    assert is_there("~/mine")
    open_collection("~/mine").close()
    with pytest.raises(CollectionError, match="There is no collection"):
        open_collection("~/other")
    for place in ("~nosuchuser/mine", "a" * 300):
        with pytest.raises(CollectionError, match="cannot be used as a folder") as caught:
            open_collection(place)
        assert is_one_sentence(str(caught.value))
