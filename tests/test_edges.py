"""Every command where its output, its files or its folders fail it: one sentence, and an exit code that tells."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from homes import fresh_home
from processes import start_python

from ui.cli import main

MAIN = "import sys; from ui.cli import main; raise SystemExit(main(sys.argv[1:]))"
QUESTION = "Who owns the bakery on Mill Street?"
PRINTING = (  # every command that prints something when all is well
    ["ask", QUESTION],
    ["ask", QUESTION, "--json"],
    ["list"],
    ["list", "--json"],
    ["index", "docs"],
    ["index", "docs", "--json"],
    ["verify", "log.jsonl"],
    ["verify", "log.jsonl", "--json"],
    ["log", "log.jsonl"],
    ["log", "log.jsonl", "--format", "html"],
    ["rerun", "log.jsonl"],
    ["rerun", "log.jsonl", "--json"],
    ["calibrate", "--forget"],
    ["calibrate", "labelled.jsonl"],
    ["--version"],
    ["--help"],
    ["ask", "--help"],
    ["evaluate", "--help"],
)
NONSENSE = {
    "empty": b"",
    "bytes": bytes(range(128, 256)),
    "words": b"NaN\nnull\n[1, 2\n",
    "nested": b"[" * 100_000,
    "digits": b'{"question": ' + b"9" * 5000 + b"}",
    "huge": b'{"question": "Q?", "answers": [1e999]}\n',
}
READING = ("verify", "log", "rerun", "calibrate", "evaluate")


@pytest.fixture(scope="module")
def made(tmp_path_factory, encoder):
    """A folder with documents, their collection, a log and labelled questions."""
    folder = tmp_path_factory.mktemp("edges")
    (folder / "docs").mkdir()
    (folder / "docs" / "bakery.txt").write_text("The bakery on Mill Street opens at six. Its owner is Maria Lindqvist.")
    labelled = {"question": QUESTION, "answers": ["Maria Lindqvist"]}
    (folder / "labelled.jsonl").write_text(json.dumps(labelled) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        fresh_home(folder, patch)
        patch.chdir(folder)
        assert main(["index", "docs"]) == 0
        assert main(["ask", QUESTION, "--log", "log.jsonl"]) == 0
        yield folder


@pytest.fixture(autouse=True)
def there(made, monkeypatch):
    monkeypatch.chdir(made)


def run(command):
    try:
        return main(command)
    except SystemExit as ended:
        return ended.code


def one_sentence(capsys, code):
    """The last of the lines in which a command has said what is wrong, all of them ours."""
    errors = capsys.readouterr().err
    assert code == 1, errors
    lines = errors.strip().splitlines()
    assert lines, "nothing was said"
    assert all(line.startswith("quotewise: ") for line in lines), errors
    return lines[-1]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize("command", PRINTING, ids=" ".join)
def test_an_output_that_cannot_be_written_is_told(capsys, monkeypatch, command):
    with open("/dev/full", "w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        code = run(command)
        monkeypatch.undo()
        said = one_sentence(capsys, code)
    assert said == (
        "quotewise: the output cannot be written (No space left on device): see to that and run the same command again."
    )


@pytest.mark.parametrize("command", PRINTING, ids=" ".join)
def test_a_reader_that_has_gone_is_no_matter_to_speak_of(capsys, monkeypatch, command):
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        code = run(command)
        monkeypatch.undo()
    assert (code, capsys.readouterr().err) == (1, "")


def test_streams_that_are_closed_fail_no_command_and_mix_into_no_file():
    for number in (1, 2):
        process = start_python(
            f"import os; os.close({number}); " + MAIN.replace("import sys; ", "import sys\n"), "list"
        )
        _, errors = process.communicate()
        assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("kind", NONSENSE)
@pytest.mark.parametrize("command", READING)
def test_nonsense_in_a_file_is_told(capsys, tmp_path, command, kind):
    file = tmp_path / "file.jsonl"
    file.write_bytes(NONSENSE[kind])
    code = run([command, str(file)])
    if kind == "empty" and command in ("verify", "log", "rerun"):  # a log that holds no answer yet
        assert (code, capsys.readouterr().err) == (0, "")
    else:
        one_sentence(capsys, code)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "1e999", "9" * 400, '"x"', "null", "true", "[]"])
@pytest.mark.parametrize("field", ["confidence", "threshold", "unsure_threshold", "score", "total", "start"])
def test_impossible_numbers_in_a_log_are_told(capsys, tmp_path, made, field, value):
    log = (made / "log.jsonl").read_text("utf-8")
    changed, count = re.subn(rf'"{field}": ?-?[0-9.]+', f'"{field}": {value}', log, count=1)
    assert count
    (tmp_path / "log.jsonl").write_text(changed, "utf-8")
    code = run(["rerun", str(tmp_path / "log.jsonl")])
    if (field, value) == ("total", "-1"):  # a time, which nothing rests on
        assert code == 0
    else:
        assert "Line 1 holds no answer" in one_sentence(capsys, code)


@pytest.mark.parametrize(
    "command",
    [
        *([name, place] for name in (*READING, "index") for place in ("docs/gone", "gone/x", "loop", "")),
        *([name, "docs"] for name in READING),
        ["log", "log.jsonl", "--output", "docs"],
        ["log", "log.jsonl", "--output", "gone/x/y"],
        ["ask", QUESTION, "--log", "docs"],
        ["ask", QUESTION, "--log", "gone/x"],
        ["ask", QUESTION, "--log", "/dev/full"],
        ["ask", QUESTION, "--collection", "log.jsonl"],
        ["ask", QUESTION, "--collection", "loop"],
        ["list", "--collection", "gone"],
        ["index", "docs", "--collection", "log.jsonl"],
        ["index", "docs", "--collection", "/dev/full/x"],
        ["ask", QUESTION, "--documents", "gone"],
        ["ask", QUESTION, "--documents", "loop"],
        ["ask", QUESTION, "--reader", "gone/x"],
        ["ask", QUESTION, "--reader", "log.jsonl"],
        ["remove", "gone"],
        ["chat", "--no-browser", "--collection", "gone"],
        ["train", "all", "--squad", "gone", "--work", "work"],
        ["train", "all", "--squad", "labelled.jsonl", "--work", "log.jsonl"],
        ["evaluate", "--compare", "gone", "log.jsonl"],
        ["evaluate", "labelled.jsonl", "--documents", "gone"],
    ],
    ids=" ".join,
)
def test_a_path_that_is_not_what_it_should_be_is_told(capsys, made, command):
    if not (made / "loop").is_symlink():
        (made / "loop").symlink_to("loop")
    one_sentence(capsys, run(command))


@pytest.mark.parametrize("command", [["list"], ["calibrate", "labelled.jsonl"]], ids=" ".join)
def test_a_home_that_is_a_file_is_told(capsys, made, monkeypatch, command):
    monkeypatch.setenv("QUOTEWISE_HOME", str(made / "log.jsonl"))
    one_sentence(capsys, run(command))


def test_a_folder_that_has_vanished_is_told(capsys, made, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    shutil.copytree(made / "docs", gone / "docs")
    monkeypatch.chdir(gone)
    shutil.rmtree(gone)
    one_sentence(capsys, run(["index", "docs"]))
    one_sentence(capsys, run(["ask", QUESTION, "--documents", "docs"]))
