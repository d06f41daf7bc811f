"""Rich text, token by token: which text is shown, where, and how it looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from index.formats.numerals import written
from index.formats.pieces import Piece
from index.formats.rtf.charsets import decoded, encoding_of_page
from index.formats.rtf.flow import RtfFlow, whole_text
from index.formats.rtf.fonts import RtfNames
from index.formats.rtf.state import RtfState, RtfUse
from index.formats.rtf.tokens import RtfToken, tokens
from index.formats.rtf.words import CELLS, LOOKS, PARAGRAPHS, SIGNS, changed
from index.formats.symbols import with_symbols
from index.records import BlockKind

# Groups that are never read, beside those that a program may pass over which are not known here.
_PASSED = frozenset(
    "colortbl listtable listoverridetable list listlevel leveltext levelnumbers listoverride pict nonshppict objdata "
    "filetbl revtbl rsidtbl generator xmlnstbl themedata "
    "colorschememapping datastore latentstyles listpicture pgptbl wgrffmtfilter userprops template nonesttables sp "
    "shprslt datafield formfield bkmkstart bkmkend atnid atnauthor atndate atnref atntime atrfstart atrfend ftnsep "
    "ftnsepc ftncn aftnsep aftnsepc aftncn private docvar xe tc author operator manager company category keywords "
    "comment doccomm hlinkbase creatim revtim printim buptim subject panose falt".split()
)
# Groups that a program may pass over, and that are read all the same.
_KNOWN = frozenset("shppict shpinst shptxt annotation fldinst listtext pntext moMath moMathPara mr mt footnote".split())
_HEADS, _FEET = ("header", "headerf", "headerl", "headerr"), ("footer", "footerf", "footerl", "footerr")
_ENCODINGS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_CONTENTS = re.compile(r"\s*TOC\b")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # no file needs them, and damaged ones hold them
_MOST_OPEN = 10_000  # groups in one another
_UNREAD = (RtfUse.PASSED, RtfUse.DOUBLED)


class RtfReader:
    """Reads a file: `pieces` of its body, `heads` and `feet` of its pages, and its stated `title`."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.heads: list[Piece] = []
        self.feet: list[Piece] = []
        self.title = ""
        self._state = RtfState()
        self._open: list[
            tuple[RtfState, _Ending | None]
        ] = []  # the groups around: what held before them, what ends them
        self._flow = RtfFlow()
        self._names = RtfNames()
        self._encoding = "cp1252"
        self._waiting = bytearray()  # bytes of one font, not yet read
        self._collected: list[str] = []  # text that is not shown: a title, an instruction, a mark
        self._notes = {"footnote": 0, "endnote": 0}
        self._noted = ""  # the kind of the note that is read
        self._skip = 0  # characters behind one that is written as its number
        self._first = self._passable = False  # the group has just begun; "\\*" comes right before

    def read(self, data: bytes) -> None:
        """Read all of a file; one that is cut off is read as far as it goes."""
        for token in tokens(data):
            self._take(token)
        self._flush()
        while self._open:
            self._end_group()
        self.pieces += self._flow.end(self._state, self._names.style(self._state.style))

    def _take(self, token: RtfToken) -> None:
        if token.kind == "bytes":
            self._bytes(token)
            self._first = self._passable = False
            return
        self._flush()
        self._skip = 0
        if token.word == "*":
            self._passable = self._first
            return
        first, self._first = self._first, token.kind == "{"
        if token.kind == "{":
            if len(self._open) >= _MOST_OPEN:
                raise ValueError("too many groups in one another")
            self._open.append((self._state, None))
            if self._state.use is RtfUse.STYLES:
                self._names.begin_style()
        elif token.kind == "}":
            self._end_group()
        elif not (first and self._begin(token.word)):
            self._word(token.word, token.number)
        self._passable = False

    def _end_group(self) -> None:
        if self._open:
            inner = self._state
            self._state, ending = self._open.pop()
            if ending is not None:
                ending(inner)

    def _begin(self, word: str) -> bool:
        """Whether the word that a group begins with says what the group is for."""
        if self._state.use in _UNREAD and word != "ud":
            return False
        if word == "ud" and self._state.use is RtfUse.DOUBLED:
            self._state = replace(self._state, use=RtfUse.SHOWN)
        elif word == "upr":  # the same twice: for old programs, and in Unicode
            self._state = replace(self._state, use=RtfUse.DOUBLED)
        elif word in _PASSED or (self._passable and word not in _KNOWN and self._state.use is not RtfUse.STYLES):
            self._state = replace(self._state, use=RtfUse.PASSED)
        elif word in ("fonttbl", "stylesheet"):
            self._state = replace(self._state, use=RtfUse.FONTS if word == "fonttbl" else RtfUse.STYLES)
        elif word in ("listtext", "pntext"):
            self._collect(RtfUse.MARK, self._end_mark)
        elif word == "fldinst":
            self._collect(RtfUse.INSTRUCTION, self._end_instruction)
        elif word == "title" and self._state.use is RtfUse.SHOWN:
            self._collect(RtfUse.TITLE, self._end_title)
        elif word in ("footnote", "annotation"):
            self._note(word)
        elif word in _HEADS or word in _FEET:
            edge = self.heads if word in _HEADS else self.feet
            self._apart(edge.extend)
        elif word == "shptxt":
            self._apart(self._flow.cite)
        else:
            return False
        return True

    def _collect(self, use: RtfUse, ending: _Ending) -> None:
        self._state = replace(self._state, use=use)
        self._collected = []
        self._open[-1] = self._open[-1][0], ending

    def _end_mark(self, _: RtfState) -> None:
        self._flow.mark = whole_text("".join(self._collected))

    def _end_instruction(self, _: RtfState) -> None:
        """A field's instruction has ended; its result stands in a group beside it."""
        if _CONTENTS.match("".join(self._collected)):
            self._state = replace(self._state, contents=True)

    def _end_title(self, _: RtfState) -> None:
        self.title = self.title or whole_text("".join(self._collected))

    def _apart(self, placed: Callable[[list[Piece]], None]) -> None:
        """What stands in the group is a run of its own, whose pieces are then placed."""
        outer, self._flow = self._flow, RtfFlow()
        self._state = self._state.begun().plain()

        def end(inner: RtfState) -> None:
            pieces = self._flow.end(inner, self._names.style(inner.style))
            self._flow = outer
            placed(pieces)

        self._open[-1] = self._open[-1][0], end

    def _note(self, word: str) -> None:
        outer, before = self._flow, self._noted
        self._noted = word if word == "footnote" else ""

        def place(pieces: list[Piece]) -> None:
            mark = ""
            if self._noted:
                self._notes[self._noted] += 1
                mark = written(self._notes[self._noted], "lowerRoman" if self._noted == "endnote" else "decimal")
            self._noted = before
            notes = [Piece(BlockKind.NOTE, piece.flat) for piece in pieces]
            outer.cite([replace(one, mark=mark if not at else "") for at, one in enumerate(notes)])

        self._apart(place)

    def _bytes(self, token: RtfToken) -> None:
        data = token.data
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        if self._state.use not in _UNREAD:
            self._waiting += data

    def _flush(self) -> None:
        """Read the bytes that wait, in the encoding of their font."""
        if self._waiting:
            data = bytes(self._waiting)
            self._waiting.clear()
            font = self._names.font(self._state.font)
            self._text(font.signs(data) if font.is_symbols else decoded(data, font.encoding or self._encoding))

    def _text(self, text: str) -> None:
        use = self._state.use
        if use is RtfUse.SHOWN:
            if not self._state.hidden and not self._state.deleted:
                self._flow.put(_CONTROLS.sub("", text), self._state)
        elif use in (RtfUse.FONTS, RtfUse.STYLES):
            self._names.collect(text, use, self._state.outline)
        elif use not in _UNREAD:
            self._collected.append(text)

    def _word(self, word: str, number: int | None) -> None:
        if self._state.use in _UNREAD:
            return
        if self._state.use in (RtfUse.FONTS, RtfUse.STYLES):
            self._names.define(word, number, self._state.use)
        if word in LOOKS:
            self._state = changed(self._state, word, number)
        elif word == "u":
            self._text(with_symbols(chr((number or 0) & 0xFFFF), self._names.font(self._state.font).name))
            self._skip = self._state.uncounted
        elif word in SIGNS:
            self._text(SIGNS[word])
        elif word in PARAGRAPHS and self._state.use is RtfUse.SHOWN:
            self._flow.end_paragraph(self._state, self._names.style(self._state.style))
        elif word in CELLS:
            self._cell(word, number)
        elif word == "ftnalt" and self._noted:
            self._noted = "endnote"
        elif word == "deff":
            self._names.usual = number or 0
        elif word == "ansicpg":
            self._encoding = encoding_of_page(number or 1252)
        elif word in _ENCODINGS:
            self._encoding = _ENCODINGS[word]

    def _cell(self, word: str, number: int | None) -> None:
        if word == "cell":
            inside = replace(self._state, in_table=True)
            self._flow.end_cell(inside, self._names.style(self._state.style))
        elif word == "row":
            self._flow.table.end_row()
        else:
            self._flow.table.define(word, number)


_Ending = Callable[[RtfState], None]
