"""What the service takes and gives, as it is documented."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.formats import DocumentKind
from qa.conversation import MOST_TURNS
from qa.questions import LONGEST_QUESTION
from ui.web.listing import FileEntry, ListedDocument, RemovedDocument, WatchedFolder

MOST_NAMES = 10_000  # documents that one request names
LONGEST_NAME = 4_096  # characters of an id, a file name or a path
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Box = Annotated[list[float], Field(min_length=4, max_length=4)]
Offset = Annotated[int, Field(ge=0, le=10_000_000_000)]


class AskBody(BaseModel):
    """A question, and how it is to be answered."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "When does the lease end?"},
                {"question": "When does the lease end?", "within": ["contracts/*.pdf"], "threshold": "careful"},
            ]
        },
    )

    question: str = Field(
        max_length=LONGEST_QUESTION,
        description='What to ask, in plain English. Words in "double quotes" must occur in the cited passage, and '
        "-word leaves out passages that hold the word.",
    )
    within: list[Name] | None = Field(
        None, max_length=MOST_NAMES, description="Only these documents: ids, file names, folders or patterns. All if "
        "left out.",
    )  # fmt: skip
    conversation: list[dict[str, Any]] = Field(
        [], max_length=MOST_TURNS,
        description="The answers before this question, oldest first, as they came. The question may lean on them: "
        '"And when was that?"',
    )  # fmt: skip
    threshold: Annotated[float, Field(ge=0, le=1)] | Literal["careful", "always"] | None = Field(
        None, description="The least confidence at which an answer is given. 'careful' gives few wrong ones, 'always' "
        "the best quote in any case.",
    )  # fmt: skip
    reader: Literal["fast", "balanced", "accurate"] | None = Field(
        None, description="Which reader reads. The last two must be installed. The server's own if left out."
    )
    as_typed: bool = Field(
        False, description="Whether the question is searched and read just as it is. Else what is misspelt in it is "
        "read as what occurs in the documents, and `asked` of the answer tells so.",
    )  # fmt: skip


class DocumentsReply(BaseModel):
    """The documents, and what is being done with them."""

    revision: int = Field(description="The number of the last change; see the parameter `since`.")
    documents: list[ListedDocument]
    files: list[FileEntry] = Field(description="The files of the last additions.")
    folders: list[WatchedFolder]
    removed: list[RemovedDocument]
    is_demonstration: bool = Field(description="Whether only the article that comes with Quotewise can be asked.")
    read_only: bool = Field(description="Whether nothing can be added, removed or judged here.")
    can_add_folders: bool = Field(description="Whether folders of the server's machine can be added here.")
    why_read_only: str = Field(description="Why nothing can be changed, or nothing where it can.")
    notice: str = Field(description="A sentence on what keeps work from going on, or nothing.")
    examples: list[str] = Field(description="Questions to offer, which the documents answer.")


class FolderBody(BaseModel):
    """A folder of the server's machine to keep in step with."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"path": "/home/anna/contracts", "watch": True}]}
    )

    path: Name
    watch: bool = Field(True, description="Follow changes of its files at once.")


class AddressBody(BaseModel):
    """An address of the web."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"address": "https://example.org/"}]})

    address: Name


class TextPart(BaseModel):
    """A part of a document, laid out."""

    start: int = Field(description="Offset of its first character.")
    end: int = Field(description="Offset behind its last character.")
    before: int | None = Field(description="Where the part before it ends, to be asked for next.")
    after: int | None = Field(description="Where the part behind it begins.")
    html: str = Field(description="The text as HTML, with nothing in it that runs or loads anything.")


class MarkedPlaces(BaseModel):
    """What is marked of a document: places of quoted words, and of the sentences they stand in."""

    quote: list[tuple[int, int]]
    sentence: list[tuple[int, int]]


class SourceReply(BaseModel):
    """A document as it is shown beside an answer."""

    id: str
    title: str
    source: str
    address: str = Field(description="The address from which it was fetched, or nothing.")
    kind: DocumentKind
    pages: int
    length: int = Field(description="Characters of its whole text; all offsets count them.")
    view: Literal["pages", "text"] = Field(description="Whether there are page images.")
    stale: bool = Field(description="Whether its file was changed or is gone since it was read.")
    page: int | None = Field(description="The page of the place.")
    locator: str = Field(description="The place as a person finds it: page 3, slide 3, sheet Prices, cell B7.")
    under: list[str] = Field(description="The headings above the place, the uppermost first.")
    marked: MarkedPlaces
    part: TextPart


class PageReply(BaseModel):
    """Where on a page quoted words stand. Boxes are left, top, right, bottom, in points from the upper left corner."""

    page: int
    width: float = Field(description="In points.")
    height: float = Field(description="In points.")
    quote: list[Box]
    sentence: list[Box]
    is_exact: bool = Field(description="Whether it can still be told where the characters stand; else no box is given.")


class FoundReply(BaseModel):
    """Where words stand in a document."""

    places: list[tuple[int, int, int | None]] = Field(description="Start, end and page of each.")
    more: bool = Field(description="Whether there are more than these.")


class ErrorReply(BaseModel):
    """What is wrong, and what to do."""

    error: str = Field(examples=["The question is empty: type what you want to know."])
