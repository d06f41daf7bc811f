"""Archives: what stands in the files inside, under their paths, and what cannot be read of them."""

import io
import stat
import struct
import tarfile
import time
import zipfile

import pytest
from homes import fresh_home
from libraries import Handed, opened, settled
from messages import is_one_sentence, refusal
from pdfs import SCAN, lines, pdf

from index.children.extracts import from_bytes, to_bytes
from index.collection import Collection
from index.formats import FORMATS
from index.formats.endings import ending_of
from index.records import BlockKind, Document
from qa.answerer import Answerer
from qa.evaluation.robustness.invariants import broken
from qa.evaluation.robustness.made_files import (
    pdf_file,
    pdf_lines,
    with_forged_size,
    word_file,
    word_paragraph,
    zipped,
)
from ui.cli import main

RENT = b"The rent is 900 euros a month."
MANUAL = pdf_file(pdf_lines(["The manual"]), pdf_lines(["The pump is switched off by the red lever."]))
FEES = b"# Fees\n\nThe fee is 12 euros."


def read(suffix, data):
    extract = FORMATS[suffix].extract(data, "bundle" + suffix)
    assert broken(extract, suffix) == []
    assert from_bytes(to_bytes(extract)) == extract
    return extract


def read_zip(files, **options):
    return read(".zip", zipped(files, **options))


def headings(extract):
    blocks = [one for one in extract.blocks if one.kind is BlockKind.HEADING]
    return [(one.level, extract.text[one.start : one.end]) for one in blocks]


def place(extract, words):
    document = Document("d", "t", "s", "h", extract.text, blocks=extract.blocks, locators=extract.locators)
    return document.locator_at(extract.text.index(words))


def left_out(extract):
    return [one.source for one in extract.left_out]


def tarred(files, packed=""):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=f"w:{packed}") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def encrypted(data, count=99):
    """The zip, where the first entries say that they have a password."""
    marked = bytearray(data)
    for signature, flags_at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        for _ in range(count):
            if (at := marked.find(signature, at + 1)) < 0:
                break
            marked[at + flags_at] |= 1
    return bytes(marked)


def test_each_file_stands_under_its_path_and_is_found_by_it():
    inner = word_file(word_paragraph("The keys lie in the tower."))
    extract = read_zip({"docs/part 10.md": FEES, "docs/part 2.pdf": MANUAL, "b.docx": inner, "a.txt": RENT})
    assert headings(extract) == [
        (1, "a.txt"), (1, "b.docx"), (1, "docs/part 2.pdf"), (1, "docs/part 10.md"), (2, "# Fees")
    ]  # fmt: skip
    assert place(extract, "900 euros") == "a.txt"
    assert place(extract, "red lever") == "docs/part 2.pdf, page 2"
    assert place(extract, "12 euros") == place(extract, "docs/part 10.md") == "docs/part 10.md"
    assert extract.page_starts == () and left_out(extract) == []


def test_a_title_inside_is_the_heading_above_the_others():
    titled = '<w:p><w:pPr><w:pStyle w:val="{}"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'
    body = titled.format("Title", "The lease") + titled.format("Heading1", "Rent") + word_paragraph("900 euros")
    assert headings(read_zip({"a.docx": word_file(body)})) == [(1, "a.docx"), (2, "The lease"), (3, "Rent")]


def test_what_is_hidden_empty_or_of_another_kind_is_passed_over():
    files = {".git/a.txt": RENT, "__MACOSX/._a.txt": RENT, "~$a.docx": RENT, "a.png": RENT, "b.txt": b" \n", "c/": b""}
    extract = read_zip({**files, "c/d.txt": FEES})
    assert headings(extract) == [(1, "c/d.txt")]
    assert left_out(extract) == []
    assert "holds no file of a kind" in refusal(FORMATS[".zip"].extract, zipped(files))


def test_a_link_inside_leads_nowhere():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.txt", RENT)
    assert headings(read(".zip", file.getvalue())) == [(1, "a.txt")]


def test_a_path_inside_is_only_a_name():
    extract = read_zip({"/etc/a.txt": RENT, "../../b.txt": RENT, "c\\d\x1b.txt": RENT, "C:\\e.txt": RENT})
    assert [name for _, name in headings(extract)] == ["b.txt", "c/d.txt", "C:/e.txt", "etc/a.txt"]


def test_names_in_utf_8_cp437_and_beside_them_are_read():
    def named(name, extra=b""):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            info = zipfile.ZipInfo("?" * len(name) + ".txt")
            info.extra = extra
            archive.writestr(info, RENT)
        return file.getvalue().replace(b"?" * len(name), name)

    beside = struct.pack("<HHBI", 0x7075, 5 + 11, 1, 0) + "żółw.txt".encode()
    for data, name in (
        (zipped({"Größe.txt": RENT}), "Größe.txt"),
        (named("Größe".encode()), "Größe.txt"),  # not said to be UTF-8
        (named("Größe".encode("cp437")), "Größe.txt"),
        (named("¦¦¦w".encode("cp437", "replace").replace(b"?", b"\x9c"), beside), "żółw.txt"),
    ):
        assert headings(read(".zip", data)) == [(1, name)]


@pytest.mark.parametrize(("suffix", "packed"), [(".tar", ""), (".tgz", "gz"), (".tar.gz", "gz")])
def test_a_tar_file_is_read_alike(suffix, packed):
    extract = read(suffix, tarred({"p/part10.md": FEES, "p/part2.pdf": MANUAL, "x.png": RENT, ".x.md": RENT}, packed))
    assert headings(extract) == [(1, "p/part2.pdf"), (1, "p/part10.md"), (2, "# Fees")]
    assert place(extract, "red lever") == "p/part2.pdf, page 2"


def test_an_archive_in_an_archive_is_read_and_one_deeper_is_not():
    inner = zipped({"b.txt": RENT, "deeper.tar": tarred({"c.txt": RENT})})
    extract = read_zip({"a.md": FEES, "in.zip": inner})
    assert headings(extract)[2:] == [(1, "in.zip"), (2, "b.txt")]
    assert place(extract, "900 euros") == "in.zip, b.txt"
    [deeper] = extract.left_out
    assert deeper.source == "in.zip/deeper.tar"
    assert "bundle.zip/in.zip/deeper.tar is packed in too many" in deeper.reason and is_one_sentence(deeper.reason)


def test_a_file_inside_that_cannot_be_read_is_named_and_the_others_stay():
    noise = bytes(range(256)) * 40
    extract = read_zip({"a.pdf": noise, "b.docx": noise, "c.txt": RENT, "d/e.pdf": pdf_file(b"")})
    assert headings(extract) == [(1, "c.txt")]
    assert left_out(extract) == ["a.pdf", "b.docx", "d/e.pdf"]
    assert all(f"bundle.zip/{one.source} " in one.reason for one in extract.left_out)
    assert "no readable file" not in refusal(FORMATS[".zip"].extract, zipped({"a.pdf": noise}), "a.pdf")


def test_pages_inside_without_readable_text_are_told():
    extract = read_zip({"a.pdf": pdf(lines("The pump is switched off by the red lever."), [(SCAN,)])})
    assert [one.reason for one in extract.left_out] == [
        "bundle.zip/a.pdf has no readable text on 1 of its 2 pages: run it through OCR (for example ocrmypdf) and add "
        "the result."
    ]


def test_what_has_a_password_is_told():
    data = zipped({"a.txt": RENT, "b.md": FEES})
    assert "has a password" in refusal(FORMATS[".zip"].extract, encrypted(data))
    extract = read(".zip", encrypted(data, 1))
    assert left_out(extract) == ["a.txt"] and "bundle.zip/a.txt has a password" in extract.left_out[0].reason


def test_what_is_packed_in_another_way_or_damaged_is_told():
    for packed in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert "packed in a way" in refusal(FORMATS[".zip"].extract, zipped({"a.txt": RENT}, packed=packed))
    damaged = zipped({"a.txt": RENT, "b.md": FEES}, packed=zipfile.ZIP_STORED).replace(b"900", b"100")
    extract = read(".zip", damaged)
    assert left_out(extract) == ["a.txt"] and "damaged" in extract.left_out[0].reason


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tgz"])
def test_a_damaged_archive_is_refused(suffix):
    make = {".zip": zipped, ".tar": tarred, ".tgz": lambda files: tarred(files, "gz")}[suffix]
    data = make({"a.txt": RENT * 90, "b.md": FEES, "c.md": FEES})
    for bad in (b"", b"no archive", data[: len(data) // 3]):
        refusal(FORMATS[suffix].extract, bad)


def test_a_damaged_header_is_not_taken_for_the_end():
    data = bytearray(tarred({"a.txt": RENT, "b.txt": RENT, "c.txt": RENT}))
    data[1024 + 10] ^= 255
    assert "damaged" in refusal(FORMATS[".tar"].extract, bytes(data))


def test_bombs_are_refused_before_they_go_off():
    zeros = b"0" * 3_000_000
    began = time.process_time()
    assert "unpacks to" in refusal(FORMATS[".zip"].extract, zipped({"a.txt": zeros}))
    assert "unpacks to" in refusal(FORMATS[".tgz"].extract, tarred({"a.txt": zeros}, "gz"))
    forged = with_forged_size(zipped({"a.txt": zeros, "b.txt": RENT}), "a.txt", 100)
    assert left_out(read(".zip", forged)) == ["a.txt"]
    small = zipped({f"{n}.txt": b"0" * 90_000 for n in range(8)})
    nested = zipped({f"{n}.zip": small for n in range(40)})
    extract = read(".zip", nested)  # as many as may be unpacked from so many bytes
    assert left_out(extract) and all("unpacks to" in one.reason for one in extract.left_out)
    assert len(extract.text) < 100 * max(len(nested), 10_000)
    assert time.process_time() - began < 5


def test_what_is_not_read_counts_for_nothing():
    extract = read_zip({"video.mp4": b"0" * 3_000_000, "a.txt": RENT})
    assert headings(extract) == [(1, "a.txt")]


def test_more_files_than_a_document_has_are_refused(monkeypatch):
    monkeypatch.setattr("index.formats.archives.MOST_FILES", 3)
    files = {f"{n}.txt": RENT for n in range(4)}
    assert "above the limit" in refusal(FORMATS[".zip"].extract, zipped(files))
    files.popitem()
    assert len(headings(read_zip({**files, "a.png": RENT}))) == 3


def test_endings_of_two_parts_are_known():
    assert [ending_of(name) for name in ("a.TAR.GZ", "a.gz", "a.b.zip", ".tar.gz", "a")] == [
        ".tar.gz", ".gz", ".zip", ".gz", ""
    ]  # fmt: skip


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path.resolve() / "papers" / "bundle.zip"
    path.parent.mkdir()
    path.write_bytes(zipped({"a.txt": RENT, "docs/manual.pdf": MANUAL, "bad.pdf": b"no PDF"}))
    return path


def test_an_answer_names_the_file_inside(collection, bundle, reader):
    collection.add([bundle])
    answer = Answerer(collection, reader, threshold=0).ask("How is the pump switched off?")
    [citation] = answer.citations
    assert "red lever" in citation.text
    assert (citation.locator, citation.source) == ("docs/manual.pdf, page 2", str(bundle))


def test_what_was_left_out_is_told_again_and_goes_with_the_archive(collection, bundle, encoder):
    inside = str(bundle / "bad.pdf")

    def told(changes):
        assert changes.refused == ()
        return [one.source for one in changes.left_out]

    assert told(collection.add([bundle.parent])) == [inside]
    assert told(collection.add([bundle])) == [inside]  # it is unchanged
    assert [one.source for one in collection.left_out()] == [inside]
    [document] = collection.documents()
    assert collection.within(document.id).left_out() == collection.left_out()
    moved = bundle.with_name("moved.zip")
    bundle.rename(moved)
    assert told(collection.add([bundle.parent])) == [str(moved / "bad.pdf")]
    with Collection(collection.folder, encoder) as again:
        assert [one.source for one in again.left_out()] == [str(moved / "bad.pdf")]
    taken = collection.take_out(collection.documents()[0].id)
    assert collection.left_out() == []
    collection.put_back(taken)
    assert len(collection.left_out()) == 1
    moved.write_bytes(zipped({"a.txt": RENT}))
    assert told(collection.add([moved])) == [] == collection.left_out()


def test_a_person_sees_what_was_left_out(bundle, tmp_path, capsys):
    assert main(["index", str(bundle), "--collection", str(tmp_path / "mine")]) == 0
    printed = capsys.readouterr().out
    assert "bundle.zip/bad.pdf is not a readable PDF" in printed


def test_the_page_lists_what_was_left_out(bundle, tmp_path, monkeypatch, encoder):
    fresh_home(tmp_path, monkeypatch)
    with opened() as library:
        library.add([Handed(tmp_path / "handed")("bundle.zip", bundle.read_bytes())])
        [one] = settled(library).documents
        assert (one.kind, one.left_out) == ("archive", ("bad.pdf",))
