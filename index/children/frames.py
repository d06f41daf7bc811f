"""What goes through the pipes between a process and its workers: bytes behind their number."""

from __future__ import annotations

from typing import IO

NUMBER_BYTES = 8
# What a worker found, told by the first byte of its reply.
RESULT, REFUSED, OUT_OF_MEMORY, FAILED = b"R", b"D", b"M", b"X"
ALIVE = b"A"  # it goes on: no reply yet, but one of the signs of life, of which there are at most MOST_SIGNS
MOST_SIGNS = 10_000


def write_frame(stream: IO[bytes], *parts: bytes) -> None:
    """Write the parts as one frame. Raises OSError where nobody reads any more."""
    stream.write(sum(map(len, parts)).to_bytes(NUMBER_BYTES, "big"))
    for part in parts:
        stream.write(part)
    stream.flush()


def read_frame(stream: IO[bytes], most: int | None = None) -> bytes | None:
    """The next frame; None where the stream ends before one is whole, or where it has more than `most` bytes."""
    head = stream.read(NUMBER_BYTES)
    size = int.from_bytes(head, "big")
    if len(head) < NUMBER_BYTES or (most is not None and size > most):
        return None
    frame = stream.read(size)
    return frame if len(frame) == size else None
