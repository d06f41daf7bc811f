"""Counts how words follow one another in questions and in what they are put to: `quotewise train ngrams`."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from index.files import replaced_folder
from qa.english import is_known
from qa.lab.dataset import Question
from qa.training.errors import TrainingError
from qa.typed.ngrams import (
    ALIKE,
    ASKED,
    BEGIN,
    BITS,
    COUNTS,
    END,
    MARKS,
    QUESTION,
    UNKNOWN,
    WORDS,
    Counts,
    Followers,
    tokens,
)

# How often a word, two and three of them must follow one another to be kept. With 2 for three, the file has 1.7
# MB more, and of 400 questions with dropped letters as many are restored.
LEAST_WORD, LEAST_PAIR, LEAST_TRIPLE = 3, 2, 3
LEAST_NAME = 20  # the same of a word that is in no list
SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")
STRESS = re.compile(r"\d")


def write_ngrams(questions: Iterable[Question], pronunciations: Path, folder: Path) -> Path:
    """Write what is counted in these questions and their paragraphs, and which of the words sound the same; returns the
    folder. `pronunciations` is a file of CMUdict. Raises TrainingError where it is none."""
    texts = list(_texts(questions))
    counted = Counter(word for text in texts for word in text[1:-1])
    kept = sorted((word for word in counted if _is_kept(word, counted[word])), key=lambda word: (-counted[word], word))
    words = [*MARKS, *kept][: 1 << BITS]
    alike = _alike(pronunciations, words)
    numbers = {word: number for number, word in enumerate(words)}
    rows = [[numbers.get(word, numbers[UNKNOWN]) for word in text] for text in texts]
    pairs = Counter(one << BITS | two for row in rows for one, two in pairwise(row))
    triples = Counter(
        (one << BITS | two) << BITS | three
        for row in rows
        for one, two, three in zip(row, row[1:], row[2:], strict=False)
    )
    with replaced_folder(folder) as temporary:
        (temporary / WORDS).write_text("\n".join(words) + "\n", encoding="utf-8")
        (temporary / ALIKE).write_text("".join(" ".join(group) + "\n" for group in alike), encoding="utf-8")
        two, three = _kept(pairs, LEAST_PAIR), _kept(triples, LEAST_TRIPLE)
        np.savez(
            temporary / COUNTS,
            before=_before(two, len(words)),
            pair_keys=two.keys,
            pair_counts=two.counts,
            triple_keys=three.keys,
            triple_counts=three.counts,
        )
    return folder


def _texts(questions: Iterable[Question]) -> Iterator[list[str]]:
    """Each question, and each sentence of the paragraphs, as words between marks of what it is."""
    read = set()
    for question in questions:
        yield [QUESTION, *(one.word for one in tokens(question.text)), ASKED]
        if question.paragraph.number not in read:
            read.add(question.paragraph.number)
            for sentence in SENTENCE_END.split(question.paragraph.text):
                yield [BEGIN, *(one.word for one in tokens(sentence)), END]


def _is_kept(word: str, count: int) -> bool:
    if word in MARKS:
        return False
    is_usual = not word.isalpha() or len(word) <= 2 or is_known(word)
    return count >= (LEAST_WORD if is_usual else LEAST_NAME)


def _alike(pronunciations: Path, words: Iterable[str]) -> list[list[str]]:
    """Words that sound the same as they are usually said, whatever their stress."""
    known, by_sound = set(words), defaultdict(set)
    try:
        lines = pronunciations.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(
            f"{pronunciations} cannot be read: give --pronunciations the file of CMUdict, which the package cmudict "
            "carries as cmudict.dict."
        ) from error
    for line in lines:
        word, *sounds = line.split("#")[0].split() or [""]
        if word in known and sounds:  # no variant: "are(2)" sounds like "or(2)"
            by_sound[STRESS.sub("", " ".join(sounds))].add(word)
    return sorted(sorted(group) for group in by_sound.values() if len(group) > 1)


def _before(pairs: Followers, words: int) -> Counts:
    """Behind how many different words each of them was seen."""
    seconds = (pairs.keys & np.uint64((1 << BITS) - 1)).astype(np.int64)
    return np.bincount(seconds, minlength=words).astype(np.uint16)


def _kept(counted: Counter[int], least: int) -> Followers:
    keys = sorted(key for key, count in counted.items() if count >= least)
    counts = np.array([counted[key] for key in keys]).clip(max=np.iinfo(np.uint16).max)
    return Followers(np.array(keys, np.uint64), counts.astype(np.uint16))
