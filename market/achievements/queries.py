"""Every SELECT about achievements."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from market.achievements.models import Achievement, AchievementIndicator, IntellectualProperty
from market.kernel.db import get_row
from market.kernel.paging import Page, PageRequest
from market.listings import queries

NOUN = "科技成果"


def get_achievement(session: Session, achievement_id: UUID) -> Achievement:
    """The row, whatever its state and whoever asks; raises `NotFound`. For a viewer use `service.view_achievement`."""
    return get_row(session, Achievement, achievement_id, NOUN)


def achievements_by_id(session: Session, ids: Sequence[UUID]) -> dict[UUID, Achievement]:
    """The rows of these ids; ids without a row are left out."""
    return queries.rows_by_id(session, Achievement, ids)


def list_published(session: Session, page: PageRequest, *, now: datetime | None = None) -> Page[Achievement]:
    """Live achievements, the newest first; with `now`, without those whose validity is over but not yet swept."""
    return queries.published_page(session, Achievement, page, now=now)


def list_own(session: Session, party_id: UUID, page: PageRequest) -> Page[Achievement]:
    """A party's achievements in every state, the last touched first."""
    return queries.own_page(session, Achievement, party_id, page)


def list_of_broker(session: Session, broker_id: UUID, page: PageRequest) -> Page[Achievement]:
    """The achievements that a broker looks after, in every state."""
    return queries.broker_page(session, Achievement, broker_id, page)


def list_for_review(session: Session, page: PageRequest) -> Page[Achievement]:
    """What waits for review, the longest waiting first."""
    return queries.review_page(session, Achievement, page)


def indicators_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[AchievementIndicator]]:
    """The indicators of each achievement, in order; every id has an entry."""
    found: dict[UUID, list[AchievementIndicator]] = {achievement_id: [] for achievement_id in ids}
    statement = (
        select(AchievementIndicator)
        .where(col(AchievementIndicator.achievement_id).in_(ids))
        .order_by(col(AchievementIndicator.achievement_id), col(AchievementIndicator.position))
    )
    for indicator in session.exec(statement).all() if ids else ():
        found[indicator.achievement_id].append(indicator)
    return found


def intellectual_property_of(session: Session, achievement_id: UUID) -> list[IntellectualProperty]:
    """The rights that the achievement rests on, in the lister's order."""
    statement = (
        select(IntellectualProperty)
        .where(col(IntellectualProperty.achievement_id) == achievement_id)
        .order_by(col(IntellectualProperty.position))
    )
    return list(session.exec(statement).all())


def find_by_source_ref(session: Session, source_ref: str) -> Achievement | None:
    """The achievement that an import made from this source, whatever became of it."""
    return queries.find_by_source_ref(session, Achievement, source_ref)


def taken_registration_nos(session: Session, numbers: Collection[str]) -> set[str]:
    """Which of these registration numbers an achievement carries already."""
    if not numbers:
        return set()
    statement = select(Achievement.registration_no).where(col(Achievement.registration_no).in_(numbers))
    return {number for number in session.exec(statement).all() if number is not None}


def iter_live(session: Session, batch: int = 500) -> Iterator[list[Achievement]]:
    """All live achievements, in batches in order of id."""
    return queries.live_batches(session, Achievement, batch)


def clear_indicators(session: Session, achievement_id: UUID) -> None:
    """Remove the indicators, before new ones take their place; for the service only."""
    session.exec(delete(AchievementIndicator).where(col(AchievementIndicator.achievement_id) == achievement_id))


def clear_intellectual_property(session: Session, achievement_id: UUID) -> None:
    """Remove the rights, before new ones take their place; for the service only."""
    session.exec(delete(IntellectualProperty).where(col(IntellectualProperty.achievement_id) == achievement_id))
