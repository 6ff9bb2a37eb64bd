"""Answers kept for retried requests: one effect per (actor, route, key), the same answer byte for byte."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from market.kernel.clock import Clock
from market.kernel.columns import UTC_INSTANT
from market.kernel.errors import Conflict, Invalid
from market.kernel.rows import Row

_PURGE_BATCH = 1_000


class IdempotencyRecord(Row, table=True):
    """幂等记录: the answer that the first execution gave, stored in its transaction."""

    __tablename__ = "idempotency_record"
    __table_args__ = (sa.UniqueConstraint("actor_id", "route", "key"),)

    actor_id: UUID
    route: str = Field(max_length=200)
    key: str = Field(max_length=255)
    request_hash: str = Field(max_length=64)
    status: int | None = Field(default=None)
    headers: str = Field(default="{}", sa_type=sa.Text)
    body: bytes = Field(default=b"", sa_type=sa.LargeBinary)
    created_at: datetime = Field(sa_type=UTC_INSTANT, index=True)


def begin(session: Session, actor_id: UUID, route: str, key: str, request_hash: str, clock: Clock) -> IdempotencyRecord:
    """Claim the key for this transaction, or return the finished record of an earlier one (its `status` is then set).

    A concurrent twin waits on the unique constraint until the first has committed; if it loses, `Conflict` asks it to retry.
    Raises `Invalid` where the key was used for another request.
    """
    found = session.exec(
        select(IdempotencyRecord).where(
            col(IdempotencyRecord.actor_id) == actor_id,
            col(IdempotencyRecord.route) == route,
            col(IdempotencyRecord.key) == key,
        )
    ).one_or_none()
    if found is None:
        found = IdempotencyRecord(
            actor_id=actor_id, route=route, key=key, request_hash=request_hash, created_at=clock.now()
        )
        session.add(found)
        try:
            session.flush()  # the unique constraint decides between twins
        except sa.exc.IntegrityError as error:
            session.rollback()
            raise Conflict(
                "idempotency_in_progress", "同一请求正在处理,请稍后用同一个 Idempotency-Key 重试。"
            ) from error
    elif found.request_hash != request_hash:
        raise Invalid("idempotency_key_reused", "这个 Idempotency-Key 已用于另一个不同的请求,请换一个新的键。")
    return found


def purge(session: Session, before: datetime) -> int:
    """Delete records of requests made before this instant, the oldest first and at most a thousand; returns how many.

    Their keys may then be used anew.
    """
    oldest = (
        select(IdempotencyRecord.id)
        .where(col(IdempotencyRecord.created_at) < before)
        .order_by(col(IdempotencyRecord.created_at))
        .limit(_PURGE_BATCH)
    )
    ids = session.exec(oldest).all()
    session.execute(sa.delete(IdempotencyRecord).where(col(IdempotencyRecord.id).in_(ids)))
    return len(ids)
