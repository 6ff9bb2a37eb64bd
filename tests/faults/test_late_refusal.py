"""A refusal that comes too late: while one relay was refused, the listing was put right, and perhaps another relay has indexed it.

Two mechanisms keep the false dead letter away. Where the listing has only been edited, its version tells, on both databases. Where another
relay has settled everything, SQLite finds the entry gone; PostgreSQL, where the entry stays locked by the first relay, has the version alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from market.achievements.models import Achievement
from market.kernel import outbox
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from search import indexer
from search.engine import Change, ChangeResult, IndexDocument, Outcome, SearchEngine
from search.indexer import DrainReport
from search.tantivy_engine import TantivyEngine
from tests.factories.achievements import make_achievement


class RefusingOnce:
    """An engine that refuses the first document, and lets something happen before it says so."""

    def __init__(self, engine: SearchEngine, meanwhile: Callable[[], None]) -> None:
        self._engine = engine
        self._meanwhile = meanwhile
        self._has_refused = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def apply(self, changes: Sequence[Change]) -> list[ChangeResult]:
        if self._has_refused:
            return self._engine.apply(changes)
        self._has_refused = True
        assert all(isinstance(change, IndexDocument) for change in changes)
        self._meanwhile()
        return [ChangeResult(change, Outcome.REJECTED, "refused for the test") for change in changes]


@dataclass
class Refused:
    """One listing whose first document the engine refuses, late."""

    database: Database
    clock: FixedClock
    inner: TantivyEngine
    listing_id: UUID

    def drain(self, *meanwhile: Callable[[], object]) -> DrainReport:
        """A relay that is refused, after `meanwhile` has happened."""

        def happen() -> None:
            for one in meanwhile:
                one()

        return indexer.drain(self.database, cast(SearchEngine, RefusingOnce(self.inner, happen)), clock=self.clock)

    def put_right(self) -> None:
        with self.database.writing() as session:
            row = session.get(Achievement, self.listing_id)
            assert row is not None
            row.title = "另一种说法"
            outbox.put(session, Subject.ACHIEVEMENT, self.listing_id, self.clock)

    def relay(self) -> DrainReport:
        return indexer.drain(self.database, self.inner, clock=self.clock)

    def assert_all_is_well(self) -> None:
        self.clock.instant += outbox._LONGEST_PAUSE
        self.relay()
        with self.database.reading() as session:
            assert outbox.backlog(session) == (0, 0)
        assert [held[1:] for held in self.inner.versions()] == [(self.listing_id, 2)]


@pytest.fixture
def refused(database: Database, clock: FixedClock, tmp_path: Path) -> Iterator[Refused]:
    with database.writing() as session:
        listing_id = make_achievement(session, clock).id
        outbox.put(session, Subject.ACHIEVEMENT, listing_id, clock)
    inner = TantivyEngine(tmp_path / "index")
    inner.prepare()
    yield Refused(database, clock, inner, listing_id)
    inner.close()


def test_no_dead_letter_is_made_when_the_listing_was_put_right_meanwhile(refused: Refused) -> None:
    assert refused.drain(refused.put_right).dead == 0

    refused.assert_all_is_well()


def test_no_dead_letter_remains_when_another_relay_has_indexed_it_meanwhile(refused: Refused) -> None:
    assert refused.drain(refused.put_right, refused.relay).dead == 0

    refused.assert_all_is_well()


def test_a_refusal_of_what_still_stands_is_a_dead_letter(refused: Refused) -> None:
    assert refused.drain().dead == 1
