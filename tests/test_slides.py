"""What is read of slides: PowerPoint files, and the order in which boxes on a page are read."""

import io
import zipfile

import pytest
from messages import refusal

from index.errors import DocumentError
from index.formats import FORMATS
from index.formats.reading_order import PageArea, reading_order
from index.formats.slides import extract_pptx
from index.records import BlockKind, check_tiling

OPEN_XML = "http://schemas.openxmlformats.org"
LINKS = f"{OPEN_XML}/officeDocument/2006/relationships"
SPACES = " ".join(
    f'xmlns:{name}="{OPEN_XML}/{place}"'
    for name, place in {
        "p": "presentationml/2006/main",
        "a": "drawingml/2006/main",
        "r": "officeDocument/2006/relationships",
        "c": "drawingml/2006/chart",
        "dgm": "drawingml/2006/diagram",
        "mc": "markup-compatibility/2006",
    }.items()
)
MASTER_STYLES = (
    '<p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char="•"/></a:lvl1pPr><a:lvl2pPr><a:buChar char="–"/></a:lvl2pPr>'
    "</p:bodyStyle></p:txStyles>"
)


def root(tag, inside, attributes=""):
    return f"<{tag} {SPACES} {attributes}>{inside}</{tag}>"


def tree(*shapes):
    return f"<p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld>"


def paragraph(text, level=0, properties="", run=""):
    return (
        f'<a:p><a:pPr lvl="{level}">{properties}</a:pPr><a:r><a:rPr {run}/><a:t>{text}</a:t></a:r></a:p>'
        if text
        else "<a:p/>"
    )


def shape(*paragraphs, at=None, place=None, hidden=False):
    """A shape with these paragraphs; `at` is (x, y, wide, high), `place` the attributes of a placeholder."""
    mark = "" if place is None else f"<p:ph {place}/>"
    where = "" if at is None else '<a:xfrm><a:off x="{}" y="{}"/><a:ext cx="{}" cy="{}"/></a:xfrm>'.format(*at)
    lines = "".join(one if one.startswith("<") else paragraph(one) for one in paragraphs)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="" hidden="{int(hidden)}"/><p:cNvSpPr/><p:nvPr>{mark}</p:nvPr>'
        f"</p:nvSpPr><p:spPr>{where}</p:spPr><p:txBody><a:bodyPr/>{lines}</p:txBody></p:sp>"
    )


def title(text):
    return shape(text, place='type="title"')


def body(*paragraphs):
    return shape(*paragraphs, place='idx="1"')


def graphic(inside, uri=""):
    return (
        f'<p:graphicFrame><a:graphic><a:graphicData uri="{uri}">{inside}</a:graphicData></a:graphic></p:graphicFrame>'
    )


def table(rows, look='firstRow="1"'):
    cells = [
        "".join(f"<a:tc {more}><a:txBody>{paragraph(text)}</a:txBody></a:tc>" for text, more in row) for row in rows
    ]
    return graphic(f"<a:tbl><a:tblPr {look}/>{''.join(f'<a:tr>{row}</a:tr>' for row in cells)}</a:tbl>")


def relationships(links):
    lines = "".join(
        f'<Relationship Id="{key}" Type="{LINKS}/{kind}" Target="{target}"/>' for key, kind, target in links
    )
    return f'<Relationships xmlns="{OPEN_XML}/package/2006/relationships">{lines}</Relationships>'


def slides(*shown, notes=None, comments=None, parts=(), master="", layout="", stated="", hidden=()):
    """The bytes of a PowerPoint file with these shapes on its slides, the first of which has notes and comments.

    `parts` are further ones that the first slide names: (id, kind, name, content)."""
    files = {
        "ppt/presentation.xml": root(
            "p:presentation",
            "<p:sldIdLst>"
            + "".join(f'<p:sldId id="{256 + at}" r:id="s{at}"/>' for at in range(len(shown)))
            + "</p:sldIdLst>",
        ),
        "_rels/.rels": relationships(
            [("1", "officeDocument", "ppt/presentation.xml"), ("2", "core-properties", "docProps/core.xml")]
        ),
        "ppt/_rels/presentation.xml.rels": relationships(
            [(f"s{at}", "slide", f"slides/slide{at}.xml") for at in range(len(shown))]
        ),
        "ppt/slideLayouts/layout.xml": root(
            "p:sldLayout", tree(shape("", place='type="title"', at=(0, 0, 9, 1)), layout)
        ),
        "ppt/slideLayouts/_rels/layout.xml.rels": relationships([("1", "slideMaster", "../slideMasters/master.xml")]),
        "ppt/slideMasters/master.xml": root("p:sldMaster", tree(master) + MASTER_STYLES),
        "docProps/core.xml": f'<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{stated}</dc:title></p>',
    }
    for at, inside in enumerate(shown):
        links = [("l", "slideLayout", "../slideLayouts/layout.xml")]
        if at == 0 and notes is not None:
            links.append(("n", "notesSlide", "../notesSlides/notes.xml"))
            files["ppt/notesSlides/notes.xml"] = root("p:notes", tree(*notes))
        if at == 0 and comments is not None:
            links.append(("c", "comments", "../comments/comments.xml"))
            files["ppt/comments/comments.xml"] = root("p:cmLst", comments)
        for key, kind, name, content in parts if at == 0 else ():
            links.append((key, kind, f"../{name}"))
            files[f"ppt/{name}"] = content
        files[f"ppt/slides/slide{at}.xml"] = root("p:sld", tree(inside), 'show="0"' if at in hidden else "")
        files[f"ppt/slides/_rels/slide{at}.xml.rels"] = relationships(links)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def read(data):
    extract = extract_pptx(data, "file.pptx")
    check_tiling(extract.text, extract.blocks)
    return extract


def told(extract):
    """The blocks as (kind, level, text)."""
    return [(one.kind.value, one.level, extract.text[one.start : one.end]) for one in extract.blocks]


def named(extract):
    return [(one.name, extract.text[one.start :].split("\n")[0]) for one in extract.locators]


def test_a_slide_is_a_page_with_its_title_as_heading():
    extract = read(slides(title("Rent") + body("900 euros a month"), title("Pets") + body("No snakes")))
    assert told(extract) == [
        ("heading", 1, "Rent"), ("item", 1, "• 900 euros a month"), ("heading", 1, "Pets"), ("item", 1, "• No snakes"),
    ]  # fmt: skip
    assert named(extract) == [("slide 1", "Rent"), ("slide 2", "Pets")]
    assert [extract.text[start:].split("\n")[0] for start in extract.page_starts] == ["Rent", "Pets"]
    assert extract.title == "Rent"


def test_a_slide_without_text_is_counted():
    extract = read(slides(title("One"), "", title("Three") + body("Boats")))
    assert [name for name, _ in named(extract)] == ["slide 1", "slide 3"]
    assert len(extract.page_starts) == 3


def test_a_hidden_slide_is_named_as_such():
    extract = read(slides(title("One") + body("a"), title("Two") + body("b"), hidden=(1,)))
    assert [name for name, _ in named(extract)] == ["slide 1", "slide 2 (hidden)"]


def test_bullets_come_from_master_layout_and_paragraph():
    numbered = '<a:buAutoNum type="arabicPeriod"/>'
    extract = read(
        slides(
            title("Steps")
            + body(
                paragraph("Plain", properties="<a:buNone/>"),
                paragraph("Dash below", 1),
                paragraph("First", properties=numbered),
                paragraph("inner", 1, '<a:buAutoNum type="alphaLcParenR" startAt="3"/>'),
                paragraph("Second", properties=numbered),
            )
        )
    )
    assert told(extract)[1:] == [
        ("paragraph", 0, "Plain"), ("item", 2, "– Dash below"), ("item", 1, "1. First"), ("item", 2, "c) inner"),
        ("item", 1, "2. Second"),
    ]  # fmt: skip


def test_a_text_box_has_no_bullets_but_those_that_are_typed():
    assert told(read(slides(title("T") + shape("Just a line", "- typed"))))[1:] == [
        ("paragraph", 0, "Just a line"), ("item", 1, "- typed"),
    ]  # fmt: skip


def test_boxes_are_read_from_top_to_bottom_whatever_their_order_in_the_file():
    low, high = shape("Low", at=(0, 50, 90, 10)), shape("High", at=(0, 20, 90, 10))
    assert [text for *_, text in told(read(slides(low + high + title("Top"))))] == ["Top", "High", "Low"]


def test_a_group_is_kept_together():
    group = (
        '<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="40" cy="90"/></a:xfrm></p:grpSpPr>'
        f"{shape('inner low', at=(0, 80, 5, 5))}{shape('inner high', at=(0, 5, 5, 5))}</p:grpSp>"
    )
    other = shape("beside", at=(50, 40, 40, 5))
    assert [text for *_, text in told(read(slides(title("T") + other + group)))] == [
        "T", "inner high", "inner low", "beside",
    ]  # fmt: skip


def test_a_placeholder_lies_where_its_layout_has_it():
    layout = shape("", place='idx="7"', at=(0, 10, 9, 5)) + shape("", place='idx="8"', at=(0, 2, 9, 5))
    extract = read(
        slides(title("T") + shape("second", place='idx="7"') + shape("first", place='idx="8"'), layout=layout)
    )
    assert [text for *_, text in told(extract)] == ["T", "• first", "• second"]


def test_prompts_numbers_and_dates_are_left_out_and_footers_come_once():
    edge = shape("2025", place='type="sldNum" idx="12"') + shape("3 May", place='type="dt" idx="10"')
    edge += shape("Boats Ltd", place='type="ftr" idx="11"')
    data = slides(
        title("One") + body("a") + edge,
        title("Two") + body("b") + edge,
        layout=shape("Click to edit", place='idx="1"'),
        master=shape("Confidential", at=(0, 0, 1, 1)),
    )
    assert [text for *_, text in told(read(data))] == [
        "One", "• a", "Boats Ltd", "Confidential", "Two", "• b",
    ]  # fmt: skip


def test_a_table_has_rows_under_its_header():
    rows = [[("Item", ""), ("Price", "")], [("Boat", 'rowSpan="2"'), ("70", "")], [("", 'vMerge="1"'), ("80", "")]]
    extract = read(slides(title("Prices") + table(rows)))
    assert told(extract)[1:] == [("header", 0, "Item | Price"), ("row", 0, "Boat | 70"), ("row", 0, "Boat | 80")]
    last = extract.blocks[-1]
    assert [extract.text[a:b] for a, b in last.header] == ["Item", "Price"]


def test_charts_and_diagrams_are_read_once():
    chart = root(
        "c:chartSpace",
        "<c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Sales</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea>"
        '<c:ser><c:cat><c:strRef><c:pt idx="0"><c:v>May</c:v></c:pt></c:strRef></c:cat><c:val><c:numRef>'
        '<c:pt idx="0"><c:v>4.2999999999999998</c:v></c:pt></c:numRef></c:val></c:ser></c:plotArea></c:chart>',
    )
    points = "".join(
        f'<dgm:pt modelId="{key}" {kind}><dgm:t>{paragraph(text)}</dgm:t></dgm:pt>'
        for key, kind, text in (
            ("d", 'type="doc"', ""),
            ("2", "", "Second"),
            ("b", "", "of the first"),
            ("1", "", "First"),
        )
    )
    links = "".join(
        f'<dgm:cxn srcId="{one}" destId="{other}" srcOrd="{at}"/>'
        for one, other, at in (("d", "2", 1), ("d", "1", 0), ("1", "b", 0))
    )
    diagram = root("dgm:dataModel", f"<dgm:ptLst>{points}</dgm:ptLst><dgm:cxnLst>{links}</dgm:cxnLst>")
    shown = graphic('<c:chart r:id="x"/>') + graphic('<dgm:relIds r:dm="y"/>') + graphic('<c:chart r:id="x"/>')
    data = slides(
        title("T") + shown,
        parts=(("x", "chart", "charts/c.xml", chart), ("y", "diagramData", "diagrams/d.xml", diagram)),
    )
    assert [text for *_, text in told(read(data))] == ["T", "Sales", "May | 4.3", "First", "of the first", "Second"]


def test_notes_and_comments_have_places_of_their_own():
    notes = [shape("Say hello", place='type="body" idx="1"'), shape("7", place='type="sldNum" idx="5"')]
    comments = (
        f'<p:cm><p:text>Really?</p:text></p:cm><p:cm status="resolved"><p:txBody>{paragraph("Done")}</p:txBody></p:cm>'
    )
    extract = read(slides(title("T") + body("x"), title("U") + body("y"), notes=notes, comments=comments))
    assert named(extract) == [
        ("slide 1", "T"), ("slide 1, notes", "Say hello"), ("slide 1, comments", "Really?"), ("slide 2", "U"),
    ]  # fmt: skip
    assert [one.kind for one in extract.blocks if extract.text[one.start : one.end] in ("Say hello", "Really?")] == [
        BlockKind.NOTE, BlockKind.NOTE,
    ]  # fmt: skip


def test_a_short_line_at_the_top_is_the_heading_of_a_slide_without_title():
    shown = shape("Prices", at=(0, 0, 90, 5)) + shape("A boat costs 70 euros.", at=(0, 20, 90, 5))
    assert told(read(slides(title("One") + body("a"), shown)))[2:] == [
        ("heading", 1, "Prices"), ("paragraph", 0, "A boat costs 70 euros."),
    ]  # fmt: skip


def test_a_title_that_stands_alone_and_says_something_can_be_quoted():
    assert told(read(slides(title("Lunch is at noon."), title("Pets") + body("No"))))[0][0] == "paragraph"
    assert told(read(slides(title("Part two"), title("Pets") + body("No"))))[0][0] == "heading"


def test_hidden_shapes_are_not_read_and_raised_text_stays_raised():
    shown = shape(
        '<a:p><a:r><a:t>E = mc</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>2</a:t></a:r><a:br/>'
        '<a:fld type="slidenum"><a:t>‹#›</a:t></a:fld><a:r><a:rPr baseline="-25000"/><a:t>i</a:t></a:r></a:p>'
    )
    extract = read(slides(title("T") + shown + shape("secret", hidden=True)))
    assert extract.text == "T\n\nE = mc²\nᵢ"


def test_the_stated_title_is_taken_where_it_says_something():
    assert read(slides(title("One"), stated="The annual report")).title == "The annual report"
    assert read(slides(title("One"), stated="PowerPoint Presentation")).title == "One"


def test_what_is_no_presentation_is_refused_in_one_sentence():
    assert "not a readable PowerPoint file" in refusal(extract_pptx, b"PK\3\4 nothing", "a.pptx")
    compound = b"\xd0\xcf\x11\xe0" + bytes(600)
    assert "old kind" in refusal(extract_pptx, compound, "a.pptx")
    encrypted = compound + "EncryptedPackage".encode("utf-16-le")
    assert "has a password" in refusal(extract_pptx, encrypted, "a.pptx")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "not a readable PowerPoint file" in refusal(extract_pptx, made.getvalue(), "a.pptx")


def test_a_slide_that_is_named_again_is_read_once():
    data = slides(title("One") + body("a"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    whole = parts["ppt/presentation.xml"]
    once = b'<p:sldId id="256" r:id="s0"/>'
    parts["ppt/presentation.xml"] = whole.replace(once, once * 200)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read(made.getvalue()).text.count("One") == 1


@pytest.mark.parametrize("part", ["ppt/presentation.xml", "ppt/slides/slide0.xml"])
def test_a_part_that_defines_entities_is_refused(part):
    data = slides(title("One"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + parts[part]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(DocumentError):
        extract_pptx(made.getvalue(), "a.pptx")


@pytest.mark.parametrize("suffix", [".pptx", ".pptm", ".ppsx"])
def test_all_kinds_of_powerpoint_files_are_read(suffix):
    assert FORMATS[suffix].extract(slides(title("One")), f"a{suffix}").text == "One"


def areas(*places):
    return [PageArea(x, y, x + wide, y + high) for x, y, wide, high in places]


def test_columns_are_read_for_themselves():
    left, right = [(0, 0, 40, 10), (0, 10, 40, 60)], [(50, 0, 40, 10), (50, 10, 40, 60)]
    assert reading_order(areas(left[0], right[0], left[1], right[1])) == [0, 2, 1, 3]


def test_labels_are_read_with_what_stands_beside_them():
    rows = [place for y in (0, 12, 24) for place in ((0, y, 15, 10), (20, y, 70, 10))]
    assert reading_order(areas(*rows)) == [0, 1, 2, 3, 4, 5]


def test_a_grid_of_cards_is_read_card_by_card():
    cards = [place for x in (0, 34, 68) for place in ((x, 0, 30, 5), (x, 5, 30, 20))]
    lower = [(x, y + 40, wide, high) for x, y, wide, high in cards]
    assert reading_order(areas(*cards, *lower)) == list(range(12))


def test_many_boxes_and_stairs_come_to_an_end():
    stairs = areas(*((n, n, 3000, 3000) for n in range(900)))
    assert reading_order(stairs) == list(range(900))
    assert len(reading_order(areas(*((n % 7, n, 1, 1) for n in range(5000))))) == 5000
