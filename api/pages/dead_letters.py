"""The operations desk: listings that did not reach the index, why, and sending them again."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.deps import ClockDep, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.pages.forms import FormDep, command_from
from api.pages.rendering import render, see_other
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.errors import Invalid
from search import dead_letters
from search.dead_letters import NOUNS, ReplayDeadLetters

router = APIRouter(prefix="/dead-letters", route_class=UnitOfWorkRoute)

_CHOOSE = "请先勾选要重新投递的记录,或选择全部重新投递。"


@router.get("")
def dead_letters_page(
    request: Request, session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep
) -> Response:
    found = dead_letters.list_dead_letters(session, actor, page, clock=clock)
    return render(request, "dead_letters.html", page=found, nouns=NOUNS)


@router.post("/replay")
def replay(session: WriteSessionDep, actor: MemberDep, clock: ClockDep, form: FormDep) -> Response:
    chosen = None if form.text("all") else form.texts("ids")
    if chosen == []:
        raise Invalid("nothing_chosen", _CHOOSE)
    command = command_from(ReplayDeadLetters, {"ids": chosen})
    dead_letters.replay_dead_letters(session, actor, command, clock=clock)
    return see_other("/dead-letters?notice=letters_replayed")
