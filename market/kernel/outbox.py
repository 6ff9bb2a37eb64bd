"""The outbox: what the search index must learn of, committed with the change itself.

An entry names a subject, never a payload: whoever relays it reads the *current* row, so it may run twice, late or out of order.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, func, select

from market.kernel.clock import Clock
from market.kernel.columns import SERIAL, UTC_INSTANT, enum_type

MAX_ATTEMPTS = 8
_BACKOFF_BASE_SECONDS = 2


class Subject(StrEnum):
    """The nouns that have a document in the index."""

    ACHIEVEMENT = "achievement"
    NEED = "need"


class OutboxEntry(SQLModel, table=True):
    """待索引记录: one subject whose document may have changed."""

    __tablename__ = "outbox_entry"
    __table_args__ = (sa.Index("ix_outbox_entry_due", "dead_at", "due_at", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    subject: Subject = Field(sa_type=enum_type(Subject))
    subject_id: UUID = Field(index=True)
    created_at: datetime = Field(sa_type=UTC_INSTANT)
    due_at: datetime = Field(sa_type=UTC_INSTANT)
    attempts: int = Field(default=0)
    last_error: str = Field(default="", max_length=500)
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
    """Lock the oldest due entries; on PostgreSQL other relays skip them, on SQLite the writer is alone anyway."""
    statement = (
        select(OutboxEntry)
        .where(col(OutboxEntry.dead_at).is_(None), col(OutboxEntry.due_at) <= clock.now())
        .order_by(col(OutboxEntry.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(statement).all())


def postpone(entry: OutboxEntry, error: str, clock: Clock) -> None:
    """After a failure that may pass: try again later, with a doubling pause; after `MAX_ATTEMPTS` it is a dead letter."""
    entry.attempts += 1
    entry.last_error = error[:500]
    entry.due_at = clock.now() + timedelta(seconds=_BACKOFF_BASE_SECONDS**entry.attempts)
    if entry.attempts >= MAX_ATTEMPTS:
        entry.dead_at = clock.now()


def bury(entry: OutboxEntry, error: str, clock: Clock) -> None:
    """After a failure that cannot pass: a dead letter at once, kept with its reason for an operator to replay."""
    entry.attempts += 1
    entry.last_error = error[:500]
    entry.dead_at = clock.now()


def backlog(session: Session) -> tuple[int, int]:
    """How many entries wait, and how many are dead letters."""
    waiting = session.exec(
        select(func.count()).select_from(OutboxEntry).where(col(OutboxEntry.dead_at).is_(None))
    ).one()
    dead = session.exec(
        select(func.count()).select_from(OutboxEntry).where(col(OutboxEntry.dead_at).is_not(None))
    ).one()
    return waiting, dead


def replay_dead(session: Session, clock: Clock) -> int:
    """Give every dead letter another round; returns how many."""
    entries = session.exec(select(OutboxEntry).where(col(OutboxEntry.dead_at).is_not(None)).with_for_update()).all()
    for entry in entries:
        entry.dead_at, entry.attempts, entry.due_at = None, 0, clock.now()
    return len(entries)
