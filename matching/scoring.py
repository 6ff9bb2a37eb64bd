"""The score of a pair, as a sum of parts that are shown. Pure; the same for both directions.

Text first: characters (BM25), the two titles (cosine), words (BM25), each against the best any text could reach for this need, so
that long and short needs are on one scale. Conditions then add a share of what the text has earned.
"""

import math
from collections.abc import Iterable
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
    """A need against a corpus: each token with the most it can add, and the sum of these. Words come as (word, its ends, gain)."""

    profile: NeedProfile
    words: tuple[tuple[str, str, str, float], ...]
    word_limit: float
    chars: dict[str, float]
    char_limit: float
    title_norm: float


@dataclass(frozen=True)
class ScoredPair:
    """A pair with its score (0 to 100). `shares` are the parts before rounding, `gains` what each common word brought."""

    need: NeedProfile
    achievement: AchievementProfile
    score: float
    shares: dict[str, float]
    gains: dict[str, float]

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


def prepare_need(profile: NeedProfile, corpus: Corpus) -> PreparedNeed:
    """Weigh the need's tokens once for all its pairs."""
    word_idf, char_idf = corpus.word_idf(profile.text.words), corpus.char_idf(profile.text.chars)
    full = weights().k1 + 1
    words = tuple(
        (word, word if word.isascii() else word[0], word if word.isascii() else word[-1], count * word_idf[word] * full)
        for word, count in profile.text.words.items()
    )
    chars = {char: count * char_idf[char] * full for char, count in profile.text.chars.items()}
    title = math.fsum(idf * idf for idf in corpus.char_idf(profile.text.title_chars).values())
    return PreparedNeed(profile, words, math.fsum(word[3] for word in words), chars, math.fsum(chars.values()), title)


def score_pair(need: PreparedNeed, achievement: AchievementProfile, corpus: Corpus, *, now: datetime) -> ScoredPair:
    """Score one pair; whether it may be shown is for `constraints` to say."""
    text, settings = achievement.text, weights()
    damping = settings.k1 * (1 - settings.b + settings.b * text.length / corpus.average_length)
    gains = word_gains(need, text, damping)
    raw = {
        "characters": settings.text["characters"] * _share(_char_gain(need, text, damping), need.char_limit),
        "title": settings.text["title"] * _title_cosine(need, text.title_chars, corpus),
        "words": settings.text["words"] * _share(sum(gains.values()), need.word_limit),
    }
    total = sum(raw.values())
    earned = settings.text_scale * -math.expm1(-total / settings.half_point)
    shares = {name: earned * value / total if total else 0.0 for name, value in raw.items()}
    for name, value in condition_values(need.profile.conditions, achievement.conditions, now).items():
        shares[name] = earned * settings.fit[name] * value
    return ScoredPair(need.profile, achievement, round(sum(shares.values()), _PLACES), shares, gains)


def rank(pairs: Iterable[ScoredPair]) -> list[ScoredPair]:
    """Best first; ties by the ids, so that the order is always the same."""
    return sorted(pairs, key=lambda pair: (-pair.score, str(pair.need.id), str(pair.achievement.id)))


def word_gains(need: PreparedNeed, text: AchievementText, damping: float) -> dict[str, float]:
    """What each of the need's words that stands in the achievement's text adds.

    A Latin word must stand by itself; the ends of a Chinese one are asked for first, because most words are absent.
    """
    gains = {}
    chars, body = text.chars, text.text
    for word, first, last, gain in need.words:
        if first in chars and last in chars:
            count = chars[word] if first is word else body.count(word)
            if count:
                gains[word] = gain * count / (count + damping)
    return gains


def _char_gain(need: PreparedNeed, text: AchievementText, damping: float) -> float:
    total, counts = 0.0, text.chars
    for char, gain in need.chars.items():
        if char in counts:
            count = counts[char]
            total += gain * count / (count + damping)
    return total


def _share(value: float, limit: float) -> float:
    return value / limit if limit else 0.0


def _title_cosine(need: PreparedNeed, title_chars: frozenset[str], corpus: Corpus) -> float:
    idf = corpus.char_idf(title_chars)
    common = need.profile.text.title_chars & title_chars
    norm = math.sqrt(need.title_norm * math.fsum(value * value for value in idf.values()))
    return math.fsum(idf[char] ** 2 for char in sorted(common)) / norm if norm else 0.0


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
