"""The plain text of a mail: whose words are whose, and where it is signed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from index.formats.extract import Extract
from index.layout import blocks_of
from index.records import Block, BlockKind, Place

# "On 3 May 2024, Anna Berg wrote:" in the languages of common mail programs, on one line or wrapped.
_WROTE = (
    r"wrote|writes|schrieb(?: [^\n:]{1,60})?|a écrit|ha scritto|escribió|escreveu|schreef(?: [^\n:]{1,60})?|skrev|"
    r"napisał(?:\(?a\)?)?|написал(?:\(?а\)?)?|kirjoitti|yazdı"
)
ATTRIBUTION = re.compile(
    rf"^[ \t]*(?=\S)(?:[^\n]{{0,300}}\n)?[^\n]{{0,300}}\b(?:{_WROTE})[ \xa0]?:[ \t]*$", re.MULTILINE
)
# The line above a mail that is answered or handed on, when all that follows is its text.
_ABOVE = (
    r"original message|original-nachricht|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine|"
    r"message transféré|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|"
    r"oorspronkelijk bericht|mensagem original|forwarded (?:message|mail)|forwarded by [^\n]{1,80}|reply message"
)
ABOVE = re.compile(
    rf"^[ \t]*(?:[-_=*]{{2,}}[ \t]*(?:{_ABOVE})[ \t]*(?:[-_=*]{{2,}})?|begin forwarded message:|anfang der "
    r"weitergeleiteten nachricht:|début du message (?:réexpédié|transféré) ?:)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
# What Outlook writes above it: "From: ...", "Sent: ...", "To: ..."; the first two are enough.
HEADER = re.compile(
    r"^[ \t]*\*?(?:From|Von|De|Da|Van|Från|Fra|Od|От)[ \xa0]?:\*?[ \t][^\n]*\n(?:[ \t]*\n)?"
    r"[ \t]*\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Enviado el|Inviato|Data|Verzonden|Skickat|Sendt|Wysłano|"
    r"Отправлено|Дата)[^\n:]{0,20}:\*?[ \t]",
    re.MULTILINE,
)
SIGNATURE = re.compile(r"^--[ \t]*$", re.MULTILINE)
LONGEST_SIGNATURE = 2000  # characters; what is longer is more than a signature
QUOTABLE = frozenset((BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.PREFORMATTED))


def unfolded(text: str, *, drops_space: bool) -> str:
    """The text of a body in format=flowed (RFC 3676), each paragraph on one line.

    `drops_space` is its parameter DelSp: the blank that marks a soft line end belongs to the mark.
    """
    lines: list[str] = []
    goes_on = -1  # the depth of quotes at which the last line goes on, else -1
    pieces: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        signs = len(line) - len(line.lstrip(">"))
        inner = line[signs:].removeprefix(" ")
        if goes_on == signs and inner != "-- ":
            pieces.append(inner)
        else:
            lines += ["".join(pieces)] if pieces else []
            pieces = [">" * signs + " " * bool(signs) + inner]
        goes_on = signs if inner.endswith(" ") and inner != "-- " else -1
        if goes_on >= 0 and drops_space:
            pieces[-1] = pieces[-1][:-1]
    return "\n".join([*lines, "".join(pieces)])


def read_plain(text: str) -> Extract:
    """The blocks of a mail's plain text; a signature keeps its lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    end = _signature_start(text)
    blocks, marks = blocks_of(text[:end])
    signature, signs = _signed(text, end)
    kept = (_said(text, block) for block in blocks)
    return with_answered(Extract(text, blocks=(*kept, *signature), marks=(*marks, *signs)))


def _said(text: str, block: Block) -> Block:
    """The block, as a paragraph where only a short line was taken for a heading: "Hello", "Best regards"."""
    said = text[block.start : block.end]
    if block.kind is not BlockKind.HEADING or "\n" in said or said.isupper() or said[0].isdigit():
        return block
    return replace(block, kind=BlockKind.PARAGRAPH, level=0, mark=0)


def with_answered(extract: Extract) -> Extract:
    """The extract of a mail's body, where the mail that it answers or hands on is a quote, though no sign marks it."""
    start = _answered(extract.text, extract.blocks)
    return replace(extract, blocks=tuple(_quoted(one) if one.start >= start else one for one in extract.blocks))


def _answered(text: str, blocks: Sequence[Block]) -> int:
    """Where a mail begins that is answered or handed on below without signs before its lines; the end without one."""
    starts = [found.start() for found in (ABOVE.search(text), HEADER.search(text)) if found]
    if found := ATTRIBUTION.search(text):
        after = bisect_left(blocks, found.end(), key=lambda block: block.start)
        if after < len(blocks) and blocks[after].kind is not BlockKind.QUOTE:
            starts.append(found.end())  # below lines that are marked, the sender goes on
    return min(starts, default=len(text))


def _quoted(block: Block) -> Block:
    if block.kind is BlockKind.QUOTE:
        return replace(block, level=block.level + 1)
    return replace(block, kind=BlockKind.QUOTE, level=1) if block.kind in QUOTABLE else block


def _signature_start(text: str) -> int:
    found = list(SIGNATURE.finditer(text, max(0, len(text) - LONGEST_SIGNATURE)))
    if not found or "\n>" in text[found[-1].end() :]:
        return len(text)
    return found[-1].start()


def _signed(text: str, start: int) -> tuple[list[Block], list[Place]]:
    """The lines of a signature, each a block; the dashes above it are a mark."""
    blocks: list[Block] = []
    position = start
    for line in text[start:].split("\n"):
        if inner := line.strip():
            at = position + line.index(inner)
            blocks.append(Block(at, at + len(inner), BlockKind.PREFORMATTED))
        position += len(line) + 1
    return blocks, [(blocks[0].start, blocks[0].end)] if blocks else []
