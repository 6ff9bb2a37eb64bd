"""Each of three nodes is killed once, the elected master first, while people write and search: what was acknowledged stays, searches go on."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from market.kernel.outbox import Subject
from market.kernel.settings import Settings
from search.engine import EngineQuery, EngineUnavailable, IndexDocument, Outcome, SearchEngine, Term, TextField
from search.engines import open_engine
from search.weights import FILLER
from tests.servers.elasticsearch import Cluster

_NAMESPACE = UUID("6c0f6a5e-55a3-4d1a-8b4a-3f3f0f0c7a11")
_WRITERS = 4
_SEARCHERS = 4
_OWN = 25
"""Each writer writes so many listings, over and over, under growing versions."""
_AGAIN_SECONDS = 0.2
_LONGEST_GAP_SECONDS = 15.0
"""An election takes 3 s, and a search that was on its way to the killed node its timeout; the rest is for a busy machine."""
_PATIENCE_SECONDS = 60.0


class Traffic:
    """Writers who try again until they are told that it is done, as the relay does, and searchers who ask once."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self.acknowledged: dict[UUID, int] = {}
        self.errors: list[str] = []
        self.writes = self.tried_again = self.searches = self.unanswered = 0
        self.longest_gap = 0.0
        self._answered_at = time.monotonic()

    @contextmanager
    def flowing(self) -> Iterator[None]:
        tasks = [(self._write, number) for number in range(_WRITERS)] + [(self._search, n) for n in range(_SEARCHERS)]
        threads = [threading.Thread(target=self._guarded, args=task) for task in tasks]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join(timeout=_PATIENCE_SECONDS)

    def wait_for_more(self) -> None:
        """Until both writes and searches have succeeded again, and again."""
        writes, searches = self.writes, self.searches
        _wait(lambda: self.writes >= writes + 20 and self.searches >= searches + 50, "writes and searches that succeed")

    def _guarded(self, task: Callable[[int], None], number: int) -> None:
        try:
            task(number)
        except Exception as error:  # noqa: BLE001  told by the test's own thread
            self.errors.append(repr(error))

    def _write(self, writer: int) -> None:
        for turn in itertools.count():
            if self._stopped.is_set():
                return
            one = _document(uuid5(_NAMESPACE, f"{writer} {turn % _OWN}"), 1 + turn // _OWN)
            if not self._write_until_done(one):
                return
            with self._lock:
                self.writes += 1
                self.acknowledged[one.subject_id] = one.version

    def _write_until_done(self, one: IndexDocument) -> bool:
        """False where it was stopped before it was acknowledged: then nothing is promised."""
        while not self._stopped.is_set():
            try:
                (result,) = self._engine.apply([one])
            except EngineUnavailable:
                result = None
            if result is not None and result.outcome is Outcome.APPLIED:
                return True
            assert result is None or result.outcome is Outcome.RETRY, result
            self.tried_again += 1
            self._stopped.wait(_AGAIN_SECONDS)
        return False

    def _search(self, _number: int) -> None:
        while not self._stopped.wait(0.02):
            try:
                self._engine.search(EngineQuery(required=((Term(TextField.TITLE, "技术"),),), size=20))
            except EngineUnavailable:
                self.unanswered += 1
                continue
            with self._lock:
                now = time.monotonic()
                self.longest_gap = max(self.longest_gap, now - self._answered_at)
                self._answered_at = now
                self.searches += 1


@pytest.mark.slow
@pytest.mark.once
def test_nothing_acknowledged_is_lost_and_searches_go_on_when_each_node_is_killed(tmp_path: Path) -> None:
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster(tmp_path, short_lived=True, heap="384m", remove_homes=True))
        engine = open_engine(
            Settings(
                search_url=cluster.urls,
                search_index="killed",
                search_shards=3,
                search_replicas="1",
                search_timeout_ms=1_000,
                data_dir=tmp_path,
            )
        )
        stack.callback(engine.close)
        engine.prepare()
        cluster.wait_for(nodes=3, status="green")
        traffic, seconds_to_green = Traffic(engine), []
        with traffic.flowing():
            traffic.wait_for_more()
            master = cluster.master()
            for node in (master, *(other for other in cluster.nodes if other is not master)):
                node.kill()
                traffic.wait_for_more()
                back = time.monotonic()
                node.start(wait=False)
                cluster.wait_for(nodes=3, status="green")
                seconds_to_green.append(time.monotonic() - back)
                traffic.wait_for_more()

        print(  # noqa: T201  the figures that docs quote
            f"3 kills, {traffic.writes} writes ({traffic.tried_again} tried again), {traffic.searches} searches, "
            f"{traffic.unanswered} without an answer, longest gap {traffic.longest_gap:.2f} s, "
            f"green again after {', '.join(f'{one:.1f}' for one in seconds_to_green)} s"
        )
        assert not traffic.errors
        held = {subject_id: version for _, subject_id, version in engine.versions()}
        lost = {
            one: (version, held.get(one)) for one, version in traffic.acknowledged.items() if held.get(one, 0) < version
        }
        assert not lost, f"acknowledged, but not in the index: {lost}"
        assert traffic.longest_gap < _LONGEST_GAP_SECONDS


def _document(subject_id: UUID, version: int) -> IndexDocument:
    texts = dict.fromkeys(TextField, FILLER) | {TextField.TITLE: f"枸杞 技术 第{version}版"}
    return IndexDocument(Subject.ACHIEVEMENT, subject_id, version, texts, {}, {})


def _wait(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, f"no {what} within {_PATIENCE_SECONDS:g} s"
        time.sleep(0.05)
