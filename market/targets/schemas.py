"""What comes in and goes out about targets and the year's board."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from market.kernel.money import Cny
from market.kernel.text import Code, Command, Phrase, View

Year = Annotated[int, Field(ge=2000, le=2100, description="年度")]


class Direction(StrEnum):
    """输出 counts what providers of the region sell, 吸纳 what acquirers of the region buy; a contract may count in both."""

    OUTPUT = "output"
    INTAKE = "intake"


class SetTarget(Command):
    """A year's target. It is a new version; earlier ones stay for earlier days."""

    year: Year
    contract_amount_cny: Annotated[Cny, Field(gt=0)]
    project_count: Annotated[int, Field(ge=0, le=100_000)]
    valid_from: date
    source: Annotated[Phrase, Field(min_length=2, description="目标出处,如文件名称与文号")]


class BoardFilter(BaseModel):
    """What of a year is looked at; all conditions hold together. A region includes everything below it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    direction: Direction = Direction.OUTPUT
    region_code: Code | None = None
    contract_kind_code: Code | None = None
    field_code: Code | None = None
    local_industry_code: Code | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is filtered out of the 输出 figure, the one that the target is set for."""
        return self == BoardFilter()


class TargetView(View):
    year: int
    target_version: int
    contract_amount_cny: Decimal
    project_count: int
    valid_from: date
    source: str
    set_at: datetime


class ClosedYearView(View):
    year: int
    closed_at: datetime


class Slice(View):
    """The part of the figures that one code has. `code` is "" where the contract names none."""

    code: str
    label: str
    count: int
    contract_amount_cny: Decimal
    technology_amount_cny: Decimal


class MonthPoint(View):
    """The year's sum up to the end of this month (of `as_of` in its own month), beside the seasonal plan where a target stands."""

    month: int
    count: int
    contract_amount_cny: Decimal
    planned_cny: Decimal | None


class Progress(View):
    """Where a year stands at the end of the day `as_of`, computed from the ledger, exact to the fen.

    `share` is the sum's share of the target's 成交额, for 输出 only (a filtered sum's share is its contribution).
    `planned_to_date_cny` is the target times the season's share by `as_of`: a yardstick of ours, no official figure.
    `by_region` holds the regions as recorded (counties), `by_prefecture` rolls them up. Slices without any entry are left out.
    """

    year: int
    as_of: date
    direction: Direction
    is_closed: bool
    target: TargetView | None
    count: int
    contract_amount_cny: Decimal
    technology_amount_cny: Decimal
    share: Decimal | None
    planned_to_date_cny: Decimal | None
    projects_transferred: int
    by_kind: tuple[Slice, ...]
    by_field: tuple[Slice, ...]
    by_local_industry: tuple[Slice, ...]
    by_industry: tuple[Slice, ...]
    by_region: tuple[Slice, ...]
    by_prefecture: tuple[Slice, ...]
    by_month: tuple[Slice, ...]
    cumulative: tuple[MonthPoint, ...]


class ContractBehind(View):
    """One contract and what it adds to the figure (negative where an adjustment takes off)."""

    contract_id: UUID
    registration_no: str | None
    name: str
    contract_kind_code: str
    registered_on: date | None
    provider_name: str
    acquirer_name: str
    count: int
    contract_amount_cny: Decimal
    technology_amount_cny: Decimal
