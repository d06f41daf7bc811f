"""Numbers, dates and texts in the formats of spreadsheets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.formats.sheets.dates import days_of
from index.formats.sheets.number_codes import LONGEST_CODE, kind_of
from index.formats.sheets.numbers import general, shown_number, shown_text

MARCH = 43921.756  # 31 March 2020, 18:08:38


@pytest.mark.parametrize(("value", "code", "shown"), [
    (1234.5678, "General", "1234.5678"), (1e12, "General", "1000000000000"), (0.1 + 0.2, "General", "0.3"),
    (1 / 3, "General", "0.333333333"), (1.5e20, "General", "1.5E+20"), (-5, "", "-5"),
    (1.005, "0.00", "1.01"), (-0.5, "0", "-1"), (1234567, "#,##0", "1,234,567"), (0.5, "#.##", ".5"),
    (5, "000", "005"), (1234.5, "#,##0.0#", "1,234.5"), (0.256, "0.0%", "25.6%"), (1500, '#,##0,"K"', "2K"),
    (2_500_000, "0.0,,", "2.5"), (123456789, "000-00-0000", "123-45-6789"), (12345, "0.00E+00", "1.23E+04"),
    (12345, "##0.0E+0", "12.3E+3"), (1.25, "# ?/?", "1 1/4"), (0.3, "?/8", "2/8"), (3, "# ?/?", "3"),
    (-70, '"$"#,##0.00_);("$"#,##0.00)', "($70.00)"), (0, '0;-0;"none"', "none"), (7, ";;;", ""),
    (1234.5, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-', "1,234.50 €"), (-3, "[Red]-0;[Blue]0", "3"),
    (1200, '[>=1000]0.0,"K";0', "1.2K"), (12, '[>=1000]0.0,"K";0', "12"), (9, '0" kg"', "9 kg"), (5, "@", "5"),
    (0.000001, "0.00", "0.00"), (12.5, "[$CHF-807] 0.00", "CHF 12.50"), (10, "0\\°", "10°"),
])  # fmt: skip
def test_numbers(value, code, shown):
    assert shown_number(value, code) == shown


@pytest.mark.parametrize(("value", "code", "shown"), [
    (MARCH, "d-mmm-yy", "31-Mar-20"), (MARCH, "dddd, d. mmmm yyyy", "Tuesday, 31. March 2020"),
    (MARCH, "yyyy-mm-dd hh:mm:ss", "2020-03-31 18:08:38"), (MARCH, "h:mm AM/PM", "6:08 PM"),
    (MARCH, "mm:ss.0", "08:38.4"),
    (MARCH, "m/d/yy", "3/31/20"), (1.5, "[h]:mm", "36:00"), (1.5, "[mm]:ss", "2160:00"), (0.25, "hh\\:mm", "06:00"),
    (0, "d.m.yyyy", "0.1.1900"), (60, "d.m.yyyy", "29.2.1900"), (59, "d.m.yyyy", "28.2.1900"),
    (61, "d.m.yyyy", "1.3.1900"),
    (-1, "d.m.yyyy", "-1"), (0.99999999, "h:mm:ss", "0:00:00"), (MARCH, "[$-407]dd/mm/yyyy", "31/03/2020"),
])  # fmt: skip
def test_dates_and_times(value, code, shown):
    assert shown_number(value, code) == shown


def test_days_from_1904_and_days_as_iso_writes_them():
    assert shown_number(42459.0, "d-mmm-yy", from_1904=True) == "31-Mar-20"
    assert shown_number(1.5, "[h]:mm", from_1904=True) == "36:00"
    assert days_of("2020-03-31") == 43921
    assert days_of("PT36H") == 1.5
    assert days_of("12:00:00") == 0.5
    assert days_of("soon") is None


def test_texts_and_kinds():
    assert shown_text("Lee", "General") == "Lee"
    assert shown_text("Lee", '0;0;0;"Dr. "@') == "Dr. Lee"
    assert shown_text("Lee", ";;;") == ""
    assert [kind_of(code) for code in ("0.00", "d-mmm", "@", "[h]:mm", "General", '"day "0')] == [
        "number", "date", "text", "date", "number", "number",
    ]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.text('0#?.,%/E+-[]$h:mysd;@_*\\"GAP ', max_size=40), st.floats(-1e18, 1e18))
def test_no_code_fails(code, value):
    assert isinstance(shown_number(value, code), str)
    assert isinstance(shown_text("text", code), str)


def test_long_codes_cost_little():
    assert len(shown_number(7, "0" * 100_000)) < LONGEST_CODE
    assert general(float("1e300")) == "1E+300"
