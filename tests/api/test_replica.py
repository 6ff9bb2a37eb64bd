"""Searches and boards read from a real streaming replica, and from the primary where the replica lags or is down."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from market.achievements.models import Achievement
from market.kernel import outbox
from market.kernel.clock import FixedClock
from market.kernel.db import Database, get_row
from market.kernel.outbox import Subject
from market.kernel.settings import Settings
from market.listings.models import ListingStatus
from search import indexer
from search.tantivy_engine import TantivyEngine
from tests.api.workers import wait_until
from tests.factories.achievements import make_achievement
from tests.schema import make_tables
from tests.servers.postgres import Postgres, private_server
from tests.standby import standby_of


@pytest.fixture
def primary() -> Iterator[Postgres]:
    with private_server() as server:
        yield server


@pytest.fixture
def database(primary: Postgres) -> Iterator[Database]:
    database = Database(primary.create_database("market"), pool_size=4)
    make_tables(database)
    yield database
    database.dispose()


@pytest.fixture
def standby(primary: Postgres, database: Database) -> Iterator[Postgres]:
    assert not database.is_sqlite
    with standby_of(primary) as standby:
        yield standby


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[TantivyEngine]:
    engine = TantivyEngine(tmp_path / "index")
    engine.prepare()
    yield engine
    engine.close()


@pytest.fixture
def app(database: Database, standby: Postgres, engine: TantivyEngine, tmp_path: Path, clock: FixedClock) -> FastAPI:
    settings = Settings(data_dir=tmp_path, database_replica_url=standby.database_url("market"), relay_in_process=False)
    return create_app(settings, clock=clock, database=database, engine=engine)


def _found(client: TestClient) -> int:
    answer = client.get("/v1/search")
    assert answer.status_code == 200, answer.text
    return len(answer.json()["hits"])


def _answered_by(client: TestClient, who: str) -> float:
    line = f'\ntechmarket_replica_reads_total{{answered_by="{who}"}} '
    text = client.get("/metrics").text
    return float(text.split(line)[1].split("\n")[0]) if line in text else 0.0


def _replay(standby: Postgres, act: str) -> None:
    with psycopg.connect(standby.url, autocommit=True) as connection:
        connection.execute(f"SELECT pg_wal_replay_{act}()")


def test_replica_answers_until_it_lags_or_is_down(
    app: FastAPI, database: Database, standby: Postgres, engine: TantivyEngine, clock: FixedClock
) -> None:
    with database.writing() as session:
        withdrawn, kept = (make_achievement(session, clock).id for _ in range(2))
        outbox.put_many(session, Subject.ACHIEVEMENT, [withdrawn, kept], clock)
    indexer.drain(database, engine, clock=clock)
    with TestClient(app) as client:
        wait_until(lambda: _found(client) == 2 and _answered_by(client, "replica") > 0, "the replica has followed")

        _replay(standby, "pause")
        before = _answered_by(client, "primary")
        with database.writing() as session:
            get_row(session, Achievement, withdrawn, "成果").status = ListingStatus.WITHDRAWN
        assert _found(client) == 1, "withdrawn, though index and replica do not know it yet"
        assert _answered_by(client, "primary") == before + 1
        on_replica = _answered_by(client, "replica")
        assert client.get("/v1/targets/2026").status_code == 200
        assert client.get("/").status_code == 200
        assert _answered_by(client, "replica") == on_replica + 2, "a board may be a moment old for visitors"
        _replay(standby, "resume")
        wait_until(lambda: _found(client) == 1 and _answered_by(client, "replica") > on_replica + 2, "it caught up")

        standby.freeze()
        before = _answered_by(client, "primary")
        seconds = wait_until(lambda: _found(client) == 1, "the primary answers for a frozen replica")
        assert seconds < 2
        assert client.get("/").status_code == 200
        assert _answered_by(client, "primary") >= before + 2
        standby.thaw()
        on_replica = _answered_by(client, "replica")
        wait_until(lambda: _found(client) == 1 and _answered_by(client, "replica") > on_replica, "the replica is back")

        standby.kill()
        before = _answered_by(client, "primary")
        assert _found(client) == 1
        assert client.get("/v1/targets/2026").status_code == 200
        assert _answered_by(client, "primary") == before + 2


def test_replica_that_has_lost_its_primary_is_not_asked(app: FastAPI, primary: Postgres) -> None:
    """It would answer with an ever older state, and nobody would notice."""
    with TestClient(app) as client:
        runtime = app.state.runtime
        wait_until(lambda: runtime.replica.watch.is_up, "the replica follows")
        primary.stop()
        wait_until(lambda: runtime.replica.watch.trouble == "detached", "the replica has nobody to follow")
        primary.start()
        wait_until(lambda: client.get("/v1/targets/2026").status_code == 200, "the market is back")
