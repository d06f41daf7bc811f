"""Who may come to the page's server, how they log in, and what is answered before the page is ready."""

import socket
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from messages import is_one_sentence
from processes import run_python, start_python
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ui.web.chat import where
from ui.web.door import WAIT_SECONDS
from ui.web.logins import MOST_FAILED, LoginError, Logins, PasswordHash, ThrottledError, login_line, read_logins
from ui.web.security import Access
from ui.web.server import PageError, listen, opened

PASSWORD = "correct horse battery"
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}


@pytest.fixture(scope="module")
def line():
    return login_line("anna", PASSWORD)


@pytest.fixture
def logins(tmp_path, line):
    (tmp_path / "logins").write_text(f"# who may come\n\n{line}\n", "utf-8")
    (tmp_path / "logins").chmod(0o600)
    return read_logins(tmp_path / "logins")


def app_behind(door):
    async def hello(request):
        return PlainTextResponse(f"hello at {request.url.path}")

    door.lead_to(Starlette(routes=[Route("/{path:path}", hello)]))


@contextmanager
def server(**access):
    with opened(Access(**access)) as opened_server, httpx.Client(timeout=30) as client:
        app_behind(opened_server.door)
        yield opened_server, client


def test_a_login_is_known_by_its_hash(logins, line):
    assert PASSWORD not in line
    assert line != login_line("anna", PASSWORD)  # each has a salt of its own
    assert logins.check("anna", PASSWORD, "10.0.0.1")
    assert not logins.check("anna", PASSWORD + "x", "10.0.0.1")
    assert not logins.check("bert", PASSWORD, "10.0.0.1")
    hashed = line.removeprefix("anna:")
    assert str(PasswordHash.read(hashed)) == hashed


def test_who_is_wrong_too_often_has_to_wait(logins, monkeypatch):
    for _ in range(MOST_FAILED):
        assert not logins.check("anna", "wrong", "10.0.0.1")
    with pytest.raises(ThrottledError) as caught:
        logins.check("anna", PASSWORD, "10.0.0.1")
    assert is_one_sentence(str(caught.value))
    assert logins.check("anna", PASSWORD, "10.0.0.2")
    monkeypatch.setattr("ui.web.logins.WAIT_SECONDS", 0.0)
    assert logins.check("anna", PASSWORD, "10.0.0.1")


def test_one_name_is_not_tried_from_everywhere(monkeypatch):
    monkeypatch.setattr("ui.web.logins.PasswordHash.fits", lambda *_: False)
    logins = Logins({})
    for number in range(20):
        assert not logins.check("anna", "wrong", f"10.0.0.{number}")
    with pytest.raises(ThrottledError):
        logins.check("anna", PASSWORD, "10.0.1.1")
    assert not logins.check("bert", "wrong", "10.0.1.1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna:secret",
        ":scrypt$2$8$1$00$00",
        "anna:scrypt$32768$8$1$00$00",
        "anna:scrypt$1099511627776$8$1$00112233445566778899$" + "0" * 64,
        "anna:scrypt$16384$8$1$00112233445566778899$" + "0" * 62 + "zz",
        "\0",
    ],
)
def test_a_file_of_other_lines_is_refused_in_one_sentence(tmp_path, text):
    (tmp_path / "logins").write_text(f"{text}\n", "utf-8")
    refused(tmp_path / "logins")


def test_a_file_with_a_name_twice_or_that_others_can_change_is_refused(tmp_path, line):
    (tmp_path / "logins").write_text(f"{line}\n{line}\n", "utf-8")
    assert "Line 2" in refused(tmp_path / "logins")
    (tmp_path / "logins").write_text(f"{line}\n", "utf-8")
    (tmp_path / "logins").chmod(0o622)
    assert "chmod" in refused(tmp_path / "logins")
    refused(tmp_path / "nothing")
    refused(tmp_path)


def refused(path):
    with pytest.raises(LoginError) as caught:
        read_logins(path)
    assert is_one_sentence(str(caught.value).replace(str(path), "it"))
    return str(caught.value)


def test_a_name_and_its_password_lead_to_the_page(logins):
    with server(logins=logins) as (page, client):
        address = urlsplit(page.page.address)
        base = f"http://{address.netloc}/"
        form = client.get(base)
        assert (form.status_code, "<form" in form.text, address.path in form.text) == (200, True, False)
        assert client.get(base + "ask").status_code == 401
        right = {"name": "anna", "password": PASSWORD}
        led = client.post(base + "login", data=right)
        assert (led.status_code, led.headers["location"]) == (303, address.path)
        assert client.get(page.page.address).text == f"hello at {address.path}"
        foreign = client.post(base + "login", data=right, headers={"Origin": "http://evil.example"})
        assert foreign.status_code == 403
        assert client.post(base + "login", data=right, headers={"Host": "evil.example"}).status_code == 400
        for data in ({}, {"name": "anna"}, {"name": "a" * 9000, "password": "b"}):
            assert client.post(base + "login", data=data).status_code == 400
        told = client.post(base + "login", data={**right, "password": "x"}, headers={"Accept": "application/json"})
        assert (told.status_code, is_one_sentence(told.json()["error"])) == (401, True)
        for _ in range(MOST_FAILED - 1):
            assert client.post(base + "login", data={**right, "password": "<b>"}).status_code == 401
        waiting = client.post(base + "login", data=right)
        assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "60")
        assert client.get(page.page.address).status_code == 200  # who has the key is not concerned


def test_without_logins_there_is_no_form():
    with server() as (page, client):
        base = f"http://{urlsplit(page.page.address).netloc}/"
        assert client.get(base).status_code == 401
        assert client.post(base + "login", data={"name": "anna", "password": PASSWORD}).status_code == 401


def test_the_server_is_known_by_the_names_it_was_given():
    with server(names=("Quotes.example",)) as (page, client):
        address = page.page.address
        for host in ("quotes.example", "QUOTES.example:8000", "localhost", "127.0.0.1:1"):
            assert client.get(address, headers={"Host": host}).status_code == 200, host
        for host in ("evil.example", "127.0.0.2", "quotes.example.evil.example", "[::1]", "", "localhost.evil"):
            assert client.get(address, headers={"Host": host}).status_code == 400, host


def test_others_may_come_over_a_network_a_proxy_or_by_a_login():
    assert not Access().is_shared and not Access(host="localhost").is_shared
    shared = {"host": "0.0.0.0"}, {"host": "example.org"}, {"names": ("example.org",)}, {"logins": Logins({})}
    assert all(Access(**access).is_shared for access in shared)


def test_where_all_networks_are_listened_to_the_address_that_was_come_to_is_known():
    with server(host="0.0.0.0") as (page, client):
        port = urlsplit(page.page.address).port
        path = urlsplit(page.page.address).path
        assert client.get(page.page.address).status_code == 200
        assert client.get(f"http://127.0.0.2:{port}{path}").status_code == 200
        assert client.get(f"http://127.0.0.2:{port}{path}", headers={"Host": "127.0.0.3"}).status_code == 400
        assert client.get(page.page.address, headers={"Host": socket.gethostname()}).status_code == 200
        assert client.get(f"http://127.0.0.2:{port}/").status_code == 401


def test_what_is_said_of_who_can_come():
    address = "http://127.0.0.1:7860/KEY/"
    assert len(where(address, Access())) == 1
    assert len(where(address, Access(host="127.0.0.5"))) == 1
    [_, elsewhere, who, how] = where(address, Access(host="0.0.0.0"))
    assert elsewhere.endswith(f"http://{socket.gethostname()}:7860/KEY/")
    assert who == (
        "Everybody on the network who can reach port 7860 of 0.0.0.0 and has this address may ask, add and remove "
        "documents."
    )
    assert "not encrypted" in how
    [_, who, _] = where(address, Access(host="example.org", read_only=True, logins=Logins({})))
    assert who.endswith("has this address or a login may ask.")


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.7", "", "a" * 300])
def test_a_host_that_is_none_of_this_machine_is_refused_in_one_sentence(host):
    with pytest.raises(PageError) as caught:
        listen(Access(host=host))
    assert is_one_sentence(str(caught.value).replace("203.0.113.7", "it").replace("nowhere.invalid", "it"))


CLI = "import sys; from ui.cli import main; raise SystemExit(main(sys.argv[1:]))"


def test_the_command_prints_a_login_and_refuses_a_file_of_none(tmp_path):
    made = run_python(f"import io, sys\nsys.stdin = io.StringIO('{PASSWORD}\\n')\n{CLI}", "password", "anna")
    (tmp_path / "logins").write_text(made, "utf-8")
    assert read_logins(tmp_path / "logins").check("anna", PASSWORD, "here")
    (tmp_path / "logins").write_text("anna:secret", "utf-8")
    for arguments in (["--auth-file", tmp_path / "logins"], ["--host", "nowhere.invalid"]):
        process = start_python(CLI, "chat", "--no-browser", *arguments)
        output, errors = process.communicate(timeout=60)
        assert (process.returncode, output, len(errors.splitlines())) == (1, "", 1)
    process = start_python(f"import io, sys\nsys.stdin = io.StringIO('short\\n')\n{CLI}", "password", "anna")
    assert "8 to 1,000 characters" in process.communicate(timeout=60)[1]


def test_requests_wait_until_the_page_is_ready_and_a_browser_is_told():
    with opened(Access()) as page, httpx.Client(timeout=30) as client:
        shell = client.get(page.page.address, headers=NAVIGATION)
        assert shell.status_code == 200
        assert "Getting ready" in shell.text and 'http-equiv="refresh"' in shell.text
        assert client.get(page.page.address + "x", headers={"Origin": "http://evil.example"}).status_code == 403
        waiting = []
        thread = threading.Thread(target=lambda: waiting.append(client.get(page.page.address + "config")))
        thread.start()
        time.sleep(0.3)
        assert waiting == []
        app_behind(page.door)
        thread.join(30)
        assert waiting[0].text.startswith("hello at")
        assert client.get(page.page.address, headers=NAVIGATION).text.startswith("hello at")


def test_where_the_page_is_not_ready_for_long_programs_are_told(monkeypatch):
    assert WAIT_SECONDS > 60
    monkeypatch.setattr("ui.web.door.WAIT_SECONDS", 0.1)
    with opened(Access()) as page, httpx.Client(timeout=30) as client:
        told = client.get(page.page.address + "documents")
        assert (told.status_code, told.headers["retry-after"]) == (503, "1")
        assert is_one_sentence(told.json()["error"])


def test_what_goes_wrong_when_the_page_starts_is_raised():
    @asynccontextmanager
    async def broken(app):
        raise ValueError("broken")
        yield

    with opened(Access()) as page, pytest.raises(ValueError, match="broken"):
        page.door.lead_to(Starlette(lifespan=broken))


def test_a_connection_that_does_not_say_what_it_wants_is_closed(monkeypatch):
    monkeypatch.setattr("ui.web.connections.HEAD_SECONDS", 0.2)
    with server() as (page, client):
        address = urlsplit(page.page.address)
        whole = f"GET {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n"
        for said in (b"", b"GET /", whole.encode()):
            with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
                connection.sendall(said)
                if said.endswith(b"\r\n"):  # it is answered, and another one begins
                    assert connection.recv(10_000).startswith(b"HTTP/1.1 200")
                    connection.sendall(b"GET /x")
                while connection.recv(10_000):  # till its end
                    pass
        assert client.get(page.page.address).status_code == 200


def test_too_many_connections_are_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr("ui.web.connections.MOST_CONNECTIONS", 3)
    with server() as (page, client):
        address = urlsplit(page.page.address)
        held = [socket.create_connection((address.hostname, address.port)) for _ in range(3)]
        until = time.monotonic() + 20
        while (told := client.get(page.page.address)).status_code == 200 and time.monotonic() < until:
            time.sleep(0.05)
        assert (told.status_code, told.headers["retry-after"]) == (503, "5")
        assert is_one_sentence(told.json()["error"])
        for connection in held:
            connection.close()
        while (told := client.get(page.page.address)).status_code == 503 and time.monotonic() < until:
            time.sleep(0.05)
        assert told.status_code == 200


def test_the_server_listens_before_gradio_is_imported():
    assert run_python("import sys, ui.web.chat; print('gradio' in sys.modules)") == "False"


def test_gradio_writes_no_stubs_and_imports_neither_tables_nor_the_protocol():
    code = """
import sys, types, ui.web.page, gradio.component_meta as meta, gradio.caching
print(meta.create_or_modify_pyi(1, 2, 3), "mcp" in sys.modules, "pandas.core" in sys.modules)
import mcp
print(gradio.caching.pd.DataFrame({"a": [1]}).shape, "pandas.core" in sys.modules)
"""
    assert run_python(code).splitlines() == ["None False False", "(1, 1) True"]
