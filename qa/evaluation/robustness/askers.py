"""Many who ask the page at once: each is answered as if alone or told that it is busy, and the memory comes back.

    python -m qa.evaluation.robustness.askers --count 200 --seed 1

The page is a process of its own, as `quotewise chat` starts it, over the article that comes with Quotewise.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from qa.command_line import CommandParser
from qa.edge import run_command

QUESTIONS = (
    "Who is the Kremlin spokesman?",
    "How long did the video call last?",
    "What did Biden call for?",
    "Where did the two presidents meet in person?",
    "Who won the world cup?",
)
SILENT = 34  # as many as once filled the queue for everybody
HANGS_AFTER = 120.0  # seconds; what takes longer hangs
PAUSE_SECONDS = 75.0  # after which the page keeps nothing for those who are gone
MOST_GROWTH_MB = 64.0  # that may stay; the allocator keeps some of what a peak took
PAGE = "from ui.cli import main; raise SystemExit(main(['chat', '--no-browser']))"
ADDRESS = re.compile(r"http://\S+/")


@dataclass(frozen=True, slots=True)
class AskersReport:
    """What became of askers: how many were answered and told that it is busy, how many neither (`lost`), how many were
    answered otherwise than alone (`wrong`), whether one who asks next is answered, and the memory in MB."""

    answered: int
    busy: int
    lost: int
    wrong: int
    next_answered: bool
    memory_before: float
    memory_peak: float
    memory_after: float

    @property
    def found(self) -> int:
        """How many things are not as they should be."""
        grown = self.memory_after - self.memory_before > MOST_GROWTH_MB
        return self.lost + self.wrong + (not self.next_answered) + grown


@contextmanager
def page_process() -> Iterator[tuple[str, int]]:
    """Yields the address of a page, and the id of its process."""
    process = subprocess.Popen([sys.executable, "-c", PAGE], stdout=subprocess.PIPE, text=True)
    try:
        found = ADDRESS.search(process.stdout.readline() if process.stdout else "")
        if not found:
            raise RuntimeError("the page did not start")
        yield found.group(), process.pid
    finally:
        process.terminate()
        process.wait()


def memory_mb(process: int) -> float:
    """The resident memory of a process in MB; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/statm")
    if not status.exists():
        return 0.0
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def ask(client: httpx.AsyncClient, question: str) -> str:
    """What the page answers; "busy", or "lost" and why, where it does not."""
    try:
        joined = await client.post("gradio_api/call/ask", json={"data": [question]})
        if joined.status_code == 503:
            return "busy"
        async with client.stream("GET", f"gradio_api/call/ask/{joined.json()['event_id']}") as lines:
            event = ""
            async for line in lines.aiter_lines():
                event = line.removeprefix("event: ") if line.startswith("event: ") else event
                if line.startswith("data: ") and event in ("complete", "error"):
                    return _told(event, json.loads(line.removeprefix("data: ")))
    except (httpx.HTTPError, ValueError, KeyError) as error:
        return f"lost ({error!r})"
    return "lost (nothing was told)"


def _told(event: str, data: object) -> str:
    if event == "complete" and isinstance(data, list):
        return f"{data[0]['status']}: {data[0]['text']}"
    return "busy" if "busy" in str(data) else f"lost ({data})"


async def join_silently(client: httpx.AsyncClient, number: int) -> None:
    """Ask and never listen."""
    await client.post("gradio_api/call/ask", json={"data": [QUESTIONS[number % len(QUESTIONS)]]})


async def run_askers(address: str, process: int, questions: Sequence[str], pause: float) -> AskersReport:
    """Ask all questions at once, beside some who never listen; then one more after a pause."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=HANGS_AFTER, limits=limits) as client:
        alone = {question: await ask(client, question) for question in dict.fromkeys(questions)}
        before = memory_mb(process)
        await asyncio.gather(*(join_silently(client, number) for number in range(SILENT)))
        asked = [asyncio.create_task(ask(client, question)) for question in questions]
        peak = before
        while not all(task.done() for task in asked):
            peak = max(peak, memory_mb(process))
            await asyncio.sleep(0.1)
        told = [task.result() for task in asked]
        await asyncio.sleep(pause)
        after = memory_mb(process)
        last = await ask(client, questions[0])
    for one in told:
        if one.startswith("lost"):
            print(one, file=sys.stderr)
    count = Counter(one.partition(" ")[0] if one.startswith(("busy", "lost")) else "answered" for one in told)
    right = sum(one == alone[question] for one, question in zip(told, questions, strict=True))
    return AskersReport(
        answered=count["answered"],
        busy=count["busy"],
        lost=count["lost"],
        wrong=count["answered"] - right,
        next_answered=last == alone[questions[0]] and not last.startswith(("busy", "lost")),
        memory_before=before,
        memory_peak=peak,
        memory_after=after,
    )


def askers(count: int, seed: int, pause: float = PAUSE_SECONDS) -> AskersReport:
    """Let so many ask the page at once."""
    chosen = random.Random(seed)
    questions = [chosen.choice(QUESTIONS) for _ in range(count)]
    with page_process() as (address, process):
        return asyncio.run(run_askers(address, process, questions, pause))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what became of the askers; 0 where nothing was found."""
    parser = CommandParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=200, help="how many ask at once (default: 200)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    asked = askers(options.count, options.seed)
    print(
        f"runs {options.count} (answered {asked.answered}, told that it is busy {asked.busy}), lost {asked.lost}, "
        f"wrong {asked.wrong}, found {asked.found}; next asker answered: {asked.next_answered}; memory "
        f"{asked.memory_before:.0f} MB before, {asked.memory_peak:.0f} at most, {asked.memory_after:.0f} after "
        f"{PAUSE_SECONDS:.0f} s; {time.monotonic() - begun:.0f} s in all"
    )
    return 1 if asked.found else 0


if __name__ == "__main__":
    sys.exit(run_command(main))
