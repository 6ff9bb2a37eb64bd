"""From deals to what one viewer may see of them, and which side an actor is on."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.deals import queries, rules
from market.deals.models import Deal, Proposal
from market.deals.queries import DealRoom
from market.deals.schemas import DealCard, DealEventView, DealView, ProposalView
from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.matches import access
from market.matches.models import Side
from market.matches.rules import is_overdue
from market.parties import queries as parties
from market.reference.lists import code_list


def party_of(deal: Deal, side: Side) -> UUID:
    """The party on this side: the need's owner acquires, the achievement's owner provides."""
    return deal.acquirer_party_id if side is Side.NEED else deal.provider_party_id


def side_of_party(deal: Deal, party_id: UUID) -> Side:
    """The side of one of the deal's two parties."""
    return Side.NEED if deal.acquirer_party_id == party_id else Side.ACHIEVEMENT


def own_side(actor: Actor, deal: Deal) -> Side | None:
    """The side on which the actor's own party stands."""
    return next((side for side in Side if actor.acts_for(party_of(deal, side))), None)


def brokered_side(actor: Actor, room: DealRoom) -> Side | None:
    """The side whose listing the actor looks after as a broker; None also for a broker of both, who speaks for neither."""
    sides = access.brokered_sides(actor, room.pair)
    return next(iter(sides)) if len(sides) == 1 else None


def viewer_side(actor: Actor, room: DealRoom) -> Side | None:
    """The side for which the actor speaks, its own before a brokered one."""
    return own_side(actor, room.deal) or brokered_side(actor, room)


def takes_part(actor: Actor, room: DealRoom) -> bool:
    """Whether the actor is a party, a broker of one of the listings, or the broker of the deal."""
    is_broker = actor.broker_id is not None and room.deal.broker_id == actor.broker_id
    return own_side(actor, room.deal) is not None or is_broker or bool(access.brokered_sides(actor, room.pair))


def deal_cards(session: Session, deals: Sequence[Deal], *, clock: Clock) -> list[DealCard]:
    """The short form of deals; a fixed number of queries for any length."""
    names = parties.party_names(
        session, {party for deal in deals for party in (deal.provider_party_id, deal.acquirer_party_id)}
    )
    names |= parties.broker_names(session, {deal.broker_id for deal in deals if deal.broker_id})
    names |= queries.titles_of(session, deals)
    standing = queries.standing_proposals(session, [deal.id for deal in deals])
    return [DealCard.model_validate(_card_values(deal, names, standing.get(deal.id), clock)) for deal in deals]


def deal_view(session: Session, actor: Actor, room: DealRoom, *, clock: Clock) -> DealView:
    """The deal room in the eyes of an actor who must be allowed to see it."""
    deal = room.deal
    proposals = queries.proposals_of_deal(session, deal.id)
    events = queries.events_of_deal(session, deal.id)
    standing = queries.standing_proposal(session, deal.id)
    party_ids = {deal.provider_party_id, deal.acquirer_party_id} | {e.party_id for e in events if e.party_id}
    names = parties.party_names(session, party_ids)
    names |= parties.broker_names(session, [deal.broker_id] if deal.broker_id else [])
    names |= queries.titles_of(session, [deal])
    values = _card_values(deal, names, standing, clock) | {
        "viewer_side": viewer_side(actor, room),
        "agreed_proposal_id": deal.agreed_proposal_id,
        "closed_by_party_id": deal.closed_by_party_id,
        "close_reason_code": deal.close_reason_code,
        "close_reason": code_list("deal_close_reasons").label(deal.close_reason_code),
        "close_note": deal.close_note,
        "proposals": [_proposal_view(deal, proposal) for proposal in proposals],
        "events": [
            DealEventView(
                at=event.at,
                party_id=event.party_id,
                party_name=names.get(event.party_id) if event.party_id else None,
                action=event.action,
                action_label=rules.EVENT_LABELS.get(event.action, event.action),
                note=event.note,
            )
            for event in events
        ],
        "allowed_actions": _allowed_actions(actor, room, standing),
    }
    return DealView.model_validate(values)


def _card_values(deal: Deal, names: Mapping[UUID, str], standing: Proposal | None, clock: Clock) -> dict[str, Any]:
    return deal.model_dump(include=set(DealCard.model_fields)) | {
        "need_title": names[deal.need_id],
        "achievement_title": names[deal.achievement_id],
        "provider_name": names[deal.provider_party_id],
        "acquirer_name": names[deal.acquirer_party_id],
        "broker_name": names.get(deal.broker_id) if deal.broker_id else None,
        "status_label": rules.STATUS_LABELS[deal.status],
        "awaited_side": rules.awaited_side(deal.status, _proposer(deal, standing)),
        "is_overdue": is_overdue(deal.respond_by, clock.today()),
    }


def _proposer(deal: Deal, standing: Proposal | None) -> Side | None:
    return side_of_party(deal, standing.by_party_id) if standing else None


def _proposal_view(deal: Deal, proposal: Proposal) -> ProposalView:
    kinds = code_list("contract_kinds")
    return ProposalView.model_validate(
        proposal.model_dump(exclude={"deal_id", "by_user_id"})
        | {
            "side": side_of_party(deal, proposal.by_party_id),
            "contract_kind": kinds.label(proposal.contract_kind_code),
            "contract_subkind": kinds.label(proposal.contract_subkind_code),
            "payment_mode": code_list("payment_modes").label(proposal.payment_mode_code),
            "licence_mode": code_list("licence_modes").label(proposal.licence_mode_code),
        }
    )


def _allowed_actions(actor: Actor, room: DealRoom, standing: Proposal | None) -> list[str]:
    negotiates = actor.may(Permission.NEGOTIATE_DEALS)
    return rules.allowed_actions(
        room.deal.status,
        _proposer(room.deal, standing),
        own_side(actor, room.deal) if negotiates else None,
        may_propose=negotiates and viewer_side(actor, room) is not None,
        may_note=negotiates and takes_part(actor, room),
        may_assign=actor.may(Permission.ASSIGN_BROKER),
    )
