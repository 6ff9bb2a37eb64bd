"""How projects are shown: rows joined with the names of codes and parties."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session

from market.kernel.actor import Actor
from market.kernel.paging import Page, PageRequest
from market.parties.models import Origin
from market.parties.queries import party_names
from market.projects import queries, rules
from market.projects.models import Milestone, MilestoneStatus, Project
from market.projects.schemas import MilestoneView, ProjectFilter, ProjectView
from market.reference.lists import code_list


def view_project(session: Session, actor: Actor, project_id: UUID) -> ProjectView:
    """One project as everybody may see it; no personal data stands in it."""
    del actor  # the 100 projects are public
    return _views(session, [queries.get_project(session, project_id)])[0]


def view_projects(session: Session, actor: Actor, wanted: ProjectFilter, page: PageRequest) -> Page[ProjectView]:
    """A page of projects as everybody may see them."""
    del actor  # the 100 projects are public
    found = queries.list_projects(session, wanted, page)
    return Page(items=_views(session, found.items), page=found.page, size=found.size, total=found.total)


def _views(session: Session, projects: Sequence[Project]) -> list[ProjectView]:
    milestones = queries.milestones_of_many(session, [project.id for project in projects])
    parties = {project.enterprise_party_id for project in projects}
    parties.update(project.institute_party_id for project in projects if project.institute_party_id is not None)
    names = party_names(session, parties - {None})
    return [_view(project, milestones[project.id], names) for project in projects]


def _view(project: Project, milestones: list[Milestone], names: Mapping[UUID, str]) -> ProjectView:
    return ProjectView(
        **project.model_dump(include=set(ProjectView.model_fields)),
        enterprise_name=names[project.enterprise_party_id],
        institute_name=names[project.institute_party_id] if project.institute_party_id else "",
        region_name=code_list("regions").label(project.region_code),
        field_name=code_list("technology_fields").label(project.field_code),
        local_industry_name=code_list("local_industries").label(project.local_industry_code),
        released_cny=rules.money_in(milestones, MilestoneStatus.MET),
        frozen_cny=rules.money_in(milestones, MilestoneStatus.MISSED),
        is_demo=project.origin in {Origin.DEMO, Origin.GENERATED},
        milestones=[MilestoneView.model_validate(milestone) for milestone in milestones],
    )
