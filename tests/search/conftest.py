"""The engine under test: every engine passes the same suite, each test on an index of its own. A new engine is one more parameter here."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from search.elasticsearch_client import Cluster, SignIn, connect
from search.elasticsearch_engine import ElasticsearchEngine
from search.elasticsearch_indices import Layout
from search.engine import SearchEngine
from search.tantivy_engine import TantivyEngine
from tests.conftest import kind_of


def cluster_at(*urls: str, timeout_seconds: float = 5.0) -> Cluster:
    """Calls to the nodes at these addresses."""
    client = connect(urls, sign_in=SignIn(), ca_file=None, connections=32)
    return Cluster(
        client, timeout_seconds=timeout_seconds, clock=time.monotonic, chance=random.random, sleep=time.sleep
    )


@contextmanager
def elasticsearch_engine(url: str, *, shards: int = 1) -> Iterator[ElasticsearchEngine]:
    """An engine on indices of its own, which go at the end."""
    name = f"t{uuid4().hex}"
    engine = ElasticsearchEngine(cluster_at(url), name, Layout(shards=shards))
    try:
        yield engine
    finally:
        engine.close()
        delete_indices(url, name)


def delete_indices(url: str, name: str) -> None:
    """Delete what tests have left under this name."""
    client = connect([url], sign_in=SignIn(), ca_file=None, connections=1)
    try:
        found = client.indices.get(index=f"{name}*", features="aliases", expand_wildcards="all")
        if found.body:
            client.indices.delete(index=",".join(found.body))
    finally:
        client.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL with Elasticsearch, its partner in the office size: what is asked of the database is the same with either engine."""
    left_out = [item for item in items if kind_of(item) == "postgresql" and _engine_of(item) == "tantivy"]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _engine_of(item: pytest.Item) -> object:
    """The parameter of the fixture `engine` below; None for a test that has none."""
    return (
        item.callspec.params.get("engine") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
    )


@pytest.fixture(params=["tantivy", "elasticsearch"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    """Each engine, empty."""
    if request.param == "tantivy":
        embedded = TantivyEngine(tmp_path / "index")
        embedded.prepare()
        yield embedded
        embedded.close()
        return
    with elasticsearch_engine(request.getfixturevalue("elasticsearch_url")) as engine:
        engine.prepare()
        yield engine
