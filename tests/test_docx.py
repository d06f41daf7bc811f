"""What is read of a Word file, and of the XML in it."""

import io
import random
import time
import zipfile

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from messages import is_one_sentence, refusal

from index.errors import DocumentError
from index.formats import packages
from index.formats.docx import extract_docx
from index.formats.numerals import written
from index.formats.symbols import symbol
from index.records import BlockKind, check_tiling
from qa.evaluation.robustness.made_files import zipped

OPEN_XML = "http://schemas.openxmlformats.org"
LINKS = f"{OPEN_XML}/officeDocument/2006/relationships"
SPACES = " ".join(
    f'xmlns:{name}="{OPEN_XML}/{place}"'
    for name, place in {
        "w": "wordprocessingml/2006/main",
        "mc": "markup-compatibility/2006",
        "m": "officeDocument/2006/math",
        "r": "officeDocument/2006/relationships",
        "a": "drawingml/2006/main",
        "c": "drawingml/2006/chart",
        "dgm": "drawingml/2006/diagram",
        "wp": "drawingml/2006/wordprocessingDrawing",
    }.items()
)


def word_file(change):
    """A Word file's bytes after `change(document)`."""
    written, document = io.BytesIO(), docx.Document()
    change(document)
    document.save(written)
    return written.getvalue()


def root(tag, inside):
    return f"<{tag} {SPACES}>{inside}</{tag}>"


def word(*parts, links=(), title="", **others):
    """The bytes of a Word file with this XML in its body; `others` is what its "styles", "numbering", ... hold.

    `links` are further parts: (id, kind, name, content).
    """
    files = {"word/document.xml": root("w:document", f"<w:body>{''.join(parts)}</w:body>")}
    all_links = [*links, *((kind, kind, f"{kind}.xml", root(f"w:{kind}", inside)) for kind, inside in others.items())]
    files |= {f"word/{name}": content for _, _, name, content in all_links if content is not None}
    lines = [
        f'<Relationship Id="{key}" Type="{LINKS}/{kind}" Target="{name}"/>' for key, kind, name, content in all_links
    ]
    spaces = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    files["word/_rels/document.xml.rels"] = f"<Relationships {spaces}>{''.join(lines)}</Relationships>"
    main = f'<Relationship Id="1" Type="{LINKS}/officeDocument" Target="/word/document.xml"/>'
    core = '<Relationship Id="2" Type="x/metadata/core-properties" Target="docProps/core.xml"/>'
    files["_rels/.rels"] = f"<Relationships {spaces}>{main}{core}</Relationships>"
    if title:
        files["docProps/core.xml"] = f'<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></p>'
    return zipped(files)


def read(*parts, **others):
    """What is read of a Word file that `word` makes, after a check of its blocks."""
    found = extract_docx(word(*parts, **others), "some.file")
    check_tiling(found.text, found.blocks)
    return found


def told(found):
    """The kind and text of each block."""
    return [(block.kind.value, found.text[block.start : block.end]) for block in found.blocks]


def texts(*parts, **others):
    return [text for _, text in told(read(*parts, **others))]


def word_body(*parts):
    """The text of a Word file's body that is made of these pieces of XML."""
    return read(*parts).text


def run(text, tag="t", look=""):
    return f"<w:r><w:rPr>{look}</w:rPr><w:{tag} xml:space='preserve'>{text}</w:{tag}></w:r>"


def p(text="", style="", more="", inside=""):
    """A paragraph; `more` goes among its properties, and `inside` behind its text."""
    named = f"<w:pStyle w:val='{style}'/>" if style else ""
    return f"<w:p><w:pPr>{named}{more}</w:pPr>{run(text) if text else ''}{inside}</w:p>"


def table(*rows, header=0):
    """A table of these rows of texts, or of XML where a cell begins with "<"; `header` of them repeat on each page."""
    lines = []
    for at, row in enumerate(rows):
        repeats = "<w:trPr><w:tblHeader/></w:trPr>" if at < header else ""
        cells = "".join(cell if cell.startswith("<w:tc>") else f"<w:tc>{p(cell)}</w:tc>" for cell in row)
        lines.append(f"<w:tr>{repeats}{cells}</w:tr>")
    return f"<w:tbl>{''.join(lines)}</w:tbl>"


def wide(text, columns):
    return f"<w:tc><w:tcPr><w:gridSpan w:val='{columns}'/></w:tcPr>{p(text)}</w:tc>"


def merged(text=None):
    kind = "<w:vMerge/>" if text is None else "<w:vMerge w:val='restart'/>"
    return f"<w:tc><w:tcPr>{kind}</w:tcPr>{p(text or '')}</w:tc>"


def named_by(found):
    """For each row, its cells with the texts of the header that name them."""

    def at(place):
        return found.text[slice(*place)]

    return [
        [(at(name), at(cell)) for name, cell in zip(block.header, block.cells, strict=True)]
        for block in found.blocks
        if block.kind is BlockKind.ROW and block.header
    ]


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


def test_the_typed_mark_of_a_note_is_only_a_mark():
    up = "<w:vertAlign w:val='superscript'/>"
    found = read(
        p("Built in 1994", inside=run("3", look=up) + run(" with 30 m") + run("2", look=up) + run(" of glass."))
    )
    assert found.text == "Built in 1994 ³ with 30 m² of glass."
    assert [found.text[a:b] for a, b in found.marks] == [" ³"]
    cell = read(
        table(("1994", "old"), ("1995", "new")).replace("1994</w:t></w:r>", "1994</w:t></w:r>" + run("3", look=up))
    )
    assert cell.text.startswith("1994 ³ | old")
    isotope = read(p("", inside=run("14", look=up) + run("C is rare, as is ") + run("13", look=up) + run("C.")))
    assert (isotope.text, isotope.marks) == ("¹⁴C is rare, as is ¹³C.", ())


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
    whole = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    assert word_body(whole).split("\n") == ["Pier | x | y Fee", "Pier | 12 euros", "wide", "Anna | Pier 7", "Pier 7"]


def test_all_of_several_bodies_are_read():
    assert word_body(p("One."), "</w:body><w:body>", p("Two.")) == "One.\n\nTwo."


def test_word_paragraphs_and_tables_come_in_reading_order(fixtures):
    found = extract_docx((fixtures / "harbour.docx").read_bytes(), "harbour.docx")
    assert found.text.split("\n\n") == [
        "Harbour rules",
        "Boats may stay for three nights.",
        "Length | Fee\nunder 8 m | 12 euros",
        "The harbour master is Ines Calder.",
    ]
    assert [kind for kind, _ in told(found)] == ["heading", "paragraph", "header", "row", "paragraph"]
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


def test_a_word_file_without_a_document_is_refused_and_with_it_is_read(fixtures):
    """What else is missing, such as what tells of its title, does not keep it from being read."""
    with zipfile.ZipFile(fixtures / "harbour.docx") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    body = files["word/document.xml"].replace(b"w:document", b"w:tc")
    assert "Word file" in refusal(extract_docx, zipped(files | {"word/document.xml": body}))
    alone = extract_docx(zipped({"word/document.xml": files["word/document.xml"]}), "x")
    assert alone.text == extract_docx(zipped(files), "x").text


def test_a_zip_bomb_is_refused_by_its_declared_size():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(5_000_000))
    assert "unsafe" in refusal(extract_docx, written.getvalue())


def test_a_word_file_with_too_many_entries_is_refused(monkeypatch, fixtures):
    data = (fixtures / "harbour.docx").read_bytes()
    monkeypatch.setattr(packages, "MOST_ENTRIES", 3)
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
        "1 Heating is not included.",
        "It is paid monthly.",
        "i By bank transfer.",
        "Signed in Geneva.",
    ]


def test_headings_titles_quotes_and_captions_are_told_by_their_styles():
    styles = (
        "<w:style w:type='paragraph' w:styleId='berschrift2'><w:name w:val='heading 2'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='Own'><w:name w:val='Own'/><w:basedOn w:val='berschrift2'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='Plain'><w:name w:val='Plain'/><w:basedOn w:val='Own'/>"
        "<w:pPr><w:outlineLvl w:val='9'/></w:pPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='Loop'><w:name w:val='Loop'/><w:basedOn w:val='Loop'/></w:style>"
    )
    found = read(
        p("House book", "Title"),
        p("Keys", "Heading1"),
        p("Spare keys", "Own"),
        p("Not a heading.", "Plain"),
        p("Round and round.", "Loop"),
        p("Lamps", more="<w:outlineLvl w:val='2'/>"),
        p("Light is half of company.", "IntenseQuote"),
        p("Figure 1: the lamp", "Caption"),
        p("x = 1", "HTMLPreformatted", inside="<w:r><w:br/></w:r>" + run("  y = 2")),
        styles=styles,
    )
    kinds = [(block.kind.value, block.level) for block in found.blocks]
    assert kinds == [
        ("title", 0), ("heading", 1), ("heading", 2), ("paragraph", 0), ("paragraph", 0), ("heading", 3), ("quote", 0),
        ("caption", 0), ("preformatted", 0), ("preformatted", 0),
    ]  # fmt: skip
    assert found.text.endswith("x = 1\n  y = 2")
    assert found.title == "House book"


def test_a_bold_line_over_a_section_is_a_heading():
    bold, long = "<w:b/>", "The hall is let to clubs of the town on every evening of the week."
    found = told(
        read(
            p(inside=run("Letting", look=bold)), p(long),
            p(inside=run("1.", look=bold) + "<w:r><w:tab/></w:r>" + run("Keys", look=bold)), p(long),
            p(inside=run("12-13-13", look=bold)), p(long),
            p(inside=run("It is closed.", look=bold)), p(long),
            p(inside=run("Anna Berg", look=bold)), p("Mayor"),
            p("Half ", inside=run("bold", look=bold)), p(long),
        )
    )  # fmt: skip
    assert [text for kind, text in found if kind == "heading"] == ["Letting", "1. Keys"]


def numbering(*levels, more=""):
    """A list (1) with these levels: the kind of number and the text of each."""
    inside = "".join(
        f"<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{kind}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for at, (kind, text) in enumerate(levels)
    )
    return (
        f"<w:abstractNum w:abstractNumId='7'>{inside}</w:abstractNum>"
        f"<w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num>{more}"
    )


def item(text, level=0, num=1, more=""):
    return p(text, more=f"{more}<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{num}'/></w:numPr>")


def test_the_numbers_that_word_makes_are_read():
    again = (
        "<w:num w:numId='2'><w:abstractNumId w:val='7'/>"
        "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='4'/></w:lvlOverride></w:num>"
    )
    levels = numbering(("upperRoman", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), more=again)
    found = read(
        item("one"), item("one one", 1), item("a", 2), item("b", 2), item("one two", 1), item("a again", 2),
        item("two"), item("two one", 1), p("between"), item("three"), item("four", num=2), item("five", num=2),
        item("six"), item("none", num=0), item("unknown", num=99),
        numbering=levels,
    )  # fmt: skip
    assert [found.text[block.start : block.end] for block in found.blocks] == [
        "I. one", "I.1 one one", "(a) a", "(b) b", "I.2 one two", "(a) a again", "II. two", "II.1 two one", "between",
        "III. three", "IV. four", "V. five", "VI. six", "none", "unknown",
    ]  # fmt: skip
    assert [block.level for block in found.blocks][:4] == [1, 2, 3, 3]
    assert [found.text[block.start :][: block.mark] for block in found.blocks][:3] == ["I.", "I.1", "(a)"]


def test_lists_of_styles_bullets_and_numbered_headings_have_marks():
    styles = (
        "<w:style w:type='paragraph' w:styleId='Heading1'><w:name w:val='heading 1'/>"
        "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='ListBullet'><w:name w:val='List Bullet'/>"
        "<w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
    )
    found = read(
        p("Fees", "Heading1"),
        p("a raincoat", "ListBullet"),
        p("Times", "Heading1"),
        p("typed", inside=""),
        p("•\ttyped with a bullet"),
        p("b)\ttyped with a letter".replace("\t", "")),
        "<w:p>" + run("2.") + "<w:r><w:tab/></w:r>" + run("typed with a number") + "</w:p>",
        p("2. Mose 3 is a verse."),
        p("Bring:", inside="<w:r><w:br/></w:r>" + run("- a raincoat") + "<w:r><w:br/></w:r>" + run("- boots")),
        numbering=numbering(("ordinal", "%1 part"), ("bullet", "\uf0b7")),
        styles=styles,
    )
    assert told(found) == [
        ("heading", "1st part Fees"),
        ("item", "• a raincoat"),
        ("heading", "2nd part Times"),
        ("paragraph", "typed"),
        ("item", "• typed with a bullet"),
        ("paragraph", "b)typed with a letter"),
        ("item", "2. typed with a number"),
        ("paragraph", "2. Mose 3 is a verse."),
        ("paragraph", "Bring:"),
        ("item", "- a raincoat"),
        ("item", "- boots"),
    ]


def test_a_list_counts_only_what_is_on_the_page():
    hidden = "<w:rPr><w:vanish/></w:rPr>"
    gone = f"<w:p><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr>{hidden}</w:pPr>{run('no', look='<w:vanish/>')}</w:p>"
    assert texts(item("one"), gone, item("two"), numbering=numbering(("decimal", "%1."))) == ["1. one", "2. two"]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (4, "lowerRoman", "iv"), (1994, "upperRoman", "MCMXCIV"), (27, "lowerLetter", "aa"), (2, "upperLetter", "B"),
        (7, "decimalZero", "07"), (112, "ordinal", "112th"), (3, "ordinal", "3rd"), (9, "none", ""),
        (9, "strange", "9"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_word_writes_them(value, kind, shown):
    assert written(value, kind) == shown


def test_hidden_text_is_left_out():
    styles = (
        "<w:style w:type='character' w:styleId='Inner'><w:name w:val='Inner'/><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='Inside'><w:name w:val='Inside'/><w:rPr><w:vanish/></w:rPr></w:style>"
    )
    named, on = "<w:rStyle w:val='Inner'/>", "<w:vanish w:val='0'/>"
    price = p("The price is 48,000 euros", inside=run(" (we would take 41,500)", look="<w:vanish/>") + run("."))
    assert texts(
        price,
        p("For the files.", "Inside"),
        p("Due on signing", inside=run(" or later", look=named) + run(".", look=on)),
        p("", "Inside", inside=f"<w:hyperlink>{run('Seen after all.', look=on)}</w:hyperlink>"),
        table(["a", "b"], ["c", "d"]).replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>", 1),
        styles=styles,
    ) == ["The price is 48,000 euros.", "Due on signing.", "Seen after all.", "c | d"]


def test_raised_and_lowered_characters_stay_so():
    up, down = "<w:vertAlign w:val='superscript'/>", "<w:vertAlign w:val='subscript'/>"
    assert texts(
        p(
            "It holds 10",
            inside=run("-", look=up) + run("6", look=up) + run(" m of H") + run("2", look=down) + run("O."),
        ),
        p("On the 5", inside=run("th", look=up) + run(" it was 1994") + run("3", look=up) + run(".")),
    ) == ["It holds 10⁻⁶ m of H₂O.", "On the 5th it was 1994 ³."]


def test_a_note_is_placed_once_and_parts_what_stands_around_its_sign():
    cite = "<w:r><w:footnoteReference w:id='4'/></w:r>"
    own = "<w:r><w:footnoteReference w:customMarkFollows='1' w:id='5'/><w:t>*</w:t></w:r>"
    inner = "<w:r><w:footnoteReference w:id='4'/></w:r>"
    notes = f"<w:footnote w:id='4'>{p('Rebuilt.', inside=inner)}{p('Twice.')}</w:footnote>" + (
        f"<w:footnote w:id='5'>{p('By Lind.')}</w:footnote>"
    )
    found = read(
        p("Built in 1994", inside=cite + run("5 men did it") + own + run(".")), p("Again", inside=cite), footnotes=notes
    )
    assert told(found) == [
        ("paragraph", "Built in 1994 5 men did it."),
        ("note", "1 Rebuilt."),
        ("note", "Twice."),
        ("note", "* By Lind."),
        ("paragraph", "Again"),
    ]


def test_comments_follow_their_paragraph_but_not_those_that_are_done():
    word_2010, word_2012 = (f"http://schemas.microsoft.com/office/word/{year}/wordml" for year in (2010, 2012))
    comments = (
        f"<w:comment w:id='0'>{p('Renew by 2027.')}</w:comment>"
        f"<w:comment w:id='1'><w:p xmlns:w14='{word_2010}' w14:paraId='A1'>{run('Done.')}</w:p></w:comment>"
    )
    cites = "".join(f"<w:r><w:commentReference w:id='{at}'/></w:r>" for at in range(2))
    done = f"<x:a xmlns:x='{word_2012}'><x:commentEx x:paraId='A1' x:done='1'/></x:a>"
    links = [("e", "commentsExtended", "e.xml", done)]
    found = read(p("The roof is of clay.", inside=cites), p("End."), comments=comments, links=links)
    assert told(found) == [("paragraph", "The roof is of clay."), ("note", "Renew by 2027."), ("paragraph", "End.")]


def test_symbols_of_fonts_are_read():

    def sign(font, code):
        return f"<w:r><w:sym w:font='{font}' w:char='{code}'/></w:r>"

    font = "<w:rFonts w:ascii='Wingdings'/>"
    assert texts(
        p("Done: ", inside=sign("Wingdings", "F0FE") + run(", angle ") + sign("Symbol", "F061")),
        p("So ", inside=run("\uf0e0", look=font) + run(" on") + sign("Strange", "F041") + sign("Symbol", "zz")),
    ) == ["Done: ☑, angle α", "So → on"]
    assert symbol("Arial", "2713") == "✓"


def test_instructions_of_fields_are_left_out_and_form_fields_are_read():
    def edge(kind, form=""):
        return f"<w:r><w:fldChar w:fldCharType='{kind}'>{form}</w:fldChar></w:r>"

    inner = edge("begin") + run("PAGE", "instrText") + edge("separate") + run("7") + edge("end")
    outer = edge("begin") + run("IF ", "instrText") + inner + edge("separate") + run("Yes") + edge("end")
    box = "<w:ffData><w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox></w:ffData>"
    choice = (
        "<w:ffData><w:ddList><w:result w:val='1'/><w:listEntry w:val='red'/><w:listEntry w:val='blue'/></w:ddList>"
        "</w:ffData>"
    )
    asks = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    assert texts(
        p("Open? ", inside=outer + run(".")),
        p("Heated: ", inside=edge("begin", box) + run("FORMCHECKBOX", "instrText") + edge("end")),
        p("Colour: ", inside=edge("begin", choice) + run("FORMDROPDOWN", "instrText") + edge("end")),
        p("Name: ", inside=asks.format(run("Click here.", look="<w:rStyle w:val='Platzhaltertext'/>"))),
        p("Town: ", inside=asks.format(run("Bern"))),
        p("Never closed: ", inside=edge("begin") + run("still here")),
    ) == ["Open? Yes.", "Heated: ☒", "Colour: blue", "Name:", "Town: Bern", "Never closed: still here"]


def test_a_deleted_paragraph_end_and_a_dropped_letter_go_on_in_the_next_line():
    deleted = "<w:rPr><w:del w:id='1' w:author='A'/></w:rPr>"
    drop = "<w:framePr w:dropCap='drop'/>"
    assert texts(
        p("The rent is ", more=deleted), p("900 euros."), p("T", more=drop), p("he boat."), p("Last", more=deleted)
    ) == ["The rent is 900 euros.", "The boat.", "Last"]


def test_contents_are_told_by_style_control_field_and_by_hand():
    control = (
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent>{p('In this book')}</w:sdtContent></w:sdt>"
    )
    begin = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>" + run(" TOC \\o ", "instrText")
    begin += "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
    end = "<w:p><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
    tab = "<w:r><w:tab/></w:r>"
    found = told(
        read(
            control,
            p("Pools", "TOC1"),
            p(inside=begin + run("Lamps")), p("Oil"), end,
            p("Contents"),
            p("Fees", inside=tab + run("3")),
            p("Apple juice", inside=tab + run("3")),
            p("Fees", "Heading1"),
        )
    )  # fmt: skip
    assert [text for kind, text in found if kind == "contents"] == [
        "In this book", "Pools", "Lamps", "Oil", "Contents", "Fees\t3",
    ]  # fmt: skip


def test_a_header_row_names_the_cells_below_it():
    found = read(table(["Day", "Night"], ["Monday", "Lea Wolf"], header=1))
    assert named_by(found) == [[("Day", "Monday"), ("Night", "Lea Wolf")]]
    guessed = read(table(["Day", "Morning", "Night"], ["Monday", "Ana Ruiz", "Lea Wolf"], ["Friday", "Lea", "Ana"]))
    assert named_by(guessed)[0] == [("Day", "Monday"), ("Morning", "Ana Ruiz"), ("Night", "Lea Wolf")]


@pytest.mark.parametrize(
    "rows",
    [
        (["Name", "Anna"], ["Town", "Bern"]),
        (["Name:", "12"], ["Street:", "14"]),
        (["Anna", "12", "x"], ["Bern", "14", "y"]),
        (["Yes", "No", "Yes"], ["Yes", "No", "No"]),
        (["a", "b", "c"],),
    ],
)
def test_a_table_without_a_header_is_given_none(rows):
    assert {kind for kind, _ in told(read(table(*rows)))} == {"row"}


def test_a_header_over_several_rows_and_columns_names_each_column():
    found = read(
        table(
            [merged("Ticket"), wide("Price in euros", 2)],
            [merged(), "adult", "child"],
            ["Single", "6.40", "3.20"],
            [wide("Closed in winter", 3)],
            header=2,
        )
    )
    assert told(found)[0] == ("header", "Ticket | Price in euros adult | Price in euros child")
    assert named_by(found)[0][1:] == [("Price in euros adult", "6.40"), ("Price in euros child", "3.20")]
    assert found.blocks[-1].header == ((0, 0),)
    one = read(table(["Ticket", wide("Price", 2)], ["Single", "6.40", "3.20"], header=1))
    assert told(one)[0] == ("header", "Ticket | Price")
    assert named_by(one) == [[("Ticket", "Single"), ("Price", "6.40"), ("Price", "3.20")]]


def test_a_table_that_lays_out_the_page_becomes_its_paragraphs():
    long = "Words about the harbour. " * 20
    columns = read(table([long, "At the side."]))
    assert [kind for kind, _ in told(columns)] == ["paragraph", "paragraph"]
    assert told(read(table(["", "Ms Berg"], ["", "Pier 7"]))) == [("paragraph", "Ms Berg"), ("paragraph", "Pier 7")]
    inside = f"<w:tc>{p('Rules', 'Heading1')}{table(['a', 'b'], ['c', 'd'])}{p('Text.')}</w:tc>"
    assert told(read(table([inside]))) == [
        ("heading", "Rules"), ("row", "a | b"), ("row", "c | d"), ("paragraph", "Text."),
    ]  # fmt: skip


def test_diagrams_and_charts_are_read_where_they_stand():
    diagram = root(
        "dgm:dataModel", f"<dgm:pt><dgm:t><a:p>{'<a:r><a:t>Head: Nora Falk</a:t></a:r>'}</a:p></dgm:t></dgm:pt>"
    )

    def points(name, *values, form=""):
        inside = "".join(f"<c:pt idx='{at}'><c:v>{value}</c:v></c:pt>" for at, value in enumerate(values))
        return f"<c:{name}><c:numRef><c:numCache>{form}{inside}</c:numCache></c:numRef></c:{name}>"

    percent = "<c:formatCode>0%</c:formatCode>"
    chart = root(
        "c:chartSpace",
        "<c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Visitors</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea>"
        f"<c:ser>{points('tx', 'Adults')}{points('cat', '2023', '2024')}"
        f"{points('val', '4.2999999999999998', '5')}</c:ser>"
        f"<c:ser>{points('tx', 'Children')}{points('val', '0.5', '0.25', form=percent)}</c:ser></c:plotArea></c:chart>",
    )
    drawn = "<w:r><w:drawing><wp:inline><wp:docPr descr='Unseen'/>{}</wp:inline></w:drawing></w:r>"
    links = [("d", "diagramData", "diagrams/data1.xml", diagram), ("c", "chart", "charts/chart1.xml", chart)]
    found = read(
        p("Before", inside=drawn.format("<dgm:relIds r:dm='d'/>")),
        p(inside=drawn.format("<c:chart r:id='c'/>")),
        p("After", inside=drawn.format("<c:chart r:id='nowhere'/>")),
        links=links,
    )
    assert told(found) == [
        ("paragraph", "Before"),
        ("paragraph", "Head: Nora Falk"),
        ("caption", "Visitors"),
        ("header", "| Adults | Children"),
        ("row", "2023 | 4.3 | 50%"),
        ("row", "2024 | 5 | 25%"),
        ("paragraph", "After"),
    ]
    assert named_by(found)[0][1:] == [("Adults", "4.3"), ("Children", "50%")]


def test_imported_parts_are_read_where_they_stand():
    page = "<p>Inspected on 14 February.</p>"
    mail = f"MIME-Version: 1.0\nContent-Type: text/html\n\n{page}"
    links = [
        ("1", "aFChunk", "a.html", page),
        ("2", "aFChunk", "b.docx", word(p("In a file."), table(["Day", "Fee"], ["Friday", "12"], header=1))),
        ("3", "aFChunk", "c.txt", "In a text."),
        ("4", "aFChunk", "d.rtf", "{\\rtf1 unread}"),
        ("5", "aFChunk", "e.mht", mail.replace("14", "15")),
        ("6", "aFChunk", "f.html", None),
    ]
    chunks = "".join(f"<w:altChunk r:id='{at}'/>" for at in (1, 1, 2, 3, 4, 5, 6, 7))
    found = read(p("Summary."), chunks, p("End."), links=links)
    assert [text for _, text in told(found)] == [
        "Summary.", "Inspected on 14 February.", "In a file.", "Day | Fee", "Friday | 12", "In a text.",
        "Inspected on 15 February.", "End.",
    ]  # fmt: skip
    assert named_by(found) == [[("Day", "Friday"), ("Fee", "12")]]


def test_word_files_in_word_files_are_read_to_some_depth_only():
    data = word(p("Innermost."))
    for name in "abcd":
        data = word(p(name), "<w:altChunk r:id='1'/>", links=[("1", "aFChunk", "x.docx", data)])
    assert extract_docx(data, "x").text.split() == ["d", "c", "b"]


def test_word_files_in_a_word_file_share_what_they_may_unpack_to(monkeypatch):
    links = [(f"{at}", "aFChunk", f"{at}.docx", word(p("x" * 30_000))) for at in range(3)]
    chunks = "".join(f"<w:altChunk r:id='{at}'/>" for at in range(3))
    data = word(chunks, links=links)
    assert len(extract_docx(data, "x").text) > 90_000
    monkeypatch.setattr(packages, "LARGEST_RATIO", 8)
    assert len(data) < 10_000
    assert "unsafe" in refusal(extract_docx, data)


def test_strict_open_xml_is_read():
    with zipfile.ZipFile(io.BytesIO(word(p("Heated."), footnotes=""))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    for kind in ("wordprocessingml", "officeDocument", "drawingml"):
        for name, content in files.items():
            files[name] = content.replace(f"{OPEN_XML}/{kind}/2006/", f"http://purl.oclc.org/ooxml/{kind}/")
    assert "purl.oclc.org" in files["word/document.xml"]
    assert extract_docx(zipped(files), "x").text == "Heated."


def test_relationships_that_lead_nowhere_do_no_harm():
    links = [
        ("9", "image", "media/missing.png", None),
        ("8", "image", "NULL", None),
        ("7", "footnotes", "no.xml", None),
    ]
    assert texts(p("Heated."), links=links) == ["Heated."]


@pytest.mark.parametrize("title", ["", "Word Document", "Microsoft Word - template_v2.dot", "Document1", "Untitled"])
def test_a_title_that_says_nothing_gives_way_to_the_one_on_the_page(title):
    assert read(p("Keys", "Heading2"), p("Parking rules", "Title"), title=title).title == "Parking rules"
    assert read(p("Keys", "Heading1"), p("Spare keys", "Heading2"), title=title).title == "Keys"
    assert read(p("Keys", "Heading1"), p("Lamps", "Heading1"), title=title).title == ""
    assert read(p("Keys", "Title"), title="House book").title == "House book"


def test_page_numbers_and_heads_that_are_not_shown_are_left_out():
    links = [
        (kind, "header", f"{kind}.xml", root("w:hdr", p(text)))
        for kind, text in (("default", "Harbour office"), ("even", "Never"), ("first", "Welcome"))
    ] + [("foot", "footer", "foot.xml", root("w:ftr", p("Page 3 of 12") + p("Account 12-34")))]
    section = "<w:sectPr>" + "".join(
        f"<w:headerReference w:type='{kind}' r:id='{kind}'/>" for kind in ("default", "even", "first")
    )
    section += "<w:footerReference w:type='default' r:id='foot'/><w:titlePg/></w:sectPr>"
    assert texts(p("Dear Ms Berg,"), section, links=links) == [
        "Harbour office", "Welcome", "Dear Ms Berg,", "Account 12-34",
    ]  # fmt: skip


def test_equations_keep_what_belongs_together():
    def part(name, text):
        return f"<m:{name}><m:r><m:t>{text}</m:t></m:r></m:{name}>"

    half = f"<m:oMath><m:f>{part('num', 'a+b')}{part('den', '2')}</m:f></m:oMath>"
    call = f"<m:oMath><m:r><m:t>f</m:t></m:r><m:d>{part('e', 'x')}</m:d></m:oMath>"
    assert word_body(f"<w:p>{half}{run(' or ')}{call}</w:p>") == "(a+b)/2 or f(x)"


def test_an_old_or_locked_word_file_is_refused():
    compound = b"\xd0\xcf\x11\xe0" + bytes(600)
    assert "old kind of Word file" in refusal(extract_docx, compound)
    assert "password" in refusal(extract_docx, compound + "EncryptedPackage".encode("utf-16-le"))


def test_a_part_that_declares_entities_is_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    files = {"word/document.xml": bomb + root("w:document", f"<w:body>{p('&a;')}</w:body>")}
    assert "Word file" in refusal(extract_docx, zipped(files))


def test_nested_merged_tables_and_notes_cited_often_do_not_grow():
    inside = "some words of a cell " * 5
    for _ in range(20):
        cell = f"<w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>{inside if inside[0] == '<' else p(inside)}</w:tc>"
        inside = f"<w:tbl><w:tr>{cell}</w:tr>" + f"<w:tr>{merged()}<w:tc>{p('x')}</w:tc></w:tr>" * 3 + "</w:tbl>"
    cites = "<w:r><w:footnoteReference w:id='1'/></w:r>" * 3000
    notes = f"<w:footnote w:id='1'>{p('Noted.')}</w:footnote>"
    began = time.process_time()
    found = read(inside, p("Cited.", inside=cites), footnotes=notes)
    assert time.process_time() - began < 5
    assert len(found.text) < 5000
    tall = [[wide(f"Fee {at} " * 20, 50)] * 2 for at in range(200)]
    assert len(read(table(*tall, header=199)).text) < 100_000
    assert found.text.count("Noted.") == 1


def test_damaged_parts_are_read_or_refused_but_nothing_else():
    """The zip is whole here, and the XML in it is not, or no longer says what is expected."""
    many = word(
        p("Keys", "Heading1"), item("one"), item("two", 1),
        table(["Day", wide("x", 2)], [merged("a"), "b"], [merged()]),
        p("See", inside="<w:r><w:footnoteReference w:id='1'/><w:sym w:font='Symbol' w:char='F061'/></w:r>"),
        p(inside="<w:r><w:fldChar w:fldCharType='begin'/></w:r>"), "<w:altChunk r:id='h'/>",
        numbering=numbering(("decimal", "%1."), ("bullet", "x")),
        footnotes=f"<w:footnote w:id='1'>{p('n')}</w:footnote>",
        styles="<w:style w:type='paragraph' w:styleId='Heading1'><w:name w:val='heading 1'/></w:style>",
        links=[("h", "aFChunk", "a.html", "<p>In a page.</p>")],
    )  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(many)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    chance, outcomes = random.Random(7), set()
    for _ in range(300):
        name = chance.choice(sorted(files))
        damaged = bytearray(files[name])
        for _ in range(chance.choice([1, 1, 2, 6])):
            at = chance.randrange(len(damaged) or 1)
            if chance.random() < 0.5:
                damaged[at : at + chance.randrange(1, 30)] = b""
            else:
                damaged[at : at + 1] = bytes([chance.choice(b"0123456789-abcw<>'/=\xff")])
        try:
            found = extract_docx(zipped(files | {name: bytes(damaged)}), "some.file")
            check_tiling(found.text, found.blocks)
            outcomes.add("read")
        except DocumentError as error:
            assert is_one_sentence(str(error))
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
