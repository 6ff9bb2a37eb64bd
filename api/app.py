"""The application: routes, pages, error handling and the lifespan that opens and closes everything.

`create_app(settings)` makes one; `api/cli.py serve` runs it. To add a noun: write `api/routes/<noun>.py` and name it in `api/routes/__init__.py`.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from sqlalchemy.exc import SQLAlchemyError

from api.body_limit import BodyLimit
from api.database_gate import DatabaseGate
from api.database_watch import FOLLOWS, DatabaseWatch
from api.guard import Guard
from api.metrics import Metrics
from api.openapi import describe_problems
from api.pages import PAGES
from api.problem_document import Problem
from api.problems import install_problem_handlers
from api.rates import RateLimiter
from api.routes import ROUTERS
from api.runtime import Replica, Runtime
from api.unit_of_work import UnitOfWorkRoute
from api.worker import Worker
from market.kernel.clock import Clock, SystemClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from market.targets import queries as targets
from matching.closest import ClosestSentences
from matching.embedding.embedder import open_embedder
from search import recovery
from search.engine import EngineUnavailable, IndexOutdated, SearchEngine
from search.engines import open_engine

log = logging.getLogger("techmarket.app")

_DESCRIPTION = "区域技术市场:成果、需求、对接、成交、技术合同认定登记与年度目标。错误一律以 problem+json 返回。"


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    database: Database | None = None,
    engine: SearchEngine | None = None,
) -> FastAPI:
    """The application for these settings; tests hand in their own clock, database and engine."""
    app = FastAPIOffline(
        title="techmarket",
        version="1",
        description=_DESCRIPTION,
        lifespan=_lifespan(settings, clock or SystemClock(), database, engine),
        generate_unique_id_function=_operation_id,
        responses={422: {"model": Problem, "description": "填写有误"}},
    )
    app.router.route_class = UnitOfWorkRoute
    install_problem_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    app.mount("/static", StaticFiles(packages=[("api", "static")]), name="static")
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(DatabaseGate)
    app.add_middleware(Guard)
    describe_problems(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}-{route.name}" if route.tags else route.name


def _lifespan(
    settings: Settings, clock: Clock, database: Database | None, engine: SearchEngine | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        own_database = database or Database.of(settings)
        own_engine = engine or open_engine(settings, writable=settings.relay_in_process)
        _prepare(own_database, own_engine)
        metrics = Metrics()
        metrics.watch_pool(own_database)
        watch = None if own_database.is_sqlite else DatabaseWatch(own_database)
        replica = None if own_database.is_sqlite else _replica(settings)
        closest = ClosestSentences.of(settings)
        app.state.runtime = Runtime(
            settings, own_database, own_engine, clock, metrics, RateLimiter(settings), watch, replica, closest
        )
        watches = [watch, replica.watch if replica is not None else None]
        watching = [asyncio.create_task(one.run()) for one in watches if one is not None]
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        threading.Thread(target=_warm_board, args=(own_database, clock), name="warm-board", daemon=True).start()
        worker = Worker(
            own_database,
            own_engine,
            clock,
            app.state.runtime.metrics,
            open_embedder=lambda: open_embedder(settings),
        )
        thread = threading.Thread(target=worker.run, name="worker", daemon=True)
        if settings.relay_in_process:
            thread.start()
        try:
            yield
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            worker.stop()
            if thread.is_alive():
                thread.join(timeout=10)
            closest.close()
            if engine is None:
                own_engine.close()
            if replica is not None:
                replica.database.dispose()
            if database is None:
                own_database.dispose()

    return lifespan


def _replica(settings: Settings) -> Replica | None:
    database = Database.replica_of(settings)
    return None if database is None else Replica(database, DatabaseWatch(database, "replica", FOLLOWS))


def _prepare(database: Database, engine: SearchEngine) -> None:
    """Open the index. Without a usable one the market opens all the same: search answers from SQL until the index is there."""
    try:
        if not recovery.open_index(database, engine):
            log.warning("search starts degraded: the index has been lost, the worker rebuilds it")
    except (IndexOutdated, EngineUnavailable) as error:
        log.warning("search starts degraded: %s", error)
    except SQLAlchemyError as error:
        log.warning("the database does not answer: %s", type(error).__name__)


def _warm_board(database: Database, clock: Clock) -> None:
    """Sum the year's ledger before anybody asks, so that nobody waits for a process that has just started."""
    try:
        with database.reading() as session:
            targets.warm(session, clock.today().year)
    except SQLAlchemyError as error:
        log.warning("board not warmed: %s", type(error).__name__)
