"""The service beside the page: every call as a program makes it, and what it refuses."""

import concurrent.futures
import io
import json
import re
import socket
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from homes import home_with
from messages import is_one_sentence
from pydantic import TypeAdapter
from serving import Held, served_workspace

from qa.api import ask
from qa.records import Answer
from ui.own_collection import OwnDocuments, open_collection
from ui.web.listing import FileEntry
from ui.web.security import Access
from ui.web.service import bounds, models
from ui.web.service.common import FILES_AT_ONCE
from ui.web.turns import AT_ONCE, BUSY, MOST_WAITING

LEASE = "# Lease of 12 Mill Lane\n\nThe lease ends on 31 May 2027. The landlord is Anna Berg. She was born in Oslo.\n"
BOAT = "# Boat rules\n\nThe boat may be used until 9 pm. The keeper of the lighthouse is Jonas Falk.\n"
QUESTION = "When does the lease end?"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def home(tmp_path_factory, encoder):
    with home_with(tmp_path_factory.mktemp("service"), {"lease.md": LEASE, "boat.md": BOAT}) as folder:
        yield folder


@contextmanager
def service(folder, reader, **access):
    """A client of the service over a collection."""
    with (
        OwnDocuments(folder) as documents,
        served_workspace(documents, reader, Access(**access)) as page,
        httpx.Client(base_url=page.address, timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def client(home, reader):
    with service(home / "collection", reader) as client:
        yield client


def id_of(client, title):
    [found] = [one["id"] for one in client.get("documents").json()["documents"] if title in one["title"]]
    return found


def settled(client):
    """The documents as soon as nothing is under way any more."""
    told, until = client.get("documents").json(), time.monotonic() + 60
    while not is_settled(told) and time.monotonic() < until:
        changed = client.get("documents", params={"since": told["revision"], "wait": 5})
        told = changed.json() if changed.status_code == 200 else told
    assert is_settled(told)
    return told


def is_settled(told):
    files = all(one["state"] in ("done", "failed") for one in told["files"])
    return files and all(one["state"] == "ready" for one in told["documents"])


def without_times(answer):
    return {**answer, "timings_ms": None}


def connected(client):
    parts = urlsplit(str(client.base_url))
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def head_of(client, length):
    """How a question of so many bytes begins."""
    parts = urlsplit(str(client.base_url))
    lines = (
        f"POST {parts.path}ask HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
    )
    return "\r\n".join([*lines, "", ""]).encode()


def refused(response, status):
    """The one sentence of a refusal."""
    assert response.status_code == status, response.text
    assert list(response.json()) == ["error"]
    sentence = response.json()["error"]
    assert is_one_sentence(sentence.replace("openapi.json", "it")), sentence
    return sentence


def test_a_question_gets_the_answer_that_python_gives(client, home):
    given = client.post("ask", json={"question": QUESTION})
    assert given.status_code == 200
    assert Answer.from_dict(given.json()).text == "31 May 2027"
    with open_collection(home / "collection") as documents:
        assert without_times(given.json()) == without_times(ask(QUESTION, documents).to_dict())


def test_a_question_is_asked_of_the_documents_that_it_names(client):
    for within in ([id_of(client, "Boat")], ["*boat.md"]):
        given = client.post("ask", json={"question": QUESTION, "within": within}).json()
        assert (given["status"], given["searched"]["documents"]) == ("no_answer", 1)
    assert "is not in the collection" in refused(
        client.post("ask", json={"question": "Who?", "within": ["0" * 64]}), 409
    )


def test_a_question_may_lean_on_the_answers_before_it(client):
    first = client.post("ask", json={"question": "Who is the landlord?"}).json()
    alone = client.post("ask", json={"question": "Where was she born?"}).json()
    after = client.post("ask", json={"question": "Where was she born?", "conversation": [first]}).json()
    assert after["text"] == "Oslo"
    assert "landlord" in after["asked"] or after["confidence"] >= alone["confidence"]


def test_threshold_and_reader_may_be_chosen_for_a_question(client):
    body = {"question": "Who won the world cup?", "threshold": "always", "reader": "fast"}
    assert client.post("ask", json=body).json()["status"] == "answered"
    assert "quotewise install accurate" in refused(client.post("ask", json={**body, "reader": "accurate"}), 409)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": ""},
        {"question": " \t"},
        {"question": None},
        {"question": "x" * 2001},
        {"question": "Who?\ud800"},
        {"question": "Who?", "more": 1},
        {"question": "Who?", "within": "*.md"},
        {"question": "Who?", "within": [""]},
        {"question": "Who?", "within": ["x"] * 10_001},
        {"question": "Who?", "conversation": [{}]},
        {"question": "Who?", "conversation": [{"question": 1}] * 11},
        {"question": "Who?", "conversation": "Who?"},
        {"question": "Who?", "threshold": 2},
        {"question": "Who?", "threshold": "Infinity"},
        {"question": "Who?", "reader": "../reader"},
        [],
        "Who?",
    ],
    ids=lambda body: json.dumps(body)[:40],
)
def test_a_body_that_cannot_be_asked_is_refused_in_one_sentence(client, body):
    sentence = refused(client.post("ask", content=json.dumps(body), headers=JSON), 400)
    assert len(sentence) < 700


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 200_000, b'{"question": NaN}', b'{"a":' * 3000])
def test_what_is_no_json_is_refused_in_one_sentence(client, content):
    refused(client.post("ask", content=content, headers=JSON), 400)


def test_a_body_that_is_too_large_is_not_read(client):
    refused(client.post("ask", content=b" " * (bounds.MOST_JSON_BYTES + 1)), 413)
    with connected(client) as connection:
        connection.sendall(head_of(client, 99_999_999))
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_a_body_that_never_ends_is_given_up(client, monkeypatch):
    monkeypatch.setattr("ui.web.service.bounds.SILENT_SECONDS", 0.2)
    with connected(client) as connection:
        connection.sendall(head_of(client, 100) + b"{")
        assert connection.recv(100).startswith(b"HTTP/1.1 408")


def test_other_methods_and_unknown_places_are_one_sentence(client):
    refused(client.get("ask"), 405)
    for path in ("source/nothing", "source/nothing/file", "source/nothing/find?words=x", "source/%00%ff"):
        refused(client.get(path), 404)
    for path in ("documents/nothing/refresh", "documents/nothing/restore"):
        refused(client.post(path), 409)
    refused(client.delete("documents/nothing"), 404)
    refused(client.delete("folders", params={"path": "/nowhere"}), 409)


def test_an_address_is_fetched_only_where_it_is_public(client):
    own = str(client.base_url)
    for address, said in (
        (own, "private network"),
        ("http://169.254.169.254/", "private network"),
        ("a.org", "no address"),
    ):
        assert said in refused(client.post("documents/address", json={"address": address}), 400)


def test_documents_are_listed_as_described(client, home):
    listed = client.get("documents").json()
    TypeAdapter(models.DocumentsReply).validate_python(listed)
    assert [(one["title"], one["kind"], one["state"]) for one in listed["documents"]] == [
        ("Boat rules", "Markdown", "ready"),
        ("Lease of 12 Mill Lane", "Markdown", "ready"),
    ]
    assert listed["documents"][1]["source"] == str(home / "lease.md")
    assert (listed["read_only"], listed["is_demonstration"]) == (False, False)


def test_a_document_is_shown_searched_and_fetched(client, home):
    lease = id_of(client, "Lease")
    citation = client.post("ask", json={"question": QUESTION}).json()["citations"][0]
    shown = client.get(f"source/{lease}", params={"start": citation["start"], "end": citation["end"]})
    reply = models.SourceReply.model_validate(shown.json())
    assert reply.part.start <= citation["start"] < citation["end"] <= reply.part.end
    assert "31 May 2027" in reply.part.html
    found = models.FoundReply.model_validate(client.get(f"source/{lease}/find", params={"words": "lease"}).json())
    assert len(found.places) == 2
    file = client.get(f"source/{lease}/file")
    assert file.content == (home / "lease.md").read_bytes()
    assert file.headers["content-disposition"] == "attachment; filename*=utf-8''lease.md"
    last = client.get(f"source/{lease}/part", params={"after": reply.length - 5})
    assert models.TextPart.model_validate(last.json()).after is None
    refused(client.get(f"source/{lease}/pages/1"), 404)
    refused(client.get(f"source/{lease}/pages/1.png", params={"width": 500}), 404)


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("", {"start": -1}),
        ("", {"start": 9, "end": 3}),
        ("", {"start": "x"}),
        ("/part", {}),
        ("/part", {"before": 1, "after": 2}),
        ("/find", {}),
        ("/find", {"words": "x" * 201}),
        ("/pages/0", {}),
        ("/pages/1", {"quote": "1-"}),
        ("/pages/1", {"quote": "9-3"}),
        ("/pages/1", {"quote": "1-2," * 2000}),
        ("/pages/1.png", {"width": 10_000_000}),
    ],
)
def test_a_place_that_makes_no_sense_is_refused_in_one_sentence(client, path, parameters):
    refused(client.get(f"source/{id_of(client, 'Lease')}{path}", params=parameters), 400)


def test_documents_are_added_changed_removed_and_restored(home, reader, tmp_path):
    with open_collection(tmp_path / "own", create=True):
        pass
    with service(tmp_path / "own", reader) as client:
        files = [
            ("files", ("letters/boat.md", io.BytesIO(BOAT.encode()))),
            ("files", ("../../evil.exe", io.BytesIO(b"MZ"))),
        ]
        added = client.post("documents", files=files)
        assert added.status_code == 202
        entries = TypeAdapter(list[FileEntry]).validate_python(added.json())
        assert [(one.name, one.state) for one in entries] == [("letters/boat.md", "waiting"), ("evil.exe", "waiting")]
        told = settled(client)
        assert [(one["state"], one["outcome"]) for one in told["files"]] == [("done", "added"), ("failed", "")]
        assert "evil.exe is of a kind that cannot be read" in told["files"][1]["reason"]
        boat = id_of(client, "Boat")
        assert client.post("ask", json={"question": "Who is the keeper?"}).json()["text"] == "Jonas Falk"
        revision = settled(client)["revision"]
        assert client.get("documents", params={"since": revision}).status_code == 204
        assert client.post(f"documents/{boat}/refresh").json()["document_id"] == boat
        assert settled(client)["files"][0]["outcome"] == "unchanged"
        assert [one["id"] for one in client.delete(f"documents/{boat}").json()] == [boat]
        assert client.get("documents", params={"since": revision, "wait": 5}).json()["revision"] > revision
        refused(client.get(f"source/{boat}"), 404)
        assert [one["id"] for one in client.get("documents").json()["removed"]] == [boat]
        assert client.post(f"documents/{boat}/restore").status_code == 204
        assert id_of(client, "Boat") == boat
        refused(client.post(f"documents/{boat}/restore"), 409)
        (tmp_path / "more").mkdir()
        (tmp_path / "more" / "lease.md").write_text(LEASE, "utf-8")
        folder = client.post("folders", json={"path": str(tmp_path / "more"), "watch": False})
        assert folder.status_code == 202
        until = time.monotonic() + 30
        while client.get("documents").json()["folders"][0]["documents"] != 1 and time.monotonic() < until:
            time.sleep(0.05)
        assert client.post("ask", json={"question": QUESTION}).json()["text"] == "31 May 2027"
        assert client.delete("folders", params={"path": str(tmp_path / "more")}).status_code == 204
        refused(client.post("folders", json={"path": str(tmp_path / "nowhere")}), 400)


def test_pages_are_shown_with_the_quoted_words_boxed(home, reader, fixtures, tmp_path):
    with open_collection(tmp_path / "own", create=True) as made:
        made.add([fixtures / "lighthouse.pdf"])
    with service(tmp_path / "own", reader) as client:
        [one] = client.get("documents").json()["documents"]
        shown = models.SourceReply.model_validate(client.get(f"source/{one['id']}").json())
        assert (shown.view, shown.pages) == ("pages", one["pages"])
        found = client.get(f"source/{one['id']}/find", params={"words": "lighthouse"}).json()
        start, end, page = models.FoundReply.model_validate(found).places[0]
        spots = {"quote": f"{start}-{end}", "sentence": f"{start}-{end}"}
        marks = client.get(f"source/{one['id']}/pages/{page}", params=spots)
        reply = models.PageReply.model_validate(marks.json())
        [(left, top, right, bottom)] = reply.quote
        assert 0 <= left < right <= reply.width and 0 <= top < bottom <= reply.height
        image = client.get(f"source/{one['id']}/pages/{page}.png", params={"width": 300})
        assert (image.headers["content-type"], image.content[:4]) == ("image/png", b"\x89PNG")
        refused(client.get(f"source/{one['id']}/pages/{one['pages'] + 1}"), 404)
        refused(client.get(f"source/{one['id']}/pages/{one['pages'] + 1}.png"), 404)


def test_a_file_that_nobody_takes_leaves_its_place_to_others(home, reader, tmp_path, monkeypatch):
    monkeypatch.setattr("ui.web.service.bounds.SILENT_SECONDS", 3.0)
    (tmp_path / "large.txt").write_text("The boat may be used until 9 pm.\n" + " " * 30_000_000, "utf-8")
    with open_collection(tmp_path / "own", create=True) as made:
        made.add([tmp_path / "large.txt"])
    with service(tmp_path / "own", reader) as client:
        address = f"source/{id_of(client, 'large')}/file"
        parts = urlsplit(str(client.base_url))
        slow = [connected(client) for _ in range(FILES_AT_ONCE)]
        for connection in slow:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.sendall(f"GET {parts.path}{address} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
            assert connection.recv(20).startswith(b"HTTP/1.1 200")
        refused(client.get(address), 503)
        until = time.monotonic() + 30
        while (whole := client.get(address)).status_code == 503 and time.monotonic() < until:
            time.sleep(0.1)
        assert len(whole.content) == (tmp_path / "large.txt").stat().st_size
        for connection in slow:
            connection.close()


def test_a_disk_that_takes_no_upload_is_told(client, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "file" / "folder"))
    told = refused(client.post("documents", files={"files": ("a.md", b"The key lies under the mat.")}), 500)
    assert "see to the server's disk" in told


def test_uploads_are_bounded(client, monkeypatch):
    refused(client.post("documents"), 400)
    refused(client.post("documents", files={"other": ("a.md", b"x")}), 400)
    refused(client.post("documents", files=[("files", ("a.md", b"x"))] * 1_001), 400)
    monkeypatch.setattr("ui.web.service.bounds.MOST_UPLOAD_BYTES", 100_000)
    refused(client.post("documents", files={"files": ("a.md", b"x" * 200_000)}), 413)


def test_where_nothing_can_be_changed_nothing_is(home, reader):
    with service(home / "collection", reader, read_only=True) as client:
        lease = id_of(client, "Lease")
        for answer in (
            client.post("documents", files={"files": ("a.md", b"The key lies under the mat.")}),
            client.post(f"documents/{lease}/refresh"),
            client.post(f"documents/{lease}/restore"),
            client.delete(f"documents/{lease}"),
            client.post("folders", json={"path": str(home)}),
            client.post("documents/address", json={"address": "http://127.0.0.1/"}),
            client.delete("folders", params={"path": str(home)}),
            client.post("gradio_api/upload", files={"files": ("a.md", b"x")}),
        ):
            assert "--read-only" in refused(answer, 403)
        assert client.get("documents").json()["read_only"] is True
        assert client.post("ask", json={"question": QUESTION}).json()["text"] == "31 May 2027"
        assert len(client.get("documents").json()["documents"]) == 2


def test_who_is_let_in_to_ask_is_not_let_in_to_all_files(home, reader):
    with service(home / "collection", reader, names=("quotes.example",)) as client:
        assert client.get("documents").json()["can_add_folders"] is False
        sentence = refused(client.post("folders", json={"path": str(home)}), 403)
        assert "quotewise index" in sentence


def ask_at_once(client, number):
    pool = concurrent.futures.ThreadPoolExecutor(number)
    return [pool.submit(client.post, "ask", json={"question": QUESTION}) for _ in range(number)]


def wait_for(condition):
    until = time.monotonic() + 30
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    assert condition()


def test_more_questions_than_can_wait_are_told_when_to_come_again(home, reader):
    held = Held(reader)
    with service(home / "collection", held) as client:
        asked = ask_at_once(client, AT_ONCE + MOST_WAITING + 3)
        wait_for(lambda: sum(one.done() for one in asked) == 3)
        held.go.set()
        answers = [one.result() for one in asked]
        busy = [one for one in answers if one.status_code == 503]
        assert [(refused(one, 503), one.headers["retry-after"]) for one in busy] == [(BUSY, "1")] * 3
        assert {one.json()["text"] for one in answers if one not in busy} == {"31 May 2027"}
        assert client.post("ask", json={"question": QUESTION}).status_code == 200


def test_whoever_goes_away_leaves_the_place_to_others(home, reader):
    held = Held(reader)
    with service(home / "collection", held) as client:
        body = json.dumps({"question": QUESTION}).encode()
        gone = [connected(client) for _ in range(AT_ONCE + MOST_WAITING)]
        for number, connection in enumerate(gone):
            connection.sendall(head_of(client, len(body)) + body)
            wait_for(lambda number=number: len(held.begun) >= min(number + 1, AT_ONCE))
        for connection in gone:
            connection.close()
        time.sleep(0.5)
        asked = ask_at_once(client, MOST_WAITING)
        time.sleep(0.5)
        held.go.set()
        assert [one.result().status_code for one in asked] == [200] * MOST_WAITING
        assert len(held.begun) <= 3 * (AT_ONCE + MOST_WAITING)


def test_the_page_and_programs_wait_in_the_same_places(home, reader):
    held = Held(reader)
    with service(home / "collection", held) as client:
        config = client.get("config").json()
        [index] = [one["id"] for one in config["dependencies"] if one["api_name"] == "ask"]
        pool = concurrent.futures.ThreadPoolExecutor(1)
        for number in range(AT_ONCE + 8):
            data = {"data": [QUESTION], "fn_index": index, "session_hash": f"s{number}"}
            assert client.post("gradio_api/queue/join", json=data).status_code == 200
        asked = ask_at_once(client, MOST_WAITING)
        wait_for(lambda: any(one.done() for one in asked))
        assert refused(asked[[one.done() for one in asked].index(True)].result(), 503) == BUSY
        held.go.set()
        assert 200 in {one.result().status_code for one in asked}
        pool.shutdown()


def test_answers_are_not_mixed_between_many_who_ask_at_once(client):
    questions = {QUESTION: "31 May 2027", "Who is the keeper of the lighthouse?": "Jonas Falk"}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        asked = [
            (text, pool.submit(client.post, "ask", json={"question": one}))
            for one, text in questions.items()
            for _ in range(8)
        ]
        assert [one.result().json()["text"] for _, one in asked] == [text for text, _ in asked]


def test_the_description_is_a_page_that_loads_nothing(client):
    page = client.get("docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "POST /documents/{document_id}/restore" in page.text
    links = re.findall(r"(?:src|href)=.([^'\" >]*)", page.text)
    ids = re.findall(r'id="(\w+)"', page.text)
    assert {one for one in links if one[0] != "#"} == {"data:,", "openapi.json"}
    assert {one[1:] for one in links if one[0] == "#"} <= set(ids)
    assert "<script" not in page.text and "@import" not in page.text


def test_what_is_described_is_all_there_is(client):
    described = client.get("openapi.json").json()
    assert described["openapi"].startswith("3.1")
    calls = {(method.upper(), path) for path, operations in described["paths"].items() for method in operations}
    assert calls == {
        ("POST", "/ask"),
        ("GET", "/documents"),
        ("POST", "/documents"),
        ("POST", "/documents/{document_id}/refresh"),
        ("DELETE", "/documents/{document_id}"),
        ("POST", "/documents/{document_id}/restore"),
        ("POST", "/folders"),
        ("POST", "/documents/address"),
        ("DELETE", "/folders"),
        ("GET", "/source/{document_id}"),
        ("GET", "/source/{document_id}/part"),
        ("GET", "/source/{document_id}/pages/{page}"),
        ("GET", "/source/{document_id}/pages/{page}.png"),
        ("GET", "/source/{document_id}/find"),
        ("GET", "/source/{document_id}/file"),
    }
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["description"].endswith(".")
            assert "422" not in operation["responses"]
    answer = described["components"]["schemas"]["Answer"]
    assert set(answer["properties"]) == set(client.post("ask", json={"question": QUESTION}).json())
