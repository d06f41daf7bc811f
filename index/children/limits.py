"""How much a file may take before it is refused.

Of 1,728 real files the slowest, a PDF of 2,415 pages, took 12 s, the largest 349 MB, and the longest text has 4,500,000
characters: what is refused is damaged, made to do harm, or no document that anybody reads.
"""

from __future__ import annotations

from dataclasses import dataclass

# Of processor time. The slowest file for its size, a list of words in lines, took 2 s a megabyte.
SECONDS, SECONDS_PER_MEGABYTE = 60.0, 10.0
# As many times that on the clock: beside other programs, a process gets a part of the processor.
CLOCK = 5.0
# Text in short lines takes 35 MB a megabyte.
MEGABYTES, MEGABYTES_PER_MEGABYTE, MOST_MEGABYTES = 1000, 80, 4000
# Of extracted text: 23 times the King James Bible. 100 MB of English took 1.1 GB of memory to index, and 0.8 GB on
# disk; its vectors take a quarter of an hour. Text in short lines comes to its limit of memory first.
MOST_CHARACTERS = 100_000_000


@dataclass(frozen=True, slots=True)
class ParsingLimits:
    """`seconds` of processor time, `megabytes` of memory and `characters` of text, at most."""

    seconds: float
    megabytes: int
    characters: int = MOST_CHARACTERS

    def __post_init__(self) -> None:
        if self.seconds <= 0 or self.megabytes <= 0 or self.characters <= 0:
            raise ValueError(f"limits must be above 0, got {self}")

    @classmethod
    def of(cls, size: int) -> ParsingLimits:
        """The limits for a file of so many bytes."""
        megabytes = size / 1_000_000
        most = min(MOST_MEGABYTES, MEGABYTES + round(MEGABYTES_PER_MEGABYTE * megabytes))
        return cls(SECONDS + SECONDS_PER_MEGABYTE * megabytes, most)
