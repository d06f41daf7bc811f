"""From labelled questions to examples, answerable and not."""

import random

from training import TEXT

from qa.evaluation.dataset import Gold, Paragraph, Question
from qa.training.data import (
    ExampleMaker,
    answer_places,
    is_held_out,
    is_kept_back,
    split_amazon,
)
from qa.training.negatives import alter


def test_held_out_articles_depend_on_the_title_alone():
    titles = [f"Article {number}" for number in range(2000)]
    share = sum(map(is_held_out, titles)) / len(titles)
    assert 0.09 < share < 0.15
    assert [is_held_out(title) for title in titles[:50]] == [is_held_out(title) for title in titles[:50]]


def test_every_place_of_a_rare_answer_counts_but_not_of_a_common_word():
    text = "In 1843 Ada wrote. By 1843 it ran. a a a a a"
    paragraph = Paragraph(0, "t", text)
    assert answer_places(Question("1", "When?", (Gold("1843", 3),), paragraph)) == ((3, 7), (22, 26))
    place = text.index("a a a")
    assert answer_places(Question("2", "What?", (Gold("a", place),), paragraph)) == ((place, place + 1),)


def test_the_last_reviews_are_kept_for_measuring():
    questions = [Question(str(i), "Q?", (), Paragraph(i, "t", "text")) for i in range(10)]
    training, measuring = split_amazon(questions)
    assert [q.id for q in measuring] == ["8", "9"]
    assert len(training) == 8


def test_altered_questions_differ_and_repeat_from_their_seed():
    elsewhere = "The machine was shown to Mary Somerville in 1851 near Paris."
    made = [
        alter("When did Ada Lovelace write the first program?", TEXT, elsewhere, random.Random(s)) for s in range(30)
    ]
    assert len(set(filter(None, made))) > 3
    assert "When did Ada Lovelace write the first program?" not in made
    again = [
        alter("When did Ada Lovelace write the first program?", TEXT, elsewhere, random.Random(s)) for s in range(30)
    ]
    assert made == again


def test_unanswerable_questions_of_ones_own_are_examples_without_a_span_and_get_no_negatives():
    paragraph = Paragraph(0, "t", TEXT)
    asked = Question("1", "Who wrote the first program?", (Gold("Ada Lovelace", 0),), paragraph)
    vain = Question("2", "Who wrote the second program?", (), paragraph)
    made = list(ExampleMaker([asked, vain], seed=0).make([vain], retrieved=1.0, altered=1.0))
    assert [(example.kind, example.spans) for example in made] == [("unanswerable", ())]


def test_a_paragraph_without_a_title_is_kept_back_by_itself():
    paragraphs = [Paragraph(i, "", f"Text number {i}.") for i in range(500)]
    assert 30 < sum(map(is_kept_back, paragraphs)) < 100
