"""What people decided, as examples to learn from: dated, graded, with the parts of the score as people saw them. Pure.

A grade says how far people took the pair: 1 interest, 2 consent and talks, 3 agreed or under contract. 0 is a refusal whose reason
speaks of the fit; one that speaks of money, time or rights says nothing against the technology and leaves the grade as it was, or
gives no example. What was shown and never touched is a weak 0, but only after a month, only where somebody looked through that
need's list, and the weaker the further down it stood.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from market.matches.outcome_queries import AGREED, REGISTERED, Act, Unacted
from market.matches.rules import MatchAction

LEARNED_PART = "learned"
"""What the ranker's own part of the score is called."""

NOT_LEARNED_FROM = frozenset({LEARNED_PART})
"""Parts that the loop itself has added: to learn from them would be to learn from one's own echo."""

IGNORED_AFTER = timedelta(days=30)
"""How long a suggestion must have been shown before not touching it says anything."""

_GRADES = {
    MatchAction.EXPRESS_INTEREST: 1,
    MatchAction.CONSENT: 2,
    MatchAction.OPEN_DEAL: 2,
    AGREED: 3,
    REGISTERED: 3,
}
_FIT_REFUSALS = {
    (MatchAction.DECLINE, "not_relevant"): (0, 1.0),
    (MatchAction.DECLINE, "capability_missing"): (0, 1.0),
    (MatchAction.DECLINE, "too_early"): (0, 0.5),
    (MatchAction.CLOSE_DEAL, "performance"): (1, 1.0),
}
"""Reasons that speak of the fit: to what grade they bring the pair, and how much that counts."""

_UNTOUCHED_WEIGHT = 0.3
_RANKER_MARK = "~"


@dataclass(frozen=True)
class Example:
    """A pair with the grade known at `at`, and the parts people saw. `is_decision`: somebody did something with it."""

    need_id: UUID
    achievement_id: UUID
    at: datetime
    grade: int
    weight: float
    parts: Mapping[str, float]
    is_decision: bool


def decided(acts: Iterable[Act], model_version: str) -> Iterator[Example]:
    """One example for each pair that was decided about; `acts` come pair by pair, each in order.

    Left out are pairs whose decisions say nothing about the fit, and pairs whose parts another scoring computed.
    """
    for _, group in groupby(acts, key=lambda act: act.match_id):
        found = _decided(list(group), model_version)
        if found is not None:
            yield found


def untouched(pairs: Iterable[Unacted], until: datetime, model_version: str) -> Iterator[Example]:
    """A weak 0 for each pair that had been shown for a month by then, and that nobody touched."""
    for pair in pairs:
        at = pair.shown_at + IGNORED_AFTER
        if at <= until and scored_by(pair.model_version) == model_version:
            weight = _UNTOUCHED_WEIGHT / math.log2(pair.place + 1)
            parts = learnable(pair.parts)
            yield Example(pair.need_id, pair.achievement_id, at, 0, weight, parts, is_decision=False)


def learnable(parts: Mapping[str, float]) -> dict[str, float]:
    """The parts without those that the loop itself has added."""
    return {name: float(value) for name, value in parts.items() if name not in NOT_LEARNED_FROM}


def scored_by(model_version: str | None) -> str | None:
    """The scoring that computed the parts, without the ranker on top: `lexical-1` of `lexical-1~3`."""
    return model_version.split(_RANKER_MARK, 1)[0] if model_version else None


def with_ranker(model_version: str, number: int | None) -> str:
    """What to store with a match: the scoring, and the number of the ranker that corrected it, if one did."""
    return model_version if number is None else f"{model_version}{_RANKER_MARK}{number}"


def _decided(acts: list[Act], model_version: str) -> Example | None:
    seen = next((act for act in acts if act.parts and scored_by(act.model_version) == model_version), None)
    if seen is None or seen.parts is None:
        return None
    grade, weight, at = None, 1.0, acts[0].at
    for act in acts:
        refusal = _FIT_REFUSALS.get((MatchAction(act.action), act.reason_code or "")) if _is_refusal(act) else None
        if refusal is not None:
            grade, weight, at = (*refusal, act.at)
        elif act.action in _GRADES and _GRADES[act.action] > (grade or 0):
            grade, at = _GRADES[act.action], act.at
    if grade is None:
        return None
    return Example(seen.need_id, seen.achievement_id, at, grade, weight, learnable(seen.parts), is_decision=True)


def _is_refusal(act: Act) -> bool:
    return act.action in {MatchAction.DECLINE, MatchAction.CLOSE_DEAL}
