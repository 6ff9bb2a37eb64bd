"""Exposure (曝光): whether what is shown to needs spreads over institutes and fields as their listings do, so that nobody is starved.

A list that learns from clicks shows more of what was shown before. Each institute's and field's share of the places that people see
is therefore held against its share of what is on the market, for officials to see; and what was learned comes into force only where
it leaves everybody at least half of the attention that the shipped weights give him (`starved_by`, asked by the training).
"""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from sqlmodel import Session

from matching import report_queries as queries
from matching.report_queries import Span

FIRST_PLACES = 10
"""As deep as people look: what stands below counts as not shown."""

_STARVED_BELOW = 0.5
_FEWEST_LISTINGS = 3
_FEWEST_EXPECTED = 5.0

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Exposure(Generic[K]):
    """One institute's or field's listings on the market and how often they stand among the first ten of a need's list.

    `expected` is how often they would, were places dealt out by listings; `ratio` is `shown` by `expected`, 1 for an even share.
    """

    key: K
    listings: int
    shown: int
    expected: float

    @property
    def ratio(self) -> float:
        return self.shown / self.expected if self.expected else 1.0

    @property
    def is_starved(self) -> bool:
        """Less than half of the even share, where that is enough to tell neglect from chance."""
        return self.listings >= _FEWEST_LISTINGS and self.expected >= _FEWEST_EXPECTED and self.ratio < _STARVED_BELOW


def exposures(listed: Mapping[K, int], shown: Mapping[K, int]) -> list[Exposure[K]]:
    """Everybody who has listings, the most neglected first. Pure."""
    listings, places = sum(listed.values()), sum(shown.get(key, 0) for key in listed)
    found = [
        Exposure(key, number, shown.get(key, 0), places * number / listings) for key, number in listed.items() if number
    ]
    return sorted(found, key=lambda one: (not one.is_starved, one.ratio, -one.listings, str(one.key)))


def exposure_of_institutes_and_fields(session: Session, span: Span) -> tuple[list[Exposure[UUID]], list[Exposure[str]]]:
    """The exposure of each party with achievements on the market, and of each technology field."""
    listed = queries.listed_by_owner_and_field(session, span)
    shown = queries.shown_by_owner_and_field(session, FIRST_PLACES, span)
    by_owner = exposures(*(_summed(counts, lambda owner, _: owner) for counts in (listed, shown)))
    return by_owner, exposures(*(_summed(counts, lambda _, field: field) for counts in (listed, shown)))


def _summed(counts: Mapping[tuple[UUID, str], int], key: Callable[[UUID, str], K]) -> dict[K, int]:
    sums: dict[K, int] = {}
    for (owner, field), number in counts.items():
        sums[key(owner, field)] = sums.get(key(owner, field), 0) + number
    return sums


def attention(orders: Iterable[Sequence[K]]) -> dict[K, float]:
    """How much of people's attention each owner (or field) gets, given whose achievement stands at each place of each list. Pure.

    A place is worth the less the further down it is, as in nDCG; from the eleventh on nothing.
    """
    found: dict[K, float] = {}
    for order in orders:
        for place, key in enumerate(order[:FIRST_PLACES], 1):
            found[key] = found.get(key, 0.0) + 1 / math.log2(place + 1)
    return found


def starved_by(before: Mapping[K, float], after: Mapping[K, float], listings: Mapping[K, int]) -> list[K]:
    """Who would keep less than half of his attention, where listings and attention are enough to tell neglect from chance. Pure."""
    return [
        key
        for key, had in before.items()
        if listings.get(key, 0) >= _FEWEST_LISTINGS
        and had >= _FEWEST_EXPECTED
        and after.get(key, 0.0) < _STARVED_BELOW * had
    ]
