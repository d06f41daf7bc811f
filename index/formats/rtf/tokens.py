"""The tokens of rich text (RTF 1.9.1): groups, control words and the bytes between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,40})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n\x00]+)|[\r\n\x00]+|\\"
)


class RtfToken(NamedTuple):
    """`kind` says what it is: a group's "{" or "}", a control "word" with its number (None: it has none), or "bytes" in
    the encoding of their font; `coded` tells that these are one character that is written as its code."""

    kind: Literal["{", "}", "word", "bytes"]
    word: str = ""
    number: int | None = None
    data: bytes = b""
    coded: bool = False


_OPEN, _CLOSE = RtfToken("{"), RtfToken("}")


def tokens(data: bytes) -> Iterator[RtfToken]:
    """Yields the tokens of a file in their order. What follows `\\bin` is passed over."""
    position = 0
    while position < len(data):
        found = _TOKEN.match(data, position)
        if found is None:
            raise ValueError(f"no token at {position}")
        position = found.end()
        word, number, code, sign, edge, plain = found.groups()
        if word is not None:
            value = None if number is None else int(number)
            if word == b"bin":
                position += max(0, value or 0)
            else:
                yield RtfToken("word", word.decode("ascii"), value)
        elif code is not None:
            yield RtfToken("bytes", data=bytes.fromhex(code.decode("ascii")), coded=True)
        elif sign is not None:
            if sign in b"\\{}":
                yield RtfToken("bytes", data=sign)
            else:
                yield RtfToken("word", sign.decode("latin-1"))
        elif edge is not None:
            yield _OPEN if edge == b"{" else _CLOSE
        elif plain is not None:
            yield RtfToken("bytes", data=plain)
