"""The page and the service as one app beneath the page's key."""

from __future__ import annotations

import gradio as gr
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from index.loaders import LARGEST_FILE_BYTES
from ui.web.security import Access, PageKey
from ui.web.service.app import Beside, service_app
from ui.web.service.workspace import Workspace
from ui.web.strings import STATIC
from ui.web.waiting import BoundedQueue

STYLES = [STATIC / name for name in ("page.css", "chat.css", "side.css")]
# A browser would ask for an icon outside the page's own path; and it can fetch the page's modules while Gradio starts.
HEAD = '<link rel="icon" href="data:,">' + "".join(
    f'<link rel="modulepreload" href="page/{path.name}">' for path in sorted(STATIC.glob("*.js"))
)
MOST_SESSIONS = 200  # conversations that are kept, of up to 50 turns each; the one unused for longest goes first


def mounted(app: gr.Blocks, key: PageKey, workspace: Workspace | None, access: Access) -> Starlette:
    """The page as an ASGI app below the path of its key, and before it the service over a workspace."""
    app.queue(api_open=False)  # what does not wait in the queue would not be bounded by it
    app._queue = BoundedQueue(app, workspace.asking.turns if workspace else None)
    app.state_session_capacity = MOST_SESSIONS
    theme = gr.themes.Default(
        primary_hue="blue", font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
    ).set(button_primary_background_fill="*primary_700", button_primary_background_fill_hover="*primary_800")
    static = Mount(f"/{key.token}/page", StaticFiles(directory=STATIC))
    service = [Beside(f"/{key.token}", service_app(workspace, access))] if workspace else []
    whole: Starlette = gr.mount_gradio_app(
        Starlette(routes=[static, *service]),
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
