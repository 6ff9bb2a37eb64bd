"""The inbox: new pairs with one's own listings, and pairs that wait for an answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.deps import ClockDep, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.pages.forms import FormDep, command_from
from api.pages.rendering import render, see_other
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.paging import PageRequest
from market.matches import notices, service
from market.matches.schemas import ReadNotices
from matching import service as matching

router = APIRouter(prefix="/inbox", route_class=UnitOfWorkRoute)

_LATEST = PageRequest(size=10)


@router.get("")
def inbox_page(request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep) -> Response:
    told = notices.list_notices(session, actor, _LATEST, clock=clock, from_score=matching.NOTICE_SCORE)
    return render(request, "inbox.html", page=service.list_inbox(session, actor, page, clock=clock), told=told)


@router.get("/notices")
def notices_page(
    request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep
) -> Response:
    return render(
        request,
        "notices.html",
        told=notices.list_notices(session, actor, page, clock=clock, from_score=matching.NOTICE_SCORE),
    )


@router.post("/notices/read")
def read_all(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, form: FormDep) -> Response:
    notices.read_notices(session, actor, command_from(ReadNotices, form.given("up_to")), clock=clock)
    return see_other("/inbox?notice=notices_read")


@router.post("/notices/{notice_id}/read")
def read_one(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, notice_id: Annotated[UUID, Path()], _form: FormDep
) -> Response:
    return see_other(f"/matches/{notices.read_notice(session, actor, notice_id, clock=clock).match_id}")
