"""Tables of needs: what enterprises ask for."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from market.kernel.columns import CNY, JSON, enum_type
from market.listings.models import IndicatorRow, Listing


class Exclusivity(StrEnum):
    """排他要求 of the asker: does not matter, no licence to competitors in the region, or sole rights."""

    ANY = "any"
    REGIONAL = "regional"
    EXCLUSIVE = "exclusive"


class Need(Listing, table=True):
    """技术需求: a problem, what solving it must reach, and on what terms.

    `problem`, `key_technology` and `expected_outcome` are the three parts of the provincial form; `background` is the company's own
    existing work and does not describe the wanted solution. `modes` are ways of cooperation, `transfer_ways` of the code list.
    Hard constraints toward an achievement: `accepted_region_codes` (empty: anywhere), `transfer_ways` (empty: any), `budget_max_cny`,
    `min_trl`, `exclusivity`, `needed_by`.
    """

    __tablename__ = "need"
    __table_args__ = (
        sa.CheckConstraint("min_trl IS NULL OR min_trl BETWEEN 1 AND 9", name="min_trl"),
        sa.CheckConstraint("budget_min_cny IS NULL OR budget_min_cny >= 0", name="budget_min"),
        sa.CheckConstraint(
            "budget_max_cny IS NULL OR budget_min_cny IS NULL OR budget_max_cny >= budget_min_cny", name="budget_order"
        ),
        sa.Index("ix_need_status_published", "status", "published_at"),
        sa.Index("ix_need_status_expires", "status", "expires_at"),
        sa.Index("ix_need_status_version", "status", "id", "version"),
    )

    problem: str = Field(default="", sa_type=sa.Text)
    key_technology: str = Field(default="", sa_type=sa.Text)
    expected_outcome: str = Field(default="", sa_type=sa.Text)
    background: str = Field(default="", sa_type=sa.Text)
    confidential_detail: str = Field(default="", sa_type=sa.Text)
    activity_type_code: str | None = Field(default=None, max_length=16)
    mode_codes: list[str] = Field(default_factory=list, sa_type=JSON)
    transfer_ways: list[str] = Field(default_factory=list, sa_type=JSON)
    budget_min_cny: Decimal | None = Field(default=None, sa_type=CNY)
    budget_max_cny: Decimal | None = Field(default=None, sa_type=CNY)
    min_trl: int | None = Field(default=None)
    exclusivity: Exclusivity = Field(default=Exclusivity.ANY, sa_type=enum_type(Exclusivity))
    accepted_region_codes: list[str] = Field(default_factory=list, sa_type=JSON)
    needed_by: date | None = Field(default=None)
    solver_conditions: str = Field(default="", max_length=1000)
    ip_terms: str = Field(default="", max_length=1000)


class NeedIndicator(IndicatorRow, table=True):
    """需求的技术指标, with today's value and how it will be tested."""

    __tablename__ = "need_indicator"
    __table_args__ = (sa.UniqueConstraint("need_id", "position"),)

    need_id: UUID = Field(foreign_key="need.id", ondelete="CASCADE")
    current_value: str = Field(default="", max_length=100)
    test_method: str = Field(default="", max_length=200)
