"""The server of the page: its port, its address, and the browser that shows it."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import gradio as gr
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from index.errors import QuotewiseError
from index.loaders import LARGEST_FILE_BYTES
from ui.web.security import PageKey, middleware
from ui.web.strings import STATIC
from ui.web.waiting import BoundedQueue

LOCAL = "127.0.0.1"
FIRST_PORT, LAST_PORT = 7860, 7959
STYLES = [STATIC / name for name in ("page.css", "chat.css", "side.css")]
# A browser would ask for an icon outside the page's own path; and it can fetch the page's modules while Gradio starts.
HEAD = '<link rel="icon" href="data:,">' + "".join(
    f'<link rel="modulepreload" href="page/{path.name}">' for path in sorted(STATIC.glob("*.js"))
)
MOST_SESSIONS = 200  # conversations that are kept, of up to 50 turns each; the one unused for longest goes first
STOP_SECONDS = 1  # that are left to requests which are answered when the server stops


class PageError(QuotewiseError):
    """The page cannot be served."""


@dataclass(frozen=True, slots=True)
class Served:
    """A page that is served: its address, which ends with its key, and another that leads there once."""

    address: str
    once: str
    thread: threading.Thread


def listen(port: int | None) -> socket.socket:
    """A socket that listens on this machine only, at the port or else at the first free one from FIRST_PORT.

    Raises PageError where none can be had.
    """
    for number in (port,) if port else range(FIRST_PORT, LAST_PORT + 1):
        try:
            return socket.create_server((LOCAL, number))
        except OSError as error:  # taken, or reserved for the system or another program
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    taken = f"Port {port} is" if port else f"The ports {FIRST_PORT} to {LAST_PORT} are"
    raise PageError(f"{taken} taken or reserved: choose another with --port.")


def mounted(app: gr.Blocks, key: PageKey) -> Starlette:
    """The page as an ASGI app below the path of its key."""
    app.queue(api_open=False)  # what does not wait in the queue would not be bounded by it
    app._queue = BoundedQueue(app)
    app.state_session_capacity = MOST_SESSIONS
    theme = gr.themes.Default(
        primary_hue="blue", font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
    ).set(button_primary_background_fill="*primary_700", button_primary_background_fill_hover="*primary_800")
    static = Mount(f"/{key.token}/page", StaticFiles(directory=STATIC))
    whole: Starlette = gr.mount_gradio_app(
        Starlette(routes=[static], middleware=middleware(key)),
        app,
        f"/{key.token}",
        show_error=False,
        enable_monitoring=False,
        max_file_size=LARGEST_FILE_BYTES,
        run_history=False,
        ssr_mode=False,
        footer_links=[],
        css_paths=STYLES,
        head=HEAD,
        theme=theme,
    )
    return whole


@contextmanager
def private_uploads() -> Iterator[None]:
    """Let Gradio keep what is uploaded where no other user of the machine can read it, and only until the end."""
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


@contextmanager
def served(app: gr.Blocks, port: int | None) -> Iterator[Served]:
    """Serve the page on this machine, from a thread, until the end of the context. Raises PageError; see `listen`."""
    with suppress(ImportError):  # Gradio would do so while it answers first, and hear nobody meanwhile
        import matplotlib  # noqa: F401
    with listen(port) as listener:
        key = PageKey()
        config = uvicorn.Config(
            mounted(app, key), log_level="critical", proxy_headers=False, timeout_graceful_shutdown=STOP_SECONDS
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), name="page", daemon=True)
        thread.start()
        base = f"http://{LOCAL}:{listener.getsockname()[1]}"
        try:
            yield Served(f"{base}/{key.token}/", f"{base}/{key.ticket}/", thread)
        finally:
            app.close(verbose=False)
            server.should_exit = True
            thread.join(STOP_SECONDS + 3)
