"""How large requests are, how long they take, and whether anybody still waits for what comes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_JSON_BYTES = 4_000_000  # ten answers to lean on take up to 1.5 MB
MOST_UPLOAD_BYTES = 1_000_000_000  # of all files of one request
MOST_FILES = 1_000  # of one request
SILENT_SECONDS = 30.0  # for which nothing comes of a request that is not whole yet, or nothing is taken of a response
PART_BYTES = 262_144

Value = TypeVar("Value")


class _StalledError(Exception):
    """Nobody takes the response."""


class BoundedBodies:
    """ASGI middleware that ends requests which are too large (413) or come too slowly (408), and responses that nobody
    takes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what comes of it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        is_upload = headers.get("content-type", "").startswith("multipart/form-data")
        left = most = MOST_UPLOAD_BYTES if is_upload else MOST_JSON_BYTES
        is_whole = False

        async def counted() -> Message:
            nonlocal left, is_whole
            if is_whole:  # only its end is waited for
                return await receive()
            if declared(headers) > most:
                raise HTTPException(413)
            try:
                message = await asyncio.wait_for(receive(), SILENT_SECONDS)
            except TimeoutError as error:
                raise HTTPException(408) from error
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            is_whole = not message.get("more_body", False)
            return message

        async def heard(message: Message) -> None:
            try:
                await asyncio.wait_for(send(message), SILENT_SECONDS)
            except TimeoutError as error:
                raise _StalledError from error

        try:
            return await self._app(scope, counted, heard)
        except _StalledError:  # the server closes a connection whose response has no end
            return None


class BytesInParts(Response):
    """Bytes that are sent part by part, as they are taken: else all of them would wait in the server's memory for
    somebody slow. `ended` is called at the end, whatever comes."""

    def __init__(self, data: bytes, ended: Callable[[], None], headers: dict[str, str]) -> None:
        super().__init__(headers={**headers, "Content-Length": str(len(data))}, media_type="application/octet-stream")
        self._data, self._ended = data, ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all of it."""
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            for start in range(0, len(self._data), PART_BYTES):
                part = self._data[start : start + PART_BYTES]
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._ended()


def declared(headers: Headers) -> int:
    """The number of bytes that a request says it has, or 0."""
    given = headers.get("content-length", "")
    return int(given) if given.isascii() and given.isdigit() else 0


async def while_heard(request: Request, work: Coroutine[Any, Any, Value]) -> Value | None:
    """What the work comes to, or None where whoever asked for it has gone: then it is cancelled."""
    doing, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_end_of(request))
    try:
        await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return await doing if doing.done() else None
    finally:
        leaving.cancel()
        doing.cancel()
        if not doing.done():
            with suppress(asyncio.CancelledError):
                await doing


async def _end_of(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
