import sys
import threading
from itertools import pairwise

import numpy as np
import pytest

from qa.reading.windows import MAX_QUESTION_TOKENS, MAX_TOKENS, STRIDE_TOKENS, Window, WindowMaker

QUESTION = "Who built the lighthouse?"
PASSAGE = "The lighthouse was built in 1871 by Marta Lind; its lamp burns 40 litres of oil."


@pytest.fixture
def maker(tokenizer):
    return WindowMaker(tokenizer)


def long_text(words=1200):
    return " ".join(f"word{i}" for i in range(words))


def assert_offsets_map_to_text(tokenizer, window, passage):
    for place in range(window.first, window.last):
        start, end = window.offsets[place]
        assert passage[start:end].lower() == tokenizer.id_to_token(window.ids[place]).removeprefix("##")


def test_offsets_map_tokens_to_the_passage(tokenizer, maker):
    [window] = maker.make(QUESTION, [PASSAGE])
    assert_offsets_map_to_text(tokenizer, window, PASSAGE)
    spelled = "".join(PASSAGE[a:b] for a, b in window.offsets[window.first : window.last])
    assert spelled == PASSAGE.replace(" ", "")


def test_offsets_count_characters_in_any_script(maker):
    passage = "👍 Ελλάδα “naïve” e\u0301 漢字 lighthouse"
    [window] = maker.make(QUESTION, [passage])
    assert passage[slice(*window.offsets[window.last - 1])] == "lighthouse"


def test_question_and_special_tokens_lie_outside_the_passages_place(tokenizer, maker):
    [window] = maker.make(QUESTION, [PASSAGE])
    before = [tokenizer.id_to_token(i) for i in window.ids[: window.first]]
    assert before == ["[CLS]", "who", "built", "the", "lighthouse", "?", "[SEP]"]
    assert [tokenizer.id_to_token(i) for i in window.ids[window.last :]] == ["[SEP]"]
    assert window.type_ids == (0,) * window.first + (1,) * (len(window.ids) - window.first)


def test_a_long_passage_is_covered_by_overlapping_windows(tokenizer, maker):
    passage = long_text()
    windows = maker.make(QUESTION, [passage])
    assert len(windows) > 3
    covered = set()
    for window in windows:
        assert len(window.ids) <= MAX_TOKENS
        assert_offsets_map_to_text(tokenizer, window, passage)
        covered.update(i for a, b in window.offsets[window.first : window.last] for i in range(a, b))
    assert covered == {i for i, character in enumerate(passage) if character != " "}
    for one, other in pairwise(windows):
        shared = one.offsets[one.last - STRIDE_TOKENS : one.last]
        assert np.array_equal(shared, other.offsets[other.first : other.first + STRIDE_TOKENS])


def test_windows_say_which_passage_they_are_of(maker):
    windows = maker.make(QUESTION, [PASSAGE, long_text(400), PASSAGE])
    numbers = [window.passage for window in windows]
    assert numbers == sorted(numbers) and set(numbers) == {0, 1, 2}
    assert numbers.count(1) > 1 == numbers.count(0) == numbers.count(2)


def test_a_long_question_is_cut_and_the_passage_is_not(tokenizer, maker):
    question = "Who " + "and who " * 500 + "?"
    [window] = maker.make(question, [PASSAGE])
    assert window.first == MAX_QUESTION_TOKENS + 2  # [CLS] and [SEP]
    assert_offsets_map_to_text(tokenizer, window, PASSAGE)
    assert window.offsets[window.last - 1][1] == len(PASSAGE)


@pytest.mark.parametrize("words", [1, MAX_QUESTION_TOKENS - 1, MAX_QUESTION_TOKENS, MAX_QUESTION_TOKENS + 1])
def test_a_question_within_the_limit_is_kept_whole(maker, words):
    [window] = maker.make(" ".join(["who"] * words), [PASSAGE])
    assert window.first - 2 == min(words, MAX_QUESTION_TOKENS)


def test_no_passages_make_no_windows(maker):
    assert maker.make(QUESTION, []) == []


@pytest.mark.parametrize("passage", ["", "  \n ", "\u200b"])
def test_a_passage_without_tokens_has_an_empty_place(maker, passage):
    [window] = maker.make(QUESTION, [passage])
    assert window.first == window.last


@pytest.mark.parametrize(("first", "last"), [(0, 2), (-1, 2), (2, 1), (1, 4), (4, 4)])
def test_a_window_holds_its_passage_after_the_null_position(first, last):
    with pytest.raises(ValueError, match="null position"):
        Window(0, (1, 2, 3), (0, 0, 1), np.zeros((3, 2), np.int32), first, last)


def test_threads_get_the_windows_they_would_get_alone(tokenizer):
    maker, passage, found = WindowMaker(tokenizer, 64, 16), long_text(300), []
    expected = [window.ids for window in maker.make(QUESTION, [passage])]

    def work():
        for _ in range(60):
            found.append([window.ids for window in maker.make(QUESTION, [passage])] == expected)

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    assert found == [True] * 240


@pytest.mark.parametrize(("positions", "stride"), [(256, 128), (64, 32), (40, 20), (384, 128)])
def test_a_long_question_leaves_room_for_the_passage_in_any_window(tokenizer, positions, stride):
    maker = WindowMaker(tokenizer, positions, stride)
    windows = maker.make("who and " * 600, [PASSAGE, long_text(300)])
    assert {window.passage for window in windows} == {0, 1}
    assert all(len(window.ids) <= positions and window.last > window.first for window in windows)
