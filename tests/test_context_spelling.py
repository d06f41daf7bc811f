"""Words that are spelt right and were not meant, and the model that tells them by their neighbours."""

import math

import numpy as np
import pytest
from messages import is_one_sentence

from index.collection import Collection
from index.records import Document
from qa.answerer import Answerer
from qa.lab.dataset import Paragraph, Question
from qa.training.command import main as train
from qa.training.errors import TrainingError
from qa.training.ngrams import write_ngrams
from qa.typed.context_spelling import fit_in_context, mended_in_context
from qa.typed.ngrams import SHIPPED_NGRAMS, Followers, NgramModel, read_ngrams, shipped_ngrams, tokens
from qa.typed.rewriting import rewritten

TEXTS = {
    "lease": "The tenant pays the rent by the third of each month. The landlord keeps the roof. Breakfast is in room "
    "2.",
    "fair": "A hat of any color lies in the hall, and the price of a hat is low. The witch of the fair sells herbs. In "
    "season two the pool is closed. A form is signed by both. Form 12 is for guests, who pay net 30.",
}
PRONOUNCED = "which W IH1 CH\nwitch W IH1 CH\nwhich(2) HH W IH1 CH\n'tis T IH1 Z # a note\nroof R UW1 F\n"


@pytest.fixture(scope="module")
def lease(tmp_path_factory, encoder):
    with Collection(tmp_path_factory.mktemp("lease"), encoder) as opened:
        opened.put(Document(f"id-{name}", name, f"/papers/{name}.txt", "h", text) for name, text in TEXTS.items())
        yield opened


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Witch day does the tenant pay?", "Which day does the tenant pay?"),
        ("wear does the tenant live?", "where does the tenant live?"),
        ("What is needed two get the roof mended?", "What is needed to get the roof mended?"),
        ("Where does the rent come form?", "Where does the rent come from?"),
        ("hat is the rent?", "what is the rent?"),
        ("hen is the rent paid?", "when is the rent paid?"),
        ("Who pays four the roof?", "Who pays for the roof?"),
        ("What does a form stand four?", "What does a form stand for?"),
        ("When was the roof taken over buy the tenant?", "When was the roof taken over by the tenant?"),
        ("Were is the roof kept?", "Where is the roof kept?"),
        ("Who wood not pay the rent?", "Who would not pay the rent?"),
        ("Their are how many months?", "There are how many months?"),
        ("What dos the landlord pay for?", "What does the landlord pay for?"),
        ("Who is responsible four the roof?", "Who is responsible for the roof?"),
        ("WEAR IS THE HALL?", "WHERE IS THE HALL?"),
        ('Wear is the "wear day"?', 'Where is the "wear day"?'),
    ],
)
def test_a_word_that_is_right_and_was_not_meant_is_told_by_its_neighbours(lease, typed, read):
    assert rewritten(typed, lease) == read


@pytest.mark.parametrize(
    "question",
    [
        "What color is the hat?",  # "What color is the what?" is likelier, but the hat is there
        "What does the witch sell?",
        "Who closes the pool in season two?",
        "Who signs the form?",
        "What is a hat?",
        "form 12",
        "hat",
        "What is the price of a hat?",
        "What does net 30 mean?",
        "Who won race four?",
        "Who pays for room two?",  # "room 2" is there
        "Which which is which?",
        "What is hat_is?",
        "hat is",  # nobody asks so
        "How does he describe what makes something real?",
        "Why will water become concave, according to the theory?",
        "What year was his report from?",
        "How large is the flour tortilla?",
        "Does the tenant's hen lay eggs?",
        "Where is Wear?",
        "Which witch sells herbs?",
    ],
)
def test_a_word_that_the_documents_speak_for_stays(lease, question):
    assert mended_in_context(question, lease) == question


@pytest.mark.parametrize(
    "question",
    ["Wer ist der Autor?", "Wie alt ist sie?", "Was kostet ein Vertrag mit ihm im Monat?", "¿Qué es un patrocinador?",
     "De combien de caractères un mot de passe doit-il être composé ?", "Кто ректор?"],
)  # fmt: skip
def test_another_language_is_left_alone(lease, question):
    assert mended_in_context(question, lease) == question


def test_what_is_read_for_what_was_typed_is_told_and_undone(lease, reader):
    answerer = Answerer(lease, reader)
    answer = answerer.ask("Witch month is the rent paid by?")
    assert answer.asked == "Which month is the rent paid by?"
    assert answerer.ask("Witch month is the rent paid by?", as_typed=True).asked == "Witch month is the rent paid by?"


def test_a_word_fits_where_it_was_seen():
    question = "What is the nam of the town?"
    name, man, unheard = fit_in_context(question, (12, 15), ["name", "man", "zzzyx"])
    assert name > man >= 0
    assert unheard == 0


def test_all_that_may_follow_is_as_likely_as_one():
    words = ["<unknown>", "<number>", "<text>", "</text>", "<question>", "</question>", "a", "b"]
    pairs = Followers(np.array([4 << 16 | 6, 6 << 16 | 7, 7 << 16 | 5], np.uint64), np.array([3, 2, 2], np.uint16))
    triples = Followers(np.array([(4 << 16 | 6) << 16 | 7], np.uint64), np.array([2], np.uint16))
    before = np.array([0, 0, 0, 0, 0, 1, 1, 1], np.uint16)
    model = NgramModel(words, [["a", "b"]], before, pairs, triples)
    for sequence in ([4, 6, 7], [4, 7, 7], [7, 6, 6]):
        last = [math.exp(model.log_likelihood([*sequence[:2], one], 2)) for one in range(len(words))]
        assert sum(last) == pytest.approx(1)
    assert model.alike("a") == {"b"}
    assert model.is_seen(model.sequence(["a", "b"]), 1) and not model.is_seen(model.sequence(["b", "a"]), 1)


def test_the_shipped_model_is_whole():
    model = shipped_ngrams()
    assert {"to", "too", "two"} <= {*model.alike("two"), "two"}
    with np.load(SHIPPED_NGRAMS / "counts.npz") as counts:
        for name in ("pair", "triple"):
            keys = counts[f"{name}_keys"]
            assert (np.diff(keys.astype(np.int64)) > 0).all() and len(keys) == len(counts[f"{name}_counts"])
        assert len(counts["before"]) == len(model.numbers)


def test_the_model_is_made_of_questions_and_their_paragraphs(tmp_path):
    paragraph = Paragraph(0, "The roof leaks. The roof leaks, and the witch mends it.", "House")  # read once
    asked = [Question(str(at), f"Which roof leaks {at}?", (), paragraph) for at in range(3)]
    (tmp_path / "said.dict").write_text(PRONOUNCED)
    model = read_ngrams(write_ngrams(asked, tmp_path / "said.dict", tmp_path / "made"))
    assert {"which", "roof", "leaks", "mends"} - set(model.numbers) == {"mends"}  # it was seen once
    assert model.alike("which") == set()  # "witch" was seen once
    sequence = model.sequence([one.word for one in tokens("Which roof leaks 7?")])
    assert all(model.is_seen(sequence, at) for at in range(1, 5))


def test_a_file_that_is_not_there_is_one_sentence(tmp_path, capsys):
    with pytest.raises(TrainingError) as raised:
        write_ngrams([], tmp_path / "none", tmp_path / "made")
    assert is_one_sentence(str(raised.value)) and not (tmp_path / "made").exists()
    with pytest.raises(SystemExit):
        train(["ngrams", "--squad", "x.json"])
    assert "--pronunciations" in capsys.readouterr().err
