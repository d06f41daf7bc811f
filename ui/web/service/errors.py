"""Every error of the service: a status, and one sentence that says what to do."""

from __future__ import annotations

import json
import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from index.errors import CollectionError, DamageError, HomeError, ModelError, QuotewiseError, reason_of
from qa.edge import printable
from ui.web.service.workspace import MissingError, ReadOnlyError
from ui.web.turns import BusyError

RETRY_SECONDS = 1
LONGEST_SENTENCE = 600  # characters; what is wrong may name what was given
STATUSES: tuple[tuple[type[QuotewiseError], int], ...] = (
    (MissingError, 404),
    (ReadOnlyError, 403),
    (BusyError, 503),
    (DamageError, 500),
    (HomeError, 500),
    (CollectionError, 409),
    (ModelError, 409),
    (QuotewiseError, 400),
)
SENTENCES = {
    400: "The request cannot be read: send what openapi.json describes.",
    404: "There is nothing at this address: openapi.json lists what there is.",
    408: "The request came too slowly: send it again as a whole.",
    405: "This address takes other requests: openapi.json lists them.",
    413: "The request is too large: send less at once.",
}
OURS = "Something went wrong inside Quotewise, and this was not done: try it again."


class Plain(JSONResponse):
    """JSON in plain ASCII: file names may hold characters that are no Unicode text."""

    def render(self, content: Any) -> bytes:
        """The bytes of the response."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


def failed(status: int, sentence: str) -> Response:
    """The response that says what is wrong."""
    headers = {"Retry-After": str(RETRY_SECONDS)} if status in (429, 503) else None
    return Plain({"error": shortened(printable(sentence))}, status, headers)


def shortened(sentence: str) -> str:
    """A sentence of moderate length."""
    return sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[:LONGEST_SENTENCE]} \u2026."


def status_of(error: QuotewiseError) -> int:
    """The status of the response to what cannot be done."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def told_once(app: FastAPI) -> None:
    """Have the app answer every error in this way."""

    def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, QuotewiseError)
        return failed(status_of(error), str(error))

    def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return failed(400, what_is_invalid(error))

    def turned_away(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return failed(error.status_code, SENTENCES.get(error.status_code, SENTENCES[400]))

    def unkept(_: Request, error: Exception) -> Response:
        assert isinstance(error, OSError)
        return failed(500, f"It could not be kept ({reason_of(error)}): see to the server's disk and try again.")

    def unexpected(_: Request, error: Exception) -> Response:
        logging.getLogger("quotewise").error("a request failed", exc_info=error)
        return failed(500, OURS)

    app.add_exception_handler(QuotewiseError, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, turned_away)
    app.add_exception_handler(OSError, unkept)
    app.add_exception_handler(Exception, unexpected)


def what_is_invalid(error: RequestValidationError) -> str:
    """One sentence on the first thing in a request that does not fit."""
    first = error.errors()[0]
    place = [str(part) for part in first["loc"] if part not in ("body", "query", "path")]
    what = " ".join(place[:1]) or "the request"
    why = str(first["msg"]).rstrip(".").removeprefix("Value error, ")
    if first["type"] == "json_invalid" or first["loc"] == ("body",):
        return (
            "The request is no JSON object: send one, as openapi.json describes, with 'Content-Type: application/json'."
        )
    return f"'{what}' cannot be taken ({why[:1].lower()}{why[1:]}): send what openapi.json describes."
