"""Collections whose documents are published with their vectors, and processes that have only the copy."""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE

import pytest
from pdfs import lines, pdf

from index.collection import DATABASE, Collection
from index.errors import CollectionError, DocumentError
from index.published import following
from index.published.copies import CopyFolder
from index.published.following import PublishedCopy, open_published
from index.published.log import PublishedEntry, read_rows, write_rows
from index.published.publishing import PublishedVectors, Publisher
from index.storage import Storage
from index.vectors.caught_up import CaughtUpVectors
from index.vectors.milvus_server import MilvusAddress, MilvusServer
from qa.answerer import Answerer
from qa.api import ask
from qa.evidence_log import DocumentsAsked, EvidenceLog, read_answers
from qa.verifying import verify_published
from ui.assistant.command import ReadDocuments
from ui.cli import main
from ui.own_collection import OwnDocuments
from ui.web import publishing
from ui.web.attention import Attention
from ui.web.library import Library
from ui.web.publishing import Publishing
from ui.web.source.view import SourceView

RECEIPT = "vectors_of_the_test"
LAMP = "# The lamp\n\nThe lamp of the lighthouse burns colza oil. It was lit in 1871.\n"
with_milvus = pytest.mark.skipif(
    not find_spec("pymilvus") or not find_spec("milvus_lite"),
    reason="pymilvus and milvus-lite are not installed: pip install 'quotewise[milvus]'",
)


class KeptLog:
    """A log in memory, with which the same is done as with one in Milvus; it fails after `works` more messages."""

    def __init__(self):
        self.told, self.rows, self.works = None, {}, 1000

    def publication(self, *, exact):
        return self.told

    def entries(self, publication, after):
        return [entry for number, (entry, _) in sorted(self.rows.items()) if after < number <= publication.number]

    def texts(self, publication, entries):
        for entry in entries:
            yield entry, self.rows[entry.number][1]

    def append(self, publication, documents):
        self._count()
        for one in documents:
            number = publication.number + 1
            self.rows[number] = PublishedEntry(number, one.document_id, 1 if one.text else 0, one.checksum), one.text
            publication = replace(publication, number=number)
        return publication

    def tell(self, publication, replaced=()):
        self._count()
        self.told = publication
        for entry in replaced:
            del self.rows[entry.number]

    def _count(self):
        self.works -= 1
        if self.works < 0:
            raise CollectionError("The server is gone.")


@pytest.fixture
def files(tmp_path):
    folder = (tmp_path / "files").resolve()
    folder.mkdir()
    for number in range(4):
        (folder / f"lamp{number}.md").write_text(f"{LAMP}\nThis is lamp {number}.\n\n- one\n- two\n", "utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 no more")
    return folder


@pytest.fixture
def storage(collection):
    with closing(Storage(collection.folder / DATABASE)) as storage:
        storage.set_meta(RECEIPT, json.dumps({"name": "vectors"}))
        yield storage


@pytest.fixture
def log():
    return KeptLog()


def copied(log, tmp_path):
    folder = tmp_path / f"copy{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    return PublishedCopy(log, folder, "memory#lamps"), Storage(folder / DATABASE)


def rows_of(storage):
    return {id_: storage.stored_rows(id_) for id_ in storage.stored_checksums()}


def searched(storage):
    return [(hit.passage, round(hit.score, 6)) for hit in storage.search_words("lamp oil 1871", 20)]


def test_a_copy_holds_what_is_published_and_follows_it(collection, files, storage, log, tmp_path):
    collection.add([files])
    collection.set_note("calibration of a reader", "measured")
    collection.set_note("folders", "[]")
    publisher = Publisher(storage, lambda: log, RECEIPT)
    assert publisher.is_behind() and publisher.publish(0.0) and not publisher.is_behind()
    copy, there = copied(log, tmp_path)

    def same():
        copy.follow()
        assert rows_of(there) == rows_of(storage)
        assert searched(there) == searched(storage)
        assert there.words_like("lighthose", 2) == storage.words_like("lighthose", 2)
        assert there.left_out() == storage.left_out()
        assert there.pending() == 0
        return {one.source for one in there.summaries()}

    assert len(same()) == 4 and [Path(one.source).name for one in there.left_out()] == ["broken.pdf"]
    assert there.meta("note calibration of a reader") == "measured" and there.meta("note folders") is None
    (files / "lamp0.md").rename(files / "moved.md")
    (files / "lamp1.md").unlink()
    (files / "lamp2.md").write_text("The lamp was sold in 1902.\n", "utf-8")
    (files / "lamp4.md").write_text(LAMP, "utf-8")
    (files / "broken.pdf").unlink()
    collection.add([files])
    assert publisher.is_behind()
    before = rows_of(there)
    assert publisher.publish(0.0) and rows_of(there) == before
    revision = there.revision()
    assert same() == {str(files / name) for name in ("moved.md", "lamp2.md", "lamp3.md", "lamp4.md")}
    assert there.revision() > revision
    collection.add([files / "lamp3.md"], text_first=True)
    (files / "lamp3.md").write_text(f"{LAMP}New.\n", "utf-8")
    collection.add([files / "lamp3.md"], text_first=True)
    publisher.publish(0.0)
    same()
    while collection.encode_pending():  # gives passages new ids
        pass
    assert publisher.is_behind() and publisher.publish(0.0)
    same()
    other, elsewhere = copied(log, tmp_path)
    assert rows_of(elsewhere) == rows_of(there)
    assert len(log.rows) == len(rows_of(there)) + 2  # those that are gone: lamp0 and lamp1
    for one in (copy, there, other, elsewhere):
        one.close()


@pytest.fixture
def far_copy(collection, files, storage, log, tmp_path, encoder):
    """A copy, searched by its words, of what a publisher has whose files do not lie here; and its server."""
    (files / "keeper.pdf").write_bytes(pdf(lines("The keeper", "The keeper of the lamp is Jonas Falk.")))
    collection.add([files])
    Publisher(storage, lambda: log, RECEIPT).publish(0.0)
    copy, there = copied(log, tmp_path)
    there.close()
    files.rename(tmp_path / "far")
    with Collection(there.path.parent, encoder) as opened:
        yield opened, copy
    copy.close()


def test_a_copy_does_not_judge_by_the_files_of_this_machine(far_copy, files, tmp_path, reader):
    copy, _ = far_copy
    answer = Answerer(copy, reader).ask("Who is the keeper of the lamp?")
    [keeper] = answer.citations
    assert keeper.text == "Jonas Falk" and not keeper.stale
    assert [Path(one.source).name for one in copy.left_out()] == ["broken.pdf"]
    view = SourceView(lambda: copy)

    def opened():
        shown = view.open(keeper.document_id, keeper.start, keeper.end)
        return shown.stale, shown.view

    assert opened() == (False, "text")
    with pytest.raises(DocumentError, match=r"^The file of keeper does not lie here, where a copy is asked"):
        view.file(keeper.document_id)
    with OwnDocuments(copy.folder) as own:
        assert {one.state for one in ReadDocuments(own).listing().documents} == {"ready"}
        with Library(own) as library:
            seen = library.changed_since(0)
            assert {one.state for one in library.listing().documents} == {"ready"}
            library.changed_since(seen, 0.3)  # it has looked at files by now
            assert {one.state for one in library.listing().documents} == {"ready"}
    files.mkdir()  # what lies at the same path is another file, or the same one on a shared disk
    (files / "keeper.pdf").write_bytes(pdf(lines("Another one", "This one has nothing to do with it.")))
    assert opened() == (False, "text") and not Answerer(copy, reader).ask(answer.question).citations[0].stale
    (files / "keeper.pdf").write_bytes((tmp_path / "far" / "keeper.pdf").read_bytes())
    assert opened() == (False, "pages") and view.file(keeper.document_id).path == files / "keeper.pdf"


def test_what_was_quoted_of_a_copy_is_verified_against_what_is_published(
    far_copy, collection, storage, log, files, tmp_path, reader
):
    far, copy = far_copy
    answer = Answerer(far, reader).ask("When was lamp 1 lit?")
    assert answer.citations

    def verdicts():
        Publisher(storage, lambda: log, RECEIPT).publish(0.0)
        copy.follow()
        [checks] = verify_published([answer], far)
        return {check.verdict for check in checks}

    assert verdicts() == {"holds"}
    (tmp_path / "far").rename(files)
    for path in files.glob("lamp*.md"):
        path.rename(path.with_name(f"renamed {path.name}"))
    collection.add([files])
    assert verdicts() == {"moved"}
    for path in files.glob("renamed*.md"):
        path.write_text("The lamp was sold.\n", "utf-8")
    collection.add([files])
    assert verdicts() == {"gone"}
    for path in files.glob("renamed*.md"):
        path.rename(path.with_name(path.name.removeprefix("renamed ")))
    collection.add([files])
    assert verdicts() == {"changed"}


def test_a_publisher_that_is_killed_anywhere_goes_on(collection, files, storage, log, tmp_path, monkeypatch):
    monkeypatch.setattr("index.published.publishing.TOGETHER", 1)
    collection.add([files])
    failed = 0
    for works in range(20):
        log.works = works
        try:
            assert Publisher(storage, lambda: log, RECEIPT).publish(0.0)
        except CollectionError:
            failed += 1
            if works % 2:  # another process changes it meanwhile
                (files / f"new{works}.md").write_text(f"{LAMP}{works}\n", "utf-8")
                collection.add([files])
    assert failed > 2 and log.told.stamp
    log.works = 1000
    assert len(log.entries(log.told, 0)) == len(storage.stored_checksums())
    copy, there = copied(log, tmp_path)
    assert rows_of(there) == rows_of(storage)
    copy.close()
    there.close()


def test_one_process_publishes_at_a_time_and_can_be_told_to_leave_the_rest(
    collection, files, storage, log, monkeypatch
):
    collection.add([files])
    publisher = Publisher(storage, lambda: log, RECEIPT)
    with publisher._alone(0.0) as alone:
        assert alone and publisher.publish(0.0) is False
    monkeypatch.setattr("index.published.publishing.TOGETHER", 1)
    assert publisher.publish(0.0, lambda: False) is False and log.told.stamp == "" and log.told.number == 1
    assert publisher.publish(0.0) is True and log.told.stamp
    storage.remove_meta("published")  # as another collection of the same name
    with pytest.raises(CollectionError, match=r"^Another collection is published under this name: .* URL#NAME"):
        Publisher(storage, lambda: log, RECEIPT).publish(0.0)


def test_what_cannot_be_read_is_told(collection, files, storage, log, tmp_path, monkeypatch):
    collection.add([files])
    Publisher(storage, lambda: log, RECEIPT).publish(0.0)
    monkeypatch.setattr(following, "BETWEEN", 0.0)
    told, (number, (entry, text)) = log.told, log.rows.popitem()
    with pytest.raises(CollectionError, match="parts of a document are missing"):
        monkeypatch.setattr(log, "entries", lambda *_: [entry])
        copied(log, tmp_path)
    for bad in ("no rows", write_rows([("sqlite_master", [1])]), write_rows([("texts", [1, 2, 3, 4, 5])]) + "A"):
        log.rows[number] = entry, bad
        with pytest.raises(CollectionError, match=r"^What is published at memory#lamps cannot be read"):
            copied(log, tmp_path)
    log.rows[number], log.told = (entry, text), replace(told, format=1)
    with pytest.raises(CollectionError, match="format 1, and this release reads format"):
        copied(log, tmp_path)
    log.told = None
    with pytest.raises(CollectionError, match="Nothing is published at memory#lamps any more"):
        copied(log, tmp_path)


def until(seen):
    deadline = time.monotonic() + 20
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_is_changed_on_the_page_is_published_soon_afterwards(
    collection, files, storage, log, tmp_path, monkeypatch
):
    monkeypatch.setattr(publishing, "SOON", 0.0)
    storage.set_meta("vectors_at", "memory")

    def open_vectors(storage, dimension):
        return PublishedVectors(CaughtUpVectors(storage, dimension), Publisher(storage, lambda: log, RECEIPT))

    class Documents:
        def kept(self):
            return published

    told = []
    with Collection(collection.folder, collection.encoder, vectors=open_vectors) as published:
        one = Publishing(Documents(), Attention(), lambda: told.append(one.trouble))
        published.add([files])
        one.start()
        until(lambda: log.told and log.told.stamp)
        number = log.told.number
        published.add([files / "lamp0.md"], text_first=True)
        (files / "lamp0.md").write_text("The lamp was sold in 1902.\n", "utf-8")
        published.add([files / "lamp0.md"], text_first=True)
        one.wake()  # its vectors are still to be made
        monkeypatch.setattr(publishing, "EACH", 0.05)
        until(lambda: log.told.number > number)
        while published.encode_pending():
            pass
        log.works = 0
        one.wake()
        until(lambda: told == ["The server is gone."])
        monkeypatch.setattr(publishing, "AGAIN", 0.01)
        log.works = 1000
        one.wake()
        until(lambda: told == ["The server is gone.", ""])
        one.close()
    copy, there = copied(log, tmp_path)
    assert rows_of(there) == rows_of(storage)
    copy.close()
    there.close()


def test_the_page_tells_what_keeps_it_from_publishing(collection, storage, monkeypatch):
    monkeypatch.setattr(publishing, "SOON", 0.0)
    monkeypatch.setattr("index.vectors.milvus_server.WAITS", 0.3)
    storage.set_meta("vectors_at", "http://127.0.0.1:9#lamps")
    with OwnDocuments(collection.folder) as own, Library(own) as library:
        until(lambda: library._publishing.trouble)
        assert library.listing().notice.startswith(("Vectors in Milvus need pymilvus", "The vectors at http://127"))


def test_the_copy_of_a_killed_process_is_deleted_when_the_next_one_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    make = "from index.published.copies import CopyFolder; one = CopyFolder('d'); (one.path / 'd').touch(); "
    wait = "print(one.path, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", make + wait], stdin=PIPE, stdout=PIPE, text=True) as process:
        theirs = Path(process.stdout.readline().strip())
        mine = CopyFolder("d")
        (mine.path / "d").touch()
        early = CopyFolder("d")  # of which no more is there than the lock
        strange = tmp_path / "quotewise-copy-of-other-ways"
        strange.mkdir()
        (strange / "d").touch()
        new = CopyFolder("d")
        assert all(one.is_dir() for one in (theirs, mine.path, early.path, strange, new.path))
        process.kill()
    again = CopyFolder("d")
    assert not theirs.exists() and all(one.is_dir() for one in (mine.path, early.path, strange, new.path, again.path))
    for one in (mine, early, new, again):
        one.delete()
    assert list(tmp_path.iterdir()) == [strange]
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(CollectionError, match=r"^No copy can be made among the temporary files in .*TMPDIR\.$"):
        CopyFolder("d")


def test_rows_are_read_as_they_were_written():
    rows = [("texts", ["1", "a\x00\u2028\U0001f4a1", 3, None]), ("blocks", [])]
    assert [(table, list(row)) for table, row in read_rows(write_rows(rows))] == rows
    for bad in ("", "é", "AAAA", write_rows([])[:-4], write_rows([(1, [])])[4:]):
        with pytest.raises(ValueError):
            read_rows(bad)


def test_addresses_are_told_from_what_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert MilvusAddress.of("http://host:19530/#lamps") == MilvusAddress("http://host:19530", "lamps")
    assert str(MilvusAddress.of("http://host:19530#a b")) == "http://host:19530#a b"
    assert MilvusAddress.of("vectors.db#x") == MilvusAddress(str(Path.cwd() / "vectors.db"), "x")
    for bad in ("", "here", "host:19530", "#x"):
        with pytest.raises(CollectionError, match="is no place for vectors: give a server's address"):
            MilvusAddress.of(bad)


@pytest.mark.parametrize("place", ["", "#lamps"])
@pytest.mark.parametrize(
    "url", ["http://me:s3cret@host:19530", "https://s3cret@host", "me:s3cret@host:19530", "http://host?token=s3cret",
            "http://me:s3cret#@host:19530", "http://me:s3cret/@host"],
)  # fmt: skip
def test_a_password_in_an_address_is_neither_kept_nor_repeated(url, place, tmp_path, capsys):
    for command in (["index", __file__, "--collection", str(tmp_path / "new")], ["ask", "Who?"], ["list"]):
        assert main([*command, "--vectors", url + place]) == 1
        said = "".join(capsys.readouterr())
        assert "set the environment variable QUOTEWISE_MILVUS_TOKEN to user:password" in said and "s3cret" not in said
    assert not (tmp_path / "new").exists()


def test_a_password_that_an_earlier_release_kept_is_taken_away(collection, storage, encoder):
    for url, plain in (
        ("http://me:s3cret@host:19530/db#a@b", "http://host:19530/db#a@b"),
        ("https://s3cret@host?token=s3cret#lamps", "https://host#lamps"),
        ("/a@b?.db#x", "/a@b?.db#x"),
    ):
        storage.set_meta("vectors_at", url)
        with Collection(collection.folder, encoder):
            assert storage.meta("vectors_at") == plain


@pytest.mark.skipif(not find_spec("pymilvus"), reason="pymilvus is not installed")
def test_who_asks_is_told_to_a_server_and_not_in_errors(monkeypatch):
    import grpc

    asked = []

    class Guard(grpc.ServerInterceptor):
        def intercept_service(self, _, details):
            asked.append(dict(details.invocation_metadata).get("authorization", ""))
            return grpc.unary_unary_rpc_method_handler(refuse)

    def refuse(_, context):
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure")

    server = grpc.server(ThreadPoolExecutor(2), interceptors=[Guard()])
    url = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    for token in ("", "me:s3cret"):
        monkeypatch.setenv("QUOTEWISE_MILVUS_TOKEN", token)
        with pytest.raises(CollectionError, match=rf"^The vectors at {url} are not shown to everybody: set .*TOKEN to"):
            MilvusServer(url)
    assert asked[0] == "" and base64.b64decode(asked[-1]) == b"me:s3cret"
    server.stop(None)


def test_bad_options_are_told_in_one_sentence(capsys, tmp_path, files, collection):
    with pytest.raises(ValueError, match="give no documents and no encoder beside it"):
        ask("Who?", files, vectors="http://127.0.0.1:9")
    assert main(["ask", "Who?", "--documents", str(files), "--vectors", "http://127.0.0.1:9"]) == 1
    assert "leave out --vectors, or --documents" in capsys.readouterr().err
    place = ["--collection", str(collection.folder)]
    assert main(["index", str(files), *place, "--vectors", "here"]) == 1
    assert capsys.readouterr().err.startswith("quotewise: 'here' is no place for vectors")
    if not find_spec("pymilvus"):
        assert main(["ask", "Who?", "--vectors", "http://127.0.0.1:9"]) == 1
        assert capsys.readouterr().err == (
            "quotewise: Vectors in Milvus need pymilvus: install it with pip install 'quotewise[milvus]'.\n"
        )
    log = EvidenceLog(tmp_path / "log.jsonl")
    log.add(ask("Who is the Kremlin spokesman?"), DocumentsAsked(published="here"))
    assert main(["verify", str(log.path)]) == 1
    assert ": 'here' is no place for vectors: give a server's" in capsys.readouterr().out
    assert main(["list", *place]) == 0  # none of them is remembered


@pytest.fixture
def published_at(tmp_path):
    return os.environ.get("MILVUS_URL") or os.environ.get("MILVUS_LITE_URL") or str(tmp_path / "vectors.db")


@with_milvus
def test_a_process_with_the_address_only_answers_as_the_publisher(tmp_path, files, encoder, reader, published_at):
    name = f"lamps of {tmp_path.name} {os.getpid()}"
    address = f"{published_at}#{name}"
    with Collection(tmp_path / "own", encoder, vectors=address) as own:
        own.add([files])
        with open_published(address) as copy:

            def same(question="When was the lamp lit?"):
                one, other = (Answerer(source, reader).ask(question) for source in (own, copy))
                assert one.citations == other.citations and one.text == other.text
                assert one.confidence == pytest.approx(other.confidence, abs=1e-6)
                assert one.searched == other.searched
                nearest = [[hit.passage for hit in c.search_dense("colza oil", 9)] for c in (own, copy)]
                assert nearest[0] == nearest[1] and nearest[0]
                return one.text

            assert same() == "1871" and len(copy.documents()) == 4
            with pytest.raises(CollectionError, match=r"cannot be changed \(it is a copy of what is published at"):
                copy.remove("lamp0.md")
            (files / "lamp0.md").write_text("The lamp was lit in 1999, says the keeper.\n", "utf-8")
            (files / "lamp1.md").unlink()
            own.add([files])
            for _ in range(20):  # a server may tell some seconds later
                with copy.snapshot():
                    if len(copy.documents()) == 3:
                        break
                time.sleep(0.5)
            same()
            assert len(copy.documents()) == 3
            kept = tmp_path / "log.jsonl"
            answer = ask("When was the lamp lit?", vectors=address, log=kept)
            assert answer.citations == Answerer(own, reader).ask("When was the lamp lit?").citations
            [entry] = read_answers(kept)
            assert entry.documents == DocumentsAsked(published=address)
            files.rename(tmp_path / "far")
            assert main(["verify", str(kept)]) == 0
            (tmp_path / "far").rename(files)
            folder = copy.folder
        assert not folder.exists()
    with Collection(tmp_path / "own", encoder) as again:  # it is remembered where its vectors are
        assert not list((tmp_path / "own").glob("vectors/*")) and again.search_dense("colza oil", 9)
    with closing(Storage(tmp_path / "own" / DATABASE)) as stored:
        assert stored.meta("vectors_at") == address
    with pytest.raises(CollectionError, match=f"No collection 'nope' is published at .*: there is .*{name}"):
        open_published(f"{published_at}#nope")
    with Collection(tmp_path / "own", encoder, vectors="files") as again:
        assert again.search_dense("colza oil", 9)
    with pytest.raises(CollectionError, match=r"Nothing is published|is published at .*: there is"):
        open_published(address)
