"""Deals for tests: rows as the services would leave them, flushed; `agreed=True` gives one a contract can be drafted from."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from market.achievements.models import Achievement
from market.deals.models import Deal, DealStatus, Proposal, ProposalStatus
from market.deals.rules import OPEN_STATUSES
from market.kernel.clock import Clock
from market.listings.models import ListingStatus
from market.matches.models import Match, MatchStatus
from market.matches.rules import response_deadline
from market.needs.models import Need
from tests.factories.matches import make_match


def make_deal(
    session: Session,
    clock: Clock,
    *,
    match: Match | None = None,
    status: DealStatus = DealStatus.TALKS,
    agreed: bool = False,
    terms: dict[str, Any] | None = None,
    **overrides: Any,
) -> Deal:
    """A deal in the given status, `agreed=True` for short; past `TALKS` the provider's proposal is on the table.

    `match` may be given in any status and is put in the deal. `terms` overrides fields of the proposal (a development
    contract of 1,200,000 yuan, 1,000,000 of it technology). Listings are in talks; the need is signed once the deal is agreed.
    """
    status = DealStatus.AGREED if agreed else status
    match = match or make_match(session, clock, status=MatchStatus.CONSENTED)
    need, achievement = session.get_one(Need, match.need_id), session.get_one(Achievement, match.achievement_id)
    _settle(match, need, achievement, status)
    now = clock.now()
    values: dict[str, Any] = {
        "match_id": match.id,
        "need_id": need.id,
        "achievement_id": achievement.id,
        "provider_party_id": achievement.owner_party_id,
        "acquirer_party_id": need.owner_party_id,
        "broker_id": match.broker_id,
        "status": status,
        "respond_by": response_deadline(clock.today()) if status in OPEN_STATUSES else None,
        "created_at": now,
        "updated_at": now,
        "agreed_at": now if status is DealStatus.AGREED else None,
        "closed_at": now if status is DealStatus.CLOSED else None,
        "closed_by_party_id": need.owner_party_id if status is DealStatus.CLOSED else None,
        "close_reason_code": "price" if status is DealStatus.CLOSED else None,
    }
    deal = Deal(**(values | overrides))
    session.add(deal)
    session.flush()
    if status in {DealStatus.PROPOSED, DealStatus.ACCEPTED, DealStatus.AGREED}:
        is_accepted = status is not DealStatus.PROPOSED
        proposal = make_proposal(session, clock, deal, **{"status": _proposal_status(is_accepted), **(terms or {})})
        deal.agreed_proposal_id = proposal.id if status is DealStatus.AGREED else None
        session.flush()
    return deal


def make_proposal(session: Session, clock: Clock, deal: Deal, **overrides: Any) -> Proposal:
    """The provider's open proposal, the first of the deal unless `number` says otherwise."""
    values: dict[str, Any] = {
        "deal_id": deal.id,
        "number": 1,
        "by_party_id": deal.provider_party_id,
        "contract_kind_code": "KF",
        "contract_subkind_code": "KF1",
        "contract_amount_cny": Decimal("1200000.00"),
        "technology_amount_cny": Decimal("1000000.00"),
        "payment_mode_code": "instalments",
        "starts_on": date(2026, 5, 1),
        "ends_on": date(2027, 4, 30),
        "subject_matter": "演示:枸杞鲜果低温分段干燥工艺的开发与试运行。",
        "ip_terms": "新产生的知识产权归双方共有。",
        "acceptance_terms": "连续试运行 30 天,单位能耗下降三成。",
        "offered_at": clock.now(),
    }
    proposal = Proposal(**(values | overrides))
    session.add(proposal)
    session.flush()
    return proposal


def _proposal_status(is_accepted: bool) -> ProposalStatus:
    return ProposalStatus.ACCEPTED if is_accepted else ProposalStatus.OPEN


def _settle(match: Match, need: Need, achievement: Achievement, status: DealStatus) -> None:
    match.respond_by = None
    if status is DealStatus.CLOSED:
        match.status = MatchStatus.DECLINED
        return
    match.status = MatchStatus.IN_DEAL
    need.status = ListingStatus.SIGNED if status is DealStatus.AGREED else ListingStatus.IN_TALKS
    if status is not DealStatus.AGREED:
        achievement.status = ListingStatus.IN_TALKS
