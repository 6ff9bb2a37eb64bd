"""The score of a pair, as a sum of parts that are shown. Pure; the same for both directions.

Text first: characters (BM25), the two titles (cosine), words (BM25), each against the best any text could reach for this need, so
that long and short needs are on one scale. Conditions then add a share of what the text has earned.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from matching.corpus import Corpus
from matching.profiles import AchievementProfile, AchievementText, Conditions, NeedProfile
from matching.terms import shared_terms
from matching.weights import weights

_PLACES = 4
_SECONDS_PER_DAY = 86_400
_SAME_SECTION = 0.6
_HIGHEST_READINESS = 9


@dataclass(frozen=True)
class PreparedNeed:
    """A need against a corpus: each token with the most it can add, and the sum of these."""

    profile: NeedProfile
    words: tuple[tuple[str, bool, float], ...]
    word_limit: float
    chars: dict[str, float]
    char_limit: float


@dataclass(frozen=True)
class ScoredPair:
    """`parts` sum to `score` (0 to 100); `gains` are the need's words found in the achievement, with what each brought."""

    need: NeedProfile
    achievement: AchievementProfile
    score: float
    parts: dict[str, float]
    gains: dict[str, float]

    @property
    def terms(self) -> tuple[str, ...]:
        """The words that stand in both texts, the weightiest first; looked up when asked for, since few pairs are shown."""
        return shared_terms(self.gains, self.need.raw, self.achievement.raw)


def prepare_need(profile: NeedProfile, corpus: Corpus) -> PreparedNeed:
    """Weigh the need's tokens once for all its pairs."""
    word_idf, char_idf = corpus.word_idf(profile.text.words), corpus.char_idf(profile.text.chars)
    full = weights().k1 + 1
    words = tuple((word, word.isascii(), count * word_idf[word] * full) for word, count in profile.text.words.items())
    chars = {char: count * char_idf[char] * full for char, count in profile.text.chars.items()}
    return PreparedNeed(profile, words, sum(gain for *_, gain in words), chars, sum(chars.values()))


def score_pair(need: PreparedNeed, achievement: AchievementProfile, corpus: Corpus, *, now: datetime) -> ScoredPair:
    """Score one pair; whether it may be shown is for `constraints` to say."""
    text = achievement.text
    damping = weights().k1 * (1 - weights().b + weights().b * text.length / corpus.average_length)
    gains = word_gains(need, text, damping)
    raw = {
        "characters": _share(_char_gain(need, text, damping), need.char_limit),
        "title": _title_cosine(need.profile.text.title_chars, text.title_chars, corpus),
        "words": _share(sum(gains.values()), need.word_limit),
    }
    weighed = {name: weights().text[name] * value for name, value in raw.items()}
    total = sum(weighed.values())
    earned = weights().text_scale * -math.expm1(-total / weights().half_point)
    parts = {name: earned * value / total if total else 0.0 for name, value in weighed.items()}
    for name, value in condition_values(need.profile.conditions, achievement.conditions, now).items():
        parts[name] = earned * weights().fit[name] * value
    rounded = {name: round(value, _PLACES) for name, value in parts.items()}
    return ScoredPair(need.profile, achievement, round(math.fsum(rounded.values()), _PLACES), rounded, gains)


def rank(pairs: Iterable[ScoredPair]) -> list[ScoredPair]:
    """Best first; ties by the ids, so that the order is always the same."""
    return sorted(pairs, key=lambda pair: (-pair.score, str(pair.need.id), str(pair.achievement.id)))


def word_gains(need: PreparedNeed, text: AchievementText, damping: float) -> dict[str, float]:
    """What each of the need's words that stands in the achievement's text adds."""
    gains = {}
    latin, body = text.latin, text.text
    for word, is_ascii, gain in need.words:
        count = latin.get(word, 0) if is_ascii else body.count(word)
        if count:
            gains[word] = gain * count / (count + damping)
    return gains


def _char_gain(need: PreparedNeed, text: AchievementText, damping: float) -> float:
    gains = need.chars
    return math.fsum(gains[char] * count / (count + damping) for char, count in text.chars.items() if char in gains)


def _share(value: float, limit: float) -> float:
    return value / limit if limit else 0.0


def _title_cosine(left: Collection[str], right: Collection[str], corpus: Corpus) -> float:
    idf = corpus.char_idf(frozenset(left) | frozenset(right))
    norm = math.sqrt(_squares(left, idf) * _squares(right, idf))
    return _squares(frozenset(left) & frozenset(right), idf) / norm if norm else 0.0


def _squares(chars: Collection[str], idf: dict[str, float]) -> float:
    return math.fsum(idf[char] ** 2 for char in chars)


def condition_values(need: Conditions, achievement: Conditions, now: datetime) -> dict[str, float]:
    """How well each condition fits, from 0 (unknown or different) to 1."""
    return {
        "field": float(bool(need.field_code) and need.field_code == achievement.field_code),
        "industry": _industry_value(need, achievement),
        "readiness": _readiness_value(need.trl, achievement.trl),
        "price": _price_value(need, achievement),
        "freshness": (_freshness(need.published_at, now) + _freshness(achievement.published_at, now)) / 2,
    }


def _industry_value(need: Conditions, achievement: Conditions) -> float:
    if need.local_industry_code and need.local_industry_code == achievement.local_industry_code:
        return 1.0
    return _SAME_SECTION if need.industry_code and need.industry_code == achievement.industry_code else 0.0


def _readiness_value(wanted: int | None, reached: int | None) -> float:
    if reached is None:
        return 0.0
    return float(reached >= wanted) if wanted is not None else reached / _HIGHEST_READINESS


def _price_value(need: Conditions, achievement: Conditions) -> float:
    """A price within the budget fits the better the closer it comes: a tenth of the budget often solves a smaller problem."""
    budget, price = need.price_cny, achievement.price_cny
    if not budget or price is None or price > budget:
        return 0.0
    return min(1.0, 0.5 + float(price / budget))


def _freshness(published_at: datetime | None, now: datetime) -> float:
    if published_at is None:
        return 0.0
    days = max(0.0, (now - published_at).total_seconds() / _SECONDS_PER_DAY)
    return float(0.5 ** (days / weights().freshness_half_life_days))
