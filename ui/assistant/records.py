"""What the assistants' tools take and give, as it is described to them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.questions import LONGEST_QUESTION

MOST_NAMES = 1_000  # documents that one question names
LONGEST_NAME = 4_096
MOST_LISTED = 500
LONGEST_TEXT = 20_000  # characters of a source that are read at once
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class Arguments(BaseModel):
    """What a tool takes."""

    model_config = ConfigDict(extra="forbid")


class AskArguments(Arguments):
    """A question to the documents."""

    question: str = Field(
        max_length=LONGEST_QUESTION,
        description="One question in plain English, complete in itself. Words in double quotes must occur in the cited "
        "passage; -word leaves out passages that hold the word.",
        examples=["When does the lease end?"],
    )
    within: list[Name] | None = Field(
        None, max_length=MOST_NAMES,
        description="Only these documents: ids from list_documents, file names, folders or patterns such as *.pdf.",
    )  # fmt: skip
    threshold: Annotated[float, Field(ge=0, le=1)] | Literal["careful", "always"] | None = Field(
        None, description="The least confidence at which an answer is given; 'careful' gives few wrong ones."
    )


class ListArguments(Arguments):
    """Which documents are listed."""

    name: Name | None = Field(None, description="Only documents whose title or file has these words.")
    offset: int = Field(0, ge=0, description="How many are passed over; see next_offset.")
    limit: int = Field(100, ge=1, le=MOST_LISTED)


class ReadArguments(Arguments):
    """Which part of a document is read."""

    document_id: Name = Field(description="From list_documents or a quote.")
    start: int = Field(
        0, ge=0, description="The first character that is read; before a quote, to see what is around it."
    )
    length: int = Field(4_000, ge=1, le=LONGEST_TEXT, description="How many characters are read.")
    page: int | None = Field(None, ge=1, description="Read from this page on instead of from a character.")


class QuotedWords(BaseModel):
    """Words of a document, exactly as they stand there: from character `start` to `end` of its text."""

    text: str = Field(description="The quoted words.")
    sentence: str = Field(description="The sentence they stand in.")
    under: list[str] = Field(description="What they stand under: the lead-in of a list, a row, a column, a label.")
    document_id: str
    title: str
    source: str = Field(description="The file.")
    page: int | None
    place: str = Field(description="Where in the file a person finds them: page 3, slide 3, sheet Prices, cell B7.")
    start: int
    end: int
    stale: bool = Field(description="Whether the file was changed or is gone since it was read.")


class QuotedThing(BaseModel):
    """One of the things that are said, with the quotes that say it."""

    text: str
    confidence: float | None = Field(description="Where documents disagree: how likely this one is right by itself.")
    dated: str | None = Field(description="Where documents disagree: from when it is, as far as that is told.")
    quotes: list[QuotedWords]


class AskResult(BaseModel):
    """An answer in the documents' own words, or why there is none."""

    status: Literal["answered", "unsure", "conflict", "no_answer"] = Field(
        description="answered: the statements are the answer. conflict: they exclude one another, so give all of them. "
        "unsure: `perhaps` may be the answer, and is not sure enough. no_answer: the documents do not say."
    )
    confidence: float = Field(description="How likely the answer is right, from 0 to 1.")
    statements: list[QuotedThing]
    perhaps: QuotedWords | None
    closest: list[QuotedWords] = Field(
        description="Where nothing is answered: the nearest sentences, which are no answer."
    )
    reasons: list[str] = Field(description="Why nothing is answered, or what makes an answer less reliable.")
    searched: str = Field(description="How much was searched.")


class ListedSource(BaseModel):
    """A document that can be asked."""

    id: str
    title: str
    source: str = Field(description="The file.")
    kind: str
    pages: int = Field(description="0 where it has none.")
    state: str = Field(description="ready, preparing (found by its words only), changed or gone (since it was read).")


class ListResult(BaseModel):
    """The documents, by their files."""

    documents: list[ListedSource]
    total: int
    next_offset: int | None = Field(description="Where the list goes on.")
    is_demonstration: bool = Field(description="Whether only the article that comes with Quotewise is there.")


class ReadResult(BaseModel):
    """A part of a document's text."""

    id: str
    title: str
    source: str
    text: str
    start: int
    end: int
    length: int = Field(description="Characters of the whole text.")
    first_page: int | None
    last_page: int | None
    next_start: int | None = Field(description="Where the text goes on.")
