"""What the styles and attributes of an HTML element say about whether and how it is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Tags whose content stands on lines of its own.
BLOCK_TAGS = frozenset(
    (
        "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption "
        "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol optgroup option p "
        "plaintext pre search section summary table tbody td tfoot th thead tr ul xmp"
    ).split()
)
SKIPPED_TAGS = frozenset(
    (
        "script style noscript template head iframe object audio video canvas datalist rp annotation "
        "annotation-xml noembed noframes"
    ).split()
)
APART_TAGS = frozenset("button img input meter progress select textarea option td th".split())
UNSEEN_CLASSES = frozenset(("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screenreader-only"))
SIMPLE_SELECTOR = re.compile(r"(?:[\w-]*+[.#])?[\w-]++$")
DECLARATION = re.compile(r"(?:^|;)\s*(display|visibility)\s*:\s*([\w-]+)", re.IGNORECASE)

Attributes = Mapping[str, str | None]


def declared(style: str) -> dict[str, str]:
    """The display and visibility that the declarations give; the last one counts."""
    return {name.lower(): value.lower() for name, value in DECLARATION.findall(style)}


class Styles:
    """The rules of a page's style sheets that choose by one tag, class or id, outside any condition such as @media."""

    def __init__(self, sheets: list[str]) -> None:
        self._rules: dict[str, dict[str, str]] = {}
        for sheet in sheets:
            self._read(re.sub(r"/\*.*?(?:\*/|\Z)", " ", sheet, flags=re.DOTALL))

    def _read(self, sheet: str) -> None:
        depth = start = opened = 0
        for brace in re.finditer(r"[{}]", sheet):
            if brace.group() == "{":
                depth += 1
                opened = brace.end() if depth == 1 else opened
                continue
            depth = max(0, depth - 1)
            if depth == 0:
                prelude = sheet[start : max(start, opened - 1)].rpartition(";")[2].strip()
                if found := declared(sheet[opened : brace.start()]) if not prelude.startswith("@") else {}:
                    for selector in map(str.strip, prelude.split(",")):
                        if SIMPLE_SELECTOR.match(selector):
                            self._rules.setdefault(selector, {}).update(found)
                start = brace.end()

    def of(self, tag: str, attributes: Attributes) -> dict[str, str]:
        """The display and visibility of an element, where they are stated."""
        found: dict[str, str] = {}
        if self._rules:
            classes = (attributes.get("class") or "").split()
            id = attributes.get("id") or ""
            for selector in (tag, *(f".{one}" for one in classes), *(f"{tag}.{one}" for one in classes), f"#{id}"):
                found |= self._rules.get(selector, {})
        style = attributes.get("style")
        return found | declared(style) if style else found


def is_hidden(tag: str, attributes: Attributes, style: Mapping[str, str]) -> bool:
    """Whether nobody who looks at the page sees the element."""
    if "hidden" in attributes or "popover" in attributes or (tag == "dialog" and "open" not in attributes):
        return True
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    return not UNSEEN_CLASSES.isdisjoint((attributes.get("class") or "").split())


def is_noise(tag: str, attributes: Attributes) -> bool:
    """Whether the element is what surrounds the main part of a page: menus, banners, the foot of the site."""
    role = (attributes.get("role") or "").lower()
    if tag in ("nav", "header", "footer", "aside", "search"):
        return True
    if role in ("navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog"):
        return True
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower()
    return "cookie" in names or "consent" in names
