"""Tables of technology contracts: filing, decision, number, and the ledger that every figure is computed from."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from market.kernel.columns import CNY, JSON, SERIAL, UTC_INSTANT, enum_type
from market.kernel.rows import Row, VersionedRow
from market.parties.models import Origin


class ContractStatus(StrEnum):
    """草稿 → 已提交 → 已受理 → 待补正 or 已登记 or 不予登记; 已登记 → 已注销 or 已撤销."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REGISTERED = "registered"
    REFUSED = "refused"
    DEREGISTERED = "deregistered"
    REVOKED = "revoked"


class ContractSide(StrEnum):
    """卖方(技术提供方), 买方(技术受让方), 中介方."""

    PROVIDER = "provider"
    ACQUIRER = "acquirer"
    INTERMEDIARY = "intermediary"


class LedgerKind(StrEnum):
    """What moved the registered sums."""

    REGISTRATION = "registration"
    CHANGE = "change"
    DEREGISTRATION = "deregistration"
    REVOCATION = "revocation"


class Contract(VersionedRow, table=True):
    """技术合同: drafted from a deal (or filed on its own), recognised and registered by an official (认定登记).

    Three amounts are kept apart: `contract_amount_cny` (成交额) ≥ `technology_amount_cny` (技术交易额) ≥ `technical_income_cny`
    (技术性收入 received). After registration they change only through `change_contract`, which writes the ledger.
    `subject_matter` is contract text: it never reaches logs, the index or an error. `decide_by` is the last day of the
    office's period under `rule_version`. Four eyes: `accepted_by` ≠ `decided_by`.
    """

    __tablename__ = "contract"
    __table_args__ = (
        sa.CheckConstraint("contract_amount_cny >= 0", name="contract_amount"),
        sa.CheckConstraint(
            "technology_amount_cny >= 0 AND technology_amount_cny <= contract_amount_cny", name="technology_amount"
        ),
        sa.CheckConstraint(
            "technical_income_cny >= 0 AND technical_income_cny <= technology_amount_cny", name="technical_income"
        ),
        sa.CheckConstraint("effective_to >= effective_from", name="effective_order"),
        sa.Index("ix_contract_status_office", "status", "office_code"),
        sa.Index("ix_contract_created", "created_at", "id"),
    )

    deal_id: UUID | None = Field(default=None, foreign_key="deal.id", unique=True)
    need_id: UUID | None = Field(default=None, foreign_key="need.id", index=True)
    achievement_id: UUID | None = Field(default=None, foreign_key="achievement.id", index=True)
    project_id: UUID | None = Field(default=None, foreign_key="project.id", index=True)
    broker_id: UUID | None = Field(default=None, foreign_key="broker.id", index=True)
    filed_by_party_id: UUID = Field(foreign_key="party.id", index=True)
    name: str = Field(max_length=120)
    contract_kind_code: str = Field(max_length=8)
    contract_subkind_code: str | None = Field(default=None, max_length=8)
    field_code: str = Field(max_length=8)
    industry_code: str | None = Field(default=None, max_length=8)
    local_industry_code: str | None = Field(default=None, max_length=8)
    objective_code: str | None = Field(default=None, max_length=8)
    plan_source_code: str = Field(max_length=16)
    ip_kind_codes: list[str] = Field(default_factory=list, sa_type=JSON)
    licence_mode_code: str | None = Field(default=None, max_length=16)
    payment_mode_code: str = Field(max_length=16)
    is_related_party: bool = Field(default=False)
    subject_matter: str = Field(default="", sa_type=sa.Text)
    ip_terms: str = Field(default="", max_length=1000)
    acceptance_terms: str = Field(default="", max_length=1000)
    signed_on: date | None = Field(default=None)
    effective_from: date
    effective_to: date
    contract_amount_cny: Decimal = Field(sa_type=CNY)
    technology_amount_cny: Decimal = Field(sa_type=CNY)
    technical_income_cny: Decimal = Field(default=Decimal("0.00"), sa_type=CNY)
    status: ContractStatus = Field(default=ContractStatus.DRAFT, sa_type=enum_type(ContractStatus))
    office_code: str = Field(max_length=16)
    rule_version: str = Field(default="", max_length=40)
    submitted_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    accepted_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    accepted_by: UUID | None = Field(default=None)
    decide_by: date | None = Field(default=None, index=True)
    decided_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    decided_by: UUID | None = Field(default=None)
    return_note: str = Field(default="", max_length=1000)
    refusal_reason_codes: list[str] = Field(default_factory=list, sa_type=JSON)
    registration_no: str | None = Field(default=None, max_length=16, unique=True)
    registered_on: date | None = Field(default=None, index=True)
    origin: Origin = Field(default=Origin.ENTERED, sa_type=enum_type(Origin))


class ContractParty(Row, table=True):
    """合同当事人 as they stood when the contract was filed: a snapshot, so that a later change of the party changes no contract.

    Region and credit code are None for foreign parties and natural persons where they have none.
    """

    __tablename__ = "contract_party"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "side", "position"),
        sa.Index("ix_contract_party_name", "name"),  # finds what was filed twice
    )

    contract_id: UUID = Field(foreign_key="contract.id", ondelete="CASCADE")
    side: ContractSide = Field(sa_type=enum_type(ContractSide))
    position: int = Field(default=0)
    party_id: UUID | None = Field(default=None, foreign_key="party.id", index=True)
    name: str = Field(max_length=100)
    credit_code: str | None = Field(default=None, max_length=18)
    party_type_code: str = Field(max_length=8)
    region_code: str | None = Field(default=None, max_length=16)
    country_code: str = Field(default="156", max_length=3)
    address: str = Field(default="", max_length=200)
    legal_representative: str = Field(default="", max_length=100)


class ContractChange(Row, table=True):
    """变更登记: what was changed after registration, with a coded reason; before and after hold field values, no texts."""

    __tablename__ = "contract_change"
    __table_args__ = (sa.UniqueConstraint("contract_id", "number"),)

    contract_id: UUID = Field(foreign_key="contract.id", ondelete="CASCADE")
    number: int
    reason_code: str = Field(max_length=32)
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(sa_type=UTC_INSTANT)
    by_user_id: UUID | None = Field(default=None)


class RegistrationSequence(Row, table=True):
    """登记编号序列: the last serial an office used in a year; a number is never reused."""

    __tablename__ = "registration_sequence"
    __table_args__ = (sa.UniqueConstraint("office_code", "year"),)

    office_code: str = Field(max_length=16)
    year: int
    last_serial: int = Field(default=0)


class LedgerEntry(Row, table=True):
    """登记台账: append-only. Every published figure is a sum over these rows, so `as_of` any day is a filter.

    `year` is the statistics year the entry counts in, `effective_on` the business date from which it counts. Deltas are signed:
    a registration adds, a deregistration takes off; after a year is closed its entries carry the year in which they were made
    (`is_adjustment`). The dimensions are copied from the contract, so that a later edit of a code moves no past figure.
    `provider_in_region` counts for 输出, `acquirer_in_region` for 吸纳.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.UniqueConstraint("seq"),
        sa.Index("ix_ledger_entry_year_seq", "year", "seq"),
        sa.Index("ix_ledger_entry_contract", "contract_id"),
    )

    seq: int = Field(sa_type=SERIAL)
    contract_id: UUID = Field(foreign_key="contract.id")
    kind: LedgerKind = Field(sa_type=enum_type(LedgerKind))
    year: int
    month: int
    effective_on: date
    recorded_at: datetime = Field(sa_type=UTC_INSTANT)
    is_adjustment: bool = Field(default=False)
    count_delta: int
    contract_amount_delta_cny: Decimal = Field(sa_type=CNY)
    technology_amount_delta_cny: Decimal = Field(sa_type=CNY)
    contract_kind_code: str = Field(max_length=8)
    field_code: str = Field(max_length=8)
    industry_code: str | None = Field(default=None, max_length=8)
    local_industry_code: str | None = Field(default=None, max_length=8)
    provider_region_code: str | None = Field(default=None, max_length=16)
    acquirer_region_code: str | None = Field(default=None, max_length=16)
    provider_in_region: bool
    acquirer_in_region: bool
    office_code: str = Field(max_length=16)
