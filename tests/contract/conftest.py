"""The contract's tests of one module share an application and a market that already holds one whole journey.

They ask much and write little; where one of them counts, it counts before and after.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.metrics import Metrics
from api.worker import Worker
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from search.engine import SearchEngine
from search.tantivy_engine import TantivyEngine
from tests.application import make_app
from tests.conftest import fresh_database
from tests.contract.market import Market, open_market


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contract")


@pytest.fixture(scope="module")
def database(database_template: Database) -> Iterator[Database]:
    with fresh_database(database_template) as own:
        yield own


@pytest.fixture(scope="module")
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[SearchEngine]:
    engine = TantivyEngine(folder / "index")
    engine.prepare()
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def relay(database: Database, engine: SearchEngine, clock: FixedClock) -> Callable[[], None]:
    worker = Worker(database, engine, clock, Metrics())

    def run() -> None:
        while worker.step():
            pass

    return run


@pytest.fixture(scope="module")
def app(folder: Path, database: Database, engine: SearchEngine, clock: FixedClock) -> FastAPI:
    limits = {"requests_per_minute": 100_000, "sign_ins_per_minute": 1000}
    settings = Settings(data_dir=folder, relay_in_process=False, **limits)
    return make_app(settings, clock=clock, database=database, engine=engine)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    """Raises what the application did not foresee, so that no test passes over a 500."""
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="module")
def market(client: TestClient, database: Database, clock: FixedClock, relay: Callable[[], None]) -> Market:
    return open_market(client, database, clock, relay)
