"""reStructuredText, parsed by docutils; what Sphinx adds to it is shown with its text."""

from __future__ import annotations

from index.errors import DocumentError
from index.formats.encodings import decode
from index.formats.extract import Extract
from index.formats.rst.unknown import grows_without_end, know
from index.formats.rst.writer import RstWriter

# docutils leaves out lines above this; some write a paragraph on one line.
LONGEST_LINE = 1_000_000
SETTINGS = {
    "file_insertion_enabled": False,  # a document must not show other files of this machine
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 6,
    "warning_stream": False,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "trim_footnote_reference_space": True,
    "doctitle_xform": True,
    "sectsubtitle_xform": False,
    "line_length_limit": LONGEST_LINE,
    "_disable_config": True,  # nor be read as a file of settings says
}


def extract_rst(data: bytes, name: str) -> Extract:
    """A document in reStructuredText; its title is the heading above all others."""
    from docutils.core import publish_doctree
    from docutils.parsers.rst import Parser
    from docutils.utils import SystemMessage

    from index.formats.rst.bounded import bounded_inliner

    text = decode(data, name)
    if grows_without_end(text):
        raise DocumentError(f"{name} repeats itself without end and is refused as unsafe: save its text as .txt.")
    know(text)
    try:
        tree = publish_doctree(text, parser=Parser(inliner=bounded_inliner()), settings_overrides=SETTINGS)
        writer = RstWriter()
        writer.read(tree)
    except (SystemMessage, RecursionError) as error:
        raise DocumentError(f"{name} nests too deeply to be read: save its text as .txt.") from error
    return writer.build(tree.get("title", ""))
