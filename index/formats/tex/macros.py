"""Which commands of LaTeX take what, which of it is shown, and commands that a document defines itself."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# Commands whose arguments only steer how the page looks, by how many there are ("[" one that may be missing).
DROPPED = {
    "": "maketitle tableofcontents listoffigures listoftables centering noindent printbibliography appendix",
    "{": (
        "input include includeonly subfile bibliography bibliographystyle label index glossary pagestyle "
        "thispagestyle usepackage RequirePackage theoremstyle selectlanguage hypersetup graphicspath "
        "color pagenumbering enlargethispage hyphenation addbibresource newlength newcounter stepcounter "
        "refstepcounter nocite documentclass geometry captionsetup lstset newif linespread pagecolor cline "
        "usetikzlibrary addvspace vskip hskip message typeout markright bookmarksetup sloppy pgfplotsset"
    ),
    "[{": "includegraphics cmidrule includepdf",
    "{{": (
        "setlength addtolength setcounter addtocounter markboth numberwithin rule DeclareMathOperator fontsize "
        "settowidth newtheoremstyle pdfbookmark"
    ),
    "{{{": "addcontentsline definecolor",
    "*{[[{": "newcommand renewcommand providecommand DeclareRobustCommand",
    "*{[{[": "newtheorem",
    "*{[[{{": "newenvironment renewenvironment",
}
# Of whose arguments the last is shown.
LAST_SHOWN = {
    "{{": "textcolor colorbox href hyperlink hypertarget foreignlanguage",
    "[{": "framebox makebox",
    "{{{": "multicolumn resizebox fcolorbox",
    "{[{": "scalebox",
    "[{{": "parbox",
    "{": (
        "emph textbf textit textsl textsc texttt textsf textrm textup textmd textnormal text mbox fbox underline "
        "uline enquote centerline textquote term defn defemph code file email hbox "
        "MakeUppercase lowercase uppercase textlf nolinkurl path url"
    ),
}
NOTES = ("footnote", "footnotetext", "thanks", "marginpar")
REFERENCES = ("cite citep citet citealp citeauthor citeyear parencite textcite autocite ref eqref pageref autoref "
              "cref Cref nameref vref").split()  # fmt: skip
CITES = frozenset(one for one in REFERENCES if "cite" in one)
SECTIONS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
VERBATIM = ("Verbatim", "BVerbatim", "alltt", "minted", "code", "comment", "filecontents", "filecontents*",
            "tikzpicture", "lstlisting*", "pycode", "stdout")  # fmt: skip
HIDDEN = frozenset(("comment", "filecontents", "filecontents*", "tikzpicture", "pspicture", "picture"))
LISTS = frozenset(("itemize", "enumerate", "description", "compactitem", "compactenum", "itemize*", "enumerate*"))
TABLES = frozenset(("tabular", "tabular*", "tabularx", "tabulary", "longtable", "supertabular", "array"))
MATH = frozenset(
    "equation equation* align align* gather gather* multline multline* eqnarray eqnarray* displaymath math flalign "
    "flalign* alignat alignat* dmath".split()
)
QUOTES = frozenset(("quote", "quotation", "verse", "displayquote"))

_DEFINED = re.compile(
    r"^[ \t]*\\(?:re|provide)?(?:newcommand|def|DeclareRobustCommand)\*?\s*\{?\\([a-zA-Z]{2,40})\}?\s*"
    r"\{((?:[^{}\\%]|\\[a-zA-Z&%$#_{}, ]|\{[^{}\\%]{0,200}\}){1,300})\}",
    re.MULTILINE,
)
_USED = re.compile(r"\\([a-zA-Z]{2,40})(?![a-zA-Z])\s{0,1}(?:\{\})?")
MOST_GROWTH = 200_000  # characters that all of them may add
DEEPEST = 3  # commands in what commands stand for


def expanded(text: str, whole: str) -> str:
    """The text with what its own commands without arguments stand for: a product's name, an abbreviation."""
    defined = {name: body for name, body in _DEFINED.findall(whole) if "#" not in body}
    if not defined:
        return text
    spare = MOST_GROWTH

    def said(found: re.Match[str]) -> str:
        nonlocal spare
        body: str | None = defined.get(found[1])
        if body is None or spare < len(body):
            return str(found[0])
        spare -= len(body)
        return "{" + body + "}" + (" " if found[0][-1:].isspace() else "")

    for _ in range(DEEPEST):
        after = _DEFINED.sub(lambda found: "", text)
        after = _USED.sub(said, after)
        if after == text:
            break
        text = after
    return text


@cache
def context() -> Any:
    """What pylatexenc is told of the commands above."""
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import EnvironmentSpec, MacroSpec, VerbatimArgsParser

    known = get_default_latex_context_db()
    macros = [
        MacroSpec(name, pattern)
        for table in (DROPPED, LAST_SHOWN)
        for pattern, names in table.items()
        for name in names.split()
    ]
    macros += [MacroSpec(name, "*[[{") for name in REFERENCES]
    macros += [MacroSpec(name, "[{") for name in NOTES] + [MacroSpec("caption", "*[{"), MacroSpec("bibitem", "[{")]
    macros += [MacroSpec(name, "{") for name in ("textsuperscript", "textsubscript")]
    environments = [
        EnvironmentSpec(name, args_parser=VerbatimArgsParser(verbatim_arg_type="verbatim-environment"))
        for name in VERBATIM
    ]
    environments += [
        EnvironmentSpec("minipage", "[[[{"), EnvironmentSpec("tabularx", "{[{"), EnvironmentSpec("tabulary", "{[{"),
        EnvironmentSpec("longtable", "[{"), EnvironmentSpec("supertabular", "[{"), EnvironmentSpec("table", "["),
        EnvironmentSpec("figure", "["), EnvironmentSpec("figure*", "["), EnvironmentSpec("table*", "["),
        EnvironmentSpec("thebibliography", "{"), EnvironmentSpec("multicols", "{"), EnvironmentSpec("wrapfigure", "{{"),
    ]  # fmt: skip
    known.add_context_category("quotewise", macros=macros, environments=environments, prepend=True)
    return known
