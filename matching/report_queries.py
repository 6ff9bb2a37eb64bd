"""What the report of quality counts, in SQL. Listings are those on the market now that had been published by the day asked for."""

from collections.abc import Collection, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, or_

from market.achievements.models import Achievement
from market.deals.models import Deal
from market.listings.models import LIVE, Listing, ListingStatus
from market.matches.models import Match, MatchEvent, MatchStatus
from market.matches.outcome_models import Decision
from market.matches.rules import MatchAction
from market.needs.models import Need

_NAMED_AT_ONCE = 500
_OWNER_AND_FIELD: list[Any] = [col(Achievement.owner_party_id), col(Achievement.field_code)]
_TERMS = ["owner_party_id", "status", "expires_at", "region_code", "transfer_ways"]
_NEED_TERMS = [*_TERMS, "accepted_region_codes", "exclusivity", "budget_max_cny", "min_trl", "needed_by"]
_ACHIEVEMENT_TERMS = [*_TERMS, "offered_region_codes", "exclusive_only", "asking_price_cny", "trl", "available_from"]


class IndustryList(StrEnum):
    """By which list industries are told apart: the region's own (自治区重点产业) or the sections of GB/T 4754."""

    LOCAL = "local_industries"
    NATIONAL = "industries"


class Span(NamedTuple):
    """What is asked for: everything before the instant `end`; what is on the market is asked `now`."""

    end: datetime
    now: datetime


class LiveNeed(NamedTuple):
    """A need on the market, by its two dimensions; None where it does not say."""

    id: UUID
    industry_code: str | None
    region_code: str | None


class PlaceSums(NamedTuple):
    """How many pairs stood at this place (1: the best; None: in no list), and what people did with them."""

    place: int | None
    shown: int
    interested: int
    consented: int
    in_talks: int
    agreed: int
    declined: int


class RefusalSums(NamedTuple):
    """How often pairs were declined, or talks ended, for this reason, by this side."""

    action: str
    reason_code: str
    side: str
    number: int


def live_needs(session: Session, industries: IndustryList, span: Span) -> list[LiveNeed]:
    """Every need on the market."""
    columns: list[Any] = [col(Need.id), _industry(Need, industries), col(Need.region_code)]
    rows = session.execute(sa.select(*columns).where(*_on_market(Need, span)))
    return [LiveNeed(*row) for row in rows]


def live_achievements(
    session: Session, industries: IndustryList, span: Span
) -> dict[tuple[str | None, str | None], int]:
    """How many achievements are on the market, by industry and region."""
    industry, region = _industry(Achievement, industries), col(Achievement.region_code)
    statement = sa.select(industry, region, func.count()).where(*_on_market(Achievement, span))
    return {(row[0], row[1]): row[2] for row in session.execute(statement.group_by(industry, region))}


def best_offers(session: Session, min_score: float, span: Span) -> dict[UUID, UUID]:
    """For each need the achievement of its best pair that reaches the score, both on the market and not declined."""
    place = func.row_number().over(partition_by=col(Match.need_id), order_by=(col(Match.score).desc(), col(Match.id)))
    columns: list[Any] = [col(Match.need_id), col(Match.achievement_id), place.label("place")]
    placed = _joined(sa.select(*columns)).where(*_offers(min_score, span)).subquery()
    rows = session.execute(sa.select(placed.c.need_id, placed.c.achievement_id).where(placed.c.place == 1))
    return {row[0]: row[1] for row in rows}


def further_offers(
    session: Session, need_ids: Collection[UUID], min_score: float, span: Span
) -> Iterator[tuple[UUID, UUID]]:
    """Need and achievement of every pair of these needs that reaches the score, each need's best first."""
    columns: list[Any] = [col(Match.need_id), col(Match.achievement_id)]
    for some in _in_parts(need_ids):
        statement = _joined(sa.select(*columns)).where(*_offers(min_score, span), col(Match.need_id).in_(some))
        order = (col(Match.need_id), col(Match.score).desc(), col(Match.id))
        yield from ((row[0], row[1]) for row in session.execute(statement.order_by(*order)))


def terms_of_needs(session: Session, ids: Collection[UUID]) -> dict[UUID, Need]:
    """Rows with what the hard constraints ask of a need, and nothing else."""
    return _terms(session, Need, _NEED_TERMS, ids)


def terms_of_achievements(session: Session, ids: Collection[UUID]) -> dict[UUID, Achievement]:
    """Rows with what the hard constraints ask of an achievement, and nothing else."""
    return _terms(session, Achievement, _ACHIEVEMENT_TERMS, ids)


def sums_by_place(session: Session, end: datetime) -> list[PlaceSums]:
    """By place in the need's list: how many pairs were shown there, and how far people took them.

    A pair that somebody decided about counts at the best place it had then, any other at its place now.
    """
    acts = _acts(end).subquery()
    agreed = sa.select(col(Deal.match_id)).where(col(Deal.agreed_at) < end).subquery()
    places = _placed(col(Match.created_at) < end).subquery()
    place = func.coalesce(acts.c.place, places.c.place).label("place")
    done = [func.coalesce(func.sum(column), 0) for column in list(acts.c)[2:]]
    joined = (
        sa.join(Match, acts, acts.c.match_id == col(Match.id), isouter=True)
        .join(places, places.c.id == col(Match.id), isouter=True)
        .join(agreed, agreed.c.match_id == col(Match.id), isouter=True)
    )
    columns = [place, func.count(), *done[:3], func.count(agreed.c.match_id), done[3]]
    touched_or_listed = or_(acts.c.match_id.is_not(None), places.c.place.is_not(None))
    statement = sa.select(*columns).select_from(joined).where(touched_or_listed).group_by(place)
    return [PlaceSums(*row) for row in session.execute(statement)]


def sums_by_reason(session: Session, end: datetime) -> list[RefusalSums]:
    """Why pairs were declined and talks ended, the most frequent first."""
    columns: list[Any] = [
        col(MatchEvent.action),
        col(Match.decline_reason_code),
        func.coalesce(col(Match.declined_by), ""),
    ]
    number = func.count()
    statement = (
        sa.select(*columns, number)
        .join(Match, col(Match.id) == col(MatchEvent.match_id))
        .where(
            col(MatchEvent.action).in_([MatchAction.DECLINE, MatchAction.CLOSE_DEAL]),
            col(MatchEvent.at) < end,
            col(Match.decline_reason_code).is_not(None),
        )
        .group_by(*columns)
        .order_by(number.desc(), *columns)
    )
    return [RefusalSums(*row) for row in session.execute(statement)]


def listed_by_owner_and_field(session: Session, span: Span) -> dict[tuple[UUID, str], int]:
    """How many achievements each party has on the market in each technology field."""
    statement = sa.select(*_OWNER_AND_FIELD, func.count()).where(*_on_market(Achievement, span))
    return _counted(session, statement)


def shown_by_owner_and_field(session: Session, first_places: int, span: Span) -> dict[tuple[UUID, str], int]:
    """How often achievements of each party in each technology field stand among the first places of a live need's list."""
    live = sa.select(col(Need.id)).where(*_on_market(Need, span))
    shown = _placed(col(Match.need_id).in_(live)).subquery()
    statement = (
        sa.select(*_OWNER_AND_FIELD, func.count())
        .join(shown, shown.c.achievement_id == col(Achievement.id))
        .where(shown.c.place <= first_places, *_on_market(Achievement, span))
    )
    return _counted(session, statement)


def owners_and_fields(session: Session, ids: Collection[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Whose each of these achievements is, and of which technology field; missing ones are left out."""
    found = {}
    for part in _in_parts(ids):
        statement = sa.select(Achievement.id, Achievement.owner_party_id, Achievement.field_code).where(  # type: ignore[call-overload]
            col(Achievement.id).in_(part)
        )
        found.update({row_id: (owner, field) for row_id, owner, field in session.execute(statement)})
    return found


def _acts(end: datetime) -> Any:
    """A row for each pair that people had acted on: the best place it had then, and a 1 for each thing that happened."""

    def happened(*actions: MatchAction) -> Any:
        return func.max(sa.case((col(MatchEvent.action).in_(actions), 1), else_=0))

    return (
        sa.select(
            col(MatchEvent.match_id),
            func.min(Decision.place).label("place"),
            happened(MatchAction.EXPRESS_INTEREST).label("interested"),
            happened(MatchAction.CONSENT).label("consented"),
            happened(MatchAction.OPEN_DEAL).label("in_talks"),
            happened(MatchAction.DECLINE, MatchAction.CLOSE_DEAL).label("declined"),
        )
        .outerjoin(Decision, col(Decision.event_id) == col(MatchEvent.id))
        .where(col(MatchEvent.action).in_(list(MatchAction)), col(MatchEvent.at) < end)
        .group_by(col(MatchEvent.match_id))
    )


def _placed(condition: Any) -> Any:
    """The pairs in the needs' lists, each with its place."""
    place = func.row_number().over(partition_by=col(Match.need_id), order_by=(col(Match.score).desc(), col(Match.id)))
    columns: list[Any] = [col(Match.id), col(Match.achievement_id), place.label("place")]
    return sa.select(*columns).where(col(Match.listed_for_need).is_(True), condition)


def _counted(session: Session, statement: Any) -> dict[tuple[UUID, str], int]:
    rows = session.execute(statement.group_by(*_OWNER_AND_FIELD))
    return {(owner, field): number for owner, field, number in rows}


def _offers(min_score: float, span: Span) -> list[Any]:
    return [
        col(Match.score) >= min_score,
        col(Match.status) != MatchStatus.DECLINED,
        *_on_market(Need, span),
        *_on_market(Achievement, span),
    ]


def _joined(statement: Any) -> Any:
    return statement.join(Need, col(Need.id) == col(Match.need_id)).join(
        Achievement, col(Achievement.id) == col(Match.achievement_id)
    )


def _on_market(model: type[Listing], span: Span) -> list[Any]:
    return [
        col(model.status).in_(LIVE),
        col(model.published_at) < span.end,
        or_(  # talks keep a listing alive past its date
            col(model.status) == ListingStatus.IN_TALKS,
            col(model.expires_at).is_(None),
            col(model.expires_at) > span.now,
        ),
    ]


def _industry(model: type[Listing], industries: IndustryList) -> Any:
    return col(model.local_industry_code if industries is IndustryList.LOCAL else model.industry_code)


def _terms(session: Session, model: type[Any], names: list[str], ids: Collection[UUID]) -> dict[UUID, Any]:
    found: dict[UUID, Any] = {}
    columns = [getattr(model, name) for name in ("id", *names)]
    for some in _in_parts(ids):
        rows = session.execute(sa.select(*columns).where(model.id.in_(some)))
        found.update((row.id, cast(Any, row)) for row in rows)
    return found


def _in_parts(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    listed = list(ids)
    for start in range(0, len(listed), _NAMED_AT_ONCE):
        yield listed[start : start + _NAMED_AT_ONCE]
