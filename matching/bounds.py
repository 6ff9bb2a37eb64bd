"""The most that each of many achievements can reach for one need, worked out for all of them at once. Pure.

What is cheap is known nearly as it will be scored; what costs is taken at its most: a word as often as its rarest character, a concept
where the characters of another name stand, figures as if all were reached. So no score is above its bound.
"""

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.conditions import values_of_many
from matching.corpus import Corpus
from matching.facts import KIND
from matching.learning.ranker import MOST_POINTS
from matching.prepared import PreparedNeed
from matching.profiles import AchievementProfile
from matching.solution import JOINED
from matching.tokens import COUNT, NUMBER, SIZE, numbers_of
from matching.weights import weights

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_SLACK = 0.02
"""Points by which a sum in 32 bits strays at most from the exact one, and a score is rounded up."""
_CACHED_NAMES = 16_384
_CHECKED = 4
"""Characters of a word that are looked at, from both ends."""
_UNCOUNTED = re.compile(r"[0-9a-z%‰.]")
"""Characters that are counted as part of Latin words only."""
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")


@dataclass(slots=True)
class Bound:
    """The most that a pair can reach, from what is known of it: `found` is the raw value of its text without words.

    `words` and `lexicon` are the most that these can be worth, from 0 to 1; `share` is what everything but the lexicon makes of the text.
    """

    found: float
    half_point: float
    share: float
    words: float = 1.0
    lexicon: float = 1.0
    more: float = _SLACK

    def limit(self) -> float:
        """No score is above this."""
        settings = weights()
        total = self.found + settings.text["words"] * self.words
        share = self.share + settings.fit["lexicon"] * self.lexicon
        return settings.text_scale * -math.expm1(-total / self.half_point) * share + self.more


class RoughBounds:
    """What each of one need's pairs can reach, as far as it is known without a look at the texts: meaning, conditions and kind.

    `limits` has one for each achievement (at least one), and is no less than that of its closer bound.
    """

    def __init__(
        self, need: PreparedNeed, achievements: Sequence[AchievementProfile], corpus: Corpus, *, now: datetime
    ) -> None:
        settings = weights()
        self._need, self._achievements, self._corpus = need, achievements, corpus
        told = _told(achievements)
        trust = _trust(need, achievements, told)
        self._titles = settings.text["title"] * (1 - (1 - settings.title_beside_text) * told)
        self._meaning = settings.text["meaning"] * trust * _meaning(need, achievements)
        self._half_points = (1 - trust) * settings.half_point + trust * settings.half_point_with_meaning
        self._shares = 1 + settings.fit["kind"] * _kinds(need, achievements)
        conditions = values_of_many(
            need.profile.conditions, [one.conditions for one in achievements], now, corpus.talks
        )
        for name, values in conditions.items():
            self._shares += settings.fit[name] * values
        figures = np.maximum(trust, settings.figures_without_meaning) * need.solution.most_indicators
        self._shares += settings.fit["indicators"] * figures
        most = self._meaning + self._titles + settings.text["characters"] + settings.text["words"]
        share = self._shares + (settings.fit["lexicon"] if need.solution.concepts.ways else 0.0)
        self.limits: Floats = settings.text_scale * -np.expm1(-most / self._half_points) * share + slack(need)

    @cached_property
    def _asked(self) -> "_Asked":
        return _Asked(self._need, self._corpus)

    def closer(self, places: Sequence[int]) -> list[Bound]:
        """The bounds of the pairs at these places (at least one), with what their texts can be worth."""
        text = _Text(self._need, self._asked, [self._achievements[place] for place in places], self._corpus)
        found = (
            self._meaning[places]
            + weights().text["characters"] * text.characters()
            + self._titles[places] * text.titles()
        )
        more = slack(self._need)
        columns = (found, self._half_points[places], self._shares[places], text.words(), text.lexicon())
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [Bound(known, half, share, words, lexicon, more) for known, half, share, words, lexicon in rows]


def slack(need: PreparedNeed) -> float:
    """Points that are added to every bound, for what is not looked at."""
    return _SLACK + (MOST_POINTS if need.ranker is not None else 0.0)


class _Asked:
    """The tokens that one need looks for in texts, each with a row of counts; those of the same number share one."""

    def __init__(self, need: PreparedNeed, corpus: Corpus) -> None:
        title = corpus.char_idf(need.profile.text.title_chars)
        words = [
            *((_row_characters(word), gain) for group in need.words.values() for word, _, gain in group),
            *(([word], gain) for word, gain in need.latin_words.items()),
        ]
        ways = sorted(need.solution.concepts.ways, key=lambda way: way.joins)
        names = [_ideographs(way.surface) for way in ways]
        wanted = set(need.chars).union(title, *(tokens for tokens, _ in words), *names)
        rows: dict[int, int] = {}
        self._rows = {
            token: rows.setdefault(number, len(rows))
            for token, number in zip(wanted, numbers_of(wanted).tolist(), strict=True)
        }
        self.count = len(rows)
        self.row_of = np.full(SIZE, self.count, np.int32)
        """The row of every number; the last is for every token that the need does not have."""
        self.row_of[list(rows)] = np.arange(self.count)
        self.char_gains = self._summed(need.chars.keys(), need.chars.values())
        self.title_gains = np.append(self._summed(title.keys(), [idf * idf for idf in title.values()]), 0.0)
        self.words = self._spelled([tokens for tokens, _ in words])
        self.word_gains = np.array([gain for _, gain in words])
        self.names = self._spelled(names)
        """The names that could join, those that join the same concept next to each other."""
        self.name_shares = np.array([way.share for way in ways])
        self.name_is_lettered = np.array([way.lettered for way in ways])
        self.first_names = [place for place, way in enumerate(ways) if not place or way.joins != ways[place - 1].joins]

    def _summed(self, tokens: Collection[str], values: Iterable[float]) -> Floats:
        return np.bincount(self._rows_of(tokens), [*values], minlength=self.count).astype(np.float64)

    def _spelled(self, words: Sequence[Sequence[str]]) -> "_Spelled":
        steps = []
        for step in range(_CHECKED):
            chosen = [place for place, tokens in enumerate(words) if step < len(tokens)]
            if chosen:
                steps.append((chosen, self._rows_of([words[place][step] for place in chosen])))
        return _Spelled(len(words), steps)

    def _rows_of(self, tokens: Collection[str]) -> Places:
        return np.fromiter(map(self._rows.__getitem__, tokens), np.intp, len(tokens))


class _Spelled(NamedTuple):
    """Words by their tokens: at each step the places of those that have another token, and its rows."""

    size: int
    steps: list[tuple[list[int], Places]]

    def rarest(self, saturated: Floats) -> Floats:
        """For each word and text the least of its tokens; 1, which is above every saturated count, where it has none to look at."""
        found = np.ones((self.size, saturated.shape[1]))
        for places, rows in self.steps:
            found[places] = np.minimum(found[places], saturated[rows])
        return found


class _Text:
    """How often the need's tokens stand in each of the texts: one row for each token, one column for each text."""

    def __init__(
        self, need: PreparedNeed, asked: _Asked, achievements: Sequence[AchievementProfile], corpus: Corpus
    ) -> None:
        self._need = need
        self._asked = asked
        self._achievements = achievements
        self._corpus = corpus
        self._tokens = [one.text.tokens for one in achievements]
        self._saturated = self._counted()

    def characters(self) -> Floats:
        """The share of the most that characters could bring."""
        if not self._need.char_limit:
            return np.zeros(len(self._tokens))
        return self._asked.char_gains @ self._saturated[:-1] / self._need.char_limit

    def words(self) -> Floats:
        """The same for words, each taken to stand there as often as its rarest character."""
        if not self._asked.words.size or not self._need.word_limit:
            return np.zeros(len(self._tokens))
        return self._asked.word_gains @ self._asked.words.rarest(self._saturated) / self._need.word_limit

    def titles(self) -> Floats:
        """The cosine of the titles' characters."""
        need, corpus = self._need, self._corpus
        column, numbers = _in_columns([one.title for one in self._tokens])
        gains = self._asked.title_gains[self._asked.row_of[numbers]]
        common = np.bincount(column, gains, minlength=len(self._tokens))
        norms = np.sqrt([need.title_norm * corpus.norm_of_title(one.text.title_chars) for one in self._achievements])
        return np.divide(common, norms, out=np.zeros(len(norms)), where=norms > 0)

    def lexicon(self) -> Floats:
        """The value of the lexicon if every name whose characters stand in the text stood there."""
        asked = self._asked
        if not asked.names.size:
            return np.zeros(len(self._tokens))
        lettered = np.array([one.has_letters for one in self._tokens])
        there = (asked.names.rarest(self._saturated) > 0) & (lettered | ~asked.name_is_lettered[:, None])
        best: Floats = np.maximum.reduceat(there * asked.name_shares[:, None], asked.first_names, axis=0).sum(axis=0)
        return np.minimum(1.0, JOINED * best)

    def _counted(self) -> Floats:
        """The saturated counts; the last row stands for every token that the need does not have."""
        count = len(self._tokens)
        column, numbers = _in_columns([one.numbers for one in self._tokens])
        mentions = np.frombuffer(b"".join([one.counts for one in self._tokens]), COUNT)
        places = self._asked.row_of[numbers] * count + column
        counted = np.bincount(places, mentions, minlength=(self._asked.count + 1) * count).reshape(-1, count)
        lengths = np.array([one.text.length for one in self._achievements])
        return counted / (counted + self._corpus.damping(lengths))


def _in_columns(texts: Sequence[bytes]) -> tuple[Places, NDArray[np.int32]]:
    """The numbers of all these texts, one after another, and the place of the text that each is of."""
    column = np.repeat(np.arange(len(texts)), [len(text) // NUMBER.itemsize for text in texts])
    return column, np.frombuffer(b"".join(texts), NUMBER)


@lru_cache(maxsize=_CACHED_NAMES)
def _ideographs(name: str) -> list[str]:
    """The Chinese characters of a name of the lexicon."""
    return _IDEOGRAPH.findall(name)


def _row_characters(word: str) -> list[str]:
    """Some of a Chinese word's characters that are counted one by one."""
    counted = _UNCOUNTED.sub("", word)
    return list(counted if len(counted) <= _CHECKED else counted[: _CHECKED // 2] + counted[-_CHECKED // 2 :])


def _told(achievements: Sequence[AchievementProfile]) -> Floats:
    """`scoring` on how much each tells beside its title."""
    return np.minimum(1.0, np.array([len(one.body) for one in achievements]) / weights().trusted_length)


def _trust(need: PreparedNeed, achievements: Sequence[AchievementProfile], told: Floats) -> Floats:
    """`scoring.meaning_trust` of each."""
    if need.profile.vector is None:
        return np.zeros(len(achievements))
    trust = np.maximum(weights().trust_in_titles, told)
    return np.where([one.vector is not None for one in achievements], trust, 0.0)


def _kinds(need: PreparedNeed, achievements: Sequence[AchievementProfile]) -> Floats:
    """`AskedSolution.kind_value` of each whose kind is stored; the most it could be of others: to read it costs more than it tells."""
    values = np.full(len(achievements), need.solution.most_kind)
    places = [place for place, one in enumerate(achievements) if one.text.facts is not None]
    if places:
        kinds = np.frombuffer(b"".join([achievements[place].text.kinds for place in places]), KIND)
        values[places] = need.solution.kind_values(kinds.reshape(len(places), -1))
    return values


def _meaning(need: PreparedNeed, achievements: Sequence[AchievementProfile]) -> Floats:
    """`scoring.meaning_value` of each."""
    values = np.zeros(len(achievements))
    places = [place for place, one in enumerate(achievements) if one.vector is not None]
    asked = need.profile.vector
    if asked is None or not places:
        return values
    floor, share = weights().meaning_floor, weights().commonness
    vectors = np.concatenate([one.vector for one in achievements if one.vector is not None]).reshape(len(places), -1)
    common = np.array([achievements[place].commonness for place in places], np.float64)  # unknown: not a number
    usual = np.where(np.isnan(common), floor, (1 - share) * floor + share * common)
    values[places] = np.maximum(0.0, vectors @ asked - usual) / (1 - floor)
    return values
