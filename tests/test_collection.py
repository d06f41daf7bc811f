import hashlib
import json
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

from index.changes import Changes, RejectedFile, Removal, RenamedFile
from index.checksums import COLUMNS, checksum, seal
from index.children.limits import ParsingLimits
from index.collection import DATABASE, Collection
from index.errors import CollectionError, DocumentError, ModelError
from index.indexing import with_blocks
from index.passages import split_passages
from index.records import Document
from index.repairing import check
from index.sentences import split_sentences
from index.storage import Storage
from index.storage_rows import rebuild_words
from index.vectors import caught_up, faiss_store

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


def sha256(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def make_document(text, name="a"):
    return Document(f"id-{name}", name, f"/{name}", sha256(text), text)


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
    sentences = [line for line in seed_text.split("\n") if line.strip()]
    collection.put(make_document(sentence, str(i)) for i, sentence in enumerate(sentences))
    question = "What did the Kremlin say about NATO?"
    [texts] = zip(
        *([p.view.text] for i in range(len(sentences)) for p in collection.passages_of(f"id-{i}")), strict=True
    )
    cosines = encoder.encode_passages(texts) @ encoder.encode_question(question)
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
    assert refused == RejectedFile(str(files / "empty.txt"), "empty.txt is empty: there is nothing to quote from.")
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


def test_removing_what_is_not_there_is_told(collection, files):
    assert collection.remove(files / "harbour.txt") == Removal(missing=(str(files / "harbour.txt"),))


def test_an_unknown_document_is_a_key_error(collection):
    with pytest.raises(KeyError):
        collection.document("none")
    assert collection.sentences("none") == []


def test_an_empty_collection_finds_nothing(collection):
    assert collection.documents() == collection.search_dense("who?", 5) == collection.search_keywords("who?", 5) == []


def test_a_question_without_words_is_searched_like_any(collection):
    collection.put([Document("d", "Port", "/d", "h", "Boats may not enter the dock.")])
    assert [hit.passage.document_id for hit in collection.search_dense("", 5)] == ["d"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\0.! \n“"), min_size=1, max_size=1500))
def test_passages_and_sentences_of_any_document_hold_after_reopening(tmp_path, encoder, text):
    document = make_document(text)
    with Collection(tmp_path / "c", encoder) as collection:
        collection.put([document])
    with Collection(tmp_path / "c", encoder) as collection:
        assert collection.document("id-a") == document
        whole = with_blocks(document)
        assert collection.sentences("id-a") == split_sentences(text, whole.blocks)
        passages = [hit.passage for hit in collection.search_dense("anything", 1000)]
        found = sorted((p.start, p.end) for p in passages)
        assert found == sorted((plan.start, plan.end) for plan in split_passages(whole, whole.blocks))
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


@pytest.fixture
def segments(monkeypatch):
    """Let a single vector be worth a file."""
    monkeypatch.setattr(faiss_store, "LEAST_SEGMENT", 1)


@pytest.mark.usefixtures("segments")
@pytest.mark.parametrize("spoil", ["delete", "flip", "truncate"])
def test_a_spoiled_vector_file_is_made_again(collection, encoder, files, spoil):
    collection.add([files])
    before = collection.search_dense("lighthouse", 5)
    [path] = (collection.folder / caught_up.FOLDER).iterdir()
    data = path.read_bytes()
    if spoil == "delete":
        path.unlink()
    else:
        path.write_bytes(data[:-9] if spoil == "truncate" else data[:-9] + bytes([data[-9] ^ 64]) + data[-8:])
    with Collection(collection.folder, encoder) as reopened:
        hits = reopened.search_dense("lighthouse", 5)
        assert [hit.passage for hit in hits] == [hit.passage for hit in before]
        assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in before])
    [made_again] = [one for one in path.parent.iterdir() if one != path]
    assert made_again.read_bytes() == data


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
        crc = checksum("format_version", "99")
        connection.execute("UPDATE meta SET value = '99', checksum = ? WHERE key = 'format_version'", (crc,))
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
            super().encode_passages(texts[:1])
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
    collection.put(make_document(text, str(i)) for i, text in enumerate(texts))
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
from hashlib import sha256
from index.records import Document
from index.repairing import check

def text(number):
    return f"Version {number} begins here. " + f"Line {number} goes on.\\n" * (number % 60) + f"End {number}."

with Collection(sys.argv[1]) as collection:
    for number in itertools.count(int(sys.argv[2])):
        if number % 3 == 0:
            group = [
                Document(f"id-{n % 20}", "t", f"/{n % 20}", sha256(text(n).encode()).hexdigest(), text(n))
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
    vectors = {id_: vector for ids, rows in storage.vectors_after(0) for id_, vector in zip(ids, rows, strict=True)}
    found = storage.passages(vectors)
    storage.close()
    assert len(vectors) == len(found) == passages
    for summary in collection.documents():
        document = collection.document(summary.id)
        assert sha256(document.text) == document.sha256
        assert document.text.endswith(f"End {document.text.split()[1]}.")
        whole = with_blocks(document)
        assert collection.sentences(summary.id) == split_sentences(document.text, whole.blocks)
        own = [(p.start, p.end) for p in found.values() if p.document_id == summary.id]
        assert own == [(plan.start, plan.end) for plan in split_passages(whole, whole.blocks)]
    hits = collection.search_dense("Version", 1000)
    assert {hit.passage.id for hit in hits} == vectors.keys()
    with sqlite3.connect(collection.folder / DATABASE) as connection:
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_full_disk_is_named_and_loses_nothing(collection):
    collection.put([make_document(LIGHTHOUSE)])
    connection = collection._storage._writer
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    assert "disk is full" in refusal(collection.put, [make_document("Filler. " * 20_000, "b")])
    assert [document.id for document in collection.documents()] == ["id-a"]


def test_what_fails_while_a_collection_is_opened_leaves_no_open_file(collection, monkeypatch):
    closed = []
    monkeypatch.setattr(Storage, "close", lambda self, close=Storage.close: (closed.append(self.path), close(self)))
    with pytest.raises(ModelError):
        Collection(collection.folder, "no-such-encoder-at-all")
    assert closed == [collection.folder / DATABASE]


def test_a_collection_that_is_not_there_is_made_only_where_that_is_wanted(tmp_path, encoder):
    for folder in (tmp_path / "contrcts", tmp_path):
        assert "There is no collection" in refusal(lambda path: Collection(path, encoder, create=False), folder)
    assert "empty path" in refusal(Collection, "", encoder)
    assert list(tmp_path.iterdir()) == []
    Collection(tmp_path / "c", encoder).close()
    Collection(tmp_path / "c", encoder, create=False).close()


def test_what_is_gone_from_a_folder_is_dropped_and_said(collection, files):
    collection.add([files])
    (files / "lighthouse.txt").unlink()
    other = files.parent / "other.txt"
    other.write_text("Bread needs flour.", "utf-8")
    collection.add([other])
    other.unlink()  # not below the folder that is added
    changes = collection.add([files])
    assert changes == Changes(unchanged=(str(files / "harbour.txt"),), removed=(str(files / "lighthouse.txt"),))
    assert sorted(nearest(collection)) == ["Bread needs flour.", HARBOUR]
    assert collection.search_keywords("lighthouse", 5) == []


def test_a_moved_file_is_followed_and_not_embedded_again(tmp_path, encoder, files):
    counting = CountingEncoder(encoder)
    with Collection(tmp_path / "c", counting) as collection:
        collection.add([files])
        before = {hit.passage.text: hit.passage.id for hit in collection.search_dense("lighthouse", 5)}
        (files / "old").mkdir()
        (files / "lighthouse.txt").rename(files / "old" / "tower.txt")
        changes = collection.add([files])
        assert changes.renamed == (RenamedFile(str(files / "lighthouse.txt"), str(files / "old" / "tower.txt")),)
        assert (changes.added, changes.removed) == ((), ())
        assert counting.count == 2
        assert {hit.passage.text: hit.passage.id for hit in collection.search_dense("lighthouse", 5)} == before
        assert [summary.title for summary in collection.documents()] == ["harbour", "tower"]


def as_an_earlier_release_read_it(collection, view="", earlier=""):
    """Let what is stored be what an earlier release made of the files: one of the views was another one."""
    with collection._storage._transaction() as writer:
        writer.execute("UPDATE passages SET view = ? WHERE view = ?", (earlier, view))
        writer.execute(f"UPDATE passages SET checksum = checksum({COLUMNS['passages']})")
        rebuild_words(writer)
        writer.execute("UPDATE documents SET extraction = extraction - 1, added = '2020-01-01T00:00:00Z'")
        for (document,) in writer.execute("SELECT id FROM documents").fetchall():
            seal(writer, document)


def test_what_an_earlier_release_read_is_read_again_once_and_only_what_differs_embedded(tmp_path, encoder, files):
    counting = CountingEncoder(encoder)
    (files / "lighthouse.txt").write_text(LIGHTHOUSE.replace("built", "bu\u200eilt"), "utf-8")
    with Collection(tmp_path / "c", counting) as collection:
        collection.add([files])
        view = f"lighthouse\n{LIGHTHOUSE}\n"
        as_an_earlier_release_read_it(collection, view, view.replace("built", "bu\u200eilt"))
        vectors = collection._storage.vectors_by_view(one.id for one in collection.documents())
        assert [hit.passage.text for hit in collection.search_keywords("built", 1)] == []
        counting.count = 0
        paths = str(files / "harbour.txt"), str(files / "lighthouse.txt")
        assert collection.add([files]) == Changes(unchanged=paths, reread=paths)
        assert counting.count == 1
        [found] = collection.search_keywords("built", 1)
        assert found.passage.view.text == view
        after = collection._storage.vectors_by_view(one.id for one in collection.documents())
        assert [np.array_equal(after[one], vectors.get(one, 0)) for one in sorted(after)] == [True, False]
        assert {one.added for one in collection.documents()} == {"2020-01-01T00:00:00Z"}
        assert collection.add([files]) == Changes(unchanged=paths)
        assert counting.count == 1
    assert check(tmp_path / "c") == []


def test_what_an_earlier_release_read_is_followed_and_read_again(collection, files):
    collection.add([files])
    as_an_earlier_release_read_it(collection)
    (files / "lighthouse.txt").rename(files / "tower.txt")
    changes = collection.add([files])
    assert changes.renamed == (RenamedFile(str(files / "lighthouse.txt"), str(files / "tower.txt")),)
    assert changes.reread == (str(files / "harbour.txt"), str(files / "tower.txt"))
    assert (changes.added, changes.removed, changes.unchanged) == ((), (), (str(files / "harbour.txt"),))
    assert [(one.title, one.added[:4]) for one in collection.documents()] == [("harbour", "2020"), ("tower", "2020")]


def test_what_an_earlier_release_could_read_stays_where_it_is_refused_now(collection, files, monkeypatch):
    collection.add([files])
    as_an_earlier_release_read_it(collection)
    few = ParsingLimits(60, 1000, len(HARBOUR))
    monkeypatch.setattr(ParsingLimits, "of", lambda size: few)
    changes = collection.add([files])
    assert [one.source for one in changes.refused] == [str(files / "lighthouse.txt")]
    assert changes.reread == (str(files / "harbour.txt"),)
    assert nearest(collection) == [LIGHTHOUSE, HARBOUR]


def test_a_damaged_vector_is_not_kept_for_a_passage_that_stays(tmp_path, encoder, files):
    counting = CountingEncoder(encoder)
    with Collection(tmp_path / "c", counting) as collection:
        collection.add([files])
        vectors = collection._storage.vectors_by_view(one.id for one in collection.documents())
        with collection._storage._transaction() as writer:
            writer.execute("UPDATE vectors SET vector = zeroblob(length(vector)) WHERE passage_id = 1")
        as_an_earlier_release_read_it(collection)
        counting.count = 0
        assert len(collection.add([files]).reread) == 2
        assert counting.count == 1
        mended = collection._storage.vectors_by_view(one.id for one in collection.documents())
        assert all(np.allclose(mended[view], vectors[view], atol=1e-5) for view in vectors)
    assert check(tmp_path / "c") == []


def test_a_vector_is_kept_for_a_passage_that_stays_while_its_file_changes(tmp_path, encoder, files):
    counting = CountingEncoder(encoder)
    sections = [f"# Part {number}\n\nThe boat {number} lies at berth {number * 7}." for number in range(4)]
    path = files / "boats.md"
    with Collection(tmp_path / "c", counting) as collection:
        path.write_text("\n\n".join(["# Boats", *sections]), "utf-8")
        collection.add([path])
        assert (counting.count, collection.counts()) == (4, (1, 4))
        path.write_text("\n\n".join(["# Boats", *sections[:3], sections[3].replace("21", "22")]), "utf-8")
        assert collection.add([path]) == Changes(updated=(str(path),))
        assert (counting.count, collection.counts()) == (5, (1, 4))
        assert "berth 22" in nearest(collection, "Where does boat 3 lie?")[0]


def test_a_copy_is_no_move(collection, files):
    collection.add([files])
    (files / "copy.txt").write_text(HARBOUR, "utf-8")
    changes = collection.add([files])
    assert (changes.added, changes.renamed) == ((str(files / "copy.txt"),), ())
    assert collection.counts() == (3, 3)


def test_a_file_written_again_with_the_same_words_is_unchanged_and_fresh(collection, files):
    collection.add([files])
    (files / "harbour.txt").write_text(HARBOUR, "utf-8")
    assert len(collection.add([files]).unchanged) == 2
    [harbour, _] = collection.documents()
    assert harbour.modified_ns == (files / "harbour.txt").stat().st_mtime_ns


def test_files_of_other_kinds_are_told(collection, files):
    (files / "photo.mov").touch()
    assert collection.add([files]).passed_over == (str(files / "photo.mov"),)


def test_a_folder_or_a_pattern_is_removed_in_one_step(collection, files):
    (files / "notes").mkdir()
    for number in range(3):
        (files / "notes" / f"{number}.txt").write_text(f"Note {number}.", "utf-8")
    collection.add([files])
    done = collection.remove("none.txt", files / "notes", "other")
    assert (len(done.removed), done.missing) == (3, ("none.txt", "other"))
    assert collection.remove(files / "notes", "*.txt") == Removal(
        (str(files / "harbour.txt"), str(files / "lighthouse.txt")), (), (str(files / "notes"),)
    )
    assert collection.counts() == (0, 0)


def test_a_part_of_a_collection_is_searched_and_counted_alone(collection, files):
    collection.add([files])
    for names in (["*house.txt"], [files / "lighthouse.txt"], [collection.documents()[1].id]):
        part = collection.within(*names)
        assert part.counts() == (1, 1)
        assert [hit.passage.text for hit in part.search_dense("Who is the harbour master?", 5)] == [LIGHTHOUSE]
        assert part.search_keywords("harbour", 5) == []
        assert [summary.title for summary in part.documents()] == ["lighthouse"]
    assert collection.within(files).counts() == collection.whole().counts() == (2, 2)
    assert collection.within(files).within("harb*").counts() == (1, 1)
    assert collection.whole().within("harb*").document(collection.documents()[0].id).text == HARBOUR
    assert "not in the collection" in refusal(collection.within, "*.pdf")


def test_many_small_files_fill_the_encoders_batches(tmp_path, encoder):
    for number in range(200):
        (tmp_path / f"{number}.txt").write_text(f"Boat {number} lies at berth {number}.", "utf-8")
    calls = []

    class Batches(CountingEncoder):
        def encode_passages(self, texts):
            calls.append(len(texts))
            return super().encode_passages(texts)

    with Collection(tmp_path / "c", Batches(encoder)) as collection:
        assert len(collection.add([tmp_path]).added) == 200
    assert calls == [200]


@pytest.mark.usefixtures("segments")
def test_processes_that_flush_beside_one_another_find_the_same(collection, encoder, files):
    with Collection(collection.folder, encoder) as other:
        for number in range(6):
            for one in (collection, other):
                one.put([make_document(f"Boat {number} lies at berth {number}.", f"{number}{one is other}")])
                assert len(one.search_dense("boat", 100)) == one.counts()[1]
        collection.remove("id-3True")
        assert {hit.passage.id for hit in other.search_dense("boat", 100)} == {
            hit.passage.id for hit in collection.search_dense("boat", 100)
        }
    noted = json.loads(collection._storage.meta(caught_up.RECEIPT))
    kept = {path.name for path in (collection.folder / caught_up.FOLDER).iterdir()}
    assert kept == {one["name"] for one in noted["segments"]}


@pytest.mark.usefixtures("segments")
def test_a_database_put_back_to_an_earlier_copy_is_believed(tmp_path, encoder):
    with Collection(tmp_path / "c", encoder) as collection:
        collection.put([make_document(LIGHTHOUSE)])
        nearest(collection)
    copy = (tmp_path / "c" / DATABASE).read_bytes()
    with Collection(tmp_path / "c", encoder) as collection:
        collection.put([make_document(HARBOUR, "b")])
        collection.remove("id-a")
        assert nearest(collection) == [HARBOUR]
    (tmp_path / "c" / DATABASE).write_bytes(copy)
    with Collection(tmp_path / "c", encoder) as collection:
        assert nearest(collection) == [LIGHTHOUSE]


def test_one_slow_reader_of_a_collection_keeps_no_other_waiting(collection, files):
    collection.add([files])
    with collection._storage._reading():
        found = []
        thread = threading.Thread(target=lambda: found.append(nearest(collection)))
        thread.start()
        thread.join(10)
        assert found == [[LIGHTHOUSE, HARBOUR]]


@pytest.mark.usefixtures("segments")
def test_a_damaged_list_is_noticed_when_it_is_searched_and_made_again(collection, encoder, files):
    collection.add([files])
    before = [hit.passage for hit in collection.search_dense("lighthouse", 5)]
    [path] = (collection.folder / caught_up.FOLDER).iterdir()
    data = path.read_bytes()
    path.unlink()  # the open collection has it mapped
    path.write_bytes(bytes([data[0] ^ 64]) + data[1:])
    with Collection(collection.folder, encoder) as reopened:
        assert [hit.passage for hit in reopened.search_dense("lighthouse", 5)] == before
    [made_again] = [one for one in path.parent.iterdir() if one != path]
    assert made_again.read_bytes() == data


@pytest.mark.usefixtures("segments")
def test_files_of_vectors_are_merged_while_a_collection_stays_open(collection, monkeypatch):
    monkeypatch.setattr(caught_up, "MERGE_AFTER", 0.01)
    for number in range(3):
        collection.put([make_document(f"The lighthouse has {number} lamps.", f"lamps {number}")])
        assert len(collection.search_dense("lighthouse", 9)) == number + 1
    folder = collection.folder / caught_up.FOLDER
    collection._vectors._merger.join(5)
    collection.search_dense("lighthouse", 9)
    collection.put([make_document("The keeper sleeps.", "keeper")])
    assert len(collection.search_dense("lighthouse", 9)) == 4
    collection._vectors._merger.join(5)
    assert len(list(folder.iterdir())) == 1
    assert len(collection.search_dense("lighthouse", 9)) == 4
