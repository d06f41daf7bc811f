"""The calls that show documents."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote as quote_name

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from starlette.responses import Response

from index.records import Place
from qa.plain import to_plain
from ui.web.service.bounds import BytesInParts
from ui.web.service.common import Bounds, DocumentId, Here, RequestError, errors
from ui.web.service.errors import Plain
from ui.web.service.models import FoundReply, Offset, PageReply, SourceReply, TextPart

LONGEST_SEARCH = 200  # characters of the words that are looked for in one document
NARROWEST, WIDEST = 50, 3_000  # pixels of a page image
PLACES = r"^[0-9]{1,10}-[0-9]{1,10}(,[0-9]{1,10}-[0-9]{1,10})*$"
LONGEST_PLACES = 4_000  # characters; some 200 places

router = APIRouter()
PageNumber = Annotated[int, InPath(ge=1, le=1_000_000, description="The page, from 1.")]
Spots = Annotated[str, Query(pattern=PLACES, max_length=LONGEST_PLACES, description="Offsets such as 120-134,140-150.")]


@router.get("/source/{document_id}", response_model=SourceReply, responses=errors(400, 404), tags=["Sources"])
async def source(document_id: DocumentId, here: Here, bounds: Bounds, start: Offset = 0, end: Offset = 0) -> Response:
    """Show a document with the part of it around the characters from `start` to `end`, which are marked."""
    if start > end and end:
        raise RequestError("'start' lies behind 'end': send them the other way round.")
    return Plain(to_plain(await bounds.show(here.sources.open, document_id, start, max(start, end))))


@router.get("/source/{document_id}/part", response_model=TextPart, responses=errors(400, 404), tags=["Sources"])
async def part(
    document_id: DocumentId, here: Here, bounds: Bounds, before: Offset | None = None, after: Offset | None = None
) -> Response:
    """Show the part of a document that ends at `before`, or begins at `after`."""
    if (before is None) == (after is None):
        raise RequestError("One of 'before' and 'after' is needed: send what the last part names.")
    if before is not None:
        return Plain(to_plain(await bounds.show(here.sources.part_before, document_id, before)))
    return Plain(to_plain(await bounds.show(here.sources.part_behind, document_id, after)))


@router.get(
    "/source/{document_id}/pages/{page:int}.png", response_class=Response, tags=["Sources"],
    responses={200: {"content": {"image/png": {}}}, **errors(400, 404)},
)  # fmt: skip
async def page_image(
    document_id: DocumentId, page: PageNumber, here: Here, bounds: Bounds,
    width: Annotated[int, Query(ge=NARROWEST, le=WIDEST, description="Of the image, in pixels.")] = 1_000,
) -> Response:  # fmt: skip
    """An image of a page."""
    image = await bounds.show(here.sources.page_image, document_id, page, width)
    return Response(image, media_type="image/png", headers={"Cache-Control": "private, max-age=600"})


@router.get(
    "/source/{document_id}/pages/{page:int}", response_model=PageReply, responses=errors(400, 404), tags=["Sources"]
)
async def page_marks(
    document_id: DocumentId, page: PageNumber, here: Here, bounds: Bounds,
    quote: Spots | None = None, sentence: Spots | None = None,
) -> Response:  # fmt: skip
    """Where on a page quoted words and their sentence stand."""
    spots = places_of(quote), places_of(sentence)
    return Plain(to_plain(await bounds.show(here.sources.page, document_id, page, *spots)))


@router.get("/source/{document_id}/find", response_model=FoundReply, responses=errors(400, 404), tags=["Sources"])
async def find(
    document_id: DocumentId, here: Here, bounds: Bounds,
    words: Annotated[str, Query(min_length=1, max_length=LONGEST_SEARCH)],
) -> Response:  # fmt: skip
    """Find words in a document."""
    found = to_plain(await bounds.show(here.sources.find, document_id, words))
    return Plain({**found, "places": [[one["start"], one["end"], one["page"]] for one in found["places"]]})


@router.get(
    "/source/{document_id}/file", response_class=Response, tags=["Sources"],
    responses={200: {"content": {"application/octet-stream": {}}}, **errors(400, 404, 503)},
)  # fmt: skip
async def original(document_id: DocumentId, here: Here, bounds: Bounds) -> Response:
    """The document's file as it was read, to be kept."""
    ended = bounds.sending()
    try:
        file = await bounds.show(here.sources.file, document_id)
    except BaseException:
        ended()
        raise
    name = quote_name(file.path.name, safe="", errors="replace")
    return BytesInParts(file.data, ended, {"Content-Disposition": f"attachment; filename*=utf-8''{name}"})


def places_of(spots: str | None) -> list[Place]:
    """The places that a request names."""
    pairs = (spot.split("-") for spot in spots.split(",")) if spots else ()
    places = [(int(start), int(end)) for start, end in pairs]
    if any(start >= end for start, end in places):
        raise RequestError("Each place needs a start before its end: send offsets such as 120-134.")
    return places
