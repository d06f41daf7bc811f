"""How fast the page is to the eye: from its start to its address, to something useful, and from question to quote.

    python -m qa.evaluation.page_speed --count 5

Each run starts `quotewise chat` anew over the article that comes with Quotewise, and opens it in a new browser. It
needs Playwright and a Chromium. Times are medians, in milliseconds, as the browser itself measures them.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.command_line import CommandParser
from qa.edge import run_command

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGE = "from ui.cli import main; raise SystemExit(main(['chat', '--no-browser', '--reader', 'fast']))"
ADDRESS = re.compile(r"http://\S+/")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
QUESTIONS = (
    "Who is the Kremlin spokesman?",
    "How long did the video call last?",
    "Where did the two presidents meet in person?",
    "What did Biden call for?",
)
# When the box for the question was first there to be seen, counted from the click that opened the page.
SEEN = """() => new Promise((done) => {
  const box = () => document.querySelector('#qw-box')?.offsetParent;
  const look = () => (box() ? done(performance.now()) : requestAnimationFrame(look));
  look();
})"""
# From the key that asks to the quoted words marked in the source beside the answer.
ASK = """(question) => new Promise((done) => {
  const box = document.querySelector('#qw-box');
  const before = document.querySelectorAll('.qw-turn .qw-answer').length;
  box.value = question;
  const begun = performance.now();
  box.form.requestSubmit();
  const look = () => {
    const marked = document.querySelector('#qw-source mark.qw-quote');
    const answered = document.querySelectorAll('.qw-turn .qw-answer').length > before;
    const current = document.querySelector('.qw-turn:last-child .qw-citation[aria-current] mark')?.textContent;
    if (answered && marked && current === marked.textContent) done(performance.now() - begun);
    else requestAnimationFrame(look);
  };
  look();
})"""


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Milliseconds of one run: until the address was told, until the page could be seen after that, until it can be
    seen when it is opened once more, and from each question to its quote marked in the source."""

    address: float
    first: float
    again: float
    questions: tuple[float, ...]


def page_times() -> PageTimes:
    """Start the page, open it twice and ask."""
    from playwright.sync_api import sync_playwright

    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", PAGE], stdout=subprocess.PIPE, text=True)
    try:
        found = ADDRESS.search(process.stdout.readline() if process.stdout else "")
        if not found:
            raise RuntimeError("the page did not start")
        told = time.monotonic()
        installed = shutil.which("chromium") or shutil.which("google-chrome")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=installed, args=list(FLAGS))
            launched = time.monotonic()
            first = browser.new_page()
            first.goto(found.group())
            first.locator("#qw-box").wait_for(timeout=60_000)
            seen = time.monotonic()
            page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
            page.goto(found.group(), wait_until="commit")
            again = page.evaluate(SEEN)
            page.locator(".qw-app[data-ready]").wait_for(timeout=60_000)
            questions = tuple(asked(page, question) for question in QUESTIONS)
            browser.close()
        return PageTimes(1000 * (told - begun), 1000 * (seen - launched), again, questions)
    finally:
        process.terminate()
        process.wait()


def asked(page: Page, question: str) -> float:
    """Milliseconds from a question to its quote marked in the source."""
    taken: float = page.evaluate(ASK, question)
    page.wait_for_timeout(1000)  # as a person reads; one who asks within half a second waits for the stream to end
    return taken


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the medians of some runs; the first one, which also prepares what is missing, is not counted."""
    parser = CommandParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=5, help="how often the page is started (default: 5)")
    options = parser.parse_args(arguments)
    page_times()
    runs = [page_times() for _ in range(options.count)]
    firsts = [run.questions[0] for run in runs]
    others = [taken for run in runs for taken in run.questions[1:]]
    for what, values in (
        ("from the command to the address", [run.address for run in runs]),
        ("from the address to the question's box, while the page gets ready", [run.first for run in runs]),
        ("from opening the page to the question's box", [run.again for run in runs]),
        ("from the first question to the quote marked in its source", firsts),
        ("from another question to the quote marked in its source", others),
    ):
        print(f"{statistics.median(values):6.0f} ms (at most {max(values):.0f}) {what}")
    return 0


if __name__ == "__main__":
    sys.exit(run_command(main))
