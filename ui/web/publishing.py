"""What is changed on the page is published soon afterwards, where the collection is published at all."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from index.errors import QuotewiseError, reason_of
from ui.own_collection import OwnDocuments
from ui.web.attention import Attention

SOON = 1.0  # seconds after a change, in which others are waited for
EACH = 30.0  # seconds, while vectors are made: a document whose vectors come is published anew
AGAIN = 30.0  # seconds, after which it is tried again
LET_PASS = 2.0  # seconds that a part waits for questions at most
log = logging.getLogger(__name__)


class Publishing:
    """Publishes in a thread of its own, so that nothing waits for a server. `trouble` is a sentence on what keeps it
    from that, or ""; `changed` is told that it is another one now."""

    def __init__(self, documents: OwnDocuments, attention: Attention, changed: Callable[[], None]) -> None:
        self.trouble = ""
        self._documents, self._attention, self._changed = documents, attention, changed
        self._due, self._closed = threading.Event(), threading.Event()
        self._last = -EACH  # when it was last published
        self._thread = threading.Thread(target=self._run, name="publishing", daemon=True)

    def start(self) -> None:
        """Publish what an earlier process has left, and what is changed from now on."""
        self._due.set()
        self._thread.start()

    def wake(self) -> None:
        """Something may have changed."""
        self._due.set()

    def close(self) -> None:
        """Wait for the part that is being sent; the rest is published at the next start."""
        self._closed.set()
        self._due.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        wait: float | None = None
        while not self._closed.is_set():
            self._due.wait(wait)
            if self._closed.wait(SOON):
                return
            self._due.clear()
            wait = self._look()

    def _look(self) -> float | None:
        """Publish what is not; in how many seconds to look again, None where all is."""
        trouble, wait = "", None
        try:
            wait = self._publish()
        except QuotewiseError as error:
            trouble, wait = str(error), AGAIN
        except OSError as error:
            trouble, wait = f"The documents cannot be published ({reason_of(error)}): see to the disk.", AGAIN
        except Exception:
            log.exception("documents could not be published")
            trouble, wait = "The documents could not be published: start Quotewise again to go on.", AGAIN
        if trouble != self.trouble:
            self.trouble = trouble
            self._changed()
        return wait

    def _publish(self) -> float | None:
        kept = self._documents.kept()
        if kept is None or kept.read_only:
            return None
        pending = kept.pending()
        left = self._last + EACH - time.monotonic()
        if pending and left > 0:
            return left
        done = kept.publish(self._go_on)
        self._last = time.monotonic()
        return None if done and not pending else EACH

    def _go_on(self) -> bool:
        """Let questions go before; whether to go on."""
        self._attention.let_pass(LET_PASS)
        return not self._closed.is_set()
