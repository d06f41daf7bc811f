"""Odd but innocent files of any length: what takes time by the square of it in one of them would take minutes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from qa.evaluation.robustness.made_files import pdf_file, pdf_lines, word_file, word_paragraph, word_table

Made = Callable[[int], str | bytes]


@dataclass(frozen=True, slots=True)
class GrowingFile:
    """A file that is made of `count` pieces of a kind; `usual` is a count that takes about half a second."""

    name: str
    suffix: str
    usual: int
    make: Made

    def data(self, count: int) -> bytes:
        """The file with so many pieces."""
        made = self.make(count)
        return made if isinstance(made, bytes) else made.encode()


def _nested(opening: str, inner: str, closing: str) -> Made:
    return lambda count: opening * count + inner + closing * count


def _times(piece: str, before: str = "", behind: str = "") -> Made:
    return lambda count: before + piece * count + behind


def _numbered(piece: str, before: str = "", behind: str = "") -> Made:
    """The piece so often, "{}" in it replaced by its number."""
    return lambda count: before + "".join(piece.replace("{}", str(number)) for number in range(count)) + behind


def _word(piece: str, notes: str = "") -> Made:
    return lambda count: word_file(_numbered(piece)(count), _numbered(notes)(count))  # type: ignore[arg-type]


def _word_nested(depth: int) -> Made:
    def make(count: int) -> bytes:
        inner = word_paragraph("The rent is due.")
        for _ in range(depth):
            inner = word_table([[inner, word_paragraph("May")], [word_paragraph("June"), word_paragraph("July")]])
        return word_file(inner * count)

    return make


NOTE_CITED = '<w:p><w:r><w:t>Word</w:t></w:r><w:r><w:footnoteReference w:id="{}"/></w:r></w:p>'
NOTE = '<w:footnote w:id="{}"><w:p><w:r><w:t>A note of some words.</w:t></w:r></w:p></w:footnote>'
TEXT_RUN = "<w:r><w:t>Word</w:t></w:r>"
FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
PROSE = "The lease of the house ends on 31 May. "

GROWING = (
    GrowingFile("short lines", ".txt", 50_000, _times("ab\n")),
    GrowingFile("short lines apart", ".txt", 50_000, _times("Ab\n\n")),
    GrowingFile("numbered lines", ".txt", 30_000, _numbered("{}. ab\n")),
    GrowingFile("labels", ".txt", 30_000, _numbered("Name{}: value\n")),
    GrowingFile("labels apart", ".txt", 30_000, _numbered("Name{}: value\n\n")),
    GrowingFile("headings only", ".txt", 30_000, _numbered("Chapter {}\n\n")),
    GrowingFile("rows with bars", ".txt", 30_000, _numbered("a{} | 7 | b\n")),
    GrowingFile("rows with tabs", ".txt", 30_000, _numbered("a{}\t7\tb\n")),
    GrowingFile("aligned rows", ".txt", 30_000, _times("a     7    b\n")),
    GrowingFile("rules", ".txt", 30_000, _times("a|b\n|---|\n")),
    GrowingFile("quoted lines", ".txt", 30_000, _times(">> ab\n> cd\n")),
    GrowingFile("deeper and deeper", ".txt", 700, lambda count: "".join(" " * n + "- ab\n" for n in range(count))),
    GrowingFile("questions", ".txt", 20_000, _times("Who pays for it?\n\nThe tenant does so.\n\n")),
    GrowingFile("one line of words", ".txt", 500_000, _times("word ")),
    GrowingFile("one line of sentences", ".txt", 10_000, _times(PROSE)),
    GrowingFile("one line of stops", ".txt", 100_000, _times("a. ")),
    GrowingFile("one line of one word", ".txt", 2_000_000, _times("a")),
    GrowingFile("one line of blanks", ".txt", 2_000_000, _times(" ", "a", "b")),
    GrowingFile("combining marks", ".txt", 500_000, _times("\u0301", "a")),
    GrowingFile("ligatures", ".txt", 100_000, _times("\ufb01")),
    GrowingFile("lines of dots", ".txt", 1000, _times("." * 298 + "a\n")),
    GrowingFile("nested elements", ".html", 10_000, _nested("<div>", "ab", "</div>")),
    GrowingFile("nested inline elements", ".html", 10_000, _nested("<span>", "ab", "</span>")),
    GrowingFile("nested lists", ".html", 5_000, _nested("<ul><li>a", "b", "</li></ul>")),
    GrowingFile("nested quotations", ".html", 10_000, _nested("<blockquote>", "ab", "</blockquote>")),
    GrowingFile("nested raised text", ".html", 5_000, _nested("<sup>1", "ab", "</sup>")),
    GrowingFile("nested main parts", ".html", 5_000, _nested("<main><p>a", "b", "</main>")),
    GrowingFile("nested tables", ".html", 3_000, _nested("<table><tr><td>a<td>", "b", "</table>")),
    GrowingFile("nested labels", ".html", 5_000, _nested("<label>a", "b", "</label>")),
    GrowingFile("attributes", ".html", 50_000, _numbered("a{} ", "<p ", ">ab</p>")),
    GrowingFile("attributes with signs", ".html", 50_000, _numbered('a{}=">" ', "<p ", ">ab</p>")),
    GrowingFile("classes", ".html", 50_000, _numbered("a{} ", "<style>.b{display:none}</style><p class='", "'>ab</p>")),
    GrowingFile("line ends", ".html", 30_000, _times("<br>", "ab")),
    GrowingFile("lines", ".html", 30_000, _times("a<br>")),
    GrowingFile("line ends between blanks", ".html", 20_000, _times("<i> </i><br>", "a<sup>", "</sup>")),
    GrowingFile("paragraphs", ".html", 20_000, _times("<p>ab")),
    GrowingFile("long list", ".html", 20_000, _times("<li>ab", "<ol>", "</ol>")),
    GrowingFile("reversed list", ".html", 20_000, _times("<li>ab", "<ol reversed>", "</ol>")),
    GrowingFile("headings", ".html", 20_000, _times("<h2>ab</h2>")),
    GrowingFile("headings below a long one", ".html", 10_000,
                lambda count: f"<h1>{'word ' * count}</h1>" + "<h2>a</h2><p>b" * count),
    GrowingFile("long title", ".html", 10_000,
                lambda count: f"<title>{'word ' * count}</title>" + "<h2>a</h2><p>b" * count),
    GrowingFile("rows", ".html", 5_000, _numbered("<tr><td>a{}<td>7<td>b", "<table>", "</table>")),
    GrowingFile("rows below a long name", ".html", 5_000,
                lambda count: f"<table><tr><th>a<th>{'word ' * count}" + "<tr><td>1<td>2" * count + "</table>"),
    GrowingFile("controls in a cell", ".html", 10_000,
                _times("<input value=7>", "<table><tr><td>a<td><label></label>", "</table>")),
    GrowingFile("tables far inside", ".html", 3_000,
                lambda count: "<table><tr><td>a<td>" + "<div>" * count + "<table><tr><td>a<td>b</table>" * count),
    GrowingFile("definitions", ".html", 10_000, _times("<dt>a<dd>b", "<dl>", "</dl>")),
    GrowingFile("rules of style", ".html", 10_000, _numbered(".a{}{display:none}", "<style>", "</style><p class=b>ab")),
    GrowingFile("open comments", ".html", 50_000, _times("<!-- ", "ab")),
    GrowingFile("nested quotes", ".md", 3_000, lambda count: "> " * count + "ab\n"),
    GrowingFile("quoted lines", ".md", 3_000, _times("> ab\n")),
    GrowingFile("nested items", ".md", 100, lambda count: "".join("  " * n + "- ab\n" for n in range(count))),
    GrowingFile("long list", ".md", 3_000, _times("- ab\n")),
    GrowingFile("headings", ".md", 5_000, _times("# ab\n")),
    GrowingFile("rows", ".md", 2_000, _numbered("| a{} | 7 |\n", "| a | b |\n|---|---|\n")),
    GrowingFile("wide rows", ".md", 300, lambda count:
                "| a " * count + "|\n" + "|---" * count + "|\n" + "| b |\n" * 9),
    GrowingFile("notes", ".md", 2_000, _numbered("ab[^{}]\n\n[^{}]: cd ef\n\n")),
    GrowingFile("definitions", ".md", 5_000, _numbered("[a{}]: b\n")),
    GrowingFile("stars", ".md", 5_000, _times("*a ")),
    GrowingFile("pairs of stars", ".md", 5_000, _times("**a*")),
    GrowingFile("brackets", ".md", 5_000, _times("[")),
    GrowingFile("images", ".md", 5_000, _times("![a](")),
    GrowingFile("backticks", ".md", 300, lambda count: "".join("`" * n + " a " for n in range(count))),
    GrowingFile("exclamations", ".md", 50_000, _times("! ")),
    GrowingFile("open tags", ".md", 10_000, _times("<a ")),
    GrowingFile("open comments", ".md", 5_000, _times("a <!-- ")),
    GrowingFile("entities", ".md", 20_000, _times("&amp;")),
    GrowingFile("lines of one paragraph", ".md", 5_000, _times("word word\n")),
    GrowingFile("one line of words", ".md", 100_000, _times("word ")),
    GrowingFile("fences", ".md", 5_000, _times("```\nab\n```\n")),
    GrowingFile("paragraphs", ".docx", 5_000, _word(word_paragraph("Word {}"))),
    GrowingFile("notes", ".docx", 2_000, _word(NOTE_CITED, NOTE)),
    GrowingFile("one note cited again", ".docx", 3_000, lambda count: word_file(
        NOTE_CITED.replace("{}", "1") * count, NOTE.replace("{}", "1"))),
    GrowingFile("rows", ".docx", 3_000, lambda count: word_file(
        word_table([[word_paragraph(f"a{n}"), word_paragraph("7")] for n in range(count)]))),
    GrowingFile("nested tables", ".docx", 50, _word_nested(20)),
    GrowingFile("runs", ".docx", 20_000, lambda count: word_file(
        f"<w:p>{'<w:r><w:t>a </w:t></w:r>' * count}</w:p>", packed=zipfile.ZIP_STORED)),
    GrowingFile("fields", ".docx", 5_000, lambda count: word_file(f"<w:p>{TEXT_RUN}{FIELD * count}</w:p>")),
    GrowingFile("short pages", ".pdf", 100, lambda count: pdf_file(*[pdf_lines([PROSE])] * count)),
    GrowingFile("lines of a page", ".pdf", 500, lambda count: pdf_file(pdf_lines([PROSE] * count, step=1.3))),
    GrowingFile("pieces of a line", ".pdf", 1000, lambda count: pdf_file(
        b"BT /F 1 Tf 10 700 Td " + b"(house) Tj 3 0 Td " * count + b"ET")),
    GrowingFile("a long piece", ".pdf", 5_000, lambda count: pdf_file(
        b"BT /F 0.1 Tf 10 700 Td (" + b"ab cd " * count + b") Tj ET")),
    GrowingFile("columns", ".pdf", 200, lambda count: pdf_file(
        b"".join(pdf_lines(["7 words"] * count, x=20 + 60 * n, size=4, step=3) for n in range(9)))),
    GrowingFile("lines over one another", ".pdf", 500, lambda count: pdf_file(pdf_lines([PROSE] * count, step=0))),
)  # fmt: skip
