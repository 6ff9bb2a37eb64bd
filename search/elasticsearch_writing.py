"""Writes that reach every index that must have them: the searched one, and the one being built beside it.

Each write looks at the aliases before and after: an index that has come into view meanwhile gets the same changes. So a build that has
begun, and knows it from every node, misses no write whose row it did not read from SQL itself.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

from market.kernel.outbox import Subject
from search.elasticsearch_bulk import Item, Line, batches, lines_of, send
from search.elasticsearch_client import Cluster, Request
from search.elasticsearch_documents import INDEX_VERSION
from search.elasticsearch_indices import Indices, Standing, no_index
from search.elasticsearch_queries import version_of, versions_body
from search.engine import Change, ChangeResult, CurrentChanges, EngineUnavailable, IndexDocument, Outcome

_ROUNDS = 5
_SENDERS = 2
_WAITING_BATCHES = 4
_SEND_ATTEMPTS = 6
_PAGE = 10_000
_PAGE_SECONDS = 30.0
_FAILED = frozenset({Outcome.RETRY, Outcome.REJECTED})


def write(indices: Indices, changes: Sequence[Change]) -> list[ChangeResult]:
    """Write changes to the searched index and to the one being built; what only the latter fails to take is to be tried again.

    Visible when this returns. Raises `EngineUnavailable`, `IndexOutdated`.
    """
    lines, items = lines_of(changes)
    for batch in batches(lines):
        items |= _write_batch(indices, batch)
    return [_result(change, items[place]) for place, change in enumerate(changes)]


def held_versions(cluster: Cluster, index: str) -> Iterator[tuple[Subject, UUID, int]]:
    """Key and version of everything in the index that is not removed, in order of the key.

    Each page stands for itself, so neither a node that goes nor a long pause of the reader ends it. Raises `EngineUnavailable`.
    """
    path = f"/{index}/_search?allow_partial_search_results=false&filter_path=hits.hits.fields,hits.hits.sort"
    after = None
    while True:
        answer = cluster.call(Request("POST", path, versions_body(_PAGE, after)), _PAGE_SECONDS)
        hits = answer.get("hits", {}).get("hits", [])
        for hit in hits:
            yield version_of(hit)
        if len(hits) < _PAGE:
            return
        after = hits[-1]["sort"]


class ElasticsearchBuild:
    """An `IndexBuild` on a numbered index of its own; two threads send what the caller's thread has made ready."""

    def __init__(self, cluster: Cluster, indices: Indices) -> None:
        self.is_active = False
        self._cluster = cluster
        self._indices = indices
        self._index = indices.begin()
        self._senders = ThreadPoolExecutor(_SENDERS, thread_name_prefix="index-build")
        self._sent: deque[Future[list[ChangeResult]]] = deque()

    def add(self, documents: Sequence[IndexDocument]) -> list[ChangeResult]:
        """As promised by `IndexBuild`; what a batch still under way refuses is named by a later call, or found by comparing."""
        lines, refused = lines_of(documents)
        failed = [_result(documents[place], item) for place, item in refused.items()]
        for batch in batches(lines):
            self._sent.append(self._senders.submit(self._send, documents, batch))
            failed += self._collect(_WAITING_BATCHES)
        return failed

    def apply(self, changes: Sequence[Change]) -> list[ChangeResult]:
        lines, items = lines_of(changes)
        for batch in batches(lines):
            (found,) = send(self._cluster, [self._indices.building_name], batch, refresh=True)
            items |= {line.place: item for line, item in zip(batch, found, strict=True)}
        return [_result(change, items[place]) for place, change in enumerate(changes)]

    def versions(self) -> Iterator[tuple[Subject, UUID, int]]:
        self._collect(0)
        self._indices.refresh(self._index)
        return held_versions(self._cluster, self._index)

    def activate(self, current: CurrentChanges) -> None:  # noqa: ARG002  every write since the beginning has reached this index itself
        self._collect(0)
        self._indices.make_ready(self._index)
        self._indices.activate(self._index)
        self.is_active = True

    def close(self) -> None:
        """End the threads; an index that was not taken into use is deleted."""
        self._senders.shutdown(wait=True, cancel_futures=True)
        if not self.is_active:
            self._indices.drop(self._index)

    def _collect(self, waiting: int) -> list[ChangeResult]:
        """What was not applied of the batches sent, but for the last `waiting`, which may still be under way."""
        failed: list[ChangeResult] = []
        while len(self._sent) > waiting:
            failed += self._sent.popleft().result()
        return failed

    def _send(self, documents: Sequence[IndexDocument], lines: Sequence[Line]) -> list[ChangeResult]:
        """Send until every line is taken or refused for good; a cluster that is busy is given time."""
        failed: list[ChangeResult] = []
        for attempt in range(1, _SEND_ATTEMPTS + 1):
            (items,) = send(self._cluster, [self._indices.building_name], lines, refresh=False)
            again = []
            for line, item in zip(lines, items, strict=True):
                if item.outcome is Outcome.RETRY and attempt < _SEND_ATTEMPTS:
                    again.append(line)
                elif item.outcome is not Outcome.APPLIED:
                    failed.append(_result(documents[line.place], item))
            if not again:
                break
            lines = again
            self._cluster.sleep(self._cluster.pause(attempt))
        return failed


def _write_batch(indices: Indices, lines: Sequence[Line]) -> dict[int, Item]:
    items: dict[int, Item] = {}
    written: set[str] = set()
    standing = _writable(indices)
    for _ in range(_ROUNDS):
        aliases = _waiting(indices, standing, written)
        if not aliases:
            return items
        for found in send(indices.cluster, aliases, lines, refresh=True):
            if any(item.is_missing for item in found):
                continue  # the alias has just gone or moved: the next look tells
            written.update(item.index for item in found)
            for line, item in zip(lines, found, strict=True):
                items[line.place] = _combined(items.get(line.place), item)
        standing = _writable(indices)
        if _is_foreign(standing):
            items = {place: _waits_for_the_other_program(item) for place, item in items.items()}
    raise EngineUnavailable("the indices change faster than can be written to them")


def _writable(indices: Indices) -> Standing:
    standing = indices.standing()
    if standing.live is None:
        raise no_index(indices.name)
    standing.live.require_current()
    return standing


def _waiting(indices: Indices, standing: Standing, written: set[str]) -> list[str]:
    """The aliases behind which an index stands that has not got the changes yet, the searched one first."""
    wanted = [(indices.name, standing.live)]
    if not _is_foreign(standing):
        wanted.append((indices.building_name, standing.building))
    return [alias for alias, state in wanted if state is not None and state.name not in written]


def _is_foreign(standing: Standing) -> bool:
    """Whether an index is being built for a program of another version: what we would write there, it would not find."""
    return standing.building is not None and standing.building.version != INDEX_VERSION


def _waits_for_the_other_program(item: Item) -> Item:
    if item.outcome in _FAILED:
        return item
    return replace(item, outcome=Outcome.RETRY, reason="an index for another version of this program is being built")


def _combined(first: Item | None, later: Item) -> Item:
    """The searched index decides; where only another one fails, the change has to come again."""
    if first is None:
        return later
    if first.outcome in _FAILED or later.outcome not in _FAILED:
        return first
    return replace(later, outcome=Outcome.RETRY)


def _result(change: Change, item: Item) -> ChangeResult:
    return ChangeResult(change, item.outcome, item.reason)
