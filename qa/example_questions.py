"""Questions that documents answer, made from their own words: to be offered to a person who has asked nothing yet.

Nothing is made up: a question is a heading that asks, or a sentence or field turned into the question that it answers.
It is offered only where asking it leads, surely, to the very place it was made from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, zip_longest

from index.collection import Collection, Scope
from index.records import Block, BlockKind, Document, DocumentSummary, Place, Sentence
from qa.answerer import Answerer
from qa.records import Answer

MOST_LOOKED_AT = 80  # documents, those added last
MOST_DOCUMENTS = 12  # of them that questions are made from
MOST_CHARACTERS = 60_000  # of a document that is looked at
MOST_OF_KIND = 6  # questions of one kind and document that are tried
TRIED_EACH = 8  # questions that are tried for each that is wanted, of some 0.2 s
LEAST_CONFIDENCE = 0.8
SHORTEST, LONGEST = 12, 90  # characters of a question
LONGEST_SHOWN = 220  # characters of its answer
NAME = r"(?:[A-Z][\w.&'\u2019-]+|[A-Z]\.)"
WORD = r"[\w.&'\u2019/-]+"
SUBJECT = rf"(?P<subject>(?:(?:The|An?) )?{WORD}(?: {WORD}){{0,4}}?)"
DONE = r"(?P<verb>was|were) (?:\w+ly )?(?P<done>\w+(?:ed|en|ilt|ade|un|ound))"
BETWEEN = r"(?: (?!was|were|is|are|be|been|and|but|when|while|after|before|which|that|by|as)[\w'\u2019-]+){0,4}?"
YEAR = r"(?:1[5-9]|20)\d\d\b"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE = rf"(?:in|on|since) (?:(?:\d{{1,2}} )?(?:{MONTHS})(?: \d{{1,2}}(?:st|nd|rd|th)?)?,? )?{YEAR}"
DONE_BY = re.compile(rf"^{SUBJECT} {DONE}{BETWEEN} by (?:the )?{NAME}")
DONE_WHEN = re.compile(rf"^{SUBJECT} {DONE}{BETWEEN} {DATE}")
PEOPLE = (
    "author|writer|poet|novelist|journalist|king|queen|emperor|president|minister|chancellor|politician|leader|ruler|"
    "scientist|mathematician|physicist|chemist|biologist|engineer|inventor|architect|programmer|developer|painter|"
    "sculptor|musician|composer|singer|actor|actress|artist|philosopher|historian|professor|teacher|doctor|physician|"
    "nurse|lawyer|judge|officer|general|admiral|captain|master|director|manager|founder|secretary|spokesman|player"
)
PERSON = re.compile(
    rf"^(?P<subject>(?!The |An? ){NAME}(?: {NAME}){{1,3}}) (?P<verb>is|was) (?:an? |the )"
    rf"(?:{WORD} ){{0,5}}?(?:{PEOPLE})\b"
)
# What is said of something is no definition where it only judges or compares.
JUDGED = (
    r"(?!the same|an? (?:important|good|simple|natural|great|bad|common|big|very|lot|matter|few|bit|mistake|problem|"
    r"must|useful|nice|fine|special case|convenien\w+|result|product|way)\b)"
)
DEFINITION = re.compile(rf"^{SUBJECT}(?: \([^()]{{1,40}}\))?,? (?P<verb>is|are) {JUDGED}(?:an? |the |one of |any )\w")
PAST = {"written": "wrote", "drawn": "drew", "given": "gave", "taken": "took", "chosen": "chose", "begun": "began"}
# Subjects that mean something only after what stands before them, or nothing that can be asked for.
LEANING = re.compile(
    r"^(?:it|he|she|they|we|you|i|this|that|these|those|there|here|which|what|who|where|one|some|many|most|all|any|each|"
    r"both|such|other|another|if|when|while|as|in|on|at|for|of|to|from|by|with|and|but|or|so|also|then|now|not|note|see|"
    r"his|her|its|their|our|my|your|nothing|everything|something|first|second|third|last|next|following|above|below|"
    r"thus|hence|however|therefore|finally|usually|often|only|even|examples?|\w+ing|(?:version|chapter|section|figure|"
    r"table|step|part|appendix|page|item|rule|level) [\dIVXA-Z.]+|"
    r"an? (?:lot|few|number|list|set|part|way|good|bad|better|new|example)|"
    r"the (?:first|second|third|last|next|following|above|below|same|other|only|main|result|reason|idea|point|problem|"
    r"question|answer|purpose|default|latter|former|rest|example|best|easiest|name|fact|user|file|option|number)\b.*)\b",
    re.IGNORECASE,
)
DEPENDING = re.compile(
    r"\b(?:this|that|these|those|it|they|above|below|here|you|your|we|our|i|my|given|which|following|such|same|next|"
    r"previous)\b",
    re.IGNORECASE,
)
BARE = re.compile(r"the [a-z]+", re.IGNORECASE)  # which one, is told by what stands around it
NO_END = frozenset("and or of which that who there it in to for with by can may will also".split())
LABEL = re.compile(r"[A-Z][A-Za-z'-]+(?: [A-Za-z'-]+){1,3}")  # one word alone is "From" or "Notes"
A_PERSON = re.compile(rf"\b(?:head|owner|tenant|landlord|{PEOPLE})\b(?! (?:number|no|name|id|address|phone|email)\b)")
VALUE = re.compile(r"[A-Z0-9\u00a3\u20ac$].{1,58}[^.:;,!?]")
HELD = re.compile(r"[\u25a1\ufffd|<>{}\[\]=_*\\]|https?:|\.\.|--| \?")  # in what no person would ask
ASKED = re.compile(
    r"^(?:what|who|whom|whose|which|when|where|why|how|is|are|can|could|do|does|did|will|would|should|may)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that a document may answer: in `document.text[start:end]`."""

    question: str
    document_id: str
    place: Place


def example_questions(
    source: Collection | Scope, answerer: Answerer, most: int = 4, go_on: Callable[[], bool] = lambda: True
) -> list[str]:
    """At most so many questions that the documents of the source answer surely, of different documents and kinds if
    that can be. `go_on` is asked before each try; where it returns False, what was found until then is returned."""
    found: list[str] = []
    for number, offer in enumerate(offers(source)):
        if len(found) >= most or number >= TRIED_EACH * most or not go_on():
            break
        if is_answered(answerer, source, offer):
            found.append(offer.question)
    return found


def is_answered(answerer: Answerer, source: Collection | Scope, offer: Offer) -> bool:
    """Whether asking the question leads surely to where it was made, and to one short answer."""
    answer = answerer.ask(offer.question, source)
    if answer.status != "answered" or answer.confidence < LEAST_CONFIDENCE or len(answer.text) > LONGEST_SHOWN:
        return False
    return len(answer.statements) == 1 and _cites(answer, offer)


def _cites(answer: Answer, offer: Offer) -> bool:
    first = answer.citations[0]
    start, end = offer.place
    return first.document_id == offer.document_id and start <= first.start and first.end <= end


def offers(source: Collection | Scope) -> Iterator[Offer]:
    """Questions that the documents may answer, to be tried in this order: of each document one after the other."""
    by_document: list[list[Offer]] = []
    with source.snapshot():  # a document may be removed meanwhile
        newest = sorted(source.documents(), key=lambda one: (one.added, one.source), reverse=True)
        for summary in newest[:MOST_LOOKED_AT]:
            if made := _of_document(source, summary):
                by_document.append(made)
            if len(by_document) == MOST_DOCUMENTS:
                break
    seen: set[str] = set()
    for offer in chain.from_iterable(zip_longest(*by_document)):
        if offer and offer.question.lower() not in seen:
            seen.add(offer.question.lower())
            yield offer


def _of_document(source: Collection | Scope, summary: DocumentSummary) -> list[Offer]:
    """Those of one document, of each kind in turn."""
    document = source.document(summary.id)
    parts = source.parts(summary.id, 0, min(len(document.text), MOST_CHARACTERS))
    kinds = (
        _of_headings(document, parts.blocks),
        _of_sentences(document, parts.sentences, parts.blocks),
        _of_fields(document, parts.blocks),
    )
    chosen = (_spread(kind) for kind in kinds)
    return [offer for offer in chain.from_iterable(zip_longest(*chosen)) if offer]


def _spread(offers: Iterator[Offer]) -> list[Offer]:
    """Some of the offers, from all over the document, but for what is told at several places."""
    made = list(offers)
    counts = Counter(offer.question for offer in made)
    every = [offer for offer in made if counts[offer.question] == 1 and _is_fit(offer.question)]
    step = max(1, len(every) // MOST_OF_KIND)
    return every[::step][:MOST_OF_KIND]


def _is_fit(question: str) -> bool:
    right_size = SHORTEST <= len(question) <= LONGEST and len(question.split()) > 2
    return right_size and not HELD.search(question)


def _of_headings(document: Document, blocks: Sequence[Block]) -> Iterator[Offer]:
    """Headings that ask, answered in what stands under them."""
    heads = [number for number, block in enumerate(blocks) if block.kind in (BlockKind.TITLE, BlockKind.HEADING)]
    for number, after in pairwise([*heads, len(blocks)]):
        said = _plain(document, blocks[number].start + blocks[number].mark, blocks[number].end)
        said = re.sub(r"^(?:[QA][:.]|\d+(?:\.\d+)*[.):]?)\s+", "", said)
        if said.endswith("?") and ASKED.match(said) and after > number + 1 and not DEPENDING.search(said):
            yield Offer(said, document.id, (blocks[number + 1].start, blocks[after - 1].end))


def _of_fields(document: Document, blocks: Sequence[Block]) -> Iterator[Offer]:
    """Fields of forms: a label that stands once in the document, with a name, a number or the like."""
    fields = [block for block in blocks if block.kind is BlockKind.FIELD]
    labels = Counter(_plain(document, *block.cells[0]).lower() for block in fields)
    for block in fields:
        label, (start, end) = _plain(document, *block.cells[0]), block.cells[1]
        value = _plain(document, start, end)
        if labels[label.lower()] == 1 and LABEL.fullmatch(label) and VALUE.fullmatch(value):
            lower = label if label.isupper() else label[0].lower() + label[1:]
            word = "Who" if A_PERSON.search(lower) else "What"
            yield Offer(f"{word} is the {lower}?", document.id, (start, end))


def _of_sentences(document: Document, sentences: Sequence[Sentence], blocks: Sequence[Block]) -> Iterator[Offer]:
    """Sentences that say what something is, who did it, or when it was done."""
    told = [(block.start, block.end) for block in blocks if block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)]
    for one in sentences:
        if any(start <= one.start and one.end <= end for start, end in told):
            said = _plain(document, one.start, one.end)
            question = _asked_of(document, said) if 30 <= len(said) <= 300 and said.endswith((".", "!")) else ""
            if question:
                yield Offer(question, document.id, (one.start, one.end))


def _asked_of(document: Document, said: str) -> str:
    """The question that a sentence of the document answers, or ""."""
    for pattern, form in ((DONE_BY, "Who {done} {subject}?"), (DONE_WHEN, "When {verb} {subject} {participle}?"),
                          (PERSON, "Who {verb} {subject}?"), (DEFINITION, "What {verb} {subject}?")):  # fmt: skip
        found = pattern.match(said)
        subject = found["subject"] if found else ""
        if found and _stands_alone(subject) and (pattern is DEFINITION or not BARE.fullmatch(subject)):
            participle = found["done"] if "done" in pattern.groupindex else ""
            return form.format(
                done=PAST.get(participle, participle), participle=participle, verb=found["verb"],
                subject=_inside(document, subject),
            )  # fmt: skip
    return ""


def _stands_alone(subject: str) -> bool:
    """Whether the words mean something by themselves."""
    begins = subject[:1].isalpha() and subject[:1].isupper()
    last = subject.lower().split()[-1]
    return begins and not LEANING.match(subject) and not DEPENDING.search(subject) and last not in NO_END


def _inside(document: Document, subject: str) -> str:
    """The subject as it is written inside a sentence: its first word is small unless it is a name."""
    first, _, rest = subject.partition(" ")
    small = first.lower()
    if first not in ("The", "A", "An"):
        named = len(re.findall(rf"[a-z,] {re.escape(first)}\b", document.text))
        if first[1:] != small[1:] or named >= len(re.findall(rf"[a-z,] {re.escape(small)}\b", document.text)):
            return subject
    return f"{small} {rest}".strip()


def _plain(document: Document, start: int, end: int) -> str:
    """A part of the text on one line, without what are mere marks."""
    kept, position = [], start
    for a, b in document.marks:
        if start <= a and b <= end:
            kept.append(document.text[position:a])
            position = b
    return " ".join("".join([*kept, document.text[position:end]]).replace("\u00ad", "").split())
