"""`quotewise chat`: the page and its service, from the first moment to the last."""

from __future__ import annotations

import socket
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING

from ui.meanwhile import Meanwhile
from ui.web.security import LOCAL, Access
from ui.web.server import EVERYWHERE, opened, private_uploads, shown

if TYPE_CHECKING:
    from ui.web.library import Library
    from ui.web.server import Opened
    from ui.web.service.asking import Asking
    from ui.web.service.workspace import Workspace


def serve(
    folder: str | None,
    vectors: str | None,
    access: Access,
    *,
    reader: str | None = None,
    download: bool = False,
    open_browser: bool,
) -> None:
    """Serve the page over the person's own documents, the collection in `folder`, or what is published at the address
    `vectors`, until interrupted.

    It listens before anything else is imported, and the page is there before the models are: on a new machine the
    encoder is first prepared, which takes some ten seconds. Raises PageError where it cannot listen.
    """
    if folder is not None or vectors is not None:
        from ui.own_collection import check_asked

        check_asked(folder, vectors)
    with suppress(KeyboardInterrupt), private_uploads(), opened(access) as server:
        print("\n".join(where(server.page.address, access)), flush=True)
        if open_browser:
            webbrowser.open(server.page.once)
        answer(server, folder, vectors, reader, download=download)


def answer(server: Opened, folder: str | None, vectors: str | None, reader: str | None, *, download: bool) -> None:
    """Put the page behind the server's door until it ends. What goes wrong when models are opened is raised."""
    from qa.opened import kept_reader
    from ui.own_collection import OwnDocuments
    from ui.web.library import Library
    from ui.web.service.asking import Asking

    with (
        OwnDocuments(folder, vectors, download=download) as documents,
        Meanwhile(lambda: (kept_reader(reader, download), documents.source())) as opening,
    ):
        from ui.web.page import build_page  # here: Gradio takes a second, in which the models are opened

        with Library(documents) as library:
            workspace = workspace_over(library, Asking(library, reader, download=download), server.access)
            with shown(server, build_page(workspace, documents), workspace):
                opening.result()
                while server.page.thread.is_alive():
                    server.page.thread.join(1.0)


def workspace_over(library: Library, asking: Asking, access: Access) -> Workspace:
    """What everybody who uses a server over these documents shares."""
    from ui.web.service.workspace import Workspace
    from ui.web.source.view import SourceView

    return Workspace(library, SourceView(library.source), asking, access.read_only)


def where(address: str, access: Access) -> list[str]:
    """What is said of where the page is, and who can reach it."""
    lines = [f"The page is at {address} (Ctrl-C stops it)"]
    may = "ask" if access.read_only else "ask, add and remove documents"
    if access.is_local:
        return lines
    place = f"port {address.rstrip('/').rpartition('/')[0].rpartition(':')[2]} of {access.host}"
    who = "has this address" if access.logins is None else "has this address or a login"
    if access.host in EVERYWHERE:
        lines.append(f"From other machines it is at {address.replace(LOCAL, socket.gethostname())}")
    return [
        *lines,
        f"Everybody on the network who can reach {place} and {who} may {may}.",
        "What is sent is not encrypted: put a proxy with TLS before it where others can listen.",
    ]
