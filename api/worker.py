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
from matching import service as matching
from search import indexer
from search.engine import EngineUnavailable, SearchEngine

log = logging.getLogger("techmarket.worker")

_PAUSE_SECONDS = 0.5
_PAUSE_AFTER_FAILURE_SECONDS = 5.0
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

    def run(self) -> None:
        """Work until stopped; a failure is logged and tried again after a pause."""
        while not self._stopped.is_set():
            try:
                busy = self.step()
                pause = 0.0 if busy else _PAUSE_SECONDS
            except (SQLAlchemyError, EngineUnavailable, OSError) as error:
                log.warning("worker pauses: %s", type(error).__name__)
                pause = _PAUSE_AFTER_FAILURE_SECONDS
            except Exception:
                log.exception("worker step failed")
                pause = _PAUSE_AFTER_FAILURE_SECONDS
            self._stopped.wait(pause)

    def stop(self) -> None:
        self._stopped.set()

    def step(self) -> bool:
        """One round: index a batch, pair it, and once a day the duties. Returns whether there was anything to index."""
        self._daily_duties()
        report = indexer.drain(self._database, self._engine, clock=self._clock)
        self._metrics.indexed.inc(len(report.applied))
        for subject, subject_id in report.applied:
            if self._stopped.is_set():
                break
            self._pair(subject, subject_id)
        return bool(report.applied)

    def _pair(self, subject: Subject, subject_id: UUID) -> None:
        pair = matching.match_need if subject is Subject.NEED else matching.match_achievement
        try:
            with self._database.writing() as session:
                pair(session, self._engine, subject_id, clock=self._clock)
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
