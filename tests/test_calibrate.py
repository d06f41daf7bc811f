"""Asking held-back questions so that some should be refused."""

import pytest
from training import TEXT

from qa.answerer import Answerer
from qa.lab.corpus import Without, index_paragraphs, paragraph_id
from qa.lab.dataset import Gold, Paragraph, Question
from qa.training.calibrate import NEIGHBOURS, plan, points, single_points, small_points
from qa.training.data import ExampleMaker


def test_questions_are_shared_out_to_the_ways_of_asking_and_the_lone_paragraphs_by_turns():
    questions = [Question(str(number), "Who?", (), Paragraph(0, "", TEXT)) for number in range(10)]
    pieces = plan(questions, "small", ["deceiving", "any"], "whole")
    assert [question for _, question in pieces] == questions
    assert [way for way, _ in pieces] == ["small"] * 3 + ["deceiving", "any", "deceiving"] + ["whole"] * 4


def test_a_question_over_its_own_paragraph_is_asked_as_it_is_and_altered(collection, reader):
    paragraph, elsewhere = Paragraph(0, "Ada", TEXT), Paragraph(1, "Ada", "Mary Somerville met Ada near Paris in 1834.")
    question = Question("1", "Who wrote the first program?", (Gold("Ada Lovelace", 0),), paragraph)
    wordless = Question("2", "?", (Gold("Ada Lovelace", 0),), paragraph)
    known = [question, wordless, Question("4", "Who met Ada?", (Gold("Mary Somerville", 0),), elsewhere)]
    maker = ExampleMaker(known, seed=0, adversary=reader)
    results = list(single_points(Answerer(collection, reader), collection.encoder, maker, question))
    assert [(result.answerable, result.right) for result in results] == [(True, True), (False, False)]
    assert (
        list(single_points(Answerer(collection, reader), collection.encoder, maker, wordless)) == []
    )  # no rule alters it


def test_a_question_over_a_collection_is_asked_with_and_without_its_paragraph(collection, reader):
    paragraph, elsewhere = Paragraph(0, "Ada", TEXT), Paragraph(1, "Ada", "Mary Somerville met Ada near Paris in 1834.")
    index_paragraphs(collection, [paragraph, elsewhere])
    question = Question("1", "Who wrote the first program?", (Gold("Ada Lovelace", 0),), paragraph)
    answerer = Answerer(collection, reader)
    whole = answerer.trace(question.text)
    without = answerer.trace(question.text, within=Without.of(collection, paragraph_id(paragraph)))
    assert {hit.passage.text for hit in whole.hits} == {paragraph.text, elsewhere.text}
    assert [hit.passage.text for hit in without.hits] == [elsewhere.text]
    asked, refused = points(answerer, question)
    assert (asked.right, asked.evidence) == (True, whole.evidence)
    assert (refused.answerable, refused.evidence) == (False, without.evidence)
    assert (asked.evidence.passages, refused.evidence.passages) == (2, 1)


@pytest.mark.parametrize("titles", [["Ada"] * 7, list("abcdefg"), ["Ada"] * 3 + ["Lind"] * 4])
def test_a_small_collection_has_other_paragraphs_even_where_each_has_a_title_of_its_own(titles, encoder, reader):
    texts = [TEXT, *(f"Boat {number} lies at berth {number}." for number in range(6))]
    paragraphs = [
        Paragraph(number, title, text) for number, (title, text) in enumerate(zip(titles, texts, strict=True))
    ]
    question = Question("1", "Who wrote the first program?", (Gold("Ada Lovelace", 0),), paragraphs[0])
    asked, refused = small_points(reader, encoder, paragraphs, question)
    assert (asked.right, asked.evidence.passages) == (True, NEIGHBOURS)
    assert (refused.answerable, refused.evidence.passages) == (False, NEIGHBOURS - 1)
