"""How long to rest after having looked through the market and found nothing to do."""

import time
from collections.abc import Callable

_LOOK_ANYWAY_SECONDS = 60.0
_SHARE = 20
"""Looking through a large market takes a moment: this many times as long passes before the next look."""


class Rest:
    """Rests until something may have happened, which the audit chain tells by growing, but never for good."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._began = 0.0
        self._idle_at: tuple[int, float] | None = None
        self._until = 0.0

    def is_over(self, head: int) -> bool:
        """Whether to look again, with the audit chain at `head`; looking begins now."""
        self._began = now = self._seconds()
        if self._idle_at is None:
            return True
        idle_head, since = self._idle_at
        return now >= self._until and (head != idle_head or now - since >= _LOOK_ANYWAY_SECONDS)

    def begin(self, head: int) -> None:
        """There was nothing to do, with the audit chain at `head` when looking began."""
        ended = self._seconds()
        self._idle_at = (head, ended)
        self._until = ended + (ended - self._began) * _SHARE
