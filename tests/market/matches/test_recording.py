"""Storing what the matching computed: whose list a pair stands in, and what a computation may never touch."""

from uuid import UUID

import pytest
from sqlmodel import Session, col, func, select

from market.kernel.clock import FixedClock
from market.kernel.outbox import Subject
from market.kernel.paging import PageRequest
from market.matches import queries, recording, service
from market.matches.models import Match, MatchSource, MatchStatus
from market.matches.recording import ComputedList
from market.matches.schemas import ComputedMatch, DeclineMatch
from tests.factories.achievements import make_achievement
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.factories.scenes import make_scene


def test_list_is_stored_with_its_reasons_in_its_order(session: Session, clock: FixedClock) -> None:
    need = make_need(session, clock)
    first, second = make_achievement(session, clock), make_achievement(session, clock)
    rows = _record_need(session, clock, need.id, {second.id: 4.0, first.id: 9.0})
    assert [row.achievement_id for row in rows] == [second.id, first.id]
    row = session.get_one(Match, rows[1].id)
    assert (row.score, row.parts, row.terms, row.model_version) == (9.0, {"words": 9.0}, ["枸杞"], "model-1")
    assert (row.status, row.version) == (MatchStatus.SUGGESTED, 1)


def test_recording_twice_changes_nothing(session: Session, clock: FixedClock) -> None:
    need, achievement = make_need(session, clock), make_achievement(session, clock)
    first = _record_need(session, clock, need.id, {achievement.id: 4.0})
    second = _record_need(session, clock, need.id, {achievement.id: 4.0})
    assert [row.id for row in first] == [row.id for row in second]
    assert _count(session) == 1


def test_pair_that_fell_out_is_removed(session: Session, clock: FixedClock) -> None:
    need = make_need(session, clock)
    old, new = make_achievement(session, clock), make_achievement(session, clock)
    _record_need(session, clock, need.id, {old.id: 4.0})
    _record_need(session, clock, need.id, {new.id: 5.0})
    page = queries.matches_of_need(session, need.id, PageRequest(), now=clock.now())
    assert [match.achievement_id for match in page.items] == [new.id]


def test_pair_stays_while_it_stands_in_the_other_sides_list(session: Session, clock: FixedClock) -> None:
    need, achievement = make_need(session, clock), make_achievement(session, clock)
    pair = [ComputedMatch(need.id, achievement.id, 3.0)]
    recording.record_matches(session, Subject.ACHIEVEMENT, ComputedList(achievement.id, pair, "model-1"), clock=clock)
    _record_need(session, clock, need.id, {achievement.id: 3.0})
    _record_need(session, clock, need.id, {})
    assert _count(session) == 1
    recording.record_matches(session, Subject.ACHIEVEMENT, ComputedList(achievement.id, [], "model-1"), clock=clock)
    assert _count(session) == 0


@pytest.mark.parametrize(
    "status", [MatchStatus.INTERESTED, MatchStatus.CONSENTED, MatchStatus.IN_DEAL, MatchStatus.DECLINED]
)
def test_pair_that_people_acted_on_keeps_its_status_and_version(
    session: Session, clock: FixedClock, status: MatchStatus
) -> None:
    match = make_match(session, clock, status=status, listed_for_achievement=False)
    _record_need(session, clock, match.need_id, {match.achievement_id: 42.0})
    session.refresh(match)
    assert (match.score, match.status, match.version) == (42.0, status, 1)
    _record_need(session, clock, match.need_id, {})
    session.refresh(match)
    assert match.status is status


def test_pair_with_a_broker_stays(session: Session, clock: FixedClock) -> None:
    scene = make_scene(session, clock)
    scene.match.listed_for_achievement = False
    by_hand = make_match(
        session, clock, need=scene.need, source=MatchSource.BROKER, listed_for_need=False, listed_for_achievement=False
    )
    _record_need(session, clock, scene.need.id, {})
    assert _count(session) == 2
    assert session.get(Match, by_hand.id) is not None


def test_declined_pair_is_not_suggested_again(session: Session, clock: FixedClock) -> None:
    scene = make_scene(session, clock)
    command = DeclineMatch(reason_code="not_relevant")
    service.decline_match(session, scene.acquirer, scene.match.id, command, clock=clock)
    assert _record_need(session, clock, scene.need.id, {scene.achievement.id: 50.0}) == []
    assert scene.match.status is MatchStatus.DECLINED


def test_listings_of_one_party_are_no_pair(session: Session, clock: FixedClock) -> None:
    need = make_need(session, clock)
    own = make_achievement(session, clock, owner_party_id=need.owner_party_id)
    other = make_achievement(session, clock)
    rows = _record_need(session, clock, need.id, {own.id: 9.0, other.id: 1.0})
    assert [row.achievement_id for row in rows] == [other.id]


def test_pair_of_another_listing_is_refused(session: Session, clock: FixedClock) -> None:
    need, achievement = make_need(session, clock), make_achievement(session, clock)
    with pytest.raises(ValueError, match="subject"):
        recording.record_matches(
            session,
            Subject.NEED,
            ComputedList(achievement.id, [ComputedMatch(need.id, achievement.id, 1.0)], "model-1"),
            clock=clock,
        )


def _record_need(session: Session, clock: FixedClock, need_id: UUID, scores: dict[UUID, float]) -> list[Match]:
    computed = [
        ComputedMatch(need_id, achievement_id, score, {"words": score}, ["枸杞"])
        for achievement_id, score in scores.items()
    ]
    return recording.record_matches(session, Subject.NEED, ComputedList(need_id, computed, "model-1"), clock=clock)


def _count(session: Session) -> int:
    return session.exec(select(func.count(col(Match.id)))).one()
