"""Questions of the page, of programs and of assistants, answered a few at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from anyio import to_thread

from qa.answerer import Answerer, Threshold
from qa.conversation import Conversation
from qa.opened import kept_reader
from qa.reading.balanced import Balanced
from qa.reading.reader import Reader
from qa.records import Answer
from qa.source import Source
from qa.timing import Progress, say_nothing
from ui.web.turns import Turns

ReaderName = Literal["fast", "balanced", "accurate"]  # what may be named from outside: no folder, nothing to fetch


class Askable(Protocol):
    """Documents that can be asked, all or those that are chosen."""

    def source(self, chosen: Sequence[str] | None) -> Source:
        """What a question is put to: the documents of these ids or names, or all."""


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A question, with what it is asked of and how.

    `within` are ids or names of documents; empty: all. `conversation` are the answers before it, oldest first, where it
    may lean on them. `threshold` and `reader` are the server's own where they are None. With `as_typed` nothing is
    mended or completed in the question.
    """

    question: str
    within: tuple[str, ...] = ()
    conversation: tuple[Answer, ...] = ()
    threshold: Threshold | None = None
    reader: ReaderName | None = None
    as_typed: bool = False


class Asking:
    """Answers questions over documents, as many at one time as there are turns. Safe to use from several threads."""

    def __init__(
        self, documents: Askable, reader: str | Reader | Balanced | None = None, *, download: bool = False
    ) -> None:
        """`reader` reads where a question names none: a reader, or the name or folder of one, for which `download`
        lets a model hub be asked."""
        self._documents, self._reader, self._download = documents, reader, download
        self.turns = Turns()

    def ask(self, asked: QuestionAsked, progress: Progress = say_nothing) -> Answer:
        """The answer, for which a thread waits its turn; `progress` is as in `Answerer.ask`. Raises QuotewiseError."""
        with self.turns.taken():
            return self._answer(asked, progress)

    async def ask_soon(self, asked: QuestionAsked) -> Answer:
        """The answer, for which a task waits its turn. Raises QuotewiseError, BusyError where too many wait."""
        async with self.turns.taken_soon():
            return await to_thread.run_sync(self._answer, asked)

    def _answer(self, asked: QuestionAsked, progress: Progress = say_nothing) -> Answer:
        source = self._documents.source(asked.within or None)
        answerer = Answerer(source, self._chosen(asked.reader), threshold=asked.threshold)
        if asked.conversation:
            conversation = Conversation(answerer, asked.conversation)
            return conversation.ask(asked.question, progress=progress, as_typed=asked.as_typed)
        return answerer.ask(asked.question, progress=progress, as_typed=asked.as_typed)

    @property
    def is_reader_given(self) -> bool:
        """Whether one reader was named when the server was started."""
        return self._reader is not None

    def _chosen(self, name: ReaderName | None) -> Reader | Balanced:
        if name is not None:
            return kept_reader(name)
        given = self._reader
        return kept_reader(given, self._download) if given is None or isinstance(given, str) else given
