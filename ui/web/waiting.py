"""The queue of the page: who waits for an answer, and who is told that it is busy."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from gradio.blocks import Blocks
from gradio.queueing import Queue
from gradio.server_messages import ProcessCompletedMessage
from gradio.utils import run_coro_in_background

from ui.web.turns import AT_ONCE, BUSY, MOST_WAITING, Turns

MOST_UNHEARD = 16  # that nobody listens to yet; half the places are left to those who do
MOST_OF_ONE = 8  # unanswered of one session: the page itself has three at most
# Looks, one a second, after which a question that nobody listens to is dropped. A browser listens some milliseconds
# after it has asked. Seconds are not counted, since nobody is heard while the server itself is kept from running.
UNHEARD_LOOKS = 10
# Gradio ends the stream of messages when a session has none to come. A browser that asks at that very moment does not
# know yet, and would wait for ever on the stream that ends: 1 of 3 pages that were asked at once after they had loaded.
ENDING_SECONDS = 0.2
FORGOTTEN_SECONDS = 60.0  # after which nothing is kept for a session that nobody has listened to


class Messages(asyncio.Queue[Any]):
    """What a session is told, in order, and whether anybody listens: `listened` counts how often somebody did."""

    def __init__(self) -> None:
        super().__init__()
        self._listeners, self.listened = 0, 0
        self._used = time.monotonic()

    async def get(self) -> Any:
        """The next message, for one who listens."""
        self._listeners, self.listened = self._listeners + 1, self.listened + 1
        try:
            return await super().get()
        finally:
            self._listeners -= 1
            self._used = time.monotonic()

    def put_nowait(self, item: Any) -> None:
        """Tell the session something."""
        self._used = time.monotonic()
        super().put_nowait(item)

    def drop(self, event_id: str) -> None:
        """Take back what is said of one question."""
        kept = [message for _ in range(self.qsize()) if (message := self.get_nowait()).event_id != event_id]
        for message in kept:
            self.put_nowait(message)

    def heard_since(self, listened: int) -> bool:
        """Whether somebody listens now, or has since it was `listened` to so many times."""
        return self._listeners > 0 or self.listened > listened

    def is_ending(self) -> bool:
        """Whether a stream of these messages may have ended just now."""
        return not self._listeners and self.listened > 0 and time.monotonic() - self._used < 0.5

    def used_since(self, moment: float) -> bool:
        """Whether somebody listens now, or something was told or heard at this monotonic moment or later."""
        return self._listeners > 0 or self._used >= moment


@dataclass(frozen=True, slots=True)
class Unheard:
    """A question that nobody listens to yet: its session, how often that had been listened to, and since which look."""

    session: str
    listened: int
    look: int


class BoundedQueue(Queue):  # type: ignore[misc]  # Gradio's, which bounds neither sessions nor silence
    """Gradio's queue, in which questions that nobody listens to take half the places at most, and for some seconds.

    Whoever is sent away is told BUSY. Used from the server's event loop only.
    """

    def __init__(self, blocks: Blocks, turns: Turns | None = None) -> None:
        """`turns` are those of others who ask, and wait in the same number of places."""
        super().__init__(
            live_updates=True,
            concurrency_count=blocks.max_threads,
            update_intervals=1,
            max_size=MOST_WAITING,
            blocks=blocks,
            default_concurrency_limit=AT_ONCE,
        )
        self._unheard: dict[str, Unheard] = {}  # by the id of the question, oldest first
        self._look, self._turns = 0, turns or Turns()
        self._turns.count_as_well(self.__len__)

    def start(self) -> None:
        """Begin to answer, and to look once a second for what nobody waits for."""
        super().start()
        run_coro_in_background(self._sweep_always)

    async def push(self, body: Any, request: Any, username: str | None) -> Any:
        """Let a question wait, or say why not; see Gradio's own."""
        session = body.session_hash = body.session_hash or uuid4().hex
        if len(self.pending_event_ids_session.get(session, ())) >= MOST_OF_ONE:
            return False, BUSY, "queue_full"
        if len(self) + self._turns.waiting >= MOST_WAITING:
            return False, BUSY, "queue_full"
        await self._drop_unheard(MOST_UNHEARD - 1)
        messages = self.pending_messages_per_session.get(session)
        if messages is None:
            messages = self.pending_messages_per_session[session] = Messages()
        elif messages.is_ending():
            await asyncio.sleep(ENDING_SECONDS)
        listened = messages.listened
        accepted, told, state = await super().push(body, request, username)
        if accepted:
            self._unheard[told] = Unheard(session, listened, self._look)
        return accepted, BUSY if state == "queue_full" else told, state

    async def _sweep_always(self) -> None:
        while not self.stopped:
            await asyncio.sleep(1)
            self._look += 1
            await self._drop_unheard(MOST_UNHEARD)
            self._forget_sessions()

    async def _drop_unheard(self, most: int) -> None:
        """Drop the questions that nobody has listened to for too long and, of more than `most`, the oldest."""
        for event_id, one in list(self._unheard.items()):
            messages = self.pending_messages_per_session.get(one.session)
            if messages is None or messages.heard_since(one.listened):
                self._unheard.pop(event_id, None)
        too_many, too_long = len(self._unheard) - most, self._look - UNHEARD_LOOKS
        for place, (event_id, one) in enumerate(list(self._unheard.items())):
            if place < too_many or one.look < too_long:
                self._unheard.pop(event_id, None)
                await self._drop(event_id, one.session)

    def _forget_sessions(self) -> None:
        """Keep nothing for sessions that nobody has used of late."""
        moment = time.monotonic() - FORGOTTEN_SECONDS
        for session, messages in list(self.pending_messages_per_session.items()):
            if not messages.used_since(moment):
                self.pending_messages_per_session.pop(session, None)
        for session in list(self.pending_event_ids_session):
            if session not in self.pending_messages_per_session:
                self.pending_event_ids_session.pop(session, None)

    async def _drop(self, event_id: str, session: str) -> None:
        """Take a question out, whether it waits, is read or is answered. One who comes to listen is told BUSY."""
        await self.clean_events(event_id=event_id)
        messages = self.pending_messages_per_session.get(session)
        if messages is not None:
            messages.drop(event_id)
            messages.put_nowait(ProcessCompletedMessage(output={"error": BUSY}, success=False, event_id=event_id))
