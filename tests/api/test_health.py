"""What monitoring reads: how far the index is behind the truth."""

from datetime import timedelta

import sqlalchemy as sa

from market import migrations
from market.kernel import outbox
from market.kernel.outbox import Subject
from market.listings.models import ListingStatus
from tests.factories.achievements import make_achievement


def test_drift_and_age_are_told_and_go_when_the_relay_has_worked(client, database, clock, relay):
    with database.writing() as session:
        rows = [make_achievement(session, clock) for _ in range(2)]
        ids = [row.id for row in rows]
        outbox.put_many(session, Subject.ACHIEVEMENT, ids, clock)
    clock.instant += timedelta(seconds=40)
    before = client.get("/health").json()
    assert (before["live_listings"], before["index_documents"], before["index_drift"]) == (2, 0, 2)
    assert (before["outbox_waiting"], before["oldest_waiting_seconds"]) == (2, 40.0)

    relay()
    after = client.get("/health").json()
    assert (after["live_listings"], after["index_documents"], after["index_drift"]) == (2, 2, 0)
    assert (after["outbox_waiting"], after["oldest_waiting_seconds"]) == (0, 0.0)


def test_a_listing_that_the_index_holds_too_many_shows_as_drift_below_zero(client, database, clock, relay):
    with database.writing() as session:
        row = make_achievement(session, clock)
        outbox.put(session, Subject.ACHIEVEMENT, row.id, clock)
    relay()
    with database.writing() as session:
        session.merge(row).status = ListingStatus.WITHDRAWN
    assert client.get("/health").json()["index_drift"] == -1


def test_ready_tells_the_schema_and_the_lag_of_the_relay(client, database, clock):
    with database.writing() as session:
        outbox.put(session, Subject.ACHIEVEMENT, make_achievement(session, clock).id, clock)
    clock.instant += timedelta(seconds=12)
    state = client.get("/ready").json()
    assert state["schema_revision"] == state["schema_wanted"] == migrations.head()
    assert (state["ready"], state["relay_lag_seconds"]) == (True, 12.0)


def test_a_database_of_another_release_is_not_ready(client, database):
    with database.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        answer = client.get("/ready")
    finally:
        with database.writing() as session:
            session.execute(sa.text("UPDATE alembic_version SET version_num = :head"), {"head": migrations.head()})
    assert answer.status_code == 503
    assert (answer.json()["ready"], answer.json()["schema_revision"]) == (False, "0001")


def test_figures_tell_whether_the_engine_answers_and_how_many_connections_are_held(client, database):
    with database.reading() as session:
        session.execute(sa.text("SELECT 1"))
        held = _figures(client)
    assert held["techmarket_search_up"] == 1.0
    assert (
        held["techmarket_database_connections_in_use"] - _figures(client)["techmarket_database_connections_in_use"] == 1
    )


def _figures(client):
    lines = [line.split() for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line for line in lines if len(line) == 2)}
