"""What is no part of reStructuredText itself: the directives and roles of Sphinx and of other programs.

docutils would leave out what it does not know. Here their text is shown: `.. versionadded:: 3.2`, `.. function:: f(x)`
and `:ref:`the table <t>`` say something; those that only steer a program do not.
"""

from __future__ import annotations

import re
from typing import Any

_DIRECTIVE = re.compile(
    r"^[ \t]*(?:[-*][ \t]+)?\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?([A-Za-z][\w.:+-]*?)[ ]?::(?:[ \t]|$)", re.MULTILINE
)
_ROLE = re.compile(r":([A-Za-z][\w.:+-]*?):`|`:([A-Za-z][\w.:+-]*?):")
_TARGET = re.compile(r"\s*<[^<>]*>$")
MOST_NAMES = 300
STEERING = frozenset(
    (
        "toctree index highlight currentmodule module py:module py:currentmodule tabularcolumns default-domain meta "
        "automodule autoclass autofunction automethod autodata autoexception autosummary literalinclude plot "
        "inheritance-diagram graphviz ifconfig todolist cssclass rst-class role sectionauthor codeauthor "
        "moduleauthor doctest testsetup testcleanup include raw bibliography"
    ).split()
)
# Some of these docutils knows, but not the options that Sphinx adds, and leaves them out with all that they hold.
CODE = frozenset(
    "math code code-block sourcecode prompt parsed-code testcode testoutput productionlist ipython console".split()
)
# Given the name of a kind of output, which nobody reads.
CHOOSING = frozenset(("only", "container", "tab-set", "grid", "ifconfig"))
LABELS = {
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
    "seealso": "See also:",
}


_SUBSTITUTED = re.compile(r"^\.\. \|([^|\n]{1,60})\| replace::((?:.*\n)(?:[ \t]+.*\n)*)", re.MULTILINE)
_REFERENCE = re.compile(r"\|([^|\s][^|\n]{0,58})\|")
MOST_SUBSTITUTED = 5_000  # pieces of text that one name may stand for by the names in it


def grows_without_end(text: str) -> bool:
    """Whether names that stand for text stand for one another so often that a few lines become gigabytes."""
    counts: dict[str, int] = {}
    for _ in range(2):  # a name may be used before it is told
        for name, said in _SUBSTITUTED.findall(text + "\n"):
            counts[name] = 1 + sum(counts.get(one, 0) for one in _REFERENCE.findall(said))
    return max(counts.values(), default=0) > MOST_SUBSTITUTED


def know(text: str) -> None:
    """Tell docutils of the directives and roles that occur in the text, where it knows none of their name."""
    from docutils.parsers.rst import directives, languages, roles
    from docutils.utils import new_document

    english, nowhere = languages.get_language("en"), new_document("")
    for name in dict.fromkeys(found.lower() for found in _DIRECTIVE.findall(text)[:MOST_NAMES]):
        if name in CODE or directives.directive(name, english, nowhere)[0] is None:
            directives.register_directive(name, _directive(name))
    for name in dict.fromkeys((one or other).lower() for one, other in _ROLE.findall(text)[: 10 * MOST_NAMES]):
        if roles.role(name, english, 0, nowhere.reporter)[0] is None:
            roles.register_local_role(name, _role)


def _role(role: str, rawtext: str, text: str, lineno: int, inliner: Any, options: Any = None, content: Any = ()) -> Any:
    """`:ref:`the table <t>`` shows "the table", `:class:`~os.path`` shows "path"."""
    from docutils import nodes, utils

    said = utils.unescape(text)
    shown = _TARGET.sub("", said).strip() if _TARGET.search(said) else said.removeprefix("!")
    if shown.startswith("~"):
        shown = shown[1:].rpartition(".")[2]
    return [nodes.inline(rawtext, shown or said)], []


def _directive(name: str) -> Any:
    from docutils import nodes
    from docutils.parsers.rst import Directive

    class Shown(Directive):  # type: ignore[misc]
        """Shows what the directive is given and what stands below it."""

        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True

        def run(self) -> list[Any]:
            if name in STEERING:
                return []
            given = " ".join(self.arguments).strip()
            if name in CODE:
                lines = [*self.arguments[: int(name == "math")], *self.content]
                return [nodes.literal_block("", "\n".join(lines))] if lines else []
            given = "" if name in CHOOSING else given
            said = f"{LABELS[name]} {given}".strip() if name in LABELS else given
            shown: list[Any] = []
            if said:
                inline, messages = self.state.inline_text(said, self.lineno)
                shown = [nodes.paragraph(said, "", *inline), *messages]
            inner = nodes.Element()
            self.state.nested_parse(self.content, self.content_offset, inner)
            return [*shown, *inner.children]

    # Options such as ":maxdepth: 2" are of no use here, whatever they are called.
    Shown.option_spec = _AnyOption()
    return Shown


class _AnyOption(dict[str, Any]):
    """Knows every option."""

    def __missing__(self, name: str) -> Any:
        return lambda value: value

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return True
