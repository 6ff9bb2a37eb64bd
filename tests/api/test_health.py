"""What monitoring reads: how far the index is behind the truth."""

from datetime import timedelta

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
