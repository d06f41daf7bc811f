"""What answers at the page's address from the first moment on: it lets requests wait until the page is ready."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import suppress

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

WAIT_SECONDS = 120.0  # for a page that first prepares its encoder, which takes 13 s on two cores
GETTING_READY = "Quotewise is getting ready: ask again in a moment."
SHELL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="1"><title>Quotewise</title><link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; background: Canvas; color: CanvasText; }
main { text-align: center; }
</style></head>
<body><main><h1>Quotewise</h1><p role="status">Getting ready …</p></main></body></html>
"""


class Door:
    """ASGI app that leads to another one as soon as there is one.

    A browser that opens the page meanwhile is shown that it is getting ready; all other requests wait.
    """

    def __init__(self) -> None:
        self._app: ASGIApp | None = None
        self._loop: Future[asyncio.AbstractEventLoop] = Future()
        self._ready, self._ended = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead on, or answer in its place."""
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if self._app is None and not is_opened(scope):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ready.wait(), WAIT_SECONDS)
        return await (self._app or self._in_place(scope))(scope, receive, send)

    def lead_to(self, app: Starlette) -> None:
        """Lead to the app from now on. It is called from another thread than the server's; what goes wrong when the app
        starts is raised."""
        begun: Future[None] = Future()
        asyncio.run_coroutine_threadsafe(self._open(app, begun), self._loop.result())
        begun.result()

    async def _open(self, app: Starlette, begun: Future[None]) -> None:
        try:
            async with app.router.lifespan_context(app):
                self._app = app
                self._ready.set()
                begun.set_result(None)
                await self._ended.wait()
        except Exception as error:
            if not begun.done():
                begun.set_exception(error)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._loop.set_result(asyncio.get_running_loop())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._ended.set()
        await send({"type": "lifespan.shutdown.complete"})

    def _in_place(self, scope: Scope) -> ASGIApp:
        headers = {"Retry-After": "1", "Cache-Control": "no-store"}
        if is_opened(scope):
            return HTMLResponse(SHELL, headers=headers)
        return JSONResponse({"error": GETTING_READY}, 503, headers)


def is_opened(scope: Scope) -> bool:
    """Whether a browser opens the page itself."""
    return scope["method"] == "GET" and Headers(scope=scope).get("sec-fetch-mode") == "navigate"
