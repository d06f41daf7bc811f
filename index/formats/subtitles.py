"""Subtitles in SubRip (`.srt`) and WebVTT (`.vtt`): what is said as running text, found by its time.

A sentence runs over several cues, so that these are joined; a new paragraph begins with another speaker, after a pause,
and where one has grown long. What is shown twice, as rolling captions repeat the line above, stands once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from index.errors import DocumentError
from index.formats.encodings import decode
from index.formats.extract import Extract
from index.records import Block, Locator

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]*-{{1,2}}>[ \t]*{_TIME}(?:[ \t].*)?$")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]{1,100})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[\d:.]+>|\{\\[^{}]*\}|\{[a-zA-Z]:[^{}]*\}")
# Who speaks, as written: "- Yes.", "ANNA BERG: Yes."
_SPEAKER = re.compile(r"[-–—]\s?\S|>>|([^:]{2,40}):\s")
_NUMBER = re.compile(r"[ \t]*\d{1,6}[ \t]*$")
_ENDED = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
PAUSE = 4.0  # seconds without words
LONG = 600  # characters, behind which the next sentence begins a new paragraph
AT_ONCE = 0.011  # seconds between cues of which one goes on with what the other shows


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from `start` to `end`, in seconds, line by line; `voice` is who speaks, as the file states it."""

    start: float
    end: float
    lines: tuple[str, ...]
    voice: str = ""


def extract_subtitles(data: bytes, name: str) -> Extract:
    """The words of a file of subtitles; raises DocumentError where it has no times."""
    lines = decode(data, name).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    writer = _Writer()
    for cue in _once(_cues(lines, is_web=lines[0].startswith("WEBVTT"), name=name)):
        writer.add(cue)
    return writer.build()


def _cues(lines: Sequence[str], *, is_web: bool, name: str) -> Iterator[Cue]:
    """The cues of the file. Of WebVTT one ends with an empty line; what stands between them is not shown."""
    timings = [(number, found) for number, line in enumerate(lines) if (found := _TIMING.match(line))]
    if not timings:
        raise DocumentError(f"{name} holds no subtitles with times: give it its true ending, or save its text as .txt.")
    ends = [*(number for number, _ in timings), len(lines) + 1][1:]
    for (number, found), end in zip(timings, ends, strict=True):
        inner = list(lines[number + 1 : end if end <= len(lines) else len(lines)])
        if is_web:
            blank = next((at for at, line in enumerate(inner) if not line.strip()), len(inner))
            inner = inner[:blank]
        elif end <= len(lines) and inner and _NUMBER.match(inner[-1]):
            inner.pop()  # that of the next cue
        start, ending = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
        for voice, said in _by_voice(inner):
            yield Cue(start, ending, tuple(filter(None, map(_shown, said))), voice)


def _by_voice(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The lines of a cue by who speaks: a line that names somebody begins what that person says."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in lines:
        if found := _VOICE.search(line):
            parts.append((_shown(found[1]), []))
        parts[-1][1].append(line)
    return [part for part in parts if part[1]] or parts


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _shown(line: str) -> str:
    return " ".join(unescape(_TAG.sub("", line)).split())


def _names_speaker(line: str) -> bool:
    found = _SPEAKER.match(line)
    return found is not None and (found[1] is None or found[1].isupper())


def _once(cues: Iterator[Cue]) -> Iterator[Cue]:
    """The cues without the lines that the one before them shows already."""
    last = Cue(-PAUSE, -PAUSE, ())
    for cue in cues:
        new = list(cue.lines)
        if cue.start <= last.end + AT_ONCE and last.lines:
            shared = next((n for n in range(len(new), 0, -1) if tuple(new[:n]) == last.lines[-n:]), 0)
            del new[:shared]
            if new and not shared and new[0].startswith(last.lines[-1] + " "):
                new[0] = new[0][len(last.lines[-1]) + 1 :]  # a line that grows word by word
        if new:
            yield Cue(cue.start, cue.end, tuple(new), cue.voice)
        if cue.lines:
            last = cue


class _Writer:
    """Joins cues to paragraphs, and keeps where each begins."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._locators: list[Locator] = []
        self._start = 0  # of the paragraph
        self._end = 0.0  # of the last cue
        self._voice = ""

    def add(self, cue: Cue) -> None:
        lines = list(cue.lines)
        if cue.voice and cue.voice != self._voice:
            lines[0] = f"{cue.voice}: {lines[0]}"
        self._place(cue)
        for number, line in enumerate(lines):
            self._line(line, apart=not number and self._is_apart(cue))
        self._voice, self._end = cue.voice, cue.end

    def _place(self, cue: Cue) -> None:
        """Begin the part of this second; it starts where the next line does, behind what parts the two."""
        seconds = int(cue.start)
        name = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        if not self._locators or self._locators[-1].name != name:
            self._locators.append(Locator(self._length, name))

    def _is_apart(self, cue: Cue) -> bool:
        """Whether a cue begins a new paragraph."""
        if cue.voice != self._voice or cue.start > self._end + PAUSE:
            return True
        return self._length - self._start > LONG and bool(_ENDED.search(self._pieces[-1]))

    def _line(self, line: str, *, apart: bool) -> None:
        if self._length and (apart or _names_speaker(line)):
            self._end_paragraph()
            self._append("\n\n")
            self._start = self._length
        elif self._length:
            self._append(" ")
        self._append(line)

    def _append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)

    def _end_paragraph(self) -> None:
        if self._length > self._start:
            self._blocks.append(Block(self._start, self._length))

    def build(self) -> Extract:
        self._end_paragraph()
        return Extract("".join(self._pieces), blocks=tuple(self._blocks), locators=tuple(self._locators))
