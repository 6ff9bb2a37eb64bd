"""Generating load data: batches of ready rows, each one transaction with its audit entries and a mark that it is there.

A run that was stopped goes on with the batches that are missing. The audit log says what happened: that these rows were generated, now;
it does not pretend that anybody filed or decided them.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr
from sqlmodel import Session

from market.contracts import numbering
from market.contracts import queries as contract_queries
from market.contracts.models import Contract, LedgerEntry
from market.kernel import audit
from market.kernel.actor import SYSTEM, Role
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.errors import Conflict, invalid_field
from market.kernel.ids import use_ids
from market.parties import queries as party_queries
from market.parties import service as party_service
from market.parties.schemas import UserDraft
from market.reference.lists import code_list
from seed.generating import queries
from seed.generating.contracts import Officials
from seed.generating.loading import Layouts
from seed.generating.making import Batch, Made, Maker, Part, made_beside, made_here
from seed.generating.parties import MOST_PARTIES, Members
from seed.generating.plan import Plan, Run, id_at, midnight
from seed.generating.shapes import WorkingDays

Progress = Callable[[int, int], None]

_TURN = "generate"
_WORTH_PROCESSES = 20_000
"""Starting processes takes longer than making fewer rows than these."""


@dataclass(frozen=True)
class GeneratingReport:
    """How many parties, listings and contracts were stored now, and how many of them had been there before."""

    stored: int
    already: int

    def summary(self) -> str:
        """In Chinese, for the terminal."""
        if not self.stored:
            return "同样的数据此前已生成,没有变化。"
        earlier = f",此前已有 {self.already} 条" if self.already else ""
        return f"已生成 {self.stored} 条记录{earlier}(单位、成果、需求与合同均为虚构,标有“生成”)。"


@dataclass(frozen=True)
class Effort:
    """How a run is worked off: `processes` beside this one make the rows (0: this one does), `progress` takes (done, total)."""

    processes: int = 0
    progress: Progress = lambda _done, _total: None


def generate(
    database: Database,
    plan: Plan,
    *,
    clock: Clock,
    make_password: Callable[[], str],
    effort: Effort = Effort(),
    is_confirmed: bool = False,
) -> GeneratingReport:
    """Store what the plan describes; batches that are there stay as they are.

    The index is not touched: rebuild it afterwards. `make_password`: for the accounts in whose name contracts were decided; they are
    closed, nobody can sign in with them. Raises `Conflict` where the database holds real rows and `is_confirmed` is not given, where
    the year is closed, or while another process generates.
    """
    with database.turn(_TURN) as is_ours:
        if not is_ours:
            raise Conflict("generating_already", "另一个进程正在生成数据,请等待其完成,或先将其停止。")
        with database.reading() as session:
            _check(session, plan, is_confirmed=is_confirmed)
        with database.writing() as session:
            run = _run_of(session, plan, clock)
        with database.writing() as session:
            officials = _officials(session, run, clock, make_password)
        return _store_missing(database, run, officials, effort, clock)


def _store_missing(
    database: Database, run: Run, officials: Officials, effort: "Effort", clock: Clock
) -> GeneratingReport:
    maker = Maker(run, officials, database.engine.dialect)
    batches = list(maker.batches())
    with database.reading() as session:
        stored = set(queries.facts_of(session, queries.BATCH_TAG))
    missing = [batch for batch in batches if _mark(run, batch) not in stored]
    total = sum(len(batch.numbers) for batch in batches)
    already = total - sum(len(batch.numbers) for batch in missing)
    layouts = Layouts(database.engine.dialect)
    now, begun = 0, midnight(run.plan.today)
    effort.progress(already, total)
    with ExitStack() as stack:
        made_batches = made_here(maker, missing)
        if effort.processes and total - already > _WORTH_PROCESSES:
            beside = made_beside(run, officials, database.engine.url.drivername, missing, effort.processes)
            made_batches = stack.enter_context(beside)
        for made in made_batches:
            chance = run.chance("stored", made.batch.name)
            with database.writing() as session, use_ids(lambda chance=chance: id_at(begun, chance)):  # type: ignore[misc]
                _store(session, run, layouts, made)
                mark = audit.Fact(queries.BATCH_TAG, None, json.loads(_mark(run, made.batch)))
                audit.record_many(session, SYSTEM, [*made.facts, mark], clock)
            now += len(made.batch.numbers)
            effort.progress(now + already, total)
    return GeneratingReport(stored=now, already=already)


def _store(session: Session, run: Run, layouts: Layouts, made: Made) -> None:
    if made.batch.part is Part.CONTRACTS:
        contract_queries.hold_ledger(session)
        if contract_queries.is_year_closed(session, run.plan.year):
            raise _year_closed(run.plan.year)
    for model, rows in made.rows:
        layout, ready = layouts.of(model), rows
        if model is Contract:
            ready = layout.filled(rows, "registration_no", _registration_numbers(session, run.plan.year, made.offices))
        elif model is LedgerEntry:
            first = contract_queries.last_ledger_seq(session) + 1
            ready = layout.filled(rows, "seq", range(first, first + len(rows)))
        layout.load(session, ready)


def _registration_numbers(session: Session, year: int, offices: Sequence[str | None]) -> Iterator[str | None]:
    """The number of each contract, by the office that registered it; None where none did."""
    wanted = Counter(office for office in offices if office is not None)
    numbers = {
        office: iter(numbering.allocate_many(session, office, year, count)) for office, count in sorted(wanted.items())
    }
    return (None if office is None else next(numbers[office]) for office in offices)


def _mark(run: Run, batch: Batch) -> str:
    """The facts of the audit entry that says that the batch is there, as the log writes them."""
    return json.dumps({"batch": batch.name, "run": run.number}, sort_keys=True, separators=(",", ":"))


def _check(session: Session, plan: Plan, *, is_confirmed: bool) -> None:
    if plan.year > plan.today.year:
        raise invalid_field("year", f"{plan.year} 年尚未开始。", "请填写今年或以前的年份。")
    if plan.contracts and not WorkingDays(plan.year, plan.today).has_season():
        raise invalid_field("year", f"{plan.year} 年还没有工作日。", "请填写以前的年份。")
    if not is_confirmed and queries.holds_real_rows(session):
        raise Conflict(
            "holds_real_data", "数据库中有真实数据,生成的数据会与其混在一起。请换一个空的数据库,或加 --yes 确认。"
        )
    if plan.contracts and contract_queries.is_year_closed(session, plan.year):
        raise _year_closed(plan.year)


def _year_closed(year: int) -> Conflict:
    return Conflict("year_closed", f"{year} 年度已关账,不能再生成该年度的合同。请换一个年度。")


def _run_of(session: Session, plan: Plan, clock: Clock) -> Run:
    """The run of the same plan that was begun earlier, on whatever day, or a new one."""
    begun = [json.loads(facts) for facts in queries.facts_of(session, queries.RUN_TAG)]
    wanted = {"listings": plan.listings, "contracts": plan.contracts, "seed": plan.seed, "year": plan.year}
    for number, facts in enumerate(begun, 1):
        if {name: facts[name] for name in wanted} == wanted:
            day = type(plan.today).fromisoformat(facts["today"])
            return Run(number, facts["first_serial"], Plan(**wanted, today=day))
    first_serial = queries.generated_parties(session)
    run = Run(len(begun) + 1, first_serial, plan)
    if first_serial + len(Members(run).everybody) > MOST_PARTIES:
        raise Conflict("too_many_parties", "生成的单位超出了可用的编码范围,请减少数量或换一个数据库。")
    audit.record(
        session, SYSTEM, queries.RUN_TAG, None, clock, {**wanted, "today": plan.today, "first_serial": first_serial}
    )
    return run


def _officials(session: Session, run: Run, clock: Clock, make_password: Callable[[], str]) -> Officials:
    """Two closed accounts for each office, made once: contracts name them as who accepted and who decided."""
    if not run.plan.contracts:
        return {}
    chance = run.chance("officials")
    with use_ids(lambda: id_at(midnight(run.plan.today), chance)):
        return {
            office.code: (
                _official(session, office.code, 1, clock, make_password),
                _official(session, office.code, 2, clock, make_password),
            )
            for office in code_list("registration_offices").items
        }


def _official(session: Session, office: str, number: int, clock: Clock, make_password: Callable[[], str]) -> UUID:
    login = f"generated-{office}-{number}"
    found = party_queries.find_user_by_login(session, login)
    if found is not None:
        return found.id
    draft = UserDraft(
        login=login,
        password=SecretStr(make_password()),
        display_name=f"生成的登记员{number}",
        role=Role.OFFICIAL,
        office_code=office,
    )
    user = party_service.create_user(session, SYSTEM, draft, clock=clock)
    session.flush()
    party_service.set_user_active(session, SYSTEM, user.id, is_active=False, clock=clock)
    return user.id
