"""What holds of every document, whatever the file was: blocks, sentences and views lead to its text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from index.children.extracts import from_bytes, to_bytes
from index.formats import FORMATS
from index.formats.extract import Extract
from index.indexing import with_blocks
from index.loaders import FileContent, document_of
from index.passages import PassagePlan, split_passages
from index.records import Document, Passage, check_tiling
from index.sentences import split_sentences
from index.views import SILENT, readable


def checked(data: bytes, suffix: str, name: str) -> bytes:
    """What is broken of a file's document, as JSON: nothing where all holds. Raises what the extractor raises."""
    return json.dumps(broken(FORMATS[suffix].extract(data, name), suffix)).encode()


def broken(extract: Extract, suffix: str) -> list[str]:
    """The sentences that say what does not hold of a document. Raises DocumentError where it has no text."""
    if from_bytes(to_bytes(extract)) != extract:
        return ["the extract is another one on the other side of a pipe"]
    return list(_broken(document_of(Path(f"file{suffix}"), FileContent(b"", "", 0), extract)))


def _broken(document: Document) -> Iterator[str]:
    for found in (document, with_blocks(document)):
        if found.blocks:
            check_tiling(found.text, found.blocks)
        for block in found.blocks:
            said = found.text[block.start : block.end]
            if said != said.strip() or not said:
                yield f"{block} begins or ends with white space"
            if any(not 0 <= a <= b <= len(found.text) for a, b in block.header):
                yield f"{block} is named from outside the text"
    sentences = split_sentences(found.text, found.blocks)
    for one, other in pairwise(sentences):
        if one.end > other.start:
            yield f"{one} and {other} overlap"
    held = "".join(found.text[one.start : one.end] for one in sentences)
    if "".join(held.split()) != "".join(found.text.split()):
        yield "the sentences do not hold all of the text"
    for plan in split_passages(found, found.blocks):
        yield from _broken_view(found, plan)


def _broken_view(document: Document, plan: PassagePlan) -> Iterator[str]:
    """The view's quotable characters are those of the document, one by one."""
    view = plan.view
    Passage(1, document.id, plan.start, plan.end, document.text[plan.start : plan.end], view)  # checks itself
    for run in view.runs:
        shown, said = view.text[run.view_start : run.view_end], document.text[run.start : run.end]
        read = "".join(readable(character) for character in said if character not in SILENT)
        if [*shown.split()] != [*read.split()]:
            yield f"{run} shows {shown!r} for {said!r}"
    for start, end in view.units:
        a, b = view.place(start, end)
        if not plan.start <= a < b <= plan.end:
            yield f"the unit from {start} to {end} leads to {a} to {b}, out of its passage"
