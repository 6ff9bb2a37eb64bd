"""How good a ranking is against graded judgements. Pure; the same definitions as the usual trec figures with gain 2^grade - 1."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

RELEVANT = 2
"""The grade from which an achievement counts as fitting (fairly strong)."""

_DEPTH = 10
_RECALL_DEPTH = 50
_ROUNDS = 2_000
_INTERVAL = (0.025, 0.975)
_ONE_SIDED = 0.05
_ROUNDS_AT_ONCE = 100


Interval = tuple[float, float]


@dataclass(frozen=True)
class Figures:
    """Means over the needs that have anything to find, each with its 95 % bootstrap interval; `interval` is that of `ndcg_at_10`.

    MRR, P@1 and recall@50 are over those of them that have an achievement of grade 2 or more.
    """

    needs: int
    ndcg_at_10: float
    interval: Interval
    mrr: float
    p_at_1: float
    recall_at_50: float
    mrr_interval: Interval = (0.0, 0.0)
    p_at_1_interval: Interval = (0.0, 0.0)
    recall_at_50_interval: Interval = (0.0, 0.0)


@dataclass(frozen=True)
class KindFigures:
    """Whether needs were read, on sets that hold for each need a full solution in other words and a near miss, with 95 % intervals.

    `other_words`: the share of needs whose solution in other words stands above every achievement of grade 0. `near_miss`: the share of
    pairs of a full solution and the need's near miss in which the full solution stands higher.
    """

    needs: int
    other_words: float
    other_words_interval: Interval
    pairs: int
    near_miss: float
    near_miss_interval: Interval


class Kind(StrEnum):
    """What an achievement is to its need, in the third column of a kinds file."""

    SAME_WORDS = "same_words"
    OTHER_WORDS = "other_words"
    NEAR_MISS = "near_miss"


def figures(judged: Mapping[str, Mapping[str, int]], orders: Mapping[str, Sequence[str]]) -> Figures:
    """Compare each need's order of achievements with its grades; what was not judged counts as grade 0."""
    gains, reciprocals, firsts, recalls = [], [], [], []
    for need, grades in judged.items():
        best = gain(sorted(grades.values(), reverse=True))
        if not best:
            continue
        got = [grades.get(achievement, 0) for achievement in orders.get(need, ())]
        gains.append(gain(got) / best)
        relevant = sum(grade >= RELEVANT for grade in grades.values())
        if relevant:
            first = next((place for place, grade in enumerate(got, 1) if grade >= RELEVANT), None)
            reciprocals.append(1 / first if first else 0.0)
            firsts.append(float(bool(got) and got[0] >= RELEVANT))
            recalls.append(sum(grade >= RELEVANT for grade in got[:_RECALL_DEPTH]) / relevant)
    return Figures(
        needs=len(gains),
        ndcg_at_10=_mean(gains),
        interval=_bootstrap(gains),
        mrr=_mean(reciprocals),
        p_at_1=_mean(firsts),
        recall_at_50=_mean(recalls),
        mrr_interval=_bootstrap(reciprocals),
        p_at_1_interval=_bootstrap(firsts),
        recall_at_50_interval=_bootstrap(recalls),
    )


def figures_by(
    judged: Mapping[str, Mapping[str, int]], orders: Mapping[str, Sequence[str]], group_of: Mapping[str, str]
) -> dict[str, Figures]:
    """The same for each group of needs, a technology field for one; needs without a group are under "". Groups without anything to find are left out."""
    groups: dict[str, dict[str, Mapping[str, int]]] = {}
    for need, grades in judged.items():
        groups.setdefault(group_of.get(need, ""), {})[need] = grades
    found = {group: figures(own, orders) for group, own in sorted(groups.items())}
    return {group: one for group, one in found.items() if one.needs}


def kind_figures(
    judged: Mapping[str, Mapping[str, int]],
    scores: Mapping[str, Mapping[str, float]],
    kinds: Mapping[str, Mapping[str, str]],
) -> KindFigures:
    """Compare the scores of achievements of known kinds. `kinds` maps needs to achievements to their `Kind`.

    An achievement that was not ranked stands below all that were; a tie is no win.
    """
    above_wrong, above_near_miss = [], []
    for need, own in kinds.items():
        ranked = scores.get(need, {})
        wrong = max(
            (ranked.get(one, -math.inf) for one, grade in judged.get(need, {}).items() if not grade), default=-math.inf
        )
        by_kind: dict[str, list[float]] = {}
        for achievement, kind in own.items():
            by_kind.setdefault(kind, []).append(ranked.get(achievement, -math.inf))
        above_wrong += [float(score > wrong) for score in by_kind.get(Kind.OTHER_WORDS, ())]
        full = [*by_kind.get(Kind.SAME_WORDS, ()), *by_kind.get(Kind.OTHER_WORDS, ())]
        above_near_miss += [float(score > near) for score in full for near in by_kind.get(Kind.NEAR_MISS, ())]
    return KindFigures(
        needs=len(above_wrong),
        other_words=_mean(above_wrong),
        other_words_interval=_bootstrap(above_wrong),
        pairs=len(above_near_miss),
        near_miss=_mean(above_near_miss),
        near_miss_interval=_bootstrap(above_near_miss),
    )


def paired_lower_bound(differences: Sequence[float]) -> float:
    """The value above which the mean of these differences lies with 95 % certainty, one-sided, by bootstrap; 0 for none of them."""
    return float(_means_of_draws(differences)[int(_ROUNDS * _ONE_SIDED)]) if differences else 0.0


def gain(grades: Sequence[int]) -> float:
    """Discounted cumulative gain of the first ten."""
    return math.fsum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:_DEPTH]))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _bootstrap(values: Sequence[float]) -> Interval:
    if not values:
        return (0.0, 0.0)
    means = _means_of_draws(values)
    low, high = (float(means[int(_ROUNDS * share)]) for share in _INTERVAL)
    return (low, high)


def _means_of_draws(values: Sequence[float]) -> NDArray[np.float64]:
    """The means of 2,000 draws with replacement, in order: the same on every run and machine, from a counter through SplitMix64."""
    size = len(values)
    listed = np.asarray(values, dtype=np.float64)
    means = np.empty(_ROUNDS)
    for start in range(0, _ROUNDS, _ROUNDS_AT_ONCE):
        end = min(start + _ROUNDS_AT_ONCE, _ROUNDS)
        numbers = np.arange(start * size, end * size, dtype=np.uint64)
        chosen = (_mixed(numbers) % np.uint64(size)).astype(np.intp)
        means[start:end] = listed[chosen].reshape(-1, size).mean(axis=1)
    return np.sort(means)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
