"""From the commit of a listing until a search finds it, while workers relay and pair: both databases, both engines, real servers and processes.

`python -m benchmarks.relay [--quick] [--seconds N] [--rate N] [--workers N] [--on PAIR]`. A market of generated listings is there already, so that
pairing costs what it costs. Writers insert listings (row, audit entry, outbox entry: one transaction each) at a steady rate; a watcher
searches for the newest ones without a pause. `pairs behind`: listings that wait for their pairing when the writers have ended.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from benchmarks.figures import percentile
from benchmarks.matching import fill
from market import migrations
from market.achievements.models import Achievement
from market.kernel import audit, outbox
from market.kernel.actor import SYSTEM
from market.kernel.clock import SystemClock
from market.kernel.db import Database
from market.kernel.ids import new_id
from market.kernel.outbox import Subject
from market.kernel.settings import Settings
from market.matches import pairing_queue
from market.needs.models import Need
from search.engine import EngineQuery, SearchEngine, Sort
from search.engines import open_engine
from tests.servers.elasticsearch import Node
from tests.servers.postgres import Postgres

PAIRS = ("sqlite+tantivy", "sqlite+elasticsearch", "postgresql+tantivy", "postgresql+elasticsearch")
_CLOCK = SystemClock()
_WRITERS = 4
_WATCHED = 600
_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.01


@dataclass
class Plan:
    """How much of everything."""

    seconds: float
    rate: int
    workers: int
    listings: int


@dataclass
class Journal:
    """When each listing was committed, and when a search first found it (seconds of one clock)."""

    committed: dict[UUID, float] = field(default_factory=dict)
    found: dict[UUID, float] = field(default_factory=dict)

    def lags(self) -> list[float]:
        return sorted(self.found[one] - at for one, at in self.committed.items() if one in self.found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few seconds and a small market")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rate", type=int, default=50, help="writes a second")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--on", choices=PAIRS, action="append", help="one pair of database and engine; may be repeated")
    given = parser.parse_args()
    plan = Plan(given.seconds, given.rate, given.workers, 10_000)
    if given.quick:
        plan = Plan(5.0, given.rate, given.workers, 500)
    print(
        f"{plan.rate} writes/s for {plan.seconds:g} s, {plan.workers} workers, {plan.listings} listings there before\n"
    )
    print("| database + engine | found | p50 s | p99 s | max s | pairs behind | all paired after s |")
    print("|---|---|---|---|---|---|---|")
    for pair in given.on or PAIRS:
        print(_measure(pair, plan), flush=True)


def _measure(pair: str, plan: Plan) -> str:
    database_kind, engine_kind = pair.split("+")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="techmarket-relay-")))
        values: dict[str, Any] = {"data_dir": folder}
        if engine_kind == "elasticsearch":
            values["search_url"] = stack.enter_context(Node(folder / "node")).url
        if database_kind == "postgresql":
            server = stack.enter_context(Postgres(folder / "postgres"))
            values["database_url"] = server.database_url("postgres")
        settings = Settings(**values)
        database = Database(settings.effective_database_url)
        stack.callback(database.dispose)
        migrations.upgrade(database)
        rows = _furnish(settings, database, plan.listings)
        journal = Journal()
        with _working(settings, plan.workers, folder), _watching(settings, journal):
            _write(database, rows, plan, journal)
            with database.reading() as session:
                behind = pairing_queue.waiting(session)
            ended = time.monotonic()
            _wait(lambda: len(journal.found) >= len(journal.committed))
            _wait(lambda: not _to_pair(database))
            paired = time.monotonic() - ended
    return _row(pair, journal, behind, paired)


def _row(pair: str, journal: Journal, behind: int, paired: float) -> str:
    lags = journal.lags()
    figures = [percentile(lags, 0.5), percentile(lags, 0.99), lags[-1]]
    shown = " | ".join(f"{seconds:.2f}" for seconds in figures)
    return f"| {pair} | {len(lags)} of {len(journal.committed)} | {shown} | {behind} | {paired:.0f} |"


def _furnish(settings: Settings, database: Database, listings: int) -> list[dict[str, Any]]:
    """A market as it is before anything is measured; returns rows to write more of the same."""
    engine: Any = open_engine(settings)
    engine.prepare()
    fill(database, engine, listings, listings // 5)
    engine.close()
    with database.writing() as session:
        for model in (Achievement, Need):
            session.execute(sa.update(model).values(expires_at=_CLOCK.now() + timedelta(days=90)))
        table = Achievement.metadata.tables["achievement"]
        found = session.connection().execute(sa.select(table).limit(200))
        return [dict(row._mapping) for row in found]  # noqa: SLF001  SQLAlchemy's documented way to a mapping


@contextmanager
def _working(settings: Settings, workers: int, folder: Path) -> Iterator[None]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TECHMARKET_")} | {
        "TECHMARKET_DATA_DIR": str(settings.data_dir),
        "TECHMARKET_DATABASE_URL": settings.database_url,
        "TECHMARKET_SEARCH_URL": settings.search_url,
    }
    command = [sys.executable, "-m", "api.cli", "worker"]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "workers.log").open("wb"))
        started = [
            subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603  our own program
            for _ in range(workers)
        ]
        try:
            _wait(lambda: (folder / "workers.log").read_text("utf-8").count("worker at work") == workers)
            yield
        finally:
            for process in started:
                process.send_signal(signal.SIGTERM)
            for process in started:
                process.wait(timeout=_PATIENCE_SECONDS)


@contextmanager
def _watching(settings: Settings, journal: Journal) -> Iterator[None]:
    ended = threading.Event()
    engine = open_engine(settings, writable=False)

    def watch(engine: SearchEngine) -> None:
        query = EngineQuery(sort=Sort.NEWEST, size=_WATCHED)
        while not ended.wait(_PAUSE_SECONDS):
            hits = engine.search(query).hits
            now = time.monotonic()
            for hit in hits:
                journal.found.setdefault(hit.subject_id, now)

    thread = threading.Thread(target=watch, args=(engine,))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        engine.close()
    for one in journal.found.keys() - journal.committed.keys():
        del journal.found[one]


def _write(database: Database, rows: list[dict[str, Any]], plan: Plan, journal: Journal) -> None:
    began = time.monotonic()
    due: SimpleQueue[float] = SimpleQueue()
    for number in range(int(plan.seconds * plan.rate)):
        due.put(began + number / plan.rate)

    def write() -> None:
        while True:
            try:
                at = due.get_nowait()
            except Empty:
                return
            time.sleep(max(0.0, at - time.monotonic()))
            listing_id = _publish(database, rows[hash(at) % len(rows)])
            journal.committed[listing_id] = time.monotonic()

    threads = [threading.Thread(target=write) for _ in range(_WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _publish(database: Database, row: dict[str, Any]) -> UUID:
    now, listing_id = _CLOCK.now(), new_id()
    own = row | {"id": listing_id, "published_at": now, "created_at": now, "updated_at": now}
    with database.writing() as session:
        session.execute(sa.insert(Achievement.metadata.tables["achievement"]).values(own))
        audit.record(session, SYSTEM, "achievement.published", listing_id, _CLOCK)
        outbox.put(session, Subject.ACHIEVEMENT, listing_id, _CLOCK)
    return listing_id


def _to_pair(database: Database) -> int:
    with database.reading() as session:
        return pairing_queue.waiting(session)


def _wait(is_so: Any) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            print(f"in vain for {_PATIENCE_SECONDS:g} s", file=sys.stderr)
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
