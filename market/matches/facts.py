"""Writing what was read out of achievements' texts. It is derived from them: nothing is audited, and losing it costs time only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from market.kernel.clock import Clock
from market.matches.fact_models import AchievementFacts


@dataclass(frozen=True)
class NewFacts:
    """What was read out of an achievement's text as the row was at `row_version`."""

    achievement_id: UUID
    row_version: int
    text_hash: bytes
    content: bytes


def put_many(session: Session, reader: str, facts: Sequence[NewFacts], *, clock: Clock) -> None:
    """Store what this reader has read in place of what was stored of these achievements."""
    if not facts:
        return
    ids = [one.achievement_id for one in facts]
    statement: Any = sa.delete(AchievementFacts).where(col(AchievementFacts.achievement_id).in_(ids))
    session.execute(statement)
    now = clock.now()
    rows = [
        {
            "achievement_id": one.achievement_id,
            "reader": reader,
            "row_version": one.row_version,
            "text_hash": one.text_hash,
            "content": one.content,
            "updated_at": now,
        }
        for one in facts
    ]
    session.execute(sa.insert(AchievementFacts), rows)
