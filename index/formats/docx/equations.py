"""Equations of a Word file in a line of text: what their shape says is written as a sign."""

from __future__ import annotations

from typing import Any

from index.formats.docx.package import M, W

_VALUE = f"{M}val"
_UNSEEN = {f"{W}del", f"{W}moveFrom", f"{W}rPr", f"{W}pPr"}
_SIGNS = {f"{M}sup": "^", f"{M}sub": "_", f"{M}rad": "\u221a"}  # without these, a thousand would read "103"
_OPERATORS = frozenset("+-−–±×·*/=<> ")


def equation(element: Any) -> str:
    """Returns what an element of an equation shows."""
    return "".join(_part(child) for child in element if child.tag not in _UNSEEN)


def _part(element: Any) -> str:
    if element.tag == f"{M}t":
        return element.text or ""
    if element.tag == f"{M}f":
        over, under = (_whole(element.find(f"{M}{name}")) for name in ("num", "den"))
        return f"{over}/{under}"
    if element.tag in _SIGNS:
        inner = _whole(element)
        return f"{_SIGNS[element.tag]}{inner}" if inner else ""
    if element.tag == f"{M}d":
        return _delimited(element)
    if element.tag == f"{M}nary":
        return _property(element, "naryPr", "chr", "∫") + equation(element)
    return equation(element)


def _whole(element: Any | None) -> str:
    """What an element shows, in brackets where it would else be taken apart: (a+b)/2 is not a+b/2."""
    text = "" if element is None else equation(element)
    return f"({text})" if len(text) > 1 and _OPERATORS & set(text[1:]) and not text.startswith("(") else text


def _delimited(element: Any) -> str:
    begin, end = _property(element, "dPr", "begChr", "("), _property(element, "dPr", "endChr", ")")
    between = _property(element, "dPr", "sepChr", "|")
    return begin + between.join(equation(one) for one in element.iterchildren(f"{M}e")) + end


def _property(element: Any, group: str, name: str, otherwise: str) -> str:
    found = element.find(f"{M}{group}/{M}{name}")
    return otherwise if found is None else str(found.get(_VALUE, ""))
