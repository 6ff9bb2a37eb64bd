"""The use-cases of projects; officials who manage projects write, everybody reads."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from market.achievements.queries import get_achievement
from market.contracts.queries import registered_of_project
from market.kernel import audit
from market.kernel.actor import Actor, Permission
from market.kernel.clock import Clock
from market.kernel.errors import Conflict, FieldError, Invalid, NotFound, invalid_field
from market.parties.models import Origin
from market.parties.queries import get_party
from market.projects import queries, rules
from market.projects.models import Milestone, Project, ProjectStage, ProjectStatus
from market.projects.schemas import (
    AssessMilestone,
    ConfirmTransfer,
    DraftProject,
    EditProject,
    MilestoneDraft,
    TerminateProject,
)
from market.reference.lists import code_list, is_in_home_region
from market.targets import queries as target_queries


def create_project(
    session: Session, actor: Actor, command: DraftProject, *, clock: Clock, origin: Origin = Origin.ENTERED
) -> Project:
    """Enter one of the year's major projects, planned and in the sample stage."""
    actor.require(Permission.MANAGE_PROJECTS)
    _check_codes(command.region_code, command.field_code, command.local_industry_code)
    _check_rows(session, command.achievement_id, command.enterprise_party_id, command.institute_party_id)
    period = (command.starts_on, command.due_on)
    rules.raise_all(
        rules.check_dates(*period)
        + rules.check_money(command.total_investment_cny, command.public_funding_cny)
        + rules.check_milestones(
            [], command.milestones, field="milestones", period=period, public_funding_cny=command.public_funding_cny
        )
    )
    now = clock.now()
    project = Project(
        **command.model_dump(exclude={"number", "milestones"}),
        number=_number_for(session, command.year, command.number),
        origin=origin,
        created_at=now,
        updated_at=now,
    )
    session.add(project)
    session.flush()  # milestones refer to it
    _append_milestones(session, project, [], command.milestones)
    facts = {"year": project.year, "number": project.number, "enterprise_party_id": project.enterprise_party_id}
    audit.record(session, actor, "project.created", project.id, clock, facts)
    return project


def edit_project(
    session: Session,
    actor: Actor,
    project_id: UUID,
    command: EditProject,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Project:
    """Change what is given and append milestones, while the project is planned or under way."""
    actor.require(Permission.MANAGE_PROJECTS)
    project = queries.lock_project(session, project_id, expected_version)
    rules.require_status(project.status, rules.OPEN_STATUSES, "修改")
    existing = queries.milestones_of(session, project_id)
    changes = command.model_dump(exclude={"add_milestones"}, exclude_unset=True)
    _check_edit(session, project, existing, command, changes)
    project.sqlmodel_update(changes)
    project.updated_at = clock.now()
    _append_milestones(session, project, existing, command.add_milestones)
    facts = {"fields": sorted(changes), "milestones_added": len(command.add_milestones)}
    audit.record(session, actor, "project.edited", project.id, clock, facts)
    return project


def start_project(
    session: Session, actor: Actor, project_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Project:
    """The project is under way from now on."""
    actor.require(Permission.MANAGE_PROJECTS)
    project = queries.lock_project(session, project_id, expected_version)
    project.status = rules.next_status(project.status, rules.ProjectAction.START)
    project.updated_at = clock.now()
    audit.record(session, actor, "project.started", project.id, clock)
    return project


def advance_stage(
    session: Session, actor: Actor, project_id: UUID, *, clock: Clock, expected_version: int | None = None
) -> Project:
    """One stage on (样品 → 产品 → 商品), once the milestones of the present one are met."""
    actor.require(Permission.MANAGE_PROJECTS)
    project = queries.lock_project(session, project_id, expected_version)
    rules.require_status(project.status, {ProjectStatus.UNDER_WAY}, "进入下一阶段")
    before = project.stage
    project.stage = rules.next_stage(before, queries.milestones_of(session, project_id))
    project.updated_at = clock.now()
    facts = {"from": before, "to": project.stage}
    audit.record(session, actor, "project.advanced", project.id, clock, facts)
    return project


def assess_milestone(
    session: Session,
    actor: Actor,
    project_id: UUID,
    position: int,
    command: AssessMilestone,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Project:
    """Record the verdict on one milestone; it is final, and a missed one keeps its money frozen."""
    actor.require(Permission.MANAGE_PROJECTS)
    project = queries.lock_project(session, project_id, expected_version)
    rules.require_status(project.status, {ProjectStatus.UNDER_WAY}, "考核里程碑")
    milestone = _milestone_at(session, project_id, position)
    assessed_on = command.assessed_on or clock.today()
    _check_past_day("assessed_on", "考核日期", assessed_on, (project.starts_on, clock.today()))
    milestone.status = rules.next_milestone_status(milestone.status, command.status)
    milestone.assessed_on = assessed_on
    milestone.assessed_at = clock.now()
    milestone.evidence = command.evidence
    project.updated_at = clock.now()  # raises the version: readers of the project see its milestones with it
    facts = {"position": position, "status": milestone.status, "money_cny": milestone.money_cny}
    audit.record(session, actor, "project.milestone_assessed", project.id, clock, facts)
    return project


def confirm_transfer(
    session: Session,
    actor: Actor,
    project_id: UUID,
    command: ConfirmTransfer,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Project:
    """The project counts toward the year's 100: it has reached the market or led to a registered contract."""
    actor.require(Permission.MANAGE_PROJECTS)
    project = queries.lock_project(session, project_id, expected_version)
    transferred_on = command.transferred_on or clock.today()
    _check_past_day("transferred_on", "转化日期", transferred_on, (project.starts_on, clock.today()))
    queries.lock_year(session, transferred_on.year)  # nobody closes the year between the question and the commit
    if target_queries.is_closed(session, transferred_on.year):
        raise Conflict("year_closed", f"{transferred_on.year} 年度已关账,转化日期请填未关账年度的日期。")
    status = rules.next_status(project.status, rules.ProjectAction.CONFIRM_TRANSFER)
    if project.stage != ProjectStage.COMMODITY and not registered_of_project(session, project_id):
        raise Conflict(
            "transfer_unproved", "项目尚未进入“商品”阶段,也没有关联的已登记技术合同;请先推进阶段或登记关联合同。"
        )
    project.status = status
    project.transferred_on = transferred_on
    project.status_note = command.note
    project.updated_at = clock.now()
    audit.record(session, actor, "project.transferred", project.id, clock, {"transferred_on": transferred_on})
    return project


def terminate_project(
    session: Session,
    actor: Actor,
    project_id: UUID,
    command: TerminateProject,
    *,
    clock: Clock,
    expected_version: int | None = None,
) -> Project:
    """The project ends without a transfer; its number is not given again."""
    actor.require(Permission.MANAGE_PROJECTS)
    project = queries.lock_project(session, project_id, expected_version)
    project.status = rules.next_status(project.status, rules.ProjectAction.TERMINATE)
    project.terminated_on = clock.today()
    project.status_note = command.note
    project.updated_at = clock.now()
    audit.record(session, actor, "project.terminated", project.id, clock)
    return project


def _number_for(session: Session, year: int, wanted: int | None) -> int:
    queries.lock_year(session, year)
    if wanted is None:
        return queries.last_number(session, year) + 1
    if queries.is_number_taken(session, year, wanted):
        raise Conflict("number_taken", f"{year} 年度已有第 {wanted} 号项目,请换一个序号,或留空由系统编号。")
    return wanted


def _check_codes(region_code: str, field_code: str, local_industry_code: str | None) -> None:
    code_list("regions").require(region_code, "region_code")
    if not is_in_home_region(region_code):
        raise invalid_field("region_code", "项目实施地不在宁夏。", "请填宁夏的市、县(区)代码或宁东基地代码。")
    code_list("technology_fields").require(field_code, "field_code")
    if local_industry_code is not None:
        code_list("local_industries").require(local_industry_code, "local_industry_code")


def _check_rows(session: Session, achievement_id: UUID | None, *party_ids: UUID | None) -> None:
    """Other nouns' rows must exist; a missing one is bad input, not a missing page."""
    try:
        for party_id in party_ids:
            if party_id is not None:
                get_party(session, party_id)
    except NotFound as error:
        raise Invalid("party_unknown", "承担企业或合作院所不存在,请先登记主体。") from error
    if achievement_id is not None:
        try:
            get_achievement(session, achievement_id)
        except NotFound as error:
            raise invalid_field("achievement_id", "科技成果不存在。", "请填已登记的成果编号,或留空。") from error


def _check_edit(
    session: Session,
    project: Project,
    existing: list[Milestone],
    command: EditProject,
    changes: dict[str, Any],
) -> None:
    required = (
        "title",
        "region_code",
        "field_code",
        "total_investment_cny",
        "public_funding_cny",
        "starts_on",
        "due_on",
    )
    rules.raise_all(
        [
            FieldError(name, "此项不能清空。", "请填写新值,或不提交此项。")
            for name in required
            if changes.get(name, "") is None
        ]
    )
    after = project.model_copy(update=changes)
    _check_codes(after.region_code, after.field_code, after.local_industry_code)
    _check_rows(session, changes.get("achievement_id"), changes.get("institute_party_id"))
    rules.raise_all(
        rules.check_dates(after.starts_on, after.due_on)
        + rules.check_money(after.total_investment_cny, after.public_funding_cny)
        + rules.check_milestones(
            existing,
            command.add_milestones,
            field="add_milestones",
            period=(after.starts_on, after.due_on),
            public_funding_cny=after.public_funding_cny,
        )
    )


def _append_milestones(
    session: Session, project: Project, existing: list[Milestone], drafts: list[MilestoneDraft]
) -> None:
    first = max((milestone.position for milestone in existing), default=0) + 1
    for position, draft in enumerate(drafts, start=first):
        session.add(Milestone(project_id=project.id, position=position, **draft.model_dump()))
    session.flush()  # readers in this transaction must see them


def _milestone_at(session: Session, project_id: UUID, position: int) -> Milestone:
    for milestone in queries.milestones_of(session, project_id):
        if milestone.position == position:
            return milestone
    raise NotFound("not_found", f"这个项目没有第 {position} 号里程碑。")


def _check_past_day(field: str, label: str, day: date, bounds: tuple[date, date]) -> None:
    first, last = bounds
    if not first <= day <= last:
        raise invalid_field(field, f"{label}须在项目开始日期与今天之间。", f"请填 {first} 至 {last} 之间的日期。")
