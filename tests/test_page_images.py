"""Pages of PDFs as images, and boxes around their words that are exact from the offsets."""

import io
import re
from collections import Counter
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import is_one_sentence
from pdfs import CASES, PROSE, SCAN, assembled, case, lines, pdf
from PIL import Image

from index.children import pages
from index.children.pages import character_origins, page_boxes, page_image
from index.children.pool import MOST_WORKERS, WorkerPool, workers
from index.errors import DocumentError
from index.formats.pdf import aside, extract_pdf, traced_pdf
from index.formats.pdf.drawing import MOST_PIXELS
from index.formats.pdf.origins import ANNOTATIONS, PAGE, Origins
from index.formats.traced import NO_ORIGIN, TracedText, joined, origins_of, substituted
from qa.evaluation.page_marks import marks_tally
from qa.evaluation.page_marks_judges import CROPPED, PageJudge, changed_file, letters

FILES = [path for path in sorted(CASES.rglob("*.pdf")) if "garbled" not in str(path)]
WRITTEN = set("|^_():- ")  # what is written between cells, around exponents, behind labels and marks


def name_of(path):
    return path.parent.name


def characters_of(data):
    """All that PDFium tells of each page, one by one."""
    with pypdfium2.PdfDocument(data) as opened:
        for page in opened:
            text = page.get_textpage()
            yield [chr(pdfium.FPDFText_GetUnicode(text, index)) for index in range(text.count_chars())]


def boxes_of(data, place, *more):
    """By page, the boxes of each place of the text."""
    origins = character_origins(data, "x.pdf")
    return {
        page: page_boxes(data, "x.pdf", page, [origins.on_page(page, [one]) for one in (place, *more)]).groups
        for page in origins.pages(place[0], max(one[1] for one in (place, *more)))
    }


def judge_of(data):
    judge = PageJudge(data, {})
    for page, (first, end) in character_origins(data, "x.pdf").of(0, 10**9):
        judge.known.setdefault(page, set()).update(range(first, end))
    return judge


def words_in(text, words, after=0):
    at = text.index(words, after)
    return at, at + len(words)


STEPS = {
    "strip": lambda one, n: one.strip(),
    "left": lambda one, n: one.lstrip("a"),
    "cut": lambda one, n: one[n // 2 :][:n],
    "last": lambda one, n: one[-1:],
    "add": lambda one, n: one + "x",
    "behind": lambda one, n: "x" + one,
    "split": lambda one, n: joined("+", one.split()),
    "lines": lambda one, n: joined("/", one.split("\n")),
    "part": lambda one, n: joined("", one.partition("b")[::-1]),
    "twice": lambda one, n: joined("; ", [one, one]) if len(one) < 99 else one,
    "sub": lambda one, n: substituted(re.compile("a+"), "-", one),
    "swap": lambda one, n: one.replace("b", "c"),
    "table": lambda one, n: one.translate({ord("a"): "A", ord("b"): None, ord("c"): "CC"}),
}
BECOMES = {"A": "a", "c": "bc", "C": "bc"}  # what a character may have been before


@given(
    st.text("ab c\n-", min_size=1, max_size=12),
    st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 9)), max_size=6),
)
def test_whatever_is_done_to_a_text_its_characters_remember_where_they_come_from(text, steps):
    traced, plain = TracedText(text, range(len(text))), text
    for step, number in steps:
        traced, plain = STEPS[step](traced, number), STEPS[step](plain, number)
    assert traced == plain
    for character, origin in zip(plain, origins_of(traced), strict=True):
        assert character in "x+/; -" if origin == NO_ORIGIN else text[origin] in BECOMES.get(character, character)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_character_of_the_text_is_one_of_its_page(path):
    data = path.read_bytes()
    plain, traced = extract_pdf(data, path.name), traced_pdf(data, path.name)
    assert traced == plain
    drawn = list(characters_of(data))
    for character, origin in zip(plain.text, traced.text.origins, strict=True):
        if origin == NO_ORIGIN:
            assert character in WRITTEN or character.isspace()
        elif origin % PAGE < ANNOTATIONS and not character.isspace():
            own = drawn[origin // PAGE][origin % PAGE]
            assert letters(own) == letters(character) or (character, own) in {("-", "\x02"), ("•", "\uf0b7")}


@pytest.mark.parametrize("way", [0, 90, 180, 270, CROPPED])
@pytest.mark.parametrize("folder", ["50-pdf-hyphenation", "52-pdf-narrow-columns", "59-pdf-rotated", "65-pdf-cropped"])
def test_in_the_boxes_of_a_block_stand_its_words(folder, way):
    data = changed_file(case(folder), way)
    found = extract_pdf(data, "x.pdf")
    judge = judge_of(data)
    boxes = boxes_of(data, *[(block.start, block.end) for block in found.blocks])
    for number, block in enumerate(found.blocks):
        inside = "".join(judge.text(page, judge.inside(page, groups[number])) for page, groups in boxes.items())
        # PDFium tells the lines of turned pages in another order.
        assert Counter(letters(inside)) == Counter(letters(found.text[block.start : block.end]))


def test_words_on_two_lines_have_a_box_on_each():
    data = pdf(lines(*PROSE))
    start, end = words_in(extract_pdf(data, "x.pdf").text, "famine and has\nbeen widened")
    [[first, second]] = boxes_of(data, (start, end))[1]
    assert first[3] - first[1] == pytest.approx(second[3] - second[1], abs=0.5)
    assert 7 < first[3] - first[1] < 14  # of letters of 10 points
    assert first[1] < 842 - 700 < first[3] and second[1] < 842 - 687 < second[3]  # the baselines
    assert second[0] == pytest.approx(72, abs=0.5) and first[0] > second[2]


def test_of_equal_words_those_at_the_offsets_are_marked():
    data = pdf(lines("Boats pay ten crowns here.", "Nets are dried there.", "Boats pay ten crowns here."))
    text = extract_pdf(data, "x.pdf").text
    first = words_in(text, "ten crowns")
    [[above], [below]] = boxes_of(data, first, words_in(text, "ten crowns", first[1]))[1]
    assert above[1] < 842 - 700 < above[3] and below[1] < 842 - 674 < below[3]
    assert (above[0], above[2]) == (below[0], below[2])


def test_a_large_first_letter_is_a_box_by_itself():
    data = pdf(
        [
            (72, 674, 38, "T"),
            *lines(
                "he harbour of Skarvik was dug by hand",
                "in the years of the famine and has",
                "been widened three times since then",
                x=100,
            ),
            *lines(*PROSE, y=600),
        ]
    )
    text = extract_pdf(data, "x.pdf").text
    [boxes] = boxes_of(data, words_in(text, "The harbour"))[1]
    assert len(boxes) == 2 and boxes[1][3] - boxes[1][1] < 14


def test_a_font_that_is_higher_than_its_letters_covers_no_other_line():
    """As TeX's signs for formulas, which are mixed into lines of text."""
    stream = b"BT /F 10 Tf 72 700 Td (boats ) Tj /G 10 Tf (pay) Tj /F 10 Tf 0 -12 Td (nets hang here) Tj ET"
    data = assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R/G 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/Font/Subtype/TrueType/BaseFont/Tall/FirstChar 97/LastChar 122/Widths[%s]/FontDescriptor 7 0 R>>"
        % b" ".join([b"500"] * 26),
        b"<</Type/FontDescriptor/FontName/Tall/Flags 32/Ascent 1200/Descent -1400/CapHeight 700/ItalicAngle 0/StemV 80"
        b"/FontBBox[0 -1400 1000 1200]>>",
    )
    with pypdfium2.PdfDocument(data) as opened:
        _, bottom, _, top = opened[0].get_textpage().get_charbox(6, loose=True)
        assert top - bottom > 20  # what PDFium tells of the font
    text = extract_pdf(data, "x.pdf").text
    boxes = boxes_of(data, words_in(text, "boats pay"))[1][0]
    assert all(box[3] < 842 - 688 - 5 for box in boxes)


def test_what_is_entered_in_a_form_is_where_its_field_is():
    data = case("53-pdf-form")
    found = traced_pdf(data, "x.pdf")
    entered = [at for at, origin in enumerate(found.text.origins) if origin % PAGE >= ANNOTATIONS and origin >= 0]
    with pypdfium2.PdfDocument(data) as opened:
        page = opened[0]
        rects = []
        for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
            rect = pdfium.FS_RECTF()
            pdfium.FPDFAnnot_GetRect(pdfium.FPDFPage_GetAnnot(page, number), rect)
            rects.append((rect.left, page.get_height() - rect.top, rect.right, page.get_height() - rect.bottom))
    [[box]] = boxes_of(data, (entered[0], entered[0] + 1))[1]
    assert any(box == pytest.approx(rect, abs=0.1) for rect in rects)


def test_a_page_without_text_has_an_image_and_no_boxes():
    data = pdf(lines(*PROSE), [(SCAN,)])
    found = page_boxes(data, "x.pdf", 2, [[(0, 100)], []])
    assert (found.width, found.height, found.groups) == (595, 842, ((), ()))
    assert page_image(data, "x.pdf", 2, 300)


def test_a_long_pdf_is_traced_by_two_processes_as_by_one(monkeypatch):
    data = pdf(*[lines(f"Rule {page}: mooring costs {page} crowns.", *PROSE) for page in range(1, 6)])
    by_one = traced_pdf(data, "x.pdf").text
    monkeypatch.setattr(aside, "LEAST_PAGES", 1)
    monkeypatch.setattr(aside, "cores", lambda: 2)
    by_two = traced_pdf(data, "x.pdf").text
    assert by_two.origins == by_one.origins and NO_ORIGIN not in {
        origin for character, origin in zip(by_two, by_two.origins, strict=True) if not character.isspace()
    }


def test_an_image_shows_the_page_turned_and_cropped():
    upright, turned = pdf(lines(*PROSE)), pdf(lines(*PROSE), extra=b"/Rotate 90")
    cropped = pdf(lines(*PROSE), extra=b"/CropBox[0 642 595 742]")
    sizes = [Image.open(io.BytesIO(page_image(data, "x.pdf", 1, 600))).size for data in (upright, turned, cropped)]
    assert sizes == [
        (600, pytest.approx(849, abs=1)),
        (600, pytest.approx(424, abs=1)),
        (600, pytest.approx(101, abs=1)),
    ]


@pytest.mark.parametrize("size", [(14400, 14400), (10, 14400), (14400, 10), (1, 1)])
def test_an_image_of_any_page_is_bounded(size):
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]>>" % size
    data = assembled(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page)
    image = Image.open(io.BytesIO(page_image(data, "x.pdf", 1, 2400)))
    assert image.width * image.height <= MOST_PIXELS + image.width + image.height


@pytest.mark.parametrize(
    ("data", "page"),
    [(pdf(lines("One page.")), 2), (pdf(lines("One page.")), 0), (b"no PDF", 1), (b"%PDF-1.5\nbroken", 1)],
)
def test_what_cannot_be_drawn_is_told_in_one_sentence(data, page):
    with pytest.raises(DocumentError) as caught:
        page_image(data, "x.pdf", page, 300)
    assert is_one_sentence(str(caught.value))
    with pytest.raises(DocumentError):
        page_boxes(data, "x.pdf", page, [[(0, 1)]])


@pytest.mark.parametrize("task", ["aborts", "fails", "refuses"])
def test_a_page_that_ends_its_process_costs_that_page_only(monkeypatch, task):
    data = pdf(lines(*PROSE))
    pool = WorkerPool(1)
    with monkeypatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))
        patch.setattr(pages, "IMAGE", f"workers_tasks:{task}")
        patch.setattr(pages, "viewers", lambda: pool)
        with pytest.raises(DocumentError) as caught:
            page_image(data, "x.pdf", 1, 300)
        assert is_one_sentence(str(caught.value))
    pool.close()
    assert page_image(data, "x.pdf", 1, 300)


def test_pages_are_drawn_while_files_are_read():
    places = [workers()._places.acquire(timeout=30) for _ in range(MOST_WORKERS)]
    try:
        assert page_image(pdf(lines(*PROSE)), "x.pdf", 1, 300)
    finally:
        for _ in filter(None, places):
            workers()._places.release()


def test_origins_that_are_none_are_refused():
    written = Origins.of_text(TracedText("abc", [5, 6, 9])).to_bytes()
    assert list(Origins.from_bytes(written).of(1, 3)) == [(1, (6, 7)), (1, (9, 10))]
    for broken in (b"", written[:-3], written[:64] + written[-24:] + written[64:], b"\xff" * len(written)):
        with pytest.raises(ValueError):
            Origins.from_bytes(broken)


def test_marks_lie_on_their_words():
    """As `python -m qa.evaluation.page_marks`, over the pages of small made-up files."""
    tally = marks_tally(FILES, 200, 20, seed=3)
    assert (tally["runs"], tally["files"]) == (200, 20)
    assert tally["turned"] > 100 and tally["cropped"] and tally["lines"] and tally["cut"] and tally["characters"]
    assert not tally["lost"] and not tally["wrong"] and not tally["found"]
