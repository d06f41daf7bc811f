"""Numbers as a spreadsheet program shows them, by the codes of their formats (see `number_codes`).

No library for Python shows them all; the judge of what stands here was SheetJS' SSF. What depends on the reader's own
settings is shown as for the United States, but for dates of the system's own form, which are written as 2024-03-31:
"3/4/24" would say one thing here and another there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from index.formats.sheets.dates import shown_date
from index.formats.sheets.number_codes import FormatSection, FormatToken, sections_of

MOST_DIGITS = 40  # placeholders in a code; a number has 15 digits that count


def shown_text(text: str, code: str) -> str:
    """Returns a text in a format, which may put words around it."""
    sections = sections_of(code)
    section = sections[3] if len(sections) == 4 else sections[-1]
    if section.kind != "text" or all(token.what == "text" for token in section.tokens):
        return text if len(sections) < 4 or section.tokens else ""
    return "".join(text if token.what == "text" else token.text for token in section.tokens)


def shown_number(value: float, code: str, *, from_1904: bool = False) -> str:
    """Returns a number in a format. `from_1904` tells how the file counts its days."""
    sections = sections_of(code)
    numbers = sections[:3] if len(sections) == 4 else [one for one in sections if one.kind != "text"] or sections
    at, section = _chosen(value, numbers)
    if not section.tokens:
        return "" if code.strip() else general(value)
    if section.kind == "date":
        shown = shown_date(value, [(token.what, token.text) for token in section.tokens], from_1904=from_1904)
        return general(value) if shown is None else " ".join(shown.split())
    # A section for negative numbers has its own sign.
    signed = value if at == 0 or (section.condition and section.condition[0] in ("<>", "=")) else abs(value)
    return " ".join(_written(signed, section.tokens).split(" ")).strip()


def _chosen(value: float, sections: Sequence[FormatSection]) -> tuple[int, FormatSection]:
    if any(one.condition for one in sections):
        for at, one in enumerate(sections):
            if one.condition is None or _holds(value, *one.condition):
                return at, one
        return len(sections) - 1, sections[-1]
    if value < 0 and len(sections) > 1:
        return 1, sections[1]
    if value == 0 and len(sections) > 2:
        return 2, sections[2]
    return 0, sections[0]


def _holds(value: float, sign: str, than: float) -> bool:
    return {
        "<": value < than, ">": value > than, "=": value == than, "<=": value <= than, ">=": value >= than,
        "<>": value != than,
    }[sign]  # fmt: skip


def _written(value: float, tokens: Sequence[FormatToken]) -> str:
    """A number by the tokens of one section."""
    whats = [token.what for token in tokens]
    if "digits" not in whats:
        pieces = [general(abs(value)) if token.what in ("general", "text") else token.text for token in tokens]
        return ("-" if value < 0 and {"general", "text"} & {*whats} else "") + "".join(pieces)
    if whats.count("digits") > MOST_DIGITS:
        return general(value)
    number = abs(_exact(value)) * 100 ** sum(token.text == "%" for token in tokens if token.what == "sign")
    slash = next((at for at, t in enumerate(tokens) if t == FormatToken("sign", "/")), -1)
    if slash >= 0 and "digits" in whats[:slash]:
        shown = _fraction(number, tokens, slash)
    elif "exponent" in whats:
        shown = _scientific(number, tokens, whats.index("exponent"))
    else:
        shown = _decimal(number, tokens)
    return "-" + shown if value < 0 else shown


def _exact(value: float) -> Decimal:
    """A number with the 15 digits that spreadsheets count with: 1.005 is not 1.00499999999999989."""
    return Decimal(f"{value:.15g}")


def _decimal(number: Decimal, tokens: Sequence[FormatToken], grouped: bool | None = None) -> str:
    """A number above 0 by placeholders, with a point, commas between thousands, and literals anywhere."""
    point = next((at for at, token in enumerate(tokens) if token == FormatToken("sign", ".")), len(tokens))
    places = [at for at, token in enumerate(tokens) if token.what == "digits"]
    whole, behind = [at for at in places if at < point], [at for at in places if at > point]
    commas = [at for at, token in enumerate(tokens) if token == FormatToken("sign", ",")]
    last = whole[-1] if whole else -1
    scaled = sum(last < at < point or at > places[-1] for at in commas) if whole else 0
    if grouped is None:
        grouped = any(whole[0] < at < last for at in commas) if whole else False
    number = (number / 1000**scaled).quantize(Decimal(1).scaleb(-len(behind)), rounding=ROUND_HALF_UP)
    digits, _, decimals = f"{number:f}".partition(".")
    filled = _filled(digits.lstrip("0"), [tokens[at].text for at in whole], grouped)
    shown = dict(zip(whole, filled, strict=True))
    kept = len(decimals.rstrip("0"))
    for number_, at in enumerate(behind):
        shown[at] = decimals[number_] if number_ < kept or tokens[at].text == "0" else _nothing(tokens[at].text)
    pieces = ["" if whole else digits.lstrip("0")]
    for at, token in enumerate(tokens):
        if token.what == "digits":
            pieces.append(shown[at])
        elif token.text != "," or token.what != "sign":
            pieces.append("" if token.what == "text" else token.text)
    return "".join(pieces)


def _filled(digits: str, places: Sequence[str], grouped: bool) -> list[str]:
    """The digits of a whole number for each placeholder, the first of which takes all that are left."""
    shown: list[str] = []
    for behind, place in enumerate(reversed(places)):
        last = behind == len(places) - 1
        here = (digits if last else digits[-1:]) or ("0" if place == "0" else _nothing(place))
        digits = "" if last else digits[:-1]
        if grouped and here.strip():
            signs = [
                one + ("," if (count := behind + len(here) - 1 - at) and count % 3 == 0 else "")
                for at, one in enumerate(here)
            ]
            here = "".join(signs)
        shown.insert(0, here)
    return shown


def _nothing(place: str) -> str:
    return " " if place == "?" else ""


def _scientific(number: Decimal, tokens: Sequence[FormatToken], at: int) -> str:
    """A number with an exponent; several placeholders before the point make it a multiple of their count."""
    point = next((n for n, token in enumerate(tokens[:at]) if token == FormatToken("sign", ".")), at)
    step = max(1, sum(token.what == "digits" for token in tokens[:point]))
    behind = sum(token.what == "digits" for token in tokens[point:at])
    exponent = 0
    if number:
        exponent = number.adjusted() // step * step
        if number.scaleb(-exponent).quantize(Decimal(1).scaleb(-behind), rounding=ROUND_HALF_UP) >= 10**step:
            exponent += step
    mantissa = _decimal(number.scaleb(-exponent), tokens[:at], grouped=False)
    sign = "-" if exponent < 0 else tokens[at].text.replace("-", "")
    power = _decimal(Decimal(abs(exponent)), tokens[at + 1 :], grouped=False)
    return f"{mantissa}E{sign}{power}"


def _fraction(number: Decimal, tokens: Sequence[FormatToken], slash: int) -> str:
    """A number as "1 3/4", by a denominator of as many digits as stated, or by the one that is stated."""
    rest = "".join(token.text for token in tokens[slash + 1 :])
    fixed = re.match(r"\s*(\d+)", rest)
    above = [at for at in range(slash) if tokens[at].what == "digits"]
    first = above[-1]  # where the numerator begins: behind what parts it from the whole number
    while first - 1 in above:
        first -= 1
    has_whole = first > above[0]
    whole, part = (int(number), Fraction(number) % 1) if has_whole else (0, Fraction(number))
    if fixed and int(fixed[1]):
        below = int(fixed[1])
        over = int(Decimal(str(float(part * below))).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    else:
        length = min(6, sum(token.what == "digits" for token in tokens[slash + 1 :]) or 1)
        near = part.limit_denominator(10**length - 1)
        over, below = near.numerator, near.denominator
    if has_whole and over == below:
        whole, over = whole + 1, 0
    shown = f"{over}/{below}" if over or not has_whole else ""
    return f"{whole if whole or not shown else ''} {shown}".strip()


def general(value: float) -> str:
    """Returns a number without a format: at most eleven signs, but whole numbers of up to 15 digits in full."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    for digits in (10, 6):
        shown = f"{value:.{digits}g}" if 1e-5 <= abs(value) < 1e11 else f"{value:.5e}"
        if "e" not in shown:
            whole = f"{_exact(value).quantize(Decimal(1).scaleb(-9), rounding=ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
            shown = whole if len(whole.lstrip("-")) <= 11 and abs(value) >= 1e-4 else shown
        if len(shown.lstrip("-")) <= 11 or digits == 6:
            break
    mantissa, _, exponent = shown.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}E{exponent}" if exponent else mantissa
