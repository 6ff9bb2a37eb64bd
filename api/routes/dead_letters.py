"""Changes that the search engine would not take, for administrators."""

from fastapi import APIRouter

from api.deps import ClockDep, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.paging import Page
from market.kernel.text import View
from search import dead_letters
from search.dead_letters import DeadLetterView, ReplayDeadLetters

router = APIRouter(prefix="/v1/dead-letters", tags=["operations"], route_class=UnitOfWorkRoute)


class Replayed(View):
    """How many dead letters got another round."""

    replayed: int


@router.get("")
def list_dead_letters(
    session: ReadSessionDep, actor: MemberDep, clock: ClockDep, page: PageDep
) -> Page[DeadLetterView]:
    """What did not reach the index, the latest first, each with the engine's reason and what to do."""
    return dead_letters.list_dead_letters(session, actor, page, clock=clock)


@router.post("/replay")
def replay_dead_letters(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, command: ReplayDeadLetters
) -> Replayed:
    """Send these again, or all."""
    return Replayed(replayed=dead_letters.replay_dead_letters(session, actor, command, clock=clock))
