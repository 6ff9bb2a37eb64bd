"""Search with facets, for everybody; what a viewer may not read is not found either."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.deps import ActorDep, ClockDep, EngineDep, RuntimeDep, UnitDep
from api.nearby import find_nearby
from api.pages.forms import command_from
from api.pages.rendering import render
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.errors import Invalid
from search.schemas import FacetName, FindListings

router = APIRouter(route_class=UnitOfWorkRoute)

FACET_LABELS = {
    FacetName.KIND: "类型",
    FacetName.FIELD: "技术领域",
    FacetName.LOCAL_INDUSTRY: "重点产业",
    FacetName.REGION: "地区",
    FacetName.STAGE: "成果阶段",
}
SORTS = {"relevance": "相关度", "newest": "最新发布"}
MEMBER_SORTS = {"price_low": "价格从低到高", "price_high": "价格从高到低"}
_FILTERS = ("q", "kind", "field", "local_industry", "region", "stage", "sort")
Text = Annotated[str, Query(max_length=200)]


@router.get("/search")
def search_page(
    request: Request,
    unit: UnitDep,
    engine: EngineDep,
    actor: ActorDep,
    clock: ClockDep,
    runtime: RuntimeDep,
    q: Text = "",
    kind: Text = "",
    field: Text = "",
    local_industry: Text = "",
    region: Text = "",
    stage: Text = "",
    sort: Text = "",
    cursor: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    chosen: dict[str, Any] = dict(zip(_FILTERS, (q, kind, field, local_industry, region, stage, sort), strict=True))
    given = {name: value for name, value in chosen.items() if value}
    try:
        found = find_nearby(unit, engine, actor, command_from(FindListings, given | {"cursor": cursor}), clock=clock)
    except Invalid:
        # A link with a filter that no longer exists, or a cursor of an index that was rebuilt, shows the plain search.
        given = {"q": q[:200]} if q else {}
        found = find_nearby(unit, engine, actor, command_from(FindListings, given), clock=clock)
    if found.degraded:
        runtime.metrics.degraded.inc()

    def link(**changes: str) -> str:
        """The same search with some of its filters changed, from its first page on."""
        return "/search?" + urlencode({key: value for key, value in (given | changes).items() if value})

    return render(
        request,
        "search.html",
        found=found,
        given=given,
        link=link,
        facet_labels=FACET_LABELS,
        sorts=SORTS | (MEMBER_SORTS if actor.is_signed_in else {}),
    )
