"""The structure of plain text, told from its lines: which of them belong together, and what they are."""

from index.layout.blocks import blocks_of as blocks_of
