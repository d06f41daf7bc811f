"""What a server does with its documents while it answers: reads, follows folders, makes vectors, forgets."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from index.changes import Changes, RejectedFile
from index.collection import Collection
from index.errors import QuotewiseError, reason_of
from ui.own_collection import OwnDocuments
from ui.web.attention import Attention
from ui.web.examples import Examples
from ui.web.file_entries import FileEntries
from ui.web.file_states import FileStates
from ui.web.folders import Folders, SyncStep
from ui.web.intake import Incoming, Intake
from ui.web.jobs import Jobs
from ui.web.listing import FileEntry
from ui.web.removals import Removals, delete_left_copies
from ui.web.summaries import Summaries
from ui.web.watching import Watcher

LET_PASS_SECONDS = 2.0  # how long a fifth of a second's work waits for questions at most, so that it ends some time
QUIET_SECONDS = 2.0  # without a question, after which example questions are looked for
AGAIN_SECONDS = 30.0  # after which work is tried again that could not be done
UNSETTLED_SECONDS = 1.2  # after which a file is looked at again that may have been written just then
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Background:
    """The work of one server, in a thread of its own. `notice` is a sentence on what keeps it from going on, or ""."""

    documents: OwnDocuments
    intake: Intake
    removals: Removals
    folders: Folders
    states: FileStates
    summaries: Summaries
    entries: FileEntries
    attention: Attention
    examples: Examples
    changed: Callable[[], None]
    notice: str = ""
    _jobs: Jobs = field(init=False)
    _watcher: Watcher = field(init=False)
    _later: dict[str, float] = field(default_factory=dict)  # folders to be looked at again, and when
    _try_again: float = 0.0

    def __post_init__(self) -> None:
        self._jobs = Jobs("library", self._idle)
        self._watcher = Watcher(self._told)

    def start(self) -> None:
        """Take up what an earlier process has left, and begin."""
        self._tell(self._why_not(self._take_up))
        self._jobs.start()

    def close(self) -> None:
        """Wait for what is being done, and do nothing more."""
        self._watcher.close()
        self._jobs.close()
        kept = self.documents.kept()
        if kept:
            with suppress(QuotewiseError):  # what is left of it is deleted at the next start
                self.removals.forget_ended(kept, everything=True)

    def read(self, incoming: Sequence[Incoming]) -> None:
        """Read files that are handed over, in this order."""
        for one in incoming:
            self._jobs.put(partial(self._take, one))

    def read_again(self, entry: FileEntry, source: str) -> None:
        """Read the file of a document again."""
        self._jobs.put(partial(self._take_again, entry, source))

    def follow(self, path: str) -> None:
        """Read what is new in a folder, and watch it if that is wanted."""
        self._jobs.put(partial(self._look, path), ("look", path))
        self.watch()

    def watch(self) -> None:
        """Watch the folders that are to be watched."""
        self._watcher.watch(self.folders.watched())

    def _take_up(self) -> None:
        left = self.intake.left()
        self.entries.begin(one.entry for one in left)
        self.read(left)
        kept = self.documents.kept()
        if kept is not None:
            self.folders.load(kept)
            if not kept.read_only:
                delete_left_copies(kept)
                self.watch()

    def _why_not(self, work: Callable[[], None]) -> str:
        """Do it; a sentence on why it could not be done, or "". Nothing ends the thread."""
        try:
            work()
        except QuotewiseError as error:
            return str(error)
        except OSError as error:
            return f"The documents cannot be worked on ({reason_of(error)}): see to the disk."
        except Exception:
            log.exception("work in the background failed")
            return "Something in the background went wrong: start Quotewise again to go on."
        return ""

    def _tell(self, sentence: str) -> None:
        if sentence != self.notice:
            self.notice = sentence
            self.changed()

    def _take(self, one: Incoming) -> None:
        progress = self.entries.reading(one.entry)
        entry = replace(one.entry, state="failed", reason=f"{Path(one.entry.name).name} could not be added: try again.")
        try:
            entry = self.intake.take(one, progress)
        except Exception:
            log.exception("a file could not be added")
        self.entries.note(entry)

    def _take_again(self, entry: FileEntry, source: str) -> None:
        progress = self.entries.reading(entry)
        try:
            changes = self.documents.opened().add([source], progress, text_first=True)
            done = _done(entry, changes)
        except QuotewiseError as error:
            done = replace(entry, state="failed", reason=str(error))
        except Exception:
            log.exception("a file could not be read again")
            done = replace(entry, state="failed", reason=f"{entry.name} could not be read again: try once more.")
        self.states.hurry()
        self.entries.note(done)

    def _look(self, path: str) -> None:
        self._follow(path, self.folders.look)

    def _step(self, path: str) -> None:
        self._follow(path, self.folders.step)

    def _follow(self, path: str, work: Callable[[Collection, str], SyncStep]) -> None:
        if why := self._why_not(lambda: self._after(path, work(self.documents.opened(), path))):
            self.folders.failed(path, why)
            self._later[path] = time.monotonic() + AGAIN_SECONDS
            self.changed()

    def _after(self, path: str, step: SyncStep) -> None:
        if step.refused:
            self.entries.begin(_refused(self.intake.new_id(), path, one) for one in step.refused)
        if step.more:
            self._jobs.put(partial(self._step, path), ("step", path))
        if step.unsettled:
            self._later[path] = time.monotonic() + UNSETTLED_SECONDS
        if step.changed:
            self.states.hurry()
            self.changed()

    def _told(self, path: str, trouble: str) -> None:
        """Something may have happened in a folder; called by the thread that watches."""
        if self.folders.trouble(path, trouble):
            self.changed()
        self._jobs.put(partial(self._look, path), ("look", path))

    def _idle(self) -> bool:
        """Do a little of what can wait; whether there is more."""
        for path in [path for path, due in self._later.items() if due <= time.monotonic()]:
            del self._later[path]
            self._look(path)
        if time.monotonic() < self._try_again:
            return False
        more: list[bool] = []
        why = self._why_not(lambda: more.append(self._worked()))
        self._try_again = time.monotonic() + AGAIN_SECONDS if why else 0.0
        self._tell(why)
        return any(more)

    def _worked(self) -> bool:
        kept = self.documents.kept()
        if kept is None:
            return False
        if self.states.is_due():
            gone = self.folders.look_whether_there()
            own = [] if kept.copy_of else self.summaries.of(kept)  # a copy's files lie with its publisher
            if self.states.look(own, self._jobs.may_idle) or gone:
                self.changed()
        return (not kept.read_only and self._changed_something(kept)) or self._tried(kept)

    def _changed_something(self, kept: Collection) -> bool:
        if self.removals.forget_ended(kept):
            self.changed()
        if kept.encode_pending(self._go_on):
            self.changed()
            return True
        return False

    def _tried(self, kept: Collection) -> bool:
        """Try an example question, where nobody asks and nothing is pending; whether there are more."""
        if kept.pending() or not self.examples.is_due(kept) or self.attention.is_wanted(QUIET_SECONDS):
            return False
        if self.examples.try_one(kept):
            self.changed()
        return self.examples.is_due(kept)

    def _go_on(self) -> bool:
        """Let questions go before; whether to go on with what can wait."""
        self.attention.let_pass(LET_PASS_SECONDS)
        return self._jobs.may_idle()


def _done(entry: FileEntry, changes: Changes) -> FileEntry:
    """What came of a file that was read again."""
    if changes.refused:
        return replace(entry, state="failed", reason=changes.refused[0].reason)
    return replace(entry, state="done", outcome="unchanged" if changes.unchanged else "updated")


def _refused(id_: str, path: str, one: RejectedFile) -> FileEntry:
    """The entry of a file in a folder that could not be read."""
    name = Path(one.source).relative_to(Path(path).parent).as_posix()
    return FileEntry(id_, name, "failed", reason=one.reason)
