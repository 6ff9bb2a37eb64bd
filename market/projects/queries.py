"""Every SELECT about projects."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from market.kernel.db import get_row, lock_row
from market.kernel.paging import Page, PageRequest
from market.projects.models import Milestone, Project, ProjectStage, ProjectStatus
from market.projects.schemas import ProjectFilter
from market.reference.lists import regions_within

NOUN = "转化项目"
_NUMBERING_LOCK = 7_306_100  # with the year as the second key; it only has to be the same in every process


def get_project(session: Session, project_id: UUID) -> Project:
    return get_row(session, Project, project_id, NOUN)


def lock_project(session: Session, project_id: UUID, expected_version: int | None) -> Project:
    return lock_row(session, Project, project_id, NOUN, expected_version=expected_version)


def lock_year(session: Session, year: int) -> None:
    """Hold the year's numbering until the transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key, :year)"), {"key": _NUMBERING_LOCK, "year": year})


def last_number(session: Session, year: int) -> int:
    """The highest number given in the year; 0 where there is none."""
    return session.exec(select(func.max(Project.number)).where(col(Project.year) == year)).one() or 0


def is_number_taken(session: Session, year: int, number: int) -> bool:
    statement = select(Project.id).where(col(Project.year) == year, col(Project.number) == number)
    return session.exec(statement).first() is not None


def list_projects(session: Session, wanted: ProjectFilter, page: PageRequest) -> Page[Project]:
    """In order of year (newest first) and number."""
    conditions = _conditions(wanted)
    total = session.exec(select(func.count()).select_from(Project).where(*conditions)).one()
    rows = session.exec(
        select(Project)
        .where(*conditions)
        .order_by(col(Project.year).desc(), col(Project.number))
        .offset(page.offset)
        .limit(page.size)
    ).all()
    return Page(items=list(rows), page=page.page, size=page.size, total=total)


def _conditions(wanted: ProjectFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    for column, value in (
        (col(Project.year), wanted.year),
        (col(Project.stage), wanted.stage),
        (col(Project.status), wanted.status),
        (col(Project.local_industry_code), wanted.local_industry_code),
        (col(Project.enterprise_party_id), wanted.enterprise_party_id),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.region_code is not None:
        conditions.append(col(Project.region_code).in_(regions_within(wanted.region_code)))
    return conditions


def milestones_of(session: Session, project_id: UUID) -> list[Milestone]:
    """In order of position."""
    return milestones_of_many(session, [project_id])[project_id]


def milestones_of_many(session: Session, project_ids: Iterable[UUID]) -> dict[UUID, list[Milestone]]:
    """For each project its milestones in order of position."""
    found: dict[UUID, list[Milestone]] = {project_id: [] for project_id in project_ids}
    statement = select(Milestone).where(col(Milestone.project_id).in_(list(found))).order_by(col(Milestone.position))
    for milestone in session.exec(statement):
        found[milestone.project_id].append(milestone)
    return found


def count_by_stage(session: Session, year: int) -> dict[ProjectStage, int]:
    """How many of the year's projects stand in each stage; terminated ones do not count."""
    rows = session.exec(
        select(Project.stage, func.count())
        .where(col(Project.year) == year, col(Project.status) != ProjectStatus.TERMINATED)
        .group_by(col(Project.stage))
    ).all()
    counts = dict(rows)
    return {stage: counts.get(stage, 0) for stage in ProjectStage}


def transferred_count(session: Session, year: int, as_of: date) -> int:
    """How many of the year's projects had been transferred by the end of this day, and by the end of the year at most.

    The cap keeps the figure of a closed year still: a later transfer is the work of a later year.
    """
    return session.exec(
        select(func.count())
        .select_from(Project)
        .where(
            col(Project.year) == year,
            col(Project.status) == ProjectStatus.TRANSFERRED,
            col(Project.transferred_on) <= min(as_of, date(year, 12, 31)),
        )
    ).one()
