"""All needs against all achievements: the same ranking as one by one, with what it needs kept for the whole run, in several processes.

What is left to do stands in the database (`market.matches.rematching`): a batch is taken off in the transaction that stores its
matches, so that a run which was stopped or killed is taken up where it was.
"""

import gc
import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import cast
from uuid import UUID

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session

from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.errors import Conflict, Unavailable
from market.kernel.outbox import Subject
from market.matches import queries as matches
from market.matches import rematching
from market.matches.rematching import Batch, Run
from matching import queries, service
from matching.constraints import is_live
from matching.corpus import corpus_of
from matching.learning.ranker import current_ranker
from matching.loading import load_many_achievements, load_needs, nearest_achievements, neighbours_together
from matching.profiles import AchievementProfile
from matching.scoring import ScoredPair, prepare_need
from matching.service import Ranking
from matching.weights import MODEL_VERSION
from search.engine import EngineUnavailable, IndexOutdated, SearchEngine

log = logging.getLogger("techmarket.matching")

BATCH = 50
"""Needs whose matches are stored in one transaction: the first to wait for a stopped run, and what is lost when it is killed."""
KEPT = 200_000
"""Achievements that each process keeps ready; about 10 KB each with texts of a few hundred characters."""
_TIDIED_AFTER = 20
"""Batches after which folded texts and their characters are let go of: 4 KB for each that was compared, worked out again in 30 µs."""
_WORTH_PROCESSES = 4 * BATCH
_READ = 1_000

_SELDOM = (50_000, 20, 100)
"""Objects that are made before garbage is looked for: hardly anything here is, and to look takes a fortieth of the time."""
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

Opening = Callable[[], AbstractContextManager[tuple[Database, SearchEngine]]]
"""Opens the database and the engine in another process; must survive being pickled."""
Progress = Callable[[int, int], None]
"""Takes (needs done, needs in all)."""


@dataclass(frozen=True)
class Effort:
    """How a run is worked off. `anew`: what is left of an earlier run is given up instead of taken up."""

    processes: int = 1
    progress: Progress = lambda _done, _total: None
    anew: bool = False


def match_all(
    opening: Opening, database: Database, engine: SearchEngine, *, clock: Clock, effort: Effort | None = None
) -> int:
    """Compute and record the achievements that fit each live need; returns how many needs this call has matched.

    The result is that of `match_need` for each. Nobody is told of new pairs: the inboxes would run over. Raises `Conflict` while another
    process does the same, `Unavailable` where a process died, and what the engine raises; what is stored by then stays stored.
    """
    effort = effort or Effort()
    with database.turn("rematching") as turn:
        if not turn:
            raise Conflict("rematching_already", "另一个进程正在重新计算全部对接,请等它完成,或先停止它。")
        run = _run_of(database, clock, anew=effort.anew)
        effort.progress(run.done, run.size)
        done = run.done
        # Closed before the turn is given back: however this ends, no process works on.
        with closing(_worked_off(opening, database, engine, run, clock=clock, processes=effort.processes)) as counts:
            for count in counts:
                done += count
                effort.progress(done, run.size)
    return done - run.done


def _run_of(database: Database, clock: Clock, *, anew: bool) -> Run:
    with database.writing() as session:
        left = None if anew else rematching.unfinished(session, MODEL_VERSION)
        if left is not None:
            return left
        need_ids = neighbours_together(session, Subject.NEED, queries.live_need_ids(session))
        rematching.begin(session, need_ids, batch_size=BATCH, model_version=MODEL_VERSION, clock=clock)
        return rematching.unfinished(session, MODEL_VERSION) or Run(clock.now(), 0, ())


def _worked_off(
    opening: Opening, database: Database, engine: SearchEngine, run: Run, *, clock: Clock, processes: int
) -> Generator[int, None, None]:
    """How many needs each batch had, as they are stored."""
    if processes > 1 and run.size - run.done >= _WORTH_PROCESSES:
        yield from _side_by_side(opening, run.batches, clock, processes)
        return
    matcher = Matcher(database, engine, clock)
    for batch in run.batches:
        matcher.match(batch)
        yield len(batch.need_ids)


class Matcher:
    """Matches batch after batch, and keeps the achievements it has prepared."""

    def __init__(self, database: Database, engine: SearchEngine, clock: Clock) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._kept = _Kept(KEPT)

    def match(self, batch: Batch) -> None:
        """Rank the batch's needs in reading transactions, record in a short writing one."""
        with self._database.reading() as session:
            rankings = self._rank(session, batch.need_ids)
        # What is kept may have changed since it was read. Until nothing that is shown has: what moves up may have changed as well.
        while stale := self._stale(rankings):
            again = [need_id for need_id, found in rankings.items() if _holds(found.pairs, stale)]
            with self._database.reading() as session:
                rankings |= self._rank(session, again)
        self._record(batch, rankings)
        self._kept.tidy()

    def _stale(self, rankings: dict[UUID, Ranking]) -> set[UUID]:
        with self._database.reading() as session:
            return self._kept.drop_stale(
                session, {pair.achievement.id for found in rankings.values() for pair in found.pairs}
            )

    def _rank(self, session: Session, need_ids: Sequence[UUID]) -> dict[UUID, Ranking]:
        now, corpus, ranker = self._clock.now(), corpus_of(session, self._engine), current_ranker(session)
        needs = [one for one in load_needs(session, sorted(need_ids)) if is_live(one.terms, now)]
        near = nearest_achievements(session, self._engine, needs)
        found = [
            service.find_for_need(self._engine, need, corpus, nearest, now=now)
            for need, nearest in zip(needs, near, strict=True)
        ]
        offers = self._kept.profiles(session, found)
        known = _others_by_need(session, need_ids)
        rankings = {need_id: Ranking([], []) for need_id in sorted(need_ids)}
        for need, own in zip(needs, offers, strict=True):
            pairs = service.rank_found(need, own, corpus, ranker, now=now, size=service.SHOWN)
            besides = known[need.id] - {pair.achievement.id for pair in pairs}
            others = load_many_achievements(session, besides) if besides else []
            prepared = prepare_need(need, corpus, ranker)
            rankings[need.id] = Ranking(
                pairs, [service.other_pair(prepared, other, corpus, now=now) for other in others]
            )
        return rankings

    def _record(self, batch: Batch, rankings: dict[UUID, Ranking]) -> None:
        """All at once; one by one where another transaction held the same pairs for too long."""
        try:
            with self._database.writing() as session:
                if rematching.settle(session, batch):
                    service.store_pairs_of_needs(session, rankings, self._clock)
        except OperationalError:
            for need_id, found in rankings.items():
                with self._database.writing() as session:
                    service.store_pairs_of_needs(session, {need_id: found}, self._clock)
            with self._database.writing() as session:
                rematching.settle(session, batch)


def _others_by_need(session: Session, need_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The achievements with which each need is already paired."""
    known: dict[UUID, set[UUID]] = {need_id: set() for need_id in need_ids}
    for need_id, achievement_id in matches.standings(session, Subject.NEED, need_ids):
        known[need_id].add(achievement_id)
    return known


def _holds(pairs: Sequence[ScoredPair], achievement_ids: Collection[UUID]) -> bool:
    return any(pair.achievement.id in achievement_ids for pair in pairs)


class _Kept:
    """Prepared achievements by id, the oldest going first where they are more than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._profiles: dict[UUID, AchievementProfile] = {}
        self._batches = 0

    def profiles(self, session: Session, lists: Sequence[Sequence[UUID]]) -> list[list[AchievementProfile]]:
        """For each of these lists the achievements that exist, in its order."""
        kept = self._profiles  # asked once for each id: to hash one costs more than a step of the loop
        found = [[kept.get(one, one) for one in ids] for ids in lists]
        missing = list({one for row in found for one in row if isinstance(one, UUID)})
        for start in range(0, len(missing), _READ):
            for profile in load_many_achievements(session, missing[start : start + _READ]):
                kept[profile.id] = profile
        rows = ((kept.get(one) if isinstance(one, UUID) else one for one in row) for row in found)
        return [[one for one in row if one is not None] for row in rows]

    def drop_stale(self, session: Session, ids: Collection[UUID]) -> set[UUID]:
        """Forget those of the listings that have changed since they were read, and return them."""
        current = queries.versions_of_achievements(session, ids)
        stale = {one for one in ids if self._profiles[one].version != current.get(one)}
        for one in stale:
            del self._profiles[one]
        return stale

    def tidy(self) -> None:
        """Let go of the oldest, and at times of what is easily had again; between batches, for what is shown must be there to be compared."""
        self._batches += 1
        if self._batches % _TIDIED_AFTER == 0:
            for profile in self._profiles.values():
                profile.text.let_go()
        while len(self._profiles) > self._most:
            del self._profiles[next(iter(self._profiles))]


def _side_by_side(opening: Opening, batches: Sequence[Batch], clock: Clock, processes: int) -> Iterator[int]:
    """Hand batches to processes as they become free. Whenever the caller stops, each ends after the batch it is at."""
    with _crew(opening, clock, min(processes, len(batches))) as crew:
        stretches = _Stretches(batches, len(crew))
        at_work: dict[Connection, int] = {}

        def hand_out(number: int) -> None:
            batch = stretches.next_for(number)
            if batch is not None:
                crew[number].send(batch)
                at_work[crew[number]] = number

        for number in range(len(crew)):
            hand_out(number)
        while at_work:
            for ready in wait(list(at_work)):
                connection = next(one for one in crew if one is ready)
                yield len(_answer(connection).need_ids)
                hand_out(at_work.pop(connection))


class _Stretches:
    """Who does which batches: each process a stretch of neighbours, whose candidates it has ready; then the end of the longest stretch."""

    def __init__(self, batches: Sequence[Batch], count: int) -> None:
        bounds = [len(batches) * number // count for number in range(count + 1)]
        self._left = [deque(batches[start:end]) for start, end in pairwise(bounds)]

    def next_for(self, number: int) -> Batch | None:
        if self._left[number]:
            return self._left[number].popleft()
        longest = max(self._left, key=len)
        return longest.pop() if longest else None


def _answer(connection: Connection) -> Batch:
    """The batch that the process has stored. Raises what stopped it."""
    try:
        answer = connection.recv()
    except (EOFError, ConnectionError):
        raise Unavailable(
            "rematching_process_died", "一个计算进程意外结束(例如内存不足)。已算好的推荐已保存,再次运行同一命令即继续。"
        ) from None
    if isinstance(answer, _Failure):
        if answer.is_of_engine:
            raise EngineUnavailable(answer.text)
        raise Unavailable(
            "rematching_failed", f"计算进程出错({answer.text})。已算好的推荐已保存,排除原因后再次运行同一命令即继续。"
        )
    return cast(Batch, answer)


@contextmanager
def _crew(opening: Opening, clock: Clock, size: int) -> Iterator[list[Connection]]:
    """Processes that match, each at the other end of a connection; they end when it closes, also when this process is killed."""
    context = get_context("spawn")  # a fork would take along locks that threads of this process hold
    with ExitStack() as stack:
        connections: list[Connection] = []
        for _ in range(size):
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(opening, clock, there), daemon=True)
            with _one_thread():
                process.start()
            there.close()  # or the end of the process would not be noticed here
            stack.callback(process.join)
            stack.callback(here.close)
            connections.append(here)
        yield connections


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes that start meanwhile multiply in one thread each: more would wait for each other's processors, and busily."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _work(opening: Opening, clock: Clock, connection: Connection) -> None:
    """What a process of the crew does until its connection closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # stopping is the first process's business
    with suppress(EOFError, ConnectionError), opening() as (database, engine):
        matcher = Matcher(database, engine, clock)
        gc.set_threshold(*_SELDOM)
        while True:
            batch = connection.recv()
            connection.send(_outcome(matcher, batch))
            gc.freeze()  # what is kept is kept to the end, and need not be looked through again and again for garbage


def _outcome(matcher: Matcher, batch: Batch) -> "Batch | _Failure":
    try:
        matcher.match(batch)
    except (EngineUnavailable, IndexOutdated) as error:
        return _Failure(is_of_engine=True, text=str(error))
    except SQLAlchemyError as error:  # its own words may hold rows, or name the server
        return _Failure(is_of_engine=False, text=type(error).__name__)
    except Exception as error:
        log.exception("matching a batch failed")
        return _Failure(is_of_engine=False, text=type(error).__name__)
    return batch


@dataclass(frozen=True)
class _Failure:
    """What stopped a process, in a form that can be sent: errors of the database and the engine carry more than can be pickled."""

    is_of_engine: bool
    text: str
