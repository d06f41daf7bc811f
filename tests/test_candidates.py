"""What may be a candidate at all."""

import pytest

from index.records import Document, Hit, Run, View
from qa.candidates import ASKED, CLOSE, Candidate, nearer_first, unless_asked
from qa.citing import Citer
from qa.reading.spans import Span, says_something


@pytest.mark.parametrize("text", [".", " - ", "|", "...", "(", "\u2022", "\u2014 \u201d"])
def test_punctuation_alone_says_nothing(text):
    assert not says_something(text)


@pytest.mark.parametrize("text", ["a", "7", "(5)", "\u20ac", "\U0001f44d", "\u706f", "C++", "5%"])
def test_letters_digits_and_signs_that_stand_for_something_do(text):
    assert says_something(text)


@pytest.mark.parametrize(
    ("text", "words", "asks"),
    [
        ("Can I sell the whole package? Yes, you can.", "the whole package", True),
        ("Can I sell the whole package? Yes, you can.", "Yes", False),
        ("She asked who it was. Who?", "She", False),
        ("1.13 Does embedding alter the license?\nNo.", "embedding", True),
        ("1.13 Does embedding alter the license?\nNo.", "No", False),
        ("Who are you?", "Who are you?", True),
    ],
)
def test_words_of_a_sentence_that_asks_count_less(text, words, asks):
    start = text.index(words)
    span = Span(0, start, start + len(words), words, 3.0)
    assert unless_asked(span, View.of(text)).score == (3.0 - ASKED if asks else 3.0)


def test_what_the_next_cell_is_called_asks_nothing():
    text = "Dish: Soup; Vegan?: no"
    view = View(text, (Run(6, 10, 0, 4), Run(20, 22, 5, 7)), ((6, 10), (20, 22)))
    span = Span(0, 6, 10, "Soup", 3.0)
    assert unless_asked(span, view) == span


def test_of_spans_nearly_as_good_the_one_whose_sentence_is_nearer_to_the_question_comes_first(collection):
    text = "Boats may not enter the dock after ten. The harbour master is called Marta Lind and lives in the tower."
    collection.put([Document("d", "Port", "/d", "h", text)])
    [passage] = collection.passages_of("d")
    view = passage.view

    def candidate(words, rank_score):
        start = view.text.index(words)
        span = Span(0, start, start + len(words), words, rank_score)
        return Candidate(span, Hit(passage, 0.0), rank_score)

    def order(*candidates):
        found = nearer_first("Who is the harbour master?", candidates, Citer(collection), collection)
        return [one.span.text for one in found]

    far, near = candidate("Boats", 5.0), candidate("Marta Lind", 4.9)
    assert order(far, near) == ["Marta Lind", "Boats"]
    assert order(far, candidate("Marta Lind", 5.0 - CLOSE)) == ["Boats", "Marta Lind"]
    assert order(far) == ["Boats"]
    assert order() == []
    same = candidate("the tower", 4.8)
    first, second = nearer_first("Who?", (near, same), Citer(collection), collection)
    assert (first, second) == (near, same)  # of one sentence: nothing to compare
