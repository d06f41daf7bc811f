"""Many passages with the statistics of real text: labelled paragraphs among others whose sentences are recombined.

The paragraphs of the held-out articles of a labelled file stay as they are, so that it is known which passage answers
each of their questions. The others are made of the sentences of one other article each, in another order. Once all
articles are used up they come again, and the rare words of each such round get another ending, as a larger collection
of real text has more names: without it, each name would occur in more and more passages.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from index.indexing import with_blocks
from index.keywords import MOST_TERMS, STOP_WORDS
from index.sentences import split_sentences
from qa.lab.corpus import paragraph_document
from qa.lab.dataset import Paragraph, Question, usable_questions
from qa.lab.kept_back import is_kept_back

CHARACTERS = 700  # from which a passage is complete
RARE = 20  # a word that occurs in fewer sentences is another one in each round
WORD = re.compile(r"[^\W\d_]{3,}")
COMMON = slice(40, 400)  # which content words count as common ones, by the sentences they occur in
HERE = "\0"  # where a rare word gets its ending


@dataclass(frozen=True, slots=True)
class KeywordQuestion:
    """A question, and the id of the passage that answers it; 0 where none does."""

    text: str
    passage: int = 0


@dataclass(frozen=True, slots=True)
class RealText:
    """The questions about held-out articles, the sentences of each other article, and their content words, the most
    frequent first."""

    questions: tuple[Question, ...]
    articles: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, squad: Path) -> RealText:
        """What a labelled file holds. Raises DatasetError for a bad one."""
        questions = usable_questions(squad, lambda fault: None)
        articles: dict[str, list[str]] = {}
        for paragraph in dict.fromkeys(one.paragraph for one in questions if not is_kept_back(one.paragraph)):
            document = with_blocks(paragraph_document(paragraph))
            sentences = split_sentences(document.text, document.blocks)
            articles.setdefault(paragraph.title, []).extend(document.text[s.start : s.end] for s in sentences)
        every = (one for some in articles.values() for one in some)
        counts = Counter(word for one in every for word in set(WORD.findall(one.lower())))

        def marked(found: re.Match[str]) -> str:
            return found[0] if counts[found[0].lower()] >= RARE else found[0] + HERE

        return cls(
            tuple(one for one in questions if is_kept_back(one.paragraph)),
            tuple(tuple(WORD.sub(marked, one) for one in some) for some in articles.values()),
            tuple(word for word, _ in counts.most_common() if word not in STOP_WORDS),
        )

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The labelled paragraphs: the passages with the ids 1, 2, 3..."""
        return list(dict.fromkeys(one.paragraph for one in self.questions))

    def passages(self) -> Iterator[str]:
        """Endlessly many passages, the labelled ones first."""
        yield from (one.text for one in self.paragraphs)
        rng = random.Random(0)
        for generation in count():
            ending = _ending(generation)
            for article in rng.sample(self.articles, len(self.articles)):
                passage = ""
                for sentence in rng.sample(article, len(article)):
                    passage = f"{passage} {sentence.replace(HERE, ending)}".strip()
                    if len(passage) >= CHARACTERS:
                        yield passage
                        passage = ""

    def usual(self, number: int) -> list[KeywordQuestion]:
        """Some of the labelled questions."""
        ids = {paragraph: id_ for id_, paragraph in enumerate(self.paragraphs, 1)}
        return [
            KeywordQuestion(one.text, ids[one.paragraph]) for one in random.Random(1).sample(self.questions, number)
        ]

    def of_common_words(self, number: int) -> list[KeywordQuestion]:
        """Questions of three to six words, each of which is common."""
        rng = random.Random(2)
        return [KeywordQuestion(" ".join(rng.sample(self.words[COMMON], rng.randint(3, 6)))) for _ in range(number)]

    def long(self, number: int) -> list[KeywordQuestion]:
        """Questions of MOST_TERMS content words, pasted from the passage that is to be found."""
        pasted = [_content(one.text) for one in self.paragraphs]
        some = [
            KeywordQuestion(" ".join(one[:MOST_TERMS]), id_)
            for id_, one in enumerate(pasted, 1)
            if len(one) >= MOST_TERMS
        ]
        return random.Random(3).sample(some, number)


def _content(text: str) -> list[str]:
    return [word for word in dict.fromkeys(WORD.findall(text)) if word.lower() not in STOP_WORDS]


def _ending(generation: int) -> str:
    """Three letters that are another word's end in each of 80 rounds; none in the first."""
    if not generation:
        return ""
    return "bcdfghjklmnpqrstvwxz"[generation % 20] + "aiou"[generation // 20 % 4] + "m"
