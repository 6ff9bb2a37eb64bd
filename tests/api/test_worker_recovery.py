"""What the worker does when the index is lost, when its turn is lost, and while pairing takes its time."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from api.duties import DailyDuties
from api.metrics import Metrics
from api.relay import Relay
from api.worker import Worker
from market.kernel import audit, outbox
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from market.kernel.paging import PageRequest
from market.kernel.settings import Settings
from market.matches import pairing_queue
from matching import upkeep
from search import recovery
from search.engine import EngineHealth, EngineUnavailable, IndexOutdated, SearchEngine
from tests.api.workers import wait_until
from tests.factories.achievements import make_achievement
from tests.search.conftest import delete_indices, elasticsearch_engine

_BURST = 300
_SEARCHABLE_SECONDS = 3.0


def _publish(database: Database, clock: FixedClock, count: int = 1) -> list[UUID]:
    with database.writing() as session:
        ids = [make_achievement(session, clock).id for _ in range(count)]
        outbox.put_many(session, Subject.ACHIEVEMENT, ids, clock)
    return ids


def _held(engine: SearchEngine) -> set[UUID]:
    return {subject_id for _, subject_id, _ in engine.versions()}


def _worker(database: Database, engine: SearchEngine, clock: FixedClock) -> Worker:
    return Worker(database, engine, clock, Metrics())


@contextmanager
def _running(worker: Worker) -> Iterator[None]:
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(timeout=20)
        assert not thread.is_alive()


class TestLostIndex:
    def test_deleted_index_is_said_to_be_gone_and_then_rebuilt(
        self, settings: Settings, database: Database, engine: SearchEngine, clock: FixedClock, tmp_path: Path
    ) -> None:
        ids = _publish(database, clock, 3)
        _worker(database, engine, clock).step()
        shutil.rmtree(tmp_path / "index")

        with TestClient(create_app(settings, clock=clock, database=database, engine=engine)) as client:
            found = client.get("/v1/search").json()
            assert (found["degraded"], found["total"]) == (True, 3), "not silently empty"
            _worker(database, engine, clock).step()
            found = client.get("/v1/search").json()

        assert (found["degraded"], found["total"]) == (False, 3)
        assert _held(engine) == set(ids)

    def test_index_deleted_under_a_running_worker_is_noticed_without_a_restart(
        self, database: Database, engine: SearchEngine, clock: FixedClock, tmp_path: Path
    ) -> None:
        ids = _publish(database, clock, 3)
        with _running(_worker(database, engine, clock)):
            wait_until(lambda: _held_or_none(engine) == set(ids), "the listings are indexed")
            shutil.rmtree(tmp_path / "index")
            ids += _publish(database, clock)  # the write that fails, after which the worker looks closer
            wait_until(lambda: _held_or_none(engine) == set(ids), "the index is rebuilt")

    def test_wiped_cluster_is_filled_again(self, database: Database, clock: FixedClock, elasticsearch_url: str) -> None:
        with elasticsearch_engine(elasticsearch_url) as engine:
            ids = _publish(database, clock, 3)
            _worker(database, engine, clock).step()
            assert _held(engine) == set(ids)
            delete_indices(elasticsearch_url, engine._name)
            wait_until(lambda: engine.health().is_missing, "the engine knows that there is no index")

            assert recovery.is_lost(database, engine)
            assert not recovery.open_index(database, engine), "and no empty one is made"
            assert not engine.health().is_up
            ids += _publish(database, clock)
            _worker(database, engine, clock).step()

            assert _held(engine) == set(ids)

    def test_emptied_index_is_filled_again(self, database: Database, clock: FixedClock, elasticsearch_url: str) -> None:
        with elasticsearch_engine(elasticsearch_url) as engine:
            ids = _publish(database, clock, 3)
            _worker(database, engine, clock).step()
            delete_indices(elasticsearch_url, engine._name)
            engine.prepare()  # as somebody's script might do: there, and empty
            assert engine.health().documents == 0

            _worker(database, engine, clock).step()

            assert _held(engine) == set(ids)

    def test_index_of_another_program_is_rebuilt_once_and_not_back_and_forth(
        self, database: Database, engine: SearchEngine, clock: FixedClock, tmp_path: Path
    ) -> None:
        ids = _publish(database, clock, 3)
        worker = _worker(database, engine, clock)
        worker.step()
        _mark_as_foreign(tmp_path / "index")
        ids += _publish(database, clock)
        with pytest.raises(IndexOutdated):
            worker.step()  # notices
        worker.step()
        assert _held(engine) == set(ids)

        _mark_as_foreign(tmp_path / "index")  # by a worker of the other version, which does the same
        ids += _publish(database, clock)
        for _ in range(3):
            with pytest.raises(IndexOutdated, match="techmarket reindex"):
                worker.step()

    def test_waiting_for_another_rebuild_is_said_once(
        self,
        database: Database,
        engine: SearchEngine,
        clock: FixedClock,
        tmp_path: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        _publish(database, clock)
        worker = _worker(database, engine, clock)
        worker.step()
        shutil.rmtree(tmp_path / "index")
        _publish(database, clock)
        with database.turn("reindex"):
            for _ in range(5):
                with pytest.raises(EngineUnavailable):
                    worker.step()
        worker.step()

        assert caplog.text.count("rebuilding the index of") == 1

    def test_new_market_has_lost_nothing(self, database: Database, engine: SearchEngine, clock: FixedClock) -> None:
        assert not recovery.is_lost(database, engine)
        _publish(database, clock)
        assert not recovery.is_lost(database, engine), "its first listing still waits for the relay"

    def test_engine_that_does_not_answer_has_lost_nothing(
        self, database: Database, engine: SearchEngine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _publish(database, clock)
        _worker(database, engine, clock).step()
        down = EngineHealth(is_up=False, documents=0, analysis_version="", detail="no answer")
        monkeypatch.setattr(engine, "health", lambda: down)

        assert not recovery.is_lost(database, engine), "a rebuild would only add to its trouble"


class TestTurn:
    def test_relay_that_has_lost_its_turn_stops_and_another_takes_over(
        self, database: Database, engine: SearchEngine, clock: FixedClock
    ) -> None:
        seconds = iter(range(0, 1000, 10))
        first, second = (
            Relay(database, engine, clock, Metrics(), threading.Event(), seconds=lambda: float(next(seconds)))
            for _ in range(2)
        )
        assert first.take_turn()
        assert not second.take_turn()

        _cut_off(database)
        assert second.take_turn(), "the turn is free"
        assert not first.take_turn(), "the one who was cut off notices before it writes again"

        second.give_back()
        assert first.take_turn(), "and waits for its next turn like everybody"
        first.give_back()

    def test_duties_are_left_to_whoever_is_at_them(self, database: Database, clock: FixedClock) -> None:
        duties = DailyDuties(database, clock, threading.Event())
        with database.turn("daily-duties"):
            assert not duties.step()
        assert duties.step()
        assert not duties.step(), "once a day"

    def test_listing_expires_once_when_several_workers_do_their_duties(
        self, database: Database, clock: FixedClock
    ) -> None:
        with database.writing() as session:
            for _ in range(5):
                make_achievement(session, clock, expires_at=clock.now())
        everybody = [DailyDuties(database, clock, threading.Event()) for _ in range(4)]
        threads = [threading.Thread(target=one.step) for one in everybody]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)

        with database.reading() as session:
            assert audit.list_entries(session, PageRequest(), tag="achievement.expired").total == 5
            assert list(audit.verify(session)) == [5]


class TestBurst:
    def test_listing_is_searchable_at_once_though_a_burst_waits_for_its_pairing(
        self, database: Database, engine: SearchEngine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        may_pair, pairs = threading.Event(), threading.Event()

        def pair_slowly(*_arguments: object, **_more: object) -> None:
            pairs.set()
            may_pair.wait(timeout=30)

        monkeypatch.setattr(upkeep, "pair_listing", pair_slowly)
        ids = _publish(database, clock, _BURST)
        with _running(_worker(database, engine, clock)):
            try:
                assert pairs.wait(timeout=20), "pairing is at work on the first of the burst"
                wait_until(lambda: len(_held(engine)) == _BURST, "the burst is indexed")
                ids += _publish(database, clock)
                seconds = wait_until(lambda: ids[-1] in _held(engine), "the late listing is indexed", 20)
            finally:
                may_pair.set()
        with database.reading() as session:
            waiting = pairing_queue.waiting(session)
        assert seconds < _SEARCHABLE_SECONDS
        assert waiting > 0, "and the rest of the burst waits in the database, not in memory"


def _mark_as_foreign(index: Path) -> None:
    current = index / "CURRENT"
    generation = current.read_text().split()[0]
    draft = index / "foreign"
    draft.write_text(f"{generation} another-analysis/1\n")
    draft.replace(current)


def _held_or_none(engine: SearchEngine) -> set[UUID] | None:
    try:
        return _held(engine)
    except EngineUnavailable:
        return None


def _cut_off(database: Database) -> None:
    """Take the turn away from whoever holds it, as a broken network or a tidy administrator would."""
    if database.is_sqlite:
        Path(f"{database.engine.url.database}.relay.lock").unlink()
        return
    with database.engine.connect() as connection:
        found = connection.execute(
            sa.text(
                "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_locks "
                "WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
        assert found.scalar_one() == 1
