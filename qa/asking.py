"""`ask`: one call from a question and some documents to an answer."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from index.collection import Collection, Progress
from index.encoder import DEFAULT_ENCODER, Encoder, export_folder, open_encoder
from index.errors import DocumentError
from index.home import home
from index.loaders import find_files, place_of
from qa.answer import Answer
from qa.answerer import PASSAGES_READ, Answerer, Threshold, check_question
from qa.reader import OnnxReader, reader_folder

Documents = str | Path | Iterable[str | Path] | Collection
SEEDS = Path(__file__).parent.parent / "seeds"


@dataclass(slots=True)
class _Opened:
    """A collection kept for a set of paths, with the state of the files when it was last brought up to date."""

    collection: Collection
    stamps: tuple[tuple[str, int, int], ...] | None = None


_lock = threading.RLock()
_collections: dict[str, _Opened] = {}
_encoders: dict[Path, Encoder] = {}
_readers: dict[Path, OnnxReader] = {}
MOST_COLLECTIONS = 32  # kept open; those asked longest ago are opened again when they are wanted


def ask(
    question: str,
    documents: Documents | None = None,
    *,
    encoder: str | None = None,
    reader: str | Path | None = None,
    threshold: Threshold | None = None,
    passages: int = PASSAGES_READ,
    progress: Progress | None = None,
) -> Answer:
    """Answer `question` from `documents` by quoting them.

    `documents` may be a file, a folder, several of them, or an open Collection; by default it is the article
    that comes with Quotewise. Files are indexed on first use and again when they change; what was opened is kept.
    `encoder` and `reader` name other models, `threshold` is the least confidence at which an answer is given, or
    "careful" for few wrong ones, `passages` how many passages are read. Raises QuotewiseError, with one sentence,
    for what the caller can mend.
    """
    check_question(question)
    collection = documents if isinstance(documents, Collection) else open_documents(documents, encoder, progress)
    return Answerer(collection, _reader(reader), threshold=threshold, passages=passages).ask(question)


def seed_files() -> list[Path]:
    """The documents that come with Quotewise."""
    return sorted(SEEDS.glob("*.txt"))


def open_documents(
    documents: str | Path | Iterable[str | Path] | None,
    encoder: str | None = None,
    progress: Progress | None = None,
    report: Callable[[str], None] | None = None,
) -> Collection:
    """The collection kept for just these files and folders, brought up to date with them.

    `progress` is told of each file, `report` when the encoder must first be prepared.
    """
    if documents is None:
        paths: list[str | Path] = list(seed_files())
    else:
        paths = [documents] if isinstance(documents, str | Path) else list(documents)
    if not paths:
        raise DocumentError("No documents were given: name at least one file or folder.")
    places = sorted(str(place_of(path)) for path in paths)
    name = encoder or DEFAULT_ENCODER
    exported = export_folder(name)
    key = hashlib.sha256("\n".join([exported.name, *places]).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    with _lock:
        opened = _collections.pop(key, None)
        if opened is None:
            if exported not in _encoders:
                _encoders[exported] = open_encoder(name, report)
            opened = _Opened(Collection(home() / "opened" / key, _encoders[exported]))
        _collections[key] = opened  # behind all others
        while len(_collections) > MOST_COLLECTIONS:  # not closed: another thread may be asking it
            del _collections[next(iter(_collections))]
        _bring_up_to_date(opened, paths, progress)
        return opened.collection


def _bring_up_to_date(opened: _Opened, paths: list[str | Path], progress: Progress | None) -> None:
    """Index what is new or changed below `paths` and drop what is gone from there."""
    files = find_files(paths)
    stamps = tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files)
    if stamps == opened.stamps:
        return
    opened.stamps = None  # until all went well
    changes = opened.collection.add(files, progress)
    present = {str(file) for file in files} - {refusal.source for refusal in changes.refused}
    for summary in opened.collection.documents():
        if summary.source not in present:
            opened.collection.remove(summary.source)
    named = {str(place_of(path)) for path in paths}
    for refusal in changes.refused:
        # A bad file among a folder's others is passed over; one that was named, or is all there is, is not.
        if refusal.source in named or not present:
            raise DocumentError(refusal.reason)
    if not files:
        raise DocumentError(f"There is no readable document in {', '.join(map(str, paths))}: name another folder.")
    opened.stamps = stamps


def _reader(name: str | Path | None) -> OnnxReader:
    with _lock:  # also while one is exported, so that no other thread does the same
        folder = reader_folder(name)
        if folder not in _readers:
            _readers[folder] = OnnxReader(folder)
        return _readers[folder]
