"""Nothing leaves the machine, and nothing needs to come from elsewhere."""

import pytest
from processes import run_python

# Python runs a module of this name at its start, so that processes started by the first one are guarded as well. It
# lets nothing through but the machine itself, and notes who tried.
GUARD = """
import os, socket

connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

def note(line):
    with open(os.environ["NOTES"], "a", encoding="utf-8") as file:
        print(line, file=file)

def refuse_elsewhere(host):
    if host not in ("localhost", "127.0.0.1", "::1", None, ""):
        note(host)
        raise OSError(f"no network here: {host}")

def guard(real):
    def guarded(self, address):
        if self.family != getattr(socket, "AF_UNIX", None):
            refuse_elsewhere(address[0])
        return real(self, address)
    return guarded

def guarded_getaddrinfo(host, *arguments, **options):
    refuse_elsewhere(host)
    return getaddrinfo(host, *arguments, **options)

socket.socket.connect, socket.socket.connect_ex = guard(connect), guard(connect_ex)
socket.getaddrinfo = guarded_getaddrinfo
note("guarded")
"""

# OpenVINO imports a package of this name, if it is there, and hands it a message for others at its own import.
TELEMETRY = """
import os

with open(os.environ["NOTES"], "a", encoding="utf-8") as file:
    print("telemetry", file=file)
"""
ENGINE = """
import sys
from pathlib import Path
from index.runtime import Arithmetic, open_faster_session
from qa.reading.reader import SHIPPED_READER

print(open_faster_session(SHIPPED_READER / "model.onnx", Arithmetic.BFLOAT16) is not None, "openvino" in sys.modules)
"""

ASK = """
import socket, sys
from qa import ask

print(ask(sys.argv[1], sys.argv[2:] or None, threshold=0.0).text)
for attempt, address in (
    (socket.create_connection, ("huggingface.co", 443)),
    (socket.socket().connect, ("1.1.1.1", 80)),
):
    try:
        attempt(address)
    except OSError as error:
        assert "no network here" in str(error)
"""


def test_from_nothing_to_an_answer_without_a_network(tmp_path, fixtures):
    guard, notes, home = tmp_path / "guard", tmp_path / "notes", tmp_path / "home"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD)
    files = [fixtures / name for name in ("lighthouse.pdf", "harbour.docx", "ferry.html", "garden.md")]
    environment = {"PYTHONPATH": guard, "NOTES": notes, "QUOTEWISE_HOME": home, "HF_HUB_OFFLINE": None}
    printed = run_python(ASK, "Who built the lighthouse?", *files, **{k: v and str(v) for k, v in environment.items()})
    assert "Marta Lind" in printed
    [encoder] = (home / "encoders").iterdir()  # that, too, was made from nothing, by a process of its own
    assert (encoder / "model.onnx").exists()
    noted = notes.read_text("utf-8").splitlines()
    assert noted.count("guarded") >= 2
    assert [line for line in noted if line != "guarded"] == ["huggingface.co", "1.1.1.1"]  # the trial, and no other


def test_openvino_tells_nobody_that_it_was_imported(tmp_path):
    pytest.importorskip("openvino")
    packages, notes, home = tmp_path / "packages", tmp_path / "notes", tmp_path / "home"
    (packages / "openvino_telemetry").mkdir(parents=True)
    home.mkdir()
    (packages / "sitecustomize.py").write_text(GUARD)
    (packages / "openvino_telemetry" / "__init__.py").write_text(TELEMETRY)
    environment = {"PYTHONPATH": packages, "NOTES": notes, "HOME": home, "QUOTEWISE_HOME": tmp_path / "own"}
    printed = run_python(ENGINE, **{name: str(value) for name, value in environment.items()})
    assert printed.split()[-1] == "True"
    assert notes.read_text("utf-8").splitlines() == ["guarded"]
    assert list(home.iterdir()) == []
    run_python("import openvino", **{name: str(value) for name, value in environment.items()})
    assert "telemetry" in notes.read_text("utf-8").splitlines()  # the trial would have told
