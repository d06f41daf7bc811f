"""`quotewise talk`: a conversation in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress

from index.errors import QuotewiseError
from qa.answerer import Answerer
from qa.conversation import Conversation
from qa.edge import printable, say
from ui.terminal import answer_lines

PROMPT = "> "


def talk(answerer: Answerer, *, as_typed: bool) -> int:
    """Answer a question a line until there are no more; returns the exit code."""
    conversation = Conversation(answerer)
    for question in questions():
        try:
            answer = conversation.ask(question, as_typed=as_typed)
        except QuotewiseError as error:  # the next question may do
            say(str(error))
            continue
        print("\n".join(answer_lines(answer, color=sys.stdout.isatty())), end="\n\n", flush=True)
    return 0


def questions() -> Iterator[str]:
    """The lines that are typed, up to an empty one, or all lines of another program with a question on them, which are
    shown as if they were typed."""
    if sys.stdin.isatty():
        with suppress(ImportError):
            import readline  # noqa: F401 - the arrow keys then bring back earlier questions
        with suppress(EOFError):
            while line := input(PROMPT).strip():
                yield line
    else:
        for line in map(str.strip, sys.stdin):
            if line:
                print(f"{PROMPT}{printable(line)}", flush=True)
                yield line
