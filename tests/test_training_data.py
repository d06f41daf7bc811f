"""From labelled questions to examples, answerable and not."""

import json
import random

from training import TEXT
from viewing import views

from qa.lab.dataset import Gold, Paragraph, Question, read_squad
from qa.lab.kept_back import is_held_out, is_kept_back
from qa.reading.reader import SHIPPED_READER, OnnxReader
from qa.training.data import ExampleMaker, answer_places
from qa.training.held_out import split_amazon, write_held_out
from qa.training.negatives import _exchange_entities, _oppose, _swap_phrase, _swap_word, alter, hardest


def test_held_out_articles_depend_on_the_title_alone():
    titles = [f"Article {number}" for number in range(2000)]
    share = sum(map(is_held_out, titles)) / len(titles)
    assert 0.09 < share < 0.15
    assert [number for number in range(40) if is_held_out(titles[number])] == [2, 9, 15, 22, 29, 33]  # in every version


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
    assert split_amazon([]) == ([], [])


def test_the_reviews_kept_for_measuring_are_written_as_they_were(tmp_path):
    lines = [
        {"id": str(i), "question": f"What was reviewed by {i}?", "document": f"Lamp {i} is bright.", "title": "Lamps",
         "answers": [{"text": f"Lamp {i}", "answer_start": 0}] if i % 2 else []}
        for i in range(10)
    ]  # fmt: skip
    extra = tmp_path / "reviews.jsonl"
    extra.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert write_held_out(extra, tmp_path / "w" / "held-out.json") == 2
    found = [(q.id, q.text, q.answers, q.paragraph.text) for q in read_squad(tmp_path / "w" / "held-out.json")]
    assert found == [(q.id, q.text, q.answers, q.paragraph.text) for q in read_squad(extra)[8:]]


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
    made = ExampleMaker([asked, vain], seed=0).examples(vain, retrieved=1.0, altered=1.0)
    assert [(example.kind, example.spans) for example in made] == [("unanswerable", ())]


def test_a_paragraph_without_a_title_is_kept_back_by_itself():
    paragraphs = [Paragraph(i, "", f"Text number {i}.") for i in range(500)]
    assert 30 < sum(map(is_kept_back, paragraphs)) < 100


def test_another_word_of_the_article_takes_the_place_of_one_in_the_passage():
    elsewhere = "It was painted and rewritten, then admitted that the exhibition reopened, unfortunately."
    question, passage = "What was written during the construction?", "The book was written during the construction."
    made = {_swap_word(question, passage, elsewhere, random.Random(seed)) for seed in range(30)}
    assert made == {"What was written during the exhibition?", None}  # nothing else of the article ends in "-ten"
    passage += " It was then forgotten."
    made = {_swap_word(question, passage, elsewhere, random.Random(seed)) for seed in range(30)}
    assert "What was forgotten during the construction?" in made  # a word that the passage has elsewhere
    assert _swap_word(question, "Nothing of it.", elsewhere, random.Random(0)) is None


def test_a_wrong_passage_shares_its_questions_group_and_an_altered_question_has_its_own():
    towns = [Paragraph(i, "t", f"The bridge of Town{i} was opened in {1900 + i} by Harold Stone.") for i in range(4)]
    questions = [
        Question(str(i), f"When was the bridge of Town{i} opened by Harold Stone?", (Gold(str(1900 + i), 34),), town)
        for i, town in enumerate(towns)
    ]
    maker = ExampleMaker(questions, 0, "extra-")
    made = [example for question in questions for example in maker.examples(question, retrieved=1.0, altered=1.0)]
    groups = {(example.kind, example.group == example.id) for example in made}
    assert groups == {("answerable", True), ("retrieved", False), ("altered", True)}
    assert {e.group for e in made if e.kind == "retrieved"} == {e.id for e in made if e.kind == "answerable"}
    assert len({example.id for example in made}) == len(made)
    assert {example.group for example in made if example.kind == "altered"}.isdisjoint(
        example.group for example in made if example.kind != "altered"
    )
    assert all(example.id.startswith("extra-") for example in made)


def test_what_comes_of_a_question_does_not_depend_on_the_others_made():
    questions = [
        Question(str(i), f"Who opened the bridge of Town{i} in {1900 + i}?", (Gold("Harold Stone", 0),), town)
        for i, town in enumerate(
            Paragraph(i, "t", f"Harold Stone opened the bridge of Town{i} in {1900 + i}.") for i in range(4)
        )
    ]
    alone, after = ExampleMaker(questions, 5), ExampleMaker(questions, 5)
    for question in questions[:3]:
        after.examples(question, 0.5, 1.0, 30)
    assert alone.examples(questions[3], 0.5, 1.0, 30) == after.examples(questions[3], 0.5, 1.0, 30)


def test_ids_that_look_like_those_of_other_kinds_do_not_meet():
    paragraph = Paragraph(0, "t", TEXT)
    asked = [
        Question(id_, "When did Ada Lovelace write the program?", (Gold("1843", 40),), paragraph)
        for id_ in ("q", "q-a", "altered:q", "extra-q")
    ]
    maker = ExampleMaker(asked, 0)
    made = [example for question in asked for example in maker.examples(question, 0.0, 1.0)]
    assert [example.kind for example in made].count("altered") > 1
    assert len({example.group for example in made}) == len(made)


def test_a_question_without_a_word_finds_no_wrong_passage():
    question = Question("1", "???", (Gold("Ada", 0),), Paragraph(0, "t", TEXT))
    assert ExampleMaker([question], 0).retrieved(question) is None


def test_two_names_of_a_question_exchange_their_places_unless_they_are_listed():
    passage = "In 911 Rollo swore fealty to King Charles III. Rome and Carthage fought."
    assert _exchange_entities("When did Rollo swear fealty to King Charles?", passage, "", random.Random(0)) == (
        "When did King Charles swear fealty to Rollo?"
    )
    assert _exchange_entities("When did Rome and Carthage fight?", passage, "", random.Random(0)) is None
    assert _exchange_entities("When did Rollo swear fealty?", passage, "", random.Random(0)) is None


def test_a_phrase_of_the_passage_takes_the_place_of_another():
    passage = "The statue stands atop the main building. Behind it is the grotto, near the great library."
    made = {_swap_phrase("What is atop the main building?", passage, "", random.Random(seed)) for seed in range(20)}
    assert made == {"What is atop the grotto?", "What is atop the great library?"}
    assert _swap_phrase("What is atop the golden dome?", passage, "", random.Random(0)) is None


def test_an_opposite_that_the_passage_speaks_of_is_not_asked_for():
    question = "What are the typical low temperatures?"
    opposite = "What are the typical high temperatures?"
    assert _oppose(question, "In winter they are low.", "", random.Random(0)) == opposite
    assert _oppose(question, "In winter they are low, in summer high.", "", random.Random(0)) is None
    assert _oppose(question, "They are low, in summer highest.", "", random.Random(0)) is None
    assert _oppose(question, "They are low along the thigh.", "", random.Random(0)) == opposite


def test_the_hardest_altered_question_is_the_one_whose_old_answer_the_reader_is_surest_of():
    reader = OnnxReader(SHIPPED_READER)
    passage = "Rollo swore fealty to King Charles in 911. Lows lie near 40 degrees, summer highs near 70 degrees."
    vague, trap = "How is a violin strung with gut?", "When did King Charles swear fealty to Rollo?"
    assert hardest([vague, trap], passage, ["911"], reader) == trap
    assert hardest([trap, vague], passage, ["911"], reader) == trap
    # Another answer than the original's may be right, so it is no trap.
    other = "Near how many degrees lie summer highs?"
    assert reader.read(other, views([passage]))[0].text.startswith("70")
    assert hardest([vague, other], passage, ["40 degrees"], reader) == vague


def test_an_adversary_makes_altered_questions_harder_and_keeps_the_part_shown():
    reader = OnnxReader(SHIPPED_READER)
    text = "In 911 Rollo swore fealty to King Charles in Rouen. In 987 Hugh Capet was crowned by Adalbero in Reims."
    question = Question("1", "When did Rollo swear fealty to King Charles?", (Gold("911", 3),), Paragraph(0, "t", text))
    chance = [ExampleMaker([question], seed).altered(question) for seed in range(12)]
    chosen = [ExampleMaker([question], seed, adversary=reader).altered(question, text[:51]) for seed in range(12)]

    def surest(examples):
        return sum(reader.read(example.question, views([text[:51]]))[0].score for example in examples if example)

    assert surest(chosen) > surest(chance)
    assert {example.passage for example in chosen if example} == {text[:51]}
