"""What a reader's scores mean over a person's own documents, as measured on their own labelled questions.

It is noted with the documents, for each reader apart, and takes the place of what comes with the reader.
"""

from __future__ import annotations

from index.collection import Collection
from index.errors import CollectionError
from qa.confidence import Calibration, from_json, to_json
from qa.reading.reader import Reader
from qa.source import Source


def own_calibration(source: Source, reader: Reader) -> Calibration | None:
    """The calibration noted with these documents for this reader; None where there is none, or it is of another version
    and means something else. Raises CollectionError for a damaged one."""
    noted = source.note(_name(reader))
    if noted is None:
        return None
    try:
        return from_json(noted)
    except ValueError as error:
        raise CollectionError(
            "What was measured of the reader over these documents is damaged: measure it again with 'quotewise "
            "calibrate FILE', or forget it with 'quotewise calibrate --forget'."
        ) from error


def keep_calibration(collection: Collection, reader: Reader, calibration: Calibration | None) -> None:
    """Note the calibration with the collection's documents; None forgets the one that is there."""
    collection.set_note(_name(reader), None if calibration is None else to_json(calibration))


def _name(reader: Reader) -> str:
    return f"calibration {reader.fingerprint}"
