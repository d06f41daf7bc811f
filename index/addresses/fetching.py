"""One address, fetched."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import urllib.request
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urljoin, urlsplit

from index.addresses.connections import SILENT_SECONDS, Deadline, PrivateAddressError, opener
from index.addresses.places import KEPT, plain_address
from index.errors import DocumentError, reason_of
from index.loaders import LARGEST_FILE_BYTES

FETCH_SECONDS = 60.0
REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
PIECE_BYTES = 1 << 16
AGENT = "Mozilla/5.0 (compatible; Quotewise)"  # some hosts answer no other programs than browsers
SAVE = "open it in the browser, save it and add the file"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came from an address. `kind` is what its host calls it, such as "text/html", "" where it does not; `charset`
    likewise, and `file_name`. `final` is the address that was led to in the end."""

    address: str
    data: bytes
    kind: str = ""
    charset: str = ""
    file_name: str = ""
    final: str = ""


def fetch(given: str, *, public_only: bool, seconds: float = FETCH_SECONDS) -> Fetched:
    """Ask for an address, once, and for nothing else.

    With `public_only`, what lies on this machine or in a private network is refused. Raises DocumentError.
    """
    address = plain_address(given)
    try:
        with Deadline(seconds) as deadline:
            try:
                return _asked(address, deadline, public_only)
            finally:
                if deadline.is_over:
                    raise DocumentError(f"{address} took longer than {seconds:.0f} s: try again later, or {SAVE}.")
    except HTTPError as error:
        raise DocumentError(_why_refused(address, error.code)) from error
    except (URLError, OSError, http.client.HTTPException, ValueError) as error:
        raise DocumentError(_why_not(address, error)) from error


def _request(address: str) -> urllib.request.Request:
    headers = {"User-Agent": AGENT, "Accept": "text/html,application/pdf,*/*;q=0.9", "Accept-Encoding": "identity"}
    return urllib.request.Request(address, headers=headers)


def _asked(address: str, deadline: Deadline, public_only: bool) -> Fetched:
    """Follow a few redirects, each to a sound address, to what is there."""
    made = opener(deadline, public_only=public_only)
    here = address
    for _ in range(MOST_REDIRECTS + 1):
        try:
            with made.open(_request(here), timeout=SILENT_SECONDS) as response:
                return _fetched(response, address, here)
        except HTTPError as error:
            # Not by the handler of urllib, which reads whatever comes with a redirect.
            leads_to = error.headers.get("Location") if error.code in REDIRECTS else None
            error.close()
            if not leads_to:
                raise
            here = plain_address(urljoin(here, quote(leads_to, safe=KEPT, encoding="iso-8859-1")))
    raise DocumentError(f"{address} leads on and on from one address to the next: {SAVE}.")


def _fetched(response: http.client.HTTPResponse, address: str, final: str) -> Fetched:
    headers = response.headers
    data = _unpacked(_read(response, address), headers.get("Content-Encoding", ""), address)
    if not data.strip():
        raise DocumentError(f"{address} holds nothing: check the address.")
    return Fetched(
        address,
        data,
        headers.get_content_type() if headers.get("Content-Type") else "",
        headers.get_content_charset() or "",
        headers.get_filename() or "",
        final,
    )


def _read(response: http.client.HTTPResponse, address: str) -> bytes:
    """All that comes. Raises DocumentError where that is too much or not all."""
    stated = response.headers.get("Content-Length", "")
    length = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 else None
    pieces, size = [], 0
    while (length or 0) <= LARGEST_FILE_BYTES >= size:
        piece = response.read(PIECE_BYTES)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    else:
        raise DocumentError(_too_large(address))
    if length is not None and size < length:
        raise http.client.IncompleteRead(b"")
    return b"".join(pieces)


def _unpacked(data: bytes, packed: str, address: str) -> bytes:
    """The bytes as they are meant: some hosts pack them unasked."""
    if packed.lower() in ("", "identity"):
        return data
    if packed.lower() not in ("gzip", "x-gzip"):
        raise DocumentError(f"{address} is packed in a way that was not asked for: {SAVE}.")
    try:
        inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
        whole = inflating.decompress(data, LARGEST_FILE_BYTES + 1)
    except zlib.error as error:
        raise http.client.IncompleteRead(b"") from error
    if len(whole) > LARGEST_FILE_BYTES:
        raise DocumentError(_too_large(address))
    if not inflating.eof:
        raise http.client.IncompleteRead(b"")
    return whole


def _too_large(address: str) -> str:
    return f"{address} is above the {LARGEST_FILE_BYTES // 1_000_000} MB limit: save it, split it and add the parts."


def _why_refused(address: str, status: int) -> str:
    """What is said of a host that answers with this status."""
    known = next((one for one in HTTPStatus if one == status), None)
    said = f"{status} {re.sub('[^A-Za-z ]', '', known.phrase)}" if known else str(status)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return f"There is nothing at {address} ({said}): check the address."
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED):
        return f"{address} is not given without a login ({said}): {SAVE}."
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500:
        return f"{address} is not given at the moment ({said}): try again later."
    return f"{address} is not given ({said}): {SAVE}."


def _why_not(address: str, error: BaseException) -> str:
    """What is said of a host that does not answer, or not to the end."""
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, BaseException) else error
    host = urlsplit(address).hostname or address
    if isinstance(cause, PrivateAddressError):
        return (
            f"{cause} is in a private network, and only public addresses are fetched from here: use 'quotewise index "
            "ADDRESS' on a command line."
        )
    if isinstance(cause, socket.gaierror):
        return f"{host} cannot be found: check the address and the network."
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"{host} cannot be trusted, since its certificate is not valid: check the address."
    if isinstance(cause, http.client.IncompleteRead):
        return f"{address} broke off before its end: try again."
    if isinstance(cause, TimeoutError):
        return f"{host} does not answer: check the address and the network, or try again later."
    why = reason_of(cause) if isinstance(cause, OSError) else "it does not speak as a web server does"
    return f"{address} cannot be reached ({why.rstrip('.')}): check the address and the network."
