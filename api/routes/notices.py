"""New pairs with one's own listings: what one has been told, and marking it as read."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import ClockDep, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.paging import Page
from market.kernel.text import View
from market.matches import notices
from market.matches.schemas import NoticeView, ReadNotices
from matching import service as matching

router = APIRouter(prefix="/v1/notices", tags=["matches"], route_class=UnitOfWorkRoute)


class NoticesRead(View):
    """How many notices were unread until now."""

    read: int


@router.get("")
def list_notices(
    session: ReadSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    page: PageDep,
    unread: Annotated[bool, Query(description="true:只列未读")] = False,  # noqa: FBT002  a query parameter
) -> Page[NoticeView]:
    """New pairs with the party's listings that fit well, the latest first; pairs that somebody has acted on are left out."""
    return notices.list_notices(session, actor, page, clock=clock, from_score=matching.NOTICE_SCORE, unread_only=unread)


@router.post("/read")
def read_notices(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, command: ReadNotices | None = None
) -> NoticesRead:
    """Mark all as read, or all up to an instant."""
    return NoticesRead(read=notices.read_notices(session, actor, command or ReadNotices(), clock=clock))


@router.post("/{notice_id}/read")
def read_notice(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, notice_id: UUID) -> NoticeView:
    """Mark one as read, for everybody of the party."""
    return notices.read_notice(session, actor, notice_id, clock=clock)
