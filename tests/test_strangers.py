"""What the page's server refuses: other sites and ports, whoever has no key, and questions that nobody listens to."""

import http.client
import json
import re
import signal
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from gradio.utils import get_upload_folder
from homes import fresh_home
from processes import start_python
from serving import Held, served_workspace

from ui.own_collection import OwnDocuments
from ui.web.server import private_uploads
from ui.web.waiting import BUSY, MOST_OF_ONE, MOST_UNHEARD

QUESTION = "Who is the Kremlin spokesman?"
ROUTES = (
    ("GET", ""),
    ("GET", "config"),
    ("GET", "theme.css"),
    ("GET", "gradio_api/info"),
    ("GET", "gradio_api/heartbeat/abc"),
    ("GET", "gradio_api/file=style.css"),
    ("GET", "gradio_api/queue/data?session_hash=abc"),
    ("GET", "gradio_api/call/ask/abc"),
    ("POST", "gradio_api/call/ask"),
    ("POST", "gradio_api/queue/join"),
    ("POST", "gradio_api/run/ask"),
    ("POST", "gradio_api/api/ask"),
    ("POST", "gradio_api/cancel"),
    ("POST", "gradio_api/upload"),
    ("OPTIONS", "gradio_api/upload"),
    ("GET", "openapi.json"),
    ("GET", "docs"),
    ("POST", "ask"),
    ("GET", "documents"),
    ("POST", "documents"),
    ("POST", "documents/abc/refresh"),
    ("DELETE", "documents/abc"),
    ("POST", "folders"),
    ("DELETE", "folders?path=/"),
    ("GET", "source/abc"),
    ("GET", "source/abc/pages/1"),
    ("GET", "source/abc/pages/1.png"),
    ("GET", "source/abc/find?words=mat"),
    ("GET", "source/abc/file"),
    ("POST", "mcp"),
)
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, encoder):
    """A home, in which the article that comes with Quotewise is indexed once, and a place for uploads."""
    folder = tmp_path_factory.mktemp("strangers")
    with pytest.MonkeyPatch.context() as patch:
        fresh_home(folder, patch)
        patch.setenv("GRADIO_TEMP_DIR", str(folder / "temporary"))
        yield folder


@contextmanager
def demonstration(reader=None):
    with OwnDocuments() as documents, served_workspace(documents, reader) as page:
        yield page


@pytest.fixture(scope="module")
def page(folder):
    with demonstration() as page:
        yield page


@pytest.fixture
def client():
    with httpx.Client(timeout=30) as client:
        yield client


def sent(client, method, url, **headers):
    content = {"files": {"files": ("notes.txt", b"The key lies under the mat.")}} if url.endswith("upload") else {}
    if method == "POST" and not content:
        content = {"json": {"data": [QUESTION], "session_hash": "abc"}}
    with client.stream(method, url, headers=headers, **content) as response:  # a heartbeat never ends
        return response.status_code


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:9999", "http://127.0.0.1:9999", "http://127.0.0.1", "file://"],
)
def test_no_other_site_or_port_may_use_any_route(client, page, folder, origin):
    for method, route in ROUTES:
        assert sent(client, method, page.address + route, Origin=origin) == 403, (method, route)
    assert not list((folder / "temporary").rglob("notes.txt"))


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_browser_that_names_another_site_but_no_origin_is_refused(client, page, site):
    for method, route in ROUTES:
        assert sent(client, method, page.address + route, **{"Sec-Fetch-Site": site}) == 403, (method, route)


def test_a_link_leads_to_the_page_but_to_nothing_else_and_into_no_frame(client, page):
    assert sent(client, "GET", page.address, **LINK) == 200
    assert sent(client, "GET", page.address + "config", **LINK) == 403
    assert sent(client, "GET", page.address, **{**LINK, "Sec-Fetch-Dest": "iframe"}) == 403
    assert sent(client, "POST", page.address, **LINK) == 403


def test_the_page_itself_and_programs_may_use_it(client, page):
    host = urlsplit(page.address).netloc
    own = {"Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    for headers in (own, {}):
        assert sent(client, "POST", page.address + "gradio_api/upload", **headers) == 200
        assert sent(client, "GET", page.address + "config", **headers) == 200


def test_without_the_key_nothing_is_served(client, page):
    parts = urlsplit(page.address)
    base, key = f"{parts.scheme}://{parts.netloc}/", parts.path.strip("/")
    for wrong in ("", "0" * len(key) + "/", key[:-1] + "/", key + "0/", key.upper() + "x/", "%FF/", "docs/"):
        for method, route in ROUTES:
            assert sent(client, method, base + wrong + route) == 401, (method, wrong, route)
    assert "whole address that 'quotewise chat' has printed" in client.get(base).text
    assert client.get(base + key, follow_redirects=True).status_code == 200


@pytest.mark.usefixtures("folder")
def test_the_ticket_leads_to_the_page_once(client):
    with demonstration() as page:
        led = client.get(page.once)
        assert (led.status_code, led.headers["location"]) == (303, urlsplit(page.address).path)
        assert client.get(page.once).status_code == 401


@pytest.mark.usefixtures("folder")
def test_a_ticket_ends(client, monkeypatch):
    monkeypatch.setattr("ui.web.security.TICKET_SECONDS", 0.0)
    with demonstration() as page:
        assert client.get(page.once).status_code == 401


def test_foreign_host_names_are_refused(page):
    parts = urlsplit(page.address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    connection.request("GET", parts.path, headers={"Host": "evil.example"})
    refused = connection.getresponse()
    refused.read()
    assert refused.status == 400
    connection.request("GET", parts.path)
    response = connection.getresponse()
    assert response.status == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self';" in policy


def test_what_is_uploaded_lies_where_no_other_user_reads_it():
    with private_uploads():
        kept = Path(get_upload_folder())
        assert kept.stat().st_mode & 0o077 == 0
    assert not kept.exists()
    assert Path(get_upload_folder()) != kept


CHAT = "from ui.cli import main; raise SystemExit(main(['chat', '--no-browser']))"


@pytest.mark.usefixtures("folder")
def test_the_printed_address_opens_the_page_and_an_interrupt_ends_it(client):
    process = start_python(CHAT)
    try:
        [address] = re.findall(r"http://127\.0\.0\.1:\d+/[0-9a-f]{32}/", process.stdout.readline())
        assert client.get(address).status_code == 200
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


def join(client, page, *sessions):
    """Have each session ask, and listen to none."""
    config = client.get(page.address + "config").json()
    [index] = [one["id"] for one in config["dependencies"] if one["api_name"] == "ask"]
    asked = {"data": [QUESTION], "fn_index": index}
    return [
        client.post(page.address + "gradio_api/queue/join", json={**asked, "session_hash": session})
        for session in sessions
    ]


def heard(client, page, session):
    """What a session is told at the end."""
    with client.stream("GET", page.address + "gradio_api/queue/data", params={"session_hash": session}) as lines:
        for line in lines.iter_lines():
            told = json.loads(line.removeprefix("data: ")) if line else {}
            if told.get("msg") == "process_completed":
                return told["output"]
    raise AssertionError("nothing was told")


@pytest.mark.usefixtures("folder")
def test_questions_that_nobody_listens_to_leave_room_for_others(client, reader, monkeypatch):
    monkeypatch.setattr("ui.web.waiting.UNHEARD_LOOKS", 600)
    held = Held(reader)
    with demonstration(held) as page:
        asked = join(client, page, *(f"silent{number}" for number in range(34)), "honest")
        assert [one.status_code for one in asked] == [200] * 35
        threading.Timer(0.5, held.go.set).start()
        assert heard(client, page, "honest")["data"][0]["text"] == "Dmitry Peskov"
        assert heard(client, page, "silent0") == {"error": BUSY}  # told to who listens at last
        assert heard(client, page, "silent33")["data"][0]["text"] == "Dmitry Peskov"


@pytest.mark.usefixtures("folder")
def test_a_session_has_only_so_many_questions_waiting(client, reader):
    held = Held(reader)
    with demonstration(held) as page:
        asked = join(client, page, *["eager"] * (MOST_OF_ONE + 1))
        held.go.set()
        assert [one.status_code for one in asked] == [200] * MOST_OF_ONE + [503]
        assert asked[-1].json()["detail"] == BUSY


@pytest.mark.usefixtures("folder")
def test_a_question_that_nobody_listens_to_is_dropped_and_forgotten(client, reader, monkeypatch):
    monkeypatch.setattr("ui.web.waiting.UNHEARD_LOOKS", 0)
    held = Held(reader)
    with demonstration(held) as page:
        join(client, page, *(f"silent{number}" for number in range(MOST_UNHEARD)))
        until = time.monotonic() + 30
        while (left := queued(client, page)) and time.monotonic() < until:
            time.sleep(0.1)
        assert left == 0
        held.go.set()
        time.sleep(1.5)  # the two that were read are looked at as well
        assert heard(client, page, "silent5") == {"error": BUSY}
        monkeypatch.setattr("ui.web.waiting.FORGOTTEN_SECONDS", 0.0)
        assert any(is_forgotten(client, page, f"silent{number}") for number in range(6, MOST_UNHEARD))


def queued(client, page):
    return client.get(page.address + "gradio_api/queue/status").json()["queue_size"]


def is_forgotten(client, page, session):
    time.sleep(1)
    try:
        return not heard(client, page, session)
    except (AssertionError, httpx.HTTPError):
        return True
