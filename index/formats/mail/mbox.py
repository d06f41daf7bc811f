"""The mails of a file that holds many, one after the other.

Python's own `mailbox` reads files only by their path, cuts at every line that begins with "From ", as mails have it in
their text too, and leaves the signs that stand before such lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.errors import DocumentError

# A line "From somebody Mon May 3 10:00:00 2024" behind an empty one, with a header below it.
_BEGIN = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n(?=>?[!-9;-~]+[ \t]*:|From )")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def messages_in(data: bytes, name: str) -> Iterator[bytes]:
    """Each mail of the file. Raises DocumentError where it does not begin with one."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    starts = list(_BEGIN.finditer(data))
    if not starts or starts[0].start():
        raise DocumentError(f"{name} is not a file of mails in the mbox format: export the mails again.")
    ends = [*(found.start() for found in starts), len(data)][1:]
    for found, end in zip(starts, ends, strict=True):
        yield _ESCAPED.sub(rb"\1", data[found.end() : end])
