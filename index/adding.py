"""Files into a collection: what is new, changed, moved, gone or cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from index.changes import Changes, RejectedFile, RenamedFile, UnreadablePages
from index.encoder import Encoder
from index.errors import DocumentError
from index.formats import is_current
from index.indexing import is_full, prepare, without_vectors
from index.loaders import FileContent, FoundFiles, document_id, find_files, holder_of, is_gone, read_file
from index.parsing import ParsedFile, ParsingAhead
from index.records import Document, DocumentSummary
from index.selection import inside_of
from index.storage import Storage
from index.storage_rows import PreparedDocument

FileProgress = Callable[[int, int, str], None]  # files done, files in all, the file at hand


@runtime_checkable
class PageProgress(Protocol):
    """What a `FileProgress` may be as well: it is told of files whose pages take long, as scans do."""

    def pages(self, file: str, done: int, total: int) -> None:
        """So many pages of a file are read, of so many. Other threads call it, also while the next file is at hand."""


class Preparation(Protocol):
    """The way from files to what is stored of them: on this machine (`add_files`) or on several (`index.bulk`)."""

    def begin(self, path: Path, content: FileContent) -> None:
        """Parse the content of the file at `path` as soon as that can be done."""

    def finished(self, *, last: bool = False) -> Iterator[ParsedFile]:
        """Files that are parsed and not yet told; where the `last` one has begun, all of them."""

    def prepare(self, documents: Sequence[Document]) -> Iterable[PreparedDocument]:
        """What is stored of documents of files that were told."""


def add_files(
    storage: Storage, encoder: Encoder | None, paths: Iterable[str | Path], progress: FileProgress | None = None
) -> Changes:
    """Bring what is stored of these files and folders up to date; see `Collection.add`. Without an encoder, the vectors
    are left to be made later."""
    with ParsingAhead(progress.pages if isinstance(progress, PageProgress) else None) as ahead:
        here = _PreparedHere(storage, encoder, ahead)
        return add_prepared(storage, here, find_files(paths), progress, one_by_one=encoder is None)


def add_prepared(
    storage: Storage,
    preparation: Preparation,
    found: FoundFiles,
    progress: FileProgress | None = None,
    *,
    one_by_one: bool = False,
) -> Changes:
    """Bring what is stored of these files up to date; `one_by_one` stores each of them as soon as it is parsed, else
    some are prepared and stored together."""
    run = _Run(storage, preparation, one_by_one)
    for number, path in enumerate(found.files):
        if progress:
            progress(number, len(found.files), str(path))
        try:
            run.take(path)
        except DocumentError as error:
            run.refused.append(RejectedFile(str(path), str(error)))
        run.take_parsed()
    run.take_parsed(last=True)
    run.store()
    if progress:
        progress(len(found.files), len(found.files), "")
    removed = run.remove_gone(found.folders)
    run.note_left_out(found)
    order = {str(path): number for number, path in enumerate(found.files)}
    return Changes(
        added=tuple(run.added),
        updated=tuple(run.updated),
        unchanged=tuple(run.unchanged),
        reread=tuple(run.reread),
        refused=(*found.unlisted, *sorted(run.refused, key=lambda one: order[one.source])),
        renamed=tuple(run.renamed),
        removed=removed,
        passed_over=tuple(map(str, found.passed_over)),
        unreadable=tuple(UnreadablePages(path, run.unreadable[path]) for path in order if run.unreadable.get(path)),
        left_out=tuple(one for path in order for one in run.left_out.get(path, ())),
    )


class _PreparedHere:
    """Files parsed in other processes of this machine, and embedded in this one unless that is left for later."""

    def __init__(self, storage: Storage, encoder: Encoder | None, ahead: ParsingAhead) -> None:
        self._storage, self._encoder = storage, encoder
        self.begin, self.finished = ahead.begin, ahead.finished

    def prepare(self, documents: Sequence[Document]) -> Iterable[PreparedDocument]:
        if self._encoder is None:
            return map(without_vectors, documents)
        return prepare(documents, self._encoder, self._storage.vectors_by_view(one.id for one in documents))


class _Run:
    """One call of `add_prepared`: what it knows, and what it has done so far."""

    def __init__(self, storage: Storage, preparation: Preparation, one_by_one: bool) -> None:
        self._storage, self._preparation, self._one_by_one = storage, preparation, one_by_one
        self._batch: list[Document] = []
        self._known: set[Path] = set()  # files of which an earlier state is stored
        self._outdated: set[Path] = set()  # files that are as they were, and that an earlier release read
        self.added: list[str] = []
        self.updated: list[str] = []
        self.unchanged: list[str] = []
        self.reread: list[str] = []
        self.refused: list[RejectedFile] = []
        self.renamed: list[RenamedFile] = []
        self.unreadable: dict[str, tuple[int, ...]] = {}  # pages, by the file
        self.left_out: dict[str, tuple[RejectedFile, ...]] = {}  # files inside, by the file
        self._remembered = storage.left_out()  # before this call

    def take(self, path: Path) -> None:
        """Do what the file wants, or begin to parse it (see `take_parsed`). Raises DocumentError."""
        content = read_file(path)
        known = next(iter(self._storage.summaries_named(document_id(str(path)))), None)
        same = known if known and known.sha256 == content.sha256 else None
        moved = None if known else self._moved(content)
        if same:
            self._note_unchanged(path, same, content)
        elif moved:
            self._follow(moved, path, content)
        elif known:
            self._known.add(path)
        stored = same or moved
        if stored and is_current(stored.extraction, bool(stored.unreadable)):
            return
        if stored:
            self._outdated.add(path)
        self._preparation.begin(path, content)

    def take_parsed(self, *, last: bool = False) -> None:
        """Do what parsed files want (see `Preparation.finished`); what is prepared with others waits for them."""
        for parsed in self._preparation.finished(last=last):
            path, loaded = parsed.path, parsed.loaded
            if loaded is None:
                self.refused.append(RejectedFile(str(path), parsed.reason))
                continue
            self._note_pages(path, loaded.document.unreadable)
            if loaded.left_out:
                self.left_out[str(path)] = loaded.left_out
            self._batch.append(loaded.document)
            known = self.updated if path in self._known else self.added
            (self.reread if path in self._outdated else known).append(str(path))
            if self._one_by_one or is_full(self._batch):
                self.store()

    def store(self) -> None:
        """Prepare and store what waits."""
        if self._batch:
            # First: a process that ends in between reads these files again, and else would not tell it again.
            for document in self._batch:
                self._note_inside(document.source, document.source)
            self._storage.put(self._preparation.prepare(self._batch))
            self._batch = []

    def _note_unchanged(self, path: Path, known: DocumentSummary, content: FileContent) -> None:
        if known.modified_ns != content.modified_ns:  # written again with the same bytes
            self._storage.rename(known.id, _renamed(known, path, content))
        self._note_pages(path, known.unreadable)
        if inside := inside_of(str(path), self._remembered):
            self.left_out[str(path)] = inside
        self.unchanged.append(str(path))

    def _moved(self, content: FileContent) -> DocumentSummary | None:
        """The document of a file with the same content that is gone from its place."""
        same = self._storage.summaries_with(content.sha256)
        return next((one for one in same if is_gone(one.source)), None)

    def _follow(self, moved: DocumentSummary, path: Path, content: FileContent) -> None:
        self._storage.rename(moved.id, _renamed(moved, path, content))
        self._note_pages(path, moved.unreadable)
        self.left_out[str(path)] = tuple(
            replace(one, source=str(path) + one.source[len(moved.source) :])
            for one in inside_of(moved.source, self._remembered)
        )
        self._note_inside(str(path), moved.source)
        self.renamed.append(RenamedFile(moved.source, str(path)))

    def _note_pages(self, path: Path, pages: tuple[int, ...]) -> None:
        if pages:  # of a million files, most have none
            self.unreadable[str(path)] = pages

    def _note_inside(self, source: str, before: str) -> None:
        """Remember which files inside this one could not be read, in place of those inside the one `before`."""
        now, forgotten = self.left_out.get(source, ()), inside_of(before, self._remembered)
        if now != forgotten:
            self._storage.note_left_out(filter(_is_text, now), (one.source for one in forgotten))

    def remove_gone(self, folders: Sequence[Path]) -> tuple[str, ...]:
        """Remove the documents below these folders whose files are gone; their sources."""
        gone = [
            summary
            for folder in folders
            for summary in self._storage.summaries_below(str(folder))
            if is_gone(summary.source)
        ]
        if gone:
            self._storage.delete(summary.id for summary in gone)
        return tuple(dict.fromkeys(summary.source for summary in gone))

    def note_left_out(self, found: FoundFiles) -> None:
        """Remember the files that could not be read. What was remembered of these paths before is told anew, but for
        files inside others: what is told of these goes with what holds them."""
        looked_at = {str(file) for file in found.files}
        before = {
            one
            for one in self._storage.left_out()
            if (one.source in looked_at or any(Path(one.source).is_relative_to(folder) for folder in found.folders))
            and not holder_of(one.source)
        }
        now = set(filter(_is_text, self.refused))
        if now != before:
            self._storage.note_left_out(now, (one.source for one in before))


def _is_text(one: RejectedFile) -> bool:
    """Whether the name can be stored. One that cannot is told when the file is added, and not remembered."""
    try:
        one.source.encode()
    except UnicodeEncodeError:
        return False
    return True


def _renamed(known: DocumentSummary, path: Path, content: FileContent) -> DocumentSummary:
    """The document at its new place. A title that was the file's name follows it."""
    return replace(
        known,
        id=document_id(str(path)),
        title=path.stem if known.title == Path(known.source).stem else known.title,
        source=str(path),
        sha256=content.sha256,
        size=len(content.data),
        modified_ns=content.modified_ns,
    )
