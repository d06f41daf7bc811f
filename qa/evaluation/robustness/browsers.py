"""Many browsers that ask the page at once, for minutes, while files are added and removed in others.

    python -m qa.evaluation.robustness.browsers --count 20 --minutes 2 --seed 1

The page is a process of its own, as `quotewise chat` starts it, over a folder of short files; each browser asks of its
own ones, whose answers nobody else may be told. It needs Playwright and a Chromium.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.robustness.askers import page_process
from qa.evaluation.robustness.tallies import exit_code, tally_line

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

EDITORS = 2  # browsers in which files are added and removed
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
FIRST = "Anna Bruno Clara David Elsa Frida Georg Hanna Ivar Julia".split()
LAST = "Lindqvist Brandt Nyberg Holm Sandberg Falk Ekman Wall Strand Berg".split()
HANGS_AFTER = 60_000  # milliseconds
INDEX = "import sys; from ui.cli import main; raise SystemExit(main(['index', *sys.argv[1:]]))"


@dataclass(slots=True)
class _Report:
    """What became of it: seconds from each question to its answer, how often the page said that it is busy, how many
    answers were wrong or did not come, the files that were added or removed, and what was not as it should be."""

    seconds: list[float] = field(default_factory=list)
    busy: int = 0
    wrong: int = 0
    lost: int = 0
    changes: int = 0
    faults: list[str] = field(default_factory=list)


def keeper(number: int) -> str:
    """Who keeps the pier of this number; no two have the same name."""
    return f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"


def note(number: int) -> str:
    """What the file about a pier says."""
    return f"Pier {number} of the harbour was built of oak. The keeper of pier {number} is {keeper(number)}."


async def ask_on(page: Page, number: int, report: _Report) -> None:
    """Ask for the keeper of a pier, and look at what the page shows."""
    before = await page.locator(".qw-turn").count()
    begun = time.monotonic()
    await page.get_by_label("Your question").fill(f"Who is the keeper of pier {number}?")
    await page.keyboard.press("Enter")
    turn = page.locator(".qw-turn").nth(before)
    try:
        await turn.locator(".qw-answer, .qw-error").first.wait_for(timeout=HANGS_AFTER)
    except Exception as error:
        report.lost += 1
        report.faults.append(f"pier {number}: {error}")
        return
    told = await turn.inner_text()
    if "busy" in told:
        report.busy += 1
        return
    report.seconds.append(time.monotonic() - begun)
    if keeper(number) not in told:
        report.wrong += 1
        report.faults.append(f"pier {number}: {told[:300]}")


async def ask_until(page: Page, numbers: Sequence[int], ends: float, report: _Report, seed: int) -> None:
    """Ask again and again, in a new conversation now and then."""
    chosen = random.Random(seed)
    while time.monotonic() < ends:
        await ask_on(page, chosen.choice(numbers), report)
        if chosen.random() < 0.1:
            await page.locator("[data-do=new]").click()
        await asyncio.sleep(chosen.random())


async def edit_until(page: Page, folder: Path, first: int, ends: float, report: _Report) -> None:
    """Add a file and remove it again, as a person does."""
    number = first
    while time.monotonic() < ends:
        number += 1
        path = folder / f"new-{number}.txt"
        path.write_text(note(number), "utf-8")
        await page.locator(".qw-pick-files").set_input_files(path)
        row = page.locator(".qw-docs li", has_text=f"new-{number}")
        await row.wait_for(timeout=HANGS_AFTER)
        await row.get_by_role("button", name="Remove").click()
        await row.wait_for(state="detached", timeout=HANGS_AFTER)
        report.changes += 2


async def opened(browser: Browser, address: str, report: _Report) -> Page:
    """A browser's page, ready; what fails in it is noted."""
    page = await (await browser.new_context()).new_page()
    page.on("pageerror", lambda error: report.faults.append(str(error)))
    await page.goto(address)
    await page.locator(".qw-app[data-ready]").wait_for(timeout=HANGS_AFTER)
    return page


async def run_browsers(address: str, folder: Path, count: int, minutes: float, seed: int) -> _Report:
    """Let so many browsers ask for so long."""
    from playwright.async_api import async_playwright

    report = _Report()
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=installed, args=list(FLAGS))
        pages = [await opened(browser, address, report) for _ in range(count + EDITORS)]
        ends = time.monotonic() + 60 * minutes
        asking = [
            ask_until(page, [2 * number, 2 * number + 1], ends, report, seed + number)
            for number, page in enumerate(pages[:count])
        ]
        editing = [
            edit_until(page, folder, 1000 * (number + 1), ends, report) for number, page in enumerate(pages[count:])
        ]
        for ended in await asyncio.gather(*asking, *editing, return_exceptions=True):
            if isinstance(ended, BaseException):
                report.faults.append(f"{type(ended).__name__}: {ended}")
        await browser.close()
    return report


def browsers(count: int, minutes: float, seed: int) -> _Report:
    """Serve a folder of notes and let so many browsers ask it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for number in range(2 * count):
            (folder / f"pier-{number}.txt").write_text(note(number), "utf-8")
        os.environ["QUOTEWISE_HOME"] = str(folder / "home")
        subprocess.run([sys.executable, "-c", INDEX, *map(str, folder.glob("pier-*.txt"))], check=True)
        with page_process() as (address, _):
            return asyncio.run(run_browsers(address, folder, count, minutes, seed))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what became of the browsers; 0 where nothing was found."""
    parser = CommandParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=20, help="how many browsers ask (default: 20)")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    report = browsers(options.count, options.minutes, options.seed)
    for fault in report.faults[:20]:
        print(fault)
    tally = {"runs": len(report.seconds) + report.busy + report.lost, "lost": report.lost, "wrong": report.wrong}
    tally |= {"found": len(report.faults), "busy": report.busy, "changes": report.changes}
    print(tally_line(tally, "busy", "changes"))
    if report.seconds:
        median, worst = statistics.median(report.seconds), max(report.seconds)
        print(f"seconds from question to answer: median {median:.2f}, worst {worst:.2f}")
    return exit_code(tally)


if __name__ == "__main__":
    raise SystemExit(run_command(main))
