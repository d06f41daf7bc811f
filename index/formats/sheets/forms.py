"""Which tables of a spreadsheet are forms: labels with their values beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from index.formats.sheets.headers import LONGEST_LABEL, MOSTLY
from index.formats.sheets.regions import Row


def is_form(rows: Sequence[Row]) -> bool:
    """Whether each row of a table is a label and its value: they end with a colon, are set off, or the values are now a
    number, now a word, as no column is."""
    columns = sorted({column for _, cells in rows for column in cells})
    if len(columns) != 2 or len(rows) < 2:
        return False
    labels = [cells.get(columns[0]) for _, cells in rows]
    values = [cells.get(columns[1]) for _, cells in rows]
    told = [cell for cell in labels if cell is not None]
    if len(told) < len(rows) or any(cell.kind != "text" or len(cell.text) > LONGEST_LABEL for cell in told):
        return False
    if len({cell.text for cell in told}) < len(told):
        return False
    if sum(cell.text.endswith(":") for cell in told) >= 0.6 * len(told):
        return True
    given = [cell for cell in values if cell is not None]
    strong = sum(cell.strong for cell in told) >= MOSTLY * len(told)
    if strong and not any(cell.strong for cell in given):
        return True
    if all(cell.strong for cell in (told[0], given[0])) and not strong:
        return False
    if len(given) == len(told) and given[0].kind != "text":
        return True  # nothing names the columns: a value stands in the first row as well
    kinds = Counter("number" if cell.kind == "date" else cell.kind for cell in given[1:])
    return len(given) > 3 and len(kinds) > 1 and max(kinds.values()) < MOSTLY * kinds.total()
