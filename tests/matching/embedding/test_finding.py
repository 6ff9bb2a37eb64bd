"""Both engines find the same by meaning; the index is asked only once it holds the vectors, and follows what changes."""

import numpy as np
import pytest

from market.achievements.models import Achievement
from market.kernel import outbox
from market.kernel.outbox import Subject
from market.listings.models import ListingStatus
from market.matches import pairing_queue, vector_queries
from matching.embedding import upkeep
from matching.embedding.finding import MeaningFinder
from matching.embedding.nearest import VectorTable
from search import indexer
from search.engine import MeaningEngine
from search.tantivy_engine import TantivyEngine
from tests.matching.embedding.market import Recorded, post
from tests.search.conftest import elasticsearch_engine

KIND = Subject.ACHIEVEMENT


class Wide(Recorded):
    """As wide as the index has room for."""

    dimensions = 512


class Silent(VectorTable):
    """Fails where the table is asked for what the index should have answered."""

    def nearest(self, *_, **__):
        raise AssertionError("the table was asked")


@pytest.fixture
def engine(elasticsearch_url):
    with elasticsearch_engine(elasticsearch_url) as engine:
        engine.prepare()
        yield engine


@pytest.fixture
def embedder():
    return Wide()


@pytest.fixture
def asked():
    drawn = np.random.default_rng(3).normal(size=(3, 512)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture
def settle(database, engine, clock, embedder):
    """Everything embedded, and everything that waits taken into the index."""

    def settle(model=embedder):
        upkeep.embed_all(database, model, clock=clock, progress=lambda *_: None, into_index=True)
        while indexer.drain(database, engine, clock=clock).handled:
            pass

    return settle


def change(database, clock, achievement, **values):
    """As a use-case would: a new version, noted for the index."""
    with database.writing() as session:
        row = session.get(Achievement, achievement.id)
        for name, value in values.items():
            setattr(row, name, value)
        outbox.put(session, KIND, row.id, clock)


def nearest(database, engine, asked, size, table=None, allowed=None):
    with database.reading() as session:
        return MeaningFinder(table or VectorTable()).nearest(session, engine, KIND, asked, size, allowed=allowed)


def test_index_finds_exactly_what_the_table_finds(database, clock, engine, asked, settle, tmp_path) -> None:
    post(database, clock, needs=5, achievements=60)
    settle()
    embedded = TantivyEngine(tmp_path / "index")

    found = nearest(database, engine, asked, 20, table=Silent())

    assert isinstance(engine, MeaningEngine)
    assert not isinstance(embedded, MeaningEngine)
    assert found == nearest(database, embedded, asked, 20)
    assert [len(row) for row in found] == [20, 20, 20]


def test_index_is_asked_for_more_until_enough_are_allowed(database, clock, engine, asked, settle, monkeypatch) -> None:
    _, achievements = post(database, clock, achievements=40)
    settle()
    monkeypatch.setattr("matching.embedding.finding.MARGIN", 1)
    last = {one for one, _ in nearest(database, engine, asked[:1], 40)[0][-3:]}

    found = nearest(database, engine, asked[:1], 3, table=Silent(), allowed=last.intersection)

    assert {one for one, _ in found[0]} == last
    assert len(achievements) == 40


def test_changed_and_removed_listings_are_so_in_the_index_too(database, clock, engine, asked, settle) -> None:
    _, achievements = post(database, clock, achievements=12)
    settle()
    change(database, clock, achievements[0], title="另一个题目")
    change(database, clock, achievements[1], status=ListingStatus.WITHDRAWN)

    before_the_relay = {one for one, _ in nearest(database, engine, asked[:1], 12)[0]}
    assert achievements[1].id not in before_the_relay

    settle()

    found = nearest(database, engine, asked, 12, table=Silent())
    assert found == [sorted(row, key=lambda one: (-one[1], one[0])) for row in nearest(database, None, asked, 12)]
    assert len(found[0]) == 11


def test_rebuilt_index_holds_the_vectors(database, clock, engine, asked, settle) -> None:
    post(database, clock, achievements=8)
    settle()
    expected = nearest(database, engine, asked, 8)

    indexer.rebuild(database, engine, clock=clock, progress=lambda _: None)

    assert nearest(database, engine, asked, 8, table=Silent()) == expected


def test_until_the_index_has_the_new_models_vectors_the_table_answers(database, clock, engine, asked, settle) -> None:
    post(database, clock, achievements=8)
    settle()
    newer = Wide("newer")
    upkeep.embed_all(database, newer, clock=clock, progress=lambda *_: None, into_index=True)

    with pytest.raises(AssertionError, match="the table was asked"):
        nearest(database, engine, asked, 8, table=Silent())
    found = nearest(database, engine, asked, 8)
    assert [len(row) for row in found] == [8, 8, 8]

    settle(newer)
    assert nearest(database, engine, asked, 8, table=Silent()) == found


def test_listing_is_paired_once_the_index_has_its_vector(database, clock, engine, embedder, settle) -> None:
    post(database, clock, achievements=2)
    upkeep.embed_all(database, embedder, clock=clock, progress=lambda *_: None, into_index=True)
    with database.reading() as session:
        assert pairing_queue.waiting(session) == 0

    settle()

    with database.reading() as session:
        assert pairing_queue.waiting(session) == 2
        model = vector_queries.serving_model(session)
    assert engine.count_meanings(KIND, model.id) == 2
    assert engine.count_meanings(Subject.NEED, model.id) == 0


def test_vectors_that_the_mapping_has_no_room_for_stay_out_and_the_table_answers(
    database, clock, engine, asked, settle
) -> None:
    post(database, clock, achievements=3)
    settle(Recorded())

    found = nearest(database, engine, asked[:, :16], 3)

    assert len(found[0]) == 3
    assert isinstance(found[0][0][1], float)
