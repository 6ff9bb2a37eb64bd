"""What achievements and needs share: life cycle, disclosure, indicators. No table of its own."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from market.kernel.columns import JSON, QUANTITY, UTC_INSTANT, enum_type
from market.kernel.rows import Row, VersionedRow
from market.parties.models import Origin


class ListingStatus(StrEnum):
    """状态: draft → submitted → published or returned → in talks → signed; withdrawn or expired."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    IN_TALKS = "in_talks"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


LIVE = frozenset({ListingStatus.PUBLISHED, ListingStatus.IN_TALKS})
"""The states in which a listing is found, matched and shown to others."""


class Disclosure(StrEnum):
    """公开范围 of one field."""

    PUBLIC = "public"
    MEMBERS = "members"
    CONSENT = "consent"


class IndicatorOperator(StrEnum):
    """How an indicator's value binds: at least, at most, within, exactly, or in words only."""

    AT_LEAST = "ge"
    AT_MOST = "le"
    BETWEEN = "between"
    EQUAL = "eq"
    TEXT = "text"


class Listing(VersionedRow):
    """The common part of an achievement and a need.

    `summary` is the public teaser; `disclosure` maps field names to `Disclosure` and overrides the noun's defaults.
    `region_code` is GB/T 2260 or the local unit's code; `field_code` one of the 11 technology fields;
    `industry_code` a GB/T 4754-2017 section; `local_industry_code` one of the region's own lists.
    """

    owner_party_id: UUID = Field(foreign_key="party.id", index=True)
    created_by: UUID | None = Field(default=None)
    broker_id: UUID | None = Field(default=None, foreign_key="broker.id", index=True)
    title: str = Field(max_length=120)
    summary: str = Field(default="", sa_type=sa.Text)
    keywords: list[str] = Field(default_factory=list, sa_type=JSON)
    field_code: str = Field(max_length=8, index=True)
    industry_code: str | None = Field(default=None, max_length=8)
    local_industry_code: str | None = Field(default=None, max_length=8, index=True)
    region_code: str | None = Field(default=None, max_length=16, index=True)
    disclosure: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    status: ListingStatus = Field(default=ListingStatus.DRAFT, sa_type=enum_type(ListingStatus))
    return_reason: str = Field(default="", max_length=1000)
    submitted_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    published_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    expires_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    renewed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    content_hash: str = Field(default="", max_length=64, index=True)
    origin: Origin = Field(default=Origin.ENTERED, sa_type=enum_type(Origin))
    source_ref: str | None = Field(default=None, max_length=120, unique=True)


class IndicatorRow(Row):
    """技术指标 as a row: name, operator, value or range, unit. `value_high` is set for BETWEEN only; `text` for TEXT only."""

    position: int
    name: str = Field(max_length=100)
    operator: IndicatorOperator = Field(sa_type=enum_type(IndicatorOperator))
    value: Decimal | None = Field(default=None, sa_type=QUANTITY)
    value_high: Decimal | None = Field(default=None, sa_type=QUANTITY)
    unit: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=200)
