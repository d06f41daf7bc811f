"""The characters of one paragraph of an OpenDocument file, as a person sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from index.formats.opendocument.names import DRAW, OFFICE, TABLE, TEXT, whole_number
from index.formats.opendocument.styles import OdfStyle, OdfStyles
from index.formats.scripts import Script, ScriptedText
from index.formats.symbols import with_symbols

# What is written but never read: what a ruby sounds like, a number that a program left, prompts, instructions. The name
# of a chapter stands at the head of its pages.
_UNSEEN = frozenset(
    f"{TEXT}{name}" for name in ("ruby-text", "number", "placeholder", "script", "tracked-changes", "chapter")
)
_BLOCKS = (f"{TEXT}p", f"{TEXT}h", f"{TEXT}list", f"{TABLE}table")
_MOST_BLANKS = 1000
_WHITE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class OdfLine:
    """What a paragraph shows. `beside` are frames and shapes at it, `notes` its notes and comments, in order; `bold`
    tells that all of it is bold."""

    text: str
    bold: bool
    beside: tuple[Any, ...] = ()
    notes: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    hidden: bool
    bold: bool
    script: Script
    font: str

    def under(self, style: OdfStyle) -> _Look:
        """The look of what has this style inside this one."""
        return _Look(
            self.hidden if style.hidden is None else style.hidden,
            self.bold if style.bold is None else style.bold,
            self.script if style.script is None else style.script,
            self.font if style.font is None else style.font,
        )


def read_line(paragraph: Any, styles: OdfStyles) -> OdfLine:
    """Returns what a paragraph or heading shows."""
    reader = _LineReader(styles)
    plain = _Look(hidden=False, bold=False, script="", font="")
    reader.walk(paragraph, plain.under(styles.get("paragraph", paragraph.get(f"{TEXT}style-name", ""))))
    return reader.line()


class _LineReader:
    def __init__(self, styles: OdfStyles) -> None:
        self._styles = styles
        self._text = ScriptedText()
        self._bold = True
        self._blank = True  # white space that comes now is left out: the line has not begun, or has some already
        self._noted = False  # a note is cited right before
        self._beside: list[Any] = []
        self._notes: list[Any] = []

    def line(self) -> OdfLine:
        whole = self._text.whole()
        return OdfLine(whole, self._bold and bool(whole.strip()), tuple(self._beside), tuple(self._notes))

    def walk(self, element: Any, look: _Look) -> None:
        self._put(element.text, look)
        for child in element:
            self._child(child, look)
            self._put(child.tail, look)

    def _child(self, child: Any, look: _Look) -> None:
        tag = child.tag
        if tag in _UNSEEN or child.get(f"{TEXT}is-hidden") == "true":
            return
        if tag == f"{TEXT}span":
            self.walk(child, look.under(self._styles.get("text", child.get(f"{TEXT}style-name", ""))))
        elif tag == f"{TEXT}s":
            self._sign(" " * min(whole_number(child.get(f"{TEXT}c"), 1), _MOST_BLANKS), look)
        elif tag == f"{TEXT}tab":
            self._sign("\t", look)
        elif tag == f"{TEXT}line-break":
            self._sign("\n", look)
            self._blank = True
        elif tag in (f"{TEXT}note", f"{OFFICE}annotation"):
            self._notes += () if look.hidden else (child,)
            self._noted = self._noted or tag == f"{TEXT}note"  # the place of a comment is not seen
        elif tag.startswith(DRAW) or tag in _BLOCKS:
            self._beside += () if look.hidden else (child,)
        elif tag == f"{TEXT}page-number" and (child.text or "").startswith("<"):
            return  # stands for a number that is to come
        else:
            self.walk(child, look)

    def _sign(self, sign: str, look: _Look) -> None:
        if not look.hidden:
            self._text.put(sign)
            self._blank = self._noted = False

    def _put(self, text: str | None, look: _Look) -> None:
        if not text or look.hidden:
            return
        text = _WHITE.sub(" ", text)
        if self._blank:
            text = text.removeprefix(" ")
        if not text:
            return
        if self._noted and not self._blank and text[0].isalnum():
            self._text.put(" ")  # a note that is cited between two words parts them
        self._noted = False
        self._blank = text.endswith(" ")
        self._text.put(with_symbols(text, look.font), look.script)
        if text.strip():
            self._bold = self._bold and look.bold
