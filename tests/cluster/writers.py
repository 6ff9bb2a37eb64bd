"""Traffic while something is done to the cluster: writers at a pace of their own, and people who search and search again."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from search.engine import EngineUnavailable

PATIENCE_SECONDS = 60.0

Write = Callable[[int, int], bool]
"""`write(writer, turn)`: True once it is acknowledged, False where it was given up because the traffic ends."""


@dataclass
class Searches:
    """What one person who asks again and again was given, and the longest that it took from asking to an answer, failures included."""

    answered: int = 0
    failed: int = 0
    longest_seconds: float = 0.0
    _waits_since: float | None = None

    def ask(self, question: Callable[[], object]) -> None:
        """Ask once. `EngineUnavailable` is counted, and the wait goes on until a later question is answered."""
        began = time.monotonic() if self._waits_since is None else self._waits_since
        try:
            question()
        except EngineUnavailable:
            self.failed += 1
            self._waits_since = began
        else:
            self.answered += 1
            self._waits_since = None
        self.longest_seconds = max(self.longest_seconds, time.monotonic() - began)


class Traffic:
    """Threads that write and search for as long as a block lasts.

    The pace is an open loop: `writes_per_second` fall due whether earlier ones are done or not, and what fell behind is caught up.
    """

    def __init__(self, *, writers: int, writes_per_second: float) -> None:
        self.stopped = threading.Event()
        self.errors: list[str] = []
        self.written = [0] * writers
        self.latest_write_seconds = 0.0
        """How far a writer was behind its pace at the worst."""
        self.searches: list[Searches] = []
        self._writes_per_second = writes_per_second

    @contextmanager
    def flowing(
        self,
        write: Write,
        *,
        searchers: Sequence[Callable[[Searches], None]],
        beside: Sequence[Callable[[], None]] = (),
    ) -> Iterator[None]:
        """`searchers` and `beside` are called over and over; an error ends its thread and is kept in `errors`."""
        self.searches = [Searches() for _ in searchers]
        tasks = [lambda number=number: self._write(write, number) for number in range(len(self.written))]
        tasks += [
            lambda one=one, searches=searches: self._over_and_over(lambda: one(searches))
            for one, searches in zip(searchers, self.searches, strict=True)
        ]
        tasks += [lambda one=one: self._over_and_over(one) for one in beside]
        threads = [threading.Thread(target=self._guarded, args=(task,)) for task in tasks]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join(timeout=PATIENCE_SECONDS)
            self.errors += [f"{thread.name} hangs" for thread in threads if thread.is_alive()]

    @property
    def writes(self) -> int:
        return sum(self.written)

    @property
    def answered(self) -> int:
        return sum(one.answered for one in self.searches)

    @property
    def failed(self) -> int:
        return sum(one.failed for one in self.searches)

    @property
    def longest_search_seconds(self) -> float:
        """The longest that anybody who asked again and again was without an answer."""
        return max(one.longest_seconds for one in self.searches)

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Returns early where a thread has met an error: the test tells of it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not (is_so() or self.errors):
            assert time.monotonic() < end, f"no {what} within {PATIENCE_SECONDS:g} s"
            time.sleep(0.05)

    def _write(self, write: Write, number: int) -> None:
        writers = len(self.written)
        start = time.monotonic() + number / self._writes_per_second
        while True:
            due = start + self.written[number] * writers / self._writes_per_second
            if self.stopped.wait(max(0.0, due - time.monotonic())):
                return
            self.latest_write_seconds = max(self.latest_write_seconds, time.monotonic() - due)
            if not write(number, self.written[number]):
                return
            self.written[number] += 1

    def _over_and_over(self, task: Callable[[], None]) -> None:
        while not self.stopped.is_set():
            task()

    def _guarded(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception as error:  # noqa: BLE001  told by the test's own thread
            self.errors.append(repr(error))
