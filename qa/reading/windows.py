"""A question and a passage as the token windows a reader looks at, with the way back to characters.

Reading and training both make their windows here, so that a model is asked what it was taught.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

MAX_TOKENS = 384  # question and passage together; a usual passage takes 250
STRIDE_TOKENS = 128  # what neighbouring windows of a long passage share: more than any answer's length
MAX_QUESTION_TOKENS = 128  # a longer question is cut here, so that passages keep most of the window
SPECIAL_TOKENS = 4  # at most, around question and passage


@dataclass(frozen=True, slots=True)
class Window:
    """One window over passage number `passage`. Token 0 is the null position, `first:last` are the passage's.

    `offsets` has shape [tokens, 2]: the characters of the passage that each token covers.
    """

    passage: int
    ids: tuple[int, ...]
    type_ids: tuple[int, ...]
    offsets: NDArray[np.int32]
    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 < self.first <= self.last <= len(self.ids):
            raise ValueError("the passage's tokens must lie inside the window, after the null position")


class WindowMaker:
    """Cuts windows with one tokenizer (a `tokenizers.Tokenizer`, whose settings it takes over)."""

    def __init__(self, tokenizer: Tokenizer, max_tokens: int = MAX_TOKENS, stride: int = STRIDE_TOKENS) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._stride = stride
        # A window must have room for more of the passage than it shares with the next, special tokens not counted.
        self._most_question_tokens = max(1, min(MAX_QUESTION_TOKENS, max_tokens - stride - SPECIAL_TOKENS - 1))
        self._lock = threading.Lock()  # truncation is a state of the tokenizer, which threads share

    def make(self, question: str, passages: Sequence[str]) -> list[Window]:
        """All windows of all passages: one each, or several that overlap where a passage is long."""
        with self._lock:
            question = self._shortened(question)
            self._tokenizer.enable_truncation(self._max_tokens, stride=self._stride, strategy="only_second")
            encodings = self._tokenizer.encode_batch([(question, passage) for passage in passages])
        return [
            _window(number, part)
            for number, encoding in enumerate(encodings)
            for part in (encoding, *encoding.overflowing)
        ]

    def _shortened(self, question: str) -> str:
        self._tokenizer.no_truncation()
        encoding = self._tokenizer.encode(question, add_special_tokens=False)
        if len(encoding) <= self._most_question_tokens:
            return question
        return question[: encoding.offsets[self._most_question_tokens - 1][1]]


def _window(passage: int, encoding: Encoding) -> Window:
    belongs = np.array([sequence == 1 for sequence in encoding.sequence_ids])
    places = np.flatnonzero(belongs)
    first, last = (int(places[0]), int(places[-1]) + 1) if len(places) else (len(belongs), len(belongs))
    return Window(
        passage=passage,
        ids=tuple(encoding.ids),
        type_ids=tuple(encoding.type_ids),
        offsets=np.array(encoding.offsets, np.int32),
        first=first,
        last=last,
    )
