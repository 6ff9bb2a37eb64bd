"""Table of what was read out of achievements' texts. Derived from the listings, so left out of backups."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from market.kernel.columns import UTC_INSTANT


class AchievementFacts(SQLModel, table=True):
    """成果要点: figures, concepts and kind as they were read out of an achievement's readable text, so that no need reads them again.

    `reader` names the rules they were read by, `row_version` the listing's version then; they hold for the text of `text_hash` alone.
    What `content` is made of is the reader's business.
    """

    __tablename__ = "achievement_facts"
    # What is missing is asked all the time and must not read the contents: unique, for SQLite would rather take the key otherwise.
    __table_args__ = (sa.Index("ix_achievement_facts_state", "achievement_id", "reader", "row_version", unique=True),)

    achievement_id: UUID = Field(primary_key=True, foreign_key="achievement.id", ondelete="CASCADE")
    reader: str = Field(max_length=40)
    row_version: int
    text_hash: bytes = Field(sa_type=sa.LargeBinary)
    content: bytes = Field(sa_type=sa.LargeBinary)
    updated_at: datetime = Field(sa_type=UTC_INSTANT)
