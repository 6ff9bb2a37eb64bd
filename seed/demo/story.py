"""The whole demo story: told through the use-cases, chapter by chapter, each chapter one transaction and told once.

A telling that was stopped goes on with the next chapter. Every organisation, listing, project and contract is marked `demo`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from market.kernel import audit
from market.kernel.actor import SYSTEM
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.matches.notices import NoticePolicy
from market.needs import queries as need_queries
from market.targets import service as target_service
from market.targets.queries import last_target
from market.targets.schemas import SetTarget
from matching.service import NOTICE_SCORE, match_need
from matching.upkeep import score_suggestions
from search import indexer
from search.engine import SearchEngine
from seed.demo import listings, projects
from seed.demo.calendar import StoryClock, chapter_ids
from seed.demo.cast import PASSWORD, Cast, accounts, create_cast, load_cast
from seed.demo.contracts import BOTH_YEARS, YearOfContracts, YearPlan
from seed.demo.dealings import Dealings
from seed.demo.queries import CHAPTER_TAG, told_chapters

Progress = Callable[[int, int | None], None]

_TARGET_CNY = Decimal(3_000_000_000)
_TARGET_PROJECTS = 100


@dataclass(frozen=True)
class DemoReport:
    """How many chapters were told now, and how many had been before."""

    told: int
    already: int

    def summary(self) -> str:
        """What was loaded and how to sign in, in Chinese."""
        state = "演示数据已装入" if self.told else "演示数据此前已装入,没有变化"
        lines = [f"{state}(全部单位、成果、需求、项目与合同均为虚构,标有“演示”)。", "可用下列账号登录体验:"]
        lines += [f"  {account.role}:{account.login}  {account.name}" for account in accounts()]
        lines.append(f"密码均为 {PASSWORD}。演示账号的密码是公开的,请勿在正式环境装入演示数据。")
        return "\n".join(lines)


@dataclass(frozen=True)
class _Chapter:
    name: str
    weight: int
    tell: Callable[[Session], None]
    asks_index: bool = False


def load_demo(
    database: Database,
    engine: SearchEngine | None = None,
    *,
    clock: Clock,
    progress: Progress = lambda _done, _total: None,
    plans: tuple[YearPlan, YearPlan] = BOTH_YEARS,
) -> DemoReport:
    """Tell the story up to the clock's today, in its year. Chapters that are there stay as they are.

    With an engine the index is rebuilt, it is what finds the followed need its achievement, every live need is paired with its
    owners told of what fits, and every pair that the story's broker suggests is scored; without one a broker suggests all pairs, and the caller indexes and pairs. `plans`: how many contracts the last and this year bring; fewer load sooner.
    """
    today = clock.today()
    with database.reading() as session:
        told = told_chapters(session)
    count = _tell(database, _opening(today), today, told)
    with database.reading() as session:
        cast = load_cast(session)
    chapters = _chapters(cast, today, engine, plans)
    total, done = sum(chapter.weight for chapter in chapters), 0
    for chapter in chapters:
        progress(done, total)
        if engine is not None and chapter.asks_index and audit_fact(chapter.name) not in told:
            _rebuild(database, engine, clock)
        count += _tell(database, chapter, today, told)
        done += chapter.weight
    progress(total, total)
    if engine is not None:
        _pair_everything(database, engine, clock)
    return DemoReport(told=count, already=len(chapters) + 1 - count)


def _tell(database: Database, chapter: _Chapter, today: date, told: set[str]) -> int:
    fact = audit_fact(chapter.name)
    if fact in told:
        return 0
    with database.writing() as session, chapter_ids(chapter.name, today.year):
        chapter.tell(session)
        audit.record(session, SYSTEM, CHAPTER_TAG, None, StoryClock(today), {"chapter": chapter.name})
    return 1


def audit_fact(chapter: str) -> str:
    """The facts of the audit entry that marks a chapter as told."""
    return f'{{"chapter":"{chapter}"}}'


def _opening(today: date) -> _Chapter:
    return _Chapter("cast", 10, lambda session: create_cast(session, clock=StoryClock(date(today.year - 1, 1, 4))))


def _chapters(cast: Cast, today: date, engine: SearchEngine | None, plans: tuple[YearPlan, YearPlan]) -> list[_Chapter]:
    this_year, last_year = today.year, today.year - 1
    return [
        _Chapter(f"target-{this_year}", 1, lambda session: _set_target(session, cast, this_year)),
        _Chapter("achievements", 120, lambda session: listings.list_achievements(session, cast, today)),
        _Chapter("needs", 40, lambda session: listings.post_needs(session, cast, today)),
        _Chapter(f"projects-{this_year}", 60, lambda session: projects.create_projects(session, cast, today)),
        *_year_chapters(cast, last_year, today, plans[0]),
        *_year_chapters(cast, this_year, today, plans[1]),
        _Chapter(
            "one-need", 2, lambda session: Dealings(session, cast, today).follow_one_need(engine), asks_index=True
        ),
        _Chapter("open-pairs", 5, lambda session: Dealings(session, cast, today).leave_pairs_open()),
    ]


def _year_chapters(cast: Cast, year: int, today: date, plan: YearPlan) -> Iterator[_Chapter]:
    year_of_contracts = YearOfContracts(cast, year, today, plan)
    for month, count in year_of_contracts.months():

        def tell(session: Session, month: int = month) -> None:
            pairs = projects.projects_of_achievements(session, year)
            year_of_contracts.tell_month(session, month, pairs)

        yield _Chapter(f"contracts-{year}-{month:02d}", count, tell)


def _set_target(session: Session, cast: Cast, year: int) -> None:
    if last_target(session, year) is not None:
        return  # a real target stands; the demo does not move it
    command = SetTarget(
        year=year,
        contract_amount_cny=_TARGET_CNY,
        project_count=_TARGET_PROJECTS,
        valid_from=date(year, 1, 1),
        source="演示目标:技术合同成交额 30 亿元、重大科技成果转化项目 100 个",
    )
    target_service.set_target(session, cast.administrator, command, clock=StoryClock(date(year, 1, 4)))


def _pair_everything(database: Database, engine: SearchEngine, clock: Clock) -> None:
    _rebuild(database, engine, clock)
    with database.reading() as session:
        ids = [need.id for batch in need_queries.iter_live(session) for need in batch]
    for need_id in ids:
        with database.writing() as session:
            match_need(session, engine, need_id, clock=clock, notices=NoticePolicy(NOTICE_SCORE))
    while score_suggestions(database, engine, clock=clock):
        pass


def _rebuild(database: Database, engine: SearchEngine, clock: Clock) -> None:
    indexer.rebuild(database, engine, clock=clock, progress=lambda _done: None)
