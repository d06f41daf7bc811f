"""One mail as blocks: its header, its text, what is attached to it, and the mails inside it."""

from __future__ import annotations

from email.message import Message

from index.errors import DocumentError
from index.formats.extract import Extract, TextBuilder
from index.formats.joining import append_extract
from index.formats.mail.headers import addresses_of, day_of, header_of, sender_of
from index.formats.mail.parts import MailPart, attached_text, is_picture_inside, parts_of, text_of
from index.records import BlockKind

DEEPEST_MAIL = 8  # mails in mails that are read
MOST_NAMES = 100  # of attached files that are listed


def title_of(message: Message) -> str:
    """The subject, with sender and day where they are told: what is read before every passage of the mail."""
    subject, sender = header_of(message, "Subject"), sender_of(addresses_of(message, "From"))
    told = ", ".join(filter(None, (sender, day_of(header_of(message, "Date")))))
    if not subject or not told:
        return subject or told
    return f"{subject} ({told})"


def add_message(builder: TextBuilder, message: Message, *, place: str = "", level: int = 0, depth: int = 0) -> None:
    """Add a mail, found at `place`. With a level it stands under a heading of it; else its subject is a field."""
    if place:
        builder.begin_part(place)
    if level:
        builder.add(BlockKind.HEADING, title_of(message), level=level)
    parts = parts_of(message)
    _add_header(builder, message, parts, with_subject=not level)
    for part in parts:
        if part.kind == "text":
            append_extract(builder, _read(part), lowered=level)
        elif part.kind == "report":
            _add_report(builder, part)
    for part in parts:
        if part.kind == "mail" and depth < DEEPEST_MAIL:
            inner = ", ".join(filter(None, (place, part.name or "attached message")))
            add_message(builder, part.part, place=inner, level=level + 1, depth=depth + 1)
        elif part.kind == "attached" and part.name and (found := attached_text(part.part, part.name)):
            _add_attached(builder, part.name, found, place, level)


def _add_header(builder: TextBuilder, message: Message, parts: list[MailPart], *, with_subject: bool) -> None:
    fields = [("Subject", header_of(message, "Subject"))] if with_subject else []
    fields += [(name, addresses_of(message, name)) for name in ("From", "To", "Cc")]
    fields.append(("Date", header_of(message, "Date")))
    names = [one.name for one in parts if one.name and not is_picture_inside(one.part)]
    fields.append(("Attachments", ", ".join(dict.fromkeys(names[:MOST_NAMES]))))
    apart = "\n\n"
    for name, value in fields:
        if value and builder.add_field(name, value, apart=apart):
            apart = "\n"


def _read(part: MailPart) -> Extract:
    try:
        return text_of(part.part)
    except DocumentError:
        return Extract("")  # a picture or the like that is called text


def _add_report(builder: TextBuilder, part: MailPart) -> None:
    """What a server says of a mail that it could not deliver."""
    apart = "\n\n"
    for name in dict.fromkeys(field for field, _ in part.part.raw_items()):
        if value := header_of(part.part, name):
            builder.add_field(name, value, apart=apart)
            apart = "\n"


def _add_attached(builder: TextBuilder, name: str, found: Extract, place: str, level: int) -> None:
    where = ", ".join(filter(None, (place, f"attachment {name}")))
    builder.begin_part(where)
    builder.add(BlockKind.HEADING, name, level=level + 1)
    append_extract(builder, found, lowered=level + 1, locator_prefix=where)
