"""Search at 100,000 listings: the raw index, the engine, the use-case and HTTP, over the same questions in the same run.

`python -m benchmarks.search [--quick] [--listings N] [--questions N]`. Text is generated from word lists of our own (those of the matching
benchmark); a SQLite file and an embedded index are made in a temporary folder. "raw tantivy": the words and filters alone, top 20,
without facets; "raw engine call": what finding asks of the engine, with filters and facets. HTTP: one client, keep-alive, one server process.
"""

import argparse
import random
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

import market.tables  # noqa: F401  registers every table
from api.app import create_app
from benchmarks.figures import percentile, timed
from benchmarks.matching import fill
from market.kernel.actor import ANONYMOUS
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.kernel.settings import Settings
from search import finding
from search.engine import EngineQuery, EngineResult
from search.schemas import FindListings
from search.tantivy_engine import TantivyEngine

NOW = datetime(2026, 4, 8, 2, tzinfo=UTC)
_WORDS = (
    *(
        "枸杞",
        "葡萄酒",
        "滩羊",
        "高盐废水",
        "光伏组件",
        "单晶硅片",
        "钽粉",
        "碳纤维",
        "工业机器人",
        "粉煤灰",
        "节水灌溉",
        "储能电站",
    ),
    *(
        "低温干燥",
        "膜分离",
        "机器视觉",
        "生物发酵",
        "激光熔覆",
        "数字孪生",
        "反渗透",
        "余热回收",
        "分子标记",
        "无人机巡检",
    ),
    *("降低能耗", "提高收率", "延长寿命", "替代进口", "在线监测", "提高纯度", "防止腐蚀", "降低成本"),
)
_PERCENTILES = (0.5, 0.95, 0.99)


class _Recorder(TantivyEngine):
    """Keeps the queries that finding asks, so that the baseline asks exactly the same."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.asked: list[EngineQuery] = []

    def search(self, query: EngineQuery) -> EngineResult:
        self.asked.append(query)
        return super().search(query)


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'market.db'}")
        all_tables().create_all(database.engine)
        engine = _Recorder(Path(folder) / "index")
        engine.prepare()
        started = time.perf_counter()
        fill(database, engine, arguments.listings, 1)
        size = sum(file.stat().st_size for file in (Path(folder) / "index").rglob("*") if file.is_file())
        print(f"{arguments.listings:,} listings stored and indexed after {time.perf_counter() - started:.1f} s")
        print(f"index: {size / 1e6:.0f} MB, {engine.health().documents:,} documents\n")
        _report(folder, database, engine, _questions(arguments.questions))
        engine.close()
        database.dispose()


def _questions(number: int) -> list[str]:
    chance = random.Random(20_260_408)
    return [" ".join(chance.sample(_WORDS, chance.choice((1, 1, 2, 2, 3)))) for _ in range(number)]


def _report(folder: str, database: Database, engine: _Recorder, questions: Sequence[str]) -> None:
    clock = FixedClock(NOW)

    def find(question: str) -> None:
        with database.reading() as session:
            finding.find_listings(session, engine, ANONYMOUS, FindListings(q=question), clock=clock)

    engine.asked.clear()
    for question in questions:
        find(question)
    asked = list(engine.asked)
    rows = {"raw tantivy, no facets": _timed(_raw(engine), asked)}
    rows["raw engine call"] = _timed(engine.search, asked)
    rows["find_listings, in process"] = _timed(find, questions)
    rows["GET /health over HTTP"], rows["GET /v1/search over HTTP"] = _over_http(folder, database, engine, questions)
    _print(rows, "raw engine call")


def _raw(engine: TantivyEngine) -> Callable[[EngineQuery], Any]:
    _, index = engine._index()  # noqa: SLF001  the baseline goes past the engine on purpose
    searcher = index.searcher()
    build = engine._queries.build  # noqa: SLF001
    return lambda query: searcher.search(build(query), 20, count=True)


def _over_http(
    folder: str, database: Database, engine: TantivyEngine, questions: Sequence[str]
) -> tuple[list[float], list[float]]:
    settings = Settings(data_dir=Path(folder), relay_in_process=False, requests_per_minute=1000000)
    app = create_app(settings, clock=FixedClock(NOW), database=database, engine=engine)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:

        def ask(question: str) -> None:
            client.get("/v1/search", params={"q": question}).raise_for_status()

        health = _timed(lambda _: client.get("/health").raise_for_status(), questions)
        seconds = _timed(ask, questions)
    server.should_exit = True
    thread.join()
    return health, seconds


def _timed(call: Callable[[Any], Any], questions: Sequence[Any]) -> list[float]:
    for question in questions[:20]:
        call(question)
    return timed(call, questions)


def _print(rows: dict[str, list[float]], baseline: str) -> None:
    print(f"{'':28}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}   p95 against '{baseline}'")
    base = percentile(rows[baseline], 0.95)
    for name, seconds in rows.items():
        figures = "".join(f"{percentile(seconds, share) * 1000:9.2f}" for share in _PERCENTILES)
        print(f"{name:28}{figures}{percentile(seconds, 0.95) / base:9.2f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, roughly how fast")
    parser.add_argument("--listings", type=int)
    parser.add_argument("--questions", type=int)
    chosen = parser.parse_args()
    chosen.listings = chosen.listings or (2_000 if chosen.quick else 100_000)
    chosen.questions = chosen.questions or (100 if chosen.quick else 300)
    return chosen


if __name__ == "__main__":
    main()
