"""The `quotewise` command, run as a person would."""

import json
import os
import socket
import subprocess
import sys
from importlib.metadata import version

import pytest
from homes import fresh_home
from messages import is_one_sentence
from processes import ROOT

from index.changes import Changes
from index.formats import EXTRACTION
from qa.api import ask
from ui.cli import main
from ui.terminal import answer_lines, changes_lines, progress_bar

WHO_OWNS = "Who owns the bakery?"
RUN = (
    "import sys; from ui.cli import main; raise SystemExit(main(sys.argv[1:]))"  # the command, in a process of its own
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    return fresh_home(tmp_path, monkeypatch)


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "bakery.txt"
    path.write_text("The bakery opens at six. Its owner, Maria Lindqvist, bakes rye bread on Fridays.")
    return path


@pytest.mark.usefixtures("encoder", "home")
class TestCommands:
    def test_without_a_collection_ask_quotes_the_article_says_so_and_makes_none(self, capsys, home):
        assert main(["ask", "Who is the Kremlin spokesman?"]) == 0
        printed = capsys.readouterr()
        assert printed.out.startswith("Dmitry Peskov")
        assert "Kremlin spokesman [Dmitry Peskov] had said" in printed.out
        assert "biden-putin-video-call" in printed.out
        assert printed.err == (
            "quotewise: You have no collection yet, so this is asked of the article that comes with Quotewise: add "
            "documents of your own with 'quotewise index PATH'.\n"
        )
        assert not (home / "collection").exists()

    def test_what_is_indexed_is_not_mixed_with_the_article(self, capsys, note, home):
        assert main(["ask", WHO_OWNS]) == 0
        assert main(["index", str(note)]) == 0
        assert f"A new collection was made in {home.resolve() / 'collection'}." in capsys.readouterr().out
        assert main(["ask", WHO_OWNS, "--json"]) == 0
        printed = capsys.readouterr()
        assert json.loads(printed.out)["searched"] == {"documents": 1, "passages": 1, "pending": 0}
        assert printed.err == ""

    def test_a_collection_that_was_emptied_is_none_to_ask(self, capsys, note):
        assert main(["index", str(note)]) == 0
        assert main(["remove", str(note)]) == 0
        assert main(["ask", "Who is the Kremlin spokesman?"]) == 0
        printed = capsys.readouterr()
        assert "Dmitry Peskov" in printed.out
        assert "Your collection is empty, so this is asked of the article" in printed.err

    def test_the_files_that_are_named_can_be_asked_again_and_again(self, capsys, note):
        for _ in range(2):
            assert main(["ask", WHO_OWNS, "--documents", str(note)]) == 0
            assert capsys.readouterr().out.startswith("Maria Lindqvist")

    def test_a_collection_and_files_cannot_be_asked_at_once(self, capsys, note, tmp_path):
        with pytest.raises(SystemExit):
            main(["ask", WHO_OWNS, "--collection", str(tmp_path), "--documents", str(note)])
        assert "not allowed with" in capsys.readouterr().err

    def test_a_part_of_the_documents_can_be_asked(self, capsys, note, tmp_path):
        other = tmp_path / "lamp.md"
        other.write_text("The lamp burns oil.")
        for chosen in ("*.md", str(other)):
            question = ["ask", WHO_OWNS, "--documents", str(note), str(other), "--within", chosen, "--json"]
            assert main(question) == 0
            assert json.loads(capsys.readouterr().out)["searched"]["documents"] == 1
        assert main([*question, "--within", "bakery.txt"]) == 0
        assert json.loads(capsys.readouterr().out)["searched"]["documents"] == 2
        assert main([*question, "--within", "*.pdf"]) == 1
        assert "*.pdf is not in the collection" in capsys.readouterr().err

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

    def test_the_threshold_is_a_number_or_a_name(self, capsys):
        question = "Who is the Kremlin spokesman?"
        assert main(["ask", question, "--threshold", "careful"]) == 0
        assert capsys.readouterr().out.startswith("Dmitry Peskov")
        assert main(["ask", question, "--threshold", "1"]) == 0
        assert capsys.readouterr().out.startswith("Perhaps: Dmitry Peskov")
        assert main(["ask", "What is the capital of France?", "--threshold", "always"]) == 0
        assert "Your documents don't say" not in capsys.readouterr().out
        for wrong in ("2", "nan", "bold"):
            with pytest.raises(SystemExit):
                main(["ask", question, "--threshold", wrong])
            assert "must be a number from 0 to 1, 'careful' or 'always'" in capsys.readouterr().err

    def test_index_list_ask_remove(self, capsys, note, tmp_path):
        at = ["--collection", str(tmp_path / "mine")]
        assert main(["index", str(note), *at]) == 0
        assert "1 added, 0 updated, 0 unchanged; the collection has 1 document, 1 passage." in capsys.readouterr().out
        assert main(["index", str(note), *at, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["unchanged"] == [str(note)]
        assert main(["list", *at, "--json"]) == 0
        [row] = json.loads(capsys.readouterr().out)
        assert (row["title"], row["passages"], row["pages"], row["size"]) == ("bakery", 1, 0, note.stat().st_size)
        assert main(["ask", "Who owns the bakery?", *at]) == 0
        assert "Maria Lindqvist" in capsys.readouterr().out
        assert main(["remove", str(note), *at]) == 0
        capsys.readouterr()
        assert main(["list", *at]) == 0
        assert capsys.readouterr().out == ""

    def test_folders_and_patterns_are_removed_at_once_and_what_is_missing_is_said_at_the_end(self, capsys, tmp_path):
        folder = tmp_path / "papers"
        (folder / "old").mkdir(parents=True)
        for name in ("a.txt", "b.txt", "c.md", "old/d.txt"):
            (folder / name).write_text(f"The lamp {name[0]} burns oil.")
        assert main(["index", str(folder)]) == 0
        capsys.readouterr()
        assert main(["remove", str(folder / "old"), "nowhere.txt", "*.md", str(folder / "c.md"), "gone"]) == 1
        printed = capsys.readouterr()
        assert printed.out.splitlines() == [f"Removed {folder / name}." for name in ("old/d.txt", "c.md")]
        assert printed.err == (
            "quotewise: nowhere.txt, gone are not in the collection: 'quotewise list' shows what is.\n"
        )
        assert main(["remove", str(folder)]) == 0
        assert len(capsys.readouterr().out.splitlines()) == 2
        assert main(["list"]) == 0
        assert capsys.readouterr().out == ""

    def test_index_says_what_is_gone_what_was_moved_and_what_it_passed_over(self, capsys, note, tmp_path):
        folder = tmp_path / "papers"
        folder.mkdir()
        note.rename(folder / "bakery.txt")
        (folder / "lamp.txt").write_text("The lamp burns oil.")
        for name in ("1.mov", "2.MOV", "3.mov", "4.mov", "5.dwg", "6.dwg", "Makefile"):
            (folder / name).write_text("x")
        mine = ["--collection", str(tmp_path / "mine")]
        assert main(["index", str(folder), *mine]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "2 added, 0 updated, 0 unchanged; the collection has 2 documents, 2 passages.",
            f"A new collection was made in {tmp_path / 'mine'}.",
            "Passed over 7 files of kinds that cannot be read: 4 .mov, 2 .dwg, 1 without ending.",
        ]
        (folder / "boats.py").write_text("BERTHS = 7")
        assert main(["index", str(folder), *mine]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == (
            "Passed over 1 file of source code, which is read where it is named: 1 .py."
        )
        (folder / "boats.py").unlink()
        for path in [*folder.glob("[2-6].*"), folder / "Makefile", folder / "lamp.txt"]:
            path.unlink()
        (folder / "bakery.txt").rename(folder / "baker.txt")
        assert main(["index", str(folder), *mine]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "0 added, 0 updated, 0 unchanged; the collection has 1 document, 1 passage.",
            f"Removed, since the file is gone: {folder / 'lamp.txt'}.",
            f"{folder / 'bakery.txt'} is now {folder / 'baker.txt'}.",
            "Passed over 1 file of a kind that cannot be read: 1 .mov.",
        ]
        assert main(["index", str(folder), *mine, "--json"]) == 0
        changes = json.loads(capsys.readouterr().out)
        assert changes["unchanged"] == [str(folder / "baker.txt")]
        assert changes["passed_over"] == [str(folder / "1.mov")]
        assert {"added", "updated", "refused", "renamed", "removed"} <= set(changes)

    def test_index_says_what_it_read_again_for_a_new_release(self, capsys, monkeypatch, note, tmp_path):
        mine = ["--collection", str(tmp_path / "mine")]
        assert main(["index", str(note), *mine]) == 0
        monkeypatch.setattr("index.formats.EXTRACTION", EXTRACTION + 1)
        capsys.readouterr()
        first = "0 added, 0 updated, 1 unchanged; the collection has 1 document, 1 passage."
        for rest in (["Read again, since an earlier release had done it otherwise: 1 file."], []):
            assert main(["index", str(note), *mine]) == 0
            assert capsys.readouterr().out.splitlines() == [first, *rest]

    def test_a_file_that_has_changed_since_is_marked(self, capsys, note):
        assert main(["index", str(note)]) == 0
        note.write_text(note.read_text() + " It is closed on Mondays.")
        assert main(["ask", WHO_OWNS]) == 0
        assert f"of {note} (the file has changed since; index it again)" in capsys.readouterr().out
        assert main(["index", str(note)]) == 0
        assert main(["ask", WHO_OWNS]) == 0
        assert "has changed" not in capsys.readouterr().out

    @pytest.mark.parametrize("path", ["nowhere.txt", "empty"])
    def test_nothing_to_read_makes_no_collection(self, capsys, home, tmp_path, monkeypatch, path):
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path)
        assert main(["index", path]) == 1
        assert is_one_sentence(capsys.readouterr().err.strip())
        assert not (home / "collection").exists()

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["ask", "  "], "question is empty"),
            (["ask", "a" * 10_000], "10,000 characters"),
            (["ask", "Who?", "--documents", "/nowhere/at/all.txt"], "no file or folder"),
            (["index", "/nowhere/at/all.txt"], "no file or folder"),
            (["remove", "x", "--collection", "/nowhere/mine"], "no collection"),
            (["list", "--collection", "/nowhere/mine"], "no collection"),
            (["list"], "no collection"),
            (["ask", "Who?", "--collection", ""], "empty path"),
            (["ask", "Who?", "--documents", ""], "empty path"),
            (["index", ""], "empty path"),
            (["index", str(ROOT / "README.md"), "--collection", " "], "empty path"),
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

    @pytest.mark.parametrize("command", [["ask", "Who?"], ["chat", "--no-browser"], ["list"], ["remove", "x.txt"]])
    def test_a_collection_whose_name_is_misspelt_is_not_made(self, capsys, tmp_path, command):
        assert main([*command, "--collection", str(tmp_path / "contrcts")]) == 1
        assert capsys.readouterr().err == (
            f"quotewise: There is no collection in {tmp_path / 'contrcts'}: make one with 'quotewise index PATH'.\n"
        )
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
        with progress_bar() as report:
            report(0, 1, "/a/b\033]0;owned\007[red].txt")
            report.pages("/a/b\033]0;owned\007[red].txt", 12, 50)
        shown = capsys.readouterr().err
        assert "owned" in shown
        assert "[red].txt, page 12 of 50" in shown
        assert "\033]0;" not in shown

    def test_a_terminal_of_fewer_characters_gets_the_rest_as_question_marks(self, tmp_path):
        note = tmp_path / "dome.txt"
        note.write_text("The dome was built by \u0141ukasz Nowak.", "utf-8")
        for more, expected in (([], "?ukasz Nowak"), (["--json"], r'"text": "\u0141ukasz Nowak"')):
            command = [sys.executable, "-c", RUN, "ask", "Who built the dome?", "--documents", str(note), *more]
            done = subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONIOENCODING": "cp1252"})
            assert done.returncode == 0, done.stderr
            assert expected in done.stdout.decode("cp1252")

    @pytest.mark.skipif(os.name == "nt", reason="no such pipes there")
    @pytest.mark.parametrize("unbuffered", ["", "1"])
    def test_a_reader_of_the_output_that_has_gone_is_no_failure_to_tell(self, note, unbuffered):
        command = [sys.executable, "-c", RUN, "ask", WHO_OWNS, "--documents", str(note)]
        reading, writing = os.pipe()
        os.close(reading)
        environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=environment)
        os.close(writing)
        assert done.stderr == b""

    @pytest.mark.parametrize("port", ["99999", "0", "http"])
    def test_a_port_that_cannot_be_is_refused(self, capsys, port):
        with pytest.raises(SystemExit):
            main(["chat", "--port", port])
        assert "must be a whole number from 1 to 65535" in capsys.readouterr().err

    def test_an_empty_name_is_refused(self, capsys):
        for arguments in (["remove", ""], ["ask", "Who?", "--within", " "]):
            with pytest.raises(SystemExit):
                main(arguments)
            assert "must not be empty" in capsys.readouterr().err


@pytest.fixture
def taken_ports():
    """Two ports beside one another that another program has."""
    for first in range(20_000, 60_000, 100):
        with socket.socket() as one, socket.socket() as other:
            try:
                for number, held in enumerate((one, other)):
                    held.bind(("127.0.0.1", first + number))
                    held.listen()
            except OSError:
                continue
            yield first
            return


@pytest.mark.usefixtures("encoder", "home")
class TestServing:
    def test_a_port_that_is_taken_is_named(self, capsys, taken_ports):
        assert main(["chat", "--no-browser", "--port", str(taken_ports)]) == 1
        said = f"quotewise: Port {taken_ports} is taken or reserved: choose another with --port.\n"
        assert capsys.readouterr().err == said

    def test_ports_that_are_all_taken_are_named(self, capsys, taken_ports, monkeypatch):
        monkeypatch.setattr("ui.web.server.FIRST_PORT", taken_ports)
        monkeypatch.setattr("ui.web.server.LAST_PORT", taken_ports + 1)
        assert main(["chat", "--no-browser"]) == 1
        assert f"The ports {taken_ports} to {taken_ports + 1} are taken" in capsys.readouterr().err

    def test_another_failure_is_not_told_as_a_taken_port(self, capsys, monkeypatch):
        def fail(*given, **options):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("socket.create_server", fail)
        assert main(["chat", "--no-browser"]) == 1
        said = capsys.readouterr().err
        assert "No space left on device" in said
        assert "ort" not in said.split("(")[0]


def test_of_many_endings_the_most_frequent_are_named():
    paths = [f"/a/{number}.k{number % 20}" for number in range(50)] + ["/a/b"] * 9
    [line] = changes_lines(Changes(passed_over=tuple(paths)))
    assert line.startswith("Passed over 59 files of kinds that cannot be read: 9 without ending, 3 .k0, 3 .k1,")
    assert line.endswith(", 26 of other endings.")


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as done:
        main(["--version"])
    assert done.value.code == 0
    assert capsys.readouterr().out == f"quotewise {version('quotewise')}\n"


@pytest.mark.parametrize("command", ["evaluate", "train"])
def test_commands_with_options_of_their_own_show_them(command, capsys):
    with pytest.raises(SystemExit) as done:
        main([command, "--help"])
    assert done.value.code == 0
    assert {"evaluate": "--compare", "train": "--squad"}[command] in capsys.readouterr().out


def test_the_module_path_of_the_console_script_works():
    done = subprocess.run(
        [sys.executable, "-c", "from ui.cli import main; raise SystemExit(main(['--help']))"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    for command in ("chat", "ask", "index", "remove", "list", "evaluate", "train", "install"):
        assert f"\n    {command} " in done.stdout


@pytest.mark.usefixtures("encoder")
def test_a_question_ends_at_once_and_leaves_all_written_and_closed(note, home):
    code = """
import atexit, sys
class Slow:
    def __del__(self): print("taken apart")
from ui import cli
cli.slow = Slow()
of_servers = ("index.published", "index.vectors.milvus", "index.bulk")
atexit.register(lambda: print([one for one in sys.modules if one.startswith(of_servers)]))
cli.main()
"""
    code = f"import sys; sys.argv[0] = 'quotewise'\n{code}"

    def asked(*words):
        return subprocess.run([sys.executable, "-c", code, "ask", *words], capture_output=True, text=True, cwd=ROOT)

    done = asked(WHO_OWNS, "--documents", str(note), "--reader", "fast")
    assert done.returncode == 0 and done.stdout.startswith("Maria Lindqvist"), done.stderr
    assert done.stdout.endswith(".txt\n[]\n")  # what is registered for the end is done; nothing knows of servers
    [folder] = (home / "opened").iterdir()
    assert [one.name for one in folder.iterdir()] == ["collection.sqlite"]  # closed: no log of SQLite is left
    done = asked(WHO_OWNS, "--documents", str(note.parent / "none"), "--reader", "fast")
    assert done.returncode == 1 and is_one_sentence(done.stderr.strip()) and "taken apart" not in done.stdout


def test_on_a_terminal_with_colours_the_quoted_words_are_set_off():
    lines = list(answer_lines(ask("Who is the Kremlin spokesman?"), color=True))
    assert any("spokesman \033[7mDmitry Peskov\033[0m had said" in line for line in lines)
    assert "\033" not in "".join(answer_lines(ask("Who is the Kremlin spokesman?"), color=False))
