"""The fonts and styles that a file of rich text names at its beginning."""

from __future__ import annotations

from dataclasses import dataclass

from index.formats.rtf.charsets import CHARSETS, SYMBOLS
from index.formats.rtf.state import RtfStyle, RtfUse
from index.formats.symbols import symbol

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class RtfFont:
    """A font: its name, and the number of its character set."""

    name: str = ""
    charset: int = 1

    @property
    def encoding(self) -> str:
        """The encoding of its bytes; "" where it is that of the file."""
        return CHARSETS.get(self.charset, "")

    @property
    def is_symbols(self) -> bool:
        """Whether its bytes are signs of its own."""
        return self.charset == SYMBOLS

    def signs(self, data: bytes) -> str:
        """Returns the signs that it shows for some bytes."""
        return "".join(symbol(self.name, f"{byte:X}") for byte in data)


class RtfNames:
    """Learns fonts and styles, and hands them out by their numbers."""

    def __init__(self) -> None:
        self.usual = 0  # the number of the font where none is said
        self._fonts: dict[int, RtfFont] = {}
        self._styles: dict[int, RtfStyle] = {}
        self._number, self._charset, self._name = 0, 1, ""  # of what is being named

    def font(self, number: int) -> RtfFont:
        """Returns the font of a number; for -1, the usual one."""
        return self._fonts.get(self.usual if number < 0 else number, RtfFont())

    def style(self, number: int) -> RtfStyle:
        """Returns the style of paragraphs of a number."""
        return self._styles.get(number, RtfStyle())

    def begin_style(self) -> None:
        """A style is named next."""
        self._number, self._name = 0, ""

    def define(self, word: str, number: int | None, use: RtfUse) -> None:
        """Take a control word in the list of fonts or styles."""
        if use is RtfUse.FONTS and word == "f":
            self._number, self._charset, self._name = number or 0, 1, ""
        elif use is RtfUse.FONTS and word == "fcharset":
            self._charset = number or 0
        elif use is RtfUse.STYLES and word == "s":
            self._number = number or 0
        elif use is RtfUse.STYLES and word in ("cs", "ds", "ts"):  # of characters, sections and tables
            self._number = -1

    def collect(self, text: str, use: RtfUse, outline: int) -> None:
        """Take a part of a name, which ends with a semicolon; `outline` is the depth that a style states."""
        for piece in text.split(";")[:-1]:
            name = (self._name + piece).strip()
            self._name = ""
            if use is RtfUse.FONTS:
                self._fonts[self._number] = RtfFont(name, self._charset)
            elif self._number >= 0:
                self._styles[self._number] = RtfStyle(name.split(",")[0].strip().lower(), outline)
        self._name = (self._name + text.rpartition(";")[2])[:_LONGEST_NAME]
