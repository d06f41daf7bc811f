"""Files parsed in processes of their own: what one does to its process costs that file only."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from messages import is_one_sentence
from processes import ROOT, run_python, start_python

from index.children.extraction import extract_apart
from index.children.frames import FAILED, OUT_OF_MEMORY, REFUSED, RESULT, read_frame
from index.children.limits import ParsingLimits
from index.children.pool import WorkerPool, workers
from index.children.process import Ended, Reply
from index.errors import DocumentError
from index.loaders import load_file

LIMITS = ParsingLimits(30.0, 500)
HERE = "workers_tasks"  # beside this file


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    made = WorkerPool(2)
    yield made
    made.close()


def ask(pool, task, data=b"", limits=LIMITS):
    return pool.ask(f"{HERE}:{task}", (), data, limits)


def refusal(data, suffix, limits=None):
    with pytest.raises(DocumentError) as caught:
        extract_apart(data, suffix, "file", limits)
    assert is_one_sentence(str(caught.value))
    return str(caught.value)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone_within(pids, seconds):
    until = time.monotonic() + seconds
    while any(map(is_running, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(is_running, pids))


def test_a_worker_is_kept_for_what_comes_next(pool):
    first = ask(pool, "own_number")
    assert first.sign == RESULT
    assert ask(pool, "own_number") == first
    assert int(first.found) != os.getpid()


def test_how_far_a_worker_is_is_told(pool):
    told = []
    found = pool.ask(
        f"{HERE}:tells_pages", ([[1, 3], [5, 3], [0, 0], [2, 3]],), b"", LIMITS, told=lambda *of: told.append(of)
    )
    assert found == Reply(RESULT, b"done")
    assert told == [(1, 3), (2, 3)]  # and nothing that cannot be


def test_what_is_raised_there_is_told_here(pool):
    assert ask(pool, "refuses") == Reply(REFUSED, b"There is nothing in it.")
    failed = ask(pool, "fails")
    assert failed.sign == FAILED and failed.found.startswith(b"ZeroDivisionError\n")
    assert b"workers_tasks.py" in failed.found


def test_what_a_library_prints_does_not_come_between(pool):
    assert ask(pool, "prints", b"data") == Reply(RESULT, b"data")


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are the system's own")
def test_memory_has_a_limit(pool):
    assert ask(pool, "fills_memory").sign == OUT_OF_MEMORY
    assert ask(pool, "prints", b"next").found == b"next"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processor time are the system's own")
def test_processor_time_has_a_limit(pool):
    assert ask(pool, "turns_for_ever", limits=ParsingLimits(1.0, 500)) == Ended(late=True)
    assert ask(pool, "prints", b"next").found == b"next"


def test_one_that_sleeps_is_ended_by_the_clock(pool):
    assert ask(pool, "sleeps", limits=ParsingLimits(0.2, 500)) == Ended(late=True)


def test_one_that_dies_is_told_and_another_takes_its_place(pool):
    ask(pool, "own_number")
    assert ask(pool, "aborts") == Ended(signal="SIGABRT")
    assert ask(pool, "prints", b"next").found == b"next"


def test_one_that_has_ended_unasked_is_not_missed(pool):
    number = int(ask(pool, "own_number").found)
    os.kill(number, signal.SIGKILL)
    assert gone_within([number], 10)
    assert ask(pool, "prints", b"next").found == b"next"


def test_one_whose_memory_has_grown_makes_room(pool):
    number = int(ask(pool, "grows").found)
    assert gone_within([number], 10)
    assert int(ask(pool, "own_number").found) != number


def test_a_frame_that_is_cut_off_or_too_long_is_none(tmp_path):
    path = tmp_path / "frames"
    path.write_bytes((5).to_bytes(8, "big") + b"whole" + (9).to_bytes(8, "big") + b"cut")
    with path.open("rb") as stream:
        assert read_frame(stream, 5) == b"whole"
        assert read_frame(stream) is None
    with path.open("rb") as stream:
        assert read_frame(stream, 4) is None


def test_a_file_over_a_limit_is_refused_with_the_limit():
    text = b"The lease ends on 31 May. " * 100
    assert "above the limit of 100" in refusal(text, ".txt", ParsingLimits(30.0, 500, 100))
    assert "more than the 60 MB of memory" in refusal(b"ab\n" * 500_000, ".txt", ParsingLimits(30.0, 60))


def test_what_nobody_foresaw_is_one_sentence_with_its_cause():
    with pytest.raises(DocumentError, match=r"file cannot be read \(KeyError\): open it") as caught:
        extract_apart(b"", ".unknown", "file")
    assert "KeyError: '.unknown'" in str(caught.value.__cause__)


def test_limits_above_nothing():
    assert ParsingLimits.of(0).seconds < ParsingLimits.of(10_000_000).seconds
    with pytest.raises(ValueError):
        ParsingLimits(0, 1)


ADDS = """
import sys
from index.loaders import load_file
print(load_file(sys.argv[1]).text, flush=True)
"""
WAITS = """
import os, sys, time
from index.children.limits import ParsingLimits
from index.children.pool import WorkerPool
print("begun", flush=True)
WorkerPool(1).ask("workers_tasks:tells_and_sleeps", (sys.argv[1],), b"", ParsingLimits(60.0, 500))
"""


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("The lease ends on 31 May.", "utf-8")
    return path


def test_a_script_without_a_guard_can_add(note, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(ADDS, "utf-8")
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, script, note], env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "The lease ends on 31 May."


def test_workers_import_only_what_they_need(note):
    load_file(note)
    modules = workers().ask(f"{HERE}:modules", (), b"", LIMITS)
    heavy = {"torch", "faiss", "onnxruntime", "numpy", "gradio", "transformers", "sqlite3"}
    assert not heavy & set(modules.found.decode().split())


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_workers_end_with_their_parent(tmp_path, sent):
    told = tmp_path / "number"
    process = start_python(WAITS, told, PYTHONPATH=f"{ROOT}{os.pathsep}{Path(__file__).parent}")
    until = time.monotonic() + 60
    while not (told.exists() and told.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    number = int(told.read_text())
    assert is_running(number)
    process.send_signal(sent)
    process.communicate()
    assert gone_within([number], 10)


def test_after_a_fork_others_are_asked(note):
    load_file(note)
    code = f"""
import os
from index.loaders import load_file
mine = load_file({str(note)!r})
child = os.fork() if hasattr(os, "fork") else 0
assert load_file({str(note)!r}) == mine
if child:
    assert os.waitpid(child, 0)[1] == 0
    print("both")
"""
    assert run_python(code) == "both"
