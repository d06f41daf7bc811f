"""Small documents that are made to be quoted from, edited and verified: sentences in paragraphs and a list, written in
any of four formats."""

from __future__ import annotations

import html
import io
import random
import textwrap
import zipfile
from dataclasses import dataclass
from typing import Literal

Format = Literal["txt", "md", "html", "docx"]
FORMATS: tuple[Format, ...] = ("txt", "md", "html", "docx")

THINGS = (
    "Alder Bridge", "Corran Lighthouse", "Fenwick Library", "Hollow Mill", "Ilmen Theatre", "Kestrel Station",
    "Larch Hospital", "Marlow Museum", "Norvik Harbour", "Osprey Tower", "Pella Market", "Quarry Park",
)  # fmt: skip
PEOPLE = (
    "Maria Lindqvist", "Paul Storm", "Ines Calder", "Tomas Berg", "Ada Novak", "Jorge Prado", "Lena Voss",
    "Samuel Okoro", "Yuki Tanaka", "Rosa Marchetti", "Emil Hartmann", "Nora Quinn",
)  # fmt: skip
# A sentence, each with a number, and a question that it answers.
FACTS = (
    ("{thing} was opened in {year} by {person}.", "Who opened {thing}?"),
    ("The building of {thing} cost {many} thousand euros.", "How much did the building of {thing} cost?"),
    ("Since {year} its director has been {person}.", "Who is the director of {thing}?"),
    ("Every year about {many} people visit {thing} from abroad.", "How many people visit {thing} from abroad?"),
    ("A day ticket costs {few} euros for adults.", "How much does a day ticket cost?"),
    ("The oldest wall is {many} years old and made of granite.", "What is the oldest wall made of?"),
    ("Guided tours start at {hour} in front of the main gate.", "When do guided tours start?"),
    ("The roof was repaired by {person} in {year} after a storm.", "Who repaired the roof?"),
    ("In {year} a fire destroyed the northern wing of {thing}.", "What destroyed the northern wing?"),
    ("The archive keeps {many} letters that {person} wrote.", "How many letters does the archive keep?"),
    ("On Sundays {thing} closes at {hour} in the evening.", "When does {thing} close on Sundays?"),
    ("The car park has room for {few} buses.", "How many buses does the car park have room for?"),
    ("In {year} the prize for the best restoration went to {person}.", "Who won the prize for the best restoration?"),
    ("The lift can carry {few} people at once.", "How many people can the lift carry at once?"),
    ("Repairs of the heating are planned for {year} and will take {few} weeks.", "How long will repairs take?"),
    ("The garden behind it was planted by {person} with {many} roses.", "Who planted the garden?"),
)
LEAD_IN = "Visitors of {thing} must bring the following things"
WHAT_TO_BRING = "What must visitors of {thing} bring?"
ITEMS = (
    ("a ticket for {few} days", "For how many days must the ticket be?"),
    ("a raincoat that is under {few} years old", "How old may the raincoat be?"),
    ("{few} litres of water", "How many litres of water must visitors bring?"),
    ("a letter of {few} lines from {person}", "Whose letter must visitors bring?"),
    ("shoes with soles of {few} millimetres", "How thick must the soles of the shoes be?"),
    ("a map from {year}", "From which year must the map be?"),
    ("{few} photographs", "How many photographs must visitors bring?"),
    ("a lamp with {few} batteries", "How many batteries must the lamp have?"),
)
# Of what is inserted; no word of it is needed for an answer.
NEWS = (
    "Nothing else is known of this so far.",
    "The council will speak about it in spring.",
    "Several newspapers wrote about that at length.",
    "This page was looked through again last week.",
    "Some neighbours do not agree with the plans.",
)


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """What a made document says: a title, paragraphs of sentences, and a list with what leads to it."""

    title: str
    paragraphs: tuple[tuple[str, ...], ...]
    lead_in: str
    items: tuple[str, ...]


def make_document(rng: random.Random) -> tuple[MadeDocument, list[str], list[str]]:
    """A document, questions that its sentences answer, and questions that its list answers."""
    thing = rng.choice(THINGS)

    def fill(text: str) -> str:
        return text.format(
            thing=thing,
            person=rng.choice(PEOPLE),
            year=rng.randint(1850, 2024),
            many=rng.randint(110, 980),
            few=rng.randint(3, 98),
            hour=f"{rng.randint(8, 20)}:{rng.randint(10, 59)}",
        )

    chosen = rng.sample(FACTS, 9)
    sentences = [fill(sentence) for sentence, _ in chosen]
    paragraphs = (tuple(sentences[:3]), tuple(sentences[3:6]), tuple(sentences[6:]))
    listed = rng.sample(ITEMS, 4)
    made = MadeDocument(thing, paragraphs, fill(LEAD_IN), tuple(fill(item) for item, _ in listed))
    asked = [question.format(thing=thing) for _, question in chosen]
    of_items = [WHAT_TO_BRING.format(thing=thing), *(question for _, question in listed)]
    return made, rng.sample(asked, len(asked)), rng.sample(of_items, len(of_items))


def written(made: MadeDocument, format: Format, *, width: int = 0, line_end: str = "\n") -> bytes:
    """The document as a file. With `width`, lines are wrapped at so many characters (in .docx, every paragraph is
    stored in pieces instead); `line_end` is what ends them."""
    if format == "docx":
        return _docx(made, width)
    paragraphs = [" ".join(sentences) for sentences in made.paragraphs]
    if width:
        paragraphs = ["\n".join(textwrap.wrap(one, width, break_on_hyphens=False)) for one in paragraphs]
    if format == "html":
        body = "".join(f"<p>{html.escape(one)}</p>\n" for one in paragraphs)
        items = "".join(f"<li>{html.escape(item)}</li>\n" for item in made.items)
        text = (
            f"<!DOCTYPE html>\n<title>{made.title}</title>\n<h1>{made.title}</h1>\n{body}"
            f"<p>{html.escape(made.lead_in)}:</p>\n<ul>\n{items}</ul>\n"
        )
    else:
        heading = f"# {made.title}" if format == "md" else made.title
        listed = "\n".join(f"- {item}" for item in made.items)
        text = "\n\n".join([heading, *paragraphs, f"{made.lead_in}:", listed]) + "\n"
    return text.replace("\n", line_end).encode()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def _docx(made: MadeDocument, piece: int) -> bytes:
    def paragraph(text: str) -> str:
        pieces = [text[at : at + piece] for at in range(0, len(text), piece)] if piece else [text]
        runs = "".join(f'<w:r><w:t xml:space="preserve">{html.escape(one)}</w:t></w:r>' for one in pieces)
        return f"<w:p>{runs}</w:p>"

    texts = [made.title, *(" ".join(sentences) for sentences in made.paragraphs), f"{made.lead_in}:"]
    body = "".join(map(paragraph, [*texts, *(f"- {item}" for item in made.items)]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return packed.getvalue()
