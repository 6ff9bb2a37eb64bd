"""What a question reads must not grow with the market: counted in steps of SQLite's machine, in a market and in one of four times its size."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from market.achievements import queries as achievements
from market.achievements.models import Achievement
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from market.kernel.paging import PageRequest
from market.listings import queries as listings
from market.listings.models import ListingStatus
from market.matches import fact_queries, vector_queries
from market.matches.models import Match
from market.matches.recording import ComputedList, store_matches
from matching import queries as matching
from search import queries as search
from tests.factories.achievements import make_achievement
from tests.factories.listings import make_owner
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.schema import make_tables

_SMALL, _LARGE = 300, 1_200
_BATCH = 50
_FALLEN_OUT = 5
_MOST_GROWTH = 1.5
"""A page tells how many there are, and counting, in an index, is the one thing that may grow; what reads or sorts the rows themselves grows by two to four."""

_CLOCK = FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))

QUESTIONS: dict[str, Callable[[Session, list[UUID]], Any]] = {
    "a page of the newest": lambda session, _: achievements.list_published(
        session, PageRequest(size=_BATCH), now=_CLOCK.now()
    ),
    "a batch of an export": lambda session, _: next(listings.live_batches(session, Achievement, _BATCH)),
    "what has expired": lambda session, _: listings.lock_due(session, Achievement, _CLOCK.now(), _BATCH),
    "the sample of the pairing": lambda session, _: matching.newest_achievements(session, _BATCH),
    "the next texts to be read": lambda session, ids: fact_queries.unread(session, "a reader", _BATCH, ids[-_BATCH]),
    "the next listings to be embedded": lambda session, _: vector_queries.missing(
        session, 1, Subject.ACHIEVEMENT, _BATCH
    ),
    "a range of a rebuild": lambda session, ids: search.live_material(
        session, Subject.ACHIEVEMENT, ids[0], ids[_BATCH - 1]
    ),
}


@pytest.fixture(scope="module")
def markets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Database]]:
    """Two markets in files, whatever database the run is about: plans of PostgreSQL follow its statistics."""
    found = []
    for size in (_SMALL, _LARGE):
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('reach') / 'market.db'}")
        make_tables(database)
        with database.writing() as session:
            owner = make_owner(session, _CLOCK)
            for turn in range(size):
                make_achievement(
                    session,
                    _CLOCK,
                    owner=owner,
                    status=ListingStatus.PUBLISHED if turn % 5 else ListingStatus.IN_TALKS,
                    published_at=_CLOCK.now() - timedelta(minutes=turn),
                )
        found.append(database)
    yield found
    for database in found:
        database.dispose()


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_reads_no_more_in_a_larger_market(markets: list[Database], question: str) -> None:
    small, large = (_steps(database, QUESTIONS[question]) for database in markets)

    assert large < _MOST_GROWTH * small, f"{small} steps became {large}"


def test_matches_that_fall_out_of_a_list_are_found_without_a_walk_through_all_suggestions(
    markets: list[Database],
) -> None:
    small, large = (_steps_to_empty_a_list(database) for database in markets)

    assert large < _MOST_GROWTH * small, f"{small} steps became {large}"


def _steps(database: Database, ask: Callable[[Session, list[UUID]], Any]) -> int:
    with database.reading() as session:
        ids = list(search.live_ids(session, Subject.ACHIEVEMENT))
        with _counted(session) as steps:
            assert ask(session, ids) is not None
    return steps[0]


def _steps_to_empty_a_list(database: Database) -> int:
    """The list of one need is emptied, while each achievement is suggested to another need."""
    with database.writing() as session:
        emptied, other = make_need(session, _CLOCK), make_need(session, _CLOCK)
        for place, achievement in enumerate(session.exec(select(Achievement)).all()):
            own: dict[str, Any] = {"listed_for_need": True, "listed_for_achievement": False}
            for need in (other, emptied)[: 1 + (place < _FALLEN_OUT)]:
                make_match(session, _CLOCK, need=need, achievement=achievement, **own)
        session.flush()
        with _counted(session) as steps:
            store_matches(session, Subject.NEED, ComputedList(emptied.id, [], "test-1"), clock=_CLOCK)
        left = session.exec(select(Match.need_id).where(Match.need_id == emptied.id)).all()
    assert not left
    return steps[0]


@contextmanager
def _counted(session: Session) -> Iterator[list[int]]:
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    connection: Any = session.connection().connection.dbapi_connection
    connection.set_progress_handler(count, 1)
    try:
        yield steps
    finally:
        connection.set_progress_handler(None, 0)
