"""What tests of the page have in common: a tab that watches for faults, and what a person does in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

SCREENSHOTS = Path(__file__).parent.parent / ".cache" / "screenshots"
WIDE, PHONE = (1400, 900), (390, 844)


@contextmanager
def opened(browser: Browser, address: str, size: tuple[int, int] = WIDE, *, dark: bool = False) -> Iterator[Page]:
    """A tab of its own with the page, ready. At its end nothing may have failed or been asked of another host."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light", accept_downloads=True
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(30_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if is_elsewhere(request.url) else None)
    page.goto(address)
    expect(page.locator(".qw-app[data-ready]")).to_be_visible()
    yield page
    context.close()
    assert not faults


def is_elsewhere(url: str) -> bool:
    """Whether a request leaves this machine."""
    return url.startswith(("http:", "https:", "ws:", "wss:")) and "//127.0.0.1:" not in url


def ask(page: Page, question: str) -> Locator:
    """Ask, and wait for the answer; its turn."""
    before = page.locator(".qw-turn").count()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    turn = page.locator(".qw-turn").nth(before)
    expect(turn.locator(".qw-answer, .qw-error")).to_be_visible()
    return turn


def shoot(page: Page, name: str) -> None:
    """Keep what the page looks like."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
