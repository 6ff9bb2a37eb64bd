"""Both engines at several sizes: indexing against the raw bulk call, search over HTTP against the raw engine call, disk and memory.

`python -m benchmarks.engines [--quick] [--listings 10000,100000,1000000] [--engines embedded,elasticsearch] [--questions N]
[--folder DIR] [--output FILE]`. The market is generated into SQLite in the folder (a temporary one where none is named). An
Elasticsearch node is started for the run (heap: `--heap`), or `TECHMARKET_TEST_SEARCH_URL` names one that is there. What has been
measured stands in the output file, one line of JSON for each size and engine, and is not measured again: a run that was stopped goes on.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import psutil

from benchmarks import engines_indexing, engines_searching
from benchmarks.engines_searching import HTTP, RAW
from benchmarks.figures import percentile
from benchmarks.generated import market_of
from tests.servers.elasticsearch import Node

T = TypeVar("T")
Record = dict[str, Any]

EMBEDDED, ELASTICSEARCH = "embedded", "elasticsearch"
_AIMS = {EMBEDDED: "30 ms", ELASTICSEARCH: "1.3 x"}
_PERCENTILES = (0.5, 0.95, 0.99)


def main() -> None:
    chosen = _arguments()
    with ExitStack() as stack:
        folder = Path(chosen.folder or stack.enter_context(tempfile.TemporaryDirectory()))
        output = Path(chosen.output or folder / "engines.jsonl")
        records = _read(output)
        wanted = [(size, engine) for size in chosen.listings for engine in chosen.engines]
        missing = [one for one in wanted if not any(_key(record) == one for record in records)]
        url, node_pid = "", 0
        if any(engine == ELASTICSEARCH for _, engine in missing):
            url, node_pid = stack.enter_context(_elasticsearch(folder, chosen.heap))
        for size, engine in missing:
            record = _measure(folder, size, engine, (url, node_pid), chosen.questions)
            records.append(record)
            with output.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
            print(f"measured: {size:,} listings, {engine}", flush=True)
        _print([record for record in records if _key(record) in wanted])


def _measure(folder: Path, size: int, engine: str, node: tuple[str, int], questions: int) -> Record:
    place, generated = market_of(folder, size)
    url, pid = node if engine == ELASTICSEARCH else ("", 0)
    indexed = _beside(engines_indexing.measure, place, url)
    seconds, api_bytes = _beside(engines_searching.measure, place, url, questions)
    return {
        "listings": size,
        "engine": engine,
        "measured_at": time.strftime("%Y-%m-%d %H:%M"),
        "load": os.getloadavg()[0],
        "generated_rate": round(generated),
        **asdict(indexed),
        "api_bytes": api_bytes,
        "node_bytes": _memory_of(pid) if pid else 0,
        "ms": {
            name: [round(percentile(values, share) * 1000, 3) for share in _PERCENTILES]
            for name, values in seconds.items()
        },
    }


def _beside(work: Callable[..., T], *arguments: Any) -> T:
    """The work done by a fresh process, whose memory tells of nothing else."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


@contextmanager
def _elasticsearch(folder: Path, heap: str) -> Iterator[tuple[str, int]]:
    named = os.environ.get("TECHMARKET_TEST_SEARCH_URL", "")
    if named:
        yield named, 0
        return
    with Node(folder / "elasticsearch", heap=heap) as node:
        yield node.url, node.pid


def _memory_of(pid: int) -> int:
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))


def _read(output: Path) -> list[Record]:
    if not output.exists():
        return []
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def _key(record: Record) -> tuple[int, str]:
    return record["listings"], record["engine"]


def _print(records: list[Record]) -> None:
    print("\nIndexing, documents a second (baseline: the raw bulk call with ready documents)\n")
    columns = ("rebuild", "raw", "raw/rebuild", "one process cuts", "disk MB", "builder MB", "cutter MB")
    print(f"{'':26}" + "".join(f"{column:>18}" for column in columns))
    for record in records:
        figures = (
            f"{record['rate']:,.0f}",
            f"{record['raw_rate']:,.0f}",
            f"{record['raw_rate'] / record['rate']:.2f}",
            f"{record['cut_rate']:,.0f}",
            *(f"{record[name] / 1e6:,.0f}" for name in ("disk_bytes", "builder_bytes", "cutter_bytes")),
        )
        print(f"{_label(record)}" + "".join(f"{figure:>18}" for figure in figures))
    for record in records:
        base = record["ms"][RAW][1]
        node = f", node {record['node_bytes'] / 1e6:,.0f} MB" if record["node_bytes"] else ""
        print(f"\n{_label(record)}  API process {record['api_bytes'] / 1e6:,.0f} MB{node}")
        print(f"{'':28}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}   p95 against '{RAW}'")
        for name, values in record["ms"].items():
            print(f"{name:28}" + "".join(f"{value:9.2f}" for value in values) + f"{values[1] / base:9.2f}")
        print(f"aim for '{HTTP}' at p95: {_AIMS[record['engine']]}")


def _label(record: Record) -> str:
    return f"{record['listings']:>10,} {record['engine']:15}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, roughly how fast")
    parser.add_argument("--listings", default="")
    parser.add_argument("--engines", default=f"{EMBEDDED},{ELASTICSEARCH}")
    parser.add_argument("--questions", type=int)
    parser.add_argument("--folder", default="", help="where the generated markets stay for the next run")
    parser.add_argument("--output", default="", help="file of results; what stands there is not measured again")
    parser.add_argument("--heap", default="1g", help="heap of the Elasticsearch node")
    chosen = parser.parse_args()
    sizes = chosen.listings or ("2000" if chosen.quick else "10000,100000,1000000")
    chosen.listings = [int(size) for size in sizes.split(",")]
    chosen.engines = chosen.engines.split(",")
    chosen.questions = chosen.questions or (60 if chosen.quick else 500)
    return chosen


if __name__ == "__main__":
    main()
