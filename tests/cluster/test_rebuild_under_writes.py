"""The index is built anew and rolled back while people write and search: nothing that was found is missing at any moment."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from market.achievements import service
from market.achievements.models import Achievement
from market.achievements.schemas import DraftAchievement, EditAchievement
from market.kernel import outbox
from market.kernel.clock import SystemClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from market.listings.models import LIVE
from market.needs.models import Need
from market.parties.models import Party
from search import indexer
from search.engine import EngineQuery, EngineResult, EngineUnavailable, SearchEngine, Sort
from search.engines import open_engine
from seed.generating.plan import Plan
from seed.generating.service import generate
from tests.cluster.writers import Searches, Traffic
from tests.conftest import empty_database
from tests.factories.listings import reviewer, user_of
from tests.schema import make_tables
from tests.search.conftest import delete_indices

_LISTINGS = 3_000
_WRITERS = 4
_WRITES_PER_SECOND = 50.0
_POST_EVERY = 5
"""One write of so many posts a listing; the others edit one."""
_PAGE = 1_000
_BREATH_SECONDS = 0.2
_LEAST_SHARE = 0.8
"""Of the writes that fall due while the index is rebuilt. On two processors that four others kept busy too, all of them were done."""
_ROOT = Path(__file__).parents[2]
_CLOCK = SystemClock()


@pytest.fixture
def postgres() -> Iterator[Database]:
    database = Database(empty_database("rebuilt"), pool_size=8)
    make_tables(database)
    yield database
    database.dispose()


@pytest.fixture
def settings(postgres: Database, elasticsearch_url: str, tmp_path: Path) -> Iterator[Settings]:
    name = f"rebuilt-{uuid4().hex[:12]}"
    yield Settings(
        database_url=postgres.url,
        search_url=elasticsearch_url,
        search_index=name,
        search_timeout_ms=10_000,
        data_dir=tmp_path,
    )
    delete_indices(elasticsearch_url, name)


@pytest.fixture
def engine(settings: Settings) -> Iterator[SearchEngine]:
    engine = open_engine(settings)
    engine.prepare()
    yield engine
    engine.close()


def reindex(settings: Settings) -> None:
    """The operator's command, in a process of its own."""
    own = {
        f"TECHMARKET_{name.upper()}": str(getattr(settings, name))
        for name in ("database_url", "search_url", "search_index", "data_dir")
    }
    command = [sys.executable, "-m", "api.cli", "reindex"]
    done = subprocess.run(command, cwd=_ROOT, env=os.environ | own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]


class Market:
    """What the traffic does: posts and edits, a relay, and walks through everything that is found."""

    def __init__(self, database: Database, engine: SearchEngine) -> None:
        self._database = database
        self._engine = engine
        with database.reading() as session:
            rows = session.exec(select(Achievement).where(col(Achievement.status).in_(LIVE))).all()
            self._own = [(row.id, user_of(session.get_one(Party, row.owner_party_id))) for row in rows]
            needs = session.exec(select(Need.id).where(col(Need.status).in_(LIVE))).all()
        self._chances = [random.Random(number) for number in range(_WRITERS)]  # noqa: S311  nothing secret is drawn from it
        self.searchable = {listing_id for listing_id, _ in self._own} | set(needs)
        """What the relay has said is in the index. Nobody takes a listing out."""
        self._promised: set[UUID] | None = None
        self.walks = 0

    def promise_only(self, listings: set[UUID]) -> None:
        """From now on walks look for these: an index that is taken into use again lacks for a while what was posted after it."""
        self._promised = listings

    def write(self, writer: int, turn: int) -> bool:
        try:
            self._write(writer, turn)
        except OperationalError:  # a lock that was not had in time on a busy machine: people send it again
            return self.write(writer, turn)
        return True

    def _write(self, writer: int, turn: int) -> None:
        listing_id, owner = self._chances[writer].choice(self._own)
        title = f"枸杞冻干与在线分选成套技术(第 {writer}-{turn} 版)"
        with self._database.writing() as session:
            if turn % _POST_EVERY:
                service.edit_achievement(session, owner, listing_id, EditAchievement(title=title), clock=_CLOCK)
            else:
                draft = DraftAchievement(title=title, summary="在线分选,节能降耗,运行稳定。", field_code="07")
                row = service.draft_achievement(session, owner, draft, clock=_CLOCK)
                service.submit_achievement(session, owner, row.id, clock=_CLOCK)
                service.publish_achievement(session, reviewer(), row.id, clock=_CLOCK)

    def relay(self) -> None:
        try:
            report = indexer.drain(self._database, self._engine, clock=_CLOCK)
        except EngineUnavailable:  # the worker tries again, too: a write may fail, a search may not
            return
        self.searchable = self.searchable | {listing_id for _, listing_id in report.applied}
        if not report.handled:
            time.sleep(0.05)

    def walk(self, searches: Searches) -> None:
        """Read through everything once, from the beginning to the end, after a breath: reading must not take the writers' processor."""
        time.sleep(_BREATH_SECONDS)
        wanted = self.searchable if self._promised is None else self._promised
        found: set[UUID] = set()
        after = None
        while True:
            page: list[EngineResult] = []
            query = EngineQuery(sort=Sort.NEWEST, size=_PAGE, after=after)
            searches.ask(lambda query=query, page=page: page.append(self._engine.search(query)))
            assert page, "a search failed"
            assert page[0].total >= len(wanted), f"{page[0].total} of {len(wanted)} listings were found"
            found |= {hit.subject_id for hit in page[0].hits}
            if len(page[0].hits) < _PAGE:
                break
            after = page[0].hits[-1].sort_key
        missing = wanted - found
        assert not missing, f"{len(missing)} listings were not found, {next(iter(missing))} among them"
        self.walks += 1


@pytest.mark.slow
@pytest.mark.once
def test_nothing_is_missing_when_the_index_is_rebuilt_and_rolled_back_under_writes(
    postgres: Database, settings: Settings, engine: SearchEngine
) -> None:
    plan = Plan(listings=_LISTINGS, contracts=0, seed=4, year=_CLOCK.today().year, today=_CLOCK.today())
    generate(postgres, plan, clock=_CLOCK, make_password=lambda: "not-the-same-everywhere-8741")
    indexer.rebuild(postgres, engine, clock=_CLOCK, progress=lambda _done: None)
    market = Market(postgres, engine)
    traffic = Traffic(writers=_WRITERS, writes_per_second=_WRITES_PER_SECOND)

    def wait_for_a_walk() -> None:
        wanted = market.walks + 2  # the first may have begun before
        traffic.wait_until(lambda: market.walks >= wanted, "complete walk through the index")

    with traffic.flowing(market.write, searchers=[market.walk], beside=[market.relay]):
        wait_for_a_walk()
        in_both = market.searchable
        began, writes_before = time.monotonic(), traffic.writes
        reindex(settings)
        rebuild_seconds = time.monotonic() - began
        writes_meanwhile = traffic.writes - writes_before
        wait_for_a_walk()
        market.promise_only(in_both)
        wait_for_a_walk()
        began = time.monotonic()
        engine.rollback()
        swap_seconds = time.monotonic() - began
        began = time.monotonic()
        indexer.rollback(postgres, engine, clock=_CLOCK)  # forward again, with all that follows
        rollback_seconds = time.monotonic() - began
        wait_for_a_walk()

    while indexer.drain(postgres, engine, clock=_CLOCK).handled:
        pass
    print(  # noqa: T201  the figures that docs quote
        f"{len(market.searchable)} listings, rebuilt in {rebuild_seconds:.1f} s under {writes_meanwhile / rebuild_seconds:.0f} writes a second (behind by "
        f"{traffic.latest_write_seconds:.2f} s at most), {traffic.answered} searches, {traffic.failed} failed, the slowest "
        f"{traffic.longest_search_seconds:.2f} s, {market.walks} walks, "
        f"aliases swapped back in {swap_seconds:.3f} s, rolled back and compared in {rollback_seconds:.2f} s"
    )
    assert traffic.errors == []
    assert traffic.failed == 0
    assert writes_meanwhile >= _LEAST_SHARE * _WRITES_PER_SECOND * rebuild_seconds, "people had to wait for the rebuild"
    assert swap_seconds < 1.0
    with postgres.reading() as session:
        assert outbox.backlog(session) == (0, 0)
    assert indexer.drift(postgres, engine).size == 0
