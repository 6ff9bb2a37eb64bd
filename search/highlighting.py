"""Marking found words on the original text, for either engine. Pure.

Spans are pairs of places in the text, end exclusive, in order, never overlapping; the page marks them, and the text itself stays unescaped.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from search.analysis import fold, placed_words

Span = tuple[int, int]

SNIPPET_LENGTH = 120
_LEAD = 24
_STOPS = "。！？；\n"


@dataclass(frozen=True)
class Excerpt:
    """A piece of a longer text around found words; spans count from the piece's beginning."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class CutText:
    """A text that is cut when a word could first stand in it, and then kept so: cutting costs more than marking, and most texts of a page are never marked."""

    text: str

    @cached_property
    def places(self) -> Mapping[str, tuple[Span, ...]]:
        """Where each of its words stands."""
        places: dict[str, tuple[Span, ...]] = {}
        for token, start, end in placed_words(self.text):
            places[token] = (*places.get(token, ()), (start, end))
        return places

    def may_hold(self, tokens: AbstractSet[str]) -> bool:
        """False only where none of the tokens can be a word of the text.

        A Chinese word stands there as it is; a Latin one may be written otherwise (``1,200`` for ``1200``), but begins the same.
        """
        folded = self._folded
        return any((token[:1] if token.isascii() else token) in folded for token in tokens)

    @cached_property
    def _folded(self) -> str:
        return fold(self.text)


def spans(source: CutText, tokens: AbstractSet[str]) -> list[Span]:
    """Where the tokens stand in the text."""
    if not source.may_hold(tokens):
        return []
    places = source.places
    present = places.keys() & tokens
    if not present:
        return []
    found = sorted(span for token in present for span in places[token])
    merged: list[Span] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def excerpt(source: CutText, tokens: AbstractSet[str], *, length: int = SNIPPET_LENGTH) -> Excerpt | None:
    """The piece of at most `length` characters that holds most of what was found; None where nothing was."""
    found = spans(source, tokens)
    if not found:
        return None
    text = source.text
    if len(text) <= length:
        return Excerpt(text, tuple(found))
    best = max(found, key=lambda span: (_within(found, span[0], length - _LEAD), -span[0]))
    start = _beginning(text, best[0])
    end = min(len(text), start + length)
    inside = tuple((low - start, min(high, end) - start) for low, high in found if low >= start and low < end)
    return Excerpt(text[start:end], inside)


def _within(found: list[Span], start: int, length: int) -> int:
    return sum(end - low for low, end in found if low >= start and end <= start + length)


def _beginning(text: str, place: int) -> int:
    """The beginning of the sentence if it is near, else a little before."""
    earliest = max(0, place - _LEAD)
    stops = [text.rfind(stop, earliest, place) for stop in _STOPS]
    last = max(stops)
    return earliest if last < 0 else last + 1
