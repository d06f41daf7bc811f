"""Large files in parts that a narrow way lets through, put together again behind it: `python -m qa.training.parts`."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.files import replace_file, replaced_file
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.training.errors import TrainingError

PART_BYTES = 15 * 2**20
MANIFEST = ".parts.json"  # ending of the file that lists a file's parts


@dataclass(frozen=True, slots=True)
class PartList:
    """The parts of a file in order, with their hashes, and the hash of the whole."""

    name: str
    sha256: str
    parts: tuple[tuple[str, str], ...]


def split_file(path: Path, folder: Path, size: int = PART_BYTES) -> list[Path]:
    """Write the file in parts of at most `size` bytes, and the list of them, to the folder. Returns what was written,
    the list last: where it is, all parts are."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = hashlib.sha256()
    found: list[tuple[str, str]] = []
    written: list[Path] = []
    with open(path, "rb") as file:
        while block := file.read(size):
            part = folder / f"{path.name}.{len(found):03d}"
            replace_file(part, block)
            whole.update(block)
            found.append((part.name, hashlib.sha256(block).hexdigest()))
            written.append(part)
    listed = folder / (path.name + MANIFEST)
    replace_file(listed, json.dumps(asdict(PartList(path.name, whole.hexdigest(), tuple(found))), indent=1))
    return [*written, listed]


def join_file(listed: Path, target: Path) -> Path:
    """Put the parts beside their list together as a file of the folder `target`, and return it.

    Raises TrainingError where a part is missing or damaged.
    """
    fields = PartList(**json.loads(listed.read_text("utf-8")))
    whole = hashlib.sha256()
    target.mkdir(parents=True, exist_ok=True)
    with replaced_file(target / fields.name) as temporary:
        with open(temporary, "wb") as file:
            for name, expected in fields.parts:
                part = listed.with_name(name)
                block = part.read_bytes() if part.exists() else b""
                if hashlib.sha256(block).hexdigest() != expected:
                    raise TrainingError(f"{part} is {'damaged' if block else 'missing'}: carry it there again.")
                whole.update(block)
                file.write(block)
        if whole.hexdigest() != fields.sha256:
            raise TrainingError(f"{fields.name} is not what it was: carry all its parts again.")
    return target / fields.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Split files, or join all that a folder has parts of."""
    made = CommandParser(prog="python -m qa.training.parts", description=__doc__)
    made.add_argument("what", choices=["split", "join"])
    made.add_argument("paths", type=Path, nargs="+", help="files to split, or folders that hold parts")
    made.add_argument("--to", type=Path, required=True, help="the folder to write to")
    made.add_argument("--bytes", type=int, default=PART_BYTES, help="the most bytes of a part")
    options = made.parse_args(arguments)

    def act() -> int:
        for path in options.paths:
            if options.what == "split":
                print(*split_file(path, options.to, options.bytes), sep="\n")
            else:
                print(*[join_file(listed, options.to) for listed in sorted(path.glob(f"*{MANIFEST}"))], sep="\n")
        return 0

    return run_command(act)


if __name__ == "__main__":
    sys.exit(main())
