"""Tables of achievements: what institutes and enterprises offer."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from market.kernel.columns import CNY, JSON, enum_type
from market.kernel.rows import Row
from market.listings.models import IndicatorRow, Listing


class AchievementCategory(StrEnum):
    """成果类别 of the registration rule."""

    APPLIED = "applied"
    BASIC = "basic"
    SOFT = "soft"


class AchievementStage(StrEnum):
    """所处阶段 of the registration form."""

    EARLY = "early"
    PILOT = "pilot"
    MATURE = "mature"


class IpStatus(StrEnum):
    """知识产权状态."""

    FILED = "filed"
    PUBLISHED = "published"
    GRANTED = "granted"
    LAPSED = "lapsed"


class Achievement(Listing, table=True):
    """科技成果: listed for transfer; `registration_no` only where it is registered (成果登记).

    `description` is for members, `confidential_detail` only after consent. `asking_price_cny` None means 面议.
    Hard constraints toward a need: `offered_region_codes` (empty: anywhere), `transfer_ways`, `exclusive_only`, `available_from`.
    `trl` may be None: agricultural varieties and process know-how are not forced onto the scale.
    """

    __tablename__ = "achievement"
    __table_args__ = (
        sa.CheckConstraint("trl IS NULL OR trl BETWEEN 1 AND 9", name="trl"),
        sa.CheckConstraint("asking_price_cny IS NULL OR asking_price_cny >= 0", name="asking_price"),
        sa.Index("ix_achievement_status_published", "status", "published_at"),
        sa.Index("ix_achievement_status_expires", "status", "expires_at"),
        sa.Index("ix_achievement_status_version", "status", "id", "version"),
    )

    category: AchievementCategory = Field(default=AchievementCategory.APPLIED, sa_type=enum_type(AchievementCategory))
    registration_no: str | None = Field(default=None, max_length=20, unique=True)
    registered_on: date | None = Field(default=None)
    description: str = Field(default="", sa_type=sa.Text)
    confidential_detail: str = Field(default="", sa_type=sa.Text)
    form_code: str | None = Field(default=None, max_length=16)
    attribute_code: str | None = Field(default=None, max_length=16)
    level_code: str | None = Field(default=None, max_length=16)
    evaluation_method_code: str | None = Field(default=None, max_length=16)
    evaluator: str = Field(default="", max_length=100)
    evaluated_on: date | None = Field(default=None)
    plan_source_code: str | None = Field(default=None, max_length=16)
    stage: AchievementStage = Field(default=AchievementStage.EARLY, sa_type=enum_type(AchievementStage))
    trl: int | None = Field(default=None)
    completers: list[str] = Field(default_factory=list, sa_type=JSON)
    transfer_ways: list[str] = Field(default_factory=list, sa_type=JSON)
    asking_price_cny: Decimal | None = Field(default=None, sa_type=CNY)
    exclusive_only: bool = Field(default=False)
    offered_region_codes: list[str] = Field(default_factory=list, sa_type=JSON)
    available_from: date | None = Field(default=None)
    wants_broker: bool = Field(default=False)


class AchievementIndicator(IndicatorRow, table=True):
    """成果的技术指标."""

    __tablename__ = "achievement_indicator"
    __table_args__ = (sa.UniqueConstraint("achievement_id", "position"),)

    achievement_id: UUID = Field(foreign_key="achievement.id", ondelete="CASCADE")


class IntellectualProperty(Row, table=True):
    """知识产权 that an achievement rests on; `expires_on` bounds any licence (民法典 865)."""

    __tablename__ = "intellectual_property"
    __table_args__ = (sa.UniqueConstraint("achievement_id", "position"),)

    achievement_id: UUID = Field(foreign_key="achievement.id", ondelete="CASCADE")
    position: int
    kind_code: str = Field(max_length=16)
    number: str = Field(default="", max_length=60)
    title: str = Field(default="", max_length=120)
    status: IpStatus = Field(default=IpStatus.FILED, sa_type=enum_type(IpStatus))
    filed_on: date | None = Field(default=None)
    expires_on: date | None = Field(default=None)
