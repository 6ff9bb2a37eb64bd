"""How often one address may ask: a sliding window in memory, per process.

Two counters a window instead of a time for every request: the window before counts by the share of it that the sliding window still
covers. Counting costs the same however much is allowed, and no thread of its own sweeps.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from market.kernel.errors import TooManyAttempts
from market.kernel.settings import Settings

_MINUTE = 60


@dataclass
class _Counter:
    window: int
    before: int
    now: int


class SlidingWindow:
    """At most `limit` hits in any `seconds`, by key. Threads may share one."""

    def __init__(self, limit: int, seconds: int, timer: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._seconds = seconds
        self._timer = timer
        self._counters: dict[str, _Counter] = {}
        self._swept = 0
        self._lock = Lock()

    def hit(self, key: str) -> int:
        """Count a hit and return 0; or count nothing and return the whole seconds after which it would count."""
        with self._lock:
            window, place = divmod(self._timer() / self._seconds, 1)
            counter = self._counter(key, int(window))
            covered = counter.before * (1 - place)
            if covered + counter.now + 1 <= self._limit:
                counter.now += 1
                return 0
            return max(1, math.ceil((self._opening(counter) - place) * self._seconds))

    def _counter(self, key: str, window: int) -> _Counter:
        if window != self._swept:
            self._swept = window
            self._counters = {k: c for k, c in self._counters.items() if c.window >= window - 1}
        counter = self._counters.setdefault(key, _Counter(window, 0, 0))
        if counter.window != window:
            counter.before = counter.now if counter.window == window - 1 else 0
            counter.window, counter.now = window, 0
        return counter

    def _opening(self, counter: _Counter) -> float:
        """When one more hit fits, in windows since this one began."""
        if counter.now < self._limit:
            return 1 - (self._limit - 1 - counter.now) / counter.before
        return 2 - (self._limit - 1) / counter.now


class RateLimiter:
    """Counts requests per client address; sign-in has a tighter limit of its own.

    The general limit keeps one address from taking a whole process, so each process counts for itself. Guesses at passwords must not
    multiply with the processes: each grants its share of them.
    """

    def __init__(self, settings: Settings) -> None:
        self._general = SlidingWindow(settings.requests_per_minute, _MINUTE)
        self._sign_in = SlidingWindow(max(1, settings.sign_ins_per_minute // settings.workers), _MINUTE)

    def check(self, client: str) -> None:
        """Count one request; raises `TooManyAttempts` with the seconds to wait."""
        _check(self._general.hit(client), "rate_limited", "请求过于频繁,请稍后再试。")

    def check_sign_in(self, client: str) -> None:
        """Count one attempt to sign in."""
        _check(self._sign_in.hit(client), "sign_in_rate_limited", "登录尝试过于频繁,请稍后再试。")


def _check(seconds: int, code: str, detail: str) -> None:
    if seconds:
        raise TooManyAttempts(code, detail, seconds)
