"""Names and passwords with which people come to the page who have not been given its address."""

from __future__ import annotations

import getpass
import hashlib
import os
import secrets
import stat
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from index.errors import QuotewiseError, reason_of

# 60 ms and 32 MB on a small machine: what a password costs to try. Parameters as RFC 7914 and OWASP advise.
COST, BLOCKS, LANES = 2**15, 8, 1
SCRYPT_BYTES = 64_000_000  # that one may take; 128 * COST * BLOCKS are needed
LARGEST_COST = 2**17
MOST_LOGINS = 10_000
LONGEST = 1_000  # characters of a name and of a password
MOST_FAILED = 5  # from one address, within WAIT_SECONDS
MOST_FAILED_NAME = 20  # for one name, from wherever
WAIT_SECONDS = 60.0
MOST_REMEMBERED = 5_000  # addresses and names that have failed
HOW = "make a line of it with 'quotewise password NAME'"


class LoginError(QuotewiseError):
    """The file of names and passwords cannot be used."""


class ThrottledError(QuotewiseError):
    """Too many wrong passwords came of late."""


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """A password by its scrypt hash, in hexadecimal digits, with what it was made with."""

    cost: int
    blocks: int
    lanes: int
    salt: str
    digest: str

    def __post_init__(self) -> None:
        sound = 2 <= self.cost <= LARGEST_COST and not self.cost & (self.cost - 1)
        if not (sound and 1 <= self.blocks <= 8 and 1 <= self.lanes <= 4):
            raise ValueError("these parameters are not those of a password's hash")
        if len(bytes.fromhex(self.salt)) < 8 or len(bytes.fromhex(self.digest)) != 32:
            raise ValueError("a hash has 32 bytes, and its salt 8 or more")

    @classmethod
    def of(cls, password: str) -> PasswordHash:
        """The hash of a password, with a salt of its own."""
        salt = secrets.token_hex(16)
        return cls(COST, BLOCKS, LANES, salt, _scrypt(password, salt, COST, BLOCKS, LANES))

    @classmethod
    def read(cls, text: str) -> PasswordHash:
        """The hash that `str` has made this of. Raises ValueError."""
        kind, cost, blocks, lanes, salt, digest = text.split("$")
        if kind != "scrypt":
            raise ValueError("only scrypt is known")
        return cls(int(cost), int(blocks), int(lanes), salt, digest)

    def __str__(self) -> str:
        return f"scrypt${self.cost}${self.blocks}${self.lanes}${self.salt}${self.digest}"

    def fits(self, password: str) -> bool:
        """Whether it is that of this password; it takes as long where it is not."""
        return secrets.compare_digest(_scrypt(password, self.salt, self.cost, self.blocks, self.lanes), self.digest)


def _scrypt(password: str, salt: str, cost: int, blocks: int, lanes: int) -> str:
    memory = max(SCRYPT_BYTES, 256 * cost * blocks)
    data = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=bytes.fromhex(salt), n=cost, r=blocks, p=lanes, maxmem=memory, dklen=32).hex()


class Logins:
    """The people who may come, by name. Safe to use from several threads.

    Passwords are tried one after the other, since each takes memory and a core. After some wrong ones, an address and a
    name have to wait.
    """

    def __init__(self, known: dict[str, PasswordHash]) -> None:
        self._known, self._nobody = known, PasswordHash.of(secrets.token_hex(16))
        self._trying, self._failed = Lock(), dict[str, list[float]]()

    def check(self, name: str, password: str, address: str) -> bool:
        """Whether the password is that of the name, given from a network address. Raises ThrottledError."""
        with self._trying:
            throttled = ((f"from {address}", MOST_FAILED), (f"as {name[:LONGEST]}", MOST_FAILED_NAME))
            if any(len(self._lately(key)) >= most for key, most in throttled):
                raise ThrottledError("Too many wrong passwords came from here: wait a minute and try again.")
            known = self._known.get(name, self._nobody)
            is_right = known.fits(password[:LONGEST]) and known is not self._nobody
            if not is_right:
                for key, _ in throttled:
                    self._failed[key] = [*self._lately(key, forget=True), time.monotonic()]
                while len(self._failed) > MOST_REMEMBERED:
                    del self._failed[next(iter(self._failed))]
            return is_right

    def _lately(self, key: str, forget: bool = False) -> list[float]:
        """When it failed of late; with `forget`, it is then remembered behind all others."""
        found = self._failed.pop(key, []) if forget else self._failed.get(key, [])
        return [moment for moment in found if moment > time.monotonic() - WAIT_SECONDS]


def read_logins(path: str | Path) -> Logins:
    """The names and passwords of a file, one a line as `login_line` makes them; empty lines and those that begin with #
    are passed over. Raises LoginError."""
    place = Path(path).expanduser()
    try:
        lines = place.read_text("utf-8").splitlines()
        is_open = os.name == "posix" and place.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    except (OSError, UnicodeDecodeError) as error:
        raise LoginError(f"The logins in {path} cannot be read ({reason_of(error)}): name another file.") from error
    if is_open:
        raise LoginError(f"Others on this machine can change {path}: take that right from them with 'chmod go-w'.")
    known: dict[str, PasswordHash] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().rpartition(":")
        try:
            if not name or name in known or len(name) > LONGEST:
                raise ValueError("a name stands once before each hash")
            known[name] = PasswordHash.read(hashed)
        except ValueError as error:
            raise LoginError(f"Line {number} of {path} is no login with a name of its own: {HOW}.") from error
    if not 0 < len(known) <= MOST_LOGINS:
        raise LoginError(f"{path} must hold 1 to {MOST_LOGINS:,} logins: {HOW}.")
    return Logins(known)


def ask_password() -> str:
    """The password that a person types twice, unseen, or that comes through a pipe. Raises LoginError."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first, second = (getpass.getpass(prompt) for prompt in ("Password: ", "The same again: "))
    if first != second:
        raise LoginError("The two passwords differ: type the same one twice.")
    return first


def login_line(name: str, password: str) -> str:
    """The line of a name and its password in a file of logins. Raises LoginError where there is no such name."""
    if not name or not name.isprintable() or name != name.strip() or name.startswith("#") or len(name) > LONGEST:
        raise LoginError("A name needs characters that can be seen, and does not begin with #: choose another.")
    if not 8 <= len(password) <= LONGEST:
        raise LoginError(f"A password has 8 to {LONGEST:,} characters: choose another.")
    return f"{name}:{PasswordHash.of(password)}"
