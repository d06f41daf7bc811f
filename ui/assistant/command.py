"""`quotewise mcp`: the tools for one assistant, which starts it and speaks with it over its input and output."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio

from index.collection import Collection, Scope
from index.errors import QuotewiseError
from index.loaders import is_gone
from qa.edge import say
from qa.opened import kept_reader
from ui.meanwhile import Meanwhile
from ui.own_collection import OwnDocuments, check_asked
from ui.web.listing import Listing, listed
from ui.web.service.asking import Asking

if TYPE_CHECKING:
    from ui.assistant.tools import AssistantTools

HOW = (
    "this waits for an assistant, which starts 'quotewise mcp' by itself: name it as a command in the assistant's "
    "settings."
)
NOT_INSTALLED = "The protocol of assistants is not installed: install it with pip install 'quotewise[mcp]'."


class ProtocolError(QuotewiseError):
    """The protocol of assistants cannot be spoken."""


class ReadDocuments:
    """A person's own documents, to be asked and read. Safe to use from several threads."""

    def __init__(self, documents: OwnDocuments) -> None:
        self._documents = documents

    def source(self, chosen: Sequence[str] | None = None) -> Collection | Scope:
        """See `Askable`."""
        source = self._documents.source()
        return source if chosen is None else source.within(*chosen)

    def listing(self) -> Listing:
        """All there are."""
        collection = self._documents.collection()
        is_copy = collection is not None and collection.copy_of  # whose files lie with its publisher
        documents = tuple(
            listed(one, 0, "gone" if not is_copy and is_gone(one.source) else "ready")
            for one in self.source().documents()
        )
        return Listing(0, documents, (), (), (), collection is None, "", "")


def run_mcp(folder: str | None, vectors: str | None, reader: str | None, *, download: bool) -> int:
    """Serve one assistant over the person's own documents, the collection in `folder`, or what is published at the
    address `vectors`, until it ends.

    It answers the first message at once: documents and models are opened meanwhile. Raises ProtocolError where the
    protocol is not installed.
    """
    speak = protocol()
    check_asked(folder, vectors)
    if sys.stdin.isatty():
        say(HOW)
    from ui.assistant.tools import AssistantTools

    with suppress(KeyboardInterrupt), OwnDocuments(folder, vectors, download=download) as own:
        documents = ReadDocuments(own)
        tools = AssistantTools(documents, documents.listing, Asking(documents, reader, download=download))

        def prepare() -> None:
            with suppress(QuotewiseError):  # the call that needs it says so
                kept_reader(reader, download)
                documents.source()

        with Meanwhile(prepare):
            anyio.run(speak, tools)
    return 0


def protocol() -> Callable[[AssistantTools], Awaitable[None]]:
    """What speaks it. Raises ProtocolError."""
    try:
        from ui.assistant.protocol import speak
    except ModuleNotFoundError as error:
        if error.name not in ("mcp", "mcp_types"):
            raise
        raise ProtocolError(NOT_INSTALLED) from error
    return speak
