"""Made-up training text: what it says stands where its facts claim, in the views that a collection would have."""

import random
import re
from collections import Counter

import pytest

from qa.lab.dataset import Gold, Paragraph, Question
from qa.training.data import ExampleMaker
from qa.training.made.articles import articles_of, without_context
from qa.training.made.clauses import clause_questions, common_words, kind_of
from qa.training.made.documents import ABSENT, document_examples, views_of
from qa.training.made.domains import DOMAINS
from qa.training.made.facts import Fact, Sketch, plain
from qa.training.made.mistyping import mistyped, wrong_word
from qa.training.made.reading import ViewMaker, ViewShares
from qa.training.made.sketches import made_sketch
from qa.training.mixing import typed

FILLER = ("The town lies on the river.", "In 1854 the first bridge was built.", "Its members meet twice a year.",
          "Most of the houses are made of brick.")  # fmt: skip


@pytest.fixture(scope="module")
def sketches():
    return [made_sketch(random.Random(number), FILLER) for number in range(60)]


def test_nearly_all_that_a_document_says_is_found_in_its_views(sketches):
    """What is lost is what an extractor takes for something else, which happens to people's documents, too."""
    found = Counter()
    for sketch in sketches:
        views = views_of(sketch)
        for fact in sketch.facts:
            places = [(view, place) for view in views if (place := fact.find(view))]
            found[bool(places)] += 1
            assert all(view.text[start:end] == fact.answer for view, (start, end) in places)
    assert found[False] < 0.05 * found[True]
    assert {fact.kind for sketch in sketches for fact in sketch.facts} == {
        "row", "field", "item", "prose", "step", "how", "why", "whether"
    }  # fmt: skip
    assert {sketch.name[-3:] for sketch in sketches} == {".md", "txt"}


def test_every_attribute_can_be_told_and_asked_for():
    rng = random.Random(0)
    for domain in DOMAINS:
        assert domain.it.format(name=domain.names(rng))
        for attribute in domain.attributes:
            assert attribute.value(rng).strip()
            assert attribute.labels
            for text in (*attribute.asks, *attribute.tells):
                assert not re.search(r"[{}]", text.format(it="it", It="It", value="1", label="x"))
            assert all("{it}" in ask for ask in attribute.asks)
            assert all("{value}" in tell for tell in attribute.tells)


def test_a_row_of_another_section_does_not_answer():
    fact = Fact("row", ("How loud is Eco 5 (models)?",), "64 dB", ("Eco 5",), "Noise: ", "Models")
    sketch_text = "# Data\n\n## Models\n\n| Type | Noise |\n|---|---|\n| Eco 5 | 64 dB |\n| Max 2 | 64 dB |\n\n" \
                  "## Old models\n\n| Type | Noise |\n|---|---|\n| Eco 5 | 64 dB |\n"  # fmt: skip
    views = views_of(Sketch("data.md", sketch_text, (fact,)))
    assert [bool(fact.find(view)) for view in views] == [True, False, False]
    assert plain("2. Models") == plain("MODELS") == plain("Models -----") == "models"


def test_examples_of_a_document_repeat_and_their_negatives_lack_the_answer():
    for number in range(25):
        made = document_examples(number, 3, FILLER)
        assert made == document_examples(number, 3, FILLER)
        answers = {e.group: e.passage[slice(*e.spans[0])] for e in made if e.spans}
        for example in made:
            assert example.passage[: example.context].endswith("\n") or not example.context
            if example.kind == "neighbour":
                assert not re.search(rf"(?<!\w){re.escape(answers[example.group])}(?!\w)", example.passage)
            assert (example.kind in ("neighbour", ABSENT)) == (not example.spans)
            assert example.question == next(e.question for e in made if e.group == example.group)
    assert document_examples(0, 3, FILLER) != document_examples(0, 4, FILLER)


CLAUSES = (
    ("The main hall was closed because the roof fell in.", "why", "because the roof fell in", "the main hall"),
    ("The Turks won the battle by cutting the supply lines.", "how", "by cutting the supply lines", "the Turks win"),
    ("In 1850, the parliament was moved to Lyon.", "whether", "the parliament was moved to Lyon", "parliament"),
    ("Affirmative action is a subject of controversy.", "definition", "a subject of controversy", "ffirmative action"),
    ("It has many fruits such as apples, pears and plums.", "list", "apples, pears and plums", "fruits"),
)  # fmt: skip


@pytest.mark.parametrize(("sentence", "kind", "answer", "asked"), CLAUSES)
def test_a_sentence_gives_a_question_of_its_kind(sentence, kind, answer, asked):
    common = common_words(["the main hall, affirmative action, the parliament of many"])
    paragraph = Paragraph(4, "t", f"Nothing here. {sentence}")
    made = [q for seed in range(20) for q in clause_questions(paragraph, common, random.Random(seed))]
    found = [question for question in made if kind_of(question) == kind]
    assert found
    for question in found:
        assert question.answers[0].text == answer
        assert asked in question.text
        assert question.text[0].isupper()


@pytest.mark.parametrize(
    "sentence",
    ["It was closed because the roof fell.", "In winter the hall is closed because of snow.", "Then he left.",
     "The man who was shot is a hero because he stayed.", "Being late is bad because trains leave."],
)  # fmt: skip
def test_a_sentence_that_cannot_be_turned_round_gives_none(sentence):
    paragraph = Paragraph(0, "t", sentence)
    assert [clause_questions(paragraph, frozenset(["then"]), random.Random(s)) for s in range(5)] == [[]] * 5


def test_bad_typing_changes_words_little_and_numbers_never():
    question = "When was the old bridge of Munich opened in 1843?"
    made = {mistyped(question, random.Random(seed)) for seed in range(300)}
    assert len(made) > 150
    assert all("1843" in text for text in made)
    assert sum(text == question for text in made) <= 1
    words = {wrong_word("bridge", random.Random(seed)) for seed in range(60)}
    assert all(word[0] == "b" and 5 <= len(word) <= 7 for word in words)


@pytest.fixture(scope="module")
def towns():
    questions = []
    for number in range(36):
        title = f"Town_{number // 6}"
        text = (
            f"The {number} bridge of the town was opened in {1900 + number} by Harold Stone. It is made of brick. "
            f"The market number {number} is held on {number + 2} days of every month."
        )
        paragraph = Paragraph(number, title, text)
        golds = (Gold(str(1900 + number), text.index(str(1900 + number))),)
        questions.append(Question(f"q{number}", f"When was bridge {number} opened by Stone?", golds, paragraph))
    return questions


def test_an_articles_questions_are_answered_in_its_views(towns):
    articles = articles_of(towns, 1)
    assert len(articles) == 6
    for question in towns:
        view, spans = articles[question.paragraph.title].find(question)
        assert [view.text[a:b] for a, b in spans] == [question.answers[0].text]
        bare, places = without_context(view, spans)
        assert bare.context == 0
        assert [bare.text[a:b] for a, b in places] == [question.answers[0].text]
    assert any(view.context for article in articles.values() for view in article.views)


def test_the_same_question_is_put_to_passages_that_lack_the_answer(towns):
    maker = ViewMaker(towns, 1, ViewShares(1.0, 1.0, 1.0, 1.0), ExampleMaker(towns, 1), None)
    made = [maker.examples(question) for question in towns]
    kinds = Counter(example.kind for some in made for example in some)
    assert kinds.keys() == {"answerable", "neighbour", "retrieved", "altered", "other subject"}
    for question, some in zip(towns, made, strict=True):
        for example in some:
            answers = [example.passage[a:b] for a, b in example.spans]
            if example.kind == "answerable":
                assert answers == [question.answers[0].text]
            else:
                assert answers == []
            if example.kind in ("neighbour", "retrieved"):
                assert question.answers[0].text not in example.passage
                assert example.group == some[0].group
            if example.kind == "other subject":
                assert example.context
    named = [e for some in made for e in some if e.kind == "answerable" and "Town" in e.question]
    assert len(named) > 12


def test_vectors_find_passages_too_and_are_kept(towns, tmp_path, encoder):
    made = [ViewMaker(towns, 1, ViewShares(0, 0, 1.0, 0), ExampleMaker(towns, 1), tmp_path) for _ in range(2)]
    assert len(list(tmp_path.glob("vectors-*.npy"))) == 1
    assert made[0].examples(towns[3]) == made[1].examples(towns[3])
    assert [example.kind for example in made[0].examples(towns[3])] == ["answerable", "retrieved"]


def test_all_examples_of_a_group_are_typed_alike(towns):
    maker = ViewMaker(towns, 1, ViewShares(0, 1.0, 1.0, 0), ExampleMaker(towns, 1), None)
    made = [example for question in towns for example in maker.examples(question)]
    badly = typed(made, 0.5, 1)
    assert 8 < sum(a.question != b.question for a, b in zip(made, badly, strict=True)) / 3 < 28
    assert len({(example.group, example.question) for example in badly}) == len({e.group for e in badly})
    assert typed(made, 0.0, 1) == made
