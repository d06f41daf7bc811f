"""Made-up documents, as Markdown or plain text: tables, forms, lists and prose under headings."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.training.made import values as v
from qa.training.made.domains import DOMAINS, Attribute, Domain
from qa.training.made.facts import Fact, Sketch
from qa.training.made.prose import TELLERS, Told

MOST_THINGS = 8
NEEDLESS = re.compile(r" (?:of|for|to|on) (?:it|her)(?= (?:is|was|are|were|lasts|has|open|holds|go|takes|costs)\b)")
LABELLED = ("What is the {label} of {it}?", "{label} of {it}?", "What {label} does {it} have?", "{it} {label}",
            "Tell me the {label} of {it}.", "What does it say about the {label} of {it}?")  # fmt: skip
UNNAMED = ("{it}: {label}?", "{it} {label}")  # for labels that are no noun
NAMES_NOTHING = re.compile(
    r"(reports|made|store|keep|by|from|until|where|when|runs|operates|departs|leaves|arrives|due|paid|taken|starts|begins|"
    r"ends|since|how|in |use |after|grows|blooms|closed|not |on |register|sign|rented|bill|measured|added|what|won|lost|w$|"
    r"l$|pts|contains|serves|built|first|open|sampled|issued|max|adults|children|reduced|available|to$|drive$|who|day)",
    re.I,
)
SECTIONS = ("Notes", "Rules", "Good to know", "How to", "Help", "Frequently asked questions", "House rules",
            "Instructions", "Remarks", "Before you start", "Preparation", "In short", "Other information")  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableValue:
    """A thing's value of one attribute, and what the document calls the attribute."""

    thing: str
    attribute: Attribute
    label: str
    value: str


def made_sketch(rng: random.Random, filler: Sequence[str]) -> Sketch:
    """A document about the things of one domain. `filler` are sentences of other text, to stand between."""
    domain = rng.choice(DOMAINS)
    markdown = rng.random() < 0.6
    words = {"place": v.place(rng), "company": rng.choice(v.COMPANIES), "year": str(rng.randint(2008, 2027))}
    title = rng.choice(domain.titles).format(**words)
    writer = _Writer(markdown, rng)
    writer.title(title)
    if rng.random() < 0.5:
        writer.paragraph(" ".join(rng.sample(list(filler), rng.randint(1, 3))))
    facts: list[Fact] = []
    absent: list[str] = []
    way = rng.choice((_by_thing, _by_thing, _by_group, _by_group, _alone))
    facts += way(domain, writer, rng, absent)
    for heading in rng.sample(SECTIONS, rng.randint(0, 3)):
        facts += _told(writer, heading, rng, filler)
    name = re.sub(r"[^\w]+", rng.choice(("_", "-", " ")), title).strip("_- ").lower()
    name = (
        name if rng.random() < 0.85 else f"{rng.choice(('scan', 'doc', 'file', 'final', 'copy'))}{rng.randint(1, 99)}"
    )
    return Sketch(f"{name}{'.md' if markdown else '.txt'}", writer.text(), tuple(facts), tuple(absent))


class _Writer:
    """Writes blocks as Markdown or as plain text."""

    def __init__(self, markdown: bool, rng: random.Random) -> None:
        self.markdown = markdown
        self.rng = rng
        self._blocks: list[str] = []
        self._style = rng.choice(("underlined", "capitals", "capitals", "numbered"))
        self._number = 0

    def text(self) -> str:
        return "\n\n".join(self._blocks) + "\n"

    def paragraph(self, text: str) -> None:
        self._blocks.append(text)

    def title(self, text: str) -> None:
        if self.markdown:
            self._blocks.append(f"# {text}")
        else:
            self._blocks.append(f"{text}\n{'=' * len(text)}" if self._style == "underlined" else text.upper())

    def heading(self, text: str, level: int = 2) -> None:
        self._number += level == 2
        if self.markdown:
            self._blocks.append(f"{'#' * level} {text}")
        elif self._style == "underlined" or level > 2:
            self._blocks.append(f"{text}\n{('-' if level == 2 else '~') * max(3, len(text))}")
        else:
            self._blocks.append(text.upper() if self._style == "capitals" else f"{self._number}. {text}")

    def list(self, lines: Sequence[str]) -> None:
        self._blocks.append("\n".join(lines))

    def told(self, told: Told) -> None:
        if len(told.blocks) == 1:
            self.paragraph(told.blocks[0])
        else:
            self._blocks.append(told.blocks[0] + ("\n\n" if self.markdown else "\n") + "\n".join(told.blocks[1:]))

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        shape = "bars" if self.markdown else self.rng.choice(("bars", "tabs", "columns", "columns"))
        if shape == "tabs":
            self._blocks.append("\n".join("\t".join(row) for row in (header, *rows)))
        elif shape == "columns":
            widths = [max(map(len, column)) + 3 for column in zip(header, *rows, strict=True)]
            lines = ["".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in (header, *rows)]
            self._blocks.append("\n".join(lines))
        else:
            ruled = ["|".join(["", *(f" {cell} " for cell in row), ""]) for row in (header, *rows)]
            self._blocks.append("\n".join([ruled[0], "|" + "---|" * len(header), *ruled[1:]]))


def _cells(domain: Domain, names: Sequence[str], rng: random.Random, most: int = 5) -> list[list[TableValue]]:
    """For each thing its values of the same few attributes, under the same labels."""
    attributes = rng.sample(domain.attributes, min(len(domain.attributes), rng.randint(2, most)))
    labels = {one: rng.choice(one.labels) for one in attributes}
    return [[TableValue(name, one, labels[one], one.value(rng)) for one in attributes] for name in names]


def _it(domain: Domain, name: str) -> str:
    return domain.it.format(name=name)


def _asks(domain: Domain, cell: TableValue, rng: random.Random, it: str = "") -> tuple[str, ...]:
    """Questions for a cell: the attribute's own, and some by its label."""
    it = it or _it(domain, cell.thing)
    label = cell.label if cell.label.isupper() or cell.label[:2].isupper() else cell.label[:1].lower() + cell.label[1:]
    own = [ask.format(it=it, label=label) for ask in cell.attribute.asks]
    usual = LABELLED if NAMES_NOTHING.match(label) is None else UNNAMED
    made = [ask.format(it=it, label=label) for ask in rng.sample(usual, 2)]
    return tuple(ask[:1].upper() + ask[1:] for ask in (*own, *own, *made))


def _about_others(domain: Domain, cells: Sequence[TableValue], names: Sequence[str], rng: random.Random) -> list[str]:
    """Questions that nothing here answers: for another thing, or for what is not told of one of these."""
    made = []
    other = next((name for name in v.different(domain.names, 12, rng) if name not in names), None)
    if other:
        made.append(rng.choice(_asks(domain, TableValue(other, cells[0].attribute, cells[0].label, ""), rng)))
    told = {cell.attribute for cell in cells}
    untold = [one for one in domain.attributes if one not in told]
    if untold:
        one = rng.choice(untold)
        made.append(rng.choice(_asks(domain, TableValue(rng.choice(names), one, one.labels[0], ""), rng)))
    return made


def _by_group(domain: Domain, writer: _Writer, rng: random.Random, absent: list[str]) -> list[Fact]:
    """Tables under headings: the same things in two of them, with other values, or others."""
    groups = rng.sample(domain.headings, min(len(domain.headings), rng.choice((1, 1, 2, 2, 3))))
    names = v.different(domain.names, rng.randint(3, MOST_THINGS), rng)
    alike = rng.random() < 0.4
    made: list[Fact] = []
    cells: list[list[TableValue]] = []
    for group in groups:
        if not alike or not cells:
            cells = _cells(domain, names if alike else v.different(domain.names, rng.randint(3, MOST_THINGS), rng), rng)
        else:
            cells = [[TableValue(c.thing, c.attribute, c.label, c.attribute.value(rng)) for c in row] for row in cells]
        headed = len(groups) > 1 or rng.random() < 0.6
        if headed:
            writer.heading(group)
        of = rng.choice(domain.of)
        writer.table(
            [of, *(cell.label for cell in cells[0])], [[row[0].thing, *(cell.value for cell in row)] for row in cells]
        )
        for row in cells:
            for cell in row:
                it = _it(domain, cell.thing)
                both = alike and len(groups) > 1  # only the heading tells which of two rows is meant
                named = (f"{it} ({group.lower()})", f"{it}, {group.lower()}") if both else (it,)
                asks = tuple(ask for one in named for ask in _asks(domain, cell, rng, one))
                made.append(Fact("row", asks, cell.value, (cell.thing,), f"{cell.label}: ", group if headed else ""))
        absent += _about_others(domain, cells[0], [row[0].thing for row in cells], rng)
    return made


def _by_thing(domain: Domain, writer: _Writer, rng: random.Random, absent: list[str]) -> list[Fact]:
    """A section for each thing, all of the same shape, so that only the heading tells them apart."""
    names = v.different(domain.names, rng.randint(2, 5), rng)
    shape = rng.choice((_form, _list, _prose, _prose))
    made: list[Fact] = []
    rows = _cells(domain, names, rng, 6)
    for row in rows:
        heading = row[0].thing[:1].upper() + row[0].thing[1:]
        writer.heading(heading)
        made += shape(domain, row, writer, rng, heading, "")
    absent += _about_others(domain, rows[0], names, rng)
    return made


def _alone(domain: Domain, writer: _Writer, rng: random.Random, absent: list[str]) -> list[Fact]:
    """One thing, named by the title or by a heading, told under several headings."""
    [name] = v.different(domain.names, 1, rng)
    [row] = _cells(domain, [name], rng, 8)
    rng.shuffle(row)
    writer.heading(name[:1].upper() + name[1:])
    half = len(row) // 2
    made: list[Fact] = []
    for part in (row[:half], row[half:]):
        if part:
            heading = rng.choice(domain.headings) if rng.random() < 0.7 else ""
            if heading:
                writer.heading(heading, 3)
            shape = rng.choice((_form, _list, _prose))
            made += shape(domain, part, writer, rng, heading, rng.choice(domain.alone) if domain.alone else "")
    absent += _about_others(domain, row, [name], rng)
    return made


def _form(
    domain: Domain, row: Sequence[TableValue], writer: _Writer, rng: random.Random, heading: str, alone: str
) -> list[Fact]:
    if writer.markdown:
        mark = rng.choice(("**{}:** {}", "- **{}:** {}", "- {}: {}"))
        writer.list([mark.format(cell.label, cell.value) + ("" if mark[0] == "-" else "  ") for cell in row])
    else:
        width = max(len(cell.label) for cell in row) + 2 if rng.random() < 0.3 else 0
        writer.list([f"{cell.label}: ".ljust(width) + cell.value for cell in row])
    return [
        Fact("field", _asks(domain, cell, rng, _or_alone(cell, domain, alone, rng)), cell.value, (cell.label,), f"{cell.label}: ", heading)
        for cell in row
    ]  # fmt: skip


def _list(
    domain: Domain, row: Sequence[TableValue], writer: _Writer, rng: random.Random, heading: str, alone: str
) -> list[Fact]:
    sign = rng.choice(("-", "*", "-", "•" if not writer.markdown else "+"))
    between = rng.choice((": ", ": ", " – "))
    writer.list([f"{sign} {cell.label}{between}{cell.value}" for cell in row])
    return [
        Fact("item", _asks(domain, cell, rng, _or_alone(cell, domain, alone, rng)), cell.value, (cell.label,), f"{cell.label}{between}", heading)
        for cell in row
    ]  # fmt: skip


def _or_alone(cell: TableValue, domain: Domain, alone: str, rng: random.Random) -> str:
    return alone if alone and rng.random() < 0.5 else _it(domain, cell.thing)


def _prose(
    domain: Domain, row: Sequence[TableValue], writer: _Writer, rng: random.Random, heading: str, alone: str
) -> list[Fact]:
    """Sentences, the first of which may name the thing; the others leave that to the heading."""
    pronoun = "She" if domain.sort == "employee" else "It"
    sentences, made = [], []
    for number, cell in enumerate(row):
        if not cell.attribute.tells:
            continue
        named = number == 0 and rng.random() < 0.5
        it = _it(domain, cell.thing) if named else pronoun
        told = rng.choice(cell.attribute.tells)
        inside = it if told.startswith("{It}") or named else it.lower().replace("she", "her")
        sentence = told.format(It=it[:1].upper() + it[1:], it=inside, value=cell.value, label=cell.label.lower())
        sentence = NEEDLESS.sub("", sentence[:1].upper() + sentence[1:])
        before = sentence[: sentence.index(cell.value)] if cell.value in sentence else None
        if before is None:
            continue
        sentences.append(sentence)
        asks = _asks(domain, cell, rng, _or_alone(cell, domain, alone, rng))
        made.append(Fact("prose", asks, cell.value, (sentence,), before, heading))
    if sentences:
        if rng.random() < 0.3:
            writer.list([f"- {sentence}" for sentence in sentences])
        else:
            writer.paragraph(" ".join(sentences))
    return made


def _told(writer: _Writer, heading: str, rng: random.Random, filler: Sequence[str]) -> list[Fact]:
    """A section of rules, reasons and instructions."""
    headed = rng.random() < 0.85
    if headed:
        writer.heading(heading)
    made: list[Fact] = []
    for _ in range(rng.randint(1, 4)):
        teller: Callable[[random.Random, str], Told] = rng.choice(TELLERS)
        told = teller(rng, heading if headed else "")
        if len(told.blocks) == 1 and rng.random() < 0.4:  # among other sentences
            around = list(rng.sample(list(filler), 2))
            around.insert(rng.randint(0, 2), told.blocks[0])
            told = Told((" ".join(around),), told.facts)
        writer.told(told)
        made += told.facts
    return made
