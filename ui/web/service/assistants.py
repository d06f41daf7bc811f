"""The assistants' tools beneath the page's key, for assistants that speak their protocol over HTTP."""

from __future__ import annotations

import asyncio

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.assistant.command import NOT_INSTALLED, ProtocolError, protocol
from ui.web.service.errors import failed
from ui.web.service.workspace import Workspace


class LateAssistantApp:
    """ASGI app that imports the protocol when it is first spoken: that takes a second, and most never do."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._app: ASGIApp | None = None
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        async with self._making:
            if self._app is None:
                try:
                    await to_thread.run_sync(protocol)
                except ProtocolError:
                    return await failed(404, NOT_INSTALLED)(scope, receive, send)
                self._app = self._made()
        return await self._app(scope, receive, send)

    def _made(self) -> ASGIApp:
        from ui.assistant.protocol import AssistantApp
        from ui.assistant.tools import AssistantTools

        documents = self._workspace.documents
        return AssistantApp(AssistantTools(documents, documents.listing, self._workspace.asking))
