"""The `quotewise` command's door. It imports next to nothing, so that Ctrl-C is heeded from the first moment on."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Sequence
from contextlib import suppress


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 with one sentence on standard error, or 130 where it is interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        from qa.edge import run_command  # here, since to import even this little may be interrupted
    except KeyboardInterrupt:
        print("quotewise: stopped; run the same command again.", file=sys.stderr)
        return 130
    code = run_command(lambda: _run(given))
    if arguments is None and given[:1] == ["ask"]:
        _leave(code)
    return code


def _run(given: list[str]) -> int:
    from ui.commands import run

    return run(given)


def _leave(code: int) -> None:
    """End this process once all is written and what is registered for the end is done, without taking apart its models
    and modules: that takes a tenth of a cold question."""
    atexit._run_exitfuncs()
    with suppress(OSError):  # nobody reads any more, which was told
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
