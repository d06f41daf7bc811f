"""What is read of a Word file's XML."""

from docx.oxml import parse_xml

from index.word import blocks


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
