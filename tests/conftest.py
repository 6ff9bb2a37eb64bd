"""Shared parts of all tests: a real database of either kind, a clock that stands still.

`--database sqlite` (default), `--database postgresql` or `--database both` chooses the database; both must pass. PostgreSQL and Elasticsearch are started
from packages when the first test asks for them, once for all processes of the run; `TECHMARKET_TEST_DATABASE_URL` and
`TECHMARKET_TEST_SEARCH_URL` name servers that are already there (each test process then makes databases and indices of its own in them).
"""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlmodel import Session

import market.tables  # noqa: F401  registers every table
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.parties import passwords
from tests.schema import make_tables
from tests.seconds import Seconds
from tests.servers import shared
from tests.servers.postgres import create_database

# A slow machine is no failure. In CI the examples are the same at every run, so that a run says something about its commit;
# everywhere else they are new each time, and what they find becomes a test.
hypothesis.settings.register_profile("techmarket", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("techmarket")

_LOOK_FOR_GARBAGE_AFTER = (20_000, 20, 50)
"""New objects, young looks, middle looks. Each look at everything costs a quarter of a second where so many modules are loaded."""

_KINDS = ["sqlite", "postgresql"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=[*_KINDS, "both"], default="sqlite", help="which database the tests run on")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the process that began the run, not one that xdist has started
        shared.begin()
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(shared.files()))  # where pytest makes every tmp_path


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared.end()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for garbage, and let later looks pass over what is there by then: it stays until the end.

    A tenth of the run's work; a test that asks `gc` itself, or puts limits of its own, gets what it asks for.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*_LOOK_FOR_GARBAGE_AFTER)
        gc.enable()


def empty_database(purpose: str) -> str:
    """The URL of an empty PostgreSQL database of this test process."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return create_database(shared.postgres_url(), f"techmarket_test_{worker}_{purpose}")


@pytest.fixture(scope="session", autouse=True)
def hasher_of_the_program() -> Iterator[PasswordHasher]:
    """Passwords are hashed with a hundredth of the work, for hundreds of people sign in; this gives the hasher that the program uses."""
    with pytest.MonkeyPatch.context() as patch:
        own = passwords._HASHER
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=128, parallelism=1))
        yield own


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    """A real Elasticsearch node, shared by the run: a test takes an index name of its own. One that cannot start fails the run."""
    return shared.elasticsearch_url()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever differs by the database asks for `database_kind`, itself or by a fixture, and so runs on each kind of the run."""
    if "database_kind" in metafunc.fixturenames:
        kinds = _kinds(metafunc.config)
        ids = kinds if len(kinds) > 1 else [pytest.HIDDEN_PARAM]
        metafunc.parametrize("database_kind", kinds, indirect=True, ids=ids, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What touches no database is shown by the run on SQLite: a run on PostgreSQL leaves it out, and counts it so."""
    if _kinds(config) == _KINDS:
        left_out = {item for item in items if kind_of(item) == "postgresql" and item.get_closest_marker("once")}
    elif _kinds(config) == ["postgresql"]:
        left_out = {item for item in items if kind_of(item) is None}
    else:
        return
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _kinds(config: pytest.Config) -> list[str]:
    chosen = str(config.getoption("--database"))
    return _KINDS if chosen == "both" else [chosen]


def kind_of(item: pytest.Item) -> str | None:
    """The kind of database that a test runs on; None for one that touches none."""
    return (
        item.callspec.params.get("database_kind")
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        else None
    )


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database that the test runs on: "sqlite" or "postgresql"."""
    return str(request.param)


@pytest.fixture(scope="session")
def database_template(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An empty, migrated database; made once for a test process."""
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'market.db'}"
    else:
        url = empty_database("template")
    database = Database(url, pool_size=12)
    make_tables(database)
    database.dispose()  # the last connection writes SQLite's log back, so that the file can be copied
    yield database
    database.dispose()


_resting: list[Database] = []
"""SQLite databases of this process that no test uses: with their engines go the statements that those have compiled."""


@contextmanager
def copied(template: Database) -> Iterator[Database]:
    """A SQLite database that holds what the template's file holds; its address was another test's before, its file was not."""
    own = _resting.pop() if _resting else Database(f"sqlite:///{_new_folder() / 'market.db'}", pool_size=12)
    file = Path(str(own.engine.url.database))
    for left in file.parent.iterdir():  # a connection that a test forgot keeps the old file, without its name
        left.unlink()
    shutil.copyfile(str(template.engine.url.database), file)
    if (
        "matching.loading" in sys.modules
    ):  # which remembers databases by their addresses; else there is nothing to forget
        sys.modules["matching.loading"].forget_databases()
    yield own
    own.dispose()
    _resting.append(own)


def _new_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="copy-", dir=shared.run_folder()))


@contextmanager
def fresh_database(template: Database) -> Iterator[Database]:
    """A database without rows: a copy of the template's file, or the template itself emptied."""
    if template.is_sqlite:
        with copied(template) as own:
            yield own
        return
    # DELETE from a handful of rows costs a tenth of TRUNCATE, which makes new files for every table; all of them are sent at once.
    with template.engine.begin() as connection:
        connection.exec_driver_sql(_emptying())
    yield template


@cache
def _emptying() -> str:
    return "; ".join(str(table.delete()) for table in reversed(all_tables().sorted_tables))


@pytest.fixture
def database(database_template: Database) -> Iterator[Database]:
    """A database of its own for one test, on which several sessions and threads may work."""
    with fresh_database(database_template) as own:
        yield own


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session; what the test leaves uncommitted is rolled back."""
    with database.write_session() as session:
        yield session


@pytest.fixture
def clock() -> FixedClock:
    """Wednesday, 8 April 2026, ten in the morning in Yinchuan."""
    return FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))


@pytest.fixture
def seconds() -> Seconds:
    """Seconds that the test moves itself."""
    return Seconds()
