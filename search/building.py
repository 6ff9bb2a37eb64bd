"""Building a whole index from documents that are at hand: for evaluations, tests and benchmarks. From SQL: `indexer.rebuild`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from search.engine import Change, IndexDocument, Key, SearchEngine

Progress = Callable[[int], None]
BATCH = 1_000


def build_from(
    engine: SearchEngine, documents: Iterable[IndexDocument], progress: Progress = lambda _done: None
) -> int:
    """Fill a new index and take it into use; returns how many documents were given. Nothing else may write meanwhile."""
    count = 0
    with engine.building() as build:
        for batch in batches(documents):
            build.add(batch)
            count += len(batch)
            progress(count)
        build.activate(_nothing)
    return count


def batches(documents: Iterable[IndexDocument], size: int = BATCH) -> Iterator[list[IndexDocument]]:
    """The documents in lists of at most `size`."""
    source = iter(documents)
    while batch := list(islice(source, size)):
        yield batch


def _nothing(_keys: Sequence[Key]) -> Sequence[Change]:
    return ()
