import json
from dataclasses import asdict, replace

import pytest

from qa.records import Answer, Citation, Name, Searched, Statement

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

    def citations(found):
        return tuple(Citation(**one | {"names": tuple(Name(**name) for name in one["names"])}) for one in found)

    rebuilt = Answer(
        **read
        | {"searched": Searched(**read["searched"])}
        | {kind: citations(read[kind]) for kind in ("citations", "alternatives")}
        | {"statements": tuple(Statement(one["text"], citations(one["citations"])) for one in read["statements"])}
    )
    assert rebuilt == ANSWER


def test_an_answers_citations_are_those_of_its_statements():
    assert ANSWER.statements == (Statement("Two", (CITATION,)),)
    with pytest.raises(ValueError, match="statements"):
        replace(ANSWER, statements=(Statement("Two", (CITATION, CITATION)),))
    with pytest.raises(ValueError, match="statement"):
        Statement("Two", ())
