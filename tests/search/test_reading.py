"""Documents for a rebuild are the same however many processes cut them."""

import multiprocessing
import os
import signal

import pytest

from market.listings.models import ListingStatus
from search import reading
from search.engine import EngineUnavailable
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need


@pytest.fixture
def listings(database, clock, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 3)
    with database.writing() as session:
        made = [make_achievement(session, clock) for _ in range(7)] + [make_need(session, clock) for _ in range(4)]
        made[0].status = ListingStatus.WITHDRAWN
    return [row.id for row in made[1:]]


def test_every_live_listing_is_read_once_and_alike_by_one_process_and_by_two(database, listings):
    alone = list(reading.live_documents(database))
    together = list(reading.live_documents(database, processes=2))
    assert together == alone
    assert [document.subject_id for batch in alone for document in batch] == listings
    assert max(len(batch) for batch in alone) == 3


@pytest.mark.usefixtures("listings")
def test_a_process_that_dies_ends_the_rebuild_with_a_clear_reason(database, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 1)
    batches = reading.live_documents(database, processes=2)
    next(batches)
    for child in multiprocessing.active_children():
        os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(EngineUnavailable, match="died"):
        list(batches)
    assert multiprocessing.active_children() == []
