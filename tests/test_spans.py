import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import View
from qa.reading.spans import (
    MAX_ANSWER_TOKENS,
    Span,
    bracket_end,
    units_of,
    whole_character,
    whole_tokens,
    whole_value,
    window_spans,
    without_overlaps,
)
from qa.reading.windows import Window


def make_case(seed, tokens, question=3):
    """A window over `tokens` one-word tokens with random logits and some padding behind."""
    chance = np.random.default_rng(seed)
    words = ["w" * int(n) for n in chance.integers(1, 6, tokens)]
    passage = " ".join(words)
    offsets = [(0, 1)] * (question + 2)  # the question's own offsets, which must not be taken for the passage's
    position = 0
    for word in words:
        offsets.append((position, position + len(word)))
        position += len(word) + 1
    offsets.append((0, 0))
    first = question + 2
    window = Window(
        7, tuple(range(len(offsets))), (0,) * len(offsets), np.array(offsets, np.int32), first, first + tokens
    )
    logits = chance.normal(0, 4, (2, len(offsets) + 5)).astype(np.float32)
    return window, View.of(passage), logits


def brute_force(window, logits, most, max_tokens):
    """All pairs by score; one after the other is taken that shares no token with those before."""
    null = float(logits[0][0]) + float(logits[1][0])
    places = range(window.first, window.last)
    pairs = [(i, j) for i in places for j in places if i <= j < i + max_tokens]
    pairs.sort(key=lambda pair: -(float(logits[0][pair[0]]) + float(logits[1][pair[1]])))
    taken = []
    for i, j in pairs:
        if len(taken) < most and all(j < a or b < i for a, b in taken):
            taken.append((i, j))
    return [
        (int(window.offsets[i][0]), int(window.offsets[j][1]), float(logits[0][i]) + float(logits[1][j]) - null)
        for i, j in taken
    ]


@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(1, 8), st.integers(1, 40))
def test_spans_agree_with_trying_all_pairs(seed, tokens, most, max_tokens):
    window, passage, logits = make_case(seed, tokens)
    spans = window_spans(window, passage, logits[0], logits[1], most, max_tokens)
    expected = brute_force(window, logits, most, max_tokens)
    assert [(s.start, s.end) for s in spans] == [(start, end) for start, end, _ in expected]
    assert [s.score for s in spans] == pytest.approx([score for _, _, score in expected], abs=1e-9)
    assert all(s.passage == 7 and s.text == passage.text[s.start : s.end] for s in spans)


def test_the_usual_limits_agree_with_trying_all_pairs_too():
    window, passage, logits = make_case(11, 300)
    spans = window_spans(window, passage, logits[0], logits[1], 3)
    expected = brute_force(window, logits, 3, MAX_ANSWER_TOKENS)
    assert [(s.start, s.end) for s in spans] == [(start, end) for start, end, _ in expected]


def test_no_span_is_made_of_question_special_or_padding_tokens():
    window, passage, logits = make_case(3, 5)
    logits[:, : window.first] = 1000
    logits[:, window.last :] = 1000
    spans = window_spans(window, passage, logits[0], logits[1], 10)
    ends = [(int(a), int(b)) for a, b in window.offsets[window.first : window.last]]
    assert all(s.start in [a for a, _ in ends] and s.end in [b for _, b in ends] for s in spans)
    assert all(s.score < 0 for s in spans)  # the null position has 1000, too


def test_a_window_without_passage_tokens_has_no_spans():
    window = Window(0, (1, 2), (0, 0), np.zeros((2, 2), np.int32), 2, 2)
    assert window_spans(window, View.of(""), np.ones(2, np.float32), np.ones(2, np.float32), 3) == []


def test_tokens_without_characters_make_no_span():
    offsets = np.array([(0, 0), (0, 0), (0, 2)], np.int32)
    window = Window(0, (1, 2, 3), (0, 0, 0), offsets, 1, 3)
    logits = np.array([0, 9, 1], np.float32)
    spans = window_spans(window, View.of("ab"), logits, logits, 3)
    assert [(s.start, s.end, s.text) for s in spans] == [(0, 2, "ab")]


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 30), st.integers(1, 9), st.floats(-9, 9)), max_size=12),
    st.integers(0, 5),
)
def test_of_overlapping_spans_the_best_are_kept(rows, most):
    spans = [Span(passage, start, start + length, "x" * length, score) for passage, start, length, score in rows]
    kept = without_overlaps(spans, most)
    assert len(kept) <= most
    assert all(one.score >= other.score for one, other in pairwise(kept))

    def clash(one, other):
        return one.passage == other.passage and one.start < other.end and other.start < one.end

    assert not any(clash(kept[i], kept[j]) for i in range(len(kept)) for j in range(i))
    if len(kept) < most:  # nothing was left out without a better one in its way
        assert all(any(clash(span, k) and k.score >= span.score for k in kept) for span in spans)


@pytest.mark.parametrize(("start", "end", "text"), [(-1, 3, "text"), (4, 4, ""), (5, 4, ""), (0, 3, "text")])
def test_a_span_encloses_exactly_its_text(start, end, text):
    with pytest.raises(ValueError, match="span"):
        Span(0, start, end, text, 1.0)


@pytest.mark.parametrize(
    ("passage", "words", "expected"),
    [
        ("It was 115 °F (46.1 °C) in Las Vegas.", "115 °F (46.1", "115 °F (46.1 °C)"),
        ("It was 115 °F (46.1 °C) in Las Vegas.", "115 °F (46.1 °C)", "115 °F (46.1 °C)"),
        ("It was 115 °F (46.1 °C) in Las Vegas.", "46.1 °C", "46.1 °C"),
        ("The set [of (two) words] is here.", "set [of (two", "set [of (two) words]"),
        ("An open (bracket that is closed nowhere", "open (bracket", "open (bracket"),
        ("An open (bracket" + " far" * 20 + ") away", "open (bracket", "open (bracket"),
        ("An open (bracket\nA heading) here", "open (bracket", "open (bracket"),
        ("A closed) bracket (and more)", "closed) bracket", "closed) bracket"),
    ],
)
def test_a_bracket_left_open_is_closed_where_that_is_close_by(passage, words, expected):
    begin = passage.index(words)
    assert passage[begin : bracket_end(passage, begin, begin + len(words))] == expected


def test_spans_do_not_overlap_where_a_bracket_is_closed():
    words = ["115", "F", "(46.1", "C)", "in", "Vegas"]
    passage = " ".join(words)
    starts = [passage.index(word) for word in words]
    offsets = [(0, 0), *((start, start + len(word)) for start, word in zip(starts, words, strict=True))]
    window = Window(0, tuple(range(7)), (0,) * 7, np.array(offsets, np.int32), 1, 7)
    begins, ends = np.zeros(7, np.float32), np.zeros(7, np.float32)
    begins[[1, 4]], ends[[3, 4]] = (9.0, 5.0), (9.0, 5.0)
    texts = [span.text for span in window_spans(window, View.of(passage), begins, ends, 3, max_tokens=3)]
    assert texts[0] == "115 F (46.1 C)"
    assert all(word not in text for text in texts[1:] for word in ("46.1", "C"))
    begins[[1, 4]], ends[[3, 4]] = (5.0, 9.0), (5.0, 9.0)
    assert [span.text for span in window_spans(window, View.of(passage), begins, ends, 2, max_tokens=3)] == [
        "C)",
        "115 F (46.1",
    ]


def test_a_quote_keeps_the_marks_on_its_last_letter(reader):
    passage = "The book was written by Jose\u0301 in 1923."
    best = reader.read("Who wrote the book?", [View.of(passage)])[0]
    assert best.text == "Jose\u0301"
    assert whole_character("ab", 2) == 2
    assert whole_character("a\u0301\u0323b", 1) == 3


@pytest.mark.parametrize(
    ("text", "chosen", "expected"),
    [
        ("Write to anna.berg@post.example today.", "anna.berg@post", "anna.berg@post.example"),
        ("See https://bridge.example/info?id=7.", "bridge", "https://bridge.example/info?id=7"),
        ("It cost 18,870 crowns.", "18", "18,870"),
        ("It cost $500.50 then.", "500", "$500.50"),
        ("It fell to -15 degrees.", "15", "-15"),
        ("At 40% of it", "40", "40%"),
        ("Gasket GX-204/8 fits.", "204", "GX-204/8"),
        ("He spoke of nothing.", "spoke of", "spoke of"),
        ("A well-known man", "known", "known"),
        ("It was in 1871.", "1871", "1871"),
        ("from 10:30 on", "30", "10:30"),
        ("unbelievable", "believ", "unbelievable"),
        ("1994-2001 was long", "1994", "1994"),
    ],
)
def test_a_span_is_widened_to_whole_tokens(text, chosen, expected):
    begin = text.index(chosen)
    a, b = whole_tokens(text, begin, begin + len(chosen), (0, len(text)))
    assert text[a:b] == expected


def test_a_span_is_not_widened_beyond_its_unit():
    assert whole_tokens("18,870", 0, 2, (0, 3)) == (0, 2)


@given(st.integers(0, 10**6), st.integers(2, 40), st.integers(1, 6), st.data())
def test_every_span_lies_in_one_unit(seed, tokens, most, data):
    window, view, logits = make_case(seed, tokens)
    edges = sorted(data.draw(st.sets(st.integers(0, len(view.text)), min_size=2, max_size=8)))
    units = tuple((a, b) for a, b in pairwise(edges) if data.draw(st.booleans()))
    parted = View(view.text, view.runs, units)
    spans = window_spans(window, parted, logits[0], logits[1], most)
    assert all(any(a <= s.start and s.end <= b for a, b in units) for s in spans)
    inside = units_of(window, parted)
    assert bool(spans) == bool((inside >= 0).any())


def spans_of(text, first_word, last_word, units=None, ends=None):
    """The spans of a reader that is sure of one word to begin with and one to end with; `ends` are other ends."""
    words = list(re.finditer(r"\w+|[^\w\s]", text))
    offsets = [(0, 0), *(word.span() for word in words)]
    logits = np.zeros((2, len(offsets)), np.float32)
    for row, wanted, logit in ((0, first_word, 9.0), (1, last_word, 9.0), *((1, *end) for end in (ends or {}).items())):
        logits[row, 1 + [word.group() for word in words].index(wanted)] = logit
    window = Window(0, (0,) * len(offsets), (0,) * len(offsets), np.array(offsets, np.int32), 1, len(offsets))
    view = View.of(text)
    view = View(text, view.runs, units) if units else view
    return [span.text for span in window_spans(window, view, logits[0], logits[1], 1)]


def test_a_span_lies_in_one_sentence():
    assert spans_of("Noise level: 64 dB. Power: 2.4 kW.", "64", "kW")[0].endswith(("64 dB", "64", "kW"))
    assert "." not in spans_of("They met in the village. Ana left early.", "village", "Ana")[0]
    assert spans_of("It was Prof. Smith who left.", "Prof", "Smith") == ["Prof. Smith"]
    assert spans_of("It costs 500 euros incl. VAT now.", "500", "VAT") == ["500 euros incl. VAT"]


def test_a_short_value_is_quoted_whole():
    text = "Allergies: hazelnuts and bee stings"
    assert spans_of(text, "hazelnuts", "hazelnuts", ((11, len(text)),)) == ["hazelnuts and bee stings"]
    row = "Name: Ana Berg; Open: Monday, Friday; Note: It is closed. Ask Ben"
    assert whole_value(row, 6, 14) == (6, 14)
    assert whole_value(row, 22, 36) is None  # has parts
    assert whole_value(row, 44, len(row)) is None
    assert whole_value("Ana Berg lives here.", 0, 20) is None  # no cell


def test_a_time_or_place_right_behind_a_span_is_quoted_with_it():
    text = "The meeting is on the second Saturday in May in the barn of Ann."
    assert spans_of(text, "second", "Saturday", ends={"May": 7.0}) == ["second Saturday in May"]
    assert spans_of(text, "second", "Saturday", ends={"May": 5.0}) == ["second Saturday"]  # much worse
    assert spans_of("A port in France. It is old.", "port", "port", ends={"France": 8.0}) == ["port in France"]
    assert spans_of("A port in use. It is old.", "port", "port", ends={"use": 8.0}) == ["port"]
    assert spans_of("In 1905 of Bonn", "1905", "1905", ends={"Bonn": 8.0}, units=((0, 7), (8, 15))) == ["1905"]
