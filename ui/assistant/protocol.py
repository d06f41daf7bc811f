"""The tools as a server of the Model Context Protocol, over standard input and output or over HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import BaseModel, ValidationError
from starlette.types import Receive, Scope, Send

from index.errors import QuotewiseError
from ui.assistant.records import (
    Arguments,
    AskArguments,
    AskResult,
    ListArguments,
    ListResult,
    ReadArguments,
    ReadResult,
)
from ui.assistant.tools import AssistantTools

INSTRUCTIONS = (
    "Quotewise answers questions over the user's own documents only by quoting them. Give what it quotes word for "
    "word, with title and page. When the status is no_answer, say that the documents do not say it, and do not fill it "
    "in. When it is conflict, give all sides. To see what stands around a quote, read_source from before its start."
)
OURS = "Something went wrong inside Quotewise, and this was not done: try it again."
NO_TOOL = "There is no such tool: there are ask, list_documents and read_source."


@dataclass(frozen=True, slots=True)
class _Tool:
    """One of the tools: how it is described, what it takes and gives, and what it does."""

    name: str
    title: str
    description: str
    takes: type[Arguments]
    gives: type[BaseModel]
    does: Callable[[Any], Awaitable[BaseModel]]

    def described(self) -> types.Tool:
        """What an assistant is told of it."""
        return types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=self.takes.model_json_schema(),
            output_schema=self.gives.model_json_schema(mode="serialization"),
            annotations=types.ToolAnnotations(
                title=self.title, read_only_hint=True, destructive_hint=False, idempotent_hint=True,
                open_world_hint=False,
            ),
        )  # fmt: skip

    async def called(self, arguments: dict[str, Any]) -> types.CallToolResult:
        """What comes of a call."""
        try:
            result = await self.does(self.takes.model_validate(arguments))
        except ValidationError as error:
            return failed(what_is_wrong(error))
        except QuotewiseError as error:
            return failed(str(error))
        except Exception:
            logging.getLogger("quotewise").exception("a tool failed")
            return failed(OURS)
        plain = result.model_dump(mode="json")
        text = types.TextContent(type="text", text=json.dumps(plain, ensure_ascii=False))
        return types.CallToolResult(content=[text], structured_content=plain)


def failed(sentence: str) -> types.CallToolResult:
    """What an assistant is told where something cannot be done."""
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], is_error=True)


def what_is_wrong(error: ValidationError) -> str:
    """One sentence on the first argument that does not fit."""
    first = error.errors(include_url=False, include_input=False)[0]
    name, why = first["loc"][0] if first["loc"] else "arguments", str(first["msg"]).rstrip(".")
    return f"'{name}' cannot be taken ({why[:1].lower()}{why[1:]}): call it again with what its schema asks for."


def assistant_server(tools: AssistantTools) -> Server[Any]:
    """The server over these tools."""
    offered = {
        one.name: one
        for one in (
            _Tool(
                "ask", "Ask the documents",
                "Answer a question with the exact words of the user's documents, each with its document, page and "
                "place, or say that they do not answer it. Use it for every question about what the documents say.",
                AskArguments, AskResult, tools.ask,
            ),
            _Tool(
                "list_documents", "List the documents",
                "List the documents that can be asked, with the ids by which the other tools know them.",
                ListArguments, ListResult, tools.list_documents,
            ),
            _Tool(
                "read_source", "Read a document",
                "Read a part of a document's text: what stands around a quote, or a page.",
                ReadArguments, ReadResult, tools.read_source,
            ),
        )
    }  # fmt: skip

    async def listed(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[one.described() for one in offered.values()])

    async def called(_: Any, wanted: types.CallToolRequestParams) -> types.CallToolResult:
        tool = offered.get(wanted.name)
        return await tool.called(wanted.arguments or {}) if tool else failed(NO_TOOL)

    return Server(
        "quotewise",
        title="Quotewise",
        version=version("quotewise"),
        instructions=INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )


async def speak(tools: AssistantTools) -> None:
    """Serve one assistant over standard input and output, until its end. Nothing else is written to the output: the
    library takes it for itself, and whatever prints meanwhile prints to standard error."""
    server = assistant_server(tools)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


class AssistantApp:
    """ASGI app that serves assistants over streamable HTTP. Each request stands by itself; none holds a session."""

    def __init__(self, tools: AssistantTools) -> None:
        self._manager = StreamableHTTPSessionManager(assistant_server(tools), json_response=True, stateless=True)
        self._begun = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._task is None:
            self._task = asyncio.create_task(self._live())
        await self._begun.wait()
        await self._manager.asgi_app(scope, receive, send)

    async def _live(self) -> None:
        """It runs in a task of its own, which the end of the event loop ends."""
        async with self._manager.run():
            self._begun.set()
            await asyncio.Event().wait()
