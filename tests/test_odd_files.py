"""What files changed at random, crafted and growing become: a small share of the harnesses; every extractor fuzzed."""

from contextlib import nullcontext, suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.children.limits import ParsingLimits
from index.children.pool import WorkerPool
from index.errors import DocumentError
from index.formats import FORMATS
from index.formats.extract import Extract
from index.records import Block
from qa.evaluation.robustness import crafted, growing, mutated, worst
from qa.evaluation.robustness.crafted_files import CRAFTED
from qa.evaluation.robustness.growing_files import GROWING
from qa.evaluation.robustness.invariants import broken
from qa.evaluation.robustness.made_files import pdf_file, word_document, word_file, zipped
from qa.evaluation.robustness.mutations import made_files
from qa.evaluation.robustness.worst_files import LARGE

SMALL = ParsingLimits(30.0, 1000)
NEVER_FAILING = (".txt", ".md", ".html")
SIGNS = st.sampled_from(
    [
        *"\0\r\n\t\f \x1c\x85\u2028\ufeff\u200b\u00ad\ufb01\u0301<>&\"'|*_`[]()#\\:>1.a-=~!",
        *("  ", "\n\n", "\r\n", "1. ", "a) ", "Name: x\n", "a  b  c\n", "| a | b |\n", "|---|---|\n", "> ", "```\n"),
        *("<!--", "-->", "<b>", "[a]: b\n", "[^1]", "---\n", "Who? ", "The end. ", "\ud7ff", "\U0001f600", "<table>"),
        *("<tr>", "<td rowspan=3>", "<li>", "<pre>", "<sup>", "<dl><dt>"),
    ]
)
TEXTS = st.one_of(st.lists(SIGNS, max_size=60).map("".join), st.text(max_size=80))
WORD_PARTS = st.sampled_from(
    "<w:p> </w:p> <w:r> </w:r> <w:t>word</w:t> <w:tbl> </w:tbl> <w:tr> </w:tr> <w:tc> </w:tc> <w:br/> <w:tab/> "
    '<w:footnoteReference/> <w:sdt> </w:sdt> <w:txbxContent> </w:txbxContent> <w:fldChar w:fldCharType="begin"/> '
    '<w:vMerge/> <w:gridSpan w:val="99"/>'.split(" ")
)
OPERATORS = st.sampled_from(
    [
        *(b"BT ", b"ET ", b"/F 12 Tf ", b"72 700 Td ", b"(word) Tj ", b"[(a) -400 (b)] TJ ", b"T* ", b"0 -13 Td "),
        *(b"q ", b"Q ", b"1 0 0 1 5 5 cm ", b"0 1 -1 0 300 300 Tm ", b"3 Tr ", b"7 Ts ", b"0 Tf ", b"-1 0 0 1 0 0 cm "),
        *(b"1e9 0 Td ", b"50 50 99 9 re f "),
    ]
)


def holds(data, suffix, *, reads=False):
    """Whether a file is refused in one sentence or all holds of its document."""
    try:
        extract = FORMATS[suffix].extract(data, "file")
        assert broken(extract, suffix) == []
    except DocumentError:
        assert not reads


@given(TEXTS, st.sampled_from(NEVER_FAILING), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_blocks_and_views_of_any_text_lead_to_it(text, suffix, encoding):
    holds(text.encode(encoding, "replace"), suffix)


@given(st.binary(max_size=300), st.sampled_from(sorted(FORMATS)))
def test_any_bytes_are_refused_or_read(data, suffix):
    holds(data, suffix)


@given(st.lists(WORD_PARTS, max_size=40).map("".join))
def test_blocks_and_views_of_any_word_file_lead_to_it(body):
    holds(word_file(body), ".docx")


@given(st.lists(st.lists(OPERATORS, max_size=25).map(b"".join), min_size=1, max_size=2))
def test_blocks_and_views_of_any_pdf_lead_to_it(pages):
    holds(pdf_file(*pages), ".pdf")


@pytest.mark.parametrize("one", made_files(), ids=lambda one: one.suffix)
def test_what_is_changed_is_sound_before(one):
    if one.suffix in (".doc", ".png", ".tif"):
        pytest.skip("another program reads it; see the tests of that")
    holds(one.data, one.suffix, reads=True)


def test_what_does_not_hold_is_told():
    crossed = Extract("a b", blocks=(Block(0, 2), Block(2, 3)))
    assert "begins or ends with white space" in broken(crossed, ".txt")[0]


def test_changed_files_are_read_or_refused(capsys):
    assert mutated.main(["--count", "60", "--seed", "7"]) == 0
    assert "runs 60, lost 0, wrong 0" in capsys.readouterr().out


def test_changes_are_the_same_for_the_same_seed():
    files = made_files()
    assert [mutated.mutated(files, Random(f"3 {n}")) for n in range(20)] == [
        mutated.mutated(files, Random(f"3 {n}")) for n in range(20)
    ]


def test_an_end_without_a_reply_is_found():
    pool = WorkerPool(1)
    outcome = mutated.outcome_of(made_files()[0], pool)
    assert outcome.what == mutated.READ
    pool.close()


@pytest.mark.parametrize("one", CRAFTED, ids=lambda one: one.name)
def test_crafted_files_cost_themselves_only(one):
    outcome = crafted.outcome_of(one, 0.01, SMALL)
    assert outcome.went_on
    assert outcome.megabytes < SMALL.megabytes


def test_a_crafted_file_over_its_limit_is_refused_and_the_next_one_read():
    [operators] = [one for one in CRAFTED if one.name == "text operators"]
    outcome = crafted.outcome_of(operators, 0.2, ParsingLimits(30.0, 100))
    assert "MB of memory" in outcome.reason and outcome.went_on


@pytest.mark.parametrize("one", GROWING, ids=lambda one: f"{one.suffix} {one.name}")
def test_growing_files_are_sound(one):
    data = one.data(max(2, one.usual // 100))
    assert broken(FORMATS[one.suffix].extract(data, "file"), one.suffix) == []


def test_growth_is_told_by_stage(capsys):
    assert growing.main(["--count", "0.02", "--only", ".txt labels"]) == 0
    assert "runs 2, steep 0: none" in capsys.readouterr().out
    assert growing.Growth("square", 1, (0.2, 0.0), (0.8, 0.0)).is_steep
    assert not growing.Growth("line", 1, (0.2, 0.1), (0.4, 0.2)).is_steep


@pytest.mark.parametrize("one", LARGE, ids=lambda one: f"{one.suffix} {one.name}")
def test_large_files_are_sound(one):
    with suppress(DocumentError) if one.suffix == ".pdf" else nullcontext():  # some have pages without text
        assert broken(FORMATS[one.suffix].extract(one.make(0.001), "file"), one.suffix) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [(".txt short lines", "read: 31 passages"), (".pdf a forged count of pages", "is a PDF without text")],
)
def test_what_a_file_costs_is_told_beside_what_became_of_it(capsys, name, told):
    assert worst.main(["--count", "0.01", "--only", name]) == 0
    row, *_, again, _, summary = capsys.readouterr().out.splitlines()
    assert row.startswith(f"{name} | ") and told in row and again == row
    seconds, reading, megabytes = map(float, row.split(" | ")[2:5])
    assert 0 < reading <= seconds and megabytes > 10
    assert summary == f"runs 1, lost 0, refused {int('read' not in told)}"


def test_a_part_that_states_a_forged_size_or_is_packed_in_another_way_is_refused():
    document = {"word/document.xml": word_document("<w:p><w:r><w:t>Word</w:t></w:r></w:p>")}
    assert FORMATS[".docx"].extract(zipped(document), "file").text == "Word"
    for packed in (12, 14):  # BZIP2 and LZMA
        with pytest.raises(DocumentError, match="not a readable Word file"):
            FORMATS[".docx"].extract(zipped(document, packed=packed), "file")
