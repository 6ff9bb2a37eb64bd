"""Tables of the year's targets; progress is computed from the ledger, never stored."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from market.kernel.columns import CNY, UTC_INSTANT
from market.kernel.rows import Row


class Target(Row, table=True):
    """年度目标: amount (成交额) and number of major projects. A new figure is a new version, valid from a day; none is edited."""

    __tablename__ = "target"
    __table_args__ = (
        sa.UniqueConstraint("year", "target_version"),
        sa.CheckConstraint("contract_amount_cny > 0", name="contract_amount"),
    )

    year: int
    target_version: int
    contract_amount_cny: Decimal = Field(sa_type=CNY)
    project_count: int
    valid_from: date
    source: str = Field(max_length=300)
    set_at: datetime = Field(sa_type=UTC_INSTANT)
    set_by: UUID | None = Field(default=None)


class ClosedYear(Row, table=True):
    """已关账年度: from here on the year's figures change only through adjustment entries in a later year."""

    __tablename__ = "closed_year"
    __table_args__ = (sa.UniqueConstraint("year"),)

    year: int
    closed_at: datetime = Field(sa_type=UTC_INSTANT)
    closed_by: UUID | None = Field(default=None)
