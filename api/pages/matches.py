"""A listing's matches with their reasons, and one match."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.deps import ClockDep, EngineDep, MemberDep, PageDep, ReadSessionDep, RuntimeDep, WriteSessionDep
from api.pages.forms import FormDep, command_from
from api.pages.rendering import render, see_other
from api.unit_of_work import UnitOfWorkRoute
from market.achievements import queries as achievements
from market.deals import queries as deals
from market.kernel.paging import PageRequest
from market.matches import service
from market.matches.schemas import AssignBroker, DeclineMatch, ExpressInterest
from market.needs import queries as needs
from market.parties import queries as parties
from matching import service as matching
from matching.explanation import PART_LABELS
from matching.reading import explanation_of, explanations_of

router = APIRouter(route_class=UnitOfWorkRoute)

ListingId = Annotated[UUID, Path()]
MatchId = Annotated[UUID, Path()]


@router.get("/needs/{listing_id}/matches")
def need_matches(
    request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep, listing_id: ListingId
) -> Response:
    found = service.list_matches_of_need(session, actor, listing_id, page, clock=clock)
    return render(
        request,
        "matches.html",
        page=found,
        reasons=explanations_of(session, [match.id for match in found.items]),
        listing=needs.get_need(session, listing_id),
        subject="need",
        part_labels=PART_LABELS,
    )


@router.get("/achievements/{listing_id}/matches")
def achievement_matches(
    request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep, listing_id: ListingId
) -> Response:
    found = service.list_matches_of_achievement(session, actor, listing_id, page, clock=clock)
    return render(
        request,
        "matches.html",
        page=found,
        reasons=explanations_of(session, [match.id for match in found.items]),
        listing=achievements.get_achievement(session, listing_id),
        subject="achievement",
        part_labels=PART_LABELS,
    )


@router.post("/needs/{listing_id}/matches/refresh")
def refresh_need(
    session: WriteSessionDep,
    actor: MemberDep,
    engine: EngineDep,
    clock: ClockDep,
    listing_id: ListingId,
    _form: FormDep,
) -> Response:
    matching.refresh_matches_of_need(session, engine, actor, listing_id, clock=clock)
    return see_other(f"/needs/{listing_id}/matches?notice=matched_anew")


@router.post("/achievements/{listing_id}/matches/refresh")
def refresh_achievement(
    session: WriteSessionDep,
    actor: MemberDep,
    engine: EngineDep,
    clock: ClockDep,
    listing_id: ListingId,
    _form: FormDep,
) -> Response:
    matching.refresh_matches_of_achievement(session, engine, actor, listing_id, clock=clock)
    return see_other(f"/achievements/{listing_id}/matches?notice=matched_anew")


@router.get("/matches/{match_id}")
def match_page(
    request: Request,
    session: ReadSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    runtime: RuntimeDep,
    match_id: MatchId,
) -> Response:
    match = service.view_match(session, actor, match_id, clock=clock)
    brokers = parties.list_brokers(session, PageRequest(size=100)).items if "assign" in match.allowed_actions else []
    return render(
        request,
        "match.html",
        match=match,
        reasons=explanation_of(session, match_id, runtime.closest),
        part_labels=PART_LABELS,
        brokers=[(str(broker.id), broker.name) for broker in brokers],
        deal=deals.find_deal_of_match(session, match_id),
    )


@router.post("/matches/{match_id}/interest")
def express_interest(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, match_id: MatchId, form: FormDep
) -> Response:
    command = command_from(ExpressInterest, form.given("side"))
    service.express_interest(session, actor, match_id, clock=clock, expected_version=form.version(), side=command.side)
    return see_other(f"/matches/{match_id}?notice=interest_expressed")


@router.post("/matches/{match_id}/decline")
def decline(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, match_id: MatchId, form: FormDep) -> Response:
    command = command_from(DeclineMatch, form.given("side", "reason_code", "note"))
    service.decline_match(session, actor, match_id, command, clock=clock, expected_version=form.version())
    return see_other(f"/matches/{match_id}?notice=match_declined")


@router.post("/matches/{match_id}/assign")
def assign(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, match_id: MatchId, form: FormDep) -> Response:
    command = command_from(AssignBroker, form.given("broker_id"))
    service.assign_broker(session, actor, match_id, command, clock=clock, expected_version=form.version())
    # A broker who hands the pair on may not see it any more.
    place = "/inbox" if actor.broker_id is not None else f"/matches/{match_id}"
    return see_other(f"{place}?notice=broker_assigned")
