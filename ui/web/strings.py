"""The words of the page, all in one file beside this one. Those it shares with the terminal stand in `ui.words`."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

PLACEHOLDER = re.compile(r"\[\[(\w+)\]\]")  # in a template, for one of the strings
STATIC = Path(__file__).with_name("static")


@cache
def strings() -> dict[str, str]:
    """What the page says, by key; `{name}` in a string stands for what is put in when it is shown."""
    read: dict[str, str] = json.loads(Path(__file__).with_name("strings.json").read_text("utf-8"))
    return read


def say(key: str, **values: object) -> str:
    """The string of this key, with these values put in."""
    return strings()[key].format(**values)


@cache
def skeleton() -> str:
    """The page's HTML before anything is shown in it."""
    template = (STATIC / "skeleton.html").read_text("utf-8")
    return PLACEHOLDER.sub(lambda found: strings()[found[1]], template)
