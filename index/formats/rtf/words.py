"""Control words of rich text that stand for signs, or change how what follows looks."""

from __future__ import annotations

from dataclasses import replace

from index.formats.rtf.state import RtfState
from index.formats.scripts import Script

SIGNS = {
    "tab": "\t", "\t": "\t", "line": "\n", "lbr": "\n", "page": "\n", "column": "\n", "nestcell": "\n", "~": "\u00a0",
    "_": "-", "-": "\u00ad", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "zwj": "\u200d",
    "zwnj": "\u200c",
}  # fmt: skip
PARAGRAPHS = frozenset(("par", "sect", "\n", "\r"))  # end one; a line end behind a backslash does, too
CELLS = frozenset(("trowd", "cellx", "clmrg", "clvmrg", "trhdr", "cell", "row"))
LOOKS = frozenset("plain pard b v deleted super sub nosupersub uc outlinelevel ilvl intbl itap f s".split())


def changed(state: RtfState, word: str, number: int | None) -> RtfState:
    """Returns the state after a word of `LOOKS`."""
    is_on = number != 0
    if word == "plain":
        return state.plain()
    if word == "pard":
        return state.begun()
    if word == "b":
        return replace(state, bold=is_on)
    if word == "v":
        return replace(state, hidden=is_on)
    if word == "deleted":
        return replace(state, deleted=is_on)
    if word in ("super", "sub", "nosupersub"):
        script: Script = "superscript" if word == "super" else "subscript"
        return replace(state, script=script if is_on and word != "nosupersub" else "")
    if word == "uc":
        return replace(state, uncounted=max(0, min(number or 0, 100)))
    if word == "f":
        return replace(state, font=number or 0)
    if word == "s":
        return replace(state, style=number or 0)
    if word == "outlinelevel":
        return replace(state, outline=max(0, min(9, 9 if number is None else number)))
    if word == "ilvl":
        return replace(state, depth=max(0, min(8, number or 0)))
    return replace(state, in_table=is_on)
