"""Questions as people type them: what is read for what is misspelt or otherwise written, and how that is undone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.collection import Collection
from index.records import Document
from index.spelling import folded, written_otherwise
from qa.answerer import Answerer
from qa.conversation import Conversation
from qa.questions import QuestionError
from qa.records import Answer
from qa.typed.courtesy import as_learnt, without_courtesy
from qa.typed.rewriting import rewritten
from qa.typed.slips import slip_cost
from qa.typed.spoken import UNITS, value_of
from ui.cli import main
from ui.web.asking import PageQuestion
from ui.web.html import answer_html
from ui.web.service.asking import Asking, QuestionAsked

TEXTS = {
    "harbour": "The harbour master of Mendocino is Maria Lindqvist. She was elected in 1967. Apollo 7 lay at berth 12.",
    "refunds": "A refund is paid within 14 days. The deadline for health care vouchers is 30 June. The organization "
    "sends an e-mail. Bread costs 5 percent more. When the baker was asked which colour is meant, he said blue.",
    "people": "Łukasz Żurawski lives in the Hauptstraße in Köln. Søren Ørsted wrote smørrebrød recipes.",
    "army": "He wanted to take over Mendocino and sent ships.",
    "bank": "Nobody wanted the takeover of the bank. The treaty with Indo-China was signed. Ann co-wrote a song.",
    "large": "What is the question? It is the largest scale of all. The front runner works beside the ombudsman.",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory, encoder):
    with Collection(tmp_path_factory.mktemp("town"), encoder) as opened:
        opened.put(Document(f"id-{name}", name, f"/papers/{name}.txt", "h", text) for name, text in TEXTS.items())
        yield opened


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("hwat", "what"), ("refundd", "refund"), ("reund", "refund"), ("refumd", "refund"), ("refunf", "refund")],
)
def test_likely_slips_cost_less_than_any_other_letter(typed, meant):
    assert 0 < slip_cost(typed, meant) < slip_cost("refuzd", "refund")
    assert slip_cost(meant, meant) == 0


@given(st.text("abcq", max_size=6), st.text("abcq", max_size=6))
def test_a_slip_costs_something_where_the_words_differ(typed, meant):
    assert (slip_cost(typed, meant) == 0) == (typed == meant)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Lukasz", "łukasz"), ("Koeln", "koln"), ("strasse", "straße"), ("Soren", "søren"), ("Soeren", "søren"),
     ("Diyarbakir", "diyarbakır"), ("aeble", "æble"), ("Sklodowska", "skłodowska")],
)  # fmt: skip
def test_letters_that_a_keyboard_lacks_are_written_in_either_way(typed, written):
    assert written in written_otherwise(typed)
    if not written.isascii():
        assert folded(typed) in written_otherwise(written)


@pytest.mark.parametrize(
    ("question", "name"),
    [("Lukasz", "people"), ("Koeln", "people"), ("hauptstrasse", "people"), ("smorrebrod", "people"),
     ("per cent", "refunds"), ("E-Mail", "refunds"), ("ŁUKASZ", "people"), ("Orsted", "people")],
)  # fmt: skip
def test_the_search_by_words_finds_other_writing(town, question, name):
    assert [hit.passage.document_id for hit in town.search_keywords(question, 5)] == [f"id-{name}"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Who is the harbuor master?", "Who is the harbour master?"),
        ("Who is the harbor master of Mednocino?", "Who is the harbour master of Mendocino?"),
        ("Waht is the daedline for vouchers?", "What is the deadline for vouchers?"),
        ("Wht is the deadline?", "What is the deadline?"),
        ("hat is the deadline?", "what is the deadline?"),
        ("The harbour is of hat town?", "The harbour is of what town?"),
        ("What is the colou?", "What is the colour?"),  # found, but not written so
        ("Did the baker say bue?", "Did the baker say blue?"),
        ("Was te baker asked if it is blue?", "Was the baker asked if it is blue?"),
        ("WHO IS THE HARBUOR MASTER?", "WHO IS THE HARBOUR MASTER?"),
        ("Where does Lukasz Zurawski live?", "Where does Łukasz Zurawski live?"),
        ("When are healthcare vouchers due?", "When are health care vouchers due?"),
        ("Which organisation sends it?", "Which organization sends it?"),
        ("Who gets an email?", "Who gets an e mail?"),
        ("Who are the front-runners?", "Who are the front-runners?"),
        ("Who heard the ombuds man?", "Who heard the ombudsman?"),
        ("Who wanted to takeover Mendocino?", "Who wanted to take over Mendocino?"),
        ("Who signed with IndoChina?", "Who signed with Indo China?"),
        ("Who cowrote the song?", "Who co wrote the song?"),
        ("What is Mendocinos largest harbour?", "What is Mendocino's largest harbour?"),
        ("Who is the ombud sman?", "Who is the ombudsman?"),
        ("Who was elected in nineteen sixty seven?", "Who was elected in 1967?"),
        ("Where did Apollo seven lie?", "Where did Apollo 7 lie?"),
        ("Could you please tell me when the refund is paid, thanks!", "When the refund is paid?"),
        ('Who said "harbuor" at the harbuor -mednocino?', 'Who said "harbuor" at the harbour -mednocino?'),
    ],
)
def test_what_occurs_nowhere_is_read_as_what_was_meant(town, typed, read):
    assert rewritten(typed, town) == read
    assert rewritten(read, town) == read


@pytest.mark.parametrize(
    "question",
    [
        "Who is the harbour master of Mendocino?",
        "Which tariffs does the governor levy?",  # words that are right, and not there
        "Who is Maria Lindholm?",  # another name
        "Who is Katherine?",
        "Wer hat den Brief mit Maria gesendet?",  # not "were"
        "como se hace el pan",
        "Who sells the soft-ware?",
        "What about the takeover of a bank?",
        "Who is abroad?",
        "When was the roof mended?",  # rare, and "Mendes" is there no more than it
        "What does HARB mean?",  # an abbreviation
        'Who said "harbuor"?',
        "Is there a facet?",
        "What is -daedline?",
        "What is bre?",  # too short to be sure
        "Is the abv higher?",
        "Who pays one or two refunds?",
        "Hao was born where?",
        "合同什么时候到期",
        "?!",
    ],
)
def test_what_may_be_right_stays(town, question):
    assert rewritten(question, town) == question


@given(st.text(max_size=60))
def test_any_question_can_be_read(town, question):
    assert isinstance(rewritten(question, town), str)


def test_a_part_of_the_documents_is_asked_for_its_own_words(town):
    question = "Who lives in Mednocino?"
    assert rewritten(question, town.within("harbour.txt")) == "Who lives in Mendocino?"
    assert rewritten(question, town.within("refunds.txt")) == question


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Hi, do you know who pays?", "Who pays?"),
        ("I would like to know when the lease ends", "When the lease ends"),
        ("Hello! I was just wondering if dogs are allowed? Thank you very much!", "If dogs are allowed?"),
        ("Please can you help me find out in which year it was built", "In which year it was built"),
        ("When does it end, please?", "When does it end?"),
        ("When does it end? Thanks in advance.", "When does it end?"),
        ("Hello Kitty was made by whom?", "Hello Kitty was made by whom?"),
        ("Do you know Anna?", "Do you know Anna?"),
        ("How do you say thank you?", "How do you say thank you?"),
        ("Sorry?", "Sorry?"),
        ("please", "please"),
    ],
)
def test_polite_words_are_left_out_where_something_else_is_asked(typed, read):
    assert without_courtesy(typed) == read


def test_marks_are_those_that_readers_know():
    assert as_learnt("What is the baker\u2019s \u201cname\u201d?") == 'What is the baker\'s "name"?'
    assert as_learnt("who pays") == "who pays?"
    assert as_learnt("Is it paid ") == "Is it paid?"
    for question in ("refund deadline", "who pays?", "Who pays!", "List the items."):
        assert as_learnt(question) == question


@pytest.mark.parametrize(
    ("words", "value"),
    [("nineteen sixty seven", 1967), ("two thousand six", 2006), ("twenty thirteen", 2013), ("eighteen oh five", 1805),
     ("nineteen hundred", 1900), ("one hundred and five", 105), ("two hundred fifty thousand three hundred", 250_300),
     ("twenty-five", 25), ("one two", None), ("sixty seventy", None), *zip(UNITS, range(20), strict=True)],
)  # fmt: skip
def test_numbers_in_words_have_a_value(words, value):
    assert value_of(words) == value


def test_an_answer_tells_what_was_read_and_can_be_asked_just_as_typed(town, reader):
    answerer, question = Answerer(town, reader, threshold=0.0), "Who is the harbuor master of Mednocino"
    answer = answerer.ask(question)
    assert (answer.question, answer.asked) == (question, "Who is the harbour master of Mendocino")
    assert answer.text == "Maria Lindqvist" and not answer.as_typed
    clean = answerer.ask("Who is the harbour master of Mendocino?")
    assert clean.asked == clean.question and clean.confidence == answer.confidence
    typed = answerer.ask(question, as_typed=True)
    assert typed.asked == question and typed.as_typed and typed.confidence < answer.confidence
    assert Answer.from_dict(json.loads(json.dumps(typed.to_dict()))) == typed
    refused = Answerer(town, reader, threshold=1.0).ask(question, as_typed=True).refusal
    assert [one.word for one in refused.missing] == ["harbuor", "Mednocino"]
    assert refused.suggestion == "Who is the harbour master of Mendocino"


def test_a_conversation_completes_nothing_that_is_asked_as_typed(town, reader):
    conversation = Conversation(Answerer(town, reader, threshold=0.0))
    conversation.ask("Who is the harbour master of Mendocino?")
    assert conversation.ask("And when?", as_typed=True).asked == "And when?"
    assert "harbour" in conversation.ask("Who is the harbuor master?").asked


class Documents:
    """The documents of one server."""

    def __init__(self, source):
        self.source = lambda chosen: source


def test_the_page_shows_what_was_read_and_a_way_back(town, reader):
    asking = Asking(Documents(town), reader)
    answer = asking.ask(QuestionAsked("Who is the harbuor master?"))
    shown = answer_html(answer)
    assert (
        "Searched as: Who is the harbour master? <button" in shown and 'data-do="as-typed">Ask just as typed' in shown
    )
    as_typed = asking.ask(QuestionAsked("Who is the harbuor master?", as_typed=True))
    assert as_typed.as_typed and "as-typed" not in answer_html(as_typed)


def test_the_page_sends_whether_to_ask_as_typed():
    sent = {"id": "1", "question": "Who?", "earlier": [], "chosen": None, "reader": "", "threshold": None}
    assert not PageQuestion.of(sent).asked.as_typed
    assert PageQuestion.of(sent | {"as_typed": True}).asked.as_typed
    with pytest.raises(QuestionError):
        PageQuestion.of(sent | {"as_typed": "yes"})


def test_the_command_says_what_was_read_and_how_to_undo_it(capsys, tmp_path, encoder):
    (tmp_path / "harbour.txt").write_text(TEXTS["harbour"], "utf-8")
    command = ["ask", "Who is the harbuor master?", "--threshold", "always", "--documents", str(tmp_path)]
    assert main(command) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("(searched as: Who is the harbour master?)\n")
    assert "--as-typed asks it just as it is." in printed.err
    assert main([*command, "--as-typed", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["asked"] == answer["question"] and answer["as_typed"]
