"""Somebody who searches all the while, through the application: whatever happens to the engine, there is an answer."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi.testclient import TestClient

from api.app import create_app
from market.kernel.settings import Settings
from tests.faults.chance import chance_of

_PAUSE_SECONDS = 0.1
_WORDS = ("枸杞", "废水 零排放", "葡萄", "组件清洗", "奶牛", "压铸 铝", "节能")
_ASKED = (
    "/v1/search?q={word}",
    "/v1/search?q={word}&kind=need",
    "/v1/search?region=640100",
    "/v1/suggestions?q={word}",
    "/search?q={word}",
    "/ready",
)


class Searcher:
    """Asks one thing after another, in a thread, and counts what came of it."""

    def __init__(self, settings: Settings, *, seed: int) -> None:
        self._settings = settings
        self._chance = chance_of(seed, "searcher")
        self._stopped = threading.Event()
        self.statuses: Counter[int] = Counter()
        self.degraded = 0
        self.slowest_seconds = 0.0
        self.faults: list[str] = []

    @contextmanager
    def searching(self) -> Iterator["Searcher"]:
        """Search for as long as the block lasts."""
        with TestClient(create_app(self._settings), raise_server_exceptions=False) as client:
            thread = threading.Thread(target=self._run, args=(client,), name="searcher")
            thread.start()
            try:
                yield self
            finally:
                self._stopped.set()
                thread.join(timeout=30)

    def _run(self, client: TestClient) -> None:
        while not self._stopped.wait(_PAUSE_SECONDS):
            path = self._chance.choice(_ASKED).format(word=self._chance.choice(_WORDS))
            start = time.monotonic()
            answer = client.get(path)
            self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - start)
            self.statuses[answer.status_code] += 1
            if answer.status_code != 200:
                self.faults.append(f"{path}: {answer.status_code} {answer.text[:200]}")
            elif path.startswith("/v1/search") and answer.json()["degraded"]:
                self.degraded += 1
