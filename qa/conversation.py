"""Questions that follow on one another: each is asked as it stands and, where that is not enough, completed by what was
asked and answered before."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from index.records import Passage, View
from qa.answerer import Answerer
from qa.citing import Citer
from qa.completing import Said, completions
from qa.follow_ups import ITEM, WORD, content_words, lack_of, plain, shares_word
from qa.listing import number_named
from qa.questions import LONGEST_QUESTION, check_question
from qa.records import Answer, Citation, Statement
from qa.source import Source
from qa.timing import Clock, Progress, say_nothing

MOST_TURNS = 10  # that are kept
LOOKED_BACK = 3  # turns in which what a question lacks is looked for
GIVEN = ("answered", "conflict")
ANY_KIND = frozenset("item one option part point reason step thing way".split())  # of a list
GAIN = 0.1  # by which a completed question must be surer than one that is answered as it stands


class Conversation:
    """One person's questions to an answerer, and the answers so far.

    `answers` are those of turns before, oldest first, where it goes on from them. Safe to use from several threads:
    questions are answered one after the other. The answerer knows nothing of it.
    """

    def __init__(self, answerer: Answerer, answers: Sequence[Answer] = ()) -> None:
        self._answerer = answerer
        self._answers = deque(answers, MOST_TURNS)
        self._lock = Lock()

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The last answers, oldest first."""
        return tuple(self._answers)

    def ask(
        self,
        question: str,
        within: Source | None = None,
        progress: Progress = say_nothing,
        *,
        as_typed: bool = False,
    ) -> Answer:
        """Answer the next question, from another source if `within` is given; `progress` is as in `Answerer.ask`.
        `as_typed` is, too: then nothing is completed either.

        A question that can stand by itself gets the answer that `Answerer.ask` gives. Of one that cannot, such as
        "Why?" or "Where did she study?", `answer.asked` is the completed question where that is answered better.
        Raises QuestionError for an empty or overlong question.
        """
        question = check_question(question)
        with self._lock, (within or self._answerer.source).snapshot():
            if as_typed:
                answer = self._answerer.ask(question, within, progress, as_typed=True)
            else:
                answer = self._answer(question, within, progress)
            self._answers.append(answer)
        return answer

    def _answer(self, question: str, within: Source | None, progress: Progress) -> Answer:
        lack, recent = lack_of(question), list(self._answers)[: -LOOKED_BACK - 1 : -1]
        if lack == "item" and (item := item_of(question, recent, within or self._answerer.source)):
            return item
        bare = self._answerer.ask(question, within, progress)
        said = what_was_said(recent)
        if lack is None or said is None or (lack == "topic" and bare.status in GIVEN):
            return bare
        words = content_words(question) or content_words(said.question)
        best, tried = bare, [bare]
        for asked in completions(question, lack, said, (within or self._answerer.source).nearness):
            if len(asked) <= LONGEST_QUESTION:
                retry = self._answerer.ask(asked, within, progress)
                tried.append(retry)
                if says_more(retry, best, bare) and speaks_of(retry, words) and not repeats(retry, recent[0]):
                    best = retry
        return replace(best, question=question, timings_ms=together(tried))


def what_was_said(recent: Sequence[Answer]) -> Said | None:
    """The last of the turns, newest first, whose question lacks nothing; None where there is none."""
    for answer in recent:
        if lack_of(answer.asked) is None:
            return Said(answer.asked, answer.statements[0].text if len(answer.statements) == 1 else "")
    return None


def says_more(retry: Answer, best: Answer, bare: Answer) -> bool:
    """Whether an answer to the completed question is to be preferred to the best one so far."""
    gain = GAIN if best is bare and bare.status in GIVEN else 0.0
    return standing(retry) >= standing(best) and standing(retry) > 0 and retry.confidence > best.confidence + gain


def standing(answer: Answer) -> int:
    """How far an answer is given: 0 where it is refused, 1 where it is unsure, else 2."""
    return 2 if answer.status in GIVEN else 1 if answer.status == "unsure" else 0


def quoted(answer: Answer) -> Citation | None:
    """What is quoted as the answer, or perhaps is."""
    return answer.citations[0] if answer.citations else answer.perhaps


def speaks_of(answer: Answer, words: Sequence[str]) -> bool:
    """Whether what is quoted stands under a title, a name or in a passage with one of the words."""
    quote = quoted(answer)
    if quote is None:
        return False
    return shares_word(words, " ".join([quote.title, *(name.shown for name in quote.names), quote.passage]))


def repeats(answer: Answer, last: Answer) -> bool:
    """Whether what is quoted was the last answer, or is only what the last question named itself ("What is GZDoom?",
    "Who makes it?"): nobody asks on to hear that again."""
    one, other = quoted(answer), quoted(last)
    if one is None or len(answer.statements) > 1:
        return False
    named = {word.casefold() for word in WORD.findall(last.asked)}
    if set(content_words(one.text)) and named.issuperset(content_words(one.text)):
        return True
    return other is not None and (one.document_id, one.start, one.end) == (other.document_id, other.start, other.end)


def together(answers: Sequence[Answer]) -> dict[str, float]:
    """The milliseconds of all that was asked for one question, by step."""
    steps = dict.fromkeys(step for answer in answers for step in answer.timings_ms)
    return {step: sum(answer.timings_ms.get(step, 0.0) for answer in answers) for step in steps}


def item_of(question: str, recent: Sequence[Answer], source: Source) -> Answer | None:
    """The item that the question names by its number, of the list that was answered last ("And the second one?")."""
    clock, wanted = Clock(), ITEM.match(plain(question))
    if wanted is None:
        return None
    lists = [answer for answer in recent if len(answer.statements) > 1] or list(recent[:1])
    for answer in lists:
        lead = answer.lead_in.shown if answer.lead_in else ""
        kind = wanted["noun"]
        if kind and kind.lower() not in ANY_KIND and not shares_word([kind], f"{answer.asked} {lead}"):
            continue
        items = answer.statements if len(answer.statements) > 1 else list_around(answer, source)
        at = len(items) - 1 if wanted["number"].lower() == "last" else number_named(wanted["number"]) - 1
        if 0 <= at < len(items):
            citations = tuple(replace(one, number=number) for number, one in enumerate(items[at].citations, 1))
            clock.lap("total")
            return replace(
                answer,
                question=question,
                asked=f"{answer.asked} ({wanted[0]})",
                text=items[at].text,
                citations=citations,
                alternatives=(),
                statements=(replace(items[at], citations=citations),),
                timings_ms=clock.laps,
            )
    return None


def list_around(answer: Answer, source: Source) -> tuple[Statement, ...]:
    """The items of the list in which the one thing that was answered stands; none where it stands in none."""
    if not answer.citations:
        return ()
    one = answer.citations[0]
    view = View.of(one.passage, one.passage_start)
    passage = Passage(0, one.document_id, one.passage_start, one.passage_start + len(one.passage), one.passage, view)
    try:
        text = source.document(one.document_id).text
    except KeyError:  # it was removed since
        return ()
    if text[passage.start : passage.end] != passage.text:  # it was changed since
        return ()
    return tuple(Statement(item.shown, (item,)) for item in Citer(source).cite_list(one, passage))
