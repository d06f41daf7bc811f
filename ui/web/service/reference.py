"""The OpenAPI document as a page to read. It is made here, since the usual ones load their scripts from elsewhere."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

STYLE = """
:root { color-scheme: light dark; --line: #d4d4d8; --soft: #f4f4f5; --mark: #1d4ed8; --text: #18181b; --page: #fff;
  font: 1rem/1.55 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3f3f46; --soft: #27272a; --mark: #93c5fd; --text: #f4f4f5; --page: #18181b; } }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--text); }
h1 { margin: 0 0 .25rem; } h2 { margin: 3rem 0 .5rem; } h3 { margin: 2rem 0 .5rem; font-size: 1.05rem; }
h3 code { font-size: 1rem; } a { color: var(--mark); }
code, pre { font-family: ui-monospace, monospace; font-size: .9rem; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem;
  overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th:nth-child(1) { width: 12rem; } th:nth-child(2) { width: 14rem; }
th, td { border-top: 1px solid var(--line); padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: top; }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
"""
INTRODUCTION = (
    "In the examples, ADDRESS is the address of the page with its key, such as http://127.0.0.1:7860/KEY. "
    'The same as a document for programs: <a href="openapi.json">openapi.json</a>. Assistants find the tools '
    "<code>ask</code>, <code>list_documents</code> and <code>read_source</code> at <code>mcp</code>."
)


def reference_html(described: dict[str, Any]) -> str:
    """The whole page."""
    body = "\n".join(_body(described))
    title = f"{described['info']['title']}: the service"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{title}</title><link rel="icon" href="data:,">'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _body(described: dict[str, Any]) -> Iterator[str]:
    info = described["info"]
    yield f"<header><h1>{_text(info['title'])} {_text(info['version'])}</h1>"
    yield f"<p>{_text(info['description'])}</p><p>{INTRODUCTION}</p></header><main>"
    for tag in described["tags"]:
        yield f"<h2>{_text(tag['name'])}</h2><p>{_text(tag['description'])}</p>"
        for path, operations in described["paths"].items():
            for method, operation in operations.items():
                if tag["name"] in operation["tags"]:
                    yield from _operation(method.upper(), path, operation)
    yield "<h2>What is sent and received</h2>"
    for name, schema in sorted(described["components"]["schemas"].items()):
        yield f'<h3 id="{_text(name)}">{_text(name)}</h3><p>{_text(schema.get("description", ""))}</p>'
        yield _fields(schema)
    yield "</main>"


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<section><h3><code>{method} {_text(path)}</code></h3><p>{_text(operation['description'])}</p>"
    content = operation.get("requestBody", {}).get("content", {})
    if parameters := operation.get("parameters"):
        rows = ((one["name"], one["schema"], one.get("description", "")) for one in parameters)
        yield _table("Parameter", rows)
    for one in content.values():
        yield f"<p>It takes {_kind(one['schema'])}.</p>"
    yield f"<pre>{_text(_example(method, path, content))}</pre>"
    rows = ((status, _received(one), one["description"]) for status, one in operation["responses"].items())
    yield _table("Status", rows)
    yield "</section>"


def _example(method: str, path: str, content: dict[str, Any]) -> str:
    start = "curl" if method == "GET" else f"curl -X {method}"
    if "multipart/form-data" in content:
        return f"{start} -F files=@lease.pdf -F files=@rules.md ADDRESS{path}"
    if "application/json" in content:
        body = '{"path": "/home/anna/contracts"}' if "folders" in path else '{"question": "When does the lease end?"}'
        return f"{start} -H 'Content-Type: application/json' -d '{body}' ADDRESS{path}"
    return f"{start} ADDRESS{path}"


def _received(response: dict[str, Any]) -> dict[str, Any]:
    [(kind, one)] = [*response.get("content", {}).items()] or [("", {})]
    schema: dict[str, Any] = one.get("schema") or ({"type": kind} if kind else {"type": "nothing"})
    return schema


def _fields(schema: dict[str, Any]) -> str:
    rows = ((name, one, one.get("description", "")) for name, one in schema.get("properties", {}).items())
    return _table("Field", rows)


def _table(first: str, rows: Iterator[tuple[str, dict[str, Any], str]]) -> str:
    lines = "".join(
        f"<tr><td><code>{_text(name)}</code></td><td>{_kind(schema)}</td><td>{_text(what)}</td></tr>"
        for name, schema, what in rows
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in (first, "Kind", "What it is"))
    return f"<table><tr>{head}</tr>{lines}</table>"


def _kind(schema: dict[str, Any]) -> str:
    """What a value is, with a link where it is described."""
    if "$ref" in schema:
        name = _text(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if one_of := schema.get("anyOf"):
        return " or ".join(map(_kind, one_of))
    if "enum" in schema or "const" in schema:
        return " or ".join(_text(json.dumps(one)) for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return _text({"null": "nothing"}.get(schema.get("type", ""), schema.get("type", "anything")))


def _text(text: Any) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(str(text)))
