"""What becomes of real files: `python -m qa.evaluation.real_files DIR --output OUT`.

Every file below DIR of a kind that is read is extracted and split into passages, one after another, each in a process
of its own. Told are, by kind, how many are read and rejected and why, how long that takes and how much memory, and how
many words of a plain dump are missing. What is measured already is not measured again while neither the files nor the
code have changed.
"""

from __future__ import annotations

import hashlib
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import index
from index.errors import QuotewiseError
from index.formats import FORMATS
from index.loaders import find_files
from qa.command_line import CommandParser
from qa.edge import printable, run_command
from qa.evaluation.real_files_measure import ENDED, READ, REJECTED, TRACEBACK, FileFigures, figures_of, measure
from qa.lab.resumable import journal_path, work_through

SLOW_SECONDS, LARGE_MEGABYTES = 10.0, 500.0  # no file may need more
FEWEST_WORDS = 50  # a file's share of missing words counts from so many words on
WORST = 15  # files listed by missing words
KINDS = {".text": ".txt", ".markdown": ".md", ".htm": ".html"}


class NoFilesError(QuotewiseError):
    """There is nothing to measure."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit code is 0, or 1 where a file fails or needs too much."""
    made = CommandParser(prog="python -m qa.evaluation.real_files", description=__doc__)
    made.add_argument("folder", type=Path, metavar="DIR", help="folder with real files, outside the repository")
    made.add_argument("--output", type=Path, required=True, metavar="OUT", help="folder for the figures of each file")
    made.add_argument(
        "--kind",
        choices=sorted({KINDS.get(one, one)[1:] for one in FORMATS}),
        metavar="KIND",
        help="only files of this kind, such as pdf",
    )
    options = made.parse_args(arguments)
    return run_command(lambda: run(options.folder, options.output, options.kind))


def run(folder: Path, output: Path, kind: str | None = None) -> int:
    """Measure the files and print what was found; returns the exit code."""
    folder = folder.resolve()
    files = [path for path in find_files([folder]).files if kind in (None, _kind(str(path))[1:])]
    if not files:
        raise NoFilesError(f"{folder} has no files that can be read: name a folder that has.")
    paths = [str(path.relative_to(folder)) for path in files]
    listed = "\n".join(f"{path} {file.stat().st_size}" for path, file in zip(paths, files, strict=True))
    origin = {"folder": str(folder), "files": _digest(listed), "code": _digest(_code())}
    journal = journal_path(output, "files", origin)
    lines = work_through(journal, origin, paths, lambda path: measure(folder, path), "files")
    figures = [figures_of(line) for line in lines]
    print("\n".join(report(figures)))
    failed = [one for one in figures if one.outcome in (TRACEBACK, ENDED)]
    return 1 if failed or any(map(_needs_too_much, figures)) else 0


def report(figures: Sequence[FileFigures]) -> list[str]:
    """The lines of the report: each kind's figures, then what failed, what was rejected, what lacks most words."""
    by_kind: dict[str, list[FileFigures]] = defaultdict(list)
    for one in figures:
        by_kind[_kind(one.path)].append(one)
    lines = [
        "kind  files  read rejected traceback ended | s: median 95% worst | MB: median 95% worst | "
        "ms per 1,000 characters | words missing from the text: median 95% worst | from the passages: median 95% worst"
        " | words beside the dump's"
    ]
    lines += [_kind_line(kind, some) for kind, some in sorted([*by_kind.items(), ("all", list(figures))])]
    lines += _listed("Failed", [one for one in figures if one.outcome in (TRACEBACK, ENDED)], _reason)
    lines += _listed(f"Over {SLOW_SECONDS:.0f} s or {LARGE_MEGABYTES:.0f} MB", filter(_needs_too_much, figures), _needs)
    lines += _listed("Rejected", [one for one in figures if one.outcome == REJECTED], _reason)
    for kind, some in sorted(by_kind.items()):
        slowest = sorted(some, key=lambda one: -one.seconds)[:3]
        largest = sorted(some, key=lambda one: -one.megabytes)[:3]
        lines += _listed(f"Slowest and largest {kind}", dict.fromkeys([*slowest, *largest]), _needs)
        lacking = sorted(filter(_counts, some), key=lambda one: -_share(one.missing, one))[:WORST]
        lines += _listed(f"Most words missing, {kind}", (one for one in lacking if one.missing), _lack)
        fuller = sorted(filter(_counts, some), key=lambda one: -_share(one.added, one))[:WORST]
        lines += _listed(f"Most words beside the dump's, {kind}", (one for one in fuller if one.added), _more)
    return lines


def _kind(path: str) -> str:
    suffix = Path(path).suffix.lower()
    return KINDS.get(suffix, suffix)


def _kind_line(kind: str, some: Sequence[FileFigures]) -> str:
    read = [one for one in some if one.outcome == READ]
    counts = " ".join(
        f"{sum(one.outcome == outcome for one in some):7}" for outcome in (READ, REJECTED, TRACEBACK, ENDED)
    )
    characters = sum(one.characters for one in read)
    pace = 1e6 * sum(one.seconds for one in read) / characters if characters else 0.0
    counted = [one for one in read if _counts(one)]
    missing, unread = ([_share(getattr(one, what), one) for one in counted] for what in ("missing", "unread"))
    added = sum(one.added for one in counted) / sum(one.dump_words for one in counted) if counted else 0.0
    return (
        f"{kind:5} {len(some):5} {counts} | {_spread([one.seconds for one in read], '.3f')} | "
        f"{_spread([one.megabytes for one in read], '.1f')} | {pace:.2f} | {_spread(missing, '.2%')} | "
        f"{_spread(unread, '.2%')} | {added:.2%}"
    )


def _spread(values: Sequence[float], form: str) -> str:
    """Median, 95th percentile and worst."""
    if not values:
        return "-"
    ordered = sorted(values)
    return " ".join(
        format(one, form) for one in (median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1])
    )


def _counts(one: FileFigures) -> bool:
    return one.outcome == READ and one.dump_words >= FEWEST_WORDS


def _share(words: int, one: FileFigures) -> float:
    return words / one.dump_words


def _needs_too_much(one: FileFigures) -> bool:
    return one.seconds > SLOW_SECONDS or one.megabytes > LARGE_MEGABYTES


def _listed(title: str, some: object, tell: Callable[[FileFigures], str]) -> list[str]:
    found = [f"  {one.path}: {printable(tell(one))}" for one in some]  # type: ignore[attr-defined]
    return ["", f"{title}: {len(found)}", *found] if found else []


def _reason(one: FileFigures) -> str:
    return f"{one.reason} A plain dump has {one.dump_words:,} words." if one.dump_words > 0 else one.reason


def _needs(one: FileFigures) -> str:
    return f"{one.seconds:.2f} s, {one.megabytes:.0f} MB for {one.bytes:,} bytes, {one.characters:,} characters"


def _lack(one: FileFigures) -> str:
    return f"{_share(one.missing, one):.1%} of {one.dump_words:,}, such as {', '.join(one.examples)}"


def _more(one: FileFigures) -> str:
    return f"{_share(one.added, one):.1%} of {one.dump_words:,}, such as {', '.join(one.beside)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _code() -> str:
    """What reads and splits the files; figures of another state of it are other figures."""
    room = Path(str(index.__file__)).parent
    return "\n".join(path.read_text("utf-8") for path in sorted(room.rglob("*.py")))


if __name__ == "__main__":
    sys.exit(main())
