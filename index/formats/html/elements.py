"""What single elements of a page say: its main part, its lists, its controls, its tables."""

from __future__ import annotations

from typing import Any

from index.formats.html.inline import NOTE_NAMES
from index.formats.html.style import Attributes
from index.formats.numerals import alphabetic, roman

# How books and pages name the text of a note (EPUB's structural semantics, DPUB-ARIA), not the list of all of them.
NOTE_TYPES = frozenset("footnote endnote rearnote doc-footnote doc-endnote".split())


def main_part(tree: Any) -> tuple[set[int], set[int]]:
    """The elements that the page names as its main part, and those around them; both empty where it names none."""
    found = tree.css("main, [role=main]")
    if not found:
        articles = tree.css("article")
        found = articles if len(articles) == 1 else []
    above: set[int] = set()
    for node in found:
        parent = node.parent
        while parent is not None and parent.mem_id not in above:
            above.add(parent.mem_id)
            parent = parent.parent
    return {node.mem_id for node in found}, above


def tables_with_tables(tree: Any) -> set[int]:
    """The tables that hold another one, which therefore only lay out the page."""
    found: set[int] = set()
    seen: set[int] = set()  # elements between a table and the one around it; each is walked over once
    for inner in tree.css("td table, th table"):
        outer = inner.parent
        while outer is not None and outer.tag != "table" and outer.mem_id not in seen:
            seen.add(outer.mem_id)
            outer = outer.parent
        if outer is not None and outer.tag == "table":
            found.add(outer.mem_id)
    return found


def has_heading(tree: Any, main: set[int]) -> bool:
    """Whether the main part, given by its elements, has a heading of the first level."""
    seen: set[int] = set()
    for heading in tree.css("main h1, [role=main] h1, article h1"):
        node = heading.parent
        while node is not None and node.mem_id not in seen:
            if node.mem_id in main:
                return True
            seen.add(node.mem_id)
            node = node.parent
    return False


def is_note_mark(node: Any, attributes: Attributes) -> bool:
    """Whether a raised run is the mark of a note: a link within the page, or one that is named so."""
    if NOTE_NAMES.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"):
        return True
    link = node if node.tag == "a" else node.css_first("a[href]")
    return bool(link and (link.attributes.get("href") or "").startswith("#"))


def is_note(attributes: Attributes) -> bool:
    """Whether an element is named as the text of a footnote or an endnote."""
    named = f"{attributes.get('epub:type') or ''} {attributes.get('role') or ''}".lower()
    return not NOTE_TYPES.isdisjoint(named.split())


def is_layout(node: Any, attributes: Attributes) -> bool:
    """Whether a table only lays out the page: it says so, or has one column."""
    if (attributes.get("role") or "").lower() in ("presentation", "none"):
        return True
    return not node.css_first("td + td, td + th, th + td, th + th")


def chosen(node: Any, attributes: Attributes) -> str:
    """What a <select> shows: the chosen options, else the first; a first one without a value only asks to choose."""
    options = node.css("option")
    chosen = [one for one in options if "selected" in one.attributes]
    if not chosen and options and "multiple" not in attributes and options[0].attributes.get("value", "-"):
        chosen = options[:1]
    return ", ".join(" ".join(one.text().split()) for one in chosen)


def numbering(node: Any, tag: str, attributes: Attributes) -> list[Any]:
    """How a list counts: the kind of its numerals or its bullet, the first number, and the step, 0 for bullets."""
    if tag != "ol":
        return ["•", 0, 0]
    items = sum(1 for one in node.iter() if one.tag == "li") if "reversed" in attributes else 1
    stated = (attributes.get("start") or "").strip()
    first = int(stated[:9]) if stated.lstrip("-").isdecimal() else items
    return [attributes.get("type") or "1", first, -1 if "reversed" in attributes else 1]


def numeral(kind: str, number: int) -> str:
    if kind in ("a", "A") and number > 0:
        return alphabetic(number) if kind == "a" else alphabetic(number).upper()
    if kind in ("i", "I") and 0 < number < 4000:
        return roman(number) if kind == "i" else roman(number).upper()
    return str(number)


def span(stated: str | None) -> int:
    stated = (stated or "").strip()
    return max(1, int(stated)) if stated.isdecimal() and len(stated) < 6 else 1
