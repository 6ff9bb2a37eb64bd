"""What is done once a day: listings expire, overdue answers are escalated, old sign-ins and kept answers are deleted.

Each batch is a transaction of its own, so that nobody waits long for the locks it holds. Done twice, the second time finds nothing left.
"""

import logging
import threading
from collections.abc import Callable
from datetime import date, timedelta

from sqlmodel import Session

from market.achievements import service as achievements
from market.deals import service as deals
from market.kernel import idempotency
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.matches import service as matches
from market.needs import service as needs
from market.parties import signin

log = logging.getLogger("techmarket.worker")

_KEEP_ANSWERS = timedelta(hours=48)


class DailyDuties:
    """Done by whichever process comes first; the others find nothing left."""

    def __init__(self, database: Database, clock: Clock, stopped: threading.Event) -> None:
        self._database = database
        self._clock = clock
        self._stopped = stopped
        self._done_on: date | None = None

    def step(self) -> bool:
        """Do them if it is a new day and nobody else is at it; returns whether they were done."""
        today = self._clock.today()
        if self._done_on == today:
            return False
        with self._database.turn("daily-duties") as mine:
            if not mine:
                return False
            expired = self._all(lambda session: achievements.expire_due(session, clock=self._clock))
            expired += self._all(lambda session: needs.expire_due(session, clock=self._clock))
            escalated = self._all(lambda session: matches.escalate_overdue(session, clock=self._clock))
            escalated += self._all(lambda session: deals.escalate_overdue(session, clock=self._clock))
            purged = self._all(lambda session: signin.purge_sign_ins(session, clock=self._clock))
            before = self._clock.now() - _KEEP_ANSWERS
            purged += self._all(lambda session: idempotency.purge(session, before))
        if self._stopped.is_set():
            return True
        log.info("daily duties: %d expired, %d escalated, %d purged", expired, escalated, purged)
        self._done_on = today
        return True

    def _all(self, do_batch: Callable[[Session], int]) -> int:
        total = 0
        while not self._stopped.is_set():
            with self._database.writing() as session:
                count = do_batch(session)
            total += count
            if not count:
                break
        return total
