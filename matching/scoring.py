"""The score of a pair, as a sum of parts that are shown. Pure; the same for both directions.

Text first: characters (BM25), the two titles (cosine), words (BM25), each against the best any text could reach for this need, so
that long and short needs are on one scale; and the meaning of both texts, where both have a vector. Conditions then add a share of
what the text has earned, and so do the kind of solution and its figures: those take some away where they miss what is asked.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import heappush, heapreplace

from matching.corpus import Corpus
from matching.learning.examples import LEARNED_PART
from matching.learning.ranker import MOST_POINTS, Ranker
from matching.profiles import AchievementProfile, AchievementText, Conditions, NeedProfile, Vector
from matching.solution import MOST, solution_values
from matching.terms import shared_terms
from matching.weights import weights

_PLACES = 4
_SECONDS_PER_DAY = 86_400
_SAME_SECTION = 0.6
HIGHEST_READINESS = 9


@dataclass(frozen=True)
class PreparedNeed:
    """A need against a corpus: each token with the most it can add, and the sum of these.

    Chinese words come by their first character, as (word, last character, gain): most are absent from a text, and this tells so
    without looking through it. `ranker`: what was learned from people's decisions, where something was.
    """

    profile: NeedProfile
    words: dict[str, list[tuple[str, str, float]]]
    latin_words: dict[str, float]
    word_limit: float
    chars: dict[str, float]
    char_limit: float
    title_norm: float
    ranker: Ranker | None = None


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


def prepare_need(profile: NeedProfile, corpus: Corpus, ranker: Ranker | None = None) -> PreparedNeed:
    """Weigh the need's tokens once for all its pairs."""
    word_idf, char_idf = corpus.word_idf(profile.text.words), corpus.char_idf(profile.text.chars)
    full = weights().k1 + 1
    gains = {word: count * word_idf[word] * full for word, count in profile.text.words.items()}
    words: dict[str, list[tuple[str, str, float]]] = {}
    for word, gain in gains.items():
        if not word.isascii():
            words.setdefault(word[0], []).append((word, word[-1], gain))
    chars = {char: count * char_idf[char] * full for char, count in profile.text.chars.items()}
    return PreparedNeed(
        profile=profile,
        words=words,
        latin_words={word: gain for word, gain in gains.items() if word.isascii()},
        word_limit=math.fsum(gains.values()),
        chars=chars,
        char_limit=math.fsum(chars.values()),
        title_norm=corpus.title_norm(profile.text.title_chars),
        ranker=ranker,
    )


def score_pair(need: PreparedNeed, achievement: AchievementProfile, corpus: Corpus, *, now: datetime) -> ScoredPair:
    """Score one pair; whether it may be shown is for `constraints` to say."""
    return _score(_draft(need, achievement, corpus, now))


def best_pairs(
    pairs: Iterable[tuple[PreparedNeed, AchievementProfile]], corpus: Corpus, *, now: datetime, size: int | None = None
) -> list[ScoredPair]:
    """Score and rank the pairs; only the `size` best where one is given, the same as the first of all of them.

    Looking up words and reading figures costs most, so it is left out where the pair could not reach the best even with all of them.
    """
    drafts = [_draft(need, achievement, corpus, now) for need, achievement in pairs]
    if size is None or len(drafts) <= size:
        return rank(map(_score, drafts))
    drafts.sort(key=lambda draft: draft.limit, reverse=True)
    scored: list[ScoredPair] = []
    best: list[float] = []  # the scores of the `size` best so far, as a heap: the lowest first
    for draft in drafts:
        if len(best) == size and draft.limit < best[0]:
            break
        pair = _score(draft)
        scored.append(pair)
        if len(best) < size:
            heappush(best, pair.score)
        elif pair.score > best[0]:
            heapreplace(best, pair.score)
    return rank(scored)[:size]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A pair scored but for its words, its kind and its figures, which cost most.

    `fit` are the shares that the conditions add, `figures` how far compared figures count; no score can be above `limit`.
    """

    need: PreparedNeed
    achievement: AchievementProfile
    damping: float
    half_point: float
    figures: float
    text: dict[str, float]
    fit: dict[str, float]
    limit: float


def _draft(need: PreparedNeed, achievement: AchievementProfile, corpus: Corpus, now: datetime) -> _Draft:
    text, settings = achievement.text, weights()
    damping = settings.k1 * (1 - settings.b + settings.b * text.length / corpus.average_length)
    trust = meaning_trust(need.profile, achievement)
    found = {
        "characters": _share(_char_gain(need, text, damping), need.char_limit),
        "title": _title_cosine(need, text.title_chars, corpus),
        "meaning": trust * meaning_value(need.profile.vector, achievement.vector, achievement.commonness),
    }
    raw = {name: settings.text[name] * value for name, value in found.items()}
    values = condition_values(need.profile.conditions, achievement.conditions, now)
    fit = {name: settings.fit[name] * value for name, value in values.items()}
    half_point = (1 - trust) * settings.half_point + trust * settings.half_point_with_meaning
    most = 1 + sum(fit.values()) + sum(settings.fit[name] * value for name, value in MOST.items())
    limit = _earned(sum(raw.values()) + settings.text["words"], half_point) * most + 0.1**_PLACES
    if need.ranker is not None:
        limit += MOST_POINTS
    # Where nothing but words joins two texts, figures of the same name are more often about something else.
    figures = max(trust, settings.figures_without_meaning)
    return _Draft(need, achievement, damping, half_point, figures, raw, fit, limit)


def _score(draft: _Draft) -> ScoredPair:
    need, achievement = draft.need, draft.achievement
    gains = word_gains(need, achievement.text, draft.damping)
    words = weights().text["words"] * _share(math.fsum(gains.values()), need.word_limit)
    raw = {**draft.text, "words": words}
    total = sum(raw.values())
    earned = _earned(total, draft.half_point)
    shares = {name: earned * value / total if total else 0.0 for name, value in raw.items()}
    for name, share in draft.fit.items():
        shares[name] = earned * share
    for name, value in solution_values(need.profile, achievement).items() if total else ():
        shares[name] = earned * weights().fit[name] * value
    if total:
        shares["indicators"] *= draft.figures
    ranker = need.ranker
    if ranker is not None:
        shares[LEARNED_PART] = ranker.learned_adjustment(shares)
    score = round(sum(shares.values()), _PLACES)
    return ScoredPair(need.profile, achievement, score, shares, gains, None if ranker is None else ranker.number)


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


def _title_cosine(need: PreparedNeed, title_chars: frozenset[str], corpus: Corpus) -> float:
    common = need.profile.text.title_chars & title_chars
    if not common:
        return 0.0
    norm = math.sqrt(need.title_norm * corpus.title_norm(title_chars))
    return corpus.title_norm(common) / norm if norm else 0.0


def meaning_trust(need: NeedProfile, achievement: AchievementProfile) -> float:
    """How far the likeness of the vectors is believed: not at all where one is missing, little for a bare title, fully for a text.

    Measured on the open judged sets: on bare titles of a few words the vectors tell less than the characters do.
    """
    if need.vector is None or achievement.vector is None:
        return 0.0
    settings = weights()
    return max(settings.trust_in_titles, min(1.0, len(achievement.body) / settings.trusted_length))


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
    return float(reached >= wanted) if wanted is not None else reached / HIGHEST_READINESS


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
