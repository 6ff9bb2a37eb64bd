"""Exposure (曝光): whether what is shown to needs spreads over institutes and fields as their listings do, so that nobody is starved.

A list that learns from clicks shows more of what was shown before. Each institute's and field's share of the places that people see
is therefore held against its share of what is on the market. `ExposureCorrection` can lift those who fall far behind; it is off
unless points are given for it.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from sqlmodel import Session

from matching import report_queries as queries
from matching.report_queries import Span

FIRST_PLACES = 10
"""As deep as people look: what stands below counts as not shown."""

EXPOSURE_PART = "exposure"
"""What the part of the score is called."""

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


@dataclass(frozen=True)
class ExposureCorrection:
    """Points for achievements of starved institutes and fields; `most_points` for those who are not shown at all.

    Bounded, and never a deduction: whoever is shown often has earned it. A need's list changes by few places, and a pair that fits
    nothing stays below one that fits.
    """

    most_points: float
    institutes: Mapping[UUID, float]
    fields: Mapping[str, float]

    def exposure_bonus(self, owner_party_id: UUID, field_code: str) -> float:
        """The points for an achievement of this owner and field, from 0 to `most_points`."""
        lacking = max(self.institutes.get(owner_party_id, 0.0), self.fields.get(field_code, 0.0))
        return self.most_points * lacking


def exposures(listed: Mapping[K, int], shown: Mapping[K, int]) -> list[Exposure[K]]:
    """Everybody who has listings, the most neglected first. Pure."""
    listings, places = sum(listed.values()), sum(shown.get(key, 0) for key in listed)
    found = [
        Exposure(key, number, shown.get(key, 0), places * number / listings) for key, number in listed.items() if number
    ]
    return sorted(found, key=lambda one: (not one.is_starved, one.ratio, -one.listings, str(one.key)))


def exposure_of_institutes(session: Session, span: Span) -> list[Exposure[UUID]]:
    """The exposure of each party with achievements on the market."""
    return exposures(queries.listed_by_owner(session, span), queries.shown_by_owner(session, FIRST_PLACES, span))


def exposure_of_fields(session: Session, span: Span) -> list[Exposure[str]]:
    """The exposure of each technology field with achievements on the market."""
    return exposures(queries.listed_by_field(session, span), queries.shown_by_field(session, FIRST_PLACES, span))


def current_correction(session: Session, span: Span, *, most_points: float = 0.0) -> ExposureCorrection | None:
    """The correction for what is starved now; None while it is switched off (`most_points` 0) or nobody is."""
    if most_points <= 0:
        return None
    institutes = _lacking(exposure_of_institutes(session, span))
    fields = _lacking(exposure_of_fields(session, span))
    return ExposureCorrection(most_points, institutes, fields) if institutes or fields else None


def _lacking(found: list[Exposure[K]]) -> dict[K, float]:
    """How much of half its share each starved one lacks: 1 for not shown at all, nearly 0 just below the bound."""
    return {one.key: 1 - one.ratio / _STARVED_BELOW for one in found if one.is_starved}
