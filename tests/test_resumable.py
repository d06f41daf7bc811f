"""Work noted piece by piece."""

import json

import pytest
from messages import is_one_sentence

from qa.lab import resumable
from qa.lab.resumable import ResumeError, journal_path, read_journal, work_through

ORIGIN = {"file": "abc", "most": None}


def doubled(pieces, path, done):
    def work(piece):
        done.append(piece)
        return [2 * piece, "\u2028ä"]

    return work_through(path, ORIGIN, pieces, work, "numbers")


@pytest.mark.parametrize("kept", [0, 5, 30, 35, 50])
def test_work_goes_on_after_the_last_whole_line(kept, tmp_path):
    whole, broken, first, second = tmp_path / "whole", tmp_path / "broken", [], []
    expected = [[2 * piece, "\u2028ä"] for piece in range(5)]
    assert doubled(range(5), whole, first) == expected
    assert first == [0, 1, 2, 3, 4]
    content = whole.read_bytes()
    broken.write_bytes(content[:kept])
    assert doubled(range(5), broken, second) == expected
    assert second == first[max(0, content[:kept].count(b"\n") - 1) :]
    assert broken.read_bytes() == content
    assert read_journal(broken) == (ORIGIN, expected)


def test_nothing_is_done_twice_and_a_missing_file_is_an_empty_journal(tmp_path):
    doubled(range(5), tmp_path / "j", [])
    done = []
    doubled(range(5), tmp_path / "j", done)
    assert done == []
    assert read_journal(tmp_path / "none") == (None, [])


def test_a_journal_of_another_origin_is_refused_and_kept(tmp_path):
    path = tmp_path / "j"
    path.write_text(json.dumps(ORIGIN | {"file": "other"}) + "\n1\n", "utf-8")
    with pytest.raises(ResumeError, match="other settings") as caught:
        doubled(range(5), path, [])
    assert is_one_sentence(str(caught.value).replace(str(tmp_path), ""))
    assert path.read_text("utf-8").endswith("\n1\n")


def test_each_origin_has_a_journal_of_its_own(tmp_path):
    mine = journal_path(tmp_path, "outcomes", ORIGIN)
    assert mine == journal_path(tmp_path, "outcomes", dict(ORIGIN))
    assert mine != journal_path(tmp_path, "outcomes", ORIGIN | {"most": 3})
    assert mine.parent == tmp_path
    assert mine.name.startswith("outcomes-")


def test_long_work_says_how_far_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(resumable, "REPORT_SECONDS", -1.0)
    doubled(range(5), tmp_path / "j", [])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("2 of 5 numbers")


def test_progress_counts_from_where_it_began(monkeypatch, capsys):
    clock = iter([0.0, 0.0, 60.0, 90.0, 180.0])
    monkeypatch.setattr(resumable.time, "monotonic", lambda: next(clock))
    progress = resumable.ProgressLine("numbers")
    for done in (100, 101, 102, 103):  # the first were done before
        progress(done, 113)
    assert capsys.readouterr().out.splitlines() == [
        "101 of 113 numbers  12 min left",
        "103 of 113 numbers  10 min left",
    ]
