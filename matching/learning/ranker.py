"""The ranker: a small ridge over the parts of the score that corrects it by at most 15 points, as one more part. Pure but for `current_ranker`.

Only what tells the pairs of one need apart can change a ranking, so parts and grades are taken as deviations from their need's mean.
The score already explains much of the grades; the ridge learns what it leaves over, and that is given back in points of the score.
A correction is bounded three times: by 15 points, by what the pair has earned without it (nothing comes from nothing), and by the
scale from 0 to 100.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from market.matches import outcome_queries
from matching.learning.examples import Example, learnable
from matching.weights import MODEL_VERSION

MOST_POINTS = 15.0
"""No correction is larger, up or down; pruning by what a pair can still reach must leave room for it."""

CROSSES: tuple[tuple[str, str], ...] = (
    ("characters", "title"),
    ("characters", "field"),
    ("meaning", "characters"),
    ("meaning", "indicators"),
    ("meaning", "kind"),
)
"""Parts whose coming together may say more than each alone; those that the scoring does not have are left out."""

_SCALE = 100.0
_MOST_POINTS_PER_GRADE = 30.0
_NO_SPREAD = 1e-6

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ranker:
    """What was learned: a weight for each part and cross, for how far it lies from the usual, in points of the score.

    `number` is its version; `model_version` names the scoring whose parts it reads.
    """

    number: int
    model_version: str
    features: tuple[str, ...]
    centres: tuple[float, ...]
    points: tuple[float, ...]

    def learned_adjustment(self, parts: Mapping[str, float]) -> float:
        """The points that are added to the pair's score, as the part `learned`.

        Between -15 and 15, no deduction below 0 in all, no addition beyond what the pair has earned or beyond 100 in all. Parts that
        the ranker does not know count nothing; those that are missing count as 0.
        """
        own = learnable(parts)
        values = zip(self.features, self.centres, self.points, strict=True)
        raw = math.fsum(points * (_feature(own, name) - centre) for name, centre, points in values)
        return float(_bounded(np.array([raw]), np.array([math.fsum(own.values())]))[0])

    def learned_adjustments(self, parts: Mapping[str, Floats]) -> Floats:
        """The same for many pairs at once: for each part its values."""
        own = {name: values for name, values in parts.items() if name in learnable(dict.fromkeys(parts, 0.0))}
        total: Floats = np.sum(list(own.values()), axis=0, dtype=np.float64)
        raw = np.zeros_like(total)
        for name, centre, points in zip(self.features, self.centres, self.points, strict=True):
            raw += points * (_feature_of_many(own, name, total) - centre)
        return _bounded(raw, total)

    def coefficients(self) -> dict[str, Any]:
        """For the database: what `ranker_of` reads back."""
        rows = zip(self.features, self.centres, self.points, strict=True)
        return {name: [centre, points] for name, centre, points in rows}


def ranker_of(number: int, model_version: str, coefficients: Mapping[str, Any]) -> Ranker:
    """The ranker of stored coefficients."""
    names = sorted(coefficients)
    return Ranker(
        number=number,
        model_version=model_version,
        features=tuple(names),
        centres=tuple(float(coefficients[name][0]) for name in names),
        points=tuple(float(coefficients[name][1]) for name in names),
    )


def current_ranker(session: Session, model_version: str = MODEL_VERSION) -> Ranker | None:
    """The ranker in force; None where the shipped weights stand alone, or another scoring than today's is what it was trained for."""
    version = outcome_queries.ranker_in_force(session)
    if version is None or version.model_version != model_version:
        return None
    return ranker_of(version.number, version.model_version, version.coefficients)


def fit(examples: Sequence[Example], ridge: float, *, number: int = 0, model_version: str = MODEL_VERSION) -> Ranker:
    """Learn from the examples; `ridge` (of the order of 1) pulls the weights towards 0, the more the fewer examples there are.

    Where nothing can be learned, since no need has two examples of different grades, every correction is 0.
    """
    names = feature_names(examples)
    raw = np.array([[_feature(one.parts, name) for name in names] for one in examples], dtype=np.float64)
    raw = raw.reshape(len(examples), len(names))
    weights = np.array([one.weight for one in examples], dtype=np.float64)
    needs = _numbered([one.need_id for one in examples])
    features = _within_needs(raw, weights, needs)
    grades = _within_needs(np.array([[float(one.grade)] for one in examples]).reshape(-1, 1), weights, needs)[:, 0]
    scores = _within_needs(raw[:, : _plain(names)].sum(axis=1, keepdims=True), weights, needs)[:, 0]
    centres = np.average(raw, axis=0, weights=weights) if len(examples) else np.zeros(len(names))
    grade_of_point = _slope(scores, grades, weights)
    points_of_grade = min(1 / grade_of_point, _MOST_POINTS_PER_GRADE) if grade_of_point > 0 else _MOST_POINTS_PER_GRADE
    left_over = grades - max(grade_of_point, 0.0) * _SCALE * scores
    learned = _ridge(features, left_over, weights, ridge) * points_of_grade
    return Ranker(number, model_version, names, tuple(map(float, centres)), tuple(map(float, learned)))


def feature_names(examples: Sequence[Example]) -> tuple[str, ...]:
    """Every part that occurs, then the crosses of those that do."""
    parts = sorted({name for one in examples for name in one.parts})
    return (*parts, *(f"{a}*{b}" for a, b in CROSSES if a in parts and b in parts))


def _feature(parts: Mapping[str, float], name: str) -> float:
    """A part as a share of the scale; a cross as the root of the product, so that both are of one size."""
    first, _, second = name.partition("*")
    value = parts.get(first, 0.0) / _SCALE
    if not second:
        return value
    return math.sqrt(max(value, 0.0) * max(parts.get(second, 0.0) / _SCALE, 0.0))


def _feature_of_many(parts: Mapping[str, Floats], name: str, like: Floats) -> Floats:
    first, _, second = name.partition("*")
    nothing = np.zeros_like(like)
    value: Floats = parts.get(first, nothing) / _SCALE
    if not second:
        return value
    both: Floats = np.maximum(value, 0.0) * np.maximum(parts.get(second, nothing) / _SCALE, 0.0)
    return np.sqrt(both)


def _bounded(raw: Floats, total: Floats) -> Floats:
    """Flattens out towards the bound, so that two corrections keep their order; then nothing from nothing, nothing beyond the scale."""
    soft = MOST_POINTS * np.tanh(raw / MOST_POINTS)
    earned = np.maximum(total, 0.0)
    return np.clip(soft, -earned, np.minimum(earned, np.maximum(_SCALE - total, 0.0)))


def _plain(names: Sequence[str]) -> int:
    """How many of the features are parts themselves."""
    return sum("*" not in name for name in names)


def _numbered(ids: Sequence[UUID]) -> NDArray[np.int64]:
    numbers: dict[UUID, int] = {}
    return np.array([numbers.setdefault(one, len(numbers)) for one in ids], dtype=np.int64)


def _within_needs(values: Floats, weights: Floats, needs: NDArray[np.int64]) -> Floats:
    """Each row's deviation from the weighted mean of its need."""
    if not len(values):
        return values
    sums = np.zeros((int(needs.max()) + 1, values.shape[1]))
    np.add.at(sums, needs, values * weights[:, None])
    return values - (sums / np.bincount(needs, weights=weights)[:, None])[needs]


def _slope(scores: Floats, grades: Floats, weights: Floats) -> float:
    """How many grades a point of the score is worth within a need."""
    spread = float((weights * scores * scores).sum()) * _SCALE
    return float((weights * scores * grades).sum()) / spread if spread > _NO_SPREAD else 0.0


def _ridge(features: Floats, wanted: Floats, weights: Floats, ridge: float) -> Floats:
    """Weighted ridge on features brought to one spread; weights are given back for the features as they are."""
    count = features.shape[1]
    if not len(features):
        return np.zeros(count)
    spread = np.sqrt((weights[:, None] * features**2).sum(axis=0) / weights.sum())
    used = spread > _NO_SPREAD
    scaled = features[:, used] / spread[used]
    gram = scaled.T @ (scaled * weights[:, None]) + ridge * math.sqrt(len(features)) * np.eye(int(used.sum()))
    learned = np.zeros(count)
    learned[used] = np.linalg.solve(gram, scaled.T @ (weights * wanted)) / spread[used]
    return learned
