"""The SELECTs that are the same for achievements and needs; each takes the noun's table."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from market.kernel.paging import Page, PageRequest
from market.listings.models import LIVE, Listing, ListingStatus

L = TypeVar("L", bound=Listing)

COMPARED = frozenset({*LIVE, ListingStatus.SUBMITTED})
"""The states in which a listing counts as already there when another one is compared with it."""

_MAX_COMPARED = 20_000


def page_of(
    session: Session, model: type[L], where: Sequence[sa.ColumnElement[bool]], order: Sequence[Any], page: PageRequest
) -> Page[L]:
    """One page of the rows that pass all conditions; `order` must end with a unique key."""
    total = _count(session, model, *where)
    rows = session.exec(select(model).where(*where).order_by(*order).offset(page.offset).limit(page.size)).all()
    return Page(items=list(rows), page=page.page, size=page.size, total=total)


def published_page(session: Session, model: type[L], page: PageRequest, *, now: datetime | None) -> Page[L]:
    """Live listings, the newest first; with `now`, without the published ones whose validity is over."""
    # Each state by its own index, and put together then: asked for all states at once, a database sorts everything live for one page.
    newest = [_newest(model, status, now, page.offset + page.size).subquery() for status in LIVE]
    found = sa.union_all(*(sa.select(one.c.id, one.c.published_at) for one in newest)).subquery()
    of_page = sa.select(found.c.id).order_by(found.c.published_at.desc(), found.c.id.desc())
    order = (col(model.published_at).desc(), col(model.id).desc())
    ids = of_page.offset(page.offset).limit(page.size)
    rows = session.exec(select(model).where(col(model.id).in_(ids)).order_by(*order)).all()
    total = _count(session, model, col(model.status).in_(LIVE))
    if now is not None:
        total -= _count(session, model, *_is_over(model, now))
    return Page(items=list(rows), page=page.page, size=page.size, total=total)


def _newest(model: type[L], status: ListingStatus, now: datetime | None, limit: int) -> Any:
    newest = sa.select(col(model.id), col(model.published_at)).where(col(model.status) == status)
    if now is not None and status is ListingStatus.PUBLISHED:
        newest = newest.where(sa.or_(col(model.expires_at).is_(None), col(model.expires_at) > now))
    return newest.order_by(col(model.published_at).desc(), col(model.id).desc()).limit(limit)


def newest_versions(
    session: Session, model: type[L], also: sa.ColumnElement[bool], limit: int, before: UUID | None = None
) -> list[tuple[UUID, int]]:
    """Id and version of live listings that pass the condition, the newest first; only those older than `before` where it is given."""
    found: list[tuple[UUID, int]] = []
    for status in LIVE:  # each state by its own index, whose order this is
        statement = sa.select(col(model.id), col(model.version)).where(col(model.status) == status, also)
        if before is not None:
            statement = statement.where(col(model.id) < before)
        found += [(row[0], row[1]) for row in session.execute(statement.order_by(col(model.id).desc()).limit(limit))]
    return sorted(found, reverse=True)[:limit]


def _is_over(model: type[L], now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return col(model.status) == ListingStatus.PUBLISHED, col(model.expires_at) <= now


def _count(session: Session, model: type[L], *where: sa.ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(model).where(*where)).one()


def own_page(session: Session, model: type[L], party_id: UUID, page: PageRequest) -> Page[L]:
    """A party's listings in every state, the last touched first."""
    order = (col(model.updated_at).desc(), col(model.id).desc())
    return page_of(session, model, [col(model.owner_party_id) == party_id], order, page)


def broker_page(session: Session, model: type[L], broker_id: UUID, page: PageRequest) -> Page[L]:
    """The listings that a broker looks after, in every state, the last touched first."""
    order = (col(model.updated_at).desc(), col(model.id).desc())
    return page_of(session, model, [col(model.broker_id) == broker_id], order, page)


def review_page(session: Session, model: type[L], page: PageRequest) -> Page[L]:
    """What waits for review, the longest waiting first."""
    order = (col(model.submitted_at), col(model.id))
    return page_of(session, model, [col(model.status) == ListingStatus.SUBMITTED], order, page)


def rows_by_id(session: Session, model: type[L], ids: Sequence[UUID]) -> dict[UUID, L]:
    """The rows of these ids; ids without a row are left out."""
    rows = session.exec(select(model).where(col(model.id).in_(ids))).all() if ids else ()
    return {row.id: row for row in rows}


def find_by_source_ref(session: Session, model: type[L], source_ref: str) -> L | None:
    """The listing that an import made from this source, whatever became of it."""
    return session.exec(select(model).where(col(model.source_ref) == source_ref)).one_or_none()


def taken_source_refs(session: Session, model: type[L], source_refs: Collection[str]) -> set[str]:
    """Which of these sources an import has brought before."""
    if not source_refs:
        return set()
    statement = select(model.source_ref).where(col(model.source_ref).in_(source_refs))
    return {source_ref for source_ref in session.exec(statement).all() if source_ref is not None}


def find_same_content(session: Session, model: type[L], listing: L) -> L | None:
    """Another listing of the same owner with the same content that is live or under review."""
    statement = (
        select(model)
        .where(
            col(model.content_hash) == listing.content_hash,
            col(model.owner_party_id) == listing.owner_party_id,
            col(model.status).in_(COMPARED),
            col(model.id) != listing.id,
        )
        .order_by(col(model.id))
        .limit(1)
    )
    return session.exec(statement).one_or_none()


def titles_to_compare(
    session: Session,
    model: type[L],
    listing: Listing,
    statuses: frozenset[ListingStatus],
    broker_id: UUID | None,
) -> list[tuple[UUID, str, str]]:
    """(id, title, content hash) of the listings of the same owner or technology field, the newest first.

    Another owner's only in `statuses`: what is not published is nobody else's business. The owner's own also before;
    of them, where a broker asks, those in the broker's hands.
    """
    own = sa.and_(
        col(model.owner_party_id) == listing.owner_party_id,
        col(model.status).not_in([ListingStatus.WITHDRAWN, ListingStatus.EXPIRED]),
    )
    if broker_id is not None:
        own = sa.and_(own, col(model.broker_id) == broker_id)
    same_field = sa.and_(col(model.field_code) == listing.field_code, col(model.status).in_(statuses))
    statement = (
        select(model.id, model.title, model.content_hash)
        .where(sa.or_(own, same_field), col(model.id) != listing.id)
        .order_by(col(model.id).desc())
        .limit(_MAX_COMPARED)
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement).all()]


def lock_due(session: Session, model: type[L], now: datetime, limit: int) -> list[L]:
    """Published listings whose validity is over, locked; rows that somebody else holds are left for the next run."""
    statement = (
        select(model)
        .where(*_is_over(model, now))
        .order_by(col(model.expires_at), col(model.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(session.exec(statement).all())


def live_batches(session: Session, model: type[L], batch: int) -> Iterator[list[L]]:
    """All live listings in batches, in order of id; each batch is forgotten by the session before the next is read."""
    after: UUID | None = None
    while True:
        # The state is looked at here: asked for it, SQLite reads everything live for every batch.
        statement = select(model).order_by(col(model.id)).limit(batch)
        if after is not None:
            statement = statement.where(col(model.id) > after)
        rows = list(session.exec(statement).all())
        if not rows:
            return
        after = rows[-1].id
        live = [row for row in rows if row.status in LIVE]
        if live:
            yield live
        for row in rows:
            session.expunge(row)
