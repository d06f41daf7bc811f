"""A collection is checked and, where it is damaged, made anew: what is intact is kept, the rest is read again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from index.adding import add_files
from index.changes import RejectedFile
from index.checksums import heed_interrupt
from index.collection import DATABASE, usable_folder
from index.encoder import Encoder, EncoderCard
from index.encoder_catalog import DEFAULT_ENCODER, export_folder, open_encoder
from index.errors import CollectionError, DamageError, DocumentError, ModelError, reason_of
from index.files import move_into_place, temporary_folder
from index.hashes import compare_again
from index.indexing import prepare
from index.loaders import is_gone
from index.storage import Storage
from index.storage_check import Damage, storage_faults
from index.storage_salvage import Remains, Salvage
from index.vectors.caught_up import FOLDER, RECEIPT
from index.vectors.faiss_store import damaged_files
from index.vectors.segments import FILES

KEPT = DATABASE + ".damaged"  # where the damaged file is kept if not all of it could be mended


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done about a damaged collection, by source: documents that were read again from their files, that were
    made again from their stored text since the file is gone, and that are lost, with the reason. Where it is not
    `complete`, it could not be read of all documents which they were: their files must be indexed again."""

    from_files: tuple[str, ...] = ()
    from_texts: tuple[str, ...] = ()
    lost: tuple[RejectedFile, ...] = ()
    complete: bool = True


def check(folder: str | Path) -> list[Damage]:
    """What of the collection in the folder is not as it was stored: of its database, of the files of its vectors and of
    the encoder that made them. Everything is read once.

    Raises CollectionError where there is no collection.
    """
    place = usable_folder(folder, create=False)
    faults = storage_faults(place / DATABASE)
    salvage = Salvage(place / DATABASE)
    try:
        with suppress(DamageError):  # told already
            if receipt := salvage.fact(RECEIPT):
                names = damaged_files(place / FOLDER, receipt)
                faults += [Damage(f"the file {FOLDER}/{name} is damaged") for name in names]
        try:
            name = _name(_stored_card(salvage))
            compare_again(export_folder(name))
            open_encoder(name)
        except ModelError as error:
            faults.append(Damage(f"its encoder cannot be used ({str(error).rstrip('.')})"))
    finally:
        salvage.close()
    return faults


def count_waiting(folder: str | Path) -> int:
    """How many passages of the collection in the folder are sound and still without a vector; see
    `Collection.pending`. Raises CollectionError where there is no collection."""
    storage = Storage(usable_folder(folder, create=False) / DATABASE)
    try:
        return storage.pending()
    finally:
        storage.close()


def repair(folder: str | Path, others: Iterable[Path] = (), encoder: Encoder | None = None) -> Repair:
    """Make the collection in the folder anew and put it in place of the damaged one, in one step.

    Documents that are intact are kept as they are. Others are read again from their files, or made again from their
    text where that is intact and the file is gone; where nothing can be read of which documents there were, `others`
    are added. `encoder` is the one that made it, if it is open. Raises CollectionError where there is no collection, or
    nothing can be written.
    """
    place = usable_folder(folder, create=False)
    try:
        with _alone(place / DATABASE), temporary_folder(place / "repair") as temporary:
            salvage = Salvage(place / DATABASE)
            try:
                used = encoder or _usable_encoder(_name(_stored_card(salvage)))
                done = _made_anew(salvage, used, temporary / DATABASE, others)
            finally:
                salvage.close()
            _put_in_place(temporary / DATABASE, place / DATABASE, keep=bool(done.lost) or not done.complete)
    except (OSError, sqlite3.Error) as error:
        heed_interrupt()
        raise CollectionError(
            f"The collection {place} cannot be mended ({reason_of(error)}): see to the disk."
        ) from error
    return done


def _put_in_place(new: Path, old: Path, *, keep: bool) -> None:
    if keep:
        shutil.copyfile(old, old.with_name(KEPT))
    for left in ("-wal", "-shm"):  # SQLite would take them for those of the new file
        old.with_name(DATABASE + left).unlink(missing_ok=True)
    move_into_place(new, old)
    for file in (old.parent / FOLDER).glob(FILES):  # made again from the vectors in the database
        file.unlink(missing_ok=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other process writes the file meanwhile, if it can be locked at all; all changes are in it, and none in its
    log."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with suppress(sqlite3.DatabaseError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("BEGIN IMMEDIATE")
        yield


def _stored_card(salvage: Salvage) -> EncoderCard | None:
    """What is stored of the encoder, if it is intact."""
    try:
        stored = salvage.fact("encoder")
        return EncoderCard(**json.loads(stored)) if stored else None
    except (DamageError, ValueError, TypeError):
        return None


def _name(card: EncoderCard | None) -> str:
    return card.name if card else DEFAULT_ENCODER


def _usable_encoder(name: str) -> Encoder:
    """The encoder of this name; an export of it that is damaged is made again."""
    try:
        return open_encoder(name)
    except ModelError:
        shutil.rmtree(export_folder(name), ignore_errors=True)
        return open_encoder(name)


def _made_anew(salvage: Salvage, encoder: Encoder, path: Path, others: Iterable[Path]) -> Repair:
    """Write all that can be saved to a new file at `path`."""
    remains: list[Remains] = []
    storage = Storage(path)
    try:
        storage.set_meta("encoder", json.dumps(asdict(encoder.card)))
        complete = False
        with suppress(DamageError):  # it is no database at all
            card = _stored_card(salvage)
            # Vectors of an encoder that is not known say nothing.
            same = card is not None and card.fingerprint == encoder.card.fingerprint
            storage.take_over(list(salvage.sound_rows(remains, with_documents=same)))
            complete = salvage.is_complete
        if not remains and not storage.counts()[0]:
            add_files(storage, encoder, [path for path in others if path.exists()])
        return replace(_mended(storage, encoder, remains), complete=complete)
    finally:
        storage.close()


def _mended(storage: Storage, encoder: Encoder, remains: Sequence[Remains]) -> Repair:
    from_files, from_texts, lost = [], [], []
    for one in remains:
        reason = "its file is gone and its stored text is damaged"
        if one.source and not is_gone(one.source):
            try:
                refused = add_files(storage, encoder, [one.source]).refused
            except DocumentError as error:
                refused = (RejectedFile(one.source, str(error)),)
            if not refused:
                from_files.append(one.source)
                continue
            reason = refused[0].reason
        if one.document:
            storage.put(prepare([one.document], encoder))
            from_texts.append(one.source)
        else:
            lost.append(RejectedFile(one.source, reason))
    storage.note_left_out([one for one in lost if one.source], ())
    return Repair(tuple(from_files), tuple(from_texts), tuple(lost))
