from datetime import timedelta

import pytest
from sqlmodel import select

from market.kernel.actor import ANONYMOUS, Actor, Role
from market.kernel.errors import Conflict, Forbidden, NotFound, Unauthenticated, Unavailable
from market.kernel.ids import new_id
from market.listings.models import ListingStatus
from market.matches.models import Match
from matching import service
from matching.learning.examples import LEARNED_PART, with_ranker
from matching.learning.ranker import Ranker
from matching.weights import MODEL_VERSION
from search.tantivy_engine import TantivyEngine
from tests.factories.achievements import make_achievement
from tests.factories.listings import make_owner, reviewer, user_of
from tests.matching.market import furnished, index, open_engine


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(tmp_path / "index")
    yield engine
    engine.close()


def test_match_need_when_a_solution_is_listed_puts_it_first_with_reasons(session, clock, engine):
    needs, achievements = furnished(session, clock, engine)

    for need, solution in zip(needs, achievements, strict=False):
        best = service.match_need(session, engine, need.id, clock=clock)[0]

        assert best.achievement_id == solution.id
        assert best.model_version == MODEL_VERSION
        assert sum(best.parts.values()) == pytest.approx(best.score, abs=1e-9)
        texts = (
            need.title + need.summary + need.problem + need.key_technology + need.expected_outcome,
            solution.title + solution.summary + solution.description + "".join(solution.keywords),
        )
        assert best.terms
        assert all(term in text for term in best.terms for text in texts)


def test_match_achievement_when_asked_from_the_other_side_gives_the_same_score(session, clock, engine):
    needs, achievements = furnished(session, clock, engine)
    forward = {
        (pair.need.id, pair.achievement.id): (pair.score, pair.parts, pair.terms)
        for need in needs
        for pair in service.rank_for_need(session, engine, need.id, clock=clock)
    }

    backward = {
        (pair.need.id, pair.achievement.id): (pair.score, pair.parts, pair.terms)
        for achievement in achievements
        for pair in service.rank_for_achievement(session, engine, achievement.id, clock=clock)
    }

    assert forward == backward
    assert len(forward) >= 3


def test_match_need_when_computed_twice_changes_nothing(session, clock, engine):
    needs, _ = furnished(session, clock, engine)
    first = [(one.id, one.score) for one in service.match_need(session, engine, needs[0].id, clock=clock)]

    second = [(one.id, one.score) for one in service.match_need(session, engine, needs[0].id, clock=clock)]

    assert first == second
    assert len(session.exec(select(Match)).all()) == len(first)


def test_match_need_when_the_index_is_behind_trusts_the_row(session, clock, engine):
    needs, achievements = furnished(session, clock, engine)
    achievements[0].status = ListingStatus.WITHDRAWN
    session.flush()

    found = service.match_need(session, engine, needs[0].id, clock=clock)

    assert achievements[0].id not in {match.achievement_id for match in found}


def test_match_need_when_the_only_solution_belongs_to_the_asker_leaves_it_out(session, clock, engine):
    needs, _ = furnished(session, clock, engine)
    own = make_achievement(
        session, clock, owner_party_id=needs[0].owner_party_id, title=needs[0].title, summary=needs[0].problem
    )
    index(engine, own)

    found = service.match_need(session, engine, needs[0].id, clock=clock)

    assert own.id not in {match.achievement_id for match in found}


def test_match_need_when_it_is_not_live_any_more_drops_its_suggestions(session, clock, engine):
    needs, _ = furnished(session, clock, engine)
    assert service.match_need(session, engine, needs[0].id, clock=clock)
    clock.advance(timedelta(days=400))

    assert service.match_need(session, engine, needs[0].id, clock=clock) == []
    assert session.exec(select(Match)).all() == []


def test_match_need_when_text_is_very_short_still_finds_by_characters(session, clock, engine):
    needs, _ = furnished(session, clock, engine)
    needs[0].title, needs[0].summary, needs[0].keywords = "硅砂", "", []
    needs[0].problem = needs[0].key_technology = needs[0].expected_outcome = needs[0].background = ""
    session.flush()

    assert service.match_need(session, engine, needs[0].id, clock=clock)


def test_match_need_when_it_does_not_exist(session, clock, engine):
    with pytest.raises(NotFound):
        service.match_need(session, engine, new_id(), clock=clock)
    with pytest.raises(NotFound):
        service.match_achievement(session, engine, new_id(), clock=clock)


class TestRefresh:
    def test_when_nobody_is_signed_in(self, session, clock, engine):
        needs, _ = furnished(session, clock, engine)

        with pytest.raises(Unauthenticated):
            service.refresh_matches_of_need(session, engine, ANONYMOUS, needs[0].id, clock=clock)

    def test_when_the_actor_is_a_stranger(self, session, clock, engine):
        needs, achievements = furnished(session, clock, engine)
        stranger = user_of(make_owner(session, clock))

        with pytest.raises(Forbidden):
            service.refresh_matches_of_need(session, engine, stranger, needs[0].id, clock=clock)
        with pytest.raises(Forbidden):
            service.refresh_matches_of_achievement(session, engine, stranger, achievements[0].id, clock=clock)

    def test_when_a_stranger_asks_for_a_draft_it_is_not_there(self, session, clock, engine):
        needs, _ = furnished(session, clock, engine)
        needs[0].status = ListingStatus.DRAFT
        session.flush()

        with pytest.raises(NotFound):
            service.refresh_matches_of_need(
                session, engine, user_of(make_owner(session, clock)), needs[0].id, clock=clock
            )

    def test_when_the_owner_has_not_published_yet(self, session, clock, engine):
        needs, _ = furnished(session, clock, engine)
        needs[0].status = ListingStatus.DRAFT
        session.flush()
        owner = Actor(user_id=new_id(), role=Role.ENTERPRISE, party_id=needs[0].owner_party_id, name="示范用户")

        with pytest.raises(Conflict):
            service.refresh_matches_of_need(session, engine, owner, needs[0].id, clock=clock)

    def test_when_an_official_asks(self, session, clock, engine):
        needs, achievements = furnished(session, clock, engine)

        assert service.refresh_matches_of_need(session, engine, reviewer(), needs[0].id, clock=clock)
        assert service.refresh_matches_of_achievement(session, engine, reviewer(), achievements[0].id, clock=clock)

    def test_when_the_engine_does_not_answer(self, session, clock, engine, tmp_path):
        needs, _ = furnished(session, clock, engine)
        closed = TantivyEngine(tmp_path / "nowhere", writable=False)

        with pytest.raises(Unavailable) as refused:
            service.refresh_matches_of_need(session, closed, reviewer(), needs[0].id, clock=clock)

        assert refused.value.code == "matching_unavailable"


def test_an_adopted_ranker_is_a_part_of_the_score_and_named_with_the_match(session, clock, engine, monkeypatch):
    needs, _ = furnished(session, clock, engine)
    plain = service.rank_for_need(session, engine, needs[0].id, clock=clock)
    learned = Ranker(4, MODEL_VERSION, ("characters",), (0.0,), (20.0,))
    monkeypatch.setattr(service, "current_ranker", lambda _session: learned)

    pairs = service.rank_for_need(session, engine, needs[0].id, clock=clock)

    assert {LEARNED_PART} == set(pairs[0].parts) - set(plain[0].parts)
    assert pairs[0].parts[LEARNED_PART] > 0
    assert sum(pairs[0].parts.values()) == pytest.approx(pairs[0].score, abs=1e-9)
    stored = service.match_need(session, engine, needs[0].id, clock=clock)[0]
    assert stored.model_version == with_ranker(MODEL_VERSION, 4)
