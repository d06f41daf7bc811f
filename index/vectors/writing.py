"""How a file of vectors is made: in memory that does not grow with their number.

Lists are trained with a sample, which is held in a byte a dimension. Then the vectors are read once, and their codes go
into a file beside, in the order in which they are read; from there, some at a time, each into its list.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from index.files import replaced_file
from index.vectors import late_faiss as faiss
from index.vectors.segments import FileSegment, empty_index, opened, sum_of
from index.vectors.store import Vectors

FLAT_MOST = 200_000  # vectors in one list, which are looked through in some 10 ms
TRAINED_EACH, MOST_TRAINED, ROUNDS = 40, 120_000, 6  # vectors for each mean and for all; rounds of k-means
SPAN_SAMPLE = 20_000  # vectors that tell which numbers the bytes of a dimension stand for
DECODED_AT_ONCE = 8_192  # vectors of the sample, while lists are trained
PLACED_AT_ONCE = 50_000  # codes that go into their lists together: 20 MB


def written(
    folder: Path, expected: int, sample: Iterator[Vectors], stored: Iterable[tuple[list[int], Vectors]]
) -> FileSegment | None:
    """A new file of the vectors that are `stored` under rising ids, and are read once, some at a time; None where there
    are none. About so many are `expected`. The `sample` is of these: SPAN_SAMPLE from all of them alike, if there are
    so many, then more, `sample_size(expected)` in all at most. Raises OSError."""
    trained = _trained(sample, expected)
    if trained is None:
        return None
    means, span = trained
    folder.mkdir(exist_ok=True)
    path = folder / f"{expected}-{os.urandom(8).hex()}.faiss"
    scratch = path.with_suffix(".codes")
    try:
        with open(scratch, "wb+") as codes, replaced_file(path) as temporary, open(temporary, "wb+") as file:
            row = np.dtype([("list", np.int32), ("id", np.int64), ("code", np.uint8, means.shape[1])])
            sizes, first, last = _encode(empty_index(means, span), stored, codes, row)
            ends = np.concatenate([[0], np.cumsum(sizes * (means.shape[1] + 8))])
            _place(codes, row, file, sizes, ends)
            sums = np.array([sum_of(file, *pair) for pair in pairwise(ends)], np.uint32)
            end = io.BytesIO()
            for part in (means, span, sizes, sums):
                np.save(end, part)
            file.seek(int(ends[-1]))
            file.write(end.getvalue())
        facts: dict[str, Any] = {
            "name": path.name, "first": first, "last": last, "lists_size": int(ends[-1]),
            "sha256": hashlib.sha256(end.getvalue()).hexdigest(), "count": int(sizes.sum()),
        }  # fmt: skip
    finally:
        scratch.unlink(missing_ok=True)
    if not facts["count"]:  # all were removed meanwhile
        path.unlink()
        return None
    return opened(folder, facts)


def lists_for(count: int) -> int:
    """How many lists so many vectors are divided among."""
    return 1 if count <= FLAT_MOST else int(4 * count**0.5)


def sample_size(count: int) -> int:
    """How many of so many vectors a file is trained with."""
    return min(count, SPAN_SAMPLE if count <= FLAT_MOST else min(MOST_TRAINED, TRAINED_EACH * lists_for(count)))


def _trained(sample: Iterator[Vectors], count: int) -> tuple[Vectors, Vectors] | None:
    """The means of lists for so many vectors, shape [lists, dimension], and the span of each dimension; None where the
    sample is empty."""
    first = next(sample, None)
    if first is None or not len(first):
        return None
    dimension = first.shape[1]
    codec = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit)
    codec.train(np.ascontiguousarray(first))
    span = np.asarray(faiss.vector_to_array(codec.sq.trained), np.float32)
    if count <= FLAT_MOST:
        return np.zeros((1, dimension), np.float32), span
    codes, filled = np.empty((sample_size(count), dimension), np.uint8), 0
    for some in chain((first,), sample):
        codes[filled : filled + len(some)] = codec.sa_encode(np.ascontiguousarray(some))
        filled += len(some)
    codes, lists = codes[:filled], min(lists_for(count), filled)
    means = faiss.Clustering(dimension, lists)
    means.niter, means.spherical, means.seed, means.min_points_per_centroid = ROUNDS, True, 1, 1
    means.decode_block_size = DECODED_AT_ONCE
    means.train_encoded(codes, codec, faiss.IndexFlatIP(dimension))
    return np.asarray(faiss.vector_to_array(means.centroids), np.float32).reshape(lists, dimension), span


def _encode(
    index: Any, stored: Iterable[tuple[list[int], Vectors]], codes: IO[bytes], row: np.dtype[np.void]
) -> tuple[NDArray[np.int64], int, int]:
    """Write a row for each vector; how many there are in each list, and the first and the last id."""
    sizes, first, last = np.zeros(index.nlist, np.int64), 0, 0
    for ids, vectors in stored:
        if not ids:
            continue
        some = np.ascontiguousarray(vectors, np.float32)
        rows = np.empty(len(ids), row)
        rows["list"], rows["id"] = index.quantizer.search(some, 1)[1][:, 0], ids
        rows["code"] = index.sq.compute_codes(some)
        codes.write(rows.tobytes())
        sizes += np.bincount(rows["list"], minlength=index.nlist)
        first, last = first or ids[0], ids[-1]
    return sizes, first, last


def _place(
    codes: IO[bytes], row: np.dtype[np.void], file: IO[bytes], sizes: NDArray[np.int64], ends: NDArray[np.int64]
) -> None:
    """Put the rows into their lists, of which each has all its codes, then all its ids, in the order of the rows."""
    codes.seek(0)
    code_size, filled = row["code"].itemsize, np.zeros(len(sizes), np.int64)
    while data := codes.read(PLACED_AT_ONCE * row.itemsize):
        rows = np.frombuffer(data, row)
        rows = rows[np.argsort(rows["list"], kind="stable")]
        lists, firsts = np.unique(rows["list"], return_index=True)
        for one, own in zip(lists, np.split(rows, firsts[1:]), strict=True):
            file.seek(int(ends[one] + filled[one] * code_size))
            file.write(own["code"].tobytes())
            file.seek(int(ends[one] + sizes[one] * code_size + filled[one] * 8))
            file.write(own["id"].tobytes())
            filled[one] += len(own)
