"""The documents on the page: adding, choosing, removing, following what changes."""

import base64
from functools import partial

import pytest
from homes import fresh_home
from page import ask, opened, shoot
from pdfs import PROSE, SCAN, lines, pdf
from playwright.sync_api import expect
from serving import served_page
from webs import served_web

from index.addresses.fetching import fetch
from index.collection import Collection
from ui.own_collection import OwnDocuments
from ui.words import STALE

BAKERY = "The bakery on Mill Street opens at six. Its owner, Maria Lindqvist, bakes rye bread on Fridays."
SMITHY = "The smithy on Anvil Street opens at seven. Its owner, Ingrid Holm, shoes horses on Mondays."


@pytest.fixture
def own(tmp_path, encoder):
    """A collection of one's own, new for each test, with a page about a bakery."""
    (tmp_path / "bakery.txt").write_text(BAKERY)
    with Collection(tmp_path / "own", encoder) as collection:
        collection.add([tmp_path / "bakery.txt"])
    with OwnDocuments(tmp_path / "own") as documents:
        yield documents


@pytest.fixture
def page(browser, own):
    with served_page(own) as address, opened(browser, address) as page:
        expect(row(page, "bakery")).to_be_visible()
        yield page


def row(page, name):
    return page.locator(".qw-docs li", has_text=name)


def add(page, *files):
    page.locator(".qw-pick-files").set_input_files(files)


def answered(page, question):
    return ask(page, question).locator(".qw-text")


def test_a_file_that_is_added_can_be_asked_about_at_once(page, tmp_path):
    (tmp_path / "Smithy notes.txt").write_text(SMITHY)
    add(page, tmp_path / "Smithy notes.txt")
    expect(row(page, "Smithy notes")).to_contain_text("text \u00b7 ")
    expect(page.get_by_text("Smithy notes.txt can be asked about now.")).to_be_visible()
    expect(answered(page, "Who owns the smithy on Anvil Street?")).to_have_text("Ingrid Holm")
    shoot(page, "added")


def test_many_files_each_have_an_end_of_their_own(page, tmp_path):
    files = []
    for number in range(6):
        files.append(tmp_path / f"pier-{number}.txt")
        files[-1].write_text(f"The keeper of pier {number} is Otto Brandt the {number}th.")
    (tmp_path / "empty.txt").write_text("  ")
    add(page, *files, tmp_path / "empty.txt")
    expect(page.locator(".qw-file-failed")).to_contain_text("empty.txt is empty")
    expect(page.locator(".qw-docs li")).to_have_count(7)
    shoot(page, "adding")


def test_a_dropped_file_is_added(page):
    data = base64.b64encode(SMITHY.encode()).decode()
    page.locator(".qw-app").evaluate(
        """(app, data) => {
          const files = new DataTransfer();
          files.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], "dropped.txt"));
          for (const type of ["dragover", "drop"])
            app.dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
        }""",
        data,
    )
    expect(row(page, "dropped")).to_be_visible()


def test_a_folder_is_added_with_all_that_is_in_it(page, tmp_path):
    for place, text in (("a/notes.txt", BAKERY), ("b/notes.txt", SMITHY)):
        (tmp_path / "town" / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "town" / place).write_text(f"{text} The town is Northhaven.")
    page.locator(".qw-pick-folder").set_input_files(tmp_path / "town")
    expect(row(page, "notes")).to_have_count(2)


def test_a_file_that_is_there_already_is_not_added_twice(page, tmp_path):
    (tmp_path / "copy.txt").write_text(BAKERY)
    add(page, tmp_path / "copy.txt")
    expect(page.get_by_text("was not added twice")).to_be_visible()
    expect(page.locator(".qw-docs li")).to_have_count(1)


def test_pages_that_cannot_be_read_are_named(page, tmp_path):
    (tmp_path / "harbour-log.pdf").write_bytes(pdf(lines(*PROSE), [(SCAN,)]))
    add(page, tmp_path / "harbour-log.pdf")
    expect(row(page, "harbour-log")).to_contain_text("no readable text on 2")
    expect(row(page, "harbour-log")).to_contain_text("PDF \u00b7 2 pages")


def test_a_document_is_removed_and_can_be_brought_back(page):
    row(page, "bakery").get_by_role("button", name="Remove").click()
    expect(page.locator(".qw-docs li")).to_have_count(0)
    page.get_by_role("button", name="Undo: bakery").click()
    expect(row(page, "bakery")).to_be_visible()
    expect(answered(page, "Who owns the bakery on Mill Street?")).to_have_text("Maria Lindqvist")


def test_only_what_is_chosen_is_asked(page, tmp_path):
    (tmp_path / "smithy.txt").write_text(SMITHY)
    add(page, tmp_path / "smithy.txt")
    expect(page.locator(".qw-scope")).to_have_text("All 2 documents are asked.")
    page.get_by_label("bakery", exact=True).uncheck()
    expect(page.locator(".qw-scope")).to_have_text("1 of 2 documents are asked.")
    turn = ask(page, "Who owns the bakery on Mill Street?")
    expect(turn.locator(".qw-facts")).to_contain_text("1 document, 1 passage searched")
    expect(turn).not_to_contain_text("Maria")
    page.get_by_role("button", name="None", exact=True).click()
    page.get_by_label("Your question").fill("Who owns the bakery?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("None of your documents is chosen")).to_be_visible()
    page.get_by_role("button", name="All", exact=True).click()
    expect(answered(page, "Who owns the bakery on Mill Street?")).to_have_text("Maria Lindqvist")


def test_a_document_that_has_changed_on_disk_says_so_and_is_read_again(page, tmp_path):
    (tmp_path / "bakery.txt").write_text(BAKERY.replace("Maria Lindqvist", "Paula Nyberg, a baker,"))
    expect(row(page, "bakery")).to_contain_text("changed on disk")
    turn = ask(page, "Who owns the bakery on Mill Street?")
    expect(turn.locator("figcaption").first).to_contain_text(STALE)
    page.get_by_role("tab", name="Documents").click()
    shoot(page, "changed")
    row(page, "bakery").get_by_role("button", name="Read again").click()
    expect(row(page, "bakery")).not_to_contain_text("changed on disk")
    expect(answered(page, "Who owns the bakery on Mill Street?")).to_contain_text("Paula Nyberg")


def test_an_address_is_added_fetched_again_and_refused_where_it_was_given(browser, own):
    with served_web() as web, served_page(own, fetch=partial(fetch, public_only=False)) as place:
        address = web.put("/smithy", SMITHY, "text/plain")
        with opened(browser, place) as page:
            field = page.get_by_label("Address of a page or file in the web")
            field.fill(address)
            field.press("Enter")
            expect(row(page, "smithy")).to_contain_text("fetched 20")
            expect(field).to_have_value("")
            web.put("/smithy", SMITHY.replace("Ingrid Holm", "Paula Nyberg"), "text/plain")
            row(page, "smithy").get_by_role("button", name="Fetch again").click()
            expect(page.get_by_text(f"{address} is read again.")).to_be_visible()
            field.fill(web.at("/gone"))
            page.get_by_role("button", name="Add an address").click()
            refused = page.locator(".qw-adding").get_by_role("alert")
            expect(refused).to_have_text(f"There is nothing at {web.at('/gone')} (404 Not Found): check the address.")
            shoot(page, "address")
            field.fill(address)
            expect(refused).to_be_hidden()
            expect(page.locator(".qw-file")).to_have_count(0)
            web.put("/smithy", "", status=404)
            row(page, "smithy").get_by_role("button", name="Fetch again").click()
            expect(page.locator(".qw-notice.qw-error")).to_contain_text(f"There is nothing at {address}")
            expect(answered(page, "Who owns the smithy on Anvil Street?")).to_contain_text("Paula Nyberg")


def test_a_folder_is_kept_in_sync(page, tmp_path):
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "smithy.txt").write_text(SMITHY)
    page.get_by_text("Folders kept in sync").click()
    page.get_by_label("Folder on this computer").fill(str(folder))
    page.get_by_role("button", name="Keep in sync").click()
    expect(row(page, "smithy")).to_be_visible()
    (folder / "mill.txt").write_text("The mill on Brook Lane grinds rye. Its miller is Otto Brandt.")
    expect(row(page, "mill")).to_be_visible()
    (folder / "smithy.txt").unlink()
    expect(row(page, "smithy")).to_have_count(0)


def test_until_the_first_document_of_ones_own_the_article_is_asked(browser, tmp_path, monkeypatch, encoder):
    home = fresh_home(tmp_path, monkeypatch)
    (tmp_path / "Bakery notes.txt").write_text(BAKERY)
    with OwnDocuments() as documents, served_page(documents) as address, opened(browser, address) as page:
        expect(page.locator(".qw-told")).to_contain_text("the article that comes with Quotewise")
        example = page.locator(".qw-example").first
        question = example.inner_text()
        shoot(page, "demonstration")
        example.click()
        expect(page.locator(".qw-turn .qw-question")).to_contain_text(question)
        expect(page.locator(".qw-turn .qw-text")).to_be_visible()
        assert not (home / "collection").exists()
        add(page, tmp_path / "Bakery notes.txt")
        page.get_by_role("tab", name="Documents").click()
        expect(row(page, "Bakery notes")).to_be_visible()
        expect(page.locator(".qw-told")).to_be_hidden()
        turn = ask(page, "Who owns the bakery on Mill Street?")
        expect(turn.locator(".qw-text")).to_have_text("Maria Lindqvist")
        expect(turn.locator(".qw-facts")).to_contain_text("1 document, 1 passage searched")
        page.reload()
        expect(row(page, "Bakery notes")).to_be_visible()


def test_markup_in_documents_names_and_questions_is_shown_and_never_run(browser, own, tmp_path):
    attack = (
        "<img src=x onerror=alert(1)><script>alert(2)</script> ${alert(3)} {{alert(4)}} [x](javascript:alert(5)) $$x$$"
    )
    hostile = tmp_path / "\"><img src=x onerror=alert(6)> ${alert(7)} '.md"
    hostile.write_text(
        f"# <b onclick=alert(8)>Vault</b>\n\nThe password of the vault is {attack} as Otto Brandt wrote."
    )
    with served_page(own) as address, opened(browser, address) as page:
        page.on("dialog", lambda dialog: pytest.fail("a script ran"))
        add(page, hostile)
        expect(page.locator(".qw-docs li")).to_have_count(2)
        turn = ask(page, f"Who wrote the password of the vault? {attack}")
        expect(turn.locator(".qw-question")).to_contain_text("<script>alert(2)</script> ${alert(3)} {{alert(4)}}")
        for summary in turn.locator("summary").all():
            summary.click()
        turn.locator(".qw-open").first.click()
        expect(page.locator("#qw-source")).to_contain_text("Otto Brandt wrote")
        page.locator("[data-do=talks]").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        scripts = page.locator(
            ".qw-app img, .qw-app script, .qw-app [onerror], .qw-app [onclick], .qw-app a[href^=javascript]"
        )
        assert scripts.count() == 0
        page.keyboard.press("Escape")
        page.reload()
        expect(page.locator(".qw-turn")).to_have_count(1)
        assert scripts.count() == 0


def test_characters_that_reorder_are_shown_as_marks(page, tmp_path):
    (tmp_path / "note\u202e.txt").write_text("The vault was locked by \u202eOtto Brandt\u202c in spring. It is of oak.")
    add(page, tmp_path / "note\u202e.txt")
    expect(row(page, "note")).to_be_visible()  # the name is kept without what cannot be printed
    turn = ask(page, "Who locked the vault?")
    expect(turn.locator(".qw-text")).to_contain_text("Otto Brandt")
    expect(page.locator("#qw-source")).to_contain_text("\u25a1Otto Brandt\u25a1")
    assert "\u202e" not in page.locator(".qw-app").inner_text()


def test_a_line_of_five_megabytes_is_asked_and_opened(page, tmp_path):
    words = "pebble gravel cobble boulder sand silt clay loam marl chalk flint shale slate " * 33_000
    (tmp_path / "long.txt").write_text(f"{words} The keeper of the quarry is Otto Brandt the Younger. {words}")
    add(page, tmp_path / "long.txt")
    expect(row(page, "long")).to_contain_text("5.1 MB")
    turn = ask(page, "Who is the keeper of the quarry?")
    expect(turn.locator("blockquote mark").first).to_contain_text("Otto Brandt")
    expect(page.locator("#qw-source mark.qw-quote").first).to_be_in_viewport()
    assert len(page.locator("#qw-source").inner_text()) < 100_000
    assert page.evaluate("document.documentElement.scrollWidth") == 1400
