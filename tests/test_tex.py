"""LaTeX: what its pages show."""

import pytest

from index.errors import DocumentError
from index.formats import FORMATS
from qa.evaluation.robustness.invariants import broken

TEXT = r"""
\documentclass[a4paper]{article}
\usepackage{hidden}
\newcommand{\product}{Dehumidifier \textbf{X}}
\title{House \emph{rules}} % hidden
\author{Anna Berg\thanks{Landlady}}
\begin{document}
\maketitle
\begin{abstract}
Who may do what.
\end{abstract}
\section[hidden]{Pets\label{hidden}}
The \product{} costs 5\,\% of $x^2$ at M\"unchen's~``caf\'e''\footnote{Open at noon.}. % hidden
See \cite[p.~5]{knuth} and \href{http://x.org}{the page}.

\input{hidden}
\subsection*{Rent}
\begin{enumerate}
\item Dogs:
  \begin{itemize}
  \item small
  \item large
  \end{itemize}
\item Snakes.
\end{enumerate}
\begin{description}
\item[Rent] 900 euros
\end{description}
\begin{quote}
Who pays?
\end{quote}
\begin{verbatim}
let x
  = 1 % kept
\end{verbatim}
\begin{table}[h]
\caption{Prices}
\begin{tabular}{lr}
\hline
Item & Price \\
\hline
boat \& oar & 70 \\
\end{tabular}
\end{table}
\begin{equation}
E = \frac{m}{2} \label{hidden}
\end{equation}
\end{document}
hidden
"""


def read(text):
    extract = FORMATS[".tex"].extract(text.encode(), "a.tex")
    assert broken(extract, ".tex") == []
    return extract


def said(extract):
    return [(block.kind.value, block.level, extract.text[block.start : block.end]) for block in extract.blocks]


def test_every_kind_of_block_is_told():
    extract = read(TEXT)
    assert extract.title == "House rules" and "hidden" not in extract.text
    assert said(extract) == [
        ("title", 0, "House rules"),
        ("paragraph", 0, "Anna Berg ¹"),
        ("note", 0, "1 Landlady"),
        ("heading", 1, "Abstract"),
        ("paragraph", 0, "Who may do what."),
        ("heading", 1, "Pets"),
        ("paragraph", 0, "The Dehumidifier X costs 5 % of x^2 at München's\xa0“café” ². See [knuth] and the page."),
        ("note", 0, "2 Open at noon."),
        ("heading", 2, "Rent"),
        ("item", 1, "1. Dogs:"),
        ("item", 2, "• small"),
        ("item", 2, "• large"),
        ("item", 1, "2. Snakes."),
        ("field", 0, "Rent: 900 euros"),
        ("quote", 1, "Who pays?"),
        ("preformatted", 0, "let x"),
        ("preformatted", 0, "= 1 % kept"),
        ("caption", 0, "Prices"),
        ("header", 0, "Item | Price"),
        ("row", 0, "boat & oar | 70"),
        ("preformatted", 0, "E = m/2"),
    ]


def test_a_chapters_file_is_read_by_itself():
    assert said(read("\\chapter{One}\nWords.\n\n\\section{Two}\nMore."))[::2] == [
        ("heading", 1, "One"),
        ("heading", 2, "Two"),
    ]


def test_a_long_table_names_its_columns_once():
    head = r"\toprule A & B \\ \midrule "
    table = rf"\begin{{longtable}}[]{{ll}}\caption{{C}}\\ {head}\endfirsthead {head}\endhead 1 & 2 \\ \end{{longtable}}"
    assert [text for *_, text in said(read(table))] == ["C", "A | B", "1 | 2"]


def test_commands_of_ones_own_keep_what_they_are_given():
    extract = read("\\keyword{Rent} is $\\myset{A}$.\n\\begin{method}{pay}{sum}\nPays.\n\\end{method}")
    assert [text for *_, text in said(extract)] == ["Rent is \\myset A.", "pay sum", "Pays."]


def test_comments_hide_and_paragraphs_part():
    assert [
        text for *_, text in said(read("One% two\n% three\nfour.\n\n\\begin{comment}\nx\n\\end{comment}\nFive."))
    ] == [
        "Onefour.",
        "Five.",
    ]


@pytest.mark.parametrize(
    "text", ["\\begin{itemize}\\item a", "{{{ a", "$ a", "\\end{x} a }", "\\item a", "\\verb|a", "a\\"]
)
def test_what_is_broken_is_read_as_far_as_it_goes(text):
    assert "a" in read("First.\n\n" + text).text


def test_what_nests_without_end_is_refused():
    with pytest.raises(DocumentError, match="nests"):
        read("{" * 5000 + "x" + "}" * 5000)


def test_commands_that_stand_for_one_another_come_to_an_end():
    text = "\n".join(f"\\newcommand{{\\m{a}}}{{\\m{b}\\m{b}}}" for a, b in zip("abcdefgh", "bcdefgha", strict=True))
    assert len(read(text + "\nWords " + "\\ma " * 100).text) < 50_000
