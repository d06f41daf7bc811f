"""What is read of OpenDocument texts and presentations."""

import pytest
from messages import refusal

from index.formats import FORMATS
from index.formats.opendocument import extract_opendocument
from index.records import check_tiling
from qa.evaluation.robustness.made_files import zipped

SPACE = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    f'xmlns:{name}="{SPACE}:{place}:1.0"'
    for name, place in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing",
        "presentation": "presentation", "chart": "chart", "fo": "xsl-fo-compatible", "svg": "svg-compatible",
        "meta": "meta",
    }.items()
)  # fmt: skip
SPACES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
STYLES = (
    '<style:style style:family="text" style:name="Hid"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:family="text" style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:family="text" style:name="Up"><style:text-properties style:text-position="super 58%"/>'
    "</style:style>"
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" '
    'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/>'
    '</text:list-style><text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" '
    'text:bullet-char="●"/><text:list-level-style-bullet text:level="2" text:bullet-char="–"/></text:list-style>'
)
COMMON = (
    '<style:style style:family="paragraph" style:name="Preformatted_20_Text" style:display-name="Preformatted Text"/>'
    '<style:style style:family="paragraph" style:name="Title"/>'
    '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1"/><text:outline-level-style '
    'text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
)


def part(tag, inside):
    return f"<office:{tag} {SPACES}>{inside}</office:{tag}>"


def content(kind, inside, styles=""):
    automatic = f"<office:automatic-styles>{STYLES}{styles}</office:automatic-styles>"
    return part("document-content", f"{automatic}<office:body><office:{kind}>{inside}</office:{kind}></office:body>")


def odf(kind, *inside, masters="", title="", styles="", **others):
    """The bytes of a file with this XML in its body; `others` are embedded objects by their folder."""
    parts = {
        "content.xml": content(kind, "".join(inside), styles),
        "styles.xml": part(
            "document-styles",
            f"<office:styles>{COMMON}</office:styles><office:master-styles>{masters}</office:master-styles>",
        ),
        "meta.xml": part("document-meta", f"<office:meta><dc:title>{title}</dc:title></office:meta>"),
    }
    return zipped(parts | {f"{name}/content.xml": inside for name, inside in others.items()})


def p(text, style=""):
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def h(text, level=1, more=""):
    return f'<text:h text:outline-level="{level}" {more}>{text}</text:h>'


def listed(style, *items, more=""):
    name = f'text:style-name="{style}"' if style else ""
    inner = "".join(
        one if one.startswith("<text:list-") else f"<text:list-item>{one}</text:list-item>" for one in items
    )
    return f"<text:list {name} {more}>{inner}</text:list>"


def cell(text, more=""):
    return f"<table:table-cell {more}>{p(text)}</table:table-cell>"


def row(*cells):
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def read(data, name="file.odt"):
    extract = extract_opendocument(data, name)
    check_tiling(extract.text, extract.blocks)
    return extract


def told(extract):
    return [(one.kind.value, one.level, extract.text[one.start : one.end]) for one in extract.blocks]


def texts(*inside, **others):
    extract = read(odf("text", *inside, **others))
    return [extract.text[one.start : one.end] for one in extract.blocks]


def test_headings_are_numbered_by_the_outline():
    extract = read(
        odf("text", h("Rent"), p("900 euros"), h("Deposit", 2), h("Pets"), h("Plain", 1, 'text:is-list-header="true"'))
    )
    assert told(extract) == [
        ("heading", 1, "1 Rent"), ("paragraph", 0, "900 euros"), ("heading", 2, "1.1 Deposit"),
        ("heading", 1, "2 Pets"), ("heading", 1, "Plain"),
    ]  # fmt: skip


def test_items_have_their_numbers_and_depth():
    inner = listed("", p("small"), p("large"))
    extract = read(odf("text", listed("L1", p("dogs") + inner, p("cats") + p("more of them"))))
    assert told(extract) == [
        ("item", 1, "1. dogs"), ("item", 2, "a) small"), ("item", 2, "b) large"), ("item", 1, "2. cats"),
        ("paragraph", 0, "more of them"),
    ]  # fmt: skip


def test_a_list_counts_on_only_where_it_says_so():
    lists = (
        listed("L1", p("one"), more='xml:id="x"'), listed("L1", p("two"), more='text:continue-numbering="true"'),
        listed("L1", p("anew")), listed("L1", p("three"), more='text:continue-list="x"'),
        listed("L1", f'<text:list-item text:start-value="9">{p("nine")}</text:list-item>'),
        listed("L2", f"<text:list-header>{p('head')}</text:list-header>", p("bullet") + listed("", p("dash"))),
    )  # fmt: skip
    assert texts(*lists) == [
        "1. one", "2. two", "1. anew", "3. three", "9. nine", "head", "• bullet", "– dash",
    ]  # fmt: skip


def test_what_is_hidden_deleted_or_asks_to_be_filled_in_is_left_out():
    assert texts(
        "<text:tracked-changes><text:changed-region><text:deletion>" + p("deleted") + "</text:deletion>"
        "</text:changed-region></text:tracked-changes>",
        p('The rent is <text:change-start text:change-id="c"/>900<text:change-end text:change-id="c"/> euros'),
        p('seen<text:span text:style-name="Hid">hidden</text:span>'),
        p('<text:hidden-text text:is-hidden="true">h</text:hidden-text><text:placeholder>fill in</text:placeholder>'),
        f'<text:section text:display="none">{p("secret")}</text:section>',
        f"<text:section>{p('shown')}</text:section>",
    ) == ["The rent is 900 euros", "seen", "shown"]


def test_white_space_is_read_as_it_is_shown():
    assert texts(p('  a \n  b<text:span> c</text:span><text:s text:c="3"/>d<text:tab/>e<text:line-break/> f ')) == [
        "a b c   d\te\nf"
    ]


def test_raised_text_stays_raised():
    assert texts(p('10<text:span text:style-name="Up">6</text:span> of them')) == ["10⁶ of them"]


def test_notes_and_comments_follow_what_they_belong_to():
    note = (
        "<text:note><text:note-citation>3</text:note-citation><text:note-body>"
        + p("Including heating")
        + "</text:note-body>"
        "</text:note>"
    )
    comment = f"<office:annotation><dc:creator>Anna</dc:creator>{p('Really?')}</office:annotation>"
    extract = read(odf("text", p(f"The rent 1994{note}is high{comment}."), p("Next")))
    assert told(extract) == [
        ("paragraph", 0, "The rent 1994 is high."), ("note", 0, "3 Including heating"), ("note", 0, "Really?"),
        ("paragraph", 0, "Next"),
    ]  # fmt: skip


def test_a_table_has_rows_under_its_header_and_merged_cells_in_each_row():
    rows = (
        f"<table:table-header-rows>{row(cell('Item'), cell('Price'))}</table:table-header-rows>",
        row(cell("Boat", 'table:number-rows-spanned="2"'), cell("70")),
        row("<table:covered-table-cell/>", cell("80")),
    )
    extract = read(odf("text", f"<table:table>{''.join(rows)}</table:table>"))
    assert told(extract) == [("header", 0, "Item | Price"), ("row", 0, "Boat | 70"), ("row", 0, "Boat | 80")]
    assert [extract.text[a:b] for a, b in extract.blocks[-1].header] == ["Item", "Price"]


def test_a_cell_that_is_said_to_be_repeated_stands_there_once():
    repeated = 'table:number-columns-repeated="9999999"'
    extract = read(odf("text", f"<table:table>{row(cell('a', repeated), cell('b'))}</table:table>"))
    assert extract.text == "a | b"


def test_text_boxes_charts_and_sections_are_read():
    box = f"<draw:frame><draw:text-box>{p('in a box')}</draw:text-box></draw:frame>"
    chart = (
        f"<chart:chart><chart:title>{p('Sales')}</chart:title><table:table>"
        f"<table:table-header-rows>{row(cell(''), cell('Boats'))}</table:table-header-rows>"
        f"{row(cell('May'), cell('7'))}"
        "</table:table></chart:chart>"
    )
    shown = '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image/></draw:frame>'
    extract = read(odf("text", p(f"before{box}"), p(shown + shown), **{"Object 1": content("chart", chart)}))
    assert told(extract) == [
        ("paragraph", 0, "before"), ("paragraph", 0, "in a box"), ("caption", 0, "Sales"), ("header", 0, "| Boats"),
        ("row", 0, "May | 7"),
    ]  # fmt: skip


def test_a_table_of_contents_is_named_as_such():
    entries = f"<text:table-of-content-source/><text:index-body>{p('Rent 3')}</text:index-body>"
    extract = read(odf("text", f"<text:table-of-content>{entries}</text:table-of-content>", h("Rent"), p("900")))
    assert told(extract)[0] == ("contents", 0, "Rent 3")


def test_lines_of_code_are_read_line_by_line():
    extract = read(odf("text", p('if x:<text:line-break/><text:s text:c="2"/>y()', "Preformatted_20_Text")))
    assert [kind for kind, *_ in told(extract)] == ["preformatted", "preformatted"]
    assert extract.text == "if x:\n  y()"


def test_heads_and_feet_of_pages_come_once_without_their_numbers():
    master = (
        f'<style:master-page style:name="Standard"><style:header>{p("Boats Ltd")}</style:header><style:footer>'
        f"{p('Page <text:page-number>3</text:page-number>')}{p('Confidential')}</style:footer></style:master-page>"
        f'<style:master-page style:name="Unused"><style:header>{p("never shown")}</style:header></style:master-page>'
    )
    assert texts(p("The rent"), masters=master) == ["Boats Ltd", "The rent", "Confidential"]


def test_the_title_is_the_stated_one_or_that_on_the_page():
    assert read(odf("text", p("The lease", "Title"), p("x"), title="Contract of rent")).title == "Contract of rent"
    assert read(odf("text", p("The lease", "Title"), p("x"))).title == "The lease"


def frame(text, at, more=""):
    x, y, wide, high = at
    return (
        f'<draw:frame svg:x="{x}cm" svg:y="{y}cm" svg:width="{wide}cm" svg:height="{high}cm" {more}>'
        f"<draw:text-box>{text if text.startswith('<') else p(text)}</draw:text-box></draw:frame>"
    )


def page(*shapes, style="", more=""):
    return f'<draw:page draw:style-name="{style}" draw:master-page-name="M" {more}>{"".join(shapes)}</draw:page>'


TITLE = 'presentation:class="title"'


def test_a_page_of_a_presentation_is_a_slide():
    said = frame("Say hello", (0, 9, 9, 9), 'presentation:class="notes"')
    notes = f"<presentation:notes>{said}</presentation:notes>"
    data = odf(
        "presentation",
        page(
            frame("Low", (0, 9, 9, 1)), frame(listed("L2", p("High")), (0, 3, 9, 1)),
            frame("Rent", (0, 0, 9, 1), TITLE),
            frame("Click to add", (0, 5, 9, 1), 'presentation:placeholder="true"'), notes,
        ),
        page(frame("Pets", (0, 0, 9, 1), TITLE), frame("None", (0, 2, 9, 1)), style="dp1"),
        styles='<style:style style:family="drawing-page" style:name="dp1"><style:drawing-page-properties '
        'presentation:visibility="hidden"/></style:style>',
        masters=f'<style:master-page style:name="M">{frame("Boats Ltd", (0, 0, 1, 1))}'
        f"{frame('Click', (0, 0, 1, 1), TITLE)}</style:master-page>",
    )  # fmt: skip
    extract = read(data, "file.odp")
    assert told(extract) == [
        ("heading", 1, "Rent"), ("item", 1, "• High"), ("paragraph", 0, "Low"), ("paragraph", 0, "Boats Ltd"),
        ("note", 0, "Say hello"), ("heading", 1, "Pets"), ("paragraph", 0, "None"),
    ]  # fmt: skip
    assert [one.name for one in extract.locators] == ["slide 1", "slide 1, notes", "slide 2 (hidden)"]
    assert len(extract.page_starts) == 2


def test_one_flat_file_is_read_as_well():
    flat = part(
        "document",
        f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:text>{h('Rent')}{p('900')}"
        "</office:text></office:body>",
    )
    assert [FORMATS[suffix].extract(flat.encode(), f"a{suffix}").text for suffix in (".fodt", ".odt")] == [
        "Rent\n\n900"
    ] * 2


@pytest.mark.parametrize(
    "data",
    [
        b"PK\3\4 nothing", b"plain text", odf("spreadsheet", p("x")), zipped({"word/document.xml": "<w/>"}),
        zipped({"content.xml": '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content("text", p("x"))}),
    ],
)  # fmt: skip
def test_what_is_no_text_or_presentation_is_refused(data):
    assert "not a readable OpenDocument file" in refusal(extract_opendocument, data, "a.odt")


def test_a_password_is_told():
    manifest = "<manifest><encryption-data/></manifest>"
    data = zipped({"content.xml": "garbled", "META-INF/manifest.xml": manifest})
    assert "has a password" in refusal(extract_opendocument, data, "a.odt")
