"""Made-up names, amounts and dates, wide enough that a reader learns where an answer stands and not which it is."""

from __future__ import annotations

import random
from collections.abc import Callable

Maker = Callable[[random.Random], str]

FIRST = (
    "Anna Ben Clara David Elif Farid Greta Hamid Ines Jonas Karim Lena Mateo Nadia Omar Priya Quentin Rosa Samir Tova Umar "
    "Vera Wei Ximena Yusuf Zoë Amir Birgit Carlos Dunja Emre Fiona Goran Hana Ivan Jelena Kofi Lucía Milan Noor Oskar "
    "Petra Rafael Selma Tomas Ulrike Victor Wanda Yara Adaeze Bao Chidi Daria Esteban Folake Gita Henrik Ilse Jamal"
).split()
LAST = (
    "Berg Okafor Lindqvist Novak Haddad Moreau Tanaka Fischer Alvarez Kowalski Petrov Rossi Yilmaz Nguyen Smith Patel "
    "O'Brien García Weber Johansson Costa Ivanova Schmidt Dubois Kim Mensah Larsen Romano Popescu Horvat Silva Brandt "
    "Kaya Walsh Jensen Marino Keller Ortiz Sato Bauer Fontaine Nielsen Adeyemi Vogel Santos Reyes Meyer Lund Castillo"
).split()
PLACES = (
    "Munich Leeds Porto Graz Aarhus Lyon Gdańsk Utrecht Bilbao Turin Basel Tampere Cork Ghent Brno Split Bergen Malmö "
    "Dresden Nantes Zaragoza Linz Tartu Galway Lugano Riga Kaunas Varna Patras Coimbra Denver Halifax Perth Durban Recife "
    "Osaka Pune Quito Accra Hanoi Tunis Amman Lima Tbilisi Riverside Northgate Westfield Oakham Harrow Milton"
).split()
STREETS = ("Mill Lane", "Station Road", "Hauptstraße", "Rue des Fleurs", "Harbour Street", "Kirchgasse", "Elm Avenue",
           "Bridge Street", "Market Square", "Lindenweg", "Calle Mayor", "North Quay")  # fmt: skip
COMPANIES = ("Holt", "Bremer", "Castellan", "Norvik", "Aldine", "Tessera", "Marlow", "Quill", "Fenwick", "Solara",
             "Ostrand", "Verity", "Kestrel", "Lumen", "Halden", "Orchard", "Pinnacle", "Redwood")  # fmt: skip
FORMS_OF = ("Ltd", "GmbH", "Inc.", "AG", "& Sons", "Partners", "B.V.", "S.A.", "Group", "Services")
MONTHS = ("January February March April May June July August September October November December").split()
DAYS = ("Monday Tuesday Wednesday Thursday Friday Saturday Sunday").split()
NUMBERS = ("one two three four five six seven eight nine ten twelve fourteen fifteen twenty thirty").split()
COLOURS = "black white red navy graphite silver olive beige anthracite cream burgundy teal yellow".split()
MATERIALS = "steel aluminium oak pine glass cotton wool leather brass bamboo ABS plastic ceramic linen cork".split()
DEVICES = ("dehumidifier", "dishwasher", "router", "drill", "kettle", "label printer", "scanner", "fan heater",
           "projector", "lawnmower", "freezer", "thermostat", "blender", "e-scooter", "telescope", "treadmill",
           "generator", "compressor", "wall charger", "monitor", "speaker", "humidifier", "water pump", "boiler",
           "camera", "drone", "sewing machine", "coffee machine", "vacuum cleaner", "air purifier",
           "pressure washer", "desk lamp", "bicycle trailer", "oven", "centrifuge", "incubator", "forklift",
           "smoke detector", "washing machine", "heat pump")  # fmt: skip
GOODS = ("oak shelf", "wool blanket", "steel bolt M8", "garden hose", "desk chair", "tea towel", "wall paint",
         "paper roll", "coffee beans", "olive oil", "rye bread", "tomato seeds", "copper pipe", "work gloves",
         "storage box", "picture frame", "bath mat", "candle set", "notebook A5", "fountain pen", "printer paper",
         "face mask", "hand soap", "floor cleaner", "bed linen", "camping stove", "rain jacket", "hiking boots",
         "bike helmet", "USB cable", "power strip", "garden table", "apple juice", "goat cheese", "ground cinnamon",
         "plywood sheet", "roof tile", "brass hinge", "door handle", "safety vest", "cable tie", "wood screw")  # fmt: skip
FOODS = ("flour", "sugar", "butter", "milk", "eggs", "honey", "yeast", "salt", "rice", "lentils", "chickpeas",
         "cream", "olive oil", "tomatoes", "onions", "garlic", "parsley", "almonds", "raisins", "oats", "potatoes",
         "carrots", "spinach", "grated cheese", "vanilla extract", "baking powder", "cinnamon", "lemon juice",
         "ginger", "coconut milk", "soy sauce", "black pepper", "walnuts", "yoghurt")  # fmt: skip
DISHES = ("lentil soup", "apple cake", "potato gratin", "rye bread", "tomato tart", "carrot salad", "rice pudding",
          "spinach lasagne", "nut loaf", "chickpea curry", "lemon biscuits", "onion soup", "banana pancakes")  # fmt: skip


def person(rng: random.Random) -> str:
    """A person's name."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def company(rng: random.Random) -> str:
    """A company's name."""
    return f"{rng.choice(COMPANIES)} {rng.choice(FORMS_OF)}"


def place(rng: random.Random) -> str:
    """A town."""
    return rng.choice(PLACES)


def address(rng: random.Random) -> str:
    """A street and a town."""
    return f"{rng.randint(1, 220)} {rng.choice(STREETS)}, {place(rng)}"


def code(rng: random.Random) -> str:
    """Letters and digits, as on a label."""
    letters = "".join(rng.choices("ABCDEFGHKLMNPRSTVWX", k=rng.randint(1, 3)))
    return f"{letters}{rng.choice(('-', '', ' '))}{rng.randint(1, 9) * rng.choice((1, 10, 100, 1000)) + rng.randint(0, 99)}"


def email(rng: random.Random) -> str:
    """An e-mail address."""
    first, last = rng.choice(FIRST), rng.choice(LAST).replace("'", "")
    name = rng.choice((first, f"{first}.{last}", last, "info", "support", "bookings", "office")).lower()
    return f"{name}@{rng.choice(COMPANIES).lower()}.example"


def phone(rng: random.Random) -> str:
    """A telephone number."""
    return f"+{rng.randint(1, 99)} {rng.randint(10, 999)} {rng.randint(100, 999)} {rng.randint(1000, 9999)}"


def price(rng: random.Random) -> str:
    """An amount of money."""
    whole = rng.choice((rng.randint(1, 99), rng.randint(100, 999), rng.randint(1000, 48000)))
    amount = (
        f"{whole:,}" if rng.random() < 0.3 else f"{whole:,}.{rng.choice(('00', '50', '90', '95', '99', '20', '75'))}"
    )
    return rng.choice((f"€{amount}", f"${amount}", f"£{amount}", f"{amount} EUR", f"CHF {amount}", f"{amount} €"))


def time(rng: random.Random) -> str:
    """A time of day."""
    hour, minute = rng.randint(0, 23), rng.choice((0, 15, 30, 45, rng.randint(0, 59)))
    if rng.random() < 0.3:
        return f"{(hour - 1) % 12 + 1}:{minute:02d} {'a.m.' if hour < 12 else 'p.m.'}"
    return f"{hour:02d}:{minute:02d}"


def hours(rng: random.Random) -> str:
    """From when to when something is open."""
    if rng.random() < 0.1:
        return "closed"
    opens, closes = rng.randint(6, 11), rng.randint(14, 22)
    return rng.choice((f"{opens}:00–{closes}:00", f"{opens:02d}:30 - {closes}:00", f"{opens} a.m. to {closes - 12} p.m.",
                       f"{opens}:00 to {closes}:30"))  # fmt: skip


def date(rng: random.Random) -> str:
    """A day, written in one of many ways."""
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1998, 2031)
    name = MONTHS[month - 1]
    return rng.choice((f"{day} {name} {year}", f"{name} {day}, {year}", f"{year}-{month:02d}-{day:02d}",
                       f"{day:02d}.{month:02d}.{year}", f"{day} {name}", f"{month}/{day}/{year}"))  # fmt: skip


def duration(rng: random.Random) -> str:
    """A span of time."""
    unit = rng.choice(("days", "weeks", "months", "hours", "minutes", "years", "working days"))
    count = str(rng.randint(2, 90)) if rng.random() < 0.6 else rng.choice(NUMBERS[1:])
    return f"{count} {unit}"


def short_time(rng: random.Random) -> str:
    """How long something is held, waited for or allowed."""
    unit, most = rng.choice((("seconds", 60), ("minutes", 90), ("hours", 72), ("days", 30), ("working days", 14)))
    number = rng.randint(2, most)
    return f"{NUMBERS[number - 1] if number <= 10 and rng.random() < 0.5 else number} {unit}"


def year(low: int = 1890, high: int = 2026) -> Maker:
    """A year."""
    return lambda rng: str(rng.randint(low, high))


def percent(rng: random.Random) -> str:
    """A share of a hundred."""
    return rng.choice((f"{rng.randint(1, 99)}%", f"{rng.randint(0, 30)}.{rng.randint(1, 9)}%", f"{rng.randint(2, 95)} %",
                       f"{rng.randint(2, 60)} percent"))  # fmt: skip


def measured(*units: str, low: float = 1, high: float = 500) -> Maker:
    """Amounts in one of some units."""

    def make(rng: random.Random) -> str:
        number = rng.uniform(low, high)
        shown = f"{number:.0f}" if number > 20 or rng.random() < 0.5 else f"{number:.1f}"
        return f"{shown}{'' if rng.random() < 0.12 else ' '}{rng.choice(units)}"

    return make


def count(low: int = 1, high: int = 400) -> Maker:
    """Whole numbers."""
    return lambda rng: f"{rng.randint(low, high):,}"


def one_of(*words: str) -> Maker:
    """One of some words."""
    return lambda rng: rng.choice(words)


def model(rng: random.Random) -> str:
    """The name of a model of a device."""
    return rng.choice((f"{rng.choice(COMPANIES)} {code(rng)}", code(rng), f"{rng.choice(COMPANIES)} {rng.choice(NUMBERS).title()}",
                       f"{rng.choice(('Pro', 'Eco', 'Mini', 'Max', 'Air', 'Home', 'Plus'))} {rng.randint(1, 900)}"))  # fmt: skip


def different(maker: Maker, count: int, rng: random.Random) -> list[str]:
    """So many values, no two the same; fewer where the maker has no more."""
    found: dict[str, None] = {}
    for _ in range(count * 12):
        found[maker(rng)] = None
        if len(found) == count:
            break
    return list(found)
