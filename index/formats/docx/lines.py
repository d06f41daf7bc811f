"""The characters of one paragraph of a Word file, as a person sees them.

python-docx gives a paragraph's plain runs only; tracked insertions, content controls, fields and smart tags would
vanish without a word, and leave "The rent is 900 euros until ." of a sentence. So the text comes from the XML itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from index.formats.docx.equations import equation
from index.formats.docx.package import VALUE, M, W, is_on, number
from index.formats.docx.styles import WordStyle, WordStyles
from index.formats.packages import CHART, COMPATIBILITY, DIAGRAM, A
from index.formats.scripts import is_note_number, note_mark, subscript, superscript
from index.formats.symbols import symbol, with_symbols

BOX = f"{W}txbxContent"
DRAWN_TEXT, DIAGRAM_LINK, CHART_LINK = f"{A}txBody", f"{DIAGRAM}relIds", f"{CHART}chart"
# What stands beside its paragraph: text boxes, text in shapes, diagrams, charts.
BESIDE = {BOX, DRAWN_TEXT, DIAGRAM_LINK, CHART_LINK}
# Deleted or moved away; shape and style; how a word is spoken.
UNSEEN = {f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}rt", f"{W}sdtPr", f"{W}tblPr", f"{W}tcPr", f"{W}trPr"}
_SIGNS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote", f"{W}commentReference": "comment"}
_NOTED = "\0"  # stands where a note is cited, until the line is whole; XML holds no such character


@dataclass(frozen=True, slots=True)
class Cited:
    """A note that a line cites: its kind, "footnote", "endnote" or "comment", its id, and the sign that was typed for
    it, if any."""

    kind: str
    id: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class WordLine:
    """What a paragraph shows. `beside` are the elements that stand beside it; `bold` tells that all of it is bold."""

    text: str
    bold: bool = False
    beside: tuple[Any, ...] = ()
    notes: tuple[Cited, ...] = ()

    def before(self, other: WordLine) -> WordLine:
        """Returns both as one line."""
        return WordLine(
            self.text + other.text, self.bold and other.bold, self.beside + other.beside, self.notes + other.notes
        )


def read_line(paragraph: Any, styles: WordStyles, style: WordStyle) -> WordLine:
    """Returns what a paragraph of this style shows."""
    reader = _LineReader(styles, style)
    reader.walk(paragraph)
    return reader.line()


def shown(element: Any) -> list[Any]:
    """Returns the children of an element that are seen: of a drawing's two versions, the one for new programs; of a
    content control, nothing where it only asks to be filled in."""
    if element.tag == f"{COMPATIBILITY}AlternateContent":
        return [*element.iterchildren(f"{COMPATIBILITY}Choice")][:1] or list(element)
    if element.tag == f"{W}sdt" and is_on(element.find(f"{W}sdtPr/{W}showingPlcHdr")):
        run = next(element.iter(f"{W}r"), None)
        # What only asks has a style for it, whose name depends on the language; a text that was put there has none.
        if run is not None and run.find(f"{W}rPr/{W}rStyle") is not None:
            return []
    return [child for child in element if child.tag not in UNSEEN]


@dataclass(frozen=True, slots=True)
class _Look:
    """How a run looks."""

    hidden: bool
    bold: bool
    align: str
    font: str


class _LineReader:
    def __init__(self, styles: WordStyles, style: WordStyle) -> None:
        self._styles, self._style = styles, style
        self._bold = True
        self._beside: list[Any] = []
        self._notes: list[Cited] = []
        self._pieces: list[str] = []
        self._moved: list[str] = []  # raised or lowered, and not yet among the pieces
        self._look = _Look(style.hidden, style.bold, style.align, "")
        self._fields: list[tuple[int, Any | None]] = []  # that are open: how many pieces lay before; its form

    def line(self) -> WordLine:
        """The whole line. A note cited between two words parts them: "1994" and note 3 are not "19943"."""
        self._flush()
        text = "".join(self._pieces)
        text = re.sub(r"(?<=\w)\0+(?=\w)", " ", text).replace(_NOTED, "")
        return WordLine(text, self._bold and bool(text.strip()), tuple(self._beside), tuple(self._notes))

    def walk(self, element: Any) -> None:
        """Read all that is seen below an element."""
        for child in shown(element):
            if child.tag == f"{W}r":
                self._run(child)
            elif child.tag == f"{M}oMath":
                self._put(equation(child))
            elif child.tag in BESIDE:
                self._beside.append(child)
            elif child.tag == f"{W}fldChar":
                self._field(child)
            else:
                self._sign(child)

    def _run(self, run: Any) -> None:
        before, self._look = self._look, self._look_of(run.find(f"{W}rPr"))
        start = len(self._notes), len(self._beside)
        own = next((c for c in run if c.tag in _NOTES and c.get(f"{W}customMarkFollows") in ("1", "true", "on")), None)
        if own is not None:  # the run's text is the sign of the note
            self._note(own, "".join(text.text or "" for text in run.iterchildren(f"{W}t")).strip())
        else:
            self.walk(run)
        if self._look.hidden:
            del self._notes[start[0] :], self._beside[start[1] :]
        self._look = before

    def _look_of(self, properties: Any | None) -> _Look:
        style = self._style
        if properties is None:
            return _Look(style.hidden, style.bold, style.align, "")
        named = properties.find(f"{W}rStyle")
        own = WordStyle() if named is None else self._styles.get(named.get(VALUE, ""))
        # In styles these are switches that turn each other off; what the run itself says counts most.
        hidden, bold = own.hidden != style.hidden, own.bold != style.bold
        if (direct := properties.find(f"{W}vanish")) is not None:
            hidden = is_on(direct)
        if (direct := properties.find(f"{W}b")) is not None:
            bold = is_on(direct)
        align = properties.find(f"{W}vertAlign")
        fonts = properties.find(f"{W}rFonts")
        font = "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""
        return _Look(hidden, bold, (own.align or style.align) if align is None else align.get(VALUE, ""), font)

    def _sign(self, element: Any) -> None:
        """Read an element that is a character or holds some."""
        tag = element.tag
        if tag == f"{W}t":
            self._put(with_symbols(re.sub(r"[\t\r\n]", " ", element.text or ""), self._look.font))
        elif tag == f"{W}br":
            self._put("" if element.get(f"{W}type") in ("page", "column") else "\n")
        elif tag == f"{W}sym":
            self._put(symbol(element.get(f"{W}font", ""), element.get(f"{W}char", "")))
        elif tag in _SIGNS:
            self._put(_SIGNS[tag])
        elif tag in _NOTES:
            self._note(element)
        else:
            self.walk(element)

    def _note(self, reference: Any, sign: str = "") -> None:
        self._notes.append(Cited(_NOTES[reference.tag], reference.get(f"{W}id", ""), sign))
        self._put(_NOTED)

    def _put(self, text: str) -> None:
        if self._look.hidden:
            return
        align = self._look.align if self._look.align in ("superscript", "subscript") else ""
        if text.strip() and text != _NOTED:
            self._bold = self._bold and self._look.bold
        if text == _NOTED or not align:
            self._flush()
            self._pieces.append(text)
            return
        if self._moved and self._moved[0] != align:
            self._flush()
        if not self._moved:
            self._moved = [align]
        self._moved.append(text)

    def _flush(self) -> None:
        if self._moved:
            align, inner = self._moved[0], "".join(self._moved[1:])
            self._pieces.append(self._raised(inner) if align == "superscript" else subscript(inner))
            self._moved = []

    def _raised(self, inner: str) -> str:
        """Raised text; a number that was typed behind a word as the mark of a note is set off as one."""
        before = "".join(self._pieces[-4:])
        if before[-1:].strip() and is_note_number(before, inner):
            return note_mark(inner)
        return superscript(inner)

    def _field(self, edge: Any) -> None:
        """Note where a field begins or ends. What stands in it before its result is an instruction, never shown."""
        self._flush()
        kind = edge.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append((len(self._pieces), edge.find(f"{W}ffData")))
        elif kind == "separate" and self._fields:
            start, form = self._fields[-1]
            del self._pieces[start:]
            self._fields[-1] = (-1, form)
        elif kind == "end" and self._fields:
            start, form = self._fields.pop()
            if start >= 0:
                del self._pieces[start:]
            if form is not None:
                self._put(_chosen(form))


def _chosen(form: Any) -> str:
    """What a form field shows that keeps no text: a box that is ticked or not, the chosen entry of a list."""
    if (box := form.find(f"{W}checkBox")) is not None:
        state = box.find(f"{W}checked")
        return "☒" if is_on(box.find(f"{W}default") if state is None else state) else "☐"
    if (choices := form.find(f"{W}ddList")) is not None:
        entries = [entry.get(VALUE, "") for entry in choices.iterchildren(f"{W}listEntry")]
        result = choices.find(f"{W}result")
        at = number(choices.find(f"{W}default") if result is None else result)
        return entries[at] if at < len(entries) else ""
    return ""
