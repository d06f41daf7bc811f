import json
import re
import shutil
import sqlite3
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messages import is_one_sentence
from pdfs import PROSE, SCAN, lines, pdf

from index import storage_reader
from index.changes import UnreadablePages
from index.checksums import COLUMNS
from index.collection import Collection
from index.errors import CollectionError, DamageError
from index.indexing import with_blocks
from index.loaders import document_id
from index.migrations import FORMAT_VERSION, STEPS, TO_FORMAT_3
from index.passages import split_passages
from index.records import Document, View
from index.sentences import split_sentences
from index.storage import Storage
from index.storage_check import storage_faults
from index.storage_reader import BEYOND, StorageReader
from index.storage_rows import PreparedDocument
from index.vectors.store import Position

TEXT = "The lighthouse was built in 1871. Its lamp burns oil.\n\nMarta Lind kept it."


@pytest.fixture
def storage(tmp_path):
    opened = Storage(tmp_path / "collection.sqlite")
    yield opened
    opened.close()


def make_document(text=TEXT, name="a", pages=(), unreadable=()):
    facts = (f"hash of {text!r}", text, pages, 7, 8, 9)
    return Document(f"id-{name}", f"Title {name}", f"/{name}.txt", *facts, unreadable=unreadable)


def split(document):
    """The document with its blocks, its sentences and its passages, as a collection would have them."""
    document = with_blocks(document)
    return document, split_sentences(document.text, document.blocks), split_passages(document, document.blocks)


def places(document):
    return [(plan.start, plan.end) for plan in split(document)[2]]


def put(storage, document, seed=0):
    """Store `document` as a collection would, with random vectors, which are returned."""
    document, sentences, passages = split(document)
    vectors = np.random.default_rng(seed).normal(size=(len(passages), 4)).astype(np.float32)
    storage.put([PreparedDocument(document, sentences, passages, vectors)])
    return vectors


def all_ids(storage):
    return [id_ for ids, _ in storage.vectors_after(0) for id_ in ids]


def everything(path):
    """All rows of all ordinary tables: what must not change where nothing was changed."""
    with sqlite3.connect(path) as connection:
        tables = ["meta", "documents", "texts", "blocks", "sentences", "passages", "vectors", "removals", "left_out"]
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}


def as_then(now, earlier):
    """The rows of now as far as an earlier format has their columns."""
    return {table: [row[: len(rows[0])] for row in now[table]] for table, rows in earlier.items()}


def assert_words_match_passages(path):
    """FTS5's own check, which compares its indexes with the passages' text and raises where they differ."""
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        connection.execute("INSERT INTO spellings (spellings, rank) VALUES ('integrity-check', 1)")


def refusal(path):
    with pytest.raises(CollectionError) as caught:
        Storage(path)
    assert is_one_sentence(str(caught.value))
    return str(caught.value)


def test_a_document_comes_back_whole(storage):
    document = make_document(pages=(0, 35, 35), unreadable=(3,))
    vectors = put(storage, document)
    assert storage.document("id-a") == document
    assert storage.summaries()[0].unreadable == (3,)
    whole, sentences, plans = split(document)
    assert storage.structure("id-a") == (whole.blocks, whole.marks)
    assert storage.blocks("id-a", 40) == [block for block in whole.blocks if block.end > 40]
    assert storage.sentences("id-a") == sentences
    [(ids, found)] = storage.vectors_after(0)
    assert np.array_equal(found, vectors)
    passages = storage.passages(ids)
    assert [(p.start, p.end, p.view) for p in passages.values()] == [(p.start, p.end, p.view) for p in plans]


def test_the_sentences_of_a_part_are_those_it_touches_and_the_one_before_it(storage):
    text = "  " + TEXT
    put(storage, make_document(text))
    put(storage, make_document(TEXT * 2, "b"))
    sentences = split(make_document(text))[1]
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 2):
            first = max((s.start for s in sentences if s.start <= start), default=0)
            assert storage.sentences("id-a", start, end) == [s for s in sentences if first <= s.start < end]


@pytest.mark.parametrize("read", [StorageReader.structure, lambda storage, id_: storage.parts(id_, 0, BEYOND)])
def test_what_is_read_together_is_of_one_state(storage, monkeypatch, read):
    put(storage, make_document(TEXT))
    before, blocks_read = read(storage, "id-a"), storage_reader._blocks

    def changed_meanwhile(*arguments):
        put(storage, make_document("It is short."))
        return blocks_read(*arguments)

    monkeypatch.setattr(storage_reader, "_blocks", changed_meanwhile)
    assert read(storage, "id-a") == before
    assert read(storage, "id-a") != before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\0. \n"), max_size=300))
def test_any_text_comes_back_with_its_offsets(storage, text):
    document = make_document(text)
    put(storage, document)
    assert storage.document(document.id).text == text
    assert all(text[s.start : s.end].strip() for s in storage.sentences(document.id))
    for passage in storage.passages(all_ids(storage)).values():
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
    assert (summary.size, summary.modified_ns, summary.extraction, summary.pages) == (7, 8, 9, 0)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", summary.added)


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
    [first] = all_ids(storage)
    storage.delete(["id-a"])
    put(storage, make_document())
    [second] = all_ids(storage)
    assert second > first
    assert storage.passages([first, second]).keys() == {second}


def test_deleting_leaves_nothing_of_the_document(storage):
    put(storage, make_document())
    put(storage, make_document("Bread needs flour.", "b"))
    storage.delete(["id-b"])
    storage.delete(["id-a"])
    assert storage.counts() == (0, 0)
    assert storage.search_words("lighthouse flour", 9) == []
    rows = everything(storage.path)
    assert not any(rows[table] for table in ("documents", "texts", "sentences", "passages", "vectors"))
    with pytest.raises(KeyError):
        storage.document("id-a")
    assert_words_match_passages(storage.path)


def test_every_change_raises_the_revision_and_reading_does_not(storage):
    revisions = [storage.revision()]
    for change in (lambda: put(storage, make_document()), lambda: storage.delete(["id-a"]), storage.counts):
        change()
        revisions.append(storage.revision())
    assert revisions == [0, 1, 2, 2]


def test_a_put_that_fails_midway_leaves_the_old_document_whole(storage):
    put(storage, make_document())
    before = everything(storage.path)
    text = "New text. " * 200
    document, sentences, passages = split(make_document(text))
    vectors = np.ones((len(passages), 4), np.float32)
    with pytest.raises(ValueError, match="vectors"):
        PreparedDocument(document, sentences, passages, vectors[1:])
    sentences = [*sentences, sentences[-1]]  # one that is there already
    with pytest.raises(ValueError, match="UNIQUE"):
        storage.put([PreparedDocument(document, sentences, passages, vectors)])
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
    storage.set_meta("one", "1")
    storage.set_meta("two", "2")
    storage.set_meta("two", "zwei")
    assert storage.replace_meta("one", "1", "1") and not storage.replace_meta("one", "other", "eins")
    assert storage.replace_meta("new", None, "") and not storage.replace_meta("new", None, "newer")
    assert (storage.meta("one"), storage.meta("two"), storage.meta("three")) == ("1", "zwei", None)
    storage.close()
    again = Storage(storage.path)
    assert again.meta("two") == "zwei"
    again.close()


def test_another_format_is_refused(storage):
    storage.set_meta("format_version", str(FORMAT_VERSION + 1))
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


def test_an_empty_file_is_not_taken_for_a_new_collection(tmp_path):
    path = tmp_path / "collection.sqlite"
    path.touch()
    assert "check --repair" in refusal(path)
    assert path.stat().st_size == 0


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
    monkeypatch.setattr("index.storage_connections.BUSY_SECONDS", 0.05)
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


def test_listing_reads_no_texts(storage):
    put(storage, make_document("A fairly long text to fill some pages. " * 2000, pages=(0, 9)))
    with sqlite3.connect(storage.path) as connection:
        connection.execute("DELETE FROM texts")
    [summary] = storage.summaries()
    assert (summary.characters, summary.pages) == (78000, 2)
    storage.delete([summary.id])
    assert storage.counts() == (0, 0)


def test_a_document_keeps_the_day_it_was_first_added(storage):
    put(storage, make_document())
    with sqlite3.connect(storage.path) as connection:
        connection.execute("UPDATE documents SET added = '2020-01-01T00:00:00Z'")
    put(storage, make_document("Bread needs flour."))
    assert storage.summaries()[0].added == "2020-01-01T00:00:00Z"


def test_two_documents_of_one_source_are_a_mistake_and_no_damage(storage):
    put(storage, make_document())
    before = everything(storage.path)
    other = make_document(name="b")
    with pytest.raises(ValueError, match="source"):
        put(storage, Document("id-c", "t", make_document().source, "hash", TEXT))
    with pytest.raises(ValueError, match="source"):
        prepared = [PreparedDocument(d, [], [], np.zeros((0, 4), np.float32)) for d in (other, other_of(other))]
        storage.put(prepared)
    assert everything(storage.path) == before


def other_of(document):
    return Document("id-other", "t", document.source, "hash", TEXT)


def test_a_document_is_renamed_with_all_that_belongs_to_it(storage):
    put(storage, make_document())
    ids = all_ids(storage)
    summary = storage.summaries()[0]
    storage.rename("id-a", replace(summary, id="id-z", title="New", source="/z.txt", modified_ns=5))
    assert storage.document("id-z") == replace(make_document(), id="id-z", title="New", source="/z.txt", modified_ns=5)
    assert storage.sentences("id-z") == split(make_document())[1] and storage.sentences("id-a") == []
    assert [p.id for p in storage.passages_of("id-z")] == ids
    assert [hit.passage.document_id for hit in storage.search_words("lighthouse", 9)] == ["id-z"]
    with pytest.raises(KeyError):
        storage.document("id-a")


def test_a_search_can_be_kept_to_some_documents(storage):
    for name in "abc":
        put(storage, make_document(name=name))
    for names in (["id-b"], ["id-a", "id-c"], [], ["none"]):
        found = {hit.passage.document_id for hit in storage.search_words("lighthouse", 9, names)}
        assert found == set(names) - {"none"}
        passages = storage.passages(storage.passage_ids(names).tolist()).values()
        assert {passage.document_id for passage in passages} == set(names) - {"none"}


def test_what_was_added_and_removed_since_can_be_asked(storage):
    assert storage.position() == Position(0, 0)
    put(storage, make_document())
    put(storage, make_document(name="b"))
    first, second = all_ids(storage)
    assert storage.position() == Position(second, 0)
    assert [ids for ids, _ in storage.vectors_after(first)] == [[second]]
    storage.delete(["id-a"])
    put(storage, make_document(name="b"))
    assert storage.position() == Position(second + 1, 2)
    assert storage.removed_after(0) == [first, second] and storage.removed_after(1) == [second]
    storage.forget_removals(1)
    assert storage.removed_after(0) is None and storage.removed_after(1) == [second]
    assert storage.position() == Position(second + 1, 2)


def test_readers_go_on_beside_one_another_and_beside_a_writer(storage):
    put(storage, make_document())
    with storage._reading() as first, storage._reading() as second:
        assert first is not second
        storage.set_meta("key", "value")
        assert storage.document("id-a").text == TEXT
    assert len(storage._idle) >= 2
    storage.close()
    with pytest.raises(CollectionError, match="closed"):
        storage.summaries()


def test_a_collection_of_an_earlier_release_is_brought_up_to_date_with_nothing_lost(tmp_path, fixtures, encoder):
    folder = tmp_path / "c"
    shutil.copytree(fixtures / "collection-format-1", folder)
    with sqlite3.connect(folder / "collection.sqlite") as connection:
        earlier = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("documents", "sentences", "passages", "vectors")
        }
    storage = Storage(folder / "collection.sqlite")
    now = everything(storage.path)
    assert all(as_then(now, earlier)[table] == earlier[table] for table in ("sentences", "vectors"))
    assert [row[:5] for row in now["passages"]] == earlier["passages"]
    for passage in storage.passages(row[0] for row in now["passages"]).values():
        assert passage.view == View.of(passage.text, passage.start)
    for id_, title, source, _, text, page_starts in earlier["documents"]:
        document = storage.document(id_)
        assert (document.title, document.source, document.text) == (title, source, text)
        assert list(document.page_starts) == json.loads(page_starts)
    by_source = {summary.source: summary for summary in storage.summaries()}
    harbour, lighthouse = by_source["/papers/harbour.txt"], by_source["/papers/lighthouse.pdf"]
    assert (harbour.characters, harbour.passages, harbour.pages) == (69, 1, 0)
    assert (lighthouse.passages, lighthouse.pages) == (1, 2)
    assert_words_match_passages(storage.path)
    storage.close()
    with Collection(folder, encoder) as collection:  # also after a second opening
        assert collection.search_dense("Who is the harbour master?", 1)[0].passage.document_id == harbour.id
        assert collection.search_keywords("harbour", 1)[0].passage.document_id == harbour.id


def test_a_collection_without_unreadable_pages_learns_them_when_its_files_are_read_again(tmp_path, fixtures, encoder):
    folder, path = tmp_path / "c", tmp_path / "log.pdf"
    shutil.copytree(fixtures / "collection-format-3", folder)
    path.write_bytes(pdf(lines(*PROSE), [(SCAN,)], lines("The lamp of the lighthouse burns four litres of oil.")))
    storage = Storage(folder / "collection.sqlite")
    harbour, log = storage.summaries()
    assert (harbour.unreadable, log.unreadable) == ((), ())
    assert storage.document(log.id).text
    storage.rename(log.id, replace(log, id=document_id(str(path)), source=str(path)))
    storage.close()
    with Collection(folder, encoder) as collection:
        assert collection.search_keywords("harbour master", 1)[0].passage.document_id == harbour.id
        changes = collection.add([path])
        assert (changes.updated, changes.unreadable) == ((str(path),), (UnreadablePages(str(path), (2,)),))
        assert collection.document(document_id(str(path))).unreadable == (2,)
        assert collection.documents()[0] == harbour  # a file without pages needs no other look


def test_a_collection_without_spellings_learns_them_and_which_files_cannot_be_read(tmp_path, fixtures, encoder):
    folder, bad = tmp_path / "c", (tmp_path / "bad.pdf").resolve()
    shutil.copytree(fixtures / "collection-format-4", folder)
    bad.write_bytes(b"no PDF")
    with sqlite3.connect(folder / "collection.sqlite") as connection:
        earlier = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("documents", "texts", "blocks", "sentences", "passages", "vectors")
        }
    with Collection(folder, encoder) as collection:
        now = everything(folder / "collection.sqlite")
        assert as_then(now, earlier) == earlier
        assert [one.word for one in collection.words_like("Lindquist", 2)] == ["Lindqvist"]
        assert collection.occurring(["masters", "burning", "tariff"]) == {"masters", "burning"}
        assert collection.left_out() == []
        [refused] = collection.add([bad]).refused
        assert collection.left_out() == [refused]
        assert_words_match_passages(folder / "collection.sqlite")
        collection.remove("harbour.txt")
        assert_words_match_passages(folder / "collection.sqlite")
        assert collection.words_like("Lindquist", 2) == []
    with Collection(folder, encoder) as collection:
        assert collection.left_out() == [refused]


def test_a_collection_without_checksums_gets_those_of_its_rows(tmp_path, fixtures):
    path = tmp_path / "collection.sqlite"
    shutil.copyfile(fixtures / "collection-format-5" / "collection.sqlite", path)
    tables = ("documents", "texts", "blocks", "sentences", "passages", "vectors", "meta")
    with sqlite3.connect(path) as connection:
        earlier = {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}
    storage = Storage(path)
    now = as_then(everything(path), earlier)
    changed = set(now.pop("meta")) - set(earlier.pop("meta"))
    assert now == earlier and changed == {("format_version", str(FORMAT_VERSION))}
    assert storage.meta("note made by") == "format 5"
    assert len([storage.structure(one.id) for one in storage.summaries()]) == 3  # each row is compared
    assert len(storage.passages(all_ids(storage))) == storage.counts()[1] == 6
    storage.close()
    assert storage_faults(path) == []


@pytest.mark.parametrize("table", COLUMNS)
def test_a_row_that_is_not_as_it_was_stored_is_never_read(storage, table):
    put(storage, make_document("# Ropes\n\n" + TEXT))
    put(storage, make_document("Bread needs flour.", "b"))
    storage.set_meta("note", "kept")
    column = COLUMNS[table].split(", ")[-1]
    with sqlite3.connect(storage.path) as connection:
        some = "WHERE key = 'note'" if table == "meta" else ""
        connection.execute(f"UPDATE {table} SET {column} = CAST({column} || ' ' AS BLOB) {some}")
    with pytest.raises(DamageError, match="check --repair") as caught:
        storage.meta("note"), storage.document("id-a"), storage.parts("id-a", 0, 9), storage.passages(all_ids(storage))
    assert is_one_sentence(str(caught.value))
    assert storage_faults(storage.path)


def test_an_interrupt_inside_a_function_that_sql_calls_is_not_taken_for_damage(storage, monkeypatch):
    put(storage, make_document(TEXT))

    def interrupted(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.checksums.crc32", interrupted)
        with pytest.raises(KeyboardInterrupt):
            storage.set_meta("name", "value")
        with pytest.raises(KeyboardInterrupt):
            put(storage, make_document(TEXT))
        with pytest.raises(KeyboardInterrupt):
            list(storage_faults(storage.path))
    storage.set_meta("name", "value")
    assert storage.meta("name") == "value"


def test_a_migration_that_is_interrupted_leaves_the_earlier_collection(tmp_path, fixtures, monkeypatch):
    path = tmp_path / "collection.sqlite"
    shutil.copyfile(fixtures / "collection-format-1" / "collection.sqlite", path)
    with sqlite3.connect(path) as connection:
        before = list(connection.iterdump())
    with monkeypatch.context() as patch:
        patch.setitem(STEPS, 2, [*TO_FORMAT_3, "INSERT INTO nowhere VALUES (1)"])
        assert "is damaged" in refusal(path)
    with sqlite3.connect(path) as connection:
        assert list(connection.iterdump()) == before
    Storage(path).close()
