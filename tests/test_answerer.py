import threading
import unicodedata
from dataclasses import replace
from itertools import combinations

import pytest
from messages import is_one_sentence

from index.collection import Collection
from index.loaders import load_file
from index.records import Document, Hit, Passage, View
from qa.answerer import Answerer
from qa.candidates import Candidate, agrees, lead, one_at_each_place
from qa.citing import Citer
from qa.confidence import MOST_LOGITS, TYPICAL, Calibration
from qa.questions import LONGEST_QUESTION, QuestionError, check_question
from qa.reading.reader import SHIPPED_READER, OnnxReader
from qa.reading.spans import Span
from qa.seeds import seed_files
from qa.trace import MOST_ALTERNATIVES, answer_from

QUESTIONS = [
    "Who is the Kremlin spokesman?",
    "How long did the video call last?",
    "Where did the two leaders meet in person?",
    "What did Putin demand?",
    "What is the capital of France?",
    "Russia",
    "???",
]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory, encoder):
    with Collection(tmp_path_factory.mktemp("seeds"), encoder) as opened:
        opened.add(seed_files())
        yield opened


@pytest.fixture(scope="module")
def answerer(seeds, reader):
    return Answerer(seeds, reader)


def put(collection, *texts):
    collection.put(Document(f"d{i}", f"t{i}", f"/{i}", "h", text) for i, text in enumerate(texts))


def candidate(text, score, rank_score=None, *, document="d", start=0):
    span = Span(0, start, start + len(text), text, score)
    passage = Passage(1, document, 0, 1000, "x" * 1000, View.of("x" * 1000))
    return Candidate(span, Hit(passage, 0.5), score if rank_score is None else rank_score)


def refusal(question):
    with pytest.raises(QuestionError) as caught:
        check_question(question)
    assert is_one_sentence(str(caught.value))
    return str(caught.value)


def test_the_seed_text_names_the_spokesman(answerer):
    answer = answerer.ask("Who is the Kremlin spokesman?")
    assert (answer.status, answer.text) == ("answered", "Dmitry Peskov")
    assert answer.citations[0].sentence.startswith("Kremlin spokesman Dmitry Peskov had said a day earlier")
    assert answer.confidence >= answerer.threshold


def test_what_the_seed_text_does_not_say_is_not_answered(answerer):
    answer = answerer.ask("What is the capital of France?")
    assert (answer.status, answer.text, answer.citations) == ("no_answer", "", ())
    assert 0 < len(answer.alternatives) <= MOST_ALTERNATIVES
    assert answer.confidence < answerer.threshold


def test_between_the_two_thresholds_an_answer_is_unsure(seeds, answerer):
    question = "What is the capital of France?"
    confidence = answerer.ask(question).confidence
    calibration = answerer.reader.calibration

    class Unsure:
        fingerprint = "unsure"
        read = answerer.reader.read

        def __init__(self, unsure_threshold):
            self.calibration = replace(calibration, unsure_threshold=unsure_threshold)

    unsure = Answerer(seeds, Unsure(confidence)).ask(question)
    assert (unsure.status, unsure.text, unsure.citations) == ("unsure", "", ())
    assert unsure.perhaps == unsure.alternatives[0] and unsure.refusal.stage == "too_unsure"
    refused = Answerer(seeds, Unsure(confidence + 1e-9)).ask(question)
    assert refused.status == "no_answer" and refused.perhaps is None
    assert refused.alternatives == unsure.alternatives


@pytest.mark.parametrize("question", QUESTIONS)
def test_all_offsets_hold_in_the_document(seeds, answerer, question):
    answer = answerer.ask(question)
    cited = [*answer.citations, *answer.alternatives]
    assert cited
    for citation in cited:
        text = seeds.document(citation.document_id).text
        assert text[citation.start : citation.end] == citation.text
        assert text[citation.sentence_start : citation.sentence_end] == citation.sentence
        assert text[citation.passage_start :][: len(citation.passage)] == citation.passage
        sentences = seeds.sentences(citation.document_id)
        assert citation.sentence_start in [s.start for s in sentences]
        assert citation.sentence_end in [s.end for s in sentences]
    assert [citation.number for citation in cited] == list(range(1, len(cited) + 1))


def test_an_answer_says_what_was_searched_and_how_long_it_took(seeds, answerer):
    answer = answerer.ask("Who is the Kremlin spokesman?")
    assert (answer.searched.documents, answer.searched.passages) == seeds.counts()
    assert answer.timings_ms.keys() == {"search", "read", "weigh", "cite", "languages", "total"}
    steps = [answer.timings_ms[step] for step in ("search", "read", "weigh", "cite", "languages")]
    assert answer.timings_ms["total"] == pytest.approx(sum(steps))
    assert all(step > 0 for step in steps)


def test_the_same_question_gets_the_same_answer(answerer):
    plain = [answerer.ask("Where did the two leaders meet in person?").to_dict() for _ in range(2)]
    assert plain[0] | {"timings_ms": None} == plain[1] | {"timings_ms": None}


def test_white_space_around_a_question_does_not_matter(answerer):
    assert answerer.ask("  Who is the Kremlin spokesman?\n").question == "Who is the Kremlin spokesman?"


def test_the_threshold_decides_and_not_the_confidence(seeds, reader):
    question = "Who is the Kremlin spokesman?"
    bold, careful = Answerer(seeds, reader, threshold=0.0), Answerer(seeds, reader, threshold=1.0)
    assert bold.ask("What is the capital of France?").status == "answered"
    refused = careful.ask(question)
    assert refused.status == "unsure"
    assert refused.confidence == bold.ask(question).confidence
    assert refused.alternatives[0].text == bold.ask(question).text


def test_confidence_is_told_for_the_share_of_questions_without_an_answer(seeds, reader, answerer):
    question = "Where did the two leaders meet in person?"
    few, usual, many = Answerer(seeds, reader, absent_share=0.1), answerer, Answerer(seeds, reader, absent_share=0.9)
    first, second, third = (one.ask(question) for one in (few, usual, many))
    assert first.confidence > second.confidence > third.confidence
    assert [one.provenance.absent_share for one in (first, second, third)] == [0.1, 0.5, 0.9]
    assert second.reliability and first.reliability is None
    with pytest.raises(ValueError, match="absent_share"):
        Answerer(seeds, reader, absent_share=1.5)


def test_careful_is_the_readers_own_stricter_threshold(seeds, reader, answerer):
    careful = Answerer(seeds, reader, threshold="careful")
    assert careful.threshold == careful.reader.calibration.careful_threshold > answerer.threshold
    with pytest.raises(ValueError, match="'careful'"):
        Answerer(seeds, reader, threshold="bold")


def test_always_gives_the_best_quote_however_unsure(seeds, reader):
    always = Answerer(seeds, reader, threshold="always")
    answer = always.ask("What is the capital of France?")
    assert (always.threshold, answer.status) == (0.0, "answered") and answer.confidence < 0.2


def test_the_same_answer_elsewhere_is_cited_too(collection, reader):
    put(
        collection,
        "Kremlin spokesman Dmitry Peskov said on Monday that the meeting would be held.",
        "The talks went well, said Dmitry Peskov, the Kremlin spokesman, on Tuesday.",
        "Bread needs flour, water and salt.",
    )
    answer = Answerer(collection, reader, threshold=0.0).ask("Who is the Kremlin spokesman?")
    assert {(c.document_id, c.text) for c in answer.citations} == {("d0", "Dmitry Peskov"), ("d1", "Dmitry Peskov")}


def test_a_place_in_an_overlong_sentence_is_not_cited_twice(collection, reader):
    filler = "and the boats lay still in the water while the gulls cried over the long grey wall of stone "
    before = (filler * 20)[:860].rsplit(" ", 1)[0]
    put(collection, f"{before} and Ines Calder was the harbour master {filler * 9}")
    answer = Answerer(collection, reader, threshold=0.0).ask("Who was the harbour master?")
    places = [(citation.start, citation.end) for citation in [*answer.citations, *answer.alternatives]]
    assert collection.counts()[1] > 1
    assert all(a_end <= b_start or b_end <= a_start for (a_start, a_end), (b_start, b_end) in combinations(places, 2))


def test_a_pdfs_answer_names_its_page(collection, reader, fixtures):
    collection.put([load_file(fixtures / "lighthouse.pdf")])
    answer = Answerer(collection, reader, threshold=0.0).ask("How much oil does the lamp burn a night?")
    assert "40 litres" in answer.citations[0].sentence
    assert answer.citations[0].page == 2


def test_an_empty_collection_has_no_answer(collection, reader):
    answer = Answerer(collection, reader, threshold=0.0).ask("Who?")
    assert (answer.status, answer.confidence) == ("no_answer", 0.0)
    assert answer.citations == answer.alternatives == ()
    assert (answer.searched.documents, answer.searched.passages) == (0, 0)


def test_no_more_passages_are_read_than_wanted(collection, reader):
    put(collection, *(f"Boat {i} lies at berth {i * 7}. " + f"It is number {i}. " * 40 for i in range(20)))
    for wanted in (1, 3, 50):
        found = Answerer(collection, reader, passages=wanted).trace("Where does boat 7 lie?").hits
        assert len(found) == min(wanted, 20)


def test_another_reader_is_given_by_its_folder(seeds, tiny_reader_folder):
    answerer = Answerer(seeds, tiny_reader_folder)
    assert answerer.reader.calibration == TYPICAL
    assert answerer.ask("Who is the Kremlin spokesman?").confidence > 0


@pytest.mark.parametrize("change", ["remove", "update"])
def test_a_question_sees_one_state_whatever_is_changed_while_it_is_read(collection, change):
    """Another process may do this at any moment; here the reader does it, after retrieval and before citing."""
    put(collection, "The lighthouse was built by Marta Lind.", "Perhaps Paul Storm built a lighthouse.")

    class MeddlingReader(OnnxReader):
        meddled = False

        def read(self, question, passages):
            if not self.meddled:
                self.meddled = True
                if change == "remove":
                    collection.remove("d0")
                else:
                    put(collection, "Long ago, the lighthouse was built by Jonas Berg.")
            return super().read(question, passages)

    answerer = Answerer(collection, MeddlingReader(SHIPPED_READER), threshold=0.0)
    before, after = answerer.ask("Who built the lighthouse?"), answerer.ask("Who built the lighthouse?")
    assert "Marta Lind" in before.text and before.searched.documents == 2
    assert after.text == ("Paul Storm" if change == "remove" else "Jonas Berg")
    assert after.searched.documents == (1 if change == "remove" else 2)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_that_is_no_probability_is_refused(seeds, reader, threshold):
    with pytest.raises(ValueError, match="threshold"):
        Answerer(seeds, reader, threshold=threshold)


@pytest.mark.parametrize("passages", [0, -1])
def test_at_least_one_passage_must_be_read(seeds, reader, passages):
    with pytest.raises(ValueError, match="passages"):
        Answerer(seeds, reader, passages=passages)


@pytest.mark.parametrize("question", ["", "   ", "\n\t\u2003"])
def test_an_empty_question_is_refused(answerer, question):
    assert "empty" in refusal(question)
    with pytest.raises(QuestionError):
        answerer.ask(question)


def test_an_overlong_question_is_refused(answerer):
    assert "10,000" in refusal("x" * 10_000)
    with pytest.raises(QuestionError):
        answerer.ask("x" * (LONGEST_QUESTION + 1))


def test_the_longest_question_is_answered(answerer):
    question = ("Who is the Kremlin spokesman? " * 100)[: LONGEST_QUESTION - 1] + "?"
    assert answerer.ask(question).question == question


def test_a_question_of_broken_bytes_is_refused():
    assert "valid text" in refusal("Who is caf\udce9?")


@pytest.mark.parametrize("question", ['"', "NEAR(a, b) AND *", "'; DROP TABLE meta", "\0", "👍", "Кто?", "a" * 2000])
def test_odd_questions_are_only_questions(answerer, question):
    assert answerer.ask(question).status in ("answered", "no_answer")


def test_threads_get_the_answers_they_would_get_alone(answerer):
    expected = {question: answerer.ask(question).text for question in QUESTIONS}
    found = []

    def work(questions):
        found.extend((question, answerer.ask(question).text) for question in questions)

    threads = [threading.Thread(target=work, args=(QUESTIONS[i:] + QUESTIONS[:i],)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted([*expected.items()] * 3)


def test_the_lead_is_over_another_answer():
    assert lead([candidate("Lind", 5.0, 9.0), candidate("the lind", 4.0, 8.0), candidate("Calder", 3.0, 6.5)]) == 2.5


def test_without_a_rival_the_lead_is_the_largest():
    assert lead([candidate("Lind", 5.0), candidate("Lind.", 4.0)]) == MOST_LOGITS


def test_the_best_answers_sentence_is_read_again_with_its_neighbours_and_alone(seeds, answerer):
    question = "Who is the Kremlin spokesman?"
    trace = answerer.trace(question)
    candidates, evidence = trace.candidates, trace.evidence
    view, sentence = candidates[0].hit.passage.view, answerer.ask(question).citations[0].sentence
    wider, alone = Citer(seeds).excerpts(candidates[0].place, candidates[0].hit.passage)
    assert sentence in alone.text and sentence in wider.text and sentence in view.text
    assert len(alone.text) < len(wider.text) < len(view.text)
    expected = [answerer.reader.read(question, [cut])[0].score for cut in (view, wider, alone)]
    assert evidence.span_scores == pytest.approx(expected)
    assert (evidence.lead, evidence.passages) == (lead(candidates), seeds.counts()[1])


def test_a_passage_of_one_sentence_is_read_once(collection, reader):
    put(collection, "Ines Calder was the harbour master.")
    trace = Answerer(collection, reader).trace("Who was the harbour master?")
    assert trace.evidence.span_scores == (trace.candidates[0].span.score,) * 3


def test_agreement_needs_the_same_answer_and_a_reader_that_believes_it():
    best, same, doubted, other = (
        candidate("Lind", 5.0),
        candidate("lind.", 1.0),
        candidate("Lind", -1.0),
        candidate("Calder", 4.0),
    )
    assert [one for one in (best, other, same, doubted) if agrees(one, best)] == [best, same]


def test_the_first_candidate_is_cited_even_where_the_reader_doubts_it():
    best = candidate("Lind", -3.0)
    assert agrees(best, best)


def test_overlapping_candidates_give_way_to_better_ones_of_their_document():
    best, inside = candidate("Ines Calder", 5.0, start=10), candidate("Calder", 4.0, start=15)
    beside, elsewhere = candidate("Porto", 3.0, start=21), candidate("Calder", 2.0, start=15, document="e")
    assert one_at_each_place([best, inside, beside, elsewhere]) == [best, beside, elsewhere]


def test_an_answer_follows_from_its_trace_at_any_threshold(seeds, reader):
    question = "Who is the Kremlin spokesman?"
    trace = Answerer(seeds, reader).trace(question)
    for threshold in (0.0, 1.0):
        answer = Answerer(seeds, reader, threshold=threshold).ask(question)
        thresholds = {"threshold": threshold, "unsure_threshold": min(threshold, trace.provenance.unsure_threshold)}
        derived = answer_from(replace(trace, provenance=replace(trace.provenance, **thresholds)))
        assert replace(answer, timings_ms={}) == replace(derived, timings_ms={})
        assert [c.number for c in (*answer.citations, *answer.alternatives)] == list(
            range(1, 1 + len(answer.citations) + len(answer.alternatives))
        )
    assert trace.question == question
    assert len(trace.hits) == trace.searched.passages == seeds.counts()[1]
    assert trace.quotes[0].candidate == trace.candidates[0]
    assert trace.confidence == reader.calibration.confidence(trace.evidence)
    assert trace.provenance.reader == reader.fingerprint


def test_any_reader_may_answer(seeds):
    """What the Protocol asks for is enough."""

    class FirstWord:
        fingerprint = "first word"
        calibration = Calibration((0.0, 0.0, 0.0), 5.0, 0.5, 0.9)

        def read(self, question, views):
            return [first_word(number, view) for number, view in enumerate(views) if view.units]

    answerer = Answerer(seeds, FirstWord())
    answer = answerer.ask("Who?")
    assert answer.status == "answered"
    assert answer.text in answer.citations[0].passage
    assert answerer.trace("Who?").provenance.reader == "first word"


def first_word(number, view):
    start = view.units[0][0]
    word = view.text[start:].split()[0]
    return Span(number, start, start + len(word), word, -float(number))


def test_a_part_of_a_collection_is_asked_and_counted_by_itself(collection, reader):
    put(collection, "The lighthouse was built by Marta Lind.", "The lighthouse was built by Paul Storm.", "It rains.")
    answerer = Answerer(collection, reader, threshold=0.0)
    for number, builder in enumerate(("Marta Lind", "Paul Storm")):
        answer = answerer.ask("Who built the lighthouse?", within=collection.within(f"d{number}"))
        assert (answer.text, answer.searched.documents, answer.searched.passages) == (builder, 1, 1)
        assert Answerer(collection.within(f"d{number}"), reader, threshold=0.0).ask("Who built it?").text == builder
    assert answerer.trace("Who built the lighthouse?", within=collection.within("d1")).evidence.passages == 1


def test_copies_count_as_one_witness_and_are_read_once(collection, reader):
    sentence = "Kremlin spokesman Dmitry Peskov said on Monday that the meeting would be held."
    near = f"{sentence} Nobody else spoke that day."  # another passage, with a copy of the sentence
    other = "The talks went well, said Dmitry Peskov, the Kremlin spokesman, on Tuesday."
    put(collection, *[sentence] * 9, near, other)
    trace = Answerer(collection, reader, threshold=0.0).trace("Who is the Kremlin spokesman?")
    assert [hit.passage.text for hit in trace.hits].count(sentence) == 1
    answer = answer_from(trace)
    assert sorted(citation.sentence for citation in answer.citations) == sorted([sentence, other])


def test_a_question_typed_with_accents_apart_is_the_same_question(collection, reader):
    put(collection, "The café of Łucja Żurawska opens at six.", *(f"Boat {i} lies at berth {i}." for i in range(60)))
    composed, apart = (unicodedata.normalize(form, "When does Żurawska's café open?") for form in ("NFC", "NFD"))
    assert composed != apart
    found = [collection.search_keywords(question, 5) for question in (composed, apart)]
    assert found[0] == found[1] and len(found[0]) == 1
    answers = [Answerer(collection, reader, threshold=0.0).ask(question) for question in (composed, apart)]
    assert answers[0].text == answers[1].text


def test_an_answer_from_a_file_that_changed_since_says_so(collection, reader, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("The lighthouse was built by Marta Lind.", "utf-8")
    collection.add([path])
    answerer = Answerer(collection, reader, threshold=0.0)
    assert not answerer.ask("Who built the lighthouse?").citations[0].stale
    path.write_text("The lighthouse was built by Paul Storm.", "utf-8")
    [citation] = answerer.ask("Who built the lighthouse?").citations
    assert citation.stale and citation.text == "Marta Lind"
    collection.add([path])
    [citation] = answerer.ask("Who built the lighthouse?").citations
    assert not citation.stale and citation.text == "Paul Storm"


LIST = """# Packing for the trip

Every child must bring:

- a raincoat
- two packed lunches
- walking boots

## Not allowed

The following are not allowed:

- pocket knives
- mobile phones

## How to book

1. Fill in the form.
2. Pay at the office.
3. Hand in the receipt before 3 June.
"""


@pytest.fixture
def trip(collection, tmp_path, reader):
    path = tmp_path / "trip.md"
    path.write_text(LIST, "utf-8")
    collection.add([path])
    return Answerer(collection, reader, threshold=0.0)


def test_who_asks_for_several_things_gets_all_items_of_the_list_each_cited(trip):
    answer = trip.ask("What must every child bring?")
    assert [statement.text for statement in answer.statements] == ["a raincoat", "two packed lunches", "walking boots"]
    assert answer.text == "a raincoat\ntwo packed lunches\nwalking boots"
    assert [citation.number for citation in answer.citations] == [1, 2, 3]
    for citation in answer.citations:
        assert LIST[citation.start : citation.end] == citation.text == citation.shown


def test_who_asks_for_the_third_step_gets_that_item_whole(trip):
    answer = trip.ask("What is the third step to book?")
    assert answer.text == "Hand in the receipt before 3 June."
    assert len(answer.statements) == 1


def test_the_third_step_of_something_else_is_left_to_the_reader(trip):
    own, other = trip.trace("What is the third step to book?"), trip.trace("What is the third rule of chess?")
    assert (own.candidates[0].is_read, other.candidates[0].is_read) == (False, True)
    assert own.confidence > 0.5 > other.confidence


def test_who_asks_for_one_thing_gets_one(trip):
    assert len(trip.ask("When must the receipt be handed in?").statements) == 1


def test_what_a_list_of_people_says_is_found_from_either_side(collection, tmp_path, reader):
    path = tmp_path / "board.txt"
    path.write_text("BOARD OF THE CLUB\n\nTom Lee: treasurer\nMia Sand: chair\nAna Berg: secretary\n", "utf-8")
    collection.add([path])
    answerer = Answerer(collection, reader)
    assert answerer.ask("Who is the treasurer?").text == "Tom Lee"
    assert answerer.ask("What does Ana Berg do?").text == "secretary"
