"""What a citation opens: its document laid out as text, its pages, and what is found in it."""

import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import is_one_sentence
from pdfs import CASES, PROSE, lines, pdf
from PIL import Image

from index.errors import DocumentError
from index.formats.extract import TextBuilder
from index.loaders import load_file
from index.records import Block, BlockKind, Document, Sentence
from index.sentences import split_sentences
from index.storage import Storage
from index.storage_rows import PreparedDocument
from qa.plain import to_plain
from qa.showing import shown
from ui.web.source.finding import find
from ui.web.source.pdf_pages import NARROWEST, WIDEST
from ui.web.source.records import Marked
from ui.web.source.stretches import LENGTH, SLACK
from ui.web.source.view import SourceView

FILES = [path for path in sorted(CASES.rglob("*.*")) if path.suffix != ".json" and "garbled" not in str(path)]
TAGS = set("h2 h3 h4 h5 h6 p ul ol li div table thead tbody tr th td dl dt dd blockquote pre span mark".split())
ATTRIBUTES = set(
    "class role tabindex aria-label scope data-start data-end data-page data-name data-number data-letter".split()
)
GUIDE = """# Boats

## Fees

Every boat pays **ten crowns** a day, in these cases:

1. in summer
   - at the quay
   - at the *northern* pier
2. in winter

| Boat | Fee |
| --- | --- |
| Yacht | 12 crowns |
| Barge | 30 crowns |

```
for boat in harbour:
    pay(boat)
```

> Who does not pay, sinks.

## Opening

The office opens at six.
"""


class Parsed(HTMLParser):
    """Reads HTML as a browser does, and sees that each tag is closed and none is but a few."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.text, self.quoted, self.tags, self.placed = [], "", "", [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS and {name for name, _ in attributes} <= ATTRIBUTES
        self.open.append(tag)
        self.tags.append(tag)
        given = dict(attributes)
        if "data-start" in given:
            self.placed.append((int(given["data-start"]), int(given["data-end"])))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        self.quoted += data if "mark" in self.open else ""

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@pytest.fixture
def storage(tmp_path):
    storage = Storage(tmp_path / "documents.sqlite")
    yield storage
    storage.close()


@pytest.fixture
def view(storage):
    return SourceView(lambda: storage)


def stored(storage, document):
    """Put a document there, without passages, which nothing of this needs."""
    sentences = split_sentences(document.text, document.blocks)
    storage.put([PreparedDocument(document, sentences, [], np.zeros((0, 4), np.float32))])
    return document


def kept(storage, path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return stored(storage, load_file(path))


def place(document, words, after=0):
    at = document.text.index(words, after)
    return at, at + len(words)


def squeezed(text):
    return "".join(shown(text).split())


def shown_of(document, start, end):
    """The characters of a place without marks and white space."""
    inside = [at for at in range(start, end) if not any(a <= at < b for a, b in document.marks)]
    return squeezed("".join(document.text[at] for at in inside))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_character_of_a_document_is_shown_and_every_quote_marked(storage, view, path):
    document = stored(storage, load_file(path))
    wanted = "".join(
        shown_of(document, *cell) for block in document.blocks for cell in (block.cells or ((block.start, block.end),))
    )
    assert squeezed(Parsed(view.part_behind(document.id, 0).html).text) == wanted
    for sentence in split_sentences(document.text, document.blocks)[:40]:
        part = view.part(document.id, sentence.start, sentence.end)
        quoted = squeezed(Parsed(part.html).quoted)
        separators = "|:" if quoted != shown_of(document, sentence.start, sentence.end) else ""
        wanted = shown_of(document, sentence.start, sentence.end)
        assert [c for c in quoted if c not in separators] == [c for c in wanted if c not in separators]


def test_a_document_is_laid_out_by_its_blocks(storage, view, tmp_path):
    document = kept(storage, tmp_path / "guide.md", GUIDE)
    opened = view.open(document.id, *place(document, "12 crowns"))
    html = re.sub(r' data-(?:start|end)="\d+"', "", opened.part.html)
    assert "<h3>Boats</h3><h4>Fees</h4>" in html
    assert '<span class="qw-mark">1.</span> in summer<ul class="qw-list" role="list">' in html
    assert html.count("<ol") == html.count("<ul") == 1
    assert '<th scope="col">Boat</th><th scope="col">Fee</th>' in html
    assert '<td><span class="qw-sentence">Yacht</span></td>' in html
    assert '<mark class="qw-quote">12 crowns</mark></span></td>' in html
    assert "<span>for boat in harbour:</span>\n    <span>pay(boat)</span></pre>" in html
    assert "<blockquote><p>" in html and "**" not in html and "```" not in html and "<h1" not in html
    assert opened.under == ("Boats", "Fees") and opened.kind == "Markdown" and opened.view == "text"
    assert view.open(document.id, *place(document, "six")).under == ("Boats", "Opening")
    assert json.loads(json.dumps(to_plain(opened)))["part"]["html"] == opened.part.html


def test_elements_tell_where_they_stand(storage, view, tmp_path):
    document = kept(storage, tmp_path / "guide.md", GUIDE)
    placed = Parsed(view.open(document.id).part.html).placed
    blocks = [block for block in document.blocks if shown_of(document, block.start, block.end)]
    assert placed == [(block.start, block.end) for block in blocks]


def test_rows_lines_columns_and_parts_have_their_names(storage, view):
    builder = TextBuilder()
    builder.begin_part("sheet Prices", "rows", 4)
    header = builder.add_row(["", "Net"], is_header=True)
    builder.add_row(["Tea", "2.00"], header)
    builder.begin_part("<b>.py", "lines", 9)
    builder.add(BlockKind.PREFORMATTED, "def tea():")
    builder.add(BlockKind.PREFORMATTED, "return 2", apart="\n\n    ")
    made = builder.build()
    document = Document("d", "t", "/d", "", made.text, blocks=made.blocks, locators=made.locators)
    opened = view.open(stored(storage, document).id, *place(document, "2.00"))
    html = re.sub(r' data-(?:start|end)="\d+"', "", opened.part.html)
    assert squeezed(Parsed(opened.part.html).text) == "NetTea2.00deftea():return2"
    assert '<p class="qw-part-name" data-name="sheet Prices"></p>' in html
    assert '<tr data-number="4"><td data-letter="A"></td><th scope="col" data-letter="B">Net</th></tr>' in html
    assert '<tr data-number="5"><td data-letter="A">' in html
    assert 'data-name="&lt;b&gt;.py"' in html
    numbers = [f'<span class="qw-line-number" data-number="{number}"></span>' for number in (9, 11)]
    assert f"{numbers[0]}<span>def tea():</span>\n\n{numbers[1]}    <span>return 2</span>" in html
    assert opened.locator == "sheet Prices, cell B5"


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> ${alert(1)} `${x}` {{x}} $$\\href{javascript:x}$$ "
    '"\' onmouseover="x" &lt;b&gt; ]]> <!-- --> </mark></pre></table> user\u202etxt.exe a\u200bb \x00\x0c\x1b'
)


@pytest.mark.parametrize("kind", BlockKind)
@pytest.mark.parametrize("mark", [0, 8])
def test_hostile_characters_are_only_characters(storage, view, kind, mark):
    cells = ((0, 20), (20, len(HOSTILE))) if kind in (BlockKind.FIELD, BlockKind.ROW, BlockKind.HEADER) else ()
    block = Block(0, len(HOSTILE), kind, 3, mark, cells)
    document = Document("a" * 16, HOSTILE, "/x/a.txt", "", HOSTILE, blocks=(block,))
    storage.put([PreparedDocument(document, [Sentence(0, len(HOSTILE))], [], np.zeros((0, 4), np.float32))])
    parsed = Parsed(view.part(document.id, 5, 60).html)
    assert squeezed(parsed.text) == squeezed(HOSTILE)
    assert "\u202e" not in parsed.text and "\u25a1" in parsed.text
    assert not re.search(r"[{}$`]", view.part(document.id, 5, 60).html)


def numbered(count):
    pieces, blocks, position = [], [], 0
    header = Block(0, 12, BlockKind.HEADER, cells=((0, 4), (7, 12)))
    for number in range(count):
        row = "Boat | Price" if not number else f"boat {number} | {number} crowns"
        bar = row.index(" | ")
        cells = ((position, position + bar), (position + bar + 3, position + len(row)))
        blocks.append(
            header if not number else Block(position, position + len(row), BlockKind.ROW, 0, 0, cells, header.cells)
        )
        pieces.append(row)
        position += len(row) + 1
    return Document("b" * 16, "Boats", "/x/b.txt", "", "\n".join(pieces), blocks=tuple(blocks))


def test_of_a_long_table_a_stretch_is_shown_under_the_names_of_its_columns(storage, view):
    document = stored(storage, numbered(20_000))
    start, end = place(document, "9999 crowns")
    part = view.part(document.id, start, end)
    parsed = Parsed(part.html)
    assert part.start <= start < end <= part.end and part.end - part.start <= LENGTH + 2 * SLACK
    assert parsed.text.startswith("BoatPrice") and parsed.quoted == "9999 crowns"
    assert document.text[part.start - 1] == "\n" and "\n" in document.text[part.end - 1 : part.end + 1]


@pytest.mark.parametrize("line", ["word " * 200_000, "x" * 1_000_000, "A sentence of a few words. " * 40_000])
def test_of_a_giant_line_a_stretch_is_shown(storage, view, line):
    line = line.strip()
    document = Document("c" * 16, "Line", "/x/c.txt", "", line, blocks=(Block(0, len(line)),))
    storage.put([PreparedDocument(document, split_sentences(line, document.blocks), [], np.zeros((0, 4), np.float32))])
    part = view.part(document.id, 500_000, 500_004)
    assert part.start <= 500_000 < part.end and len(part.html) < 2 * LENGTH
    assert Parsed(part.html).quoted == line[500_000:500_004]
    assert part.before == part.start and part.after == part.end
    if " " in line:
        assert line[part.start - 1] == " " or line[part.start] == " "
    assert len(view.open(document.id, 0, len(line)).part.html) < 2 * LENGTH


@pytest.mark.parametrize("count", [1, 3_000])
def test_parts_follow_one_another_to_both_ends(storage, view, count):
    document = stored(storage, numbered(count))
    middle = view.part(document.id, len(document.text) // 2, len(document.text) // 2)
    first = last = middle
    pieces = [middle]
    while first.before is not None:
        first = view.part_before(document.id, first.before)
        pieces.insert(0, first)
    while last.after is not None:
        last = view.part_behind(document.id, last.after)
        pieces.append(last)
    assert [one.end for one in pieces[:-1]] == [one.start for one in pieces[1:]]
    assert (pieces[0].start, pieces[-1].end) == (0, len(document.text))


def test_a_quote_over_the_edges_of_blocks_and_cells_is_marked_in_each(storage, view, tmp_path):
    document = kept(storage, tmp_path / "guide.md", GUIDE)
    start, end = place(document, "Yacht")[0], place(document, "30 crowns")[1]
    assert Parsed(view.part(document.id, start, end).html).quoted == "Yacht12 crownsBarge30 crowns"


def test_a_document_without_blocks_is_shown_by_its_paragraphs(storage, view):
    document = Document("d" * 16, "Old", "/x/d.txt", "", "One line\nand one more.\n\nAnother paragraph.")
    storage.put([PreparedDocument(document, [], [], np.zeros((0, 4), np.float32))])
    part = view.part(document.id, 0, 3)
    assert Parsed(part.html).tags.count("p") == 2 and Parsed(part.html).quoted == "One"


def test_a_pdf_is_shown_by_its_pages(storage, view, tmp_path):
    document = kept(storage, tmp_path / "harbour.pdf", pdf(lines(*PROSE), lines("The quay is closed in winter.")))
    opened = view.open(document.id, *place(document, "closed in winter"))
    assert (opened.view, opened.kind, opened.pages, opened.page, opened.stale) == ("pages", "PDF", 2, 2, False)
    assert 'data-page="2"' in opened.part.html
    marked = view.page(document.id, 2, opened.marked.quote, opened.marked.sentence)
    [box], [sentence] = marked.quote, marked.sentence
    assert (marked.width, marked.height, marked.is_exact) == (595, 842, True)
    assert sentence[0] < box[0] < box[2] < sentence[2] and box[1] < 842 - 700 < box[3]
    assert view.page(document.id, 1, opened.marked.quote).quote == ()
    image = Image.open(io.BytesIO(view.page_image(document.id, 2, 500)))
    scale = image.width / marked.width
    inside = image.convert("L").crop([round(scale * edge) for edge in box])
    around = image.convert("L").crop([round(scale * edge) for edge in (box[0], box[3] + 2, box[2], box[3] + 12)])
    assert min(inside.getdata()) < 128 and min(around.getdata()) == 255


def test_the_width_of_an_image_is_bounded(storage, view, tmp_path):
    document = kept(storage, tmp_path / "harbour.pdf", pdf(lines(*PROSE)))
    widths = [Image.open(io.BytesIO(view.page_image(document.id, 1, width))).width for width in (-5, 700, 10**9)]
    assert widths == [NARROWEST, 700, WIDEST]
    assert view.page_image(document.id, 1, 700) is view.page_image(document.id, 1, 700)  # it is kept


@pytest.mark.parametrize("change", ["other", "gone", "folder", "link"])
def test_of_a_file_that_changed_the_text_is_shown_and_nothing_else(storage, view, tmp_path, change):
    path = tmp_path / "harbour.pdf"
    document = kept(storage, path, pdf(lines(*PROSE)))
    assert view.file(document.id).data == path.read_bytes() and view.page_image(document.id, 1, 300)
    path.unlink()
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(pdf(lines("Nobody may see this.")))
    if change == "other":
        path.write_bytes(pdf(lines("Another text.")))
    elif change == "folder":
        path.mkdir()
    elif change == "link":
        path.symlink_to(secret)
    opened = view.open(document.id, *place(document, "rescue\nstation"))
    assert opened.view == "text" and opened.stale and Parsed(opened.part.html).quoted == "rescue\nstation"
    for ask in (
        view.file,
        lambda id_: view.page_image(id_, 1, 300),
        lambda id_: view.page(id_, 1, [(0, 5)]),
    ):
        with pytest.raises(DocumentError) as caught:
            ask(document.id)
        assert is_one_sentence(str(caught.value))


def test_a_text_that_comes_from_no_file_has_none_to_open(storage, view):
    document = Document("e" * 16, "Note", "/etc/passwd", "", "Some words.", blocks=(Block(0, 11),))
    storage.put([PreparedDocument(document, [Sentence(0, 11)], [], np.zeros((0, 4), np.float32))])
    with pytest.raises(DocumentError):
        view.file(document.id)


def test_where_the_text_was_taken_out_otherwise_no_box_is_shown(storage, view, tmp_path):
    path = tmp_path / "harbour.pdf"
    path.write_bytes(pdf(lines(*PROSE)))
    found = load_file(path)
    document = stored(storage, replace(found, text=found.text.replace("famine", "hunger")))
    marked = view.page(document.id, 1, [place(document, "hunger")])
    assert (marked.quote, marked.sentence, marked.is_exact) == ((), (), False)


def test_what_is_not_there_is_told(storage, view, tmp_path):
    document = kept(storage, tmp_path / "guide.md", GUIDE)
    harbour = kept(storage, tmp_path / "harbour.pdf", pdf(lines(*PROSE)))
    for ask in (view.open, view.file, lambda id_: view.find(id_, "x"), lambda id_: view.page_image(id_, 1, 300)):
        with pytest.raises(KeyError):
            ask("f" * 16)
    for wrong in (
        lambda: view.page(document.id, 1),
        lambda: view.page_image(harbour.id, 0, 300),
        lambda: view.page(harbour.id, 2),
        lambda: view.part(document.id, -1, 5),
        lambda: view.part(document.id, 5, 1),
        lambda: view.part_before(document.id, -1),
        lambda: Marked(((3, 1),)),
    ):
        with pytest.raises(ValueError):
            wrong()
    assert view.part(document.id, 10**9, 10**9 + 5).after is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cafe", ["Caf\u00e9", "cafe\u0301", "CAFE"]),
        ("office", ["of\ufb01ce", "o\u00adffice"]),
        ("lighthouse", ["light-\n  house", "light\u00ad\nhouse", "light-house"]),
        ("light-house", ["light-\n  house", "light\u00ad\nhouse", "light-house"]),
        ("One two", ["one\n   two", "one\u00a0two", "one \u200b two"]),
        ("strasse", ["Stra\u00dfe"]),
        ("wait...", ["wait\u2026"]),
        ('"said" O\'Neil', ["\u201csaid\u201d O\u2019Neil"]),
        ("2010-11", ["2010\u201311"]),
        ("201011", []),
        (" \u200b\u0301 ", []),
        ("", []),
    ],
)
def test_words_are_found_as_they_are_typed(words, found):
    text = (
        "Caf\u00e9 cafe\u0301 CAFE of\ufb01ce o\u00adffice light-\n  house light\u00ad\nhouse light-house "
        "one\n   two one\u00a0two one \u200b two Stra\u00dfe wait\u2026 \u201csaid\u201d O\u2019Neil 2010\u201311"
    )
    places, more = find(text, words, 500)
    assert [text[a:b] for a, b in places] == found and not more


@given(st.text("ab \u00e9e\u0301-\n\u00ad\ufb01fi\u200b", max_size=30), st.integers(0, 30), st.integers(1, 6))
def test_what_stands_in_a_text_is_found_there(text, at, length):
    words = text[at : at + length]
    places, _ = find(text, words, 500)
    if re.search(r"[abf]", words):
        assert any(a < at + length and at < b for a, b in places)
    assert all(0 <= a < b <= len(text) for a, b in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))


def test_places_are_told_with_their_pages_up_to_a_number(storage, view, tmp_path):
    document = kept(storage, tmp_path / "harbour.pdf", pdf(lines("The quay."), lines("A quay.", "One more Quay.")))
    found = view.find(document.id, "quay")
    assert [(document.text[one.start : one.end], one.page) for one in found.places] == [
        ("quay", 1), ("quay", 2), ("Quay", 2),
    ]  # fmt: skip
    assert not found.more
    assert [view.find(document.id, "quay", most).more for most in (2, 3)] == [True, False]


def test_words_are_found_over_the_steps_in_which_a_long_text_is_read(monkeypatch):
    import ui.web.source.finding as finding

    text = "one two " * 50
    whole = find(text, "two one", 500)
    monkeypatch.setattr(finding, "STEP", 7)
    assert find(text, "two one", 500) == whole and len(whole[0]) == 49
    monkeypatch.setattr(finding, "MOST_SECONDS", -1)
    assert find(text, "two one", 500) == ([], True)


def test_several_people_at_once_see_their_own_pages(storage, view, tmp_path):
    documents = [
        kept(
            storage,
            tmp_path / f"{name}.pdf",
            pdf(*[lines(f"{name} {page} is here.", x=72 + 20 * page) for page in range(4)]),
        )
        for name in ("Quay", "Pier")
    ]
    asked = [(document.id, page, place(document, f"{page - 1} is")) for document in documents for page in range(1, 5)]

    def seen(by):
        return lambda one: (by.page(one[0], one[1], [one[2]]), by.page_image(one[0], one[1], 300))

    by_one = list(map(seen(view), asked))
    with ThreadPoolExecutor(8) as people:
        assert list(people.map(seen(SourceView(lambda: storage)), asked)) == by_one
    assert len({image for _, image in by_one}) == 8 and all(len(page.quote) == 1 for page, _ in by_one)
