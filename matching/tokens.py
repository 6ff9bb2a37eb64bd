"""Characters and words as numbers, so that many texts are compared at once. Pure.

Two tokens may have the same number, and then count as one: what is computed with numbers is never less than what the tokens would give.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matching.lexicon.joining import holds_letters

SIZE = 1 << 17
"""Numbers are below this."""
_HALF = 1 << 16
_REMEMBERED = 200_000
_MOST = np.iinfo(np.uint16).max
"""A count beyond tells nothing more."""

Numbers = NDArray[np.int32]
Floats = NDArray[np.float64]


class Tokens(NamedTuple):
    """A text's tokens: `counts[i]` times `numbers[i]`; those of its title once each; whether there are letters beside Chinese characters."""

    numbers: Numbers
    counts: NDArray[np.uint16]
    title: Numbers
    has_letters: bool


def tokens_of(text: str, counts: Mapping[str, int], title: Collection[str]) -> Tokens:
    """Of a text whose tokens are counted already."""
    found = np.minimum(np.fromiter(counts.values(), np.int64, len(counts)), _MOST).astype(np.uint16)
    return Tokens(numbers_of(counts), found, numbers_of(title), holds_letters(text))


def numbers_of(tokens: Collection[str]) -> Numbers:
    """The number of each, in order: a character's own, a hash of anything longer."""
    return np.fromiter(map(_NUMBERS.__getitem__, tokens), np.int32, len(tokens))


class _Numbers(dict[str, int]):
    """Numbers, remembered: the same tokens stand in text after text."""

    def __missing__(self, token: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        number = ord(token) % _HALF if len(token) == 1 else _HALF + crc32(token.encode()) % _HALF
        self[token] = number
        return number


_NUMBERS = _Numbers()
