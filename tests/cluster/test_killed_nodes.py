"""Each of three nodes is killed once, the elected master first, while people write and search: what was acknowledged stays, searches go on."""

import threading
import time
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from market.kernel.outbox import Subject
from market.kernel.settings import Settings
from search.engine import EngineQuery, EngineUnavailable, IndexDocument, Outcome, SearchEngine, Term, TextField
from search.engines import open_engine
from search.weights import FILLER
from tests.cluster.writers import Searches, Traffic
from tests.servers.elasticsearch import Cluster

_NAMESPACE = UUID("6c0f6a5e-55a3-4d1a-8b4a-3f3f0f0c7a11")
_WRITERS = 4
_WRITES_PER_SECOND = 50.0
_SEARCHERS = 4
_SEARCH_EVERY_SECONDS = 0.1
"""Each searcher's breath. A gap of ten seconds is found at any pace; asked faster, the machine is busy answering and not restarting nodes."""
_OWN = 25
"""Each writer writes so many listings, over and over, under growing versions."""
_AGAIN_SECONDS = 0.2
_TIMEOUT_MS = 1_000
_LONGEST_WITHOUT_AN_ANSWER_SECONDS = 10.0
"""A search that was on its way to the killed node and times out, the breaker's longest pause (2 s), the one that tries again: 4 s,
and the rest for a machine on which nodes start while others work."""


class RelayLike:
    """Writes listings and tries each again until it is told that it is done, as the relay does."""

    def __init__(self, engine: SearchEngine, stopped: threading.Event) -> None:
        self._engine = engine
        self._stopped = stopped
        self._own: list[dict[UUID, int]] = [{} for _ in range(_WRITERS)]
        self.tried_again = 0

    @property
    def acknowledged(self) -> dict[UUID, int]:
        """The newest version of each listing that the cluster has said it holds."""
        return {one: version for own in self._own for one, version in own.items()}

    def write(self, writer: int, turn: int) -> bool:
        one = _document(uuid5(_NAMESPACE, f"{writer} {turn % _OWN}"), 1 + turn // _OWN)
        while not self._stopped.is_set():
            try:
                (result,) = self._engine.apply([one])
            except EngineUnavailable:
                result = None
            if result is not None and result.outcome is Outcome.APPLIED:
                self._own[writer][one.subject_id] = one.version
                return True
            assert result is None or result.outcome is Outcome.RETRY, result
            self.tried_again += 1
            self._stopped.wait(_AGAIN_SECONDS)
        return False


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
                search_timeout_ms=_TIMEOUT_MS,
                data_dir=tmp_path,
            )
        )
        stack.callback(engine.close)
        engine.prepare()
        cluster.wait_for(nodes=3, status="green")
        traffic = Traffic(writers=_WRITERS, writes_per_second=_WRITES_PER_SECOND)
        relay, seconds_to_green = RelayLike(engine, traffic.stopped), []

        def search(searches: Searches) -> None:
            traffic.stopped.wait(_SEARCH_EVERY_SECONDS)
            searches.ask(lambda: engine.search(EngineQuery(required=((Term(TextField.TITLE, "技术"),),), size=20)))

        with traffic.flowing(relay.write, searchers=[search] * _SEARCHERS):
            _wait_for_more(traffic)
            master = cluster.master()
            for node in (master, *(other for other in cluster.nodes if other is not master)):
                node.kill()
                _wait_for_more(traffic)
                back = time.monotonic()
                node.start(wait=False)
                cluster.wait_for(nodes=3, status="green")
                seconds_to_green.append(time.monotonic() - back)
                _wait_for_more(traffic)

        print(  # noqa: T201  the figures that docs quote
            f"3 kills, {traffic.writes} writes ({relay.tried_again} tried again), {traffic.answered} searches, "
            f"{traffic.failed} failed, nobody without an answer for longer than {traffic.longest_search_seconds:.2f} s, "
            f"green again after {', '.join(f'{one:.1f}' for one in seconds_to_green)} s"
        )
        assert traffic.errors == []
        held = {subject_id: version for _, subject_id, version in engine.versions()}
        lost = {
            one: (version, held.get(one)) for one, version in relay.acknowledged.items() if held.get(one, 0) < version
        }
        assert not lost, f"acknowledged, but not in the index: {lost}"
        assert len(relay.acknowledged) == _WRITERS * _OWN, "too little was written to show anything"
        assert traffic.longest_search_seconds < _LONGEST_WITHOUT_AN_ANSWER_SECONDS


def _wait_for_more(traffic: Traffic) -> None:
    """Until both writes and searches have succeeded again, and again."""
    writes, answered = traffic.writes, traffic.answered
    traffic.wait_until(
        lambda: traffic.writes >= writes + 50 and traffic.answered >= answered + 25,
        "writes and searches that succeed",
    )


def _document(subject_id: UUID, version: int) -> IndexDocument:
    texts = dict.fromkeys(TextField, FILLER) | {TextField.TITLE: f"枸杞 技术 第{version}版"}
    return IndexDocument(Subject.ACHIEVEMENT, subject_id, version, texts, {}, {})
