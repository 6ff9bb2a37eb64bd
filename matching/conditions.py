"""The soft side of both listings: how well field, industry, readiness, price and freshness fit, for one pair and for many at once. Pure.

What is not known says nothing, and never speaks against a pair.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from matching.profiles import Conditions
from matching.weights import weights

HIGHEST_READINESS = 9
_SAME_SECTION = 0.6
_SECONDS_PER_DAY = 86_400

Floats = NDArray[np.float64]


def condition_values(need: Conditions, achievement: Conditions, now: datetime) -> dict[str, float]:
    """How well each condition fits, from 0 (unknown or different) to 1."""
    return {
        "field": float(bool(need.field_code) and need.field_code == achievement.field_code),
        "industry": _industry_value(need, achievement),
        "readiness": _readiness_value(need.trl, achievement.trl),
        "price": _price_value(need, achievement),
        "freshness": (_freshness(need.published_at, now) + _freshness(achievement.published_at, now)) / 2,
    }


def values_of_many(need: Conditions, achievements: Sequence[Conditions], now: datetime) -> dict[str, Floats]:
    """The same against each of these, but for the last places of the numbers."""
    half_life = weights().freshness_half_life_days * _SECONDS_PER_DAY
    age = now.timestamp() - np.array([one.published_seconds for one in achievements])
    fresh = np.nan_to_num(0.5 ** (np.maximum(0.0, age) / half_life), nan=0.0)
    code = need.field_code
    return {
        "field": np.array([bool(code) and one.field_code == code for one in achievements], np.float64),
        "industry": np.array([_industry_value(need, one) for one in achievements]),
        "readiness": np.array([_readiness_value(need.trl, one.trl) for one in achievements]),
        "price": np.array([_price_value(need, one) for one in achievements]),
        "freshness": (_freshness(need.published_at, now) + fresh) / 2,
    }


def _industry_value(need: Conditions, achievement: Conditions) -> float:
    if need.local_industry_code and need.local_industry_code == achievement.local_industry_code:
        return 1.0
    return _SAME_SECTION if need.industry_code and need.industry_code == achievement.industry_code else 0.0


def _readiness_value(wanted: int | None, reached: int | None) -> float:
    if reached is None:
        return 0.0
    return float(reached >= wanted) if wanted is not None else reached / HIGHEST_READINESS


def _price_value(need: Conditions, achievement: Conditions) -> float:
    """A price within the budget fits the better the closer it comes: a tenth of the budget often solves a smaller problem."""
    budget, price = need.price_cny, achievement.price_cny
    if not budget or price is None or price > budget:
        return 0.0
    return min(1.0, 0.5 + float(price / budget))


def _freshness(published_at: datetime | None, now: datetime) -> float:
    if published_at is None:
        return 0.0
    days = max(0.0, (now - published_at).total_seconds() / _SECONDS_PER_DAY)
    return float(0.5 ** (days / weights().freshness_half_life_days))
