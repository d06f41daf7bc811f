from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC
from tokenizers.pre_tokenizers import Metaspace, Sequence, WhitespaceSplit
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import UnigramTrainer

from index.collection import Collection
from index.languages import LANGUAGES, language_of
from index.layout import blocks_of
from index.records import Document, View
from index.sentences import split_pieces, split_sentences
from qa.answerer import Answerer
from qa.evaluation.documents_dataset import BUNDLED, read_benchmark
from qa.reading.spans import window_spans
from qa.reading.windows import WindowMaker
from qa.records import Answer, ForeignText
from ui.assistant.tools import ask_result
from ui.terminal import answer_lines
from ui.web.html import announced, body_html
from ui.words import caution, made_for_english, refusal_lines

GERMAN = (
    "Die Sitzung ist am 3. Mai 2021, d. h. an einem Montag. Wer kommt, z.B. Frau Dr. Meier bzw. Hr. Schulz, meldet "
    "sich bis zum 2. Kapitel des Handbuchs an. Im 19. Jahrhundert war das nicht so."
)
FRENCH = (
    "M. Dupont et Mme Durand sont venus, cf. p. 12 de la note. « Quel âge as-tu ? » demanda-t-elle. Il n'a pas "
    "répondu : c'est à cause de lui (c.-à-d. de son âge) que nous sommes partis."
)
SPANISH = "El Sr. García vive en la ciudad, p. ej. en verano. ¿Qué hora es? ¡Son las tres! Véase la pág. 12 de la ley."


def sentences(text):
    return [text[one.start : one.end] for one in split_sentences(text, blocks_of(text)[0])]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GERMAN, "de"), (FRENCH, "fr"), (SPANISH, "es"), ("今天下雨。我们走了。", "zh"),
        ("雨が降った。出かけた。", "ja"),
        ("The lease ends on the last day of May, and it can be renewed by both of them.", "en"),
        ("Wann endet der Mietvertrag und wer zahlt die Miete?", "de"),
        ("¿Cuándo termina el contrato de la casa?", "es"),
    ],
)  # fmt: skip
def test_a_language_is_told(text, code):
    assert language_of(text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "", "OK", "12.5 kg; 3.1 m", "dn: uid=harhir,ou=people,ou=Teachers,dc=skole,dc=no", "x y z a de de de de de de",
        "Who succeeded Dick Clark on ABC's New Year's broadcasts?", "Close a door.  Default key is `c'.",
        "De la Cruz, Van der Berg and Von der Leyen", "SES | Société européenne des satellites", "\0\ud800",
    ],
)  # fmt: skip
def test_no_language_is_claimed_where_it_is_not_certain(text):
    found = language_of(text)
    assert found is None or found.code == "en"


def test_a_language_in_letters_of_several_is_called_by_its_letters():
    found = language_of("Шёл дождь, и мы ушли домой.")
    assert found.code == "" and found.name == "a language in Cyrillic letters"


def test_languages_differ():
    assert len({one.code for one in LANGUAGES}) == len({one.name for one in LANGUAGES}) == len(LANGUAGES)


def test_german_sentences_do_not_end_at_abbreviations_and_ordinals():
    assert len(sentences(GERMAN)) == 3
    assert sentences(GERMAN)[2] == "Im 19. Jahrhundert war das nicht so."


def test_french_sentences_end_where_a_reader_ends_them():
    assert [one[:12] for one in sentences(FRENCH)] == ["M. Dupont et", "« Quel âge a", "Il n'a pas r"]


def test_spanish_sentences_end_where_a_reader_ends_them():
    assert sentences(SPANISH)[1:3] == ["¿Qué hora es?", "¡Son las tres!"]
    assert len(sentences(SPANISH)) == 4


def test_a_short_paragraph_is_read_in_the_language_of_its_document():
    alone = "Frist: 31. Dezember 2020."
    assert len(sentences(alone)) == 2
    assert sentences(f"{GERMAN}\n\n{alone}")[-1] == alone


def test_sentences_end_in_letters_of_other_scripts():
    assert len(sentences("ሰላም። እንደምን ነህ።")) == len(sentences("Բարեւ։ Ինչպես ես։")) == 2


@pytest.mark.parametrize(
    "text", [GERMAN, FRENCH, SPANISH, GERMAN.replace(" ", "\u2028"), "„" * 300 + GERMAN, GERMAN * 150]
)
def test_pieces_tile_a_text_in_another_language(text):
    assert "".join(text[start:end] for start, end in split_pieces(text)) == text


class NothingSaid:
    """A reader of its maker's own, of which nobody knows what it reads."""

    fingerprint = "nothing said"

    def __init__(self, calibration):
        self.calibration = calibration

    def read(self, question, views):
        return []


@pytest.fixture(scope="module")
def house(tmp_path_factory, encoder):
    with Collection(tmp_path_factory.mktemp("house"), encoder) as opened:
        texts = {
            "vertrag.txt": GERMAN,
            "lease.txt": "The lease ends in May. The rent is paid at the end of each month.",
        }
        opened.put(Document(name, name, f"/papers/{name}", "h", text) for name, text in texts.items())
        yield opened


def told(answer):
    return [line for line in refusal_lines(answer) if "made for English" in line]


def test_a_refusal_says_that_a_document_is_in_another_language(house, reader):
    answer = Answerer(house.within("/papers/vertrag.txt"), reader).ask("What does a ticket to the moon cost?")
    assert answer.refusal.foreign == (ForeignText("German", "/papers/vertrag.txt"),)
    assert told(answer) == [
        "vertrag.txt seems to be in German: the reader in use is made for English; another one can be named with "
        "--reader."
    ]
    assert Answer.from_dict(answer.to_dict()) == answer


def test_a_refusal_says_that_the_question_is_in_another_language(house, reader):
    question = "Wann fährt die Fähre nach der Insel ab und was kostet das?"
    answer = Answerer(house.within("/papers/lease.txt"), reader).ask(question)
    assert told(answer) == [
        "Your question seems to be in German: the reader in use is made for English; another one can be named with "
        "--reader."
    ]
    answer = Answerer(house.within("/papers/vertrag.txt"), reader).ask(question)
    assert told(answer)[0].startswith("Your question and vertrag.txt seem to be in German: ")


def test_an_answer_says_that_its_document_is_in_another_language(house, reader):
    part = house.within("/papers/vertrag.txt")
    answer = Answerer(part, reader, threshold=0).ask("What is the rent?")
    assert answer.status == "answered" and answer.foreign == (ForeignText("German", "/papers/vertrag.txt"),)
    said = (
        "vertrag.txt seems to be in German, and the reader in use is made for English: see whether the answer is right."
    )
    assert list(answer_lines(answer, color=False))[-1] == said
    assert said in body_html(answer) and announced(answer).endswith(said) and ask_result(answer).reasons == [said]
    assert Answer.from_dict(answer.to_dict()) == answer
    older = {key: value for key, value in answer.to_dict().items() if key != "foreign"}
    assert Answer.from_dict(older) == replace(answer, foreign=())


def test_an_answer_in_english_says_nothing_of_languages_whatever_else_was_found(house, reader):
    answer = Answerer(house, reader, threshold=0).ask("When does the lease end?")
    assert answer.citations[0].source == "/papers/lease.txt" and answer.foreign == () and caution(answer) == ""


def test_nothing_is_said_of_languages_where_all_is_english_or_the_reader_is_not_known(house, reader):
    english = Answerer(house.within("/papers/lease.txt"), reader).ask("What does a ticket to the moon cost?")
    unknown = Answerer(house, NothingSaid(reader.calibration)).ask("Wann fährt die Fähre nach der Insel ab?")
    assert english.refusal and unknown.refusal and not told(english) and not told(unknown)


def test_many_foreign_documents_are_named_in_one_sentence():
    foreign = [ForeignText("German", f"/d/{n}.txt") for n in range(5)] + [ForeignText("French", "/d/bail.txt")]
    assert made_for_english(foreign).startswith(
        "0.txt, 1.txt, 2.txt and 2 more documents seem to be in German; bail.txt seems to be in French: "
    )
    assert made_for_english(()) == ""


@pytest.mark.parametrize("code", ["en", "de", "fr", "es"])
def test_the_same_questions_are_measured_in_each_language(code):
    measured = read_benchmark(BUNDLED.with_name(f"languages_{code}.json"))
    english = read_benchmark(BUNDLED.with_name("languages_en.json"))
    assert [one.kind for one in measured.questions] == [one.kind for one in english.questions]
    assert len(measured.questions) == 25 and sum(one.answerable for one in measured.questions) == 20


def test_spans_of_a_multilingual_tokenizer_are_words_without_the_blanks_before_them():
    """As XLM-RoBERTa has it: pieces of any letters, whose first character stands for the blank before a word."""
    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = NFKC()
    tokenizer.pre_tokenizer = Sequence([WhitespaceSplit(), Metaspace()])
    marks = ["<s>", "</s>", "<unk>"]
    trainer = UnigramTrainer(vocab_size=200, special_tokens=marks, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator([GERMAN, FRENCH, SPANISH], trainer)
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    text = f"{GERMAN}  {FRENCH}\n\u00a0\ufb01n cafe\u0301 今天下雨。"
    windows = WindowMaker(tokenizer, max_tokens=64, stride=16).make("Wer kommt?", [text])
    assert len(windows) > 2 and windows[-1].offsets[windows[-1].last - 1][1] == len(text)
    for window in windows:
        logits = np.random.default_rng(1).normal(size=(2, len(window.ids)))
        for span in window_spans(window, View.of(text), *logits, 20):
            assert span.text == text[span.start : span.end] == span.text.strip()
