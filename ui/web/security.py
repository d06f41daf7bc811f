"""Who may use the page's server: whoever holds its key. No other site or port may, nor may the page load from one."""

from __future__ import annotations

import ipaddress
import secrets
import socket
import time
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from ui.web.login_page import LoginPage
from ui.web.logins import Logins

# Gradio's own page needs inline scripts and styles; nothing needs another host, so nothing may name one.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
LOCAL = "127.0.0.1"
ICON = "/favicon.ico"  # a browser asks for one before it has read that the page has its own
TICKET_SECONDS = 60.0  # a browser takes up to some ten seconds to start
NO_KEY = "Open the page with the whole address that 'quotewise chat' has printed: its key is new at each start.\n"
FOREIGN = "A request that another site or port has sent is refused: only the page itself may ask and add documents.\n"
READ_ONLY = "Nothing can be added, changed or judged here: this server was started with --read-only."
UNKNOWN_HOST = "This server is not known by that name: start it with '--allow-host NAME' where it should be.\n"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come: where the server listens, by what names it is known, who may log in instead of naming the key, and
    whether anything can be changed."""

    host: str = LOCAL
    port: int | None = None
    names: tuple[str, ...] = ()
    logins: Logins | None = None
    read_only: bool = False

    @property
    def is_local(self) -> bool:
        """Whether only this machine is listened to."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_shared(self) -> bool:
        """Whether others may come than who uses this machine: over a network, through a proxy or by a login."""
        return not self.is_local or bool(self.names) or self.logins is not None

    @property
    def known_names(self) -> frozenset[str]:
        """The names, in lower case, by which requests may call the server."""
        names = {LOCAL, "localhost", self.host.lower(), *map(str.lower, self.names)}
        return frozenset(names if self.is_local else {*names, socket.gethostname().lower(), socket.getfqdn().lower()})


class PageKey:
    """What opens the page: a token that begins every path, new at each start, and a ticket to it.

    A cookie would be sent to every server on this machine, whatever its port; the path goes to this one only. A browser
    is started with the ticket, since other users of the machine see what a program is started with: it leads to the
    token once, within TICKET_SECONDS.
    """

    def __init__(self) -> None:
        self.token, self.ticket = secrets.token_hex(16), secrets.token_hex(16)
        self._ends: float | None = time.monotonic() + TICKET_SECONDS

    def opens(self, path: str) -> bool:
        """Whether a path begins with the token."""
        return _same(path.split("/")[1:2], self.token)

    def is_page(self, path: str) -> bool:
        """Whether a path is that of the page itself, and not of anything that belongs to it."""
        return path.removesuffix("/").count("/") <= 1

    def take_ticket(self, path: str) -> bool:
        """Whether a path is the ticket and leads on; it does so just once."""
        if not _same(path.strip("/").split("/", 1)[:1], self.ticket):
            return False
        ends, self._ends = self._ends, None
        return ends is not None and time.monotonic() < ends


def _same(given: list[str], secret: str) -> bool:
    """Whether the one part of a path that was given is the secret, in the same time wherever it differs."""
    return secrets.compare_digest("".join(given).encode(errors="replace"), secret.encode())


class Gate:
    """ASGI middleware that lets in requests with the page's key, unless another site or port has sent them.

    Where there are logins, a name and its password lead to the key.
    """

    def __init__(self, app: ASGIApp, key: PageKey, access: Access) -> None:
        self._app, self._key, self._access = app, key, access
        self._login = LoginPage(access.logins, f"/{key.token}/") if access.logins else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or refuse it, in one sentence."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":  # the page opens no web socket
            return await WebSocketClose()(scope, receive, send)
        return await (self._refusal(scope) or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        path, headers = scope["path"], Headers(scope=scope)
        if not is_known(headers.get("host", ""), scope, self._access.known_names):
            return PlainTextResponse(UNKNOWN_HOST, 400)
        if is_foreign(headers) and not (is_visit(scope["method"], headers) and self._key.is_page(path)):
            return refusal(FOREIGN, 403, headers)
        if path == ICON:
            return Response(status_code=204)
        if self._key.opens(path):
            is_upload = path.split("/")[2:4] == ["gradio_api", "upload"]
            return JSONResponse({"error": READ_ONLY}, 403) if is_upload and self._access.read_only else None
        if scope["method"] == "GET" and self._key.take_ticket(path):
            return RedirectResponse(f"/{self._key.token}/", 303)
        if self._login and path in ("/", "/login"):
            return self._login
        return refusal(NO_KEY, 401, headers)


def refusal(sentence: str, status: int, headers: Headers) -> Response:
    """A sentence, as JSON for a program that wants some."""
    if "application/json" in headers.get("accept", ""):
        return JSONResponse({"error": sentence.strip()}, status)
    return PlainTextResponse(sentence, status)


def is_known(host: str, scope: Scope, names: frozenset[str]) -> bool:
    """Whether a request calls the server by one of its names, or by the number of the very address it has come to.

    A foreign page can have its own name lead here (DNS rebinding), but no number.
    """
    name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    came_to = (scope.get("server") or ("",))[0]
    return name.lower() in names or (bool(name) and name == came_to)


def is_foreign(headers: Headers) -> bool:
    """Whether a page of another site or port has sent a request."""
    if any(origin.partition("://")[2] != headers.get("host") for origin in headers.getlist("origin")):
        return True
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


def is_visit(method: str, headers: Headers) -> bool:
    """Whether a link is followed: what comes is shown by itself, and the page with the link cannot read it."""
    shown = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return method == "GET" and shown and "origin" not in headers


class SafeHeaders:
    """ASGI middleware that adds HEADERS to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, adding to what comes back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def guarded(app: ASGIApp, key: PageKey, access: Access) -> ASGIApp:
    """The app behind what every request passes."""
    return SafeHeaders(Gate(app, key, access))
