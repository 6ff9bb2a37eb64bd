"""Hard constraints of both sides: a pair that breaks one is never shown, however close the texts are. Pure.

The same rules stand here twice on purpose: `violations` is exact and decides; the engine filters only keep the engine from
returning what would be thrown away, and never drop a pair that `violations` lets pass.
What a listing does not say restricts nothing: an unknown readiness or a price 面议 passes and is named as unknown in the reasons.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from market.achievements.models import Achievement
from market.kernel.clock import business_date
from market.kernel.money import format_wan, to_fen
from market.kernel.outbox import Subject
from market.listings.models import ListingStatus
from market.listings.rules import is_shown
from market.needs.models import Exclusivity, Need
from market.reference.lists import region_path
from search.engine import ANY, HIDDEN, AnyOf, CodeField, Filter, NoneOf, NumberField, Within

WAYS_WITHOUT_SOLE_RIGHTS = frozenset({"self_implementation", "joint_implementation"})
"""Ways of conversion in which nobody acquires rights of his own, so none that could be sole (ours)."""


class Rule(StrEnum):
    """Which hard constraint."""

    LIVE = "live"
    OWNER = "owner"
    REGION = "region"
    OFFERED_REGION = "offered_region"
    TRANSFER_WAY = "transfer_way"
    EXCLUSIVITY = "exclusivity"
    PRICE = "price"
    READINESS = "readiness"
    TIME = "time"


@dataclass(frozen=True)
class Violation:
    """A broken constraint, and the Chinese sentence for the people concerned."""

    rule: Rule
    message: str


@dataclass(frozen=True, slots=True)
class NeedTerms:
    """On what terms a need may be met."""

    owner_party_id: UUID
    status: ListingStatus
    expires_at: datetime | None
    region_code: str | None
    accepted_region_codes: tuple[str, ...]
    transfer_ways: frozenset[str]
    exclusivity: Exclusivity
    budget_max_cny: Decimal | None
    min_trl: int | None
    needed_by: date | None


@dataclass(frozen=True, slots=True)
class AchievementTerms:
    """On what terms an achievement is offered."""

    owner_party_id: UUID
    status: ListingStatus
    expires_at: datetime | None
    region_code: str | None
    offered_region_codes: tuple[str, ...]
    transfer_ways: frozenset[str]
    exclusive_only: bool
    asking_price_cny: Decimal | None
    trl: int | None
    available_from: date | None


def need_terms(need: Need) -> NeedTerms:
    """The terms of a row."""
    return NeedTerms(
        owner_party_id=need.owner_party_id,
        status=need.status,
        expires_at=need.expires_at,
        region_code=need.region_code,
        accepted_region_codes=tuple(need.accepted_region_codes),
        transfer_ways=codes(tuple(need.transfer_ways)),
        exclusivity=need.exclusivity,
        budget_max_cny=need.budget_max_cny,
        min_trl=need.min_trl,
        needed_by=need.needed_by,
    )


def achievement_terms(achievement: Achievement) -> AchievementTerms:
    """The terms of a row."""
    return AchievementTerms(
        owner_party_id=achievement.owner_party_id,
        status=achievement.status,
        expires_at=achievement.expires_at,
        region_code=achievement.region_code,
        offered_region_codes=tuple(achievement.offered_region_codes),
        transfer_ways=codes(tuple(achievement.transfer_ways)),
        exclusive_only=achievement.exclusive_only,
        asking_price_cny=achievement.asking_price_cny,
        trl=achievement.trl,
        available_from=achievement.available_from,
    )


@lru_cache(maxsize=4096)
def codes(listed: tuple[str, ...]) -> frozenset[str]:
    """These codes as a set; the same few come with every listing and are kept once."""
    return frozenset(listed)


def is_live(terms: NeedTerms | AchievementTerms, now: datetime) -> bool:
    """Whether the listing is on the market at this instant."""
    return is_shown(terms.status, terms.expires_at, now)


def violations(need: NeedTerms, achievement: AchievementTerms, *, now: datetime) -> list[Violation]:
    """Every hard constraint that the pair breaks; an empty list: the pair may be shown."""
    found: list[Violation] = []  # one for all four: hundreds of pairs a need are asked about, and hardly any breaks one
    _add_of_market(found, need, achievement, now)
    _add_of_regions(found, need, achievement)
    _add_of_rights(found, need, achievement)
    _add_of_measures(found, need, achievement, now)
    return found


def _add_of_market(found: list[Violation], need: NeedTerms, achievement: AchievementTerms, now: datetime) -> None:
    if not is_live(need, now):
        found.append(Violation(Rule.LIVE, "需求已不在有效发布状态。"))
    if not is_live(achievement, now):
        found.append(Violation(Rule.LIVE, "成果已不在有效发布状态。"))
    if need.owner_party_id == achievement.owner_party_id:
        found.append(Violation(Rule.OWNER, "需求与成果属于同一主体。"))


def _add_of_regions(found: list[Violation], need: NeedTerms, achievement: AchievementTerms) -> None:
    if not lies_in(achievement.region_code, need.accepted_region_codes):
        found.append(Violation(Rule.REGION, "成果所在地区不在需求方可接受的地区内。"))
    if not lies_in(need.region_code, achievement.offered_region_codes):
        found.append(Violation(Rule.OFFERED_REGION, "需求方所在地区不在成果的转化地区内。"))


def lies_in(region_code: str | None, allowed: tuple[str, ...]) -> bool:
    """Whether a region or one above it is allowed; nothing named allows all, an unknown region lies in none."""
    return not allowed or (region_code is not None and not set(region_path(region_code)).isdisjoint(allowed))


def _add_of_rights(found: list[Violation], need: NeedTerms, achievement: AchievementTerms) -> None:
    wanted, offered = need.transfer_ways, achievement.transfer_ways
    if wanted and offered and wanted.isdisjoint(offered):
        found.append(Violation(Rule.TRANSFER_WAY, "需求方接受的转化方式与成果提供的转化方式没有交集。"))
    elif need.exclusivity is Exclusivity.EXCLUSIVE or achievement.exclusive_only:
        common = (wanted & offered) if wanted and offered else wanted or offered
        if common and common <= WAYS_WITHOUT_SOLE_RIGHTS:
            found.append(Violation(Rule.EXCLUSIVITY, "双方可行的转化方式无法取得独占权利,而其中一方要求独占。"))


def _add_of_measures(found: list[Violation], need: NeedTerms, achievement: AchievementTerms, now: datetime) -> None:
    budget, price = need.budget_max_cny, achievement.asking_price_cny
    if budget is not None and price is not None and price > budget:
        text = f"成果报价 {format_wan(price)} 万元,超出需求预算上限 {format_wan(budget)} 万元。"
        found.append(Violation(Rule.PRICE, text))
    if need.min_trl is not None and achievement.trl is not None and achievement.trl < need.min_trl:
        text = f"成果技术成熟度为 {achievement.trl} 级,低于需求要求的 {need.min_trl} 级。"
        found.append(Violation(Rule.READINESS, text))
    if need.needed_by is not None and earliest_start(achievement, now) > need.needed_by:
        found.append(Violation(Rule.TIME, f"成果无法在需求要求的 {need.needed_by.isoformat()} 之前提供。"))


def earliest_start(achievement: AchievementTerms, now: datetime) -> date:
    """The first day on which the achievement can be had: nobody delivers in the past."""
    today = business_date(now)
    return max(today, achievement.available_from) if achievement.available_from else today


def filters_for_need(need: NeedTerms, *, now: datetime) -> tuple[Filter, ...]:
    """Engine filters for achievements that may meet the need."""
    filters = [*_common_filters(Subject.ACHIEVEMENT, need, need.accepted_region_codes, now)]
    ways = need.transfer_ways
    if need.exclusivity is Exclusivity.EXCLUSIVE:
        filters.extend(_sole_right_filters(ways))
    if need.budget_max_cny is not None:
        filters.append(Within(NumberField.PRICE_FEN, high=to_fen(need.budget_max_cny), or_missing=True))
    if need.min_trl is not None:
        filters.append(Within(NumberField.READINESS, low=need.min_trl, or_missing=True))
    if need.needed_by is not None:
        filters.append(Within(NumberField.DAY, high=need.needed_by.toordinal(), or_missing=True))
    return tuple(filters)


def filters_for_achievement(achievement: AchievementTerms, *, now: datetime) -> tuple[Filter, ...]:
    """Engine filters for needs that the achievement may meet."""
    filters = [*_common_filters(Subject.NEED, achievement, achievement.offered_region_codes, now)]
    if achievement.exclusive_only:
        filters.extend(_sole_right_filters(achievement.transfer_ways))
    if achievement.asking_price_cny is not None:
        filters.append(Within(NumberField.PRICE_FEN, low=to_fen(achievement.asking_price_cny), or_missing=True))
    if achievement.trl is not None:
        filters.append(Within(NumberField.READINESS, high=achievement.trl, or_missing=True))
    filters.append(Within(NumberField.DAY, low=earliest_start(achievement, now).toordinal(), or_missing=True))
    return tuple(filters)


def _common_filters(
    wanted: Subject, own: NeedTerms | AchievementTerms, regions: tuple[str, ...], now: datetime
) -> Iterable[Filter]:
    yield AnyOf(CodeField.SUBJECT, (wanted,))
    yield NoneOf(CodeField.OWNER, (str(own.owner_party_id),))
    yield Within(NumberField.EXPIRES_AT, low=int(now.timestamp()), or_missing=True)
    own_path = region_path(own.region_code) if own.region_code else ()
    yield AnyOf(CodeField.ALLOWED_REGION, (ANY, *own_path))
    if regions:
        yield AnyOf(CodeField.REGION, (*regions, HIDDEN))
    if own.transfer_ways:
        yield AnyOf(CodeField.TRANSFER_WAY, (ANY, *sorted(own.transfer_ways)))


def _sole_right_filters(ways: frozenset[str]) -> Iterable[Filter]:
    """A way must be left in which sole rights can be had; without one `violations` refuses every pair by itself."""
    possible = ways - WAYS_WITHOUT_SOLE_RIGHTS
    if possible:
        yield AnyOf(CodeField.TRANSFER_WAY, (ANY, *sorted(possible)))
