"""Footnotes, endnotes and comments of a Word file: which one is cited where, and under which number."""

from __future__ import annotations

from typing import Any

from index.formats.docx.lines import Cited
from index.formats.docx.package import VALUE, W, number
from index.formats.numerals import written
from index.formats.packages import OpenXmlPackage

_KINDS = ("footnote", "endnote", "comment")
_USUAL_FORMATS = {"footnote": "decimal", "endnote": "lowerRoman"}
_WORD_2012 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_WORD_2010 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


class WordNotes:
    """Hands out each note once, where it is first cited."""

    def __init__(self, package: OpenXmlPackage, part: str, body: Any) -> None:
        self._notes: dict[tuple[str, str], Any] = {}
        self._format = dict(_USUAL_FORMATS)
        self._last = dict.fromkeys(_USUAL_FORMATS, 0)
        settled = _settled(package, part)
        for kind in _KINDS:
            root = package.of_kind(part, f"{kind}s")
            for note in () if root is None else root.iterchildren(f"{W}{kind}"):
                if kind != "comment" or not _is_settled(note, settled):
                    self._notes[kind, note.get(f"{W}id", "")] = note
        settings = package.of_kind(part, "settings")
        for kind in _USUAL_FORMATS:  # what a section says counts more than the settings
            for place in (settings, body.find(f"{W}sectPr")):
                properties = None if place is None else place.find(f"{W}{kind}Pr")
                if properties is None:
                    continue
                if (form := properties.find(f"{W}numFmt")) is not None:
                    self._format[kind] = form.get(VALUE, "decimal")
                self._last[kind] = max(0, number(properties.find(f"{W}numStart"), 1) - 1)

    def take(self, cited: Cited) -> tuple[Any, str] | None:
        """Returns the note's element and its mark; None where it was handed out before, or is not there."""
        note = self._notes.pop((cited.kind, cited.id), None)
        if note is None:
            return None
        if cited.sign or cited.kind not in self._last:
            return note, cited.sign
        self._last[cited.kind] += 1
        return note, written(self._last[cited.kind], self._format[cited.kind])


def _settled(package: OpenXmlPackage, part: str) -> set[str]:
    """The ids of the paragraphs that end comments which are marked as done: Word folds these away."""
    root = package.of_kind(part, "commentsExtended")
    return {
        one.get(f"{_WORD_2012}paraId", "")
        for one in (() if root is None else root.iterchildren(f"{_WORD_2012}commentEx"))
        if one.get(f"{_WORD_2012}done") in ("1", "true")
    }


def _is_settled(comment: Any, settled: set[str]) -> bool:
    return any(paragraph.get(f"{_WORD_2010}paraId", "-") in settled for paragraph in comment.iterchildren(f"{W}p"))
