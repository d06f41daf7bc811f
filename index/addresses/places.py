"""Addresses, the places of the files that are kept of them, and the way back."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from index.errors import DocumentError
from index.files import UPLOADS

ADDRESSES = "addresses"  # the folder among the uploads
BEGINNINGS = ("http://", "https://")
QUOTED_BEGINNINGS = tuple(quote(one, safe="") for one in BEGINNINGS)
LONGEST_ADDRESS = 1000  # characters; as a path it has up to three times as many, of 4,096
LONGEST_PIECE = 200  # of the name of a folder, of 255 bytes
LONGEST_STEM = 100  # of the name of a file
KEPT = "!#$%&'()*+,/:;=?@[]~"  # signs of an address that stay as they are


def is_address(text: str) -> bool:
    """Whether it is meant as an address of the web."""
    return text.strip().lower().startswith(BEGINNINGS)


def plain_address(given: str) -> str:
    """The address as it is asked for: in ASCII, without the place on the page. Raises DocumentError where it is none,
    or holds a password."""
    text = given.strip()
    if not is_address(text):
        raise DocumentError(f"{_short(text)} is no address: give one that begins with https:// or http://.")
    if len(text) > LONGEST_ADDRESS:
        raise DocumentError(f"{_short(text)} is too long for an address: save the page and add the file.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        named = host if re.fullmatch(r"[\da-f:.]*:[\da-f:.]*", host) else host.encode("idna").decode("ascii")
    except ValueError as error:  # UnicodeError is one
        raise DocumentError(f"{_short(text)} is no address: check its spelling.") from error
    if parts.username is not None or parts.password is not None:
        raise DocumentError(f"The address of {host} holds a name or password, which would be kept: leave that out.")
    if not named or re.search(r"[^\w.:-]", named):
        raise DocumentError(f"{_short(text)} names no place in the web: check its spelling.")
    where = f"[{named}]" if ":" in named else named
    where += f":{port}" if port is not None else ""
    path, query = (quote(part, safe=KEPT) for part in (parts.path or "/", parts.query))
    address = urlunsplit((parts.scheme.lower(), where, path, query, ""))
    if len(address) > LONGEST_ADDRESS:
        raise DocumentError(f"{_short(text)} is too long for an address: save the page and add the file.")
    return address


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}\u2026"


def place_of(address: str, ending: str) -> Path:
    """Where among the uploads the file of an address lies, which is of the kind of this ending."""
    whole = quote(address, safe="")
    first, *others = (whole[at : at + LONGEST_PIECE] for at in range(0, len(whole), LONGEST_PIECE))
    folders = [first, *(re.sub(r"^\.", "%2E", one) for one in others)]  # a piece may be nothing but dots
    return Path(ADDRESSES, *folders, _name(address, ending))


def _name(address: str, ending: str) -> str:
    """The file's name: the last part of the path, or the host where there is none."""
    parts = urlsplit(address)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or ""
    name = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else " " for c in last).strip(". ")
    stem = name[: -len(ending)] if name.lower().endswith(ending) else name
    return (stem.encode()[:LONGEST_STEM].decode(errors="ignore").strip() or "page") + ending


def address_of(source: str) -> str:
    """The address whose file lies at this place; "" where that is a file of its own."""
    if ADDRESSES not in source:
        return ""
    parts = PurePath(source).parts
    at = next((at for at in range(len(parts) - 2, 0, -1) if parts[at - 1 : at + 1] == (UPLOADS, ADDRESSES)), 0)
    whole = unquote("".join(parts[at + 1 : -1])) if at else ""
    return whole if is_address(whole) else ""


def shown_source(source: str) -> str:
    """What a person is told as the place of a document: its address, or else its file."""
    return address_of(source) or source
