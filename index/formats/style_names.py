"""What the names of paragraph styles say: word processors share them, from file format to file format."""

from __future__ import annotations

import re

from index.records import BlockKind

HEADING_STYLE = re.compile(r"heading\s*([1-9])")
CONTENTS_STYLE = re.compile(r"(?:toc|contents|index)\s*(?:[1-9]|heading)|table\s*of\s*(?:figures|authorities)")
STYLE_KINDS = {
    "title": BlockKind.TITLE,
    "caption": BlockKind.CAPTION,
    "quote": BlockKind.QUOTE,
    "intense quote": BlockKind.QUOTE,
    "intensequote": BlockKind.QUOTE,
    "quotations": BlockKind.QUOTE,
    "block text": BlockKind.QUOTE,
    "blocktext": BlockKind.QUOTE,
    "html preformatted": BlockKind.PREFORMATTED,
    "htmlpreformatted": BlockKind.PREFORMATTED,
    "preformatted text": BlockKind.PREFORMATTED,
    "source code": BlockKind.PREFORMATTED,
    "sourcecode": BlockKind.PREFORMATTED,
    "code": BlockKind.PREFORMATTED,
    "macro": BlockKind.PREFORMATTED,
}
