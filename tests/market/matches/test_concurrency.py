import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlmodel import Session, select

from market.kernel.clock import FixedClock
from market.kernel.db import Database, lock_row
from market.kernel.errors import Conflict
from market.kernel.outbox import Subject
from market.matches import queries, recording, service
from market.matches.models import Match, MatchStatus
from market.matches.recording import ComputedList
from market.matches.schemas import AssignBroker, ComputedMatch
from market.needs.models import Need
from market.parties.models import Broker
from tests.api.workers import wait_until
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
            lambda s, to=subject, of=row_id: recording.record_matches(s, to, ComputedList(of, pair, "m"), clock=clock)
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
        return recording.record_matches(session, Subject.NEED, ComputedList(need_id, computed, "test"), clock=clock)

    def lock_as_talks_do(session: Session) -> object:
        lock_row(session, Match, scene.match.id, queries.NOUN)
        time.sleep(0.4)
        return lock_row(session, Need, need_id, "技术需求")

    assert at_once(database, [lock_as_talks_do, pair]) == [None, None]


def _record(subject: Subject, this: UUID, others: list[UUID], clock: FixedClock) -> Callable[[Session], object]:
    def act(session: Session) -> None:
        pairs = [(this, other) if subject is Subject.NEED else (other, this) for other in others]
        computed = [ComputedMatch(need, achievement, 1.0, {"text": 1.0}, ["x"]) for need, achievement in pairs]
        recording.record_matches(session, subject, ComputedList(this, computed, "test"), clock=clock)

    return act


def _record_all(needs: list[UUID], achievements: list[UUID], clock: FixedClock) -> Callable[[Session], object]:
    def act(session: Session) -> None:
        lists = [
            ComputedList(need, [ComputedMatch(need, one, 1.0, {"text": 1.0}, ["x"]) for one in achievements], "test")
            for need in needs
        ]
        recording.store_lists_of_needs(session, lists, clock=clock)

    return act


def test_pairing_of_crossing_listings_never_waits_in_a_circle(database: Database, clock: FixedClock) -> None:
    """Workers record the lists of both sides side by side; a victim would be a pairing, or somebody's request."""
    with database.writing() as session:
        needs = [make_need(session, clock).id for _ in range(2)]
        achievements = [make_achievement(session, clock).id for _ in range(4)]
    chance = random.Random(1)  # noqa: S311  the same interleavings each time
    errors: list[Exception] = []
    for _ in range(50):
        acts = []
        for _ in range(6):
            if chance.random() < 0.3:
                acts.append(_record_all(chance.sample(needs, 2), chance.sample(achievements, 2), clock))
                continue
            subject = chance.choice(list(Subject))
            mine, theirs = (needs, achievements) if subject is Subject.NEED else (achievements, needs)
            others = chance.sample(theirs, chance.randint(0, len(theirs)))
            acts.append(_record(subject, chance.choice(mine), others, clock))
        errors += [error for error in at_once(database, acts) if error is not None]
    assert errors == []


def test_list_computed_twice_at_once_is_one_of_both(database: Database, clock: FixedClock) -> None:
    """Two workers may hold entries of one listing; what only the first of them found must not stay beside the second's list."""
    with database.writing() as session:
        need = make_need(session, clock).id
        achievements = [make_achievement(session, clock).id for _ in range(6)]
    lists = [achievements[:3], achievements[3:]]
    for _ in range(10):
        acts = [_record(Subject.NEED, need, others, clock) for others in lists * 2]
        assert at_once(database, acts) == [None] * 4
        with database.reading() as session:
            stored = {pair[1] for pair in queries.standings(session, Subject.NEED, [need])}
        assert stored in [set(others) for others in lists]


def test_pairs_are_taken_in_the_order_in_which_everybody_takes_them(database: Database, clock: FixedClock) -> None:
    """A circle of waiting takes four recordings at the same moment; an order that is kept needs no luck."""
    with database.writing() as session:
        need = make_need(session, clock).id
        leaving, held, renewed = sorted(make_achievement(session, clock).id for _ in range(3))
        _record(Subject.NEED, need, [leaving, held], clock)(session)
        _record(Subject.ACHIEVEMENT, renewed, [need], clock)(session)
        held_id = session.exec(select(Match.id).where(Match.achievement_id == held)).one()
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            lock_row(session, Match, held_id, queries.NOUN)
            recording = pool.submit(at_once, database, [_record(Subject.NEED, need, [renewed, held], clock)])
            if not database.is_sqlite:  # which has one writer at a time
                wait_until(lambda: leaving not in _free(database, need), "the first pair is taken")
                assert _free(database, need) == {renewed}
        assert recording.result() == [None]
    with database.reading() as session:
        assert {pair[1] for pair in queries.standings(session, Subject.NEED, [need])} == {held, renewed}


def _free(database: Database, need_id: UUID) -> set[UUID]:
    """The achievements of those pairs of a need that nobody has locked."""
    with database.writing() as session:
        statement = select(Match.achievement_id).where(Match.need_id == need_id)
        return set(session.exec(statement.with_for_update(skip_locked=True)).all())
