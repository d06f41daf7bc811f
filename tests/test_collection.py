import random
import signal
import sqlite3
import sys
import threading
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messages import is_one_sentence
from processes import run_python, start_python

from index.collection import DATABASE, VECTORS, Changes, Collection, Refusal
from index.errors import CollectionError, DocumentError
from index.loaders import content_hash
from index.passages import split_passages
from index.records import Document
from index.sentences import split_sentences
from index.storage import Storage

LIGHTHOUSE = "The lighthouse was built in 1871 by Marta Lind."
HARBOUR = "The harbour master is Ines Calder."


class CountingEncoder:
    """The real encoder, counting the passages it is given."""

    def __init__(self, encoder):
        self._encoder = encoder
        self.count = 0
        self.card = encoder.card
        self.encode_question = encoder.encode_question

    def encode_passages(self, texts):
        self.count += len(texts)
        return self._encoder.encode_passages(texts)


@pytest.fixture
def files(tmp_path):
    folder = (tmp_path / "files").resolve()
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR, "utf-8")
    (folder / "lighthouse.txt").write_text(LIGHTHOUSE, "utf-8")
    return folder


def make_document(text, name="a"):
    return Document(f"id-{name}", name, f"/{name}", content_hash(text.encode()), text)


def refusal(function, *arguments):
    with pytest.raises(CollectionError) as caught:
        function(*arguments)
    assert is_one_sentence(str(caught.value))
    return str(caught.value)


def nearest(collection, question="Who built the lighthouse?"):
    return [hit.passage.text for hit in collection.search_dense(question, 5)]


def test_a_folder_is_added_and_searched(collection, files):
    changes = collection.add([files])
    assert changes == Changes(added=(str(files / "harbour.txt"), str(files / "lighthouse.txt")))
    assert collection.counts() == (2, 2)
    assert nearest(collection) == [LIGHTHOUSE, HARBOUR]
    assert [hit.passage.text for hit in collection.search_keywords("harbour", 5)] == [HARBOUR]


def test_dense_search_agrees_with_all_inner_products(collection, encoder, seed_text):
    sentences = [seed_text[s.start : s.end] for s in split_sentences(seed_text)]
    collection.put(make_document(sentence, str(i)) for i, sentence in enumerate(sentences))
    question = "What did the Kremlin say about NATO?"
    cosines = encoder.encode_passages(sentences) @ encoder.encode_question(question)
    hits = collection.search_dense(question, 7)
    assert [hit.passage.text for hit in hits] == [sentences[i] for i in np.argsort(-cosines)[:7]]
    assert [hit.score for hit in hits] == pytest.approx(sorted(cosines, reverse=True)[:7], abs=1e-5)


def test_an_unchanged_file_is_not_embedded_again(tmp_path, encoder, files):
    counting = CountingEncoder(encoder)
    with Collection(tmp_path / "c", counting) as collection:
        collection.add([files])
        assert counting.count == 2
        assert len(collection.add([files]).unchanged) == 2
        assert counting.count == 2


def test_a_changed_file_is_updated_alone(tmp_path, encoder, files):
    counting = CountingEncoder(encoder)
    with Collection(tmp_path / "c", counting) as collection:
        collection.add([files])
        (files / "lighthouse.txt").write_text("The lighthouse fell into the sea.", "utf-8")
        changes = collection.add([files])
        assert changes.updated == (str(files / "lighthouse.txt"),)
        assert changes.unchanged == (str(files / "harbour.txt"),)
        assert counting.count == 3
        assert nearest(collection)[0] == "The lighthouse fell into the sea."
        assert collection.counts() == (2, 2)


def test_a_bad_file_is_reported_and_the_others_go_on(collection, files):
    (files / "empty.txt").touch()
    (files / "last.txt").write_text("Fine.", "utf-8")
    changes = collection.add([files])
    [refused] = changes.refused
    assert refused == Refusal(str(files / "empty.txt"), "empty.txt is empty: there is nothing to quote from.")
    assert len(changes.added) == 3


def test_a_missing_path_adds_nothing(collection, files):
    with pytest.raises(DocumentError):
        collection.add([files, files / "none.txt"])
    assert collection.counts() == (0, 0)


def test_progress_names_every_file_and_ends_full(collection, files):
    told = []
    collection.add([files], lambda *step: told.append(step))
    assert told == [(0, 2, str(files / "harbour.txt")), (1, 2, str(files / "lighthouse.txt")), (2, 2, "")]


def test_a_document_is_removed_by_path_or_id(collection, files, monkeypatch):
    collection.add([files])
    monkeypatch.chdir(files)
    collection.remove("harbour.txt")
    assert nearest(collection) == [LIGHTHOUSE]
    [left] = collection.documents()
    collection.remove(left.id)
    assert collection.counts() == (0, 0)
    assert nearest(collection) == [] == collection.search_keywords("lighthouse", 5)


def test_removing_what_is_not_there_is_refused(collection, files):
    assert "not in the collection" in refusal(collection.remove, files / "harbour.txt")


def test_an_unknown_document_is_a_key_error(collection):
    with pytest.raises(KeyError):
        collection.document("none")
    assert collection.sentences("none") == []


def test_an_empty_collection_finds_nothing(collection):
    assert collection.documents() == collection.search_dense("who?", 5) == collection.search_keywords("who?", 5) == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\0.! \n“"), min_size=1, max_size=1500))
def test_passages_and_sentences_of_any_document_hold_after_reopening(tmp_path, encoder, text):
    document = make_document(text)
    with Collection(tmp_path / "c", encoder) as collection:
        collection.put([document])
    with Collection(tmp_path / "c", encoder) as collection:
        assert collection.document("id-a") == document
        assert collection.sentences("id-a") == split_sentences(text)
        passages = [hit.passage for hit in collection.search_dense("anything", 1000)]
        found = sorted((p.start, p.end) for p in passages)
        assert found == split_passages(text, split_sentences(text))
        assert all(document.text[p.start : p.end] == p.text for p in passages)


def test_another_process_finds_the_same(collection, files):
    collection.add([files])
    code = (
        "import sys; from index.collection import Collection; c = Collection(sys.argv[1]); "
        "print(c.counts(), [(h.passage.text, round(h.score, 4)) for h in c.search_dense(sys.argv[2], 5)])"
    )
    question = "Who built the lighthouse?"
    here = [(hit.passage.text, round(hit.score, 4)) for hit in collection.search_dense(question, 5)]
    assert run_python(code, collection.folder, question) == f"(2, 2) {here}"


@pytest.mark.parametrize("spoil", ["delete", "flip", "truncate"])
def test_a_spoiled_vector_file_is_made_again(collection, encoder, files, spoil):
    collection.add([files])
    before = collection.search_dense("lighthouse", 5)
    path = collection.folder / VECTORS
    data = path.read_bytes()
    if spoil == "delete":
        path.unlink()
    else:
        path.write_bytes(data[:-9] if spoil == "truncate" else data[:-9] + bytes([data[-9] ^ 64]) + data[-8:])
    with Collection(collection.folder, encoder) as reopened:
        assert reopened.search_dense("lighthouse", 5) == before
    assert path.read_bytes() == data


def test_vectors_of_an_earlier_state_are_not_used(collection, encoder, files):
    collection.add([files / "harbour.txt"])
    collection.put([make_document("The lighthouse keeper sleeps.")])  # a crash may come before the file is made again
    with Collection(collection.folder, encoder) as reopened:
        assert nearest(reopened)[0] == "The lighthouse keeper sleeps."


def test_a_change_is_seen_through_another_open_collection(collection, encoder, files):
    with Collection(collection.folder, encoder) as other:
        assert nearest(other) == []
        collection.add([files])
        assert nearest(other) == [LIGHTHOUSE, HARBOUR]
        other.remove(files / "lighthouse.txt")
        assert nearest(collection) == [HARBOUR]
        assert collection.search_keywords("lighthouse", 5) == []


def test_a_collection_opens_with_the_encoder_that_made_it(tmp_path, tiny_encoder_folder):
    with Collection(tmp_path / "c", str(tiny_encoder_folder)) as collection:
        collection.put([make_document(LIGHTHOUSE)])
        card = collection.encoder.card
    with Collection(tmp_path / "c") as collection:
        assert collection.encoder.card == card
        assert nearest(collection) == [LIGHTHOUSE]


def test_another_encoder_is_refused(collection, encoder, tiny_encoder):
    message = refusal(Collection, collection.folder, tiny_encoder)
    assert encoder.card.fingerprint in message and tiny_encoder.card.fingerprint in message


def test_another_format_is_refused(collection, encoder):
    collection.close()
    with sqlite3.connect(collection.folder / DATABASE) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'format_version'")
    assert "format 99" in refusal(Collection, collection.folder, encoder)


def test_a_folder_with_another_file_in_its_place_is_refused(tmp_path, encoder):
    (tmp_path / DATABASE).write_bytes(b"not a database at all " * 50)
    assert "damaged" in refusal(Collection, tmp_path, encoder)
    assert (tmp_path / DATABASE).read_bytes() == b"not a database at all " * 50


def test_a_folder_that_cannot_be_made_is_refused(files, encoder):
    assert "cannot be used as a folder" in refusal(Collection, files / "harbour.txt", encoder)


def test_a_closed_collection_refuses_in_one_sentence(tmp_path, encoder):
    collection = Collection(tmp_path / "c", encoder)
    collection.close()
    assert "has been closed" in refusal(collection.documents)


def test_an_encoder_that_fails_midway_leaves_the_old_document_whole(tmp_path, encoder):
    class FailingEncoder(CountingEncoder):
        def encode_passages(self, texts):
            yield from super().encode_passages(texts[:1])
            raise MemoryError

    with Collection(tmp_path / "c", encoder) as collection:
        collection.put([make_document(LIGHTHOUSE)])
    with Collection(tmp_path / "c", FailingEncoder(encoder)) as collection, pytest.raises(MemoryError):
        collection.put([make_document("New text. " * 300)])
    with Collection(tmp_path / "c", encoder) as collection:
        assert collection.document("id-a").text == LIGHTHOUSE
        assert nearest(collection) == [LIGHTHOUSE]


def test_many_documents_are_put_in_batches(collection):
    texts = [f"Boat number {i} lies at berth {i * 7}." for i in range(150)]
    collection.put((make_document(text, str(i)) for i, text in enumerate(texts)), batch=64)
    assert collection.counts() == (150, 150)
    assert nearest(collection, texts[97])[0] == texts[97]


def test_threads_may_add_search_and_remove_together(collection, files):
    failures = []

    def work(number):
        try:
            for turn in range(5):
                collection.put([make_document(f"Worker {number} wrote turn {turn}.", str(number))])
                assert f"Worker {number} wrote turn {turn}." in nearest(collection, f"Worker {number}")
            collection.remove(f"id-{number}")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert collection.counts() == (0, 0)


# Writes versions of twenty documents for ever, in groups of three, and says when it has begun.
WRITER = """
import itertools, sys
from index.collection import Collection
from index.loaders import content_hash
from index.records import Document

def text(number):
    return f"Version {number} begins here. " + f"Line {number} goes on.\\n" * (number % 60) + f"End {number}."

with Collection(sys.argv[1]) as collection:
    for number in itertools.count(int(sys.argv[2])):
        if number % 3 == 0:
            group = [
                Document(f"id-{n % 20}", "t", f"/{n % 20}", content_hash(text(n).encode()), text(n))
                for n in range(number, number + 3)
            ]
            collection.put(group)
            print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_writer_leaves_only_whole_documents(tmp_path, encoder):
    chance, begin = random.Random(5), 0
    for _ in range(5):
        writer = start_python(WRITER, tmp_path / "c", begin)
        assert writer.stdout.readline(), writer.stderr.read()
        time.sleep(chance.uniform(0.02, 0.3))
        writer.send_signal(signal.SIGKILL)
        printed = writer.communicate()[0].split()
        begin += 3000
        assert writer.returncode == -signal.SIGKILL
        with Collection(tmp_path / "c", encoder) as collection:
            assert_whole(collection)
            for number in map(int, printed):  # what was reported as stored is there, or something newer
                assert int(collection.document(f"id-{number % 20}").text.split()[1]) >= number
    assert begin == 15000


def assert_whole(collection):
    documents, passages = collection.counts()
    assert documents > 0
    storage = Storage(collection.folder / DATABASE)
    vectors = dict(storage.all_vectors())
    found = storage.passages(vectors)
    storage.close()
    assert len(vectors) == len(found) == passages
    for summary in collection.documents():
        document = collection.document(summary.id)
        assert content_hash(document.text.encode()) == document.content_hash
        assert document.text.endswith(f"End {document.text.split()[1]}.")
        sentences = split_sentences(document.text)
        assert collection.sentences(summary.id) == sentences
        own = [(p.start, p.end) for p in found.values() if p.document_id == summary.id]
        assert own == split_passages(document.text, sentences)
    hits = collection.search_dense("Version", 1000)
    assert {hit.passage.id for hit in hits} == vectors.keys()
    with sqlite3.connect(collection.folder / DATABASE) as connection:
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_full_disk_is_named_and_loses_nothing(collection):
    collection.put([make_document(LIGHTHOUSE)])
    connection = collection._storage._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    assert "disk is full" in refusal(collection.put, [make_document("Filler. " * 20_000, "b")])
    assert [document.id for document in collection.documents()] == ["id-a"]
