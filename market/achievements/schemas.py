"""What goes in and out of achievements."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from market.achievements.models import AchievementCategory, AchievementStage, IpStatus
from market.kernel.money import Cny
from market.kernel.text import Code, Command, Name, Prose, Title, View, clean_code, clean_line
from market.listings.schemas import (
    EDIT_CONFIG,
    MAX_INDICATORS,
    CodeSet,
    IndicatorInput,
    IndicatorView,
    Label,
    ListingCard,
    ListingContent,
    ListingView,
)

MAX_INTELLECTUAL_PROPERTY = 50
MAX_COMPLETERS = 50

IpNumber = Annotated[str, BeforeValidator(clean_code), StringConstraints(max_length=60)]
IpTitle = Annotated[str, BeforeValidator(clean_line), StringConstraints(max_length=120)]
RegistrationNumber = Annotated[str, BeforeValidator(clean_code), StringConstraints(min_length=1, max_length=20)]


class IpInput(Command):
    """One right that the achievement rests on; without `expires_on` the legal term from `filed_on` is taken where there is one."""

    kind_code: Code
    number: IpNumber = ""
    title: IpTitle = ""
    status: IpStatus = IpStatus.FILED
    filed_on: date | None = None
    expires_on: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "IpInput":
        if self.filed_on and self.expires_on and self.expires_on <= self.filed_on:
            raise ValueError("到期日不晚于申请日,请核对 filed_on 与 expires_on")
        return self


class AchievementContent(ListingContent):
    """What a lister fills. `asking_price_cny` null means 面议; empty `offered_region_codes` and `transfer_ways` mean no limit."""

    category: AchievementCategory = AchievementCategory.APPLIED
    registration_no: RegistrationNumber | None = None
    registered_on: date | None = None
    description: Prose = ""
    confidential_detail: Prose = ""
    form_code: Code | None = None
    attribute_code: Code | None = None
    level_code: Code | None = None
    evaluation_method_code: Code | None = None
    evaluator: Label = ""
    evaluated_on: date | None = None
    plan_source_code: Code | None = None
    stage: AchievementStage = AchievementStage.EARLY
    trl: Annotated[int, Field(ge=1, le=9)] | None = None
    completers: Annotated[list[Name], Field(max_length=MAX_COMPLETERS)] = Field(default_factory=list)
    transfer_ways: CodeSet = Field(default_factory=list)
    asking_price_cny: Cny | None = None
    exclusive_only: bool = False
    offered_region_codes: CodeSet = Field(default_factory=list)
    available_from: date | None = None
    wants_broker: bool = False
    indicators: Annotated[list[IndicatorInput], Field(max_length=MAX_INDICATORS)] = Field(default_factory=list)
    intellectual_property: Annotated[list[IpInput], Field(max_length=MAX_INTELLECTUAL_PROPERTY)] = Field(
        default_factory=list
    )


class DraftAchievement(AchievementContent):
    """A new achievement. `owner_party_id` left out: the actor's own; brokers and officials may name another's."""

    owner_party_id: UUID | None = None
    title: Title
    field_code: Code


class EditAchievement(AchievementContent):
    """Changes only the fields that are sent; `indicators` and `intellectual_property` replace the whole list."""

    model_config = EDIT_CONFIG

    title: Title = ""
    field_code: Code = ""


class IpView(View):
    position: int
    kind_code: str
    number: str
    title: str
    status: IpStatus
    filed_on: date | None
    expires_on: date | None


class AchievementCard(ListingCard):
    """The short form in lists and matches."""

    category: AchievementCategory | None
    stage: AchievementStage | None
    trl: int | None
    transfer_ways: list[str] | None
    asking_price_cny: Decimal | None


class AchievementView(ListingView, AchievementCard):
    """The whole achievement as one viewer may read it."""

    registration_no: str | None
    registered_on: date | None
    description: str | None
    confidential_detail: str | None
    form_code: str | None
    attribute_code: str | None
    level_code: str | None
    evaluation_method_code: str | None
    evaluator: str | None
    evaluated_on: date | None
    plan_source_code: str | None
    completers: list[str] | None
    exclusive_only: bool | None
    offered_region_codes: list[str] | None
    available_from: date | None
    wants_broker: bool | None
    indicators: list[IndicatorView] | None
    intellectual_property: list[IpView] | None
