"""Text out of Word files of the kind before 2007, by a converter that is installed: LibreOffice, antiword or catdoc.

LibreOffice keeps headings, lists, tables and notes; antiword headings, lists and tables; catdoc lines of text. No
library for Python that may be shipped reads more than words out of these files.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from index.errors import DocumentError, reason_of
from index.formats.docbook import extract_docbook, with_line_ends
from index.formats.extract import Extract
from index.formats.opendocument import extract_opendocument
from index.formats.packages import COMPOUND
from index.formats.text import extract_text

# Of the clock; a worker may take longer, so that the converter never outlives it. On a busy machine a file took 17 s.
SECONDS = 120
_OFFICE = ("soffice", "libreoffice")
# Where LibreOffice lies that is in no search path.
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    "/usr/lib/libreoffice/program/soffice",
)
_LARGEST_TEXT = 200_000_000  # bytes that a converter may write
_BEGINNINGS = (COMPOUND, b"\xdb\xa5", b"\x31\xbe\x00\x00", b"\xfe\x37")  # since Word 97; Word 2; Write; Word 4
# The settings of the converter's empty home: no macros, nothing fetched, no links followed.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution">
<value>true</value></prop><prop oor:name="MacroSecurityLevel"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName"><value>127.0.0.1</value></prop><prop oor:name="ooInetHTTPProxyPort">
<value>9</value></prop><prop oor:name="ooInetHTTPSProxyName"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort"><value>9</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True, slots=True)
class _Converter:
    """A program that makes something else of a .doc file: a key of `_FORMS`, and where it lies."""

    name: str
    program: str


def extract_doc(data: bytes, name: str) -> Extract:
    """What a converter makes of the file."""
    if not data.startswith(_BEGINNINGS):
        raise DocumentError(f"{name} is not a Word file: open it in a word processor and save it as .docx.")
    converters = _installed()
    if not converters:
        raise DocumentError(
            f"{name} is of the old kind of Word file, which needs LibreOffice or antiword to be read: install one of "
            "them, or save the file as .docx."
        )
    for converter in converters:
        if (extract := _converted(converter, data, name)) is not None:
            return extract
    known = "" if converters[0].name == "soffice" else ", or is one that only LibreOffice can read"
    raise DocumentError(f"{name} is damaged or has a password{known}: save it as .docx without a password.")


def _converted(converter: _Converter, data: bytes, name: str) -> Extract | None:
    """What the file holds by a converter; None where this one makes nothing of it."""
    with TemporaryDirectory(prefix="quotewise-doc-", ignore_cleanup_errors=True) as folder:
        source = Path(folder, "file.doc")
        source.write_bytes(data)
        for form in _FORMS[converter.name]:
            made = _made(converter, form, source, name)
            if form.lacks_line_ends:
                made = with_line_ends(made, _made(converter, _PLAIN, source, name))
            if made.strip() and (extract := form.read(made, name)) is not None:
                return extract
    return None


def _docbook(data: bytes, name: str) -> Extract | None:
    """None where antiword wrote no DocBook, as it does of files before Word 97."""
    try:
        return extract_docbook(data, name)
    except Exception:  # lxml raises many kinds
        return None


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that a converter can write: its arguments before the path of the file, and what reads it. `written` is
    the name of the file that it writes, "" for its output. With `lacks_line_ends`, plain text tells where lines end."""

    arguments: tuple[str, ...]
    read: Callable[[bytes, str], Extract | None]
    written: str = ""
    lacks_line_ends: bool = False


_PLAIN = _Form(("-w", "0", "-m", "UTF-8.txt"), extract_text)  # of antiword
_FORMS = {
    "soffice": (
        _Form(
            ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--convert-to", "odt", "--outdir", "."),
            extract_opendocument,
            "file.odt",
        ),
    ),
    "antiword": (
        _Form(("-x", "db"), _docbook, lacks_line_ends=True),
        _PLAIN,
    ),
    "catdoc": (_Form(("-w", "-d", "utf-8"), extract_text),),
}


def _installed() -> list[_Converter]:
    """The converters that are there, the best first."""
    offices = [found for program in _OFFICE if (found := shutil.which(program))]
    offices += [place for place in _USUAL_PLACES if os.access(place, os.X_OK)]
    others = [(program, found) for program in ("antiword", "catdoc") if (found := shutil.which(program))]
    return [_Converter(name, found) for name, found in [*(("soffice", one) for one in offices[:1]), *others]]


def _made(converter: _Converter, form: _Form, source: Path, name: str) -> bytes:
    """What the converter makes of a file in a folder of its own; b"" where it makes nothing."""
    folder = source.parent
    home = folder / "home"
    command = [converter.program, *form.arguments, source.name]
    if converter.name == "soffice":
        (home / "user").mkdir(parents=True)
        (home / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        command.insert(1, f"-env:UserInstallation={home.as_uri()}")
    output = folder / "output"
    with output.open("wb") as stream:
        _run(command, folder, stream.fileno(), name)
    made = folder / form.written if form.written else output
    if not made.exists():
        return b""
    if made.stat().st_size > _LARGEST_TEXT:
        raise DocumentError(f"{name} holds too much text: split it and add the parts.")
    return made.read_bytes()


def _run(command: list[str], folder: Path, output: int, name: str) -> None:
    """Run the converter in an empty home, without a shell, and end it with all that it started where it is late."""
    kept = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "SystemRoot", "LANG")
    environment = {key: os.environ[key] for key in kept if key in os.environ}
    environment |= {one: str(folder) for one in ("HOME", "TMPDIR", "TMP", "TEMP", "USERPROFILE", "APPDATA")}
    environment["LC_ALL"] = "C.UTF-8"
    try:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
        )  # fmt: skip
    except OSError as error:
        raise DocumentError(
            f"{name} cannot be read, since {Path(command[0]).name} cannot be started ({reason_of(error)}): install it "
            "again, or save the file as .docx."
        ) from error
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            f"{name} takes more than {SECONDS} s to be converted: save it as .docx, or split it."
        ) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the converter and what it has started."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(OSError):
        process.kill()
    process.wait()
