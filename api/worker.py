"""The worker: relays the outbox to the index, pairs what has become searchable, and does the daily duties.

It runs as a thread of the serving process, or alone as `techmarket worker`. Every step may be interrupted at any point and repeated.
"""

import logging
import threading
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from api.metrics import Metrics
from market.achievements import service as achievements
from market.deals import service as deals
from market.kernel import idempotency
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.errors import DomainError
from market.kernel.outbox import Subject
from market.matches import service as matches
from market.needs import service as needs
from market.parties import signin
from matching import upkeep
from search import indexer
from search.engine import EngineUnavailable, IndexOutdated, SearchEngine

log = logging.getLogger("techmarket.worker")

_PAUSE_SECONDS = 0.5
_PAUSE_AFTER_FAILURE_SECONDS = 5.0
_CATCH_UP = timedelta(days=1)  # pairing follows indexing within seconds, so only fresh listings can have missed it
_KEEP_ANSWERS = timedelta(hours=48)


class Worker:
    """One relay over a database and an engine."""

    def __init__(self, database: Database, engine: SearchEngine, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._metrics = metrics
        self._stopped = threading.Event()
        self._duties_done_on: date | None = None
        self._is_ready = False

    def run(self) -> None:
        """Work until stopped; a failure is logged and tried again after a pause."""
        while not self._stopped.is_set():
            try:
                if not self._is_ready:
                    self.get_ready()
                busy = self.step()
                pause = 0.0 if busy else _PAUSE_SECONDS
            except (SQLAlchemyError, EngineUnavailable, OSError) as error:
                log.warning(
                    "worker pauses: %s", error if isinstance(error, EngineUnavailable) else type(error).__name__
                )
                self._is_ready, pause = False, _PAUSE_AFTER_FAILURE_SECONDS
            except Exception:
                log.exception("worker step failed")
                self._is_ready, pause = False, _PAUSE_AFTER_FAILURE_SECONDS
            self._stopped.wait(pause)

    def stop(self) -> None:
        self._stopped.set()

    def get_ready(self) -> None:
        """Before the first step, and after a failure: rebuild an index that cannot be used, and pair what was left unpaired."""
        try:
            self._engine.prepare()
        except IndexOutdated as error:
            log.warning("rebuilding the index: %s", error)
            count = indexer.rebuild(self._database, self._engine, clock=self._clock, progress=lambda _done: None)
            log.info("index rebuilt: %d listings", count)
        since = self._clock.now() - _CATCH_UP
        with self._database.reading() as session:
            unpaired = upkeep.unpaired_since(session, since)
        for subject, subject_id in unpaired:
            self._pair(subject, subject_id)
        self._is_ready = True

    def step(self) -> bool:
        """One round: index a batch, pair it, and once a day the duties. Returns whether there was anything to index."""
        self._daily_duties()
        report = indexer.drain(self._database, self._engine, clock=self._clock)
        self._metrics.indexed.inc(len(report.applied))
        for subject, subject_id in report.applied:
            if self._stopped.is_set():
                break
            self._pair(subject, subject_id)
        with self._database.reading() as session:
            has_suggestions = upkeep.has_suggestions(session)
        if has_suggestions:
            with self._database.writing() as session:
                upkeep.score_suggestions(session, self._engine, clock=self._clock)
        return bool(report.applied)

    def _pair(self, subject: Subject, subject_id: UUID) -> None:
        try:
            upkeep.pair_listing(self._database, self._engine, subject, subject_id, clock=self._clock)
        except DomainError as error:
            log.info("not paired: %s %s", subject, error.code)

    def _daily_duties(self) -> None:
        today = self._clock.today()
        if self._duties_done_on == today:
            return
        with self._database.writing() as session:
            expired = achievements.expire_due(session, clock=self._clock) + needs.expire_due(session, clock=self._clock)
        with self._database.writing() as session:
            escalated = matches.escalate_overdue(session, clock=self._clock)
            escalated += deals.escalate_overdue(session, clock=self._clock)
        purged = self._purge()
        log.info("daily duties: %d expired, %d escalated, %d purged", expired, escalated, purged)
        self._duties_done_on = today

    def _purge(self) -> int:
        """Delete sign-ins long over and answers kept for retries, a batch per transaction so that writers get their turn."""
        purged = 0
        while True:
            with self._database.writing() as session:
                batch = signin.purge_sign_ins(session, clock=self._clock)
                batch += idempotency.purge(session, self._clock.now() - _KEEP_ANSWERS)
            purged += batch
            if not batch or self._stopped.is_set():
                return purged
