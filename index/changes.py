"""What adding files to a collection did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file that could not be added, and the sentence that says why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class RenamedFile:
    """A file that lies at another place than when it was indexed."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class UnreadablePages:
    """The numbers, from 1, of the pages of a file whose text cannot be read, while that of others can."""

    source: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing did, by source: documents that were removed, files that could not be read and are forgotten, and
    the names that stand for neither."""

    removed: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What adding files did, by source. `reread` are files, unchanged or renamed, that an earlier release had read
    otherwise. `removed` are documents whose files are gone from a folder that was added, `passed_over` files in it of
    kinds that cannot be read. `unreadable` are pages of the files that were read, and `left_out` files inside them (as
    in an archive) that could not be; of unchanged ones as well: a run that is repeated says it again."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    reread: tuple[str, ...] = ()
    refused: tuple[RejectedFile, ...] = ()
    renamed: tuple[RenamedFile, ...] = ()
    removed: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    unreadable: tuple[UnreadablePages, ...] = ()
    left_out: tuple[RejectedFile, ...] = ()
