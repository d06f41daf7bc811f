"""The pictures of the page in the README, taken of made-up documents: python tests/pictures.py"""

import os
import tempfile
from pathlib import Path

from browser import open_browser
from page import PHONE, ask, opened
from pdfs import lines, pdf
from PIL import Image
from playwright.sync_api import expect
from serving import served_page

PICTURES = Path(__file__).parent.parent / "ui" / "web" / "pictures"
SIZE, WIDTH = (1180, 740), 760  # of the page, and of a picture in pixels
LEASE = [
    lines(
        "Lease of the boathouse, 12 Quay Street",
        "This lease is made between the Harbour Trust and Marta Lindqvist.",
        "The lease begins on 1 June 2024 and ends on 31 May 2029.",
        "The rent is 840 crowns a month, due on the first day of each month.",
        size=14,
        step=30,
    ),
    lines(
        "Duties of the tenant",
        "The tenant keeps the slipway free of ice from November to March.",
        "Notice is given in writing, three months before the end of a quarter.",
        "The deposit of 2,520 crowns is returned within six weeks of the end.",
        size=14,
        step=30,
    ),
]
BOAT = """# The rescue boat

The rescue boat lies at the north pier. Before each trip the crew checks these things:

- the fuel gauge
- both life rafts
- the radio on channel 16
- the first-aid box

It was built in 1998 by Jonas Falk.
"""
OLD = "# Handbook, edition 2023\n\nEmployees get 25 days of paid leave a year. They ask for it by e-mail.\n"
NEW = "# Handbook, edition 2025\n\nEmployees get 28 days of paid leave a year. They ask for it on the staff page.\n"
MOST_BYTES = 120_000


def main() -> None:
    """Take them all."""
    from index.collection import Collection
    from ui.own_collection import OwnDocuments

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["QUOTEWISE_HOME"] = str(folder / "home")
        (folder / "Boathouse lease.pdf").write_bytes(pdf(*LEASE))
        for name, text in (("Rescue boat", BOAT), ("Handbook 2023", OLD), ("Handbook 2025", NEW)):
            (folder / f"{name}.md").write_text(text, "utf-8")
        with Collection(folder / "own") as collection:
            collection.add(folder.glob("*.*"))
        with OwnDocuments(folder / "own") as documents, served_page(documents) as address, open_browser() as browser:
            take(browser, address)


def take(browser, address: str) -> None:
    """Ask, and take a picture of each answer."""
    with opened(browser, address, SIZE) as page:
        ask(page, "When does the lease of the boathouse end?")
        expect(page.locator(".qw-box-quote")).to_be_visible()
        keep(page, "answer")
        page.locator("[data-do=new]").click()
        ask(page, "How many days of paid leave do employees get?")
        expect(page.locator(".qw-sides")).to_be_visible()
        keep(page, "conflict")
    with opened(browser, address, SIZE, dark=True) as page:
        ask(page, "What does the crew check before each trip?")
        expect(page.locator("mark.qw-quote")).to_be_visible()
        keep(page, "list-dark")
    with opened(browser, address, PHONE) as page:
        ask(page, "Who is the president of Brazil?")
        keep(page, "phone")


def keep(page, name: str) -> None:
    """A picture of the page, in the colours it needs."""
    page.wait_for_timeout(400)  # until what moves has come to rest
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as image:
        width = min(WIDTH, image.width)
        small = image.convert("RGB").resize((width, image.height * width // image.width), Image.Resampling.LANCZOS)
    small.quantize(128).save(path, optimize=True)
    assert path.stat().st_size < MOST_BYTES


if __name__ == "__main__":
    main()
