"""What holds where in rich text: the look of characters, the properties of a paragraph, what a group is for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from index.formats.scripts import Script


class RtfUse(Enum):
    """What the text of a group is for."""

    SHOWN = auto()  # on the page
    PASSED = auto()  # never read: pictures, data, settings
    DOUBLED = auto()  # for old programs; the same comes again in Unicode
    FONTS = auto()
    STYLES = auto()
    TITLE = auto()
    INSTRUCTION = auto()  # of a field
    MARK = auto()  # the number or bullet of a paragraph


@dataclass(frozen=True, slots=True)
class RtfState:
    """What holds until the group ends. `style` is the number of a paragraph's style, `outline` its depth in the outline
    from 0 (9: none), `depth` that in a list (-1: none). `uncounted` is how many characters stand behind one that is
    written as its number, for programs that cannot read it."""

    use: RtfUse = RtfUse.SHOWN
    font: int = -1
    bold: bool = False
    hidden: bool = False
    deleted: bool = False
    script: Script = ""
    uncounted: int = 1
    style: int = 0
    outline: int = 9
    depth: int = -1
    in_table: bool = False
    contents: bool = False

    def plain(self) -> RtfState:
        """The state with the usual look of characters."""
        return replace(self, font=-1, bold=False, hidden=False, deleted=False, script="")

    def begun(self) -> RtfState:
        """The state with the usual properties of a paragraph."""
        return replace(self, style=0, outline=9, depth=-1, in_table=False)


@dataclass(frozen=True, slots=True)
class RtfStyle:
    """A style of paragraphs: its name in small letters, and its depth in the outline from 0 (9: none)."""

    name: str = ""
    outline: int = 9
