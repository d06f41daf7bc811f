"""How much a file may take before it is refused.

The slowest and largest of 1,200 real files stay far below, so that what is refused is damaged or made to do harm.
"""

from __future__ import annotations

from dataclasses import dataclass

# Seconds of processor time. The slowest real file for its size, a PDF, took PER_MEGABYTE / 4.
SECONDS, SECONDS_PER_MEGABYTE = 60.0, 10.0
# As many times that on the clock: beside other programs, a process gets a part of the processor.
CLOCK = 5.0
MEGABYTES, MEGABYTES_PER_MEGABYTE, MOST_MEGABYTES = 1000, 40, 4000
# Of extracted text: ten times the King James Bible. The longest real text has 4,500,000.
MOST_CHARACTERS = 50_000_000


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
