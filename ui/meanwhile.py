"""Work that is done while the main thread does something else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from types import TracebackType
from typing import Generic, TypeVar

Value = TypeVar("Value")
# For which the end of a program waits for it: one that ends while a thread opens a model is aborted by the system.
# A program that is interrupted while an encoder is prepared does not wait for that.
END_SECONDS = 5.0


class Meanwhile(Generic[Value]):
    """What the work comes to, which a thread of its own does. Its context ends when the work has, or soon after."""

    def __init__(self, work: Callable[[], Value]) -> None:
        self._future: Future[Value] = Future()
        self._thread = Thread(target=self._run, args=(work,), name="meanwhile", daemon=True)
        self._thread.start()

    def __enter__(self) -> Meanwhile[Value]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.join(END_SECONDS)

    def _run(self, work: Callable[[], Value]) -> None:
        try:
            self._future.set_result(work())
        except BaseException as error:
            self._future.set_exception(error)

    def result(self) -> Value:
        """The result, for which it waits. What the work raises is raised."""
        return self._future.result()
