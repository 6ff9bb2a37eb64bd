"""No committed change is ever missing from search, and no withdrawn one comes back."""

import subprocess
import sys
import textwrap
import threading
from contextlib import contextmanager

import pytest

from market.achievements.models import Achievement
from market.kernel import outbox
from market.kernel.db import Database
from market.kernel.outbox import Subject
from market.listings.models import ListingStatus
from search import documents, indexer
from search.engine import ChangeResult, EngineQuery, EngineUnavailable, Outcome
from search.tantivy_engine import TantivyEngine
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need
from tests.schema import make_tables


def _publish(database, clock, count=1):
    with database.writing() as session:
        rows = [make_achievement(session, clock) for _ in range(count)]
        for row in rows:
            outbox.put(session, Subject.ACHIEVEMENT, row.id, clock)
    return [row.id for row in rows]


def _withdraw(database, clock, row_id):
    with database.writing() as session:
        row = session.get(Achievement, row_id)
        row.status = ListingStatus.WITHDRAWN
        outbox.put(session, Subject.ACHIEVEMENT, row_id, clock)


def _held(engine):
    return {subject_id for _, subject_id, _ in engine.versions()}


def _backlog(database):
    with database.reading() as session:
        return outbox.backlog(session)


def test_drain_brings_committed_changes_into_the_index_once(database, engine, clock):
    (row_id,) = _publish(database, clock)
    with database.writing() as session:
        outbox.put(session, Subject.ACHIEVEMENT, row_id, clock)
    report = indexer.drain(database, engine, clock=clock)
    assert report.applied == [(Subject.ACHIEVEMENT, row_id)]
    assert _held(engine) == {row_id}
    assert _backlog(database) == (0, 0)
    assert indexer.drain(database, engine, clock=clock).applied == []


def test_withdrawn_and_vanished_rows_leave_the_index(database, engine, clock):
    first, second = _publish(database, clock, 2)
    indexer.drain(database, engine, clock=clock)
    _withdraw(database, clock, first)
    with database.writing() as session:
        session.delete(session.get(Achievement, second))
        outbox.put(session, Subject.ACHIEVEMENT, second, clock)
    report = indexer.drain(database, engine, clock=clock)
    assert sorted(report.removed) == sorted([(Subject.ACHIEVEMENT, first), (Subject.ACHIEVEMENT, second)])
    assert _held(engine) == set()


def test_an_engine_that_is_down_costs_no_entry_and_no_attempt(database, engine, clock):
    (row_id,) = _publish(database, clock)

    class Down:
        def apply(self, _changes):
            raise EngineUnavailable("down")

    for _ in range(20):
        with pytest.raises(EngineUnavailable):
            indexer.drain(database, Down(), clock=clock)
    assert _backlog(database) == (1, 0)
    indexer.drain(database, engine, clock=clock)
    assert _held(engine) == {row_id}


@pytest.mark.parametrize(("outcome", "waiting", "dead"), [(Outcome.RETRY, 1, 0), (Outcome.REJECTED, 0, 1)])
def test_single_failures_are_postponed_or_buried_with_their_reason(database, clock, outcome, waiting, dead):
    _publish(database, clock)

    class Failing:
        def apply(self, changes):
            return [ChangeResult(change, outcome, "reason") for change in changes]

    report = indexer.drain(database, Failing(), clock=clock)
    assert (report.retried, report.dead) == (waiting, dead)
    assert _backlog(database) == (waiting, dead)


def test_a_listing_of_which_no_document_can_be_made_keeps_nobody_else_out(database, engine, clock, monkeypatch):
    odd, *others = _publish(database, clock, 4)
    make = documents.from_achievement

    def make_or_fail(row, *parts, **more):
        if row.id == odd:
            raise ZeroDivisionError
        return make(row, *parts, **more)

    monkeypatch.setattr(documents, "from_achievement", make_or_fail)
    report = indexer.drain(database, engine, clock=clock)
    assert (len(report.applied), report.dead) == (3, 1)
    assert _held(engine) == set(others)
    indexer.rebuild(database, engine, clock=clock, progress=lambda _done: None)
    assert _held(engine) == set(others)
    assert _backlog(database) == (0, 1)


def test_a_process_killed_between_commit_and_indexing_loses_nothing(tmp_path, clock):
    """Killed at the two worst places: before the index has it, and after, before the entry is deleted."""
    url, index = f"sqlite:///{tmp_path / 'market.db'}", tmp_path / "index"
    database = Database(url)
    make_tables(database)
    expected = set(_publish(database, clock))
    for place in ("before", "after"):
        script = textwrap.dedent(f"""
            import os, signal
            from datetime import UTC, datetime
            from pathlib import Path
            import market.tables
            from market.kernel.clock import FixedClock
            from market.kernel.db import Database
            from search import documents, indexer
            from search.tantivy_engine import TantivyEngine
            engine = TantivyEngine(Path({str(index)!r}))
            engine.prepare()
            class Killed:
                def apply(self, changes):
                    if {place!r} == "after":
                        engine.apply(changes)
                    os.kill(os.getpid(), signal.SIGKILL)
            indexer.drain(Database({url!r}), Killed(), clock=FixedClock(datetime(2026, 4, 9, tzinfo=UTC)))
        """)
        ended = subprocess.run([sys.executable, "-c", script], check=False)
        assert ended.returncode == -9
        engine = TantivyEngine(index)
        engine.prepare()
        assert _backlog(database) == (1, 0)
        indexer.drain(database, engine, clock=clock)
        assert _held(engine) == expected
        assert _backlog(database) == (0, 0)
        engine.close()
        expected |= set(_publish(database, clock))
    database.dispose()


def test_rebuild_takes_everything_live_from_sql(database, engine, clock):
    expected = set(_publish(database, clock, 3))
    with database.writing() as session:
        need = make_need(session, clock)
        make_need(session, clock, status=ListingStatus.DRAFT)
    steps = []
    assert indexer.rebuild(database, engine, clock=clock, progress=steps.append) == 4
    assert _held(engine) == expected | {need.id}
    assert indexer.drift(database, engine).size == 0
    assert steps[-1] == 4


def test_rebuild_catches_what_changed_while_it_ran(database, engine, clock):
    first, second = _publish(database, clock, 2)
    indexer.drain(database, engine, clock=clock)

    class Slow:
        """Changes happen, and are drained into the old index, between reading the rows and the swap."""

        def __getattr__(self, name):
            return getattr(engine, name)

        @contextmanager
        def building(self):
            with engine.building() as build:
                activate = build.activate

                def late(current):
                    _withdraw(database, clock, first)
                    self.added = _publish(database, clock)[0]
                    indexer.drain(database, engine, clock=clock)
                    activate(current)
                    self.held_at_the_swap = _held(engine)

                build.activate = late
                yield build

    slow = Slow()
    indexer.rebuild(database, slow, clock=clock, progress=lambda _: None)
    assert slow.held_at_the_swap == _held(engine) == {second, slow.added}


def test_drift_names_what_differs(database, engine, clock):
    missing, stale, surplus = _publish(database, clock, 3)
    indexer.drain(database, engine, clock=clock)
    with database.writing() as session:
        session.get(Achievement, stale).title = "枸杞鲜果低温保鲜(演示)"
        session.get(Achievement, surplus).status = ListingStatus.WITHDRAWN
    indexer.rebuild(database, engine, clock=clock, progress=lambda _: None)
    assert indexer.drift(database, engine).size == 0
    with database.writing() as session:
        session.get(Achievement, stale).title = "枸杞鲜果气调保鲜(演示)"
        session.get(Achievement, missing).status = ListingStatus.WITHDRAWN
        session.get(Achievement, surplus).status = ListingStatus.PUBLISHED
    drift = indexer.drift(database, engine)
    assert [key[1] for key in drift.stale] == [stale]
    assert [key[1] for key in drift.surplus] == [missing]
    assert [key[1] for key in drift.missing] == [surplus]


def test_writers_and_relay_side_by_side_leave_nothing_behind(database, engine, clock):
    published, stop = [], threading.Event()

    def write():
        published.extend(_publish(database, clock, 3) + _publish(database, clock, 2))

    def relay():
        while not stop.is_set():
            indexer.drain(database, engine, clock=clock, limit=3)

    writers = [threading.Thread(target=write) for _ in range(3)]
    relays = [threading.Thread(target=relay) for _ in range(1 if database.is_sqlite else 2)]
    for thread in (*relays, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in relays:
        thread.join()
    while indexer.drain(database, engine, clock=clock).applied:
        pass
    assert _held(engine) == set(published)
    assert _backlog(database) == (0, 0)
    assert engine.search(EngineQuery()).total == 15
