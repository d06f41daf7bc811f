"""What is done to a collection while its process is killed, and what must hold after that and once it is repeated."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from collections.abc import Collection as Numbers
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.checksums import COLUMNS
from index.collection import DATABASE, Collection
from index.files import UPLOADS
from index.loaders import has_changed
from index.records import Document
from index.repairing import repair
from index.storage_check import storage_faults
from index.uploads import add_uploads
from index.vectors.faiss_store import LEAST_SEGMENT
from qa.evaluation.robustness.stand_ins import WordEncoder, paper, write_papers

PAPERS = 8
NEW = range(PAPERS, PAPERS + 3)  # papers that some operations add
GIVEN = (2, *NEW)  # papers that are handed over, the first of them in place of an earlier one


def undamaged(folder: Path) -> None:
    """Raise AssertionError where the collection is damaged."""
    faults = storage_faults(folder / "c" / DATABASE)
    assert not faults, f"wrong: damaged, {faults}"


def nothing(*_: object) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is done to a folder: `prepare` makes the state before, `act` changes it and can be repeated.

    `check` raises AssertionError where something is lost, wrong or damaged after a kill, and `finished` where it is so
    after `act` was repeated. `act` takes at most about `seconds`. `load` imports what it needs, once for all runs.
    """

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    check: Callable[[Path], None]
    finished: Callable[[Path], None] = undamaged
    seconds: float = 0.1
    load: Callable[[], None] = nothing


def opened(folder: Path) -> Collection:
    """The collection in the folder of an operation."""
    return Collection(folder / "c", WordEncoder())


def check_papers(folder: Path, versions: Numbers[int] = (0,), may_miss: Numbers[int] = NEW) -> None:
    """Raise AssertionError where a paper is missing, in none of the versions, or not found by words or vector."""
    with opened(folder) as collection:
        there = {one.source.rpartition("/")[2]: one for one in collection.documents()}
        for number in range(NEW.stop):
            known = there.get(f"paper-{number}.txt")
            if known is None:
                assert number in may_miss, f"lost: paper {number}"
                continue
            text = collection.document(known.id).text
            assert text in {paper(number, version) for version in versions}, f"wrong: paper {number}"
            line = text.splitlines()[0]
            waits = collection.pending([known.id])  # then it is found by its words until the next run
            for search in (collection.search_keywords, *(() if waits else (collection.search_dense,))):
                hits = search(line, 20)
                assert known.id in {hit.passage.document_id for hit in hits}, f"lost: paper {number} is not found"


def _checked(versions: Numbers[int] = (0,), may_miss: Numbers[int] = NEW) -> Callable[[Path], None]:
    def check(folder: Path) -> None:
        undamaged(folder)
        check_papers(folder, versions, may_miss)

    return check


def _prepared(folder: Path) -> None:
    write_papers(folder / "papers", range(PAPERS))
    _add(folder)


def _add(folder: Path) -> None:
    with opened(folder) as collection:
        collection.add([folder / "papers"])


def _add_new(folder: Path) -> None:
    write_papers(folder / "papers", NEW)
    _add(folder)


def _update(folder: Path) -> None:
    write_papers(folder / "papers", range(0, PAPERS, 2), 1)
    _add(folder)


def _add_in_two_steps(folder: Path) -> None:
    write_papers(folder / "papers", NEW)
    _in_two_steps(folder)


def _update_in_two_steps(folder: Path) -> None:
    write_papers(folder / "papers", range(0, PAPERS, 2), 1)
    _in_two_steps(folder)


def _in_two_steps(folder: Path) -> None:
    """Add the text first and then, searching meanwhile, the vectors."""
    with opened(folder) as collection:
        collection.add([folder / "papers"], text_first=True)
        while collection.encode_pending():
            collection.search_dense("boat", 3)
        assert not collection.pending(), "wrong: vectors are missing"


def _remove(folder: Path) -> None:
    with opened(folder) as collection:
        collection.remove("paper-0.txt", "paper-3.txt", "paper-5.txt")


def _many(folder: Path) -> None:
    """A file of vectors, and enough vectors behind it to be worth another one, which is merged with the first."""
    _prepared(folder)
    facts = "0" * 64, "Boats lie at berths.\n"
    with opened(folder) as collection:
        for first in (0, LEAST_SEGMENT):
            numbers = range(first, first + LEAST_SEGMENT)
            collection.put(Document(f"b{i}", f"Boat {i}", f"boat-{i}", *facts) for i in numbers)
            if not first:
                collection.search_dense("boat", 1)


def _merge(folder: Path) -> None:
    with opened(folder) as collection:
        collection.search_dense("boat", 1)


def _of_format_5(folder: Path) -> None:
    _prepared(folder)
    with closing(sqlite3.connect(folder / "c" / DATABASE)) as connection, connection:
        for table in COLUMNS:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN checksum")
        connection.execute("ALTER TABLE documents DROP COLUMN digest")
        connection.execute("DROP TABLE pending")
        connection.execute("UPDATE meta SET value = '5' WHERE key = 'format_version'")


def _open(folder: Path) -> None:
    opened(folder).close()


def _damaged(folder: Path) -> None:
    _prepared(folder)
    with closing(sqlite3.connect(folder / "c" / DATABASE)) as connection, connection:
        connection.execute("UPDATE texts SET text = text || 'x' WHERE rowid = 2")


def _mend(folder: Path) -> None:
    repair(folder / "c", (), WordEncoder())


def _mend_and_check(folder: Path) -> None:
    _mend(folder)
    check_papers(folder)


def _handed_over_before(folder: Path) -> None:
    """A collection in which one paper was handed over in version 0; version 1 of it, and new ones, are to be."""
    write_papers(folder / "papers", [number for number in range(PAPERS) if number != GIVEN[0]])
    _add(folder)
    write_papers(folder / "given", GIVEN[:1])
    _hand_over(folder)
    write_papers(folder / "given", GIVEN, 1)


def _hand_over(folder: Path) -> None:
    with opened(folder) as collection:
        changes = add_uploads(lambda: collection, sorted((folder / "given").iterdir()))
        assert not changes.refused, f"wrong: {changes.refused}"


def _check_uploads(folder: Path, versions: Numbers[int] = (0, 1), may_miss: Numbers[int] = NEW) -> None:
    """Each upload's copy is whole, and one whose copy is not what is stored is known to be another one."""
    check_papers(folder, (0, 1), may_miss)
    undamaged(folder)
    kept = folder / "c" / UPLOADS
    copies = {number: kept / f"paper-{number}.txt" for number in GIVEN}
    for number, copy in copies.items():
        if copy.exists():
            text = copy.read_text("utf-8")
            assert text in {paper(number, version) for version in versions}, f"lost: the copy of paper {number}"
    with opened(folder) as collection:
        for one in collection.documents():
            if Path(one.source).parent.name != UPLOADS:
                continue
            document, copy = collection.document(one.id), kept / Path(one.source).name
            assert copy.exists(), f"lost: the copy of {one.title}"
            same = copy.read_text("utf-8") == document.text
            assert same or has_changed(document), f"wrong: {one.title} is taken for its copy"


def _uploaded(folder: Path) -> None:
    _check_uploads(folder, (1,), ())


UPDATED = _checked((0, 1))
OPERATIONS = (
    Operation("adding", _prepared, _add_new, _checked()),
    Operation("updating", _prepared, _update, UPDATED),
    Operation("adding in two steps", _prepared, _add_in_two_steps, _checked()),
    Operation("updating in two steps", _prepared, _update_in_two_steps, UPDATED),
    Operation("removing", _prepared, _remove, _checked(may_miss=(0, 3, 5, *NEW))),
    Operation("merging", _many, _merge, _checked()),
    Operation("migrating", _of_format_5, _open, check_papers),
    Operation("mending", _damaged, _mend, _mend_and_check),
    Operation("uploading", _handed_over_before, _hand_over, _check_uploads, _uploaded),
)
