"""HTML pages: what a reader of the page sees."""

from __future__ import annotations

import re
from typing import Any

from index.formats.extract import Extract
from index.formats.text import BYTE_ORDER_MARKS, decode

# Tags whose content stands on lines of its own.
BLOCK_TAGS = frozenset(
    (
        "address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form h1 "
        "h2 h3 h4 h5 h6 header hr li main nav ol option p pre section summary table td th tr ul"
    ).split()
)
SKIPPED_TAGS = frozenset(("script style noscript template head svg iframe object").split())


def extract_html(data: bytes, name: str) -> Extract:
    """The text a reader of the page sees, blocks on lines of their own; the title is <title>."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_decode_html(data, name))
    title = tree.css_first("title")
    parts: list[str] = []
    if tree.body is not None:
        _collect_html(tree.body, parts)
    lines = (re.sub(r"[ \t\r\n\f]+", " ", line).strip() for line in "".join(parts).split("\0"))
    text = "\n\n".join(line for line in lines if line)  # a blank line: no block is a wrapped line
    return Extract(text, title=" ".join(title.text().split()) if title else "")


def _decode_html(data: bytes, name: str) -> str:
    """As browsers do: a byte order mark counts most, then what the page declares, then the bytes themselves."""
    declared = re.search(rb"<meta[^>]+charset=[\"']?([\w-]+)", data[:2048], flags=re.IGNORECASE)
    encoding = declared.group(1).decode("ascii").lower() if declared else ""
    # A page that says UTF-16 in one-byte letters is wrong about it.
    if encoding and not data.startswith(BYTE_ORDER_MARKS) and not encoding.startswith("utf-16"):
        try:
            return data.decode("cp1252" if encoding in ("iso-8859-1", "latin1", "us-ascii") else encoding)
        except (LookupError, UnicodeError):
            pass
    return decode(data, name)


def _collect_html(root: Any, parts: list[str]) -> None:
    """Append the text below `root`, with NUL where a block begins or ends. A stack: pages may nest deeply."""
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node.tag == "-text":
            parts.append((node.text_content or "").replace("\0", ""))
        elif node.tag not in SKIPPED_TAGS and not node.tag.startswith("-"):
            edge = ["\0"] if node.tag in BLOCK_TAGS else []
            stack += [*edge, *reversed(list(node.iter(include_text=True))), *edge]
