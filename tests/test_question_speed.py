"""A warm question looks up what it needs, and reads no table from end to end; how long its steps take is measured."""

import json
import sqlite3

import pytest

from index.collection import Collection
from index.kept_documents import KeptDocuments
from index.phrases import Query
from index.records import Document
from index.storage_connections import StorageConnections
from qa.answerer import Answerer
from qa.evaluation import large_collections, question_speed
from qa.evaluation.large_collections import PartlyMadeEncoder
from qa.lab.kept_back import is_held_out

TEXT = "Berth {0} was built in 18{0} by Marta Lind. Its lamp burned oil until 19{0}."
# Which words are in the answered question, in a refused one, misspelt, in quotation marks, excluded.
QUESTIONS = (
    "Who built berth 42?",
    "What is the capital of France?",
    "When was bert 42 bilt?",
    'Who built "berth 42"?',
    "Who built a berth? -gull",
)
# Of which every row may be read: what was not readable, what waits for its vector, and lists in the question itself.
SHORT = (
    "SCAN left_out",
    "SCAN pending",
    "SCAN asked",
    "SCAN sqlite_sequence",
    "SCAN json_each",
    "SCAN CONSTANT ROW",
    "SCAN (subquery",
)


def documents(count):
    return (Document(f"d{i}", f"Berth {i}", f"/{i}", "h", TEXT.format(f"{i:02}")) for i in range(count))


@pytest.fixture
def statements(monkeypatch):
    """The statements that are run, as they are run."""
    ran = []
    connect = StorageConnections._connect

    def traced(self, *given):
        connection = connect(self, *given)
        connection.set_trace_callback(lambda statement: ran.append(statement))
        return connection

    monkeypatch.setattr(StorageConnections, "_connect", traced)
    return ran


def scans(path, statements):
    """What of the tables the statements read from end to end. A table of words is searched by a word or an id."""
    with sqlite3.connect(path) as connection:
        for statement in dict.fromkeys(statements):
            if not statement.startswith("SELECT") or "fts5" in statement.lower():
                continue
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
                is_by_word = "VIRTUAL TABLE INDEX" in step and not step.endswith("INDEX 0:")
                if step.startswith("SCAN") and not step.startswith(SHORT) and not is_by_word:
                    yield step, statement


def test_a_warm_question_reads_no_table_from_end_to_end(statements, collection, reader):
    collection.put(documents(60))
    answerer = Answerer(collection, reader)
    for question in QUESTIONS:
        answerer.ask(question)
    with sqlite3.connect(collection.folder / "collection.sqlite") as connection:
        plan = "EXPLAIN QUERY PLAN SELECT count(*) FROM documents WHERE unreadable != '[]'"
        assert any(step[3].startswith("SCAN") for step in connection.execute(plan))  # such would be noticed
    del statements[:]
    for question in QUESTIONS:
        answerer.ask(question)
    assert len(statements) > 50
    assert list(scans(collection.folder / "collection.sqlite", statements)) == []


def test_counts_are_of_now_also_where_another_process_changes_them(collection, encoder):
    collection.put(documents(3))
    assert collection.counts() == (3, 3)
    with Collection(collection.folder, encoder) as other:
        other.put([Document("d9", "Berth 9", "/9", "h", TEXT.format("09"))])
        other.remove("d0", "d1")
    assert collection.counts() == (2, 2)
    assert [one.id for one in collection.documents()] == ["d2", "d9"]


def test_a_long_text_is_read_once_and_anew_after_a_change(statements, collection):
    def read():
        del statements[:]
        text = collection.document("d1").text
        return text, sum(statement.startswith("SELECT text") for statement in statements)

    collection.put(documents(2))
    before = TEXT.format("01")
    assert [read(), read()] == [(before, 1), (before, 0)]
    collection.put([Document("d1", "Berth 1", "/1", "h", "Berth 1 is gone.")])
    assert [read(), read()] == [("Berth 1 is gone.", 1), ("Berth 1 is gone.", 0)]
    collection.remove("d1")
    with pytest.raises(KeyError):
        collection.document("d1")


def test_few_texts_are_kept(collection, monkeypatch):
    monkeypatch.setattr("index.kept_documents.MOST_CHARACTERS", 25)
    kept, read = KeptDocuments(), []
    collection.put(Document(name, name, f"/{name}", "h", "ten words..") for name in "abc")
    known = {one.id: (one, "digest") for one in collection.documents()}

    def get(name):
        assert kept.get(known[name], lambda: read.append(name) or collection.document(name)).id == name

    for name in "abacab":  # "a" was asked for last when "c" takes the place of "b"
        get(name)
    assert read == ["a", "b", "c", "b"]


def test_exact_words_in_many_passages_are_compared_in_few(statements, collection):
    collection.put(documents(60))
    del statements[:]
    found = collection.search(Query("Who built it?", ("was built in",)), 5)
    assert len(found.dense) == len(found.keywords) == 5
    assert not any("SELECT p.id, p.text" in statement for statement in statements)
    rare = collection.search(Query("Who built it?", ("berth 42 was built",)), 5)
    assert [hit.passage.document_id for hit in rare.dense] == ["d42"]


@pytest.fixture
def labelled_text(tmp_path):
    """A labelled file of several articles, of which at least one is held out."""
    titles = [f"Harbour {i}" for i in range(12)]
    assert {is_held_out(title) for title in titles} == {True, False}
    numbers = range(10, 26)
    context = " ".join(f"The lamp of pier {i} was lit by keeper Berg in the winter of 18{i}." for i in numbers)

    def asked(title):
        for i in numbers[:2]:
            answers = [{"text": f"18{i}", "answer_start": context.index(f"18{i}")}]
            yield {"id": f"{title} {i}", "question": f"When was pier {i} lit?", "answers": answers}

    data = [{"title": one, "paragraphs": [{"context": context, "qas": list(asked(one))}]} for one in titles]
    path = tmp_path / "labelled.json"
    path.write_text(json.dumps({"data": data}), "utf-8")
    return path


def test_the_first_vectors_are_the_encoders_and_the_rest_like_them(encoder, monkeypatch):
    monkeypatch.setattr(large_collections, "SAMPLE", 5)
    monkeypatch.setattr("qa.evaluation.vector_types.NEIGHBOURS", 2)
    texts = [TEXT.format(i) for i in range(10, 20)]
    partly = PartlyMadeEncoder(encoder, 6)
    vectors = partly.encode_passages(texts)
    assert vectors.shape == (10, encoder.card.dimension)
    assert abs((vectors[:6] * encoder.encode_passages(texts[:6])).sum(axis=1) - 1).max() < 1e-3
    assert abs((vectors**2).sum(axis=1) - 1).max() < 1e-5
    assert (vectors[6:] @ vectors[:6].T).max() < 0.9999


def test_a_table_tells_every_step_and_a_made_collection_is_used_again(labelled_text, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(large_collections, "SAMPLE", 12)
    given = [
        str(labelled_text),
        str(tmp_path),
        "--paragraphs",
        "40",
        "--each",
        "5",
        "--questions",
        "2",
        "--rounds",
        "1",
    ]
    assert question_speed.main(given) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in (" documents: clock", "search by words", "reading the passages", "all else"))
    monkeypatch.setattr(large_collections, "open_encoder", None)  # it is not made once more
    assert question_speed.main(given) == 0
