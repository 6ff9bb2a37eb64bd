"""The 100 projects of a year: by number, stage and county, each with its milestones."""

from collections import Counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from api.deps import ActorDep, ClockDep, PageDep, ReadSessionDep
from api.pages.forms import EmptyIsNone, command_from
from api.pages.rendering import render
from api.unit_of_work import UnitOfWorkRoute
from market.contracts import service as contracts
from market.contracts.models import ContractStatus
from market.contracts.schemas import ContractFilter
from market.kernel.paging import PageRequest
from market.projects import views
from market.projects.models import ProjectStage, ProjectStatus
from market.projects.schemas import ProjectFilter
from market.reference.lists import HOME_REGION, code_list, region_path

router = APIRouter(prefix="/projects", route_class=UnitOfWorkRoute)

STAGES = {ProjectStage.SAMPLE: "样品", ProjectStage.PRODUCT: "产品", ProjectStage.COMMODITY: "商品"}
STATUSES = {
    ProjectStatus.PLANNED: "待启动",
    ProjectStatus.UNDER_WAY: "实施中",
    ProjectStatus.TRANSFERRED: "已转化",
    ProjectStatus.TERMINATED: "已终止",
}
_ALL_OF_A_YEAR = PageRequest(size=100)


def _home_regions() -> list[tuple[str, str]]:
    return [(item.code, item.name) for item in code_list("regions").items if HOME_REGION in region_path(item.code)[1:]]


@router.get("")
def projects_page(
    request: Request,
    session: ReadSessionDep,
    actor: ActorDep,
    clock: ClockDep,
    page: PageDep,
    year: Annotated[Annotated[int, Field(ge=2000, le=2100)] | None, EmptyIsNone, Query()] = None,
    region: Annotated[str | None, Query(max_length=16)] = None,
    stage: Annotated[ProjectStage | None, EmptyIsNone] = None,
    status: Annotated[ProjectStatus | None, EmptyIsNone] = None,
) -> Response:
    shown_year = year or clock.today().year
    chosen = {"year": shown_year, "region_code": region or None, "stage": stage, "status": status}
    wanted = command_from(ProjectFilter, chosen)
    whole = views.view_projects(session, actor, ProjectFilter(year=shown_year), _ALL_OF_A_YEAR)
    return render(
        request,
        "projects.html",
        page=views.view_projects(session, actor, wanted, page),
        year=shown_year,
        wanted=wanted,
        total=whole.total,
        by_stage=Counter(project.stage for project in whole.items),
        by_status=Counter(project.status for project in whole.items),
        stages=STAGES,
        statuses=STATUSES,
        regions=_home_regions(),
    )


@router.get("/{project_id}")
def project_page(
    request: Request, session: ReadSessionDep, actor: ActorDep, clock: ClockDep, project_id: Annotated[UUID, Path()]
) -> Response:
    project = views.view_project(session, actor, project_id)
    # The project is public, the contracts behind it are not: each reader sees those that the contract desk would show.
    wanted = ContractFilter(project_id=project_id, status=ContractStatus.REGISTERED)
    registered = (
        contracts.list_visible(session, actor, wanted, _ALL_OF_A_YEAR, clock=clock).items if actor.is_signed_in else []
    )
    return render(request, "project.html", project=project, stages=STAGES, statuses=STATUSES, contracts=registered)
