"""Searching over HTTP: listings with facets and marked snippets, and suggestions while typing. Open to anyone."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import ActorDep, ClockDep, EngineDep, ReadSessionDep, RuntimeDep, UnitDep
from api.nearby import find_nearby
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.text import Phrase
from search import finding
from search.schemas import FindListings, FoundListings, Suggestions

router = APIRouter(prefix="/v1", tags=["search"], route_class=UnitOfWorkRoute)


@router.get("/search")
def search_listings(
    unit: UnitDep,
    actor: ActorDep,
    clock: ClockDep,
    runtime: RuntimeDep,
    command: Annotated[FindListings, Query()],
) -> FoundListings:
    """Live achievements and needs; members also search the members' texts and may sort and filter by price."""
    found = find_nearby(unit, runtime.engine, actor, command, clock=clock)
    if found.degraded:
        runtime.metrics.degraded.inc()
    return found


@router.get("/suggestions")
def suggest_words(
    session: ReadSessionDep,
    engine: EngineDep,
    clock: ClockDep,
    q: Annotated[Phrase, Query(description="已输入的文字")] = "",
    limit: Annotated[int, Query(ge=1, le=20, description="最多几条")] = 8,
) -> Suggestions:
    """Completed words and titles, from public text only."""
    return finding.suggestions(session, engine, q, clock=clock, limit=limit)
