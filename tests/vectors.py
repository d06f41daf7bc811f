"""Vectors, and what stands for the database that a store of vectors is caught up with."""

import numpy as np


def unit_vectors(count, dimension=16, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Stored:
    """The vectors that a database would hold."""

    def __init__(self):
        self.vectors = {}

    def vectors_after(self, passage_id, batch=700):
        ids = sorted(id_ for id_ in self.vectors if id_ > passage_id)
        for first in range(0, len(ids), batch):
            some = ids[first : first + batch]
            yield some, np.stack([self.vectors[id_] for id_ in some])

    def vectors_of(self, ids):
        return {id_: self.vectors[id_] for id_ in ids if id_ in self.vectors}


class Receipts:
    """What a database would keep."""

    def __init__(self, refuse=False):
        self.kept, self.removed, self.refuse = None, 0, refuse

    def __call__(self, earlier, receipt, removed):
        if self.refuse or earlier != self.kept:
            return False
        self.kept, self.removed = receipt, removed
        return True
