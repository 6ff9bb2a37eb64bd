"""The outbox: what the search index must learn of, committed with the change itself.

An entry names a subject, never a payload: whoever relays it reads the *current* row, so it may run twice, late or out of order.
Fresh entries are due by their order in the database, never by a clock: hosts disagree about the time, and clocks are set back.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, func, select

from market.kernel.clock import Clock
from market.kernel.columns import SERIAL, UTC_INSTANT, enum_type
from market.kernel.paging import Page, PageRequest

T = TypeVar("T")

MAX_ATTEMPTS = 240
"""With the pauses below an hour: these are failures of the engine, not of the listing, and a node may take long to come back."""
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(seconds=15)
_POSTPONED_SHARE = 4
_ERROR_LENGTH = 500
_IN_CHUNK = 500
# In so many words: a bound value would keep both databases from using the partial index.
_FRESH: Any = sa.text("0")


class Subject(StrEnum):
    """The nouns that have a document in the index."""

    ACHIEVEMENT = "achievement"
    NEED = "need"


def _partial_index(name: str, column: str, condition: str) -> sa.Index:
    return sa.Index(name, column, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


class OutboxEntry(SQLModel, table=True):
    """待索引记录: one subject whose document may have changed."""

    __tablename__ = "outbox_entry"
    __table_args__ = (
        # Found without statistics, too: those of a queue are always out of date, and sorting a long backlog costs a tenth of a second.
        _partial_index("ix_outbox_entry_fresh", "id", "attempts = 0 AND dead_at IS NULL"),
        _partial_index("ix_outbox_entry_postponed", "due_at", "attempts > 0 AND dead_at IS NULL"),
        _partial_index("ix_outbox_entry_dead", "subject_id", "dead_at IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    subject: Subject = Field(sa_type=enum_type(Subject))
    subject_id: UUID = Field(index=True)
    created_at: datetime = Field(sa_type=UTC_INSTANT)
    due_at: datetime = Field(sa_type=UTC_INSTANT)
    attempts: int = Field(default=0)
    last_error: str = Field(default="", max_length=_ERROR_LENGTH)
    dead_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


def put(session: Session, subject: Subject, subject_id: UUID, clock: Clock) -> None:
    """Note that the subject's document must be brought up to date."""
    now = clock.now()
    session.add(OutboxEntry(subject=subject, subject_id=subject_id, created_at=now, due_at=now))


def put_many(session: Session, subject: Subject, subject_ids: Sequence[UUID], clock: Clock) -> None:
    """`put` for many at once, in one statement: for imports."""
    now = clock.now()
    rows = [
        {"subject": subject, "subject_id": one, "created_at": now, "due_at": now, "attempts": 0, "last_error": ""}
        for one in subject_ids
    ]
    if rows:
        session.execute(sa.insert(OutboxEntry), rows)


def claim(session: Session, clock: Clock, limit: int) -> list[OutboxEntry]:
    """Lock the oldest due entries; on PostgreSQL other relays skip them, on SQLite the relay is alone anyway.

    Entries that failed before get a share of the round, so that neither they nor fresh ones have to wait for the others.
    """
    postponed = session.exec(
        _locked()
        .where(col(OutboxEntry.attempts) > _FRESH, _is_due(clock.now()))
        .order_by(col(OutboxEntry.due_at))
        .limit(max(1, limit // _POSTPONED_SHARE))
    ).all()
    fresh = session.exec(
        _locked().where(col(OutboxEntry.attempts) == _FRESH).order_by(col(OutboxEntry.id)).limit(limit - len(postponed))
    ).all()
    return [*postponed, *fresh]


def settle(session: Session, entries: Sequence[OutboxEntry]) -> None:
    """The index holds what these subjects are now: the entries go, and the dead letters about the same subjects with them."""
    if not entries:
        return
    _delete(session, [entry.id for entry in entries])
    _delete(session, _lock_dead_before(session, entries))


def postpone(entry: OutboxEntry, error: str, clock: Clock) -> None:
    """After a failure that may pass: try again later, with a growing pause; after `MAX_ATTEMPTS` it is a dead letter."""
    entry.attempts += 1
    entry.last_error = error[:_ERROR_LENGTH]
    entry.due_at = clock.now() + min(_FIRST_PAUSE * 2 ** min(entry.attempts - 1, 10), _LONGEST_PAUSE)
    if entry.attempts >= MAX_ATTEMPTS:
        entry.dead_at = clock.now()


def bury(session: Session, entries: Sequence[OutboxEntry], error: str, clock: Clock) -> None:
    """After a failure that cannot pass: of the entries of one subject one dead letter remains, with its reason, to be replayed.

    Whoever buries holds a lock on the subject's row that no other who buries can hold: else neither would see the other's letter.
    """
    *others, last = sorted(entries, key=lambda entry: entry.id or 0)
    if _has_dead_after(session, last):  # an entry that was left behind: the letter of the later one stands for it
        settle(session, entries)
        return
    settle(session, others)
    _delete(session, _lock_dead_before(session, [last]))
    last.attempts += 1
    last.last_error = error[:_ERROR_LENGTH]
    last.dead_at = clock.now()


def backlog(session: Session) -> tuple[int, int]:
    """How many entries wait, and how many are dead letters."""
    waiting = session.exec(
        select(func.count()).select_from(OutboxEntry).where(col(OutboxEntry.dead_at).is_(None))
    ).one()
    dead = session.exec(
        select(func.count()).select_from(OutboxEntry).where(col(OutboxEntry.dead_at).is_not(None))
    ).one()
    return waiting, dead


def oldest(session: Session) -> datetime | None:
    """Since when the oldest entry that waits has been waiting; None where none does."""
    statement = (
        select(OutboxEntry.created_at).where(col(OutboxEntry.dead_at).is_(None)).order_by(col(OutboxEntry.id)).limit(1)
    )
    return session.exec(statement).first()


def dead_letters(session: Session, page: PageRequest) -> Page[OutboxEntry]:
    """What was given up, the latest first."""
    is_dead = col(OutboxEntry.dead_at).is_not(None)
    total = session.exec(select(func.count()).select_from(OutboxEntry).where(is_dead)).one()
    statement = select(OutboxEntry).where(is_dead).order_by(col(OutboxEntry.id).desc())
    rows = session.exec(statement.offset(page.offset).limit(page.size)).all()
    return Page(items=list(rows), page=page.page, size=page.size, total=total)


def replay(session: Session, ids: Sequence[int] | None = None) -> int:
    """Give dead letters another round, these or all; returns how many. Ids that are none (any more) are passed over."""
    revived = sa.update(OutboxEntry).where(col(OutboxEntry.dead_at).is_not(None))
    if ids is not None:
        revived = revived.where(col(OutboxEntry.id).in_(ids))
    result = session.execute(revived.values(dead_at=None, attempts=0), execution_options={"synchronize_session": False})
    return int(getattr(result, "rowcount", 0))


def _locked() -> Any:
    return select(OutboxEntry).where(col(OutboxEntry.dead_at).is_(None)).with_for_update(skip_locked=True)


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    # Nobody is ever postponed for longer than the longest pause: what lies beyond was written before the clock was set back.
    return sa.or_(col(OutboxEntry.due_at) <= now, col(OutboxEntry.due_at) > now + _LONGEST_PAUSE)


def _lock_dead_before(session: Session, entries: Sequence[OutboxEntry]) -> list[int | None]:
    """Ids of older dead letters about the same subjects, but for those that somebody else is just replaying or settling.

    A younger one may be about a row that whoever relayed these entries had not seen: it stays.
    """
    youngest: dict[UUID, int] = {}
    for entry in entries:
        youngest[entry.subject_id] = max(entry.id or 0, youngest.get(entry.subject_id, 0))
    found: list[int | None] = []
    for chunk in _chunks(youngest):
        is_dead = col(OutboxEntry.dead_at).is_not(None)
        about = select(col(OutboxEntry.id), col(OutboxEntry.subject_id)).where(
            is_dead, col(OutboxEntry.subject_id).in_(chunk)
        )
        older = [one for one, subject_id in session.exec(about) if one is not None and one < youngest[subject_id]]
        if older:  # the younger ones stay unlocked: a relay that may delete them would pass them over, and nobody would come again
            chosen = select(col(OutboxEntry.id)).where(is_dead, col(OutboxEntry.id).in_(older))
            found.extend(session.exec(chosen.with_for_update(skip_locked=True)))
    return found


def _has_dead_after(session: Session, entry: OutboxEntry) -> bool:
    statement = select(OutboxEntry.id).where(
        col(OutboxEntry.dead_at).is_not(None),
        col(OutboxEntry.subject_id) == entry.subject_id,
        col(OutboxEntry.id) > entry.id,
    )
    return session.exec(statement.limit(1)).first() is not None


def _delete(session: Session, ids: Collection[int | None]) -> None:
    for chunk in _chunks(ids):
        chosen = sa.delete(OutboxEntry).where(col(OutboxEntry.id).in_(chunk))
        session.execute(chosen, execution_options={"synchronize_session": False})


def _chunks(values: Collection[T]) -> Iterator[list[T]]:
    listed = list(values)
    for start in range(0, len(listed), _IN_CHUNK):
        yield listed[start : start + _IN_CHUNK]
