"""Is it alive, is it ready, what are its figures: for load balancers and monitoring. No sign-in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from api.deps import RuntimeDep
from api.runtime import Runtime
from market import migrations
from market.kernel import outbox
from market.matches import pairing_queue
from search import indexer

router = APIRouter(tags=["operations"])
_SCHEMA_WANTED = migrations.head() or "none"


class Health(BaseModel):
    """The process answers; how far the index is behind the truth.

    `index_drift` is how many live listings the index lacks by count (below zero: has too many); `techmarket reindex --check` compares
    each. `oldest_waiting_seconds` is for how long the oldest change has been waiting for the index.
    """

    status: str
    outbox_waiting: int
    oldest_waiting_seconds: float
    outbox_dead_letters: int
    live_listings: int
    index_documents: int
    index_drift: int


class Readiness(BaseModel):
    """Whether requests can be served, and what is missing.

    `schema_revision` is where the database stands ("" where it does not answer), `schema_wanted` what this program needs: not ready while
    they differ. `relay_lag_seconds` is for how long the oldest change has been waiting for the index (None: unknown); it keeps nobody
    from being served.
    """

    ready: bool
    degraded: bool
    database: str
    search: str
    schema_revision: str
    schema_wanted: str
    relay_lag_seconds: float | None


def _database_state(runtime: Runtime) -> str:
    if runtime.watch is not None and not runtime.watch.is_up:
        return runtime.watch.trouble
    try:
        runtime.database.ping()
    except SQLAlchemyError as error:
        return type(error).__name__
    return "up"


@router.get("/health")
def get_health(runtime: RuntimeDep) -> Health:
    """The process's own figures."""
    with runtime.database.reading() as session:
        waiting, dead = outbox.backlog(session)
        age = _age_of_oldest(runtime, session)
    live = indexer.live_count(runtime.database)
    documents = runtime.engine.health().documents
    return Health(
        status="up",
        outbox_waiting=waiting,
        oldest_waiting_seconds=age,
        outbox_dead_letters=dead,
        live_listings=live,
        index_documents=documents,
        index_drift=live - documents,
    )


def _age_of_oldest(runtime: Runtime, session: Session) -> float:
    """Seconds; a clock that is behind another host's gives 0 rather than less."""
    oldest = outbox.oldest(session)
    return 0.0 if oldest is None else max(0.0, (runtime.clock.now() - oldest).total_seconds())


@router.get("/ready", responses={503: {"model": Readiness}})
def get_readiness(runtime: RuntimeDep, response: Response) -> Readiness:
    """503 without the database, or with another schema than the program's; without the search engine still ready, but degraded."""
    database = _database_state(runtime)
    schema, lag = "", None
    if database == "up":
        try:
            schema = migrations.current(runtime.database) or "none"
            lag = _relay_lag(runtime) if schema == _SCHEMA_WANTED else None
        except SQLAlchemyError as error:
            database = type(error).__name__
    search = runtime.engine.health()
    ready = database == "up" and schema == _SCHEMA_WANTED
    response.status_code = 200 if ready else 503
    return Readiness(
        ready=ready,
        degraded=not search.is_up,
        database=database,
        search="up" if search.is_up else search.detail,
        schema_revision=schema,
        schema_wanted=_SCHEMA_WANTED,
        relay_lag_seconds=lag,
    )


def _relay_lag(runtime: Runtime) -> float:
    with runtime.database.reading() as session:
        return _age_of_oldest(runtime, session)


def _metrics_text(runtime: RuntimeDep) -> bytes:
    with runtime.database.reading() as session:
        waiting, dead = outbox.backlog(session)
        age = _age_of_oldest(runtime, session)
        runtime.metrics.pairing_waiting.set(pairing_queue.waiting(session))
    runtime.metrics.outbox_oldest.set(age)
    runtime.metrics.outbox_waiting.set(waiting)
    runtime.metrics.outbox_dead.set(dead)
    search = runtime.engine.health()
    runtime.metrics.documents.set(search.documents)
    runtime.metrics.search_up.set(search.is_up)
    return runtime.metrics.exposition()


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def get_metrics(exposition: Annotated[bytes, Depends(_metrics_text)]) -> Response:
    """Prometheus text format."""
    return Response(exposition, media_type="text/plain; version=0.0.4; charset=utf-8")
