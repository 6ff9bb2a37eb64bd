"""The worker: daily duties, the relay, and what is left when a part of it fails or the process is killed."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, func, select

from api.app import create_app
from api.metrics import Metrics
from api.pairing import Pairing
from api.worker import Worker
from market.achievements.models import Achievement
from market.kernel import idempotency, outbox
from market.kernel.clock import Clock, FixedClock
from market.kernel.db import Database
from market.kernel.idempotency import IdempotencyRecord
from market.kernel.ids import new_id
from market.kernel.outbox import OutboxEntry, Subject
from market.kernel.settings import Settings
from market.listings.models import ListingStatus
from market.matches import pairing_queue
from market.matches.models import Match, MatchStatus
from market.parties.models import SignIn
from matching import upkeep
from search.engine import EngineUnavailable, SearchEngine
from search.tantivy_engine import TantivyEngine
from tests.factories.achievements import make_achievement
from tests.factories.matches import make_match
from tests.factories.parties import actor_of, make_user
from tests.factories.scenes import make_token

_NEXT_DAY = timedelta(days=1)


def _worker(database: Database, engine: SearchEngine, clock: FixedClock) -> Worker:
    return Worker(database, engine, clock, Metrics())


def _achievement_on_the_market(session: Session, clock: FixedClock) -> UUID:
    achievement = make_achievement(session, clock)
    outbox.put(session, Subject.ACHIEVEMENT, achievement.id, clock)
    return achievement.id


def _keep_answer(session: Session, clock: FixedClock, key: str) -> None:
    idempotency.begin(session, new_id(), "POST /v1/needs", key, "0" * 64, clock)


class TestDailyDuties:
    def test_listing_expires_when_its_time_is_over(
        self, database: Database, engine: SearchEngine, clock: FixedClock
    ) -> None:
        with database.writing() as session:
            listing_id = _achievement_on_the_market(session, clock)
        worker = _worker(database, engine, clock)
        worker.step()
        clock.advance(timedelta(days=200))

        worker.step()

        with database.reading() as session:
            row = session.get(Achievement, listing_id)
            assert row is not None
            assert row.status is ListingStatus.EXPIRED
        worker.step()
        assert engine.health().documents == 0, "and is found no more"

    def test_match_is_escalated_when_nobody_answers(
        self, database: Database, engine: SearchEngine, clock: FixedClock
    ) -> None:
        with database.writing() as session:
            match = make_match(session, clock, status=MatchStatus.INTERESTED)
            match.respond_by = clock.today()
            session.add(match)
            match_id = match.id
        clock.advance(timedelta(days=14))

        _worker(database, engine, clock).step()

        with database.reading() as session:
            row = session.get(Match, match_id)
            assert row is not None
            assert row.escalated_at is not None

    def test_answers_are_forgotten_after_two_days_and_no_sooner(
        self, database: Database, engine: SearchEngine, clock: FixedClock
    ) -> None:
        with database.writing() as session:
            _keep_answer(session, clock, "old")
        clock.advance(timedelta(hours=47))
        with database.writing() as session:
            _keep_answer(session, clock, "new")
        worker = _worker(database, engine, clock)
        worker.step()
        with database.reading() as session:
            assert session.exec(select(func.count()).select_from(IdempotencyRecord)).one() == 2

        clock.advance(_NEXT_DAY)
        worker.step()

        with database.reading() as session:
            assert session.exec(select(IdempotencyRecord.key)).all() == ["new"]

    def test_more_old_answers_than_one_batch_are_all_forgotten(
        self, database: Database, engine: SearchEngine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(idempotency, "_PURGE_BATCH", 2)
        with database.writing() as session:
            for number in range(5):
                _keep_answer(session, clock, f"key-{number}")
        clock.advance(timedelta(days=3))

        _worker(database, engine, clock).step()

        with database.reading() as session:
            assert session.exec(select(func.count()).select_from(IdempotencyRecord)).one() == 0

    def test_sign_ins_are_deleted_a_month_after_their_end(
        self, database: Database, engine: SearchEngine, clock: FixedClock
    ) -> None:
        with database.writing() as session:
            make_token(session, clock, actor_of(make_user(session, clock)))
        worker = _worker(database, engine, clock)
        for days, left in ((29, 1), (3, 0)):
            clock.advance(timedelta(days=days))

            worker.step()

            with database.reading() as session:
                assert session.exec(select(func.count()).select_from(SignIn)).one() == left


class TestRelay:
    def test_outbox_is_empty_after_the_worker_came_by(
        self, database: Database, engine: SearchEngine, clock: FixedClock
    ) -> None:
        with database.writing() as session:
            for _ in range(3):
                _achievement_on_the_market(session, clock)
        worker = _worker(database, engine, clock)

        assert worker.step(), "there was something to do"
        assert not worker.step(), "and now there is nothing left"

        with database.reading() as session:
            assert outbox.backlog(session) == (0, 0)
        assert engine.health().documents == 3

    def test_writes_go_on_and_search_answers_from_sql_when_the_engine_fails(
        self,
        settings: Settings,
        database: Database,
        engine: SearchEngine,
        clock: FixedClock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(*_arguments: object, **_more: object) -> None:
            raise EngineUnavailable("down for the test")

        for name in ("apply", "search", "suggest"):
            if hasattr(engine, name):
                monkeypatch.setattr(engine, name, fail)
        worker = _worker(database, engine, clock)
        with TestClient(create_app(settings, clock=clock, database=database, engine=engine)) as client:
            with database.writing() as session:
                listing_id = _achievement_on_the_market(session, clock)
            with pytest.raises(EngineUnavailable):
                worker.step()

            found = client.get("/v1/search").json()

            assert found["degraded"] is True
            assert [hit["id"] for hit in found["hits"]] == [str(listing_id)]
        with database.reading() as session:
            entry = session.exec(select(OutboxEntry)).one()
        assert entry.attempts == 0, "waits uncounted until the engine is back"

        monkeypatch.undo()
        worker.step()
        assert engine.health().documents == 1


_COMMIT_AND_WAIT = """
import sys, time
from datetime import datetime
import market.tables
from market.kernel import outbox
from market.kernel.clock import Clock, FixedClock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from tests.factories.achievements import make_achievement

database = Database(sys.argv[1])
clock = FixedClock(datetime.fromisoformat(sys.argv[2]))
with database.writing() as session:
    achievement = make_achievement(session, clock)
    outbox.put(session, Subject.ACHIEVEMENT, achievement.id, clock)
print(achievement.id, flush=True)
time.sleep(60)
"""


def test_process_killed_between_commit_and_index_loses_nothing(
    database: Database, tmp_path: Path, clock: FixedClock
) -> None:
    command = [sys.executable, "-c", _COMMIT_AND_WAIT, database.url, clock.now().isoformat()]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    listing_id = UUID(process.stdout.readline().strip())

    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    process.stdout.close()
    with database.reading() as session:
        assert session.exec(select(OutboxEntry.subject_id).order_by(col(OutboxEntry.id))).all() == [listing_id]
    engine = TantivyEngine(tmp_path / "another-index")
    engine.prepare()
    _worker(database, engine, clock).step()

    assert [subject_id for _, subject_id, _ in engine.versions()] == [listing_id]
    engine.close()


class TestPairing:
    def test_listing_waits_in_the_queue_until_the_engine_is_back(
        self, database: Database, engine: SearchEngine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with database.writing() as session:
            listing_id = _achievement_on_the_market(session, clock)
        worker = _worker(database, engine, clock)
        paired: list[UUID] = []

        def fail_first(
            _database: Database, _engine: SearchEngine, _subject: Subject, found: UUID, *, clock: Clock
        ) -> None:
            del clock
            paired.append(found)
            if len(paired) == 1:
                raise EngineUnavailable("gone for a moment")

        monkeypatch.setattr(upkeep, "pair_listing", fail_first)
        with pytest.raises(EngineUnavailable):
            worker.step()

        worker.step()

        assert paired == [listing_id, listing_id], "the outbox no longer names it, yet it is not forgotten"
        assert _to_pair(database) == 0

    def test_listing_that_cannot_be_paired_holds_nobody_up_and_is_given_up_in_the_end(
        self, database: Database, engine: SearchEngine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with database.writing() as session:
            poison = _achievement_on_the_market(session, clock)
            healthy = _achievement_on_the_market(session, clock)
        tried: list[UUID] = []

        def fail_one(
            _database: Database, _engine: SearchEngine, _subject: Subject, found: UUID, *, clock: Clock
        ) -> None:
            del clock
            tried.append(found)
            if found == poison:
                raise ZeroDivisionError

        monkeypatch.setattr(upkeep, "pair_listing", fail_one)
        worker = _worker(database, engine, clock)
        for _ in range(30):
            worker.step()
            clock.advance(timedelta(minutes=10))

        assert tried.count(healthy) == 1
        assert tried.count(poison) == pairing_queue.MAX_ATTEMPTS
        assert _to_pair(database) == 0

    def test_fresh_posting_does_not_wait_behind_an_import(
        self, database: Database, engine: SearchEngine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with database.writing() as session:
            rows = [make_achievement(session, clock).id for _ in range(20)]
            pairing_queue.put_many(session, [(Subject.ACHIEVEMENT, row) for row in rows], clock)
        order: list[UUID] = []
        monkeypatch.setattr(
            upkeep, "pair_listing", lambda _database, _engine, _subject, found, **_more: order.append(found)
        )
        pairing = Pairing(database, engine, clock, Metrics())
        while pairing.step():
            pass

        assert sorted(order) == sorted(rows)
        assert rows[-1] in order[:2]
        assert rows[0] in order[:2], "nor does the import wait for ever behind fresh postings"


def _to_pair(database: Database) -> int:
    with database.reading() as session:
        return pairing_queue.waiting(session)
