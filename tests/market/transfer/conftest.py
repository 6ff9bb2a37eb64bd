"""Databases as they are in use: migrated, of either kind, some of them empty."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from market import migrations
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.transfer import fence
from tests.conftest import empty_database
from tests.market.transfer.content import fill


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated database of the kind that this run is about, made once."""
    if request.config.getoption("--database") == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'market.db'}"
    else:
        url = empty_database("transfer")
    database = Database(url, pool_size=12)
    migrations.upgrade(database)
    database.dispose()
    yield database
    database.dispose()


@pytest.fixture
def database(migrated: Database, tmp_path: Path) -> Iterator[Database]:
    """A migrated database without rows."""
    if migrated.is_sqlite:
        file = tmp_path / "market.db"
        shutil.copyfile(str(migrated.engine.url.database), file)
        own = Database(f"sqlite:///{file}", pool_size=12)
        yield own
        own.dispose()
        return
    names = ", ".join(f'"{table.name}"' for table in all_tables().sorted_tables)
    with migrated.engine.begin() as connection:
        fence.reopen(connection)
        connection.exec_driver_sql(f"TRUNCATE {names}")  # rows that may not be deleted can still be truncated
    yield migrated


@pytest.fixture
def market(database: Database, clock: FixedClock) -> Database:
    """A market in which something has happened: every table has a row."""
    fill(database, clock)
    return database


@pytest.fixture
def empty_of(tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Makes a database of the named kind that nobody has ever migrated."""
    made: list[Database] = []

    def make(kind: str) -> Database:
        file = tmp_path / f"empty-{len(made)}.db"
        url = f"sqlite:///{file}" if kind == "sqlite" else empty_database(f"target_{len(made)}")
        made.append(Database(url, pool_size=4, lock_timeout_ms=1_000))
        return made[-1]

    yield make
    for database in made:
        database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, empty_of: Callable[[str], Database]) -> Database:
    """An empty database of either kind."""
    return empty_of(request.param)
