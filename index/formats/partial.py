"""What a file yields that holds other files, some of which cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, fields

from index.changes import RejectedFile
from index.formats.extract import Extract


@dataclass(frozen=True, slots=True)
class PartialExtract(Extract):
    """An Extract that holds all but `left_out`: files inside, by their paths there, with the reason."""

    left_out: tuple[RejectedFile, ...] = ()

    @classmethod
    def of(cls, extract: Extract, left_out: tuple[RejectedFile, ...]) -> PartialExtract:
        """An extract without the files that are left out."""
        return cls(**{one.name: getattr(extract, one.name) for one in fields(Extract)}, left_out=left_out)


def left_out_of(extract: Extract) -> tuple[RejectedFile, ...]:
    """The files inside that an extract does not hold."""
    return extract.left_out if isinstance(extract, PartialExtract) else ()
