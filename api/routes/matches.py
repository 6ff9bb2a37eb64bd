"""Matches over HTTP: the lists of a need and of an achievement, one's inbox, and what people do with a pair."""

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
from market.kernel.paging import Page
from market.matches import service
from market.matches.schemas import AssignBroker, DeclineMatch, ExpressInterest, MatchView, NoteMatch, SuggestMatch

router = APIRouter(prefix="/v1", tags=["matches"], route_class=UnitOfWorkRoute)


@router.get("/needs/{need_id}/matches")
def list_matches_of_need(
    session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep, need_id: UUID
) -> Page[MatchView]:
    """Stored matches of a need, for its owner, its broker and officials: worked-on pairs first, then by score."""
    return service.list_matches_of_need(session, actor, need_id, page, clock=clock)


@router.get("/achievements/{achievement_id}/matches")
def list_matches_of_achievement(
    session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep, achievement_id: UUID
) -> Page[MatchView]:
    """Stored matches of an achievement, in the same order as for a need."""
    return service.list_matches_of_achievement(session, actor, achievement_id, page, clock=clock)


@router.get("/matches")
def list_inbox(session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep) -> Page[MatchView]:
    """What waits: a party's own pairs, those a broker looks after, for officials escalated ones without a broker."""
    return service.list_inbox(session, actor, page, clock=clock)


@router.post("/matches", status_code=201)
def suggest_match(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, response: Response, command: SuggestMatch
) -> MatchView:
    """A broker puts a pair forward."""
    match = service.suggest_match(session, actor, command, clock=clock)
    view = service.view_match(session, actor, match.id, clock=clock)
    response.headers["Location"] = f"/v1/matches/{view.id}"
    return _tagged(response, view)


@router.get("/matches/{match_id}")
def get_match(
    session: ReadSessionDep, actor: MemberDep, clock: ClockDep, response: Response, match_id: UUID
) -> MatchView:
    """The pair with its score in parts, the common terms, and its record."""
    return _tagged(response, service.view_match(session, actor, match_id, clock=clock))


@router.post("/matches/{match_id}/interest")
def express_interest(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    match_id: UUID,
    command: ExpressInterest | None = None,
) -> MatchView:
    """The first side's interest asks the other; the second side's opens what both disclose after consent."""
    side = command.side if command else None
    service.express_interest(session, actor, match_id, clock=clock, expected_version=version, side=side)
    return _tagged(response, service.view_match(session, actor, match_id, clock=clock))


@router.post("/matches/{match_id}/decline")
def decline_match(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    match_id: UUID,
    command: DeclineMatch,
) -> MatchView:
    """One side says no, with a coded reason for the other."""
    service.decline_match(session, actor, match_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_match(session, actor, match_id, clock=clock))


@router.post("/matches/{match_id}/assign", status_code=204)
def assign_broker(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    match_id: UUID,
    command: AssignBroker,
) -> None:
    """Put the pair into a broker's hands. No content: a broker who hands the pair on does not see the pair any more."""
    service.assign_broker(session, actor, match_id, command, clock=clock, expected_version=version)


@router.post("/matches/{match_id}/notes", status_code=201)
def add_note(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, match_id: UUID, command: NoteMatch
) -> MatchView:
    """Add a line to the pair's record."""
    service.add_note(session, actor, match_id, command, clock=clock)
    return service.view_match(session, actor, match_id, clock=clock)


def _tagged(response: Response, view: MatchView) -> MatchView:
    response.headers["ETag"] = f'"{view.version}"'
    return view
