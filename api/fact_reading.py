"""Reads the facts out of what is posted or changed, batch by batch, in one process at a time."""

import time
from collections.abc import Callable
from uuid import UUID

from api.metrics import Metrics
from api.rest import Rest
from api.turns import KeptTurn
from market.kernel import audit
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.matches import fact_queries
from matching import fact_upkeep
from matching.facts import reader

_TURN = "facts"


class FactReading:
    """Reads what the present rules have not read yet. Nothing to do is noticed by the audit chain standing still."""

    def __init__(
        self, database: Database, clock: Clock, metrics: Metrics, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._rest = Rest(seconds)
        self._before: UUID | None = None
        self._head = 0
        self._waiting = 0
        self._turn = KeptTurn(database, _TURN, seconds=seconds)

    def take_turn(self) -> bool:
        """Whether this process may read now."""
        return self._turn.keep()

    def give_back(self) -> None:
        """Let another process read."""
        self._turn.give_back()

    def step(self) -> bool:
        """One batch; returns whether there may be more. Raises what the database raises; what is unread stays so."""
        if self._before is None and not self._begin():
            return False
        report = fact_upkeep.step(self._database, self._before, clock=self._clock)
        goes_on = report.read > 0 or self._before is not None
        self._before = report.before
        self._tell(max(0, self._waiting - report.read))
        if not goes_on:
            self._rest.begin(self._head)
        return goes_on

    def _begin(self) -> bool:
        """Look whether the walk through the market is to begin again, and count what waits."""
        with self._database.reading() as session:
            self._head = audit.head(session)[0]
            if not self._rest.is_over(self._head):
                return False
            self._tell(fact_queries.count_unread(session, reader()))
        return True

    def _tell(self, waiting: int) -> None:
        self._waiting = waiting
        self._metrics.facts_waiting.set(waiting)
