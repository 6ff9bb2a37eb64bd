"""The deal room: what was offered and said, and the next step, for both sides and their broker."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlmodel import Session

from api.deps import ClockDep, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.pages.forms import FormDep, command_from, errors_by_field, form_status
from api.pages.rendering import render, see_other
from api.unit_of_work import UnitOfWorkRoute
from market.contracts import access as contract_access
from market.contracts import queries as contract_queries
from market.contracts import service as contracts
from market.contracts.models import Contract
from market.contracts.schemas import DraftFromDeal
from market.deals import service
from market.deals.schemas import CloseDeal, DealNote, OpenDeal, ProposeTerms
from market.kernel.actor import Actor
from market.kernel.clock import Clock
from market.kernel.errors import DomainError, NotFound

router = APIRouter(route_class=UnitOfWorkRoute)

DealId = Annotated[UUID, Path()]
_TERMS = (
    "contract_kind_code",
    "contract_subkind_code",
    "contract_amount_cny",
    "technology_amount_cny",
    "payment_mode_code",
    "licence_mode_code",
    "starts_on",
    "ends_on",
    "subject_matter",
    "ip_terms",
    "acceptance_terms",
)


@router.get("/deals")
def deals_page(request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep) -> Response:
    return render(request, "deals.html", page=service.list_deals(session, actor, page, clock=clock))


@router.post("/deals")
def open_deal(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, form: FormDep) -> Response:
    command = command_from(OpenDeal, form.given("match_id"))
    deal = service.open_deal(session, actor, command, clock=clock)
    return see_other(f"/deals/{deal.id}?notice=deal_opened")


def _room(
    request: Request,
    session: Session,
    actor: Actor,
    deal_id: UUID,
    clock: Clock,
    error: DomainError | None = None,
    given: dict[str, Any] | None = None,
) -> Response:
    deal = service.view_deal(session, actor, deal_id, clock=clock)
    status = form_status(error)
    contract = _contract_of(session, actor, deal_id)
    return render(
        request,
        "deal.html",
        status=status,
        deal=deal,
        contract=contract,
        errors=errors_by_field(error),
        given=given or {},
    )


def _contract_of(session: Session, actor: Actor, deal_id: UUID) -> Contract | None:
    """The deal's contract, where this actor may know of it: a draft is its parties' and their broker's business only."""
    contract = contract_queries.contract_of_deal(session, deal_id)
    if contract is None:
        return None
    try:
        return contract_access.readable(session, actor, contract.id)[0]
    except NotFound:
        return None


@router.get("/deals/{deal_id}")
def deal_page(
    request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, deal_id: DealId
) -> Response:
    return _room(request, session, actor, deal_id, clock)


@router.post("/deals/{deal_id}/propose")
def propose(
    request: Request, session: WriteSessionDep, actor: MemberDep, clock: ClockDep, deal_id: DealId, form: FormDep
) -> Response:
    try:
        command = command_from(ProposeTerms, form.given(*_TERMS))
        service.propose_terms(session, actor, deal_id, command, clock=clock, expected_version=form.version())
    except DomainError as error:
        session.rollback()
        return _room(request, session, actor, deal_id, clock, error, form.as_dict())
    return see_other(f"/deals/{deal_id}?notice=proposal_offered")


@router.post("/deals/{deal_id}/accept")
def accept(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, deal_id: DealId, form: FormDep) -> Response:
    service.accept_proposal(session, actor, deal_id, clock=clock, expected_version=form.version())
    return see_other(f"/deals/{deal_id}?notice=proposal_accepted")


@router.post("/deals/{deal_id}/agree")
def agree(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, deal_id: DealId, form: FormDep) -> Response:
    service.agree_deal(session, actor, deal_id, clock=clock, expected_version=form.version())
    return see_other(f"/deals/{deal_id}?notice=deal_agreed")


@router.post("/deals/{deal_id}/close")
def close(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, deal_id: DealId, form: FormDep) -> Response:
    command = command_from(CloseDeal, form.given("reason_code", "note"))
    service.close_deal(session, actor, deal_id, command, clock=clock, expected_version=form.version())
    return see_other(f"/deals/{deal_id}?notice=deal_closed")


@router.post("/deals/{deal_id}/notes")
def add_note(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, deal_id: DealId, form: FormDep) -> Response:
    service.add_note(session, actor, deal_id, command_from(DealNote, form.given("text")), clock=clock)
    return see_other(f"/deals/{deal_id}?notice=noted")


@router.post("/deals/{deal_id}/contract")
def draft_contract(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, deal_id: DealId, _form: FormDep
) -> Response:
    contract = contracts.draft_from_deal(session, actor, DraftFromDeal(deal_id=deal_id), clock=clock)
    return see_other(f"/contracts/{contract.id}?notice=contract_drafted")
