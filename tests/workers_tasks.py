"""What the tests let workers do."""

import os
import sys
import time
from pathlib import Path

from index.children.life import alive
from index.errors import DocumentError


def own_number(data):
    return str(os.getpid()).encode()


def modules(data):
    return " ".join(sys.modules).encode()


def refuses(data, *given):
    raise DocumentError("There is nothing in it.")


def fails(data, *given):
    return bytes(1 // len(data))


def prints(data):
    print("Hello.", flush=True)
    os.write(1, b"Hello.")
    return data


def fills_memory(data):
    return bytes(len([bytes(1_000_000) for _ in range(2000)]))


def grows(data):
    bytearray(300_000_000)[::4096] = b"x" * len(range(0, 300_000_000, 4096))
    return own_number(data)


def turns_for_ever(data):
    while True:
        pass


def sleeps(data):
    time.sleep(60)
    return data


def tells_and_sleeps(data, path):
    Path(path).write_text(str(os.getpid()))
    time.sleep(60)
    return data


def aborts(data, *given):
    os.abort()


def tells_pages(data, signs):
    for done, total in signs:
        alive(done, total)
    return b"done"
