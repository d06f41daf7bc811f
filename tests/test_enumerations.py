"""The parts of an enumeration inside a sentence."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.enumerations import enumeration_around, likeness_of


def parts_of(sentence, span):
    start = sentence.index(span)
    places = enumeration_around(sentence, start, start + len(span), 0, len(sentence))
    return [sentence[slice(*place)] for place in places]


TREATY = "The contract was signed by Austria, Hungary and Italy on 4 May."
DOUGH = "You need flour, two eggs, 100 g of butter and a pinch of salt."


@pytest.mark.parametrize(
    "span", ["Austria, Hungary and Italy", "signed by Austria, Hungary and Italy", "Hungary", "Italy"]
)
def test_names_are_found_from_any_of_them(span):
    assert parts_of(TREATY, span) == ["Austria", "Hungary", "Italy"]


@pytest.mark.parametrize("span", [DOUGH[9:-1], "flour", "two eggs", "a pinch of salt", "flour, two eggs"])
def test_things_are_found_from_any_of_them(span):
    assert parts_of(DOUGH, span) == ["flour", "two eggs", "100 g of butter", "a pinch of salt"]


@pytest.mark.parametrize(
    ("sentence", "span", "parts"),
    [
        ("Yesterday Anna, Ben and Carla came.", "Anna, Ben and Carla", ["Anna", "Ben", "Carla"]),
        (
            "Present were Anna Berg (chair), Tom Lee (treasurer, new) and Eva Novak, who came late.",
            "Anna Berg (chair)",
            ["Anna Berg (chair)", "Tom Lee (treasurer, new)", "Eva Novak"],
        ),
        ("Anna Berg, Tom Lee", "Anna Berg, Tom Lee", ["Anna Berg", "Tom Lee"]),
        ("It was written by Anna Berg and Tom Lee.", "Anna Berg and Tom Lee", ["Anna Berg", "Tom Lee"]),
        ("Each child brings a raincoat and a towel.", "a raincoat and a towel", ["a raincoat", "a towel"]),
        (
            "It is banned in the kitchen, the hall and the bathroom.",
            "in the kitchen, the hall and the bathroom",
            ["the kitchen", "the hall", "the bathroom"],
        ),
        (
            "It is open on Monday, Wednesday and Friday.",
            "on Monday, Wednesday and Friday",
            ["Monday", "Wednesday", "Friday"],
        ),
        ("We meet on 5 May and 3 July.", "5 May and 3 July", ["5 May", "3 July"]),
        (
            "The flat consists of a hall, two rooms and a bath.",
            "The flat consists of a hall, two rooms and a bath",
            ["a hall", "two rooms", "a bath"],
        ),
        ("The sieve, the tray and the jug can be washed.", "tray and the jug", ["The sieve", "the tray", "the jug"]),
        ("Classes 3A and 3B go.", "3A and 3B", ["3A", "3B"]),
        ("Bring boots; gloves; and a hat.", "boots; gloves; and a hat", ["boots", "gloves", "a hat"]),
        (
            "Members are Bosnia and Herzegovina, Serbia and Croatia.",
            "Bosnia and Herzegovina, Serbia and Croatia",
            ["Bosnia and Herzegovina", "Serbia", "Croatia"],
        ),
        (
            "It was founded by the Duke of York, the Earl of Kent and Sir John Smith.",
            "the Duke of York",
            ["the Duke of York", "the Earl of Kent", "Sir John Smith"],
        ),
        (
            "They fear aliens, sandstorms, and quakes.",
            "aliens, sandstorms, and quakes",
            ["aliens", "sandstorms", "quakes"],
        ),
    ],
)
def test_like_things_are_parted(sentence, span, parts):
    assert parts_of(sentence, span) == parts


@pytest.mark.parametrize(
    ("sentence", "span"),
    [
        ("It is 29 euros; pupils and guests pay 19.", "29 euros; pupils and guests"),
        ("He lives in Paris, Texas.", "Paris, Texas"),
        ("It runs between Vienna and Graz.", "Vienna and Graz"),
        ("It was paid by Smith and Sons Ltd.", "Smith and Sons Ltd"),
        ("Bread and butter are included.", "Bread and butter"),
        ("The treaty binds Austria, and Hungary may join.", "Austria"),
        ("It was founded on 12 May 1990, in London, Ontario.", "12 May 1990"),
        ("It lies at Main Street 5, 1051 Budapest, Hungary.", "Main Street 5, 1051 Budapest, Hungary"),
        ("It ended because he left, she stayed and they lost.", "he left, she stayed and they lost"),
        ("Call (Anna, Ben and Carla) or wait.", "Anna"),
        ("It costs 12,000 pounds.", "12,000 pounds"),
        ("Austria signed the contract.", "Austria"),
    ],
)
def test_in_doubt_nothing_is_parted(sentence, span):
    assert parts_of(sentence, span) == []


THINGS = st.lists(
    st.sampled_from(["Austria", "the hall", "two eggs", "5 May", "Tom Lee", "soap", "who came", "of salt"]), max_size=6
)
SEPARATORS = st.lists(st.sampled_from([", ", " and ", ", and ", " or ", "; ", " (or) ", " "]), min_size=6, max_size=6)


@given(THINGS, SEPARATORS, st.integers(0, 80), st.integers(1, 40))
def test_parts_follow_one_another_and_no_character_between_them_is_a_thing(things, separators, start, length):
    sentence = (
        "We saw " + "".join(thing + separator for thing, separator in zip(things, separators, strict=False)) + "it."
    )
    places = enumeration_around(sentence, start, min(start + length, len(sentence)), 0, len(sentence))
    assert len(places) != 1
    edges = [edge for place in places for edge in place]
    assert edges == sorted(edges)
    for place, other in pairwise(places):
        assert sentence[place[1] : other[0]].strip(" ,;") in ("", "and", "or")
        assert sentence[slice(*place)] == sentence[slice(*place)].strip() != ""


@pytest.mark.parametrize(
    ("text", "likeness"),
    [
        ("Anna Berg", "name"),
        ("the Duke of York", "name"),
        ("The brig Constance", "name"),
        ("Rinse it", "phrase"),
        ("5 May", "amount"),
        ("\u20ac20", "amount"),
        ("two eggs", "phrase"),
    ],
)
def test_the_likeness_of_a_quote(text, likeness):
    assert likeness_of(text) == likeness
