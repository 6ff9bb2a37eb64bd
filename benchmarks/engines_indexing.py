"""Indexing a generated market: `indexer.rebuild` from SQL against the raw bulk call with documents that are ready."""

import http.client
import os
import resource
import struct
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tantivy

from benchmarks.generated import clock
from market.kernel.db import Database
from market.kernel.settings import Settings
from search import indexer
from search.elasticsearch_bulk import batches, lines_of
from search.elasticsearch_client import LINES
from search.elasticsearch_engine import ElasticsearchEngine
from search.elasticsearch_indices import Indices
from search.engine import IndexDocument
from search.engines import open_engine
from search.reading import live_documents
from search.tantivy_documents import schema, to_tantivy
from search.tantivy_writing import _BUILD_HEAP

_READY_AT_ONCE = 20
"""Batches of ready documents that are held at a time: a million at once would not fit."""

_RAW_AT_MOST = 100_000
"""Documents of the raw baseline: its rate is that of a hundred thousand also where the rebuild has a million, for it costs as much again."""

_KILO = 1024
_MANY = 20_000
"""From here on several processes cut, as `techmarket reindex` does it."""


@dataclass(frozen=True)
class Indexed:
    """Documents a second, and what it took."""

    documents: int
    rate: float
    raw_rate: float
    cut_rate: float
    """Documents a second that one process reads from SQL and cuts."""
    builder_bytes: int
    cutter_bytes: int
    disk_bytes: int


def settings_of(place: Path, search_url: str) -> Settings:
    """The settings under which this market is searched by one engine or the other."""
    return Settings(
        data_dir=place,
        search_url=search_url,
        search_index=f"benchmark-{place.name}",
        relay_in_process=False,
        requests_per_minute=1_000_000_000,
    )


def measure(place: Path, search_url: str) -> Indexed:
    """Rebuild, then the raw baseline; to be called in a process of its own, so that its memory is the rebuild's alone."""
    settings = settings_of(place, search_url)
    database = Database(settings.effective_database_url)
    engine = open_engine(settings)
    if isinstance(engine, ElasticsearchEngine):
        _warm_up(database, engine._cluster)  # noqa: SLF001  the baseline goes past the engine on purpose
    started = time.perf_counter()
    processes = (os.cpu_count() or 1) if indexer.live_count(database) > _MANY else 1
    count = indexer.rebuild(database, engine, clock=clock(), progress=lambda _done: None, processes=processes)
    rate = count / (time.perf_counter() - started)
    memory = [resource.getrusage(who).ru_maxrss * _KILO for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    if isinstance(engine, ElasticsearchEngine):
        cluster = engine._cluster  # noqa: SLF001
        disk = _stored_bytes(engine, settings.search_index)
        raw_rate, cut_rate = _raw_bulk(database, cluster, search_url)
    else:
        disk = sum(file.stat().st_size for file in settings.index_dir.rglob("*") if file.is_file())
        raw_rate, cut_rate = _raw_adding(database)
    engine.close()
    database.dispose()
    return Indexed(count, rate, raw_rate, cut_rate, memory[0], memory[1], disk)


def _raw_adding(database: Database) -> tuple[float, float]:
    """`add_document` of ready documents with the rebuild's own heap, commit and merges included."""
    with tempfile.TemporaryDirectory() as folder:
        writer = tantivy.Index(schema(), folder).writer(_BUILD_HEAP, 1)
        added, count, cutting, begun = 0.0, 0, 0.0, time.perf_counter()
        for documents in _in_parts(live_documents(database)):
            cutting += time.perf_counter() - begun
            ready = [to_tantivy(document) for document in documents]
            started = time.perf_counter()
            for one in ready:
                writer.add_document(one)
            added += time.perf_counter() - started
            count += len(ready)
            if count >= _RAW_AT_MOST:
                break
            begun = time.perf_counter()
        started = time.perf_counter()
        writer.commit()
        writer.wait_merging_threads()
        added += time.perf_counter() - started
    return count / added, count / cutting


def _in_parts(batches_of: Iterator[list[IndexDocument]]) -> Iterator[list[IndexDocument]]:
    part: list[IndexDocument] = []
    for number, batch in enumerate(batches_of, 1):
        part += batch
        if number % _READY_AT_ONCE == 0:
            yield part
            part = []
    if part:
        yield part


def _raw_bulk(database: Database, cluster: Any, search_url: str) -> tuple[float, float]:
    """`_bulk` of ready bodies, one after another on one connection, into an index with the same mapping; the refresh included."""
    raw = Indices(cluster, "benchmark-raw")
    index = raw.begin()
    with tempfile.TemporaryFile() as file:
        count, seconds = _write_bodies(database, file, raw.building_name, _RAW_AT_MOST)
        cut_rate = count / seconds
        file.seek(0)
        started = time.perf_counter()
        _post_bodies(search_url, _bodies(file))
        raw.refresh(index)
        rate = count / (time.perf_counter() - started)
    raw.drop(index)
    return rate, cut_rate


def _write_bodies(database: Database, file: Any, alias: str, most: int = 2**62) -> tuple[int, float]:
    """Ready bodies in a file, each behind its length; returns how many documents, and the seconds that reading and cutting them took."""
    count, cutting, begun = 0, 0.0, time.perf_counter()
    for documents in live_documents(database):
        cutting += time.perf_counter() - begun
        lines, _ = lines_of(documents)
        for batch in batches(lines):
            start = f'{{"index":{{"_index":"{alias}",'
            body = b"".join((start + line.head).encode() + line.source + b"\n" for line in batch)
            file.write(struct.pack(">Q", len(body)) + body)
        count += len(documents)
        if count >= most:
            break
        begun = time.perf_counter()
    return count, cutting


def _bodies(file: Any) -> Iterator[bytes]:
    while head := file.read(8):
        yield file.read(struct.unpack(">Q", head)[0])


def _post_bodies(search_url: str, bodies: Iterator[bytes]) -> None:
    address = urlsplit(search_url.partition(",")[0])
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 9200)
    path = "/_bulk?filter_path=errors"
    for body in bodies:
        connection.request("POST", path, body, {"content-type": LINES})
        answer = connection.getresponse()
        said = answer.read()
        if b'"errors":false' not in said:
            raise RuntimeError(f"the raw bulk call failed: {said[:200]!r}")
    connection.close()


_WARM_UP = 20_000


def _warm_up(database: Database, cluster: Any) -> None:
    """The first documents a node takes are slow to take, whoever sends them: its code is compiled as it runs."""
    scratch = Indices(cluster, "benchmark-warm")
    index = scratch.begin()
    with tempfile.TemporaryFile() as file:
        _write_bodies(database, file, scratch.building_name, _WARM_UP)
        file.seek(0)
        urls: Sequence[Any] = list(cluster._client.transport.node_pool.all())  # noqa: SLF001
        _post_bodies(urls[0].base_url, _bodies(file))
    scratch.drop(index)


def _stored_bytes(engine: ElasticsearchEngine, name: str) -> int:
    found = engine._cluster.read(f"/{name}/_stats/store", None, "GET")  # noqa: SLF001
    return int(found["_all"]["primaries"]["store"]["size_in_bytes"])
