"""Deals over HTTP: talks, proposals, agreement."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.deps import (
    ClockDep,
    ExpectedVersion,
    MemberDep,
    PageDep,
    ReadSessionDep,
    WriteSessionDep,
)
from api.unit_of_work import UnitOfWorkRoute
from market.deals import service
from market.deals.schemas import CloseDeal, DealCard, DealNote, DealView, OpenDeal, ProposeTerms
from market.kernel.paging import Page
from market.matches.schemas import AssignBroker

router = APIRouter(prefix="/v1/deals", tags=["deals"], route_class=UnitOfWorkRoute)


@router.get("")
def list_deals(session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep) -> Page[DealCard]:
    """A party's deals, those a broker looks after, or all of them for officials; the urgent first."""
    return service.list_deals(session, actor, page, clock=clock)


@router.post("", status_code=201)
def open_deal(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, response: Response, command: OpenDeal
) -> DealView:
    """Open talks on a match that both sides consented to."""
    deal = service.open_deal(session, actor, command, clock=clock)
    response.headers["Location"] = f"/v1/deals/{deal.id}"
    return _tagged(response, service.view_deal(session, actor, deal.id, clock=clock))


@router.get("/{deal_id}")
def get_deal(session: ReadSessionDep, actor: MemberDep, clock: ClockDep, response: Response, deal_id: UUID) -> DealView:
    """The deal room: proposals and record, for the two parties, their brokers and officials."""
    return _tagged(response, service.view_deal(session, actor, deal_id, clock=clock))


@router.post("/{deal_id}/propose")
def propose_terms(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    deal_id: UUID,
    command: ProposeTerms,
) -> DealView:
    """Offer terms; they take the place of those on the table."""
    service.propose_terms(session, actor, deal_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_deal(session, actor, deal_id, clock=clock))


@router.post("/{deal_id}/accept")
def accept_proposal(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    deal_id: UUID,
) -> DealView:
    """Accept the other side's terms."""
    service.accept_proposal(session, actor, deal_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_deal(session, actor, deal_id, clock=clock))


@router.post("/{deal_id}/agree")
def agree_deal(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    deal_id: UUID,
) -> DealView:
    """Confirm one's own terms after the other side accepted them; the contract can be drafted then."""
    service.agree_deal(session, actor, deal_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_deal(session, actor, deal_id, clock=clock))


@router.post("/{deal_id}/close")
def close_deal(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    deal_id: UUID,
    command: CloseDeal,
) -> DealView:
    """End the talks with a coded reason."""
    service.close_deal(session, actor, deal_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_deal(session, actor, deal_id, clock=clock))


@router.post("/{deal_id}/assign", status_code=204)
def assign_broker(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    deal_id: UUID,
    command: AssignBroker,
) -> None:
    """Put the talks into a broker's hands. No content: a broker who hands the talks on does not see the talks any more."""
    service.assign_broker(session, actor, deal_id, command, clock=clock, expected_version=version)


@router.post("/{deal_id}/notes", status_code=201)
def add_note(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, deal_id: UUID, command: DealNote) -> DealView:
    """Add a line to the record."""
    service.add_note(session, actor, deal_id, command, clock=clock)
    return service.view_deal(session, actor, deal_id, clock=clock)


def _tagged(response: Response, view: DealView) -> DealView:
    response.headers["ETag"] = f'"{view.version}"'
    return view
