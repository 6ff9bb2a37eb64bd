"""Is the offer a solution: of the right kind, the same thing under other names, with figures that reach those wanted.

Pure but for what is remembered. Reading concepts and figures out of a text costs up to a millisecond, so it is done for the pairs that could
still be shown, and remembered by the text.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.facts import KIND
from matching.indicators.comparing import Comparison, answered, demands, fulfilment
from matching.indicators.model import Indicator
from matching.intent import kind_answers, wanted_kinds
from matching.lexicon import lexicon
from matching.lexicon.joining import AskedConcepts
from matching.profiles import AchievementProfile, NeedProfile, read_figures

_CACHED_TEXTS = 16_384
_CACHED_NAMES = 65_536

_REWARD = 1 / 6
"""What figures that reach the wanted ones are worth beside those that miss them: to reach them is no more than was asked (ours)."""
_NO_SOLUTION, _DOUBTFUL, _BEYOND_DOUBT = 9.0, 0.3, 0.5
"""An offer whose kind does not answer the wish beyond doubt is no solution, however much it speaks of the same: it loses so many times the
weight of the part, and less where it is doubtful (ours; on the open judged sets .003 to .006 of nDCG@10)."""
JOINED = 2.0
"""Half of a need's concepts under other names are as good as all of them (ours)."""
MOST = {"kind": 1.0, "lexicon": 1.0, "indicators": _REWARD}
"""The parts of the score that come from here, with the most each can be worth."""


@dataclass(frozen=True)
class AskedSolution:
    """What one need asks of a solution, read once for all its pairs.

    `kind_answers`: how far each kind of offer, in the order of `OfferingKind`, is what is wanted. `figures` are the indicators that
    the need demands; `most_indicators` is the most that any offer's figures can be worth for it.
    """

    kind_answers: tuple[float, ...]
    concepts: AskedConcepts
    figures: tuple[Indicator, ...]
    most_indicators: float

    @property
    def most_kind(self) -> float:
        """The most that the kind of any offer can be worth."""
        return max(self.kind_answers)

    def kind_values(self, kinds: NDArray[np.float64]) -> NDArray[np.float64]:
        """`kind_value` of many: a row of shares each, in the order of `OfferingKind`."""
        fit = kinds @ np.array(self.kind_answers)
        off = np.clip((-fit - _DOUBTFUL) / (_BEYOND_DOUBT - _DOUBTFUL), 0.0, 1.0)
        values: NDArray[np.float64] = fit - _NO_SOLUTION * off
        return values

    def kind_value(self, achievement: AchievementProfile) -> float:
        """`intent.kind_fit` of the two, and far less than nothing for what is no solution."""
        shares = np.frombuffer(achievement.text.kinds, KIND).tolist()
        fit = math.fsum([answer * share for answer, share in zip(self.kind_answers, shares, strict=True)])
        return fit - _NO_SOLUTION * min(1.0, max(0.0, (-fit - _DOUBTFUL) / (_BEYOND_DOUBT - _DOUBTFUL)))

    def lexicon_value(self, achievement: AchievementProfile) -> float:
        """How much the achievement has under other names, from 0 to 1; its concepts are looked for only where some could count."""
        if not self.concepts.most_joined(achievement.text.text, achievement.raw, achievement.text.chars):
            return 0.0
        return lexicon_value(self.concepts.joined_share(achievement.text.names))

    def indicators_value(self, achievement: AchievementProfile) -> float:
        """What its figures are worth, from -1 to `most_indicators`; they are read only where the need states any."""
        if not self.most_indicators:
            return 0.0
        reached = fulfilment(_compared(self.figures, achievement)).score
        return reached * _REWARD if reached > 0 else reached


def asked_solution(need: NeedProfile) -> AskedSolution:
    """What the need asks of a solution."""
    figures = demands(_wanted(need))
    return AskedSolution(
        kind_answers=kind_answers(wanted_kinds(need.title, need.asked)),
        concepts=_asked_concepts(need.title, need.asked),
        figures=figures,
        most_indicators=_REWARD if figures else 0.0,
    )


def lexicon_value(joined_share: float) -> float:
    """What the share of a need's concepts that is there under other names is worth, from 0 to 1."""
    return min(1.0, JOINED * joined_share)


def compared(need: NeedProfile, achievement: AchievementProfile) -> tuple[Comparison, ...]:
    """Each indicator that the need states, in its rows or its text, with what the achievement says about it."""
    return _compared(demands(_wanted(need)), achievement)


def _compared(wanted: tuple[Indicator, ...], achievement: AchievementProfile) -> tuple[Comparison, ...]:
    if not wanted:
        return ()
    offered = _without_repeats(achievement.indicators, achievement.text.figures)
    return answered(wanted, offered, same_name=_same_name)


def _wanted(need: NeedProfile) -> tuple[Indicator, ...]:
    return _without_repeats(need.indicators, read_figures(f"{need.title}\n{need.asked}"))


@lru_cache(maxsize=_CACHED_NAMES)
def _same_name(one: str, other: str) -> float:
    """Names of properties come again and again, and to find the concepts in them costs half a millisecond."""
    return lexicon().same(one, other)


@lru_cache(maxsize=_CACHED_TEXTS)
def _asked_concepts(title: str, asked: str) -> AskedConcepts:
    return AskedConcepts(lexicon(), title, asked)


def _without_repeats(rows: tuple[Indicator, ...], read: tuple[Indicator, ...]) -> tuple[Indicator, ...]:
    """Rows first; what the text says again in the same figures counts once."""
    stated = {(one.relation, one.low, one.high, one.unit) for one in rows}
    return rows + tuple(one for one in read if (one.relation, one.low, one.high, one.unit) not in stated)
