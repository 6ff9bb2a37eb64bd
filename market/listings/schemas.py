"""What goes in and out of achievements and needs alike: content, indicators, hints, the common part of the views.

An Edit command changes only the fields that the caller sent (`model_fields_set`): a field left out stays, a null clears where it may.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from market.kernel.outbox import Subject
from market.kernel.text import Code, Command, Keyword, Name, Paragraph, Phrase, View, clean_line
from market.listings.disclosure import Viewer
from market.listings.models import Disclosure, IndicatorOperator, ListingStatus
from market.parties.models import Origin

MAX_KEYWORDS = 10
MAX_CODES = 40
MAX_INDICATORS = 50


def _without_repeats(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


Keywords = Annotated[list[Keyword], Field(max_length=MAX_KEYWORDS), AfterValidator(_without_repeats)]
CodeSet = Annotated[list[Code], Field(max_length=MAX_CODES), AfterValidator(_without_repeats)]
Unit = Annotated[str, BeforeValidator(clean_line), StringConstraints(max_length=40)]
Label = Annotated[str, BeforeValidator(clean_line), StringConstraints(max_length=100)]
Quantity = Annotated[
    Decimal,
    Field(
        max_digits=24, decimal_places=9, allow_inf_nan=False, description="十进制数,最多 9 位小数", examples=["99.9"]
    ),
]


class IndicatorInput(Command):
    """One technical indicator: `value` for ge, le and eq; `value` and `value_high` for between; `text` for text."""

    name: Name
    operator: IndicatorOperator
    value: Quantity | None = None
    value_high: Quantity | None = None
    unit: Unit = ""
    text: Phrase = ""

    @model_validator(mode="after")
    def _values_fit_the_operator(self) -> "IndicatorInput":
        if self.operator is IndicatorOperator.TEXT:
            if not self.text:
                raise ValueError("文字指标没有内容,请在 text 中写明要求")
            if self.value is not None or self.value_high is not None:
                raise ValueError("文字指标不能带数值,请删除 value、value_high,或改用 ge、le、eq、between")
            return self
        if self.value is None:
            raise ValueError("数值指标缺少 value,请填写数值,或改用文字指标(operator 为 text)")
        if self.operator is not IndicatorOperator.BETWEEN:
            if self.value_high is not None:
                raise ValueError("value_high 只用于区间指标,请删除,或把 operator 改为 between")
        elif self.value_high is None:
            raise ValueError("区间指标缺少上限,请填写 value_high")
        elif self.value > self.value_high:
            raise ValueError("区间下限大于上限,请对调 value 与 value_high")
        return self


class ListingContent(Command):
    """What a lister fills for either noun. `disclosure` tightens or loosens single fields: public, members, consent."""

    broker_id: UUID | None = None
    summary: Paragraph = ""
    keywords: Keywords = Field(default_factory=list)
    industry_code: Code | None = None
    local_industry_code: Code | None = None
    region_code: Code | None = None
    disclosure: dict[Code, Disclosure] = Field(default_factory=dict, max_length=60)


def without_defaults(schema: dict[str, Any]) -> None:
    """For the JSON schema of an Edit command: a field left out is unchanged, so no default may be documented."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


EDIT_CONFIG = ConfigDict(json_schema_extra=without_defaults)


class ReturnListing(Command):
    """Why the reviewer sends a listing back; the lister reads it."""

    reason: Annotated[Paragraph, Field(min_length=2)]


class ListScope(StrEnum):
    """Which listings a list shows: live ones, the actor's own, those the actor looks after as broker, or what waits for review."""

    PUBLISHED = "published"
    OWN = "own"
    BROKERED = "brokered"
    REVIEW = "review"


class HintKind(StrEnum):
    """`MISSING`: worth filling; `CHECK`: worth a second look. Neither ever refuses."""

    MISSING = "missing"
    CHECK = "check"


class Hint(View):
    """Advice to the lister about one field."""

    field: str
    kind: HintKind
    message: str


class DuplicateHint(View):
    """A listing that reads much the same; `similarity` from 0 to 1."""

    id: UUID
    title: str
    similarity: float


class IndicatorView(View):
    position: int
    name: str
    operator: IndicatorOperator
    value: Decimal | None
    value_high: Decimal | None
    unit: str
    text: str


class ListingCard(View):
    """The short form in lists and matches. What the viewer may not read is None."""

    subject: Subject
    id: UUID
    version: int
    status: ListingStatus
    title: str
    summary: str | None
    keywords: list[str] | None
    field_code: str
    industry_code: str | None
    local_industry_code: str | None
    region_code: str | None
    owner_party_id: UUID | None
    owner_name: str | None
    published_at: datetime | None
    expires_at: datetime | None
    origin: Origin


class ListingView(ListingCard):
    """The whole listing as one viewer may read it: hidden fields are None and named in `hidden_fields`.

    `return_reason`, `disclosure`, `source_ref` and `hints` are for the lister, the broker and reviewers only.
    """

    viewer: Viewer
    broker_id: UUID | None
    submitted_at: datetime | None
    renewed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    hidden_fields: list[str]
    allowed_actions: list[str]
    return_reason: str | None
    disclosure: dict[str, Disclosure] | None
    source_ref: str | None
    hints: list[Hint] | None
