"""What an assistant can do: ask the documents, list them, read in them. It can change nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from anyio import to_thread

from index.addresses.places import shown_source
from index.errors import QuotewiseError
from qa.records import Answer, Citation, Statement
from qa.showing import shown
from ui.assistant.records import (
    AskArguments,
    AskResult,
    ListArguments,
    ListedSource,
    ListResult,
    QuotedThing,
    QuotedWords,
    ReadArguments,
    ReadResult,
)
from ui.web.listing import Listing
from ui.web.service.asking import Askable, Asking, QuestionAsked
from ui.words import caution, date_of, extent, refusal_lines

MOST_CLOSEST = 3


class ReadingError(QuotewiseError):
    """A part of a document that is not there."""


class AssistantTools:
    """The three tools, over the documents of one server. What goes wrong raises QuotewiseError."""

    def __init__(self, documents: Askable, listing: Callable[[], Listing], asking: Asking) -> None:
        self._documents, self._listing, self._asking = documents, listing, asking

    async def ask(self, wanted: AskArguments) -> AskResult:
        """The answer to a question."""
        within = tuple(wanted.within or ())
        return ask_result(await self._asking.ask_soon(QuestionAsked(wanted.question, within, (), wanted.threshold)))

    async def list_documents(self, wanted: ListArguments) -> ListResult:
        """Some of the documents."""
        return await to_thread.run_sync(self._list, wanted)

    async def read_source(self, wanted: ReadArguments) -> ReadResult:
        """A part of a document."""
        return await to_thread.run_sync(self._read, wanted)

    def _list(self, wanted: ListArguments) -> ListResult:
        listing = self._listing()
        words = (wanted.name or "").casefold().split()
        found = [
            one
            for one in listing.documents
            if all(word in f"{one.title} {one.address or PurePath(one.source).name}".casefold() for word in words)
        ]
        end = wanted.offset + wanted.limit
        return ListResult(
            documents=[
                ListedSource(
                    id=one.id, title=shown(one.title), source=shown(one.address or one.source), kind=one.kind,
                    pages=one.pages, state=one.state,
                )
                for one in found[wanted.offset : end]
            ],
            total=len(found),
            next_offset=end if end < len(found) else None,
            is_demonstration=listing.is_demonstration,
        )  # fmt: skip

    def _read(self, wanted: ReadArguments) -> ReadResult:
        try:
            document = self._documents.source(None).document(wanted.document_id)
        except KeyError as error:
            raise ReadingError("That document is not there any more: call list_documents to see which are.") from error
        text, start = document.text, min(wanted.start, len(document.text))
        if wanted.page is not None:
            if wanted.page > len(document.page_starts):
                pages = len(document.page_starts)
                raise ReadingError(f"The document has {pages} pages: name one of them, or a character to start from.")
            start = document.page_starts[wanted.page - 1]
        end = min(start + wanted.length, len(text))
        if end < len(text):  # behind a whole word, if there is one
            end = max(text.rfind(" ", start, end), text.rfind("\n", start, end)) + 1 or end
        return ReadResult(
            id=document.id,
            title=shown(document.title),
            source=shown(shown_source(document.source)),
            text=text[start:end],
            start=start,
            end=end,
            length=len(text),
            first_page=document.page_at(start),
            last_page=document.page_at(max(start, end - 1)),
            next_start=end if end < len(text) else None,
        )


def ask_result(answer: Answer) -> AskResult:
    """What an assistant is told of an answer."""
    perhaps = answer.perhaps
    closest = () if answer.citations else answer.alternatives[1 if perhaps else 0 :][:MOST_CLOSEST]
    return AskResult(
        status=answer.status,
        confidence=round(answer.confidence, 3),
        statements=[_thing(one) for one in answer.statements],
        perhaps=_quote(perhaps) if perhaps else None,
        closest=[_quote(one) for one in closest],
        reasons=[*refusal_lines(answer), *filter(None, [caution(answer)])],
        searched=extent(answer.searched),
    )


def _thing(statement: Statement) -> QuotedThing:
    return QuotedThing(
        text=statement.text,
        confidence=statement.confidence,
        dated=date_of(statement.dated) if statement.dated else None,
        quotes=[_quote(one) for one in statement.citations],
    )


def _quote(citation: Citation) -> QuotedWords:
    return QuotedWords(
        text=citation.text,
        sentence=citation.sentence_shown,
        under=[name.shown for name in citation.names],
        document_id=citation.document_id,
        title=shown(citation.title),
        source=shown(citation.address or citation.source),
        page=citation.page,
        place=shown(citation.locator),
        start=citation.start,
        end=citation.end,
        stale=citation.stale,
    )
