import pytest
from sqlmodel import col, func, select

from market.achievements.models import Achievement
from market.deals import service
from market.deals.models import Deal, DealStatus
from market.deals.schemas import CloseDeal, OpenDeal, ProposeTerms
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.errors import Conflict
from market.listings.models import ListingStatus
from market.matches.models import MatchStatus
from tests.factories.matches import make_match
from tests.factories.scenes import Scene, make_scene
from tests.market.deals.test_terms import TERMS
from tests.threads import at_once

CLOSE = CloseDeal(reason_code="price")


@pytest.fixture
def scene(database: Database, clock: FixedClock) -> Scene:
    with database.writing() as session:
        return make_scene(session, clock, status=MatchStatus.CONSENTED)


def test_two_clicks_open_one_deal(database: Database, clock: FixedClock, scene: Scene) -> None:
    command = OpenDeal(match_id=scene.match.id)
    people = [scene.acquirer, scene.provider, scene.broker, scene.acquirer]
    outcome = at_once(database, [lambda s, who=who: service.open_deal(s, who, command, clock=clock) for who in people])
    assert sum(error is None for error in outcome) == 1
    assert all(isinstance(error, Conflict) for error in outcome if error)
    with database.reading() as session:
        assert session.exec(select(func.count(col(Deal.id)))).one() == 1


def test_accept_against_close_one_wins(database: Database, clock: FixedClock, scene: Scene) -> None:
    deal = _open(database, clock, scene)
    with database.writing() as session:
        service.propose_terms(session, scene.provider, deal.id, ProposeTerms(**TERMS), clock=clock)
        version = session.get_one(Deal, deal.id).version
    outcome = at_once(
        database,
        [
            lambda s: service.accept_proposal(s, scene.acquirer, deal.id, clock=clock, expected_version=version),
            lambda s: service.close_deal(s, scene.provider, deal.id, CLOSE, clock=clock, expected_version=version),
        ],
    )
    assert sum(error is None for error in outcome) == 1
    assert sum(isinstance(error, Conflict) for error in outcome) == 1
    with database.reading() as session:
        expected = DealStatus.ACCEPTED if outcome[0] is None else DealStatus.CLOSED
        assert session.get_one(Deal, deal.id).status is expected


def test_agree_against_close_without_versions_one_wins(database: Database, clock: FixedClock, scene: Scene) -> None:
    deal = _open(database, clock, scene)
    with database.writing() as session:
        service.propose_terms(session, scene.provider, deal.id, ProposeTerms(**TERMS), clock=clock)
        service.accept_proposal(session, scene.acquirer, deal.id, clock=clock)
    outcome = at_once(
        database,
        [
            lambda s: service.agree_deal(s, scene.provider, deal.id, clock=clock),
            lambda s: service.close_deal(s, scene.acquirer, deal.id, CLOSE, clock=clock),
        ],
    )
    assert sum(isinstance(error, Conflict) for error in outcome) == 1


def test_last_two_talks_closed_at_once_release_the_achievement(
    database: Database, clock: FixedClock, scene: Scene
) -> None:
    first = _open(database, clock, scene)
    second = _open_second(database, clock, scene)
    outcome = at_once(
        database,
        [
            lambda s, deal=deal: service.close_deal(s, scene.provider, deal, CLOSE, clock=clock)
            for deal in (first.id, second.id)
        ],
    )
    assert outcome == [None, None]
    with database.reading() as session:
        assert session.get_one(Achievement, scene.achievement.id).status is ListingStatus.PUBLISHED


def test_achievement_is_transferred_once(database: Database, clock: FixedClock, scene: Scene) -> None:
    deals = [_open(database, clock, scene), _open_second(database, clock, scene)]
    terms = ProposeTerms(**TERMS | {"contract_kind_code": "ZR", "contract_subkind_code": "ZR1"})
    with database.writing() as session:
        for deal in deals:
            row = session.get_one(Deal, deal.id)
            service.propose_terms(session, scene.provider, row.id, terms, clock=clock)
            row.status = DealStatus.ACCEPTED
    outcome = at_once(
        database,
        [lambda s, deal=deal: service.agree_deal(s, scene.provider, deal.id, clock=clock) for deal in deals],
    )
    assert [error is None for error in outcome].count(True) == 1
    with database.reading() as session:
        statuses = {session.get_one(Deal, deal.id).status for deal in deals}
        assert statuses == {DealStatus.AGREED, DealStatus.ACCEPTED}


def _open(database: Database, clock: FixedClock, scene: Scene) -> Deal:
    with database.writing() as session:
        return service.open_deal(session, scene.provider, OpenDeal(match_id=scene.match.id), clock=clock)


def _open_second(database: Database, clock: FixedClock, scene: Scene) -> Deal:
    with database.writing() as session:
        achievement = session.get_one(Achievement, scene.achievement.id)
        match = make_match(session, clock, achievement=achievement, status=MatchStatus.CONSENTED)
        return service.open_deal(session, scene.provider, OpenDeal(match_id=match.id), clock=clock)
