"""Characters and words as numbers, so that many texts are compared at once. Pure.

Two tokens may have the same number, and then count as one: what is computed with numbers is never less than what the tokens would give.
"""

from collections.abc import Collection, Mapping
from sys import intern
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

NUMBER, COUNT = np.dtype("<i4"), np.dtype("<u2")
"""How numbers and counts are kept."""

Numbers = NDArray[np.int32]


class Tokens(NamedTuple):
    """A text's tokens: the i-th of `counts` times the i-th of `numbers`; those of its title once each; whether there are letters beside
    Chinese characters.

    Numbers and counts are bytes, each of `NUMBER` or `COUNT`: those of many texts are joined at once, and an array for each text would
    take more memory than what it holds.
    """

    numbers: bytes
    counts: bytes
    title: bytes
    has_letters: bool


def tokens_of(text: str, counts: Mapping[str, int], title: Collection[str]) -> Tokens:
    """Of a text whose tokens are counted already."""
    found = np.minimum(np.fromiter(counts.values(), np.int64, len(counts)), _MOST).astype(COUNT)
    numbers, of_title = numbers_of(counts).astype(NUMBER), numbers_of(title).astype(NUMBER)
    return Tokens(numbers.tobytes(), found.tobytes(), of_title.tobytes(), holds_letters(text))


def counted_characters(tokens: Tokens) -> dict[str, int] | None:
    """The single characters of a text whose characters are all numbered by themselves (`is_numbered`), each with its count; None where
    a count has reached its end.
    """
    counts = np.frombuffer(tokens.counts, COUNT).tolist()
    if _MOST in counts:
        return None
    numbers = np.frombuffer(tokens.numbers, NUMBER).tolist()
    # Not made anew: the same characters come in every text, and are compared by identity before anything else.
    return {_CHARACTERS[number]: count for number, count in zip(numbers, counts, strict=True) if number < _HALF}


def is_numbered(text: str) -> bool:
    """Whether each character has a number of its own: all but those beyond the first plane."""
    return len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)


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
_CHARACTERS = tuple(intern(chr(number)) for number in range(_HALF))
