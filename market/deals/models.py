"""Tables of deals: talks between the two sides of a match, until agreed or closed."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from market.kernel.columns import CNY, UTC_INSTANT, enum_type
from market.kernel.rows import Row, VersionedRow


class DealStatus(StrEnum):
    """talks → proposed → accepted → agreed, or closed with a coded reason. A deal is not yet a contract."""

    TALKS = "talks"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    CLOSED = "closed"


class ProposalStatus(StrEnum):
    """One proposal is open at a time; a newer one supersedes it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"


class Deal(VersionedRow, table=True):
    """意向与成交: between a provider (the achievement's owner) and an acquirer (the need's owner), brought by a broker or not.

    `agreed_proposal_id` is the proposal that both sides confirmed; the contract is drafted from it, nothing typed twice.
    """

    __tablename__ = "deal"

    match_id: UUID = Field(foreign_key="match.id", unique=True)
    need_id: UUID = Field(foreign_key="need.id", index=True)
    achievement_id: UUID = Field(foreign_key="achievement.id", index=True)
    provider_party_id: UUID = Field(foreign_key="party.id", index=True)
    acquirer_party_id: UUID = Field(foreign_key="party.id", index=True)
    broker_id: UUID | None = Field(default=None, foreign_key="broker.id", index=True)
    status: DealStatus = Field(default=DealStatus.TALKS, sa_type=enum_type(DealStatus))
    agreed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    agreed_proposal_id: UUID | None = Field(default=None)
    respond_by: date | None = Field(default=None, index=True)
    escalated_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    closed_by_party_id: UUID | None = Field(default=None)
    close_reason_code: str | None = Field(default=None, max_length=32)
    close_note: str = Field(default="", max_length=1000)


class Proposal(Row, table=True):
    """报价方案: the terms one side offers; it carries all that the contract form needs."""

    __tablename__ = "proposal"
    __table_args__ = (
        sa.UniqueConstraint("deal_id", "number"),
        sa.CheckConstraint("contract_amount_cny >= 0", name="contract_amount"),
        sa.CheckConstraint(
            "technology_amount_cny >= 0 AND technology_amount_cny <= contract_amount_cny", name="technology_amount"
        ),
    )

    deal_id: UUID = Field(foreign_key="deal.id", index=True, ondelete="CASCADE")
    number: int
    by_party_id: UUID = Field(foreign_key="party.id")
    by_user_id: UUID | None = Field(default=None)
    status: ProposalStatus = Field(default=ProposalStatus.OPEN, sa_type=enum_type(ProposalStatus))
    contract_kind_code: str = Field(max_length=8)
    contract_subkind_code: str | None = Field(default=None, max_length=8)
    contract_amount_cny: Decimal = Field(sa_type=CNY)
    technology_amount_cny: Decimal = Field(sa_type=CNY)
    payment_mode_code: str = Field(max_length=16)
    licence_mode_code: str | None = Field(default=None, max_length=16)
    starts_on: date
    ends_on: date
    subject_matter: str = Field(default="", sa_type=sa.Text)
    ip_terms: str = Field(default="", max_length=1000)
    acceptance_terms: str = Field(default="", max_length=1000)
    offered_at: datetime = Field(sa_type=UTC_INSTANT)


class DealEvent(Row, table=True):
    """洽谈记录: what was said and offered, in order; written once, never edited."""

    __tablename__ = "deal_event"

    deal_id: UUID = Field(foreign_key="deal.id", index=True, ondelete="CASCADE")
    at: datetime = Field(sa_type=UTC_INSTANT)
    actor_id: UUID | None = Field(default=None)
    party_id: UUID | None = Field(default=None)
    action: str = Field(max_length=32)
    note: str = Field(default="", max_length=2000)
