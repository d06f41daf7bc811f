"""Whether quotes still stand: each edit of a file, and the verdict that it calls for."""

import os
from dataclasses import replace

import pytest
from citations import answer_of, cited
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import is_one_sentence
from pdfs import PROSE, lines, pdf

from index.collection import Collection
from index.errors import DocumentError
from index.loaders import load_file
from index.records import Document
from qa import renamed
from qa.citing import Citer
from qa.locating import ELSEWHERE, GOES_ON, NAMES_ALTERED, SENTENCE_ALTERED, WORDS_GONE, Location
from qa.records import Refusal
from qa.verifying import NO_FILE, NO_SOURCE, CitationCheck, verify, verify_all

BEFORE = "The flat lies on the third floor. The tenant pays 840 euros a month."
SENTENCE = "The lease ends on 31 May 2027 without notice."
BEHIND = "The deposit is 1,680 euros. Pets are allowed."
LEASE = f"Lease of the flat\n\n{BEFORE} {SENTENCE} {BEHIND}\n\nSigned in Porto on 2 April.\n"
QUOTE = "31 May 2027"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("contracts").resolve()


@pytest.fixture(scope="module")
def citation(folder, encoder, tmp_path_factory):
    """Of QUOTE in a file with LEASE."""
    path = folder / "lease.txt"
    path.write_text(LEASE, "utf-8")
    with Collection(tmp_path_factory.mktemp("collection"), encoder) as collection:
        collection.add([path])
        return cited(collection, path, QUOTE)


@pytest.fixture
def checked(folder, citation):
    """What becomes of the quote when the file holds something else."""

    def check(text):
        (folder / "lease.txt").write_text(text, "utf-8")
        [found] = verify(answer_of(citation))
        return found

    return check


def shown_at(check):
    return load_file(check.source).text[check.start : check.end]


def edited(new, old=SENTENCE):
    assert old in LEASE
    return LEASE.replace(old, new)


@pytest.mark.parametrize(
    "text",
    [
        LEASE,
        LEASE + "A new last line.\n",
        edited("The deposit is 1,900 euros.", "The deposit is 1,680 euros."),
        edited("The tenant pays 990 euros a month.", "The tenant pays 840 euros a month."),  # of the same length
        edited(SENTENCE + " It may be renewed."),
        edited("The lease ends\non 31 May 2027 without\nnotice."),
    ],
)
def test_it_holds_where_the_sentence_stands_at_its_place(checked, citation, text):
    check = checked(text)
    assert (check.verdict, check.start, check.end) == ("holds", citation.start, citation.end)
    assert shown_at(check) == QUOTE and check.stands


@pytest.mark.parametrize(
    "text",
    [
        "A new first line.\n\n" + LEASE,
        edited("It was painted in 2019. " + SENTENCE),
        edited("", BEFORE + " "),
        edited("The lease  ends on 31 May 2027 without notice."),
        LEASE.replace(SENTENCE + " ", "") + "\n" + SENTENCE,
        SENTENCE,
        f"{SENTENCE}\n\n{LEASE}",  # the same sentence above, too
        f"{LEASE.replace(BEHIND, SENTENCE + BEHIND)}\n\n{SENTENCE}".replace("Lease of", "The lease of"),
    ],
)
def test_it_is_moved_where_the_sentence_stands_elsewhere(checked, citation, text):
    check = checked(text)
    assert (check.verdict, check.stands) == ("moved", True)
    assert check.start != citation.start
    assert shown_at(check) == QUOTE


def test_of_several_places_it_is_the_one_among_the_same_text(checked, citation):
    check = checked(f"Copy: {SENTENCE}\n\n{SENTENCE}\n\n{LEASE}\n\n{SENTENCE}")
    assert check.start == len(f"Copy: {SENTENCE}\n\n{SENTENCE}\n\n") + citation.start


def test_white_space_inside_the_quote_is_no_change(checked, citation):
    check = checked(edited("The lease ends on 31 May\n2027 without notice."))
    assert (check.verdict, check.start, shown_at(check)) == ("holds", citation.start, "31 May\n2027")
    check = checked(edited("The lease ends on 31  May 2027 without notice."))
    assert (check.verdict, check.start, shown_at(check)) == ("moved", citation.start, "31  May 2027")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (edited("The lease does not end on 31 May 2027 without notice."), SENTENCE_ALTERED),
        (edited("The lease ends not on 31 May 2027 without notice."), SENTENCE_ALTERED),
        (edited("The lease ends on 31 May 2027 with notice."), SENTENCE_ALTERED),
        (edited("The lease ends on 30 May 2027 without notice."), WORDS_GONE),
        (edited("The lease ends on 131 May 2027 without notice."), SENTENCE_ALTERED),
        (edited("The lease ends on 31May 2027 without notice."), WORDS_GONE),
        (edited("The lease was signed. It ends on 31 May 2027."), SENTENCE_ALTERED),
        (edited("It is untrue that: The lease ends on 31 May 2027 without notice."), GOES_ON),
        (edited("The lease ends on 31 May 2027 without notice, unless agreed otherwise.", SENTENCE), SENTENCE_ALTERED),
        (edited("", SENTENCE), WORDS_GONE),
        ("Something else altogether.", WORDS_GONE),
        (edited("Nothing", SENTENCE) + "\n31 May 2027", SENTENCE_ALTERED),
    ],
)
def test_it_is_changed_where_the_file_says_something_else(checked, text, reason):
    check = checked(text)
    assert (check.verdict, check.reason, check.start, check.stands) == ("changed", reason, None, False)


def test_a_file_written_again_with_the_same_bytes_holds(checked, folder):
    assert checked(LEASE).verdict == "holds"
    os.utime(folder / "lease.txt", (1, 1))
    assert checked(LEASE).verdict == "holds"


def test_every_reason_is_a_sentence():
    for reason in (ELSEWHERE, GOES_ON, NAMES_ALTERED, NO_FILE, NO_SOURCE, SENTENCE_ALTERED, WORDS_GONE):
        assert is_one_sentence(reason)


WORDS = st.lists(st.sampled_from(["lease", "ends", "31", "May", "2027", "not", "on", "flat", ".", "Never"]), max_size=6)


AMONG = LEASE[LEASE.index(SENTENCE) - 30 : LEASE.index(SENTENCE) + len(SENTENCE) + 30]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, len(LEASE)), WORDS, st.sampled_from(["", " ", "\n\n"])), max_size=3))
def test_wherever_words_are_put_in_the_verdict_is_true_of_the_text(citation, folder, insertions):
    """It holds or is moved only where the sentence stands as it was, and then the place shows the quote."""
    text = LEASE
    for at, words, apart in sorted(insertions, reverse=True):
        text = text[:at] + apart + " ".join(words) + apart + text[at:]
    (folder / "lease.txt").write_text(text, "utf-8")
    [check] = verify(answer_of(citation))
    if check.stands:
        assert text[check.start : check.end].split() == QUOTE.split()
        assert " ".join(SENTENCE.split()) in " ".join(text.split())
        assert (check.verdict == "holds") == ((check.start, check.end) == (citation.start, citation.end))
    elif AMONG in text:  # neither the sentence nor what stands beside it was touched
        pytest.fail(check.reason)


def test_an_answer_quotes_its_citations_or_what_is_perhaps_one(checked, citation):
    checked(LEASE)
    assert verify(answer_of()) == ()
    unsure = replace(answer_of(), status="unsure", alternatives=(citation,), refusal=Refusal("too_unsure"))
    assert [check.verdict for check in verify(unsure)] == ["holds"]
    refused = replace(unsure, status="no_answer")
    assert verify(refused) == ()


def test_a_renamed_file_is_found_by_its_content(checked, folder, citation):
    checked(LEASE)
    (folder / ".hidden").mkdir(exist_ok=True)
    (folder / ".hidden" / "a.txt").write_text(LEASE, "utf-8")
    (folder / "signed").mkdir(exist_ok=True)
    now = (folder / "lease.txt").rename(folder / "signed" / "the-lease.txt")
    (folder / "signed" / "another.txt").write_text(LEASE + " ", "utf-8")
    [check] = verify(answer_of(citation))
    assert (check.verdict, check.source, check.start) == ("moved", str(now), citation.start)
    now.unlink()
    [check] = verify(answer_of(citation))
    assert (check.verdict, check.reason) == ("gone", NO_FILE)
    (folder / ".hidden" / "a.txt").unlink()


def test_a_file_is_looked_for_in_another_folder_if_so_wanted(folder, citation, tmp_path):
    (folder / "lease.txt").unlink(missing_ok=True)
    (tmp_path / "copy.txt").write_text(LEASE, "utf-8")
    [check] = verify(answer_of(citation), look_in=tmp_path)
    assert (check.verdict, check.source) == ("moved", str(tmp_path / "copy.txt"))
    elsewhere = replace(citation, source=r"C:\contracts\lease.txt")  # of another machine
    assert [one.verdict for one in verify(answer_of(elsewhere), look_in=tmp_path)] == ["moved"]
    assert [one.verdict for one in verify(answer_of(elsewhere))] == ["gone"]
    with pytest.raises(DocumentError) as caught:
        verify(answer_of(citation), look_in=tmp_path / "nowhere")
    assert is_one_sentence(str(caught.value))


def test_of_a_large_folder_only_a_part_is_hashed(folder, citation, tmp_path, monkeypatch):
    (folder / "lease.txt").unlink(missing_ok=True)
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(name, "utf-8")
    (tmp_path / "d.txt").write_text(LEASE, "utf-8")
    monkeypatch.setattr(renamed, "MOST_HASHED", 3)
    assert [one.verdict for one in verify(answer_of(citation), look_in=tmp_path)] == ["gone"]
    monkeypatch.setattr(renamed, "MOST_HASHED", 4)
    assert [one.verdict for one in verify(answer_of(citation), look_in=tmp_path)] == ["moved"]


@pytest.mark.parametrize("content", [b"", bytes(range(256)) * 20])
def test_a_file_that_is_no_document_any_more_is_changed(folder, citation, content):
    (folder / "lease.txt").write_bytes(content)
    [check] = verify(answer_of(citation))
    assert check.verdict == "changed"
    assert "lease.txt" in check.reason and is_one_sentence(check.reason)


def test_a_locked_file_is_changed(collection, fixtures, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes((fixtures / "lighthouse.pdf").read_bytes())
    collection.add([path])
    quoted = answer_of(cited(collection, path, "lamp"))
    assert [(one.verdict, one.page) for one in verify(quoted)] == [("holds", quoted.citations[0].page)]
    path.write_bytes((fixtures / "locked.pdf").read_bytes())
    [check] = verify(quoted)
    assert check.verdict == "changed" and "paper.pdf" in check.reason


def test_a_quote_is_moved_to_another_page(collection, tmp_path):
    path = tmp_path / "paper.pdf"
    pages = [lines(*PROSE), lines("The tower was built in 1871 by Marta Lind.", "It is open to all.")]
    path.write_bytes(pdf(*pages))
    collection.add([path])
    quoted = answer_of(cited(collection, path, "Marta Lind"))
    path.write_bytes(pdf(lines("A new title page of the guide."), *pages))
    [check] = verify(quoted)
    assert (check.verdict, quoted.citations[0].page, check.page) == ("moved", 2, 3)
    assert shown_at(check) == "Marta Lind"


def test_a_file_that_cannot_be_looked_into_is_unknown(folder, citation, monkeypatch):
    (folder / "lease.txt").write_text(LEASE, "utf-8")

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)  # root may read everything
    [check] = verify(answer_of(citation))
    assert check.verdict == "unknown" and "Permission denied" in check.reason


def test_words_of_no_file_are_unknown(collection):
    collection.put([Document("n", "Note", "a note of my own", "", "The lamp burns oil.")])
    [passage] = collection.passages_of("n")
    quoted = Citer(collection).cite((4, 8), 1.0, passage)
    assert [(one.verdict, one.reason) for one in verify(answer_of(quoted))] == [("unknown", NO_SOURCE)]


def test_where_it_is_not_known_what_the_file_held_its_words_decide(checked, citation):
    checked(LEASE)
    older = replace(citation, sha256="", extraction=0)  # as earlier releases stored it
    assert [one.verdict for one in verify(answer_of(older))] == ["holds"]
    checked(edited("The lease never ends on 31 May 2027 without notice."))
    assert [one.verdict for one in verify(answer_of(older))] == ["changed"]


def test_text_that_is_taken_out_otherwise_now_is_compared(checked, citation):
    shift = 7
    other = replace(
        citation,
        start=citation.start + shift,
        end=citation.end + shift,
        sentence_start=citation.sentence_start + shift,
        sentence_end=citation.sentence_end + shift,
        passage_start=citation.passage_start + shift,
        extraction=citation.extraction - 1,
    )
    checked(LEASE)
    [check] = verify(answer_of(other))
    assert (check.verdict, check.start) == ("moved", citation.start)


def test_a_citation_that_was_tampered_with_does_not_hold(checked, citation):
    checked(LEASE)
    forged = replace(
        citation,
        text="31 May 2037",
        sentence=citation.sentence.replace("2027", "2037"),
        passage=citation.passage.replace("2027", "2037"),
        shown="31 May 2037",
        sentence_shown=citation.sentence_shown.replace("2027", "2037"),
    )
    assert [one.verdict for one in verify(answer_of(forged))] == ["changed"]


CAMP = """# Summer camp

Every child must bring the following things:

- a raincoat
- walking boots
- a water bottle

These things stay at home:

1. pocket knives
2. mobile phones
3. loud speakers

| Room | Low season | High season |
|---|---:|---:|
| Single | 60 | 80 |
| Double | 90 | 120 |
"""


@pytest.fixture
def camp(collection, tmp_path):
    """Whether quotes of CAMP stand, when it is edited."""
    path = tmp_path / "camp.md"
    path.write_text(CAMP, "utf-8")
    collection.add([path])

    def verdict(words, *edits):
        quoted = cited(collection, path, words)
        text = CAMP
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
        [check] = verify(answer_of(quoted))
        assert not check.stands or shown_at(check) == words
        return check.verdict, check.reason

    return verdict


@pytest.mark.parametrize(
    ("words", "edit"),
    [
        ("walking boots", ("must bring", "must not bring")),
        ("walking boots", ("Every child must bring the following things:\n\n", "")),
        ("mobile phones", ("These things stay", "Some things stay")),
        ("120", ("High season", "Sold last year")),
        ("120", ("Low season | High season", "High season | Low season")),
    ],
)
def test_what_a_quote_stands_under_is_part_of_it(camp, words, edit):
    assert camp(words) == ("holds", "")
    assert camp(words, edit) == ("changed", NAMES_ALTERED)


@pytest.mark.parametrize(
    ("words", "edit", "verdict"),
    [
        ("walking boots", ("- a raincoat", "- a raincoat\n- a torch"), "moved"),
        ("loud speakers", ("1. pocket knives\n2. mobile phones\n3.", "1. fireworks\n2. mobile phones\n3."), "moved"),
        ("mobile phones", ("1. pocket knives\n2.", "1. fireworks\n2. pocket knives\n3."), "moved"),
        ("walking boots", ("walking boots", "walking boots with laces"), "changed"),
        ("walking boots", ("walking boots", "old walking boots"), "changed"),
        ("120", ("| Double | 90", "| Double | 95"), "changed"),
        ("120", ("| Double", "| Twin | 70 | 85 |\n| Double"), "moved"),
        ("a raincoat", ("- a water bottle", "- a water bottle\n- a torch"), "holds"),
    ],
)
def test_items_and_rows_are_moved_by_others(camp, words, edit, verdict):
    assert camp(words, edit)[0] == verdict


def test_short_words_among_other_text_are_not_the_quoted_ones(collection, tmp_path):
    path = tmp_path / "plans.md"
    basic = "The basic plan costs nothing at all.\n\n30 days\n\nThe contract is signed by both."
    path.write_text(basic, "utf-8")
    collection.add([path])
    quoted = answer_of(cited(collection, path, "30 days"))
    path.write_text("The premium plan has everything that you want.\n\n30 days\n\nIt is dear.", "utf-8")
    [check] = verify(quoted)
    assert (check.verdict, check.reason) == ("changed", ELSEWHERE)
    path.write_text(f"A new line.\n\n{basic.replace('The contract', 'Nothing')}\n\n30 days\n\nIt is dear.", "utf-8")
    [check] = verify(quoted)
    assert (check.verdict, check.start) == ("moved", quoted.citations[0].start + len("A new line.\n\n"))


def test_each_file_is_read_once(checked, folder, citation, monkeypatch):
    checked(LEASE)
    read = []
    whole = verify.__globals__["read_file"]
    monkeypatch.setattr("qa.verifying.read_file", lambda path: read.append(path) or whole(path))
    answers = [answer_of(citation, replace(citation, number=2)), answer_of(), answer_of(replace(citation, number=3))]
    assert [[check.verdict for check in some] for some in verify_all(answers)] == [["holds"] * 2, [], ["holds"]]
    assert read == [folder / "lease.txt"]


def test_records_check_themselves(citation):
    CitationCheck(citation, "holds", "/a", None, 1, 2)
    for verdict, place in (
        ("holds", {}),
        ("holds", {"source": "/a", "start": 1, "end": 2, "reason": "Why."}),
        ("moved", {"source": "/a", "start": 1}),
        ("gone", {}),
        ("gone", {"source": "/a", "start": 1, "end": 2}),
    ):
        with pytest.raises(ValueError, match="place"):
            CitationCheck(citation, verdict, **place)
    for place, reason in ((None, ""), ((1, 2), "Why.")):
        with pytest.raises(ValueError, match="place"):
            Location(place, reason)
