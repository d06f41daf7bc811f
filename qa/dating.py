"""From when a statement is, as far as its document or its file tells: "edition 2025", "as of 1 March 2025"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from index.addresses.places import address_of
from index.records import Document, Place
from index.views import view_at
from qa.records import Citation, Dated
from qa.values.dates import ValueAt, dates_and_times
from qa.values.kinds import CalendarDate

OPENING = 600  # characters of a document in which it tells its date
# Words before a date that make it the date of what is stated.
TELLING = re.compile(
    r"\b(?P<words>(?:edition|version|revision|revised|(?:last\s)?(?:updated|changed|modified|amended|reviewed)|as\s(?:of|at)|"
    r"valid|effective|in\sforce|with\seffect|applicable|applies|dated?|issued?|published|approved|adopted|status|"
    r"release[d]?)(?:\s(?:date|on|of|from|in|as\sof|since|the)){0,2})\W{0,3}$",
    re.IGNORECASE,
)
IN_SENTENCE = re.compile(
    r"\b(?P<words>from|since|starting|beginning|as\sof|with\seffect\sfrom)\s(?:on\s)?$", re.IGNORECASE
)
BEHIND = re.compile(r"\s(?:edition|version|revision|release)\b", re.IGNORECASE)
OF_ANOTHER = re.compile(r"\b(?:replac|supersed|previous|former|instead of|until)[^.]{0,40}$", re.IGNORECASE)
REPLACING = re.compile(r"[^.\n]{0,60}[.,;:]?\s[^.\n]{0,60}\b(?:replac|supersed)\w*[^.\n]{0,80}", re.IGNORECASE)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
LONGEST_HEADLINE = 120
MOST_WORDS = 6  # of a headline that ends with a full stop
BEFORE = 40  # characters before a date in which what makes it one is looked for


def dated(document: Document, citation: Citation) -> Dated | None:
    """The date of what is cited: that of its sentence, else that of its document, which the opening or the title tells,
    else that of its file's last change. None where nothing tells."""
    sentence = (citation.sentence_start, citation.sentence_end)
    for found in (*_told(document, sentence, IN_SENTENCE), *_told(document, (0, OPENING), TELLING)):
        if not citation.start <= found.start < citation.end:  # the answer itself is no date of the answer
            return found
    return _of_headline(document, citation.start) or _of_title(document) or _of_file(document)


def _told(document: Document, place: Place, telling: re.Pattern[str]) -> Iterator[Dated]:
    """The dates in a place of the document's text that are dates of what it states."""
    first, text = place[0], document.text[slice(*place)]
    for one in dates_and_times(text):
        before = text[max(0, one.start - BEFORE) : one.start]
        found = telling.search(before) or TELLING.search(before)
        behind = BEHIND.match(text, one.end)
        if not isinstance(one.value, CalendarDate) or not one.value.year or OF_ANOTHER.search(before):
            continue
        if found or behind:
            start = one.start - (len(before) - found.start("words")) if found else one.start
            yield _quoted(document, one.value, first + start, first + (behind.end() if behind else one.end))


def _quoted(document: Document, date: CalendarDate, start: int, end: int) -> Dated:
    """The date, with the words right behind it that say which edition this one replaces."""
    if replacing := REPLACING.match(document.text, end):
        end = replacing.end()
    text = document.text[start:end].rstrip()
    shown = view_at(document.text, document.marks, start, start + len(text)).text
    return Dated("text", date.iso, text, start, start + len(text), shown)


def _of_headline(document: Document, cited: int) -> Dated | None:
    """A year or date in the first line, unless what is cited stands there."""
    start = len(document.text) - len(document.text.lstrip())
    line = document.text[start:].split("\n", 1)[0]
    is_prose = len(line) > LONGEST_HEADLINE or (line.rstrip().endswith(".") and len(line.split()) > MOST_WORDS)
    found = None if is_prose or cited <= start + len(line) else _year_in(line)
    if not found or OF_ANOTHER.search(line[: found[1]]):
        return None
    return _quoted(document, found[0], start + found[1], start + found[2])


def _of_title(document: Document) -> Dated | None:
    """A year or date in the title, which may be the file's name."""
    found = _year_in(document.title)
    if not found:
        return None
    words = document.title[found[1] : found[2]]
    return Dated("title", found[0].iso, words, found[1], found[2], words)


def _year_in(text: str) -> tuple[CalendarDate, int, int] | None:
    told: list[ValueAt] = [
        one for one in dates_and_times(text) if isinstance(one.value, CalendarDate) and one.value.year
    ]
    if told and isinstance(told[0].value, CalendarDate):
        return told[0].value, told[0].start, told[0].end
    years = list(YEAR.finditer(text))
    return (CalendarDate(int(years[0][0])), *years[0].span()) if len(years) == 1 else None


def _of_file(document: Document) -> Dated | None:
    if not document.modified_ns or address_of(document.source):  # the time is then that of fetching it
        return None
    return Dated("file", datetime.fromtimestamp(document.modified_ns / 1e9, UTC).date().isoformat())


def newest_first(dates: list[Dated | None]) -> list[int] | None:
    """The order of statements with these dates, the newest first; None where texts and titles do not tell it."""
    if not all(one and one.by != "file" for one in dates):
        return None
    told = [one.date for one in dates if one]
    shortest = min(map(len, told))
    if len({date[:shortest] for date in told}) < len(told):
        return None
    return sorted(range(len(told)), key=lambda at: told[at], reverse=True)
