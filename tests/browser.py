"""A headless Chromium for the page's tests."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

HINT = "no Chromium: install the system's (apt-get install chromium) or run 'playwright install chromium'"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def open_browser() -> Iterator:
    """The system's Chromium, else Playwright's own; else the test is skipped, or fails where CI is set."""
    from playwright.sync_api import Error, expect, sync_playwright

    expect.set_options(timeout=30_000)  # a busy machine is no failure
    installed = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=installed, args=FLAGS)
        except Error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(HINT)
        yield browser
        browser.close()
