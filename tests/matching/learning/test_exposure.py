"""Exposure: who is starved is named, and the correction is small, never a deduction, and off unless asked for."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.learning.exposure import current_correction, exposures
from matching.report import span_of
from tests.factories.achievements import make_achievement
from tests.factories.listings import make_owner
from tests.factories.matches import make_match

counts = st.dictionaries(st.integers(0, 8), st.integers(0, 50), max_size=9)


@pytest.fixture
def starved(session, clock):
    """The owner of three achievements of another field that nobody is shown, beside one who is shown twelve times."""
    shown, starved = make_owner(session, clock), make_owner(session, clock)
    for _ in range(3):
        achievement = make_achievement(session, clock, owner=shown, field_code="07")
        make_achievement(session, clock, owner=starved, field_code="05")
        for _ in range(4):
            make_match(session, clock, achievement=achievement)
    return shown, starved


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


@pytest.mark.usefixtures("starved")
def test_correction_is_off_unless_points_are_given(session, clock):
    span = span_of(clock.today(), clock)

    assert current_correction(session, span) is None
    assert current_correction(session, span, most_points=2.0) is not None


def test_correction_lifts_the_starved_and_takes_from_nobody(session, clock, starved):
    correction = current_correction(session, span_of(clock.today(), clock), most_points=2.0)
    shown, neglected = starved

    assert correction is not None
    assert correction.exposure_bonus(neglected.id, "05") == 2.0
    assert correction.exposure_bonus(shown.id, "07") == 0.0
    assert correction.exposure_bonus(shown.id, "99") == 0.0


@pytest.mark.usefixtures("starved")
def test_nobody_is_starved_when_his_listings_have_left_the_market(session, clock):
    clock.advance(timedelta(days=365))

    assert current_correction(session, span_of(clock.today(), clock), most_points=2.0) is None
