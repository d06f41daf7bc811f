"""Elements deep inside one another, which the parser takes time and memory for by the square of their depth.

Every paragraph opens again all the bold, linked or small elements that were not closed before it, as the standard of
HTML has it: 4,000 of these in 47 kB took 2.6 GB. Browsers themselves nest no more than 512 elements.
"""

from __future__ import annotations

import re

from index.formats.html.style import BLOCK_TAGS

MOST_OPEN = 1000  # elements in one another
MOST_FORMATTING = 100  # of them, those that paragraphs open again
FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
# Have no end, or need none: a page of a thousand paragraphs or items is not deep.
UNCOUNTED = frozenset(
    (
        "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr tbody thead tfoot "
        "colgroup caption option optgroup rt rp rb rtc html head body"
    ).split()
)
TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|title|xmp|iframe|noembed|noframes)\b.*?(?:</\1|\Z)|"
    r"<(/?)([a-zA-Z][^\s/>]*+)(?:[^=>]++|=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|=)*+>?",
    re.DOTALL | re.IGNORECASE,
)


def shallow(page: str) -> str:
    """The page without the elements that stand too deep; their text stays, each block still apart."""
    kept: list[str] = []
    position = opened = formatting = 0
    for tag in TAG.finditer(page):
        name = (tag[3] or "").lower()
        if not name or name in UNCOUNTED:
            continue
        step = -1 if tag[2] else 1
        is_formatting = name in FORMATTING
        deep = max(opened, opened + step) > MOST_OPEN
        deep = deep or (is_formatting and max(formatting, formatting + step) > MOST_FORMATTING)
        opened = max(0, opened + step)
        formatting = max(0, formatting + step) if is_formatting else formatting
        if deep:
            kept += (page[position : tag.start()], "<hr>" if name in BLOCK_TAGS else "")
            position = tag.end()
    return "".join((*kept, page[position:])) if position else page
