"""Questions whose words name several things: "Which countries signed?", "Who attended?".

What a list in the text answers is wider (`qa.listing`): "What must every child bring?" may want one thing. Here the
plural itself is asked for, so that answers of several sentences may be put together.
"""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_](?:[\w'\u2019-]*[^\W_])?")
# Words in s that are no plurals.
SINGULAR = frozenset(
    "news series physics mathematics maths politics economics gas bus lens atlas canvas christmas always perhaps its "
    "his this thus yes as was has does is headquarters besides sometimes".split()
)
IRREGULAR = frozenset("people children men women feet teeth mice criteria phenomena species".split())
# Verbs in s that follow "what" or "which thing"; some are nouns as well, and count as such before an auxiliary or a
# word in "ed": "Which measures were taken".
VERBS = frozenset(
    "allows appears applies arrives begins belongs borders buys carries causes changes charges cleans closes comes "
    "connects contains controls cools costs counts covers crosses cuts deals decides defines depends describes "
    "determines drives ends exists explains feels flows follows gets gives goes governs happens heats helps holds "
    "includes keeps leads leaves lets lies lives looks loses makes marks means measures moves needs occurs offers "
    "opens owns pays plays prevents prints produces protects provides puts reads receives refers remains requires "
    "runs says sells sends serves sets shows signs sits smells sounds stands starts stays stops supplies switches "
    "takes tastes tells turns uses wants weighs wins works writes becomes supports lasts matters".split()
)
AUXILIARIES = frozenset("are were do does did have can must should may will would could shall need apply".split())
SINGULAR_VERBS = frozenset("is was has".split())
PAST = frozenset(
    "drove wrote spoke gave brought took sold sent made held said told bought found lost won paid kept led met "
    "built".split()
)
# Behind one of these stands no noun that "which" asks for.
BREAKS = AUXILIARIES | SINGULAR_VERBS | frozenset(
    "does a an the of in on at to for from by with it they he she we you i that if when there and or not".split()
)  # fmt: skip
# Before one of these, a word in s is a verb: "Which button starts the machine?".
OBJECTS = frozenset(
    "a an the this that these those my your his her its our their it him them me us you if when whether out up off "
    "down because most more less least no any each so as than".split()
)
SUBJECTS = frozenset("the a an it this that he she my your his her its our their there".split())  # how one begins
LONGEST_NAME = 4  # words between "which" and the end of what it asks for
COUNTED = re.compile(
    r"\bhow\s+(?:many|much)\b|^(?:and\s+|so\s+)?how\s+(?:long|old|far|often|tall|high|deep|wide|big)\b", re.I
)
ASKS_WHICH = re.compile(
    r"^(?:(?:and|so|but|tell\s+me)\s+)*(?:(?:in|on|at|for|from|to|by|with|of|under|during|against|through|into)\s+)?(?:which|what)\s+",
    re.I,
)
ASKS_WHO_ALL = re.compile(
    r"^(?:and\s+|so\s+)?who(?:\s+(?:has|have|had|all|else))*\s+"
    r"(?:attended|signed|voted|took\s+part|participated|contributed|joined|apologi[sz]ed|sent\s+apologies|came|spoke|"
    r"(?:is|are|was|were)\s+(?:also\s+)?(?:present|absent|excused|there|invited)|sits?\s+on|serves?\s+on|belongs?\s+to|"
    r"(?:is|was)\s+(?:on|in)\s+the\s+(?:board|committee|team|council|jury|panel|crew))\b",
    re.I,
)  # fmt: skip
# "What are the duties of a tenant?", but not "What are stamps used for?", which wants one thing said of several.
ASKS_ARE = re.compile(
    r"^(?:and\s+|so\s+)?(?:what|who|which)\s+(?:are|were)\s+(?=(?:the|all|some|my|your|his|her|its|our|their|these|those|"
    r"two|three|four|five|six|seven|eight|nine|ten|different|various)\b)",
    re.I,
)
ENDS_IN_PREDICATE = re.compile(
    r"\b(?:called|known|named|used|made|built|written|like|as|of|for|to|about|in|by|with|from|on|at|do|be|doing)\s*\?*$",
    re.I,
)
ORDERS = re.compile(
    r"^(?:please\s+)?(?:list|name|enumerate|give(?:\s+me)?|show\s+me|tell\s+me)\s+"
    r"(?!(?:who|what|which|how|when|where|one|an?)\b)",
    re.I,
)
NAMES_OF = re.compile(r"^(?:what|which)\s+(?:are|were)\s+(?:all\s+)?(?:the\s+)?names\s+of\b", re.I)
EVERY = re.compile(r"(?:all|every)\b|.{0,20}\bnames\b", re.I)
OF_THE = re.compile(r"of\s+(?:the|these|those|our|my|your)\b", re.I)


def names_several(question: str) -> bool:
    """Whether the words of the question ask for several things."""
    question = question.strip()
    if COUNTED.search(question):
        return False
    if ASKS_WHO_ALL.match(question) or NAMES_OF.match(question):
        return True
    if found := ASKS_WHICH.match(question):
        rest = question[found.end() :]
        if of := OF_THE.match(rest):
            return _is_plural_verb_behind(rest[of.end() :])
        if _plural_asked(rest):
            return True
    if found := ASKS_ARE.match(question):
        return _has_plural(question[found.end() :]) and not ENDS_IN_PREDICATE.search(question)
    if found := ORDERS.match(question):
        rest = question[found.end() :]
        return bool(EVERY.match(rest)) or _has_plural(rest)
    return False


def is_plural(word: str) -> bool:
    """Whether a word is written as the plural of a noun is."""
    if word[:1].isupper() or "'" in word or "\u2019" in word:  # a name, a genitive
        return False
    if word in IRREGULAR:
        return True
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in SINGULAR


def _plural_asked(rest: str) -> bool:
    """Whether what follows "which" or "what" begins with a noun in the plural: "European countries signed"."""
    words = WORD.findall(rest)
    for at, word in enumerate(words[:LONGEST_NAME]):
        low = word.casefold()
        if low in BREAKS or low.endswith(("'s", "\u2019s")) or (at and (low in PAST or low.endswith("ed"))):
            return False
        if not is_plural(word):
            continue
        behind = words[at + 1] if at + 1 < len(words) else ""
        after = behind.casefold()
        if low in VERBS and after not in AUXILIARIES and not after.endswith("ed"):
            return False
        if after in OBJECTS or after.endswith("ly") or behind[:1].isdigit() or behind[:1].isupper():
            return False  # the word is a verb
        if after in SINGULAR_VERBS:  # "days is the library open", whose subject stands behind the verb
            return at + 2 < len(words) and words[at + 2].casefold() in SUBJECTS
        return at + 2 >= len(words) or words[at + 2].casefold() not in SINGULAR_VERBS
    return False


def _is_plural_verb_behind(rest: str) -> bool:
    """Whether what follows "which of the" says that several are meant: "members have voted"."""
    words = [word.casefold() for word in WORD.findall(rest)]
    verb = next((word for word in words if word in AUXILIARIES | SINGULAR_VERBS), "")
    return verb in ("are", "were", "have", "do")


def _has_plural(rest: str) -> bool:
    """Whether the first noun phrase holds a plural: "the main duties of a tenant", not "the capital of two states"."""
    for word in WORD.findall(rest)[:6]:
        if word.casefold() in ("of", "in", "on", "at", "for", "from", "to", "by", "with", "that", "who", "which"):
            return False
        if is_plural(word):
            return True
    return False
