"""Real `techmarket worker` processes, and waiting for what they do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from market.kernel.db import Database

_ROOT = Path(__file__).parents[2]
_POLL_SECONDS = 0.05
PATIENCE_SECONDS = 40.0


class WorkerProcess:
    """One worker on a database, its log in a file. `settings` are TECHMARKET_* variables without that beginning."""

    def __init__(self, database: Database, folder: Path, name: str, *arguments: str, **settings: str) -> None:
        self.log = folder / f"{name}.log"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("TECHMARKET_")}
        own = {"DATABASE_URL": database.url, "DATA_DIR": str(folder), "POOL_SIZE": "5", **settings}
        environment = kept | {f"TECHMARKET_{key}": value for key, value in own.items()} | {"PYTHONPATH": str(_ROOT)}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "worker", *arguments],
                cwd=_ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=10)

    def end(self) -> int:
        """Ask it to end; returns its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=PATIENCE_SECONDS)

    def close(self) -> None:
        if self._process.poll() is None:
            self.kill()

    def said(self, text: str) -> bool:
        assert self._process.poll() is None or self._process.returncode in {0, -signal.SIGKILL}, self.log.read_text()
        return text in self.log.read_text("utf-8", errors="replace")


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> float:
    """Poll; returns the seconds that it took. Fails with `what` where it does not come."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, f"in vain for {seconds:g} s: {what}"
        time.sleep(_POLL_SECONDS)
    return time.monotonic() - began
