"""The service as an app of its own, to be served beneath the page's key."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Scope

from ui.web.security import Access
from ui.web.service import routes, source_routes
from ui.web.service.assistants import LateAssistantApp
from ui.web.service.bounds import BoundedBodies
from ui.web.service.common import Limits
from ui.web.service.errors import Plain, told_once
from ui.web.service.reference import reference_html
from ui.web.service.workspace import Workspace

DESCRIPTION = (
    "Answers questions over documents only by quoting them. All addresses lie beneath that of the page, which ends "
    "with its key. Every error is JSON with one sentence in `error`."
)
TAGS = [
    {"name": "Ask", "description": "Questions and their answers."},
    {"name": "Documents", "description": "What is asked: listed, added, removed, kept in step with folders."},
    {"name": "Sources", "description": "Documents as they are shown beside an answer."},
]


def service_app(workspace: Workspace, access: Access) -> FastAPI:
    """The service over a workspace, for those who may come."""
    app = FastAPI(
        title="Quotewise",
        version=version("quotewise"),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        default_response_class=Plain,
        redirect_slashes=False,
        middleware=[Middleware(BoundedBodies)],
    )
    app.state.workspace, app.state.access, app.state.limits = workspace, access, Limits()
    app.include_router(routes.router)
    app.include_router(source_routes.router)
    told_once(app)
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # whoever sends it is told
    app.router.routes.append(Route("/mcp", LateAssistantApp(workspace)))
    app.add_api_route("/openapi.json", lambda: described(app), include_in_schema=False)
    app.add_api_route("/docs", lambda: HTMLResponse(reference_html(described(app))), include_in_schema=False)
    return app


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document. Its server is where it lies itself, whatever the key."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes, tags=TAGS,
            servers=[{"url": "."}],
        )  # fmt: skip
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"].pop("422", None)  # such a request gets 400 here
                for response in operation["responses"].values():
                    response["description"] = response["description"].replace("Successful Response", "Done.")
        for name in ("HTTPValidationError", "ValidationError"):
            schema["components"]["schemas"].pop(name, None)
        app.openapi_schema = schema
    return app.openapi_schema


class Beside(Mount):
    """An app below a path, for the routes it has; everything else there is left to the routes behind it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the app has such a route."""
        match, child = super().matches(scope)
        if match is not Match.NONE and any(self._has(route, {**scope, **child}) for route in self.routes):
            return match, child
        return Match.NONE, {}

    def _has(self, route: BaseRoute, scope: Scope) -> bool:
        return route.matches(scope)[0] is not Match.NONE
