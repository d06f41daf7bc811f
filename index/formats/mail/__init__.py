"""Mails, one (`.eml`) or many in one file (`.mbox`): who wrote what to whom, when, and what is attached.

The header is shown as fields; what is quoted from other mails is told apart from what is written in this one.
"""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32

from index.errors import DocumentError
from index.formats.extract import Extract, TextBuilder
from index.formats.mail.mbox import messages_in
from index.formats.mail.message import add_message, title_of

HEADER_FIELDS = frozenset(
    "from to subject date received message-id mime-version content-type return-path sender delivered-to".split()
)


# Characters of a field that says what a part is. Its parameters are split in time by their square; `email`'s modern
# policy takes minutes for 500 kB of them, and computes days and times anew (see `headers`).
LONGEST_STATED = 5_000


class _Bounded(Compat32):
    """How `email` reads a mail here: as it is written."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_STATED] if name.lower().startswith("content-") else value


def extract_eml(data: bytes, name: str) -> Extract:
    """One mail; its title is its subject with sender and day."""
    message = _parsed(data, name)
    builder = TextBuilder()
    add_message(builder, message)
    return builder.build(title_of(message))


def extract_mbox(data: bytes, name: str) -> Extract:
    """All mails of a file, each under its subject: "message 2" is how its place is told."""
    builder = TextBuilder()
    for number, one in enumerate(messages_in(data, name), start=1):
        add_message(builder, _parsed(one, name), place=f"message {number}", level=1)
    return builder.build()


def _parsed(data: bytes, name: str) -> Message:
    """Returns the mail. Raises DocumentError where there is none."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    try:
        message = BytesParser(policy=_Bounded()).parsebytes(data)
    except RecursionError as error:  # it follows parts in parts by calling itself
        raise DocumentError(f"{name} holds parts in parts without end and is refused as unsafe.") from error
    if not any(field.lower() in HEADER_FIELDS for field, _ in message.raw_items()):
        raise DocumentError(f"{name} is not a mail: save it from the mail program again, or give it its true ending.")
    return message
