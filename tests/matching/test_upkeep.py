import pytest

from market.kernel import outbox
from market.kernel.outbox import Subject
from market.kernel.paging import PageRequest
from market.matches import queries
from market.matches import service as matches
from market.matches.models import Match, MatchStatus
from market.matches.schemas import SuggestMatch
from matching import service, upkeep
from matching.weights import MODEL_VERSION
from search.tantivy_engine import TantivyEngine
from tests.factories.scenes import make_scene
from tests.matching.market import furnished


@pytest.fixture
def engine(tmp_path):
    engine = TantivyEngine(tmp_path / "index")
    engine.prepare()
    yield engine
    engine.close()


@pytest.fixture
def suggested(database, clock, engine) -> Match:
    """A pair that the achievement's broker put forward, in a market whose index knows both."""
    with database.writing() as writing:
        needs, achievements = furnished(writing, clock, engine)
        scene = make_scene(writing, clock)
        achievements[0].broker_id = scene.broker.broker_id
        writing.flush()
        command = SuggestMatch(need_id=needs[0].id, achievement_id=achievements[0].id)
        match_id = matches.suggest_match(writing, scene.broker, command, clock=clock).id
    with database.reading() as session:
        return queries.get_match(session, match_id)


def test_suggested_pair_gets_the_score_that_the_engine_would_give(database, clock, engine, suggested):
    with database.reading() as session:
        ranked = service.rank_for_need(session, engine, suggested.need_id, clock=clock)
    version = suggested.version

    assert upkeep.score_suggestions(database, engine, clock=clock) == 1

    with database.reading() as session:
        suggested = queries.get_match(session, suggested.id)
    expected = next(pair for pair in ranked if pair.achievement.id == suggested.achievement_id)
    assert (suggested.score, suggested.model_version) == (pytest.approx(expected.score), MODEL_VERSION)
    assert sum(suggested.parts.values()) == pytest.approx(suggested.score, abs=1e-9)
    assert suggested.terms
    assert (suggested.status, suggested.version) == (MatchStatus.SUGGESTED, version), "people's side is untouched"
    assert upkeep.score_suggestions(database, engine, clock=clock) == 0


class _WriterAtWork:
    """An engine during whose every search somebody else writes."""

    def __init__(self, engine, write):
        self._engine = engine
        self._write = write

    def search(self, query):
        self._write()
        return self._engine.search(query)

    def __getattr__(self, name):
        return getattr(self._engine, name)


def test_others_can_write_while_a_listing_is_ranked(database, clock, engine):
    with database.writing() as session:
        needs, _ = furnished(session, clock, engine)
        need_id = needs[0].id
    written = []

    def write() -> None:
        with database.writing() as session:  # would wait for its lock in vain, were ranking done by a writer
            outbox.put(session, Subject.NEED, need_id, clock)
        written.append(1)

    upkeep.pair_listing(database, _WriterAtWork(engine, write), Subject.NEED, need_id, clock=clock)

    assert written
    with database.reading() as session:
        assert queries.matches_of_need(session, need_id, PageRequest(), now=clock.now()).total > 0
