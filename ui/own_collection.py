"""The collection a person works with and, until it holds anything, the article that comes with Quotewise."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

from index.changes import Changes
from index.collection import DATABASE, Collection, Scope
from index.encoder import Encoder
from index.encoder_catalog import DEFAULT_ENCODER, open_encoder
from index.files import home
from index.loaders import is_gone
from index.uploads import add_uploads, follow_uploads
from index.vectors.opening import check_address
from qa.opened import open_documents
from ui.terminal import say_begun


def is_there(folder: str | Path | None) -> bool:
    """Whether there is a collection in `folder` (None: the person's own), or something there that stands in the way."""
    try:
        return not is_gone(str(_place(folder).expanduser() / DATABASE))
    except RuntimeError:  # no such user; to open the collection says so
        return True


def open_asked(folder: str | Path | None, vectors: str | None, *, download: bool = False) -> Collection:
    """The collection in `folder`; without one, what is published at the address `vectors` or, without that as well, the
    person's own."""
    if folder is None and vectors is not None:
        from index.published.following import open_published  # here and below: files are asked without it

        return open_published(vectors, report=say_begun, download=download)
    return open_collection(folder, download=download, vectors=vectors)


def check_asked(folder: str | Path | None, vectors: str | None) -> None:
    """Raise CollectionError where there is no such collection, before it is opened."""
    if folder is None and vectors is not None:
        from index.published.milvus_log import published_at
        from index.vectors.milvus_server import MilvusAddress

        published_at(MilvusAddress.of(vectors))
    elif folder is not None and not is_there(folder):
        open_collection(folder)  # which says so


def open_collection(
    folder: str | Path | None,
    encoder: str | None = None,
    *,
    create: bool = False,
    download: bool = False,
    vectors: str | None = None,
) -> Collection:
    """The collection in `folder`, by default the person's own; see `Collection`."""
    place = _place(None) if folder is None else folder
    chosen: str | Encoder | None = encoder
    if create and not is_there(folder):  # a model or a server that is not there makes no folder
        if vectors is not None:
            check_address(vectors)
        chosen = open_encoder(DEFAULT_ENCODER if encoder is None else encoder, say_begun, download=download)
    collection = Collection(place, chosen, say_begun, create=create, download=download, vectors=vectors)
    follow_uploads(collection)
    return collection


def _place(folder: str | Path | None) -> Path:
    return home() / "collection" if folder is None else Path(folder)


class OwnDocuments:
    """What a person asks and adds to: a collection or, as long as they have none of their own with a document in it,
    a demonstration.

    The demonstration is the article that comes with Quotewise, in a collection apart: nothing is ever added to it. The
    person's own collection is made when the first document is put in. Safe to use from several threads.
    """

    def __init__(self, folder: str | Path | None = None, vectors: str | None = None, *, download: bool = False) -> None:
        """`folder` has the collection to be used, even without a document; None is the person's own or, with `vectors`,
        what is published at that address.

        Raises CollectionError where a folder or an address is named and has no collection.
        """
        self._download, self._is_own = download, folder is None and vectors is None
        self._lock = threading.Lock()
        self._opened = None if self._is_own else open_asked(folder, vectors, download=download)

    def __enter__(self) -> OwnDocuments:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._opened:
            self._opened.close()

    def collection(self) -> Collection | None:
        """The collection that is asked, or None for the demonstration."""
        kept = self.kept()
        return kept if kept and (not self._is_own or kept.counts()[0]) else None

    def source(self) -> Collection | Scope:
        """What is asked: the collection or the demonstration."""
        return self.collection() or open_documents(None, report=say_begun)

    def add(self, paths: Iterable[str | Path]) -> Changes:
        """Put uploaded files into the collection; see `add_uploads`."""
        return add_uploads(self.opened, paths)

    @property
    def folder(self) -> Path:
        """Where the collection lies, or will lie once there is one."""
        return self._opened.folder if self._opened else _place(None).resolve()

    def kept(self) -> Collection | None:
        """The collection, also one without a document, or None where there is none as yet."""
        return None if self._opened is None and not is_there(None) else self.opened()

    def opened(self) -> Collection:
        """The collection, made if it is not there."""
        with self._lock:
            if self._opened is None:
                self._opened = open_collection(None, create=True, download=self._download)
            return self._opened
