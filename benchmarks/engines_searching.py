"""Searching a generated market over HTTP, against the raw engine call for the same questions in the same run."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from api.app import create_app
from benchmarks.engines_indexing import settings_of
from benchmarks.figures import timed
from benchmarks.generated import clock
from benchmarks.serving import served
from market.kernel.actor import ANONYMOUS
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from search import elasticsearch_queries, finding
from search.elasticsearch_client import JSON, SignIn, connect
from search.elasticsearch_engine import ElasticsearchEngine
from search.engine import EngineQuery, EngineResult, SearchEngine
from search.engines import open_engine
from search.schemas import FindListings
from seed.generating.wording import lexicon

_WARM_UP = 60
_ROUNDS = 5
RAW, ENGINE, USE_CASE, HEALTH, HTTP = (
    "raw engine call",
    "engine.search",
    "find_listings",
    "GET /health over HTTP",
    "GET /v1/search over HTTP",
)

Asked = list[list[EngineQuery]]
"""For each question what finding asks of the engine: one query, or a second that is less strict where the first finds nothing."""


class _Recorder:
    """An engine that keeps what it is asked."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self.asked: list[EngineQuery] = []

    def search(self, query: EngineQuery) -> EngineResult:
        self.asked.append(query)
        return self._engine.search(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def questions(number: int) -> list[str]:
    """One to three words as people type them, frequent and rare ones as they occur in the texts."""
    chance, words = random.Random(20_260_408), lexicon()
    found = []
    for _ in range(number):
        topic = words.topics.pick(chance)
        lists = (topic.things, words.methods, words.aims)
        size = chance.choice((1, 1, 2, 2, 3))
        found.append(" ".join(dict.fromkeys(one.pick(chance) for one in lists[:size])))
    return found


def measure(place: Path, search_url: str, number: int) -> tuple[dict[str, list[float]], float]:
    """Sorted seconds of each way of asking, and the memory in bytes of the API process after it; to be called in a process of its own."""
    settings = settings_of(place, search_url)
    database = Database(settings.effective_database_url)
    engine = open_engine(settings, writable=False)
    asked_words = questions(number)
    recorder = _Recorder(engine)

    def find(question: str, engine: Any = engine) -> None:
        with database.reading() as session:
            finding.find_listings(session, engine, ANONYMOUS, FindListings(q=question), clock=clock())

    asked: Asked = []
    for question in asked_words:
        recorder.asked = []
        find(question, recorder)
        asked.append(recorder.asked)
    with served(_market, (place, search_url)) as server, httpx.Client(base_url=server.url, trust_env=False) as client:

        def ask(question: str) -> None:
            answer = client.get("/v1/search", params={"q": question}).raise_for_status().json()
            if answer["degraded"]:
                raise RuntimeError("the engine did not answer: nothing to measure")

        ways: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {
            RAW: _raw(engine, search_url, asked),
            ENGINE: (lambda queries: [engine.search(query) for query in queries], asked),
            USE_CASE: (find, asked_words),
            HEALTH: (lambda _: client.get("/health").raise_for_status(), asked_words),
            HTTP: (ask, asked_words),
        }
        seconds = _in_rounds(ways)
        memory = server.memory_bytes()
    engine.close()
    database.dispose()
    return seconds, memory


def _in_rounds(ways: dict[str, tuple[Callable[[Any], Any], list[Any]]]) -> dict[str, list[float]]:
    """Every way takes turns on each part of the questions, so that all of them meet the same load of the machine."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for call, arguments in ways.values():
        timed(call, arguments[:_WARM_UP])
    size = len(next(iter(ways.values()))[1])
    for number in range(_ROUNDS):
        part = slice(size * number // _ROUNDS, size * (number + 1) // _ROUNDS)
        for name, (call, arguments) in ways.items():
            seconds[name] += timed(call, arguments[part])
    return {name: sorted(values) for name, values in seconds.items()}


def _raw(engine: SearchEngine, search_url: str, asked: Asked) -> tuple[Callable[[Any], Any], list[Any]]:
    """The call below our adapter: the official client with the same bodies, or the embedded engine itself."""
    if not isinstance(engine, ElasticsearchEngine):
        return (lambda queries: [engine.search(query) for query in queries]), list(asked)
    client = connect(search_url.split(","), sign_in=SignIn(), ca_file=None, connections=4)
    live = engine._live()  # noqa: SLF001  the baseline goes past the engine on purpose
    path = engine._search_path(elasticsearch_queries.FOUND, live)  # noqa: SLF001
    headers = {"accept": JSON, "content-type": JSON}
    bodies = [[elasticsearch_queries.search_body(query) for query in queries] for queries in asked]
    return (lambda one: [client.perform_request("POST", path, headers=headers, body=body).body for body in one]), bodies


def _market(argument: tuple[Path, str]) -> FastAPI:
    settings = settings_of(*argument)
    return create_app(settings, clock=FixedClock(clock().now()))
