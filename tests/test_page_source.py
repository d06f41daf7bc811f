"""What a citation opens on the page: page images with the quoted words boxed, text laid out, words found."""

import pytest
from page import ask, shoot
from pdfs import lines, pdf
from playwright.sync_api import expect
from serving import served_page

from index.collection import Collection
from ui.own_collection import OwnDocuments

PAGES = [
    lines("The harbour office", "The office of the harbour opens at eight.", "It lies behind the fish market."),
    lines(
        "The lighthouse", "The keeper of the lighthouse is Jonas Falk.", "Its lamp burns four litres of oil a night."
    ),
    lines("The ferry", "The ferry leaves from the north pier at noon.", "A ticket for the ferry costs twelve crowns."),
]
TABLE = """# Berths

## Prices

| Berth | Summer | Winter |
| --- | ---: | ---: |
| North pier | 120 crowns | 80 crowns |
| South pier | 95 crowns | 60 crowns |

Boats longer than ten metres pay double.
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory, encoder):
    folder = tmp_path_factory.mktemp("sources")
    (folder / "harbour.pdf").write_bytes(pdf(*PAGES))
    (folder / "berths.md").write_text(TABLE)
    (folder / "gone.pdf").write_bytes(pdf(lines("The chapel", "The chapel was consecrated by Bishop Anselm in 1402.")))
    with Collection(folder / "own", encoder) as collection:
        collection.add([folder / "harbour.pdf", folder / "berths.md", folder / "gone.pdf"])
    (folder / "gone.pdf").unlink()
    with OwnDocuments(folder / "own") as documents, served_page(documents) as address:
        yield address


def test_the_words_are_boxed_on_the_image_of_their_page(page):
    turn = ask(page, "Who is the keeper of the lighthouse?")
    expect(turn.locator(".qw-text")).to_have_text("Jonas Falk")
    image = page.locator(".qw-sheet img")
    expect(image).to_have_attribute("alt", "Page 2 of harbour")
    expect(page.get_by_label("Page", exact=True)).to_have_value("2")
    quote, sentence = page.locator(".qw-box-quote").bounding_box(), page.locator(".qw-box-sentence").bounding_box()
    assert sentence["x"] < quote["x"] and quote["x"] + quote["width"] <= sentence["x"] + sentence["width"]
    assert 0.15 < quote["width"] / sentence["width"] < 0.35  # "Jonas Falk." of the whole line
    page.wait_for_function("one => one.complete && one.naturalWidth > 300", arg=image.element_handle())
    shoot(page, "pdf")


def test_pages_are_turned_and_the_quote_is_only_on_its_own(page):
    ask(page, "Who is the keeper of the lighthouse?")
    page.get_by_label("Next page").click()
    expect(page.locator(".qw-sheet img")).to_have_attribute("alt", "Page 3 of harbour")
    expect(page.locator(".qw-box")).to_have_count(0)
    expect(page.get_by_label("Next page")).to_be_disabled()
    page.get_by_label("Page", exact=True).fill("1")
    page.keyboard.press("Enter")
    expect(page.locator(".qw-sheet img")).to_have_attribute("alt", "Page 1 of harbour")
    expect(page.get_by_label("Previous page")).to_be_disabled()


def test_words_are_found_on_their_pages(page):
    ask(page, "Who is the keeper of the lighthouse?")
    finder = page.get_by_label("Find in this document")
    finder.fill("THE FERRY")
    finder.press("Enter")
    expect(page.locator(".qw-find-told")).to_have_text("1 of 3")
    expect(page.locator(".qw-sheet img")).to_have_attribute("alt", "Page 3 of harbour")
    expect(page.locator(".qw-box-quote")).to_have_count(1)
    page.get_by_label("Next place").click()
    expect(page.locator(".qw-find-told")).to_have_text("2 of 3")
    finder.fill("zeppelin")
    finder.press("Enter")
    expect(page.locator(".qw-find-told")).to_have_text("Not in this document")


def test_the_file_can_be_had(page):
    ask(page, "Who is the keeper of the lighthouse?")
    with page.expect_download() as download:
        page.get_by_role("link", name="Open the file").click()
    assert download.value.suggested_filename == "harbour.pdf"
    assert download.value.path().read_bytes() == pdf(*PAGES)


def test_a_cell_is_marked_in_its_table(page):
    turn = ask(page, "What does a berth at the south pier cost in winter?")
    expect(turn.locator(".qw-text")).to_contain_text("60 crowns")
    source = page.locator("#qw-source")
    expect(source.locator("td mark.qw-quote")).to_have_text("60 crowns")
    expect(source.locator("th").nth(2)).to_have_text("Winter")
    expect(source.locator(".qw-under")).to_contain_text("Prices")
    shoot(page, "table")


def test_of_a_file_that_is_gone_the_text_is_shown(page):
    ask(page, "Who consecrated the chapel?")
    source = page.locator("#qw-source")
    expect(source.locator("mark.qw-quote")).to_contain_text("Anselm")
    expect(source.get_by_text("The file has changed or is gone")).to_be_visible()


def test_a_document_is_opened_from_the_list(page):
    page.get_by_role("button", name="Berths", exact=True).click()
    expect(page.locator("#qw-source")).to_contain_text("Boats longer than ten metres pay double.")
    expect(page.locator("#qw-source mark")).to_have_count(0)
