"""Projects for tests: through the use-case, with invented enterprises."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlmodel import Session

from market.kernel.actor import SYSTEM
from market.kernel.clock import Clock
from market.projects import service
from market.projects.models import MilestoneStatus, Project, ProjectStage, ProjectStatus
from market.projects.schemas import AssessMilestone, DraftProject, MilestoneDraft
from tests.factories.parties import make_party

_number = count(1)


def draft_project(session: Session, clock: Clock, **overrides: Any) -> DraftProject:
    """A complete project of the clock's year with one milestone in each stage that has to be left."""
    year = clock.today().year
    values: dict[str, Any] = {
        "year": year,
        "title": f"煤基固废制备充填材料转化示范{next(_number)}",
        "region_code": "640104",
        "field_code": "05",
        "local_industry_code": None,
        "total_investment_cny": Decimal("8000000.00"),
        "public_funding_cny": Decimal("1000000.00"),
        "starts_on": date(year, 1, 5),
        "due_on": date(year, 12, 20),
        "milestones": [
            MilestoneDraft(
                title="小试样品检测合格",
                stage=ProjectStage.SAMPLE,
                due_on=date(year, 3, 31),
                money_cny=Decimal("300000.00"),
            ),
            MilestoneDraft(
                title="中试线连续运行72小时",
                stage=ProjectStage.PRODUCT,
                due_on=date(year, 6, 30),
                money_cny=Decimal("400000.00"),
            ),
        ],
    }
    if "enterprise_party_id" not in overrides:
        values["enterprise_party_id"] = make_party(session, clock).id
    return DraftProject(**values | overrides)


def make_project(
    session: Session, clock: Clock, status: ProjectStatus = ProjectStatus.PLANNED, **overrides: Any
) -> Project:
    """A project, planned or under way; `overrides` are fields of `DraftProject`."""
    project = service.create_project(session, SYSTEM, draft_project(session, clock, **overrides), clock=clock)
    if status is ProjectStatus.UNDER_WAY:
        service.start_project(session, SYSTEM, project.id, clock=clock)
    return project


def meet(session: Session, clock: Clock, project: Project, *positions: int) -> None:
    """Assess these milestones as met."""
    for position in positions:
        verdict = AssessMilestone(status=MilestoneStatus.MET, evidence="第三方检测报告(演示)")
        service.assess_milestone(session, SYSTEM, project.id, position, verdict, clock=clock)
