"""Hashes of files and of weights."""

import hashlib

import torch

from index.hashes import file_sha256, weights_sha256


def test_a_files_hash_is_that_of_its_bytes(tmp_path):
    (tmp_path / "file").write_bytes(b"some bytes" * 100_000)
    assert file_sha256(tmp_path / "file") == hashlib.sha256(b"some bytes" * 100_000).hexdigest()


def test_the_hash_of_weights_hangs_on_names_and_values_alone():
    table, other = torch.arange(6.0).reshape(2, 3), torch.ones(2)
    whole = weights_sha256({"a": table, "b": other})
    assert whole == weights_sha256({"b": other, "a": table})
    assert whole == weights_sha256({"a": table.T.contiguous().T.half(), "b": other})  # in another layout and precision
    assert whole != weights_sha256({"a": table, "c": other})
    assert whole != weights_sha256({"a": table + 1e-3, "b": other})
