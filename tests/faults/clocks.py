"""Clocks that are wrong: hours ahead, hours behind, or jumping between the two as after a restored machine."""

import time
from datetime import date, datetime, timedelta
from enum import StrEnum

from market.kernel.clock import SystemClock, business_date
from tests.faults.chance import chance_of

_HOURS = timedelta(hours=2)
_JUMP_SECONDS = 2.0


class Drift(StrEnum):
    """How a clock is wrong."""

    NONE = "none"
    AHEAD = "ahead"
    BEHIND = "behind"
    JUMPING = "jumping"


class DriftingClock:
    """The machine's clock, wrong in this way. A jumping one takes another of the three offsets every two seconds."""

    def __init__(self, drift: Drift, *, seed: int) -> None:
        self._drift = drift
        self._seed = seed
        self._true = SystemClock()

    def now(self) -> datetime:
        return self._true.now() + self._offset()

    def today(self) -> date:
        return business_date(self.now())

    def _offset(self) -> timedelta:
        match self._drift:
            case Drift.AHEAD:
                return _HOURS
            case Drift.BEHIND:
                return -_HOURS
            case Drift.JUMPING:
                turn = int(time.monotonic() / _JUMP_SECONDS)
                return chance_of(self._seed, "clock", turn).choice((-_HOURS, timedelta(), _HOURS))
            case Drift.NONE:
                return timedelta()
