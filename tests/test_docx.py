"""What is read of a Word file, and of the XML in it."""

import io
import random
import zipfile

import docx
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from messages import refusal

from index.formats import docx as word
from index.formats.docx import blocks, extract_docx


def word_file(change):
    """A Word file's bytes after `change(document)`."""
    written, document = io.BytesIO(), docx.Document()
    change(document)
    document.save(written)
    return written.getvalue()


def word_body(*parts):
    """The text of a Word file's body that is made of these pieces of XML."""
    names = {
        "w": "wordprocessingml/2006/main", "mc": "markup-compatibility/2006", "m": "officeDocument/2006/math"
    }  # fmt: skip
    spaces = " ".join(f'xmlns:{name}="http://schemas.openxmlformats.org/{place}"' for name, place in names.items())
    return "\n\n".join(blocks(parse_xml(f"<w:body {spaces}>{''.join(parts)}</w:body>")))


def run(text, tag="t"):
    return f"<w:r><w:{tag} xml:space='preserve'>{text}</w:{tag}></w:r>"


def test_all_that_a_reader_of_a_word_file_sees_is_read():
    """Tracked changes, content controls, fields, smart tags: python-docx alone would drop their words."""
    rent = (
        run("The rent is ") + f"<w:ins w:id='1' w:author='A'>{run('not more than ')}</w:ins>"
        + f"<w:del w:id='2' w:author='A'>{run('exactly ', 'delText')}</w:del>"
        + run("900 euros until ") + f"<w:sdt><w:sdtContent>{run('31 May 2025')}</w:sdtContent></w:sdt>" + run(".")
    )  # fmt: skip
    met = (
        run("They met in ") + f"<w:smartTag w:element='City'>{run('Geneva')}</w:smartTag>" + run(" on ")
        + f"<w:fldSimple w:instr='DATE'>{run('3 May')}</w:fldSimple>" + run(".")
    )  # fmt: skip
    tabs = (
        "<w:pPr><w:tabs><w:tab w:val='left' w:pos='9'/></w:tabs></w:pPr>" + run("a") + "<w:r><w:tab/></w:r>" + run("b")
    )
    control = f"<w:sdt><w:sdtContent><w:p>{run('In a control.')}</w:p></w:sdtContent></w:sdt>"
    inside = f"<w:txbxContent><w:p>{run('In a box.')}</w:p></w:txbxContent>"
    twice = f"<mc:Choice Requires='wps'>{inside}</mc:Choice><mc:Fallback>{inside}</mc:Fallback>"
    box = f"<w:p>{run('Beside.')}<w:r><mc:AlternateContent>{twice}</mc:AlternateContent></w:r></w:p>"
    assert word_body(
        f"<w:p>{rent}</w:p>",
        f"<w:p>{met}</w:p>",
        f"<w:p>{tabs}</w:p>",
        control,
        box,
    ).split("\n\n") == [
        "The rent is not more than 900 euros until 31 May 2025.",
        "They met in Geneva on 3 May.",
        "a\tb",
        "In a control.",
        "Beside.",
        "In a box.",
    ]


def test_an_equation_does_not_read_as_another_number():
    def part(name, text):
        return f"<m:{name}><m:r><m:t>{text}</m:t></m:r></m:{name}>"

    half = f"<m:oMath><m:f>{part('num', '1')}{part('den', '2')}</m:f></m:oMath>"
    power = f"<m:oMath><m:sSup>{part('e', '10')}{part('sup', '3')}</m:sSup></m:oMath>"
    assert (
        word_body(f"<w:p>{run('Take ')}{half}{run(' tablet of ')}{power}{run('.')}</w:p>") == "Take 1/2 tablet of 10^3."
    )
    assert word_body(f"<w:p>{run('Fee')}<w:r><w:ptab/></w:r>{run('12')}</w:p>") == "Fee\t12"


def test_tables_in_tables_and_merged_cells_are_read():
    def cell(text, more="", kind=""):
        return f"<w:tc><w:tcPr>{kind}</w:tcPr>{more}<w:p>{run(text)}</w:p></w:tc>"

    inner = f"<w:tbl><w:tr>{cell('x')}{cell('y')}</w:tr></w:tbl>"
    rows = (
        cell("Pier", kind="<w:vMerge w:val='restart'/>") + cell("Fee", inner),
        cell("", kind="<w:vMerge/>") + cell("12 euros"),
        cell("wide", kind="<w:gridSpan w:val='2'/>"),
        "<w:trPr><w:del w:id='3' w:author='A'/></w:trPr>" + cell("gone"),
        cell("Anna") + cell("Pier 7", kind="<w:vMerge w:val='restart'/>"),
        "<w:trPr><w:gridBefore w:val='1'/></w:trPr>" + cell("", kind="<w:vMerge/>"),
    )
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    assert word_body(table).split("\n\n") == ["Pier | x | y\nFee", "Pier | 12 euros", "wide", "Anna | Pier 7", "Pier 7"]


def test_word_paragraphs_and_tables_come_in_reading_order(fixtures):
    found = extract_docx((fixtures / "harbour.docx").read_bytes(), "harbour.docx")
    assert found.text.split("\n\n") == [
        "Harbour rules",
        "Boats may stay for three nights.",
        "Length | Fee",
        "under 8 m | 12 euros",
        "The harbour master is Ines Calder.",
    ]
    assert found.title == "Harbour rules"


def test_a_damaged_word_file_is_refused(fixtures):
    data = (fixtures / "harbour.docx").read_bytes()
    for damaged in (data[: len(data) // 2], b"PK\x03\x04 nothing more", b"plain text", b""):
        assert "Word file" in refusal(extract_docx, damaged)


def test_another_kind_of_zip_is_no_word_file():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "Word file" in refusal(extract_docx, written.getvalue())


def test_a_word_file_of_some_newer_zip_version_is_refused(fixtures):
    data = bytearray((fixtures / "harbour.docx").read_bytes())
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 6] = 120  # the version needed to extract
    assert "Word file" in refusal(extract_docx, bytes(data))


def test_a_word_file_without_its_parts_is_refused(fixtures):
    """python-docx raises AttributeErrors here, some only when the text is asked for."""
    with zipfile.ZipFile(fixtures / "harbour.docx") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    body = files["word/document.xml"].replace(b"w:document", b"w:tc")
    types = files["[Content_Types].xml"].replace(b"core-properties+xml", b"other+xml")
    for spoiled in ({"word/document.xml": body}, {"[Content_Types].xml": types}):
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            for name, content in (files | spoiled).items():
                archive.writestr(name, content)
        assert "Word file" in refusal(extract_docx, written.getvalue())


def test_a_zip_bomb_is_refused_by_its_declared_size():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(5_000_000))
    assert "unsafe" in refusal(extract_docx, written.getvalue())


def test_a_word_file_with_too_many_entries_is_refused(monkeypatch, fixtures):
    data = (fixtures / "harbour.docx").read_bytes()
    monkeypatch.setattr(word, "MOST_ENTRIES", 3)
    assert "unsafe" in refusal(extract_docx, data)


def test_a_big_but_honest_word_file_is_read():
    rows = [str(random.Random(i).random()) for i in range(2000)]
    data = word_file(lambda document: [document.add_paragraph(row) for row in rows])
    assert extract_docx(data, "x").text == "\n\n".join(rows)


def test_head_and_foot_of_word_pages_are_read_once():
    def write(document):
        for section in (document.sections[0], document.add_section()):
            section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
            section.header.paragraphs[0].text = "Harbour office, Pier 7"
            section.footer.paragraphs[0].text = "Account 12-34"
        document.add_paragraph("Dear Ms Berg,")

    assert (
        extract_docx(word_file(write), "x").text.split() == "Harbour office, Pier 7 Dear Ms Berg, Account 12-34".split()
    )


def test_notes_of_a_word_file_follow_the_paragraph_they_are_noted_in():
    document = docx.Document()
    for words, kind, number in (("The rent is 900 euros.", "footnote", "2"), ("It is paid monthly.", "endnote", "1")):
        mark = document.add_paragraph(words).add_run()._r
        mark.append(parse_xml(f"<w:{kind}Reference {nsdecls('w')} w:id='{number}'/>"))
    document.add_paragraph("Signed in Geneva.")
    for kind, number, words in (("footnote", "2", "Heating is not included."), ("endnote", "1", "By bank transfer.")):
        note = f"<w:{kind} w:id='{number}'><w:p><w:r><w:{kind}Ref/><w:t>{words}</w:t></w:r></w:p></w:{kind}>"
        never = f"<w:{kind} w:id='9'><w:p><w:r><w:t>Noted nowhere.</w:t></w:r></w:p></w:{kind}>"
        data = f"<w:{kind}s {nsdecls('w')}>{never}{note}</w:{kind}s>".encode()
        part = Part(PackURI(f"/word/{kind}s.xml"), "application/xml", data, document.part.package)
        document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s")
    written = io.BytesIO()
    document.save(written)
    assert extract_docx(written.getvalue(), "x").text.split("\n\n") == [
        "The rent is 900 euros.",
        "Heating is not included.",
        "It is paid monthly.",
        "By bank transfer.",
        "Signed in Geneva.",
    ]
