"""From examples to batches of token windows."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from training import TEXT

from qa.reading.reader import SHIPPED_READER
from qa.training.batches import make_batches, make_wide_batches, padded_width
from qa.training.examples import Example
from qa.training.features import MOST_WINDOWS, NULL, make_features
from qa.training.table import joined, padded, table_of
from qa.training.tokenising import tokenised


def test_labels_point_at_the_answer_tokens(tokenizer):
    start = TEXT.index("Charles Babbage")
    span = (start, start + len("Charles Babbage"))
    [feature] = make_features([Example("1", "1", "answerable", "Who built the engine?", TEXT, (span,))], tokenizer)
    [(first, last)] = feature.spans
    offsets = feature.window.offsets
    assert TEXT[offsets[first][0] : offsets[last][1]] == "Charles Babbage"


def test_unanswerable_windows_are_labelled_with_the_null_position(tokenizer):
    [feature] = make_features([Example("1", "1", "retrieved", "Who?", TEXT, ())], tokenizer)
    assert feature.spans == (NULL,)


def test_windows_of_an_answerable_example_that_lack_the_answer_are_left_out(tokenizer):
    passage = TEXT + " Filler words go here." * 300
    features = make_features([Example("1", "1", "answerable", "Who?", passage, ((0, 12),))], tokenizer)
    assert len(features) == 1
    assert features[0].spans != (NULL,)


def test_of_a_long_document_without_the_answer_a_few_windows_are_trained_on(tokenizer):
    document = Example("1", "1", "retrieved", "Who?", "Filler words go here. " * 900, ())
    features = make_features([document], tokenizer)
    assert len(features) == MOST_WINDOWS
    assert len({feature.window.offsets.tobytes() for feature in features}) == MOST_WINDOWS
    assert [f.window.ids for f in make_features([document], tokenizer)] == [f.window.ids for f in features]


@pytest.fixture(scope="module")
def fifty(tokenizer):
    return [Example(str(i), str(i // 2), "retrieved", "Who?", "word " * (5 + 7 * i % 90), ()) for i in range(50)]


@pytest.mark.parametrize("widths", [(), (32, 64, 96)])
def test_batches_hold_every_window_once_and_repeat_from_their_seed(widths, fifty, tokenizer):
    table = table_of(make_features(fifty, tokenizer))
    made = [
        make_wide_batches(table, 600, seed, widths) if widths else make_batches(table, 600, seed) for seed in (3, 3, 4)
    ]
    assert made[0] == made[1] != made[2]
    assert sorted(i for batch in made[0] for i in batch) == list(range(len(table)))
    homes = {(table.group[i], number) for number, batch in enumerate(made[0]) for i in batch}
    assert len(homes) == len({group for group, _ in homes})  # no group is divided
    for batch in made[0]:
        width = padded_width(int(table.lengths[batch].max()), widths)
        assert table.batch(batch, width).inputs["input_ids"].numel() <= 800


def test_windows_longer_than_the_widths_have_batches_of_their_own(fifty, tokenizer):
    table = table_of(make_features(fifty, tokenizer))
    made = make_wide_batches(table, 600, 0, (32,))
    assert sorted(i for batch in made for i in batch) == list(range(len(table)))
    assert all(len({length > 32 for length in table.lengths[batch].tolist()}) <= 2 for batch in made)
    assert max(table.lengths) > 32


def test_a_table_keeps_what_the_windows_hold(tokenizer):
    start = TEXT.index("Charles Babbage")
    examples = [
        Example("0", "7", "answerable", "Who built the engine?", TEXT, ((start, start + 15),)),
        Example("1", "7", "altered", "Who?", "Nothing of it.", ()),
        Example("2", "9", "retrieved", "Who?", TEXT[:45], ()),
    ]
    features = make_features(examples, tokenizer)
    table = table_of(features)
    batch = table.batch([2, 0, 1])
    for row, feature in enumerate([features[2], features[0], features[1]]):
        window = feature.window
        length = len(window.ids)
        assert batch.inputs["input_ids"][row].tolist()[:length] == list(window.ids)
        assert batch.inputs["token_type_ids"][row].tolist()[:length] == list(window.type_ids)
        assert batch.inputs["attention_mask"][row].sum() == length
        assert batch.passage[row].nonzero().flatten().tolist() == list(range(window.first, window.last))
        assert [(row, *span) for span in feature.spans] == [tuple(r) for r in batch.right.tolist() if r[0] == row]
    assert batch.group.tolist() == [0, 1, 1]
    assert table.taught.tolist() == [True, False, True]
    usual = padded([features[i].window for i in (2, 0, 1)])
    assert all(torch.equal(usual[name], batch.inputs[name]) for name in usual)


def test_tokenising_on_several_cores_makes_the_same_table(fifty, tokenizer, monkeypatch):
    monkeypatch.setattr("qa.training.tokenising.AT_ONCE", 7)
    whole = table_of(make_features(fifty, tokenizer))
    for cores in (1, 2):
        table = tokenised(fifty, SHIPPED_READER / "tokenizer.json", cores)
        assert torch.equal(table.ids, whole.ids)
        for name in ("edges", "first", "last", "group", "right", "example", "cut", "taught"):
            assert getattr(table, name).tolist() == getattr(whole, name).tolist(), name


def test_labels_stay_with_their_windows_when_tables_are_joined(fifty, tokenizer):
    features = make_features(fifty[:4], tokenizer)
    labelled = [
        replace(feature, soft=np.full((2, len(feature.window.ids)), number, np.float32))
        for number, feature in enumerate(features)
    ]
    table = joined([table_of(labelled[:2]), table_of(labelled[2:])])
    batch = table.batch([3, 1])
    assert [float(batch.soft[0, row, 0]) for row in (0, 1)] == [3.0, 1.0]
