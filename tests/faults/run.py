"""The fault run: writers write, workers relay, a visitor searches, and everything that can fail does. Then rest, and the checker."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from uuid import UUID

from market.kernel import outbox
from market.kernel.db import Database
from market.kernel.settings import Settings
from market.matches import pairing_queue
from search.engines import open_engine
from tests.faults import journal, processes, schedule
from tests.faults.checker import Verdict, check
from tests.faults.clocks import Drift
from tests.faults.journal import Journal
from tests.faults.proxy import CALM, INJECTED, FaultProxy
from tests.faults.relay import RelayPlan, begun_mark, relay
from tests.faults.schedule import Act, ChangeMood, FreezeNode, KillNode, KillRelay, KillWriters, StartNode, ThawNode
from tests.faults.searching import Searcher
from tests.faults.writers import POISON, WritersPlan, make_owners, write
from tests.servers.elasticsearch import Node

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Plan:
    """How long, how many, how hard. `locks`, `turns` and `proxy.checks_versions` False show that the run would notice their lack."""

    seed: int
    seconds: float
    writers: int = 8
    relays: int = 3
    steps_per_second: float = 40.0
    most_listings: int = 120
    poison_share: float = 0.05
    late_seconds: float = 1.5
    rest_seconds: float = 60.0
    has_faults: bool = True
    locks: bool = True
    turns: bool = True


@dataclass(frozen=True)
class Place:
    """Where it happens: the settings of everybody, and of the checker, who goes past the proxy. The tables are there and empty."""

    settings: Settings
    direct: Settings
    folder: Path
    proxy: FaultProxy | None = None
    node: Node | None = None


@dataclass
class Figures:
    """What the run did, for people."""

    steps: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    moods: int = 0
    node_kills: int = 0
    node_freezes: int = 0
    holds: int = 0
    pairings: int = 0
    injected: Counter[str] = field(default_factory=Counter)
    poison: int = 0
    seconds_to_rest: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    degraded: int = 0
    slowest_answer_seconds: float = 0.0

    def __str__(self) -> str:
        lines = [
            f"{sum(self.steps.values())} steps acknowledged {dict(self.steps)}, refused {dict(self.refused)}",
            f"{self.holds} times entries were relayed, {self.pairings} listings paired as of some version",
            f"{self.kills} kills, the search node killed {self.node_kills} times and frozen {self.node_freezes} times",
            f"{self.moods} moods of the proxy, injected {dict(self.injected)}, {self.poison} poison",
            f"at rest after {self.seconds_to_rest:.1f} s",
            f"answers {dict(self.answers)}, {self.degraded} degraded, slowest {self.slowest_answer_seconds:.2f} s",
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Report:
    """The verdict at rest, the one after the poison was cured and its dead letters replayed, the searcher's complaints, and what was too little to show anything."""

    verdict: Verdict
    cured: Verdict
    unanswered: tuple[str, ...]
    too_little: tuple[str, ...]
    figures: Figures

    @property
    def is_green(self) -> bool:
        return self.verdict.is_green and self.cured.is_green and not self.unanswered and not self.too_little

    def __str__(self) -> str:
        parts = [f"at rest: {self.verdict}", f"poison cured: {self.cured}", f"unanswered: {list(self.unanswered[:5])}"]
        parts += [f"TOO LITTLE: {one}" for one in self.too_little]
        return "\n".join([*parts, str(self.figures)])


class NeverAtRest(AssertionError):
    """The outbox did not empty in time."""


class NeverAlive(AssertionError):
    """Writers or workers did not begin."""


class FaultRun:
    """One run in one place. `tell` hears of progress: (seconds over, seconds in all, what has just happened)."""

    def __init__(self, plan: Plan, place: Place, tell: Callable[[float, float, str], None]) -> None:
        self._plan = plan
        self._place = place
        self._tell = tell
        self._path = place.folder / "journal"
        self._journal = Journal(self._path)
        self._database = Database(place.settings.effective_database_url, pool_size=4)
        self._relays: dict[int, ForkServerProcess] = {}
        self._writers: ForkServerProcess | None = None
        self._born = 0
        self._figures = Figures()

    def go(self) -> Report:
        """Run to the end. Raises `NeverAlive` and `NeverAtRest`; a broken promise is in the report."""
        with ExitStack() as stack:
            stack.callback(self._end)
            owners = make_owners(self._database, self._plan.writers)
            searcher = stack.enter_context(Searcher(self._place.settings, seed=self._plan.seed).searching())
            if self._place.proxy is not None:
                self._place.proxy.poison = POISON.encode()
            self._start_writers(owners)
            for number in range(self._plan.relays):
                self._start_relay(number, Drift.NONE, self._plan.late_seconds)
            self._wait_for_life()
            self._suffer(owners)
            self._come_to_rest()
            verdict = self._check(is_poison_cured=False)
            self._cure()
            cured = self._check(is_poison_cured=True)
        self._count(searcher)
        return Report(
            verdict,
            cured,
            tuple(searcher.faults),
            tuple(self._too_little()),
            self._figures,
        )

    def _wait_for_life(self) -> None:
        """Until somebody has written and somebody has relayed: what is killed before it has begun shows nothing."""
        end = time.monotonic() + self._plan.rest_seconds
        while time.monotonic() < end:
            story = journal.read(self._path)
            if story.acknowledged and story.holds:
                return
            time.sleep(_POLL_SECONDS)
        raise NeverAlive(f"nothing was written and relayed within {self._plan.rest_seconds:g} s")

    def _too_little(self) -> Iterator[str]:
        return too_little(
            self._plan,
            self._figures,
            has_proxy=self._place.proxy is not None,
            has_node=self._place.node is not None,
        )

    def _suffer(self, owners: tuple[UUID, ...]) -> None:
        plan, start = self._plan, time.monotonic()
        moments = schedule.draw(
            plan.seed,
            plan.seconds,
            relays=plan.relays,
            has_proxy=self._place.proxy is not None,
            has_node=self._place.node is not None,
        )
        for moment in moments if plan.has_faults else []:
            self._wait_until(start, moment.at)
            self._tell(moment.at, plan.seconds, _name(moment.act))
            self._perform(moment.act, owners)
        self._wait_until(start, plan.seconds)

    def _perform(self, act: Act, owners: tuple[UUID, ...]) -> None:
        match act:
            case ChangeMood(mood):
                self._figures.moods += 1
                if self._place.proxy is not None:
                    self._place.proxy.set_mood(mood)
            case KillRelay(number, drift) if self._has_begun(number):
                self._figures.kills += 1
                processes.kill(self._relays.pop(number), self._journal)
                self._start_relay(number, drift, self._plan.late_seconds)
            case KillWriters() if self._writers is not None:
                self._figures.kills += 1
                processes.kill(self._writers, self._journal)
                self._start_writers(owners)
            case _ if self._place.node is not None:
                self._perform_on(self._place.node, act)

    def _has_begun(self, number: int) -> bool:
        """On a busy machine a worker may take longer to begin than it would be let live: who has done nothing shows nothing when killed."""
        return begun_mark(self._path, self._relays[number].pid or 0).exists()

    def _perform_on(self, node: Node, act: Act) -> None:
        match act:
            case KillNode() if node.is_running:
                self._figures.node_kills += 1
                node.kill()
            case StartNode() if not node.is_running:
                node.start(wait=False)
            case FreezeNode() if node.is_running:
                self._figures.node_freezes += 1
                node.freeze()
            case ThawNode() if node.is_running:
                node.thaw()

    def _start_relay(self, number: int, drift: Drift, late_seconds: float) -> None:
        self._born += 1
        plan = RelayPlan(
            settings=self._place.settings,
            journal=self._path,
            log=self._place.folder / "relays.log",
            seed=self._plan.seed + self._born,
            drift=drift,
            late_seconds=late_seconds,
            locks=self._plan.locks,
            turns=self._plan.turns,
        )
        self._relays[number] = processes.start(relay, plan)

    def _start_writers(self, owners: tuple[UUID, ...]) -> None:
        self._born += 1
        plan = WritersPlan(
            database_url=self._place.settings.effective_database_url,
            journal=self._path,
            owners=owners,
            seed=self._plan.seed + self._born,
            writers=self._plan.writers,
            steps_per_second=self._plan.steps_per_second,
            poison_share=self._plan.poison_share if self._place.proxy is not None else 0.0,
            most_listings=self._plan.most_listings,
        )
        self._writers = processes.start(write, plan)

    def _come_to_rest(self) -> None:
        """The faults end: nobody writes, the search node is well, every worker is a new one and its clock is right."""
        if self._place.node is not None:
            _make_well(self._place.node)
        if self._place.proxy is not None:
            self._place.proxy.set_mood(CALM)
        if self._writers is not None:
            os.kill(self._writers.pid or 0, signal.SIGTERM)
            self._writers.join(timeout=30)
        for number in range(self._plan.relays):
            processes.kill(self._relays.pop(number), self._journal)
            self._start_relay(number, Drift.NONE, 0.0)
        self._figures.seconds_to_rest = self._rest()

    def _cure(self) -> None:
        """The search node takes the poison now, and an operator replays the dead letters."""
        if self._place.proxy is not None:
            self._place.proxy.poison = None
        with self._database.writing() as session:
            self._figures.poison = outbox.replay(session)
        self._rest()

    def _rest(self) -> float:
        """Wait until nothing waits; returns the seconds it took."""
        start = time.monotonic()
        while True:
            with self._database.reading() as session:
                waiting, _ = outbox.backlog(session)
                to_pair = pairing_queue.waiting(session)
            took = time.monotonic() - start
            if not waiting and not to_pair:
                return took
            if took > self._plan.rest_seconds:
                raise NeverAtRest(f"{waiting} listings still wait for the index and {to_pair} for pairing")
            self._tell(self._plan.seconds, self._plan.seconds, f"coming to rest: {waiting} to index, {to_pair} to pair")
            time.sleep(_POLL_SECONDS)

    def _check(self, *, is_poison_cured: bool) -> Verdict:
        engine = open_engine(self._place.direct, writable=False)
        try:
            engine.prepare()
            return check(self._database, engine, journal.read(self._path), is_poison_cured=is_poison_cured)
        finally:
            engine.close()

    def _count(self, searcher: Searcher) -> None:
        story, figures = journal.read(self._path), self._figures
        figures.steps = Counter(one.action for one in story.acknowledged)
        figures.refused = Counter(story.refused)
        figures.holds = len(story.holds)
        figures.pairings = sum(len(versions) for versions in story.paired.values())
        figures.answers, figures.degraded = searcher.statuses, searcher.degraded
        figures.slowest_answer_seconds = searcher.slowest_seconds
        if self._place.proxy is not None:
            figures.injected = self._place.proxy.struck

    def _wait_until(self, start: float, at: float) -> None:
        left = start + at - time.monotonic()
        if left > 0:
            time.sleep(left)

    def _end(self) -> None:
        for process in (*self._relays.values(), *([self._writers] if self._writers is not None else [])):
            processes.kill(process, self._journal)
        self._journal.close()
        self._database.dispose()


def too_little(plan: Plan, figures: Figures, *, has_proxy: bool, has_node: bool) -> Iterator[str]:
    """What of the run was so little that its being green would say nothing. The bounds are for a machine that is very busy."""
    wanted = [
        ("steps acknowledged", sum(figures.steps.values()), plan.seconds * plan.steps_per_second / 20),
        ("batches relayed", figures.holds, plan.seconds / 10),
        ("listings paired", figures.pairings, plan.seconds / 10),
        ("searches answered", figures.answers[200], plan.seconds / 2),
    ]
    if plan.has_faults:
        wanted.append(("kills", figures.kills, plan.seconds / 4))
    if plan.has_faults and has_proxy:
        wanted.append(("moods of the proxy", figures.moods, plan.seconds / 5))
        injected = sum(figures.injected[one] for one in INJECTED)
        wanted.append(("requests that the proxy spoilt", injected, plan.seconds / 10))
    if plan.has_faults and has_node:
        wanted.append(("kills of the search node", figures.node_kills, plan.seconds // 70))
        wanted.append(("stops of the search node", figures.node_freezes, plan.seconds // 70))
    for what, found, least in wanted:
        if found < least:
            yield f"{found} {what}, expected {least:g} at least"


def _make_well(node: Node) -> None:
    if node.is_running:
        node.thaw()
    else:
        node.start(wait=False)
    node.wait_ready()


def _name(act: Act) -> str:
    match act:
        case ChangeMood(mood):
            return f"search node: {mood.name}"
        case KillRelay(number, drift):
            return f"kill -9 worker {number}, the next one's clock: {drift}"
        case KillWriters():
            return "kill -9 the writers"
        case _:
            return type(act).__name__
