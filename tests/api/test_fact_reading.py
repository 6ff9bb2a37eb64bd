"""The worker reads facts by itself, one process at a time, and says how much waits."""

import pytest

from api.fact_reading import FactReading
from api.metrics import Metrics
from api.worker import Worker
from market.kernel import audit
from market.kernel.actor import SYSTEM
from market.matches import fact_queries
from matching.facts import reader
from tests.matching.embedding.market import post


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
def reading(database, clock, metrics, seconds):
    own = FactReading(database, clock, metrics, seconds=seconds)
    yield own
    own.give_back()


def publish(database, clock, count=1):
    _, achievements = post(database, clock, achievements=count)
    with database.writing() as session:
        audit.record(session, SYSTEM, "achievement.published", achievements[0].id, clock)
    return achievements


def unread(database):
    with database.reading() as session:
        return fact_queries.count_unread(session, reader())


def waiting(metrics):
    return metrics.registry.get_sample_value("techmarket_facts_waiting")


def test_worker_reads_what_was_published(database, engine, clock, metrics) -> None:
    publish(database, clock, 2)

    Worker(database, engine, clock, metrics).step()

    assert unread(database) == 0


def test_what_waits_is_told(database, clock, metrics, reading) -> None:
    publish(database, clock, 130)

    assert reading.step()
    assert waiting(metrics) == 30

    while reading.step():
        pass
    assert waiting(metrics) == unread(database) == 0


def test_quiet_market_is_not_searched_through_each_second(database, clock, reading, seconds, monkeypatch) -> None:
    publish(database, clock)
    while reading.step():
        pass
    with monkeypatch.context() as patch:
        patch.setattr("api.fact_reading.fact_upkeep.step", lambda *_, **__: pytest.fail("searched"))
        assert not reading.step()

    publish(database, clock)
    while reading.step():
        pass
    assert unread(database) == 0

    post(database, clock, achievements=1)  # told by no audit entry
    assert not reading.step()
    seconds.now += 61
    while reading.step():
        pass
    assert unread(database) == 0


def test_one_process_reads_at_a_time_and_another_goes_on_when_it_ends(database, clock, metrics, reading) -> None:
    other = FactReading(database, clock, metrics, seconds=lambda: 100.0)
    assert reading.take_turn()
    assert not other.take_turn()

    reading.give_back()

    third = FactReading(database, clock, metrics)
    assert third.take_turn()
    third.give_back()
