"""Files and folders that may not be looked at, as a user without root's rights meets them."""

import ctypes
import json
import os
import subprocess
import sys

import pytest
from homes import fresh_home
from messages import is_one_sentence

from index.child import child_environment

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2  # of Linux
QUOTEWISE = "import sys; from ui.cli import main; sys.exit(main())"


def give_up_rights():
    """Let what is started next, and all that it starts, be refused what root usually is not."""
    if os.geteuid() == 0:
        for right in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            if ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, right, 0, 0, 0):
                os._exit(77)


@pytest.fixture
def papers(tmp_path, monkeypatch, encoder):
    """A folder with three others of three files each."""
    fresh_home(tmp_path, monkeypatch)
    place = (tmp_path / "papers").resolve()
    for name in ("open", "shut", "half"):
        (place / name).mkdir(parents=True)
        for number in range(3):
            (place / name / f"{number}.txt").write_text(
                f"The lease {number} of {name} ends on {number + 1} May.", "utf-8"
            )
    yield place
    place.chmod(0o755)
    for one in place.iterdir():
        one.chmod(0o755)


@pytest.fixture
def quotewise(tmp_path):
    """What a command prints, the sentences it tells, and its exit code."""
    if sys.platform != "linux" and os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root here")

    def run(*arguments):
        command = [sys.executable, "-P", "-c", QUOTEWISE, *map(str, arguments), "--collection", str(tmp_path / "c")]
        done = subprocess.run(
            command, env=child_environment(), capture_output=True, text=True, preexec_fn=give_up_rights
        )
        if done.returncode == 77:
            pytest.skip("root's rights cannot be given up here")
        told = [line.removeprefix("quotewise: ") for line in done.stderr.splitlines()]
        assert all(map(is_one_sentence, told)), done.stderr
        return done.stdout, told, done.returncode

    return run


def refused(path, how="looked at"):
    return f"{path} cannot be {how} (Permission denied): check its permissions."


def test_what_may_not_be_looked_at_is_told_and_what_was_indexed_before_is_kept(papers, quotewise):
    assert quotewise("index", papers)[1:] == ([], 0)
    (papers / "shut").chmod(0)  # neither listed nor entered
    (papers / "half" / "0.txt").chmod(0)
    (papers / "open" / "new.txt").write_text("The lease of the boat ends on 9 May.", "utf-8")
    printed, told, code = quotewise("index", papers)
    assert "1 added, 0 updated, 5 unchanged; the collection has 10 documents" in printed
    assert (told, code) == ([refused(papers / "shut"), refused(papers / "half" / "0.txt", "read")], 1)
    answer = json.loads(quotewise("ask", "When does the lease 2 of shut end?", "--json")[0])
    assert (answer["status"], answer["text"]) == ("answered", "3 May")
    (papers / "half").chmod(0o444)  # listed, but not entered: told once, and not for each file
    (papers / "open").chmod(0o111)  # entered, but not listed
    printed, told, code = quotewise("index", papers)
    assert "the collection has 10 documents" in printed
    assert (sorted(told), code) == ([refused(papers / name) for name in ("half", "open", "shut")], 1)
    papers.chmod(0)
    assert quotewise("index", papers)[1:] == ([refused(papers)], 1)
    for path in (papers / "open", papers / "open" / "0.txt"):
        assert quotewise("index", path)[2] == 1
    assert len(json.loads(quotewise("list", "--json")[0])) == 10


def test_a_folder_that_may_not_be_looked_at_makes_no_collection_and_is_not_called_empty(papers, quotewise, tmp_path):
    papers.chmod(0)
    assert quotewise("index", papers)[1:] == ([refused(papers)], 1)
    assert not (tmp_path / "c").exists()
