"""What the calls of the service have in common: what they work with, and how much is done at one time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from anyio import CapacityLimiter, WouldBlock, to_thread
from fastapi import Depends, Request
from fastapi import Path as InPath

from index.errors import QuotewiseError
from ui.web.service.models import ErrorReply
from ui.web.service.workspace import MissingError, ReadOnlyError, Workspace
from ui.web.turns import BusyError

SHOWN_AT_ONCE = 2  # pages and texts that are laid out at one time; a question waits for the same cores
UPLOADS_AT_ONCE = 4
FILES_AT_ONCE = 4  # that are sent; each is in memory meanwhile, 200 MB at most
MOST_WATCHING = 64  # who wait for a change of the documents at one time
REFUSED = {
    400: "The request makes no sense.",
    403: "Nothing can be changed here.",
    404: "It is not there, or not any more.",
    408: "The request came too slowly.",
    409: "It does not fit what there is now: a document was removed, a reader is not installed, a file has changed.",
    413: "The request is too large.",
    503: "Others are served first: ask again after the seconds of Retry-After.",
}
BUSY_SENDING = "Other files are being fetched: try again when they have arrived."
NO_DOCUMENT = "That document is not there any more: look at the list again."
NO_FOLDERS = "Folders are added on the server's own machine, since others can come here: use 'quotewise index' there."
NO_PLACE = "There is no such page or place in this document: open it to see what there is."


class RequestError(QuotewiseError):
    """A request that is understood and makes no sense."""


class Limits:
    """What is done at one time by one service, apart from questions. Used from the server's event loop only."""

    def __init__(self) -> None:
        self.uploading, self.waiting = CapacityLimiter(UPLOADS_AT_ONCE), CapacityLimiter(MOST_WATCHING)
        self._showing, self._sending = CapacityLimiter(SHOWN_AT_ONCE), CapacityLimiter(FILES_AT_ONCE)

    async def show(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """What is shown of a document. Raises MissingError for a document, page or place that is not there."""
        try:
            return await to_thread.run_sync(work, *arguments, limiter=self._showing)
        except KeyError as error:
            raise MissingError(NO_DOCUMENT) from error
        except ValueError as error:
            raise MissingError(NO_PLACE) from error

    def sending(self) -> Callable[[], None]:
        """A place among those to whom files are sent, and what gives it back. Raises BusyError where there is none."""
        place = object()
        try:
            self._sending.acquire_on_behalf_of_nowait(place)
        except WouldBlock as error:
            raise BusyError(BUSY_SENDING) from error
        return lambda: self._sending.release_on_behalf_of(place)


def workspace_of(request: Request) -> Workspace:
    """What the service works with."""
    workspace: Workspace = request.app.state.workspace
    return workspace


def limits_of(request: Request) -> Limits:
    """How much it does at one time."""
    limits: Limits = request.app.state.limits
    return limits


def to_change(request: Request) -> Workspace:
    """The same where something is to be changed. Raises ReadOnlyError where nothing can be."""
    workspace = workspace_of(request)
    workspace.check_changes()
    return workspace


def to_add_folders(request: Request) -> Workspace:
    """The same where a folder of the server's machine is to be read. Raises ReadOnlyError where others may come: who is
    let in to ask is not let in to all files."""
    if request.app.state.access.is_shared:
        raise ReadOnlyError(NO_FOLDERS)
    return to_change(request)


Here = Annotated[Workspace, Depends(workspace_of)]
Changing = Annotated[Workspace, Depends(to_change)]
AddingFolders = Annotated[Workspace, Depends(to_add_folders)]
Bounds = Annotated[Limits, Depends(limits_of)]
DocumentId = Annotated[str, InPath(max_length=200, description="The document's id.")]


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How a call documents what it refuses."""
    return {status: {"model": ErrorReply, "description": REFUSED[status]} for status in statuses}
