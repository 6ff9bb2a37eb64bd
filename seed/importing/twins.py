"""Rows that read alike: exactly, by the content hash, or nearly, by a sample of their runs of three characters.

A run is sampled by its own hash, so that two texts sample the same runs: comparing the samples estimates how much the texts share,
and an index from sampled run to rows keeps 10,000 rows from being compared with one another.
"""

from collections import Counter
from dataclasses import dataclass
from zlib import crc32

from market.listings.duplicates import NEAR, content_hash, fold, listing_similarity

_RUN = 3
_SAMPLED_BITS = 0b111
_TOO_COMMON = 400
_CANDIDATES = 5
_WORTH_COMPARING = 0.35


@dataclass(frozen=True)
class Twin:
    """A row and an earlier one (or a listing already there, then `other_row` is None) that reads the same or nearly so."""

    row: int
    title: str
    other_row: int | None
    other_title: str
    similarity: float

    @property
    def is_exact(self) -> bool:
        return self.similarity >= 1


@dataclass(frozen=True)
class _Seen:
    row: int | None
    title: str
    text: str
    sample_size: int


class TwinFinder:
    """Takes rows one by one and tells each one's nearest earlier twin."""

    def __init__(self) -> None:
        self._by_hash: dict[str, _Seen] = {}
        self._all: list[_Seen] = []
        self._by_run: dict[int, list[int]] = {}

    def add(self, row: int | None, title: str, text: str) -> Twin | None:
        """Remember the row; returns its most similar earlier one, if that is similar enough to point out."""
        key = content_hash(title, [text])
        same = self._by_hash.get(key)
        if same is not None:
            return Twin(row or 0, title, same.row, same.title, 1.0)
        sample = _sample(f"{title}\n{text}")
        near = self._nearest(row, title, text, sample)
        seen = _Seen(row, title, text, len(sample))
        self._by_hash[key] = seen
        position = len(self._all)
        self._all.append(seen)
        for run in sample:
            rows = self._by_run.setdefault(run, [])
            if len(rows) < _TOO_COMMON:
                rows.append(position)
        return near

    def _nearest(self, row: int | None, title: str, text: str, sample: frozenset[int]) -> Twin | None:
        shared: Counter[int] = Counter()
        for run in sample:
            rows = self._by_run.get(run, ())
            if len(rows) < _TOO_COMMON:
                shared.update(rows)
        best: Twin | None = None
        for position, count in shared.most_common(_CANDIDATES):
            other = self._all[position]
            if count / (len(sample) + other.sample_size - count) < _WORTH_COMPARING:
                continue
            similarity = min(0.99, listing_similarity((title, text), (other.title, other.text)))
            if similarity >= NEAR and (best is None or similarity > best.similarity):
                best = Twin(row or 0, title, other.row, other.title, round(similarity, 2))
        return best


def _sample(text: str) -> frozenset[int]:
    """About one run in eight, chosen by its hash; all runs of a short text."""
    folded = fold(text)
    hashes = {crc32(folded[i : i + _RUN].encode()) for i in range(max(1, len(folded) - _RUN + 1))}
    if len(hashes) <= 1 << 6:
        return frozenset(hashes)
    return frozenset(value for value in hashes if not value & _SAMPLED_BITS)
