import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.ranking_figures import figures


def test_figures_when_the_order_is_ideal_are_one():
    found = figures({"n": {"a": 3, "b": 1, "c": 0}}, {"n": ["a", "b", "c"]})

    assert (found.ndcg_at_10, found.mrr, found.p_at_1, found.recall_at_50) == (1.0, 1.0, 1.0, 1.0)


def test_figures_when_the_best_stands_second():
    found = figures({"n": {"a": 3, "b": 0}}, {"n": ["b", "a"]})

    assert found.ndcg_at_10 == pytest.approx(1 / math.log2(3))
    assert found.mrr == 0.5
    assert found.p_at_1 == 0.0


def test_figures_when_a_need_has_nothing_to_find_leave_it_out():
    assert figures({"n": {"a": 0}, "m": {"a": 1}}, {"n": ["a"], "m": ["a"]}).needs == 1


def test_figures_when_nothing_was_ranked_are_zero():
    found = figures({"n": {"a": 2}}, {})

    assert (found.ndcg_at_10, found.mrr, found.recall_at_50) == (0.0, 0.0, 0.0)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_figures_when_the_order_is_anything_lie_between_zero_and_one(grades, chance):
    judged = {f"a{number}": grade for number, grade in enumerate(grades)}
    order = list(judged)
    chance.shuffle(order)

    found = figures({"n": judged}, {"n": order})

    assert 0 <= found.interval[0] <= found.ndcg_at_10 <= found.interval[1] <= 1
    assert found == figures({"n": judged}, {"n": order})
