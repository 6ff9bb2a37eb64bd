"""Every SELECT about facts that were read out of achievements' texts."""

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func

from market.achievements.models import Achievement
from market.listings import queries as listings
from market.listings.models import LIVE
from market.matches.fact_models import AchievementFacts

_IN_CHUNK = 500
_COLUMNS: Any = sa.select(
    col(AchievementFacts.achievement_id), col(AchievementFacts.text_hash), col(AchievementFacts.content)
)


class StoredFacts(NamedTuple):
    """What was read out of the text of this hash."""

    text_hash: bytes
    content: bytes


def facts_of(session: Session, reader: str, ids: Collection[UUID]) -> dict[UUID, StoredFacts]:
    """What this reader has read of these achievements; those it has not read are missing."""
    listed = list(ids)
    found: dict[UUID, StoredFacts] = {}
    for start in range(0, len(listed), _IN_CHUNK):
        statement = _COLUMNS.where(
            col(AchievementFacts.achievement_id).in_(listed[start : start + _IN_CHUNK]),
            col(AchievementFacts.reader) == reader,
        )
        found.update(
            (row_id, StoredFacts(text_hash, content)) for row_id, text_hash, content in session.execute(statement)
        )
    return found


def unread(session: Session, reader: str, limit: int, before: UUID | None = None) -> list[tuple[UUID, int]]:
    """Live achievements, with their versions, that this reader has not read as they are now; the newest first.

    `before`: only older ones, so that a walk through the whole market passes over what it has read once, not with each batch.
    """
    return listings.newest_versions(session, Achievement, ~_is_read(reader), limit, before)


def count_unread(session: Session, reader: str) -> int:
    """How many these are."""
    unread = sa.select(col(Achievement.id)).where(col(Achievement.status).in_(LIVE), ~_is_read(reader)).subquery()
    return session.scalar(sa.select(func.count()).select_from(unread)) or 0


def _is_read(reader: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(AchievementFacts.achievement_id) == col(Achievement.id),
        col(AchievementFacts.reader) == reader,
        col(AchievementFacts.row_version) == col(Achievement.version),
    )
