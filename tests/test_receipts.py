"""The commands that keep answers and look at them again, run as a person would."""

import json

import pytest
from homes import fresh_home
from messages import is_one_sentence

from ui.cli import main

WHO_OWNS = "Who owns the bakery?"
NOTE = "The bakery opens at six. Its owner, Maria Lindqvist, bakes rye bread on Fridays."


@pytest.fixture(autouse=True)
def home(encoder, tmp_path, monkeypatch):
    return fresh_home(tmp_path, monkeypatch)


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "papers" / "bakery.txt"
    path.parent.mkdir()
    path.write_text(NOTE, "utf-8")
    return path


@pytest.fixture
def log(note, tmp_path, capsys):
    """A log of an answer and a refusal over the note's folder."""
    path = tmp_path / "log.jsonl"
    for question in (WHO_OWNS, "Who won the football world cup in 1998?"):
        assert main(["ask", question, "--documents", str(note.parent), "--log", str(path)]) == 0
    capsys.readouterr()
    return path


def verified(log, capsys, *more):
    code = main(["verify", str(log), *more])
    printed = capsys.readouterr()
    return code, printed.out.splitlines(), printed.err


def test_what_holds_was_moved_changed_or_is_gone_is_told_a_line_each(log, note, capsys):
    place = f"[Maria Lindqvist] bakery, characters 36-51 of {note}"
    end = "1 quote of 2 answers: 1 {}. 1 answer without a quote."
    assert verified(log, capsys) == (0, [f"holds    {place}", end.format("holds")], "")
    note.write_text("New. " + NOTE, "utf-8")
    assert verified(log, capsys) == (0, [f"moved    {place} -> characters 41-56", end.format("moved")], "")
    note.write_text(NOTE, "utf-8")
    renamed = note.rename(note.with_name("baker.txt"))
    line = f"moved    {place} -> characters 36-51 of {renamed}"
    assert verified(log, capsys) == (0, [line, end.format("moved")], "")
    renamed.unlink()
    code, [line, last], _ = verified(log, capsys)
    assert (code, line.startswith(f"gone     {place}: The file is gone"), last) == (1, True, end.format("gone"))
    note.write_text(NOTE.replace("Its owner", "Not its owner"), "utf-8")
    code, [line, last], _ = verified(log, capsys)
    assert (code, line.startswith(f"changed  {place}: "), last) == (1, True, end.format("changed"))


def test_files_that_lie_elsewhere_now_are_looked_for(log, note, tmp_path, capsys):
    (tmp_path / "copies").mkdir()
    note.rename(tmp_path / "copies" / "b.txt")
    assert verified(log, capsys)[0] == 1
    code, lines, _ = verified(log, capsys, "--look-in", str(tmp_path / "copies"))
    assert code == 0 and lines[0].endswith(f"-> characters 36-51 of {tmp_path / 'copies' / 'b.txt'}")
    code, lines, said = verified(log, capsys, "--look-in", str(tmp_path / "nowhere"))
    assert (code, lines) == (1, []) and is_one_sentence(said.strip())


def test_verify_prints_json_for_programs(log, note, capsys):
    assert main(["verify", str(log), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    [check] = told["checks"]
    assert (check["verdict"], check["question"], check["start"]) == ("holds", WHO_OWNS, 36)
    assert check["citation"]["source"] == str(note)
    assert (told["counts"], told["passed_over"]) == ({"holds": 1}, [])


def test_what_ask_prints_as_json_is_verified(note, tmp_path, capsys):
    assert main(["ask", WHO_OWNS, "--documents", str(note), "--json"]) == 0
    (tmp_path / "answer.json").write_text(capsys.readouterr().out, "utf-8")
    assert verified(tmp_path / "answer.json", capsys)[1][-1] == "1 quote of 1 answer: 1 holds."


def test_a_line_that_is_no_answer_is_named_and_the_rest_verified(log, capsys):
    log.write_bytes(b"no answer\n" + log.read_bytes() + b'{"time": "2026')
    code, lines, said = verified(log, capsys)
    assert (code, lines[0][:5], len(lines)) == (1, "holds", 2)
    assert [("Line 1" in one, "Line 4" in one) for one in said.splitlines()] == [(True, False), (False, True)]
    assert main(["verify", str(log), "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["passed_over"]) == 2


@pytest.mark.parametrize("command", ["verify", "log", "rerun"])
def test_a_file_that_is_not_there_is_told_in_one_sentence(command, tmp_path, capsys):
    assert main([command, str(tmp_path / "nowhere.jsonl")]) == 1
    printed = capsys.readouterr()
    assert printed.out == "" and is_one_sentence(printed.err.strip())


def test_names_cannot_steer_the_terminal(tmp_path, capsys):
    path = tmp_path / "bakery.html"
    path.write_text(f"<title>&#27;]0;owned&#7;</title><p>{NOTE}", "utf-8")
    log = tmp_path / "log.jsonl"
    assert main(["ask", WHO_OWNS, "--documents", str(path), "--log", str(log)]) == 0
    path.write_text("<p>The bakery is closed.", "utf-8")
    for command in ("verify", "rerun", "log"):
        main([command, str(log)])
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err


def test_an_answer_is_not_shown_where_it_cannot_be_kept(note, tmp_path, capsys):
    assert main(["ask", WHO_OWNS, "--documents", str(note), "--log", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert printed.out == "" and is_one_sentence(printed.err.strip())


def test_a_log_is_printed_or_written_as_a_page(log, note, tmp_path, capsys):
    assert main(["log", str(log)]) == 0
    printed = capsys.readouterr().out
    assert "## Who owns the bakery?" in printed and "Its owner, **Maria Lindqvist**, bakes rye bread" in printed
    page = tmp_path / "log.html"
    assert main(["log", str(log), "--format", "html", "--output", str(page)]) == 0
    assert capsys.readouterr().out == ""
    assert "Its owner, <mark>Maria Lindqvist</mark>, bakes" in page.read_text("utf-8")
    with open(log, "ab") as file:
        file.write(b"torn")
    assert main(["log", str(log)]) == 1
    printed = capsys.readouterr()
    assert "## Who owns the bakery?" in printed.out and "Line 3" in printed.err


def test_questions_are_asked_again_over_todays_documents(log, note, capsys):
    assert main(["rerun", str(log)]) == 0
    assert capsys.readouterr().out == "2 questions asked again: 2 answered the same, 0 otherwise.\n"
    note.write_text(NOTE.replace("Maria Lindqvist", "Paul Storm"), "utf-8")
    assert main(["rerun", str(log)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        WHO_OWNS,
        "  text    Maria Lindqvist -> Paul Storm",
        "2 questions asked again: 1 answered the same, 1 otherwise.",
    ]
    assert main(["rerun", str(log), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["same"], told["failed"], told["made_otherwise"]) == (1, 0, 0)
    [one] = told["otherwise"]
    assert one["differences"] == [{"what": "text", "before": "Maria Lindqvist", "after": "Paul Storm"}]
    assert one["answer"]["citations"][0]["source"] == str(note)


def test_questions_are_asked_of_what_the_options_name(log, note, tmp_path, capsys):
    other = tmp_path / "lamp.txt"
    other.write_text("The lamp burns oil.", "utf-8")
    assert main(["rerun", str(log), "--documents", str(other)]) == 0
    said = capsys.readouterr().out
    assert f"  source  {note} -> none" in said and "answered -> no_answer" in said
    mine = str(tmp_path / "mine")
    assert main(["index", str(note), "--collection", mine]) == 0
    capsys.readouterr()
    assert main(["rerun", str(log), "--collection", mine]) == 0
    assert "2 answered the same" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options",
    [["--documents", "/nowhere"], ["--collection", "/nowhere"], ["--collection", ""], ["--reader", "/nowhere"]],
)
def test_options_that_name_nothing_are_told_once(options, log, capsys):
    assert main(["rerun", str(log), *options]) == 1
    printed = capsys.readouterr()
    assert printed.out == "" and is_one_sentence(printed.err.strip())


def test_the_collection_and_the_part_that_were_asked_are_asked_again(note, tmp_path, capsys):
    (note.parent / "lamp.md").write_text("The owner of the bakery is Paul Storm.", "utf-8")
    mine, log = str(tmp_path / "mine"), str(tmp_path / "log.jsonl")
    assert main(["index", str(note.parent), "--collection", mine]) == 0
    assert main(["ask", WHO_OWNS, "--collection", mine, "--within", "*.md", "--log", log]) == 0
    assert main(["index", str(note)]) == 0
    assert main(["ask", WHO_OWNS, "--log", log]) == 0  # of the person's own collection
    capsys.readouterr()
    assert main(["rerun", log]) == 0
    assert "2 answered the same" in capsys.readouterr().out


def test_an_answer_is_given_again_at_the_confidence_that_was_asked_for(note, tmp_path, capsys):
    log = str(tmp_path / "log.jsonl")
    assert main(["ask", WHO_OWNS, "--documents", str(note), "--threshold", "1", "--log", log]) == 0
    capsys.readouterr()
    assert main(["rerun", log]) == 0
    assert "1 answered the same" in capsys.readouterr().out


def test_what_cannot_be_asked_is_told_and_the_rest_asked(log, note, tmp_path, capsys):
    other = tmp_path / "lamp.txt"
    other.write_text("The lamp burns oil.", "utf-8")
    assert main(["ask", "What does the lamp burn?", "--documents", str(other), "--log", str(log)]) == 0
    assert main(["ask", "What does the lamp burn?", "--documents", str(other), str(note), "--log", str(log)]) == 0
    other.unlink()
    capsys.readouterr()
    assert main(["rerun", str(log)]) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == "3 questions asked again: 2 answered the same, 1 otherwise."
    told = printed.err.splitlines()
    assert len(told) == 2 and f"{other} is gone" in printed.err and "could not be asked" in printed.err


def test_answers_of_another_release_are_counted(log, capsys):
    log.write_text(log.read_text("utf-8").replace('"version": "', '"version": "0.0.'), "utf-8")
    assert main(["rerun", str(log)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "2 answers had been made by another release, encoder, reader or threshold."


def test_the_exit_code_is_told_in_the_help(capsys):
    for command in ("verify", "rerun"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert "exit code is 0" in " ".join(capsys.readouterr().out.split())
