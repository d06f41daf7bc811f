"""The page, served as `quotewise chat` does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from index.addresses.adding import from_the_public
from ui.own_collection import OwnDocuments
from ui.web.chat import workspace_over
from ui.web.library import Library
from ui.web.page import build_page
from ui.web.security import Access
from ui.web.server import Served, private_uploads, served
from ui.web.service.asking import Asking


class Held:
    """A reader that reads nothing until it is let go, in front of a real one; `begun` are its questions."""

    def __init__(self, reader):
        self._reader, self.go, self.begun = reader, threading.Event(), []
        self.fingerprint, self.calibration = reader.fingerprint, reader.calibration

    def read(self, question, views):
        self.begun.append(question)
        assert self.go.wait(60)
        return self._reader.read(question, views)


@contextmanager
def served_workspace(
    documents: OwnDocuments, reader=None, access: Access | None = None, fetch=from_the_public
) -> Iterator[Served]:
    """Yields the page with its service."""
    access = access or Access()
    with private_uploads(), Library(documents, fetch=fetch) as library:
        workspace = workspace_over(library, Asking(library, reader), access)
        with served(build_page(workspace, documents), None, workspace, access) as page:
            yield page


@contextmanager
def served_page(documents: OwnDocuments, reader=None, fetch=from_the_public) -> Iterator[str]:
    """Yields the page's address."""
    with served_workspace(documents, reader, fetch=fetch) as page:
        yield page.address
