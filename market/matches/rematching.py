"""What is left of computing everything anew: batches of needs, each taken off in the very transaction that stores its matches.

So a run that was stopped or killed at any point is taken up where it was, and nothing is counted that was not stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from market.kernel.clock import Clock
from market.kernel.ids import new_id
from market.matches import queries
from market.matches.models import RematchBatch


@dataclass(frozen=True)
class Batch:
    """Needs that are matched and stored together."""

    id: int
    need_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Run:
    """A run over `size` needs, of which `batches` are still to do."""

    started_at: datetime
    size: int
    batches: tuple[Batch, ...]

    @property
    def done(self) -> int:
        """How many needs have been matched already."""
        return self.size - sum(len(batch.need_ids) for batch in self.batches)


def unfinished(session: Session, model_version: str) -> Run | None:
    """The run that was left unfinished, if it was scored with this model."""
    rows = queries.rematch_batches(session)
    if not rows or rows[0].model_version != model_version:
        return None
    batches = tuple(Batch(row.id or 0, tuple(UUID(one) for one in row.need_ids)) for row in rows)
    return Run(rows[0].started_at, rows[0].run_size, batches)


def begin(session: Session, need_ids: Sequence[UUID], *, batch_size: int, model_version: str, clock: Clock) -> None:
    """Plan a run over these needs in place of whatever was left of another."""
    session.execute(sa.delete(RematchBatch))
    common = {
        "run_id": new_id(),
        "run_size": len(need_ids),
        "model_version": model_version,
        "started_at": clock.now(),
    }
    rows = [
        common | {"need_ids": [str(one) for one in need_ids[start : start + batch_size]]}
        for start in range(0, len(need_ids), batch_size)
    ]
    if rows:
        session.execute(sa.insert(RematchBatch), rows)


def settle(session: Session, batch: Batch) -> bool:
    """The batch's matches are stored with this transaction; False where somebody else has stored them or the run was given up."""
    taken = session.execute(sa.delete(RematchBatch).where(col(RematchBatch.id) == batch.id))
    return bool(getattr(taken, "rowcount", 0))
