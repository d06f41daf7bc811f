"""The server of the page: where it listens, its address, and what answers until the page is ready."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from index.errors import QuotewiseError, reason_of
from ui.web.connections import Crowded, TimedProtocol
from ui.web.door import Door
from ui.web.security import LOCAL, Access, PageKey, guarded

if TYPE_CHECKING:
    import gradio as gr

    from ui.web.service.workspace import Workspace

FIRST_PORT, LAST_PORT = 7860, 7959
STOP_SECONDS = 1  # that are left to requests which are answered when the server stops
EVERYWHERE = ("0.0.0.0", "::")


class PageError(QuotewiseError):
    """The page cannot be served."""


@dataclass(frozen=True, slots=True)
class Served:
    """A page that is served: its address, which ends with its key, and another that leads there once."""

    address: str
    once: str
    thread: threading.Thread


def listen(access: Access) -> socket.socket:
    """A socket that listens where it is to, at the port or else at the first free one from FIRST_PORT.

    Raises PageError where none can be had.
    """
    try:
        family = socket.getaddrinfo(access.host, None, type=socket.SOCK_STREAM)[0][0]
    except (OSError, UnicodeError) as error:
        raise PageError(f"There is no machine {access.host!r} ({reason_of(error)}): choose another --host.") from error
    for number in (access.port,) if access.port else range(FIRST_PORT, LAST_PORT + 1):
        try:
            return socket.create_server((access.host, number), family=family)
        except OSError as error:  # taken, or reserved for the system or another program
            if error.errno == errno.EADDRNOTAVAIL:
                why = f"{access.host} is no address of this machine: choose another --host."
                raise PageError(why) from error
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    taken = f"Port {access.port} is" if access.port else f"The ports {FIRST_PORT} to {LAST_PORT} are"
    raise PageError(f"{taken} taken or reserved: choose another with --port.")


def address_of(access: Access, port: int) -> str:
    """Where the page is found from this machine."""
    host = LOCAL if access.host in EVERYWHERE else access.host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def private_uploads() -> Iterator[None]:
    """Let what is uploaded be kept where no other user of the machine can read it, and only until the end."""
    before = os.environ.get("GRADIO_TEMP_DIR")
    with tempfile.TemporaryDirectory(prefix="quotewise-page-", ignore_cleanup_errors=True) as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["GRADIO_TEMP_DIR"]
            else:
                os.environ["GRADIO_TEMP_DIR"] = before


@dataclass(frozen=True, slots=True)
class Opened:
    """A server that listens: to whom, the page it serves, the page's key, and the door behind which the page is put."""

    access: Access
    page: Served
    key: PageKey
    door: Door


@contextmanager
def opened(access: Access) -> Iterator[Opened]:
    """Listen, from a thread, until the end of the context. Raises PageError; see `listen`."""
    with listen(access) as listener:
        key, door = PageKey(), Door()
        crowded = Crowded(guarded(door, key, access))
        config = uvicorn.Config(
            crowded,
            http=TimedProtocol,
            log_level="critical",
            proxy_headers=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        server = uvicorn.Server(config)
        crowded.count(server.server_state.connections)
        thread = threading.Thread(target=_run, args=(server, listener), name="page", daemon=True)
        thread.start()
        base = address_of(access, listener.getsockname()[1])
        try:
            yield Opened(access, Served(f"{base}/{key.token}/", f"{base}/{key.ticket}/", thread), key, door)
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS + 3)


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve until the server is told to end. What goes wrong while it ends is nobody's concern: its socket may be
    closed already where a busy machine lets that take longer than is waited for."""
    try:
        server.run([listener])
    except (OSError, ValueError):
        if not server.should_exit:
            raise


@contextmanager
def served(
    app: gr.Blocks, port: int | None, workspace: Workspace | None = None, access: Access | None = None
) -> Iterator[Served]:
    """Serve the page on this machine, and the service over a workspace beside it, until the end of the context."""
    with opened(access or Access(port=port)) as server, shown(server, app, workspace):
        yield server.page


@contextmanager
def shown(server: Opened, app: gr.Blocks, workspace: Workspace | None) -> Iterator[None]:
    """Put the page behind the door, until the end of the context."""
    from ui.web.mounting import mounted

    with suppress(ImportError):  # Gradio would do so while it answers first, and hear nobody meanwhile
        import matplotlib

        matplotlib.use("agg")  # what it would draw with is not looked for then, which takes 0.3 s
    try:
        server.door.lead_to(mounted(app, server.key, workspace, server.access))
        yield
    finally:
        app.close(verbose=False)
