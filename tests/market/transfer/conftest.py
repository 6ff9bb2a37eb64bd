"""Databases as they are in use: migrated, of either kind, some of them empty."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from market import migrations
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.transfer import fence
from market.transfer.backup import back_up
from tests.conftest import copied, empty_database
from tests.market.transfer.content import Rows, fill, rows_of


@pytest.fixture(scope="session")
def migrated(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated database of the kind that this run is about, made once."""
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'market.db'}"
    else:
        url = empty_database("transfer")
    database = Database(url, pool_size=12)
    migrations.upgrade(database)
    database.dispose()
    yield database
    database.dispose()


@contextmanager
def emptied(migrated: Database) -> Iterator[Database]:
    """The migrated database without rows: a copy of its file, or itself."""
    if migrated.is_sqlite:
        with copied(migrated) as own:
            yield own
        return
    names = ", ".join(f'"{table.name}"' for table in all_tables().sorted_tables)
    with migrated.engine.begin() as connection:
        fence.reopen(connection)
        connection.exec_driver_sql(f"TRUNCATE {names}")  # rows that may not be deleted can still be truncated
    yield migrated


@pytest.fixture
def database(migrated: Database) -> Iterator[Database]:
    """A migrated database without rows."""
    with emptied(migrated) as own:
        yield own


@dataclass(frozen=True)
class Sound:
    """A backup of a market in which every table has a row, and what the application read there at that moment."""

    file: Path
    rows: Rows


@pytest.fixture(scope="session")
def sound(migrated: Database, tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """Made once; the file is to be copied before it is spoilt."""
    folder = tmp_path_factory.mktemp("sound")
    clock = FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))
    with emptied(migrated) as database:
        fill(database, clock)
        back_up(database, folder / "sound.zip", clock=clock)
        return Sound(folder / "sound.zip", rows_of(database))


@pytest.fixture
def backup(sound: Sound, tmp_path: Path) -> Path:
    """A sound backup, to be restored or spoilt."""
    return Path(shutil.copy(sound.file, tmp_path / "backup.zip"))


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


@pytest.fixture
def kind(database_kind: str) -> str:
    """The kind of database that this run is about."""
    return database_kind


@pytest.fixture
def other_kind(kind: str) -> str:
    return "postgresql" if kind == "sqlite" else "sqlite"


@pytest.fixture
def target(kind: str, empty_of: Callable[[str], Database]) -> Database:
    """An empty database of this run's kind."""
    return empty_of(kind)
