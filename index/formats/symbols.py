"""Characters of the symbol fonts that office files use, as Unicode. Those without a clear equal are left out."""

from __future__ import annotations

_SYMBOL = {
    **{code: chr(code) for code in range(0x20, 0x40)},
    **dict(zip((0x22, 0x24, 0x27, 0x2A, 0x2D, 0x40), "∀∃∋∗−≅", strict=True)),
    **dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)),
    **dict(zip(range(0x5B, 0x60), "[∴]⊥_", strict=True)),
    **dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)),
    **dict(zip(range(0x7B, 0x7F), "{|}∼", strict=True)),
    **dict(zip(range(0xA0, 0xBD), "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…", strict=True)),
    **dict(zip(range(0xBF, 0xE1), "↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊", strict=True)),
    **dict(zip((0xE2, 0xE3, 0xE4, 0xE5, 0xF2), "®©™∑∫", strict=True)),
}
_WINGDINGS = {
    **dict(zip((0x20, 0x22, 0x28, 0x29, 0x2A, 0x45, 0x46, 0x47, 0x48, 0x4A, 0x4C), " ✂☎✆✉☜☞☝☟☺☹", strict=True)),
    **dict(zip(range(0x6C, 0x79), "●❍■□□❑❒⬧⧫◆❖⬥⌧", strict=True)),
    **dict(zip(range(0x81, 0x8B), "①②③④⑤⑥⑦⑧⑨⑩", strict=True)),
    **dict(zip(range(0x8C, 0x96), "❶❷❸❹❺❻❼❽❾❿", strict=True)),
    **dict(zip((0x9E, 0x9F, 0xA1, 0xA7, 0xA8, 0xAB, 0xD8), "·•○▪◻★➢", strict=True)),
    **dict(zip((0xDF, 0xE0, 0xE1, 0xE2, 0xE7, 0xE8, 0xE9, 0xEA), "←→↑↓←→↑↓", strict=True)),
    **dict(zip((0xEF, 0xF0, 0xF1, 0xF2, 0xF3), "⇦⇨⇧⇩⬄", strict=True)),
    **dict(zip((0xFB, 0xFC, 0xFD, 0xFE), "✗✓☒☑", strict=True)),
}
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": dict(zip((0x4F, 0x50, 0x51, 0x52, 0x53, 0x54, 0xA3), "✗✓☒☑☒☒□", strict=True)),
    "wingdings 3": {0x7D: "▶"},
    "webdings": dict(zip((0x61, 0x63, 0x67, 0x6E, 0x72), "✔□■●✖", strict=True)),
}


def symbol(font: str, code: str) -> str:
    """Returns the character that a symbol font shows for a code in hexadecimal, such as "F0FC"; "" where unknown."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if (known := _FONTS.get(font.strip().lower())) is not None:
        return known.get(number & 0xFF, "")
    if 0xE000 <= number <= 0xF8FF or not 0x20 <= number <= 0xFFFD or 0xD800 <= number <= 0xDFFF:
        return ""  # for private use: only its font knows it
    return chr(number)


def with_symbols(text: str, font: str) -> str:
    """Returns `text` with the codes of symbol fonts in it (U+F020 to U+F0FF) as the characters that they show."""
    if not any("\uf020" <= character <= "\uf0ff" for character in text):
        return text
    return "".join(symbol(font, f"{ord(c):X}") if "\uf020" <= c <= "\uf0ff" else c for c in text)
