"""Raised and lowered characters in plain text: 10⁶ and H₂O must not become 106 and H2O."""

from __future__ import annotations

RAISED = str.maketrans("0123456789+-−–=()niabcdefghjklmoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
LOWERED = str.maketrans("0123456789+-−–=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


def superscript(text: str) -> str:
    """`text` as it is written above the line: "6" gives "⁶", "a/b" gives "^(a/b)", and the "th" of "5th" stays."""
    return _moved(text, RAISED, "^")


def subscript(text: str) -> str:
    """`text` as it is written below the line: "2" gives "₂", "1/2" gives "_(1/2)", and the "max" of "Vmax" stays."""
    return _moved(text, LOWERED, "_")


def _moved(text: str, table: dict[int, int], sign: str) -> str:
    inner = text.strip()
    if not inner or not any(character.isascii() and character.isalnum() for character in inner):
        return text  # a sign such as ® or ™ stands above the line by itself
    if len(inner) > 1 and inner.replace(".", "").isalpha():
        return text  # ordinals, "Mlle", "TM": whoever searches for these types plain letters
    if all(ord(character) in table for character in inner):
        moved = inner.translate(table)
    else:
        moved = sign + (inner if inner.isalnum() else f"({inner})")
    left = len(text) - len(text.lstrip())
    return text[:left] + moved + text[left + len(inner) :]
