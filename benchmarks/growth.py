"""What ranking one need costs in markets of several sizes, all parts, vectors and facts stored before.

`OPENBLAS_NUM_THREADS=1 python -m benchmarks.growth FOLDER [FOLDER …] [--needs N] [--day YYYY-MM-DD]`. Each folder is the data folder of a market that
`techmarket generate --listings N` has filled and indexed in the embedded engine. What is missing is added to it: random projections of
the texts' characters as vectors (they cost what the model's would, and mean little), and the facts of those achievements that the
measured needs look at. `--day`: when it was filled, where that is long ago. "first": no listing prepared in this process before; "again": all prepared. Processor time of one thread.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlmodel import Session

from benchmarks.figures import percentile
from benchmarks.projected import has_vectors, store_vectors
from market.kernel.clock import FixedClock, SystemClock
from market.kernel.db import Database
from market.matches import fact_queries, facts
from matching import fact_upkeep, loading, queries, service
from matching.corpus import corpus_of
from matching.facts import reader
from matching.profiles import forget_texts, profile_achievement
from search.engine import SearchEngine
from search.tantivy_engine import TantivyEngine

_SHOWN, _WARMING = 20, 3


def main() -> None:
    arguments = _arguments()
    smallest: tuple[int, float] | None = None
    for folder in arguments.folders:
        clock = FixedClock(arguments.day or SystemClock().now())
        with _opened(folder) as (database, engine):
            sample = _prepare(database, engine, clock, arguments.needs)
            with database.reading() as session:
                size = corpus_of(session, engine).documents
                first, again = _measured(session, engine, sample, clock)
        typical = percentile(again, 0.5)
        smallest = smallest or (size, typical)
        print(
            f"{size:>9,} listings: first {percentile(first, 0.5):6.1f} ms p50, {percentile(first, 0.95):6.1f} p95; "
            f"again {typical:6.1f} p50, {percentile(again, 0.95):6.1f} p95; "
            f"{size / smallest[0]:5.1f} times the listings cost {typical / smallest[1]:5.2f} times as much",
            flush=True,
        )


def _prepare(database: Database, engine: SearchEngine, clock: FixedClock, count: int) -> list[UUID]:
    """Some needs from all over the market, with everything stored that a worker would have stored."""
    with database.reading() as session:
        ids = queries.live_need_ids(session)
    sample = ids[:: max(1, len(ids) // (count + _WARMING))][: count + _WARMING]
    if not has_vectors(database):
        store_vectors(database, ids, clock)
    with database.reading() as session:
        found = {one for need_id in sample for one in _candidates(session, engine, need_id, clock)}
        stored = fact_queries.facts_of(session, reader(), found)
        rows = queries.achievements_by_id(session, found - stored.keys())
        profiles = [profile_achievement(row) for row in rows]
    new = [fact_upkeep.new_facts(one) for one in profiles]
    with database.writing() as session:
        facts.put_many(session, reader(), new, clock=clock)
    return sample


def _candidates(session: Session, engine: SearchEngine, need_id: UUID, clock: FixedClock) -> list[UUID]:
    (need,) = loading.load_needs(session, [need_id])
    (near,) = loading.nearest_achievements(session, engine, [need])
    return service.find_for_need(engine, need, corpus_of(session, engine), near, now=clock.now())


def _measured(
    session: Session, engine: SearchEngine, sample: Sequence[UUID], clock: FixedClock
) -> tuple[list[float], list[float]]:
    """Milliseconds of each need for the first time and again, in order of size; a few before fill what is kept of the market."""
    first: list[float] = []
    again: list[float] = []
    for need_id in sample:
        forget_texts()
        loading.forget_recent()
        for times in (first, again):
            started = time.process_time()
            found = service.rank_for_need(session, engine, need_id, clock=clock, size=_SHOWN)
            times.append((time.process_time() - started) * 1000)
            if not found:
                raise SystemExit("nothing was found: was this market filled long ago (--day)?")
    return sorted(first[_WARMING:]), sorted(again[_WARMING:])


@contextmanager
def _opened(folder: Path) -> Iterator[tuple[Database, SearchEngine]]:
    database, engine = Database(f"sqlite:///{folder / 'market.db'}"), TantivyEngine(folder / "index", writable=False)
    engine.prepare()
    yield database, engine
    engine.close()
    database.dispose()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--needs", type=int, default=60)
    parser.add_argument("--day", type=lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC))
    return parser.parse_args()


if __name__ == "__main__":
    main()
