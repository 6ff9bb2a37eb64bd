"""Tables of the year's 100 major transfer projects (百项重大科技成果转化)."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from market.kernel.columns import CNY, UTC_INSTANT, enum_type
from market.kernel.rows import Row, VersionedRow
from market.parties.models import Origin


class ProjectStage(StrEnum):
    """样品 → 产品 → 商品."""

    SAMPLE = "sample"
    PRODUCT = "product"
    COMMODITY = "commodity"


class ProjectStatus(StrEnum):
    """planned → under way → transferred (accepted, counts toward the 100), or terminated."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    TRANSFERRED = "transferred"
    TERMINATED = "terminated"


class MilestoneStatus(StrEnum):
    """A missed milestone stays in the record."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"


class Project(VersionedRow, table=True):
    """重大科技成果转化项目: number within the year, achievement, implementing enterprise, county, stage, money, status."""

    __tablename__ = "project"
    __table_args__ = (
        sa.UniqueConstraint("year", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint(
            "total_investment_cny >= 0 AND public_funding_cny >= 0 AND public_funding_cny <= total_investment_cny",
            name="money",
        ),
    )

    year: int
    number: int
    title: str = Field(max_length=120)
    achievement_id: UUID | None = Field(default=None, foreign_key="achievement.id", index=True)
    enterprise_party_id: UUID = Field(foreign_key="party.id", index=True)
    institute_party_id: UUID | None = Field(default=None, foreign_key="party.id", index=True)
    region_code: str = Field(max_length=16, index=True)
    field_code: str = Field(max_length=8)
    local_industry_code: str | None = Field(default=None, max_length=8)
    stage: ProjectStage = Field(default=ProjectStage.SAMPLE, sa_type=enum_type(ProjectStage))
    status: ProjectStatus = Field(default=ProjectStatus.PLANNED, sa_type=enum_type(ProjectStatus))
    total_investment_cny: Decimal = Field(sa_type=CNY)
    public_funding_cny: Decimal = Field(sa_type=CNY)
    starts_on: date
    due_on: date
    transferred_on: date | None = Field(default=None)
    terminated_on: date | None = Field(default=None)
    status_note: str = Field(default="", max_length=1000)
    origin: Origin = Field(default=Origin.ENTERED, sa_type=enum_type(Origin))


class Milestone(Row, table=True):
    """里程碑: a date, a measurable index, pass or fail, and the money it releases.

    A missed one is made good by a later one that names its position in `replaces_position`.
    """

    __tablename__ = "milestone"
    __table_args__ = (sa.UniqueConstraint("project_id", "position"),)

    project_id: UUID = Field(foreign_key="project.id", ondelete="CASCADE")
    position: int
    title: str = Field(max_length=120)
    measure: str = Field(default="", max_length=500)
    stage: ProjectStage = Field(sa_type=enum_type(ProjectStage))
    due_on: date
    money_cny: Decimal = Field(default=Decimal("0.00"), sa_type=CNY)
    status: MilestoneStatus = Field(default=MilestoneStatus.OPEN, sa_type=enum_type(MilestoneStatus))
    assessed_on: date | None = Field(default=None)
    assessed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    evidence: str = Field(default="", max_length=500)
    replaces_position: int | None = Field(default=None)
