"""The 100 projects over HTTP: everybody reads, officials write."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from api.deps import ActorDep, ClockDep, ExpectedVersion, MemberDep, PageDep, ReadSessionDep, WriteSessionDep
from api.unit_of_work import UnitOfWorkRoute
from market.kernel.paging import Page
from market.kernel.text import Code
from market.projects import service, views
from market.projects.models import ProjectStage, ProjectStatus
from market.projects.schemas import (
    AssessMilestone,
    ConfirmTransfer,
    DraftProject,
    EditProject,
    ProjectFilter,
    ProjectView,
    TerminateProject,
)

router = APIRouter(prefix="/v1/projects", tags=["projects"], route_class=UnitOfWorkRoute)

Position = Annotated[int, Path(ge=1, le=10_000, description="里程碑序号")]


async def _project_filter(
    year: Annotated[int | None, Query(ge=2000, le=2100, description="年度")] = None,
    region: Annotated[Code | None, Query(description="地区代码,含下属地区")] = None,
    stage: Annotated[ProjectStage | None, Query(description="阶段")] = None,
    status: Annotated[ProjectStatus | None, Query(description="状态")] = None,
    industry: Annotated[Code | None, Query(description="重点产业代码")] = None,
    enterprise: Annotated[UUID | None, Query(description="承担企业")] = None,
) -> ProjectFilter:
    return ProjectFilter(
        year=year,
        region_code=region,
        stage=stage,
        status=status,
        local_industry_code=industry,
        enterprise_party_id=enterprise,
    )


ProjectFilterDep = Annotated[ProjectFilter, Depends(_project_filter)]


@router.get("")
def list_projects(
    session: ReadSessionDep, actor: ActorDep, wanted: ProjectFilterDep, page: PageDep
) -> Page[ProjectView]:
    """Projects by year (newest first) and number."""
    return views.view_projects(session, actor, wanted, page)


@router.post("", status_code=201)
def create_project(
    session: WriteSessionDep, actor: MemberDep, clock: ClockDep, response: Response, command: DraftProject
) -> ProjectView:
    """Enter one of a year's projects; it gets the year's next number where none is given."""
    project = service.create_project(session, actor, command, clock=clock)
    response.headers["Location"] = f"/v1/projects/{project.id}"
    return _tagged(response, views.view_project(session, actor, project.id))


@router.get("/{project_id}")
def get_project(session: ReadSessionDep, actor: ActorDep, response: Response, project_id: UUID) -> ProjectView:
    """A project with its milestones."""
    return _tagged(response, views.view_project(session, actor, project_id))


@router.patch("/{project_id}")
def edit_project(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    project_id: UUID,
    command: EditProject,
) -> ProjectView:
    """Change what is given, append milestones."""
    service.edit_project(session, actor, project_id, command, clock=clock, expected_version=version)
    return _tagged(response, views.view_project(session, actor, project_id))


@router.post("/{project_id}/start")
def start_project(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    project_id: UUID,
) -> ProjectView:
    """The project is under way."""
    service.start_project(session, actor, project_id, clock=clock, expected_version=version)
    return _tagged(response, views.view_project(session, actor, project_id))


@router.post("/{project_id}/advance")
def advance_stage(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    project_id: UUID,
) -> ProjectView:
    """One stage on: 样品 → 产品 → 商品."""
    service.advance_stage(session, actor, project_id, clock=clock, expected_version=version)
    return _tagged(response, views.view_project(session, actor, project_id))


@router.post("/{project_id}/transfer")
def confirm_transfer(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    project_id: UUID,
    command: ConfirmTransfer,
) -> ProjectView:
    """Confirm the transfer; the project counts toward the year's 100."""
    service.confirm_transfer(session, actor, project_id, command, clock=clock, expected_version=version)
    return _tagged(response, views.view_project(session, actor, project_id))


@router.post("/{project_id}/terminate")
def terminate_project(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    project_id: UUID,
    command: TerminateProject,
) -> ProjectView:
    """End the project without a transfer."""
    service.terminate_project(session, actor, project_id, command, clock=clock, expected_version=version)
    return _tagged(response, views.view_project(session, actor, project_id))


@router.post("/{project_id}/milestones/{position}/assess")
def assess_milestone(
    session: WriteSessionDep,
    actor: MemberDep,
    clock: ClockDep,
    version: ExpectedVersion,
    response: Response,
    project_id: UUID,
    position: Position,
    command: AssessMilestone,
) -> ProjectView:
    """Record the final verdict on one milestone."""
    service.assess_milestone(session, actor, project_id, position, command, clock=clock, expected_version=version)
    return _tagged(response, views.view_project(session, actor, project_id))


def _tagged(response: Response, view: ProjectView) -> ProjectView:
    response.headers["ETag"] = f'"{view.version}"'
    return view
