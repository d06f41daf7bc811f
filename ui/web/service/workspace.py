"""What the page and the service are given to work with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from index.errors import QuotewiseError
from index.records import Place
from ui.web.listing import FileEntry, Listing, RemovedDocument, Upload, WatchedFolder
from ui.web.security import READ_ONLY
from ui.web.service.asking import Askable, Asking


class MissingError(QuotewiseError):
    """What is asked for is not there, or not any more."""


class ReadOnlyError(QuotewiseError):
    """Something is to be changed where nothing can be."""


class Listable(Askable, Protocol):
    """Documents that can be asked and listed."""

    def listing(self) -> Listing:
        """All that is shown of them now."""
        ...

    def changed_since(self, number: int, seconds: float = 0.0) -> int:
        """The number of the last change; where it is `number`, another one is waited for, at most so many seconds."""
        ...


class Changeable(Protocol):
    """Documents to which files are added, and of which single ones are changed. What cannot be done raises a
    QuotewiseError."""

    def add(self, uploads: Sequence[Upload]) -> tuple[FileEntry, ...]:
        """Begin to make the files documents."""
        ...

    def add_address(self, address: str) -> FileEntry:
        """Fetch it, and begin to make a document of what came."""
        ...

    def refresh(self, document_id: str) -> FileEntry:
        """Begin to read its file again, or fetch its address once more."""
        ...

    def remove(self, document_ids: Sequence[str]) -> tuple[RemovedDocument, ...]:
        """Take out those that are there, as long as they are not restored."""
        ...

    def restore(self, document_id: str) -> None:
        """Put a removed document back."""
        ...


class Synced(Protocol):
    """Documents that follow what happens in folders."""

    def add_folder(self, path: str, watch: bool) -> WatchedFolder:
        """Begin with a folder."""
        ...

    def forget_folder(self, path: str) -> None:
        """Follow a folder no more."""
        ...


class WorkingDocuments(Listable, Changeable, Synced, Protocol):
    """All that can be done with documents."""


class Openable(Protocol):
    """Documents as they are shown. A document that is not there raises KeyError, a page or place that none can have
    ValueError. What comes back is a record with the fields of the model that is named."""

    def open(self, document_id: str, start: int, end: int) -> Any:
        """A document at a place of it; see `SourceReply`."""
        ...

    def part_before(self, document_id: str, offset: int) -> Any:
        """The stretch that ends there; see `TextPart`."""
        ...

    def part_behind(self, document_id: str, offset: int) -> Any:
        """The stretch that begins there."""
        ...

    def find(self, document_id: str, words: str) -> Any:
        """The places of words; see `FoundReply`."""
        ...

    def file(self, document_id: str) -> Any:
        """Its file: a `path`, and the `data` that was read."""
        ...


class Paged(Protocol):
    """Documents whose pages are shown as images."""

    def page(self, document_id: str, page: int, quote: Sequence[Place], sentence: Sequence[Place]) -> Any:
        """A page with the places of quoted words and of sentences; see `PageReply`."""
        ...

    def page_image(self, document_id: str, page: int, width: int) -> bytes:
        """A PNG of it."""
        ...


class Sources(Openable, Paged, Protocol):
    """All that is shown of documents."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """What everybody who uses one server shares: the documents, how they are shown and who asks them.

    With `read_only`, nothing can be added, removed or judged.
    """

    documents: WorkingDocuments
    sources: Sources
    asking: Asking
    read_only: bool = False

    def check_changes(self) -> None:
        """Raise ReadOnlyError where nothing can be changed."""
        if self.read_only:
            raise ReadOnlyError(READ_ONLY)
