"""Needs over HTTP: drafting, review, the life cycle, likely duplicates."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import ActorDep, ClockDep, ExpectedVersion, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.paging import Page
from market.listings.schemas import DuplicateHint, ListScope, ReturnListing
from market.needs import service
from market.needs.schemas import DraftNeed, EditNeed, NeedCard, NeedView

router = APIRouter(prefix="/v1/needs", tags=["needs"], route_class=UnitOfWorkRoute)

ScopeQuery = Annotated[
    ListScope, Query(description="published 已发布;own 本单位;brokered 本人经办;review 待审核(主管部门)")
]


@router.get("")
def list_needs(
    session: ReadSessionDep,
    actor: ActorDep,
    clock: ClockDep,
    page: PageDep,
    scope: ScopeQuery = ListScope.PUBLISHED,
) -> Page[NeedCard]:
    """Live ones, the newest first; one's own, brokered or waiting ones by `scope`. To find by words: /v1/search."""
    return service.list_needs(session, actor, scope, page, clock=clock)


@router.post("", status_code=201)
def draft_need(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, response: Response, command: DraftNeed
) -> NeedView:
    """A new draft; nobody else sees it before it is published."""
    need = service.draft_need(session, actor, command, clock=clock)
    view = service.view_need(session, actor, need.id, clock=clock)
    response.headers["Location"] = f"/v1/needs/{view.id}"
    return _tagged(response, view)


@router.get("/{need_id}")
def get_need(session: ReadSessionDep, actor: ActorDep, clock: ClockDep, response: Response, need_id: UUID) -> NeedView:
    """What the asker may read of it; hidden fields are null and named."""
    return _tagged(response, service.view_need(session, actor, need_id, clock=clock))


@router.patch("/{need_id}")
def edit_need(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    need_id: UUID,
    command: EditNeed,
) -> NeedView:
    """Change the fields that are sent; lists are replaced whole."""
    service.edit_need(session, actor, need_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_need(session, actor, need_id, clock=clock))


@router.get("/{need_id}/duplicates")
def find_duplicates(session: ReadSessionDep, actor: MemberDep, need_id: UUID) -> list[DuplicateHint]:
    """Listings that read much the same, for the lister and reviewers, before publication."""
    return service.find_duplicates(session, actor, need_id)


@router.post("/{need_id}/submit")
def submit_need(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    need_id: UUID,
) -> NeedView:
    """Hand it in for review."""
    service.submit_need(session, actor, need_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_need(session, actor, need_id, clock=clock))


@router.post("/{need_id}/publish")
def publish_need(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    need_id: UUID,
) -> NeedView:
    """A reviewer puts it on the market for 180 days."""
    service.publish_need(session, actor, need_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_need(session, actor, need_id, clock=clock))


@router.post("/{need_id}/return")
def return_need(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    need_id: UUID,
    command: ReturnListing,
) -> NeedView:
    """A reviewer sends it back with a reason that the lister reads."""
    service.return_need(session, actor, need_id, command, clock=clock, expected_version=version)
    return _tagged(response, service.view_need(session, actor, need_id, clock=clock))


@router.post("/{need_id}/withdraw")
def withdraw_need(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    need_id: UUID,
) -> NeedView:
    """Take it down."""
    service.withdraw_need(session, actor, need_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_need(session, actor, need_id, clock=clock))


@router.post("/{need_id}/renew")
def renew_need(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    need_id: UUID,
) -> NeedView:
    """One click for another 180 days."""
    service.renew_need(session, actor, need_id, clock=clock, expected_version=version)
    return _tagged(response, service.view_need(session, actor, need_id, clock=clock))


def _tagged(response: Response, view: NeedView) -> NeedView:
    response.headers["ETag"] = f'"{view.version}"'
    return view
