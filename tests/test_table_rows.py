"""Rows of a table that say the same."""

import pytest

from index.formats.markdown import read_markdown
from index.records import BlockKind
from qa.table_rows import cells_like, table_around

ROOMS = """# Rooms of the centre

| Room | Floor | Seats | Projector | Piano |
| --- | --- | --- | --- | --- |
| Garden Room | ground | 30 | yes | no |
| Blue Room | first | 12 | no | no |
| Concert Hall | ground | 140 | yes | yes |
| Library | first | 20 | Yes | no |

| Group | Price |
| --- | --- |
| Residents | 8 pounds |
"""


def answers(question, words):
    """The cells that answer as the one with these words does."""
    read = read_markdown(ROOMS)
    start = read.text.index(words)
    rows = table_around(read.text, read.blocks, (start, start + len(words)))
    cells = cells_like(read.text, rows, (start, start + len(words)), question, "Rooms of the centre")
    return [read.text[slice(*cell)] for _, cell in cells]


@pytest.mark.parametrize(
    ("question", "words", "cells"),
    [
        ("Which rooms have a projector?", "Garden Room", ["Garden Room", "Concert Hall", "Library"]),
        ("Which rooms have a projector?", "yes | yes", []),  # no cell
        ("Which rooms have no projector?", "Blue Room", ["Blue Room"]),
        ("Which rooms have no piano?", "Blue Room", ["Garden Room", "Blue Room", "Library"]),
        ("Which rooms are on the first floor?", "Library", ["Blue Room", "Library"]),
        ("Which rooms on the ground floor have a projector?", "Concert Hall", ["Garden Room", "Concert Hall"]),
        ("Which rooms are on the first floor?", "first", ["Blue Room", "Library"]),
        ("Which rooms does the centre have?", "Library", ["Garden Room", "Blue Room", "Concert Hall", "Library"]),
        ("Which rooms have a projector?", "Blue Room", []),  # whose cell says no
        ("Which cheap rooms have a projector?", "Library", []),  # what is cheap, no cell says
        ("Which rooms have more than 20 seats?", "Garden Room", []),  # nothing is computed
        ("Which rooms can be booked?", "Library", []),
    ],
)
def test_rows_that_say_what_the_question_names(question, words, cells):
    assert answers(question, words) == cells


def test_a_table_ends_where_another_begins():
    read = read_markdown(ROOMS)
    start = read.text.index("Blue Room")
    rows = table_around(read.text, read.blocks, (start, start + 4))
    assert [read.text[slice(*row.cells[0])] for row in rows] == ["Garden Room", "Blue Room", "Concert Hall", "Library"]
    assert all(row.kind is BlockKind.ROW for row in rows)
    assert table_around(read.text, read.blocks, (2, 7)) == []
