"""Libraries for tests: opened, files handed over to them, and waited for."""

import time
from contextlib import contextmanager

from ui.own_collection import OwnDocuments
from ui.web.library import Library
from ui.web.listing import Upload


@contextmanager
def opened(folder=None, reader=None):
    with OwnDocuments(folder) as documents, Library(documents, reader) as library:
        yield library


class Handed:
    """Hands files over as a service does: each lies in a folder of its own until the library takes it."""

    def __init__(self, folder):
        self.folder, self.number = folder, 0

    def __call__(self, name, text):
        self.number += 1
        path = self.folder / str(self.number)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Upload(name, path)


def settled(library, wanted=lambda listing: True, seconds=60):
    """The listing once nothing is under way any more and it is as wanted."""
    ends = time.monotonic() + seconds
    number = 0
    while time.monotonic() < ends:
        listing = library.listing()
        busy = [one for one in listing.files if one.state in ("waiting", "reading")]
        preparing = [one for one in listing.documents if one.state == "preparing"]
        if not busy and not preparing and wanted(listing):
            return listing
        number = library.changed_since(number, 0.2)
    raise AssertionError(library.listing())
