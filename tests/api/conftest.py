"""The application over HTTP, on a database and an index of its own; the relay stands still until a test lets it work."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.metrics import Metrics
from api.worker import Worker
from market.kernel.actor import Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from search.engine import SearchEngine
from search.tantivy_engine import TantivyEngine
from tests.api.browser import Browser
from tests.application import make_app
from tests.factories.parties import actor_of, make_user
from tests.factories.scenes import make_token


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[SearchEngine]:
    engine = TantivyEngine(tmp_path / "index")
    engine.prepare()
    yield engine
    engine.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, relay_in_process=False, requests_per_minute=100000, sign_ins_per_minute=1000)


@pytest.fixture
def app(settings: Settings, database: Database, engine: SearchEngine, clock: FixedClock) -> FastAPI:
    return make_app(settings, clock=clock, database=database, engine=engine)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Raises what the application did not foresee, so that no test passes over a 500."""
    with TestClient(app) as client:
        yield client


@pytest.fixture
def relay(database: Database, engine: SearchEngine, clock: FixedClock) -> Callable[[], None]:
    """Let the worker run until nothing is left to index."""
    worker = Worker(database, engine, clock, Metrics())

    def run() -> None:
        while worker.step():
            pass

    return run


@pytest.fixture
def headers_of(database: Database, clock: FixedClock) -> Callable[..., dict[str, str]]:
    """The headers of a new user of this role who has signed in; `overrides` are the user's fields."""

    def sign_in(role: Role, **overrides: Any) -> dict[str, str]:
        with database.writing() as session:
            user = make_user(session, clock, role=role, **overrides)
            return {"Authorization": f"Bearer {make_token(session, clock, actor_of(user))}"}

    return sign_in


@pytest.fixture
def visitor(client: TestClient) -> Browser:
    return Browser(client, "")


@pytest.fixture
def browser_of(client: TestClient, database: Database, clock: FixedClock) -> Callable[[Actor], Browser]:
    def sign_in(actor: Actor) -> Browser:
        with database.writing() as session:
            return Browser(client, make_token(session, clock, actor))

    return sign_in
