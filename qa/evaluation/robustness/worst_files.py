"""Large odd files of each format: what of each kind a person might have, and what nobody would make by accident."""

from __future__ import annotations

from qa.evaluation.robustness.crafted_files import CRAFTED, CraftedFile
from qa.evaluation.robustness.growing_files import FIELD, NOTE, NOTE_CITED, PROSE, TEXT_RUN
from qa.evaluation.robustness.made_files import pdf_file, pdf_lines, word_file, word_paragraph, word_table


def _text(suffix: str, name: str, piece: str, count: int, before: str = "", behind: str = "") -> CraftedFile:
    """A file of so many pieces, "{}" in them replaced by their number."""

    def make(scale: float) -> bytes:
        number = round(count * scale)
        pieces = (piece.replace("{}", str(one)) for one in range(number)) if "{}" in piece else [piece] * number
        return (before + "".join(pieces) + behind).encode()

    return CraftedFile(name, suffix, make)


def _nested(suffix: str, name: str, opening: str, inner: str, closing: str, count: int) -> CraftedFile:
    return CraftedFile(
        name, suffix, lambda scale: (opening * round(count * scale) + inner + closing * round(count * scale)).encode()
    )


def _deep_list(scale: float) -> bytes:
    return "".join("  " * depth + "- ab\n" for depth in range(round(2000 * scale))).encode()


def _references(scale: float) -> bytes:
    numbers = range(round(100_000 * scale))
    used = "".join(f"[word][a{number}] " for number in numbers)
    return (used + "\n\n" + "".join(f"[a{number}]: http://b/{number}\n" for number in numbers)).encode()


def _pages(scale: float) -> bytes:
    return pdf_file(*[pdf_lines([PROSE])] * round(10_000 * scale))


def _long_lines(scale: float) -> bytes:
    return pdf_file(*[pdf_lines([PROSE] * 60)] * round(1000 * scale))


def _operators_over_the_page(scale: float) -> bytes:
    """A million words, each drawn by itself, on lines of their own."""
    lines = round(10_000 * scale)
    line = b"1 0 0 1 10 %g Tm " + b"(house) Tj 3 0 Td " * 100
    return pdf_file(b"BT /F 1 Tf " + b"".join(line % (800 - 780 * number / lines) for number in range(lines)) + b"ET")


def _with_pages(pages: bytes) -> bytes:
    objects = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" + pages
    return b"%PDF-1.5\n" + objects + b"trailer<</Root 1 0 R>>\n%%EOF"


def _deep_pages(scale: float) -> bytes:
    """Nodes of the tree of pages, each inside the one before."""
    depth = round(100_000 * scale)
    nodes = b"".join(
        b"%d 0 obj<</Type/Pages/Count 1/Kids[%d 0 R]>>endobj\n" % (number, number + 1) for number in range(2, depth + 2)
    )
    return _with_pages(nodes + b"%d 0 obj<</Type/Page/MediaBox[0 0 595 842]>>endobj\n" % (depth + 2))


def _counted_pages(scale: float) -> bytes:
    """One page, of which the file says that there are two thousand million."""
    page = b"2 0 obj<</Type/Pages/Count %d/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page/MediaBox[0 0 595 842]>>endobj\n"
    return _with_pages(page % round(2_000_000_000 * scale))


def _repeated_page(scale: float) -> bytes:
    """One page that stands in the tree again and again."""
    count = round(100_000 * scale)
    words = b"BT /F 10 Tf 10 700 Td (The lease ends on 31 May.) Tj ET"
    return _with_pages(
        b"2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj\n" % (count, b"3 0 R " * count)
        + b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R"
        + b"/Resources<</Font<</F 4 0 R>>>>>>endobj\n4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        + b"5 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (len(words), words)
    )


def _word(name: str, piece: str, count: int, notes: str = "") -> CraftedFile:
    def make(scale: float) -> bytes:
        numbers = range(round(count * scale))
        body, beneath = ("".join(one.replace("{}", str(number)) for number in numbers) for one in (piece, notes))
        return word_file(body, beneath)

    return CraftedFile(name, ".docx", make)


def _word_rows(scale: float) -> bytes:
    return word_file(
        word_table([[word_paragraph(f"a{n}"), word_paragraph("7")] for n in range(round(100_000 * scale))])
    )


def _word_runs(scale: float) -> bytes:
    return word_file(f"<w:p>{(TEXT_RUN + FIELD) * round(200_000 * scale)}</w:p>")


LARGE = (
    _text(".txt", "short lines", "ab\n", 1_000_000),
    _text(".txt", "numbered lines", "{}. ab\n", 1_000_000),
    _text(".txt", "labels", "Name{}: value\n", 500_000),
    _text(".txt", "rows with bars", "a{} | 7 | b\n", 500_000),
    _text(".txt", "headings", "Chapter {}\n\n", 500_000),
    _text(".txt", "a line of words", "word ", 1_000_000),
    _text(".txt", "a line of sentences", PROSE, 125_000),
    _text(".txt", "a line of stops", "a. ", 1_600_000),
    _text(".txt", "a line of one word", "a", 5_000_000),
    _text(".txt", "a line of blanks", " ", 5_000_000, "a", "b"),
    _nested(".md", "nested quotes", "> ", "ab\n", "", 100_000),
    CraftedFile("nested items", ".md", _deep_list),
    CraftedFile("references", ".md", _references),
    _text(".md", "rows", "| a{} | 7 |\n", 100_000, "| a | b |\n|---|---|\n"),
    _text(".md", "notes", "ab[^{}]\n\n[^{}]: cd ef\n\n", 50_000),
    _text(".md", "items", "- ab\n", 300_000),
    _text(".md", "headings", "# ab\n", 200_000),
    _text(".md", "a line of words", "word ", 1_000_000),
    _text(".md", "stars", "**a*", 1_000_000),
    _text(".md", "brackets", "[", 1_000_000),
    _text(".md", "backticks", "`a ``b ", 300_000),
    _nested(".html", "nested elements", "<div>", "ab", "</div>", 80_000),
    _nested(".html", "nested lists", "<ul><li>a", "b", "</li></ul>", 80_000),
    _nested(".html", "nested tables", "<table><tr><td>a<td>", "b", "</table>", 20_000),
    _text(".html", "attributes", "a{} ", 200_000, "<p ", ">ab</p>"),
    _text(".html", "line ends", "<br>", 5_000_000, "ab"),
    _text(".html", "lines", "a<br>", 1_000_000),
    _text(".html", "paragraphs", "<p>ab", 500_000),
    _text(".html", "rows", "<tr><td>a{}<td>7<td>b", 200_000, "<table>", "</table>"),
    _text(".html", "headings", "<h2>ab</h2>", 300_000),
    _text(".html", "open comments", "<!-- ", 2_000_000, "ab"),
    CraftedFile("pages", ".pdf", _pages),
    CraftedFile("full pages", ".pdf", _long_lines),
    CraftedFile("words drawn one by one", ".pdf", _operators_over_the_page),
    CraftedFile("a deep tree of pages", ".pdf", _deep_pages),
    CraftedFile("a forged count of pages", ".pdf", _counted_pages),
    CraftedFile("one page again and again", ".pdf", _repeated_page),
    _word("paragraphs", word_paragraph("Word {}"), 200_000),
    _word("notes", NOTE_CITED, 50_000, NOTE),
    CraftedFile("rows", ".docx", _word_rows),
    CraftedFile("runs", ".docx", _word_runs),
)
WORST = (*CRAFTED, *LARGE)
