"""How good a ranking is against graded judgements. Pure; the same definitions as the usual trec figures with gain 2^grade - 1."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RELEVANT = 2
"""The grade from which an achievement counts as fitting (fairly strong)."""

_DEPTH = 10
_RECALL_DEPTH = 50
_ROUNDS = 2_000
_INTERVAL = (0.025, 0.975)
_MASK = (1 << 64) - 1


@dataclass(frozen=True)
class Figures:
    """Means over the needs that have anything to find; `interval` is the 95 % bootstrap interval of `ndcg_at_10`."""

    needs: int
    ndcg_at_10: float
    interval: tuple[float, float]
    mrr: float
    p_at_1: float
    recall_at_50: float


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
    return Figures(len(gains), _mean(gains), _bootstrap(gains), _mean(reciprocals), _mean(firsts), _mean(recalls))


def gain(grades: Sequence[int]) -> float:
    """Discounted cumulative gain of the first ten."""
    return math.fsum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:_DEPTH]))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """The same draws on every run and every machine: a counter through SplitMix64, no generator with a state of its own."""
    if not values:
        return (0.0, 0.0)
    size = len(values)
    means = sorted(
        sum(values[_mixed(turn * size + place) % size] for place in range(size)) / size for turn in range(_ROUNDS)
    )
    low, high = (means[int(_ROUNDS * share)] for share in _INTERVAL)
    return (low, high)


def _mixed(number: int) -> int:
    number = (number + 1) * 0x9E3779B97F4A7C15 & _MASK
    number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    number = (number ^ (number >> 27)) * 0x94D049BB133111EB & _MASK
    return number ^ (number >> 31)
