"""The demo's 100 major projects of the year: in every county and industry, each as far as its dates allow by today."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlmodel import Session

from market.kernel.actor import Actor, Role
from market.kernel.paging import PageRequest
from market.listings.models import IndicatorOperator
from market.parties.models import Origin
from market.projects import queries, service
from market.projects.models import MilestoneStatus, Project, ProjectStage
from market.projects.schemas import (
    AssessMilestone,
    ConfirmTransfer,
    DraftProject,
    MilestoneDraft,
    ProjectFilter,
    TerminateProject,
)
from seed.demo import content
from seed.demo.calendar import StoryClock, working_day
from seed.demo.cast import TOWNS, Cast, Member
from seed.demo.content import DemoAchievement
from seed.demo.listings import achievement_of

PROJECTS = 100

_OPERATORS = {IndicatorOperator.AT_LEAST: "不低于", IndicatorOperator.AT_MOST: "不高于"}
_STAGES = (
    (ProjectStage.SAMPLE, 0.35, "完成样品试制与实验室测试", Decimal("0.4")),
    (ProjectStage.PRODUCT, 0.7, "建成中试线并形成产品", Decimal("0.4")),
    (ProjectStage.COMMODITY, 0.95, "实现销售并由用户出具应用证明", Decimal("0.2")),
)
_PLANNED_EVERY, _MISSED_EVERY = 25, 17
_BATCH_EVERY, _SECOND_BATCH, _TWO_YEARS = 7, 3, 5
_SPREAD_DAYS = 119
_TERMINATED = frozenset({37, 81})


def create_projects(session: Session, cast: Cast, today: date) -> None:
    """Enter the year's projects and tell each up to today."""
    random = Random("projects")
    official = cast.officials["640101"][0]
    load: Counter[str] = Counter()
    for number, demo in enumerate(chosen(), 1):
        achievement = achievement_of(session, demo.key)
        enterprise = _implementer(cast, demo, load)
        load[enterprise.demo.login] += 1
        institute = random.choice(cast.traders(demo.local_industry_code, Role.INSTITUTE))
        starts_on, due_on = _period(number, today.year)
        investment = content.yuan(random.randint(30, 480) * 10)
        funding = (investment * Decimal(random.randint(8, 20)) / 100).quantize(Decimal("0.01"))
        draft = DraftProject(
            year=today.year,
            title=f"{demo.title}成果转化与示范",
            achievement_id=achievement.id,
            enterprise_party_id=enterprise.party_id,
            institute_party_id=institute.party_id,
            region_code=demo.region_code,
            field_code=demo.field_code,
            local_industry_code=demo.local_industry_code,
            total_investment_cny=investment,
            public_funding_cny=funding,
            starts_on=starts_on,
            due_on=due_on,
            milestones=_milestones(demo, starts_on, due_on, funding),
        )
        clock = StoryClock(min(starts_on, today))
        project = service.create_project(session, official, draft, clock=clock, origin=Origin.DEMO)
        if number % _PLANNED_EVERY and starts_on <= today:
            _carry_out(session, official, project, number, today)


def chosen() -> list[DemoAchievement]:
    """The year's 100: first one of each county and one of each industry, then the rest in turn."""
    everything = content.achievements()
    picked: dict[str, DemoAchievement] = {}
    seen: set[str | None] = set()
    for demo in everything:
        if demo.region_code not in seen or (demo.local_industry_code or "TOWNS") not in seen:
            picked[demo.key] = demo
            seen |= {demo.region_code, demo.local_industry_code or "TOWNS"}
    step = 7  # spreads the choice over the industries, which stand together in the content
    for offset in range(step):
        for demo in everything[offset::step]:
            if len(picked) < PROJECTS:
                picked.setdefault(demo.key, demo)
    return list(picked.values())[:PROJECTS]


def projects_of_achievements(session: Session, year: int) -> list[tuple[UUID, UUID]]:
    """Which achievement each project of the year carries into practice."""
    page = queries.list_projects(session, ProjectFilter(year=year), PageRequest(size=100))
    return [(row.achievement_id, row.id) for row in page.items if row.achievement_id is not None]


def _implementer(cast: Cast, demo: DemoAchievement, load: Counter[str]) -> Member:
    """A firm of the industry, rather by its main trade, rather of the county, rather with fewer projects than others."""
    trade = demo.local_industry_code or TOWNS

    def distance(firm: Member) -> tuple[bool, bool, int]:
        return firm.demo.trades[0] != trade, firm.demo.region_code != demo.region_code, load[firm.demo.login]

    return min(cast.traders(demo.local_industry_code, Role.ENTERPRISE), key=distance)


def _period(number: int, year: int) -> tuple[date, date]:
    """From when to when: most within the year, some into the next, and a second batch that begins in September."""
    if number % _BATCH_EVERY == _SECOND_BATCH:
        starts_on = date(year, 9, 1) + timedelta(days=number * 7 % 24)
        return starts_on, starts_on + timedelta(days=300 + number * 37 % 90)
    starts_on = date(year, 1, 6) + timedelta(days=number * 7 % 45)
    if number % _BATCH_EVERY == _TWO_YEARS:
        return starts_on, starts_on + timedelta(days=470 + number * 37 % 90)
    return starts_on, min(starts_on + timedelta(days=190 + number * 37 % _SPREAD_DAYS), date(year, 12, 25))


def _milestones(demo: DemoAchievement, starts_on: date, due_on: date, funding: Decimal) -> list[MilestoneDraft]:
    length = (due_on - starts_on).days
    measures = [_measure(indicator) for indicator in demo.indicators]
    found, spent = [], Decimal(0)
    for position, (stage, part, title, share) in enumerate(_STAGES):
        is_last = position == len(_STAGES) - 1
        money = funding - spent if is_last else (funding * share).quantize(Decimal("0.01"))
        spent += money
        found.append(
            MilestoneDraft(
                title=title,
                measure=measures[position % len(measures)],
                stage=stage,
                due_on=due_on if is_last else starts_on + timedelta(days=int(length * part)),
                money_cny=money,
            )
        )
    return found


def _measure(indicator: dict[str, object]) -> str:
    operator = _OPERATORS.get(IndicatorOperator(str(indicator["operator"])), "达到")
    high = f"至{indicator['value_high']}" if "value_high" in indicator else ""
    return f"{indicator['name']}{operator}{indicator.get('value', '')}{high} {indicator.get('unit', '')}".strip()


def _carry_out(session: Session, official: Actor, project: Project, number: int, today: date) -> None:
    clock = StoryClock(project.starts_on)
    service.start_project(session, official, project.id, clock=clock)
    for milestone in queries.milestones_of(session, project.id):
        assessed_on = working_day(milestone.due_on)
        if assessed_on > today:
            return
        clock.to(assessed_on)
        missed = number % _MISSED_EVERY == 0 and milestone.stage is ProjectStage.PRODUCT
        verdict = AssessMilestone(
            status=MilestoneStatus.MISSED if missed else MilestoneStatus.MET,
            evidence="中试线产能未达到约定指标。" if missed else "专家现场核查,指标达到任务书要求。",
        )
        service.assess_milestone(session, official, project.id, milestone.position, verdict, clock=clock)
        if missed:
            return
        if number in _TERMINATED and milestone.stage is ProjectStage.SAMPLE:
            note = TerminateProject(note="承担企业调整投资计划,协商终止,结余财政资金按规定退回。")
            service.terminate_project(session, official, project.id, note, clock=clock)
            return
        if milestone.stage is not ProjectStage.COMMODITY:
            service.advance_stage(session, official, project.id, clock=clock)
    done = ConfirmTransfer(note="验收通过,产品已形成销售。")
    service.confirm_transfer(session, official, project.id, done, clock=clock)
