"""Applications for tests: each with its own settings, database, engine and middleware, all of a process with the same built routes.

FastAPI builds the routes of an application at its first request, for a tenth of a second; hundreds of tests would each wait for it.
"""

from functools import cache

from fastapi import FastAPI

from api.app import create_app
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.settings import Settings
from search.engine import SearchEngine


def make_app(settings: Settings, *, clock: Clock, database: Database, engine: SearchEngine) -> FastAPI:
    """The application that `create_app` makes. Whoever adds a route to it would add it to all: use `create_app` for that."""
    app = create_app(settings, clock=clock, database=database, engine=engine)
    app.router.routes = _routed().router.routes
    return app


@cache
def _routed() -> FastAPI:
    """The application whose routes the others share; it is never started itself."""
    return create_app(Settings())
