"""What systems tell and limit to different degrees: where one does less, files are still read."""

import os
import sys

import pytest
from processes import run_python

from index import resources
from index.children.extraction import extract_apart
from index.children.pool import WorkerPool
from index.resources import limit, peak_bytes, used_seconds

TEXT = "The lease ends on 31 May."
# Modules in place of the system's, for the worker to import.
LESS = {
    "none, as on Windows": "raise ImportError('there is none here')\n",
    "without limits": (
        "RUSAGE_SELF = 0\n"
        "class Used:\n    ru_utime = ru_stime = 0.5\n    ru_maxrss = 1000\n"
        "def getrusage(who):\n    return Used\n"
    ),
    "with limits that are refused": (
        "RUSAGE_SELF = RLIMIT_CPU = RLIMIT_DATA = RLIMIT_CORE = 0\n"
        "RLIM_INFINITY = -1\n"
        "class Used:\n    ru_utime = ru_stime = 0.5\n    ru_maxrss = 1000\n"
        "def getrusage(who):\n    return Used\n"
        "def getrlimit(kind):\n    raise ValueError('invalid resource specified')\n"
        "def setrlimit(kind, limits):\n    raise ValueError('current limit exceeds maximum limit')\n"
    ),
}


@pytest.mark.parametrize("module", LESS.values(), ids=LESS.keys())
def test_a_worker_without_the_systems_limits_reads_on(module, tmp_path, monkeypatch):
    (tmp_path / "resource.py").write_text(module, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    pool = WorkerPool(1)
    monkeypatch.setattr("index.children.extraction.workers", lambda: pool)
    try:
        for _ in range(2):
            assert extract_apart(TEXT.encode(), ".txt", "file").text == TEXT
    finally:
        pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell it of a process itself only")
def test_the_most_memory_of_a_process_is_not_that_of_its_parent():
    full = b"1" * 200_000_000
    assert peak_bytes() > len(full)
    assert peak_bytes(os.getpid()) > len(full)
    assert int(run_python("from index.resources import peak_bytes; print(peak_bytes())")) < len(full)


def test_where_the_system_has_no_such_file_it_is_asked_otherwise(monkeypatch, tmp_path):
    monkeypatch.setattr(resources, "STATUS", str(tmp_path / "{}"))
    assert peak_bytes() > 1_000_000
    assert peak_bytes(os.getpid()) == 0
    (tmp_path / "self").write_text("Name:\tpython\n", "utf-8")
    assert peak_bytes() > 1_000_000
    monkeypatch.setattr(resources, "resource", None)
    assert (peak_bytes(), used_seconds(), limit("DATA", 10**9)) == (0, 0.0, False)


def test_a_limit_that_the_system_does_not_know_is_told():
    assert not limit("NOTHING", 1)
