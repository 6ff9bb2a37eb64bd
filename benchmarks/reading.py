"""Reading one listing over HTTP against a bare FastAPI route that answers the same JSON, in the same run.

`python -m benchmarks.reading [--quick] [--listings N] [--requests N]`. Two server processes, keep-alive clients, rounds that take turns so
that both meet the same load: the market reading a need and an achievement from SQLite as an anonymous visitor, and an application of a
`def` route and an `async def` route, which hand back the need's answer as a constant dict. The processor time of the server is shown as
well: it is what counts on a busy machine.
"""

import argparse
import json
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlmodel import select

import market.tables  # noqa: F401  registers every table
from api.app import create_app
from benchmarks.figures import percentile, timed
from benchmarks.matching import NOW, fill
from benchmarks.serving import Served, served
from market.achievements.models import Achievement
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.kernel.settings import Settings
from search.tantivy_engine import TantivyEngine

_ROUNDS = 5
_WARM_UP = 50
_CLIENTS = (1, 8)
_BARE = "bare route, async def"


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        need_id, achievement_id = _fill(Path(folder), arguments.listings)
        market = stack.enter_context(served(_market, folder))
        body = httpx.get(f"{market.url}/v1/needs/{need_id}", trust_env=False).raise_for_status().text
        bare = stack.enter_context(served(_bare, body))
        addresses = {
            _BARE: f"{bare.url}/async",
            "bare route, def": f"{bare.url}/plain",
            "GET /v1/needs/{id}": f"{market.url}/v1/needs/{need_id}",
            "GET /v1/achievements/{id}": f"{market.url}/v1/achievements/{achievement_id}",
        }
        print(f"{arguments.listings:,} listings; the need's answer has {len(body.encode()):,} bytes\n")
        for clients in _CLIENTS:
            _report(addresses, clients, arguments.requests)
        print()
        servers = {name: bare if "bare" in name else market for name in addresses}
        _report_processor(addresses, servers, arguments.requests)


def _fill(folder: Path, listings: int) -> tuple[Any, Any]:
    database = Database(f"sqlite:///{folder / 'market.db'}")
    all_tables().create_all(database.engine)
    engine = TantivyEngine(folder / "index")
    engine.prepare()
    need_id = fill(database, engine, listings, 1)[0]
    with database.reading() as session:
        achievement_id = session.exec(select(Achievement.id).limit(1)).one()
    engine.close()
    database.dispose()
    return need_id, achievement_id


def _market(folder: str) -> FastAPI:
    settings = Settings(data_dir=Path(folder), relay_in_process=False, requests_per_minute=1000000000)
    database = Database(f"sqlite:///{Path(folder) / 'market.db'}")
    return create_app(settings, clock=FixedClock(NOW), database=database)


def _bare(body: str) -> FastAPI:
    app = FastAPI()
    answer = json.loads(body)

    @app.get("/plain")
    def read() -> dict[str, Any]:
        return answer  # type: ignore[no-any-return]

    @app.get("/async")
    async def read_async() -> dict[str, Any]:
        return answer  # type: ignore[no-any-return]

    return app


def _report(addresses: dict[str, str], clients: int, requests: int) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in addresses}
    wall = dict.fromkeys(addresses, 0.0)
    for address in addresses.values():
        _round(address, 1, _WARM_UP)
    for _ in range(_ROUNDS):
        for name, address in addresses.items():
            started = time.perf_counter()
            seconds[name] += _round(address, clients, requests // _ROUNDS)
            wall[name] += time.perf_counter() - started
    print(f"{f'{clients} client(s)':28}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'req/s':>9}   p50 against bare")
    base = percentile(sorted(seconds[_BARE]), 0.5)
    for name, values in seconds.items():
        ordered = sorted(values)
        figures = "".join(f"{percentile(ordered, share) * 1000:9.2f}" for share in (0.5, 0.95, 0.99))
        print(f"{name:28}{figures}{len(ordered) / wall[name]:9.0f}{percentile(ordered, 0.5) / base:9.2f}")


def _report_processor(addresses: dict[str, str], servers: dict[str, Served], requests: int) -> None:
    print(f"{'processor time of the server':28}{'ms each':>9}   against bare")
    each = {}
    for name, address in addresses.items():
        before = servers[name].processor_seconds()
        _round(address, 1, requests)
        each[name] = (servers[name].processor_seconds() - before) / requests
        print(f"{name:28}{each[name] * 1000:9.2f}{each[name] / each[_BARE]:9.2f}")


def _round(address: str, clients: int, requests: int) -> list[float]:
    """Seconds of every request, asked by so many clients at once."""
    seconds: list[float] = []

    def ask(number: int) -> None:
        with httpx.Client(trust_env=False) as client:
            seconds.extend(timed(lambda _: client.get(address).raise_for_status(), range(number)))

    threads = [threading.Thread(target=ask, args=(max(1, requests // clients),)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, roughly how fast")
    parser.add_argument("--listings", type=int)
    parser.add_argument("--requests", type=int)
    chosen = parser.parse_args()
    chosen.listings = chosen.listings or (500 if chosen.quick else 20_000)
    chosen.requests = chosen.requests or (400 if chosen.quick else 3_000)
    return chosen


if __name__ == "__main__":
    main()
