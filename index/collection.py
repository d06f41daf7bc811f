"""A collection of documents on disk: add, update, remove, search, reopen in a later process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path

from index.adding import FileProgress, add_files
from index.changes import Changes, RejectedFile, Removal
from index.encoder import Encoder, EncoderCard, Vectors, nearness_of
from index.encoder_catalog import DEFAULT_ENCODER, open_encoder
from index.errors import CollectionError, reason_of
from index.exact import exact_ids, possible_ids
from index.files import clear_abandoned
from index.indexing import batches, encoded, prepare, without_vectors
from index.loaders import LoadedFile, holder_of, is_gone
from index.phrases import Query
from index.records import Block, Document, DocumentSummary, Found, Hit, Parts, Passage, Place, Sentence
from index.selection import held_by, inside_of, matching, select
from index.storage import Storage
from index.storage_connections import damaged
from index.storage_copy import COPY_OF
from index.storage_reader import BEYOND
from index.storage_rows import PreparedDocument
from index.taken_out import stored_document
from index.vectors.opening import ADDRESS, OpenVectors, open_vectors
from index.vectors.store import Ids
from index.vocabulary import SimilarWord

DATABASE = "collection.sqlite"
# How many passages of each search are compared with a query's exact words, and by how much that is made more where too
# few fit: a comparison takes 0.1 ms. Words in most passages took seconds while all of these were compared.
MOST_COMPARED, DEEPER = 800, 4


class Collection:
    """Documents in `folder`, split, embedded and searchable. Safe to use from several threads.

    Another process may change the same folder: every search sees the newest state. Raises
    CollectionError where the folder cannot be used, was made with another encoder or, with `create` False, holds no
    collection. `encoder` is a name, a folder or an open encoder (None: the one that made the collection, else the
    default); `report` is told when one must first be prepared and where the collection can only be read, `download`
    lets a model hub be asked for an encoder; `vectors` is the address of what searches the vectors (see
    `MilvusAddress`), or "files": FAISS over files in the folder. It is remembered with the collection; None is what was
    last chosen, files in a new one. What else searches them can be given as a function that opens it.
    """

    def __init__(
        self,
        folder: str | Path,
        encoder: str | Encoder | None = None,
        report: Callable[[str], None] | None = None,
        *,
        create: bool = True,
        download: bool = False,
        vectors: str | OpenVectors | None = None,
    ) -> None:
        self.folder = usable_folder(folder, create)
        self._storage = Storage(self.folder / DATABASE)
        if report and self.read_only:
            report(f"The collection {self.folder} is only read, since it cannot be changed ({self.read_only})")
        try:
            self._encoder = self._choose_encoder(encoder, report, download)
            opened = vectors if callable(vectors) else partial(open_vectors, wanted=vectors)
            self._vectors = opened(self._storage, self._encoder.card.dimension)
        except BaseException:
            self._storage.close()
            raise
        self._last_asked: tuple[str, Vectors] | None = None

    def __enter__(self) -> Collection:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the files."""
        self._vectors.close()
        self._storage.close()

    def _choose_encoder(
        self, wanted: str | Encoder | None, report: Callable[[str], None] | None, download: bool
    ) -> Encoder:
        """The encoder that made the collection; a new collection takes the wanted one. Refuse any other."""
        card = self._stored_card()
        if wanted is None:
            wanted = card.name if card else DEFAULT_ENCODER
        encoder = open_encoder(wanted, report, download=download) if isinstance(wanted, str) else wanted
        if card is None:
            self._storage.set_meta("encoder", json.dumps(asdict(encoder.card)))
        elif card.fingerprint != encoder.card.fingerprint:
            raise CollectionError(
                f"The collection {self.folder} was made with the encoder {card.name!r} "
                f"(weights {card.fingerprint}), not {encoder.card.name!r} ({encoder.card.fingerprint}): "
                "open it with that one, or index the documents again into another folder."
            )
        return encoder

    def _stored_card(self) -> EncoderCard | None:
        """What is stored of the encoder; None in a new collection."""
        stored = self._storage.meta("encoder")
        if stored is None:
            if self._storage.counts()[0]:
                raise damaged(self.folder, "it is not known which encoder made it")
            return None
        try:
            return EncoderCard(**json.loads(stored))
        except (ValueError, TypeError) as error:
            raise damaged(self.folder, "what is known of its encoder") from error

    @property
    def encoder(self) -> Encoder:
        """The encoder all vectors here come from."""
        return self._encoder

    @property
    def read_only(self) -> str:
        """Why the collection can only be read, as the system says it; "" where it can be changed."""
        return self._storage.read_only

    @property
    def copy_of(self) -> str:
        """The address of the published collection that it is a copy of; "" where it is none."""
        return self._storage.meta(COPY_OF) or ""

    def snapshot(self) -> AbstractContextManager[None]:
        """While it is open, all that this thread searches and reads is of one state, whatever is changed meanwhile."""
        return self._vectors.snapshot()

    def add(
        self, paths: Iterable[str | Path], progress: FileProgress | None = None, *, text_first: bool = False
    ) -> Changes:
        """Add or update files and folders. A file whose bytes have not changed is not read again, unless an earlier
        release did that; a passage of the same words is not embedded again.

        What is gone from a folder is removed, and a file that was moved is followed. Files are stored some at a time,
        so an interrupted run is resumed by repeating it. A file that cannot be read is reported in `refused` and the
        rest go on; a path that does not exist raises DocumentError. With `text_first` the files can be asked by their
        words as soon as they are read, and `encode_pending` is left to the caller; else nothing is left pending.
        """
        before = self.counts()[1]
        changes = add_files(self._storage, None if text_first else self._encoder, paths, progress)
        clear_abandoned(self.folder)
        if not text_first:
            while self.encode_pending():  # what an earlier run has left
                pass
            self._vectors.catch_up(max(0, self.counts()[1] - before))
        return changes

    def put(self, documents: Iterable[Document], *, text_first: bool = False) -> None:
        """Store documents already loaded; `text_first` is as in `add`. Raises ValueError where two of them have one
        source."""
        for batch in batches(documents):
            self._storage.put(map(without_vectors, batch) if text_first else prepare(batch, self._encoder))

    def put_loaded(self, loaded: LoadedFile) -> None:
        """Store the document of a file, found by its words, and remember which files inside it could not be read."""
        before = inside_of(loaded.document.source, self._storage.left_out())
        if before or loaded.left_out:
            self._storage.note_left_out(loaded.left_out, (one.source for one in before))
        self.put([loaded.document], text_first=True)

    def pending(self, within: Iterable[str] | None = None) -> int:
        """How many passages are searched by their words only, since their vectors are still to be made, or to be read
        again where their files were lost; of the documents `within`, by id, if given."""
        pending, known = self._storage.pending(within), self._vectors.lacks_after()
        return pending if known is None else max(pending, self._storage.count_after(known, within))

    def pending_by_document(self) -> dict[str, int]:
        """How many passages of each document are `pending`, by id, where any are."""
        return self._storage.pending_by_document()

    def encode_pending(self, go_on: Callable[[], bool] | None = None) -> int:
        """Make and store the vectors of some passages that are `pending`, as many as take a few seconds; how many they
        were, 0 where none were. Another process may do so at the same time. An interruption costs these few.

        `go_on` is called several times a second. It may wait, so that others are served first; where it returns False,
        what is encoded until then is stored, and the rest stays pending.
        """
        some, vectors = encoded(self._storage.next_pending(), self._encoder, go_on)
        if some:
            self._storage.settle(some, vectors)
        return len(some)

    def publish(self, go_on: Callable[[], bool] | None = None) -> bool:
        """Let Milvus, where the vectors lie there, have all that there is now; whether it has. With `go_on` no other
        process is waited for, and where it returns False, the rest is left for the next time. Raises CollectionError
        where it cannot be done."""
        return not self._storage.meta(ADDRESS) or self._vectors.catch_up(go_on=go_on)

    def merge_vectors(self) -> None:
        """Merge the files of vectors now, however long it takes; a collection that stays open does so by itself."""
        self._vectors.catch_up(self.counts()[1])

    def take_out(self, *document_ids: str) -> list[PreparedDocument]:
        """Remove the documents with these ids, in one step; what was stored of them, for `put_back`. Ids that are not
        there are passed over."""
        with self._storage.snapshot():
            there = [one.id for id_ in document_ids for one in self._storage.summaries_named(id_) if one.id == id_]
            taken = [stored_document(self._storage, id_) for id_ in dict.fromkeys(there)]
        if taken:
            self._storage.delete([one.document.id for one in taken])
        return taken

    def put_back(self, taken: Iterable[PreparedDocument]) -> None:
        """Store what `take_out` gave, in one step, as it was."""
        self._storage.put(taken)

    def remove(self, *names: str | Path) -> Removal:
        """Remove the documents that these ids, files, folders or patterns stand for, and forget the files there that
        could not be read (see `left_out`), in one step. What stands for none is told, and does not keep the others."""
        found, missing = self._matching(names)
        left_out = [one.source for one in self._storage.left_out()]
        forgotten = {str(name): matching(left_out, name) for name in names}
        sources = sorted(set().union(*forgotten.values()))
        if found or sources:
            self._storage.delete([one.id for one in found], sources)
        return Removal(
            tuple(one.source for one in found), tuple(sources), tuple(one for one in missing if not forgotten[one])
        )

    def within(self, *names: str | Path) -> Scope:
        """The part of the collection that these ids, files, folders or patterns stand for, to be asked by itself.

        Raises CollectionError where one of them stands for no document.
        """
        found, missing = self._matching(names)
        _refuse(missing)
        left_out = self.left_out()
        sources = [one.source for one in left_out]
        meant = {source for name in names for source in matching(sources, name)}
        within = [one.source for one in found]
        meant.update(*held_by(within, sources).values())
        return Scope(self, found, [one for one in left_out if one.source in meant])

    def whole(self) -> Scope:
        """All documents there are now, as a part that can be handed on and not be closed."""
        return Scope(self, None)

    def _matching(self, names: Iterable[str | Path]) -> tuple[list[DocumentSummary], list[str]]:
        """The documents that the names stand for, each once, and the names that stand for none."""
        # To list all documents of a large collection takes time, and is seldom needed.
        named = {str(name): self._storage.summaries_named(str(name)) for name in names}
        listed = [] if all(named.values()) else self.documents()
        found: dict[str, DocumentSummary] = {}
        missing = []
        for name, some in named.items():
            selected = some or select(listed, name)
            found.update((one.id, one) for one in selected)
            if not selected:
                missing.append(name)
        return list(found.values()), missing

    def documents(self) -> list[DocumentSummary]:
        """All documents without their text, by source."""
        return self._storage.summaries()

    def named(self, name: str) -> DocumentSummary | None:
        """The document with this id or source, or None; to list all documents takes time in proportion to them."""
        return next(iter(self._storage.summaries_named(name)), None)

    def documents_below(self, folder: str | Path) -> list[DocumentSummary]:
        """The documents of files in this folder and in those below it, by source."""
        return self._storage.summaries_below(str(folder))

    def same_content(self, sha256: str) -> list[DocumentSummary]:
        """The documents of files with just this content, by source."""
        return self._storage.summaries_with(sha256)

    def unreadable(self) -> list[DocumentSummary]:
        """The documents with pages whose text cannot be read, by source."""
        return self._storage.summaries_unreadable()

    def left_out(self) -> list[RejectedFile]:
        """The files that could not be read when they were added, by source; those inside others, such as in archives,
        as if these were folders. One that is gone, that can be read when it is added again, or whose folder is removed,
        is no longer among them. Of a copy, they are those that its publisher tells."""
        known, is_copy = self._storage.left_out(), bool(self.copy_of)
        return [one for one in known if is_copy or not is_gone(one.source) or self._is_inside(one.source)]

    def _is_inside(self, source: str) -> bool:
        """Whether the file lies inside one that is a document, such as an archive."""
        holder = holder_of(source)
        return holder is not None and self.named(holder) is not None

    def occurring(
        self, words: Sequence[str], within: Iterable[str] | None = None, *, beside: str = ""
    ) -> frozenset[str]:
        """Those of the words that occur in any form that a search would find, in a passage with the word `beside` if
        given; `within` is as in `search_dense`."""
        return self._storage.occurring(words, within, beside=beside)

    def words_like(self, word: str, most: int, within: Iterable[str] | None = None) -> list[SimilarWord]:
        """Words that occur and are at most `most` edits from this one, the nearest first; see
        `index.vocabulary.words_like`. `within` is as in `search_dense`."""
        return self._storage.words_like(word, most, within)

    def document(self, document_id: str) -> Document:
        """A document without its blocks (see `structure`). Raises KeyError where there is none."""
        return self._storage.document(document_id)

    def structure(self, document_id: str) -> tuple[tuple[Block, ...], tuple[Place, ...]]:
        """A document's blocks and marks (see `Document`). Raises KeyError where there is none."""
        return self._storage.structure(document_id)

    def blocks(self, document_id: str, start: int = 0, end: int = BEYOND) -> list[Block]:
        """A document's blocks in order, from the last that begins at or before `start` to the last before `end`."""
        return self._storage.blocks(document_id, start, end)

    def parts(self, document_id: str, start: int, end: int) -> Parts:
        """The sentences and blocks of a part of a document; see `sentences` and `blocks`."""
        return self._storage.parts(document_id, start, end)

    def headings_above(self, document_id: str, offset: int) -> list[Block]:
        """The headings that a place of a document stands under, the uppermost first."""
        return self._storage.headings_above(document_id, offset)

    def sentences(self, document_id: str, start: int = 0, end: int = BEYOND) -> list[Sentence]:
        """A document's sentences in order, from the last that begins at or before `start` to the last before `end`."""
        return self._storage.sentences(document_id, start, end)

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages in order."""
        return self._storage.passages_of(document_id)

    def note(self, name: str) -> str | None:
        """What was noted with the documents under this name, or None."""
        return self._storage.meta(f"note {name}")

    def set_note(self, name: str, text: str | None) -> None:
        """Note a text with the documents, in place of the one of that name; None takes it away."""
        if text is None:
            self._storage.remove_meta(f"note {name}")
        else:
            self._storage.set_meta(f"note {name}", text)

    def revision(self) -> int:
        """A number that every change to the documents raises, also one by another process. Vectors that come later are
        none."""
        return self._storage.revision()

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages there are."""
        return self._storage.counts()

    def search_dense(self, question: str, k: int, within: Iterable[str] | None = None) -> list[Hit]:
        """The `k` passages whose vectors lie nearest to the question's; the score is the cosine.

        `within` names the documents to search, by id.
        """
        return self._nearest(question, k, None if within is None else self._storage.passage_ids(within))

    def _nearest(self, question: str, k: int, ids: Ids | None) -> list[Hit]:
        found = self._vectors.search(self._vector_of(question), k, ids)
        passages = self._storage.passages(id_ for id_, _ in found)
        return [Hit(passages[id_], score) for id_, score in found if id_ in passages]

    def search_keywords(self, question: str, k: int, within: Iterable[str] | None = None) -> list[Hit]:
        """The `k` passages that share the question's words; the score is BM25. `within` is as in `search_dense`."""
        return self._storage.search_words(question, k, within)

    def search(self, query: Query, k: int, within: Iterable[str] | None = None) -> Found:
        """What both searches find among the passages with the query's phrases and without what it excludes; `k` and
        `within` are as in `search_dense`."""
        if not query.is_exact:
            dense, words = self.search_dense(query.text, k, within), self.search_keywords(query.text, k, within)
            return Found(tuple(dense), tuple(words))
        return self._search_likely(query, k, within) or self._search_exact(query, k, within)

    def _search_likely(self, query: Query, k: int, within: Iterable[str] | None) -> Found | None:
        """What both searches find among the passages that FTS5 says may fit, deep enough for `k` that do. None where
        too few of them do, or it knows of none, or some have no vector as yet: then all are to be compared."""
        ids = possible_ids(self._storage, query, within)
        depth = k
        while depth <= max(k, MOST_COMPARED):
            dense, words = self._nearest(query.text, depth, ids), self._storage.search_words(query.text, depth, ids=ids)
            if ids is not None and len(dense) < min(depth, len(ids)):
                return None
            ways = [(hits, tuple(islice(query.allowed(hits), k))) for hits in (dense, words)]
            if all(len(fitting) == k or len(hits) < depth for hits, fitting in ways):
                found = Found(ways[0][1], ways[1][1])
                return found if found.dense else None
            depth *= DEEPER
        return None

    def _search_exact(self, query: Query, k: int, within: Iterable[str] | None) -> Found:
        """What both searches find among all passages that fit."""
        ids = exact_ids(self._storage, query, within)
        dense, words = self._nearest(query.text, k, ids), self._storage.search_words(query.text, k, ids=ids)
        if len(dense) < min(k, len(ids)):  # some have no vector as yet, and may not be found by the words either
            there = {hit.passage.id for hit in dense}
            others = [int(id_) for id_ in ids if id_ not in there][: k - len(dense)]
            dense += [Hit(passage, 0.0) for passage in self._storage.passages(others).values()]
        return Found(tuple(query.allowed(dense)), tuple(query.allowed(words)))

    def nearness(self, question: str, texts: Sequence[str]) -> list[float]:
        """How near each of the texts is to the question in meaning: cosines, 1 at most."""
        return nearness_of(self._encoder, self._vector_of(question), texts)

    def _vector_of(self, question: str) -> Vectors:
        """The question's vector; that of the last one is kept, since each is searched for and then compared."""
        last = self._last_asked  # looked at once: another thread may ask meanwhile
        if last is None or last[0] != question:
            last = self._last_asked = question, self._encoder.encode_question(question)
        return last[1]


class Scope:
    """A part of a collection that can be asked like a whole one, but neither changed nor closed."""

    def __init__(
        self, collection: Collection, summaries: list[DocumentSummary] | None, left_out: Sequence[RejectedFile] = ()
    ) -> None:
        """`summaries` are the documents of the part, and `left_out` the files in it that could not be read; None: all
        that there are at any time."""
        self._collection = collection
        self._summaries, self._left_out = summaries, left_out
        self._ids = None if summaries is None else frozenset(one.id for one in summaries)

    @property
    def encoder(self) -> Encoder:
        """The encoder all vectors here come from."""
        return self._collection.encoder

    def snapshot(self) -> AbstractContextManager[None]:
        """While it is open, all that this thread searches and reads is of one state; see `Collection.snapshot`."""
        return self._collection.snapshot()

    def within(self, *names: str | Path) -> Scope:
        """A part of this part; see `Collection.within`."""
        part = self._collection.within(*names)
        if self._ids is None:
            return part
        documents = [one for one in part.documents() if one.id in self._ids]
        return Scope(self._collection, documents, [one for one in part.left_out() if one in self._left_out])

    def documents(self) -> list[DocumentSummary]:
        """Its documents without their text, by source."""
        return self._collection.documents() if self._summaries is None else self._summaries

    def unreadable(self) -> list[DocumentSummary]:
        """Those of its documents with pages whose text cannot be read, by source."""
        if self._summaries is None:
            return self._collection.unreadable()
        return [one for one in self._summaries if one.unreadable]

    def left_out(self) -> list[RejectedFile]:
        """Those of the files that could not be read that belong to it, by source; see `Collection.left_out`."""
        return self._collection.left_out() if self._summaries is None else list(self._left_out)

    def occurring(self, words: Sequence[str], *, beside: str = "") -> frozenset[str]:
        """Those of the words that occur in it; see `Collection.occurring`."""
        return self._collection.occurring(words, self._ids, beside=beside)

    def words_like(self, word: str, most: int) -> list[SimilarWord]:
        """Words that occur in it and are spelt like this one; see `Collection.words_like`."""
        return self._collection.words_like(word, most, self._ids)

    def document(self, document_id: str) -> Document:
        """A whole document. Raises KeyError where there is none."""
        return self._collection.document(document_id)

    def parts(self, document_id: str, start: int, end: int) -> Parts:
        """The sentences and blocks of a part of a document; see `Collection.parts`."""
        return self._collection.parts(document_id, start, end)

    def headings_above(self, document_id: str, offset: int) -> list[Block]:
        """The headings that a place of a document stands under; see `Collection.headings_above`."""
        return self._collection.headings_above(document_id, offset)

    def note(self, name: str) -> str | None:
        """What was noted with the collection's documents under this name, or None."""
        return self._collection.note(name)

    def pending(self) -> int:
        """How many of its passages are searched by their words only; see `Collection.pending`."""
        return self._collection.pending(self._ids)

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages it has."""
        if self._summaries is None:
            return self._collection.counts()
        return len(self._summaries), sum(one.passages for one in self._summaries)

    def search_dense(self, question: str, k: int) -> list[Hit]:
        """Its `k` passages whose vectors lie nearest to the question's; the score is the cosine."""
        return self._collection.search_dense(question, k, self._ids)

    def search_keywords(self, question: str, k: int) -> list[Hit]:
        """Its `k` passages that share the question's words; the score is BM25."""
        return self._collection.search_keywords(question, k, self._ids)

    def search(self, query: Query, k: int) -> Found:
        """What both searches find of it."""
        return self._collection.search(query, k, self._ids)

    def nearness(self, question: str, texts: Sequence[str]) -> list[float]:
        """How near each of the texts is to the question in meaning; see `Collection.nearness`."""
        return self._collection.nearness(question, texts)


def _refuse(missing: Sequence[str]) -> None:
    """Raise CollectionError where there are names that stand for no document."""
    if missing:
        raise CollectionError(
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not in the collection: list its "
            "documents to see what is."
        )


def usable_folder(folder: str | Path, create: bool) -> Path:
    """The folder of a collection, made if that is wanted. Raises CollectionError where it cannot be used."""
    if not str(folder).strip():
        raise CollectionError("An empty path was given for the collection: name its folder.")
    try:
        place = Path(folder).expanduser().resolve()
        if not create and not (place / DATABASE).exists():
            raise CollectionError(f"There is no collection in {place}: make one with 'quotewise index PATH'.")
        place.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: no such user, or a circle of links
        raise CollectionError(f"{folder} cannot be used as a folder ({reason_of(error)}): choose another.") from error
    return place
