"""Vectors for what is posted or changed, batch by batch, in one process at a time: only that one holds the model in memory."""

import logging
import time
from collections.abc import Callable

from api.metrics import Metrics
from api.rest import Rest
from api.turns import KeptTurn
from market.kernel import audit
from market.kernel.clock import Clock
from market.kernel.db import Database
from matching.embedding import upkeep
from matching.embedding.embedder import Embedder

log = logging.getLogger("techmarket.worker")

TURN = "embedding"

OpenEmbedder = Callable[[], Embedder | None]
"""Opens the model when it is first needed; None where there is none."""


class Embedding:
    """Embeds what the current model has not embedded yet. Nothing to do is noticed by the audit chain standing still."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        metrics: Metrics,
        open_embedder: OpenEmbedder,
        *,
        into_index: bool = False,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._open = open_embedder
        self._into_index = into_index
        self._rest = Rest(seconds)
        self._embedder: Embedder | None = None
        self._is_open = False
        self._turn = KeptTurn(database, TURN, seconds=seconds)

    def take_turn(self) -> bool:
        """Whether this process may embed now; one that has found no model leaves it to others for good."""
        if self._is_open and self._embedder is None:
            self._turn.give_back()
            return False
        return self._turn.keep()

    def give_back(self) -> None:
        """Let another process embed, and let go of the model."""
        if self._embedder is not None:
            self._embedder.close()
        self._embedder, self._is_open = None, False
        self._turn.give_back()

    def step(self) -> bool:
        """One batch; returns whether there was anything to do.

        Raises `EmbedderUnavailable` and what the database raises; the listings then wait where they were.
        """
        with self._database.reading() as session:
            head = audit.head(session)[0]
        if not self._rest.is_over(head):
            return False
        if not self._is_open:
            self._embedder, self._is_open = self._open(), True
        if self._embedder is None:
            return False
        report = upkeep.step(self._database, self._embedder, clock=self._clock, into_index=self._into_index)
        if report.is_idle:
            self._rest.begin(head)
        waiting = 0 if report.is_idle else upkeep.waiting(self._database, self._embedder)[0]
        self._metrics.embedding_waiting.set(waiting)
        return not report.is_idle
