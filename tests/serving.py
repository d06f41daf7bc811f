"""The page, served as `quotewise chat` does."""

from collections.abc import Iterator
from contextlib import contextmanager

from ui.own_collection import OwnDocuments
from ui.web.page import build_page
from ui.web.server import served


@contextmanager
def served_page(documents: OwnDocuments, reader=None) -> Iterator[str]:
    """Yields the page's address."""
    with served(build_page(documents, reader), None) as page:
        yield page.address
