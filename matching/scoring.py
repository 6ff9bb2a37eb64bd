"""The score of a pair, as a sum of parts that are shown. Pure; the same for both directions.

Text first: characters (BM25), the two titles (cosine), words (BM25), each against the best any text could reach for this need, so
that long and short needs are on one scale; and the meaning of both texts, where both have a vector. Conditions then add a share of
what the text has earned, and so do the kind of solution and its figures: those take some away where they miss what is asked.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from heapq import heapify, heappop, heappush, heapreplace

import numpy as np

from matching.bounds import Bound, RoughBounds, slack
from matching.conditions import condition_values
from matching.corpus import Corpus
from matching.learning.examples import LEARNED_PART
from matching.prepared import PreparedNeed, prepare_need
from matching.profiles import AchievementProfile, AchievementText, NeedProfile, Vector
from matching.solution import MOST
from matching.terms import shared_terms
from matching.weights import weights

__all__ = [
    "PreparedNeed",
    "ScoredPair",
    "best_pairs",
    "condition_values",
    "meaning_trust",
    "meaning_value",
    "prepare_need",
    "rank",
    "score_pair",
    "word_gains",
]

_PLACES = 4
_MANY = 8
"""From this many achievements of one need on it pays to work out their bounds together."""
_TOGETHER = 64
"""Of so many at a time the texts are compared."""


@dataclass(frozen=True)
class ScoredPair:
    """A pair with its score (0 to 100). `shares` are the parts before rounding, `gains` what each common word brought."""

    need: NeedProfile
    achievement: AchievementProfile
    score: float
    shares: dict[str, float]
    gains: dict[str, float]
    ranker_number: int | None = None

    @property
    def parts(self) -> dict[str, float]:
        """The parts as they are shown: rounded, the largest takes the rest, so that they sum to the score."""
        parts = {name: round(share, _PLACES) for name, share in self.shares.items()}
        largest = max(parts, key=lambda name: parts[name])
        parts[largest] = round(
            self.score - math.fsum(value for name, value in parts.items() if name != largest), _PLACES
        )
        return parts

    @property
    def terms(self) -> tuple[str, ...]:
        """The words that stand in both texts, the weightiest first; looked up when asked for, since few pairs are shown."""
        return shared_terms(self.gains, self.need.raw, self.achievement.raw)


def score_pair(need: PreparedNeed, achievement: AchievementProfile, corpus: Corpus, *, now: datetime) -> ScoredPair:
    """Score one pair; whether it may be shown is for `constraints` to say."""
    return _score(_Looked(need, achievement, corpus), now)


def best_pairs(
    pairs: Iterable[tuple[PreparedNeed, AchievementProfile]], corpus: Corpus, *, now: datetime, size: int | None = None
) -> list[ScoredPair]:
    """Score and rank the pairs; only the `size` best where one is given, the same as the first of all of them.

    Looking up words, concepts and figures costs most, so it is left out where the pair could not reach the best even with all of them.
    """
    given = list(pairs)
    if size is None or len(given) <= size:
        return rank(score_pair(need, achievement, corpus, now=now) for need, achievement in given)
    by_need: dict[int, tuple[PreparedNeed, list[AchievementProfile]]] = {}
    for need, achievement in given:
        by_need.setdefault(id(need), (need, []))[1].append(achievement)
    waiting: list[tuple[_Looked, Bound]] = []
    rough: list[_Rough] = []
    for need, offers in by_need.values():
        if len(offers) >= _MANY:
            rough.append(_Rough(need, offers, corpus, now))
        else:
            waiting += [(_Looked(need, one, corpus), _bound(need, one, corpus, now)) for one in offers]
    return rank(_best_of(_Promising(waiting, rough), size, now))[:size]


class _Rough:
    """One need's pairs of which only a rough bound is known, the most promising first."""

    def __init__(self, need: PreparedNeed, offers: Sequence[AchievementProfile], corpus: Corpus, now: datetime) -> None:
        self._need, self._offers, self._corpus = need, offers, corpus
        self._bounds = RoughBounds(need, offers, corpus, now=now)
        self._places: list[int] = np.argsort(self._bounds.limits).tolist()

    @property
    def limit(self) -> float:
        """No score of those left is above this."""
        return float(self._bounds.limits[self._places[-1]]) if self._places else -math.inf

    def closer(self) -> list[tuple["_Looked", Bound]]:
        """The next ones, with closer bounds."""
        places = self._places[: -_TOGETHER - 1 : -1]
        del self._places[-_TOGETHER:]
        looked = (_Looked(self._need, self._offers[place], self._corpus) for place in places)
        return list(zip(looked, self._bounds.closer(places), strict=True))


class _Promising:
    """The pairs that are not scored yet, the most promising first; texts are compared, with others at once, when their turn comes."""

    def __init__(self, closer: Sequence[tuple["_Looked", Bound]], rough: Sequence[_Rough]) -> None:
        self._pairs = list(closer)
        self._rough = rough
        self._queue = [(-bound.limit(), place) for place, (_, bound) in enumerate(closer)]
        heapify(self._queue)

    def first(self, least: float) -> tuple["_Looked", Bound] | None:
        """The most promising pair with its closer bound; None where none could reach `least`."""
        while True:
            limit = -self._queue[0][0] if self._queue else -math.inf
            rough = max(self._rough, key=lambda one: one.limit, default=None)
            if rough is None or rough.limit <= limit:
                return self._pairs[self._queue[0][1]] if self._queue and limit >= least else None
            if rough.limit < least:
                return None
            for pair, bound in rough.closer():
                heappush(self._queue, (-bound.limit(), len(self._pairs)))
                self._pairs.append((pair, bound))

    def look_again(self, bound: Bound) -> None:
        """The first one's bound has come down."""
        heapreplace(self._queue, (-bound.limit(), self._queue[0][1]))

    def drop_first(self) -> None:
        """It is scored."""
        heappop(self._queue)


def _best_of(promising: _Promising, size: int, now: datetime) -> list[ScoredPair]:
    """Every pair that could be among the `size` best, scored.

    The most promising pair is always the next: first its words and concepts are looked up, then, if it still is, its figures as well.
    """
    scored: list[ScoredPair] = []
    best: list[float] = []  # the scores of the `size` best so far, as a heap: the lowest first
    while (found := promising.first(best[0] if len(best) == size else -math.inf)) is not None:
        pair, bound = found
        if not pair.is_looked_up:
            if not bound.lexicon:
                pair.lexicon = 0.0  # none of the names can stand there
            bound.words, bound.lexicon = pair.words, pair.lexicon
            promising.look_again(bound)
            continue
        promising.drop_first()
        result = _score(pair, now)
        scored.append(result)
        if len(best) < size:
            heappush(best, result.score)
        elif result.score > best[0]:
            heapreplace(best, result.score)
    return scored


class _Looked:
    """A pair with what is looked up in its texts, each once and when it is first asked for."""

    def __init__(self, need: PreparedNeed, achievement: AchievementProfile, corpus: Corpus) -> None:
        self.need = need
        self.achievement = achievement
        self.corpus = corpus
        self.is_looked_up = False

    @cached_property
    def damping(self) -> float:
        return self.corpus.damping(float(self.achievement.text.length))

    @cached_property
    def gains(self) -> dict[str, float]:
        self.is_looked_up = True
        return word_gains(self.need, self.achievement.text, self.damping)

    @property
    def words(self) -> float:
        return _share(math.fsum(self.gains.values()), self.need.word_limit)

    @cached_property
    def lexicon(self) -> float:
        return self.need.solution.lexicon_value(self.achievement)


def _text_values(need: PreparedNeed, achievement: AchievementProfile, corpus: Corpus) -> dict[str, float]:
    """What the texts have in common, from 0 to 1 each, but for their words."""
    text = achievement.text
    trust = meaning_trust(need.profile, achievement)
    return {
        "characters": _share(_char_gain(need, text, corpus.damping(float(text.length))), need.char_limit),
        "title": _title_worth(achievement) * _title_cosine(need, text.title_chars, corpus),
        "meaning": trust * meaning_value(need.profile.vector, achievement.vector, achievement.commonness),
    }


def _half_point(trust: float) -> float:
    settings = weights()
    return (1 - trust) * settings.half_point + trust * settings.half_point_with_meaning


def _bound(need: PreparedNeed, achievement: AchievementProfile, corpus: Corpus, now: datetime) -> Bound:
    """The bound of one pair by itself, where bounds of many do not pay: without reading the need for what it asks."""
    settings = weights()
    found = sum(settings.text[name] * value for name, value in _text_values(need, achievement, corpus).items())
    fit = condition_values(need.profile.conditions, achievement.conditions, now, corpus.talks)
    share = 1 + sum(settings.fit[name] * value for name, value in (*fit.items(), *MOST.items()) if name != "lexicon")
    half_point = _half_point(meaning_trust(need.profile, achievement))
    return Bound(found, half_point, share, more=slack(need))


def _score(pair: _Looked, now: datetime) -> ScoredPair:
    need, achievement, settings = pair.need, pair.achievement, weights()
    values = {**_text_values(need, achievement, pair.corpus), "words": pair.words}
    raw = {name: settings.text[name] * value for name, value in values.items()}
    total = sum(raw.values())
    trust = meaning_trust(need.profile, achievement)
    earned = _earned(total, _half_point(trust))
    shares = {name: earned * value / total if total else 0.0 for name, value in raw.items()}
    fit = condition_values(need.profile.conditions, achievement.conditions, now, pair.corpus.talks)
    for name, value in fit.items():
        shares[name] = earned * (settings.fit[name] * value)
    if total:
        solution = need.solution
        # Where nothing but words joins two texts, figures of the same name are more often about something else.
        figures = max(trust, settings.figures_without_meaning)
        shares["kind"] = earned * settings.fit["kind"] * solution.kind_value(achievement)
        shares["lexicon"] = earned * settings.fit["lexicon"] * pair.lexicon
        shares["indicators"] = earned * settings.fit["indicators"] * solution.indicators_value(achievement) * figures
    ranker = need.ranker
    if ranker is not None:
        shares[LEARNED_PART] = ranker.learned_adjustment(shares)
    score = round(sum(shares.values()), _PLACES)
    return ScoredPair(need.profile, achievement, score, shares, pair.gains, None if ranker is None else ranker.number)


def _earned(total: float, half_point: float) -> float:
    """What the text earns of its scale: the raw value, flattening out towards the top."""
    return weights().text_scale * -math.expm1(-total / half_point)


def rank(pairs: Iterable[ScoredPair]) -> list[ScoredPair]:
    """Best first; ties by the ids, so that the order is always the same."""
    return sorted(pairs, key=lambda pair: (-pair.score, pair.need.id.int, pair.achievement.id.int))


def word_gains(need: PreparedNeed, text: AchievementText, damping: float) -> dict[str, float]:
    """What each of the need's words that stands in the achievement's text adds.

    A Latin word must stand by itself; a Chinese one counts wherever it stands.
    """
    chars, body = text.chars, text.text
    gains = {}
    for first in need.words.keys() & chars.keys():
        for word, last, gain in need.words[first]:
            if last in chars and (count := body.count(word)):
                gains[word] = gain * count / (count + damping)
    for word in need.latin_words.keys() & chars.keys():
        count = chars[word]
        gains[word] = need.latin_words[word] * count / (count + damping)
    return gains


def _char_gain(need: PreparedNeed, text: AchievementText, damping: float) -> float:
    gains, counts = need.chars, text.chars
    # The common ones first: the sets are compared without a step in Python for each of the text's characters.
    return math.fsum([gains[char] * counts[char] / (counts[char] + damping) for char in gains.keys() & counts.keys()])


def _share(value: float, limit: float) -> float:
    return value / limit if limit else 0.0


def _title_cosine(need: PreparedNeed, title_chars: tuple[str, ...], corpus: Corpus) -> float:
    common = need.profile.text.title_chars.intersection(title_chars)
    if not common:
        return 0.0
    norm = math.sqrt(need.title_norm * corpus.norm_of_title(title_chars))
    return corpus.title_norm(common) / norm if norm else 0.0


def meaning_trust(need: NeedProfile, achievement: AchievementProfile) -> float:
    """How far the likeness of the vectors is believed: not at all where one is missing, little for a bare title, fully for a text.

    Measured on the open judged sets: on bare titles of a few words the vectors tell less than the characters do.
    """
    if need.vector is None or achievement.vector is None:
        return 0.0
    return max(weights().trust_in_titles, _told(achievement))


def _title_worth(achievement: AchievementProfile) -> float:
    """How much of its weight the likeness of the titles keeps: all of it for a bare title, the less the more there is to read beside it.

    A bare title can have only a few characters in common with a need: without this it stands below whole texts that say less about it.
    """
    return 1 - (1 - weights().title_beside_text) * _told(achievement)


def _told(achievement: AchievementProfile) -> float:
    """How much the offer tells beside its title, from 0 to 1."""
    return min(1.0, len(achievement.body) / weights().trusted_length)


def meaning_value(asked: Vector | None, offered: Vector | None, commonness: float | None) -> float:
    """How near two texts are in meaning, from 0 (as far as any two) to 1; 0 where one has no vector.

    An offer that is near to many needs says little about this one: half of its commonness is taken off (the idea of cross-domain
    similarity local scaling, Conneau et al. 2018, arXiv:1710.04087, on the side of the offer alone).
    """
    if asked is None or offered is None:
        return 0.0
    floor, share = weights().meaning_floor, weights().commonness
    usual = floor if commonness is None else (1 - share) * floor + share * commonness
    return max(0.0, float(asked @ offered) - usual) / (1 - floor)
