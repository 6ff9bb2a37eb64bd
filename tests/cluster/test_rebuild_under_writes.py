"""The index is built anew and rolled back while people write and search: nothing that was found is missing at any moment."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from market.achievements import service
from market.achievements.schemas import EditAchievement
from market.kernel import outbox
from market.kernel.clock import SystemClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from market.parties.models import Party
from search import indexer
from search.engine import EngineQuery, EngineUnavailable, SearchEngine, Sort
from search.engines import open_engine
from tests.conftest import empty_database
from tests.factories.achievements import make_achievement
from tests.factories.listings import make_owner, user_of
from tests.schema import make_tables
from tests.search.conftest import delete_indices

_LISTINGS = 2_000
_WRITES_PER_SECOND = 50.0
_PATIENCE_SECONDS = 60.0
_PAGE = 200
_CLOCK = SystemClock()


@pytest.fixture
def postgres() -> Iterator[Database]:
    database = Database(empty_database("rebuilt"), pool_size=8)
    make_tables(database)
    yield database
    database.dispose()


@pytest.fixture
def engine(elasticsearch_url: str, tmp_path: Path) -> Iterator[SearchEngine]:
    name = f"rebuilt-{uuid4().hex[:12]}"
    engine = open_engine(
        Settings(search_url=elasticsearch_url, search_index=name, search_timeout_ms=10_000, data_dir=tmp_path)
    )
    engine.prepare()
    yield engine
    engine.close()
    delete_indices(elasticsearch_url, name)


class Traffic:
    """One who edits fifty listings a second, a relay, and one who reads through everything, over and over."""

    def __init__(self, database: Database, engine: SearchEngine, ids: list[UUID], owner_id: UUID) -> None:
        self._database = database
        self._engine = engine
        self._ids = ids
        self._owner_id = owner_id
        self._stopped = threading.Event()
        self.errors: list[str] = []
        self.edits = self.searches = self.walks = 0

    @contextmanager
    def flowing(self) -> Iterator[None]:
        threads = [
            threading.Thread(target=self._guarded, args=(task,)) for task in (self._edit, self._relay, self._walk)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join(timeout=_PATIENCE_SECONDS)

    def wait_for_walks(self, count: int) -> None:
        """Until everything has been read through so many times more, from its beginning to its end."""
        wanted = self.walks + 1 + count  # the first may have begun before
        _wait(lambda: bool(self.errors) or self.walks >= wanted, "complete walk through the index")

    def _guarded(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception as error:  # noqa: BLE001  told by the test's own thread
            self.errors.append(repr(error))

    def _edit(self) -> None:
        with self._database.reading() as session:
            owner = user_of(session.get_one(Party, self._owner_id))
        chance, start = random.Random(4), time.monotonic()  # noqa: S311  nothing secret is drawn from it
        while not self._stopped.wait(max(0.0, start + self.edits / _WRITES_PER_SECOND - time.monotonic())):
            command = EditAchievement(title=f"枸杞冻干与在线分选成套技术(第 {self.edits} 改)")
            with self._database.writing() as session:
                service.edit_achievement(session, owner, chance.choice(self._ids), command, clock=_CLOCK)
            self.edits += 1

    def _relay(self) -> None:
        while not self._stopped.is_set():
            try:
                busy = indexer.drain(self._database, self._engine, clock=_CLOCK).handled
            except EngineUnavailable:  # the worker tries again, too: a write may fail, a search may not
                busy = 0
            if not busy:
                self._stopped.wait(0.05)

    def _walk(self) -> None:
        wanted = set(self._ids)
        while not self._stopped.is_set():
            missing = wanted - set(self._everything_found())
            assert not missing, f"{len(missing)} listings were not found, {next(iter(missing))} among them"
            self.walks += 1

    def _everything_found(self) -> Iterator[UUID]:
        after = None
        while True:
            result = self._engine.search(EngineQuery(sort=Sort.NEWEST, size=_PAGE, after=after))
            self.searches += 1
            assert result.total == len(self._ids), f"{result.total} of {len(self._ids)} listings were found"
            yield from (hit.subject_id for hit in result.hits)
            if len(result.hits) < _PAGE:
                return
            after = result.hits[-1].sort_key


@pytest.mark.slow
@pytest.mark.once
def test_nothing_is_missing_when_the_index_is_rebuilt_and_rolled_back_under_writes(
    postgres: Database, engine: SearchEngine
) -> None:
    with postgres.writing() as session:
        owner = make_owner(session, _CLOCK)
        owner_id = owner.id
        ids = [make_achievement(session, _CLOCK, owner=owner).id for _ in range(_LISTINGS)]
    indexer.rebuild(postgres, engine, clock=_CLOCK, progress=lambda _done: None)
    traffic = Traffic(postgres, engine, ids, owner_id)

    with traffic.flowing():
        traffic.wait_for_walks(1)
        rebuild_seconds, edits_meanwhile = time.monotonic(), traffic.edits
        indexer.rebuild(postgres, engine, clock=_CLOCK, progress=lambda _done: None)
        rebuild_seconds, edits_meanwhile = time.monotonic() - rebuild_seconds, traffic.edits - edits_meanwhile
        traffic.wait_for_walks(1)
        swap_seconds = time.monotonic()
        engine.rollback()
        swap_seconds = time.monotonic() - swap_seconds
        rollback_seconds = time.monotonic()
        indexer.rollback(postgres, engine, clock=_CLOCK)  # forward again, with all that follows
        rollback_seconds = time.monotonic() - rollback_seconds
        traffic.wait_for_walks(1)

    while indexer.drain(postgres, engine, clock=_CLOCK).handled:
        pass
    print(  # noqa: T201  the figures that docs quote
        f"{_LISTINGS} listings rebuilt in {rebuild_seconds:.1f} s under {edits_meanwhile} edits "
        f"({edits_meanwhile / rebuild_seconds:.0f} a second), {traffic.searches} searches, {traffic.walks} walks, "
        f"aliases swapped back in {swap_seconds:.3f} s, rolled back and compared in {rollback_seconds:.2f} s"
    )
    assert traffic.errors == []
    assert edits_meanwhile > 0
    assert swap_seconds < 1.0
    with postgres.reading() as session:
        assert outbox.backlog(session) == (0, 0)
    assert indexer.drift(postgres, engine).size == 0


def _wait(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, f"no {what} within {_PATIENCE_SECONDS:g} s"
        time.sleep(0.05)
