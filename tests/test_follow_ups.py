"""What a question lacks, told by its words, and what completes it."""

import pytest

from qa.completing import Said, completions
from qa.follow_ups import content_words, lack_of, phrases, shares_word

ALONE = [
    "Who becomes President if the President dies?",
    "How long does the tenant keep his deposit?",
    "What happens to the deposit when it is lost?",
    "How long does it take to renew the lease?",
    "Is it allowed to smoke?",
    "Is it hard to learn the piano?",
    "Are there parking spaces?",
    "How many rooms are there?",
    "Who says that the lease ends?",
    "What does this document describe?",
    "When was this version of the manual printed?",
    "Which one of the rooms is heated?",
    "What is the second amendment about?",
    "What is the third step of making soup?",
    "refund deadline",
    "warranty period battery",
    "Why is the Harbour Museum closed?",
    "What should I do if the alarm rings?",
    "How many Senators does each State have?",
]
LACKING = {
    "Where did she study?": "referent",
    "What illness did he have?": "referent",
    "Which site is dedicated to his memory?": "referent",
    "Who pays for it?": "referent",
    "Who pays the fee for it?": "referent",
    "Is this allowed?": "referent",
    "Who must confirm that?": "referent",
    "What can I do there?": "referent",
    "And which one is the largest?": "referent",
    "Why?": "clause",
    "why not": "clause",
    "And when was that?": "clause",
    "How much?": "clause",
    "On which day?": "clause",
    "With how many guests?": "clause",
    "For how long?": "clause",
    "What happens then?": "clause",
    "More than once?": "clause",
    "Published by whom?": "clause",
    "What about Linux?": "counterpart",
    "And a Representative?": "counterpart",
    "and in total?": "counterpart",
    "And the second one?": "item",
    "What about the third?": "item",
    "the last": "item",
    "And how do I restore the game?": "topic",
}


@pytest.mark.parametrize("question", ALONE)
def test_a_question_that_can_stand_alone_lacks_nothing(question):
    assert lack_of(question) is None


@pytest.mark.parametrize(("question", "lack"), LACKING.items())
def test_a_question_that_cannot_says_what_it_lacks(question, lack):
    assert lack_of(question) == lack


def nearness(question, texts):
    """Stands for the encoder's where only one thing can be meant."""
    return [0.0] * len(texts)


@pytest.mark.parametrize(
    ("asked", "answer", "question", "completed"),
    [
        ("Who founded the museum?", "Marta Lindqvist", "Where did she study?", "Where did Marta Lindqvist study?"),
        ("Who was Espy?", "Joel Klecker", "What was his illness?", "What was Joel Klecker's illness?"),
        ("How long does the President serve?", "four years", "Can he be removed?", "Can the President be removed?"),
        ("When was the Bill of Rights ratified?", "1791", "Who wrote it?", "Who wrote the Bill of Rights?"),
        ("Which weapon fires missiles?", "The Launcher", "Who built it?", "Who built the Launcher?"),
        ("What does treason consist of?", "levying war", "Who judges it?", "Who judges treason?"),
        ("How many Senators are there?", "100", "Who pays them?", "Who pays Senators?"),
        ("Which cheat kills?", "K", "Which one heals?", "Which cheat heals?"),
        ("How often shall the Congress meet?", "once", "On which day?", "On which day shall the Congress meet?"),
        ("Where did the fair take place?", "Oslo", "And when was that?", "When did the fair take place?"),
        ("What was adopted in May?", "the budget", "Why?", "Why was the budget adopted in May?"),
        ("Who closed the gate?", "Tom", "When?", "When Tom closed the gate?"),
        ("Can I smoke here?", "no", "Why not?", "Why can I smoke here?"),
        ("How do I dock at a pier?", "slowly", "What happens then?", "What happens when I dock at a pier?"),
        ("How old must a Senator be?", "30", "And a Judge?", "How old must a Judge be?"),
        ("How many levels does Phase 2 have?", "30", "What about Phase 1?", "How many levels does Phase 1 have?"),
        ("What does the nineteenth article say?", "x", "And the twelfth?", "What does the twelfth article say?"),
        ("Which is the easiest level?", "A", "And the default one?", "Which is the default level?"),
        (
            "How many levels does it have in spring?",
            "3",
            "And in total?",
            "How many levels does it have in spring in total?",
        ),
        (
            "What are the steps of baking?",
            "",
            "And the second one?",
            "What is the second point of the steps of baking?",
        ),
    ],
)
def test_what_was_said_completes_it(asked, answer, question, completed):
    assert completions(question, lack_of(question), Said(asked, answer), nearness)[0] == completed


def test_what_is_nearest_in_meaning_gives_way(encoder):
    from index.encoder import nearness_of

    def near(question, texts):
        return nearness_of(encoder, encoder.encode_question(question), texts)

    said = Said("In which folder on Windows does the editor keep pictures?", "AppData")
    assert completions("What about macOS?", "counterpart", said, near) == (
        "In which folder on macOS does the editor keep pictures?",
    )


def test_nothing_is_said_where_nothing_completes_it():
    assert completions("Who wrote it?", "referent", Said("Who?", ""), nearness) == ()


def test_names_are_found_without_the_verbs_beside_them():
    def named(question):
        return [phrase.text for phrase in phrases(question)]

    assert named("When was the Bill of Rights ratified?") == ["the Bill of Rights"]
    assert named("Who succeeded Ian Jackson as Project Leader?")[-2:] == ["Ian Jackson", "Project Leader"]
    assert named("What do the aliens try to destroy?")[0] == "the aliens"
    question = "Where did the first fair of Oslo take place?"
    assert [question[phrase.start : phrase.end] for phrase in phrases(question)] == named(question)


def test_words_are_told_from_others_in_their_forms():
    assert content_words("And where did she study then?") == ["study"]
    assert content_words("How long was that?") == []
    assert shares_word(["study"], "She studied in Rome.")
    assert shares_word(["elections"], "He was elected.")
    assert not shares_word(["study"], "A sturdy house.")
