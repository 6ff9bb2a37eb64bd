"""Tables of what is learned from: how a pair stood when somebody decided about it, and the rankers trained on that."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from market.kernel.columns import JSON, UTC_INSTANT, enum_type
from market.kernel.rows import Row


class Decision(SQLModel, table=True):
    """对接决定: how the pair stood in the need's list when the event of this id happened.

    Later computations renew the match, and a ranker must learn from what people saw. `place` is 1 for the best, None for a pair that
    did not stand in the list (a broker's). Events of releases that kept nothing carry the score of the day of the migration.
    """

    __tablename__ = "decision"

    event_id: UUID = Field(primary_key=True, foreign_key="match_event.id", ondelete="CASCADE")
    place: int | None = Field(default=None)
    score: float
    parts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    model_version: str = Field(max_length=60)


class RankerStatus(StrEnum):
    """Not better than what stood; in force; replaced by a newer one; taken back."""

    REJECTED = "rejected"
    ADOPTED = "adopted"
    SUPERSEDED = "superseded"
    ROLLED_BACK = "rolled_back"


class RankerVersion(Row, table=True):
    """排序模型版本: a ranker trained on decisions, with what it learned from, how it measured, and whether it is in force.

    `model_version` names the scoring whose parts it reads; it holds for no other. Learned from what was known by `trained_until`,
    measured on the decisions after it, until `measured_until`. `superseded_number` is the one in force before it. One at most is
    adopted: who adopts takes the next number, which only one can have, and who takes back locks the rows.
    """

    __tablename__ = "ranker_version"

    number: int = Field(unique=True)
    model_version: str = Field(max_length=60)
    coefficients: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    decisions: int
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    status: RankerStatus = Field(sa_type=enum_type(RankerStatus))
    superseded_number: int | None = Field(default=None)
    trained_at: datetime = Field(sa_type=UTC_INSTANT)
    trained_until: datetime = Field(sa_type=UTC_INSTANT)
    measured_until: datetime = Field(sa_type=UTC_INSTANT)
