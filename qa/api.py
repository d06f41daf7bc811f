"""`ask`: one call from a question and some documents to an answer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from index.adding import FileProgress
from index.collection import Collection, Scope
from index.errors import DamageError
from index.loaders import resolve_path
from qa.answerer import PASSAGES_READ, Answerer, Threshold
from qa.confidence import HALF
from qa.evidence_log import DocumentsAsked, EvidenceLog
from qa.opened import kept_published, kept_reader, mend_documents, open_documents
from qa.questions import check_question
from qa.records import Answer
from qa.seeds import seed_files

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
    log: str | Path | None = None,
    as_typed: bool = False,
    vectors: str | None = None,
    absent_share: float = HALF,
) -> Answer:
    """Answer `question` from `documents` by quoting them.

    Words of the question in double quotes must occur in the cited passage; `-word` leaves out passages that hold it.
    `documents` may be a file, a folder, several of them, or an open Collection; by default it is the article
    that comes with Quotewise. Files are indexed on first use and again when they change; what was opened is kept.
    `within` names the part of them to ask: ids, files, folders, or patterns such as "*.pdf".
    `vectors` is an address, URL or URL#NAME: instead of documents, what is published there is asked.
    `encoder` and `reader` name other models, which `download` lets a model hub be asked for; `threshold` is the least
    confidence at which an answer is given, "careful" for few wrong ones, or "always"; `passages` how many are read;
    `absent_share` how many of your questions, 0 to 1, you expect to have no answer there (confidences are told for it).
    What is misspelt or otherwise written is read as what occurs in the documents, which `answer.asked` tells, unless
    the question is to be asked just `as_typed`.
    `log` names a file at whose end the answer is kept with what was asked (see `EvidenceLog`).
    Raises QuotewiseError, with one sentence, for what the caller can mend.
    """
    check_question(question)
    if vectors is not None and (documents is not None or encoder is not None):
        raise ValueError("vectors is the address of what is asked: give no documents and no encoder beside it")
    if not isinstance(documents, Collection | Scope):
        documents = _paths(documents) if vectors is None else kept_published(vectors, download)
    names = [within] if isinstance(within, str | Path) else list(within or ())

    def answered() -> Answer:
        if isinstance(documents, Collection | Scope):
            source: Collection | Scope = documents
        else:
            source = open_documents(documents, encoder, progress, download=download)
        part = source if within is None else source.within(*names)
        answerer = Answerer(
            part, kept_reader(reader, download), threshold=threshold, passages=passages, absent_share=absent_share
        )
        return answerer.ask(question, as_typed=as_typed)

    try:
        answer = answered()
    except DamageError:
        if isinstance(documents, Collection | Scope):
            raise
        mend_documents(documents, encoder)  # it holds nothing that is not in the files
        answer = answered()
    if log is not None:
        EvidenceLog(log).add(answer, _documents_asked(documents, names, vectors))
    return answer


def _paths(documents: str | Path | Iterable[str | Path] | None) -> list[str | Path]:
    if documents is None:
        return list(seed_files())
    return [documents] if isinstance(documents, str | Path) else list(documents)


def _documents_asked(
    documents: list[str | Path] | Collection | Scope, within: Iterable[str | Path], vectors: str | None
) -> DocumentsAsked:
    """What was asked, as a log keeps it: with whole paths, so that it can be asked again from anywhere."""
    names = tuple(map(str, within))
    if vectors is not None:
        from index.vectors.milvus_server import MilvusAddress  # files are asked without it

        return DocumentsAsked(within=names, published=str(MilvusAddress.of(vectors)))
    if isinstance(documents, Collection):
        if documents.copy_of:
            return DocumentsAsked(within=names, published=documents.copy_of)
        return DocumentsAsked(collection=str(documents.folder), within=names)
    if isinstance(documents, Scope):  # it does not tell of which collection it is a part
        return DocumentsAsked(within=names)
    return DocumentsAsked(tuple(str(resolve_path(path)) for path in documents), within=names)
