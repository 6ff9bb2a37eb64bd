"""The engine for more than one machine: an Elasticsearch cluster, any number of processes that search and write.

It asks nothing of the cluster but what every distribution has: whitespace-cut text, term, range and bool queries, terms aggregations,
bulk writes with external versions, aliases. See docs/decisions/0015-elasticsearch-adapter.md.
"""

import json
import logging
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any
from uuid import UUID

from market.kernel.outbox import Subject
from search import elasticsearch_queries as queries
from search.elasticsearch_client import INDEX_NOT_FOUND, Answer, Cluster, Request, RequestRefused
from search.elasticsearch_indices import IndexState, Indices, Layout, no_index
from search.elasticsearch_writing import ElasticsearchBuild, held_versions, write
from search.engine import (
    Change,
    ChangeResult,
    EngineHealth,
    EngineHit,
    EngineQuery,
    EngineResult,
    EngineUnavailable,
    IndexBuild,
    IndexMissing,
    IndexOutdated,
    NearestQuery,
    TextField,
)

_log = logging.getLogger(__name__)

_REMEMBERED_SECONDS = 1.0
_TOKENS_AT_ONCE = 500
_STATUS_SECONDS = 0.5


class ElasticsearchEngine:
    """A `SearchEngine` on a cluster, on the indices behind the alias `name`. Threads share one, processes share the indices."""

    has_single_writer = False

    def __init__(self, cluster: Cluster, name: str, layout: Layout | None = None) -> None:
        self._cluster = cluster
        self._name = name
        self._indices = Indices(cluster, name, layout or Layout())
        self._timeout = f"{max(1, round(cluster.timeout_seconds * 1000))}ms"
        self._looking = Lock()
        self._live_seen: tuple[float, IndexState] | None = None
        self._health_seen: tuple[float, EngineHealth] | None = None

    def prepare(self) -> None:
        self._forget()
        self._indices.create_first()
        self._indices.live()

    def apply(self, changes: Sequence[Change]) -> list[ChangeResult]:
        try:
            return write(self._indices, changes)
        finally:
            self._health_seen = None

    def search(self, query: EngineQuery) -> EngineResult:
        live = self._live()
        body = queries.search_body(query)
        # The pages of one question go to the same copies of the shards, for copies may differ in what they have swept out and so in
        # scores. A copy that does not answer is not asked again.
        copies = zlib.crc32(json.dumps(body["query"]).encode())
        if query.after is not None:
            body["search_after"] = queries.after(query)
        path = self._search_path(queries.FOUND, live)
        answer = self._read(f"{path}&preference=q{copies:x}", body, again=path)
        return queries.result_of(query, answer)

    def nearest(self, query: NearestQuery) -> list[EngineHit]:
        path = self._search_path(queries.FOUND, self._live(), scored=False)
        return queries.nearest_of(self._read(path, queries.nearest_body(query)))

    def count_meanings(self, subject: Subject, model_id: int) -> int:
        path = self._search_path("hits.total.value", self._live(), scored=False)
        return int(self._read(path, queries.meanings_body(subject, model_id))["hits"]["total"]["value"])

    def document_frequencies(self, text_field: TextField, tokens: Sequence[str]) -> dict[str, int]:
        live = self._live()
        path = self._search_path("aggregations.tokens.buckets.doc_count", live, scored=False)
        found: dict[str, int] = {}
        for start in range(0, len(tokens), _TOKENS_AT_ONCE):
            part = tokens[start : start + _TOKENS_AT_ONCE]
            answer = self._read(path, queries.frequencies_body(text_field, part))
            found |= queries.frequencies_of(part, answer)
        return found

    def title_tokens_with_prefix(self, prefix: str, limit: int) -> list[str]:
        live = self._live()
        body = queries.title_tokens_body(prefix, limit)
        if body is None:
            return []
        path = self._search_path("aggregations.*.buckets.key", live, scored=False)
        return queries.title_tokens_of(self._read(path, body))

    def versions(self) -> Iterator[tuple[Subject, UUID, int]]:
        self._live()
        return held_versions(self._cluster, self._name)

    @contextmanager
    def building(self) -> Iterator[IndexBuild]:
        build = ElasticsearchBuild(self._cluster, self._indices)
        try:
            yield build
        finally:
            self._forget()
            try:
                build.close()
            except EngineUnavailable as error:  # what is left of it is swept away by the next build
                _log.warning("an index that was given up could not be deleted: %s", error)

    def rollback(self) -> None:
        try:
            self._indices.rollback()
        finally:
            self._forget()

    def health(self) -> EngineHealth:
        """Asked of the cluster once a second at most, whoever asks; after a write of our own afresh."""
        now = self._cluster.clock()
        seen = self._health_seen
        if seen is not None and now - seen[0] < _REMEMBERED_SECONDS:
            return seen[1]
        health = self._health()
        self._health_seen = (now, health)
        return health

    def close(self) -> None:
        self._cluster.close()

    def _health(self) -> EngineHealth:
        try:
            live = self._live()
            path = self._search_path("hits.total.value,aggregations.*.doc_count", live, scored=False)
            documents = queries.count_of(self._read(path, queries.count_body()))
        except (EngineUnavailable, IndexOutdated) as error:
            is_missing = isinstance(error, IndexMissing)
            return EngineHealth(is_up=False, documents=0, analysis_version="", detail=str(error), is_missing=is_missing)
        version = live.version.partition("/")[0]
        return EngineHealth(is_up=True, documents=documents, analysis_version=version, detail=self._status())

    def _status(self) -> str:
        """What the cluster says of the searched index where not all is well: searches may go on all the same."""
        path = f"/_cluster/health/{self._name}?master_timeout=250ms&timeout=0s&filter_path=status,unassigned_shards"
        try:
            answer = self._cluster.call(Request("GET", path), _STATUS_SECONDS)
        except EngineUnavailable as error:
            return f"the cluster's state is not known: {error}"
        status = answer.get("status")
        return "" if status == "green" else f"{status}: {answer.get('unassigned_shards')} copies of shards are missing"

    def _live(self) -> IndexState:
        """The searched index, looked up once a second at most. Raises `IndexOutdated`, `EngineUnavailable`."""
        seen = self._live_seen
        if seen is None or self._cluster.clock() - seen[0] >= _REMEMBERED_SECONDS:
            # One looks; the others go on with what they know, if they know something.
            if self._looking.acquire(blocking=seen is None):
                try:
                    if self._live_seen is seen:
                        self._live_seen = (self._cluster.clock(), self._indices.live(as_read=True))
                finally:
                    self._looking.release()
            seen = self._live_seen or seen
        if seen is None:
            return self._indices.live(as_read=True)
        return seen[1]

    def _search_path(self, parts: str, live: IndexState, *, scored: bool = True) -> str:
        """Where to search: all shards answer or none; where there are several, they first agree on how rare each word is."""
        kind = "&search_type=dfs_query_then_fetch" if scored and live.shards > 1 else ""
        return f"/{self._name}/_search?allow_partial_search_results=false&filter_path={parts}{kind}"

    def _read(self, path: str, body: dict[str, Any], *, again: str = "") -> Answer:
        body["timeout"] = self._timeout
        try:
            return self._cluster.read(path, body, again=again)
        except RequestRefused as refusal:
            if refusal.kind != INDEX_NOT_FOUND:
                raise
            self._forget()
            raise no_index(self._name) from None

    def _forget(self) -> None:
        self._live_seen = None
        self._health_seen = None
