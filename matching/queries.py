"""What the pairing reads of the listings: whole rows by id, without the long text that needs consent."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.orm import load_only
from sqlmodel import Session, col, select

from market.achievements.models import Achievement
from market.listings.models import LIVE
from market.needs.models import Need

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
        "budget_min_cny",
        "budget_max_cny",
        "min_trl",
        "exclusivity",
    ],
    *["accepted_region_codes", "needed_by"],
]
_ACHIEVEMENT = [
    *_LISTING,
    *["description", "stage", "trl", "asking_price_cny", "exclusive_only", "offered_region_codes", "available_from"],
]


def needs_by_id(session: Session, ids: Collection[UUID]) -> list[Need]:
    """The needs of these ids, in no order; missing ones are left out."""
    return list(session.exec(select(Need).where(col(Need.id).in_(ids)).options(_only(Need, _NEED))).all())


def achievements_by_id(session: Session, ids: Collection[UUID]) -> list[Achievement]:
    """The achievements of these ids, in no order; missing ones are left out."""
    statement = select(Achievement).where(col(Achievement.id).in_(ids)).options(_only(Achievement, _ACHIEVEMENT))
    return list(session.exec(statement).all())


def newest_achievements(session: Session, limit: int) -> list[Achievement]:
    """A sample of live achievements: those created last."""
    statement = (
        select(Achievement)
        .where(col(Achievement.status).in_(LIVE))
        .order_by(col(Achievement.id).desc())
        .limit(limit)
        .options(_only(Achievement, _ACHIEVEMENT))
    )
    return list(session.exec(statement).all())


def _only(model: type[Need] | type[Achievement], names: list[str]) -> Any:
    return load_only(*(getattr(model, name) for name in names))
