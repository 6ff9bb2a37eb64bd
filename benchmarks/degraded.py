"""Searching without an engine: the plain search in SQL over HTTP, against the same questions answered by the embedded engine.

`python -m benchmarks.degraded [--quick] [--listings 10000,100000] [--questions N] [--postgresql] [--folder DIR]`. The market is generated
into SQLite, or into a PostgreSQL server of our own. The engine that is down is an Elasticsearch address at which nobody listens; what
`/ready` says of it is shown. The aim: p95 below 500 ms at 10,000 listings.
"""

import argparse
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from api.app import create_app
from benchmarks.engines_searching import questions
from benchmarks.figures import percentile, timed
from benchmarks.generated import clock, fill
from benchmarks.serving import served
from market.kernel.db import Database
from market.kernel.settings import Settings
from search import indexer
from search.engines import open_engine
from tests.servers.postgres import Postgres

_AIM_MS, _AIM_LISTINGS = 500.0, 10_000
_PERCENTILES = (0.5, 0.95, 0.99)
_WARM_UP = 10
_ROUNDS = 5
UP, DOWN = "engine answers", "engine down, SQL"


@dataclass(frozen=True)
class Measured:
    """Sorted seconds of each way of asking, processor seconds of the server for one search, and what `/ready` said of the engine that is down."""

    seconds: dict[str, list[float]]
    processor: dict[str, float]
    reason: str


def main() -> None:
    arguments = _arguments()
    with ExitStack() as stack:
        folder = Path(
            arguments.folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="techmarket-degraded-"))
        )
        server = stack.enter_context(Postgres(folder / "postgres")) if arguments.postgresql else None
        for listings in arguments.listings:
            place = folder / f"market-{listings}"
            place.mkdir(parents=True, exist_ok=True)
            url = f"sqlite:///{place / 'market.db'}" if server is None else server.create_database(f"m{listings}")
            _make(place, url, listings)
            _print(listings, _measure(place, url, questions(arguments.questions)))


def _make(place: Path, url: str, listings: int) -> None:
    database = Database(url)
    fill(database, listings)
    engine = open_engine(_settings(place, url))
    engine.prepare()
    # Generating what is there changes nothing, and neither does an index that already says so.
    if indexer.drift(database, engine).size:
        indexer.rebuild(database, engine, clock=clock(), progress=lambda _done: None, processes=os.cpu_count() or 1)
    engine.close()
    database.dispose()


def _measure(place: Path, url: str, asked: list[str]) -> Measured:
    with (
        _nobody() as address,
        served(_market, (place, url, "")) as up,
        served(_market, (place, url, address)) as down,
        httpx.Client(base_url=up.url, trust_env=False, timeout=60) as with_engine,
        httpx.Client(base_url=down.url, trust_env=False, timeout=60) as without,
    ):
        reason = str(without.get("/ready").json()["search"])
        ways = {UP: (with_engine, False), DOWN: (without, True)}
        servers = {UP: up, DOWN: down}
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for client, is_degraded in ways.values():
            _asked(client, asked[:_WARM_UP], is_degraded=is_degraded)
        before = {name: server.processor_seconds() for name, server in servers.items()}
        for number in range(_ROUNDS):  # in turns, so that both meet the same load of the machine
            part = asked[len(asked) * number // _ROUNDS : len(asked) * (number + 1) // _ROUNDS]
            for name, (client, is_degraded) in ways.items():
                seconds[name] += _asked(client, part, is_degraded=is_degraded)
        processor = {name: (server.processor_seconds() - before[name]) / len(asked) for name, server in servers.items()}
    return Measured({name: sorted(values) for name, values in seconds.items()}, processor, reason)


def _asked(client: httpx.Client, words: list[str], *, is_degraded: bool) -> list[float]:
    """Seconds of each search. Raises `RuntimeError` where an answer comes from where it should not: there would be nothing to measure."""

    def ask(question: str) -> None:
        answer = client.get("/v1/search", params={"q": question}).raise_for_status().json()
        if answer["degraded"] is not is_degraded:
            raise RuntimeError(f"degraded is {answer['degraded']}, not {is_degraded}")

    return timed(ask, words)


@contextmanager
def _nobody() -> Iterator[str]:
    """An address that is taken, and at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def _settings(place: Path, url: str, search_url: str = "") -> Settings:
    return Settings(
        data_dir=place,
        database_url=url,
        search_url=search_url,
        relay_in_process=False,
        requests_per_minute=1_000_000_000,
    )


def _market(argument: tuple[Path, str, str]) -> FastAPI:
    return create_app(_settings(*argument), clock=clock())


def _print(listings: int, measured: Measured) -> None:
    base = percentile(measured.seconds[UP], 0.95)
    print(f"\n{listings:,} listings; /ready: {measured.reason}")
    print(f"{'':20}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'processor':>11}   p95 against '{UP}'")
    for name, values in measured.seconds.items():
        shown: list[Any] = [percentile(values, share) for share in _PERCENTILES]
        print(f"{name:20}" + "".join(f"{value * 1000:9.1f}" for value in shown), end="")
        print(f"{measured.processor[name] * 1000:11.1f}{shown[1] / base:9.2f}")
    if listings <= _AIM_LISTINGS:
        print(f"aim: p95 below {_AIM_MS:g} ms without an engine")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a small size: does it run, roughly how fast")
    parser.add_argument("--listings", default="")
    parser.add_argument("--questions", type=int)
    parser.add_argument("--postgresql", action="store_true", help="a server of our own instead of SQLite")
    parser.add_argument("--folder", default="", help="where the generated markets stay for the next run")
    chosen = parser.parse_args()
    sizes = chosen.listings or ("2000" if chosen.quick else "10000,100000")
    chosen.listings = [int(size) for size in sizes.split(",")]
    chosen.questions = chosen.questions or (40 if chosen.quick else 300)
    return chosen


if __name__ == "__main__":
    main()
