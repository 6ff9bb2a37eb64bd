"""Exposure: who is starved is named, and a loop that learns from what was shown starves nobody."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.actor import SYSTEM
from matching.learning.examples import Example
from matching.learning.exposure import attention, exposure_of_institutes_and_fields, exposures, starved_by
from matching.learning.ranker import current_ranker, fit
from matching.learning.training import Verdict, train_from_decisions
from matching.report import span_of
from tests.factories.achievements import make_achievement
from tests.factories.listings import make_owner
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.matching.learning.decisions import act, shown

counts = st.dictionaries(st.integers(0, 8), st.integers(0, 50), max_size=9)
INSTITUTES, NEEDS, OFFERS, ROUNDS, SEEN = 6, 40, 20, 5, 5
LISTINGS = dict.fromkeys(range(INSTITUTES), 9)


@given(counts, counts)
def test_even_shares_add_up_to_what_was_shown(listed, shown):
    found = exposures(listed, shown)

    places = sum(shown.get(key, 0) for key in listed)
    assert {one.key for one in found} == {key for key, number in listed.items() if number}
    if all(listed.values()) and found:
        assert sum(one.expected for one in found) == pytest.approx(places)
    assert all(one.is_starved <= (one.ratio < 0.5) for one in found)


def test_few_listings_are_no_ground_to_speak_of_neglect():
    assert not any(one.is_starved for one in exposures({"few": 2, "many": 40}, {"many": 100}))
    assert not any(one.is_starved for one in exposures({"a": 3, "b": 3}, {"b": 8})), "four are expected: may be chance"
    assert [one.key for one in exposures({"a": 3, "b": 3}, {"b": 10}) if one.is_starved] == ["a"]


def test_starved_institutes_and_fields_are_named_first(session, clock):
    shown_often, neglected = make_owner(session, clock), make_owner(session, clock)
    for _ in range(3):
        achievement = make_achievement(session, clock, owner=shown_often, field_code="07")
        make_achievement(session, clock, owner=neglected, field_code="05")
        for _ in range(4):
            make_match(session, clock, achievement=achievement)
    span = span_of(clock.today(), clock)

    institutes, fields = exposure_of_institutes_and_fields(session, span)

    assert (institutes[0].key, institutes[0].is_starved) == (neglected.id, True)
    assert (fields[0].key, fields[0].is_starved) == ("05", True)
    assert not any(one.is_starved for one in institutes[1:])


def test_attention_when_moved_down_the_list_is_less_and_below_the_tenth_none():
    found = attention([["a", "b", *"ccccccccc", "d"]])

    assert found["a"] > found["b"]
    assert "d" not in found


def test_attention_of_few_listings_or_little_of_it_is_no_ground():
    before, after = {"few": 9.0, "little": 4.0, "enough": 9.0}, {"few": 0.0, "little": 0.0, "enough": 4.0}

    assert starved_by(before, after, {"few": 2, "little": 9, "enough": 3}) == ["enough"]
    assert starved_by(before, {"enough": 4.6}, {"enough": 3}) == []


def test_ranker_that_would_starve_an_institute_is_not_adopted_though_it_is_better(database, clock):
    with database.writing() as session:
        decisions(session, clock, listings=3)

    report = train_from_decisions(database, SYSTEM, clock=clock, needed=50)

    assert report.comparison is not None
    assert report.comparison.low > 0
    assert (report.verdict, report.comparison.starved_institutes) == (Verdict.STARVING, 1)
    with database.reading() as session:
        assert current_ranker(session) is None


def test_one_poor_offer_does_not_hold_the_ranker_back(database, clock):
    with database.writing() as session:
        decisions(session, clock, listings=1)

    assert train_from_decisions(database, SYSTEM, clock=clock, needed=50).verdict is Verdict.ADOPTED


def decisions(session, clock, listings):
    """Needs about which people decide: what comes first is always this one institute's, and they always take another's."""
    owner, asker, others = make_owner(session, clock), make_owner(session, clock), make_owner(session, clock)
    own = [make_achievement(session, clock, owner=owner, field_code="05") for _ in range(listings)]
    rest = [make_achievement(session, clock, owner=others, field_code="05") for _ in range(4)]
    for number in range(70):
        need = make_need(session, clock, owner=asker)
        offers = [own[number % listings], *rest]
        for place, offer in enumerate(offers):
            parts = {"characters": 40.0 - place, "readiness": 0.5 * (place > 0)}
            match = shown(session, clock, need, parts, achievement=offer)
            if place == 1 + number % 4:
                act(session, clock, match, "express_interest")
            elif place == 0:
                act(session, clock, match, "decline", "not_relevant")
        clock.advance(timedelta(days=1))


class Loop:
    """A market in which people see only what stands first and take only what states its readiness; institute 0 never states it."""

    def __init__(self) -> None:
        self._chance = random.Random(20_260_408)  # noqa: S311
        self._examples: list[Example] = []

    def pairs(self) -> list[tuple[int, dict[str, float]]]:
        """Offers of one need, (institute, parts)."""
        offers = [self._chance.randrange(INSTITUTES) for _ in range(OFFERS)]
        return [(one, {"characters": self._chance.uniform(25, 45), "readiness": 2.0 * (one > 0)}) for one in offers]

    def run(self, *, guarded: bool) -> tuple[dict[int, float], dict[int, float]]:
        """The attention of each institute by the shipped weights and by what stands after the last round, on the last round's needs."""
        ranker, before, after = None, {}, {}
        for number in range(ROUNDS):
            lists = [self.pairs() for _ in range(NEEDS)]
            for need, pairs in enumerate(lists):
                for place, (institute, parts) in enumerate(_ordered(pairs, ranker)[:SEEN]):
                    takes = institute > 0 and self._chance.random() < 0.5
                    key = UUID(int=number * 1_000 + need), UUID(int=place)
                    self._examples.append(
                        Example(*key, datetime(2026, 4, 8, tzinfo=UTC), 2 * takes, 1.0, parts, is_decision=True)
                    )
            learned = fit(self._examples, 0.3)
            before, after = (_attention(lists, by) for by in (None, learned))
            if not (guarded and starved_by(before, after, LISTINGS)):
                ranker = learned
            after = _attention(lists, ranker)
        return before, after


def _ordered(pairs, ranker):
    def score(pair):
        return sum(pair[1].values()) + (ranker.learned_adjustment(pair[1]) if ranker else 0.0)

    return sorted(pairs, key=score, reverse=True)


def _attention(lists, ranker):
    return attention([institute for institute, _ in _ordered(pairs, ranker)] for pairs in lists)


def test_loop_that_learns_from_what_it_has_shown_starves_nobody():
    before, after = Loop().run(guarded=True)
    assert all(after[one] >= 0.5 * before[one] for one in range(INSTITUTES))

    before, after = Loop().run(guarded=False)
    assert after.get(0, 0.0) < 0.5 * before[0], "without the guard the loop would"
