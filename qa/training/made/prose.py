"""Sentences of made-up documents that answer whether, why and how, and steps to take."""

from __future__ import annotations

import random
from dataclasses import dataclass

from qa.training.made import values as v
from qa.training.made.facts import Fact

ALLOWED = (  # what may be done, as the subject of a sentence; as a question begins; where
    ("Dogs", "Are dogs", "Can I bring my dog", "in the building"), ("Bicycles", "Are bicycles", "Can I take my bicycle", "in the stairwell"),
    ("Barbecues", "Are barbecues", "May I have a barbecue", "on the balconies"), ("Visitors", "Are visitors", "Can I bring visitors", "on the ward"),
    ("Photographs", "Are photographs", "May I take photographs", "in the exhibition"), ("Drones", "Are drones", "Can I fly a drone", "over the site"),
    ("Glass bottles", "Are glass bottles", "Can I take glass bottles", "into the pool area"), ("Ball games", "Are ball games", "May children play ball", "in the courtyard"),
    ("Private calls", "Are private calls", "May I make private calls", "during working hours"), ("Satellite dishes", "Are satellite dishes", "May tenants put up a satellite dish", "on the façade"),
    ("Open shoes", "Are open shoes", "Can I wear open shoes", "in the workshop"), ("Refunds", "Are refunds", "Can I get a refund", "for used tickets"),
    ("Sublets", "Are sublets", "May I sublet my room", "under this agreement"), ("Mobile phones", "Are mobile phones", "Can I use my phone", "in the laboratory"),
    ("Extension cords", "Are extension cords", "Can I use an extension cord", "with this device"), ("Tents", "Are tents", "Can I put up a tent", "near the lake"),
    ("Late submissions", "Are late submissions", "Can I hand in my work late", "in this course"), ("Musical instruments", "Are musical instruments", "May I practise the piano", "after 8 p.m."),
    ("Overnight stays", "Are overnight stays", "Can guests stay overnight", "in the clubhouse"), ("Food and drinks", "Are food and drinks", "Can I eat", "in the reading room"),
)  # fmt: skip
REASONS = (  # what happened; as a question; why
    ("The {event} was postponed", "Why was the {event} postponed?", ("of the storm warning", "the speaker fell ill", "the hall was double-booked", "too few people had registered")),
    ("The {room} stays closed until further notice", "Why is the {room} closed?", ("the ceiling is being repaired", "mould was found behind the panels", "of a broken water pipe", "the fire alarm has to be replaced")),
    ("We changed the supplier", "Why did we change the supplier?|Why was the supplier changed?", ("deliveries were late four times in a row", "the contract ran out", "prices rose by a third", "of repeated complaints")),
    ("The {device} must not be covered", "Why must the {device} not be covered?|Why may I not cover the {device}?", ("it gets hot and can catch fire", "the air has to circulate freely", "the sensor sits on its back")),
    ("The budget was raised", "Why was the budget raised?|For what reason was the budget raised?", ("the roof turned out to be damaged", "two more people were hired", "steel has become more expensive")),
    ("Samples are kept in the dark", "Why are samples kept in the dark?|Why must samples be kept in the dark?", ("light breaks down the dye", "the reagent reacts to light", "they fade within hours")),
    ("The launch was moved to autumn", "Why was the launch moved?|Why did the launch move to autumn?", ("the test lab found a fault in the hinge", "the translations were not ready", "of the strike at the port")),
    ("Use only distilled water", "Why should I use distilled water?|Why only distilled water?", ("tap water leaves lime in the tank", "minerals clog the nozzle", "salts damage the coating")),
    ("The vote was repeated", "Why was the vote repeated?", ("three ballots were missing", "the quorum had not been reached", "the count was challenged")),
    ("The path along the river is blocked", "Why is the path blocked?|Why can't I walk along the river?", ("a tree has fallen across it", "of bridge works", "the bank was washed away")),
    ("Membership fees go up", "Why do the fees go up?|Why are membership fees going up?", ("the rent of the hall was raised", "energy costs have doubled", "we need a new mower")),
    ("The dough rests overnight", "Why does the dough rest overnight?|Why should the dough rest?", ("the yeast needs time", "it becomes easier to roll out", "the flavour improves")),
)  # fmt: skip
TASKS = (  # what one wants to do; how, with a value
    ("reset the {device}", "hold the {button} button for {duration} until the light blinks"), ("clean the filter", "rinse it under lukewarm water and let it dry for {duration}"),
    ("book the {room}", "write to {email} at least {duration} ahead"), ("report a fault", "call {phone} and give the number on the plate"),
    ("cancel my registration", "send a message to {email} before {date}"), ("change the password", "open Settings, choose Account and enter the old password twice"),
    ("open the cover", "loosen the {count} screws on the back and lift it towards you"), ("descale the {device}", "fill the tank with {litres} of water and one bag of descaler"),
    ("claim travel expenses", "fill in form {code} and hand it to the front desk within {duration}"), ("borrow a book", "show your card at the desk on the {floor} floor"),
    ("calibrate the scale", "place the {weight} test weight in the middle and press Set"), ("connect the {device} to the network", "press the pairing key and type in the code {code}"),
    ("return goods", "stick the label on the box and bring it to any post office within {duration}"), ("apply for leave", "enter the days in the calendar and wait for the answer of {person}"),
    ("restore a backup", "stop the service, copy the latest archive to the data folder and start it again"), ("get a parking permit", "hand in a copy of the registration at the town hall, counter {count}"),
    ("turn off the alarm", "type in the code within {duration} after opening the door"), ("bleed the radiator", "turn the valve with the square key until water comes out"),
    ("store the {device} in winter", "empty the tank, dry all hoses and keep it above {degrees}"), ("join the association", "send the signed form to {person}"),
)  # fmt: skip
STEPS = (  # a step; what can be asked about its value
    ("Press the {button} button for {duration}.", "How long must the {button} button be pressed?", "{duration}"), ("Wait {duration} until the lamp turns green.", "How long do I wait for the lamp to turn green?", "{duration}"),
    ("Fill in {litres} of clean water.", "How much water is filled in?", "{litres}"), ("Tighten the {count} screws crosswise.", "How many screws are tightened?", "{count}"),
    ("Heat the mixture to {degrees}.", "To what temperature is the mixture heated?", "{degrees}"), ("Send the form to {email}.", "Where is the form sent?", "{email}"),
    ("Ask {person} for the key.", "Whom do I ask for the key?", "{person}"), ("Enter the code {code}.", "Which code is entered?", "{code}"),
    ("Switch off the mains and pull the plug.", "", ""), ("Remove the cover on the left side.", "", ""), ("Check the seal for cracks.", "", ""), ("Put the lid back on until it clicks.", "", ""),
    ("Write the date on the label.", "", ""), ("Rinse everything with warm water.", "", ""), ("Let it cool down completely.", "", ""), ("Stir until no lumps are left.", "", ""),
    ("Close the valve by hand.", "", ""), ("Save the file under a new name.", "", ""), ("Restart the program.", "", ""), ("Lay the mat flat on the floor.", "", ""), ("Sign the last page.", "", ""),
)  # fmt: skip
BUTTONS = ("power", "reset", "mode", "start", "pairing", "red", "menu", "left")
ROOMS = (
    "meeting room",
    "sauna",
    "east entrance",
    "reading room",
    "car park",
    "laundry room",
    "lecture hall",
    "canteen",
    "bike cellar",
)
EVENTS = ("concert", "general meeting", "excursion", "workshop", "summer party", "training", "inspection", "auction")


@dataclass(frozen=True, slots=True)
class Told:
    """Text of a section, one block a string, with what it says."""

    blocks: tuple[str, ...]
    facts: tuple[Fact, ...]


def filled(text: str, rng: random.Random) -> tuple[str, dict[str, str]]:
    """The text with its slots filled, and by what."""
    makers = {
        "device": v.one_of(*v.DEVICES), "button": v.one_of(*BUTTONS), "duration": v.short_time, "room": v.one_of(*ROOMS),
        "event": v.one_of(*EVENTS), "email": v.email, "phone": v.phone, "date": v.date, "code": v.code,
        "count": v.one_of(*v.NUMBERS[1:8]), "floor": v.one_of("first", "second", "third", "ground"),
        "weight": v.measured("g", "kg"), "degrees": v.measured("°C", low=4, high=180), "person": v.person,
        "litres": v.measured("l", "ml", "litres", low=1, high=800),
    }  # fmt: skip
    chosen = {name: maker(rng) for name, maker in makers.items()}
    return text.format(**chosen), chosen


def rule(rng: random.Random, heading: str) -> Told:
    """Whether something is allowed, in one sentence."""
    subject, asked, asked_mine, where = rng.choice(ALLOWED)
    until, person = v.time(rng), v.person(rng)
    tail = rng.choice((
        f"are allowed {where}", f"are not allowed {where}", f"are prohibited {where} at all times", f"are welcome {where}",
        f"are only permitted {where} until {until}", f"are permitted {where} with the written consent of {person}",
        f"are not permitted {where} for reasons of safety", f"must be registered with {person} before they come {where}",
    ))  # fmt: skip
    sentence = f"{subject} {tail}."
    if rng.random() < 0.3:
        sentence = (
            rng.choice(("Please note: ", "As a rule, ", "Since last year, ")) + sentence[0].lower() + sentence[1:]
        )
    asks = (f"{asked} allowed {where}?", f"{asked_mine} {where}?", f"{asked} permitted {where}?", f"{asked} forbidden {where}?",
            f"{asked_mine}?", f"Is it true that {subject.lower()} are allowed {where}?")  # fmt: skip
    return Told((sentence,), (Fact("whether", asks, sentence.rstrip("."), (sentence,), "", heading),))


def reason(rng: random.Random, heading: str) -> Told:
    """Why something is so, in one sentence."""
    what, asks, why = rng.choice(REASONS)
    cause = rng.choice(why)
    joint = "because"
    sentence, chosen = filled(f"{what} {joint} {cause}.", rng)
    answer = f"{joint} {cause}"
    asked = tuple(ask.format(**chosen) for ask in asks.split("|"))
    return Told((sentence,), (Fact("why", asked, answer, (sentence,), sentence[: sentence.index(answer)], heading),))


def instruction(rng: random.Random, heading: str) -> Told:
    """How something is done, in one sentence."""
    goal, how = rng.choice(TASKS)
    text, chosen = filled(f"{goal}|{how}", rng)
    goal, how = text.split("|")
    third = goal.replace(" my ", " your ")
    sentence = rng.choice((f"To {third}, {how}.", f"If you want to {third}, {how}.", f"To {third}: {how}."))
    asks = (f"How do I {goal}?", f"How can I {goal}?", f"What do I have to do to {goal}?", f"How to {goal}?",
            f"What is the way to {goal}?")  # fmt: skip
    facts = [Fact("how", asks, how, (sentence,), sentence[: sentence.index(how)], heading)]
    for slot, ask in (("duration", f"How long does it take to {goal}?"), ("email", f"Where do I write to {goal}?"),
                      ("phone", f"What number do I call to {goal}?")):  # fmt: skip
        if chosen[slot] in how and slot != "duration":
            before = sentence[: sentence.index(chosen[slot])]
            facts.append(Fact("prose", (ask,), chosen[slot], (sentence,), before, heading))
    return Told((sentence,), tuple(facts))


def numbered(rng: random.Random, heading: str, mark: str = "{}. ") -> Told:
    """Steps to a goal, with what leads to them."""
    goal, _ = filled(rng.choice(TASKS)[0], rng)
    goal = goal.replace(" my ", " your ")
    lead = rng.choice((f"To {goal}, do the following:", f"Follow these steps to {goal}:", f"How to {goal}:",
                       f"Proceed as follows to {goal}:"))  # fmt: skip
    lines, facts, told = [lead], [], []
    for step, ask, value in rng.sample(STEPS, rng.randint(3, 6)):
        text, chosen = filled(step, rng)
        told.append(text)
        if ask:
            answer = value.format(**chosen)
            before = text[: text.index(answer)]
            asks = (ask.format(**chosen), f"{ask.format(**chosen)[:-1]} to {goal}?")
            facts.append(Fact("step", asks, answer, (text,), before, heading))
    for number, text in enumerate(told, 1):
        lines.append(mark.format(number) + text)
    order = ("first", "second", "third", "fourth", "fifth", "sixth")
    place = rng.randrange(len(told))
    asks = (
        f"What is the {order[place]} step to {goal}?",
        f"What do I do {'first' if place == 0 else order[place]} to {goal}?",
    )
    facts.append(Fact("step", asks, told[place].rstrip("."), (told[place],), "", heading))
    if place:
        earlier = told[place - 1].rstrip(".")
        after = (f"What comes after “{earlier}”?", f"What do I do after this step: {earlier.lower()}?")
        facts.append(Fact("step", after, told[place].rstrip("."), (told[place],), "", heading))
    return Told(tuple(lines), tuple(facts))


def ingredients(rng: random.Random, heading: str) -> Told:
    """A list of what a dish needs."""
    dish = rng.choice(v.DISHES)
    lead = rng.choice(
        (f"For the {dish} you need:", f"Ingredients for {rng.randint(2, 8)} portions of {dish}:", "You will need:")
    )
    lines, facts = [lead], []
    for food in rng.sample(v.FOODS, rng.randint(4, 8)):
        amount = rng.choice(
            (v.measured("g", "ml", low=20, high=900), v.measured("tbsp", "tsp", "cups", low=1, high=6))
        )(rng)
        many = "many" if food.endswith("s") and food != "lentils" else "much"
        line = f"{amount} {food}" if rng.random() < 0.7 else f"{food}: {amount}"
        lines.append(f"- {line}")
        asks = (f"How {many} {food} do I need?", f"How {many} {food} do I put into the {dish}?", f"What amount of {food} is needed for the {dish}?",
                f"How {many} {food} should I use for the {dish}?")  # fmt: skip
        facts.append(
            Fact("item", asks if dish in lead else asks[:1], amount, (line,), line[: line.index(amount)], heading)
        )
    return Told(tuple(lines), tuple(facts))


TELLERS = (rule, rule, reason, instruction, instruction, numbered, ingredients)
