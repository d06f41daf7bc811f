"""SQuAD's articles as documents with a title and headings, cut into the passages and views that a collection has.

The headings are made of the paragraphs' own words, since SQuAD's file has none.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.formats.extract import TextBuilder
from index.keywords import STOP_WORDS
from index.passages import PassagePlan, split_passages
from index.records import BlockKind, Document, Place
from qa.lab.dataset import Paragraph, Question
from qa.training.data import answer_places
from qa.training.negatives import FUNCTION_WORDS

WORD = re.compile(r"[^\W\d_][\w’'-]+")
NAME = re.compile(r"[A-Z][\w’'-]+(?: (?:(?:of|the|de|and) )?[A-Z][\w’'-]+){0,3}")
MOST_TOGETHER = 4  # paragraphs under one heading
PLAIN = 0.15  # of the articles have no headings, as notes have none
UNTITLED = 0.12  # have a title that tells nothing, as many files have
USELESS_TITLES = ("scan", "document", "untitled", "draft", "export", "notes", "page", "new file", "article", "copy")
OPENERS = FUNCTION_WORDS | STOP_WORDS | frozenset("each many most some however although while after".split())
PAIRED = ("history", "overview", "background", "details", "development", "reception", "context", "origins", "structure")


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A passage of an article as it is read: its text, which begins with `context` characters of title and headings."""

    article: str
    text: str
    context: int
    plan: PassagePlan

    @property
    def body(self) -> str:
        """What can be quoted, with what stands between."""
        return self.text[self.context :]


@dataclass(frozen=True, slots=True)
class Article:
    """An article's title, its views in order, and where in its document each paragraph starts, by number."""

    title: str
    document: Document
    views: tuple[ArticleView, ...]
    starts: dict[int, int]

    def find(self, question: Question) -> tuple[ArticleView, tuple[Place, ...]] | None:
        """The view that holds the question's first answer, and all places of its answers there."""
        start = self.starts[question.paragraph.number]
        places = [(a + start, b + start) for a, b in answer_places(question)]
        labelled = question.answers[0].start + start
        for view in self.views:
            if view.plan.start <= labelled < view.plan.end:
                found = [view.plan.view.find(*place) for place in places]
                spans = tuple(
                    span
                    for span, (a, b) in zip(found, places, strict=True)
                    if span and _same(view.text[span[0] : span[1]], self.document.text[a:b])
                )
                return (view, spans) if spans else None
        return None


def _same(left: str, right: str) -> bool:
    return left.split() == right.split()


def articles_of(questions: Sequence[Question], seed: int) -> dict[str, Article]:
    """The articles that the questions' paragraphs make, by title. A paragraph without a title is left out."""
    paragraphs = {question.paragraph.number: question.paragraph for question in questions}
    by_title: dict[str, list[Paragraph]] = defaultdict(list)
    for paragraph in paragraphs.values():
        if paragraph.title:
            by_title[paragraph.title].append(paragraph)
    return {title: _article(title, own, random.Random(f"{seed} {title}")) for title, own in by_title.items()}


def _article(title: str, paragraphs: Sequence[Paragraph], rng: random.Random) -> Article:
    plain, shown = rng.random() < PLAIN, title.replace("_", " ")
    if rng.random() < UNTITLED:
        shown = f"{rng.choice(USELESS_TITLES)} {rng.randint(1, 2000)}"
    builder, starts = TextBuilder(), {}
    counts = [Counter(word.lower() for word in WORD.findall(p.text)) for p in paragraphs]
    spread = Counter(word for count in counts for word in count)
    known: set[str] = set()
    number = 0
    while number < len(paragraphs):
        together = paragraphs[number : number + rng.randint(1, MOST_TOGETHER)]
        if not plain:
            own = sum(counts[number : number + len(together)], Counter())
            heading = heading_of(" ".join(p.text for p in together), own, spread, rng, known)
            builder.add(BlockKind.HEADING, heading, level=2)
        for paragraph in together:
            block = builder.add(BlockKind.PARAGRAPH, paragraph.text)
            left = len(paragraph.text) - len(paragraph.text.lstrip())
            starts[paragraph.number] = (block.start if block else 0) - left
        number += len(together)
    extract = builder.build()
    document = Document(title, shown, title, "", extract.text, blocks=extract.blocks)
    plans = split_passages(document, document.blocks)
    views = tuple(ArticleView(title, plan.view.text, plan.view.context, plan) for plan in plans)
    return Article(shown, document, views, starts)


def heading_of(text: str, own: Counter[str], spread: Counter[str], rng: random.Random, known: set[str]) -> str:
    """A heading of one to four words: a name that the text repeats, or the word that is most its own. None twice."""
    names = Counter(name for name in NAME.findall(text) if len(name) > 3 and name.lower() not in OPENERS)
    likely = [name for name, count in names.most_common(4) if count > 1]
    weights = {
        word: count * math.log(2000 / spread[word])
        for word, count in own.items()
        if len(word) > 4 and word not in FUNCTION_WORDS
    }
    words: list[str] = sorted(weights, key=lambda word: -weights[word])[:3] or ["more"]
    heading: str
    if likely and rng.random() < 0.4:
        heading = rng.choice(likely)
    else:
        heading = rng.choice(words).capitalize()
        if rng.random() < 0.35:
            heading = f"{heading} and {rng.choice([*words, *PAIRED])}" if rng.random() < 0.5 else (
                f"{rng.choice(PAIRED).capitalize()} of {heading.lower()}")  # fmt: skip
    while heading in known:
        heading = f"{rng.choice(PAIRED).capitalize()}: {heading}"
    known.add(heading)
    return heading


def without_context(view: ArticleView, spans: Sequence[Place]) -> tuple[ArticleView, tuple[Place, ...]]:
    """The view and places in it without title and headings, as a text has none that stands alone."""
    shift = view.context
    return replace(view, text=view.body, context=0), tuple((a - shift, b - shift) for a, b in spans)
