"""What is searched and read of a passage, and the way back."""

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.extract import TextBuilder
from index.layout.lists import lead_ins_of
from index.passages import PASSAGE_CHARACTERS, sections, split_passages
from index.records import Block, BlockKind, Document, Run, View, check_tiling
from index.sentences import split_sentences
from index.views import CHANGED, SILENT, context_of, readable, view_of


def document_of(builder, title="Guide"):
    extract = builder.build()
    return Document("d", title, "/d", "h", extract.text, blocks=extract.blocks, marks=extract.marks)


def views(document):
    return [plan.view.text for plan in split_passages(document, document.blocks)]


def quotable(view):
    return [view.text[start:end] for start, end in view.units]


def test_title_and_headings_come_first_and_cannot_be_quoted():
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Dryers", level=1)
    builder.add(BlockKind.HEADING, "Noise", level=2)
    builder.add(BlockKind.PARAGRAPH, "It is 64 dB.")
    builder.add(BlockKind.HEADING, "Weight", level=2)
    builder.add(BlockKind.PARAGRAPH, "It weighs 38 kg.")
    document = document_of(builder)
    plans = split_passages(document, document.blocks)
    assert [plan.view.text for plan in plans] == [
        "Guide \u203a Dryers \u203a Noise\nIt is 64 dB.\n",
        "Guide \u203a Dryers \u203a Weight\nIt weighs 38 kg.\n",
    ]
    assert [quotable(plan.view) for plan in plans] == [["It is 64 dB."], ["It weighs 38 kg."]]
    assert document.text[plans[0].start : plans[0].end] == "Dryers\n\nNoise\n\nIt is 64 dB."


def test_a_row_is_read_under_its_header_and_each_cell_quoted_alone():
    builder = TextBuilder()
    header = builder.add_row(["Room", "Low season", "High season"], is_header=True)
    builder.add_row(["Double", "80", "120"], header)
    builder.add_row(["Single", "", "90"], header)
    document = document_of(builder, "")
    assert views(document) == [  # each alone, or they are taken for one another
        "Room: Double; Low season: 80; High season: 120\n", "Room: Single; High season: 90\n",
    ]  # fmt: skip
    plans = split_passages(document, document.blocks)
    assert [quotable(plan.view) for plan in plans] == [["Double", "80", "120"], ["Single", "90"]]


def test_items_are_read_with_their_numbers_and_after_what_leads_to_them():
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "Every child must bring:")
    for number in range(60):
        builder.add(BlockKind.ITEM, f"thing {number} of a longer list of things", level=1, mark=f"{number + 1}.")
    document = document_of(builder)
    plans = split_passages(document, document.blocks)
    assert len(plans) > 1
    for plan in plans:
        assert "Every child must bring:" in plan.view.text[: plan.view.context]
        assert all(unit == "Every child must bring:" or unit.startswith("thing") for unit in quotable(plan.view))
    assert "\n5. thing 4 of" in plans[0].view.text
    assert lead_ins_of(document.text, document.blocks)[document.blocks[40].start] == document.blocks[0]


def test_a_list_stands_alone_with_what_leads_to_it():
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "You must bring:")
    builder.add(BlockKind.ITEM, "boots", level=1, mark="-")
    builder.add(BlockKind.PARAGRAPH, "Not allowed are:")
    builder.add(BlockKind.ITEM, "knives", level=1, mark="-")
    builder.add(BlockKind.ITEM, "phones", level=1, mark="-")
    document = document_of(builder, "Trip")
    assert views(document) == ["Trip\nYou must bring:\nboots\n", "Trip\nNot allowed are:\nknives\nphones\n"]
    plan = split_passages(document, document.blocks)[1]
    phones = document.blocks[4]
    part = plan.view.excerpt(*plan.view.around(phones.start, phones.end))
    assert part.text == "Trip\nNot allowed are:\nphones"
    lead_in = document.blocks[2]
    found = plan.view.around(lead_in.start, lead_in.end)
    assert plan.view.text[slice(*found)] == "Not allowed are:"


@pytest.mark.parametrize(
    ("paragraph", "leads"),
    [
        ("You must bring:", True),
        ("Not allowed", True),
        ("On the trip the following things are needed.", True),
        ("These rules hold. They were made in May.", False),
        ("The chair puts a notice on the gate.", False),
        ("Is anything missing?", False),
    ],
)
def test_a_paragraph_that_ends_by_itself_leads_to_no_list_and_the_list_stands_alone(paragraph, leads):
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, paragraph)
    builder.add(BlockKind.ITEM, "boots", level=1, mark="-")
    document = document_of(builder, "Trip")
    assert views(document) == ([f"Trip\n{paragraph}\nboots\n"] if leads else [f"Trip\n{paragraph}\n", "Trip\nboots\n"])


def test_marks_soft_hyphens_and_line_ends_are_not_read():
    text = "The **fee** is due in Sep\u00adtem\u00adber\nof each\u200b year.   So it is."
    blocks = (Block(0, len(text)),)
    marks = ((4, 6), (9, 11))
    view = view_of(text, blocks, marks, "")
    assert view.text == "The fee is due in September of each year. So it is.\n"
    start = view.text.index("September")
    a, b = view.place(start, start + 9)
    assert text[a:b] == "Sep\u00adtem\u00adber"
    assert view.find(a, b) == (start, start + 9)


def test_ligatures_are_read_as_letters_and_superscripts_stay():
    text = "The of\ufb01ce of the \ufb01re brigade holds 10\u2076 litres."
    view = view_of(text, (Block(0, len(text)),), (), "")
    assert view.text == "The office of the fire brigade holds 10\u2076 litres.\n"
    start = view.text.index("fire")
    assert text[slice(*view.place(start, start + 4))] == "\ufb01re"
    assert text[slice(*view.place(start + 1, start + 4))] == "\ufb01re"  # a ligature is quoted whole
    assert (readable("\ufb03"), readable("\uff21"), readable("\u00b2"), readable("\u2026")) == (
        "ffi",
        "A",
        "\u00b2",
        "\u2026",
    )


def test_every_character_that_is_read_as_another_is_looked_at():
    looked_at = re.compile(f"[{CHANGED}]")
    others = (chr(code) for code in range(sys.maxunicode + 1) if not looked_at.match(chr(code)))
    assert [character for character in others if readable(character) != character] == []


def test_contents_lines_are_not_read_and_label_and_value_of_a_field_are_quoted_apart():
    builder = TextBuilder()
    builder.add(BlockKind.CONTENTS, "Noise ........ 12")
    builder.add_field("Surname", "Kovalenko")
    document = document_of(builder, "")
    [plan] = split_passages(document, document.blocks)
    assert plan.view.text == "Surname: Kovalenko\n"
    assert quotable(plan.view) == ["Surname", "Kovalenko"]


def test_context_keeps_title_and_innermost_headings():
    assert context_of("T", ["A", "T", "B"]) == "T \u203a A \u203a B"
    assert context_of("", []) == ""
    long = context_of("Title", [f"heading number {n} " + "x" * 60 for n in range(5)])
    assert long.startswith("Title \u203a heading number") and "number 4" in long and "number 0" not in long


def test_headings_alone_are_all_there_is_to_quote():
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Closed on Mondays", level=1)
    document = document_of(builder, "")
    [plan] = split_passages(document, document.blocks)
    assert quotable(plan.view) == ["Closed on Mondays"]


def test_an_excerpt_keeps_the_context_and_its_way_back():
    builder = TextBuilder()
    builder.add(BlockKind.HEADING, "Hours", level=1)
    builder.add(BlockKind.PARAGRAPH, "It opens at six. It closes at nine. Nobody sleeps.")
    document = document_of(builder)
    [plan] = split_passages(document, document.blocks)
    second = split_sentences(document.text, document.blocks)[2]
    part = plan.view.excerpt(*plan.view.around(second.start, second.end))
    assert part.text == "Guide \u203a Hours\nIt closes at nine."
    start = part.text.index("nine")
    assert document.text[slice(*part.place(start, start + 4))] == "nine"
    with pytest.raises(ValueError, match="document's own"):
        part.place(0, 5)


def test_around_a_cell_is_its_row_with_the_names():
    builder = TextBuilder()
    header = builder.add_row(["Room", "Price"], is_header=True)
    row = builder.add_row(["Double", "80"], header)
    builder.add_row(["Single", "60"], header)
    document = document_of(builder, "")
    plan, _ = split_passages(document, document.blocks)
    found = plan.view.around(row.start, row.end)
    assert plan.view.text[slice(*found)] == "Room: Double; Price: 80"


words = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\u00ad\ufb01 \n*.\u200b|#-"), max_size=60)
kinds = st.sampled_from([kind for kind in BlockKind if kind not in (BlockKind.ROW, BlockKind.HEADER, BlockKind.FIELD)])


@st.composite
def documents(draw):
    builder, header = TextBuilder(), None
    for _ in range(draw(st.integers(1, 12))):
        shape = draw(st.sampled_from(["block", "row", "header", "field", "long"]))
        if shape == "block":
            text = draw(words)
            marks = [(i, i + 1) for i, character in enumerate(text) if character == "*"]
            builder.add(
                draw(kinds),
                text,
                level=draw(st.integers(0, 3)),
                mark=draw(st.sampled_from(["", "-", "7."])),
                marks=marks,
            )
        elif shape == "field":
            builder.add_field(draw(words), draw(words))
        elif shape == "long":
            builder.add(BlockKind.PARAGRAPH, "A word and more of them. " * draw(st.integers(1, 150)))
        else:
            cells = draw(st.lists(words, min_size=1, max_size=5))
            row = builder.add_row(cells, header, is_header=shape == "header")
            header = row if shape == "header" else header
    return document_of(builder, draw(words))


@given(documents())
def test_every_quotable_character_has_one_of_its_own_and_every_span_comes_back(document):
    check_tiling(document.text, document.blocks)
    marked = {offset for start, end in document.marks for offset in range(start, end)}
    for plan in split_passages(document, document.blocks):
        view, seen = plan.view, []
        for start, end in view.units:
            for offset in range(start, end):
                a, b = view.place(offset, offset + 1)
                assert plan.start <= a < b <= plan.end and b - a == 1
                character = document.text[a]
                assert a not in marked and character not in SILENT
                assert view.text[offset] == " " if character.isspace() else view.text[offset] in readable(character)
                seen.append(a)
            for first in range(start, end, 7):
                for last in range(first + 1, end + 1, 5):
                    place = view.place(first, last)
                    back = view.find(*place)
                    assert back[0] <= first and last <= back[1] and view.place(*back) == place
        assert seen == sorted(seen)


@given(documents())
def test_everything_but_headings_marks_and_contents_lines_is_read(document):
    read = set()
    for plan in split_passages(document, document.blocks):
        assert len(plan.view.text) - plan.view.context <= PASSAGE_CHARACTERS + 400
        for run in plan.view.runs:
            read.update(range(run.start, run.end))
    marked = {offset for start, end in document.marks for offset in range(start, end)}
    unread = (BlockKind.TITLE, BlockKind.HEADING, BlockKind.CONTENTS, BlockKind.HEADER)
    for block in document.blocks:
        places = (
            block.cells[1:]
            if block.kind is BlockKind.FIELD
            else block.cells or ((block.start + block.mark, block.end),)
        )
        for start, end in places if block.kind not in unread else ():
            for offset in range(start, end):
                character = document.text[offset]
                assert offset in read or offset in marked or character.isspace() or character in SILENT


@given(documents())
def test_sections_hold_every_block_once(document):
    assert [block for section in sections(document.text, document.blocks) for block in section.blocks] == [
        *document.blocks
    ]


@pytest.mark.parametrize("units", [((0, 99),), ((3, 2),), ((0, 4), (2, 6))])
def test_units_that_cannot_be_are_refused(units):
    with pytest.raises(ValueError, match="units"):
        View("some text", (Run(0, 9, 0, 9),), units)


def test_sentences_stand_inside_blocks_and_end_where_a_reader_sees_it():
    builder = TextBuilder()
    builder.add(BlockKind.ITEM, "Use 5 V. Never use more.", level=1, mark="1.")
    builder.add(
        BlockKind.PARAGRAPH,
        "It weighs 12 kg. The lid is 3 cm thick. Take vitamin C. It helps. J. Smith of 5 St. James Street agrees.",
    )
    builder.add(BlockKind.PARAGRAPH, "\u706f\u53f0\u306f\u53e4\u3044\u3002\u6cb9\u3092\u71c3\u3084\u3059\u3002")
    builder.add(
        BlockKind.PARAGRAPH,
        "\u0926\u0930\u0935\u093e\u091c\u093e \u0916\u0941\u0932\u093e \u0939\u0948\u0964 "
        "\u0935\u0939 \u0917\u092f\u093e\u0964",
    )
    header = builder.add_row(["A. B", "C"], is_header=True)
    builder.add_row(["One. Two.", "Three."], header)
    document = document_of(builder)
    found = [document.text[s.start : s.end] for s in split_sentences(document.text, document.blocks)]
    assert found[:8] == [
        "1. Use 5 V.", "Never use more.", "It weighs 12 kg.", "The lid is 3 cm thick.", "Take vitamin C.", "It helps.",
        "J. Smith of 5 St. James Street agrees.", "\u706f\u53f0\u306f\u53e4\u3044\u3002",
    ]  # fmt: skip
    assert found[-2:] == ["A. B | C", "One. Two. | Three."]
    assert len(found) == 13
