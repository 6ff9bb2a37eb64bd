"""Which engine the settings ask for."""

import random
import time

from market.kernel.settings import Settings
from search.engine import SearchEngine
from search.tantivy_engine import TantivyEngine

_SPARE_CONNECTIONS = 12
"""Beside the request handlers: the relay, pairing, health checks, a rebuild."""


def open_engine(settings: Settings, *, writable: bool = True) -> SearchEngine:
    """The engine of these settings; nothing is opened before its first use.

    `writable=False`: for a process that only searches, where the engine has a single writer. Raises `ValueError` for settings that do
    not fit together.
    """
    if not settings.search_url:
        return TantivyEngine(settings.index_dir, writable=writable)
    return _elasticsearch(settings)


def _elasticsearch(settings: Settings) -> SearchEngine:
    # Its client takes a tenth of a start, which the embedded size need not wait for.
    from search.elasticsearch_client import Cluster, SignIn, connect  # noqa: PLC0415
    from search.elasticsearch_engine import ElasticsearchEngine  # noqa: PLC0415
    from search.elasticsearch_indices import Layout  # noqa: PLC0415

    client = connect(
        [url.strip() for url in settings.search_url.split(",") if url.strip()],
        sign_in=SignIn(settings.search_username, settings.search_password_file, settings.search_api_key_file),
        ca_file=settings.search_ca_file,
        connections=settings.threads + _SPARE_CONNECTIONS,
    )
    cluster = Cluster(
        client,
        timeout_seconds=settings.search_timeout_ms / 1000,
        clock=time.monotonic,
        chance=random.random,
        sleep=time.sleep,
    )
    return ElasticsearchEngine(cluster, settings.search_index, Layout(settings.search_shards, settings.search_replicas))
