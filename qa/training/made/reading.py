"""SQuAD's questions, and those of its clauses, put to the passages that a collection of its articles has."""

from __future__ import annotations

import hashlib
import random
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import keywords
from index.files import replaced_file
from index.records import Hit, Passage, View
from qa.lab.dataset import Question
from qa.retrieval import DEPTH, fuse
from qa.training.data import ExampleMaker
from qa.training.examples import ALTERED, Example
from qa.training.made.articles import Article, ArticleView, articles_of, without_context
from qa.training.made.clauses import kind_of
from qa.training.made.documents import alike

NEAREST = 3  # of the passages found for a question, from which a wrong one is taken
BARE = 0.2  # of the passages are read without title and headings, as a text has none that stands alone
OTHER_SUBJECT = 0.3  # of the questions that could name their subject name another instead, and are not answered
NAMING = (
    "{q} ({t})?", "{q} in {t}?", "{q} of {t}?", "{q} for {t}?", "{q} according to “{t}”?", "{t}: {q}?",
    "In {t}, {l}?", "Regarding {t}: {l}?", "In the article about {t}, {l}?", "{t} - {l}?", "{q} in the case of {t}?",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ViewShares:
    """Which share of questions names its article's `subject`, and is also put to a passage of the same article's
    `neighbours`, to one that was `retrieved`, or `altered` by rule."""

    subject: float
    neighbours: float
    retrieved: float
    altered: float


class ViewMaker:
    """Makes examples over the articles of one file. `maker` alters questions. With a folder `kept`, passages are found
    by vectors as well as by words, as answering does; the vectors are kept there."""

    def __init__(
        self, questions: Sequence[Question], seed: int, shares: ViewShares, maker: ExampleMaker, kept: Path | None
    ) -> None:
        self._seed, self._shares, self._maker = seed, shares, maker
        self._articles = articles_of(questions, seed)
        self._titles = [title.replace("_", " ") for title in self._articles]
        self._found = ViewSearch([view for article in self._articles.values() for view in article.views], kept)

    def examples(self, question: Question) -> list[Example]:
        """The question beside the passage that answers it, and beside others that do not."""
        article = self._articles[question.paragraph.title]
        place = article.find(question)
        if place is None:  # its answer lies across two passages
            return []
        rng = random.Random(f"{self._seed} view {question.id}")
        view, spans = place
        if rng.random() < BARE:
            view, spans = without_context(view, spans)
        text, about = self._named(question, article, rng)
        kind = kind_of(question) if ":" in question.id else "answerable"
        id_ = f"view:{question.id}"
        if about is not None:  # the passage's own title tells that it is about something else
            return [Example(id_, id_, "other subject", text, view.text, (), view.context)] if view.context else []
        made = [Example(id_, id_, kind, text, view.text, spans, view.context)]
        golds = [gold.text.lower() for gold in question.answers]
        wrong = self._wrong(text, article, view, golds, rng)
        made += [Example(f"{id_}-{w}", id_, w, text, other.text, (), other.context) for w, other in wrong]
        if kind == "answerable" and rng.random() < self._shares.altered:
            made += self._altered(question, view)
        return made

    def _named(self, question: Question, article: Article, rng: random.Random) -> tuple[str, str | None]:
        """The question, perhaps with its article's title; and another title, where that is named instead."""
        title = question.paragraph.title.replace("_", " ")
        words = set(re.findall(r"\w+", title.lower())) - keywords.STOP_WORDS
        if rng.random() >= self._shares.subject or words & set(re.findall(r"\w+", question.text.lower())):
            return question.text, None
        other = rng.choice(self._titles)
        about = other if rng.random() < OTHER_SUBJECT and other != title and article.title == title else None
        stem = question.text.rstrip("? .")
        lower = stem if stem[1:2].isupper() else stem[:1].lower() + stem[1:]
        return rng.choice(NAMING).format(q=stem, l=lower, t=about or title), about

    def _wrong(
        self, text: str, article: Article, view: ArticleView, golds: Sequence[str], rng: random.Random
    ) -> list[tuple[str, ArticleView]]:
        """A passage of the same article and one that a search finds, each with its share, that lack the answers."""
        made = []
        if rng.random() < self._shares.neighbours:
            others = [one for one in article.views if one.plan is not view.plan and not _holds(one, golds)]
            near = alike(text, [one.plan.view for one in others])[:NEAREST]
            if near:
                chosen = rng.choice(near)
                made.append(("neighbour", next(one for one in others if one.plan.view is chosen)))
        if rng.random() < self._shares.retrieved:
            found = [one for one in self._found.nearest(text) if one.plan is not view.plan and not _holds(one, golds)]
            if found:
                made.append(("retrieved", rng.choice(found[:NEAREST])))
        return made

    def _altered(self, question: Question, view: ArticleView) -> list[Example]:
        altered = self._maker.altered(question, view.body)
        if altered is None:
            return []
        return [
            Example(f"view:{altered.id}", f"view:{altered.id}", ALTERED, altered.question, view.text, (), view.context)
        ]


def _holds(view: ArticleView, golds: Sequence[str]) -> bool:
    text = _lower(view.text)
    return any(gold in text for gold in golds)


@lru_cache(maxsize=50_000)
def _lower(text: str) -> str:
    return text.lower()


class ViewSearch:
    """Finds passages as a collection does: by words, and by vectors where they are `kept`."""

    def __init__(self, views: Sequence[ArticleView], kept: Path | None) -> None:
        self._views = views
        self._words = sqlite3.connect(":memory:")
        self._words.execute(f"CREATE VIRTUAL TABLE words USING fts5(text, tokenize='{keywords.TOKENIZER}')")
        self._words.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", list(enumerate(v.text for v in views)))
        self._passages = [
            Passage(i, view.article, 0, len(view.body), view.body, View.of(view.body)) for i, view in enumerate(views)
        ]
        self._encoder, self._vectors = None, np.zeros((0, 0), np.float32)
        if kept is not None:
            from index.encoder_catalog import open_encoder

            self._encoder = open_encoder()
            self._vectors = self._encoded(kept)

    def _encoded(self, kept: Path) -> NDArray[np.float32]:
        """The views' vectors, made on the first call."""
        assert self._encoder is not None
        texts = [view.text for view in self._views]
        digest = hashlib.sha256("\0".join([self._encoder.card.fingerprint, *texts]).encode()).hexdigest()[:12]
        path = kept / f"vectors-{digest}.npy"
        if not path.exists():
            kept.mkdir(parents=True, exist_ok=True)
            vectors = self._encoder.encode_passages(texts)
            with replaced_file(path) as temporary, open(temporary, "wb") as file:
                np.save(file, vectors)
        return np.asarray(np.load(path))

    def nearest(self, question: str) -> list[ArticleView]:
        """The views that are found for a question, best first."""
        expression = keywords.match_expression(question)
        rows = self._words.execute(
            "SELECT rowid, -rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (expression or '""', DEPTH)
        )
        words = [Hit(self._passages[row], float(score)) for row, score in rows]
        return [self._views[hit.passage.id] for hit in fuse(self._dense(question), words)]

    def _dense(self, question: str) -> list[Hit]:
        if self._encoder is None:
            return []
        cosines = self._vectors @ self._encoder.encode_question(question)
        best = np.argpartition(-cosines, min(DEPTH, len(cosines) - 1))[:DEPTH]
        return [Hit(self._passages[i], float(cosines[i])) for i in best[np.argsort(-cosines[best])]]
