"""Items as lists inside lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DEEPEST = 12  # lists inside one another; a browser shows some hundred, and a file can have any number


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item: how deep its list lies, whether it is numbered, its attributes and what is in it, both as HTML."""

    level: int
    ordered: bool
    attributes: str
    html: str


def list_html(items: Sequence[ListItem]) -> str:
    """The items as nested lists. Their own marks are shown, so that a list's style has none; the role is told, since
    some browsers take a list without marks for none."""
    written = ""
    opened: list[tuple[int, str]] = []  # lists that are not closed, each with an item that is not
    for item in items:
        level, tag = min(max(item.level, 1), DEEPEST), "ol" if item.ordered else "ul"
        while opened and (opened[-1][0] > level or (opened[-1][0] == level and opened[-1][1] != tag)):
            written += f"</li></{opened.pop()[1]}>"
        if opened and opened[-1][0] == level:
            written += "</li>"
        else:
            opened.append((level, tag))
            written += f'<{tag} class="qw-list" role="list">'
        written += f"<li{item.attributes}>{item.html}"
    return written + "".join(f"</li></{tag}>" for _, tag in reversed(opened))
