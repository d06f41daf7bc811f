import random
import threading
import time

import pypdfium2
import pytest
from messages import is_one_sentence, refusal
from pdfs import CASES, PROSE, SCAN, assembled, blocks, case, extracted, lines, pdf

from index.children import process
from index.errors import DocumentError
from index.formats.pdf import aside, extract_pdf
from index.formats.pdf.pages import read_pages
from index.formats.pdf.readable import is_readable
from index.formats.pdf.segments import segments_of
from index.formats.pdf.shapes import TextRun


def test_text_comes_with_its_pages(fixtures):
    found = extracted((fixtures / "lighthouse.pdf").read_bytes())
    first = "Lighthouse report\n\nThe lighthouse was built in 1871 by Marta Lind."
    assert found.text == first + "\n\nIts lamp burns 40 litres of oil a night."
    assert found.page_starts == (0, len(first) + 2)
    assert found.title == "Lighthouse report"


def test_words_cut_at_a_line_end_are_joined_and_the_line_ends_behind_them():
    text = extracted(case("50-pdf-hyphenation")).text
    for line in ("The engineer\nin charge", "never before constructed\nanything", "rapeseed\noil", "dovetailed\nso"):
        assert line in text
    assert len(blocks(case("50-pdf-hyphenation"))) == 1


def test_hyphens_that_belong_to_the_word_stay():
    page = lines(
        "The well-known pilot and his well-",
        "known boat sailed from Austria-",
        "Hungary with a state-of-the-",
        "art compass and a life-",
        "boat for eleven men of the crew.",
    )
    text = extracted(pdf(page)).text
    assert "his well-known\nboat" in text
    assert "Austria-Hungary\nwith a state-of-the-art\ncompass and a lifeboat\nfor" in text


def test_heads_feet_and_page_numbers_are_left_out_of_what_goes_on_over_the_page():
    found = extracted(case("51-pdf-page-break"))
    assert len(found.blocks) == 1
    assert "left the foundation an estate of considerable\nvalue near the town of Pecs" in found.text
    assert not {"confidential", "17", "18"} & set(found.text.split())
    assert found.text[found.page_starts[1] :].startswith("value near the town")


def test_page_numbers_of_several_kinds_are_left_out():
    found = extracted(case("60-pdf-page-labels"))
    assert found.text.startswith("Preface, part 1. Thanks are due to many people.\n\nPreface, part 2.")
    assert "Chapter 1.\n\nThe first bridge over the Orm was made of larch." in found.text
    assert not {"i", "ii", "iii", "iv", "1", "2", "3"} & set(found.text.split())
    starts = [found.text[start:] for start in found.page_starts]
    assert [start.split("\n")[0] for start in starts[4:]] == ["Chapter 1.", "Chapter 2.", "Chapter 3."]


def test_heads_with_page_numbers_are_left_out_and_headings_are_not():
    pages = [
        [
            (72, 800, 9, f"Harbour handbook {number} / 3"),
            (72, 760, 16, f"Chapter {number}", "bold"),
            *lines(*PROSE),
            (290, 40, 9, f"- {number} -"),
        ]
        for number in (1, 2, 3)
    ]
    found = blocks(pdf(*pages))
    assert [text for _, text in found] == [
        text for number in (1, 2, 3) for text in (f"Chapter {number}", "\n".join(PROSE))
    ]


@pytest.mark.parametrize(
    ("folder", "title"),
    [
        ("56-pdf-titles", ""),
        ("54-pdf-table", "Ferry fares from 1 April"),
        ("67-pdf-cell-order", "Meter readings"),
    ],
)
def test_the_title_is_one_that_says_something(folder, title):
    for path in (CASES / folder).iterdir():
        found = extract_pdf(path.read_bytes(), path.name)
        assert found.title == (title or found.text.split("\n")[0])


def test_letters_drawn_twice_are_read_once():
    assert extracted(case("57-pdf-fake-bold")).text.startswith("The assembly point is behind the chapel.\n\nThe alarm")
    shadow = [(72.6, 699.4, 14, "Assembly hall"), (72, 700, 14, "Assembly hall"), *lines(*PROSE, y=650)]
    assert extracted(pdf(shadow)).text.startswith("Assembly hall\n\nThe harbour")


def test_letters_set_apart_are_words():
    assert extracted(case("58-pdf-letterspaced")).text == "SUNDAY LUNCH\n\nRoast trout with potatoes costs 17 euros."
    apart = [(72 + 14 * n, 700, 12, letter) for n, letter in enumerate("SUNDAY  LUNCH") if letter != " "]
    assert extracted(pdf(apart + lines(*PROSE, y=650))).text.startswith("SUNDAY LUNCH\n\n")


def test_a_large_first_letter_belongs_to_its_word():
    first = [
        (72, 674, 42, "T"),
        *lines("he pilots of the harbour keep", "a boat of their own, which is", "painted red.", x=98),
    ]
    more = lines("It is the third one that", "bears the name of Saint Olaf.", y=661)
    assert blocks(pdf(first + more + lines(*PROSE, y=600)))[0][1].startswith(
        "The pilots of the harbour keep\na boat of"
    )


def test_turned_pages_are_read_as_a_person_reads_them():
    found = extracted(case("59-pdf-rotated"))
    assert found.text[found.page_starts[1] :] == "This sideways note says that the gate closes at 22:15."
    text = extracted(case("66-pdf-rotated-table")).text
    assert "Oars 24 480\n" in text
    assert "1204 Life jackets 31 930\n" in text
    assert "spare key of the boat house in the\nblue cupboard beside the entrance door." in text


def test_cropped_text_is_left_out():
    text = extracted(case("65-pdf-cropped")).text
    assert "had never before constru\n" in text
    assert "lost on the reef. The engineer\nin charge" in text


def test_a_scan_is_sent_to_ocr(fixtures):
    assert "OCR" in refusal(extract_pdf, (fixtures / "scanned.pdf").read_bytes())


GARBLED = [
    "".join(chr((ord(c) - 97 + 3) % 26 + 97) if c.islower() else c for c in line.lower()) for line in (*PROSE, *PROSE)
]


def test_a_garbled_text_layer_is_sent_to_ocr():
    message = refusal(extract_pdf, pdf(lines(*GARBLED)))
    assert "OCR" in message
    assert "not those that one sees" in message


def test_pages_that_cannot_be_read_are_named():
    found = extracted(pdf(lines(*PROSE), lines(*GARBLED), [], lines(*PROSE), [(SCAN,)]))
    assert found.unreadable == (2, 5)
    assert found.text.count("The harbour of Skarvik") == 2
    assert len(found.page_starts) == 5
    assert found.text[found.page_starts[3] :].startswith("The harbour")


def test_what_looks_odd_can_be_read():
    assert is_readable("Маяк построили в 1871 году. Смотритель жил здесь с семьёй до самой войны, а потом уехал.")
    assert is_readable("灯台は一八七一年に建てられました。毎晩四十リットルの油を燃やします。")
    assert is_readable("Wszczął się strzelczyk z chrząszczem w trzcinie, Szczebrzeszyn z tego słynie od wieków.")
    assert is_readable("12.50 13.75 14.00\n" * 40)
    assert is_readable("Contents ........................................................ 3")
    assert not is_readable("\ue001\ue017\ue022 \ue034\ue001\ue055")
    assert not is_readable("")


def test_a_locked_pdf_is_refused(fixtures):
    assert "password" in refusal(extract_pdf, (fixtures / "locked.pdf").read_bytes())


def test_a_pdf_that_is_none_is_refused():
    assert "not a readable PDF" in refusal(extract_pdf, b"%PDF-1.7 and nothing more")
    assert "not a readable PDF" in refusal(extract_pdf, b"plain text")


def test_threads_never_have_two_pdfs_open_at_once(fixtures, monkeypatch):
    """PDFium corrupts its memory when two threads use it, which kills the process, but not every time."""
    data = (fixtures / "lighthouse.pdf").read_bytes()
    expected, found, numbers, open_now = extract_pdf(data, "x"), [], [], []

    class Watched(pypdfium2.PdfDocument):
        def __init__(self, *arguments):
            open_now.append(self)
            numbers.append(len(open_now))
            super().__init__(*arguments)
            time.sleep(0.005)

        def close(self):
            super().close()
            open_now.remove(self)

    monkeypatch.setattr(pypdfium2, "PdfDocument", Watched)
    threads = [
        threading.Thread(target=lambda: found.extend(extract_pdf(data, "x") for _ in range(5))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 15
    assert numbers == [1] * 15


def test_a_pdf_whose_title_is_no_text_goes_by_its_file_name():
    page = b"BT /F 12 Tf 20 100 Td (The lamp burns oil.) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title <FEFF0041D83D>>>",
    ]
    found = extracted(assembled(*objects, trailer=b"/Info 6 0 R"), "lamp.pdf")
    assert found.text == "The lamp burns oil."
    assert found.title == ""


@pytest.mark.parametrize("folder", ["53-pdf-form", "54-pdf-table", "59-pdf-rotated", "60-pdf-page-labels"])
def test_a_damaged_pdf_is_read_or_refused_but_nothing_else(folder):
    data = case(folder)
    chance = random.Random(folder)
    for _ in range(60):
        damaged = bytearray(data[: chance.choice([len(data), chance.randrange(1, len(data))])])
        for _ in range(chance.choice([1, 5, 50])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            extracted(bytes(damaged)).text.encode()
        except DocumentError as error:
            assert is_one_sentence(str(error))


def test_text_that_goes_back_over_what_it_has_drawn_is_read():
    drawn = b"BT /F 10 Tf 300 700 Td [(one ) -9000 (two ) 12000 (three four)] TJ ET\n"
    found = extracted(pdf([(drawn,), *lines("The first line.", "The second one.", "A third.", y=600)]))
    assert set("one two three four".split()) <= set(found.text.split())


def test_accents_that_are_drawn_over_letters_belong_to_them():
    over = b"BT /F 10 Tf 72 700 Td [(caf) 0 (\xb4) 440 (e cr) 0 (`) 440 (eme, a gar) 0 (\xb8) 400 (con)] TJ ET\n"
    behind = b"BT /F 10 Tf 72 680 Td (tresc) Tj 13 0 Td (\xb4) Tj 5 0 Td (\xb4) Tj ET\n"
    code = b"BT /F 10 Tf 72 660 Td (run `echo` or `a` at 5\xb4 e.) Tj ET\n"
    found = extracted(pdf([(over,), (behind,), (code,)]))
    assert found.text.split("\n") == ["café crème, a garçon", "treść", "run `echo` or `a` at 5´ e."]


def test_pages_of_numbers_only_are_read_for_these():
    assert extracted(pdf([(72, 700, 10, "1")], [(72, 700, 10, "2")])).text.split() == ["1", "2"]


def test_a_file_of_drawings_is_not_called_a_scan():
    said = refusal(extract_pdf, pdf([(b"100 100 200 200 re f\n",)]), "logo.pdf")
    assert "without text" in said and "scanned" not in said


def test_blanks_between_arabic_and_other_words_are_told_by_their_distance():
    pieces = (("letter", 0, 30), ("ض", 33, 38), (",", 38, 40), ("called", 43, 70))
    runs = [
        TextRun(text, left, right, 0, 10, index=number, follows="") for number, (text, left, right) in enumerate(pieces)
    ]
    assert [segment.text for segment in segments_of(runs, [], True, set())] == ["letter ض, called"]


def test_blanks_that_are_only_spacing_of_characters_are_seen():
    drawn = b"BT /F 14 Tf 72 700 Td (Softwar) Tj 3.5 Tc 47.4 0 Td (eD) Tj 0 Tc 21.4 0 Td (evelopment) Tj ET\n"
    spread = b"BT /F 14 Tf 72 680 Td 3.5 Tc (MWM) Tj ET\n"
    assert extracted(pdf([(drawn,), (spread,)])).text.split("\n") == ["Software Development", "MWM"]


def test_letters_set_far_apart_are_no_word():
    chart = [(72 + 14 * place, 600, 10, letter) for place, letter in enumerate("ABCDEFG")]
    assert extracted(pdf(chart)).text == "A B C D E F G"


def book(pages):
    """Pages with running heads, and a sentence of its own on each."""
    return pdf(
        *[
            [(72, 800, 9, f"Harbour rules {page}"), *lines(f"Rule {page}: mooring costs {page} crowns.", *PROSE)]
            for page in range(1, pages + 1)
        ]
    )


@pytest.mark.parametrize("data", [book(5), case("53-pdf-form"), case("59-pdf-rotated")], ids=["book", "form", "turned"])
def test_a_long_pdf_is_read_by_two_processes_as_by_one(monkeypatch, data):
    by_one = extracted(data)
    asked = []
    monkeypatch.setattr(aside, "LEAST_PAGES", 1)
    monkeypatch.setattr(aside, "cores", lambda: 2)
    monkeypatch.setattr(
        aside, "read_pages", lambda pdf, pages, **how: asked.append(len(pages)) or read_pages(pdf, pages, **how)
    )
    assert extracted(data) == by_one
    assert asked == [len(by_one.page_starts) // 2]  # the rest was read elsewhere


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "print('nothing')", "import os; os.abort()"])
def test_where_the_other_process_fails_all_pages_are_read_here(monkeypatch, code):
    data = book(4)
    by_one = extracted(data)
    monkeypatch.setattr(aside, "LEAST_PAGES", 1)
    monkeypatch.setattr(aside, "cores", lambda: 2)
    monkeypatch.setattr(process, "CODE", code)
    assert extracted(data) == by_one
