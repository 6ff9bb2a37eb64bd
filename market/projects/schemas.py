"""What comes in and goes out about projects."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from market.kernel.money import ZERO_CNY, Cny
from market.kernel.text import Code, Command, Paragraph, Phrase, Title, View
from market.parties.models import Origin
from market.projects.models import MilestoneStatus, ProjectStage, ProjectStatus

Year = Annotated[int, Field(ge=2000, le=2100, description="年度")]
Number = Annotated[int, Field(ge=1, le=9999, description="年度内序号")]


class MilestoneDraft(Command):
    """里程碑: what must be shown by when, in which stage, and the public money it releases."""

    title: Title
    measure: Annotated[Phrase, Field(description="可测量的考核指标")] = ""
    stage: ProjectStage
    due_on: date
    money_cny: Cny = ZERO_CNY
    replaces_position: Annotated[int, Field(ge=1, description="补做哪一个未达标里程碑(填其序号)")] | None = None


class DraftProject(Command):
    """One of the year's major transfer projects; the number is the year's next where none is given."""

    year: Year
    number: Number | None = None
    title: Title
    achievement_id: UUID | None = None
    enterprise_party_id: UUID
    institute_party_id: UUID | None = None
    region_code: Code
    field_code: Code
    local_industry_code: Code | None = None
    total_investment_cny: Cny
    public_funding_cny: Cny
    starts_on: date
    due_on: date
    milestones: Annotated[list[MilestoneDraft], Field(max_length=30)] = Field(default_factory=list)


class EditProject(Command):
    """What may change while the project is planned or under way; only the fields that are given change.

    `add_milestones` appends; existing milestones are assessed, never edited.
    """

    title: Title | None = None
    achievement_id: UUID | None = None
    institute_party_id: UUID | None = None
    region_code: Code | None = None
    field_code: Code | None = None
    local_industry_code: Code | None = None
    total_investment_cny: Cny | None = None
    public_funding_cny: Cny | None = None
    starts_on: date | None = None
    due_on: date | None = None
    add_milestones: Annotated[list[MilestoneDraft], Field(max_length=30)] = Field(default_factory=list)


class AssessMilestone(Command):
    """The verdict on one milestone. `assessed_on` is today where none is given."""

    status: Literal[MilestoneStatus.MET, MilestoneStatus.MISSED]
    evidence: Annotated[Paragraph, Field(max_length=500)] = ""
    assessed_on: date | None = None


class ConfirmTransfer(Command):
    """转化完成: accepted on this day (today where none is given)."""

    transferred_on: date | None = None
    note: Paragraph = ""


class TerminateProject(Command):
    note: Annotated[Paragraph, Field(min_length=2, description="终止原因")]


class ProjectFilter(BaseModel):
    """Which projects a list shows; a region includes everything below it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Year | None = None
    region_code: Code | None = None
    stage: ProjectStage | None = None
    status: ProjectStatus | None = None
    local_industry_code: Code | None = None
    enterprise_party_id: UUID | None = None


class MilestoneView(View):
    position: int
    title: str
    measure: str
    stage: ProjectStage
    due_on: date
    money_cny: Decimal
    status: MilestoneStatus
    assessed_on: date | None
    evidence: str
    replaces_position: int | None


class ProjectView(View):
    """A project with its milestones. `released_cny` is the money of met milestones, `frozen_cny` that of missed ones."""

    id: UUID
    version: int
    year: int
    number: int
    title: str
    achievement_id: UUID | None
    enterprise_party_id: UUID
    enterprise_name: str
    institute_party_id: UUID | None
    institute_name: str
    region_code: str
    region_name: str
    field_code: str
    field_name: str
    local_industry_code: str | None
    local_industry_name: str
    stage: ProjectStage
    status: ProjectStatus
    total_investment_cny: Decimal
    public_funding_cny: Decimal
    released_cny: Decimal
    frozen_cny: Decimal
    starts_on: date
    due_on: date
    transferred_on: date | None
    terminated_on: date | None
    status_note: str
    is_demo: bool
    origin: Origin
    milestones: list[MilestoneView]
