"""Words that the terminal and the page have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import PurePath

from index.changes import UnreadablePages
from index.formats.ocr.program import INSTALL, is_installed
from qa.questions import parse_question
from qa.records import Answer, Citation, Dated, ForeignText, Reliability, Searched, Stage, Statement

STALE = "the file has changed since; index it again"  # said of a citation whose file is not what was indexed
DISAGREE = "Your documents disagree:"
MEANT = "Did you mean: "  # before a question that was perhaps meant
MARK = re.compile(
    r"[(\[\u00a7]?\s?(?:\d+(?:\.\d+)*|[^\W\d_]|[ivxlc]+)[a-z]?[.):\]]*|(?:step|no)\.?\s\d+\W?", re.I
)  # of an item
MOST_UNREAD = 3  # documents with pages that cannot be read, and files, that are named beside a refusal
MOST_NAMED = 5  # words that occur nowhere, that are named beside a refusal
LOST: dict[Stage, str] = {  # where a question was lost; one that is too unsure is told by how sure it is
    "not_found": "Nothing was found that could hold the answer.",
    "not_said": "The nearest passages say nothing that could be the answer.",
}
SURENESS = ((0.9, "Very sure"), (0.7, "Sure"), (0.5, "Fairly sure"), (0.0, "Unsure"))  # from this confidence on
MOST_RANGES = 12  # of pages that are named one by one; of a long file with many scans, the rest are counted


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where there is not just one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def extent(searched: Searched) -> str:
    """How much was searched, and of how much only the words as yet."""
    whole = f"{counted(searched.documents, 'document')}, {counted(searched.passages, 'passage')} searched"
    few = f"{counted(searched.pending, 'passage')} by {'its' if searched.pending == 1 else 'their'} words only as yet"
    return f"{whole} ({few})" if searched.pending else whole


def unfinished(pending: int) -> str:
    """The sentence that says how many passages are found by their words only, and what to do."""
    are = "is searched by its" if pending == 1 else "are searched by their"
    return (
        f"{counted(pending, 'passage')} {are} words only as yet: the page finishes that by itself, and so does the "
        "next 'quotewise index'."
    )


def sure(answer: Answer) -> str:
    """How sure an answer is and, where that was measured, how many as sure as this were right."""
    found = answer.reliability
    meaning = f"; of {found.answers:,} as sure as this, {found.right:,} were right" if found else ""
    return f"{answer.confidence:.0%} sure{meaning}"


def sureness(confidence: float) -> str:
    """How sure an answer is, in words and as a figure: "Very sure, 93%"."""
    word = next(word for least, word in SURENESS if confidence >= least)
    return f"{word}, {confidence:.0%}"


def meaning_of(found: Reliability | None) -> str:
    """What a confidence means."""
    if found is None:
        return "The estimated probability that these words are the right answer."
    return (
        f"The estimated probability that these words are the right answer. Of {found.answers:,} answers about as sure "
        f"as this one, {found.right:,} were right; they were given to {found.asked:,} questions of {found.data}."
    )


def reference(group: Sequence[Citation]) -> str:
    """The quoted words of one sentence with where they stand, as a person would paste them."""
    first = group[0]
    place = f", {first.locator}" if first.locator else ""
    quoted = " \u2026 ".join(one.shown for one in group)
    places = ", ".join(f"{one.start}\u2013{one.end}" for one in group)
    source = first.address or PurePath(first.source).name
    return f"\u201c{quoted}\u201d \u2014 {first.title}{place} ({source}, characters {places})"


def exact_words(answer: Answer) -> str:
    """What is said beside a refusal where no passage was found for the exact phrases and excluded words of the
    question; else empty."""
    query = parse_question(answer.asked)
    if answer.refusal is None or answer.refusal.stage != "not_found" or not query.is_exact:
        return ""
    if absent := answer.refusal.phrases:
        return (
            f"The exact words {in_quotes(absent)} occur in no passage of your documents: leave out the quotation marks "
            "to find other wordings."
        )
    held = f" holds the exact words {in_quotes(query.phrases)}" if query.phrases else " is left"
    return f"No passage of your documents{held}" + (f" without {in_quotes(query.excluded)}." if query.excluded else ".")


def in_quotes(phrases: Sequence[str]) -> str:
    """Phrases as they were asked for: "one", "two" and "three"."""
    return together([f'"{phrase}"' for phrase in phrases])


def together(names: Sequence[str]) -> str:
    """Names in a row: "one", "one and two", "one, two and three"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def said_by(statement: Statement) -> str:
    """How many documents say it, where more than one does."""
    return f"{statement.documents:,} documents say this" if statement.documents > 1 else ""


def date_of(dated: Dated) -> str:
    """From when a statement is, in the words that tell it, or the time of its file's last change, called so."""
    if dated.by == "file":
        return f"file last changed on {dated.date}"
    return f"in its title: {dated.shown}" if dated.by == "title" else f"in its text: {dated.shown}"


def item_mark(citation: Citation) -> str:
    """What stands before one of several things: the number of an item, or a dash."""
    return (citation.sentence_shown[: citation.shown_start].strip() if is_item(citation) else "") or "-"


def is_item(citation: Citation) -> bool:
    """Whether the quoted words are all that is shown of their sentence, but for the mark before an item."""
    before, after = citation.sentence_shown[: citation.shown_start], citation.shown_start + len(citation.shown)
    bare = not any(map(str.isalnum, citation.sentence_shown[after:]))
    return bare and (not any(map(str.isalnum, before)) or MARK.fullmatch(before.strip()) is not None)


def page_list(pages: Sequence[int]) -> str:
    """Pages by their numbers, which rise: "page 3", "pages 3, 5 to 9"."""
    runs = [[page for _, page in run] for _, run in groupby(enumerate(pages), lambda one: one[1] - one[0])]
    names = [f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs[:MOST_RANGES]]
    rest = sum(map(len, runs[MOST_RANGES:]))
    return f"{'page' if len(pages) == 1 else 'pages'} {', '.join(names)}" + (f" and {rest:,} more" if rest else "")


def no_text_on(pages: Sequence[int]) -> str:
    """What is said of pages whose text cannot be read, beside the name of their file."""
    return f"no readable text on {page_list(pages)}"


def refusal_lines(answer: Answer) -> list[str]:
    """Why nothing is given as the answer, a sentence each: the words that occur nowhere, the question that was perhaps
    meant, and, unless something is shown as perhaps the answer, where it was lost and what was not searched."""
    refusal = answer.refusal
    if refusal is None:
        return []
    lines = [exact_words(answer), never_occurring([one.word for one in refusal.missing])]
    if refusal.suggestion:
        lines.append(f"{MEANT}{refusal.suggestion}")
    if not answer.perhaps:
        closest = f"What comes closest is only {answer.confidence:.0%} sure to be the answer."
        lines += [LOST.get(refusal.stage, closest), not_searched(refusal.unreadable), not_read(refusal.left_out)]
    return [line for line in [*lines, made_for_english(refusal.foreign)] if line]


def made_for_english(foreign: Sequence[ForeignText]) -> str:
    """What is said of a question and documents in other languages, where the reader is made for English; empty where
    there are none."""
    advice = "the reader in use is made for English; another one can be named with --reader"
    return f"{_seeming(foreign)}: {advice}." if foreign else ""


def caution(answer: Answer) -> str:
    """What makes a given answer less reliable than it says: that it, or the question, is in another language than its
    reader is made for. Empty where nothing does."""
    if not answer.foreign:
        return ""
    return f"{_seeming(answer.foreign)}, and the reader in use is made for English: see whether the answer is right."


def _seeming(foreign: Sequence[ForeignText]) -> str:
    """In which languages the question and documents seem to be."""
    told = []
    for language in dict.fromkeys(one.language for one in foreign):
        sources = [one.source for one in foreign if one.language == language]
        names = [PurePath(source).name if source else "your question" for source in sources[:MOST_UNREAD]]
        if rest := len(sources) - len(names):
            names.append(counted(rest, "more document"))
        told.append(f"{together(names)} {'seems' if len(sources) == 1 else 'seem'} to be in {language}")
    said = "; ".join(told)
    return f"{said[0].upper() if foreign[0].source == '' else said[0]}{said[1:]}"


def never_occurring(words: Sequence[str]) -> str:
    """What is said of words that occur nowhere; empty where there are none."""
    if not words:
        return ""
    names = [f'"{word}"' for word in words[:MOST_NAMED]]
    if rest := len(words) - len(names):
        names.append(counted(rest, "more word"))
    return f"{together(names)} never {'occurs' if len(words) == 1 else 'occur'} in your documents."


def not_searched(unreadable: Sequence[UnreadablePages]) -> str:
    """What is said beside a refusal of pages that cannot be read; empty where there are none."""
    names = [f"{page_list(one.pages)} of {PurePath(one.source).name}" for one in unreadable[:MOST_UNREAD]]
    if rest := len(unreadable) - len(names):
        names.append(f"pages of {counted(rest, 'more document')}")
    return f"The answer may stand where there is no readable text: {'; '.join(names)}." if names else ""


def not_read(sources: Sequence[str]) -> str:
    """What is said beside a refusal of files that could not be read; empty where there are none."""
    names = [PurePath(source).name for source in sources[:MOST_UNREAD]]
    if rest := len(sources) - len(names):
        names.append(counted(rest, "more file"))
    files = "a file" if len(sources) == 1 else "files"
    return f"The answer may stand in {files} that could not be read: {'; '.join(names)}." if names else ""


def ocr_advice(what: str) -> str:
    """What to do about pages without readable text: "it" or "them"."""
    if is_installed():
        return f"OCR finds no words on {what}, so add a sharper copy if there are some"
    return f"{INSTALL} and add the file again"


def unread(one: UnreadablePages) -> str:
    """The sentence that says which pages of a file could not be read, and what to do."""
    verb, them = ("has", "it") if len(one.pages) == 1 else ("have", "them")
    which = page_list(one.pages)
    return (
        f"{which[0].upper()}{which[1:]} of {PurePath(one.source).name} {verb} no readable text, so nothing on {them} "
        f"is found: {ocr_advice(them)}."
    )
