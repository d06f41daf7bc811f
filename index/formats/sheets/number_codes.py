"""The codes of number formats, such as `#,##0.00 "EUR";[Red]-0.0%`: their sections, and these in pieces.

They are those of ECMA-376, part 1, section 18.8.31.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.formats.sheets.dates import DATE_LETTERS

FormatKind = Literal["number", "date", "text"]
# The formats that a file names by number only. 5 to 8 and 41 to 44 are currencies of the United States; 14, 22, 27 to
# 36 and 50 to 58 are dates of the system's own form.
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)', 7: '"$"#,##0.00_);("$"#,##0.00)', 8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
    **dict.fromkeys([*range(27, 37), *range(50, 59)], "yyyy-mm-dd"), 32: "h:mm", 33: "h:mm:ss",
    37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', 42: '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
LONGEST_CODE = 500  # characters; a spreadsheet program takes 255
_TOKEN = re.compile(
    r'"([^"]*)"?|[\\!](.)|_(.)|\*(.)|\[([^\]]*)\]|(General|G/Standard|Standard)|(E[+-])|(AM/PM|A/P|上午/下午)|'
    r"([yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[eE]+|[bB]{2,4}|g+)|([0#?]+)|(.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"(h+|m+|s+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FormatToken:
    """A piece of a format: what it is, and its characters."""

    what: Literal["literal", "digits", "sign", "general", "exponent", "date", "elapsed", "half", "text"]
    text: str


@dataclass(frozen=True, slots=True)
class FormatSection:
    """One of up to four parts of a format, between semicolons: for some numbers, or for text."""

    tokens: tuple[FormatToken, ...]
    condition: tuple[str, float] | None = None

    @property
    def kind(self) -> FormatKind:
        """What it shows."""
        whats = {token.what for token in self.tokens}
        if whats & {"date", "elapsed", "half"} and not whats & {"general"}:
            return "date"
        return "number" if whats & {"digits", "general"} or "text" not in whats else "text"


@lru_cache(maxsize=2000)
def sections_of(code: str) -> tuple[FormatSection, ...]:
    """Returns the sections of a format."""
    parts: list[list[FormatToken]] = [[]]
    conditions: list[tuple[str, float] | None] = [None]
    for found in _TOKEN.finditer(code[:LONGEST_CODE]):
        if found[0] == ";" and found[11]:
            parts.append([])
            conditions.append(None)
        elif found[5] is not None and (told := _CONDITION.fullmatch(found[5].strip())):
            conditions[-1] = (told[1], float(told[2]))
        else:
            parts[-1] += _tokens(found)
    return tuple(
        FormatSection(tuple(part), condition) for part, condition in zip(parts[:4], conditions[:4], strict=True)
    )


def _tokens(found: re.Match[str]) -> list[FormatToken]:
    quoted, escaped, wide, filled, bracket, general, exponent, half, date, digits, other = found.groups()
    if quoted is not None or escaped is not None:
        return [FormatToken("literal", quoted if quoted is not None else escaped)]
    if wide is not None:
        return [FormatToken("literal", " ")]
    if filled is not None:  # fills the cell, however wide it is
        return []
    if bracket is not None:
        if _ELAPSED.fullmatch(bracket):
            return [FormatToken("elapsed", bracket.lower())]
        symbol = bracket[1:].partition("-")[0] if bracket.startswith("$") else ""
        return [FormatToken("literal", symbol)] if symbol else []
    if general:
        return [FormatToken("general", general)]
    if exponent:
        return [FormatToken("exponent", exponent[1])]
    if half:
        return [FormatToken("half", half)]
    if date:
        return [FormatToken("date" if date[0].lower() in DATE_LETTERS else "literal", date.lower())]
    if digits:
        return [FormatToken("digits", one) for one in digits]
    if other == "@":
        return [FormatToken("text", other)]
    return [FormatToken("sign" if other in ".,%/" else "literal", other)]


def kind_of(code: str) -> FormatKind:
    """What a format mostly shows."""
    return sections_of(code)[0].kind
