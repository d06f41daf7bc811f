"""The log of a published collection in Milvus, and which collections are published there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.errors import CollectionError
from index.published.log import Publication, PublishedEntry, PublishedText
from index.vectors.milvus_server import MOST_FOUND, NUMBER, TEXT, Consistency, MilvusAddress, MilvusServer, Row
from index.vectors.milvus_store import position_of

DIRECTORY = "quotewise_published"  # the collection in Milvus with a row for each that is published
TOLD = {"name": TEXT, "vectors": TEXT, "documents": TEXT, "number": NUMBER, "stamp": TEXT, "format": NUMBER}
LOGGED = {"number": NUMBER, "document": TEXT, "part": NUMBER, "parts": NUMBER, "checksum": NUMBER, "data": TEXT}
LONGEST_PART = 60_000  # characters, in a column of 65,535 bytes
SENT_TOGETHER, READ_TOGETHER = 64, 128  # parts in a message
NO_VECTOR = [0.0, 0.0]  # Milvus 2.3 has no rows without one


class MilvusLog:
    """The log of the collection published at `name`; see PublishedLog."""

    def __init__(self, server: MilvusServer, name: str) -> None:
        self._server, self._name = server, name
        self._ready: set[str] = set()  # collections of the server that are known to be there, and in memory

    def publication(self, *, exact: bool) -> Publication | None:
        """What is told of it; see PublishedLog."""
        if not self._is_there(DIRECTORY):
            return None
        consistency: Consistency = "Strong" if exact else "Bounded"
        rows = self._server.query(DIRECTORY, f"name == {_quoted(self._name)}", list(TOLD), consistency)
        return _publication(rows[0]) if rows else None

    def entries(self, publication: Publication, after: int) -> list[PublishedEntry]:
        """The entries behind this number, in order; see PublishedLog."""
        found: list[PublishedEntry] = []
        if not self._is_there(publication.documents):
            return found
        for first in range(after + 1, publication.number + 1, MOST_FOUND):
            last = min(first + MOST_FOUND - 1, publication.number)
            own = f"part == 0 and number >= {first} and number <= {last}"
            columns = ["number", "document", "parts", "checksum"]
            rows = self._server.query(publication.documents, own, columns, "Strong")
            found += [PublishedEntry(row["number"], row["document"], row["parts"], row["checksum"]) for row in rows]
        return sorted(found, key=lambda one: one.number)

    def texts(
        self, publication: Publication, entries: Sequence[PublishedEntry]
    ) -> Iterator[tuple[PublishedEntry, str]]:
        """The entries with their texts; see PublishedLog."""
        waiting: list[PublishedEntry] = []
        for number, entry in enumerate(entries):
            waiting.append(entry)
            if number == len(entries) - 1 or sum(len(one.numbers()) for one in waiting) >= READ_TOGETHER:
                numbers = [number for one in waiting for number in one.numbers()]
                parts = self._parts(publication, numbers)
                for one in waiting:
                    yield one, "".join(parts[number] for number in one.numbers())
                waiting = []

    def _parts(self, publication: Publication, numbers: Sequence[int]) -> dict[int, str]:
        parts: dict[int, str] = {}
        for first in range(0, len(numbers), READ_TOGETHER):
            own = f"number in {list(numbers[first : first + READ_TOGETHER])}"
            rows = self._server.query(publication.documents, own, ["number", "data"], "Strong")
            parts.update((row["number"], row["data"]) for row in rows)
        return parts

    def append(self, publication: Publication, documents: Sequence[PublishedText]) -> Publication:
        """Write entries; see PublishedLog."""
        if not self._is_there(publication.documents):
            self._server.make(publication.documents, len(NO_VECTOR), "number", LOGGED)
        rows: list[Row] = []
        number = publication.number
        for one in documents:
            parts = [one.text[at : at + LONGEST_PART] for at in range(0, len(one.text), LONGEST_PART)]
            for part, data in enumerate(parts or [""]):
                number += 1
                row = {"number": number, "document": one.document_id, "part": part, "parts": len(parts)}
                rows.append({**row, "checksum": one.checksum, "data": data, "vector": NO_VECTOR})
        for first in range(0, len(rows), SENT_TOGETHER):
            self._server.upsert(publication.documents, rows[first : first + SENT_TOGETHER])
        return replace(publication, number=number)

    def tell(self, publication: Publication, replaced: Sequence[PublishedEntry] = ()) -> None:
        """Tell how far it goes; see PublishedLog."""
        if not self._is_there(DIRECTORY):
            self._server.make(DIRECTORY, len(NO_VECTOR), "name", TOLD)
        row = {column: getattr(publication, column) for column in TOLD if column != "name"}
        self._server.upsert(DIRECTORY, [{"name": self._name, **row, "vector": NO_VECTOR}])
        numbers = [number for one in replaced for number in one.numbers()]
        for first in range(0, len(numbers), MOST_FOUND):
            self._server.delete(publication.documents, numbers[first : first + MOST_FOUND])

    def withdraw(self, documents: str) -> None:
        """Publish the collection with these documents no more, and drop what Milvus has of it."""
        told = self.publication(exact=True)
        if told and told.documents == documents:
            self._server.delete(DIRECTORY, [self._name])
            for name in (documents, position_of(told.vectors), told.vectors):
                self._server.drop(name)

    def _is_there(self, name: str) -> bool:
        if name not in self._ready and self._server.has(name):
            self._server.load(name)
            self._ready.add(name)
        return name in self._ready


def published_at(address: MilvusAddress) -> tuple[MilvusServer, str]:
    """The server, and the name of the collection published there that is meant. Raises CollectionError where there is
    none, or several of which none is named."""
    server = MilvusServer(address.url)
    names = published_names(server)
    if address.name in names:
        return server, address.name
    if not names:
        raise CollectionError(
            f"Nothing is published at {address.url}: publish a collection with 'quotewise index PATH --vectors "
            f"{address.url}'."
        )
    if not address.name and len(names) == 1:
        return server, names[0]
    there = ", ".join(names)
    if address.name:
        raise CollectionError(f"No collection {address.name!r} is published at {address.url}: there is {there}.")
    raise CollectionError(
        f"Several collections are published at {address.url} ({there}): name one, as in {address.url}#{names[0]}."
    )


def published_names(server: MilvusServer) -> list[str]:
    """The names of the collections that are published there."""
    if not server.has(DIRECTORY):
        return []
    server.load(DIRECTORY)
    return sorted(str(row["name"]) for row in server.query(DIRECTORY, 'name != ""', ["name"], "Strong"))


def _publication(row: Row) -> Publication:
    return Publication(*(row[column] for column in TOLD if column != "name"))


def _quoted(text: str) -> str:
    """A text in an expression of Milvus."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
