"""Every SELECT about needs."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from market.kernel.db import get_row
from market.kernel.paging import Page, PageRequest
from market.listings import queries
from market.needs.models import Need, NeedIndicator

NOUN = "技术需求"


def get_need(session: Session, need_id: UUID) -> Need:
    """The row, whatever its state and whoever asks; raises `NotFound`. For a viewer use `service.view_need`."""
    return get_row(session, Need, need_id, NOUN)


def needs_by_id(session: Session, ids: Sequence[UUID]) -> dict[UUID, Need]:
    """The rows of these ids; ids without a row are left out."""
    return queries.rows_by_id(session, Need, ids)


def list_published(session: Session, page: PageRequest, *, now: datetime | None = None) -> Page[Need]:
    """Live needs, the newest first; with `now`, without those whose validity is over but not yet swept."""
    return queries.published_page(session, Need, page, now=now)


def list_own(session: Session, party_id: UUID, page: PageRequest) -> Page[Need]:
    """A party's needs in every state, the last touched first."""
    return queries.own_page(session, Need, party_id, page)


def list_of_broker(session: Session, broker_id: UUID, page: PageRequest) -> Page[Need]:
    """The needs that a broker looks after, in every state."""
    return queries.broker_page(session, Need, broker_id, page)


def list_for_review(session: Session, page: PageRequest) -> Page[Need]:
    """What waits for review, the longest waiting first."""
    return queries.review_page(session, Need, page)


def indicators_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[NeedIndicator]]:
    """The indicators of each need, in order; every id has an entry."""
    found: dict[UUID, list[NeedIndicator]] = {need_id: [] for need_id in ids}
    statement = (
        select(NeedIndicator)
        .where(col(NeedIndicator.need_id).in_(ids))
        .order_by(col(NeedIndicator.need_id), col(NeedIndicator.position))
    )
    for indicator in session.exec(statement).all() if ids else ():
        found[indicator.need_id].append(indicator)
    return found


def find_by_source_ref(session: Session, source_ref: str) -> Need | None:
    """The need that an import made from this source, whatever became of it."""
    return queries.find_by_source_ref(session, Need, source_ref)


def iter_live(session: Session, batch: int = 500) -> Iterator[list[Need]]:
    """All live needs, in batches in order of id."""
    return queries.live_batches(session, Need, batch)


def clear_indicators(session: Session, need_id: UUID) -> None:
    """Remove the indicators, before new ones take their place; for the service only."""
    session.exec(delete(NeedIndicator).where(col(NeedIndicator.need_id) == need_id))
