"""The conversation on the page, as a person has it in a real browser."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from page import PHONE, WIDE, ask, opened, shoot
from playwright.sync_api import expect
from serving import Held, served_page

from index.collection import Collection
from qa.evidence_log import LogEntry, read_answers
from qa.lab.labelled import Labelled, read_labelled
from qa.seeds import seed_files
from ui.own_collection import OwnDocuments

MUSEUM = """# The Harbour Museum

The Harbour Museum was founded by Marta Lindqvist in 1911. It stands on Quay Street.

The museum lends these things to schools:

- a brass sextant
- two oil lamps
- a model of the lifeboat

## Opening hours

The museum opens at nine on weekdays. On Sundays it is closed.
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory, encoder):
    """A collection of one's own that holds the article and a page about a museum."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "museum.md").write_text(MUSEUM)
    with Collection(folder / "own", encoder) as collection:
        collection.add([*seed_files(), folder / "museum.md"])
    with OwnDocuments(folder / "own") as documents:
        yield documents


@pytest.fixture(scope="module")
def address(own):
    with served_page(own) as address:
        yield address


def test_an_answer_is_quoted_and_its_source_opened_with_the_words_marked(page):
    turn = ask(page, "Who is the Kremlin spokesman?")
    expect(turn.locator(".qw-question")).to_contain_text("Who is the Kremlin spokesman?")
    expect(turn.locator(".qw-text")).to_have_text("Dmitry Peskov")
    quote = turn.locator(".qw-answer > .qw-citation").first
    expect(quote.locator("blockquote mark")).to_have_text("Dmitry Peskov")
    expect(quote.locator("blockquote")).to_contain_text("Kremlin spokesman Dmitry Peskov had said a day earlier")
    expect(quote.locator("figcaption")).to_contain_text("biden-putin-video-call")
    source = page.locator("#qw-source")
    expect(source.get_by_role("heading").first).to_contain_text("biden-putin-video-call")
    expect(source.locator("mark.qw-quote")).to_have_text("Dmitry Peskov")
    expect(source.locator(".qw-sentence").first).to_be_in_viewport()
    shoot(page, "answered")


def test_how_sure_an_answer_is_is_told_in_words_and_what_that_means_on_demand(page):
    turn = ask(page, "Who is the Kremlin spokesman?")
    sure = turn.locator(".qw-sure")
    expect(sure.locator("summary")).to_contain_text("sure, ")
    expect(sure.locator("p")).to_be_hidden()
    sure.locator("summary").click()
    expect(sure.locator("p")).to_contain_text("were right")


def test_what_is_not_in_the_documents_is_refused_with_reasons(page):
    turn = ask(page, "Who won the football world cup in 1998?")
    expect(turn.locator(".qw-text")).to_have_text("Not in your documents.")
    expect(turn.locator(".qw-reason").first).to_contain_text("never occur in your documents")
    turn.get_by_text("The closest sentences").click()
    turn.locator(".qw-others .qw-open").last.click()
    expect(page.locator("#qw-source mark.qw-quote").first).to_be_visible()
    shoot(page, "refused")


def test_the_newest_answer_is_always_in_view(page):
    for question in (
        "Who is the Kremlin spokesman?",
        "What is lent to schools?",
        "Who won the cup?",
        "When does it open?",
    ):
        turn = ask(page, question)
        expect(turn.locator(".qw-text").first).to_be_in_viewport()
    assert page.locator(".qw-log").evaluate("log => log.scrollTop") > 0
    page.set_viewport_size({"width": 900, "height": 500})
    expect(ask(page, "Who founded the Harbour Museum?").locator(".qw-text")).to_be_in_viewport()


def test_the_items_of_a_list_stand_under_what_leads_to_it(page):
    turn = ask(page, "What things does the museum lend to schools?")
    expect(turn.locator(".qw-text")).to_have_text("The museum lends these things to schools:")
    expect(turn.locator(".qw-items blockquote")).to_have_text(
        ["a brass sextant", "two oil lamps", "a model of the lifeboat"]
    )
    steps = page.locator(".qw-steps-quotes")
    expect(steps).to_contain_text("Quote 1 of 3")
    steps.get_by_label("Next quote").click()
    expect(steps).to_contain_text("Quote 2 of 3")
    expect(page.locator("#qw-source mark.qw-quote")).to_have_text("two oil lamps")
    expect(turn.locator(".qw-citation[aria-current]")).to_contain_text("two oil lamps")
    shoot(page, "list")


def test_a_conversation_is_there_again_after_a_reload_and_can_be_left_and_renamed(page):
    ask(page, "Who founded the Harbour Museum?")
    follow_up = ask(page, "When was that?")
    asked = follow_up.locator(".qw-text").inner_text()
    page.reload()
    expect(page.locator(".qw-turn")).to_have_count(2)
    expect(page.locator(".qw-turn").last.locator(".qw-text")).to_have_text(asked)
    expect(page.locator(".qw-turn").last).to_be_in_viewport()
    page.get_by_role("button", name="New conversation", exact=True).click()
    expect(page.locator(".qw-turn")).to_have_count(0)
    ask(page, "Who is the Kremlin spokesman?")
    page.locator("[data-do=talks]").click()
    rows = page.locator(".qw-talk-list li")
    expect(rows).to_have_count(2)
    rows.last.get_by_role("button", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("About the museum")
    page.get_by_role("button", name="Save").click()
    page.locator("[data-do=talks]").click()
    page.get_by_role("button", name="About the museum").click()
    expect(page.locator(".qw-turn")).to_have_count(2)
    expect(page.locator(".qw-talk-name")).to_have_text("About the museum")


def test_a_conversation_can_be_deleted(page):
    ask(page, "Who founded the Harbour Museum?")
    page.locator("[data-do=talks]").click()
    page.locator(".qw-talk-list li").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("This cannot be undone")).to_be_visible()
    page.locator(".qw-danger").click()
    expect(page.locator(".qw-turn")).to_have_count(0)
    page.reload()
    expect(page.locator(".qw-app[data-ready]")).to_be_visible()
    page.locator("[data-do=talks]").click()
    expect(page.locator(".qw-talk-list")).to_have_count(0)


def test_what_the_browser_keeps_cannot_be_read_without_the_secret(page):
    ask(page, "Who founded the Harbour Museum?")
    read = """async () => {
      const [{ name }] = await indexedDB.databases();
      const opening = indexedDB.open(name);
      const opened = await new Promise((done) => { opening.onsuccess = () => done(opening.result) });
      const rows = opened.transaction("conversations").objectStore("conversations").getAll();
      const all = await new Promise((done) => { rows.onsuccess = () => done(rows.result) });
      return all.map((row) => new TextDecoder().decode(row.data)).join("");
    }"""
    kept = page.evaluate(read)
    assert len(kept) > 1000
    assert "Harbour" not in kept
    assert "question" not in kept


@pytest.mark.parametrize(("kind", "ending"), [("Markdown", "md"), ("HTML", "html"), ("JSON lines", "jsonl")])
def test_a_conversation_can_be_exported(page, tmp_path, kind, ending):
    ask(page, "Who founded the Harbour Museum?")
    page.locator("[data-do=talks]").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Export: {kind}").click()
    assert download.value.suggested_filename == f"Who-founded-the-Harbour-Museum.{ending}"
    download.value.save_as(tmp_path / "talk")
    assert "Marta Lindqvist" in (tmp_path / "talk").read_text("utf-8")
    if ending == "jsonl":
        [entry] = read_answers(tmp_path / "talk")
        assert isinstance(entry, LogEntry)
        assert (entry.answer.text, bool(entry.time)) == ("Marta Lindqvist", True)


def test_a_question_can_be_asked_again_and_edited_as_typed_and_as_searched(page):
    ask(page, "Who founded the Harbour Museum?")
    turn = ask(page, "When did she found it?")
    expect(turn.locator(".qw-asked")).to_contain_text("Searched as:")
    turn.get_by_role("button", name="Edit question").click()
    expect(page.get_by_label("Your question")).to_have_value("When did she found it?")
    turn.get_by_role("button", name="Edit what was searched").click()
    searched = "When did Marta Lindqvist found the Harbour Museum?"
    expect(turn.locator(".qw-asked")).to_contain_text(f"Searched as: {searched}")
    expect(page.get_by_label("Your question")).to_have_value(searched)
    turn.get_by_role("button", name="Ask again").click()
    expect(page.locator(".qw-turn")).to_have_count(3)
    expect(page.locator(".qw-turn").last.locator(".qw-question")).to_contain_text("When did she found it?")


def test_a_misspelt_question_is_asked_as_it_was_meant_and_can_be_asked_as_typed(page):
    turn = ask(page, "Who founded the Harbuor Museum?")
    expect(turn.locator(".qw-asked")).to_contain_text("Searched as: Who founded the Harbour Museum?")
    expect(turn.locator(".qw-text")).to_have_text("Marta Lindqvist")
    turn.get_by_role("button", name="Ask just as typed").click()
    expect(page.locator(".qw-turn")).to_have_count(2)
    typed = page.locator(".qw-turn").last
    expect(typed.locator(".qw-text")).to_contain_text("Marta Lindqvist")  # by a hair sure or perhaps
    expect(typed.locator(".qw-asked")).to_have_count(0)


def test_a_quote_is_copied_with_its_reference(page):
    turn = ask(page, "Who founded the Harbour Museum?")
    turn.get_by_role("button", name="Copy with reference").first.click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("\u201cMarta Lindqvist\u201d \u2014 The Harbour Museum (museum.md, characters ")


def test_answers_are_judged_with_the_right_one_where_it_is_known(page, own):
    judged = own.collection().folder / "judged.jsonl"
    turn = ask(page, "Who founded the Harbour Museum?")
    turn.get_by_role("button", name="This is right").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    expect(turn.get_by_role("button", name="This is right")).to_have_attribute("aria-pressed", "true")
    turn = ask(page, "When does the museum open?")
    turn.get_by_role("button", name="This is wrong").click()
    page.get_by_role("textbox", name="What is the right answer?").fill("at ten")
    page.get_by_role("button", name="Keep").click()
    expect(turn.get_by_role("button", name="This is wrong")).to_have_attribute("aria-pressed", "true")
    right, wrong = read_labelled(judged)
    assert right == Labelled("Who founded the Harbour Museum?", ("Marta Lindqvist",), "Marta Lindqvist")
    assert (wrong.answers, wrong.score("at ten"), wrong.score(wrong.judged)) == (("at ten",), 1.0, 0.0)


def test_when_to_answer_and_how_the_page_looks_are_settings_that_stay(page):
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Always show the best").check()
    page.get_by_label("Dark", exact=True).check()
    shoot(page, "settings")
    page.get_by_role("button", name="Save").click()
    expect(ask(page, "Who won the football world cup in 1998?").locator(".qw-answered")).to_be_visible()
    page.reload()
    expect(page.locator("body.dark .qw-app[data-ready]")).to_be_visible()
    expect(page.locator(".qw-turn")).to_have_count(1)
    shoot(page, "dark")


def test_the_page_is_used_by_keyboard_alone(page):
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the question")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("What things does the museum lend to schools?")
    page.keyboard.press("Enter")
    turn = page.locator(".qw-turn").first
    expect(turn.locator(".qw-items")).to_be_visible()
    second = turn.locator(".qw-items .qw-open").nth(1)
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if second.evaluate("one => one === document.activeElement"):
            break
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#qw-source mark.qw-quote")).to_have_text("two oil lamps")
    page.locator("[data-do=talks]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-do=talks]")).to_be_focused()


def test_what_happens_is_told_to_those_who_do_not_see_it(page):
    ask(page, "Who founded the Harbour Museum?")
    expect(page.locator("[role=status].qw-status")).to_contain_text("Marta Lindqvist. ")


def test_an_empty_question_is_explained(page):
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("[role=status].qw-status")).to_have_text("The question is empty: type what you want to know.")
    assert page.locator(".qw-turn").count() == 0


def test_a_question_that_cannot_be_asked_is_explained_and_stays_in_its_box(page):
    turn = ask(page, "-draft")
    expect(turn.locator(".qw-error")).to_contain_text("only says what to leave out")
    expect(page.get_by_label("Your question")).to_have_value("-draft")


def test_on_a_phone_the_source_comes_as_a_sheet(browser, address):
    with opened(browser, address, PHONE) as page:
        turn = ask(page, "Who founded the Harbour Museum?")
        expect(page.locator(".qw-side")).to_be_hidden()
        turn.locator(".qw-open").first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.locator("#qw-source mark.qw-quote")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]  # nothing is cut
        shoot(page, "phone")
        page.keyboard.press("Escape")
        expect(page.locator(".qw-side")).to_be_hidden()
        expect(turn.locator(".qw-open").first).to_be_focused()
        page.get_by_role("button", name="Documents", exact=True).click()
        expect(page.locator(".qw-docs li")).to_have_count(2)
        shoot(page, "phone-documents")


def serious(page):
    """What axe-core finds on the page as it is, and in how many places."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (WIDE, True), (PHONE, False)])
def test_axe_finds_no_fault_in_any_state(browser, address, size, dark):
    with opened(browser, address, size, dark=dark) as page:
        assert serious(page) == []
        for question in ("What things does the museum lend to schools?", "Who won the football world cup?"):
            turn = ask(page, question)
            for summary in turn.locator("summary").all():
                summary.click()
            assert serious(page) == []
        for dialog in ("talks", "settings"):
            page.locator(f"[data-do={dialog}]").click()
            expect(page.locator("dialog[open] form")).to_be_visible()
            assert serious(page) == []
            page.keyboard.press("Escape")
        page.locator(".qw-turn").first.locator(".qw-open").first.click()
        expect(page.locator("#qw-source mark.qw-quote")).to_be_visible()
        assert serious(page) == []


def test_at_twice_the_size_nothing_is_cut(browser, address):
    with opened(browser, address, (WIDE[0] // 2, WIDE[1] // 2)) as page:
        turn = ask(page, "What things does the museum lend to schools?")
        expect(turn.locator(".qw-text")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") == WIDE[0] // 2
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport()


def test_a_question_can_be_stopped_and_the_next_one_is_answered(browser, own, reader):
    held = Held(reader)
    with served_page(own, held) as address, opened(browser, address) as page:
        page.get_by_label("Your question").fill("Who founded the Harbour Museum?")
        page.keyboard.press("Enter")
        turn = page.locator(".qw-turn")
        expect(turn.locator(".qw-question")).to_be_visible()
        expect(turn.locator(".qw-stage")).to_have_text("Reading\u2026")
        shoot(page, "reading")
        page.get_by_role("button", name="Stop").click()
        expect(turn.locator(".qw-error")).to_have_text("Stopped.")
        expect(page.get_by_label("Your question")).to_have_value("Who founded the Harbour Museum?")
        held.go.set()
        expect(ask(page, "When does the museum open?").locator(".qw-text")).to_contain_text("nine")
        assert page.locator(".qw-answer").count() == 1


def test_one_who_finds_no_room_is_told_so(browser, own, reader, monkeypatch):
    monkeypatch.setattr("ui.web.waiting.MOST_OF_ONE", 0)
    with served_page(own, reader) as address, opened(browser, address) as page:
        expect(ask(page, "Who founded the Harbour Museum?").locator(".qw-error")).to_contain_text("busy")


def test_the_api_answers_with_the_same_fields(address):
    from gradio_client import Client

    answer = Client(address, verbose=False).predict("Who is the Kremlin spokesman?", api_name="/ask")
    assert answer["text"] == "Dmitry Peskov"
    assert answer["citations"][0]["source"].endswith("biden-putin-video-call.txt")
    assert json.dumps(answer)
