from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.achievements.models import Achievement
from market.kernel.clock import FixedClock
from market.listings.models import ListingStatus
from market.needs.models import Exclusivity, Need
from matching.constraints import (
    AchievementTerms,
    NeedTerms,
    Rule,
    achievement_terms,
    filters_for_achievement,
    filters_for_need,
    need_terms,
    violations,
)
from search.engine import AnyOf, EngineQuery, IndexDocument, NoneOf, Within
from tests.matching.market import document_of, open_engine

NOW = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)
OWNERS = [UUID(int=number) for number in range(1, 5)]
NEED = NeedTerms(
    owner_party_id=OWNERS[0],
    status=ListingStatus.PUBLISHED,
    expires_at=None,
    region_code="640104",
    accepted_region_codes=(),
    transfer_ways=frozenset(),
    exclusivity=Exclusivity.ANY,
    budget_max_cny=None,
    min_trl=None,
    needed_by=None,
)
ACHIEVEMENT = AchievementTerms(
    owner_party_id=OWNERS[1],
    status=ListingStatus.PUBLISHED,
    expires_at=None,
    region_code="110000",
    offered_region_codes=(),
    transfer_ways=frozenset(),
    exclusive_only=False,
    asking_price_cny=None,
    trl=None,
    available_from=None,
)


def broken(need: NeedTerms, achievement: AchievementTerms) -> list[Rule]:
    return [violation.rule for violation in violations(need, achievement, now=NOW)]


@pytest.mark.parametrize(
    ("need", "achievement", "expected"),
    [
        ({}, {}, []),
        ({"status": ListingStatus.DRAFT}, {}, [Rule.LIVE]),
        ({}, {"expires_at": NOW - timedelta(seconds=1)}, [Rule.LIVE]),
        ({}, {"owner_party_id": OWNERS[0]}, [Rule.OWNER]),
        ({"accepted_region_codes": ("640000",)}, {}, [Rule.REGION]),
        ({"accepted_region_codes": ("640000",)}, {"region_code": "640521"}, []),
        ({"accepted_region_codes": ("640000",)}, {"region_code": None}, [Rule.REGION]),
        ({}, {"offered_region_codes": ("640500",)}, [Rule.OFFERED_REGION]),
        ({}, {"offered_region_codes": ("640100",)}, []),
        ({"transfer_ways": frozenset({"licence"})}, {"transfer_ways": frozenset({"transfer"})}, [Rule.TRANSFER_WAY]),
        ({"transfer_ways": frozenset({"licence"})}, {}, []),
        ({"budget_max_cny": Decimal("100.00")}, {"asking_price_cny": Decimal("100.01")}, [Rule.PRICE]),
        ({"budget_max_cny": Decimal("100.00")}, {"asking_price_cny": Decimal("100.00")}, []),
        ({"budget_max_cny": Decimal("100.00")}, {"asking_price_cny": None}, []),
        ({"min_trl": 6}, {"trl": 5}, [Rule.READINESS]),
        ({"min_trl": 6}, {"trl": 6}, []),
        ({"min_trl": 6}, {"trl": None}, []),
        ({"needed_by": date(2026, 6, 1)}, {"available_from": date(2026, 6, 2)}, [Rule.TIME]),
        ({"needed_by": date(2026, 6, 1)}, {"available_from": date(2026, 6, 1)}, []),
        (
            {"exclusivity": Exclusivity.EXCLUSIVE},
            {"transfer_ways": frozenset({"joint_implementation"})},
            [Rule.EXCLUSIVITY],
        ),
        ({"exclusivity": Exclusivity.EXCLUSIVE}, {"transfer_ways": frozenset({"licence"})}, []),
        ({"transfer_ways": frozenset({"joint_implementation"})}, {"exclusive_only": True}, [Rule.EXCLUSIVITY]),
    ],
)
def test_violations_when_one_condition_decides(need, achievement, expected):
    assert broken(replace(NEED, **need), replace(ACHIEVEMENT, **achievement)) == expected


def test_violations_when_price_is_too_high_name_both_amounts():
    need = replace(NEED, budget_max_cny=Decimal("500000.00"))
    achievement = replace(ACHIEVEMENT, asking_price_cny=Decimal("800000.00"))

    (violation,) = violations(need, achievement, now=NOW)

    assert "80.00 万元" in violation.message
    assert "50.00 万元" in violation.message


REGIONS = st.sampled_from([None, "640104", "640521", "640000", "110000"])
REGION_LISTS = st.lists(st.sampled_from(["640000", "640100", "640521", "110000"]), max_size=2, unique=True)
WAYS = st.lists(
    st.sampled_from(["transfer", "licence", "joint_implementation", "self_implementation"]), max_size=3, unique=True
)
AMOUNTS = st.sampled_from([None, Decimal("1.00"), Decimal("100000.00"), Decimal("100000.01"), Decimal("900000.00")])
DAYS = st.sampled_from([None, date(2026, 4, 7), date(2026, 4, 8), date(2026, 6, 1), date(2027, 1, 1)])
EXPIRIES = st.sampled_from([NOW + timedelta(milliseconds=300), NOW - timedelta(days=1), NOW + timedelta(days=90)])
READINESS = st.none() | st.integers(1, 9)
STATUSES = st.sampled_from([ListingStatus.PUBLISHED, ListingStatus.PUBLISHED, ListingStatus.IN_TALKS])
LEVELS = st.sampled_from([None, None, "members", "consent"])


def _listing(number: int) -> dict:
    return {"id": UUID(int=1000 + number), "title": "示范", "field_code": "01", "created_at": NOW, "updated_at": NOW}


@st.composite
def need_rows(draw) -> Need:
    level = draw(LEVELS)
    hidden = ("region_code", "transfer_ways", "accepted_region_codes", "min_trl", "needed_by", "budget_max_cny")
    return Need(
        **_listing(0),
        owner_party_id=draw(st.sampled_from(OWNERS)),
        status=draw(STATUSES),
        expires_at=draw(EXPIRIES),
        region_code=draw(REGIONS),
        accepted_region_codes=draw(REGION_LISTS),
        transfer_ways=draw(WAYS),
        exclusivity=draw(st.sampled_from(Exclusivity)),
        budget_max_cny=draw(AMOUNTS),
        min_trl=draw(READINESS),
        needed_by=draw(DAYS),
        disclosure=dict.fromkeys(hidden, level) if level else {},
    )


@st.composite
def achievement_rows(draw, number: int = 1) -> Achievement:
    level = draw(LEVELS)
    hidden = ("region_code", "transfer_ways", "offered_region_codes", "trl", "available_from", "asking_price_cny")
    return Achievement(
        **_listing(number),
        owner_party_id=draw(st.sampled_from(OWNERS)),
        status=draw(STATUSES),
        expires_at=draw(EXPIRIES),
        region_code=draw(REGIONS),
        offered_region_codes=draw(REGION_LISTS),
        transfer_ways=draw(WAYS),
        exclusive_only=draw(st.booleans()),
        asking_price_cny=draw(AMOUNTS),
        trl=draw(READINESS),
        available_from=draw(DAYS),
        disclosure=dict.fromkeys(hidden, level) if level else {},
    )


def passes(document: IndexDocument, condition: AnyOf | NoneOf | Within) -> bool:
    """What the engine Protocol says about a filter, without an engine."""
    if isinstance(condition, Within):
        number = document.numbers.get(condition.field)
        if number is None:
            return condition.or_missing
        return (condition.low is None or condition.low <= number) and (
            condition.high is None or number <= condition.high
        )
    shared = not set(document.codes.get(condition.field, ())).isdisjoint(condition.values)
    return shared if isinstance(condition, AnyOf) else not shared


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(need_rows(), st.tuples(*(achievement_rows(number) for number in range(1, 9))))
def test_filters_when_a_pair_breaks_nothing_never_drop_it(need, achievements):
    """Both ways, over 1,200 pairs: what the filters drop, `violations` refuses too."""
    for achievement in achievements:
        if violations(need_terms(need), achievement_terms(achievement), now=NOW):
            continue
        wanted = filters_for_need(need_terms(need), now=NOW)
        assert all(passes(document_of(achievement), condition) for condition in wanted)
        wanted = filters_for_achievement(achievement_terms(achievement), now=NOW)
        assert all(passes(document_of(need), condition) for condition in wanted)


@settings(max_examples=150, deadline=None)
@given(need_rows(), achievement_rows())
def test_filters_when_nothing_is_hidden_and_no_right_is_sole_say_what_violations_say(need, achievement):
    need.disclosure, achievement.disclosure = {}, {}
    need.exclusivity, achievement.exclusive_only = Exclusivity.ANY, False
    is_fit = not violations(need_terms(need), achievement_terms(achievement), now=NOW)

    forward = all(
        passes(document_of(achievement), condition) for condition in filters_for_need(need_terms(need), now=NOW)
    )
    backward = all(
        passes(document_of(need), condition)
        for condition in filters_for_achievement(achievement_terms(achievement), now=NOW)
    )

    # Each direction looks at the other listing only; a past `needed_by` is seen from the achievement's side.
    past = need.needed_by is not None and need.needed_by < date(2026, 4, 8)
    dead = [row for row in (need, achievement) if row.status is ListingStatus.PUBLISHED and row.expires_at < NOW]
    assert is_fit == (forward and backward and not past and not dead)


@settings(max_examples=6, deadline=None)
@given(need_rows(), st.lists(achievement_rows(), min_size=20, max_size=20))
def test_filters_when_the_real_engine_applies_them_mean_the_same(tmp_path_factory, need, achievements):
    documents = {
        UUID(int=number): replace(document_of(achievement), subject_id=UUID(int=number))
        for number, achievement in enumerate(achievements, 1)
    }
    engine = open_engine(tmp_path_factory.mktemp("index"))
    engine.apply(list(documents.values()))
    filters = filters_for_need(need_terms(need), now=NOW)

    found = engine.search(EngineQuery(filters=filters, size=50))
    engine.close()

    expected = {key for key, one in documents.items() if all(passes(one, condition) for condition in filters)}
    assert {hit.subject_id for hit in found.hits} == expected


def test_fixed_clock_and_constant_agree(clock: FixedClock):
    assert clock.now() == NOW
