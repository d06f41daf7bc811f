"""What a quote stands under: lead-ins, names of rows and columns, labels."""

import json
from dataclasses import replace

import pytest
from pdfs import case

from index.records import Parts
from qa.answerer import Answerer
from qa.citing import Citer
from qa.records import Name
from qa.trace import named_alike
from ui.terminal import answer_lines
from ui.web.html import answer_html

CAMP = """# Summer camp

The bus leaves at eight. In their bags **every child** must
bring the following things:

- **a raincoat** or a poncho
- a bottle
  - of metal
  - not of glass
- walking boots

## Not allowed

1. pocket knives
2. mobile phones

These numbers go on from the ones before.

3. chewing gum
4. loud music

| Room | Low season | High season |
|---|---:|---:|
| Single | 60 | **80** |
| Double | 90 | 120 |
| | 5 | 7 |
"""


@pytest.fixture
def camp(collection, tmp_path):
    path = tmp_path / "camp.md"
    path.write_text(CAMP, "utf-8")
    collection.add([path])
    return collection


def cited(source, words, document=0):
    """The citation of some words of a document, made as an answer would."""
    text = source.document(source.documents()[document].id).text
    start = text.index(words)
    passages = source.passages_of(source.documents()[document].id)
    passage = next(one for one in passages if one.start <= start < one.end)
    return Citer(source).cite((start, start + len(words)), 1.0, passage)


def names(source, words, document=0):
    text = source.document(source.documents()[document].id).text
    found = cited(source, words, document).names
    assert all(text[name.start : name.end] == name.text for name in found)
    return [(name.kind, name.shown) for name in found]


@pytest.mark.parametrize(
    ("words", "lead_in"),
    [
        ("walking boots", "In their bags every child must bring the following things:"),
        ("poncho", "In their bags every child must bring the following things:"),
        ("not of glass", "a bottle"),
        ("mobile phones", "Not allowed"),
    ],
)
def test_an_item_stands_under_what_leads_to_its_list(camp, words, lead_in):
    assert names(camp, words) == [("lead_in", lead_in)]


def test_a_list_that_goes_on_has_no_lead_in(camp):
    assert names(camp, "loud music") == []


def test_a_lead_in_far_above_is_found(collection, tmp_path):
    path = tmp_path / "long.md"
    path.write_text("# Stock\n\nIn the cellar there are:\n\n" + "".join(f"- barrel {i} of oil\n" for i in range(2000)))
    collection.add([path])
    assert names(collection, "barrel 1999") == [("lead_in", "In the cellar there are:")]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("120", [("row", "Double"), ("column", "High season")]),
        ("80", [("row", "Single"), ("column", "High season")]),
        ("Single", [("column", "Room")]),
        ("7 |", []),
        ("go on from", []),
        ("Room", []),
    ],
)
def test_a_cell_stands_under_the_names_of_its_row_and_column(camp, words, expected):
    assert names(camp, words) == expected


def test_a_value_stands_under_its_label(collection, tmp_path):
    path = tmp_path / "form.pdf"
    path.write_bytes(case("53-pdf-form"))
    collection.add([path])
    assert names(collection, "Kovalenko") == [("field", "Surname of the child")]
    assert names(collection, "Surname of the child") == []


def test_a_part_of_a_wide_row_is_shown_with_the_rows_name(collection, tmp_path):
    path = tmp_path / "wide.md"
    heads = ["Station", *(f"Reading of the month number {i}" for i in range(80))]
    rows = [[f"{name}", *(f"{name[0]}{i} metres above" for i in range(80))] for name in ("Ambach", "Birkau")]
    table = [heads, ["---"] * 81, *rows]
    path.write_text("# Levels\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in table) + "\n")
    collection.add([path])
    citation = cited(collection, "B79 metres above")
    assert citation.sentence_shown.startswith("Birkau; … Reading of the month number")
    assert citation.sentence_shown.startswith("B79 metres above", citation.shown_start)
    assert cited(collection, "B1 metres above").sentence_shown.startswith("Station: Birkau; Reading")


def test_a_source_without_blocks_names_nothing(camp):
    class Plain:
        document = camp.document

        def parts(self, document_id, start, end):
            return Parts(tuple(camp.sentences(document_id, start, end)), ())

    [summary] = camp.documents()
    passage = camp.passages_of(summary.id)[0]
    start = camp.document(summary.id).text.index("walking")
    assert Citer(Plain()).cite((start, start + 7), 1.0, passage).names == ()


def test_a_name_stands_at_its_offsets():
    with pytest.raises(ValueError, match="offsets"):
        Name("row", "Double", 3, 8, "Double")


def test_the_items_of_a_list_are_shown_under_their_lead_in(camp, reader):
    answer = Answerer(camp, reader, threshold=0.0).ask("What must every child bring?")
    text = camp.document(camp.documents()[0].id).text
    lead = answer.lead_in
    assert lead.shown == "In their bags every child must bring the following things:"
    assert text[lead.start : lead.end] == lead.text
    assert lead.text.startswith("In their bags **every child** must\nbring")
    assert [one.text for one in answer.statements] == ["a raincoat or a poncho", "a bottle", "walking boots"]
    lines = list(answer_lines(answer, color=False))
    assert lines[0].startswith(f"{lead.shown}   (")
    assert lines[1:4] == ["  - a raincoat or a poncho [1]", "  - a bottle [2]", "  - walking boots [3]"]
    assert [line[:5] for line in lines[4:]] == ["", "  [1]", "  [2]", "  [3]"]
    shown = answer_html(answer).split('class="qw-others"')[0]
    assert shown.count(f">{lead.shown}<") == 1
    assert shown.index(lead.shown) < shown.index("<mark>a raincoat or a poncho</mark>")
    plain = json.loads(json.dumps(answer.to_dict()))
    assert plain == answer.to_dict()
    for citation in plain["citations"]:
        assert citation["names"] == [
            {"kind": "lead_in", "text": lead.text, "start": lead.start, "end": lead.end, "shown": lead.shown}
        ]


def test_one_item_is_shown_with_its_lead_in_and_is_no_list(camp, reader):
    answer = Answerer(camp, reader, threshold=0.0).ask("What is the second point that is not allowed?")
    assert (answer.text, answer.lead_in) == ("Not allowed \u2026 mobile phones", None)
    assert answer.citations[0].text == "mobile phones"
    assert list(answer_lines(answer, color=False))[2:4] == ["  Not allowed", "  2. [mobile phones]"]
    assert '<span class="qw-lead">Not allowed</span>2. <mark>mobile phones</mark>' in answer_html(answer)


def test_a_cell_is_shown_with_its_row_and_column(camp, reader):
    answer = Answerer(camp, reader, threshold=0.0).ask("What does a double room cost in the high season?")
    assert answer.text == "120"
    assert "  Room: Double; Low season: 90; High season: [120]" in answer_lines(answer, color=False)
    assert "Room: Double; Low season: 90; High season: <mark>120</mark>" in answer_html(answer)
    assert [name["text"] for name in answer.to_dict()["citations"][0]["names"]] == ["Double", "High season"]


def test_an_answer_cites_no_other_row_for_the_same_words(collection, tmp_path, reader):
    path = tmp_path / "duty.md"
    path.write_text(
        "# Staff on duty\n\n| Day | Morning | Night |\n|---|---|---|\n| Monday | Ana Ruiz | Lea Wolf |\n"
        "| Tuesday | Tom Berg | Ana Ruiz |\n| Wednesday | Ana Ruiz | Kim Sand |\n"
    )
    collection.add([path])
    answer = Answerer(collection, reader, threshold=0.0).ask("Who is on duty on Tuesday night?")
    assert [citation.sentence_shown for citation in answer.citations] == [
        "Day: Tuesday; Morning: Tom Berg; Night: Ana Ruiz"
    ]


def test_the_same_words_under_another_name_do_not_agree(camp):
    double, single, elsewhere = cited(camp, "120"), cited(camp, "80"), cited(camp, "eight")
    assert named_alike(double, double)
    assert not named_alike(double, single)
    assert named_alike(double, elsewhere) and named_alike(elsewhere, double)
    shouted = tuple(replace(name, shown=name.shown.upper()) for name in double.names)
    assert named_alike(double, replace(double, names=shouted))
