"""Questions to whole files: the format, where gold answers stand, a small benchmark from end to end, and fetching."""

import hashlib
import json
from dataclasses import replace
from itertools import pairwise

import pytest
from messages import is_one_sentence

from index.collection import Collection
from qa.evaluation.command import main
from qa.evaluation.documents_compare import compare_documents
from qa.evaluation.documents_dataset import ABSENT, BUNDLED, KINDS, PARTS, is_benchmark, read_benchmark
from qa.evaluation.documents_records import ALONE, AMONG_ALL, read_document_rows
from qa.evaluation.documents_report import way_figures
from qa.evaluation.documents_run import is_right
from qa.evaluation.fetch_documents import main as fetch
from qa.evaluation.gold_places import PlainText, gold_places
from qa.lab.dataset import DatasetError

FILES = {
    "lighthouse.html": "<html><head><title>Skerry Rock</title></head><body><h1>Skerry Rock</h1><p>The lighthouse on "
    "Skerry Rock was built in 1811 by Robert Hale. Its lamp burned oil until 1903.</p></body></html>",
    "orchard.md": "# The orchard\n\nThe orchard grows forty kinds of apples. The oldest tree, a Bramley, was planted "
    "by Ruth Carver.\n",
    "ferry.txt": "The ferry to Brannoch leaves at nine every morning. Captain Elsa Moen has steered it for twenty "
    "years.\n",
}
QUESTIONS = [
    ("right", "lighthouse.html", "fact", "Who built the lighthouse on Skerry Rock?", ["Robert Hale"], "by Robert Hale"),
    ("also-right", "ferry.txt", "fact", "Who steers the ferry to Brannoch?", ["Elsa Moen"], "Captain Elsa Moen has"),
    ("edge", "lighthouse.html", "fact", "Who built the lighthouse on Skerry Rock?",
     ["The lighthouse on Skerry Rock was built in 1811 by Robert Hale"], "was built in 1811 by Robert Hale"),
    ("other-place", "orchard.md", "list", "Who planted the oldest tree in the orchard?",
     ["forty"], "grows forty kinds"),
    ("no-text", "ferry.txt", "table", "Who steers the ferry to Brannoch?", ["Ann Low"], "The mate is Ann Low"),
    ("far-away", "orchard.md", "fact", "Who steers the ferry to Brannoch?",
     ["Ruth Carver"], "was planted by Ruth Carver"),
    ("absent", "orchard.md", ABSENT, "What is the price of a bushel of plums?", [], []),
]  # fmt: skip


def documents():
    return [{"name": name, "part": "measure" if name == "ferry.txt" else "choose"} for name in FILES]


def entry(id_, document, kind, question, answers, sentence):
    return {
        "id": id_,
        "document": document,
        "kind": kind,
        "question": question,
        "answers": answers,
        "sentence": sentence,
    }


def benchmark(folder, questions=QUESTIONS):
    path = folder / "questions.json"
    path.write_text(json.dumps({"documents": documents(), "questions": [entry(*one) for one in questions]}), "utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("documents")
    for name, text in FILES.items():
        (made / name).write_text(text, "utf-8")
    return made


def evaluate(file, folder, output, *options):
    return main([str(file), "--documents", str(folder), "--output", str(output), *options])


@pytest.fixture(scope="module", autouse=True)
def passages_of_any_length():
    """Let a passage of any length count as one, or so small documents would be read whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qa.retrieval.USUAL_LENGTH", 1)
        yield


@pytest.fixture(scope="module")
def run(folder, tmp_path_factory):
    """The output folder of a run over the small benchmark, one passage read a question."""
    work = tmp_path_factory.mktemp("run")
    assert evaluate(benchmark(work), folder, work / "out", "--passages", "1") == 0
    return work / "out"


def rows_of(output):
    return {(row.id, row.within): row for row in read_document_rows(output / "rows.jsonl")}


def test_every_question_is_asked_both_ways(run):
    assert set(rows_of(run)) == {(one[0], way) for one in QUESTIONS for way in (ALONE, AMONG_ALL)}


@pytest.mark.parametrize("way", [ALONE, AMONG_ALL])
def test_what_is_right_is_told_from_what_is_lost(run, way):
    rows = rows_of(run)
    causes = {one[0]: rows[one[0], way].cause for one in QUESTIONS}
    assert causes == {
        "right": "",
        "also-right": "",
        "edge": "wrong edge",
        "other-place": "misread",
        "no-text": "not extracted",
        "far-away": "refused" if way == ALONE else "not retrieved",
        "absent": "",
    }


def test_a_row_keeps_what_was_answered_and_from_where(run):
    row = rows_of(run)["right", AMONG_ALL]
    assert (row.text, row.cited, row.answered, row.source_right, row.words_right, row.held) == (
        "Robert Hale", "lighthouse.html", True, True, True, False,
    )  # fmt: skip
    assert "built in 1811" in row.sentence
    assert 0 < row.confidence <= 1
    assert row.milliseconds > 0
    wrong_edge = rows_of(run)["edge", ALONE]
    assert wrong_edge.source_right
    assert not wrong_edge.words_right
    absent = rows_of(run)["absent", ALONE]
    assert not (absent.answered or absent.answerable or absent.source_right)


def test_the_report_counts_by_part_kind_and_cause(run):
    report = json.loads((run / "report.json").read_text("utf-8"))
    assert (report["questions"], report["documents"]) == (7, 3)
    alone = report["parts"]["choose"][ALONE]
    assert {kind: figures["questions"] for kind, figures in alone["kinds"].items()} == {"fact": 3, "list": 1, "all": 4}
    assert alone["kinds"]["all"]["source_right"] == 50
    assert alone["kinds"]["all"]["source_right_95"][0] < 50 < alone["kinds"]["all"]["source_right_95"][1]
    assert {cause: one["questions"] for cause, one in alone["causes"].items()} == {
        "misread": 1,
        "wrong edge": 1,
        "refused": 1,
    }
    assert alone["absent"] == {"questions": 1, "refused": 100, "refused_95": [100, 100]}
    assert alone["median_ms"] > 0
    by_threshold = list(alone["thresholds"].values())
    assert by_threshold[0]["source_right"] > 0
    assert all(a["source_right"] >= b["source_right"] for a, b in pairwise(by_threshold))
    assert all(a["refused"] <= b["refused"] for a, b in pairwise(by_threshold))
    assert report["parts"]["measure"][AMONG_ALL]["causes"]["not extracted"]["questions"] == 1


def test_a_killed_run_goes_on_where_it_was(run, folder, tmp_path, capsys):
    file = benchmark(tmp_path)
    output = tmp_path / "out"
    output.mkdir()
    lines = (run / "rows.jsonl").read_text("utf-8").splitlines(keepends=True)
    marked = lines[1].replace("Robert Hale", "noted before")
    (output / "rows.jsonl").write_text("".join([lines[0], marked, *lines[2:5], lines[5][:40]]), "utf-8")
    assert evaluate(file, folder, output, "--passages", "1") == 0
    before, after = rows_of(run), rows_of(output)
    assert after["right", ALONE].text == "noted before"
    assert {key: (row.text, row.cause) for key, row in after.items() if key != ("right", ALONE)} == {
        key: (row.text, row.cause) for key, row in before.items() if key != ("right", ALONE)
    }
    capsys.readouterr()
    assert evaluate(file, folder, output, "--passages", "2") == 1
    message = capsys.readouterr().err.removeprefix("quotewise: ").rstrip("\n")
    assert "name another --output" in message
    assert is_one_sentence(message)


def test_one_part_can_be_asked_among_all_documents_only(folder, tmp_path, capsys):
    assert evaluate(benchmark(tmp_path), folder, tmp_path / "out", "--part", "measure", "--within-all") == 0
    assert set(rows_of(tmp_path / "out")) == {("also-right", AMONG_ALL), ("no-text", AMONG_ALL)}
    shown = capsys.readouterr().out
    assert "'measure', asked among all" in shown
    assert "not extracted" in shown


def test_a_collection_with_other_documents_is_refused(folder, tmp_path, capsys):
    with Collection(tmp_path / "mine") as mine:
        mine.add([folder])
    some = json.loads(benchmark(tmp_path, QUESTIONS[:1]).read_text("utf-8"))
    some["documents"] = [one for one in some["documents"] if one["name"] != "ferry.txt"]
    path = tmp_path / "some.json"
    path.write_text(json.dumps(some), "utf-8")
    assert evaluate(path, folder, tmp_path / "out", "--collection", str(tmp_path / "mine")) == 1
    assert "holds other documents as well" in capsys.readouterr().err


def test_two_runs_are_compared_question_by_question(run, folder, tmp_path, capsys):
    assert evaluate(benchmark(tmp_path), folder, tmp_path / "out") == 0  # eight passages read
    reports = [run / "report.json", tmp_path / "out" / "report.json"]
    changes, _ = compare_documents(*(read_document_rows(one.parent / "rows.jsonl") for one in reports))
    [read] = [change for change in changes if change.name == "choose, among all: gold read"]
    assert (read.questions, read.before, read.after) == (4, 75, 100)
    capsys.readouterr()
    assert main(["--compare", *map(str, reports)]) == 0
    assert "questions won" in capsys.readouterr().out


def test_a_document_that_cannot_be_read_answers_nothing(folder, tmp_path, capsys):
    (tmp_path / "ferry.txt").write_bytes(b" ")
    for name in ("lighthouse.html", "orchard.md"):
        (tmp_path / name).write_text(FILES[name], "utf-8")
    assert evaluate(benchmark(tmp_path, QUESTIONS[:2]), tmp_path, tmp_path / "out") == 0
    rows = rows_of(tmp_path / "out")
    assert {rows["also-right", way].cause for way in (ALONE, AMONG_ALL)} == {"not extracted"}
    assert "ferry.txt could not be read" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda file: file.update(documents={}), "documents must be a list"),
        (lambda file: file.update(questions=[]), "there is no question"),
        (lambda file: file["questions"].append(file["questions"][0]), "question right occurs twice"),
        (lambda file: file["documents"].append(file["documents"][0]), "document lighthouse.html occurs twice"),
        (lambda file: file["questions"].append("why"), "'why' is no object"),
        (lambda file: file["documents"][0].update(name="a/b.txt"), "no file name"),
        (lambda file: file["documents"][0].update(name="a.mov"), "no file name"),
        (lambda file: file["documents"][0].update(part="both"), "part is 'both'"),
        (lambda file: file["documents"][0].update(sha256="AB"), "64 hexadecimal digits"),
        (lambda file: file["documents"][0].update(package="bsdgames"), "a package needs"),
        (lambda file: file["documents"][0].update(version=3), "version must be text"),
        (lambda file: file["questions"][0].update(id=""), "the id is missing"),
        (lambda file: file["questions"][0].update(document="map.pdf"), "there is no document 'map.pdf'"),
        (lambda file: file["questions"][0].update(kind="riddle"), "kind is 'riddle'"),
        (lambda file: file["questions"][0].update(question=" "), "the question is empty"),
        (lambda file: file["questions"][0].update(answers="Robert Hale"), "answers must be a list"),
        (lambda file: file["questions"][0].update(answers=[]), "neither answers nor a sentence"),
        (lambda file: file["questions"][0].update(answers=["?"]), "must hold a letter"),
        (lambda file: file["questions"][0].update(page="3"), "page must be a whole number"),
        (lambda file: file["questions"][0].update(page=0), "page counts from 1"),
        (lambda file: file["questions"][-1].update(answers=["a penny"]), "neither answers nor a sentence"),
    ],
)
def test_a_fault_in_the_file_is_told_in_one_sentence(tmp_path, change, wanted):
    path = benchmark(tmp_path)
    file = json.loads(path.read_text("utf-8"))
    change(file)
    path.write_text(json.dumps(file), "utf-8")
    with pytest.raises(DatasetError) as caught:
        read_benchmark(path)
    assert wanted in str(caught.value)
    assert is_one_sentence(str(caught.value))


@pytest.mark.parametrize("content", [b"{", b"\xff", None])
def test_a_file_that_is_no_json_is_told_in_one_sentence(tmp_path, content):
    path = tmp_path / "questions.json"
    if content is not None:
        path.write_bytes(content)
    assert not is_benchmark(path)
    with pytest.raises(DatasetError) as caught:
        read_benchmark(path)
    assert is_one_sentence(str(caught.value))


def test_what_is_needed_is_asked_for(folder, tmp_path, capsys):
    path = benchmark(tmp_path)
    file = json.loads(path.read_text("utf-8"))
    file["documents"][0]["sha256"] = "0" * 64
    other = tmp_path / "other.json"
    other.write_text(json.dumps(file), "utf-8")
    assert main([str(path)]) == 1
    assert evaluate(path, folder, tmp_path / "out", "--sample", "2") == 1
    assert evaluate(path, tmp_path / "nowhere", tmp_path / "out") == 1
    assert evaluate(other, folder, tmp_path / "out") == 1
    messages = [line.removeprefix("quotewise: ") for line in capsys.readouterr().err.splitlines()]
    assert all(map(is_one_sentence, messages))
    wanted = ("--documents", "--sample", "fetch it", "remove it")
    assert [word for word, message in zip(wanted, messages, strict=True) if word not in message] == []


@pytest.mark.parametrize(
    ("text", "sentence", "answer", "wanted"),
    [
        ("It ends on\n 31 May.", "it ENDS on 31", "31 May", ["31 May"]),  # closest to what is a piece of the sentence
        ("| `json.indent` |   `4`  | no |", "json.indent | 4", "4", ["4"]),
        ("He was here. The heir of with response headers. `h` | response headers", "h response headers", "h", ["h"]),
        ("Say \"no\" here.", "no", '"no"', ['"no"']),
        ("Ten in 2010, and ten.", "and ten", "ten", ["ten"]),
        ("Two STRASSEN here", "two straßen", "Two", ["Two"]),
        ("No word of it.", "some other sentence", "word", []),
        ("A sentence. " + "x " * 200 + "An answer.", "a sentence", "answer", []),
    ],
)  # fmt: skip
def test_where_a_gold_answer_stands(text, sentence, answer, wanted):
    assert [text[start:end] for start, end in gold_places(PlainText(text), [sentence], [answer])] == wanted


def test_the_name_of_the_place_counts_where_the_right_one_is_known(run):
    rows = rows_of(run)
    row = replace(rows["right", ALONE], locator="slide 3", locators=("slide 3", "slide 3, notes"))
    others = [replace(row, locator="slide 4"), replace(row, answered=False), rows["also-right", ALONE]]
    figures = way_figures([row, *others])["kinds"]["fact"]
    assert (figures["questions"], figures["place_right"]) == (4, 33.33)
    assert "place_right" not in way_figures(list(rows.values()))["kinds"]["all"]


def test_words_are_right_when_most_are_shared():
    assert is_right("the 31st of May", ["31 May", "31st of May"])
    assert not is_right("F8 | Screenshot of the main window", ["F8"])


def test_the_benchmark_that_comes_with_quotewise_is_whole():
    bundled = read_benchmark(BUNDLED)
    assert is_benchmark(BUNDLED)
    assert len(bundled.documents) >= 12
    assert len(bundled.questions) >= 150
    assert all(one.package and one.sha256 for one in bundled.documents)
    for part in PARTS:
        some = [question for question in bundled.questions if bundled.part_of(question) == part]
        assert {question.kind for question in some} == set(KINDS)
        assert 0.1 < sum(not question.answerable for question in some) / len(some) < 0.4


def test_fetching_leaves_alone_what_is_there_and_tells_what_cannot_be_had(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))  # without any client
    file = json.loads(benchmark(tmp_path).read_text("utf-8"))
    for one in file["documents"]:
        one["sha256"] = hashlib.sha256((folder / one["name"]).read_bytes()).hexdigest()
    path = tmp_path / "whole.json"
    path.write_text(json.dumps(file), "utf-8")
    assert fetch([str(folder), "--file", str(path)]) == 0
    assert "3 of 3 documents" in capsys.readouterr().out
    file["documents"][0] |= {"registry": "debian", "package": "lighthouse", "version": "1", "path": "doc.html"}
    path.write_text(json.dumps(file), "utf-8")
    assert fetch([str(tmp_path / "empty"), "--file", str(path)]) == 1
    messages = [line.removeprefix("quotewise: ") for line in capsys.readouterr().err.splitlines()]
    assert len(messages) == 3
    assert "no apt-get" in messages[0]
    assert "comes from no package" in messages[1]
    assert all(map(is_one_sentence, messages))
