"""What the pairing reads of the listings: rows by id, without the long text that needs consent. They are for reading only."""

from collections.abc import Collection
from typing import Any, TypeVar, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.achievements.models import Achievement
from market.listings.models import LIVE, ListingStatus
from market.matches.models import SUGGESTED_BY_HAND, Match, MatchSource, MatchStatus
from market.needs.models import Need

L = TypeVar("L", Need, Achievement)

_LISTING = [
    "id",
    "version",
    "owner_party_id",
    "broker_id",
    "title",
    "summary",
    "keywords",
    "field_code",
    "industry_code",
    "local_industry_code",
    "region_code",
    "disclosure",
    "status",
    "published_at",
    "expires_at",
    "transfer_ways",
]
_NEED = [
    *_LISTING,
    *[
        "problem",
        "key_technology",
        "expected_outcome",
        "background",
        "budget_max_cny",
        "min_trl",
        "exclusivity",
    ],
    *["accepted_region_codes", "needed_by"],
]
_ACHIEVEMENT = [
    *_LISTING,
    *["description", "trl", "asking_price_cny", "exclusive_only", "offered_region_codes", "available_from"],
]


def needs_by_id(session: Session, ids: Collection[UUID]) -> list[Need]:
    """The needs of these ids, in no order; missing ones are left out."""
    return _rows(session, Need, _NEED, col(Need.id).in_(ids))


def achievements_by_id(session: Session, ids: Collection[UUID]) -> list[Achievement]:
    """The achievements of these ids, in no order; missing ones are left out."""
    return _rows(session, Achievement, _ACHIEVEMENT, col(Achievement.id).in_(ids))


def live_need_ids(session: Session) -> list[UUID]:
    """The ids of all live needs, in order."""
    return list(session.exec(select(Need.id).where(col(Need.status).in_(LIVE)).order_by(col(Need.id))))


def live_achievement_ids(session: Session) -> list[UUID]:
    """The ids of all live achievements, in order."""
    return list(
        session.exec(select(Achievement.id).where(col(Achievement.status).in_(LIVE)).order_by(col(Achievement.id)))
    )


def versions_of_achievements(session: Session, ids: Collection[UUID]) -> dict[UUID, int]:
    """The current versions of these achievements."""
    return _versions(session, Achievement, ids)


def versions_of_needs(session: Session, ids: Collection[UUID]) -> dict[UUID, int]:
    """The current versions of these needs."""
    return _versions(session, Need, ids)


def newest_achievements(session: Session, limit: int) -> list[Achievement]:
    """A sample of live achievements: those created last."""
    # First among twice as many, whatever their state: asked for it at once, SQLite sorts everything live for the few that are wanted.
    for reach in (2 * limit, None):
        newest = sa.select(col(Achievement.id), col(Achievement.status)).order_by(col(Achievement.id).desc())
        among = newest.limit(reach).subquery()
        live = sa.select(among.c.id).where(among.c.status.in_(LIVE)).order_by(among.c.id.desc()).limit(limit)
        ids = session.execute(live).scalars().all()
        if len(ids) == limit:
            break
    return achievements_by_id(session, ids)


def _versions(session: Session, model: type[L], ids: Collection[UUID]) -> dict[UUID, int]:
    return dict(session.exec(select(model.id, model.version).where(col(model.id).in_(ids))).all())


def _rows(session: Session, model: type[L], names: list[str], condition: Any) -> list[L]:
    """Plain rows with the attributes of the model: 200 tracked objects would cost more than scoring them."""
    statement = sa.select(*(getattr(model, name) for name in names)).where(condition)
    return cast(list[L], session.execute(statement).all())


def achievements_in_talks(session: Session, owner_ids: Collection[UUID] | None = None) -> list[Achievement]:
    """Whose achievements stand in talks: their owners and disclosure alone; of these owners, or of all."""
    is_meant = col(Achievement.status) == ListingStatus.IN_TALKS
    if owner_ids is not None:
        is_meant &= col(Achievement.owner_party_id).in_(owner_ids)
    return _rows(session, Achievement, ["owner_party_id", "disclosure"], is_meant)


def scores_by_need(session: Session, need_ids: Collection[UUID]) -> dict[UUID, list[float]]:
    """The scores of each need's pairs that are still shown."""
    is_shown = (col(Match.status) != MatchStatus.SUGGESTED) | col(Achievement.status).in_(LIVE)
    statement = (
        select(Match.need_id, Match.score)
        .join(Achievement, col(Achievement.id) == col(Match.achievement_id))
        .where(col(Match.need_id).in_(need_ids), col(Match.status) != MatchStatus.DECLINED, is_shown)
    )
    scores: dict[UUID, list[float]] = {}
    for need_id, score in session.exec(statement):
        scores.setdefault(need_id, []).append(score)
    return scores


def suggested_by_hand(session: Session, limit: int) -> list[tuple[UUID, UUID]]:
    """(need, achievement) of pairs that a person put together and that have no score yet."""
    statement = (
        select(Match.need_id, Match.achievement_id)
        .where(col(Match.source) == MatchSource.BROKER, col(Match.model_version) == SUGGESTED_BY_HAND)
        .order_by(col(Match.id))
        .limit(limit)
    )
    return [(need_id, achievement_id) for need_id, achievement_id in session.exec(statement)]
