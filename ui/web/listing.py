"""What the page's list of documents shows, as plain records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from index.addresses.places import address_of
from index.formats import DocumentKind, kind_of
from index.records import DocumentSummary

DocumentState = Literal["preparing", "ready", "changed", "gone"]
FileState = Literal["waiting", "reading", "done", "failed"]
FolderState = Literal["reading", "ready", "gone"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is handed over: its `name`, with the folders in which it was dropped ("contracts/2025/lease.pdf"),
    and where its bytes lie. The file at `path` is the library's from then on, which takes it away."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document as it is listed. `address` is the one from which its file was fetched, or "". `size` is in bytes;
    `modified`, when its file was last changed or fetched ("" where it comes from none), and `added` are in UTC (ISO
    8601). `unreadable` are the numbers of pages without readable text, and
    `left_out` the files inside it that could not be read.

    The state is "preparing" as long as some of its passages are searched by their words only (`prepared` is the share
    of the others, 0 to 1), "changed" where its file is another one now, and "gone" where there is no file any more.
    """

    id: str
    title: str
    source: str
    address: str
    kind: DocumentKind
    pages: int
    size: int
    modified: str
    added: str
    passages: int
    unreadable: tuple[int, ...]
    left_out: tuple[str, ...]
    state: DocumentState
    prepared: float


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file on its way into the collection, or read again. Once it is done, `outcome` tells how: "added", "updated",
    "unchanged" or "the same as" with the title of a document that has just its bytes. Where it failed, `reason` is one
    sentence. `document_id` is that of its document, "" as long as there is none. While a file is read whose pages take
    long, as scans do, `pages_read` of its `pages` are done; else both are 0."""

    id: str
    name: str
    state: FileState
    outcome: str = ""
    reason: str = ""
    document_id: str = ""
    pages_read: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """A folder whose documents were added by its path, and follow what happens there where it is `watched`. It is
    "gone" where it is not there, or empties at once as an unmounted disk does; its documents stay. `documents` is how
    many there are of it; `reason` is a sentence on what keeps it from being followed as usual, or ""."""

    path: str
    watched: bool
    state: FolderState
    documents: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemovedDocument:
    """A document that was removed and can be restored `until` then (UTC, ISO 8601)."""

    id: str
    title: str
    source: str
    kind: DocumentKind
    until: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All that is shown of the documents, as of `revision` (see `Library.changed_since`). `read_only` is why nothing
    can be changed, "" where it can; `notice` a sentence on what keeps the work in the background from going on, or "";
    `examples` are questions to offer, which the documents answer.
    """

    revision: int
    documents: tuple[ListedDocument, ...]
    files: tuple[FileEntry, ...]
    folders: tuple[WatchedFolder, ...]
    removed: tuple[RemovedDocument, ...]
    is_demonstration: bool
    read_only: str
    notice: str
    examples: tuple[str, ...] = ()


def iso(seconds: float) -> str:
    """A time in seconds since 1970 as ISO 8601, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(
    summary: DocumentSummary, pending: int, file_state: DocumentState, left_out: Sequence[str] = ()
) -> ListedDocument:
    """A document with so many pending passages, whose file is in this state ("ready": as it was read), and where these
    files inside it could not be read."""
    state: DocumentState = "preparing" if pending and file_state == "ready" else file_state
    return ListedDocument(
        id=summary.id,
        title=summary.title,
        source=summary.source,
        address=address_of(summary.source),
        kind=kind_of(summary.source),
        pages=summary.pages,
        size=summary.size,
        modified=iso(summary.modified_ns / 1e9) if summary.modified_ns else "",
        added=summary.added,
        passages=summary.passages,
        unreadable=summary.unreadable,
        left_out=tuple(one[len(summary.source) + 1 :] for one in left_out),
        state=state,
        prepared=1 - min(1.0, pending / summary.passages) if summary.passages else 1.0,
    )
