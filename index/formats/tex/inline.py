"""A run of LaTeX inside a paragraph as text."""

from __future__ import annotations

from functools import cache
from typing import Any

from index.formats.scripts import note_mark, subscript, superscript
from index.formats.tex.macros import CITES, DROPPED, LAST_SHOWN, NOTES, REFERENCES, SECTIONS

_DROPPED = frozenset(name for names in DROPPED.values() for name in names.split())
_LAST_SHOWN = frozenset(name for names in LAST_SHOWN.values() for name in names.split())
_SPECIALS = {"~": "\xa0", "``": "“", "''": "”", "--": "–", "---": "—", "!`": "¡", "?`": "¿", "&": " ", "#": "#"}
_LETTERS = {"textless": "<", "textgreater": ">", "textbar": "|", "textasciitilde": "~", "textasciicircum": "^"}
_BREAKS = frozenset(("\\", "newline", "linebreak", "par", "newpage", "clearpage", "medskip", "bigskip", "smallskip"))


class InlineText:
    """Turns nodes of pylatexenc into text; the notes that stand in it are kept for later."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str]] = []  # the number of each, and what it says
        self._count = 0

    def of(self, nodes: Any) -> str:
        """The text of nodes, with marks of notes in the signs of `index.formats.scripts`."""
        return "".join(self._of(node) for node in nodes if node is not None)

    def _of(self, node: Any) -> str:
        kind = type(node).__name__
        if kind == "LatexCharsNode":
            return str(node.chars)
        if kind == "LatexGroupNode":
            return self.of(node.nodelist)
        if kind == "LatexMacroNode":
            return self._macro(node)
        if kind == "LatexSpecialsNode":
            sign = str(node.specials_chars)
            return _SPECIALS.get(sign, sign)
        if kind == "LatexMathNode":
            inner = formula(node)
            return f" {inner} " if node.displaytype == "display" else inner
        if kind == "LatexEnvironmentNode":
            return self.of(node.nodelist)
        return "\n" if kind == "LatexCommentNode" and "\n\n" in node.comment_post_space else ""

    def _macro(self, node: Any) -> str:
        name, arguments = node.macroname, arguments_of(node)
        after = str(node.macro_post_space) if not arguments else ""
        if name in _BREAKS:
            return "\n" if name in ("\\", "newline", "linebreak") else "\n\n"
        if name in _LETTERS:
            return _LETTERS[name] + after
        if name in NOTES:
            return self._note(arguments)
        if name in REFERENCES:
            shown = self.of(arguments[-1:])
            return f"[{shown}]" if name in CITES else shown
        if name in _DROPPED:
            return ""
        if name in _LAST_SHOWN or name in SECTIONS:
            return self.of(arguments[-1:])
        if name in ("textsuperscript", "textsubscript"):
            inner = self.of(arguments)
            return superscript(inner) if name == "textsuperscript" else subscript(inner)
        if name in ("verb", "lstinline"):
            return str(getattr(node.nodeargd, "verbatim_text", "") or "")
        said = plain(node)
        return said + ("" if said.endswith(after) else after if said or not after.strip() else "")

    def _note(self, arguments: list[Any]) -> str:
        self._count += 1
        number = str(self._count)
        at = len(self.notes)
        self.notes.append((number, ""))
        self.notes[at] = (number, self.of(arguments[-1:]))
        return note_mark(number)


def arguments_of(node: Any) -> list[Any]:
    """The arguments of a command that are there."""
    given = node.nodeargd.argnlist if node.nodeargd is not None and node.nodeargd.argnlist else ()
    return [one for one in given if one is not None]


def plain(node: Any) -> str:
    """What pylatexenc makes of a node: accents, symbols, formulas."""
    return str(_converter().node_to_text(node))


def formula(node: Any) -> str:
    """A formula as text; commands that only its author knows stay as they are written."""
    return str(_math_converter().node_to_text(node))


def _as_written(node: Any) -> str:
    return "" if node.macroname in _DROPPED else f"\\{node.macroname} "


@cache
def _math_converter() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    known = get_default_latex_context_db()
    known.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_as_written))
    return LatexNodes2Text(latex_context=known, math_mode="text", strict_latex_spaces="macros")


@cache
def _converter() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="text", strict_latex_spaces="macros")
