import random
import time
from collections.abc import Callable
from uuid import UUID

from sqlmodel import Session

from market.kernel.clock import FixedClock
from market.kernel.db import Database, lock_row
from market.kernel.errors import Conflict
from market.kernel.outbox import Subject
from market.matches import queries, service
from market.matches.models import Match, MatchStatus
from market.matches.schemas import AssignBroker, ComputedMatch
from market.needs.models import Need
from market.parties.models import Broker
from tests.factories.achievements import make_achievement
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.factories.scenes import make_scene
from tests.threads import at_once


def test_both_sides_interested_at_once_is_one_consent(database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        scene = make_scene(session, clock)
    outcome = at_once(
        database,
        [
            lambda s, who=who: service.express_interest(s, who, scene.match.id, clock=clock)
            for who in (scene.acquirer, scene.provider)
        ],
    )
    assert outcome == [None, None]
    with database.reading() as session:
        match = session.get_one(Match, scene.match.id)
        assert match.status is MatchStatus.CONSENTED
        actions = [event.action for event in queries.events_of_match(session, match.id)]
    assert actions == ["express_interest", "consent"]


def test_two_clicks_of_one_side_count_once(database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        scene = make_scene(session, clock)
    outcome = at_once(
        database, [lambda s: service.express_interest(s, scene.acquirer, scene.match.id, clock=clock)] * 4
    )
    assert sum(error is None for error in outcome) == 1
    assert all(isinstance(error, Conflict) for error in outcome if error)


def test_last_place_of_a_broker_is_given_once(database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        scene = make_scene(session, clock)
        session.get_one(Broker, scene.idle_broker.broker_id).max_load = 1
        matches = [make_match(session, clock).id for _ in range(3)]
    assert scene.idle_broker.broker_id is not None
    command = AssignBroker(broker_id=scene.idle_broker.broker_id)
    outcome = at_once(
        database,
        [
            lambda s, match_id=match_id: service.assign_broker(s, scene.official, match_id, command, clock=clock)
            for match_id in matches
        ],
    )
    assert sum(error is None for error in outcome) == 1
    assert {type(error) for error in outcome if error} == {Conflict}


def test_both_directions_computed_at_once_store_one_pair(database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        scene = make_scene(session, clock)
        scene.match.listed_for_need = scene.match.listed_for_achievement = False
    pair = [ComputedMatch(scene.need.id, scene.achievement.id, 8.0)]
    subjects = [(Subject.NEED, scene.need.id), (Subject.ACHIEVEMENT, scene.achievement.id)] * 2
    outcome = at_once(
        database,
        [
            lambda s, to=subject, of=row_id: service.record_matches(s, to, of, pair, model_version="m", clock=clock)
            for subject, row_id in subjects
        ],
    )
    assert outcome == [None] * 4
    with database.reading() as session:
        match = session.get_one(Match, scene.match.id)
        assert (match.listed_for_need, match.listed_for_achievement) == (True, True)


def test_pairing_and_opening_talks_at_once_do_not_wait_in_a_circle(database: Database, clock: FixedClock) -> None:
    """Pairing inserts pairs, which refer to the need, and renews others; talks lock a pair and then the need."""
    with database.writing() as session:
        scene = make_scene(session, clock, status=MatchStatus.CONSENTED)
        new_id = UUID(int=1)  # pairs are written in order of their listings: the new one before the known one
        make_achievement(session, clock, id=new_id)
    need_id, known_id = scene.need.id, scene.achievement.id
    computed = [ComputedMatch(need_id=need_id, achievement_id=other, score=1.0) for other in (new_id, known_id)]

    def pair(session: Session) -> object:
        time.sleep(0.1)
        return service.record_matches(session, Subject.NEED, need_id, computed, model_version="test", clock=clock)

    def lock_as_talks_do(session: Session) -> object:
        lock_row(session, Match, scene.match.id, queries.NOUN)
        time.sleep(0.4)
        return lock_row(session, Need, need_id, "技术需求")

    assert at_once(database, [lock_as_talks_do, pair]) == [None, None]


def _record(subject: Subject, this: UUID, others: list[UUID], clock: FixedClock) -> Callable[[Session], object]:
    def act(session: Session) -> None:
        pairs = [(this, other) if subject is Subject.NEED else (other, this) for other in others]
        computed = [ComputedMatch(need, achievement, 1.0, {"text": 1.0}, ["x"]) for need, achievement in pairs]
        service.record_matches(session, subject, this, computed, model_version="test", clock=clock)

    return act


def test_pairing_of_crossing_listings_never_waits_in_a_circle(database: Database, clock: FixedClock) -> None:
    """Workers record the lists of both sides side by side; a victim would be a pairing, or somebody's request."""
    with database.writing() as session:
        needs = [make_need(session, clock).id for _ in range(4)]
        achievements = [make_achievement(session, clock).id for _ in range(4)]
    chance = random.Random(1)  # noqa: S311  the same interleavings each time
    errors: list[Exception] = []
    for _ in range(20):
        acts = []
        for _ in range(6):
            subject = chance.choice(list(Subject))
            mine, theirs = (needs, achievements) if subject is Subject.NEED else (achievements, needs)
            acts.append(_record(subject, chance.choice(mine), chance.sample(theirs, chance.randint(1, 3)), clock))
        errors += [error for error in at_once(database, acts) if error is not None]
    assert errors == []
