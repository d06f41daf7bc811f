"""The page as a person uses it, in a real browser."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from browser import open_browser
from homes import fresh_home
from pdfs import PROSE, SCAN, lines, pdf
from playwright.sync_api import expect
from serving import served_page

from index.collection import Collection
from qa.lab.labelled import Labelled, read_labelled
from qa.seeds import seed_files
from ui.own_collection import OwnDocuments
from ui.web.page import EXAMPLES
from ui.words import STALE

SCREENSHOTS = Path(__file__).parent.parent / ".cache" / "screenshots"


@pytest.fixture(scope="module")
def own(tmp_path_factory, encoder):
    """A collection of one's own that holds the article."""
    folder = tmp_path_factory.mktemp("page")
    with Collection(folder, encoder) as collection:
        collection.add(seed_files())
    with OwnDocuments(folder) as documents:
        yield documents


@pytest.fixture(scope="module")
def address(own):
    with served_page(own) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with open_browser() as opened:
        yield opened


@contextmanager
def opened(browser, address):
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(30_000)
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("response", lambda response: failures.append(response.url) if is_elsewhere(response.url) else None)
    page.goto(address)
    expect(page.get_by_text("Ask a question about your documents.")).to_be_visible()
    expect(page.locator(".qw-documents")).to_contain_text("biden-putin-video-call")
    yield page
    page.close()
    assert not failures


@pytest.fixture
def page(browser, address):
    with opened(browser, address) as page:
        yield page


def is_elsewhere(url):
    return url.startswith(("http:", "https:", "ws:", "wss:")) and "//127.0.0.1:" not in url


def ask(page, question):
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    turn = page.locator(".qw-question", has_text=question).last
    expect(turn).to_be_visible()
    return page.locator(".qw-answer").last


def shoot(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def test_an_answer_is_quoted_and_highlighted_in_its_sentence(page):
    answer = ask(page, "Who is the Kremlin spokesman?")
    expect(answer.locator(".qw-text")).to_have_text("Dmitry Peskov")
    expect(answer.locator("blockquote mark").first).to_have_text("Dmitry Peskov")
    expect(answer.locator("blockquote").first).to_contain_text("Kremlin spokesman Dmitry Peskov had said a day earlier")
    expect(answer.locator("figcaption").first).to_contain_text("biden-putin-video-call")
    passage = answer.locator(".qw-passage").first
    expect(passage).to_be_hidden()
    answer.get_by_text("Show the passage around it").first.click()
    expect(passage).to_be_visible()
    shoot(page, "answered")


def test_a_question_nobody_can_answer_is_refused(page):
    answer = ask(page, "Who won the football world cup in 1998?")
    expect(answer.locator(".qw-text")).to_have_text("Not in your documents.")
    answer.get_by_text("The closest sentences").click()
    shoot(page, "refused")


def test_an_uploaded_document_can_be_asked_about_at_once(page, tmp_path):
    upload = tmp_path / "Bakery notes.txt"
    upload.write_text("The bakery on Mill Street opens at six. Its owner, Maria Lindqvist, bakes rye bread on Fridays.")
    page.locator("input[type=file]").set_input_files(upload)
    expect(page.get_by_text("Bakery notes.txt can be asked about now.")).to_be_visible()
    expect(page.locator(".qw-documents")).to_contain_text("Bakery notes")
    answer = ask(page, "Who owns the bakery on Mill Street?")
    expect(answer.locator(".qw-text")).to_have_text("Maria Lindqvist")
    expect(answer.locator("figcaption").first).to_contain_text("Bakery notes")
    shoot(page, "uploaded")


def test_an_answer_of_ones_own_documents_can_be_judged(page, tmp_path, own):
    upload = tmp_path / "Smithy.txt"
    upload.write_text("The smithy on Anvil Street opens at seven. Its owner, Ingrid Holm, shoes horses on Mondays.")
    page.locator("input[type=file]").set_input_files(upload)
    expect(page.get_by_text("Smithy.txt can be asked about now.")).to_be_visible()
    answer = ask(page, "Who owns the smithy on Anvil Street?")
    expect(answer.locator(".qw-text")).to_have_text("Ingrid Holm")
    page.get_by_role("button", name="This is right").click()
    expect(page.get_by_text("Kept as right.")).to_be_visible()
    expect(page.get_by_role("button", name="This is wrong")).to_be_hidden()
    [judged] = read_labelled(own.collection().folder / "judged.jsonl")
    assert judged == Labelled("Who owns the smithy on Anvil Street?", ("Ingrid Holm",), "Ingrid Holm")


def test_the_items_of_a_list_stand_under_what_leads_to_it(page, tmp_path):
    upload = tmp_path / "boat.md"
    upload.write_text(
        "# The rescue boat\n\nThe rescue boat carries these tools:\n\n- a flare gun\n- two oars\n\nIt is moored here.\n"
    )
    page.locator("input[type=file]").set_input_files(upload)
    expect(page.get_by_text("boat.md can be asked about now.")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    answer = ask(page, "What tools are carried by the rescue boat?")
    expect(answer.locator(".qw-text")).to_have_text("The rescue boat carries these tools:")
    expect(answer.locator(".qw-items blockquote")).to_have_text(["a flare gun", "two oars"])
    expect(answer.locator(".qw-items figcaption")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") == 390  # nothing is cut on a phone
    shoot(page, "list")


def test_pages_that_cannot_be_read_are_named_after_an_upload_and_in_the_list(page, tmp_path):
    upload = tmp_path / "harbour-log.pdf"
    upload.write_bytes(pdf(lines(*PROSE), [(SCAN,)]))
    page.locator("input[type=file]").set_input_files(upload)
    expect(page.get_by_text("Page 2 of harbour-log.pdf has no readable text")).to_be_visible()
    expect(page.locator(".qw-documents li", has_text="harbour-log")).to_contain_text("no readable text on page 2")
    shoot(page, "unreadable")


def test_a_bad_upload_is_explained_and_loses_nothing(page, tmp_path):
    upload = tmp_path / "empty.txt"
    upload.write_text("  ")
    before = page.locator(".qw-documents li").count()
    page.locator("input[type=file]").set_input_files(upload)
    expect(page.get_by_role("alert")).to_contain_text("empty.txt is empty")
    assert page.locator(".qw-documents li").count() == before


def test_markup_in_documents_and_questions_is_shown_not_run(page, tmp_path):
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script> ${alert(3)} {{alert(4)}}"
    upload = tmp_path / "attack.txt"
    upload.write_text(f"The password of the vault is {attack} as Otto Brandt wrote.")
    page.locator("input[type=file]").set_input_files(upload)
    expect(page.get_by_text("attack.txt can be asked about now.")).to_be_visible()
    answer = ask(page, f"Who wrote the password of the vault? {attack}")
    answer.locator("summary").first.click()
    expect(answer).to_contain_text("<script>alert(2)</script> ${alert(3)} {{alert(4)}}")
    assert page.locator(".qw-log img, .qw-log script").count() == 0


def test_without_a_collection_the_page_demonstrates_until_the_first_upload(browser, tmp_path, monkeypatch, encoder):
    home = fresh_home(tmp_path, monkeypatch)
    note = tmp_path / "Bakery notes.txt"
    note.write_text("The bakery on Mill Street opens at six. Its owner, Maria Lindqvist, bakes rye bread on Fridays.")
    with OwnDocuments() as documents, served_page(documents) as address, opened(browser, address) as page:
        notice = page.get_by_text("the article that comes with Quotewise")
        expect(notice).to_be_visible()
        page.get_by_text(EXAMPLES[0]).click()
        expect(page.get_by_label("Your question")).to_have_value(EXAMPLES[0])
        expect(ask(page, EXAMPLES[0]).locator(".qw-text")).to_have_text("Dmitry Peskov")
        shoot(page, "demonstration")
        assert not (home / "collection").exists()

        page.locator("input[type=file]").set_input_files(note)
        expect(page.get_by_text("Bakery notes.txt can be asked about now.")).to_be_visible()
        expect(page.locator(".qw-documents li")).to_have_count(1)
        expect(page.locator(".qw-documents")).to_contain_text("Bakery notes")
        expect(notice).to_be_hidden()
        expect(page.get_by_text(EXAMPLES[1])).to_be_hidden()
        answer = ask(page, "Who owns the bakery on Mill Street?")
        expect(answer.locator(".qw-text")).to_have_text("Maria Lindqvist")
        expect(answer.locator(".qw-sure")).to_contain_text("1 document, 1 passage searched")
        assert (home / "collection" / "uploads" / note.name).exists()

        page.reload()
        expect(page.locator(".qw-documents")).to_contain_text("Bakery notes")
        expect(page.get_by_text(EXAMPLES[1])).to_be_hidden()
        shoot(page, "own")


def test_a_collection_of_ones_own_has_no_example_questions(page):
    expect(page.get_by_text(EXAMPLES[0])).to_be_hidden()
    expect(page.get_by_text("the article that comes with Quotewise")).to_be_hidden()


def test_a_citation_whose_file_has_changed_says_so(page, own, tmp_path):
    lamp = tmp_path / "lamp.txt"
    lamp.write_text("The lamp of the north pier burns four litres of oil a night.")
    own.collection().add([lamp])
    lamp.write_text("The lamp of the north pier is gone.")
    answer = ask(page, "How much oil does the lamp of the north pier burn a night?")
    expect(answer.locator(".qw-text")).to_contain_text("four litres")
    expect(answer.locator("figcaption").first).to_contain_text(f"({STALE})")
    shoot(page, "stale")


def test_an_empty_question_is_explained(page):
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The question is empty")


def test_the_api_answers_with_the_same_fields(address):
    from gradio_client import Client

    answer = Client(address, verbose=False).predict("Who is the Kremlin spokesman?", api_name="/ask")
    assert answer["text"] == "Dmitry Peskov"
    assert answer["citations"][0]["source"].endswith("biden-putin-video-call.txt")
