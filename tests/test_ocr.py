"""What OCR makes of images and scanned pages, where Tesseract is there and where it is not."""

import json
from dataclasses import dataclass, replace
from io import BytesIO

import pypdfium2
import pytest
from messages import is_one_sentence
from pdfs import PROSE, SCAN, lines, pdf
from PIL import Image, ImageDraw, ImageFont

from index.children.extracts import extracted, from_bytes
from index.children.pages import character_origins, page_boxes, page_image
from index.children.pool import viewers, workers
from index.collection import Collection
from index.errors import DocumentError
from index.formats import BY_OCR, EXTRACTION, FORMATS, IMAGES, WITHOUT_OCR, extraction_of, is_current
from index.formats.image import extract_image, frame_boxes, image_origins, image_to_read
from index.formats.ocr import program
from index.formats.ocr.bullets import with_bullets
from index.formats.ocr.hocr import lines_of_hocr
from index.formats.ocr.program import INSTALL, is_installed, languages_of
from index.formats.ocr.reading import read_image
from index.formats.ocr.records import OcrLine, OcrPage, OcrWord
from index.formats.pdf import extract_pdf
from index.formats.pdf.origins import Origins
from index.loaders import find_files, load_file
from qa.evaluation.robustness.made_files import zipped
from ui.web.file_entries import FileEntries
from ui.web.listing import FileEntry

HOCR = """<html xmlns="http://www.w3.org/1999/xhtml"><body><div class='ocr_page'><p class='ocr_par'>
<span class='ocr_line' title="bbox 100 100 500 140; baseline 0.01 -10; x_size 46">
<span class='ocrx_word' title='bbox 100 100 190 140; x_wconf 96'><strong>Rent</strong></span>
<span class='ocrx_word' title='bbox 195 100 199 140; x_wconf 90'>|</span>
<span class='ocrx_word' title='bbox 210 100 230 140; x_wconf 50'>—</span>
<span class='ocrx_word' title='bbox 240 100 400 140; x_wconf 41'>5&lt;0</span></span>
<span class='ocr_line' title="bbox 900 100 930 600; x_size 46">
<span class='ocrx_word' title='bbox 900 100 930 600; x_wconf 96'>margin</span></span></p></div></body></html>"""


def image_of(*said, size=(1000, 400), turn=0, kind="PNG"):
    """An image of lines of text, each 60 pixels below the one before."""
    drawn = Image.new("L", size, "white")
    font = ImageFont.load_default(size=36)
    for number, line in enumerate(said):
        ImageDraw.Draw(drawn).text((60, 60 + 60 * number), line, fill="black", font=font)
    written = BytesIO()
    drawn.rotate(-turn, expand=True, fillcolor="white").save(written, kind, resolution=120)
    return written.getvalue()


def joined_pdf(*files):
    whole = pypdfium2.PdfDocument.new()
    for file in files:
        whole.import_pages(pypdfium2.PdfDocument(file))
    written = BytesIO()
    whole.save(written)
    return written.getvalue()


@pytest.fixture
def present(monkeypatch):
    """With Tesseract, which other tests do without; in new processes, which know of it."""
    monkeypatch.delenv(program.VARIABLE)
    for pool in (workers(), viewers()):
        pool.close()
    yield
    for pool in (workers(), viewers()):
        pool.close()


@pytest.fixture
def absent(monkeypatch, tmp_path):
    monkeypatch.delenv(program.VARIABLE)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(program, "_packaged", lambda: None)
    assert not is_installed()


@pytest.mark.usefixtures("absent")
@pytest.mark.parametrize("suffix", IMAGES)
def test_without_it_an_image_is_refused_with_what_to_do(suffix):
    with pytest.raises(DocumentError) as caught:
        FORMATS[suffix].extract(b"whatever", f"note{suffix}")
    assert str(caught.value) == f"note{suffix} is an image: {INSTALL} and add it again."
    assert is_one_sentence(str(caught.value))


@pytest.mark.usefixtures("absent")
def test_without_it_images_in_folders_are_passed_over(tmp_path):
    for name in ("photo.jpg", "note.txt"):
        (tmp_path / name).write_text("words")
    found = find_files([tmp_path])
    assert [path.name for path in found.files] == ["note.txt"]
    assert [path.name for path in found.passed_over] == ["photo.jpg"]
    assert [path.name for path in find_files([tmp_path / "photo.jpg"]).files] == ["photo.jpg"]


@pytest.mark.usefixtures("absent")
def test_without_it_scanned_pages_are_named_and_a_scan_is_refused():
    assert extract_pdf(pdf(lines(*PROSE), [(SCAN,)]), "mixed.pdf").unreadable == (2,)
    with pytest.raises(DocumentError) as caught:
        extract_pdf(pdf([(SCAN,)]), "scan.pdf")
    assert INSTALL in str(caught.value) and is_one_sentence(str(caught.value))


def test_what_was_read_is_read_again_only_where_that_finds_more(monkeypatch, tmp_path):
    for there in (True, False):
        monkeypatch.setattr("index.formats.is_installed", lambda there=there: there)
        assert extraction_of(wants_ocr=True) == EXTRACTION + (BY_OCR if there else WITHOUT_OCR)
        assert extraction_of(wants_ocr=False) == EXTRACTION
        assert is_current(EXTRACTION + WITHOUT_OCR, False) is not there
        assert is_current(EXTRACTION, False) and not is_current(EXTRACTION - 1, False)
        assert is_current(EXTRACTION, True) is not there
        # What has pages that OCR could not read is not read again and again, nor what it read forgotten.
        assert is_current(EXTRACTION + BY_OCR, True) and is_current(EXTRACTION + BY_OCR, False)
        assert not is_current(EXTRACTION - 1 + BY_OCR, False)


@pytest.mark.parametrize("absence", ["absent", None])
def test_what_a_file_holds_tells_whether_ocr_is_wanted(absence, request):
    if absence:
        request.getfixturevalue(absence)
    mixed = pdf(lines(*PROSE), [(SCAN,)])
    wanted = {
        ".pdf": [(pdf(lines(*PROSE)), False), (mixed, True)],
        ".zip": [
            (zipped({"note.txt": b"A note.", "read.pdf": pdf(lines(*PROSE)), "__MACOSX/logo.png": b"x"}), False),
            (zipped({"note.txt": b"A note.", "photo.png": b"x"}), True),
            (zipped({"in.zip": zipped({"mixed.pdf": mixed})}), True),
        ],
        ".txt": [(b"A note.", False)],
    }
    for suffix, files in wanted.items():
        for data, wants_ocr in files:
            assert from_bytes(extracted(data, suffix, f"file{suffix}", 10**6)).wants_ocr is wants_ocr


@pytest.mark.parametrize(
    ("installed", "named", "system", "languages"),
    [
        (["deu", "eng", "osd"], "", "", "eng+deu"),
        (["deu", "eng", "osd"], "deu", "", "deu"),
        (["deu", "eng"], "fra, deu", "", "deu"),
        (["deu", "eng"], "fra", "", "eng+deu"),
        (["afr", "deu", "eng", "fra", "script/Latin"], "", "de_DE", "eng+deu"),
        (["afr", "deu", "fra", "ita"], "", "xx_XX", "afr"),
        (["osd"], "", "en_US", ""),
    ],
)
def test_languages_are_those_named_or_few(installed, named, system, languages):
    assert languages_of(installed, named, system) == languages


def test_hocr_is_lines_of_words_with_places_in_points():
    line, margin = lines_of_hocr(HOCR, 0.5)
    assert [(word.text, word.confidence) for word in line.words] == [("Rent", 96), ("—", 50), ("5<0", 41)]
    assert line.words[0].box == (50.0, 50.0, 95.0, 70.0)
    assert (line.size, line.slope, line.is_sideways) == (25.0, 0.01, False)
    assert line.baseline == pytest.approx(70 - 5 - 0.01 * 50)
    assert margin.is_sideways and margin.baseline == 465.0
    with pytest.raises(ValueError):
        lines_of_hocr("<html>", 1.0)


def line_of(*words, top=100.0, left=50.0):
    placed = [OcrWord(word, 90, (left + 40 * n, top, left + 30 + 40 * n, top + 10)) for n, word in enumerate(words)]
    return OcrLine(tuple(placed), top + 10, 0.0, 10.0)


def test_pages_are_written_and_read():
    page = OcrPage(200, 300, 90, (line_of("a", "“b”"), line_of("c")))
    assert OcrPage.from_json(page.to_json()) == page
    assert page.text == "a “b”\nc"
    for broken in ("", "[]", "[1,2,45,[]]", json.dumps([1, 2, 0, [[0, 0, 1, False, [["a b", 9, 0, 0, 1, 1]]]]])):
        with pytest.raises((ValueError, TypeError)):
            OcrPage.from_json(broken)


@pytest.mark.parametrize(
    ("turn", "box"),
    [
        (0, (50, 102.2, 80, 112.4)),
        (90, (102.2, 120, 112.4, 150)),
        (180, (120, 187.6, 150, 197.8)),
        (270, (187.6, 50, 197.8, 80)),
    ],
)
def test_boxes_lie_on_the_page_as_it_is_shown(turn, box):
    page = OcrPage(200, 300, turn, (line_of("word"),))
    [(found, across)] = page.shown_boxes(0, 4)
    assert found == pytest.approx(box) and across == (turn in (0, 180))
    [(part, _)] = OcrPage(200, 300, 0, (line_of("word"),)).shown_boxes(1, 3)
    assert (part[0], part[2]) == pytest.approx((57.5, 72.5))


def test_bullets_are_told_where_several_signs_stand_under_one_another():
    items = [line_of("¢", "one"), line_of("e", "two", top=120), line_of("e", "three", left=90)]
    assert [line.words[0].text for line in with_bullets(items)] == ["•", "•", "e"]
    assert with_bullets([line_of("©", "1999")]) == [line_of("©", "1999")]


if is_installed():  # the checks of what is read; where nothing reads, there is nothing to check
    SAID = ("The lease ends on 31 May.", "The tenant pays for the heating.")

    @pytest.mark.usefixtures("present")
    def test_an_image_is_read_and_its_places_say_by_what():
        found = extract_image(image_of(*SAID), "lease.png")
        assert " ".join(found.text.split()) == " ".join(SAID)
        assert [(one.start, one.name) for one in found.locators] == [(0, "read by OCR")]
        assert (type(found.text), found.page_starts, found.unreadable) == (str, (0,), ())

    @pytest.mark.usefixtures("present")
    def test_frames_of_a_tiff_are_pages_and_each_is_turned_upright():
        frames = [Image.open(BytesIO(image_of(said, turn=turn))) for said, turn in zip(SAID, (0, 180), strict=True)]
        written = BytesIO()
        frames[0].save(written, "TIFF", save_all=True, append_images=frames[1:])
        found = extract_image(written.getvalue(), "lease.tif")
        assert [found.text[start:].split("\n")[0] for start in found.page_starts] == list(SAID)
        assert [one.name for one in found.locators] == ["page 1 (read by OCR)", "page 2 (read by OCR)"]
        origins = Origins.from_bytes(image_origins(written.getvalue(), "lease.tif"))
        start = found.text.index("heating")
        [(page, place)] = origins.of(start, start + 7)
        [[[left, top, right, bottom]]] = json.loads(frame_boxes(written.getvalue(), page, [[place]]))["groups"]
        assert page == 2 and 842 * 0.4 < left < right < 842 * 0.6 and 337 * 0.7 < top < bottom < 337 * 0.9

    @pytest.mark.usefixtures("present")
    def test_how_far_a_scan_is_read_is_told(tmp_path, encoder):
        frames = [Image.open(BytesIO(image_of(said))) for said in SAID]
        frames[0].save(tmp_path / "lease.tif", save_all=True, append_images=frames[1:])
        entries = FileEntries(lambda: None)
        waiting = FileEntry("1", "lease.tif", "waiting")
        entries.begin([waiting])
        with Collection(tmp_path / "own", encoder) as collection:
            collection.add([tmp_path / "lease.tif"], entries.reading(waiting), text_first=True)
        assert entries.all() == (replace(waiting, state="reading", pages_read=2, pages=2),)

    @pytest.mark.usefixtures("present")
    def test_of_a_mixed_pdf_only_the_scan_is_read(tmp_path):
        scan = image_of("The kennel is open on Sundays.", kind="PDF")
        plain = pdf(lines(*PROSE))
        path = tmp_path / "mixed.pdf"
        path.write_bytes(joined_pdf(plain, scan, plain))
        document = load_file(path)
        first, second, third = document.page_starts
        assert document.text[first:second].strip() == document.text[third:].strip() == extract_pdf(plain, "a").text
        assert document.text[second:third].strip() == "The kennel is open on Sundays."
        assert (document.unreadable, document.extraction) == ((), EXTRACTION + BY_OCR)
        names = [document.locator_at(start) for start in document.page_starts]
        assert names == ["page 1", "page 2 (read by OCR)", "page 3"]
        origins = character_origins(path.read_bytes(), path.name)
        start = document.text.index("kennel")
        marked = page_boxes(path.read_bytes(), path.name, 2, [origins.on_page(2, [(start, start + 6)])])
        [[(left, top, right, bottom)]] = marked.groups
        assert marked.width * 0.1 < left < right < marked.width * 0.3
        assert marked.height * 0.13 < top < bottom < marked.height * 0.3

    @pytest.mark.usefixtures("present")
    def test_an_image_without_words_or_of_another_kind_is_refused(tmp_path):
        for data in (image_of(), b"no image", image_of("cut")[:900], b"II*\0" + b"\xff" * 64):
            with pytest.raises(DocumentError) as caught:
                extract_image(data, "empty.png")
            assert is_one_sentence(str(caught.value))

    @pytest.mark.usefixtures("present")
    def test_what_camera_noted_and_what_is_transparent_is_seen_as_in_a_viewer():
        drawn = Image.open(BytesIO(image_of("Turned by its camera", turn=270)))
        noted = Image.Exif()
        noted[0x0112] = 6
        written = BytesIO()
        drawn.save(written, "JPEG", exif=noted)
        assert extract_image(written.getvalue(), "a.jpg").text == "Turned by its camera"
        clear = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
        ImageDraw.Draw(clear).text((40, 60), "Black on nothing", fill="black", font=ImageFont.load_default(size=40))
        written = BytesIO()
        clear.save(written, "PNG")
        assert extract_image(written.getvalue(), "a.png").text == "Black on nothing"
        assert page_image(written.getvalue(), "a.png", 1, 300).startswith(b"\x89PNG")

    def test_an_archive_with_a_photo_is_read_again_when_ocr_comes(tmp_path, encoder, monkeypatch):
        (tmp_path / "bundle.zip").write_bytes(zipped({"note.txt": b"A note.", "lease.png": image_of(*SAID)}))
        (tmp_path / "plain.zip").write_bytes(zipped({"note.txt": b"Another note."}))
        with Collection(tmp_path / "own", encoder) as collection:
            assert len(collection.add([tmp_path], text_first=True).added) == 2
            monkeypatch.delenv(program.VARIABLE)
            workers().close()
            assert collection.add([tmp_path], text_first=True).reread == (str(tmp_path / "bundle.zip"),)
            assert collection.occurring(["heating"]) == {"heating"}
            assert collection.add([tmp_path], text_first=True).reread == ()
        workers().close()


@dataclass
class Handed:
    """In place of the program: keeps the kind of the images that it is handed, and reads nothing."""

    kinds: list[bytes]

    def hocr(self, image, *, dots):
        self.kinds.append(image[:2])
        return HOCR


@pytest.mark.parametrize(("colour", "kind"), [("white", b"P5"), ("lightblue", b"P6")])
def test_an_image_is_read_in_its_colours_and_in_grey_where_it_has_none(colour, kind):
    handed = Handed([])
    drawn, width, height = image_to_read(Image.new("RGB", (60, 40), colour))
    read_image(drawn, width, height, handed)
    assert handed.kinds[0] == kind
