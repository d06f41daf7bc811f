"""From examples to batches of token windows."""

from training import TEXT

from qa.training.data import Example
from qa.training.features import MOST_WINDOWS, NULL, collate, make_batches, make_features


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


def test_batches_hold_every_window_once_and_repeat_from_their_seed(tokenizer):
    examples = [Example(str(i), str(i // 2), "retrieved", "Who?", "word " * (5 + 7 * i % 90), ()) for i in range(50)]
    features = make_features(examples, tokenizer)
    batches = make_batches(features, 600, seed=3)
    assert sorted(i for batch in batches for i in batch) == list(range(len(features)))
    assert batches == make_batches(features, 600, seed=3)
    homes = {(features[i].group, number) for number, batch in enumerate(batches) for i in batch}
    assert len(homes) == len({group for group, _ in homes})  # no group is divided
    assert all(collate([features[i] for i in batch]).inputs["input_ids"].numel() <= 700 for batch in batches)
