"""`ask`: one call from a question and some documents to an answer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from index.adding import FileProgress
from index.collection import Collection, Scope
from qa.answerer import PASSAGES_READ, Answerer, Threshold
from qa.opened import kept_reader, open_documents
from qa.questions import check_question
from qa.records import Answer

Documents = str | Path | Iterable[str | Path] | Collection | Scope


def ask(
    question: str,
    documents: Documents | None = None,
    *,
    within: str | Path | Iterable[str | Path] | None = None,
    encoder: str | None = None,
    reader: str | Path | None = None,
    threshold: Threshold | None = None,
    passages: int = PASSAGES_READ,
    download: bool = False,
    progress: FileProgress | None = None,
) -> Answer:
    """Answer `question` from `documents` by quoting them.

    Words of the question in double quotes must occur in the cited passage; `-word` leaves out passages that hold it.
    `documents` may be a file, a folder, several of them, or an open Collection; by default it is the article
    that comes with Quotewise. Files are indexed on first use and again when they change; what was opened is kept.
    `within` names the part of them to ask: ids, files, folders, or patterns such as "*.pdf".
    `encoder` and `reader` name other models, which `download` lets a model hub be asked for; `threshold` is the least
    confidence at which an answer is given, or "careful" for few wrong ones, `passages` how many passages are read.
    Raises QuotewiseError, with one sentence, for what the caller can mend.
    """
    check_question(question)
    if isinstance(documents, Collection | Scope):
        source: Collection | Scope = documents
    else:
        source = open_documents(documents, encoder, progress, download=download)
    if within is not None:
        source = source.within(*([within] if isinstance(within, str | Path) else within))
    return Answerer(source, kept_reader(reader, download), threshold=threshold, passages=passages).ask(question)
