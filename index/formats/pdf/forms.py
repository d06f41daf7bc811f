"""What is filled into a PDF's form, and notes written on its pages: they are no part of the page's own text."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from index.formats.pdf.origins import entered
from index.formats.pdf.shapes import Direction, TextLine, TextSegment
from index.formats.traced import joined

_FREE_TEXT, _WIDGET = 3, 20  # kinds of annotation, FPDF_ANNOT_*
_CHECKBOX, _RADIO, _COMBO, _LIST, _TEXT = 2, 3, 4, 5, 6  # FPDF_FORMFIELD_*
_HIDDEN = 0b100010  # flags of an annotation: hidden, or not shown on a screen
_PASSWORD = 1 << 13  # a flag of a text field
CHECKED, UNCHECKED = "yes", "no"
FARTHEST_LABEL = 300.0  # points from a field to the label at its left
FARTHEST_ABOVE = 14.0  # points from a field to the baseline of the label above it


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a box (left, bottom, right, top) of a page; a tick box may have its label at the right."""

    box: tuple[float, float, float, float]
    text: str
    is_tick: bool = False
    is_note: bool = False


def read_entries(page: Any, formenv: Any, pdfium: Any, traced: int | None = None) -> list[Entry]:
    """The filled fields and visible notes of a page; `pdfium` is PDFium's interface, `formenv` the forms it opened. The
    texts are `traced` to the page of this number, if one is given."""
    entries = []
    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        if kind in (_FREE_TEXT, _WIDGET) and not pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            rect = pdfium.FS_RECTF()
            pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect))
            box = (rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top))
            text, is_tick = _value(annotation, kind, formenv, pdfium)
            if text.strip():
                text = text if traced is None else entered(text, traced, number)
                entries.append(Entry(box, text, is_tick, kind == _FREE_TEXT))
        pdfium.FPDFPage_CloseAnnot(annotation)
    return entries


def _value(annotation: Any, kind: int, formenv: Any, pdfium: Any) -> tuple[str, bool]:
    """What a person sees in a field or note, and whether it is the state of a tick box."""
    if kind == _FREE_TEXT:
        text = _string(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))
        return text, False
    if formenv is None:
        return "", False
    field = pdfium.FPDFAnnot_GetFormFieldType(formenv, annotation)
    if field in (_CHECKBOX, _RADIO):
        checked = pdfium.FPDFAnnot_IsChecked(formenv, annotation)
        return (CHECKED if checked else UNCHECKED if field == _CHECKBOX else ""), True
    if field not in (_TEXT, _COMBO, _LIST) or pdfium.FPDFAnnot_GetFormFieldFlags(formenv, annotation) & _PASSWORD:
        return "", False
    value = _string(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(formenv, annotation, buffer, size))
    return value, False


def _string(read: Any) -> str:
    size = read(None, 0)
    if not 2 < size < 1_000_000:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    read(buffer, size)
    text = bytes(buffer).decode("utf-16-le", "replace").partition("\0")[0]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c == "\n" or c.isprintable())


def with_entries(lines: list[TextLine], entries: Sequence[Entry], page: int, direction: Direction) -> list[TextLine]:
    """The lines of a page with the entries in their places: label and value become one line, a form's field."""
    taken: set[int] = set()
    added: list[TextLine] = []
    boxes = [(direction.turned(*entry.box), entry) for entry in entries]
    for box, entry in sorted(boxes, key=lambda one: (-one[0][1], one[0][0])):
        left, bottom, right, top = box
        size = min(max(top - bottom, 4.0), 10.0)
        label = None if entry.is_note else _label(lines, box, entry, taken, [other for other, _ in boxes])
        if label is None:
            step = 1.2 * size
            for number, text in enumerate(filter(str.strip, entry.text.split("\n"))):
                v = (bottom + top) / 2 - 0.35 * size if "\n" not in entry.text.strip() else top - step * (number + 0.8)
                segment = TextSegment(left, max(right, left + 1), text.strip(), size)
                added.append(TextLine.of(page, v, [segment]))
            continue
        line, segment = label
        taken.add(id(segment))
        value = joined(" ", entry.text.split())
        both = TextSegment(min(segment.left, left), max(segment.right, right), segment.text + " " + value, segment.size)
        added.append(TextLine.of(page, line.v, [both], (segment.text, value)))
    kept = [line.part(rest) for line in lines if (rest := [s for s in line.segments if id(s) not in taken])]
    return sorted([*kept, *added], key=lambda line: (-line.v, line.left))


def _label(
    lines: Sequence[TextLine],
    box: tuple[float, float, float, float],
    entry: Entry,
    taken: set[int],
    boxes: Sequence[tuple[float, float, float, float]],
) -> tuple[TextLine, TextSegment] | None:
    """The text that says what a field is: left of it, right of a tick box, or above it."""
    left, bottom, right, top = box
    beside: list[tuple[float, TextLine, TextSegment]] = []
    above: list[tuple[float, TextLine, TextSegment]] = []
    others = [one for one in boxes if one != box and one[1] < top and one[3] > bottom]
    for line in lines:
        if bottom - 2 <= line.v <= top + 1:
            for segment in line.segments:
                gap = left - segment.right if segment.right <= left + 2 else None
                if gap is not None and gap < FARTHEST_LABEL and not _between(others, segment.right, left):
                    beside.append((gap + (line.size if entry.is_tick else 0), line, segment))
                elif entry.is_tick and segment.left >= right - 2 and not _between(others, right, segment.left):
                    beside.append((segment.left - right, line, segment))
        elif top < line.v <= top + FARTHEST_ABOVE:
            above += [(line.v - top, line, s) for s in line.segments if s.left < right and s.right > left]
    for found in (beside, above):
        free = [one for one in found if id(one[2]) not in taken]
        if free:
            _, line, segment = min(free, key=lambda one: one[0])
            return line, segment
    return None


def _between(others: Sequence[tuple[float, float, float, float]], start: float, end: float) -> bool:
    return any(start - 2 <= (one[0] + one[2]) / 2 <= end + 2 for one in others)
