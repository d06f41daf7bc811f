"""Where a person gives a name and a password, and is led to the page."""

from __future__ import annotations

from urllib.parse import parse_qs

from anyio import CapacityLimiter, move_on_after, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from ui.web.logins import LONGEST, WAIT_SECONDS, Logins, ThrottledError

MOST_BYTES = 8 * LONGEST
ARRIVING_SECONDS = 10.0
WRONG = "That name and password do not belong together: try again."
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Quotewise: log in</title><link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }}
body {{ display: grid; place-items: center; min-height: 100vh; margin: 0; background: Canvas; color: CanvasText; }}
form {{ display: grid; gap: 1rem; width: min(20rem, 90vw); }}
label {{ display: grid; gap: .25rem; }}
input, button {{ font: inherit; padding: .6rem .75rem; border-radius: .5rem; border: 1px solid GrayText; }}
button {{ background: #1d4ed8; border-color: #1d4ed8; color: #fff; cursor: pointer; }}
:focus-visible {{ outline: 3px solid #60a5fa; outline-offset: 2px; }}
</style></head>
<body><main><form method="post" action="login"><h1>Quotewise</h1>{notice}
<label>Name<input name="name" autocomplete="username" required autofocus></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<button>Log in</button></form></main></body></html>
"""


class LoginPage:
    """ASGI app at `/` and `/login`: a form, and what becomes of it."""

    def __init__(self, logins: Logins, leads_to: str) -> None:
        self._logins, self._leads_to = logins, leads_to
        self._trying = CapacityLimiter(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await self._tried(request) if request.method == "POST" else self._form(request, "", 200)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    async def _tried(self, request: Request) -> Response:
        given = await fields_of(request)
        if given is None:
            return self._form(request, "Send 'name' and 'password' as a form.", 400)
        address = request.client.host if request.client else ""
        try:
            is_right = await to_thread.run_sync(
                self._logins.check, given["name"], given["password"], address, limiter=self._trying
            )
        except ThrottledError as error:
            return self._form(request, str(error), 429)
        return RedirectResponse(self._leads_to, 303) if is_right else self._form(request, WRONG, 401)

    def _form(self, request: Request, sentence: str, status: int) -> Response:
        headers = {"Retry-After": f"{WAIT_SECONDS:.0f}"} if status == 429 else None
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"error": sentence or "Log in with a name and a password first."}, status, headers)
        notice = f'<p role="alert">{sentence}</p>' if sentence else ""
        return HTMLResponse(PAGE.format(notice=notice), status, headers)


async def fields_of(request: Request) -> dict[str, str] | None:
    """The name and the password of a form that was sent; None where there are none."""
    body = b""
    with move_on_after(ARRIVING_SECONDS) as arriving:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                return None
    try:
        found = parse_qs(body.decode("utf-8"), strict_parsing=True, max_num_fields=8) if body else {}
    except ValueError:
        return None
    if arriving.cancelled_caught or not {"name", "password"} <= found.keys():
        return None
    return {name: found[name][0] for name in ("name", "password")}
