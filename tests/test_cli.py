"""The `quotewise` command, run as a person would."""

import json
import os
import subprocess
import sys

import pytest

from ui.cli import _progress_bar, main


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A fresh home that shares the session's prepared encoder."""
    fresh = tmp_path / "home"
    fresh.mkdir()
    (fresh / "encoders").symlink_to(os.path.join(os.environ["QUOTEWISE_HOME"], "encoders"))  # noqa: PTH118
    monkeypatch.setenv("QUOTEWISE_HOME", str(fresh))
    return fresh


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "bakery.txt"
    path.write_text("The bakery opens at six. Its owner, Maria Lindqvist, bakes rye bread on Fridays.")
    return path


@pytest.mark.usefixtures("encoder", "home")
class TestCommands:
    def test_ask_quotes_the_seed_article_at_first(self, capsys):
        assert main(["ask", "Who is the Kremlin spokesman?"]) == 0
        out = capsys.readouterr().out
        assert out.startswith("Dmitry Peskov")
        assert "Kremlin spokesman [Dmitry Peskov] had said" in out
        assert "biden-putin-video-call" in out

    def test_ask_prints_json_for_programs(self, capsys, note):
        assert main(["ask", "Who owns the bakery?", "--documents", str(note), "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        citation = answer["citations"][0]
        assert answer["text"] == "Maria Lindqvist"
        assert note.read_text()[citation["start"] : citation["end"]] == "Maria Lindqvist"

    @pytest.mark.parametrize("command", [["ask", "Who?"], ["chat", "--no-browser"]])
    def test_a_reader_that_is_none_is_explained(self, command, capsys, tmp_path):
        assert main([*command, "--reader", str(tmp_path)]) == 1
        assert "question-answering checkpoint" in capsys.readouterr().err.splitlines()[-1]

    def test_a_refusal_is_an_answer(self, capsys):
        assert main(["ask", "Who won the football world cup in 1998?"]) == 0
        assert "Your documents don't say" in capsys.readouterr().out

    def test_the_threshold_is_a_number_or_careful(self, capsys):
        question = "Who is the Kremlin spokesman?"
        assert main(["ask", question, "--threshold", "careful"]) == 0
        assert capsys.readouterr().out.startswith("Dmitry Peskov")
        assert main(["ask", question, "--threshold", "1"]) == 0
        assert "Your documents don't say" in capsys.readouterr().out
        for wrong in ("2", "bold"):
            with pytest.raises(SystemExit):
                main(["ask", question, "--threshold", wrong])

    def test_index_list_ask_remove(self, capsys, note, tmp_path):
        at = ["--collection", str(tmp_path / "mine")]
        assert main(["index", str(note), *at]) == 0
        assert "1 added, 0 updated, 0 unchanged; the collection has 1 document, 1 passage." in capsys.readouterr().out
        assert main(["index", str(note), *at, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["unchanged"] == [str(note)]
        assert main(["list", *at, "--json"]) == 0
        assert [row["title"] for row in json.loads(capsys.readouterr().out)] == ["bakery"]
        assert main(["ask", "Who owns the bakery?", *at]) == 0
        assert "Maria Lindqvist" in capsys.readouterr().out
        assert main(["remove", str(note), *at]) == 0
        capsys.readouterr()
        assert main(["list", *at]) == 0
        assert capsys.readouterr().out == ""

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["ask", "  "], "question is empty"),
            (["ask", "a" * 10_000], "10,000 characters"),
            (["ask", "Who?", "--documents", "/nowhere/at/all.txt"], "no file or folder"),
            (["index", "/nowhere/at/all.txt"], "no file or folder"),
            (["remove", "x", "--collection", "/nowhere/mine"], "no collection"),
            (["list", "--collection", "/nowhere/mine"], "no collection"),
        ],
    )
    def test_bad_input_gets_one_sentence_and_a_failing_exit(self, capsys, arguments, words):
        assert main(arguments) == 1
        error = capsys.readouterr().err
        assert words in error
        assert error.count("\n") == 1

    def test_a_bad_file_among_good_ones_is_reported_and_the_rest_is_kept(self, capsys, note, tmp_path):
        bad = tmp_path / "picture.txt"
        bad.write_bytes(bytes(range(256)) * 20)
        assert main(["index", str(tmp_path), "--collection", str(tmp_path / ".mine")]) == 1
        captured = capsys.readouterr()
        assert "picture.txt is not text" in captured.err
        assert "1 added" in captured.out

    def test_an_unreadable_collection_is_explained_and_left_alone(self, capsys, tmp_path):
        folder = tmp_path / "mine"
        folder.mkdir()
        file = folder / "collection.sqlite"
        file.write_bytes(b"not a database, not at all" * 100)
        before = file.read_bytes()
        assert main(["ask", "Who?", "--collection", str(folder)]) == 1
        assert capsys.readouterr().err.count("\n") == 1
        assert file.read_bytes() == before

    def test_control_characters_of_a_document_do_not_reach_the_terminal(self, capsys, tmp_path):
        path = tmp_path / "evil.txt"
        path.write_text(
            "The owner of the bakery is \x1b[31mMaria\x1b]0;title\x07 Lindqvist. " + "It is a bakery. " * 50
        )
        assert main(["ask", "Who is the owner of the bakery?", "--documents", str(path)]) == 0
        assert "\x1b" not in capsys.readouterr().out

    def test_asking_a_collection_that_is_not_there_makes_none(self, capsys, tmp_path):
        assert main(["ask", "Who?", "--collection", str(tmp_path / "contrcts")]) == 1
        assert "There is no collection" in capsys.readouterr().err
        assert not (tmp_path / "contrcts").exists()

    @pytest.mark.skipif(os.name == "nt", reason="no such names there")
    def test_names_cannot_steer_the_terminal(self, capsys, tmp_path):
        path = tmp_path / "a\033]0;owned\007.txt"
        path.write_text("The lamp burns oil.")
        mine = ["--collection", str(tmp_path / "c")]
        bad = tmp_path / "b\033[31m.txt"
        bad.touch()
        assert main(["index", str(path), str(bad), *mine]) == 1
        assert main(["list", *mine]) == 0
        assert main(["remove", str(path), *mine]) == 0
        printed = capsys.readouterr()
        assert "owned" in printed.out
        assert "\033" not in printed.out + printed.err

    def test_names_cannot_steer_the_terminal_while_they_are_read(self, capsys, monkeypatch):
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TTY_COMPATIBLE", "1")
        with _progress_bar() as report:
            report(0, 1, "/a/b\033]0;owned\007[red].txt")
        shown = capsys.readouterr().err
        assert "owned" in shown
        assert "[red].txt" in shown
        assert "\033]0;" not in shown

    def test_a_terminal_of_fewer_characters_gets_the_rest_as_question_marks(self, tmp_path):
        note = tmp_path / "dome.txt"
        note.write_text("The dome was built by \u0141ukasz Nowak.", "utf-8")
        for more, expected in (([], "?ukasz Nowak"), (["--json"], r'"text": "\u0141ukasz Nowak"')):
            code = "import sys; from ui.cli import main; raise SystemExit(main(sys.argv[1:]))"
            command = [sys.executable, "-c", code, "ask", "Who built the dome?", "--documents", str(note), *more]
            done = subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONIOENCODING": "cp1252"})
            assert done.returncode == 0, done.stderr
            assert expected in done.stdout.decode("cp1252")

    def test_a_port_that_cannot_be_is_refused(self, capsys):
        with pytest.raises(SystemExit):
            main(["chat", "--port", "99999"])
        assert "between 1 and 65535" in capsys.readouterr().err


def test_the_module_path_of_the_console_script_works():
    done = subprocess.run(
        [sys.executable, "-c", "from ui.cli import main; raise SystemExit(main(['--help']))"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "chat" in done.stdout
