"""Pairing on demand: the worker pairs every listing by itself; this is for who does not want to wait."""

from uuid import UUID

from fastapi import APIRouter

from api.deps import ClockDep, EngineDep, MemberDep, PageDep, WriteSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.paging import Page
from market.matches import service as matches
from market.matches.schemas import MatchView
from matching import service

router = APIRouter(prefix="/v1", tags=["matches"], route_class=UnitOfWorkRoute)


@router.post("/needs/{need_id}/matches/refresh")
def refresh_matches_of_need(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, engine: EngineDep, page: PageDep, need_id: UUID
) -> Page[MatchView]:
    """Compute a published need's matches now; for its owner, its broker and officials."""
    service.refresh_matches_of_need(session, engine, actor, need_id, clock=clock)
    return matches.list_matches_of_need(session, actor, need_id, page, clock=clock)


@router.post("/achievements/{achievement_id}/matches/refresh")
def refresh_matches_of_achievement(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, engine: EngineDep, page: PageDep, achievement_id: UUID
) -> Page[MatchView]:
    """Compute a published achievement's matches now; for its owner, its broker and officials."""
    service.refresh_matches_of_achievement(session, engine, actor, achievement_id, clock=clock)
    return matches.list_matches_of_achievement(session, actor, achievement_id, page, clock=clock)
