"""Making batches of ready rows, in this process or in others beside it: a batch depends on nothing but its run and its numbers."""

import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import get_context
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

import market.tables  # noqa: F401  a fresh process knows every table
from market.achievements.models import Achievement, AchievementIndicator, IntellectualProperty
from market.contracts.models import Contract, ContractChange, ContractParty, LedgerEntry
from market.kernel.audit import Fact
from market.needs.models import Need, NeedIndicator
from market.parties.models import Party
from seed.generating import listings
from seed.generating.contracts import ContractMaker, ContractRows, Officials
from seed.generating.listings import ListingRows
from seed.generating.loading import Layouts, Ready
from seed.generating.parties import Members
from seed.generating.plan import Run

_BATCH = 2_000
_AHEAD = 2
"""Batches that each process may have made before they are wanted."""


class Part(StrEnum):
    """What a batch holds, in the order in which rows refer to each other."""

    PARTIES = "parties"
    ACHIEVEMENTS = "achievements"
    NEEDS = "needs"
    CONTRACTS = "contracts"


@dataclass(frozen=True)
class Batch:
    """The rows of one part with these running numbers."""

    part: Part
    numbers: range

    @property
    def name(self) -> str:
        return f"{self.part}-{self.numbers.start:09d}"


@dataclass(frozen=True)
class Made:
    """A batch ready to be stored: rows by model, what the audit log shall say, and the office of each contract that is to be numbered."""

    batch: Batch
    rows: Sequence[tuple[type[SQLModel], Sequence[Ready]]]
    facts: Sequence[Fact]
    offices: Sequence[str | None] = ()


class Maker:
    """Makes the batches of one run."""

    def __init__(self, run: Run, officials: Officials, dialect: sa.Dialect) -> None:
        self._run = run
        self._members = Members(run)
        self._contracts = ContractMaker(run, self._members, officials)
        self._layouts = Layouts(dialect)

    def batches(self) -> Iterator[Batch]:
        """Everything that the run consists of."""
        plan = self._run.plan
        sizes = {
            Part.PARTIES: len(self._members.everybody),
            Part.ACHIEVEMENTS: plan.achievements,
            Part.NEEDS: plan.needs,
            Part.CONTRACTS: plan.contracts,
        }
        for part, size in sizes.items():
            for start in range(0, size, _BATCH):
                yield Batch(part, range(start, min(start + _BATCH, size)))

    def make(self, batch: Batch) -> Made:
        """The rows of this batch."""
        return self._MAKERS[batch.part](self, batch)

    def _make_parties(self, batch: Batch) -> Made:
        members = self._members.everybody[batch.numbers.start : batch.numbers.stop]
        facts = [Fact("party.generated", one.id, {"kind": one.kind, "region_code": one.region_code}) for one in members]
        return Made(batch, [self._ready(Party, list(self._members.rows(members)))], facts)

    def _make_achievements(self, batch: Batch) -> Made:
        made = listings.achievements(self._run, self._members, batch.numbers)
        rows = [
            self._ready(Achievement, made.listings),
            self._ready(AchievementIndicator, made.indicators),
            self._ready(IntellectualProperty, made.rights),
        ]
        return Made(batch, rows, _listing_facts("achievement", made))

    def _make_needs(self, batch: Batch) -> Made:
        made = listings.needs(self._run, self._members, batch.numbers)
        rows = [self._ready(Need, made.listings), self._ready(NeedIndicator, made.indicators)]
        return Made(batch, rows, _listing_facts("need", made))

    def _make_contracts(self, batch: Batch) -> Made:
        made = self._contracts.make(batch.numbers)
        rows = [
            self._ready(Contract, made.contracts),
            self._ready(ContractParty, made.parties),
            self._ready(ContractChange, made.changes),
            self._ready(LedgerEntry, [{"seq": 0, **entry} for entry in made.entries]),
        ]
        offices = [row["office_code"] if row["registered_on"] is not None else None for row in made.contracts]
        return Made(batch, rows, _contract_facts(made), offices)

    def _ready(self, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> tuple[type[SQLModel], Sequence[Ready]]:
        return model, self._layouts.of(model).ready(rows)

    _MAKERS: "dict[Part, Callable[[Maker, Batch], Made]]" = {  # noqa: RUF012  never changed
        Part.PARTIES: _make_parties,
        Part.ACHIEVEMENTS: _make_achievements,
        Part.NEEDS: _make_needs,
        Part.CONTRACTS: _make_contracts,
    }


def made_here(maker: Maker, batches: Sequence[Batch]) -> Iterator[Made]:
    """The batches one after another, made in this process."""
    return map(maker.make, batches)


@contextmanager
def made_beside(
    run: Run, officials: Officials, driver: str, batches: Sequence[Batch], processes: int
) -> Iterator[Iterator[Made]]:
    """The batches in order, made by other processes while this one stores those before."""
    context = get_context("spawn")  # a fork would take along locks that threads of this process hold
    with ProcessPoolExecutor(processes, context, _begin_making, (run, officials, driver)) as pool:
        try:
            yield _in_order(pool, batches, processes * _AHEAD)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, batches: Sequence[Batch], ahead: int) -> Iterator[Made]:
    waiting: deque[Future[Made]] = deque()
    for batch in batches:
        waiting.append(pool.submit(_make, batch))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_maker: Maker | None = None
"""The maker of a process that makes batches for another."""


def _begin_making(run: Run, officials: Officials, driver: str) -> None:
    global _maker  # noqa: PLW0603  what a pool's process keeps between its tasks
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # stopping is the storing process's business
    _maker = Maker(run, officials, sa.make_url(f"{driver}://").get_dialect()())


def _make(batch: Batch) -> Made:
    if _maker is None:
        raise RuntimeError("this process has not begun")
    return _maker.make(batch)


def _listing_facts(noun: str, made: ListingRows) -> list[Fact]:
    return [
        Fact(f"{noun}.generated", row["id"], {"owner_party_id": row["owner_party_id"], "status": row["status"]})
        for row in made.listings
    ]


def _contract_facts(made: ContractRows) -> list[Fact]:
    """Ids, states and amounts; the registration number stands in the row."""
    names = ("status", "office_code", "contract_amount_cny", "technology_amount_cny")
    return [Fact("contract.generated", _id(row), {name: row[name] for name in names}) for row in made.contracts]


def _id(row: dict[str, Any]) -> UUID:
    found: UUID = row["id"]
    return found
