"""PostgreSQL stopped, crashed, frozen, out of connections or in somebody's way: a 503 within two seconds, and the market is back by itself."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn

from api.app import create_app
from market.kernel.actor import Role
from market.kernel.clock import SystemClock
from market.kernel.db import BACKGROUND_CONNECTIONS, Database
from market.kernel.settings import Settings
from search.tantivy_engine import TantivyEngine
from tests.api.workers import wait_until
from tests.factories.parties import actor_of, make_user
from tests.factories.scenes import make_token
from tests.schema import make_tables
from tests.servers.plain import PLAIN
from tests.servers.postgres import Postgres, private_server
from tests.servers.processes import free_ports

_CLOCK = SystemClock()
_AT_MOST_SECONDS = 2.0
_THREADS = 4
_FIGURES = "/v1/targets/2026"
_HTML = {"Accept": "text/html"}
_TARGET = {
    "year": 2031,
    "contract_amount_cny": "100.00",
    "project_count": 3,
    "valid_from": "2026-01-01",
    "source": "年度目标文件",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with private_server() as server:
        yield server


Market = Callable[..., tuple[Database, httpx.Client, dict[str, str]]]


@pytest.fixture
def market(server: Postgres, tmp_path: Path) -> Iterator[Market]:
    """Makes a served market with these timeouts in milliseconds: its database, a client, and the headers of an administrator."""
    with ExitStack() as stack:

        def make(*, statement: int = 5_000, lock: int = 5_000) -> tuple[Database, httpx.Client, dict[str, str]]:
            url = server.create_database(f"t{uuid4().hex}")
            settings = Settings(
                data_dir=tmp_path,
                database_url=url,
                pool_size=_THREADS,
                threads=_THREADS,
                statement_timeout_ms=statement,
                lock_timeout_ms=lock,
                relay_in_process=False,
                requests_per_minute=100_000,
            )
            database = Database.of(settings)
            stack.callback(database.dispose)
            make_tables(database)
            with database.writing() as session:
                user = make_user(session, _CLOCK, role=Role.ADMINISTRATOR)
                token = make_token(session, _CLOCK, actor_of(user))
            client = stack.enter_context(_served(settings, database))
            assert client.get(_FIGURES).status_code == 200
            return database, client, {"Authorization": f"Bearer {token}", "Idempotency-Key": "once"}

        yield make


@contextmanager
def _served(settings: Settings, database: Database) -> Iterator[httpx.Client]:
    """The application behind a real port, as people reach it: an answer leaves although its handler still hangs."""
    engine = TantivyEngine(settings.index_dir)
    engine.prepare()
    (port,) = free_ports(1)
    app = create_app(settings, database=database, engine=engine)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started, "the application listens")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20, verify=PLAIN) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        engine.close()
    assert not thread.is_alive(), "nothing that hangs keeps the process from ending"


def _assert_refused(answer: httpx.Response, code: str = "database_unavailable") -> None:
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.elapsed.total_seconds() < _AT_MOST_SECONDS
    assert answer.headers["x-content-type-options"] == "nosniff"
    if "html" in answer.headers["content-type"]:
        assert "服务暂时不可用" in answer.text
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code


def _wait_for_return(client: httpx.Client) -> None:
    seconds = wait_until(lambda: client.get(_FIGURES).status_code == 200, "the market answers again")
    assert seconds < 1.5, "about a second after the server took connections again"
    assert client.get("/", headers=_HTML).status_code == 200
    assert client.get("/ready").json()["database"] == "up"


def _set_target_once(database: Database, client: httpx.Client, headers: dict[str, str]) -> None:
    """The client sends again what was answered 503: it has one effect, however often."""
    answers = [client.post("/v1/targets", json=_TARGET, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert _scalar(database, "SELECT count(*) FROM target") == 1


def _scalar(database: Database, statement: str) -> Any:
    with database.engine.connect() as connection:
        return connection.exec_driver_sql(statement).scalar()


def _wait_until_somebody_waits(database: Database) -> None:
    wait_until(lambda: _scalar(database, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0, "a lock is waited for")


def test_stopped_database_is_answered_503_and_used_again_when_it_is_back(server: Postgres, market: Market) -> None:
    _, client, headers = market()
    server.stop()
    try:
        _assert_refused(client.get(_FIGURES))
        _assert_refused(client.get("/", headers=_HTML))
        _assert_refused(client.post("/v1/targets", json=_TARGET, headers=headers))
        wait_until(lambda: client.get("/ready").json()["database"] == "unreachable", "the reason is told", 2)
        assert client.get("/ready").status_code == 503
        assert client.get("/static/site.css").status_code == 200
    finally:
        server.start()
    _wait_for_return(client)


def test_frozen_database_keeps_nobody_waiting_and_no_thread(server: Postgres, market: Market) -> None:
    database, client, headers = market()
    server.freeze()
    try:
        with ThreadPoolExecutor(4 * _THREADS) as pool:  # more than there are threads: some wait for one
            written = pool.submit(client.post, "/v1/targets", json=_TARGET, headers=headers)
            paths = ["/v1/achievements", "/", _FIGURES] * _THREADS
            for answer in pool.map(lambda path: client.get(path, headers=_HTML), paths):
                _assert_refused(answer)
            _assert_refused(written.result())
        at_once = client.get(_FIGURES)
        _assert_refused(at_once)
        assert at_once.elapsed.total_seconds() < 0.5, "once it is known, nobody waits at all"
        assert client.get("/ready").json()["database"] in {"silent", "unreachable"}
    finally:
        server.thaw()
    _wait_for_return(client)
    _set_target_once(database, client, headers)


def test_crash_under_a_request_in_flight_is_answered_503_and_sending_it_again_has_one_effect(
    server: Postgres, market: Market
) -> None:
    database, client, headers = market()
    with database.engine.connect() as holder, ThreadPoolExecutor(1) as pool:
        holder.exec_driver_sql("LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE")
        held_up = pool.submit(client.post, "/v1/targets", json=_TARGET, headers=headers)
        _wait_until_somebody_waits(database)
        server.kill()
        killed = time.monotonic()
        answer = held_up.result()
        assert time.monotonic() - killed < _AT_MOST_SECONDS
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        holder.invalidate()
    server.start()
    _wait_for_return(client)
    _set_target_once(database, client, headers)


def test_request_without_a_free_connection_is_answered_503(market: Market) -> None:
    database, client, _ = market()
    with ExitStack() as stack:
        for _ in range(_THREADS + BACKGROUND_CONNECTIONS - 1):
            stack.enter_context(database.engine.connect())
        _assert_refused(client.get(_FIGURES))
        _assert_refused(client.get("/", headers=_HTML))
    assert client.get(_FIGURES).status_code == 200


def test_statement_that_lasts_too_long_is_answered_503_in_chinese(market: Market) -> None:
    database, client, headers = market(statement=300)
    with database.engine.begin() as holder:
        holder.exec_driver_sql("LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE")
        answer = client.post("/v1/targets", json=_TARGET, headers=headers)
    _assert_refused(answer, "statement_timeout")
    assert "没有生效" in answer.json()["detail"]
    _set_target_once(database, client, headers)


def test_lock_that_another_session_keeps_is_answered_503_in_chinese(market: Market) -> None:
    database, client, headers = market(lock=300)
    with database.engine.begin() as holder:
        holder.exec_driver_sql("LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE")
        answer = client.post("/v1/targets", json=_TARGET, headers=headers)
    _assert_refused(answer, "database_busy")
    assert "他人正在修改" in answer.json()["detail"]
    _set_target_once(database, client, headers)


def test_deadlock_is_answered_503_to_the_one_who_is_let_down(market: Market) -> None:
    database, client, headers = market()
    with database.engine.connect() as holder, ThreadPoolExecutor(1) as pool:
        holder.exec_driver_sql("SET deadlock_timeout = '60s'")  # so that the request is the one that notices
        holder.exec_driver_sql("LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE")
        held_up = pool.submit(client.post, "/v1/targets", json=_TARGET, headers=headers)
        _wait_until_somebody_waits(database)
        holder.exec_driver_sql("LOCK TABLE target IN ACCESS EXCLUSIVE MODE")
        _assert_refused(held_up.result(), "database_busy")
        holder.rollback()
    _set_target_once(database, client, headers)


def test_server_that_only_reads_while_a_failover_lasts_is_answered_503_to_writers_alone(market: Market) -> None:
    database, client, headers = market()
    _let_write(database, "off")
    try:
        _assert_refused(client.post("/v1/targets", json=_TARGET, headers=headers))
        assert client.get(_FIGURES).status_code == 200
    finally:
        _let_write(database, "on")
    _set_target_once(database, client, headers)


def _let_write(database: Database, may: str) -> None:
    """As behind an address that leads to a standby for a while: every transaction is told that it may only read."""
    is_read_only = {"on": "off", "off": "on"}[may]
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"ALTER SYSTEM SET default_transaction_read_only = {is_read_only}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    wait_until(
        lambda: _scalar(database, "SHOW default_transaction_read_only") == is_read_only, "the server has read it again"
    )
