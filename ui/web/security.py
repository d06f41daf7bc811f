"""Who may use the page's server: whoever holds its key. No other site or port may, nor may the page load from one."""

from __future__ import annotations

import secrets
import time

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

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
TICKET_SECONDS = 60.0  # a browser takes up to some ten seconds to start
NO_KEY = "Open the page with the whole address that 'quotewise chat' has printed: its key is new at each start.\n"
FOREIGN = "A request that another site or port has sent is refused: only the page itself may ask and add documents.\n"


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
        return path.removesuffix("/").count("/") == 1

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
    """ASGI middleware that lets in requests with the page's key, unless another site or port has sent them."""

    def __init__(self, app: ASGIApp, key: PageKey) -> None:
        self._app, self._key = app, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or refuse it, in one sentence."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":  # the page opens no web socket
            return await WebSocketClose()(scope, receive, send)
        refusal = self._refusal(scope)
        return await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        path, headers = scope["path"], Headers(scope=scope)
        if is_foreign(headers) and not (is_visit(scope["method"], headers) and self._key.is_page(path)):
            return PlainTextResponse(FOREIGN, 403)
        if self._key.opens(path):
            return None
        if scope["method"] == "GET" and self._key.take_ticket(path):
            return RedirectResponse(f"/{self._key.token}/", 303)
        return PlainTextResponse(NO_KEY, 401)


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


def middleware(key: PageKey) -> list[Middleware]:
    """What every request passes, in order. The host check closes DNS rebinding: a foreign page naming this machine."""
    return [
        Middleware(SafeHeaders),
        Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
        Middleware(Gate, key=key),
    ]
