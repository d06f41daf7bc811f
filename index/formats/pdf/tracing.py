"""Where the characters of a PDF's text stand, found by a worker that takes the text out once more."""

from __future__ import annotations

from index.formats.pdf import traced_pdf
from index.formats.pdf.origins import Origins


def written_origins(data: bytes, name: str) -> bytes:
    """The origins of a PDF's characters; see `Origins.to_bytes`. Raises DocumentError where it has no text."""
    return Origins.of_text(traced_pdf(data, name).text).to_bytes()
