"""What quoted words state, what is the same in other words, and what excludes what."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.values.kinds import Amount, CalendarDate, Polarity, ProperName, Stated, TimeOfDay, excludes, same_value
from qa.values.parsing import stated, values_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 days", "thirty days"), ("30 days", "30-day"), ("2 weeks", "14 days"), ("24 hours", "1 day"),
        ("EUR 1,200", "1.200 \u20ac"), ("EUR 1,200", "1200 euros"), ("\u20ac25", "EUR 25.00"), ("$5", "5 dollars"),
        ("5 p.m.", "17:00"), ("noon", "12:00"), ("9 a.m. to 5 p.m.", "09:00\u201317:00"),
        ("12 March 2024", "March 12, 2024"), ("12 March 2024", "2024-03-12"), ("12.03.2024", "the 12th of March 2024"),
        ("30 %", "30 percent"), ("1.5 hours", "90 minutes"), ("an hour and a half", "1 hour and 30 minutes"),
        ("half an hour", "30 minutes"), ("1 year", "twelve months"), ("1.5 km", "1500 m"), ("2 million", "2,000,000"),
        ("one hundred and twenty", "120"), ("third floor", "3rd floor"), ("at least 18", "18 or more"),
        ("up to 20 kg", "at most 20 kg"), ("20 kg", "20 kilograms"), ("Dr. Eva Lind", "Eva Lind"),
        ("a dozen eggs", "12 eggs"), ("10 km/h", "10 kilometres per hour"), ("free of charge", "at no charge"),
    ],
)  # fmt: skip
def test_one_value_in_several_spellings(one, other):
    assert same_value(stated(one), stated(other))
    assert not excludes(stated(one), stated(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("26 days", "30 days"), ("two years", "three years"), ("EUR 900", "1,200 euros"),
        ("2 p.m.", "4 p.m."), ("9:00", "10:30"), ("9 a.m. to 5 p.m.", "9 a.m. to 6 p.m."),
        ("15 March", "31 March"), ("12 March 2024", "14 March 2024"), ("1928", "1932"), ("March 2024", "May 2024"),
        ("Monday", "Thursday"), ("10%", "15 percent"), ("48 metres", "54 m"), ("400 metres", "1.5 km"),
        ("20 to 30 days", "40 days"), ("about 30", "60"), ("at least 16", "at least 18"), ("up to 5 kg", "7 kg"),
        ("2 years", "30 days"), ("Maria Olsen", "Peter Grant"), ("free of charge", "2 euros"),
        ("allowed", "not allowed"), ("required", "optional"), ("third", "fifth"), ("twice a week", "once a week"),
        ("160 \u00b0C", "180 \u00b0C"), ("yes", "no"), ("room 12", "room 14"), ("5 working days", "10 working days"),
    ],
)  # fmt: skip
def test_other_values_of_one_kind_exclude_one_another(one, other):
    assert excludes(stated(one), stated(other))
    assert not same_value(stated(one), stated(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a month", "30 days"), ("one year", "365 days"), ("30 working days", "30 days"), ("3 nights", "4 days"),
        ("about 30", "32"), ("20 to 30 days", "25 days"), ("20 to 30 days", "25 to 35 days"), ("up to 30", "25"),
        ("12 March", "12 March 2024"), ("March 2024", "12 March 2024"), ("3/4/2024", "12 May 2024"),
        ("Monday", "12 March"), ("5 o'clock", "17:00"), ("9 euros", "9 dollars"), ("5 dollars", "4 euros"),
        ("25 euros a month", "270 euros a year"), ("48,000", "48,213"), ("5.4 million", "5.38 million"),
        ("5 km", "3.1 miles"), ("30 metres", "98 feet"), ("1.200", "1200"), ("5 eggs", "6 chairs"),
        ("Weber", "Anna Weber"), ("A. Weber", "Anna Weber"), ("Swiss city of Geneva", "Geneva"),
        ("WHO", "World Health Organization"), ("26", "30 days"),
        ("red", "blue"), ("12 p.m. and 3 kg", "a lot"), ("", "30 days"), ("5 percent", "5 percentage points"),
    ],
)  # fmt: skip
def test_when_in_doubt_there_is_no_conflict(one, other):
    assert not excludes(stated(one), stated(other))
    assert not same_value(stated(one), stated(other))


@pytest.mark.parametrize(
    ("sentence", "quote", "value"),
    [
        ("You get 26 days of paid leave a year.", "26", Amount(26, 26, "days", per="year")),
        ("It takes about 30 minutes.", "30", Amount(0.020833333, 0.020833333, "days", bound="about")),
        ("Up to 20 kg may be taken.", "20 kg", Amount(float("-inf"), 20000, "g", bound="most")),
        ("You must be at least 18.", "18", Amount(18, float("inf"), bound="least")),
        ("The fee is 20 euros per day.", "20", Amount(20, 20, "EUR", per="day")),
        ("Between 20 and 30 people came.", "30", Amount(20, 30)),
        ("It opens at 9 a.m. and closes at 5 p.m.", "9 a.m", TimeOfDay(540)),
        ("It was built in 1928.", "1928", CalendarDate(1928)),
        ("Send it by 31 May 2025.", "May", CalendarDate(2025, 5, 31)),
        ("Dogs are not allowed here.", "allowed", Polarity("allow", False)),
        ("No dogs are allowed here.", "allowed", Polarity("allow", False)),
        ("A helmet is not required.", "not required", Polarity("require", False)),
        ("The chair is Dr. Eva Lind.", "Dr. Eva Lind", ProperName(("eva", "lind"))),
    ],
)  # fmt: skip
def test_what_a_quote_states_is_told_by_its_sentence(sentence, quote, value):
    start = sentence.index(quote)
    [found] = stated(sentence, start, start + len(quote)).values
    assert type(found) is type(value)
    names = ("low", "high", "unit", "per", "bound") if isinstance(found, Amount) else type(found).__slots__
    assert [getattr(found, name) for name in names] == [getattr(value, name) for name in names]


@pytest.mark.parametrize(
    "text",
    ["X200", "version 3.2.1", "the second of them", "COVID-19", "http://a.b/123", "3rd", "may be", "an apple", "5G"],
)  # fmt: skip
def test_what_is_no_amount_is_none(text):
    assert not [one for one in values_in(text) if isinstance(one.value, Amount) and one.value.unit != "ordinal"]


def test_the_words_of_a_quote_need_not_be_all_it_states():
    short, whole = "It lasts 8 hours.", "It lasts 8 days."
    assert excludes(stated(short, 9, 10), stated(whole, 9, 10))
    assert not same_value(stated(short, 9, 10), stated(whole, 9, 10))


WORDS = st.sampled_from(
    "30 thirty days day a month 2 weeks about up to 20 at least 1,200 1.200 EUR euros % 5 p.m. 17:00 March 12 2024 "
    "noon not allowed Anna Weber Paris to and - no free the second 3rd half an hour per year".split()
)
TEXTS = st.lists(WORDS, max_size=7).map(" ".join) | st.text(max_size=30)


@given(TEXTS)
def test_a_quote_states_what_it_states_and_does_not_exclude_it(text):
    assert same_value(stated(text), stated(text))
    assert not excludes(stated(text), stated(text))


@given(TEXTS, TEXTS)
def test_it_does_not_matter_which_quote_comes_first(one, other):
    a, b = stated(one), stated(other)
    assert same_value(a, b) == same_value(b, a)
    assert excludes(a, b) == excludes(b, a)
    assert not (same_value(a, b) and excludes(a, b))


@given(TEXTS)
def test_values_stand_in_order_and_apart(text):
    places = [(one.start, one.end) for one in values_in(text)]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))


def test_words_without_values_are_compared_as_words():
    assert same_value(Stated("The Black Sea"), Stated("black sea"))
    assert not excludes(Stated("red"), Stated("blue"))
