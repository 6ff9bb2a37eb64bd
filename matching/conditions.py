"""The soft side of both listings: how well field, industry, readiness, price, region, ways, freshness and the institute's capacity fit,
for one pair and for many. Pure.

What is not known says nothing, and never speaks against a pair. Who talks with whom is no member's business; that a listing stands in
talks everybody reads on it, and so how many of an institute's do.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from market.kernel.clock import business_date
from market.reference.lists import region_path
from matching.profiles import Conditions
from matching.weights import weights

HIGHEST_READINESS = 9
_SAME_SECTION = 0.6
_SECONDS_PER_DAY = 86_400
_TIME_LEFT = ((183, 8), (365, 7), (730, 6))
"""With at most so many days left, a technology of this readiness can still be brought into use (ours)."""
_A_LEVEL_SHORT = 0.25
_CACHED_REGIONS = 16_384

Floats = NDArray[np.float64]
TalksByOwner = Mapping[UUID, int]
"""How many achievements of each owner stand in talks, as far as members can read it on them; owners of none are left out."""


def condition_values(
    need: Conditions, achievement: Conditions, now: datetime, talks: TalksByOwner | None = None
) -> dict[str, float]:
    """How well each condition fits, from 0 (unknown or different) to 1. `talks` None: not known."""
    wanted = wanted_readiness(need.trl, need.needed_by, business_date(now))
    return {
        "field": float(bool(need.field_code) and need.field_code == achievement.field_code),
        "industry": _industry_value(need, achievement),
        "readiness": _readiness_value(wanted, achievement.trl),
        "price": _price_value(need, achievement),
        "region": _region_value(need, achievement),
        "ways": _ways_value(need, achievement),
        "freshness": (_freshness(need.published_at, now) + _freshness(achievement.published_at, now)) / 2,
        "capacity": _capacity_value(achievement.owner_party_id, talks),
    }


def values_of_many(
    need: Conditions, achievements: Sequence[Conditions], now: datetime, talks: TalksByOwner | None = None
) -> dict[str, Floats]:
    """The same against each of these, but for the last places of the numbers."""
    half_life = weights().freshness_half_life_days * _SECONDS_PER_DAY
    age = now.timestamp() - np.array([one.published_seconds for one in achievements])
    fresh = np.nan_to_num(0.5 ** (np.maximum(0.0, age) / half_life), nan=0.0)
    code, wanted = need.field_code, wanted_readiness(need.trl, need.needed_by, business_date(now))
    return {
        "field": np.array([bool(code) and one.field_code == code for one in achievements], np.float64),
        "industry": np.array([_industry_value(need, one) for one in achievements]),
        "readiness": np.array([_readiness_value(wanted, one.trl) for one in achievements]),
        "price": np.array([_price_value(need, one) for one in achievements]),
        "region": np.array([_region_value(need, one) for one in achievements]),
        "ways": np.array([_ways_value(need, one) for one in achievements]),
        "freshness": (_freshness(need.published_at, now) + fresh) / 2,
        "capacity": np.array([_capacity_value(one.owner_party_id, talks) for one in achievements]),
    }


def _industry_value(need: Conditions, achievement: Conditions) -> float:
    if need.local_industry_code and need.local_industry_code == achievement.local_industry_code:
        return 1.0
    return _SAME_SECTION if need.industry_code and need.industry_code == achievement.industry_code else 0.0


def wanted_readiness(asked: int | None, needed_by: date | None, today: date) -> int | None:
    """The readiness that a need asks for, or that its date leaves time for, whichever is higher; None where it says neither."""
    left = math.inf if needed_by is None else (needed_by - today).days
    urgent = next((level for days, level in _TIME_LEFT if left <= days), None)
    return max((level for level in (asked, urgent) if level is not None), default=None)


def _readiness_value(wanted: int | None, reached: int | None) -> float:
    if reached is None:
        return 0.0
    if wanted is None:
        return reached / HIGHEST_READINESS
    return max(0.0, 1.0 - _A_LEVEL_SHORT * max(0, wanted - reached))


def _price_value(need: Conditions, achievement: Conditions) -> float:
    """A price within the budget fits the better the closer it comes: a tenth of the budget often solves a smaller problem."""
    budget, price = need.price_cny, achievement.price_cny
    if not budget or price is None or price > budget:
        return 0.0
    return min(1.0, 0.5 + float(price / budget))


def _region_value(need: Conditions, achievement: Conditions) -> float:
    """How near they are: 1 in the same county, less in the same city, still less in the same province, 0 elsewhere."""
    if not need.region_code or not achievement.region_code:
        return 0.0
    return _nearness(need.region_code, achievement.region_code)


@lru_cache(maxsize=_CACHED_REGIONS)
def _nearness(of_need: str, other: str) -> float:
    path = region_path(of_need)
    return len(set(path).intersection(region_path(other))) / len(path)


def _ways_value(need: Conditions, achievement: Conditions) -> float:
    """Which share of the ways of conversion that the need accepts the achievement offers: the more, the more there is to agree on."""
    if not need.transfer_ways:
        return 0.0
    return len(need.transfer_ways & achievement.transfer_ways) / len(need.transfer_ways)


def _capacity_value(owner_party_id: UUID | None, talks: TalksByOwner | None) -> float:
    """How free the owner's people still are: 1 without any talks, the less the more talks they already lead."""
    if owner_party_id is None or talks is None:
        return 0.0
    half = weights().talks_at_half_capacity
    return half / (half + talks.get(owner_party_id, 0))


def _freshness(published_at: datetime | None, now: datetime) -> float:
    if published_at is None:
        return 0.0
    days = max(0.0, (now - published_at).total_seconds() / _SECONDS_PER_DAY)
    return float(0.5 ** (days / weights().freshness_half_life_days))
