"""Everything anew: the same as one by one, by several processes, stopped and killed and taken up again, while people go on working."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from market.achievements.models import Achievement
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.errors import Conflict, Unavailable
from market.listings.models import ListingStatus
from market.matches import rematching
from market.matches.models import Match, Notice, RematchBatch
from market.needs.models import Need
from matching import bulk, service
from matching.bulk import Effort, match_all
from matching.profiles import AchievementText
from search.elasticsearch_engine import ElasticsearchEngine
from search.elasticsearch_indices import Layout
from search.engine import SearchEngine
from search.tantivy_engine import TantivyEngine
from tests.factories.achievements import make_achievement
from tests.factories.needs import make_need
from tests.matching.market import document_of
from tests.search.conftest import cluster_at, delete_indices

NEEDS = 12
_THINGS = ("滩羊冷鲜肉", "切割废砂浆", "高盐废水", "枸杞鲜果", "单晶硅片", "煤制烯烃")
_METHODS = ("气调包装", "旋流分级", "纳滤分盐", "低温干燥", "激光熔覆")


@dataclass
class Ground:
    """A market on files, so that other processes can open it."""

    database: Database
    engine: SearchEngine
    folder: Path
    clock: FixedClock

    def opening(self, then: Callable[[SearchEngine], SearchEngine] | None = None) -> bulk.Opening:
        return partial(_open, self.database.url, self.folder / "index", then)

    def match_all(self, **effort: Any) -> int:
        return match_all(self.opening(), self.database, self.engine, clock=self.clock, effort=Effort(**effort))

    def recorded(self) -> set[tuple[Any, ...]]:
        """What the matches say, but for who wrote them when."""
        with self.database.reading() as session:
            return {
                (row.need_id, row.achievement_id, row.score, str(row.parts), tuple(row.terms), row.listed_for_need)
                for row in session.exec(select(Match))
            }

    def left(self) -> int:
        with self.database.reading() as session:
            return sum(len(row.need_ids) for row in session.exec(select(RematchBatch)))


@contextmanager
def _open(
    url: str, index: Path, then: Callable[[SearchEngine], SearchEngine] | None
) -> Iterator[tuple[Database, SearchEngine]]:
    database, engine = Database(url), TantivyEngine(index, writable=False)
    engine.prepare()
    yield database, then(engine) if then else engine
    engine.close()
    database.dispose()


@pytest.fixture
def ground(database: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """Needs and achievements about things and methods crossed, in batches of three."""
    monkeypatch.setattr(bulk, "BATCH", 3)
    monkeypatch.setattr(bulk, "_WORTH_PROCESSES", 1)
    engine = TantivyEngine(tmp_path / "index")
    engine.prepare()
    with database.writing() as session:
        rows: list[Need | Achievement] = [
            make_need(session, clock, title=f"{_THINGS[n % 6]}处理中的{_METHODS[n % 5]}", keywords=[_THINGS[n % 6]])
            for n in range(NEEDS)
        ]
        rows += [
            make_achievement(session, clock, title=f"{thing}{method}技术", summary=f"以{method}处理{thing}。")
            for thing in _THINGS
            for method in _METHODS
        ]
    engine.apply([document_of(row) for row in rows])
    yield Ground(database, engine, tmp_path, clock)
    engine.close()


@pytest.fixture
def one_by_one(ground: Ground) -> set[tuple[Any, ...]]:
    """What matching each need by itself records; taken back again."""
    with ground.database.writing() as session:
        for need in session.exec(select(Need)).all():
            service.match_need(session, ground.engine, need.id, clock=ground.clock)
    found = ground.recorded()
    assert len(found) > NEEDS
    with ground.database.writing() as session:
        session.execute(sa.delete(Match))
    return found


def test_all_pairs_are_those_of_matching_one_by_one(ground: Ground, one_by_one: set[tuple[Any, ...]]) -> None:
    shown: list[tuple[int, int]] = []

    assert ground.match_all(progress=lambda done, total: shown.append((done, total))) == NEEDS

    assert ground.recorded() == one_by_one
    assert shown == [(done, NEEDS) for done in range(0, NEEDS + 1, 3)]


def test_pairs_of_achievements_lists_are_renewed_or_taken_away_as_well(ground: Ground) -> None:
    with ground.database.writing() as session:
        for achievement in session.exec(select(Achievement)).all():
            service.match_achievement(session, ground.engine, achievement.id, clock=ground.clock)
        before = len(session.exec(select(Match)).all())
        session.execute(sa.update(Match).values(score=99.0, listed_for_need=False))
        first = session.exec(select(Need.id).order_by(col(Need.id))).first()
        session.execute(sa.update(Need).where(col(Need.id) == first).values(min_trl=9, version=Need.version + 1))
        session.execute(sa.update(Achievement).values(trl=3, version=Achievement.version + 1))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "SHOWN", 1)
        ground.match_all()

    with ground.database.reading() as session:
        rows = session.exec(select(Match)).all()
    assert len(rows) < before
    assert not [row for row in rows if row.need_id == first]
    assert [row for row in rows if not row.listed_for_need]
    assert max(row.score for row in rows) < 99


@pytest.mark.slow
def test_several_processes_record_the_same(ground: Ground, one_by_one: set[tuple[Any, ...]]) -> None:
    assert ground.match_all(processes=2) == NEEDS

    assert ground.recorded() == one_by_one
    assert ground.left() == 0


def test_nobody_is_told_when_everything_is_computed_anew(ground: Ground) -> None:
    ground.match_all()

    with ground.database.reading() as session:
        assert session.exec(select(Notice)).all() == []


def test_stopped_run_is_taken_up_where_it_was(ground: Ground, one_by_one: set[tuple[Any, ...]]) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ground.match_all(progress=stop)
    assert ground.left() == NEEDS - 6

    shown: list[int] = []
    assert ground.match_all(progress=lambda done, _total: shown.append(done)) == NEEDS - 6

    assert shown == [6, 9, 12]
    assert ground.recorded() == one_by_one


@pytest.mark.slow
def test_killed_process_loses_nothing_that_was_stored(ground: Ground, one_by_one: set[tuple[Any, ...]]) -> None:
    effort = Effort(processes=2)
    dying = ground.opening(_DiesInTheMiddle)
    with pytest.raises(Unavailable):
        match_all(dying, ground.database, ground.engine, clock=ground.clock, effort=effort)
    assert 0 < ground.left() < NEEDS
    assert ground.recorded() < one_by_one

    ground.match_all()

    assert ground.recorded() == one_by_one


class _DiesInTheMiddle:
    """An engine in whose fifth search the process is killed."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._searches = 0

    def search(self, query: Any) -> Any:
        self._searches += 1
        if self._searches > 2 * 4:  # words and characters of four needs
            os.kill(os.getpid(), signal.SIGKILL)
        return self._engine.search(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def test_what_was_left_is_given_up_when_asked_or_when_the_model_has_changed(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    for model, anew in (("first", True), ("second", False)):
        with pytest.raises(KeyboardInterrupt):
            ground.match_all(progress=stop)
        assert ground.left() == NEEDS - 3

        monkeypatch.setattr(bulk, "MODEL_VERSION", model)
        assert ground.match_all(anew=anew) == NEEDS


def test_two_runs_at_once_are_refused(ground: Ground) -> None:
    with ground.database.turn("rematching"), pytest.raises(Conflict):
        ground.match_all()


def test_need_that_left_the_market_loses_its_suggestions(ground: Ground) -> None:
    ground.match_all()

    def withdraw(done: int, _total: int) -> None:
        if done == 0:
            with ground.database.writing() as session:
                session.execute(sa.update(Need).values(status=ListingStatus.WITHDRAWN, version=Need.version + 1))

    ground.match_all(progress=withdraw)

    assert ground.recorded() == set()


def test_achievement_that_changes_meanwhile_is_judged_as_it_is_now(ground: Ground) -> None:
    """It has been prepared for the first batch; before the second is stored, its owner wants more than anybody would pay."""
    with ground.database.writing() as session:
        session.execute(sa.update(Need).values(budget_max_cny=100))
        dear = session.exec(select(Achievement.id)).all()

    def raise_prices(done: int, _total: int) -> None:
        if done == 3:
            with ground.database.writing() as session:
                session.execute(sa.update(Achievement).values(asking_price_cny=1000, version=Achievement.version + 1))

    ground.match_all(progress=raise_prices)

    assert len(dear) > 0
    assert 0 < len({need for need, *_ in ground.recorded()}) <= 3


def test_batch_is_stored_one_by_one_where_others_stood_in_the_way(
    ground: Ground, one_by_one: set[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    record, calls = service.store_pairs_of_needs, []

    def deadlocked_once(session: Session, rankings: Any, clock: Any) -> None:
        calls.append(len(rankings))
        record(session, rankings, clock)
        if len(calls) == 1:
            raise OperationalError("", {}, Exception("deadlock detected"))

    monkeypatch.setattr(service, "store_pairs_of_needs", deadlocked_once)

    assert ground.match_all() == NEEDS

    assert ground.left() == 0
    assert calls[0] > 1
    assert calls[1 : calls[0] + 1] == [1] * calls[0]
    assert ground.recorded() == one_by_one


def test_fewer_achievements_kept_than_needed_change_nothing(ground: Ground, one_by_one: set[tuple[Any, ...]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "KEPT", 4)
        ground.match_all()

    assert ground.recorded() == one_by_one


def test_texts_let_go_of_after_each_batch_change_nothing(ground: Ground, one_by_one: set[tuple[Any, ...]]) -> None:
    kept: list[AchievementText] = []
    let_go = AchievementText.let_go

    def forgotten(text: AchievementText) -> None:
        let_go(text)
        kept.append(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "_TIDIED_AFTER", 1)
        patch.setattr(AchievementText, "let_go", forgotten)
        ground.match_all()

    assert ground.recorded() == one_by_one
    assert len({id(text) for text in kept}) < len(kept), "the same texts are compared in several batches"
    assert not any({"text", "chars"} & text.__dict__.keys() for text in kept)


@contextmanager
def _open_with_elasticsearch(url: str, search_url: str, name: str) -> Iterator[tuple[Database, SearchEngine]]:
    database, engine = Database(url), ElasticsearchEngine(cluster_at(search_url), name, Layout())
    yield database, engine
    engine.close()
    database.dispose()


@pytest.mark.slow
def test_several_processes_record_the_same_on_elasticsearch(
    ground: Ground, one_by_one: set[tuple[Any, ...]], elasticsearch_url: str
) -> None:
    name = f"t{uuid4().hex}"
    opening = partial(_open_with_elasticsearch, ground.database.url, elasticsearch_url, name)
    try:
        with opening() as (database, engine):
            engine.prepare()
            with database.reading() as session:
                rows = [*session.exec(select(Need)), *session.exec(select(Achievement))]
            engine.apply([document_of(row) for row in rows])
            match_all(opening, database, engine, clock=ground.clock, effort=Effort(processes=2))
    finally:
        delete_indices(elasticsearch_url, name)

    assert {row[:2] for row in ground.recorded()} == {row[:2] for row in one_by_one}
    assert ground.left() == 0


def test_each_process_keeps_to_its_stretch_and_then_helps_at_the_end_of_the_longest() -> None:
    batches = [rematching.Batch(number, ()) for number in range(7)]
    stretches = bulk._Stretches(batches, 2)

    def taken(by: int) -> int | None:
        batch = stretches.next_for(by)
        return None if batch is None else batch.id

    assert [taken(0), taken(1), taken(0), taken(0)] == [0, 3, 1, 2]
    assert [taken(0), taken(1), taken(0), taken(1), taken(0)] == [6, 4, 5, None, None]
