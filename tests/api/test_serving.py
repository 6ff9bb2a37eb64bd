"""`techmarket serve` with several real processes behind one port, on either database."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from market.kernel.clock import SystemClock
from market.kernel.db import Database
from market.parties import queries
from tests.api.workers import wait_until
from tests.factories.parties import PASSWORD, make_user
from tests.servers.plain import PLAIN

_ROOT = Path(__file__).parents[2]
_ADDRESS = re.compile(r"serving on (http://\S+)")
_ASKED = 40
_START_SECONDS = 90.0  # three interpreters import everything at once


class Serving:
    """One `serve` of two processes; each request comes over a connection of its own, so that either process may get it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.url = ""
        self._client = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), timeout=30, verify=PLAIN)
        self._log = folder / "serve.log"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("TECHMARKET_", "PROMETHEUS_"))}
        own = {"DATABASE_URL": database.url, "DATA_DIR": str(folder), "POOL_SIZE": "4", "THREADS": "4"}
        environment = kept | {f"TECHMARKET_{key}": value for key, value in own.items()} | {"TMPDIR": str(folder)}
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from api.cli import main; main()", "serve", "--workers", "2", "--port", "0"],
                cwd=_ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def wait_until_it_serves(self) -> None:
        wait_until(lambda: self.starts == 2, "two processes that serve", _START_SECONDS)
        found = _ADDRESS.search(self.log)
        assert found
        self.url = found.group(1)

    def end(self) -> int:
        """Ask it to end, where it has not ended yet; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self._client.close()
        return self.process.wait(timeout=40)

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", errors="replace")

    @property
    def starts(self) -> int:
        """How many processes have come to serve so far."""
        assert self.process.poll() is None, self.log
        return self.log.count("Application startup complete")

    @property
    def children(self) -> list[psutil.Process]:
        found = psutil.Process(self.process.pid).children()
        return [child for child in found if any("spawn_main" in part for part in child.cmdline())]

    @property
    def is_asked(self) -> bool:
        """Whether a process holds a connection of a client."""
        port = int(self.url.rpartition(":")[2])
        held = [one for child in self.children for one in child.net_connections("tcp4") if one.laddr.port == port]
        return any(one.status == psutil.CONN_ESTABLISHED for one in held)

    def ask(self, method: str, path: str, **options: object) -> httpx.Response:
        return self._client.request(method, self.url + path, **options)  # type: ignore[arg-type]

    def answered(self, route: str) -> float:
        """How many requests of this route all processes together say they have answered."""
        line = re.search(
            rf'requests_total{{[^}}]*route="{re.escape(route)}"[^}}]*}} (\S+)', self.ask("GET", "/metrics").text
        )
        return float(line.group(1)) if line else 0.0


pytestmark = pytest.mark.slow


@pytest.fixture
def serving(database: Database, tmp_path: Path) -> Iterator[Serving]:
    one = Serving(database, tmp_path)
    try:
        one.wait_until_it_serves()
        yield one
    finally:
        one.end()


def test_processes_work_as_one_until_asked_to_end(serving: Serving, database: Database) -> None:
    with database.writing() as session:
        login = make_user(session, SystemClock()).login
    token = serving.ask("POST", "/v1/sessions", json={"login": login, "password": PASSWORD}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}

    # Enough for both processes to get some; a sign-in that only one of them knew would be refused by the other.
    assert {serving.ask("GET", "/v1/me", headers=headers).status_code for _ in range(_ASKED)} == {200}
    assert serving.answered("/v1/me") == _ASKED

    victim = serving.children[0]
    victim.kill()
    wait_until(lambda: serving.starts == 3, "a process in the place of the one killed")
    assert {serving.ask("GET", "/v1/me", headers=headers).status_code for _ in range(_ASKED)} == {200}
    assert serving.answered("/v1/me") == 2 * _ASKED, "what the dead process had counted stays in the sums"

    _assert_ends_in_order(serving, database, login)


@pytest.mark.once  # whether they end in order is asked on both databases above
def test_processes_end_with_the_one_that_supervises_them(serving: Serving) -> None:
    children = serving.children
    assert len(children) == 2

    serving.process.kill()

    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []


def _assert_ends_in_order(serving: Serving, database: Database, login: str) -> None:
    """A request that is in flight when `serve` is asked to end is answered before it does."""
    statuses: list[int] = []

    def sign_in() -> None:
        statuses.append(serving.ask("POST", "/v1/sessions", json={"login": login, "password": "wrong"}).status_code)

    with database.writing() as session:
        queries.lock_user_by_login(session, login)  # the sign-in waits for the row, on SQLite for the writer's place
        asking = threading.Thread(target=sign_in)
        asking.start()
        wait_until(lambda: serving.is_asked, "a request in flight")
        serving.process.send_signal(signal.SIGTERM)
        wait_until(lambda: "Shutting down" in serving.log, "a `serve` that is about to end")
        assert not statuses
    asking.join(timeout=30)

    assert statuses == [401]
    assert serving.end() == 0
