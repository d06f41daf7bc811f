"""How large requests are, how long they take, and whether anybody still waits for what comes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_JSON_BYTES = 4_000_000  # ten answers to lean on take up to 1.5 MB
MOST_UPLOAD_BYTES = 1_000_000_000  # of all files of one request
MOST_FILES = 1_000  # of one request
SILENT_SECONDS = 30.0  # for which nothing comes of a request that is not whole yet

Value = TypeVar("Value")


class BoundedBodies:
    """ASGI middleware that ends requests which are too large (413) or come too slowly (408)."""

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

        return await self._app(scope, counted, send)


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
