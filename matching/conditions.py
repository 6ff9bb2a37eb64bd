"""The soft side of both listings: how well field, industry, readiness, price, region, ways, freshness and the institute's capacity fit,
for one pair and for many. Pure.

What is not known says nothing, and never speaks against a pair. Who talks with whom is no member's business; that a listing stands in
talks everybody reads on it, and so how many of an institute's do.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from struct import Struct
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from market.kernel.clock import business_date
from market.reference.lists import region_path
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


class _Numbers(NamedTuple):
    """Conditions as numbers: codes and sets of ways by `_number_of`, CNY, a level, seconds since 1970; not a number: unknown."""

    field: float
    industry: float
    local_industry: float
    region: float
    ways: float
    price: float
    trl: float
    published: float
    has_owner: float


_PACKED = Struct(f"={len(_Numbers._fields)}d")
_KEYS: list[Any] = []
_NUMBERS: dict[Any, int] = {}
_NUMBERING = Lock()


def _number_of(key: str | frozenset[str] | None) -> float:
    """A number of its own for each code and each set of ways, which come from code lists and so are few; not a number for nothing."""
    if not key:
        return math.nan
    if key not in _NUMBERS:
        with _NUMBERING:
            if key not in _NUMBERS:
                _KEYS.append(key)
                _NUMBERS[key] = len(_KEYS) - 1
    return _NUMBERS[key]


@dataclass(frozen=True)
class Conditions:
    """The soft side of a listing: what makes a related pair fit better. None: unknown, or not for members to read."""

    field_code: str
    industry_code: str | None
    local_industry_code: str | None
    price_cny: Decimal | None
    trl: int | None
    published_at: datetime | None
    region_code: str | None = None
    transfer_ways: frozenset[str] = frozenset()
    needed_by: date | None = None
    owner_party_id: UUID | None = None

    @cached_property
    def numbers(self) -> bytes:
        """As numbers, in the order of `_Numbers`, so that many are compared at once; packed, for a market of them is kept."""
        numbers = _Numbers(
            field=_number_of(self.field_code),
            industry=_number_of(self.industry_code),
            local_industry=_number_of(self.local_industry_code),
            region=_number_of(self.region_code),
            ways=_number_of(self.transfer_ways),
            price=math.nan if self.price_cny is None else float(self.price_cny),
            trl=math.nan if self.trl is None else self.trl,
            published=math.nan if self.published_at is None else self.published_at.timestamp(),
            has_owner=self.owner_party_id is not None,
        )
        return _PACKED.pack(*numbers)


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
    """The same against each of these (at least one), but for the last places of the numbers; `capacity` at its most."""
    numbers = np.frombuffer(b"".join([one.numbers for one in achievements])).reshape(len(achievements), -1)
    field, industry, local, region, ways, price, trl, published, has_owner = numbers.T
    own = _Numbers._make(_PACKED.unpack(need.numbers))
    half_life = weights().freshness_half_life_days * _SECONDS_PER_DAY
    fresh = 0.5 ** (np.maximum(0.0, now.timestamp() - published) / half_life)
    wanted = wanted_readiness(need.trl, need.needed_by, business_date(now))
    ready = trl / HIGHEST_READINESS if wanted is None else 1.0 - _A_LEVEL_SHORT * np.maximum(0.0, wanted - trl)
    budget = own.price or math.nan
    return {
        "field": np.asarray(field == own.field, np.float64),
        "industry": np.where(local == own.local_industry, 1.0, _SAME_SECTION * (industry == own.industry)),
        "readiness": np.maximum(0.0, np.nan_to_num(ready)),
        "price": np.where(price <= budget, np.minimum(1.0, 0.5 + price / budget), 0.0),
        "region": _of_each_kind(region, lambda code: _nearness(need.region_code, code) if need.region_code else 0.0),
        "ways": _of_each_kind(ways, lambda offered: _common_share(need.transfer_ways, offered)),
        "freshness": (_freshness(need.published_at, now) + np.nan_to_num(fresh)) / 2,
        "capacity": has_owner * (talks is not None),
    }


def _of_each_kind(numbers: Floats, value: Callable[[Any], float]) -> Floats:
    """The value of what each number stands for, asked once for each number; 0 where it stands for nothing."""
    kinds, places = np.unique(np.nan_to_num(numbers, nan=-1.0), return_inverse=True)
    return np.array([value(_KEYS[int(kind)]) if kind >= 0 else 0.0 for kind in kinds])[places]


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
    return _common_share(need.transfer_ways, achievement.transfer_ways)


def _common_share(wanted: frozenset[str], offered: frozenset[str]) -> float:
    return len(wanted & offered) / len(wanted) if wanted else 0.0


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
