"""The generated market that benchmarks run on: made once for a size, kept in a folder, the same on every machine."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import market.tables  # noqa: F401  registers every table
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from seed.generating.plan import Plan
from seed.generating.service import Effort, generate

NOW = datetime(2026, 4, 8, 2, tzinfo=UTC)


def clock() -> FixedClock:
    """The day for which listings were generated: all of them are still valid."""
    return FixedClock(NOW)


def fill(database: Database, listings: int, contracts: int = 0) -> float:
    """Generate into an empty database, or finish what was begun; returns records stored in a second (0 where all were there)."""
    today = clock().today()
    plan = Plan(listings=listings, contracts=contracts, seed=20_260_408, year=today.year - 1, today=today)
    all_tables().create_all(database.engine)
    started = time.perf_counter()
    report = generate(
        database,
        plan,
        clock=clock(),
        make_password=lambda: "benchmark-accounts-are-closed",
        effort=Effort(os.cpu_count() or 1),
    )
    _analyse(database)
    return report.stored / (time.perf_counter() - started)


def market_of(folder: Path, listings: int) -> tuple[Path, float]:
    """A folder with a SQLite market of so many listings and nothing else, and how fast it was filled (0 where it was there)."""
    place = folder / f"market-{listings}"
    place.mkdir(parents=True, exist_ok=True)
    database = Database(f"sqlite:///{place / 'market.db'}")
    rate = fill(database, listings)
    database.dispose()
    return place, rate


def _analyse(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
