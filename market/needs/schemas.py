"""What goes in and out of needs."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from market.kernel.money import Cny
from market.kernel.text import Code, Paragraph, Phrase, Prose, Title
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
from market.needs.models import Exclusivity


class NeedIndicatorInput(IndicatorInput):
    """An indicator of a need: besides what must be reached, today's value and how it will be tested."""

    current_value: Label = ""
    test_method: Phrase = ""


class NeedContent(ListingContent):
    """What a lister fills. Empty `accepted_region_codes` and `transfer_ways` mean no limit; no budget means 面议."""

    problem: Prose = ""
    key_technology: Prose = ""
    expected_outcome: Prose = ""
    background: Prose = ""
    confidential_detail: Prose = ""
    activity_type_code: Code | None = None
    mode_codes: CodeSet = Field(default_factory=list)
    transfer_ways: CodeSet = Field(default_factory=list)
    budget_min_cny: Cny | None = None
    budget_max_cny: Cny | None = None
    min_trl: Annotated[int, Field(ge=1, le=9)] | None = None
    exclusivity: Exclusivity = Exclusivity.ANY
    accepted_region_codes: CodeSet = Field(default_factory=list)
    needed_by: date | None = None
    solver_conditions: Paragraph = ""
    ip_terms: Paragraph = ""
    indicators: Annotated[list[NeedIndicatorInput], Field(max_length=MAX_INDICATORS)] = Field(default_factory=list)


class DraftNeed(NeedContent):
    """A new need. `owner_party_id` left out: the actor's own; brokers and officials may name another's."""

    owner_party_id: UUID | None = None
    title: Title
    field_code: Code


class EditNeed(NeedContent):
    """Changes only the fields that are sent; `indicators` replaces the whole list."""

    model_config = EDIT_CONFIG

    title: Title = ""
    field_code: Code = ""


class NeedIndicatorView(IndicatorView):
    current_value: str
    test_method: str


class NeedCard(ListingCard):
    """The short form in lists and matches."""

    budget_min_cny: Decimal | None
    budget_max_cny: Decimal | None
    min_trl: int | None
    mode_codes: list[str] | None
    needed_by: date | None


class NeedView(ListingView, NeedCard):
    """The whole need as one viewer may read it."""

    problem: str | None
    key_technology: str | None
    expected_outcome: str | None
    background: str | None
    confidential_detail: str | None
    activity_type_code: str | None
    transfer_ways: list[str] | None
    exclusivity: Exclusivity | None
    accepted_region_codes: list[str] | None
    solver_conditions: str | None
    ip_terms: str | None
    indicators: list[NeedIndicatorView] | None
