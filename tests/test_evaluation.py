"""The harness over a small labelled file, run for real."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from messages import is_one_sentence
from tokenizers import Tokenizer

from index.collection import Collection
from index.loaders import load_file
from qa.answerer import Answerer
from qa.confidence import TYPICAL
from qa.evaluation.command import main
from qa.evaluation.compare import compare, rows_beside
from qa.evaluation.figures import retriever_figures
from qa.evaluation.html_report import write_page
from qa.evaluation.measuring import LEVELS, ask_whole, ask_without, evaluate_question
from qa.evaluation.records import Ranks, Row, read_row, read_rows, write_row
from qa.evaluation.run import _count_tokens
from qa.lab.corpus import LoneParagraph, Without, index_paragraphs, paragraph_id
from qa.lab.dataset import Gold, Paragraph, Question, read_squad
from qa.reading.reader import SHIPPED_READER, reader_sha256
from qa.trace import answer_from

PARAGRAPHS = {
    "Lighthouse": "The lighthouse on Skerry Rock was built in 1811 by Robert Hale. Its lamp burned oil until 1903.",
    "Ferry": "The ferry to Brannoch leaves at nine every morning. Captain Elsa Moen has steered it for twenty years.",
    "Orchard": "The orchard grows forty kinds of apples. The oldest tree, a Bramley, was planted by Ruth Carver.",
}
QUESTIONS = [
    ("Lighthouse", "Who built the lighthouse on Skerry Rock?", "Robert Hale"),
    ("Lighthouse", "When was the lighthouse built?", "1811"),
    ("Ferry", "Who steers the ferry to Brannoch?", "Elsa Moen"),
    ("Ferry", "When does the ferry leave?", "nine every morning"),
    ("Orchard", "Who planted the oldest tree in the orchard?", "Ruth Carver"),
    ("Orchard", "What is the price of a bushel of plums?", None),
]


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    data = []
    for title, text in PARAGRAPHS.items():
        qas = [
            {
                "id": f"{title}-{number}",
                "question": question,
                "answers": [{"text": answer, "answer_start": text.index(answer)}] if answer else [],
                "is_impossible": answer is None,
            }
            for number, (place, question, answer) in enumerate(QUESTIONS)
            if place == title
        ]
        data.append({"title": title, "paragraphs": [{"context": text, "qas": qas}]})
    path = tmp_path_factory.mktemp("labelled") / "small.json"
    path.write_text(json.dumps({"version": "v2.0", "data": data}), "utf-8")
    return path


@pytest.fixture(scope="module")
def run(labelled, tmp_path_factory):
    output = tmp_path_factory.mktemp("run")
    assert main([str(labelled), "--output", str(output)]) == 0
    return output


def test_the_report_has_every_level_with_intervals(run):
    report = json.loads((run / "report.json").read_text("utf-8"))
    for level, name in (
        ("reader", "exact_match"),
        ("reader", "f1"),
        ("retriever", "recall@1"),
        ("retriever", "recall@5"),
        ("retriever", "recall@20"),
        ("end_to_end", "citation_precision"),
        ("end_to_end", "refused_correctly"),
        ("end_to_end", "auroc"),
        ("end_to_end", "ece"),
        ("end_to_end", "aurc"),
    ):
        low, high = report[level][f"{name}_95"]
        assert 0 <= low <= report[level][name] + 1e-6
        assert high <= 100 or name == "aurc"
    assert report["end_to_end"]["exact_match"] >= 60
    assert report["timing_ms"]["question"]["median"] > 0
    assert report["environment"]["threads"] >= 1


def test_every_question_has_a_row_that_reads_back(run, labelled):
    rows = read_rows(run / "rows.jsonl")
    assert [row.id for row in rows] == [question.id for question in read_squad(labelled)]
    assert [read_row(write_row(row)) for row in rows] == rows
    lighthouse = rows[0]
    assert lighthouse.end_to_end.text == "Robert Hale"
    assert lighthouse.end_to_end.cited
    assert lighthouse.end_to_end.right
    assert lighthouse.retriever.fused == 1
    assert not lighthouse.without_gold.answerable
    assert lighthouse.without_gold.source != lighthouse.gold_source


@pytest.mark.parametrize(
    ("changes", "read", "lost_at"),
    [
        ({}, True, ""),
        ({"exact_match": 0.0, "f1": 0.8}, True, "wrong boundary"),
        ({"exact_match": 0.0, "f1": 0.0, "overlaps": False}, True, "retrieved but misread"),
        ({"exact_match": 0.0, "f1": 0.0, "overlaps": False}, False, "not retrieved"),
        ({"answered": False}, True, "refused"),
        ({"exact_match": 0.0, "f1": 0.0, "answerable": False}, True, "answered, should refuse"),
    ],
)
def test_the_step_that_lost_a_question_is_named(run, changes, read, lost_at):
    row = read_rows(run / "rows.jsonl")[0]
    assert row.gold_read
    outcome = replace(row.end_to_end, answered=True, exact_match=1.0, f1=1.0, overlaps=True)
    outcome = replace(outcome, **changes)
    assert replace(row, end_to_end=outcome, gold_read=read, answerable=outcome.answerable).lost_at == lost_at


def test_an_interrupted_run_goes_on_where_it_stopped(run, labelled, tmp_path):
    for name in ("run.json",):
        (tmp_path / name).write_text((run / name).read_text("utf-8"), "utf-8")
    lines = (run / "rows.jsonl").read_text("utf-8").splitlines(keepends=True)
    # The first row is marked, so that it shows whether it was asked again; the third is cut by a kill.
    marked = lines[0].replace("Who built the lighthouse on Skerry Rock?", "MARKED")
    (tmp_path / "rows.jsonl").write_text(marked + lines[1] + lines[2][:40], "utf-8")
    assert main([str(labelled), "--output", str(tmp_path)]) == 0
    rows = read_rows(tmp_path / "rows.jsonl")
    assert len(rows) == len(QUESTIONS)
    assert rows[0].question == "MARKED"
    assert rows[2].question != "MARKED"


def test_a_run_is_not_mixed_with_one_of_other_settings(run, labelled, capsys):
    assert main([str(labelled), "--output", str(run), "--sample", "2"]) == 1
    assert "name another --output folder" in capsys.readouterr().err


@pytest.mark.parametrize("spoilt", ["output", "run.json"])
def test_an_output_that_cannot_be_used_is_explained(spoilt, labelled, tmp_path, capsys):
    output = tmp_path / "out"
    if spoilt == "output":
        output.write_text("a file", "utf-8")
    else:
        output.mkdir()
        (output / "run.json").touch()  # as an earlier version left it when it was killed
    assert main([str(labelled), "--output", str(output), "--level", "retriever"]) == 1
    assert capsys.readouterr().err.startswith("quotewise: ")


def test_a_reader_without_a_calibration_is_another_one_when_the_typical_one_changes(tiny_reader_folder, monkeypatch):
    before = reader_sha256(tiny_reader_folder)
    monkeypatch.setattr("qa.reading.reader.TYPICAL", replace(TYPICAL, threshold=0.9))
    assert reader_sha256(tiny_reader_folder) != before


def test_a_sample_is_drawn_from_the_seed(labelled, tmp_path):
    for name in ("a", "b"):
        assert main([str(labelled), "--output", str(tmp_path / name), "--sample", "2", "--level", "retriever"]) == 0
    rows = read_rows(tmp_path / "a" / "rows.jsonl")
    assert len(rows) == 2
    assert [row.id for row in rows] == [row.id for row in read_rows(tmp_path / "b" / "rows.jsonl")]
    assert rows[0].reader is None
    assert "reader" not in json.loads((tmp_path / "a" / "report.json").read_text("utf-8"))


def test_the_page_needs_nothing_from_elsewhere(run):
    page = (run / "report.html").read_text("utf-8")
    assert page.count("<svg") == 4
    for outside in ('src="http', 'href="http', "url(http", "@import"):
        assert outside not in page
    assert "Not answered exactly" in page


def test_markup_in_data_is_escaped_on_the_page(run, tmp_path):
    report = json.loads((run / "report.json").read_text("utf-8"))
    row = read_rows(run / "rows.jsonl")[0]
    bad = replace(row, question="<script>alert(1)</script>", end_to_end=replace(row.end_to_end, exact_match=0.0))
    write_page(tmp_path / "page.html", report, [bad], "<b>name</b>")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "<script>alert(1)" not in page
    assert "<b>name</b>" not in page


def test_comparing_a_run_with_itself_finds_nothing(run, capsys):
    rows = rows_beside(run / "report.json")
    changes, flips = compare(rows, rows)
    assert flips == []
    assert all(change.low == change.high == 0 and not change.certain for change in changes)
    assert main(["--compare", str(run / "report.json"), str(run / "report.json")]) == 0
    assert "0 questions won" in capsys.readouterr().out


def test_comparing_names_the_questions_that_flipped(run):
    rows = rows_beside(run / "report.json")
    first = next(iter(rows))
    worse = {k: replace(r, end_to_end=replace(r.end_to_end, exact_match=0.0, f1=0.0)) for k, r in rows.items()}
    changes, flips = compare(rows, worse)
    assert first in {flip.id for flip in flips}
    assert not any(flip.gained for flip in flips)
    assert next(c for c in changes if c.name == "end_to_end f1").after == 0


def test_ranking_measures_follow_from_the_gold_place():
    rows = [Row(str(place), "q", ("a",), "s", "g", True, retriever=Ranks(0, 0, place, {})) for place in (1, 2, 6, 0)]
    figures = retriever_figures(rows)
    assert [figures[f"recall@{k}"] for k in (1, 5, 20)] == [25, 50, 75]
    assert figures["mrr"] == pytest.approx(100 * (1 + 1 / 2 + 1 / 6) / 4, abs=0.01)
    assert figures["dense"]["recall@20"] == 0


def test_faulty_questions_stop_the_run_or_are_left_out(labelled, tmp_path, capsys):
    file = json.loads(labelled.read_text("utf-8"))
    file["data"][0]["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] += 1
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(file), "utf-8")
    assert main([str(bad), "--output", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert "bad.json" in error
    assert "Lighthouse-0" in error
    assert main([str(bad), "--output", str(tmp_path / "out"), "--skip-bad", "--level", "retriever"]) == 0
    assert "left out question Lighthouse-0" in capsys.readouterr().err
    assert len(read_rows(tmp_path / "out" / "rows.jsonl")) == len(QUESTIONS) - 1


def test_the_seed_questions_are_well_formed():
    questions = read_squad(Path(__file__).parent.parent / "seeds" / "questions.json")
    unanswerable = [question for question in questions if not question.answers]
    assert len(questions) >= 40
    assert 4 * len(unanswerable) >= len(questions)


def test_indexing_speed_counts_each_texts_own_tokens(run):
    with Collection(run / "collection") as corpus:
        counted = _count_tokens(corpus)
    tokenizer = Tokenizer.from_file(str(SHIPPED_READER / "tokenizer.json"))
    tokenizer.no_padding()
    assert counted == sum(len(tokenizer.encode(text)) for text in PARAGRAPHS.values())


def test_a_run_tells_the_speed_of_indexing_only_where_it_indexed_everything(run, labelled, tmp_path, capsys):
    assert json.loads((run / "report.json").read_text("utf-8"))["indexing"]["passages_per_second"] > 0
    for name, more in (("alone", ["--level", "reader"]), ("again", ["--collection", str(run / "collection")])):
        assert main([str(labelled), "--output", str(tmp_path / name), *more]) == 0
        assert "Indexed" not in (printed := capsys.readouterr().out)
        assert ("on disk a passage" in printed) == (name == "again")


def test_without_its_paragraph_a_question_is_answered_as_a_user_would_be(run, labelled, tmp_path):
    rows = {row.id: row for row in read_rows(run / "rows.jsonl")}
    question = next(q for q in read_squad(labelled) if q.answers)
    with Collection(tmp_path / "others") as collection:
        index_paragraphs(collection, [q.paragraph for q in read_squad(labelled) if q.paragraph != question.paragraph])
        best = (answer := Answerer(collection).ask(question.text)).citations or answer.alternatives
    assert rows[question.id].without_gold.text == best[0].text


def test_measuring_does_not_touch_a_collection_of_ones_own(labelled, tmp_path, encoder, capsys):
    note = tmp_path / "note.txt"
    note.write_text("The kettle is in the blue cupboard.", "utf-8")
    with Collection(tmp_path / "mine", encoder) as mine:
        mine.put([load_file(note)])
        before = mine.documents()
        command = [str(labelled), "--output", str(tmp_path / "out"), "--collection", str(tmp_path / "mine")]
        assert main([*command, "--level", "retriever"]) == 1
        error = capsys.readouterr().err.strip().removeprefix("quotewise: ")
        assert is_one_sentence(error.replace(str(note), "it").replace(str(tmp_path), ""))
        assert "documents of your own" in error
        assert mine.documents() == before


def test_a_collection_that_measuring_made_is_used_for_another_file(run, labelled, tmp_path, collection):
    paragraphs = [question.paragraph for question in read_squad(labelled)]
    others = [Paragraph(7, "", "No title."), Paragraph(8, "A_b", "Two words.")]
    assert index_paragraphs(collection, [paragraphs[0], *others]) == 3
    assert index_paragraphs(collection, paragraphs[:1]) == 0
    assert [summary.title for summary in collection.documents()] == [paragraphs[0].title]


def test_where_nothing_but_its_own_paragraph_is_found_a_question_is_not_asked_without_it(collection, reader):
    long = " ".join(f"The number {number} tram runs to Harbour Street at {number} o'clock." for number in range(200))
    question = Question("1", "When does the number 7 tram run?", (Gold("7 o'clock", long.index("7 o'clock")),),
                        Paragraph(0, "Trams", long))  # fmt: skip
    other = Paragraph(1, "Boats", "Boats lie at the quay.")
    answerer = Answerer(collection, reader)
    index_paragraphs(collection, [question.paragraph])
    row = evaluate_question(answerer, collection, question, ("end-to-end",), always_answer=False)
    assert (row.gold_read, row.without_gold) == (True, None)
    index_paragraphs(collection, [question.paragraph, other])
    whole = ask_whole(answerer, collection, question)
    assert {hit.passage.document_id for hit in whole.hits} == {paragraph_id(question.paragraph)}
    [hit] = ask_without(answerer, collection, question).hits
    assert hit.passage.text == other.text
    row = evaluate_question(answerer, collection, question, ("end-to-end",), always_answer=False)
    assert row.without_gold.source in ("Boats#1", "")


def test_rows_say_what_the_traces_came_to(collection, reader, labelled):
    questions = read_squad(labelled)
    index_paragraphs(collection, [question.paragraph for question in questions])
    answerer = Answerer(collection, reader)
    for question in questions:
        row = evaluate_question(answerer, collection, question, LEVELS, always_answer=False)
        sources = {
            "end_to_end": collection,
            "reader": LoneParagraph.of(question.paragraph, collection.encoder),
            "without_gold": Without.of(collection, paragraph_id(question.paragraph)),
        }
        for level, source in sources.items():
            outcome, trace = getattr(row, level), answerer.trace(question.text, within=source)
            if level == "without_gold" and not question.answers:
                assert outcome is None
                continue
            answer = answer_from(trace)
            assert (outcome.answered, outcome.confidence) == (trace.is_sure, trace.confidence)
            assert outcome.text == [*answer.citations, *answer.alternatives][0].text
            assert set(outcome.milliseconds) == set(trace.timings_ms)


def test_whether_the_gold_paragraph_was_read_is_seen_from_the_hits(collection, reader, labelled, monkeypatch):
    question = next(question for question in read_squad(labelled) if question.answers)
    index_paragraphs(collection, [question.paragraph for question in read_squad(labelled)])
    answerer = Answerer(collection, reader)
    assert evaluate_question(answerer, collection, question, ("end-to-end",), always_answer=False).gold_read
    trace, own = Answerer.trace, paragraph_id(question.paragraph)

    def unread(self, *asked, **named):
        found = trace(self, *asked, **named)
        return replace(found, hits=tuple(hit for hit in found.hits if hit.passage.document_id != own))

    monkeypatch.setattr(Answerer, "trace", unread)
    assert not evaluate_question(answerer, collection, question, ("end-to-end",), always_answer=False).gold_read


def test_comparing_counts_as_the_reports_do(run):
    report, rows = json.loads((run / "report.json").read_text("utf-8")), rows_beside(run / "report.json")
    found = {change.name: change.before for change in compare(rows, rows)[0]}
    assert not all(row.answerable for row in rows.values())
    for level, name in (
        ("reader", "exact_match"), ("reader", "f1"), ("retriever", "recall@5"), ("end_to_end", "exact_match"),
        ("end_to_end", "f1"), ("end_to_end", "final_f1"),
    ):  # fmt: skip
        assert found[f"{level} {name}"] == pytest.approx(report[level][name], abs=0.01)


def test_a_reader_that_is_not_here_is_named_and_the_hub_is_asked_only_where_that_is_allowed(
    labelled, tmp_path, monkeypatch, capsys
):
    command = [str(labelled), "--output", str(tmp_path / "out"), "--level", "reader", "--reader", "nobody/no-reader"]
    assert main(command) == 1
    error = capsys.readouterr().err
    assert "There is no reader 'nobody/no-reader'" in error
    assert "--download" in error
    assert not (tmp_path / "out").exists()
    asked = []

    def shipped(name, *, download=False):
        asked.append((name, download))
        return SHIPPED_READER

    monkeypatch.setattr("qa.evaluation.command.reader_folder", shipped)
    assert main([*command, "--download"]) == 0
    assert asked == [("nobody/no-reader", True)]


def test_a_missing_library_is_named_before_the_long_run(labelled, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("qa.evaluation.command.EXTRA_LIBRARIES", ("ir_measures", "no_such_library"))
    assert main([str(labelled), "--output", str(tmp_path / "out")]) == 1
    assert "needs no_such_library: install" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
