"""Immutable parts of a vector store: a few vectors in memory, many in a mapped file of compressed ones.

A file holds inverted lists (Sivic & Zisserman 2003): each vector stands, in a byte a dimension, in the list whose mean
it is nearest to, and a search looks through the lists nearest to the question. It finds candidates, which are then
ranked by the vectors themselves, as the database has them. Up to FLAT_MOST vectors there is one list, all of which is
looked through.

Nothing of a file is read when it is opened but its end: the means, and the size and the CRC-32 of each list, under one
SHA-256. A list is compared with its CRC-32 before the first search that looks through it; see `index.checksums`.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.files import replaced_file
from index.vectors import late_faiss as faiss
from index.vectors.store import Ids, Vectors

FILES = "*.faiss"
FLAT_MOST = 200_000  # vectors in one list, which are looked through in some 10 ms
PROBED = 256  # lists that a search looks through
TRAINED_EACH, MOST_TRAINED, ROUNDS = 40, 120_000, 6  # vectors for each mean and for all; rounds of k-means
SEARCHED_EXACTLY = 1_000  # of so few ids, the vectors themselves are read
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

    def ids(self) -> Ids:
        """Its ids, ascending. Raises DamagedFile."""
        self.check(range(self.index.nlist))
        each = self.index.code_size + 8
        starts = self.ends[:-1] + np.diff(self.ends) // each * self.index.code_size
        pairs = zip(starts, self.ends[1:], strict=True)
        return np.sort(np.concatenate([np.frombuffer(self._read(a, b), np.int64) for a, b in pairs]))

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
        for one in lists:
            if not self.checked[one]:
                if crc32(self._read(self.ends[one], self.ends[one + 1])) != self.sums[one]:
                    raise DamagedFile(self.name)
                self.checked[one] = True


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
        index = _index(means, span)
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


def _index(means: Vectors, span: Vectors) -> Any:
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


def written(folder: Path, ids: Ids, stored: Iterator[tuple[list[int], Vectors]], sample: Vectors) -> FileSegment:
    """A new file of the vectors that are `stored` under these ids, and are read once, some at a time. `ids` ascend; the
    `sample` is of the vectors. Ids that are not stored are left out. Raises OSError."""
    means, span = _trained(sample, len(ids))
    index = _index(means, span)
    folder.mkdir(exist_ok=True)
    path = folder / f"{len(ids)}-{os.urandom(8).hex()}.faiss"
    scratch = path.with_suffix(".codes")
    try:
        kept, places, codes = _encoded(index, ids, stored, scratch)
        order = np.argsort(places, kind="stable")
        sizes = np.bincount(places, minlength=len(means))
        sums = np.zeros(len(means), np.uint32)
        with replaced_file(path) as temporary, open(temporary, "wb") as file:
            for number, own in enumerate(np.split(order, np.cumsum(sizes)[:-1])):
                data = codes[own].tobytes() + kept[own].tobytes()
                sums[number] = crc32(data)
                file.write(data)
            end = io.BytesIO()
            for part in (means, span, sizes, sums):
                np.save(end, part)
            size = file.tell()
            file.write(end.getvalue())
        facts: dict[str, Any] = {
            "name": path.name, "first": int(ids[0]), "last": int(ids[-1]), "lists_size": size,
            "sha256": hashlib.sha256(end.getvalue()).hexdigest(), "count": len(kept),
        }  # fmt: skip
    finally:
        scratch.unlink(missing_ok=True)
    return opened(folder, facts)


def _trained(sample: Vectors, count: int) -> tuple[Vectors, Vectors]:
    """The means of lists for so many vectors, and the span of each dimension."""
    dimension = sample.shape[1]
    scalar = faiss.ScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit)
    scalar.train(np.ascontiguousarray(sample))
    span = np.asarray(faiss.vector_to_array(scalar.trained), np.float32)
    if count <= FLAT_MOST:
        return np.zeros((1, dimension), np.float32), span
    lists = min(lists_for(count), len(sample))
    means = faiss.Kmeans(dimension, lists, niter=ROUNDS, spherical=True, seed=1, min_points_per_centroid=1)
    means.train(np.ascontiguousarray(sample))
    return np.asarray(means.centroids, np.float32).reshape(lists, dimension), span


def lists_for(count: int) -> int:
    """How many lists so many vectors are divided among."""
    return 1 if count <= FLAT_MOST else int(4 * count**0.5)


def sample_size(count: int) -> int:
    """How many of so many vectors lists are trained with."""
    return min(count, MOST_TRAINED, TRAINED_EACH * max(lists_for(count), 500))


def _encoded(
    index: Any, ids: Ids, stored: Iterator[tuple[list[int], Vectors]], scratch: Path
) -> tuple[Ids, NDArray[np.int64], NDArray[np.uint8]]:
    """The ids that are stored, the list of each, and their codes, which lie in a file."""
    kept, places = [np.array([], np.int64)], [np.array([], np.int64)]
    with open(scratch, "wb") as file:
        for numbers, vectors in stored:
            own = np.isin(np.asarray(numbers, np.int64), ids, assume_unique=True)
            some = np.ascontiguousarray(vectors[own], np.float32)
            if len(some):
                kept.append(np.asarray(numbers, np.int64)[own])
                places.append(index.quantizer.search(some, 1)[1][:, 0])
                file.write(index.sq.compute_codes(some).tobytes())
    joined = np.concatenate(kept)
    codes = np.memmap(scratch, np.uint8, "r", shape=(len(joined), index.code_size)) if len(joined) else np.zeros(
        (0, index.code_size), np.uint8
    )  # fmt: skip
    return joined, np.concatenate(places), codes
