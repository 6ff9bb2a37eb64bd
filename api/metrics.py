"""Figures for Prometheus at /metrics; a registry per application, so that tests do not share counters.

Several serving processes write theirs into one folder, named by PROMETHEUS_MULTIPROC_DIR before they start, and whichever is asked adds them up.
What a process that has ended had counted stays in the sums: a total that fell would read as a restart.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import event

from market.kernel.db import Database

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_LAG_BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
_collect: Any = MultiProcessCollector  # the library's types end here
_figures: Any = MmapedDict
_FILE = re.compile(r"(counter|histogram|gauge_live[a-z]*|gauge_mostrecent)_(\d+)\.db")
_ENDED = 0
"""The process number under which what ended processes had counted is kept."""


class Metrics:
    """Counters of requests, and gauges that the relay and /metrics keep up to date."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "techmarket_http_requests_total", "Answered requests", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "techmarket_http_request_seconds",
            "Time to answer",
            ["method", "route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.outbox_waiting = self._gauge("techmarket_outbox_waiting", "Outbox entries not yet indexed")
        self.outbox_dead = self._gauge("techmarket_outbox_dead_letters", "Outbox entries given up")
        self.outbox_oldest = self._gauge("techmarket_outbox_oldest_seconds", "Since when the oldest outbox entry waits")
        self.pairing_waiting = self._gauge(
            "techmarket_pairing_waiting", "Listings whose matches are still to be computed"
        )
        self.facts_waiting = self._gauge(
            "techmarket_facts_waiting",
            "Live achievements whose text waits to be read by the present rules, as last counted",
        )
        self.embedding_waiting = self._gauge(
            "techmarket_embedding_waiting", "Live listings without a vector of the current model, as last counted"
        )
        self.pairing_failed = Counter(
            "techmarket_pairing_failed_total", "Pairings that failed by themselves", registry=self.registry
        )
        self.relay_lag = Histogram(
            "techmarket_relay_lag_seconds",
            "From the commit of a change until searches see it",
            buckets=_LAG_BUCKETS,
            registry=self.registry,
        )
        self.indexed = Counter("techmarket_indexed_total", "Index changes applied", registry=self.registry)
        self.degraded = Counter(
            "techmarket_search_degraded_total", "Searches answered without the engine", registry=self.registry
        )
        self.reads = Counter(
            "techmarket_replica_reads_total",
            "Searches and boards where a replica is set, by who answered",
            ["answered_by"],
            registry=self.registry,
        )
        self.documents = self._gauge("techmarket_index_documents", "Documents in the index")
        self.search_up = self._gauge(
            "techmarket_search_up", "Whether the engine answers this process (0: its circuit is open)"
        )
        self.connections = Gauge(
            "techmarket_database_connections_in_use",
            "Connections that requests and loops hold now; the pool grants no more than TECHMARKET_POOL_SIZE and seven",
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def watch_pool(self, database: Database) -> None:
        """Count connections as they are taken from the pool and given back."""
        event.listen(database.engine, "checkout", lambda *_: self.connections.inc())
        event.listen(database.engine, "checkin", lambda *_: self.connections.dec())

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def exposition(self) -> bytes:
        """The text format that Prometheus reads, of all processes of this `serve`."""
        folder = os.environ.get(FOLDER_VARIABLE)
        if folder is None:
            return generate_latest(self.registry)
        with _alone(Path(folder)):
            _fold_ended(Path(folder))
            together = CollectorRegistry()
            _collect(together, folder)
            return generate_latest(together)

    def _gauge(self, name: str, text: str) -> Gauge:
        """A figure that is the same for all processes, so that the last one that was read is right."""
        return Gauge(name, text, registry=self.registry, multiprocess_mode="mostrecent")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else reads or folds meanwhile: a file that is just being folded would count twice."""
    with (folder / "reading.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fold_ended(folder: Path) -> None:
    """Add what ended processes had counted to one file and remove theirs; the number of files follows the number of processes."""
    for path in folder.glob("*.db"):
        found = _FILE.fullmatch(path.name)
        if found is None or int(found.group(2)) == _ENDED or _is_running(int(found.group(2))):
            continue
        kind = found.group(1)
        if kind in {"counter", "histogram"}:
            _add(path, folder / f"{kind}_{_ENDED}.db")
        path.unlink()


def _add(ended: Path, kept: Path) -> None:
    sums = _figures(str(kept))
    try:
        for key, value, _, _ in _figures.read_all_values_from_file(str(ended)):
            sums.write_value(key, sums.read_value(key)[0] + value, 0.0)
    finally:
        sums.close()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (
        PermissionError
    ):  # somebody else's process has the number now, or a `serve` of another user shares the folder
        return True
    return True
