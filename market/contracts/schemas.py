"""What comes in about contracts (commands) and what goes out (views). Amounts are yuan, dates are business dates in Asia/Shanghai."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from market.contracts.models import ContractSide, ContractStatus
from market.contracts.rules import ContractAction
from market.kernel.money import Cny
from market.kernel.text import Code, Command, Name, Paragraph, Phrase, Prose, Title, View
from market.parties.models import Origin

BusinessDate = Annotated[date, Field(ge=date(1949, 10, 1), le=date(2199, 12, 31), examples=["2026-04-08"])]
IpKindCodes = Annotated[list[Code], Field(max_length=12)]
CountryCode = Annotated[str, Field(pattern=r"^[0-9]{3}$", description="三位数字国家代码,中国为 156")]


class DraftFromDeal(Command):
    """What the deal does not know yet; everything else is copied from it. Office default: the provider's region's."""

    deal_id: UUID
    name: Title | None = None
    plan_source_code: Code | None = None
    objective_code: Code | None = None
    office_code: Code | None = None
    project_id: UUID | None = None
    signed_on: BusinessDate | None = None


class ContractPartyInput(Command):
    """One party: either `party_id` of a party in the market (the rest is copied), or its particulars."""

    side: ContractSide
    party_id: UUID | None = None
    name: Name | None = None
    credit_code: Code | None = None
    party_type_code: Code | None = None
    region_code: Code | None = None
    country_code: CountryCode = "156"
    address: Phrase = ""
    legal_representative: Phrase = ""


ContractPartyInputs = Annotated[list[ContractPartyInput], Field(min_length=2, max_length=20)]


class DraftContract(Command):
    """A contract that did not come from a deal on this market."""

    name: Title
    parties: ContractPartyInputs
    contract_kind_code: Code
    contract_subkind_code: Code | None = None
    field_code: Code
    industry_code: Code | None = None
    local_industry_code: Code | None = None
    objective_code: Code | None = None
    plan_source_code: Code | None = None
    ip_kind_codes: IpKindCodes = Field(default_factory=list)
    licence_mode_code: Code | None = None
    payment_mode_code: Code
    is_related_party: bool = False
    subject_matter: Prose = ""
    ip_terms: Paragraph = ""
    acceptance_terms: Paragraph = ""
    signed_on: BusinessDate | None = None
    effective_from: BusinessDate
    effective_to: BusinessDate
    contract_amount_cny: Cny
    technology_amount_cny: Cny
    office_code: Code | None = None
    need_id: UUID | None = None
    achievement_id: UUID | None = None
    project_id: UUID | None = None


class EditContract(Command):
    """Only the fields that are given change. `parties` replaces all of them, and only where no deal fixed them."""

    name: Title | None = None
    parties: ContractPartyInputs | None = None
    contract_kind_code: Code | None = None
    contract_subkind_code: Code | None = None
    field_code: Code | None = None
    industry_code: Code | None = None
    local_industry_code: Code | None = None
    objective_code: Code | None = None
    plan_source_code: Code | None = None
    ip_kind_codes: IpKindCodes | None = None
    licence_mode_code: Code | None = None
    payment_mode_code: Code | None = None
    is_related_party: bool | None = None
    subject_matter: Prose | None = None
    ip_terms: Paragraph | None = None
    acceptance_terms: Paragraph | None = None
    signed_on: BusinessDate | None = None
    effective_from: BusinessDate | None = None
    effective_to: BusinessDate | None = None
    contract_amount_cny: Cny | None = None
    technology_amount_cny: Cny | None = None
    office_code: Code | None = None
    project_id: UUID | None = None


Note = Annotated[Paragraph, Field(min_length=2)]
ReasonCodes = Annotated[list[Code], Field(min_length=1, max_length=10)]


class ReturnContract(Command):
    """退回补正: what has to be corrected."""

    note: Note


class RefuseContract(Command):
    """不予登记, with reasons of the list `refusal_reasons`."""

    reason_codes: ReasonCodes
    note: Paragraph = ""


class ChangeContract(Command):
    """变更登记: the new values; an amount that is not given stays."""

    reason_code: Code
    contract_amount_cny: Cny | None = None
    technology_amount_cny: Cny | None = None
    effective_to: BusinessDate | None = None
    name: Title | None = None


class EndContract(Command):
    """Why a registered contract is deregistered (注销, at the filer's wish) or revoked (撤销, by the office)."""

    reason: Note


class RecordIncome(Command):
    """技术性收入 received so far, in all; not above the technology amount."""

    technical_income_cny: Cny


class ContractFilter(BaseModel):
    """Which contracts; every part that is given must hold. `year` is the year of registration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: ContractStatus | None = None
    office_code: Code | None = None
    party_id: UUID | None = None
    broker_id: UUID | None = None
    project_id: UUID | None = None
    year: Annotated[int, Field(ge=1949, le=2199)] | None = None
    kind_code: Code | None = None
    overdue_on: date | None = None
    registration_no: Code | None = None


class Severity(StrEnum):
    """An error stops the submission, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Finding(View):
    """One result of the pre-check: the rule it rests on (`basis`, in words), what is wrong and how to mend it."""

    rule: str
    severity: Severity
    field: str
    message: str
    remedy: str
    basis: str


class ContractPartyView(View):
    side: ContractSide
    side_label: str
    party_id: UUID | None
    name: str
    credit_code: str | None
    party_type_code: str
    party_type_label: str
    region_code: str | None
    region_label: str
    country_code: str


class ContractChangeView(View):
    number: int
    reason_code: str
    reason_label: str
    before: dict[str, str]
    after: dict[str, str]
    at: datetime


class ContractCard(View):
    """The short form for tables."""

    id: UUID
    version: int
    name: str
    status: ContractStatus
    status_label: str
    contract_kind_code: str
    contract_kind_label: str
    provider_name: str
    acquirer_name: str
    contract_amount_cny: Decimal
    technology_amount_cny: Decimal
    office_code: str
    office_label: str
    submitted_at: datetime | None
    decide_by: date | None
    is_overdue: bool
    registration_no: str | None
    registered_on: date | None
    origin: Origin


class ContractView(View):
    """One contract for one viewer. Texts that the viewer may not read are None and named in `hidden_fields`."""

    id: UUID
    version: int
    name: str
    status: ContractStatus
    status_label: str
    deal_id: UUID | None
    need_id: UUID | None
    achievement_id: UUID | None
    project_id: UUID | None
    broker_id: UUID | None
    filed_by_party_id: UUID
    parties: list[ContractPartyView]
    contract_kind_code: str
    contract_kind_label: str
    contract_subkind_code: str | None
    contract_subkind_label: str
    field_code: str
    field_label: str
    industry_code: str | None
    industry_label: str
    local_industry_code: str | None
    local_industry_label: str
    objective_code: str | None
    objective_label: str
    plan_source_code: str
    plan_source_label: str
    ip_kind_codes: list[str]
    ip_kind_labels: list[str]
    licence_mode_code: str | None
    licence_mode_label: str
    payment_mode_code: str
    payment_mode_label: str
    is_related_party: bool
    subject_matter: str | None
    ip_terms: str | None
    acceptance_terms: str | None
    signed_on: date | None
    effective_from: date
    effective_to: date
    contract_amount_cny: Decimal
    technology_amount_cny: Decimal
    technical_income_cny: Decimal
    office_code: str
    office_label: str
    rule_version: str
    rule_title: str
    submitted_at: datetime | None
    accepted_at: datetime | None
    decide_by: date | None
    is_overdue: bool
    decided_at: datetime | None
    needs_expert_review: bool
    return_note: str | None
    refusal_reason_codes: list[str]
    refusal_reason_labels: list[str]
    registration_no: str | None
    registered_on: date | None
    changes: list[ContractChangeView]
    origin: Origin
    hidden_fields: list[str]
    allowed_actions: list[ContractAction]


@dataclass(frozen=True)
class Certificate:
    """技术合同认定登记证明: all that the printed page shows.

    `verification_code` is derived from the number and the registered facts, so a printed page with other figures cannot carry
    the right one. `is_valid` is false once the contract is deregistered or revoked.
    """

    contract_id: UUID
    registration_no: str
    name: str
    kind_label: str
    subkind_label: str
    field_label: str
    providers: tuple[str, ...]
    acquirers: tuple[str, ...]
    intermediaries: tuple[str, ...]
    contract_amount_cny: Decimal
    technology_amount_cny: Decimal
    technical_income_cny: Decimal
    signed_on: date | None
    effective_from: date
    effective_to: date
    office_code: str
    office_label: str
    registered_on: date
    change_count: int
    rule_title: str
    status: ContractStatus
    status_label: str
    is_valid: bool
    is_demo: bool
    verification_code: str
    printed_on: date
