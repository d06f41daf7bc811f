"""Words in double quotes must occur in what is cited, words behind a hyphen must not."""

import json
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import is_one_sentence

from index.keywords import TOKENIZER
from index.phrases import Query, phrase_of
from index.records import Document
from qa.answerer import Answerer
from qa.lab.corpus import LoneParagraph, Without
from qa.lab.dataset import Paragraph
from qa.questions import MOST_EXACT, QuestionError, check_question, parse_question
from qa.records import Answer
from qa.retrieval import DEPTH, retrieve
from ui.cli import main
from ui.own_collection import OwnDocuments
from ui.terminal import answer_lines
from ui.web.chat import workspace_over
from ui.web.html import answer_html
from ui.web.library import Library
from ui.web.page import Page
from ui.web.security import Access
from ui.web.service.asking import Asking

ANNEX = "Annex B was signed by Maria Lind on 3 May 2021."
DRAFT = "The draft of Annex B was signed by Otto Berg."
OTHER = "Annex C was signed by Jon Falk, who also keeps the annex of building B."
WHO = "Who signed it?"


def put(collection, *texts):
    collection.put(Document(f"d{i}", f"t{i}", f"/{i}", "h", text) for i, text in enumerate(texts))


def texts_of(found):
    return {hit.passage.text for hit in (*found.dense, *found.keywords)}


@pytest.fixture
def annexes(collection):
    put(collection, ANNEX, DRAFT, OTHER)
    return collection


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ('Who signed "Annex B"?', ["Annex B"]),
        ("Who signed \u201cAnnex B\u201d?", ["Annex B"]),
        ("Who signed \u201eAnnex B\u201c or \u201eAnnex C\u201d?", ["Annex B", "Annex C"]),
        ("Who signed \u201dAnnex B\u201d?", ["Annex B"]),
        ("Who signed \u00abAnnex B\u00bb or \u00ab Annex C \u00bb?", ["Annex B", "Annex C"]),
        ("Who signed \u00bbAnnex B\u00ab?", ["Annex B"]),
        ('Who signed \u201cAnnex B"?', ["Annex B"]),
        ('Who signed ("Annex\nB"), "C++" and "\u00a7 5"?', ["Annex B", "C++", "\u00a7 5"]),
        ('Who wrote "The Raven."', ["The Raven."]),
        ('"Annex B" "annex  b"', ["annex b"]),
        ('Who wrote "The Raven?', []),
        ('Who wrote The Raven"?', []),
        ('Who said "hello and "Annex B"?', ["Annex B"]),
        ('What is "" and " " and "?" here?', []),
        ('Is the 5" pipe or the 6" pipe wider than 6\'2"?', []),
        ('The "5" pipe', ["5"]),
        ('Which "yer"s did O"Brien"s hear?', []),
        ("Who wrote 'The Raven'?", []),
    ],
)
def test_what_is_an_exact_phrase(question, phrases):
    query = parse_question(question)
    assert (list(query.phrases), query.excluded) == (phrases, ())


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ('Who signed "Annex B"?', "Who signed Annex B?"),
        ("Who signed \u00ab Annex B \u00bb, or \u201eC\u201c?", "Who signed Annex B, or C?"),
        ('Is the 5" pipe "new"? -draft', 'Is the 5" pipe new?'),
        ('Who said "hello and "Annex B"?', 'Who said "hello and Annex B?'),
    ],
)
def test_the_marks_around_a_phrase_are_not_read(question, text):
    assert parse_question(question).text == text


@pytest.mark.parametrize(
    ("question", "text", "excluded"),
    [
        ("Who signed it? -draft", "Who signed it?", ["draft"]),
        ("Who signed it -draft?", "Who signed it?", ["draft"]),
        ("-draft who signed?", "who signed?", ["draft"]),
        ("-draft, who signed?", "who signed?", ["draft"]),
        ("Who\n-draft -copy signed?", "Who signed?", ["draft", "copy"]),
        ('Who signed it? -"first draft"', "Who signed it?", ["first draft"]),
        ("Who signed it? -\u201cfirst draft\u201d", "Who signed it?", ["first draft"]),
        ("Who signed it? -\u00e9bauche -twenty-five -C++.", "Who signed it?.", ["\u00e9bauche", "twenty-five", "C++"]),
        ("-draft?", "?", ["draft"]),
        ("jaguar -car speed", "jaguar speed", ["car"]),
    ],
)
def test_what_is_excluded(question, text, excluded):
    query = parse_question(question)
    assert (query.text, query.phrases, list(query.excluded)) == (text, (), excluded)


@pytest.mark.parametrize(
    "question",
    [
        "What is -5 degrees?",
        "Who are the twenty-five?",
        "Who - if anyone - signed -- or --verbose?",
        "Who are the twenty-\nfive?",
        "What does -v do, and the infix -um-?",
        "What does -rf mean?",
        "How is the -xzf option used?",
        "What is the difference between -rf and -ri?",
        "Who signed (-draft)?",
    ],
)
def test_which_hyphens_exclude_nothing(question):
    assert parse_question(question) == Query(question)


def test_a_hyphen_inside_a_phrase_is_a_part_of_it():
    assert parse_question('What does "tar -xzf" do? -zip') == Query("What does tar -xzf do?", ("tar -xzf",), ("zip",))


@given(st.text(alphabet="ab 5\"'-\u201c\u201d\u201e\u00ab\u00bb?\n", max_size=40) | st.text(max_size=40))
def test_parsing_never_fails_and_changes_nothing_where_nothing_is_excluded(question):
    query = parse_question(question)
    assert query.is_exact or query == Query(question)
    if not set(question) & set('"-\u201c\u201d\u201e\u201f\uff02\u00ab\u00bb'):
        assert query == Query(question)


@pytest.mark.parametrize(
    "question",
    ["-draft", "-draft -copy?", '-"first draft"', " ".join(f'"{number}"' for number in range(MOST_EXACT + 1))],
)
def test_a_question_that_only_excludes_or_has_too_many_signs_is_refused(question):
    with pytest.raises(QuestionError) as caught:
        check_question(question)
    assert is_one_sentence(str(caught.value))


def test_a_phrase_without_a_word_or_sign_is_none():
    with pytest.raises(ValueError, match="at least one word"):
        Query(WHO, ("...",))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Annex B", "see ANNEX\n   B."),
        ("Annex B", "see \u201cAnnex\u00a0B\u201d"),
        ("The Raven.", "In \u201cThe Raven,\u201d Poe"),
        ("Poe's dog", "Poe\u2019s dog"),
        ("called it Plan B", 'called it "Plan B"'),
        ("twenty-five", "twenty\u2011five"),
        ("light skinned", "light-skinned"),
        ("a word - another", "a word\u2014another"),
        ("healthy, wealthy, and wise", "Healthy, wealthy and wise"),
        ("Mr Johnson", "Mr. Johnson"),
        ("I am...Sasha", "I Am\u2026 Sasha"),
        ("C++", "in C++, say"),
        ("\u00a7 5", "\u00a75 says"),
        ("5%", "5 % of it"),
        ("cafe\u0301", "caf\u00e9"),
        ("contract", "con\u00adtract"),
        ("3.5 days", "(3.5 days)"),
        ("\u5951\u7d04", "\u3053\u306e\u5951\u7d04\u66f8"),
    ],
)
def test_case_space_and_typography_do_not_count(phrase, text):
    assert phrase_of(phrase).is_in(text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Annex B", "Annex of B"),
        ("Annex B", "B Annex"),
        ("Annex B", "Annex Bee"),
        ("Annex B", "an annexe B"),
        ("give birth", "giving birth"),
        ("C++", "in C, say"),
        ("\u00a7 5", "5"),
        ("5 days", "15 days, 3.5 days, 1,5 days, -5 days"),
        ("3 days", "3.5 days"),
        ("-5", "5"),
        ("re sign", "resign"),
        ("cafe", "caf\u00e9"),
    ],
)
def test_words_and_their_order_count(phrase, text):
    assert not phrase_of(phrase).is_in(text)


@pytest.fixture(scope="module")
def table():
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE words USING fts5(view, tokenize='{TOKENIZER}')")
    yield connection
    connection.close()


WORDS = st.text(alphabet="abzAZ\u00e9\u00c9\u00df\u0130\u03c3\u03c2\u03a30159_\u5951\u0301", min_size=1, max_size=4)
PARTING = st.sampled_from(
    [" ", "  ", "\n", ", ", ". ", "-", "\u2014", " - ", "'", "\u2019", '" ', "\u2026", "+", "%", "\u00a7", "/"]
)


@settings(max_examples=600)
@given(st.lists(st.tuples(WORDS, PARTING, PARTING), min_size=1, max_size=6), st.data())
def test_what_is_in_a_text_the_keyword_index_finds_there(table, written, data):
    """What is looked up are words of the phrase, however it and the text are written."""
    first = data.draw(st.integers(0, len(written) - 1))
    last = data.draw(st.integers(first + 1, len(written)))
    text = "".join(word + sign for word, sign, _ in written)
    change = data.draw(st.sampled_from([str, str.upper, str.lower]))
    phrase = phrase_of(change("".join(word + other for word, _, other in written[first:last])))
    if phrase.expression and phrase.is_in(text):
        table.execute("DELETE FROM words")
        table.execute("INSERT INTO words VALUES (?)", (text,))
        assert table.execute("SELECT count(*) FROM words WHERE words MATCH ?", (phrase.expression,)).fetchone() == (1,)


def test_the_letters_that_are_looked_up_are_one_word_to_the_index_in_either_case(table):
    for code in range(0x30, 0x530):
        small, large = f"ab{chr(code).lower()}ba", f"AB{chr(code).upper()}BA"
        phrase = phrase_of(small)
        if chr(code).isalnum() and phrase.is_in(large) and phrase.expression == f'"{small}"':
            table.execute("DELETE FROM words")
            table.execute("INSERT INTO words VALUES (?)", (large,))
            assert table.execute("SELECT count(*) FROM words WHERE words MATCH ?", (phrase.expression,)).fetchone()[0]


@pytest.mark.parametrize("phrase", ["the ebb of it all", "\u00a7 84", "C++", "\u00a7", "++", "\u5951\u7d04", "7"])
def test_a_phrase_in_one_passage_is_found_that_neither_search_ranks(collection, phrase):
    lone = f"Bread needs flour \u00a7 and not the ebb of it all, says {phrase} here."
    put(collection, *(f"Boat {number} lies at berth {number} near the pier." for number in range(100, 100 + 3 * DEPTH)))
    question = "Where does boat 120 lie near the pier?"
    collection.put([Document("lone", "Flour", "/lone", "h", lone)])
    assert lone not in texts_of(collection.search(Query(question), DEPTH))
    query = Query(question, (phrase,))
    for source in (collection, collection.whole(), collection.within("lone"), Without.of(collection, "d7")):
        assert texts_of(source.search(query, 2)) == {lone}
        assert [hit.passage.text for hit in retrieve(source, query, 8)] == [lone]
    assert texts_of(Without.of(collection, "lone").search(query, DEPTH)) == set()
    assert texts_of(collection.within("d1", "d2").search(query, DEPTH)) == set()


def test_all_passages_with_all_phrases_and_nothing_excluded_are_searched(annexes):
    def found(*phrases, without=()):
        return texts_of(annexes.search(Query(WHO, phrases, without), DEPTH))

    assert found("annex b") == {ANNEX, DRAFT}
    assert found("annex b", "signed by") == {ANNEX, DRAFT}
    assert found("annex b", "jon falk") == set()
    assert found("annex b", without=("draft",)) == {ANNEX}
    assert found(without=("draft",)) == {ANNEX, OTHER}
    assert found(without=("draft of", "\u00a7", "jon falk")) == {ANNEX}
    assert found(without=("annex",)) == set()
    assert found(without=("nothing like it",)) == {ANNEX, DRAFT, OTHER}
    assert texts_of(annexes.within("d1", "d2").search(Query(WHO, (), ("draft",)), DEPTH)) == {OTHER}
    assert texts_of(annexes.search(Query(WHO, ("annex b",)), 1)) <= {ANNEX, DRAFT}


def test_a_phrase_is_found_where_the_text_and_its_view_are_written_apart(collection, tmp_path):
    written = {
        "marks.md": "# Terms\n\nSee **Annex** B for the *fee*.\n",
        "numbered.md": "# Deed\n\n## 3. Payment due\n\nThe rent is monthly.\n\n## 4. End\n\nAs in 3. Payment due.\n",
        "soft.txt": "The con\u00adtract ends in May, said Lee.",
        "contents.txt": "Contents\n\n1 Harbour dues ........ 4\n2 Lock fees ........ 9\n\nOf harbours we tell later.\n",
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text, "utf-8")
    collection.add([tmp_path / name for name in written])
    for phrase, starts in {
        "annex b": ["# Terms"],
        "3. payment due": ["# Deed", "## 4. End"],
        "contract ends": ["The con"],
        "lock fees": ["Contents"],
    }.items():
        found = sorted(texts_of(collection.search(Query(WHO, (phrase,)), DEPTH)))
        assert [text[: len(start)] for text, start in zip(found, starts, strict=True)] == starts


def test_a_lone_paragraph_holds_the_phrase_or_is_not_found(encoder):
    lone = LoneParagraph.of(Paragraph(0, "Annexes", DRAFT), encoder)
    assert texts_of(lone.search(Query(WHO, ("annex b",)), 5)) == {DRAFT}
    assert (
        texts_of(lone.search(Query(WHO, ("annex c",)), 5))
        == texts_of(lone.search(Query(WHO, (), ("draft",)), 5))
        == set()
    )
    assert retrieve(Without.of(lone, lone.paragraph.id), Query(WHO, ("annex b",)), 5) == []


def test_the_cited_passages_hold_the_phrase_and_nothing_excluded(annexes, reader):
    answerer = Answerer(annexes, reader)
    answer = answerer.ask('Who signed "Annex B"? -draft')
    assert (answer.status, answer.text) == ("answered", "Maria Lind")
    assert (answer.question, answer.asked) == ('Who signed "Annex B"? -draft',) * 2
    assert answerer.ask('Who signed "draft of Annex B"?').text == "Otto Berg"
    for question, phrase in (
        ('Who signed "Annex B"?', "Annex B"),
        ('Who keeps the "annex of building B"?', "annex of"),
    ):
        answer = answerer.ask(question)
        assert answer.citations
        assert all(phrase in one.passage for one in (*answer.citations, *answer.alternatives))


def test_the_items_of_a_list_are_those_of_passages_with_the_phrase(collection, reader, tmp_path):
    things = ["a rain coat", "rubber boots", "a lunch box", "a water bottle", "sun cream"]
    text = "# Camp\n\nEvery child must bring:\n\n" + "".join(f"- {thing}\n" for thing in things)
    (tmp_path / "camp.md").write_text(text, "utf-8")
    collection.add([tmp_path / "camp.md"])
    answerer = Answerer(collection, reader, threshold=0.0)
    plain, exact = answerer.ask("What must every child bring?"), answerer.ask('What must "every child" bring?')
    assert [one.text for one in plain.citations] == things == [one.text for one in exact.citations]
    assert all("Every child" in one.passage for one in exact.citations)


def test_where_the_words_occur_nowhere_the_refusal_says_so(annexes, reader):
    answerer = Answerer(annexes, reader)

    def refused(question):
        answer = answerer.ask(question)
        assert (answer.status, answer.refusal.stage, answer.alternatives) == ("no_answer", "not_found", ())
        assert Answer.from_dict(json.loads(json.dumps(answer.to_dict()))) == answer
        return answer.refusal.phrases, "\n".join(answer_lines(answer, color=False)), answer_html(answer)

    phrases, shown, page = refused('Who signed "Annex <Q>"?')
    assert phrases == ("Annex <Q>",)
    assert 'The exact words "Annex <Q>" occur in no passage of your documents: ' in shown
    assert "The exact words &quot;Annex &lt;Q&gt;&quot; occur in no passage of your documents: " in page
    phrases, shown, _ = refused('Who signed "Annex Q" and "Annex B" and "Annex R"?')
    assert phrases == ("Annex Q", "Annex R")
    assert 'The exact words "Annex Q" and "Annex R" occur in no passage' in shown
    phrases, shown, _ = refused('Who signed "Annex B" and "Annex C"? -copy')
    assert phrases == ()
    assert 'No passage of your documents holds the exact words "Annex B" and "Annex C" without "copy".' in shown
    phrases, shown, _ = refused("Who signed? -annex")
    assert 'No passage of your documents is left without "annex".' in shown


def test_other_refusals_say_nothing_of_exact_words(annexes, reader):
    for question in ("What is the capital of France?", 'What does "Annex B" say of France?'):
        answer = Answerer(annexes, reader).ask(question)
        assert (answer.status, answer.refusal.phrases) == ("no_answer", ())
        assert "exact words" not in "\n".join(answer_lines(answer, color=False)) + answer_html(answer)


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize(
    "question",
    ['Who signed "Annex B"? -draft', '-draft who signed "Annex B"?', '-harbour -draft who signed "Annex B"?'],
)
def test_the_command_line_takes_a_question_that_begins_with_a_hyphen(question, tmp_path, capsys):
    for name, text in (("annex.txt", ANNEX), ("draft.txt", DRAFT)):
        (tmp_path / name).write_text(text, "utf-8")
    assert main(["ask", question, "--documents", str(tmp_path), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["text"], answer["question"]) == ("Maria Lind", question)
    assert main(["ask", "--documents", str(tmp_path), "--", question]) == 0
    assert capsys.readouterr().out.startswith("Maria Lind")


def test_the_help_tells_of_both_signs(capsys):
    for option in ("-h", "--help"):
        with pytest.raises(SystemExit):
            main(["ask", option])
        shown = " ".join(capsys.readouterr().out.split())
        assert 'words in "double quotes" must occur in the cited passage' in shown
        assert "-word leaves out" in shown


def test_the_page_takes_both_signs(annexes, reader):
    with OwnDocuments(annexes.folder) as documents, Library(documents) as library:
        page = Page(workspace_over(library, Asking(library, reader), Access()), documents)
        assert page.ask_api('Who signed "Annex B"? -draft')["text"] == "Maria Lind"
        assert page.ask_api('Who signed "Annex Q"?')["refusal"]["phrases"] == ["Annex Q"]
