"""From the outbox to the index, round after round; side by side with other relays where database and engine allow, else one at a time."""

import logging
import threading
import time
from collections.abc import Callable

from api.metrics import Metrics
from api.turns import KeptTurn
from market.kernel.clock import Clock
from market.kernel.db import Database
from search import indexer, recovery
from search.engine import IndexOutdated, SearchEngine

log = logging.getLogger("techmarket.worker")

_LOOK_AFTER_SECONDS = 15.0
_TELL_AFTER_SECONDS = 10.0
_REBUILD_AGAIN_SECONDS = 3600.0


class _Stopped(Exception):
    """The worker is asked to stop in the middle of a rebuild, which is dropped and begun again at the next start."""


class Relay:
    """One relay over a database and an engine."""

    def __init__(
        self,
        database: Database,
        engine: SearchEngine,
        clock: Clock,
        metrics: Metrics,
        stopped: threading.Event,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._metrics = metrics
        self._stopped = stopped
        self._seconds = seconds
        self._looked_at: float | None = None
        self._rebuilt_at: float | None = None
        self._told_reason = ""
        # SQLite has one writer, and the embedded index too: there a second relay could only be in the way.
        self.takes_turns = database.is_sqlite or engine.has_single_writer
        self._turn = KeptTurn(database, "relay", seconds=seconds)

    def take_turn(self) -> bool:
        """Whether this relay may work now: always side by side, else while it has the turn, which it takes as soon as it is free."""
        if not self.takes_turns:
            return True
        if self._turn.is_lost():
            log.warning("the relay has lost its turn")
            self.give_back()
        if not self._turn.is_kept:
            if not self._turn.take():
                return False
            log.info("this process relays now")
            self._looked_at = None
        return True

    def give_back(self) -> None:
        """Let another process relay; with an engine of one writer, that writer first."""
        if self._turn.is_kept and self._engine.has_single_writer:
            self._engine.close()  # it opens again by itself at its next use
        self._turn.give_back()

    def step(self) -> bool:
        """One batch. Looks after the index at first, after a failure and now and then; returns whether there was anything to do.

        Raises `EngineUnavailable`, `IndexOutdated` and what the database raises; nothing is lost or counted then.
        """
        try:
            if self._looked_at is None or self._seconds() - self._looked_at >= _LOOK_AFTER_SECONDS:
                self._look_after_index()
            report = indexer.drain(self._database, self._engine, clock=self._clock)
        except _Stopped:
            return False
        except Exception:
            self._looked_at = None
            raise
        self._metrics.indexed.inc(len(report.applied))
        for lag in report.lags:
            self._metrics.relay_lag.observe(lag)
        if report.dead:
            log.warning("%d listings were refused by the engine: see `techmarket dead-letters`", report.dead)
        return report.handled > 0

    def _look_after_index(self) -> None:
        """Open the index; rebuild it where it has been lost, or was built for another program."""
        try:
            if not recovery.open_index(self._database, self._engine):
                self._rebuild("it has been lost")
        except IndexOutdated as error:
            if self._rebuilt_at is not None and self._seconds() - self._rebuilt_at < _REBUILD_AGAIN_SECONDS:
                raise  # a worker of another version rebuilds it as well: one of the two has to be stopped by hand
            self._rebuild(str(error))
            self._rebuilt_at = self._seconds()
        self._looked_at = self._seconds()

    def _rebuild(self, reason: str) -> None:
        total = indexer.live_count(self._database)
        if reason != self._told_reason:  # where another process is at it already, this is tried again until it has done
            log.warning("rebuilding the index of %d listings: %s", total, reason)
        self._told_reason = reason
        told = self._seconds()

        def show(done: int) -> None:
            nonlocal told
            if self._stopped.is_set():
                raise _Stopped
            if self._seconds() - told >= _TELL_AFTER_SECONDS:
                told = self._seconds()
                log.info("rebuilding the index: %d of %d listings", done, total)

        count = indexer.rebuild(self._database, self._engine, clock=self._clock, progress=show)
        log.info("index rebuilt: %d listings", count)
        self._told_reason = ""
