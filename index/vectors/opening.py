"""Which vector store a collection is searched with, which is remembered with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Protocol

from index.errors import CollectionError
from index.storage import Storage
from index.vectors.caught_up import CaughtUpVectors
from index.vectors.store import Ids, Vectors

if TYPE_CHECKING:
    from index.published.milvus_log import MilvusLog

# What knows of servers is imported inside functions: files need none of it, and it takes 4 ms of a cold question.
IN_FILES = "files"  # asks for files beside the database again
ADDRESS = "vectors_at"  # the fact in the database that names another place
MILVUS_RECEIPT = "vectors_milvus"  # the fact there that names its collection in Milvus


class SearchedVectors(Protocol):
    """The vectors of one collection. Safe to use from several threads."""

    def close(self) -> None:
        """Give up what goes on in the background."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """While it is open, this thread searches, and reads of the database, one state of the collection."""
        ...

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """The `k` nearest (passage id, cosine) to a query of shape [dimension], best first."""
        ...

    def lacks_after(self) -> int | None:
        """The id of the passage behind which none is searched by its vector as yet; None where all are."""
        ...

    def catch_up(self, brought: int = 0, go_on: Callable[[], bool] | None = None) -> bool:
        """Take in all that the database knows, of which `brought` passages are new, and publish it where it is
        published; whether all is. With `go_on` no other process is waited for, and where it returns False, what is not
        published as yet is left for the next time."""
        ...


OpenVectors = Callable[[Storage, int], SearchedVectors]  # given the database and the dimension of its vectors


def open_vectors(storage: Storage, dimension: int, wanted: str | None = None) -> SearchedVectors:
    """The vectors of a collection where they are `wanted`: at an address (see `MilvusAddress`), in files beside the
    database, or (None) where they were last. Raises CollectionError where that cannot be used."""
    stored = storage.meta(ADDRESS) or ""
    if not stored and wanted in (None, IN_FILES):
        return CaughtUpVectors(storage, dimension)
    from index.published.publishing import PublishedVectors, Publisher
    from index.vectors.milvus_server import MilvusAddress, without_password

    remembered = without_password(stored)
    address = remembered if wanted is None else _checked(wanted, remembered)
    if address != stored and not storage.read_only:
        if remembered and address != remembered:
            _withdraw(storage, remembered)
        if address:
            storage.set_meta(ADDRESS, address)
        else:
            storage.remove_meta(ADDRESS)
    if not address:
        return CaughtUpVectors(storage, dimension)
    publisher = Publisher(storage, lambda: _log_of(storage, address), MILVUS_RECEIPT)
    return PublishedVectors(milvus_vectors(storage, dimension, MilvusAddress.of(address).url), publisher)


def milvus_vectors(storage: Storage, dimension: int, url: str) -> CaughtUpVectors:
    """The vectors of a collection in Milvus at `url`, without its documents."""
    from index.vectors.milvus_store import MilvusStore

    return CaughtUpVectors(
        storage, dimension, lambda receipt, anew: MilvusStore(url, dimension, receipt, anew=anew), MILVUS_RECEIPT
    )


def _log_of(storage: Storage, address: str) -> MilvusLog:
    from index.published.milvus_log import MilvusLog
    from index.vectors.milvus_server import MilvusAddress, MilvusServer

    place = MilvusAddress.of(address)
    return MilvusLog(MilvusServer(place.url), place.name or storage.path.parent.name)


def _withdraw(storage: Storage, address: str) -> None:
    """Drop what an address has of the collection, if it answers: nobody will bring that up to date any more."""
    from index.published.publishing import OWN

    with suppress(CollectionError):
        _log_of(storage, address).withdraw(storage.meta(OWN) or "")


def check_address(wanted: str) -> None:
    """Raise CollectionError where no vectors can be kept at this address, before a collection is made."""
    _checked(wanted, "")


def _checked(wanted: str, remembered: str) -> str:
    """The address in full, "" for files. Where it is another one than before, its server has to answer."""
    if wanted == IN_FILES:
        return ""
    from index.vectors.milvus_server import MilvusAddress, MilvusServer

    address = MilvusAddress.of(wanted)
    if str(address) != remembered:
        MilvusServer(address.url)
    return str(address)
