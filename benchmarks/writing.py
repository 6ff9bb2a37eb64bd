"""Writing: posting and publishing a need, filing and registering a contract, over HTTP and through the use-cases, against the raw writes.

`python -m benchmarks.writing [--quick] [--units N] [--databases sqlite,postgresql]`. A unit is a whole need (drafted, submitted, published:
three transactions) or a whole contract (drafted, submitted, accepted, registered: four). "raw": the same INSERT and UPDATE statements with the
same values in as many transactions with the same durability, played back on the bare driver. With 8 writers all contracts are registered by
one office, which is the worst case. PostgreSQL is a server of our own with its default durability.
"""

import argparse
import shutil
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

import httpx
import psycopg
from fastapi import FastAPI
from sqlalchemy import event

import market.tables  # noqa: F401  registers every table
from api.app import create_app
from benchmarks.generated import NOW, clock
from benchmarks.serving import served
from market.contracts import service as contracts
from market.contracts.models import ContractSide
from market.contracts.schemas import ContractPartyInput, DraftContract
from market.kernel.actor import Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.kernel.settings import Settings
from market.listings.models import IndicatorOperator
from market.needs import service as needs
from market.needs.schemas import DraftNeed, NeedIndicatorInput
from search.tantivy_engine import TantivyEngine
from seed.generating.plan import Plan, Run
from seed.generating.wording import Writer, lexicon
from tests.factories.contracts import YINCHUAN_OFFICE, draft_command
from tests.factories.parties import actor_of, make_party, make_user
from tests.factories.scenes import make_token
from tests.servers.postgres import Postgres

_NO_SESSION: Any = None  # asked for parties only, where none are given
_WRITERS = (1, 8)
_POOL = 20
RAW, USE_CASE, HTTP = "raw writes", "use-case", "HTTP"

Write = tuple[str, Any, bool]
"""A statement, its parameters, and whether these are many."""
Recorded = list[list[Write]]
"""The transactions of one unit."""


@dataclass(frozen=True)
class People:
    """Who acts: the asker or seller, and two officials of one office; with their tokens for HTTP."""

    trader: Actor
    buyer_party_id: UUID
    officials: tuple[Actor, Actor]
    tokens: tuple[str, str, str]


class Work(ABC):
    """A kind of unit, done either way. Units are numbered, so that no two are the same."""

    name: str

    def __init__(self, people: People) -> None:
        self.people = people

    @abstractmethod
    def through_use_cases(self, database: Database, number: int) -> None: ...

    @abstractmethod
    def over_http(self, client: httpx.Client, number: int) -> None: ...

    def _post(self, client: httpx.Client, path: str, who: int, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.people.tokens[who]}"}
        answer = client.post(path, json=body, headers=headers)
        if answer.is_error:
            raise RuntimeError(f"{path}: {answer.text}")
        return answer.json()


class PostingNeeds(Work):
    """A need from draft to publication."""

    name = "need posted and published"

    def through_use_cases(self, database: Database, number: int) -> None:
        trader, official = self.people.trader, self.people.officials[0]
        with database.writing() as session:
            need_id = needs.draft_need(session, trader, self._draft(number), clock=clock()).id
        with database.writing() as session:
            needs.submit_need(session, trader, need_id, clock=clock())
        with database.writing() as session:
            needs.publish_need(session, official, need_id, clock=clock())

    def over_http(self, client: httpx.Client, number: int) -> None:
        need_id = self._post(client, "/v1/needs", 0, self._draft(number).model_dump(mode="json", exclude_unset=True))[
            "id"
        ]
        self._post(client, f"/v1/needs/{need_id}/submit", 0)
        self._post(client, f"/v1/needs/{need_id}/publish", 1)

    def _draft(self, number: int) -> DraftNeed:
        chance, words = _run().chance("need", number), lexicon()
        writer = Writer(chance, number)
        return DraftNeed(
            title=f"{writer.title(words.need_titles)[:100]}({number})",
            field_code=writer.topic.fields.pick(chance),
            region_code="640104",
            summary=writer.title(words.summaries),
            problem=writer.text(words.need_sentences, 3),
            key_technology=writer.text(words.need_sentences, 2),
            expected_outcome=writer.text(words.need_sentences, 1),
            keywords=writer.keywords(4),
            indicators=[
                NeedIndicatorInput(name="合格率", operator=IndicatorOperator.AT_LEAST, value=98, unit="%"),
                NeedIndicatorInput(name="能耗", operator=IndicatorOperator.AT_MOST, value=300, unit="kW·h/t"),
            ],
        )


class RegisteringContracts(Work):
    """A contract from draft to registration."""

    name = "contract filed and registered"

    def through_use_cases(self, database: Database, number: int) -> None:
        trader, (first, second) = self.people.trader, self.people.officials
        with database.writing() as session:
            contract_id = contracts.draft_contract(session, trader, self._draft(number), clock=clock()).id
        with database.writing() as session:
            contracts.submit_contract(session, trader, contract_id, clock=clock())
        with database.writing() as session:
            contracts.accept_contract(session, first, contract_id, clock=clock())
        with database.writing() as session:
            contracts.register_contract(session, second, contract_id, clock=clock())

    def over_http(self, client: httpx.Client, number: int) -> None:
        body = self._draft(number).model_dump(mode="json", exclude_unset=True)
        contract_id = self._post(client, "/v1/contracts", 0, body)["id"]
        for who, step in enumerate(("submit", "accept", "register")):
            self._post(client, f"/v1/contracts/{contract_id}/{step}", who)

    def _draft(self, number: int) -> DraftContract:
        sides = {ContractSide.PROVIDER: self.people.trader.party_id, ContractSide.ACQUIRER: self.people.buyer_party_id}
        amount = (
            1_000_000 + number
        )  # of its own: an equal one between the same two would be looked at as a likely repeat
        return draft_command(
            _NO_SESSION,
            clock(),
            name=f"写入基准合同{number}",
            parties=[ContractPartyInput(side=side, party_id=party_id) for side, party_id in sides.items()],
            contract_amount_cny=amount,
            technology_amount_cny=amount,
        )


class Place(ABC):
    """Where databases are made: `fresh` is a copy of the one that holds the people."""

    name: str

    def __init__(self) -> None:
        self.base = self._make("base")
        self.people = _settle(self.base)
        self._count = 0

    def fresh(self) -> str:
        """The URL of another copy."""
        self._count += 1
        return self._copy(f"copy{self._count}")

    @abstractmethod
    def _make(self, name: str) -> str: ...

    @abstractmethod
    def _copy(self, name: str) -> str: ...


class SqlitePlace(Place):
    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        super().__init__()

    def _make(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.db"

    def _copy(self, name: str) -> str:
        shutil.copyfile(self._folder / "base.db", self._folder / f"{name}.db")
        return self._make(name)


class PostgresPlace(Place):
    name = "postgresql"

    def __init__(self, server: Postgres) -> None:
        self._server = server
        super().__init__()

    def _make(self, name: str) -> str:
        return self._server.create_database(name)

    def _copy(self, name: str) -> str:
        with psycopg.connect(self._server.url, autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE base").format(psycopg.sql.Identifier(name)))
        return self._server.database_url(name)


def main() -> None:
    chosen = _arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="techmarket-writing-")))
        TantivyEngine(folder / "index").prepare()
        for kind in chosen.databases.split(","):
            place = _place(kind, folder, stack)
            for work in (PostingNeeds(place.people), RegisteringContracts(place.people)):
                _report(place, work, chosen.units, folder)


def _place(kind: str, folder: Path, stack: ExitStack) -> Place:
    if kind == "sqlite":
        return SqlitePlace(folder)
    return PostgresPlace(stack.enter_context(Postgres(folder / "postgres")))


def _report(place: Place, work: Work, units: int, folder: Path) -> None:
    print(
        f"\n{place.name}: {work.name}, {units} units\n{'':12}"
        + "".join(f"{f'{n} writer(s)':>16}{'ratio':>8}" for n in _WRITERS)
    )
    recorded = _record(place, work, units)
    rates: dict[str, list[float]] = {RAW: [], USE_CASE: [], HTTP: []}
    for writers in _WRITERS:
        rates[RAW].append(units / _raw(place, recorded, writers))
        rates[USE_CASE].append(units / _through_use_cases(place, work, units, writers))
        rates[HTTP].append(units / _over_http(place, work, units, writers, folder))
    for way, found in rates.items():
        line = "".join(f"{rate:>14.1f}/s{raw / rate:>8.2f}" for rate, raw in zip(found, rates[RAW], strict=True))
        print(f"{way:12}{line}", flush=True)


def _record(place: Place, work: Work, units: int) -> list[Recorded]:
    """What the use-cases write, unit by unit, with the values as the driver gets them."""
    database = Database(place.fresh())
    recorded: list[Recorded] = []

    @event.listens_for(database.engine, "begin")
    def _begin(_connection: Any) -> None:
        recorded[-1].append([])

    @event.listens_for(database.engine, "before_cursor_execute")
    def _keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:  # noqa: FBT001  SQLAlchemy's signature
        if statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            recorded[-1][-1].append((statement, parameters, many))

    for number in range(units):
        recorded.append([])
        work.through_use_cases(database, number)
    database.dispose()
    return recorded


def _raw(place: Place, recorded: Sequence[Recorded], writers: int) -> float:
    database = Database(place.fresh(), pool_size=_POOL)

    @contextmanager
    def connected() -> Iterator[Callable[[int], None]]:
        connection = database.engine.raw_connection()
        cursor = connection.cursor()

        def play(number: int) -> None:
            for transaction in recorded[number]:
                if database.is_sqlite:
                    cursor.execute("BEGIN IMMEDIATE")
                for statement, parameters, many in transaction:
                    (cursor.executemany if many else cursor.execute)(statement, parameters)
                    if cursor.description and not many:
                        cursor.fetchall()
                if database.is_sqlite:
                    cursor.execute("COMMIT")
                else:
                    connection.commit()

        yield play
        connection.close()

    seconds = _timed(len(recorded), writers, connected)
    database.dispose()
    return seconds


def _through_use_cases(place: Place, work: Work, units: int, writers: int) -> float:
    database = Database(place.fresh(), pool_size=_POOL)

    @contextmanager
    def ready() -> Iterator[Callable[[int], None]]:
        yield lambda number: work.through_use_cases(database, number)

    seconds = _timed(units, writers, ready)
    database.dispose()
    return seconds


def _over_http(place: Place, work: Work, units: int, writers: int, folder: Path) -> float:
    with served(_market, (place.fresh(), folder)) as server:

        @contextmanager
        def connected() -> Iterator[Callable[[int], None]]:
            with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
                yield lambda number: work.over_http(client, number)

        return _timed(units, writers, connected)


def _timed(units: int, writers: int, ready: Callable[[], Any]) -> float:
    """Seconds until all units are done by so many writers, each of whom takes the next one that nobody has begun."""
    waiting: SimpleQueue[int] = SimpleQueue()
    for number in range(units):
        waiting.put(number)
    failures: list[BaseException] = []
    barrier = threading.Barrier(writers + 1)

    def write() -> None:
        with ready() as one:
            barrier.wait()
            try:
                while True:
                    one(waiting.get_nowait())
            except Empty:
                return
            except BaseException as error:  # noqa: BLE001  told by the one who waits
                failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    barrier.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - started


def _settle(url: str) -> People:
    database = Database(url)
    all_tables().create_all(database.engine)
    with database.writing() as session:
        trader = actor_of(make_user(session, clock()))
        buyer = make_party(session, clock())
        officials = tuple(
            actor_of(make_user(session, clock(), role=Role.OFFICIAL, office_code=YINCHUAN_OFFICE)) for _ in range(2)
        )
        tokens = tuple(make_token(session, clock(), actor) for actor in (trader, *officials))
        people = People(trader, buyer.id, (officials[0], officials[1]), (tokens[0], tokens[1], tokens[2]))
    database.dispose()  # the last connection writes SQLite's log back, so that the file is the whole database
    return people


def _run() -> Run:
    return Run(1, 0, Plan(0, 0, 1, NOW.year, clock().today()))


def _market(argument: tuple[str, Path]) -> FastAPI:
    url, folder = argument
    settings = Settings(data_dir=folder, relay_in_process=False, requests_per_minute=1_000_000_000, database_url=url)
    return create_app(settings, clock=FixedClock(NOW), database=Database(url, pool_size=_POOL))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few units: does it run, roughly how fast")
    parser.add_argument("--units", type=int)
    parser.add_argument("--databases", default="sqlite,postgresql")
    chosen = parser.parse_args()
    chosen.units = chosen.units or (40 if chosen.quick else 500)
    return chosen


if __name__ == "__main__":
    main()
