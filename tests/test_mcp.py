"""Assistants: a real client of the Model Context Protocol, over standard input and output and over HTTP."""

import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from subprocess import PIPE

import anyio
import pytest
from homes import home_with
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from messages import is_one_sentence
from processes import HEEDING, ROOT, run_python, start_python
from serving import served_workspace

from qa.api import ask
from ui.own_collection import OwnDocuments, open_collection

LEASE = "# Lease of 12 Mill Lane\n\nThe lease ends on 31 May 2027. The landlord is Anna Berg.\n"
BOAT = "# Boat rules\n\nThe boat may be used until 9 pm. The keeper of the lighthouse is Jonas Falk.\n"
CLASH = "# Lease of 12 Mill Lane, amended\n\nThe lease ends on 30 June 2028.\n"
MCP = "import sys; from ui.cli import main; raise SystemExit(main(['mcp', *sys.argv[1:]]))"


@pytest.fixture(scope="module")
def home(tmp_path_factory, encoder):
    with home_with(tmp_path_factory.mktemp("mcp"), {"lease.md": LEASE, "boat.md": BOAT}) as folder:
        yield folder


def command(*arguments):
    """How an assistant starts the tools."""
    names = ("PATH", "HOME", "QUOTEWISE_HOME", "HF_HUB_OFFLINE")
    environment = {name: os.environ[name] for name in names if name in os.environ}
    return StdioServerParameters(
        command=sys.executable, args=["-c", HEEDING + MCP, *map(str, arguments)], cwd=ROOT, env=environment
    )


async def called(client, tool, **arguments):
    """The structured result of a tool, which is the same as its text."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


async def refused(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert result.structured_content is None
    [content] = result.content
    assert is_one_sentence(content.text), content.text
    return content.text


async def use_all(client):
    """What every session must be able to do."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"ask", "list_documents", "read_source"}
    for tool in tools.values():
        assert tool.annotations.read_only_hint and not tool.annotations.destructive_hint
        assert not tool.annotations.open_world_hint
        assert tool.description and tool.input_schema["type"] == tool.output_schema["type"] == "object"
    listed = await called(client, "list_documents")
    assert ([one["title"] for one in listed["documents"]], listed["total"]) == (
        ["Boat rules", "Lease of 12 Mill Lane"],
        2,
    )
    answer = await called(client, "ask", question="When does the lease end?")
    [thing] = answer["statements"]
    assert (answer["status"], thing["text"]) == ("answered", "31 May 2027")
    quote = thing["quotes"][0]
    read = await called(client, "read_source", document_id=quote["document_id"], start=quote["start"], length=11)
    assert read["text"].strip() in quote["text"]
    whole = await called(client, "read_source", document_id=quote["document_id"])
    assert whole["text"][quote["start"] : quote["end"]] == quote["text"]
    assert (whole["next_start"], whole["length"]) == (None, len(whole["text"]))


async def use_wrongly(client):
    assert "'question'" in await refused(client, "ask")
    assert "'question'" in await refused(client, "ask", question=["x"])
    assert "empty" in await refused(client, "ask", question=" ")
    assert "'more'" in await refused(client, "ask", question="Who?", more=1)
    assert "not in the collection" in await refused(client, "ask", question="Who?", within=["nothing.md"])
    assert "list_documents" in await refused(client, "read_source", document_id="nothing")
    assert "'length'" in await refused(client, "read_source", document_id="x", length=10**9)
    assert "'limit'" in await refused(client, "list_documents", limit=0)
    assert "list_documents" in await refused(client, "delete_everything")
    listed = await called(client, "list_documents", name="LEASE mill")
    assert "0 pages" in await refused(client, "read_source", document_id=listed["documents"][0]["id"], page=3)


def test_an_assistant_that_starts_the_command_can_do_all_and_learns_what_is_wrong(home):
    async def session():
        async with Client(command("--collection", home / "collection"), read_timeout_seconds=120) as client:
            assert client.server_info.name == "quotewise"
            assert "word for word" in client.instructions
            await use_all(client)
            await use_wrongly(client)

    anyio.run(session)


def test_a_document_that_is_removed_or_changed_meanwhile_is_told(home, tmp_path, encoder):
    (tmp_path / "lease.md").write_text(LEASE, "utf-8")
    with open_collection(tmp_path / "own", create=True) as made:
        made.add([tmp_path / "lease.md"])

    async def session():
        async with Client(command("--collection", tmp_path / "own"), read_timeout_seconds=120) as client:
            [lease] = (await called(client, "list_documents"))["documents"]
            (tmp_path / "clash.md").write_text(CLASH, "utf-8")
            with open_collection(tmp_path / "own") as other:
                other.add([tmp_path / "clash.md"])
            answer = await called(client, "ask", question="When does the lease end?")
            assert answer["status"] == "conflict"
            assert {one["text"] for one in answer["statements"]} == {"31 May 2027", "30 June 2028"}
            (tmp_path / "lease.md").write_text(LEASE.replace("31", "30"), "utf-8")
            answer = await called(client, "ask", question="When does the lease end?", within=[lease["id"]])
            assert answer["statements"][0]["quotes"][0]["stale"]
            with open_collection(tmp_path / "own") as other:
                other.remove(lease["id"])
            assert "not there any more" in await refused(client, "read_source", document_id=lease["id"])
            assert "not in the collection" in await refused(client, "ask", question="Who?", within=[lease["id"]])
            assert (await called(client, "ask", question="Who is the landlord?"))["status"] == "no_answer"

    anyio.run(session)


def test_a_new_user_asks_the_article_that_comes_with_quotewise(home):
    async def session():
        async with Client(command(), read_timeout_seconds=120) as client:
            assert (await called(client, "list_documents"))["is_demonstration"]
            answer = await called(client, "ask", question="Who is the Kremlin spokesman?")
            assert answer["statements"][0]["text"] == "Dmitry Peskov"
            unknown = await called(client, "ask", question="Who won the world cup?")
            assert (unknown["status"], unknown["statements"]) == ("no_answer", [])
            assert unknown["reasons"] and len(unknown["closest"]) <= 3

    anyio.run(session)


def test_nothing_but_the_protocol_is_printed_and_the_end_of_the_input_ends_it(home):
    started = command("--collection", home / "collection")
    process = subprocess.Popen(
        [started.command, *started.args], cwd=ROOT, text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    asked = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
    }
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    told = json.loads(process.stdout.readline())
    assert (told["id"], told["result"]["protocolVersion"]) == (1, "2025-06-18")
    for line in ("no JSON\n", json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}) + "\n"):
        process.stdin.write(line)
    process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}) + "\n")
    process.stdin.flush()
    output, errors = process.communicate(timeout=60)
    lines = [json.loads(line) for line in output.splitlines()]
    assert 2 in [line.get("id") for line in lines]
    assert all(line["jsonrpc"] == "2.0" for line in lines)
    assert (process.returncode, "Traceback" in errors) == (0, False)


def test_what_is_missing_is_one_sentence(home, tmp_path):
    blocked = "import sys\nfor name in ('mcp', 'mcp_types'): sys.modules[name] = None\n"
    process = start_python(blocked + MCP)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "pip install 'quotewise[mcp]'" in errors and len(errors.splitlines()) == 1
    process = start_python(MCP, "--collection", tmp_path / "nothing")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "There is no collection" in errors and len(errors.splitlines()) == 1


@asynccontextmanager
async def over_http(home, reader):
    with OwnDocuments(home / "collection") as documents, served_workspace(documents, reader) as page:
        async with Client(f"{page.address}mcp") as client:
            yield client


def test_an_assistant_that_comes_over_http_can_do_the_same(home, reader):
    async def session():
        async with over_http(home, reader) as client:
            await use_all(client)
            await use_wrongly(client)
            async with anyio.create_task_group() as many:
                for _ in range(12):
                    many.start_soon(use_all, client)

    anyio.run(session)


def test_the_protocol_is_imported_only_where_it_is_spoken():
    assert run_python("import sys, ui.web.chat, ui.web.service.app; print('mcp' in sys.modules)") == "False"


def test_an_assistant_is_told_what_python_is(home):
    with open_collection(home / "collection") as documents:
        expected = ask("Who is the keeper of the lighthouse?", documents)

    async def session():
        async with Client(command("--collection", home / "collection"), read_timeout_seconds=120) as client:
            answer = await called(client, "ask", question="Who is the keeper of the lighthouse?")
            quote = answer["statements"][0]["quotes"][0]
            citation = expected.citations[0]
            assert (quote["text"], quote["start"], quote["sentence"]) == (
                citation.text,
                citation.start,
                citation.sentence_shown,
            )
            assert answer["confidence"] == pytest.approx(expected.confidence, abs=1e-3)

    anyio.run(session)
