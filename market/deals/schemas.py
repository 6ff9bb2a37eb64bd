"""What goes in and out of deals."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from market.deals.models import DealStatus, ProposalStatus
from market.kernel.money import Cny
from market.kernel.text import Code, Command, Paragraph, Prose, View, clean_prose
from market.matches.models import Side

NoteText = Annotated[str, BeforeValidator(clean_prose), StringConstraints(min_length=1, max_length=2000)]


class OpenDeal(Command):
    """Talks begin on a match that both sides consented to."""

    match_id: UUID


class ProposeTerms(Command):
    """The terms one side offers, all that the contract form needs. A new proposal takes the place of the open one.

    `technology_amount_cny` (技术交易额) is the part of `contract_amount_cny` (成交额) without non-technical cost.
    `licence_mode_code` is required for a licence (XK) and refused for any other kind.
    """

    contract_kind_code: Code
    contract_subkind_code: Code | None = None
    contract_amount_cny: Cny
    technology_amount_cny: Cny
    payment_mode_code: Code
    licence_mode_code: Code | None = None
    starts_on: date
    ends_on: date
    subject_matter: Annotated[Prose, Field(min_length=1)]
    ip_terms: Paragraph = ""
    acceptance_terms: Paragraph = ""


class CloseDeal(Command):
    """Why the talks end without a contract (deal_close_reasons); both sides read it."""

    reason_code: Code
    note: Paragraph = ""


class DealNote(Command):
    """What was said: a line for the record, read by both sides and the broker."""

    text: NoteText


class ProposalView(View):
    id: UUID
    number: int
    side: Side
    by_party_id: UUID
    status: ProposalStatus
    contract_kind_code: str
    contract_kind: str
    contract_subkind_code: str | None
    contract_subkind: str
    contract_amount_cny: Decimal
    technology_amount_cny: Decimal
    payment_mode_code: str
    payment_mode: str
    licence_mode_code: str | None
    licence_mode: str
    starts_on: date
    ends_on: date
    subject_matter: str
    ip_terms: str
    acceptance_terms: str
    offered_at: datetime


class DealEventView(View):
    at: datetime
    party_id: UUID | None
    party_name: str | None
    action: str
    action_label: str
    note: str


class DealCard(View):
    """The short form in lists. `awaited_side`: whose answer the clock waits for; None: either's, or nobody's."""

    id: UUID
    version: int
    match_id: UUID
    need_id: UUID
    need_title: str
    achievement_id: UUID
    achievement_title: str
    provider_party_id: UUID
    provider_name: str
    acquirer_party_id: UUID
    acquirer_name: str
    broker_id: UUID | None
    broker_name: str | None
    status: DealStatus
    status_label: str
    awaited_side: Side | None
    respond_by: date | None
    is_overdue: bool
    escalated_at: datetime | None
    created_at: datetime
    updated_at: datetime
    agreed_at: datetime | None
    closed_at: datetime | None


class DealView(DealCard):
    """The deal room: what both sides offered and said, in order."""

    viewer_side: Side | None
    agreed_proposal_id: UUID | None
    closed_by_party_id: UUID | None
    close_reason_code: str | None
    close_reason: str
    close_note: str
    proposals: list[ProposalView]
    events: list[DealEventView]
    allowed_actions: list[str]
