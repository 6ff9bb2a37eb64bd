"""Journeys use the same application as the API's tests; on PostgreSQL they walk over Elasticsearch too: the office size as a whole."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from market.kernel.settings import Settings
from search.engine import SearchEngine
from search.engines import open_engine
from tests.api.conftest import app, client, relay, settings
from tests.servers.plain import PLAIN

__all__ = ["app", "client", "relay", "settings"]


@pytest.fixture
def engine(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[SearchEngine]:
    """The embedded engine beside SQLite; beside PostgreSQL, Elasticsearch with an index of its own."""
    if database_kind == "sqlite":
        own, url, name = Settings(data_dir=tmp_path), "", ""
    else:
        url, name = request.getfixturevalue("elasticsearch_url"), f"journey{uuid4().hex}"
        own = Settings(data_dir=tmp_path, search_url=url, search_index=name, search_replicas="0")
    engine = open_engine(own)
    engine.prepare()
    yield engine
    engine.close()
    if url:
        held = httpx.get(
            f"{url}/_cat/indices/{name}*?h=index&expand_wildcards=all", trust_env=False, verify=PLAIN
        ).text.split()
        httpx.delete(f"{url}/{','.join(held)}", trust_env=False, verify=PLAIN).raise_for_status()
