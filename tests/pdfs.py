"""Small PDFs: those of made-up cases, and others made from pieces of text; and what is taken out of them."""

from pathlib import Path

from index.formats.pdf import extract_pdf
from index.records import check_tiling

CASES = Path(__file__).parent / "fixtures" / "cases"
FONTS = {"": "Helvetica", "bold": "Helvetica-Bold", "mono": "Courier"}
PROSE = (
    "The harbour of Skarvik was dug by hand in the years of the great famine and has",
    "been widened three times since then. The last works were paid for by a lottery,",
    "whose winner, a baker from the upper town, gave half of the prize to the rescue",
    "station. Ships of up to forty metres can moor at the northern quay all year.",
)


def pdf(*pages, extra=b""):
    """A PDF of A4 pages of (x, y, size, text), (x, y, size, text, font) or (bytes,); `extra` stands in every page."""
    count = len(pages)
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
        *(f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>".encode() for name in FONTS.values()),
    ]
    for number, page in enumerate(pages):
        stream = b"".join(_drawn(*piece) for piece in page)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {7 + 2 * number} 0 R"
            "/Resources<</Font<</F 3 0 R/Fbold 4 0 R/Fmono 5 0 R>>>>".encode()
            + extra
            + b">>"
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    return assembled(*objects)


def assembled(*objects, trailer=b""):
    """A PDF of objects, of which the first is its catalog. It has no list of their places; readers make one."""
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, content) for number, content in enumerate(objects, 1))
    return b"%PDF-1.5\n" + body + b"trailer<</Root 1 0 R/Size %d%s>>\n%%%%EOF" % (len(objects) + 1, trailer)


SCAN = b"q 500 0 0 700 50 50 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI Q\n"


def _drawn(x, y=0, size=0, text="", font=""):
    if isinstance(x, bytes):
        return x
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
    return b"BT /F%s %g Tf %g %g Td (%s) Tj ET\n" % (font.encode(), size, x, y, escaped)


def lines(*texts, x=72, y=700, size=10, step=13, font=""):
    """Lines one beneath the other, as pieces of a page."""
    return [(x, y - step * number, size, text, font) for number, text in enumerate(texts)]


def extracted(data, name="x.pdf"):
    """What is taken out of a PDF, with blocks that hold all of the text."""
    found = extract_pdf(data, name)
    check_tiling(found.text, found.blocks)
    return found


def blocks(data):
    """(kind, text) of every block."""
    found = extracted(data)
    return [(block.kind.value, found.text[block.start : block.end]) for block in found.blocks]


def cells(found, block):
    return [found.text[a:b] for a, b in block.cells]


def case(folder):
    """The one file of a case."""
    (path,) = (CASES / folder).iterdir()
    return path.read_bytes()
