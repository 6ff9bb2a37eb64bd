"""A `techmarket worker` that may be killed at any moment: the real one, with a clock that is wrong and time between reading and writing."""

import logging
import os
import re
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

import market.tables  # noqa: F401  registers every table
from api.metrics import Metrics
from api.worker import Worker
from market.achievements.models import Achievement
from market.kernel import outbox
from market.kernel.clock import Clock
from market.kernel.db import Database, Turn
from market.kernel.outbox import OutboxEntry, Subject
from market.kernel.settings import Settings
from market.matches.models import Match
from market.needs.models import Need
from matching import service
from matching.scoring import ScoredPair
from search.engine import Change, ChangeResult, SearchEngine
from search.engines import open_engine
from tests.faults.chance import chance_of
from tests.faults.clocks import Drift, DriftingClock
from tests.faults.journal import Journal, Kind


@dataclass(frozen=True)
class RelayPlan:
    """`late_seconds`: between reading rows and writing them to the engine passes up to so long. What keeps two relays off the
    same entries can be taken away, for showing that the run notices: `locks=False` the row locks, `turns=False` the relay's turn on SQLite.
    """

    settings: Settings
    journal: Path
    log: Path
    seed: int
    drift: Drift = Drift.NONE
    late_seconds: float = 0.0
    locks: bool = True
    turns: bool = True


class LateEngine:
    """The engine, with a pause before each write."""

    def __init__(self, engine: SearchEngine, plan: RelayPlan) -> None:
        self._engine = engine
        self._late_seconds = plan.late_seconds
        self._chance = chance_of(plan.seed, "relay")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def apply(self, changes: Sequence[Change]) -> list[ChangeResult]:
        time.sleep(
            self._chance.uniform(0, self._late_seconds)
        )  # the fault itself: a process that was not given the processor
        return self._engine.apply(changes)


def relay(plan: RelayPlan) -> None:
    """The process of one worker; SIGTERM ends it in order."""
    logging.basicConfig(
        filename=plan.log,
        level=logging.INFO,
        format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s",
        force=True,
    )
    settings = plan.settings
    journal = Journal(plan.journal)
    database = Database(settings.effective_database_url, pool_size=settings.pool_size)
    if not plan.locks:
        take_locks_away(database)
    if not plan.turns:
        take_turns_away(database)
    watch_claims(database, journal)
    watch_pairing(journal)
    engine = cast(SearchEngine, LateEngine(open_engine(settings), plan))
    worker = Worker(database, engine, DriftingClock(plan.drift, seed=plan.seed), Metrics())
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    begun_mark(plan.journal, os.getpid()).touch()
    worker.run()
    engine.close()
    database.dispose()
    journal.close()


def begun_mark(journal: Path, pid: int) -> Path:
    """A file that is there once the worker of this process has begun to work."""
    return journal.with_name(f"begun-{pid}")


def watch_claims(database: Database, journal: Journal) -> None:
    """Tell the journal of every claim after it is had, and before the transaction that holds it ends."""
    claim = outbox.claim
    holding = threading.local()

    def claim_and_tell(session: Session, clock: Clock, limit: int) -> list[OutboxEntry]:
        entries = claim(session, clock, limit)
        if entries:
            holding.connection = session.connection()
            journal.note(Kind.CLAIMED, entries=[entry.id for entry in entries])
        return entries

    def tell_end(connection: sa.Connection) -> None:
        if getattr(holding, "connection", None) is connection:
            holding.connection = None
            journal.note(Kind.RELEASED)

    outbox.claim = claim_and_tell
    sa.event.listen(database.engine, "commit", tell_end)
    sa.event.listen(database.engine, "rollback", tell_end)


def watch_pairing(journal: Journal) -> None:
    """Tell the journal which version of a listing was paired, and with how many, before the transaction that stores it ends."""
    seen = threading.local()

    def watch_ranking(name: str, model: type[Achievement] | type[Need]) -> None:
        rank = getattr(service, name)

        def rank_and_remember(session: Session, engine: SearchEngine, listing_id: UUID, **more: Any) -> Any:
            row = session.get(model, listing_id)
            seen.version = row.version if row is not None else 0
            return rank(session, engine, listing_id, **more)

        setattr(service, name, rank_and_remember)

    record = service.record_pairs

    def record_and_tell(
        session: Session, subject: Subject, subject_id: UUID, pairs: Iterable[ScoredPair], clock: Clock, **more: Any
    ) -> list[Match]:
        found = record(session, subject, subject_id, pairs, clock, **more)
        journal.note(Kind.PAIRED, id=subject_id, version=seen.version, pairs=len(found))
        return found

    watch_ranking("rank_for_need", Need)
    watch_ranking("rank_for_achievement", Achievement)
    service.record_pairs = record_and_tell


def take_locks_away(database: Database) -> None:
    """Read outbox entries without locking them."""

    @sa.event.listens_for(database.engine, "before_cursor_execute", retval=True)
    def _unlock(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> tuple[str, Any]:
        if "outbox_entry" in statement:
            statement = re.sub(r"\s+FOR (NO KEY )?UPDATE( SKIP LOCKED)?", "", statement)
        return statement, parameters


def take_turns_away(database: Database) -> None:
    """Give every process its turn at once."""

    @contextmanager
    def turn(_name: str) -> Iterator[Turn]:
        yield Turn(lambda: True)

    database.turn = turn  # type: ignore[method-assign,assignment]
