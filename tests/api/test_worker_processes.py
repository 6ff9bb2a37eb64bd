"""Several real workers on one database: who relays, what happens when one is killed, and that nothing is lost or done in vain."""

from contextlib import ExitStack
from pathlib import Path
from uuid import UUID, uuid4

import httpx

from market.kernel import outbox
from market.kernel.clock import SystemClock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from market.kernel.settings import Settings
from market.matches import pairing_queue
from search.engine import SearchEngine
from search.engines import open_engine
from search.tantivy_engine import TantivyEngine
from tests.api.workers import WorkerProcess, wait_until
from tests.factories.achievements import make_achievement
from tests.search.conftest import delete_indices
from tests.servers.plain import PLAIN
from tests.servers.processes import free_ports

_CLOCK = SystemClock()
_AT_WORK = "worker at work"
_RELAYS = "this process relays now"
_TAKES_OVER_SECONDS = 5.0


def _settings(url: str, name: str, folder: Path) -> Settings:
    return Settings(search_url=url, search_index=name, data_dir=folder)


def _publish(database: Database, count: int) -> list[UUID]:
    with database.writing() as session:
        ids = [make_achievement(session, _CLOCK).id for _ in range(count)]
        outbox.put_many(session, Subject.ACHIEVEMENT, ids, _CLOCK)
    return ids


def _is_at_rest(database: Database) -> bool:
    with database.reading() as session:
        return outbox.backlog(session) == (0, 0) and pairing_queue.waiting(session) == 0


def _held(engine: SearchEngine) -> set[UUID]:
    return {subject_id for _, subject_id, _ in engine.versions()}


def _figure(port: int, name: str) -> float:
    """A figure that a worker publishes for monitoring."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False, verify=PLAIN).text
    return float(text.split(f"\n{name} ")[1].split("\n")[0])


def test_waiting_worker_takes_over_within_seconds_when_the_relay_is_killed(database: Database, tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index", writable=False)
    with ExitStack() as stack:
        ports = free_ports(2)
        workers = [
            WorkerProcess(database, tmp_path, name, "--metrics-port", str(port))
            for name, port in zip(("one", "two"), ports, strict=True)
        ]
        for worker in workers:
            stack.callback(worker.close)
        wait_until(lambda: any(worker.said(_RELAYS) for worker in workers), "one of them relays")
        wait_until(lambda: all(worker.said(_AT_WORK) for worker in workers), "both are at work")
        first = _publish(database, 3)
        wait_until(lambda: _is_at_rest(database), "the first listings are indexed and paired")
        relaying = [worker for worker in workers if worker.said(_RELAYS)]
        assert len(relaying) == 1, "the embedded index has one writer"
        (heir,) = (worker for worker in workers if worker is not relaying[0])
        assert not heir.said("pauses"), "the other one waits; it does not run into the writer's lock"
        assert sum(_figure(port, "techmarket_indexed_total") for port in ports) == 3
        assert sum(_figure(port, "techmarket_relay_lag_seconds_count") for port in ports) == 3

        relaying[0].kill()
        second = _publish(database, 3)
        wait_until(lambda: heir.said(_RELAYS), "the other one takes over", _TAKES_OVER_SECONDS)
        wait_until(lambda: _is_at_rest(database), "the later listings are indexed and paired")

        assert heir.end() == 0, "and ends in order when it is asked to"
        assert _held(engine) == set(first + second)
    engine.close()


def test_nothing_is_lost_when_one_of_several_relays_is_killed(
    database: Database, tmp_path: Path, elasticsearch_url: str
) -> None:
    name = f"t{uuid4().hex}"
    with ExitStack() as stack:
        stack.callback(delete_indices, elasticsearch_url, name)
        workers = [
            WorkerProcess(database, tmp_path, one, SEARCH_URL=elasticsearch_url, SEARCH_INDEX=name)
            for one in ("one", "two")
        ]
        for worker in workers:
            stack.callback(worker.close)
        wait_until(lambda: all(worker.said(_AT_WORK) for worker in workers), "both are at work")
        ids = []
        for number in range(6):
            ids += _publish(database, 5)
            if number == 3:
                workers[0].kill()

        wait_until(lambda: _is_at_rest(database), "everything is indexed and paired")

        engine = open_engine(_settings(elasticsearch_url, name, tmp_path))
        assert _held(engine) == set(ids)
        engine.close()
        if not database.is_sqlite:
            assert not workers[1].said(_RELAYS), "on two servers all relay side by side, without turns"
