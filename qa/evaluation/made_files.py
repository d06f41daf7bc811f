"""Folders of made-up text, the same for the same size. Sentences occur in several files, and paragraphs in one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

LATIN = "ba ce di fo gu ha je ki lo mu ne pa qui ro su ta ve wi xo ya zu sch str tion ment ing er al en or"
CYRILLIC = "ба це ди фо гу ха же ки ло му не па щи ро су та ве вы хо я зу ш стр ция мент ение ер ал ен ор"
WORDS, COMMON = 200_000, 1.1  # different words, and by how much the common ones lead (Zipf)
SENTENCES, LONGEST = 30_000, 30  # different ones in a script, and their words
SMALLEST, LARGEST = 2_000, 5_000_000  # bytes of a usual file
MEGABYTE = 1_000_000
# Large files: one in each so many megabytes of a corpus; their bytes, and their letters. A file may have 100,000,000.
LARGE = ((200, 49 * MEGABYTE, LATIN), (400, 90 * MEGABYTE, CYRILLIC))


def make_corpus(folder: Path, megabytes: int) -> int:
    """Fill the folder with files of so much text, from a few kB to 90 MB each; how many they are."""
    rng, total, number = np.random.default_rng(1), megabytes * MEGABYTE, 0
    for each, size, syllables in LARGE:
        for _ in range(megabytes // each):
            number += 1
            total -= write_text(folder / f"{number % 10}" / f"large-{number}.txt", size, syllables, number)
    while total > SMALLEST:
        number += 1
        size = int(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))
        total -= write_text(folder / f"{number % 10}" / f"text-{number}.txt", min(size, total), LATIN, number)
    return number


def make_notes(folder: Path, number: int) -> int:
    """Fill the folder with so many files of a sentence each; how many bytes they have."""
    size = 0
    for one in range(number):
        path = folder / f"{one % 100}" / f"note-{one}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_bytes(f"{_sentences(LATIN)[one % SENTENCES]} {one}.".encode())
    return size


def write_text(path: Path, size: int, syllables: str, seed: int) -> int:
    """Write a text of about so many bytes; how many they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with open(path, "wb") as file:
        for paragraph in _paragraphs(_sentences(syllables), np.random.default_rng(seed)):
            written += file.write(f"{paragraph}\n\n".encode())
            if written >= size:
                return written
    raise AssertionError("paragraphs do not end")


def _paragraphs(sentences: list[str], rng: np.random.Generator) -> Iterator[str]:
    """Paragraphs of one to seven sentences and a number, here and there a heading or a list."""
    number = 0
    while True:
        chosen = iter(rng.integers(0, len(sentences), 4_000).tolist())
        while own := [sentences[one] for one in islice(chosen, 1 + number % 7)]:
            number += 1
            own[0] = f"{own[0][:-1]} {number}."
            if number % 24 == 0:
                yield f"{number} {own[0][:40].rsplit(' ', 1)[0]}"
            yield "\n".join(f"- {one}" for one in own) if number % 24 == 1 else " ".join(own)


@cache
def _sentences(syllables: str) -> list[str]:
    """Sentences of four to LONGEST words, of which a few are common and most are rare."""
    rng = np.random.default_rng(2)
    parts = np.array(syllables.split(), object)[rng.integers(0, len(syllables.split()), (4, WORDS))]
    kept, words = rng.integers(1, 5, WORDS), parts[0]
    for place in range(1, 4):
        words = words + np.where(kept > place, parts[place], "")
    made = []
    for length in rng.integers(4, LONGEST, SENTENCES).tolist():
        numbers = rng.zipf(COMMON, length)
        text = " ".join(words[numbers % WORDS])
        made.append(f"{text[:1].upper()}{text[1:].replace(' ', ', ', length % 2)}.")
    return made
