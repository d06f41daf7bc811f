"""Files changed at random, as a bad disk, a broken download or an unkind person would change them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from qa.evaluation.robustness.growing_files import NOTE, NOTE_CITED
from qa.evaluation.robustness.made_files import pdf_file, pdf_lines, word_file, word_paragraph, word_table, zipped

MOST_CHANGES = 4
LONGEST_MADE = 300_000  # bytes of a changed file

TEXT = """THE LEASE

Landlord: Anna Berg
Tenant:   Tom Lee
Rent:     900 euros

1. The lease ends on 31 May. It cannot be prolonged;
   who stays on pays twice the rent.
2. Pets:
   a) dogs are allowed,
   b) snakes are not.

Item      Price   Year
Boat         70   1999
Anchor       12   2004

> Who pays for the heating?
>> The tenant does.

| key | value |
|-----|-------|
| a   | 7     |
"""
MARKDOWN = """---
title: The lease
---
# The *lease*[^1]

The rent is **900 euros**, see [the table](#t "Table") and `code`.

> Quoted: who pays?

- dogs
  1. small
  2. large
- no snakes

| item | price |
|------|------:|
| boat | 70    |

```
let x = 1
```
<div>Some <b>HTML</b></div><!-- hidden -->

[^1]: A note.
[t]: http://example.org
"""
HTML = """<!DOCTYPE html><html><head><meta charset=utf-8><title>The lease</title><style>.h{display:none}</style></head>
<body><nav>Home</nav><main><h1>The lease<sup><a href="#n1">1</a></sup></h1><p class=h>hidden<p>The rent is <b>900</b>
euros&nbsp;a month.<br>E = mc<sup>2</sup><ul><li>dogs<ol type=i start=3><li>small<li>large</ol></ul>
<table><thead><tr><th>Item<th>Price</thead><tr><td rowspan=2>boat<td>70<tr><td>80</table>
<dl><dt>Tenant<dd>Tom Lee</dl><pre>let x
  = 1</pre><label>Name <input value=Tom></label><select><option>a<option selected>b</select>
<blockquote>Who pays?</blockquote><ruby>x<rt>y</ruby></main></body></html>"""
WORD_BODY = (
    '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>The lease</w:t></w:r></w:p>'
    + NOTE_CITED.replace("{}", "1")
    + '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>dogs</w:t></w:r></w:p>'
    + word_paragraph("The rent is 900 euros a month.")
    + word_table([[word_paragraph("Item"), word_paragraph("Price")], [word_paragraph("boat"), word_paragraph("70")]])
    + '<w:p><w:r><w:t>E = mc</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r></w:p>'
)
PAGES = (pdf_lines(["The lease", "", *TEXT.splitlines()[:12]]), pdf_lines(TEXT.splitlines()[12:], x=300, size=12))


@dataclass(frozen=True, slots=True)
class SmallFile:
    """A small sound file that is to be changed."""

    suffix: str
    data: bytes


def made_files() -> list[SmallFile]:
    """A small file of each format, built here."""
    return [
        SmallFile(".txt", TEXT.encode()),
        SmallFile(".txt", TEXT.encode("utf-16")),
        SmallFile(".txt", "Grüße aus Köln. Das Büro öffnet um neun. Приём документов.".encode("cp1251", "replace")),
        SmallFile(".md", MARKDOWN.encode()),
        SmallFile(".html", HTML.encode()),
        SmallFile(".docx", word_file(WORD_BODY, NOTE.replace("{}", "1"))),
        SmallFile(".pdf", pdf_file(*PAGES)),
    ]


def files_below(folder: Path, suffixes: Sequence[str]) -> list[SmallFile]:
    """The small files below a folder, by path."""
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in suffixes]
    return [
        SmallFile(path.suffix.lower(), path.read_bytes())
        for path in found
        if path.is_file() and path.stat().st_size <= LONGEST_MADE
    ]


def mutated(files: Sequence[SmallFile], random: Random) -> SmallFile:
    """One of the files, changed at some places. A zip is changed as a whole or inside one of its parts."""
    suffix = random.choice(sorted({one.suffix for one in files}))  # each format as often
    alike = [one for one in files if one.suffix == suffix]
    chosen = random.choice(alike)
    if chosen.data.startswith(b"PK") and random.random() < 0.7 and (repacked := _part_changed(chosen.data, random)):
        return SmallFile(suffix, repacked)
    return SmallFile(suffix, changed(chosen.data, random.choice(alike).data, random))


def changed(data: bytes, other: bytes, random: Random) -> bytes:
    """Bytes changed at some places; `other` are bytes of which pieces are put in."""
    for _ in range(random.randint(1, MOST_CHANGES)):
        data = random.choice(CHANGES)(data, other, random)[:LONGEST_MADE]
    return data


def _part_changed(data: bytes, random: Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError):
        return b""
    if not parts:
        return b""
    name = random.choice(sorted(parts))
    parts[name] = changed(parts[name], random.choice(list(parts.values())), random)
    return zipped(parts)


def _place(data: bytes, random: Random, most: int = 200) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(1, most))


def _flipped(data: bytes, other: bytes, random: Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(random.randint(1, 16) if data else 0):
        flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(8)
    return bytes(flipped)


def _cut_off(data: bytes, other: bytes, random: Random) -> bytes:
    return data[: random.randint(0, len(data))]


def _taken_out(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _place(data, random)
    return data[:start] + data[end:]


def _put_in(data: bytes, other: bytes, random: Random) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + random.choice(PIECES)(random) + data[at:]


def _repeated(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _place(data, random, 60)
    return data[:end] + data[start:end] * random.choice((1, 2, 10, 500)) + data[end:]


def _from_other(data: bytes, other: bytes, random: Random) -> bytes:
    at = random.randint(0, len(data))
    start, end = _place(other, random)
    return data[:at] + other[start:end] + data[at:]


def _moved(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _place(data, random)
    rest = data[:start] + data[end:]
    at = random.randint(0, len(rest))
    return rest[:at] + data[start:end] + rest[at:]


CHANGES: tuple[Callable[[bytes, bytes, Random], bytes], ...] = (
    _flipped, _cut_off, _taken_out, _put_in, _repeated, _from_other, _moved,
)  # fmt: skip
SIGNS = (
    "\0 \r \n \t \f \v \x1c \x85 \u2028 \ufeff \u200b \u00ad \u202e \ufb01 \u0301 \uff21 \ud7ff \U0001f600 < > & \" ' "
    "| * _ ` [ ] ( ) # \\ : > 1. a) - = ~~~ ``` <!-- --> <b> </p> <table> <tr> <td colspan=9> <w:p> </w:p> <w:tbl> "
    "BT ET q Q"
).split(" ")
PIECES: tuple[Callable[[Random], bytes], ...] = (
    lambda random: random.randbytes(random.randint(1, 30)),
    lambda random: random.choice(SIGNS).encode() * random.choice((1, 3, 40)),
    lambda random: "".join(random.choices(SIGNS, k=12)).encode(),
    lambda random: b"9" * random.choice((1, 20, 5000)),
)
