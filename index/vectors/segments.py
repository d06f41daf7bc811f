"""Immutable parts of a vector store: a few vectors in memory, many in a mapped file of compressed ones.

A file holds inverted lists (Sivic & Zisserman 2003): each vector stands, in a byte a dimension, in the list whose mean
it is nearest to, and a search looks through the lists nearest to the question. It finds candidates, which are then
ranked by the vectors themselves, as the database has them. A few vectors make one list, all of which is
looked through. How a file is made stands in `index.vectors.writing`.

Nothing of a file is read when it is opened but its end: the means, and the size and the CRC-32 of each list, under one
SHA-256. A list is compared with its CRC-32 before the first search that looks through it; see `index.checksums`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.vectors import late_faiss as faiss
from index.vectors.store import Ids, Vectors

FILES = "*.faiss"
PROBED = 256  # lists that a search looks through
SEARCHED_EXACTLY = 1_000  # of so few ids, the vectors themselves are read
READ_AT_ONCE = 1_000_000  # bytes of a file
CANDIDATES_EACH, FEWEST_CANDIDATES = 2, 50  # that are ranked by their vectors, for each that is wanted and at least

Found = list[tuple[int, float]]  # (id, cosine)


class DamagedFile(Exception):
    """A file of vectors is not as it was written."""


class StoredVectors(Protocol):
    """The vectors themselves, as the database has them now."""

    def vectors_after(self, passage_id: int) -> Iterator[tuple[list[int], Vectors]]:
        """Ids and vectors (shape [ids, dimension]) of the passages behind this one, by id, some at a time."""
        ...

    def vectors_of(self, ids: Sequence[int]) -> dict[int, Vectors]:
        """The vectors of these passages by id; what is gone is left out."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which ids a search may find: all but `dead`, or of those only `within`. Both ascend."""

    dead: Ids
    within: Ids | None = None

    def of(self, ids: Ids) -> NDArray[np.bool_]:
        """Which of the ids, each there once, may be found."""
        some = np.ones(len(ids), bool) if self.within is None else np.isin(ids, self.within, assume_unique=True)
        return some & ~np.isin(ids, self.dead, assume_unique=True)

    def selector(self) -> tuple[Any, object]:
        """What tells FAISS so, None where all may be found, and what must live as long."""
        if self.within is None:
            packed = _bits(self.dead)
            gone = faiss.IDSelectorBitmap(packed)
            return (faiss.IDSelectorNot(gone), (gone, packed)) if len(self.dead) else (None, None)
        packed = _bits(self.within[np.isin(self.within, self.dead, invert=True, assume_unique=True)])
        return faiss.IDSelectorBitmap(packed), packed


def _bits(ids: Ids) -> NDArray[np.uint8]:
    """A bit for each number up to the greatest of the ids, 1 for those that are among them."""
    bits = np.zeros(int(ids.max()) + 1 if len(ids) else 1, bool)
    bits[ids] = True
    return np.packbits(bits, bitorder="little")


@dataclass(frozen=True, slots=True)
class Segment:
    """Vectors in memory that do not change, by rising id."""

    ids: Ids
    held: Vectors

    @classmethod
    def of(cls, ids: Sequence[int] | Ids, vectors: Vectors, dimension: int) -> Segment:
        """A segment of these vectors, shape [ids, dimension]."""
        return cls(np.asarray(ids, np.int64), np.ascontiguousarray(vectors, np.float32).reshape(len(ids), dimension))

    def vectors(self) -> Vectors:
        """Its vectors, shape [ids, dimension]."""
        return self.held

    def search(self, query: Vectors, k: int, chosen: Chosen) -> Found:
        """The `k` nearest of its ids that are chosen."""
        places = np.arange(len(self.ids))
        if len(chosen.dead) or chosen.within is not None:
            places = np.flatnonzero(chosen.of(self.ids))
        if not len(places) or k < 1:
            return []
        scores = (self.held @ query)[places]
        best = np.argpartition(-scores, min(k, len(places)) - 1)[:k]
        return [(int(self.ids[places[i]]), float(scores[i])) for i in best[np.argsort(-scores[best], kind="stable")]]


@dataclass(frozen=True, slots=True, eq=False)
class FileSegment:
    """A mapped file of vectors. `first` to `last` are the ids that it was made of; `sha256` is that of its end, which
    begins at `lists_size`."""

    name: str
    first: int
    last: int
    lists_size: int
    sha256: str
    count: int
    index: Any = field(repr=False, default=None)
    path: Path = field(repr=False, default=Path())
    ends: Any = field(repr=False, default=None)  # of the lists in the file, behind a 0
    sums: Any = field(repr=False, default=None)
    checked: Any = field(repr=False, default=None)  # which lists were compared with their CRC-32

    def receipt(self) -> dict[str, str | int]:
        """What must be kept to open it again."""
        names = ("name", "first", "last", "lists_size", "sha256", "count")
        return {name: getattr(self, name) for name in names}

    def candidates(self, query: Vectors, k: int, chosen: Chosen) -> list[int]:
        """Ids that are chosen, among which the `k` nearest lie. Raises DamagedFile."""
        lists = self.index.nlist
        probed = lists if chosen.within is not None else min(PROBED, lists)  # exact in a part of the collection
        question = np.ascontiguousarray(query.reshape(1, -1), np.float32)
        self.check(self.index.quantizer.search(question, probed)[1][0] if probed < lists else range(lists))
        selector, _held = chosen.selector()
        count = min(self.count, max(FEWEST_CANDIDATES, CANDIDATES_EACH * k))
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probed)
        ids = self.index.search(question, count, params=parameters)[1][0]
        return [int(id_) for id_ in ids if id_ >= 0]

    def some_ids(self, step: int) -> Ids:
        """Every so many of its ids, from all lists alike; in no order. Raises DamagedFile."""
        self.check(range(self.index.nlist))
        found, passed = [], 0
        for end, count in zip(self.ends[1:], np.diff(self.ends) // (self.index.code_size + 8), strict=True):
            ids = np.frombuffer(self._read(end - 8 * count, end), np.int64)
            found.append(ids[-passed % step :: step])
            passed += len(ids)
        return np.concatenate(found)

    def _read(self, start: int, end: int) -> bytes:
        """A part of the file. Raises DamagedFile where it cannot be read, of which a mapped file would die."""
        try:
            with open(self.path, "rb") as file:
                file.seek(start)
                return file.read(end - start)
        except OSError as error:
            raise DamagedFile(self.name) from error

    def check(self, lists: Sequence[int] | NDArray[np.int64]) -> None:
        """Compare these lists with what was written. Raises DamagedFile."""
        try:
            with open(self.path, "rb") as file:
                for one in lists:
                    if not self.checked[one]:
                        if sum_of(file, self.ends[one], self.ends[one + 1]) != self.sums[one]:
                            raise DamagedFile(self.name)
                        self.checked[one] = True
        except OSError as error:
            raise DamagedFile(self.name) from error


def sum_of(file: IO[bytes], start: int, end: int) -> int:
    """The CRC-32 of a part of a file, which is read a little at a time."""
    file.seek(start)
    found = 0
    for first in range(start, end, READ_AT_ONCE):
        found = crc32(file.read(min(READ_AT_ONCE, end - first)), found)
    return found


def opened(folder: Path, receipt: dict[str, Any]) -> FileSegment:
    """The file that the receipt names. Raises DamagedFile where it is not as it was, as far as its end tells."""
    try:
        path = folder / receipt["name"]
        with open(path, "rb") as file:
            file.seek(receipt["lists_size"])
            end = file.read()
        if hashlib.sha256(end).hexdigest() != receipt["sha256"]:
            raise DamagedFile(receipt["name"])
        rest = io.BytesIO(end)
        means, span, counts, sums = (np.load(rest, allow_pickle=False) for _ in range(4))
        index = empty_index(means, span)
        inverted = faiss.OnDiskInvertedLists(index.nlist, index.code_size, str(path))
        sizes = np.ascontiguousarray(counts, np.uint64)
        inverted.read_only, inverted.prefetch_nthread = True, 0
        inverted.set_all_lists_sizes(faiss.swig_ptr(sizes))
        inverted.totsize = receipt["lists_size"]
        inverted.do_mmap()
        index.replace_invlists(inverted, True)
        inverted.this.disown()
        index.ntotal = int(sizes.sum())
        ends = np.concatenate([[0], np.cumsum(sizes.astype(np.int64) * (index.code_size + 8))])
        if ends[-1] != receipt["lists_size"] or index.ntotal != receipt["count"]:
            raise DamagedFile(receipt["name"])
        return FileSegment(**receipt, index=index, path=path, ends=ends, sums=sums, checked=np.zeros(len(sizes), bool))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:  # RuntimeError: of FAISS
        raise DamagedFile(str(receipt)) from error


def empty_index(means: Vectors, span: Vectors) -> Any:
    """An index without lists. `means` are those of the lists, shape [lists, dimension]; `span` tells which numbers the
    bytes of a dimension stand for."""
    lists, dimension = means.shape
    quantizer = faiss.IndexFlatIP(dimension)
    quantizer.add(means)
    kind = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(quantizer, dimension, lists, kind, faiss.METRIC_INNER_PRODUCT, False)
    index.own_fields = True
    quantizer.this.disown()
    faiss.copy_array_to_vector(np.ascontiguousarray(span, np.float32), index.sq.trained)
    index.is_trained = True
    index.parallel_mode = 1  # by the lists of a question, of which there is one at a time
    return index
