"""Whether the title that a file states says anything."""

from __future__ import annotations

import re
from pathlib import PurePath

# What programs write where nobody gave a title. A number or a copy's sign may follow.
_EMPTY_WORDS = (
    r"untitled|unnamed|no title|title|document|doc|dokument|presentation|präsentation|slide|folie|diapositiva|page|"
    r"seite|book|mappe|sheet|tabelle|powerpoint presentation|powerpoint-präsentation|word document|new document|"
    r"neues dokument|unbenannt|ohne titel|sans titre|sin título|senza titolo|untitled document|print|scan|none|null|"
    r"template|vorlage|normal|layout|blank|microsoft word|about:blank|\(anonymous\)|\(unspecified\)"
)
_SAYS_NOTHING = re.compile(rf"(?:{_EMPTY_WORDS})[\s_\-–.:#(]*\d*\)?", flags=re.IGNORECASE)
_PROGRAM = re.compile(
    r"microsoft (?:office )?(?:word|excel|powerpoint|publisher|visio) ?[-–—:]\s*", flags=re.IGNORECASE
)
# "Minutes_v3.docx", "C:\\a\\b.doc", "file:///a.html": the name of a file, perhaps not the one it now has.
_FILE_NAME = re.compile(
    r"\S.{0,200}\.(?:docx?|docm|dotx?|rtf|odt|ott|txt|md|html?|pdf|tex|dvi|ps|eps|pptx?|xlsx?|indd|qxd|qxp|pub|wpd|cdr|"
    r"ai|pages|tmp|tiff?|jpe?g|png)",
    flags=re.IGNORECASE,
)


def telling_title(stated: str, name: str) -> str:
    """Returns the title that a file called `name` states, on one line, or "" where it says nothing.

    Nothing say "Untitled", "Document1", "Slide 1", the name of a file, and what holds no letter. "Microsoft Word - "
    before a title is left out.
    """
    title = " ".join("".join(c if c.isprintable() else " " for c in stated).split())
    title = _PROGRAM.sub("", title, count=1) if _PROGRAM.match(title) else title
    own = PurePath(name)  # its stem is what a document is called anyhow; one with blanks was meant as a title
    if (
        not any(character.isalpha() for character in title)
        or _SAYS_NOTHING.fullmatch(title)
        or _FILE_NAME.fullmatch(title)
        or (title.casefold() == own.stem.casefold() and " " not in title)
    ):
        return ""
    return title
