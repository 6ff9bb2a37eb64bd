"""Tables of matches: computed pairs of a need and an achievement, and what people did with them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from market.kernel.columns import JSON, SERIAL, UTC_INSTANT, enum_type
from market.kernel.outbox import Subject
from market.kernel.rows import Row, VersionedRow

SUGGESTED_BY_HAND = "broker"
"""The model version of a pair that a person put together and that has not been scored yet."""


class MatchStatus(StrEnum):
    """Suggested by the engine or a person; one side interested; both consented; a deal is open; declined."""

    SUGGESTED = "suggested"
    INTERESTED = "interested"
    CONSENTED = "consented"
    IN_DEAL = "in_deal"
    DECLINED = "declined"


class MatchSource(StrEnum):
    """Who put the pair together."""

    ENGINE = "engine"
    BROKER = "broker"


class Side(StrEnum):
    """Which of the two sides of a match or deal acts."""

    NEED = "need"
    ACHIEVEMENT = "achievement"


class Match(VersionedRow, table=True):
    """对接: a need and an achievement that may fit, with the score, its parts and the reasons.

    `parts` maps part names to contributions that sum to `score`; `terms` are the words that stand in both texts;
    `model_version` names the scoring that produced them. `listed_for_need` and `listed_for_achievement` tell whose list of
    suggestions the pair stands in: one computation must not take it out of the other's list. `respond_by` is the last working day for the side that has been asked;
    when it passes, `escalated_at` is set and the broker is asked to step in.
    """

    __tablename__ = "match"
    __table_args__ = (
        sa.UniqueConstraint("need_id", "achievement_id"),
        sa.Index("ix_match_need_score", "need_id", "score"),
        sa.Index("ix_match_achievement_score", "achievement_id", "score"),
        sa.Index("ix_match_status_source", "status", "source"),
    )

    need_id: UUID = Field(foreign_key="need.id", ondelete="CASCADE")
    achievement_id: UUID = Field(foreign_key="achievement.id", ondelete="CASCADE")
    score: float
    parts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    terms: list[str] = Field(default_factory=list, sa_type=JSON)
    model_version: str = Field(max_length=60)
    computed_at: datetime = Field(sa_type=UTC_INSTANT)
    listed_for_need: bool = Field(default=False)
    listed_for_achievement: bool = Field(default=False)
    source: MatchSource = Field(default=MatchSource.ENGINE, sa_type=enum_type(MatchSource))
    status: MatchStatus = Field(default=MatchStatus.SUGGESTED, sa_type=enum_type(MatchStatus))
    broker_id: UUID | None = Field(default=None, foreign_key="broker.id", index=True)
    first_interest: Side | None = Field(default=None, sa_type=enum_type(Side))
    respond_by: date | None = Field(default=None, index=True)
    escalated_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    declined_by: str | None = Field(default=None, max_length=32)
    decline_reason_code: str | None = Field(default=None, max_length=32)
    decline_note: str = Field(default="", max_length=1000)


class MatchEvent(Row, table=True):
    """对接记录: what happened to a match, in order.

    `place` (1: the best), `score`, `parts` and `model_version` are how the pair stood in the need's list when somebody decided about
    it: later computations renew the match, and a ranker must learn from what people saw. Empty for notes and assignments.
    """

    __tablename__ = "match_event"

    match_id: UUID = Field(foreign_key="match.id", index=True, ondelete="CASCADE")
    at: datetime = Field(sa_type=UTC_INSTANT)
    actor_id: UUID | None = Field(default=None)
    side: str = Field(default="", max_length=16)
    action: str = Field(max_length=32)
    note: str = Field(default="", max_length=1000)


class Notice(Row, table=True):
    """新推荐提醒: tells a party of a new pair with one of its listings; once for each pair, however often it is computed.

    `subject` is the kind of the party's own listing. It names the pair and not the match: a match that falls out of the lists and
    comes back is a new row, and no news.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("party_id", "need_id", "achievement_id"),
        sa.Index("ix_notice_party_read", "party_id", "read_at"),
        sa.Index("ix_notice_pair", "need_id", "achievement_id"),
        sa.Index("ix_notice_achievement", "achievement_id"),
    )

    party_id: UUID = Field(foreign_key="party.id", ondelete="CASCADE")
    subject: Subject = Field(sa_type=enum_type(Subject))
    need_id: UUID = Field(foreign_key="need.id", ondelete="CASCADE")
    achievement_id: UUID = Field(foreign_key="achievement.id", ondelete="CASCADE")
    created_at: datetime = Field(sa_type=UTC_INSTANT)
    read_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


class PairingEntry(SQLModel, table=True):
    """待配对记录: a listing that has become searchable and whose matches are still to be computed."""

    __tablename__ = "pairing_entry"

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    subject: Subject = Field(sa_type=enum_type(Subject))
    subject_id: UUID = Field(index=True)
    created_at: datetime = Field(sa_type=UTC_INSTANT)
    due_at: datetime = Field(sa_type=UTC_INSTANT)
    attempts: int = Field(default=0)


class RematchBatch(SQLModel, table=True):
    """待重算批次: needs whose matches are still to be computed anew in the run `run_id`, which goes over `run_size` needs in all."""

    __tablename__ = "rematch_batch"

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    run_id: UUID
    run_size: int
    model_version: str = Field(max_length=60)
    started_at: datetime = Field(sa_type=UTC_INSTANT)
    need_ids: list[str] = Field(sa_type=JSON)
