"""How many connections are open, and how long one may take to say what it wants."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 400  # a browser opens six at most; a process may have some 1,000 files open
HEAD_SECONDS = 15.0  # for the head of a request, from the first moment of the connection or the last response
TOO_MANY = "Too many connections to this server are open: close some pages, or try again in a moment."


class TimedProtocol(H11Protocol):
    """uvicorn's protocol, which closes a connection that does not say what it wants, and one beyond twice
    MOST_CONNECTIONS at once."""

    _silent: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A connection is there."""
        super().connection_made(transport)
        if len(self.connections) > 2 * MOST_CONNECTIONS:
            transport.close()
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Something has come."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        super().connection_lost(exc)
        self._forget()

    def _watch(self) -> None:
        """See to it that a head which has begun to come comes to its end."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._forget()
        elif self._silent is None:
            self._silent = self.loop.call_later(HEAD_SECONDS, self._end)

    def _forget(self) -> None:
        if self._silent is not None:
            self._silent.cancel()
            self._silent = None

    def _end(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


class Crowded:
    """ASGI middleware that answers with one sentence while too many connections are open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Collection[Any] = ()

    def count(self, connections: Collection[Any]) -> None:
        """Count these, which are the server's own."""
        self._open = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or refuse it."""
        if len(self._open) <= MOST_CONNECTIONS or scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        headers = {"Retry-After": "5", "Connection": "close"}
        return await JSONResponse({"error": TOO_MANY}, 503, headers)(scope, receive, send)
