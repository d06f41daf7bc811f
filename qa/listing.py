"""Answers that are several items of a list, or the one of a certain number.

A reader points at one span. Who asks "What must every child bring?" wants all items of the list that it stands in, and
who asks for "the third step" the item of that number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.keywords import STOP_WORDS
from index.layout.lists import is_lead_in
from index.records import Block, BlockKind, Place
from qa.plural import names_several

# Questions for several things. "What is not allowed?" wants all, "What is the deadline?" one.
SEVERAL = re.compile(
    r"^(?:what|which|who)\s+(?:are|were|must|should|shall|may|can|cannot|do|does|did)\b(?!.*\b(?:mean|stand\s+for)\b)"
    r"|^(?:what|which)\s+is\s+(?:not\s+)?(?:allowed|included|covered|excluded|forbidden|prohibited|needed|required|"
    r"permitted|provided|offered|available)\b"
    r"|^(?:please\s+)?(?:list|name|give)\b|\bsteps\b|\bin\s+(?:what|which)\s+order\b"
    r"|^(?:where|when)\s+(?:are|were)\s+the\s+(?:\w+\s)?\w{2,}[^s\W]s\b",
    re.IGNORECASE,
)
COUNTED = re.compile(r"\bhow\s+(?:many|much)\b", re.IGNORECASE)  # one number, also of several things
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
PART = r"(?:step|item|point|rule|clause|article|section|reason|condition|question|task|paragraph|number|part)"
ORDINAL = re.compile(rf"\b(?:({'|'.join(ORDINALS)})|(\d{{1,3}})(?:st|nd|rd|th))\s+{PART}\b", re.IGNORECASE)
NUMBERED = re.compile(rf"\b(?:{PART}|no\.)\s+(\d{{1,3}})\b|\u00a7\s*(\d{{1,3}})\b", re.IGNORECASE)
# Questions for nothing but the item: "What does clause 3 say?", "What is the third step of first use?".
ITSELF = re.compile(
    rf"^(?:so\s+|and\s+)?what(?:\s+is|['\u2019]s|\s+does|\s+do|\s+says?)\s+(?:the\s+)?"
    rf"(?:(?:\w+\s+)?{PART}|{PART}\s+(?:no\.?\s*|number\s+)?\d{{1,3}}|\u00a7\s*\d{{1,3}})"
    rf"(?:\s+(?:says?|states?|reads?|means?|requires?|contains?|provides?|about))*(?:\s+(?:of|in|for|to|on)\s(?P<whole>.+?))?\s*\??$",
    re.IGNORECASE,
)
UNTELLING = frozenset("document file list page text".split())  # say nothing of what the list is about
STEM = 5  # letters in which the forms of a word agree
WORDS = re.compile(r"\w+")
DIGITS = re.compile(r"\d+")
SENTENCE_END = re.compile(r"[.!?]\s")
GROUPS = re.compile(r"[^\W_]+")  # of letters and digits: two in "5.2.", one in "11.", none in a bullet


def wants_several(question: str) -> bool:
    """Whether the question asks for all items of a list or an enumeration, if its answer stands in one."""
    if COUNTED.search(question) or number_asked(question) is not None:
        return False
    return bool(SEVERAL.search(question.strip())) or names_several(question)


def number_asked(question: str) -> int | None:
    """The number of the item that the question asks for ("the third step", "clause 3"), or None."""
    if found := ORDINAL.search(question):
        return number_named(found[1] or found[2])
    if found := NUMBERED.search(question):
        return int(found[1] or found[2])
    return None


def number_named(ordinal: str) -> int:
    """3 for "third" and for the digits of "3rd"."""
    return ORDINALS.index(ordinal.lower()) + 1 if ordinal.lower() in ORDINALS else int(DIGITS.findall(ordinal)[0])


def asks_for_item(question: str) -> bool:
    """Whether the question asks for an item of a certain number and nothing more of it."""
    return number_asked(question) is not None and ITSELF.match(question.strip()) is not None


def is_item_of(question: str, read: str) -> bool:
    """Whether what is read with an item speaks of what the question asks for an item of, as "soup" in "the third step
    of making potato soup"; also where it asks for the item of nothing. `read` are the item, its headings and title."""
    found = ITSELF.match(question.strip())
    words = WORDS.findall((found["whole"] or "").casefold()) if found else []
    telling = [word for word in words if word not in STOP_WORDS and word not in UNTELLING]
    said = WORDS.findall(read.casefold())
    return not telling or any(one.startswith(word.rstrip("s")[:STEM]) for word in telling for one in said)


def names_one(question: str, item: str, others: Iterable[str], under: str) -> bool:
    """Whether the question names something of just this item: a word that stands in none of the others, nor in what
    they stand under, as in "What does the switch do?" of a list of parts."""
    elsewhere = {word for text in (*others, under) for word in WORDS.findall(text.casefold())}
    named = set(WORDS.findall(question.casefold())) & set(WORDS.findall(item.casefold()))
    return bool(named - elsewhere - STOP_WORDS)


def block_at(blocks: Sequence[Block], place: Place) -> int | None:
    """The number of the block in which the place stands."""
    return next((i for i, block in enumerate(blocks) if block.start <= place[0] and place[1] <= block.end), None)


def list_around(text: str, blocks: Sequence[Block], place: Place) -> list[Block]:
    """The items of the list in which the place of the text stands, or to which its sentence leads, in order, without
    those of lists inside it; nothing where there is none."""
    own = block_at(blocks, place)
    if own is not None and own + 1 < len(blocks) and leads_on(text, blocks[own], place[1]):
        own += 1  # "the following things" are those of the list
    if own is None or blocks[own].kind is not BlockKind.ITEM:
        return []
    level = blocks[own].level
    items = [blocks[own]]
    for step in (-1, 1):
        at = own + step
        while 0 <= at < len(blocks) and blocks[at].kind is BlockKind.ITEM and blocks[at].level >= level:
            if blocks[at].level == level:
                pair = (blocks[at], items[-1]) if step < 0 else (items[-1], blocks[at])
                if not goes_on(text, *pair):
                    break
                items.append(blocks[at])
            at += step
        if step < 0:
            items.reverse()
    return items


def leads_on(text: str, block: Block, end: int) -> bool:
    """Whether what ends there is of the paragraph's last sentence, which leads to a list."""
    return is_lead_in(text, block) and not SENTENCE_END.search(text, end, block.end)


def goes_on(text: str, earlier: Block, later: Block) -> bool:
    """Whether two items of one level, one behind the other, may be of one list: "11." does not go on with "5.2.", with
    a bullet, or with "1."."""
    marks = [mark_of(text, block) for block in (earlier, later)]
    if len(GROUPS.findall(marks[0])) != len(GROUPS.findall(marks[1])):
        return False
    one, other = map(item_number, marks)
    return one is None or other is None or one <= other


def mark_of(text: str, block: Block) -> str:
    """What introduces the item in the text."""
    return text[block.start : block.start + block.mark]


def item_number(mark: str) -> int | None:
    """The number of an item with this mark: 3 of "3.", "(3)" and "2.3"; None of a bullet or a letter."""
    found = DIGITS.findall(mark)
    return int(found[-1]) if found else None
