"""Opposites and sisters, on a small database in WordNet's own format."""

import random

import pytest

from qa.evaluation.dataset import DatasetError, Gold, Paragraph, Question
from qa.training.data import ExampleMaker, open_lexicon
from qa.training.negatives import _oppose, _swap_sister
from qa.training.wordnet import WordNet, common_words, inflected, lemmas

LICENCE = "  1 This software and database is being provided to you, the LICENSEE, by  \n"
NOUNS = """\
00000001 06 n 01 device 0 002 ~ 00000002 n 0000 ~ 00000009 n 0000 | made for a purpose
00000002 06 n 01 instrument 0 005 @ 00000001 n 0000 ~ 00000003 n 0000 ~ 00000004 n 0000 ~ 00000005 n 0000 ~ 00000006 n \
0000 | makes music
00000003 06 n 01 guitar 0 002 @ 00000002 n 0000 ~ 00000007 n 0000 | six strings
00000004 06 n 02 violin 0 fiddle 0 001 @ 00000002 n 0000 | bowed
00000005 06 n 01 lute 0 001 @ 00000002 n 0000 | pear-shaped
00000006 06 n 01 zither 0 001 @ 00000002 n 0000 | flat
00000007 06 n 01 ukulele 0 001 @ 00000003 n 0000 | a small guitar
00000008 06 n 01 guitar 1 001 @ 00000001 n 0000 | a rarer sense
00000009 06 n 01 lamp 0 001 @ 00000001 n 0000 | gives light
"""
NOUN_SENSES = {
    "device": [1], "instrument": [2], "guitar": [3, 8], "violin": [4], "fiddle": [4], "lute": [5], "zither": [6],
    "ukulele": [7], "lamp": [9],
}  # fmt: skip
VERBS = """\
00000001 33 v 02 gain 0 score 0 001 ! 00000002 v 0101 01 + 02 00 | to win
00000002 33 v 01 lose 0 001 ! 00000001 v 0101 01 + 02 00 | not to win
"""
ADJECTIVES = """\
00000001 00 a 02 large 0 big 0 003 ! 00000002 a 0101 ! 00000002 a 0202 & 00000003 a 0000 | of size
00000002 00 a 02 small 0 little(a) 0 002 ! 00000001 a 0101 ! 00000001 a 0202 | not large
00000003 00 s 01 huge 0 001 & 00000001 a 0000 | very large
"""


@pytest.fixture
def folder(tmp_path):
    adjectives = {"large": [1], "big": [1], "small": [2], "little": [2], "huge": [3]}
    verbs = {"gain": [1], "score": [1], "lose": [2]}
    for name, part, data, senses in (
        ("noun", "n", NOUNS, NOUN_SENSES), ("verb", "v", VERBS, verbs), ("adj", "a", ADJECTIVES, adjectives),
    ):  # fmt: skip
        (tmp_path / f"data.{name}").write_text(LICENCE + data)
        index = [
            f"{word} {part} {len(keys)} 2 @ ~ {len(keys)} 0 {' '.join(f'{key:08}' for key in keys)}  \n"
            for word, keys in senses.items()
        ]
        (tmp_path / f"index.{name}").write_text(LICENCE + "".join(index))
    return tmp_path


EVERY = {*NOUN_SENSES, "violins", "lutes", "zithers", "fiddles", "lose", "losed", "losing", "gain", "small", "little",
         "large", "big", "guitars"}  # fmt: skip


def test_sisters_are_other_kinds_of_the_same_in_the_same_form(folder):
    words = WordNet(folder, EVERY)
    assert words.sisters("guitar") == ["fiddle", "lute", "violin", "zither"]  # no kind of it, nothing more general
    assert words.sisters("guitars") == ["fiddles", "lutes", "violins", "zithers"]
    assert words.sisters("violin") == ["guitar", "lute", "zither"]  # not the fiddle, which is one
    assert words.sisters("losing") == words.sisters("unheard") == []
    assert WordNet(folder, {"lute", "zither", "lamp"}).sisters("guitar") == [
        "lamp",
        "lute",
        "zither",
    ]  # too few beside it
    assert WordNet(folder, {"guitar"}).sisters("guitar") == []


def test_opposites_are_of_the_word_itself_or_of_what_it_resembles(folder):
    words = WordNet(folder, EVERY)
    assert words.opposites("large") == ["small"]
    assert words.opposites("big") == ["little"]  # each word has its own
    assert words.opposites("huge") == ["small"]
    assert words.opposites("gaining") == ["losing"]
    assert words.opposites("score") == words.opposites("guitar") == []
    assert WordNet(folder, {"little"}).opposites("large") == []  # only common words


def test_a_folder_without_the_database_is_refused(folder):
    (folder / "data.adj").write_text("00000001 00 a zz")
    with pytest.raises(DatasetError, match=r"data\.adj could not be read: name a folder"):
        WordNet(folder, EVERY)
    (folder / "index.noun").unlink()
    with pytest.raises(DatasetError, match=r"index\.noun could not be read"):
        WordNet(folder, EVERY)


@pytest.mark.parametrize(
    ("lemma", "ending", "word"),
    [("city", "s", "cities"), ("day", "s", "days"), ("church", "s", "churches"), ("carry", "ed", "carried"),
     ("lose", "ing", "losing"), ("agree", "ing", "agreeing"), ("agree", "ed", "agreed"), ("gain", "ed", "gained"),
     ("gain", "", "gain")],
)  # fmt: skip
def test_regular_forms_are_made_and_undone(lemma, ending, word):
    assert inflected(lemma, ending) == word
    assert lemma in lemmas(word, ending)


def test_common_words_stand_often_and_are_no_names():
    assert common_words(["the lute, Paris (lute) 1843 1843", "Paris; lute the"], least=2) == {"the", "lute"}


def test_a_lexicon_gives_questions_that_their_passage_does_not_answer(folder):
    words = WordNet(folder, EVERY)
    passage = "The large guitar was built in 1843."
    sisters = {_swap_sister("When was the guitar built?", passage, "", random.Random(s), words) for s in range(30)}
    assert sisters == {f"When was the {other} built?" for other in ("fiddle", "lute", "violin", "zither")}
    assert (
        _swap_sister("When did guitar makers meet?", passage, "", random.Random(0), words) is None
    )  # no noun by itself
    question = "When was the huge guitar built?"
    assert _oppose(question, passage, "", random.Random(0), words) == "When was the small guitar built?"
    assert _oppose(question, passage + " A small one followed.", "", random.Random(0), words) is None
    assert _oppose(question, passage, "", random.Random(0)) is None


def test_examples_are_altered_by_a_dictionary_too(folder):
    paragraph = Paragraph(0, "t", "It has " + "lute zither violin fiddle " * 10 + "and one guitar of 1843.")
    question = Question("1", "When was that guitar new?", (Gold("1843", len(paragraph.text) - 5),), paragraph)

    def altered(wordnet):
        maker = [ExampleMaker([question], seed, lexicon=open_lexicon(wordnet, [question])) for seed in range(12)]
        return {example.question for one in maker if (example := one.altered(question))}

    sisters = {f"When was that {other} new?" for other in ("fiddle", "lute", "violin", "zither")}
    assert altered(folder) & sisters and not altered(None) & sisters
