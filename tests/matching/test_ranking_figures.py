import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.ranking_figures import figures, figures_by, kind_figures, paired_lower_bound


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


def test_every_figure_has_its_interval_around_it():
    judged = {f"n{number}": {"a": 3, "b": 0} for number in range(20)}
    orders = {need: ["a", "b"] if int(need[1:]) % 3 else ["b", "a"] for need in judged}

    found = figures(judged, orders)

    for figure, (low, high) in (
        (found.ndcg_at_10, found.interval),
        (found.mrr, found.mrr_interval),
        (found.p_at_1, found.p_at_1_interval),
        (found.recall_at_50, found.recall_at_50_interval),
    ):
        assert 0 <= low <= figure <= high <= 1
    assert found.p_at_1_interval[0] < found.p_at_1_interval[1]
    assert found.recall_at_50_interval == (1.0, 1.0)


def test_figures_by_group_are_those_of_the_groups_own_needs():
    judged = {"a1": {"x": 3, "y": 0}, "b1": {"x": 3, "y": 0}, "c1": {"x": 0}}
    orders = {"a1": ["x", "y"], "b1": ["y", "x"], "c1": ["x"]}

    found = figures_by(judged, orders, {"a1": "05", "c1": "07"})

    assert list(found) == ["", "05"], "a group without anything to find says nothing"
    assert (found["05"].p_at_1, found[""].p_at_1) == (1.0, 0.0)


KINDS = {"n": {"same": "same_words", "other": "other_words", "near": "near_miss"}}
JUDGED = {"n": {"same": 3, "other": 3, "near": 1, "wrong": 0}}


@pytest.mark.parametrize(
    ("scores", "other_words", "near_miss"),
    [
        ({"same": 4.0, "other": 3.0, "near": 2.0, "wrong": 1.0}, 1.0, 1.0),
        ({"same": 4.0, "wrong": 3.0, "near": 2.0, "other": 1.0}, 0.0, 0.5),
        ({"near": 4.0, "same": 3.0, "other": 3.0, "wrong": 3.0}, 0.0, 0.0),
        ({"same": 1.0, "near": 0.5, "wrong": 0.1}, 0.0, 0.5),
        ({}, 0.0, 0.0),
    ],
)
def test_kinds_tell_whether_needs_were_read(scores, other_words, near_miss):
    found = kind_figures(JUDGED, {"n": scores}, KINDS)

    assert (found.needs, found.pairs) == (1, 2)
    assert (found.other_words, found.near_miss) == (other_words, near_miss)


def test_gain_is_certain_only_when_nearly_all_needs_gain():
    assert paired_lower_bound([0.1] * 30) == pytest.approx(0.1)
    assert paired_lower_bound([0.1, -0.09] * 30) < 0
    assert paired_lower_bound([0.0] * 30) == 0
    assert paired_lower_bound([]) == 0
