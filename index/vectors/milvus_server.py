"""A Milvus server, or milvus-lite in a file. The only module that imports pymilvus."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from index.errors import CollectionError, reason_of

TOKEN = "QUOTEWISE_MILVUS_TOKEN"  # of the environment: who asks, as user:password or a key; never stored
WAITS = 30.0  # seconds, for an answer
MOST_FOUND = 16_384  # that Milvus returns at once
# Strong: all that was acknowledged is seen, which takes a server some 200 ms. Bounded: what was acknowledged in the
# last SETTLED seconds may be missing, and an answer takes a few milliseconds.
Consistency = Literal["Strong", "Bounded"]
SETTLED = 6.0  # seconds; Milvus says 5, unless it is configured otherwise
LONGEST_TEXT = 65_535  # bytes of a text in a row
# The kinds of columns beside the vector.
NUMBER, TEXT = "number", "text"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """Where vectors are kept: `url` is that of a server ("http://host:19530") or a file of milvus-lite ("vectors.db"),
    and `name` that of a collection published there ("": the only one, or the folder's)."""

    url: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.url}#{self.name}" if self.name else self.url

    @staticmethod
    def of(text: str) -> MilvusAddress:
        """The address that is written as URL or URL#NAME; a file's as a whole path. Raises CollectionError, also for
        one with a password: an address is remembered, told and logged."""
        url, _, name = text.strip().partition("#")
        if url.endswith(".db") and "://" not in url:
            return MilvusAddress(str(Path(url).expanduser().resolve()), name)
        if url.startswith("unix:") or _is_plain(url):
            return MilvusAddress(url.rstrip("/"), name)
        if "@" in text or "?" in text:  # which may be a password: it is not repeated
            raise CollectionError(
                "A password or key does not belong into the address, which is remembered: leave it out, and set the "
                f"environment variable {TOKEN} to user:password or to the key."
            )
        raise CollectionError(
            f"{text!r} is no place for vectors: give a server's address such as http://host:19530, or a file of "
            "milvus-lite such as vectors.db."
        )


def _is_plain(url: str) -> bool:
    """Whether it is a server's URL without a user or a query."""
    with suppress(ValueError):
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc and not parts.query
    return False


def without_password(address: str) -> str:
    """A remembered address without what earlier releases kept with it: a user, a password, a key."""
    url, hash_, name = address.partition("#")
    scheme, slashes, rest = url.partition("://")
    if not slashes:
        return address
    return f"{scheme}{slashes}{rest.partition('?')[0].rpartition('@')[2]}{hash_}{name}"


class MilvusServer:
    """What is asked of the server at `url`, by who TOKEN says, or of the file. Raises CollectionError where it does not
    answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # it writes to standard error what it does to go on
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise CollectionError(
                "Vectors in Milvus need pymilvus: install it with pip install 'quotewise[milvus]'."
            ) from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it prints what it raises as well
        with self._explained():
            token = os.environ.get(TOKEN, "") if "://" in url else ""
            self._client = MilvusClient(url, token=token, timeout=WAITS)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what Milvus and its client raise into one sentence."""
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except Exception as error:
            status = _grpc_status(error)  # pymilvus lets some errors of gRPC through
            if not status and not isinstance(error, MilvusException | OSError):
                raise
            if status == "UNAUTHENTICATED":
                raise CollectionError(
                    f"The vectors at {self.url} are not shown to everybody: set the environment variable {TOKEN} to a "
                    "user:password or key that is known there."
                ) from error
            reason = " ".join(str(getattr(error, "message", "") or reason_of(error)).split())[:200]
            raise CollectionError(
                f"The vectors at {self.url} cannot be used ({reason}): see that Milvus runs there and answers."
            ) from error

    def has(self, name: str) -> bool:
        """Whether there is such a collection."""
        with self._explained():
            return bool(self._client.has_collection(name))

    def load(self, name: str) -> None:
        """Let a collection be searched: a server that was started again may have none in memory."""
        with self._explained():
            self._client.load_collection(name)

    def make(self, name: str, dimension: int, key: str, columns: Mapping[str, str]) -> None:
        """Make a collection of vectors, with these columns, NUMBER or TEXT, beside each; `key` is one of them. Milvus
        2.3 has no collection without vectors."""
        from pymilvus import DataType

        with self._explained():
            schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
            for column, kind in columns.items():
                if kind == TEXT:
                    schema.add_field(column, DataType.VARCHAR, is_primary=column == key, max_length=LONGEST_TEXT)
                else:
                    schema.add_field(column, DataType.INT64, is_primary=column == key)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
            index = self._client.prepare_index_params()
            index.add_index("vector", index_type="AUTOINDEX", metric_type="IP")
            self._client.create_collection(name, schema=schema, index_params=index)
            self._client.load_collection(name)

    def drop(self, name: str) -> None:
        """Drop a collection, if it is there and the server answers."""
        with suppress(CollectionError), self._explained():
            self._client.drop_collection(name)

    def upsert(self, name: str, rows: Sequence[Row]) -> None:
        """Store rows, each in place of an earlier one with its key."""
        with self._explained():
            self._client.upsert(name, list(rows))

    def delete(self, name: str, keys: Sequence[int | str]) -> None:
        """Delete the rows with these keys, those of them that are there."""
        with self._explained():
            self._client.delete(name, ids=list(keys))

    def query(self, name: str, filtered: str, columns: Sequence[str], consistency: Consistency) -> list[Row]:
        """The rows that an expression holds for, at most MOST_FOUND."""
        with self._explained():
            return list(
                self._client.query(
                    name, filter=filtered, output_fields=list(columns), limit=MOST_FOUND, consistency_level=consistency
                )
            )

    def search(
        self, name: str, vector: list[float], k: int, filtered: str, consistency: Consistency
    ) -> list[tuple[int, float]]:
        """The `k` nearest (key, cosine), best first, of the rows that an expression ("": all) holds for."""
        with self._explained():
            [hits] = self._client.search(
                name, [vector], filter=filtered, limit=min(k, MOST_FOUND), consistency_level=consistency,
                search_params={"metric_type": "IP"},
            )  # fmt: skip
        return [(int(hit["id"]), float(hit["distance"])) for hit in hits]


def _grpc_status(error: BaseException) -> str:
    """The name of the status that gRPC gave, "" where the error does not come of one."""
    codes = [getattr(one, "code", None) for one in (error, error.__cause__)]  # of gRPC a method, of Milvus a number
    return next((str(getattr(code(), "name", "")) for code in codes if callable(code)), "")
