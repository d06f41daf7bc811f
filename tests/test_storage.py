import sqlite3
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messages import is_one_sentence

from index.errors import CollectionError
from index.passages import split_passages
from index.records import Document
from index.sentences import split_sentences
from index.storage import FORMAT_VERSION, Storage

TEXT = "The lighthouse was built in 1871. Its lamp burns oil.\n\nMarta Lind kept it."


@pytest.fixture
def storage(tmp_path):
    opened = Storage(tmp_path / "collection.sqlite")
    yield opened
    opened.close()


def make_document(text=TEXT, name="a", pages=()):
    return Document(f"id-{name}", f"Title {name}", f"/{name}.txt", f"hash of {text!r}", text, pages)


def put(storage, document, seed=0):
    """Store `document` as a collection would, with random vectors, which are returned."""
    sentences = split_sentences(document.text)
    passages = split_passages(document.text, sentences)
    vectors = np.random.default_rng(seed).normal(size=(len(passages), 4)).astype(np.float32)
    storage.put(document, sentences, passages, vectors)
    return vectors


def everything(path):
    """All rows of all ordinary tables: what must not change where nothing was changed."""
    with sqlite3.connect(path) as connection:
        tables = ["meta", "documents", "sentences", "passages", "vectors"]
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}


def assert_words_match_passages(path):
    """FTS5's own check, which compares its index with the passages' text and raises where they differ."""
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")


def refusal(path):
    with pytest.raises(CollectionError) as caught:
        Storage(path)
    assert is_one_sentence(str(caught.value))
    return str(caught.value)


def test_a_document_comes_back_whole(storage):
    document = make_document(pages=(0, 35))
    vectors = put(storage, document)
    assert storage.document("id-a") == document
    assert storage.sentences("id-a") == split_sentences(TEXT)
    rows = list(storage.all_vectors())
    assert np.array_equal([vector for _, vector in rows], vectors)
    passages = storage.passages(id_ for id_, _ in rows)
    assert [(p.start, p.end) for p in passages.values()] == split_passages(TEXT, split_sentences(TEXT))


def test_the_sentences_of_a_part_are_those_it_touches_and_the_one_before_it(storage):
    text = "  " + TEXT
    put(storage, make_document(text))
    put(storage, make_document(TEXT * 2, "b"))
    sentences = split_sentences(text)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 2):
            first = max((s.start for s in sentences if s.start <= start), default=0)
            assert storage.sentences("id-a", start, end) == [s for s in sentences if first <= s.start < end]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\0. \n"), max_size=300))
def test_any_text_comes_back_with_its_offsets(storage, text):
    document = make_document(text)
    put(storage, document)
    assert storage.document(document.id).text == text
    assert all(text[s.start : s.end].strip() for s in storage.sentences(document.id))
    ids = [id_ for id_, _ in storage.all_vectors()]
    for passage in storage.passages(ids).values():
        assert text[passage.start : passage.end] == passage.text
    assert storage.summaries()[0].characters == len(text)
    assert_words_match_passages(storage.path)


def test_summaries_count_characters_behind_a_nul(storage):
    put(storage, make_document("before\0 and after"))
    assert storage.summaries()[0].characters == 17


def test_summaries_are_sorted_by_source(storage):
    for name in "bca":
        put(storage, make_document(name=name))
    assert [summary.source for summary in storage.summaries()] == ["/a.txt", "/b.txt", "/c.txt"]
    [summary, *_] = storage.summaries()
    assert (summary.id, summary.title, summary.characters, summary.passages) == ("id-a", "Title a", len(TEXT), 1)


def test_storing_again_replaces_everything_of_the_document(storage):
    put(storage, make_document())
    put(storage, make_document(name="b"))
    put(storage, make_document("Bread needs flour."))
    assert storage.counts() == (2, 2)
    assert [hit.passage.document_id for hit in storage.search_words("lighthouse", 9)] == ["id-b"]
    assert [hit.passage.text for hit in storage.search_words("flour", 9)] == ["Bread needs flour."]
    assert_words_match_passages(storage.path)


def test_passage_ids_are_never_used_again(storage):
    put(storage, make_document())
    [(first, _)] = storage.all_vectors()
    storage.delete("id-a")
    put(storage, make_document())
    [(second, _)] = storage.all_vectors()
    assert second > first
    assert storage.passages([first, second]).keys() == {second}


def test_deleting_leaves_nothing_of_the_document(storage):
    put(storage, make_document())
    put(storage, make_document("Bread needs flour.", "b"))
    storage.delete("id-b")
    storage.delete("id-a")
    assert storage.counts() == (0, 0)
    assert storage.search_words("lighthouse flour", 9) == []
    rows = everything(storage.path)
    assert not any(rows[table] for table in ("documents", "sentences", "passages", "vectors"))
    with pytest.raises(KeyError):
        storage.document("id-a")
    assert_words_match_passages(storage.path)


def test_every_change_raises_the_revision_and_reading_does_not(storage):
    revisions = [storage.revision()]
    for change in (lambda: put(storage, make_document()), lambda: storage.delete("id-a"), storage.counts):
        change()
        revisions.append(storage.revision())
    assert revisions == [0, 1, 2, 2]


def test_a_put_that_fails_midway_leaves_the_old_document_whole(storage):
    put(storage, make_document())
    before = everything(storage.path)
    text = "New text. " * 200
    sentences = split_sentences(text)
    passages = split_passages(text, sentences)
    with pytest.raises(ValueError, match="zip"):  # one vector is missing, which shows after the first passages
        storage.put(make_document(text), sentences, passages, np.ones((len(passages) - 1, 4), np.float32))
    assert everything(storage.path) == before
    assert_words_match_passages(storage.path)
    put(storage, make_document(text))
    assert storage.document("id-a").text == text


def test_better_matches_come_first_with_positive_scores(storage):
    for name, text in {"a": "Rope.", "b": "Rope and rope and more rope.", "c": "Bread, butter, jam and tea."}.items():
        put(storage, make_document(text, name))
    for i in range(20):
        put(storage, make_document("Something else.", f"other{i}"))
    hits = storage.search_words("rope tea", 9)
    assert {hit.passage.document_id for hit in hits} == {"id-a", "id-b", "id-c"}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score > 0 for hit in hits)
    assert storage.search_words("rope tea", 2) == hits[:2]


@pytest.mark.parametrize("question", ["", "?!", '" OR', "AND", "NEAR(", "*", "_", "rope'; DROP TABLE meta"])
def test_questions_full_of_syntax_are_harmless(storage, question):
    put(storage, make_document())
    assert storage.search_words(question, 5) == []
    assert storage.counts() == (1, 1)


def test_facts_are_kept(storage):
    storage.set_meta({"one": "1", "two": "2"})
    storage.set_meta({"two": "zwei"})
    assert (storage.meta("one"), storage.meta("two"), storage.meta("three")) == ("1", "zwei", None)
    storage.close()
    again = Storage(storage.path)
    assert again.meta("two") == "zwei"
    again.close()


def test_another_format_is_refused(storage):
    storage.set_meta({"format_version": str(FORMAT_VERSION + 1)})
    assert f"format {FORMAT_VERSION + 1}" in refusal(storage.path)


@pytest.mark.parametrize("content", [b"Dear diary, " * 100, b"\0" * 5000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path, content):
    path = tmp_path / "collection.sqlite"
    path.write_bytes(content)
    refusal(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("schema", ["CREATE TABLE songs (name)", "CREATE TABLE meta (version, longest)"])
def test_another_programs_database_is_refused_and_left_as_it_is(tmp_path, schema):
    path = tmp_path / "collection.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute(schema)
    connection.close()
    content = path.read_bytes()
    refusal(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_file_becomes_a_collection(tmp_path):
    path = tmp_path / "collection.sqlite"
    path.touch()  # what a crash between making the file and filling it leaves
    storage = Storage(path)
    assert storage.counts() == (0, 0)
    storage.close()


def test_a_place_that_cannot_be_opened_is_refused(tmp_path):
    assert "cannot be used" in refusal(tmp_path)
    assert "cannot be used" in refusal(tmp_path / "missing" / "collection.sqlite")


def test_damage_inside_the_file_is_one_sentence(storage):
    put(storage, make_document("A fairly long text to fill some pages. " * 2000))
    storage.close()
    data = storage.path.read_bytes()
    storage.path.write_bytes(data[:8192] + b"\xff" * (len(data) - 8192))
    with pytest.raises(CollectionError) as caught:
        opened = Storage(storage.path)
        opened.document("id-a")
    assert is_one_sentence(str(caught.value))


def test_reading_goes_on_while_another_process_writes(storage):
    put(storage, make_document())
    writer = sqlite3.connect(storage.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM documents")
    other = Storage(storage.path)
    assert storage.counts() == other.counts() == (1, 1)
    assert storage.document("id-a").text == other.document("id-a").text == TEXT
    other.close()
    writer.close()


def test_writing_beside_a_writer_that_does_not_finish_is_one_sentence(storage, monkeypatch):
    monkeypatch.setattr("index.storage.BUSY_SECONDS", 0.05)
    holder, other = sqlite3.connect(storage.path, isolation_level=None), Storage(storage.path)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(CollectionError, match="try again") as caught:
        put(other, make_document())
    assert is_one_sentence(str(caught.value))
    holder.execute("ROLLBACK")
    put(other, make_document())
    assert storage.counts() == (1, 1)
    other.close()
    holder.close()


def test_a_new_folder_may_be_opened_by_many_at_once(tmp_path):
    for number in range(10):
        path, failures = tmp_path / f"{number}.sqlite", []
        barrier = threading.Barrier(5)

        def open_one(path=path, barrier=barrier, failures=failures):
            barrier.wait()
            try:
                Storage(path).close()
            except CollectionError as error:
                failures.append(error)

        threads = [threading.Thread(target=open_one) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
