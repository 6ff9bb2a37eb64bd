"""No pair that breaks a hard constraint of either side is let pass: a million pairs against the same rules written as matrices."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from market.listings.models import ListingStatus
from market.needs.models import Exclusivity
from matching.constraints import AchievementTerms, NeedTerms, violations

pytestmark = [pytest.mark.slow, pytest.mark.once]

NOW = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)
TODAY = date(2026, 4, 8)
SIZE = 1_000
WITHIN = {
    "640104": {"640104", "640100", "640000"},
    "640100": {"640100", "640000"},
    "640221": {"640221", "640200", "640000"},
    "640000": {"640000"},
    "640181": {"640181", "640100", "640000"},
    "110000": {"110000"},
}
WAYS = ("transfer", "licence", "equity", "joint_implementation", "self_implementation")
SHARED = {"joint_implementation", "self_implementation"}
STATUSES = (ListingStatus.PUBLISHED,) * 8 + (ListingStatus.IN_TALKS, ListingStatus.WITHDRAWN)


def common(chance):
    return {
        "owner_party_id": UUID(int=chance.randrange(1, 40)),
        "status": chance.choice(STATUSES),
        "expires_at": chance.choice([None, None, NOW + timedelta(days=9), NOW - timedelta(seconds=1)]),
        "region_code": chance.choice([None, *WITHIN]),
        "transfer_ways": frozenset(chance.sample(WAYS, chance.choice([0, 0, 1, 2, 3]))),
    }


def random_need(chance):
    return NeedTerms(
        **common(chance),
        accepted_region_codes=tuple(chance.sample(list(WITHIN), chance.choice([0, 0, 1, 2]))),
        exclusivity=chance.choice(list(Exclusivity)),
        budget_max_cny=chance.choice([None, Decimal(chance.randrange(1, 400) * 1_000)]),
        min_trl=chance.choice([None, *range(1, 10)]),
        needed_by=chance.choice([None, TODAY + timedelta(days=chance.randrange(-20, 200))]),
    )


def random_achievement(chance):
    return AchievementTerms(
        **common(chance),
        offered_region_codes=tuple(chance.sample(list(WITHIN), chance.choice([0, 0, 1, 2]))),
        exclusive_only=chance.random() < 0.2,
        asking_price_cny=chance.choice([None, Decimal(chance.randrange(1, 400) * 1_000)]),
        trl=chance.choice([None, *range(1, 10)]),
        available_from=chance.choice([None, TODAY + timedelta(days=chance.randrange(-20, 200))]),
    )


def forbidden(needs, offers):
    """Which pairs (needs × offers) break a constraint, rule by rule over all of them."""

    def table(rule):
        return np.array([[rule(need, offer) for offer in offers] for need in needs])

    def column(of, values, missing):
        return np.array([missing if of(one) is None else float(of(one)) for one in values])

    gone_needs, gone_offers = np.array([is_gone(one) for one in needs]), np.array([is_gone(one) for one in offers])
    broken = gone_needs[:, None] | gone_offers[None, :]
    broken |= table(lambda need, offer: need.owner_party_id == offer.owner_party_id)
    broken |= table(lambda need, offer: is_outside(offer.region_code, need.accepted_region_codes))
    broken |= table(lambda need, offer: is_outside(need.region_code, offer.offered_region_codes))
    broken |= table(lacks_way)
    budget = column(lambda one: one.budget_max_cny, needs, np.inf)
    price = column(lambda one: one.asking_price_cny, offers, -np.inf)
    broken |= price[None, :] > budget[:, None]
    wanted, reached = column(lambda one: one.min_trl, needs, -np.inf), column(lambda one: one.trl, offers, np.inf)
    broken |= reached[None, :] < wanted[:, None]
    last = column(lambda one: one.needed_by and one.needed_by.toordinal(), needs, np.inf)
    first = column(lambda one: one.available_from and one.available_from.toordinal(), offers, -np.inf)
    return broken | (np.maximum(first, TODAY.toordinal())[None, :] > last[:, None])


def is_gone(one):
    if one.status is ListingStatus.PUBLISHED:
        return one.expires_at is not None and one.expires_at <= NOW
    return one.status is not ListingStatus.IN_TALKS


def is_outside(region, allowed):
    return bool(allowed) and (region is None or not WITHIN[region] & set(allowed))


def lacks_way(need, offer):
    both = [ways for ways in (need.transfer_ways, offer.transfer_ways) if ways]
    if not both:
        return False
    possible = frozenset.intersection(*both)
    sole = need.exclusivity is Exclusivity.EXCLUSIVE or offer.exclusive_only
    return not possible or (sole and possible <= SHARED)


def test_no_pair_that_breaks_a_constraint_passes_in_a_million():
    chance = random.Random(7)  # noqa: S311
    needs = [random_need(chance) for _ in range(SIZE)]
    offers = [random_achievement(chance) for _ in range(SIZE)]

    passed = np.array([[not violations(need, offer, now=NOW) for offer in offers] for need in needs])

    expected = ~forbidden(needs, offers)
    assert passed.size == 1_000_000
    assert 10_000 < passed.sum() < 500_000
    assert (passed == expected).all(), np.argwhere(passed != expected)[:3]
