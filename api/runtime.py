"""What one running process holds: settings, database, engine, clock. Made in the lifespan, closed there; nothing opens at import."""

from dataclasses import dataclass

from fastapi import Request

from api.database_watch import DatabaseWatch
from api.metrics import Metrics
from api.rates import RateLimiter
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.settings import Settings
from matching.closest import ClosestSentences
from search.engine import SearchEngine


@dataclass(frozen=True)
class Replica:
    """A copy of the database that follows it, for reading."""

    database: Database
    watch: DatabaseWatch


@dataclass
class Runtime:
    """The parts that handlers and the worker share."""

    settings: Settings
    database: Database
    engine: SearchEngine
    clock: Clock
    metrics: Metrics
    rates: RateLimiter
    watch: DatabaseWatch | None
    """None where the database is a file."""
    replica: Replica | None
    closest: ClosestSentences


def runtime_of(request: Request) -> Runtime:
    """The runtime of the application that serves this request."""
    runtime = request.app.state.runtime
    assert isinstance(runtime, Runtime)  # noqa: S101  narrows the untyped state
    return runtime
