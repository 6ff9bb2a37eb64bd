"""Is the offer a solution: of the right kind, the same thing under other names, with figures that reach those wanted.

Pure but for what is remembered. Reading concepts and figures out of a text costs half a millisecond, so it is done for the pairs that could still be shown, and remembered by the text.
"""

from functools import lru_cache

from matching.indicators.comparing import Comparison, compare, fulfilment
from matching.indicators.model import Indicator
from matching.intent import kind_fit, offered_kinds, wanted_kinds
from matching.lexicon import lexicon
from matching.lexicon.joining import AskedConcepts, Names
from matching.profiles import AchievementProfile, NeedProfile, read_figures

_CACHED_TEXTS = 16_384
_CACHED_NAMES = 65_536

_REWARD = 1 / 6
"""What figures that reach the wanted ones are worth beside those that miss them: to reach them is no more than was asked (ours)."""
_JOINED = 2.0
"""Half of a need's concepts under other names are as good as all of them (ours)."""
MOST = {"kind": 1.0, "lexicon": 1.0, "indicators": _REWARD}
"""The parts of the score that come from here, with the most each can be worth; the least is -1."""


def solution_values(need: NeedProfile, achievement: AchievementProfile) -> dict[str, float]:
    """How well the kind of offer and its figures answer the need: from -1 (not at all), over 0 (unknown), to `MOST`."""
    wanted = wanted_kinds(need.title, need.asked)
    reached = fulfilment(compared(need, achievement)).score
    joined = _asked_concepts(need.title, need.asked).joined_share(_names_in(achievement.raw))
    return {
        "kind": kind_fit(wanted, offered_kinds(achievement.title, achievement.body)),
        "lexicon": min(1.0, _JOINED * joined),
        "indicators": reached * _REWARD if reached > 0 else reached,
    }


def compared(need: NeedProfile, achievement: AchievementProfile) -> tuple[Comparison, ...]:
    """Each indicator that the need states, in its rows or its text, with what the achievement says about it."""
    wanted = _without_repeats(need.indicators, read_figures(f"{need.title}\n{need.asked}"))
    if not wanted:
        return ()
    offered = _without_repeats(achievement.indicators, achievement.figures)
    return compare(wanted, offered, same_name=_same_name)


@lru_cache(maxsize=_CACHED_NAMES)
def _same_name(one: str, other: str) -> float:
    """Names of properties come again and again, and to find the concepts in them costs half a millisecond."""
    return lexicon().same(one, other)


@lru_cache(maxsize=_CACHED_TEXTS)
def _names_in(text: str) -> Names:
    return lexicon().names_in(text)


@lru_cache(maxsize=_CACHED_TEXTS)
def _asked_concepts(title: str, asked: str) -> AskedConcepts:
    return AskedConcepts(lexicon(), title, asked)


def _without_repeats(rows: tuple[Indicator, ...], read: tuple[Indicator, ...]) -> tuple[Indicator, ...]:
    """Rows first; what the text says again in the same figures counts once."""
    stated = {(one.relation, one.low, one.high, one.unit) for one in rows}
    return rows + tuple(one for one in read if (one.relation, one.low, one.high, one.unit) not in stated)
