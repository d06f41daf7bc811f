"""Questions whose answer is a clause or a sentence, made by rule of what SQuAD's paragraphs say.

SQuAD asks for names, numbers and short phrases. People also ask why, how, whether, what something is, and for lists.
Each rule takes only sentences that it can turn round without error: a short subject at the beginning, a known verb.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from qa.lab.dataset import Gold, Paragraph, Question

BECAUSE = "because "
FEWEST_WORDS, MOST_WORDS = 2, 20  # of an answer; readers give at most thirty tokens
IRREGULAR = {
    "became": "become", "began": "begin", "left": "leave", "lost": "lose", "won": "win", "chose": "choose",
    "took": "take", "gave": "give", "made": "make", "went": "go", "came": "come", "fell": "fall", "rose": "rise",
    "grew": "grow", "held": "hold", "built": "build", "kept": "keep", "sent": "send", "sold": "sell", "bought": "buy",
    "brought": "bring", "wrote": "write", "drew": "draw", "broke": "break", "led": "lead", "met": "meet", "paid": "pay",
    "said": "say", "saw": "see", "sought": "seek", "spent": "spend", "spoke": "speak", "stood": "stand", "felt": "feel",
    "found": "find", "fought": "fight", "flew": "fly", "got": "get", "knew": "know", "ran": "run",
}  # fmt: skip
REGULAR = (
    "accept achieve add adopt agree allow appear apply argue arrive ask attack attempt avoid believe call cause change "
    "claim close collapse consider continue control create criticize decide declare decline defeat deliver demand deny "
    "depend describe design develop disagree discover dismiss drop earn enable encourage end enjoy enter establish "
    "examine exist expand expect explain express fail favor feature fear follow force form gain generate help ignore "
    "improve increase influence insist introduce invade invite join lack last launch limit live maintain manage marry "
    "measure move need object obtain occur offer open operate oppose order perform plan prefer prepare prevent produce "
    "promote propose protect protest prove publish raise reach receive recommend reduce refuse regard reject release "
    "rely remain remove replace report require resign resist retain retire return serve settle show sign spread start "
    "stay stop struggle succeed suffer suggest support surrender switch threaten turn use value visit vote want warn "
    "work worry"
).split()
BE = r"is|are|was|were"
HELPING = rf"{BE}|can|could|may|might|must|should|will|would"
NO_SUBJECT = re.compile(
    r"\b(who|which|that|when|where|while|if|although|because|since|as|after|before|there|it|this|these|those|he|she|"
    r"they|we|you|i|its|his|her|their|such|what|however|but|or|so|both|some|many|most|others|one|another|also|not|"
    r"is|are|was|were|had|has|have)\b|[,;:()\"“”—–\[\]]", re.IGNORECASE
)  # fmt: skip
SUBJECT = r"(?P<subject>(?:[\w’'.-]+ ){1,7}?)"
REASON = re.compile(r" (because (?!of )|because of |due to |owing to |as a result of |in order to |so that |so as to )")
SENTENCE = re.compile(
    r"[^\s.!?](?:[^.!?]|[.](?=\S)|(?<=\b[A-Z])[.]|(?<=\b(?:St|Dr|Mr|vs|No|Jr|Sr|ca))[.]|(?<=\bc)[.]|(?<=\bMrs)[.])*[.!?]"
)
LEAD = re.compile(r"(?:In|On|During|By|After|Before|At|Since|Under|For|As of|Until|From) [^,]{3,40}, ")
NO_START = frozenset(
    "and in on at by for from of to with during after before under over between among within rather then thus hence "
    "instead taking being having common important notable unlike like even only just still yet today now later here "
    "once eventually finally initially originally previously subsequently additionally furthermore moreover".split()
)
LISTED = re.compile(
    r"(?<=[a-z] )(?P<of>(?!with|from|other|these|those|such|over|into)[a-z]{4,}(?: [a-z]{3,})?s),? "
    r"(?:such as|including) (?P<list>[^.;()]+)"
)
QUESTION_FORMS = {"why": ("Why {0}?", "Why {0}?", "For what reason {0}?", "What is the reason why {1}?"),
                  "how": ("How {0}?", "How {0}?", "In what way {0}?", "By what means {0}?")}  # fmt: skip


def _forms() -> dict[str, tuple[str, str]]:
    """By its form, each verb's helping verb ("did", "does") and plain form."""
    known = {past: ("did", base) for past, base in IRREGULAR.items()}
    for base in [*REGULAR, *IRREGULAR.values()]:
        known[_third(base)] = "does", base
        if base in REGULAR:
            known[_past(base)] = "did", base
    return known


def _third(base: str) -> str:
    if base.endswith(("s", "sh", "ch", "x", "o")):
        return base + "es"
    return base[:-1] + "ies" if base[-1] == "y" and base[-2] not in "aeou" else base + "s"


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base[-1] == "y" and base[-2] not in "aeou":
        return base[:-1] + "ied"
    return base + base[-1] + "ed" if base in ("stop", "drop", "plan", "permit", "occur", "prefer") else base + "ed"


FORMS = _forms()
VERBS = "|".join(sorted(FORMS, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class _Found:
    """A question made of a sentence, and the answer's place in it."""

    kind: str
    question: str
    start: int
    end: int


Rule = Callable[[str, random.Random], Iterator[_Found]]


def common_words(texts: Iterable[str]) -> frozenset[str]:
    """Words that stand in small letters more often than with a capital inside a sentence: no names."""
    small = Counter(word for text in texts for word in re.findall(r"\b[a-z][a-z’'-]*\b", text))
    large = Counter(word.lower() for text in texts for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z’'-]*\b", text))
    return frozenset(word for word, count in small.items() if count > large[word])


def clause_questions(paragraph: Paragraph, common: frozenset[str], rng: random.Random, most: int = 2) -> list[Question]:
    """At most so many questions to a paragraph, of any kinds; their ids begin with the kind. `common` are words that
    are small inside a sentence."""
    made: list[Question] = []
    for sentence in SENTENCE.finditer(paragraph.text):
        lead = LEAD.match(sentence.group())
        skipped = lead.end() if lead else 0
        first = sentence.group()[skipped:].split(" ")[0]
        text = sentence.group()[skipped:]
        if first.lower() in NO_START or first.endswith(("ly", "ing")):
            continue
        if first.lower() in common:
            text = text[:1].lower() + text[1:]
        for rule in RULES:
            for found in rule(text, rng):
                shift = sentence.start() + skipped
                start, end = shift + found.start, shift + found.end
                answer = paragraph.text[start:end]
                if FEWEST_WORDS <= len(answer.split()) <= MOST_WORDS and answer.count("(") == answer.count(")"):
                    id_ = f"{found.kind}:{paragraph.number}-{start}"
                    golds = tuple(Gold(answer[i:], start + i) for i in (0, *shorter(answer)))
                    made.append(Question(id_, found.question, golds, paragraph))
    unlike = {question.id.split(":")[0]: question for question in rng.sample(made, len(made))}  # one of each kind
    return rng.sample(list(unlike.values()), min(most, len(unlike)))


def shorter(answer: str) -> tuple[int, ...]:
    """Where a reason begins without its "because", which is as right."""
    return (len(BECAUSE),) if answer.startswith(BECAUSE) and not answer.startswith(f"{BECAUSE}of ") else ()


def kind_of(question: Question) -> str:
    """The kind of a question that `clause_questions` made."""
    return question.id.split(":")[0]


def _subject(words: str) -> str | None:
    """The subject; None for words that are none."""
    words = words.strip()
    return None if NO_SUBJECT.search(words) or len(words) < 3 or not words[0].isalnum() else words


def _turned(head: str) -> tuple[str, str] | None:
    """What a sentence's beginning, up to where the reason stands, is as a question and as a statement:
    "did the city fall in 1204" and "the city fell in 1204"."""
    if helped := re.match(rf"{SUBJECT}(?P<verb>{HELPING}) (?P<rest>.+)$", head):
        subject = _subject(helped["subject"])
        if subject:
            return f"{helped['verb']} {subject} {helped['rest']}", f"{subject} {helped['verb']} {helped['rest']}"
    if denied := re.match(rf"{SUBJECT}(?P<verb>do|does|did) not (?P<rest>.+)$", head):
        subject = _subject(denied["subject"])
        if subject:
            return f"{denied['verb']} {subject} not {denied['rest']}", head
    if plain := re.match(rf"{SUBJECT}(?P<verb>{VERBS})(?P<rest>(?: .+)?)$", head):
        subject = _subject(plain["subject"])
        helping, base = FORMS[plain["verb"]]
        if subject:
            return f"{helping} {subject} {base}{plain['rest']}", f"{subject} {plain['verb']}{plain['rest']}"
    return None


def _is_plain(text: str, most: int = 16) -> bool:
    return len(text.split()) <= most and not re.search(r"[;:()\"“”—–\[\]]", text)


def _why(sentence: str, rng: random.Random) -> Iterator[_Found]:
    match = REASON.search(sentence)
    if not match or not _is_plain(sentence[: match.start()], 22) or "," in sentence[: match.start()]:
        return
    turned = _turned(sentence[: match.start()])
    if turned:
        form = rng.choice(QUESTION_FORMS["why"])
        yield _Found("why", form.format(*turned), match.start() + 1, _clause_end(sentence, match.end()))


def _how(sentence: str, rng: random.Random) -> Iterator[_Found]:
    match = re.search(r" by (?:\w+ly )?\w{3,}ing ", sentence)
    if not match or not _is_plain(sentence[: match.start()], 22) or "," in sentence[: match.start()]:
        return
    turned = _turned(sentence[: match.start()])
    if turned:
        form = rng.choice(QUESTION_FORMS["how"])
        yield _Found("how", form.format(*turned), match.start() + 1, _clause_end(sentence, match.end()))


def _whether(sentence: str, rng: random.Random) -> Iterator[_Found]:
    end = _clause_end(sentence, 0)
    clause = sentence[:end]
    if not _is_plain(clause, MOST_WORDS) or len(clause.split()) < 5 or "," in clause:
        return
    turned = _turned(clause)
    if turned is None or re.search(r"\b(not|no|only|never)\b", clause):
        return
    asked = turned[0]
    words = asked.split()
    if len(words) > 11:  # people ask shorter than texts tell
        ends = [i for i in range(7, len(words)) if words[i] in ("in", "at", "by", "for", "with", "on", "from")]
        cut = next((i for i in ends if not words[i - 1].endswith(("ed", "ing", "en"))), 0)
        asked = " ".join(words[:cut]) if cut else asked
    form = rng.choice(
        ("{0}?", "{0}?", "{0}?", "is it true that {1}?", "is it right that {1}?", "do you know whether {1}?")
    )
    question = form.format(asked, turned[1])
    yield _Found("whether", question[:1].upper() + question[1:], 0, end)


def _what_is(sentence: str, rng: random.Random) -> Iterator[_Found]:
    match = re.match(
        rf"(?P<name>(?:The |A |An )?[\w’'-]+(?: [\w’'-]+){{0,3}}) (?P<verb>{BE}) (?P<answer>an? [a-z].*)", sentence
    )
    if not match:
        return
    name = _subject(match["name"])
    start = match.start("answer")
    end = _clause_end(sentence, start)
    if name and _is_plain(sentence[start:end], MOST_WORDS):
        forms = ("What {verb} {name}?", "What {verb} {name}?", "What kind of thing {verb} {name}?", "Define {name}.")
        form = rng.choice(forms if match["verb"] in ("is", "are") else forms[:2])
        yield _Found("definition", form.format(verb=match["verb"], name=name), start, end)


def _which_all(sentence: str, rng: random.Random) -> Iterator[_Found]:
    named = LISTED.search(sentence)
    told = re.match(rf"{SUBJECT}(?P<verb>include|includes|included) (?P<list>[^.;()]+)", sentence)
    match = named or told
    if not match:
        return
    items = match["list"]
    start, end = match.start("list"), match.start("list") + len(items.rstrip(" ,"))
    if not re.search(r", .*\b(and|or)\b", items) or re.search(
        r"\b(which|who|that|is|are|was|were|has|have|some|add)\b|\b\w$", items
    ):
        return
    if named:
        forms = ("What are some examples of {0}?", "Which {0} are named?", "What {0} are mentioned?", "List the {0}.")
        yield _Found("list", rng.choice(forms).format(named["of"]), start, end)
    elif told and (subject := _subject(told["subject"])):
        helping = {"include": "do", "includes": "does", "included": "did"}[told["verb"]]
        yield _Found("list", f"What {helping} {subject} include?", start, end)


def _clause_end(sentence: str, start: int) -> int:
    """Where the clause that holds `start` ends: before the sentence's mark, or before what a comma adds."""
    stop = re.search(r"[;:]|,? and (?:is|are|was|were|can|has|had|would)\b"
                     r"|, (?:which|who|where|but|and the|although|while|whereas|making|leading|with|however)\b| [—–-] ",
                     sentence[start:])  # fmt: skip
    end = start + stop.start() if stop else len(sentence)
    return len(sentence[:end].rstrip(" .!?,"))


RULES: tuple[Rule, ...] = (_why, _how, _whether, _what_is, _which_all)
