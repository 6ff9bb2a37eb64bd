"""The two places of a run: the office size, PostgreSQL and Elasticsearch behind the proxy; and the embedded one, files alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

import market.tables  # noqa: F401  registers every table
from market import migrations
from market.kernel.db import Database
from market.kernel.settings import Settings
from tests.faults.proxy import FaultProxy
from tests.faults.run import Place
from tests.servers.elasticsearch import Node
from tests.servers.plain import PLAIN

_OPTIONS: dict[str, Any] = {
    "relay_in_process": False,
    "requests_per_minute": 1_000_000,
    "search_timeout_ms": 1_000,
    "pool_size": 8,
}

_LATE_WITHOUT_VERSIONS = 0.3
"""Of bulk requests, in a run that must end red: stale writes would else be as rare as they are out there."""


@contextmanager
def office(
    folder: Path, *, database_url: str, search: str | Node, seed: int, checks_versions: bool = True
) -> Iterator[Place]:
    """An empty database at `database_url`, an index of its own in the search cluster, the proxy between.

    `search`: the address of a node, or a node of this run's own, which may then be killed as well.
    """
    node = search if isinstance(search, Node) else None
    search_url = search.url if isinstance(search, Node) else search
    _migrate(database_url)
    index = f"faults-{uuid4().hex[:12]}"
    late_share = 0.0 if checks_versions else _LATE_WITHOUT_VERSIONS
    with FaultProxy(search_url, seed=seed, checks_versions=checks_versions, late_share=late_share) as proxy:
        common: dict[str, Any] = {**_OPTIONS, "data_dir": folder, "database_url": database_url, "search_index": index}
        through = Settings(search_url=proxy.url, **common)
        try:
            yield Place(
                settings=through,
                direct=Settings(search_url=search_url, **common),
                folder=folder,
                proxy=proxy,
                node=node,
            )
        finally:
            _remove_indices(search_url, index)


@contextmanager
def embedded(folder: Path) -> Iterator[Place]:
    """A database file and an index folder; nothing else."""
    settings = Settings(data_dir=folder, **_OPTIONS)
    _migrate(settings.effective_database_url)
    yield Place(settings=settings, direct=settings, folder=folder)


def _migrate(database_url: str) -> None:
    database = Database(database_url)
    migrations.upgrade(database)
    database.dispose()


def _remove_indices(search_url: str, index: str) -> None:
    names = httpx.get(f"{search_url}/_cat/indices/{index}-*?h=index", verify=PLAIN).text.split()
    for name in names:
        httpx.delete(f"{search_url}/{name}", verify=PLAIN).raise_for_status()
