"""The embedded engine: tantivy on a folder, one writer at a time, any number of readers in any number of processes.

The folder holds generations (`g-000001`, …), complete indexes of which the file `CURRENT` names the one in use. A rebuild writes the
next generation and swaps the name; searches that run keep the files they opened. A removed listing leaves a tombstone, a document with a
key and a version and nothing else, so that a late older write cannot bring it back; a rebuild sweeps tombstones away.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any
from uuid import UUID

import tantivy
from tantivy import Query

from market.kernel.outbox import Subject
from search.engine import (
    Change,
    ChangeResult,
    CodeField,
    EngineHealth,
    EngineQuery,
    EngineResult,
    EngineUnavailable,
    IndexBuild,
    IndexMissing,
    IndexOutdated,
    TextField,
)
from search.generations import Generation, Generations
from search.tantivy_documents import INDEX_VERSION, REMOVED, schema
from search.tantivy_paging import page_of_hits
from search.tantivy_queries import QueryBuilder
from search.tantivy_writing import TantivyBuild, held_versions, put

_WRITER_HEAP = 64_000_000
_MAX_BUCKETS = 10_000


class TantivyEngine:
    """A `SearchEngine` on a folder. Threads may share one; `writable=False` refuses every write."""

    has_single_writer = True

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        self._generations = Generations(path)
        self._writable = writable
        self._schema = schema()
        self._queries = QueryBuilder(self._schema, REMOVED)
        self._lock = RLock()
        self._opened: tuple[Generation, tantivy.Index] | None = None
        self._writer: tuple[Generation, Any] | None = None

    def prepare(self) -> None:
        current = self._generations.current()
        if current is None:
            if not self._writable:
                raise IndexMissing(f"no index in {self._generations.folder}")
            with self._generations.building():
                if self._generations.current() is None:
                    build = TantivyBuild(self._generations, self._schema, INDEX_VERSION)
                    build.activate(lambda _keys: ())
        self._index()

    def apply(self, changes: Sequence[Change]) -> list[ChangeResult]:
        if not self._writable:
            raise EngineUnavailable("this engine was opened for reading only")
        # Nobody can swap meanwhile, and a build that is going on learns of the changes before it can be taken into use.
        with self._lock, self._generations.writing():
            generation, index = self._index()
            results = self._write(generation, index, changes)
            self._generations.note((change.subject, change.subject_id) for change in changes)
            return results

    def search(self, query: EngineQuery) -> EngineResult:
        _, index = self._index()
        built = self._queries.build(query)
        try:
            searcher = index.searcher()
            facets = self._facets(searcher, built, query.facets)
            hits, total = page_of_hits(searcher, self._queries.schema, query, built)
        except (ValueError, OSError) as error:
            raise EngineUnavailable(str(error)) from error
        return EngineResult(tuple(hits), total, facets)

    def document_frequencies(self, text_field: TextField, tokens: Sequence[str]) -> dict[str, int]:
        searcher = self._searcher()
        return {token: searcher.doc_freq(text_field.value, token) for token in tokens}

    def title_tokens_with_prefix(self, prefix: str, limit: int) -> list[str]:
        # The filter keeps words out that stand only in removed documents, whose postings live until the next merge.
        found = self._searcher().terms_with_prefix(
            TextField.TITLE.value, prefix, filter_query=Query.all_query(), limit=limit
        )
        return [token for token, count in found if count]

    def versions(self) -> Iterator[tuple[Subject, UUID, int]]:
        return held_versions(self._schema, self._searcher())

    @contextmanager
    def building(self) -> Iterator[IndexBuild]:
        if not self._writable:
            raise EngineUnavailable("this engine was opened for reading only")
        with self._generations.building():
            build = TantivyBuild(self._generations, self._schema, INDEX_VERSION)
            try:
                yield build
            finally:
                if not build.is_active:
                    build.abandon()
        with self._lock:
            self._drop_writer()

    def rollback(self) -> None:
        self._generations.rollback(INDEX_VERSION)
        with self._lock:
            self._drop_writer()

    def health(self) -> EngineHealth:
        try:
            generation, index = self._index()
            searcher: Any = index.searcher()
            result = searcher.search(self._queries.build(EngineQuery()), 1, count=True)
        except (EngineUnavailable, IndexOutdated, ValueError, OSError) as error:
            is_missing = isinstance(error, IndexMissing)
            return EngineHealth(is_up=False, documents=0, analysis_version="", detail=str(error), is_missing=is_missing)
        return EngineHealth(is_up=True, documents=result.count or 0, analysis_version=generation.version.split("/")[0])

    def close(self) -> None:
        with self._lock:
            self._drop_writer()
            self._opened = None

    def _index(self) -> tuple[Generation, tantivy.Index]:
        """The generation in use, opened; notices that another process has swapped it."""
        current = self._generations.current()
        opened = self._opened
        if opened is not None and opened[0] == current:
            return opened
        if current is None:
            raise IndexMissing(f"no index in {self._generations.folder}; run `techmarket reindex`")
        if current.version != INDEX_VERSION:
            raise IndexOutdated(
                f"the index was built under {current.version}, this program needs {INDEX_VERSION}: run `techmarket reindex`"
            )
        try:
            index = tantivy.Index(self._schema, str(current.path), reuse=True)
            index.searcher().search(Query.all_query(), 1)
        except (ValueError, OSError) as error:
            raise IndexOutdated(f"the index cannot be opened ({error}): run `techmarket reindex`") from error
        self._opened = (current, index)
        return current, index

    def _searcher(self) -> Any:
        _, index = self._index()
        return index.searcher()

    def _write(self, generation: Generation, index: tantivy.Index, changes: Sequence[Change]) -> list[ChangeResult]:
        try:
            writer = self._writer_of(generation, index)
            index.reload()
            results = put(self._schema, writer, index.searcher(), changes)
            writer.commit()
            index.reload()
        except (ValueError, OSError) as error:
            self._drop_writer()  # what was not committed is gone; a broken writer would refuse everything after
            raise EngineUnavailable(str(error)) from error
        return results

    def _writer_of(self, generation: Generation, index: tantivy.Index) -> Any:
        if self._writer is None or self._writer[0] != generation:
            self._drop_writer()
            # tantivy's own lock refuses a second writer, also from another process; it ends with the process that held it.
            self._writer = (generation, index.writer(_WRITER_HEAP, 1))
        return self._writer[1]

    def _drop_writer(self) -> None:
        if self._writer is not None:
            writer = self._writer[1]
            self._writer = None
            try:
                writer.wait_merging_threads()  # releases the lock as well
            except (ValueError, OSError, RuntimeError):  # a broken writer has nothing left to wait for
                del writer

    def _facets(self, searcher: Any, built: Query, fields: Sequence[CodeField]) -> dict[CodeField, dict[str, int]]:
        if not fields:
            return {}
        # As large as the field may be in each segment: smaller, the counts would be estimates.
        ask = {
            field.value: {"terms": {"field": field.value, "size": _MAX_BUCKETS, "segment_size": _MAX_BUCKETS}}
            for field in fields
        }
        found = searcher.aggregate(built, ask)
        return {
            field: {bucket["key"]: bucket["doc_count"] for bucket in found[field.value]["buckets"]} for field in fields
        }
