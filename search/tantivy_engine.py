"""The embedded engine: tantivy on a folder, one writer at a time, any number of readers in any number of processes.

The folder holds generations (`g-000001`, …), complete indexes of which the file `CURRENT` names the one in use. A rebuild writes the
next generation and swaps the name; searches that run keep the files they opened. A removed listing leaves a tombstone, a document with a
key and a version and nothing else, so that a late older write cannot bring it back; a rebuild sweeps tombstones away.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import RLock
from typing import Any
from uuid import UUID

import tantivy
from tantivy import Query

from market.kernel.outbox import Subject
from search.analysis import ANALYSIS_VERSION
from search.engine import (
    Change,
    ChangeResult,
    CodeField,
    EngineHealth,
    EngineQuery,
    EngineResult,
    EngineUnavailable,
    IndexDocument,
    IndexOutdated,
    NumberField,
    Outcome,
    Progress,
    TextField,
)
from search.generations import Generation, Generations
from search.tantivy_paging import (
    ID_HIGH,
    ID_LOW,
    KEY,
    SORT_FIELDS,
    SUBJECT,
    page_of_hits,
)
from search.tantivy_queries import QueryBuilder, id_halves

_VERSION, _REMOVED = "version", "removed"
_WRITER_HEAP = 64_000_000
_REBUILD_HEAP = 256_000_000
_REBUILD_STEP = 1_000
_MAX_BUCKETS = 10_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(KEY, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(SUBJECT, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(_REMOVED, tokenizer_name="raw", index_option="basic")
    # Signed throughout: tantivy-py writes every whole number as signed, and an unsigned field would kill the writer.
    for name in (_VERSION, ID_HIGH, ID_LOW):
        builder.add_integer_field(name, stored=name == _VERSION, fast=True)
    for text_field in TextField:
        builder.add_text_field(text_field.value, tokenizer_name="whitespace", index_option="freq")
    for code_field in CodeField:
        builder.add_text_field(code_field.value, tokenizer_name="raw", index_option="basic", fast=True)
    for number_field in NumberField:
        builder.add_integer_field(number_field.value, fast=True)
    for name, _, _ in SORT_FIELDS.values():
        builder.add_integer_field(name, fast=True)
    return builder.build()


_SCHEMA_REVISION = "1"
INDEX_VERSION = f"{ANALYSIS_VERSION}/{_SCHEMA_REVISION}"


class TantivyEngine:
    """A `SearchEngine` on a folder. Threads may share one; `writable=False` refuses every write."""

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        self._generations = Generations(path)
        self._writable = writable
        self._schema = _schema()
        self._queries = QueryBuilder(self._schema, _REMOVED)
        self._lock = RLock()
        self._opened: tuple[Generation, tantivy.Index] | None = None
        self._writer: tuple[Generation, Any] | None = None

    def prepare(self) -> None:
        current = self._generations.current()
        if current is None:
            if not self._writable:
                raise EngineUnavailable(f"no index in {self._generations.folder}")
            with self._generations.building():
                if self._generations.current() is None:
                    fresh = self._generations.begin(INDEX_VERSION)
                    tantivy.Index(self._schema, str(fresh.path))
                    self._generations.swap(fresh)
        self._index()

    def apply(self, changes: Sequence[Change]) -> list[ChangeResult]:
        if not self._writable:
            raise EngineUnavailable("this engine was opened for reading only")
        with self._lock:
            while True:
                generation, index = self._index()
                results = self._write(generation, index, changes)
                # A rebuild may have swapped meanwhile: then the new generation must learn of the changes as well.
                if self._generations.current() == generation:
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

    def tokens_with_prefix(self, text_field: TextField, prefix: str, limit: int) -> list[str]:
        # The filter keeps words out that stand only in removed documents, whose postings live until the next merge.
        found = self._searcher().terms_with_prefix(
            text_field.value, prefix, filter_query=Query.all_query(), limit=limit
        )
        return [token for token, count in found if count]

    def versions(self) -> Iterator[tuple[Subject, UUID, int]]:
        searcher = self._searcher()
        everything = self._queries.build(EngineQuery())
        hits = searcher.search(everything, max(1, searcher.num_docs), count=False).hits
        for _, address in hits:
            document = searcher.doc(address)
            yield (
                Subject(document.get_first(SUBJECT)),
                UUID(document.get_first(KEY)),
                int(document.get_first(_VERSION)),
            )

    def rebuild(self, documents: Iterator[IndexDocument], progress: Progress) -> int:
        if not self._writable:
            raise EngineUnavailable("this engine was opened for reading only")
        with self._generations.building():
            fresh = self._generations.begin(INDEX_VERSION)
            writer = tantivy.Index(self._schema, str(fresh.path)).writer(_REBUILD_HEAP, 1)
            count = 0
            for document in documents:
                writer.add_document(_to_tantivy(document))
                count += 1
                if count % _REBUILD_STEP == 0:
                    progress(count)
            writer.commit()
            writer.wait_merging_threads()
            self._generations.swap(fresh)
            progress(count)
        with self._lock:
            self._drop_writer()
        return count

    def health(self) -> EngineHealth:
        try:
            generation, index = self._index()
            searcher: Any = index.searcher()
            result = searcher.search(self._queries.build(EngineQuery()), 1, count=True)
        except (EngineUnavailable, IndexOutdated, ValueError, OSError) as error:
            return EngineHealth(is_up=False, documents=0, analysis_version="", detail=str(error))
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
            raise EngineUnavailable(f"no index in {self._generations.folder}; run `techmarket reindex`")
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
            results = self._put(writer, index.searcher(), changes)
            writer.commit()
            index.reload()
        except (ValueError, OSError) as error:
            self._drop_writer()  # what was not committed is gone; a broken writer would refuse everything after
            raise EngineUnavailable(str(error)) from error
        return results

    def _put(self, writer: Any, searcher: Any, changes: Sequence[Change]) -> list[ChangeResult]:
        is_empty = searcher.num_docs == 0
        versions: dict[str, int] = {}
        results = []
        for change in changes:
            key = str(change.subject_id)
            held = versions.get(key)
            if held is None and not is_empty:
                held = _held_version(self._schema, searcher, key)
            if held is not None and held > change.version:
                results.append(ChangeResult(change, Outcome.STALE))
                continue
            try:
                document = _to_tantivy(change) if isinstance(change, IndexDocument) else _tombstone(change)
            except (ValueError, TypeError, OverflowError) as error:
                results.append(ChangeResult(change, Outcome.REJECTED, str(error)))
                continue
            if held is not None:
                writer.delete_documents_by_term(KEY, key)
            writer.add_document(document)
            versions[key] = change.version
            results.append(ChangeResult(change, Outcome.APPLIED))
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


def _held_version(schema: tantivy.Schema, searcher: Any, key: str) -> int | None:
    hits = searcher.search(Query.term_query(schema, KEY, key, "basic"), 1, count=False).hits
    if not hits:
        return None
    version: int = searcher.fast_field_values(_VERSION, [hits[0][1]])[0]
    return version


def _keyed(change: Change) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text(KEY, str(change.subject_id))
    document.add_text(SUBJECT, change.subject.value)
    document.add_integer(_VERSION, change.version)
    high, low = id_halves(change.subject_id)
    document.add_integer(ID_HIGH, high)
    document.add_integer(ID_LOW, low)
    return document


def _tombstone(change: Change) -> tantivy.Document:
    document = _keyed(change)
    document.add_text(_REMOVED, "yes")
    return document


def _to_tantivy(source: IndexDocument) -> tantivy.Document:
    document = _keyed(source)
    for text_field, tokens in source.texts.items():
        document.add_text(text_field.value, " ".join(tokens))
    for code_field, values in source.codes.items():
        for value in values:
            document.add_text(code_field.value, value)
    for number_field, number in source.numbers.items():
        document.add_integer(number_field.value, number)
    for name, number_field, absent in SORT_FIELDS.values():
        document.add_integer(name, source.numbers.get(number_field, absent))
    return document
