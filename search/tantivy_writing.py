"""Writing to one tantivy index: versions decide what is applied. Shared by the index in use and the one being built."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import tantivy
from tantivy import Occur, Query

from market.kernel.outbox import Subject
from search.engine import Change, ChangeResult, CurrentChanges, IndexDocument, Outcome
from search.generations import Generation, Generations
from search.tantivy_documents import REMOVED, VERSION, to_tantivy
from search.tantivy_paging import ID_HIGH, ID_LOW, KEY, SUBJECT
from search.tantivy_queries import id_of_halves

_BUILD_HEAP = 256_000_000
_FEW = 100
_ROUNDS = 10


def put(schema: tantivy.Schema, writer: Any, searcher: Any, changes: Sequence[Change]) -> list[ChangeResult]:
    """Write what is not older than what `searcher` and this very batch hold; the caller commits."""
    is_empty = searcher.num_docs == 0
    versions: dict[str, int] = {}
    results = []
    for change in changes:
        key = str(change.subject_id)
        held = versions.get(key)
        if held is None and not is_empty:
            held = _held_version(schema, searcher, key)
        if held is not None and held > change.version:
            results.append(ChangeResult(change, Outcome.STALE))
            continue
        try:
            document = to_tantivy(change)
        except (ValueError, TypeError, OverflowError) as error:
            results.append(ChangeResult(change, Outcome.REJECTED, str(error)))
            continue
        if held is not None:
            writer.delete_documents_by_term(KEY, key)
        writer.add_document(document)
        versions[key] = change.version
        results.append(ChangeResult(change, Outcome.APPLIED))
    return results


def held_versions(schema: tantivy.Schema, searcher: Any) -> Iterator[tuple[Subject, UUID, int]]:
    """Every listing's key and version, without those removed."""
    for subject in Subject:
        wanted = Query.boolean_query(
            [
                (Occur.Must, Query.const_score_query(Query.term_query(schema, SUBJECT, subject.value, "basic"), 0.0)),
                (Occur.MustNot, Query.term_query(schema, REMOVED, "yes", "basic")),
            ]
        )
        addresses = [address for _, address in searcher.search(wanted, max(1, searcher.num_docs), count=False).hits]
        if not addresses:
            continue
        columns = (searcher.fast_field_values(name, addresses) for name in (ID_HIGH, ID_LOW, VERSION))
        for high, low, version in zip(*columns, strict=True):
            yield subject, id_of_halves(high, low), int(version)


class TantivyBuild:
    """The next generation while it is built: an `IndexBuild`."""

    def __init__(self, generations: Generations, schema: tantivy.Schema, version: str) -> None:
        self._generations = generations
        self._schema = schema
        self._fresh = generations.begin(version)
        self._index = tantivy.Index(schema, str(self._fresh.path))
        self._writer: Any = self._index.writer(_BUILD_HEAP, 1)
        self._read_to = 0
        self.is_active = False

    @property
    def generation(self) -> Generation:
        return self._fresh

    def add(self, documents: Sequence[IndexDocument]) -> list[ChangeResult]:
        refused = []
        for document in documents:
            try:
                self._writer.add_document(to_tantivy(document))
            except (ValueError, TypeError, OverflowError) as error:
                refused.append(ChangeResult(document, Outcome.REJECTED, str(error)))
        return refused

    def apply(self, changes: Sequence[Change]) -> list[ChangeResult]:
        results = put(self._schema, self._writer, self._searcher(), changes)
        self._searcher()
        return results

    def versions(self) -> Iterator[tuple[Subject, UUID, int]]:
        return held_versions(self._schema, self._searcher())

    def activate(self, current: CurrentChanges) -> None:
        # What was written meanwhile is caught up before writers are made to wait, until little is left for that moment.
        for _ in range(_ROUNDS):
            if self._catch_up(current) < _FEW:
                break
        with self._generations.writing():
            self._catch_up(current)
            self.close()
            self._generations.swap(self._fresh)
        self.is_active = True

    def close(self) -> None:
        """Commit and let go of the files."""
        if self._writer is not None:
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._writer = None

    def abandon(self) -> None:
        """Drop what was written."""
        self._writer = None
        self._generations.abandon(self._fresh)

    def _catch_up(self, current: CurrentChanges) -> int:
        keys, self._read_to = self._generations.noted(self._read_to)
        if keys:
            self.apply(current(keys))
        return len(keys)

    def _searcher(self) -> Any:
        self._writer.commit()
        self._index.reload()
        return self._index.searcher()


def _held_version(schema: tantivy.Schema, searcher: Any, key: str) -> int | None:
    hits = searcher.search(Query.term_query(schema, KEY, key, "basic"), 1, count=False).hits
    if not hits:
        return None
    version: int = searcher.fast_field_values(VERSION, [hits[0][1]])[0]
    return version
