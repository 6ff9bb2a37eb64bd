"""A circuit breaker: after several failures in a row nobody waits for the server any more, and now and then one caller tries again."""

from collections.abc import Callable
from threading import Lock

_LONGEST_PAUSE_SECONDS = 2.0


class CircuitBreaker:
    """Closed while calls succeed; open after `failures` failed calls in a row; half open when the pause is over.

    Half open, one caller is let through to try: its success closes the breaker, its failure doubles the pause (up to two seconds). A
    caller that never reports back is replaced by the next after another pause. Threads may share one. `clock` gives seconds that only
    grow, `chance` a number in [0, 1) that spreads the pause over half its length, so that many processes do not try in step.
    """

    def __init__(
        self, *, clock: Callable[[], float], chance: Callable[[], float], failures: int = 5, pause_seconds: float = 0.5
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._failures_to_open = failures
        self._first_pause = pause_seconds
        self._pause = pause_seconds
        self._failures = 0
        self._closed_again_at: float | None = None
        self._lock = Lock()

    def permits(self) -> bool:
        """Whether a call may go out now. Who is let through reports `succeeded` or `failed`."""
        if self._closed_again_at is None:
            return True
        with self._lock:
            if self._closed_again_at is None:
                return True
            if self._clock() < self._closed_again_at:
                return False
            self._wait()  # the others go on waiting while this caller tries
            return True

    def succeeded(self) -> None:
        """The server answered: close."""
        if self._failures:
            with self._lock:
                self._failures = 0
                self._closed_again_at = None
                self._pause = self._first_pause

    def failed(self) -> None:
        """The server did not answer: one failure more in a row."""
        with self._lock:
            self._failures += 1
            if self._failures < self._failures_to_open:
                return
            if self._failures > self._failures_to_open:
                self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)
            self._wait()

    @property
    def state(self) -> str:
        """For operators: ``closed``, or since how many failures it is open and when it tries again."""
        closed_again_at = self._closed_again_at
        if closed_again_at is None:
            return "closed"
        return f"open after {self._failures} failures, tries again in {max(0.0, closed_again_at - self._clock()):.1f} s"

    def _wait(self) -> None:
        self._closed_again_at = self._clock() + self._pause * (0.5 + self._chance() / 2)
