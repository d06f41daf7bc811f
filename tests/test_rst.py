"""reStructuredText: blocks as docutils tells them, Sphinx's own words shown, other files never."""

import pytest

from index.errors import DocumentError
from index.formats import FORMATS
from index.formats.rst.bounded import MOST_MARKS
from qa.evaluation.robustness.invariants import broken

TEXT = """
House rules
===========

:Author: Anna Berg
:Version: 2

The *lease* ends on **31 May** [1]_. See `the tables <http://x.org>`_ and ``code``.

Pets
----

1. Dogs:

   - small
   - large

2. Snakes are not.

Rent
  900 euros a month.

    Who pays?

    -- Tom

.. a comment

::

    let x
      = 1

====  =====
Item  Price
====  =====
boat  70
car   80
====  =====

.. [1] At noon.
"""


def read(text):
    extract = FORMATS[".rst"].extract(text.encode(), "a.rst")
    assert broken(extract, ".rst") == []
    return extract


def said(extract):
    return [(block.kind.value, block.level, extract.text[block.start : block.end]) for block in extract.blocks]


def test_every_kind_of_block_is_told():
    extract = read(TEXT)
    assert extract.title == "House rules"
    assert said(extract) == [
        ("title", 0, "House rules"),
        ("field", 0, "author: Anna Berg"),
        ("field", 0, "version: 2"),
        ("paragraph", 0, "The lease ends on 31 May ¹. See the tables and code."),
        ("heading", 1, "Pets"),
        ("item", 1, "1. Dogs:"),
        ("item", 2, "• small"),
        ("item", 2, "• large"),
        ("item", 1, "2. Snakes are not."),
        ("paragraph", 0, "Rent"),
        ("paragraph", 0, "900 euros a month."),
        ("quote", 1, "Who pays?"),
        ("paragraph", 0, "— Tom"),
        ("preformatted", 0, "let x"),
        ("preformatted", 0, "= 1"),
        ("header", 0, "Item | Price"),
        ("row", 0, "boat | 70"),
        ("row", 0, "car | 80"),
        ("note", 0, "1 At noon."),
    ]
    assert [extract.text[a:b] for a, b in extract.marks] == [" ¹"]


def test_short_definitions_are_fields_and_cells_that_span_are_repeated():
    grid = "+---+---+\n| a | b |\n|   +---+\n|   | c |\n+---+---+"
    extract = read(f"rent\n  900 euros\n\n{grid}\n")
    assert said(extract) == [("field", 0, "rent: 900 euros"), ("row", 0, "a | b"), ("row", 0, "a | c")]


def test_what_sphinx_adds_is_shown():
    text = """
.. toctree::
   :maxdepth: 2

   hidden

.. versionadded:: 3.2
   The :func:`~rent.pay` call, see :ref:`the rules <rules>`.

.. function:: pay(sum)

   Pays. :unknown:`So it is`.

.. code-block:: python
   :emphasize-lines: 2

   pay(900)
"""
    assert said(read(text)) == [
        ("paragraph", 0, "Added in version 3.2\nThe pay call, see the rules."),
        ("paragraph", 0, "pay(sum)"),
        ("paragraph", 0, "Pays. So it is."),
        ("preformatted", 0, "pay(900)"),
    ]


def test_no_other_file_is_shown(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret", "utf-8")
    text = (
        f"Before.\n\n.. include:: {secret}\n\n.. raw:: html\n   :file: {secret}\n\n"
        f".. csv-table:: T\n   :file: {secret}\n\n.. literalinclude:: {secret}\n\nAfter."
    )
    extract = read(text)
    assert "secret" not in extract.text.replace(str(secret), "") and "After." in extract.text


def test_what_is_wrong_in_a_file_costs_only_itself():
    extract = read("Title\n==\n\n*open and `broken\n\n.. image::\n\n.. table::\n\n|nothing|_ here\n\nLast.")
    assert "Last." in extract.text and "open and" in extract.text


def test_what_nests_without_end_is_refused():
    with pytest.raises(DocumentError, match="nests"):
        read("\n".join(" " * depth + "- x\n" for depth in range(0, 360, 2)))


def test_names_that_stand_for_one_another_without_end_are_refused():
    names = "".join(f".. |a{n}| replace:: |a{n - 1}| |a{n - 1}|\n" for n in range(1, 20))
    with pytest.raises(DocumentError, match="unsafe"):
        read(f".. |a0| replace:: x\n{names}\n|a19|\n")
    assert "The lease" in read(".. |what| replace:: lease\n.. |a| replace:: The |what|\n\n|a| ends.\n").text


def test_a_paragraph_of_more_marks_than_anybody_writes_is_read_as_it_stands():
    many = "a*b *c " * MOST_MARKS
    extract = read(f"Before *that*.\n\n{many}\n\n*After*.")
    assert extract.text == f"Before that.\n\n{many.strip()}\n\nAfter."
