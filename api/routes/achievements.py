"""Achievements over HTTP: drafting, review, the life cycle, likely duplicates."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import ActorDep, ClockDep, ExpectedVersion, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.achievements import service
from market.achievements.schemas import AchievementCard, AchievementView, DraftAchievement, EditAchievement
from market.kernel.paging import Page
from market.listings.schemas import DuplicateHint, ListScope, ReturnListing

router = APIRouter(prefix="/v1/achievements", tags=["achievements"], route_class=UnitOfWorkRoute)

ScopeQuery = Annotated[
    ListScope, Query(description="published 已发布;own 本单位;brokered 本人经办;review 待审核(主管部门)")
]


@router.get("")
def list_achievements(
    session: ReadSessionDep,
    actor: ActorDep,
    clock: ClockDep,
    page: PageDep,
    scope: ScopeQuery = ListScope.PUBLISHED,
) -> Page[AchievementCard]:
    """Live ones, the newest first; one's own, brokered or waiting ones by `scope`. To find by words: /v1/search."""
    return service.list_achievements(session, actor, scope, page, clock=clock)


@router.post("", status_code=201)
def draft_achievement(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, response: Response, command: DraftAchievement
) -> AchievementView:
    """A new draft; nobody else sees it before it is published."""
    achievement = service.draft_achievement(session, actor, command, clock=clock)
    view = service.view_achievement(session, actor, achievement.id, clock=clock)
    response.headers["Location"] = f"/v1/achievements/{view.id}"
    return _tagged(response, view)


@router.get("/{achievement_id}")
def get_achievement(
    session: ReadSessionDep, actor: ActorDep, clock: ClockDep, response: Response, achievement_id: UUID
) -> AchievementView:
    """What the asker may read of it; hidden fields are null and named."""
    return _tagged(response, service.view_achievement(session, actor, achievement_id, clock=clock))


@router.patch("/{achievement_id}")
def edit_achievement(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    achievement_id: UUID,
    command: EditAchievement,
) -> AchievementView:
    """Change the fields that are sent; lists are replaced whole."""
    service.edit_achievement(session, actor, achievement_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_achievement(session, actor, achievement_id, clock=clock))


@router.get("/{achievement_id}/duplicates")
def find_duplicates(session: ReadSessionDep, actor: MemberDep, achievement_id: UUID) -> list[DuplicateHint]:
    """Listings that read much the same, for the lister and reviewers, before publication."""
    return service.find_duplicates(session, actor, achievement_id)


@router.post("/{achievement_id}/submit")
def submit_achievement(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    achievement_id: UUID,
) -> AchievementView:
    """Hand it in for review."""
    service.submit_achievement(session, actor, achievement_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_achievement(session, actor, achievement_id, clock=clock))


@router.post("/{achievement_id}/publish")
def publish_achievement(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    achievement_id: UUID,
) -> AchievementView:
    """A reviewer puts it on the market for 180 days."""
    service.publish_achievement(session, actor, achievement_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_achievement(session, actor, achievement_id, clock=clock))


@router.post("/{achievement_id}/return")
def return_achievement(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    achievement_id: UUID,
    command: ReturnListing,
) -> AchievementView:
    """A reviewer sends it back with a reason that the lister reads."""
    service.return_achievement(session, actor, achievement_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_achievement(session, actor, achievement_id, clock=clock))


@router.post("/{achievement_id}/withdraw")
def withdraw_achievement(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    achievement_id: UUID,
) -> AchievementView:
    """Take it down."""
    service.withdraw_achievement(session, actor, achievement_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_achievement(session, actor, achievement_id, clock=clock))


@router.post("/{achievement_id}/renew")
def renew_achievement(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    achievement_id: UUID,
) -> AchievementView:
    """One click for another 180 days."""
    service.renew_achievement(session, actor, achievement_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_achievement(session, actor, achievement_id, clock=clock))


def _tagged(response: Response, view: AchievementView) -> AchievementView:
    response.headers["ETag"] = f'"{view.version}"'
    return view
