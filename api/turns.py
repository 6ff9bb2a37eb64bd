"""A turn that is kept over many rounds: taken when it is free, asked for now and then, given back at the end."""

import time
from collections.abc import Callable
from contextlib import ExitStack

from market.kernel.db import Database, Turn

_ASK_AGAIN_SECONDS = 1.0


class KeptTurn:
    """One of the turns of a database (`Database.turn`), kept from one round to the next."""

    def __init__(self, database: Database, name: str, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._name = name
        self._seconds = seconds
        self._asked_at: float | None = None
        self._turn: Turn | None = None
        self._held = ExitStack()

    @property
    def is_kept(self) -> bool:
        """Whether it was ours when last looked."""
        return self._turn is not None

    def is_lost(self) -> bool:
        """Whether it was ours and is no longer: its connection or its file is gone, and somebody else may have it."""
        return self._turn is not None and not self._turn.is_held()

    def take(self) -> bool:
        """Take it if it is free; somebody else's is asked for once a second at most."""
        if self._turn is not None:
            return True
        if self._asked_at is not None and self._seconds() - self._asked_at < _ASK_AGAIN_SECONDS:
            return False
        self._asked_at = self._seconds()
        with ExitStack() as stack:
            turn = stack.enter_context(self._database.turn(self._name))
            if turn:
                self._held, self._turn = stack.pop_all(), turn
        return self._turn is not None

    def keep(self) -> bool:
        """Whether it is ours in this round: one that is lost is asked for again like any other."""
        if self.is_lost():
            self.give_back()
        return self.take()

    def give_back(self) -> None:
        """Let another process have it."""
        self._turn = None
        self._held.close()
