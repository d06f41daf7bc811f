"""`quotewise chat`: the page and its service, from the first moment to the last."""

from __future__ import annotations

import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING

from qa.opened import kept_reader
from ui.meanwhile import Meanwhile
from ui.own_collection import OwnDocuments, is_there, open_collection
from ui.web.security import Access
from ui.web.server import opened, private_uploads, shown
from ui.web.service.asking import Asking

if TYPE_CHECKING:
    from ui.web.library import Library
    from ui.web.service.workspace import Workspace


def serve(
    folder: str | None, access: Access, *, reader: str | None = None, download: bool = False, open_browser: bool
) -> None:
    """Serve the page over the person's own documents, or the collection in `folder`, until interrupted.

    It listens at once, and reads the models while Gradio is imported. Raises PageError where it cannot listen.
    """
    if folder is not None and not is_there(folder):
        open_collection(folder)  # which says so, before anything is served
    with suppress(KeyboardInterrupt), private_uploads(), opened(access) as server:
        print("\n".join(where(server.page.address, access)), flush=True)
        if open_browser:
            webbrowser.open(server.page.once)
        with (
            Meanwhile(lambda: kept_reader(reader, download)) as opening,
            OwnDocuments(folder, download=download) as documents,
            Meanwhile(documents.source) as finding,
        ):
            from ui.web.library import Library
            from ui.web.page import build_page  # here: Gradio takes a second

            opening.result()
            finding.result()
            with Library(documents) as library:
                workspace = workspace_over(library, Asking(library, reader, download=download), access)
                with shown(server, build_page(workspace, documents), workspace):
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
    return [
        *lines,
        f"Everybody on the network who can reach {place} and {who} may {may}.",
        "What is sent is not encrypted: put a proxy with TLS before it where others can listen.",
    ]
