"""The log of answers: written by several at once, read back whole, and shown without being taken for markup."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from citations import answer_of
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from messages import is_one_sentence
from processes import start_python

from qa.api import ask
from qa.evidence_log import BadLine, DocumentsAsked, EvidenceLog, LogEntry, LogError, read_answers
from qa.records import Citation, Name, Provenance, Refusal
from qa.rerunning import Difference, differences, made_alike
from ui.log_html import log_html
from ui.log_markdown import log_markdown, plain, strong


def citation(words="31 May", before="The lease ends on ", behind=".", **more):
    sentence = before + words + behind
    first = len(before)
    return Citation(
        number=1, text=words, sentence=sentence, document_id="d", title="lease", source="/contracts/lease.txt",
        page=None, start=first, end=first + len(words), sentence_start=0, sentence_end=len(sentence), score=1.0,
        passage=sentence, passage_start=0, **more,
    )  # fmt: skip


ANSWER = replace(
    answer_of(citation(sha256="ab" * 32, extraction=5), question="When does the lease end?"),
    provenance=Provenance("0.2.0", "encoder-1", "reader-1", 0.4, 0.25),
)
REFUSED = replace(answer_of(question="Who is the owner?"), alternatives=(citation(),), refusal=Refusal("not_said"))


@pytest.fixture
def log(tmp_path):
    return EvidenceLog(tmp_path / "log.jsonl")


def test_what_is_added_is_read_back_in_order(log):
    documents = DocumentsAsked(("/contracts",), within=("*.txt",))
    entries = [log.add(ANSWER, documents), log.add(REFUSED)]
    assert list(log) == entries
    assert [(entry.answer, entry.documents) for entry in entries] == [(ANSWER, documents), (REFUSED, DocumentsAsked())]
    assert entries[0].time.endswith("+00:00")
    assert log.path.read_bytes().count(b"\n") == 2


def test_words_of_any_language_stay_on_their_line_and_readable(log):
    odd = answer_of(citation("31\u2028mai\x85\r\n\x00", "Miete f\u00fcr \u5bb6 bis "))
    log.add(odd)
    log.add(ANSWER)
    assert [entry.answer for entry in log] == [odd, ANSWER]
    assert "f\u00fcr \u5bb6" in log.path.read_text("utf-8")


def test_a_torn_line_is_told_and_the_next_answer_is_whole(log):
    log.add(ANSWER)
    whole = log.path.read_bytes()
    log.path.write_bytes(whole + whole[:100])
    assert [type(one) for one in log] == [LogEntry, BadLine]
    log.add(REFUSED)
    first, torn, last = log
    assert (first.answer, last.answer) == (ANSWER, REFUSED)
    assert torn.number == 2 and "Line 2" in torn.reason and is_one_sentence(torn.reason)
    log.path.write_bytes(whole[:-1])  # only the end of the line was lost: the answer is whole
    log.add(REFUSED)
    assert [one.answer for one in log] == [ANSWER, REFUSED]


WRITER = """
import sys
from dataclasses import replace
from qa.evidence_log import EvidenceLog, read_answers
path, source, name = sys.argv[1:]
[entry] = read_answers(source)
sys.stdin.readline()
for number in range(100):
    EvidenceLog(path).add(replace(entry.answer, question=f"{name} {number} " + "x" * 20_000))
"""


def test_several_processes_keep_one_log(log, tmp_path):
    EvidenceLog(tmp_path / "one.jsonl").add(ANSWER)
    writers = [start_python(WRITER, log.path, tmp_path / "one.jsonl", name) for name in ("a", "b", "c")]
    assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [("", 0)] * 3
    read = [one.answer.question.split()[:2] for one in log]
    for name in ("a", "b", "c"):
        assert [number for who, number in read if who == name] == [str(number) for number in range(100)]


def test_a_log_that_cannot_be_used_is_told_in_one_sentence(tmp_path):
    for action in (
        lambda: EvidenceLog(tmp_path).add(ANSWER),
        lambda: EvidenceLog(tmp_path / "no" / "log").add(ANSWER),
        lambda: list(EvidenceLog(tmp_path)),
        lambda: list(EvidenceLog(tmp_path / "nowhere")),
    ):
        with pytest.raises(LogError) as caught:
            action()
        assert is_one_sentence(str(caught.value)) and str(tmp_path) in str(caught.value)


@pytest.mark.skipif(not __import__("os").path.exists("/dev/full"), reason="no full disk to try")
def test_a_full_disk_is_told():
    with pytest.raises(LogError, match="No space left"):
        EvidenceLog("/dev/full").add(ANSWER)


def test_answers_are_read_as_ask_prints_them(tmp_path):
    path = tmp_path / "answers.json"
    pretty = [json.dumps(answer.to_dict(), indent=1) for answer in (ANSWER, REFUSED)]
    compact = json.dumps(ANSWER.to_dict())
    path.write_text("\ufeff" + "\n".join([*pretty, compact, "", pretty[0]]), "utf-8")
    assert [one.answer for one in read_answers(path)] == [ANSWER, REFUSED, ANSWER, ANSWER]
    path.write_text(pretty[0][:300] + "\n" + pretty[1], "utf-8")  # the first one was stopped
    torn, whole = read_answers(path)
    assert (torn.number, whole.answer) == (1, REFUSED)


@pytest.mark.parametrize(
    "line",
    [
        "no json", "[1, 2]", "3", "{}", '{"answer": 3}', '{"answer": {}, "time": "2026-01-01"}', "[" * 100_000, "\xff",
        json.dumps({"answer": ANSWER.to_dict(), "time": "yesterday"}),
        json.dumps(ANSWER.to_dict() | {"status": "sure"}),
        json.dumps(ANSWER.to_dict() | {"text": ""}),
    ],
)  # fmt: skip
def test_a_line_that_is_no_answer_is_named_and_the_rest_read(tmp_path, line):
    path = tmp_path / "answers.jsonl"
    good = json.dumps(ANSWER.to_dict()).encode()
    path.write_bytes(good + b"\n\n" + line.encode("latin-1") + b"\n" + good)
    first, bad, last = read_answers(path)
    assert first.answer == last.answer == ANSWER
    assert (bad.number, "Line 3" in bad.reason, is_one_sentence(bad.reason)) == (3, True, True)


def test_ask_keeps_its_answer(log, tmp_path, collection):
    path = tmp_path / "lease.txt"
    path.write_text("The lease ends on 31 May 2027.", "utf-8")
    answer = ask("When does the lease end?", iter([path]), log=log.path)
    ask("When does the lease end?", path, within="*.txt", log=log.path)
    collection.add([path])
    ask("When does the lease end?", collection, log=log.path)
    ask("Who is the Kremlin spokesman?", log=log.path)
    entries = list(log)
    assert entries[0].answer == answer
    assert [entry.documents for entry in entries[:3]] == [
        DocumentsAsked((str(path.resolve()),)),
        DocumentsAsked((str(path.resolve()),), within=("*.txt",)),
        DocumentsAsked(collection=str(collection.folder)),
    ]
    assert entries[3].documents.paths[0].endswith("biden-putin-video-call.txt")


def entry(answer=ANSWER, **documents):
    return LogEntry("2026-11-27T15:31:33+00:00", answer, DocumentsAsked(**documents))


class _Page(HTMLParser):
    """The text of a page, and the tags that it has."""

    def __init__(self, html):
        super().__init__()
        self.text, self.tags = "", set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


MARKUP = "<b>x</b> <script>alert(1)</script> **y** [z](http://evil.example) `c` &amp; ![i](u) </style>"


@pytest.mark.parametrize("write", [log_html, log_markdown])
def test_an_export_says_what_an_answer_rests_on(write):
    named = replace(ANSWER.citations[0], page=3, names=(Name("column", "Ends", 0, 4, "Ends"),))
    answered = replace(ANSWER, citations=(named,), statements=(), asked="When does the lease of the flat end?")
    text = write([entry(answered, paths=("/contracts",), within=("*.txt",))], "log.jsonl")
    for words in (
        "When does the lease end?", "When does the lease of the flat end?", "The lease ends on ", "31 May", "lease.txt",
        "18-24", "ab" * 32, "2026-11-27 15:31:33 UTC", "0.2.0", "reader-1", "0.40", "90% sure", "Ends", "/contracts",
    ):  # fmt: skip
        assert words in text
    assert "not an answer" not in text
    assert "not an answer" in write([entry(REFUSED)], "log.jsonl")
    unsure = replace(REFUSED, status="unsure")
    assert "Perhaps: 31 May" in write([entry(unsure)], "log.jsonl")


def test_nothing_of_a_document_is_taken_for_html():
    told = answer_of(citation(MARKUP, MARKUP, MARKUP), question=MARKUP)
    page = _Page(log_html([entry(told, paths=(MARKUP,))], MARKUP))
    assert page.tags == _Page(log_html([entry()], "log")).tags
    assert page.text.count(MARKUP) >= 6
    assert "\u202e" not in log_html([entry(answer_of(citation("a\u202eb")))], "log")


def test_nothing_of_a_document_is_taken_for_markdown():
    told = answer_of(citation(MARKUP, MARKUP + " ", " " + MARKUP), question=MARKUP)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(log_markdown([entry(told, paths=(MARKUP,))], MARKUP))
    page = _Page(html)
    assert page.tags <= {"h1", "h2", "p", "ul", "li", "blockquote", "strong"}
    assert page.text.count(MARKUP) >= 6


TEXT = st.text(st.sampled_from("ab1 .,*_`[]()<>#+-=!|~&$:@{}\\'\"\n\u5bb6"), max_size=20)


@given(TEXT, TEXT, TEXT)
def test_markdown_shows_any_text_as_it_is(before, words, behind):
    words = f"{words}x" if not words.strip() else words
    for markdown, text in ((plain(before), before), (strong(before, words, behind), before + words + behind)):
        page = _Page(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(f"> {markdown}"))
        assert page.text.split() == text.split()
        assert page.tags <= {"blockquote", "p", "strong"}


def test_several_things_and_contradictions_are_all_exported():
    other = replace(citation("30 June"), number=2, document_id="e", source="/contracts/b.txt")
    statements = tuple(replace(ANSWER.statements[0], text=one.text, citations=(one,)) for one in (citation(), other))
    conflict = replace(
        ANSWER, status="conflict", text="31 May\n30 June", citations=(citation(), other), statements=statements
    )
    for write in (log_html, log_markdown):
        text = write([entry(conflict)], "log")
        assert "exclude one another" in text and "31 May" in text and "30 June" in text and "b.txt" in text


def test_what_differs_between_two_answers_is_named():
    assert differences(ANSWER, replace(ANSWER, confidence=0.5, timings_ms={})) == ()
    moved = replace(ANSWER, citations=(replace(ANSWER.citations[0], source="/b.txt"),), statements=())
    assert differences(ANSWER, moved) == (Difference("source", "/contracts/lease.txt", "/b.txt"),)
    assert [one.what for one in differences(ANSWER, REFUSED)] == ["status", "text", "source"]
    unsure = replace(REFUSED, status="unsure")
    assert differences(REFUSED, unsure) == (
        Difference("status", "no_answer", "unsure"),
        Difference("text", "", "31 May"),
        Difference("source", "", "/contracts/lease.txt"),
    )
    assert made_alike(ANSWER, ANSWER) and not made_alike(ANSWER, REFUSED)
    with pytest.raises(ValueError, match="differ"):
        Difference("text", "a", "a")
