"""A collection of documents on disk: add, update, remove, search, reopen in a later process."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from index import loaders
from index.encoder import DEFAULT_ENCODER, Encoder, EncoderCard, open_encoder
from index.errors import CollectionError, DocumentError
from index.passages import split_passages
from index.records import Document, DocumentSummary, Hit, Passage, Sentence
from index.sentences import split_sentences
from index.storage import BEYOND, Storage
from index.vectors import VectorIndex

DATABASE, VECTORS = "collection.sqlite", "vectors.faiss"
Progress = Callable[[int, int, str], None]  # files done, files in all, the file at hand


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that could not be added, and the sentence that says why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What adding files did, by source."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()


class Collection:
    """Documents in `folder`, split, embedded and searchable. Safe to use from several threads.

    Another process may change the same folder: every search sees the newest state. Raises
    CollectionError where the folder cannot be used or was made with another encoder. `encoder` is a name,
    a folder or an open encoder (None: the one that made the collection, else the default); `report` is told
    when one must first be prepared.
    """

    def __init__(
        self,
        folder: str | Path,
        encoder: str | Encoder | None = None,
        report: Callable[[str], None] | None = None,
    ) -> None:
        try:
            self.folder = Path(folder).expanduser().resolve()
            self.folder.mkdir(parents=True, exist_ok=True)
        except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: no such user, or a circle of links
            reason = getattr(error, "strerror", None) or str(error)
            raise CollectionError(f"{folder} cannot be used as a folder ({reason}): choose another.") from error
        self._lock = threading.RLock()
        self._storage = Storage(self.folder / DATABASE)
        self._encoder = self._choose_encoder(encoder, report)
        self._vectors: VectorIndex | None = None
        self._vectors_revision = -1

    def __enter__(self) -> Collection:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the files."""
        with self._lock:
            self._storage.close()

    def _choose_encoder(self, wanted: str | Encoder | None, report: Callable[[str], None] | None) -> Encoder:
        """The encoder that made the collection; a new collection takes the wanted one. Refuse any other."""
        stored = self._storage.meta("encoder")
        card = EncoderCard(**json.loads(stored)) if stored else None
        if wanted is None:
            wanted = card.name if card else DEFAULT_ENCODER
        encoder = open_encoder(wanted, report) if isinstance(wanted, str) else wanted
        if card is None:
            self._storage.set_meta({"encoder": json.dumps(asdict(encoder.card))})
        elif card.fingerprint != encoder.card.fingerprint:
            raise CollectionError(
                f"The collection {self.folder} was made with the encoder {card.name!r} "
                f"(weights {card.fingerprint}), not {encoder.card.name!r} ({encoder.card.fingerprint}): "
                "open it with that one, or index the documents again into another folder."
            )
        return encoder

    @property
    def encoder(self) -> Encoder:
        """The encoder all vectors here come from."""
        return self._encoder

    def add(self, paths: Iterable[str | Path], progress: Progress | None = None) -> Changes:
        """Add or update files and folders. A file whose bytes have not changed is not embedded again.

        Each file is stored by itself, so an interrupted run is resumed by repeating it. A file that cannot be
        read is reported in `refused` and the rest go on; a path that does not exist raises DocumentError.
        """
        files = loaders.find_files(paths)
        known = {summary.id: summary.content_hash for summary in self.documents()}
        added: list[str] = []
        updated: list[str] = []
        unchanged: list[str] = []
        refused: list[Refusal] = []
        for number, path in enumerate(files):
            if progress:
                progress(number, len(files), str(path))
            try:
                data = loaders.read_bytes(path)
                earlier = known.get(loaders.document_id(str(path)))
                if earlier == loaders.content_hash(data):
                    unchanged.append(str(path))
                    continue
                self.put([loaders.parse(path, data)])
                (updated if earlier else added).append(str(path))
            except DocumentError as error:
                refused.append(Refusal(str(path), str(error)))
        if progress:
            progress(len(files), len(files), "")
        self._fresh_vectors()
        return Changes(tuple(added), tuple(updated), tuple(unchanged), tuple(refused))

    def put(self, documents: Iterable[Document], batch: int = 64) -> None:
        """Store documents already loaded, embedding the passages of `batch` of them together."""
        iterator = iter(documents)
        while group := list(islice(iterator, batch)):
            prepared = [self._split(document) for document in group]
            texts = [document.text[a:b] for document, _, passages in prepared for a, b in passages]
            rows = iter(self._encoder.encode_passages(texts))
            for document, sentences, passages in prepared:
                vectors = np.array([next(rows) for _ in passages], np.float32)
                with self._lock:
                    self._storage.put(document, sentences, passages, vectors)

    @staticmethod
    def _split(document: Document) -> tuple[Document, Sequence[Sentence], Sequence[tuple[int, int]]]:
        sentences = split_sentences(document.text)
        return document, sentences, split_passages(document.text, sentences)

    def remove(self, source: str | Path) -> None:
        """Remove the document with this source path or id. Raises CollectionError where there is none."""
        wanted = {str(source)}
        with suppress(OSError, RuntimeError, ValueError):  # an id may look like any path
            wanted.add(str(Path(source).expanduser().resolve()))
        for summary in self.documents():
            if summary.source in wanted or summary.id == str(source):
                with self._lock:
                    self._storage.delete(summary.id)
                return
        raise CollectionError(f"{source} is not in the collection: list its documents to see what is.")

    def documents(self) -> list[DocumentSummary]:
        """All documents without their text, by source."""
        with self._lock:
            return self._storage.summaries()

    def document(self, document_id: str) -> Document:
        """A whole document. Raises KeyError where there is none."""
        with self._lock:
            return self._storage.document(document_id)

    def sentences(self, document_id: str, start: int = 0, end: int = BEYOND) -> list[Sentence]:
        """A document's sentences in order, from the last that begins at or before `start` to the last before `end`."""
        with self._lock:
            return self._storage.sentences(document_id, start, end)

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages in order."""
        with self._lock:
            return self._storage.passages_of(document_id)

    def is_untouched(self) -> bool:
        """Whether no document was ever put in."""
        with self._lock:
            return self._storage.revision() == 0

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages there are."""
        with self._lock:
            return self._storage.counts()

    def search_dense(self, question: str, k: int) -> list[Hit]:
        """The `k` passages whose vectors lie nearest to the question's; the score is the cosine."""
        query = self._encoder.encode_question(question)
        with self._lock:
            found = self._fresh_vectors().search(query, k)
            passages = self._storage.passages(id_ for id_, _ in found)
        return [Hit(passages[id_], score) for id_, score in found if id_ in passages]

    def search_keywords(self, question: str, k: int) -> list[Hit]:
        """The `k` passages that share the question's words; the score is BM25."""
        with self._lock:
            return self._storage.search_words(question, k)

    def _fresh_vectors(self) -> VectorIndex:
        """The FAISS index of the newest revision: from memory, from its file, or rebuilt from the database."""
        with self._lock:
            revision = self._storage.revision()
            if self._vectors is None or self._vectors_revision != revision:
                self._vectors = self._load_vectors(revision) or self._rebuild_vectors(revision)
                self._vectors_revision = revision
            return self._vectors

    def _load_vectors(self, revision: int) -> VectorIndex | None:
        saved = json.loads(self._storage.meta("vectors") or "{}")
        if saved.get("revision") != revision:
            return None
        return VectorIndex.load(self.folder / VECTORS, saved["sha256"])

    def _rebuild_vectors(self, revision: int) -> VectorIndex:
        index = VectorIndex(self._encoder.card.dimension)
        rows: Iterator[tuple[int, np.ndarray]] = self._storage.all_vectors()
        while group := list(islice(rows, 10_000)):
            index.add([id_ for id_, _ in group], np.stack([vector for _, vector in group]))
        try:
            sha256 = index.save(self.folder / VECTORS)
            self._storage.set_meta({"vectors": json.dumps({"revision": revision, "sha256": sha256})})
        except (OSError, CollectionError):
            pass  # a read-only or full disk: the index in memory serves, and the file is made another time
        return index
