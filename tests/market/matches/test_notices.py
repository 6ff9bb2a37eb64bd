"""Telling owners of new pairs: both sides, once for each pair, and nobody whom it does not concern."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session

from market.kernel.actor import Actor
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.errors import NotFound
from market.kernel.ids import new_id
from market.kernel.outbox import Subject
from market.kernel.paging import PageRequest
from market.listings.models import ListingStatus
from market.matches import notices, recording, service
from market.matches.models import MatchSource, MatchStatus
from market.matches.notices import NoticePolicy
from market.matches.recording import ComputedList
from market.matches.schemas import ComputedMatch, DeclineMatch, NoticeView, ReadNotices
from tests.factories.achievements import make_achievement
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.factories.parties import actor_of, make_user
from tests.threads import at_once

POLICY = NoticePolicy(50.0)


class _Two:
    """An enterprise with a need, an institute with an achievement."""

    def __init__(self, session: Session, clock: FixedClock) -> None:
        self.session, self.clock = session, clock
        self.asker, self.lister = (actor_of(make_user(session, clock)) for _ in range(2))
        self.need = make_need(session, clock, owner_party_id=self.asker.party_id)
        self.achievement = make_achievement(session, clock, owner_party_id=self.lister.party_id)

    def record(self, score: float = 80.0, policy: NoticePolicy | None = POLICY) -> None:
        self._record([ComputedMatch(self.need.id, self.achievement.id, score)], policy)

    def forget(self) -> None:
        self._record([], POLICY)

    def _record(self, computed: list[ComputedMatch], policy: NoticePolicy | None) -> None:
        recording.record_matches(
            self.session,
            Subject.NEED,
            ComputedList(self.need.id, computed, "model-1"),
            clock=self.clock,
            notices=policy,
        )

    def told(self, actor: Actor, *, unread_only: bool = False) -> list[NoticeView]:
        page = notices.list_notices(
            self.session,
            actor,
            PageRequest(),
            clock=self.clock,
            from_score=POLICY.from_score,
            unread_only=unread_only,
        )
        assert page.total == len(page.items)
        return page.items

    def count_unread(self, actor: Actor) -> int:
        return notices.count_unread(self.session, actor, clock=self.clock, from_score=POLICY.from_score)


@pytest.fixture
def two(session: Session, clock: FixedClock) -> _Two:
    return _Two(session, clock)


def test_both_owners_are_told_when_a_pair_is_new(two: _Two) -> None:
    two.record()

    of_need, of_achievement = two.told(two.asker), two.told(two.lister)
    assert [(one.subject, one.own.id, one.other.id) for one in of_need] == [
        (Subject.NEED, two.need.id, two.achievement.id)
    ]
    assert [(one.subject, one.own.id, one.other.id) for one in of_achievement] == [
        (Subject.ACHIEVEMENT, two.achievement.id, two.need.id)
    ]
    assert (of_need[0].other.title, of_need[0].score, of_need[0].read_at) == (two.achievement.title, 80.0, None)
    assert two.count_unread(two.asker) == 1


def test_nobody_is_told_when_the_score_is_low(two: _Two) -> None:
    two.record(score=49.9)

    assert two.told(two.asker) == two.told(two.lister) == []


def test_owners_are_told_when_the_score_rises(two: _Two) -> None:
    two.record(score=49.9)
    two.record(score=50.0)

    assert len(two.told(two.asker)) == 1


def test_nobody_is_told_twice_when_the_pair_is_computed_again(two: _Two) -> None:
    two.record()
    two.record(score=10.0)
    two.record(score=90.0)

    assert len(two.told(two.asker)) == len(two.told(two.lister)) == 1


def test_nobody_is_told_twice_when_the_pair_fell_out_and_came_back(two: _Two) -> None:
    two.record()
    notices.read_notices(two.session, two.asker, ReadNotices(), clock=two.clock)
    two.forget()
    assert two.told(two.asker) == []

    two.record()

    assert [one.read_at for one in two.told(two.asker)] == [two.clock.now()]


def test_who_asked_for_the_computation_is_not_told_and_the_other_side_is(two: _Two) -> None:
    two.record(policy=NoticePolicy(50.0, except_party_id=two.asker.party_id))

    assert two.told(two.asker) == []
    assert len(two.told(two.lister)) == 1


def test_nobody_is_told_when_everything_is_computed_anew(two: _Two) -> None:
    two.record(policy=None)
    two.record()

    assert two.told(two.asker) == []


@pytest.mark.parametrize(
    "kind", [{"status": MatchStatus.INTERESTED}, {"status": MatchStatus.DECLINED}, {"source": MatchSource.BROKER}]
)
def test_nobody_is_told_of_a_pair_that_people_know(two: _Two, kind: dict[str, Any]) -> None:
    make_match(two.session, two.clock, need=two.need, achievement=two.achievement, score=0.0, **kind)
    two.record()

    assert two.count_unread(two.asker) == 0
    assert two.told(two.asker) == []


def test_notice_goes_when_somebody_has_acted_on_the_pair(two: _Two) -> None:
    two.record()
    match = two.told(two.lister)[0].match_id
    service.decline_match(two.session, two.lister, match, DeclineMatch(reason_code="price"), clock=two.clock)

    assert two.told(two.asker) == []
    assert two.count_unread(two.asker) == 0


def test_notice_goes_when_a_listing_leaves_the_market(two: _Two) -> None:
    two.record()
    two.achievement.status = ListingStatus.WITHDRAWN
    two.session.flush()

    assert two.told(two.asker) == []
    assert two.count_unread(two.asker) == 0


def test_notice_goes_while_the_pair_does_not_deserve_one(two: _Two) -> None:
    two.record()
    two.record(score=0.8)
    assert two.told(two.asker) == two.told(two.lister) == []
    assert two.count_unread(two.asker) == 0

    two.record(score=50.0)
    assert [one.score for one in two.told(two.asker, unread_only=True)] == [50.0]
    assert two.count_unread(two.asker) == 1


@pytest.mark.parametrize("side", ["need", "achievement"])
def test_notice_goes_when_a_listing_is_over_and_not_yet_marked_so(two: _Two, side: str) -> None:
    two.record()
    getattr(two, side).expires_at = two.clock.now() - timedelta(hours=1)
    two.session.flush()

    assert two.told(two.asker) == two.told(two.lister) == []
    assert two.count_unread(two.asker) == 0


def test_notice_of_a_listing_in_talks_outlasts_its_date(two: _Two) -> None:
    two.record()
    two.achievement.status = ListingStatus.IN_TALKS
    two.achievement.expires_at = two.clock.now() - timedelta(hours=1)
    two.session.flush()

    assert len(two.told(two.asker)) == two.count_unread(two.asker) == 1


def test_reading_counts_the_first_time(two: _Two) -> None:
    two.record()
    notice, first = two.told(two.asker)[0], two.clock.now()
    notices.read_notice(two.session, two.asker, notice.id, clock=two.clock)
    two.clock.advance(timedelta(hours=1))

    assert notices.read_notice(two.session, two.asker, notice.id, clock=two.clock).read_at == first
    assert two.count_unread(two.asker) == 0
    assert two.count_unread(two.lister) == 1
    assert two.told(two.asker, unread_only=True) == []


def test_what_came_after_the_page_was_made_stays_unread(two: _Two) -> None:
    two.record()
    seen = two.told(two.asker)[0].created_at
    two.clock.advance(timedelta(seconds=1))
    two.need = make_need(two.session, two.clock, owner_party_id=two.asker.party_id)
    two.record()

    assert notices.read_notices(two.session, two.asker, ReadNotices(up_to=seen), clock=two.clock) == 1
    assert [one.own.id for one in two.told(two.asker) if one.read_at is None] == [two.need.id]


def test_notice_of_another_party_is_not_found(two: _Two, clock: FixedClock) -> None:
    two.record()
    notice = two.told(two.asker)[0]
    for actor in (
        two.lister,
        actor_of(make_user(two.session, clock)),
        actor_of(make_user(two.session, clock, party_id=None)),
    ):
        with pytest.raises(NotFound):
            notices.read_notice(two.session, actor, notice.id, clock=clock)
    with pytest.raises(NotFound):
        notices.read_notice(two.session, two.asker, new_id(), clock=clock)


def test_one_notice_for_each_owner_when_both_directions_are_computed_at_once(
    database: Database, clock: FixedClock
) -> None:
    with database.writing() as session:
        two = _Two(session, clock)
    pair = [ComputedMatch(two.need.id, two.achievement.id, 80.0)]

    def record(subject: Subject, listing_id: UUID) -> Callable[[Session], object]:
        return lambda session: recording.record_matches(
            session, subject, ComputedList(listing_id, pair, "m"), clock=clock, notices=POLICY
        )

    subjects = [(Subject.NEED, two.need.id), (Subject.ACHIEVEMENT, two.achievement.id)] * 2
    assert at_once(database, [record(*subject) for subject in subjects]) == [None] * 4
    with database.reading() as session:
        assert [
            notices.count_unread(session, one, clock=clock, from_score=POLICY.from_score)
            for one in (two.asker, two.lister)
        ] == [1, 1]
