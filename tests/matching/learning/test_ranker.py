"""The ranker: bounded, additive, and of no effect where nothing was to be learned."""

from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.learning.examples import Example
from matching.learning.ranker import MOST_POINTS, fit, ranker_of

NOW = datetime(2026, 4, 8, tzinfo=UTC)
NAMES = ("characters", "title", "field", "meaning", "indicators")


def example(need: int, number: int, grade: int, **parts: float) -> Example:
    return Example(UUID(int=need), UUID(int=number), NOW, grade, 1.0, parts, is_decision=True)


def taught(wanted: str = "field") -> list[Example]:
    """Twenty needs; the score prefers one pair, people the one with the part."""
    found = []
    for need in range(20):
        found += [
            example(need, 1, 0, characters=40.0, **{wanted: 0.0}),
            example(need, 2, 2, characters=38.0, **{wanted: 5.0}),
            example(need, 3, 0, characters=30.0, **{wanted: 0.0}),
        ]
    return found


numbers = st.floats(-1e6, 1e6, allow_nan=False)
shares = st.floats(0, 40, allow_nan=False)
rankers = st.dictionaries(st.sampled_from([*NAMES, "characters*title", "nothing"]), st.tuples(numbers, numbers))
pairs = st.dictionaries(st.sampled_from([*NAMES, "learned"]), shares, min_size=1)


@given(rankers, pairs)
def test_correction_is_bounded_whatever_was_learned(coefficients, parts):
    own = sum(value for name, value in parts.items() if name in NAMES)
    points = ranker_of(1, "m", coefficients).learned_adjustment(parts)

    assert -MOST_POINTS <= points <= MOST_POINTS
    assert own + points >= -1e-9, "no score below 0"
    assert points <= max(own, 0.0) + 1e-9, "nothing comes from nothing"
    assert own > 100 or own + points <= 100 + 1e-9, "no score beyond 100"


@given(rankers, st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, shares)), min_size=1, max_size=5))
def test_many_at_once_get_what_each_gets_alone(coefficients, found):
    ranker = ranker_of(1, "m", coefficients)
    columns = {name: np.array([parts[name] for parts in found]) for name in NAMES}

    assert ranker.learned_adjustments(columns) == pytest.approx([ranker.learned_adjustment(parts) for parts in found])


def test_own_echo_changes_nothing():
    ranker = fit(taught(), 0.3)
    parts = {"characters": 38.0, "field": 5.0}

    assert ranker.learned_adjustment(parts | {"learned": 15.0}) == ranker.learned_adjustment(parts)


@pytest.mark.parametrize("wanted", ["field", "meaning"])
def test_pair_that_people_prefer_is_lifted_above_the_one_the_score_preferred(wanted):
    ranker = fit(taught(wanted), 0.3)

    taken = {"characters": 38.0, wanted: 5.0}
    refused = {"characters": 50.0, wanted: 0.0}

    lifted, lowered = ranker.learned_adjustment(taken), ranker.learned_adjustment(refused)
    assert lifted > 0 > lowered
    assert lifted + 43.0 > lowered + 50.0


def test_nothing_is_corrected_when_no_need_has_two_grades():
    same = [example(need, number, need % 3, characters=10.0 * number) for need in range(9) for number in (1, 2, 3)]

    for examples in ([], same):
        assert fit(examples, 0.3).learned_adjustment({"characters": 17.0}) == pytest.approx(0.0)


def test_stored_coefficients_give_the_same_ranker():
    ranker = fit(taught(), 0.3)
    parts = {"characters": 38.0, "field": 2.0}

    stored = ranker_of(ranker.number, ranker.model_version, ranker.coefficients())

    assert stored.learned_adjustment(parts) == pytest.approx(ranker.learned_adjustment(parts))
