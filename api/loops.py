"""A round that is done over and over in a thread of its own: with a rest where there is nothing to do, and with growing pauses while it fails."""

import logging
import random
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from matching.embedding.embedder import EmbedderUnavailable
from search.engine import EngineUnavailable, IndexOutdated

log = logging.getLogger("techmarket.worker")

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 8.0
_PASSING = (SQLAlchemyError, EngineUnavailable, IndexOutdated, OSError)

Chance = Callable[[], float]
"""Gives numbers from 0 to 1, so that those who failed together do not come back together."""


class Loop:
    """Runs `step` until stopped. `step` returns whether there was anything to do; what it raises is logged once, not at each try."""

    def __init__(
        self,
        name: str,
        step: Callable[[], bool],
        stopped: threading.Event,
        *,
        rest_seconds: float = 0.25,
        chance: Chance = random.random,
    ) -> None:
        self.name = name
        self._step = step
        self._stopped = stopped
        self._rest_seconds = rest_seconds
        self._chance = chance
        self._failures = 0
        self._failed_with: type[Exception] | None = None

    def run(self) -> None:
        while not self._stopped.is_set():
            self._stopped.wait(self.round())

    def round(self) -> float:
        """One step; returns for how many seconds to wait before the next."""
        try:
            busy = self._step()
        except Exception as error:  # noqa: BLE001  whatever it is, the next round may go better, and the others go on meanwhile
            self._note(error)
            return self._pause()
        if self._failures:
            log.info("%s works again after %d failures", self.name, self._failures)
        self._failures, self._failed_with = 0, None
        return 0.0 if busy else self._rest_seconds

    def _note(self, error: Exception) -> None:
        self._failures += 1
        if type(error) is self._failed_with:
            return
        self._failed_with = type(error)
        if isinstance(error, EngineUnavailable | IndexOutdated | EmbedderUnavailable):
            log.warning("%s pauses: %s", self.name, error)
        elif isinstance(error, _PASSING):
            log.warning("%s pauses: %s", self.name, type(error).__name__)  # the text would hold the statement's values
        else:
            log.error("%s failed", self.name, exc_info=error)

    def _pause(self) -> float:
        longest = min(_FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 10), _LONGEST_PAUSE_SECONDS)
        return longest * (0.5 + self._chance() / 2)
