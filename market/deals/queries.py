"""Every SELECT about deals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, or_, select

from market.achievements.models import Achievement
from market.deals.models import Deal, DealEvent, DealStatus, Proposal, ProposalStatus
from market.deals.rules import OPEN_STATUSES
from market.kernel.db import get_row
from market.kernel.paging import Page, PageRequest
from market.matches import queries as matches
from market.matches.access import Pair
from market.needs.models import Need

NOUN = "洽谈"


@dataclass(frozen=True)
class DealRoom:
    """A deal with its match and both listings."""

    deal: Deal
    pair: Pair


def get_deal(session: Session, deal_id: UUID) -> Deal:
    """The deal; raises `NotFound`."""
    return get_row(session, Deal, deal_id, NOUN)


def room_of(session: Session, deal: Deal) -> DealRoom:
    """The deal with its match and listings, as the session holds them."""
    return DealRoom(deal, matches.pair_of(session, matches.get_match(session, deal.match_id)))


def find_deal_of_match(session: Session, match_id: UUID) -> Deal | None:
    """The deal that was opened on the match, open or over."""
    return session.exec(select(Deal).where(col(Deal.match_id) == match_id)).one_or_none()


def deals_of_party(session: Session, party_id: UUID, request: PageRequest) -> Page[Deal]:
    """A party's deals on either side, the urgent first."""
    own = or_(col(Deal.provider_party_id) == party_id, col(Deal.acquirer_party_id) == party_id)
    return _page(session, select(Deal).where(own), request)


def deals_of_broker(session: Session, broker_id: UUID, request: PageRequest) -> Page[Deal]:
    """The deals a broker looks after, himself or through one of the listings, the urgent first."""
    own = sa.union(
        select(col(Deal.id)).where(col(Deal.broker_id) == broker_id),
        select(col(Deal.id)).join(Need, col(Need.id) == col(Deal.need_id)).where(col(Need.broker_id) == broker_id),
        select(col(Deal.id))
        .join(Achievement, col(Achievement.id) == col(Deal.achievement_id))
        .where(col(Achievement.broker_id) == broker_id),
    )
    return _page(session, select(Deal).where(col(Deal.id).in_(own)), request)


def all_deals(session: Session, request: PageRequest) -> Page[Deal]:
    """Every deal, for officials, the urgent first."""
    return _page(session, select(Deal), request)


def titles_of(session: Session, deals: Sequence[Deal]) -> dict[UUID, str]:
    """The titles of the listings of these deals, by listing id."""
    need_ids = {deal.need_id for deal in deals}
    achievement_ids = {deal.achievement_id for deal in deals}
    titles = dict(session.exec(select(Need.id, Need.title).where(col(Need.id).in_(need_ids))).all())
    found = session.exec(select(Achievement.id, Achievement.title).where(col(Achievement.id).in_(achievement_ids)))
    return titles | dict(found.all())


def proposals_of_deal(session: Session, deal_id: UUID) -> list[Proposal]:
    """What was offered, in order."""
    statement = select(Proposal).where(col(Proposal.deal_id) == deal_id).order_by(col(Proposal.number))
    return list(session.exec(statement).all())


def standing_proposals(session: Session, deal_ids: Collection[UUID]) -> dict[UUID, Proposal]:
    """The proposal on the table (open or accepted) of each deal that has one."""
    statement = select(Proposal).where(
        col(Proposal.deal_id).in_(deal_ids), col(Proposal.status) != ProposalStatus.SUPERSEDED
    )
    return {proposal.deal_id: proposal for proposal in session.exec(statement)}


def standing_proposal(session: Session, deal_id: UUID) -> Proposal | None:
    """The proposal on the table: open or accepted."""
    return standing_proposals(session, [deal_id]).get(deal_id)


def agreed_proposal(session: Session, deal: Deal) -> Proposal | None:
    """The terms both sides confirmed, from which the contract is drafted; None before."""
    return None if deal.agreed_proposal_id is None else session.get(Proposal, deal.agreed_proposal_id)


def last_number(session: Session, deal_id: UUID) -> int:
    """The number of the latest proposal; 0 where there is none."""
    return session.exec(select(func.max(Proposal.number)).where(col(Proposal.deal_id) == deal_id)).one() or 0


def events_of_deal(session: Session, deal_id: UUID) -> list[DealEvent]:
    """What was said and done, oldest first."""
    statement = select(DealEvent).where(col(DealEvent.deal_id) == deal_id)
    return list(session.exec(statement.order_by(col(DealEvent.at), col(DealEvent.id))).all())


def has_open_deal(
    session: Session, *, need_id: UUID | None = None, achievement_id: UUID | None = None, except_for: UUID
) -> bool:
    """Whether the listing is talked about in another open deal; ask only under a lock on the listing."""
    listing = col(Deal.need_id) == need_id if need_id else col(Deal.achievement_id) == achievement_id
    statement = select(Deal.id).where(listing, col(Deal.status).in_(OPEN_STATUSES), col(Deal.id) != except_for)
    return session.exec(statement.limit(1)).first() is not None


def lock_overdue(session: Session, today: date, limit: int) -> list[Deal]:
    """Open deals whose answer is overdue and not yet escalated, locked at once (see `matches.queries.lock_overdue`)."""
    statement = (
        select(Deal)
        .where(col(Deal.status).in_(OPEN_STATUSES), col(Deal.respond_by) < today, col(Deal.escalated_at).is_(None))
        .order_by(col(Deal.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(session.exec(statement).all())


def _page(session: Session, statement: Any, request: PageRequest) -> Page[Deal]:
    total = session.exec(select(func.count()).select_from(statement.subquery())).one()
    ordered = statement.order_by(
        sa.case((col(Deal.status).in_(OPEN_STATUSES), 0), (col(Deal.status) == DealStatus.AGREED, 1), else_=2),
        col(Deal.escalated_at).is_(None),
        col(Deal.respond_by).is_(None),
        col(Deal.respond_by),
        col(Deal.updated_at).desc(),
        col(Deal.id),
    )
    rows = session.exec(ordered.offset(request.offset).limit(request.size)).all()
    return Page[Deal](items=list(rows), page=request.page, size=request.size, total=total)
