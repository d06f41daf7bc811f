"""A run over whole files: each is indexed as a user's would be, and each question asked alone and among all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index.collection import Collection
from index.files import file_sha256, replace_file
from index.formats import extraction_of
from index.records import BlockKind, Passage, Place
from qa.answerer import Answerer
from qa.evaluation.documents_dataset import DocumentBenchmark, DocumentFile, DocumentQuestion
from qa.evaluation.documents_records import ALONE, AMONG_ALL, FORMAT, DocumentRow, document_row
from qa.evaluation.documents_report import report_of
from qa.evaluation.gold_places import PlainText, gold_places
from qa.evaluation.measuring import words_of
from qa.evaluation.run import REPORT, ROWS, RunError, environment
from qa.lab.dataset import DatasetError
from qa.lab.resumable import ProgressLine, ResumeError, work_through
from qa.lab.squad_metrics import RIGHT_F1, best_over_golds, f1
from qa.reading.balanced import Balanced, fingerprint_of
from qa.reading.reader import Reader
from qa.records import Citation
from qa.trace import Trace, answer_from

# A block of these kinds is read as one piece, like a sentence; a paragraph or a quotation may hold many sentences.
CITED_WHOLE = (BlockKind.ITEM, BlockKind.HEADER, BlockKind.ROW, BlockKind.FIELD, BlockKind.CAPTION)


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    """What makes two runs the same run. `part` is one of the parts or "all", `ways` what each question is asked of."""

    file_sha256: str
    reader_sha256: str
    passages: int
    part: str = "all"
    ways: tuple[str, ...] = (ALONE, AMONG_ALL)


def evaluate_documents(
    benchmark: DocumentBenchmark,
    folder: Path,
    settings: DocumentSettings,
    output: Path,
    collection: Path | None,
    reader: Reader | Balanced,
) -> dict[str, Any]:
    """Ask about the documents in `folder` with the reader or the two; write and return the report.

    A killed run is continued. All documents are indexed, also where the questions are of one part only. Raises
    DatasetError for a file that is missing or another one, RunError where `output` holds another run or `collection`
    (None: one in `output`) other documents.
    """
    files = [checked(folder, one) for one in benchmark.documents]
    output.mkdir(parents=True, exist_ok=True)
    with Collection(collection or output / "collection") as corpus:
        line = ProgressLine("documents indexed")
        changes = corpus.add(files, lambda done, of, _: line(done, of))
        if not {one.source for one in corpus.documents()} <= set(map(str, files)):
            raise RunError(f"{corpus.folder} holds other documents as well: name another --collection.")
        answerer = Answerer(corpus, reader, passages=settings.passages)
        rows = _ask(_Asking(answerer, corpus, benchmark), settings, output)
        report = report_of(rows) | {
            "unreadable": {Path(one.source).name: one.reason for one in changes.refused},
            "environment": environment(corpus, fingerprint_of(reader), answerer.threshold),
            "settings": asdict(settings),
        }
    replace_file(output / REPORT, json.dumps(report, indent=1) + "\n")
    return report


def _ask(asking: _Asking, settings: DocumentSettings, output: Path) -> list[DocumentRow]:
    """The rows of the wanted questions; those that an earlier run has noted are not asked again."""
    picked = [q for q in asking.benchmark.questions if settings.part in ("all", asking.benchmark.part_of(q))]
    pieces = [(question, way) for question in picked for way in settings.ways]
    origin = json.loads(json.dumps({"format": FORMAT} | asking.origin() | asdict(settings)))  # tuples become lists
    try:
        plain = work_through(output / ROWS, origin, pieces, lambda piece: asdict(asking.row(*piece)), "questions asked")
    except ResumeError as error:
        raise RunError(f"{output} holds a run with other settings or models: name another --output folder.") from error
    return [document_row(row) for row in plain]


def settings_of(
    file: Path, reader: Reader | Balanced, passages: int, part: str, ways: Sequence[str]
) -> DocumentSettings:
    """The settings of a run over a benchmark's file."""
    return DocumentSettings(file_sha256(file), fingerprint_of(reader), passages, part, tuple(ways))


def checked(folder: Path, document: DocumentFile) -> Path:
    """The document's file in the folder. Raises DatasetError where it is missing or not the one that is meant."""
    path = (folder / document.name).resolve()
    if not path.is_file():
        raise DatasetError(
            f"{folder} has no file {document.name}: fetch it with 'python -m qa.evaluation.fetch_documents {folder}'."
        )
    if document.sha256 and file_sha256(path) != document.sha256:
        raise DatasetError(f"{path} is not the file that the questions were asked about: remove it and fetch it again.")
    return path


class _Asking:
    """Asks a benchmark's questions of its documents in a collection."""

    def __init__(self, answerer: Answerer, corpus: Collection, benchmark: DocumentBenchmark) -> None:
        self.benchmark = benchmark
        self._answerer, self._corpus, self._judge = answerer, corpus, SourceJudge(corpus)

    def origin(self) -> dict[str, Any]:
        """What the answers depend on, besides the settings."""
        card = self._corpus.encoder.card
        return {
            "extraction": extraction_of(wants_ocr=True),
            "encoder": card.fingerprint,
            "threshold": self._answerer.threshold,
        }

    def row(self, question: DocumentQuestion, way: str) -> DocumentRow:
        """The row of the question asked one way. A document that cannot be read answers nothing."""
        own = self._judge.id_of(question.document)
        trace = self._trace(question.text, own, way)
        best = _best(trace) if trace else None
        said = words_of(answer_from(trace)) if trace else ""
        places = self._judge.places(question)
        row = DocumentRow(
            id=question.id,
            within=way,
            part=self.benchmark.part_of(question),
            kind=question.kind,
            document=question.document,
            question=question.text,
            golds=question.answers,
            gold_sentence=question.sentences[0] if question.sentences else "",
            answered=trace is not None and trace.is_sure,
            confidence=round(trace.confidence, 4) if trace else 0.0,
            text=said,
            sentence=best.sentence if best else "",
            cited=Path(best.source).name if best else "",
            page=best.page if best else None,
            gold_read=trace is not None and _holds_any([hit.passage for hit in trace.hits], own, places),
            best_source_right=best is not None and best.document_id == own and self._judge.is_cited(best, places),
            best_words_right=best is not None and question.answerable and is_right(said, question.answers),
            cause="",
            milliseconds=round(trace.timings_ms["total"], 3) if trace else 0.0,
            locator=best.locator if best else "",
            locators=question.locators,
        )
        return replace(row, cause=self._cause(row, own, places))

    def _trace(self, text: str, own: str, way: str) -> Trace | None:
        """What asking comes to; None where the document that is to be asked alone could not be read."""
        if way == AMONG_ALL:
            return self._answerer.trace(text, within=self._corpus)
        return self._answerer.trace(text, within=self._corpus.within(own)) if own else None

    def _cause(self, row: DocumentRow, own: str, places: Sequence[Place]) -> str:
        """Why the question is lost: the first thing that went wrong on the way to its answer; "" where nothing did."""
        if not row.answerable:
            return "answered, should refuse" if row.answered else ""
        if row.source_right and row.words_right:
            return ""
        if not places:
            return "not extracted"
        if not _holds_any(self._corpus.passages_of(own), own, places):
            return "not in a passage"
        if not row.gold_read:
            return "not retrieved"
        if not row.best_source_right:
            return "misread"
        return "wrong edge" if row.answered else "refused"


class SourceJudge:
    """Tells whether what is cited answers a question to one of the documents of a collection."""

    def __init__(self, corpus: Collection) -> None:
        self._corpus = corpus
        self._ids = {Path(one.source).name: one.id for one in corpus.documents()}
        self._texts: dict[str, PlainText] = {}

    def id_of(self, document: str) -> str:
        """The id of the document with this file name; "" where it could not be read."""
        return self._ids.get(document, "")

    def places(self, question: DocumentQuestion) -> list[Place]:
        """Where the gold answers stand in the text of the question's document."""
        own = self.id_of(question.document)
        if not own or not question.answerable:
            return []
        if own not in self._texts:
            self._texts[own] = PlainText(self._corpus.document(own).text)
        return gold_places(self._texts[own], question.sentences, question.answers)

    def is_cited(self, best: Citation, places: Sequence[Place]) -> bool:
        """Whether the cited sentence, or the row, item or field that it lies in, holds a gold answer at its place in
        the same document."""
        if _holds((best.sentence_start, best.sentence_end), places):
            return True
        blocks, _ = self._corpus.structure(best.document_id)
        around = [one for one in blocks if one.start <= best.start < one.end and one.kind in CITED_WHOLE]
        return any(_holds((one.start, one.end), places) for one in around)


def is_right(text: str, answers: Sequence[str]) -> bool:
    """Whether the words share most of theirs with an acceptable answer."""
    return best_over_golds(f1, text, answers) >= RIGHT_F1


def _best(trace: Trace) -> Citation | None:
    answer = answer_from(trace)
    return next(iter((*answer.citations, *answer.alternatives)), None)


def _holds_any(passages: Iterable[Passage], own: str, places: Sequence[Place]) -> bool:
    """Whether one of the passages that are of document `own` holds one of the places."""
    return any(one.document_id == own and _holds((one.start, one.end), places) for one in passages)


def _holds(around: Place, places: Sequence[Place]) -> bool:
    return any(around[0] <= start and end <= around[1] for start, end in places)
