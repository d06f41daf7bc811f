"""Kinds of edits of a made document, each with what must become of a quote from it.

What is expected follows from the edit: a sentence that was not touched still stands, one that was is changed. Where it
stands is found by the words that were written, not by the code that is measured.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from qa.evaluation.edits_documents import NEWS, Format, MadeDocument, make_document, written

Expected = Literal["stands", "changed", "gone"]
Edit = Callable[["Quoted", random.Random], "Edited"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A document in a file, and which of its sentences is quoted: number `at[1]` of paragraph `at[0]`, or of its list
    where that is -1."""

    made: MadeDocument
    format: Format
    path: Path
    at: tuple[int, int]

    @property
    def sentence(self) -> str:
        """The quoted sentence or item."""
        paragraph, number = self.at
        return self.made.items[number] if paragraph < 0 else self.made.paragraphs[paragraph][number]


@dataclass(frozen=True, slots=True)
class Edited:
    """What must become of the quote: where it stands, it does so in the file `path`, in the sentence's occurrence
    number `occurrence`, counted from 0."""

    expected: Expected
    path: Path
    occurrence: int = 0


def save(quoted: Quoted, made: MadeDocument, expected: Expected, occurrence: int = 0) -> Edited:
    """Write the edited document to the file."""
    quoted.path.write_bytes(written(made, quoted.format))
    return Edited(expected, quoted.path, occurrence)


def with_sentences(quoted: Quoted, *sentences: str) -> MadeDocument:
    """The document with these in place of the quoted sentence."""
    paragraph, number = quoted.at
    if paragraph < 0:
        items = quoted.made.items
        return replace(quoted.made, items=(*items[:number], *sentences, *items[number + 1 :]))
    paragraphs = list(quoted.made.paragraphs)
    own = paragraphs[paragraph]
    paragraphs[paragraph] = (*own[:number], *sentences, *own[number + 1 :])
    return replace(quoted.made, paragraphs=tuple(one for one in paragraphs if one))


def _word_inserted(sentence: str, word: str, rng: random.Random) -> str:
    words = sentence.split()
    at = rng.randint(1, len(words) - 1)
    return " ".join([*words[:at], word, *words[at:]])


def paragraph_above(quoted: Quoted, rng: random.Random) -> Edited:
    """A new paragraph at the top."""
    made = replace(quoted.made, paragraphs=((rng.choice(NEWS),), *quoted.made.paragraphs))
    return save(quoted, made, "stands")


def sentence_before(quoted: Quoted, rng: random.Random) -> Edited:
    """A new sentence right before the quoted one, or a new item."""
    return save(quoted, with_sentences(quoted, rng.choice(NEWS), quoted.sentence), "stands")


def sentence_behind(quoted: Quoted, rng: random.Random) -> Edited:
    """A new sentence right behind the quoted one, or a new item."""
    return save(quoted, with_sentences(quoted, quoted.sentence, rng.choice(NEWS)), "stands")


def paragraph_below(quoted: Quoted, rng: random.Random) -> Edited:
    """A new paragraph behind all others."""
    made = replace(quoted.made, paragraphs=(*quoted.made.paragraphs, (rng.choice(NEWS),)))
    return save(quoted, made, "stands")


def words_inside(quoted: Quoted, rng: random.Random) -> Edited:
    """Some words inside the sentence."""
    words = rng.choice(["almost", "as far as is known", "nearly", "it is said", "perhaps"])
    return save(quoted, with_sentences(quoted, _word_inserted(quoted.sentence, words, rng)), "changed")


def not_inside(quoted: Quoted, rng: random.Random) -> Edited:
    """A "not" inside the sentence."""
    return save(quoted, with_sentences(quoted, _word_inserted(quoted.sentence, "not", rng)), "changed")


def words_at_the_end(quoted: Quoted, rng: random.Random) -> Edited:
    """The sentence goes on."""
    more = rng.choice([", unless agreed otherwise", " at the earliest", ", but not always"])
    bare, stop = quoted.sentence.rstrip("."), "." if quoted.sentence.endswith(".") else ""
    return save(quoted, with_sentences(quoted, bare + more + stop), "changed")


def words_at_the_start(quoted: Quoted, rng: random.Random) -> Edited:
    """The sentence begins earlier."""
    first = rng.choice(["It is not true that", "Formerly", "If all goes well,"])
    return save(quoted, with_sentences(quoted, f"{first} {quoted.sentence}"), "changed")


def number_changed(quoted: Quoted, rng: random.Random) -> Edited:
    """Another number in the sentence."""
    found = rng.choice(list(re.finditer(r"\d+", quoted.sentence)))
    other = str(int(found.group()) + rng.choice([1, 2, 10]))
    sentence = quoted.sentence[: found.start()] + other + quoted.sentence[found.end() :]
    return save(quoted, with_sentences(quoted, sentence), "changed")


def sentence_deleted(quoted: Quoted, rng: random.Random) -> Edited:
    """The sentence is taken out."""
    return save(quoted, with_sentences(quoted), "changed")


def sentence_put_last(quoted: Quoted, rng: random.Random) -> Edited:
    """The sentence is cut out and becomes the last paragraph, or the last item."""
    made = with_sentences(quoted)
    if quoted.at[0] < 0:
        return save(quoted, replace(made, items=(*made.items, quoted.sentence)), "stands")
    return save(quoted, replace(made, paragraphs=(*made.paragraphs, (quoted.sentence,))), "stands")


def sentence_repeated_above(quoted: Quoted, rng: random.Random) -> Edited:
    """The same sentence near the top as well: the quoted one is still the one among its neighbours.

    Something stands above the copy, which else could lie just where the quoted sentence was.
    """
    made = replace(quoted.made, paragraphs=((rng.choice(NEWS),), (quoted.sentence,), *quoted.made.paragraphs))
    return save(quoted, made, "stands", occurrence=1)


def other_sentence_changed(quoted: Quoted, rng: random.Random) -> Edited:
    """Another sentence says something else."""
    others = [(p, s) for p, one in enumerate(quoted.made.paragraphs) for s in range(len(one)) if (p, s) != quoted.at]
    other = replace(quoted, at=rng.choice(others))
    return save(quoted, with_sentences(other, _word_inserted(other.sentence, "not", rng)), "stands")


def lead_in_negated(quoted: Quoted, rng: random.Random) -> Edited:
    """What leads to the list says the contrary. A quoted sentence outside of it still stands."""
    made = replace(quoted.made, lead_in=quoted.made.lead_in.replace("must bring", "must not bring"))
    return save(quoted, made, "changed" if quoted.at[0] < 0 else "stands")


def wrapped(quoted: Quoted, rng: random.Random) -> Edited:
    """The lines are wrapped at another width; in .docx, the text is stored in other pieces."""
    quoted.path.write_bytes(written(quoted.made, quoted.format, width=rng.randint(45, 90)))
    return Edited("stands", quoted.path)


def other_line_ends(quoted: Quoted, rng: random.Random) -> Edited:
    """Saved with the line ends of another system; in .docx, in pieces of ten characters."""
    width = 10 if quoted.format == "docx" else 0
    quoted.path.write_bytes(written(quoted.made, quoted.format, width=width, line_end="\r\n"))
    return Edited("stands", quoted.path)


def saved_again(quoted: Quoted, rng: random.Random) -> Edited:
    """The same bytes, written at another time."""
    quoted.path.write_bytes(quoted.path.read_bytes())
    os.utime(quoted.path, (rng.randint(10**9, 2 * 10**9),) * 2)
    return Edited("stands", quoted.path)


def renamed(quoted: Quoted, rng: random.Random) -> Edited:
    """Another name."""
    return Edited("stands", quoted.path.rename(quoted.path.with_stem(f"renamed {rng.randint(1, 99)}")))


def moved_below(quoted: Quoted, rng: random.Random) -> Edited:
    """Put into a folder of the folder where it lay."""
    folder = quoted.path.with_name("older") / str(rng.randint(1990, 2030))
    folder.mkdir(parents=True)
    return Edited("stands", quoted.path.rename(folder / quoted.path.name))


def renamed_and_edited(quoted: Quoted, rng: random.Random) -> Edited:
    """Another name and other bytes: no longer to be told from a different file."""
    paragraph_below(quoted, rng)
    renamed(quoted, rng)
    return Edited("gone", quoted.path)


def deleted(quoted: Quoted, rng: random.Random) -> Edited:
    """No file."""
    quoted.path.unlink()
    return Edited("gone", quoted.path)


def replaced(quoted: Quoted, rng: random.Random) -> Edited:
    """Another document under the same name, which says nothing of it."""
    made, *_ = make_document(rng)
    others = tuple(tuple(s for s in one if s != quoted.sentence) for one in made.paragraphs)
    made = replace(made, paragraphs=others, items=tuple(one for one in made.items if one != quoted.sentence))
    return save(quoted, made, "changed")


def damaged(quoted: Quoted, rng: random.Random) -> Edited:
    """Emptied, or overwritten with bytes that are no text."""
    quoted.path.write_bytes(b"" if rng.random() < 0.5 else b"\0" + rng.randbytes(2000))
    return Edited("changed", quoted.path)


EDITS: tuple[Edit, ...] = (
    paragraph_above, sentence_before, sentence_behind, paragraph_below, words_inside, not_inside, words_at_the_end,
    words_at_the_start, number_changed, sentence_deleted, sentence_put_last, sentence_repeated_above,
    other_sentence_changed, lead_in_negated, wrapped, other_line_ends, saved_again, renamed, moved_below,
    renamed_and_edited, deleted, replaced, damaged,
)  # fmt: skip
