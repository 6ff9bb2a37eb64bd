"""The outbox: nothing strands in it, whatever clocks say; what was given up is kept until it has become pointless."""

import threading
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from market.kernel import outbox
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.ids import new_id
from market.kernel.outbox import OutboxEntry, Subject
from market.kernel.paging import PageRequest
from tests.threads import at_once


def _put(database: Database, clock: FixedClock, *subject_ids: UUID) -> None:
    with database.writing() as session:
        for subject_id in subject_ids:
            outbox.put(session, Subject.NEED, subject_id, clock)


def _claimed(database: Database, clock: FixedClock, limit: int = 10) -> list[UUID]:
    with database.writing() as session:
        return [entry.subject_id for entry in outbox.claim(session, clock, limit)]


def _postpone_all(database: Database, clock: FixedClock, times: int = 1) -> None:
    for _ in range(times):
        with database.writing() as session:
            for entry in session.exec(select(OutboxEntry)):
                outbox.postpone(entry, "busy", clock)


def _bury(database: Database, clock: FixedClock, subject_id: UUID, reason: str = "too long") -> None:
    with database.writing() as session:
        found = session.exec(select(OutboxEntry).where(OutboxEntry.subject_id == subject_id)).all()
        outbox.bury(session, found, reason, clock)


def _letters(session: Session) -> list[tuple[UUID, str]]:
    found = outbox.dead_letters(session, PageRequest(size=100))
    assert found.total == len(found.items)
    return [(entry.subject_id, entry.last_error) for entry in found.items]


class TestClock:
    def test_entry_from_a_host_whose_clock_is_ahead_is_taken_at_once(
        self, database: Database, clock: FixedClock
    ) -> None:
        need_id = new_id()
        _put(database, FixedClock(clock.now() + timedelta(hours=6)), need_id)

        assert _claimed(database, clock) == [need_id]

    def test_postponed_entry_is_not_stranded_when_the_clock_is_set_back(
        self, database: Database, clock: FixedClock
    ) -> None:
        need_id = new_id()
        _put(database, clock, need_id)
        _postpone_all(database, clock, times=5)
        assert _claimed(database, clock) == [], "it has just failed"

        clock.advance(timedelta(hours=-6))

        assert _claimed(database, clock) == [need_id]

    def test_step_back_that_is_shorter_than_a_pause_costs_no_more_than_a_pause(
        self, database: Database, clock: FixedClock
    ) -> None:
        _put(database, clock, new_id())
        _postpone_all(database, clock, times=20)
        clock.advance(timedelta(seconds=-5))

        clock.advance(timedelta(seconds=20))

        assert len(_claimed(database, clock)) == 1

    def test_order_is_the_order_of_the_commits_whatever_the_clocks_say(
        self, database: Database, clock: FixedClock
    ) -> None:
        first, second = new_id(), new_id()
        _put(database, FixedClock(clock.now() + timedelta(days=1)), first)
        _put(database, clock, second)

        assert _claimed(database, clock) == [first, second]


class TestPostponed:
    def test_failures_of_the_engine_are_borne_for_an_hour(self, database: Database, clock: FixedClock) -> None:
        _put(database, clock, new_id())
        began = clock.now()
        while True:
            _postpone_all(database, clock)
            with database.reading() as session:
                if outbox.backlog(session) == (0, 1):
                    break
            clock.advance(timedelta(seconds=15))
            assert len(_claimed(database, clock)) == 1, "no pause is longer"
        assert timedelta(minutes=45) < clock.now() - began < timedelta(minutes=75)

    def test_recovery_is_noticed_within_a_quarter_of_a_minute(self, database: Database, clock: FixedClock) -> None:
        _put(database, clock, new_id())
        _postpone_all(database, clock, times=100)

        clock.advance(timedelta(seconds=15))

        assert len(_claimed(database, clock)) == 1

    def test_fresh_entries_and_failed_ones_share_a_round(self, database: Database, clock: FixedClock) -> None:
        failed = [new_id() for _ in range(20)]
        _put(database, clock, *failed)
        _postpone_all(database, clock)
        clock.advance(timedelta(minutes=1))
        fresh = [new_id() for _ in range(20)]
        _put(database, clock, *fresh)

        round_of_eight = _claimed(database, clock, limit=8)

        assert len([one for one in round_of_eight if one in failed]) == 2
        assert round_of_eight[2:] == fresh[:6]


class TestDeadLetters:
    def test_letter_is_settled_when_its_listing_is_indexed_later(self, database: Database, clock: FixedClock) -> None:
        poison, other = new_id(), new_id()
        _put(database, clock, poison, other)
        for subject_id in (poison, other):
            _bury(database, clock, subject_id)
        _put(database, clock, poison)

        with database.writing() as session:
            outbox.settle(session, outbox.claim(session, clock, 10))

        with database.reading() as session:
            assert _letters(session) == [(other, "too long")], "the one that the index holds by now is pointless"
            assert outbox.backlog(session) == (0, 1)

    def test_letter_about_a_later_change_stays_when_a_slow_relay_settles_an_earlier_one(
        self, database: Database, clock: FixedClock
    ) -> None:
        subject_id = new_id()
        _put(database, clock, subject_id)
        with database.reading() as session:
            earlier = outbox.claim(session, clock, 10)  # read before the change, and settled after it
        _put(database, clock, subject_id)
        with database.writing() as session:
            [later] = [entry for entry in outbox.claim(session, clock, 10) if entry.id != earlier[0].id]
            outbox.bury(session, [later], "too long", clock)

        with database.writing() as session:
            outbox.settle(session, earlier)

        with database.reading() as session:
            assert _letters(session) == [(subject_id, "too long")]

    def test_listing_has_one_letter_however_often_it_is_refused(self, database: Database, clock: FixedClock) -> None:
        poison = new_id()
        _put(database, clock, poison, poison)
        _bury(database, clock, poison, "first reason")
        _put(database, clock, poison)
        with database.writing() as session:
            outbox.bury(session, outbox.claim(session, clock, 10), "second reason", clock)

        with database.reading() as session:
            assert _letters(session) == [(poison, "second reason")]

    def test_listing_has_one_letter_when_an_earlier_entry_was_left_behind_and_refused_later(
        self, database: Database, clock: FixedClock
    ) -> None:
        poison = new_id()
        _put(database, clock, poison, poison)
        with database.writing() as session:
            earlier, later = session.exec(select(OutboxEntry).order_by(col(OutboxEntry.id))).all()
            outbox.bury(session, [later], "first reason", clock)
        with database.writing() as session:
            outbox.bury(session, [session.get_one(OutboxEntry, earlier.id)], "second reason", clock)

        with database.reading() as session:
            assert _letters(session) == [(poison, "first reason")]
            assert outbox.backlog(session) == (0, 1)

    def test_letter_goes_when_an_earlier_and_a_later_entry_are_settled_at_the_same_time(
        self, database: Database, clock: FixedClock
    ) -> None:
        subject_id = new_id()
        _put(database, clock, subject_id, subject_id, subject_id)
        with database.writing() as session:
            earlier, refused, later = session.exec(select(OutboxEntry).order_by(col(OutboxEntry.id))).all()
            outbox.bury(session, [refused], "too long", clock)
        with ExitStack() as stack:
            first = stack.enter_context(database.writing())
            second = first if database.is_sqlite else stack.enter_context(database.writing())  # SQLite has one writer
            outbox.settle(first, [first.get_one(OutboxEntry, earlier.id)])
            outbox.settle(second, [second.get_one(OutboxEntry, later.id)])

        with database.reading() as session:
            assert _letters(session) == []

    def test_replay_takes_those_that_are_named_or_all(self, database: Database, clock: FixedClock) -> None:
        first, second, third = (new_id() for _ in range(3))
        _put(database, clock, first, second, third)
        for subject_id in (first, second, third):
            _bury(database, clock, subject_id)
        with database.reading() as session:
            ids = {entry.subject_id: entry.id for entry in session.exec(select(OutboxEntry))}

        with database.writing() as session:
            assert outbox.replay(session, [ids[first] or 0, 999_999]) == 1
        assert _claimed(database, clock) == [first], "and it is due at once"

        with database.writing() as session:
            assert outbox.replay(session) == 2
        assert _claimed(database, clock) == [first, second, third]

    def test_letter_never_comes_back_by_itself(self, database: Database, clock: FixedClock) -> None:
        poison = new_id()
        _put(database, clock, poison)
        _bury(database, clock, poison)
        for step in (timedelta(days=400), timedelta(days=-800)):
            clock.advance(step)
            assert _claimed(database, clock) == []


def test_two_relays_never_take_one_entry_twice(database: Database, clock: FixedClock) -> None:
    if database.is_sqlite:  # which locks no rows: one relay at a time, by turns
        with database.turn("relay") as first, database.turn("relay") as second:
            assert (bool(first), bool(second)) == (True, False)
        return
    wanted = [new_id() for _ in range(8)]
    _put(database, clock, *wanted)
    taken: list[UUID] = []
    both_hold_theirs = threading.Barrier(2)

    def take(session: Session) -> None:
        found = outbox.claim(session, clock, 4)
        taken.extend(entry.subject_id for entry in found)
        both_hold_theirs.wait(timeout=10)
        outbox.settle(session, found)

    assert at_once(database, [take, take]) == [None, None]

    assert sorted(taken) == sorted(wanted)
    assert _claimed(database, clock) == []


def test_age_of_the_oldest_counts_what_waits_and_not_what_was_given_up(database: Database, clock: FixedClock) -> None:
    with database.reading() as session:
        assert outbox.oldest(session) is None
    poison, waiting = new_id(), new_id()
    _put(database, clock, poison)
    _bury(database, clock, poison)
    clock.advance(timedelta(minutes=1))
    _put(database, clock, waiting)
    since = clock.now()
    clock.advance(timedelta(minutes=1))

    with database.reading() as session:
        assert outbox.oldest(session) == since
