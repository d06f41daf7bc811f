"""The calls that ask and that change documents. Each answers with JSON or, where it cannot, with one sentence."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from qa.plain import to_plain
from qa.records import Answer
from ui.web.listing import FileEntry, RemovedDocument, Upload, WatchedFolder
from ui.web.security import READ_ONLY
from ui.web.service.asking import QuestionAsked
from ui.web.service.bounds import MOST_FILES, while_heard
from ui.web.service.common import (
    NO_DOCUMENT,
    AddingFolders,
    Bounds,
    Changing,
    DocumentId,
    Here,
    Limits,
    RequestError,
    errors,
)
from ui.web.service.errors import Plain
from ui.web.service.models import LONGEST_NAME, AddressBody, AskBody, DocumentsReply, FolderBody
from ui.web.service.workspace import MissingError, Workspace
from ui.web.turns import BUSY, BusyError

LONGEST_WAIT = 25.0  # seconds for a change of the documents
UNHEARD = 499  # nobody receives this

router = APIRouter()


@router.post(
    "/ask",
    response_model=Answer,
    response_description="The answer.",
    responses=errors(400, 408, 409, 413, 503),
    tags=["Ask"],
)
async def ask(body: AskBody, request: Request, here: Here) -> Response:
    """Answer a question with the exact words of the documents.

    As many questions as the machine has room for are read at one time, those of the page and of programs together; of
    more than can wait, the status is 503 and `Retry-After` says when to ask again.
    """
    try:
        before = tuple(Answer.from_dict(one) for one in body.conversation)
    except (ValueError, RecursionError) as error:
        raise RequestError("'conversation' must hold answers as they came: send them unchanged.") from error
    asked = QuestionAsked(body.question, tuple(body.within or ()), before, body.threshold, body.reader, body.as_typed)
    answer = await while_heard(request, here.asking.ask_soon(asked))
    return Response(status_code=UNHEARD) if answer is None else Plain(answer.to_dict())


@router.get(
    "/documents", response_model=DocumentsReply, tags=["Documents"],
    responses={204: {"description": "Nothing has changed."}, **errors(400)},
)  # fmt: skip
async def documents(
    request: Request, here: Here, bounds: Bounds,
    since: Annotated[int | None, Query(ge=0, description="The revision that is known already.")] = None,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="Seconds for which a change is waited for.")] = 0,
) -> Response:  # fmt: skip
    """List the documents, and what is being done with them. With `since`, the status is 204 if nothing has changed."""
    if since is not None and await _revision(request, here, bounds, since, wait) == since:
        return Response(status_code=204)
    listed = await to_thread.run_sync(_listed, here)
    can_add_folders = not (here.read_only or request.app.state.access.is_shared)
    return Plain({**listed, "can_add_folders": can_add_folders})


async def _revision(request: Request, here: Workspace, bounds: Limits, since: int, wait: float) -> int | None:
    seconds = wait if bounds.waiting.available_tokens >= 1 else 0.0
    work = to_thread.run_sync(here.documents.changed_since, since, seconds, limiter=bounds.waiting)
    return await while_heard(request, work)


def _listed(here: Workspace) -> dict[str, Any]:
    listing = here.documents.listing()
    why = READ_ONLY if here.read_only else listing.read_only
    return {**to_plain(listing), "read_only": bool(why), "why_read_only": why}


@router.post(
    "/documents", status_code=202, response_model=list[FileEntry], responses=errors(400, 403, 408, 413, 503),
    tags=["Documents"],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["files"],
                        "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                    }
                }
            },
        }
    },
)  # fmt: skip
async def add_documents(request: Request, here: Changing, bounds: Bounds) -> Any:
    """Add files, or replace those of the same name. The file name of a part may begin with the folders it lies in.

    The answer comes as soon as they have arrived; `GET documents` tells how far they are.
    """
    if bounds.uploading.available_tokens < 1:
        raise BusyError(BUSY)
    async with bounds.uploading, request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
        if not files:
            raise RequestError("No file came: send each as a part called 'files' of multipart/form-data.")
        return Plain(await to_thread.run_sync(_hand_over, here, files), 202)


def _hand_over(here: Workspace, files: list[UploadFile]) -> list[Any]:
    """Give the library the files, which are its own from then on."""
    private = Path(os.environ.get("GRADIO_TEMP_DIR", tempfile.gettempdir()))
    private.mkdir(0o700, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="files-", dir=private))
    try:
        uploads = []
        for number, one in enumerate(files):
            with (folder / str(number)).open("xb") as written:
                shutil.copyfileobj(one.file, written)
            uploads.append(Upload((one.filename or "file")[:LONGEST_NAME], folder / str(number)))
        entries: list[Any] = to_plain(here.documents.add(uploads))
        return entries
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        with suppress(OSError):  # something in it is still to be taken away
            folder.rmdir()


@router.post(
    "/documents/address", status_code=202, response_model=FileEntry, responses=errors(400, 403, 503), tags=["Documents"]
)
async def add_address(body: AddressBody, here: Changing, bounds: Bounds) -> Any:
    """Fetch an address of the web, and add what is there. Nothing else is fetched, and only what is public.

    The answer comes when it has arrived; `GET documents` tells how far it is.
    """
    if bounds.uploading.available_tokens < 1:
        raise BusyError(BUSY)
    entry = await to_thread.run_sync(here.documents.add_address, body.address, limiter=bounds.uploading)
    return Plain(to_plain(entry), 202)


@router.post(
    "/documents/{document_id}/refresh", status_code=202, response_model=FileEntry, responses=errors(400, 403, 409),
    tags=["Documents"],
)  # fmt: skip
def refresh_document(document_id: DocumentId, here: Changing) -> Any:
    """Read the document's file again, or fetch its address once more; `GET documents` tells when it is done."""
    return Plain(to_plain(here.documents.refresh(document_id)), 202)


@router.delete(
    "/documents/{document_id}", response_model=list[RemovedDocument], responses=errors(403, 404, 409),
    tags=["Documents"],
)  # fmt: skip
def remove_document(document_id: DocumentId, here: Changing) -> Any:
    """Take the document out, so that it is asked no more. It can be restored for a while."""
    if not (removed := here.documents.remove([document_id])):
        raise MissingError(NO_DOCUMENT)
    return Plain(to_plain(removed))


@router.post("/documents/{document_id}/restore", status_code=204, responses=errors(403, 409), tags=["Documents"])
def restore_document(document_id: DocumentId, here: Changing) -> None:
    """Put a removed document back as it was."""
    here.documents.restore(document_id)


@router.post(
    "/folders", status_code=202, response_model=WatchedFolder, responses=errors(400, 403, 409), tags=["Documents"]
)
def add_folder(body: FolderBody, here: AddingFolders) -> Any:
    """Keep the documents in step with a folder of the server's machine, where nobody else may come to it."""
    return Plain(to_plain(here.documents.add_folder(body.path, body.watch)), 202)


@router.delete("/folders", status_code=204, responses=errors(400, 403, 409), tags=["Documents"])
def forget_folder(path: Annotated[str, Query(min_length=1, max_length=LONGEST_NAME)], here: Changing) -> None:
    """Follow a folder no more; its documents stay."""
    here.documents.forget_folder(path)
