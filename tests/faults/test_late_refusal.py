"""A refusal that comes too late: while one relay was refused, the listing was put right and another relay has indexed it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from market.achievements.models import Achievement
from market.kernel import outbox
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.outbox import Subject
from search import indexer
from search.engine import Change, ChangeResult, IndexDocument, Outcome, SearchEngine
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


def test_no_dead_letter_remains_when_the_listing_was_put_right_meanwhile(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    with database.writing() as session:
        listing_id = make_achievement(session, clock).id
        outbox.put(session, Subject.ACHIEVEMENT, listing_id, clock)
    inner = TantivyEngine(tmp_path / "index")
    inner.prepare()

    def put_right() -> None:
        with database.writing() as session:
            row = session.get(Achievement, listing_id)
            assert row is not None
            row.title = "另一种说法"
            outbox.put(session, Subject.ACHIEVEMENT, listing_id, clock)
        indexer.drain(database, engine, clock=clock)

    engine = cast(SearchEngine, RefusingOnce(inner, put_right))

    report = indexer.drain(database, engine, clock=clock)

    assert report.dead == 0
    clock.instant += outbox._LONGEST_PAUSE
    indexer.drain(database, engine, clock=clock)
    with database.reading() as session:
        assert outbox.backlog(session) == (0, 0)
    assert [held[1:] for held in inner.versions()] == [(listing_id, 2)]
    inner.close()
