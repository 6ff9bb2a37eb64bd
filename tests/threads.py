"""Several people at once: each in a thread and a transaction of its own, all let go at the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlmodel import Session

from market.kernel.db import Database


def at_once(database: Database, acts: Sequence[Callable[[Session], object]]) -> list[Exception | None]:
    """What came of each act, in order: None where it was committed, else the error that rolled it back."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> Exception | None:
        barrier.wait(timeout=10)
        try:
            with database.writing() as session:
                act(session)
        except Exception as error:  # noqa: BLE001  the test looks at it
            return error
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
