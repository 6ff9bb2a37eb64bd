"""All needs against all achievements, as `techmarket match --all` does it, beside two plain products of matrices in the same run.

`python -m benchmarks.all_pairs [--quick] [--achievements N] [--needs N] [--processes N] [--no-vectors]`. The market is
generated from word lists of our own into a temporary SQLite file and an embedded index, by a process of its own. Vectors are random
projections of the texts' characters with the size of the model's: they cost what the model's would, and mean little.

The sparse product (scipy) multiplies the same gains of words and characters with the same saturation, for every pair; the matrix product
multiplies the vectors. Both keep the best 20 of each need and write nothing; on one core, and on a sample of the needs.
Vectors and facts are stored before, as the worker stores them; what reading the facts took is told.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.matching import NOW, fill
from benchmarks.projected import DIMENSIONS, store_vectors
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from matching import bulk, fact_upkeep, queries
from matching.corpus import Corpus, corpus_of
from matching.profiles import AchievementProfile, NeedProfile, profile_achievement, profile_need
from matching.scoring import prepare_need
from matching.weights import weights
from search.engine import SearchEngine
from search.tantivy_engine import TantivyEngine

_SHOWN, _BLOCK, _BATCH = 20, 64, 2_000
_SAMPLE = 300
_MIB = 1 << 20
_MEMORY_SECONDS = 2.0


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "market"
        _make(place, arguments.achievements, arguments.needs, with_vectors=arguments.vectors)
        _all_pairs(place, arguments)


def _make(place: Path, achievements: int, needs: int, *, with_vectors: bool) -> None:
    """In a process of its own: what filling takes is not to be counted as what matching takes."""
    started = time.perf_counter()
    process = multiprocessing.get_context("spawn").Process(
        target=_fill, args=(place, achievements, needs, with_vectors)
    )
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("the market could not be made")
    print(
        f"\n{achievements:,} achievements, {needs:,} needs: made in {time.perf_counter() - started:.0f} s", flush=True
    )


def _fill(place: Path, achievements: int, needs: int, with_vectors: bool) -> None:  # noqa: FBT001  an argument of a process
    place.mkdir()
    database, engine = Database(_url(place)), TantivyEngine(place / "index")
    all_tables().create_all(database.engine)
    engine.prepare()
    need_ids = fill(database, engine, achievements, needs)
    if with_vectors:
        store_vectors(database, need_ids, FixedClock(NOW))
    started = time.process_time()
    count = fact_upkeep.read_all(database, clock=FixedClock(NOW))
    print(f"facts read in {time.process_time() - started:.0f} s of processor time: {count:,} texts", flush=True)
    engine.close()
    database.dispose()


def _all_pairs(place: Path, arguments: argparse.Namespace) -> None:
    memory = _Memory()
    with _opened(place) as (database, engine):
        started = time.perf_counter()
        effort = bulk.Effort(processes=arguments.processes, progress=memory.look)
        matched = bulk.match_all(partial(_opened, place), database, engine, clock=FixedClock(NOW), effort=effort)
        seconds = time.perf_counter() - started
        print(
            f"all pairs, recorded: {seconds:.1f} s by {arguments.processes} processes, {seconds / matched * 1000:.1f} ms "
            f"a need, at most {memory.most / _MIB:,.0f} MiB in all processes together",
            flush=True,
        )
        ours = seconds / matched * 1000 * arguments.processes  # both baselines have one core
        with database.reading() as session:
            corpus = corpus_of(session, engine)
            need_ids = queries.live_need_ids(session)[:_SAMPLE]
            needs = [profile_need(row) for row in queries.needs_by_id(session, need_ids)]
            ids = queries.live_achievement_ids(session)
            achievements = [
                profile_achievement(row)
                for start in range(0, len(ids), _BATCH)
                for row in queries.achievements_by_id(session, ids[start : start + _BATCH])
            ]
        _report("scipy sparse product of the same gains", _sparse_product(needs, achievements, corpus), ours)
        if arguments.vectors:
            _report("plain matrix product of vectors", _matrix_product(len(needs), len(achievements)), ours)


def _report(name: str, milliseconds: float, ours: float) -> None:
    print(f"{name:40} {milliseconds:8.1f} ms a need on one core; all pairs take {ours / milliseconds:.2f} times that")


def _sparse_product(needs: Sequence[NeedProfile], achievements: Sequence[AchievementProfile], corpus: Corpus) -> float:
    """Milliseconds a need. What is prepared once (the saturated counts of each text) is not counted."""
    places: dict[str, int] = {}
    gains = [_gains(need, corpus) for need in needs]
    wanted = sparse.csr_matrix(_csr(gains, places), shape=(len(needs), len(places)), dtype=np.float32)
    counts = [_saturated(one, places, corpus) for one in achievements]
    offered = sparse.csr_matrix(_csr(counts, places), shape=(len(achievements), len(places)), dtype=np.float32)
    offered_by_term = offered.T.tocsr()

    def block(start: int) -> NDArray[np.float32]:
        product: NDArray[np.float32] = (wanted[start : start + _BLOCK] @ offered_by_term).toarray()
        return product

    return _timed_blocks(len(needs), block)


def _gains(need: NeedProfile, corpus: Corpus) -> dict[str, float]:
    prepared, text = prepare_need(need, corpus), weights().text
    words = {word: gain for group in prepared.words.values() for word, _, gain in group} | prepared.latin_words
    found = {char: text["characters"] * gain / prepared.char_limit for char, gain in prepared.chars.items()}
    for word, gain in words.items():
        found[word] = found.get(word, 0.0) + text["words"] * gain / prepared.word_limit
    return found


def _saturated(achievement: AchievementProfile, places: dict[str, int], corpus: Corpus) -> dict[str, float]:
    text, settings = achievement.text, weights()
    damping = settings.k1 * (1 - settings.b + settings.b * text.length / corpus.average_length)
    counts = {char: count for char, count in text.chars.items() if char in places}
    body = text.text
    longest = max(map(len, places), default=0)
    for size in range(2, min(longest, 6) + 1):
        for start in range(len(body) - size + 1):
            word = body[start : start + size]
            if word in places:
                counts[word] = counts.get(word, 0) + 1
    return {token: count / (count + damping) for token, count in counts.items()}


def _csr(rows: Sequence[dict[str, float]], places: dict[str, int]) -> tuple[list[float], list[int], list[int]]:
    """Values, columns and row starts; unknown tokens get the next column."""
    values: list[float] = []
    columns: list[int] = []
    starts = [0]
    for row in rows:
        for token, value in row.items():
            columns.append(places.setdefault(token, len(places)))
            values.append(value)
        starts.append(len(values))
    return values, columns, starts


def _matrix_product(needs: int, achievements: int) -> float:
    chance = np.random.default_rng(2)
    wanted = chance.standard_normal((needs, DIMENSIONS), np.float32)
    offered = chance.standard_normal((achievements, DIMENSIONS), np.float32)
    return _timed_blocks(needs, lambda start: wanted[start : start + _BLOCK] @ offered.T)


def _timed_blocks(needs: int, block: Callable[[int], NDArray[np.float32]]) -> float:
    """Milliseconds of processor time a need, with the best kept of each: BLAS would use every core by itself."""
    started = time.process_time()
    for start in range(0, needs, _BLOCK):
        scores = block(start)
        kept = min(_SHOWN, scores.shape[1])
        np.argpartition(scores, -kept, axis=1)[:, -kept:]
    return (time.process_time() - started) / needs * 1000


class _Memory:
    """The most that all processes together held, each shared page counted once."""

    def __init__(self) -> None:
        self.most = 0
        self._next = 0.0

    def look(self, _done: int, _total: int) -> None:
        if time.monotonic() >= self._next:
            own = [Path("/proc/self"), *(Path(f"/proc/{one.pid}") for one in multiprocessing.active_children())]
            self.most = max(self.most, sum(map(_held, own)))
            self._next = time.monotonic() + _MEMORY_SECONDS


def _held(process: Path) -> int:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


@contextmanager
def _opened(place: Path) -> Iterator[tuple[Database, SearchEngine]]:
    database, engine = Database(_url(place)), TantivyEngine(place / "index", writable=False)
    engine.prepare()
    yield database, engine
    engine.close()
    database.dispose()


def _url(place: Path) -> str:
    return f"sqlite:///{place / 'market.db'}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, roughly how fast")
    parser.add_argument("--achievements", type=int)
    parser.add_argument("--needs", type=int)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--no-vectors", dest="vectors", action="store_false")
    chosen = parser.parse_args()
    chosen.achievements = chosen.achievements or (3_000 if chosen.quick else 100_000)
    chosen.needs = chosen.needs or (400 if chosen.quick else 10_000)
    return chosen


if __name__ == "__main__":
    main()
