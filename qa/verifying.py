"""Whether what an answer quotes still stands in its files.

This compares an answer with files. That nobody changed the answer itself, it cannot tell.

>>> from quotewise import ask, verify
>>> [check.verdict for check in verify(ask("Who is the Kremlin spokesman?"))]
['holds']
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from index.collection import Collection
from index.errors import DocumentError
from index.formats import FORMATS
from index.formats.endings import ending_of
from index.loaders import is_gone, parse, read_file
from index.records import Document
from qa.locating import QuoteFinder
from qa.plain import to_plain
from qa.records import Answer, Citation
from qa.renamed import FilesByContent

Verdict = Literal["holds", "moved", "changed", "gone", "unknown"]

NO_FILE = "The file is gone, and no file of the same content lies in its folder."
NOT_READ = "Page {page} was read by OCR, which is not installed here or finds no words there now."
NOT_PUBLISHED = "The document is not published any more."
NO_SOURCE = "The words come from no file, so there is nothing to read again."


@dataclass(frozen=True, slots=True)
class CitationCheck:
    """What became of a quote.

    "holds": it stands at the same place of the same file, in the same sentence. "moved": it stands, in the same
    sentence, elsewhere in the file or in a renamed one. "changed": the file does not say it any more, or in an altered
    sentence. "gone": there is no such file. "unknown": it cannot be told, since the words come from no file, or the
    file cannot be read though it may be the same.

    The first two have a place: the words stand at `start:end` of the text that is taken out of the file `source` now,
    on `page` (None without pages), which a person finds by the `locator` (see `Citation`). They are the quoted ones,
    apart from white space. The others have a `reason`, which is a sentence.
    """

    citation: Citation
    verdict: Verdict
    source: str = ""
    page: int | None = None
    start: int | None = None
    end: int | None = None
    reason: str = ""
    locator: str = ""

    def __post_init__(self) -> None:
        place = (bool(self.source), self.start is not None, self.end is not None, not self.reason)
        if set(place) != {self.stands}:
            raise ValueError("a check has a place where the quote stands, and a reason where it does not")

    @property
    def stands(self) -> bool:
        """Whether the file still says it: the quote holds or was moved."""
        return self.verdict in ("holds", "moved")

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts, lists, strings and numbers."""
        plain: dict[str, Any] = to_plain(self)
        return plain


def verify(answer: Answer, look_in: str | Path | None = None) -> tuple[CitationCheck, ...]:
    """Read the files again that an answer quotes: a check for each citation, in order.

    An unsure answer is checked for what it perhaps is; a refusal quotes nothing. A file that is gone is looked for by
    its SHA-256 in the folder where it lay and in all below, then in the folder `look_in`: this finds renamed files, and
    those of another machine. Of large folders only a part is looked at (see `qa.renamed`). Raises DocumentError where
    `look_in` is no folder.
    """
    return verify_all([answer], look_in)[0]


def verify_all(answers: Sequence[Answer], look_in: str | Path | None = None) -> list[tuple[CitationCheck, ...]]:
    """The checks of several answers; see `verify`. Each file is read once, and the texts are not all kept at once."""
    files = FilesByContent(look_in)
    checks: dict[Citation, CitationCheck] = {}
    by_file: dict[Path, dict[Citation, None]] = {}
    for citation in (one for answer in answers for one in quoted_by(answer)):
        found = _file_of(citation, files)
        if isinstance(found, Path):
            by_file.setdefault(found, {})[citation] = None
        else:
            checks[citation] = found
    for path, citations in by_file.items():
        checks.update((check.citation, check) for check in _check_file(path, list(citations)))
    return [tuple(checks[citation] for citation in quoted_by(answer)) for answer in answers]


def verify_published(answers: Sequence[Answer], copy: Collection) -> list[tuple[CitationCheck, ...]]:
    """The checks of answers to questions that were put to what is published, against its text as it is now: the files
    lie with the publisher. `copy` is that of `open_published`."""
    with copy.snapshot():
        finders: dict[str, QuoteFinder | None] = {}
        return [tuple(_check_published(one, copy, finders) for one in quoted_by(answer)) for answer in answers]


def _check_published(citation: Citation, copy: Collection, finders: dict[str, QuoteFinder | None]) -> CitationCheck:
    """The check of one; of a document that was renamed, it is the one with the same content."""
    same = [one.id for one in copy.same_content(citation.sha256)] if citation.sha256 else []
    known = copy.named(citation.document_id)
    id_ = known.id if known else next(iter(same), "")
    if id_ not in finders:
        finders[id_] = QuoteFinder(_whole(copy, id_)) if id_ else None
    finder = finders[id_]
    if finder is None:
        return CitationCheck(citation, "gone", reason=NOT_PUBLISHED)
    return _check(citation, finder)


def _whole(copy: Collection, document_id: str) -> Document:
    """A document with its blocks."""
    blocks, marks = copy.structure(document_id)
    return replace(copy.document(document_id), blocks=blocks, marks=marks)


def quoted_by(answer: Answer) -> tuple[Citation, ...]:
    """What an answer quotes: its citations, or what is perhaps the answer."""
    return answer.citations or ((answer.perhaps,) if answer.perhaps else ())


def _file_of(citation: Citation, files: FilesByContent) -> Path | CitationCheck:
    """The file to read again, or what is to be said where there is none."""
    source = Path(citation.source)
    if not citation.extraction and not (source.is_absolute() and ending_of(source) in FORMATS):
        return CitationCheck(citation, "unknown", reason=NO_SOURCE)
    if source.is_absolute() and not is_gone(citation.source):
        return source
    if citation.sha256 and (found := files.find(citation.sha256, citation.source)):
        return found
    return CitationCheck(citation, "gone", reason=NO_FILE)


def _check_file(path: Path, citations: Sequence[Citation]) -> Iterator[CitationCheck]:
    """The checks of citations whose words are looked for in one file."""
    try:
        content = read_file(path)
    except DocumentError as error:
        verdict: Verdict = "unknown" if isinstance(error.__cause__, OSError) else "changed"  # empty, or too large
        yield from (CitationCheck(one, verdict, reason=str(error)) for one in citations)
        return
    try:
        document = parse(path, content)
    except DocumentError as error:  # damaged or locked since; a file of the same bytes could be read then
        for one in citations:
            yield CitationCheck(one, "unknown" if one.sha256 == content.sha256 else "changed", reason=str(error))
        return
    finder = QuoteFinder(document)
    yield from (_check(one, finder) for one in citations)


def _check(citation: Citation, finder: QuoteFinder) -> CitationCheck:
    """The check of a citation whose words are looked for in one document."""
    document, location = finder.document, finder.locate(citation)
    if location.place is None:
        if citation.page in document.unreadable and citation.sha256 == document.sha256:
            return CitationCheck(citation, "unknown", reason=NOT_READ.format(page=citation.page))
        return CitationCheck(citation, "changed", reason=location.reason)
    start, end = location.place
    same = (document.source, start, end) == (citation.source, citation.start, citation.end)
    place = document.locator_at(start)
    return CitationCheck(
        citation, "holds" if same else "moved", document.source, document.page_at(start), start, end, locator=place
    )
