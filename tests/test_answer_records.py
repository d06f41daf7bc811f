import json
from dataclasses import asdict, replace

import pytest

from index.changes import UnreadablePages
from qa.records import Answer, Citation, MissingWord, Name, Provenance, Refusal, Searched, Statement

TEXT = "One is here. Two is there. Three is nowhere."
CITATION = Citation(
    number=1,
    text="Two",
    sentence="Two is there.",
    document_id="d",
    title="Title",
    source="/d.txt",
    page=None,
    start=13,
    end=16,
    sentence_start=13,
    sentence_end=26,
    score=2.5,
    passage=TEXT[5:],
    passage_start=5,
    names=(Name("row", "One", 0, 3, "One"),),
)
ANSWER = Answer(
    question="How many?",
    status="answered",
    text="Two",
    confidence=0.75,
    citations=(CITATION,),
    alternatives=(replace(CITATION, number=2, page=7),),
    searched=Searched(1, 3),
    timings_ms={"search": 1.5, "total": 1.5},
)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "two"},
        {"text": "Two "},
        {"start": 12},
        {"end": 17},
        {"start": 14, "end": 17},
        {"sentence": "Tow is there."},
        {"sentence": "Two is there"},
        {"sentence_start": 14, "sentence_end": 27},
        {"sentence_start": 12, "sentence_end": 25},
        {"sentence_end": 27},
        {"sentence": "Tw", "sentence_end": 15},
        {"passage_start": 6},
        {"passage_start": 14},
        {"passage": "something else"},
        {"passage": ""},
    ],
)
def test_a_citation_stands_at_its_offsets_or_is_refused(changes):
    with pytest.raises(ValueError, match="citation"):
        replace(CITATION, **changes)


def test_a_citation_at_either_end_of_its_sentence_is_accepted():
    assert replace(CITATION, text="there.", start=20, end=26).sentence == "Two is there."


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "no_answer"},
        {"status": "no_answer", "text": ""},
        {"status": "no_answer", "citations": ()},
        {"text": ""},
        {"citations": ()},
    ],
)
def test_text_and_citations_come_with_the_status(changes):
    with pytest.raises(ValueError, match="status"):
        replace(ANSWER, **changes)


def test_no_answer_may_have_alternatives():
    refused = replace(ANSWER, status="no_answer", text="", citations=(), statements=())
    assert len(refused.alternatives) == 1


@pytest.mark.parametrize("confidence", [-0.01, 1.01, float("nan"), float("inf")])
def test_confidence_is_a_probability(confidence):
    with pytest.raises(ValueError, match="confidence"):
        replace(ANSWER, confidence=confidence)


def test_an_answer_survives_json():
    plain = ANSWER.to_dict()
    read = json.loads(json.dumps(plain))
    assert read == plain
    assert read["citations"] == [asdict(CITATION) | {"names": [asdict(one) for one in CITATION.names]}]
    assert read.keys() == asdict(ANSWER).keys()

    assert Answer.from_dict(read) == ANSWER


REFUSED = replace(
    ANSWER, status="no_answer", text="", citations=(), statements=(), asked="How many are there?",
    refusal=Refusal(
        "too_unsure", (MissingWord("refund", "refunds"), MissingWord("x")), "How many refunds?",
        (UnreadablePages("/a.pdf", (2, 3)),), ("/b.doc",),
    ),
    provenance=Provenance("0.2.0", "e", "r", 0.4, 0.25),
)  # fmt: skip


@pytest.mark.parametrize("answer", [ANSWER, REFUSED])
def test_from_dict_takes_back_what_to_dict_gives(answer):
    assert Answer.from_dict(json.loads(json.dumps(answer.to_dict()))) == answer


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"status": "sure"}, "status"),
        ({"text": 3}, "text"),
        ({"confidence": True}, "confidence"),
        ({"confidence": "0.5"}, "confidence"),
        ({"citations": "none"}, "citations"),
        ({"citations": [{}]}, "number"),
        ({"searched": [1, 2]}, "Searched"),
        ({"timings_ms": []}, "timings_ms"),
        ({"timings_ms": {"search": "long"}}, "timings_ms"),
        ({"sources": []}, "sources"),
        ({"refusal": {"stage": "lost"}}, "stage"),
    ],
)
def test_from_dict_names_the_field_that_does_not_fit(change, field):
    with pytest.raises(ValueError, match=field):
        Answer.from_dict(ANSWER.to_dict() | change)
    plain = ANSWER.to_dict()
    del plain["question"]
    with pytest.raises(ValueError, match="question"):
        Answer.from_dict(plain)


def test_what_is_perhaps_the_answer_is_not_the_answer():
    unsure = replace(REFUSED, status="unsure")
    assert unsure.perhaps == ANSWER.alternatives[0]
    assert (unsure.text, unsure.citations) == ("", ())
    assert ANSWER.perhaps is None and REFUSED.perhaps is None
    with pytest.raises(ValueError, match="unsure"):
        replace(unsure, alternatives=())


def test_an_answer_is_not_refused():
    with pytest.raises(ValueError, match="status"):
        replace(ANSWER, refusal=Refusal("not_said"))


def test_a_conflict_has_several_statements():
    other = replace(CITATION, number=2, text="there", start=20, end=25, document_id="e")
    statements = (Statement("Two", (CITATION,)), Statement("there", (other,)))
    conflict = replace(ANSWER, status="conflict", text="Two\nthere", citations=(CITATION, other), statements=statements)
    assert Answer.from_dict(conflict.to_dict()) == conflict
    with pytest.raises(ValueError, match="conflict"):
        replace(ANSWER, status="conflict")


def test_a_statement_comes_from_no_more_documents_than_its_citations():
    other = replace(CITATION, document_id="e")
    assert Statement("Two", (CITATION, other), documents=2).documents == 2
    with pytest.raises(ValueError, match="documents"):
        Statement("Two", (CITATION,), documents=2)


def test_an_answers_citations_are_those_of_its_statements():
    assert ANSWER.statements == (Statement("Two", (CITATION,)),)
    with pytest.raises(ValueError, match="statements"):
        replace(ANSWER, statements=(Statement("Two", (CITATION, CITATION)),))
    with pytest.raises(ValueError, match="statement"):
        Statement("Two", ())
