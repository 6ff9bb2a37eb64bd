"""Listings as the scoring sees them: their text cut once, their terms, their codes. Pure.

Only what every signed-in member may read goes into a profile, so nothing that needs consent can show in a score's reasons.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from sys import intern
from typing import TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from market.achievements.models import Achievement
from market.kernel.outbox import Subject
from market.listings.disclosure import DEFAULTS, Viewer, visible_fields
from market.listings.models import Disclosure, IndicatorRow, Listing
from market.matches.fact_queries import StoredFacts
from market.needs.models import Need
from matching.conditions import Conditions
from matching.constraints import AchievementTerms, NeedTerms, achievement_terms, codes, need_terms
from matching.facts import KIND, Facts, hash_of
from matching.folding import folded
from matching.indicators.model import Indicator
from matching.indicators.reading import from_row, read_indicators
from matching.intent import offered_kinds
from matching.lexicon import Names, lexicon
from matching.sections import split_request
from matching.tokens import Tokens, counted_characters, is_numbered, tokens_of
from matching.weights import weights
from search import analysis

_CACHED_TEXTS = 4096
_LATIN = re.compile(r"([0-9a-z%‰]+(?:\.[0-9a-z%‰]+)*)")
_NUMBER = re.compile(r"[\d.,%‰]+")
_MARKS = frozenset(" \n\t,。、;:?!()“”‘’'\"《》<>【】[]{}·…—-+/~～.°*#=≥≤")
_READABLE_BY_DEFAULT = {
    subject: frozenset(name for name, level in levels.items() if level is not Disclosure.CONSENT)
    for subject, levels in DEFAULTS.items()
}
V = TypeVar("V")
Vector = NDArray[np.float32]
"""What a text means to the embedding model: of length 1."""


@dataclass(frozen=True)
class NeedText:
    """What a need asks: how often each word and character stands in it, weighed by section and with repetition damped."""

    words: Mapping[str, float]
    chars: Mapping[str, float]
    title_chars: frozenset[str]


@dataclass(frozen=True)
class AchievementText:
    """What an achievement offers: everything is worked out when it is first asked for, or taken from `facts` where these are stored.

    The title counts twice. Chinese is not cut: a need's word counts wherever it stands in the text, which is exact, cheap for a few
    hundred candidates, and finds words that a cut would have hidden inside others.
    """

    title: str
    body: str
    facts: Facts | None = field(default=None, compare=False)

    @cached_property
    def text(self) -> str:
        """The folded text, in which words are looked up."""
        return folded(f"{self.title}\n{self.title}\n{self.body}")

    @cached_property
    def chars(self) -> Mapping[str, int]:
        """Its characters and Latin words, counted."""
        known = None if self.facts is None else counted_characters(self.facts.tokens)
        if known is not None and is_numbered(self.text):
            known.update(Counter(word for word in _LATIN.findall(self.text) if len(word) > 1))
            return known
        runs = _LATIN.split(self.text)  # Chinese and Latin by turns
        chars = Counter("".join(runs[::2]))
        chars.update(runs[1::2])
        # A plain dict, unlike a Counter, is not looked through again by every run of the garbage collector.
        return {intern(token): count for token, count in chars.items()}

    @cached_property
    def length(self) -> int:
        """Characters and Latin words, without punctuation."""
        if self.facts is not None:
            return self.facts.length
        return sum(self.chars.values()) - sum(self.chars[mark] for mark in _MARKS & self.chars.keys())

    @cached_property
    def title_chars(self) -> tuple[str, ...]:
        """The title's characters and Latin words, each once and in order of their codes."""
        return tuple(sorted(set(map(intern, analysis.chars(self.title)))))

    @property
    def tokens(self) -> Tokens:
        """The characters and Latin words, and those of the title, as numbers."""
        return self._read_tokens if self.facts is None else self.facts.tokens

    def let_go(self) -> None:
        """Forget what takes most of the memory and is soon worked out again: for who keeps a whole market."""
        for name in ("text", "chars"):
            self.__dict__.pop(name, None)

    @property
    def raw(self) -> str:
        """The text as written."""
        return _joined([self.title, self.body])

    @property
    def figures(self) -> tuple[Indicator, ...]:
        """The indicators that it states."""
        return self._read_figures if self.facts is None else self.facts.told.figures

    @property
    def kinds(self) -> bytes:
        """How much of each `OfferingKind`, in its order, is offered: numbers of `KIND`."""
        return self._read_kinds if self.facts is None else self.facts.kinds

    @property
    def names(self) -> Names:
        """The concepts that it speaks of, under which names."""
        return self._read_names if self.facts is None else self.facts.told.names

    @cached_property
    def _read_tokens(self) -> Tokens:
        return tokens_of(self.text, self.chars, self.title_chars)

    @cached_property
    def _read_kinds(self) -> bytes:
        return np.array(list(offered_kinds(self.title, self.body).values()), KIND).tobytes()

    @cached_property
    def _read_figures(self) -> tuple[Indicator, ...]:
        return read_indicators(self.raw)

    @cached_property
    def _read_names(self) -> Names:
        return lexicon().names_in(self.raw)


@dataclass(frozen=True, slots=True)
class NeedProfile:
    """A need, ready to be paired. `raw` is its readable text as written, `asked` that without title and background.

    `indicators` are those of its rows. `vector` None: not embedded (yet). `version` is the row's.
    """

    id: UUID
    title: str
    asked: str
    text: NeedText
    raw: str
    terms: NeedTerms
    conditions: Conditions
    indicators: tuple[Indicator, ...] = ()
    vector: Vector | None = field(default=None, compare=False)
    version: int = 0


@dataclass(frozen=True, slots=True)
class AchievementProfile:
    """An achievement, ready to be paired. `body` is its readable text as written, without the title.

    `indicators` are those of its rows. `vector` None: not embedded (yet). `commonness` is how
    near its vector is to needs in general (`meaning.commonness`), None: unknown. `version` is the row's.
    """

    id: UUID
    title: str
    body: str
    text: AchievementText
    terms: AchievementTerms
    conditions: Conditions
    indicators: tuple[Indicator, ...] = ()
    vector: Vector | None = field(default=None, compare=False)
    commonness: float | None = None
    version: int = 0

    @property
    def raw(self) -> str:
        """The readable text as written."""
        return self.text.raw


def profile_need(need: Need, rows: Sequence[IndicatorRow] = ()) -> NeedProfile:
    """The profile of a row and its indicators."""
    readable = _readable(need, Subject.NEED)
    keywords = "\n".join(need.keywords) if "keywords" in readable else ""
    asked, background = [need.summary if "summary" in readable else "", keywords], []
    for name in ("problem", "key_technology", "expected_outcome"):
        if name in readable:
            request, rest = split_request(getattr(need, name))
            asked.append(request)
            background.append(rest)
    if "background" in readable:
        background.append(need.background)
    asked_text, background_text = _joined(asked), _joined(background)
    return NeedProfile(
        id=need.id,
        title=need.title,
        asked=asked_text,
        text=cut_need(need.title, asked_text, background_text),
        raw=_joined([need.title, asked_text, background_text]),
        terms=need_terms(need),
        conditions=_conditions(
            need,
            readable,
            price_cny=_if_readable(need.budget_max_cny, "budget_max_cny", readable),
            trl=_if_readable(need.min_trl, "min_trl", readable),
            transfer_ways=need.transfer_ways,
            needed_by=_if_readable(need.needed_by, "needed_by", readable),
        ),
        indicators=_indicators(rows, readable),
        version=need.version,
    )


def profile_achievement(
    achievement: Achievement, rows: Sequence[IndicatorRow] = (), stored: StoredFacts | None = None
) -> AchievementProfile:
    """The profile of a row and its indicators, with what is stored of its text where that is this text."""
    readable = _readable(achievement, Subject.ACHIEVEMENT)
    parts = ["\n".join(achievement.keywords)] if "keywords" in readable else []
    parts += [getattr(achievement, name) for name in ("summary", "description") if name in readable]
    body = _joined(parts)
    return AchievementProfile(
        id=achievement.id,
        title=achievement.title,
        body=body,
        text=_text_of(achievement.title, body, stored),
        terms=achievement_terms(achievement),
        conditions=_conditions(
            achievement,
            readable,
            price_cny=_if_readable(achievement.asking_price_cny, "asking_price_cny", readable),
            trl=_if_readable(achievement.trl, "trl", readable),
            transfer_ways=achievement.transfer_ways,
        ),
        indicators=_indicators(rows, readable),
        version=achievement.version,
    )


def talks_by_owner(in_talks: Iterable[Achievement]) -> dict[UUID, int]:
    """How many of these achievements each owner has; one whose owner members may not read counts for nobody."""
    return dict(Counter(one.owner_party_id for one in in_talks if "owner" in _readable(one, Subject.ACHIEVEMENT)))


@lru_cache(maxsize=_CACHED_TEXTS)
def read_figures(text: str) -> tuple[Indicator, ...]:
    """The indicators that a text states; remembered by the text itself."""
    return read_indicators(text)


@lru_cache(maxsize=_CACHED_TEXTS)
def cut_need(title: str, asked: str, background: str) -> NeedText:
    """Cut a need's text; remembered by the text itself, so that no change can be missed."""
    sections = ((title, weights().need_title), (asked, weights().need_asking), (background, weights().need_background))
    words: dict[str, float] = defaultdict(float)
    chars: dict[str, float] = defaultdict(float)
    for section, weight in sections:
        for token, count in Counter(filter(_telling, analysis.words(section))).items():
            words[token] += count * weight
        for token, count in Counter(analysis.chars(section)).items():
            chars[token] += count * weight
    return NeedText(_damped(words), _damped(chars), frozenset(analysis.chars(title)))


def _text_of(title: str, body: str, stored: StoredFacts | None) -> AchievementText:
    if stored is not None and stored.text_hash == hash_of(title, body):
        return AchievementText(title, body, Facts(stored.content))
    return _cut_achievement(title, body)


@lru_cache(maxsize=_CACHED_TEXTS)
def _cut_achievement(title: str, body: str) -> AchievementText:
    """Remembered by the text itself, with everything that was prepared of it."""
    return AchievementText(title, body)


def forget_texts() -> None:
    """Let go of everything that is remembered by the text: for measuring what the first reading costs."""
    for remembered in (cut_need, _cut_achievement, read_figures, offered_kinds):
        remembered.cache_clear()


def _telling(word: str) -> bool:
    """Single characters have a part of their own, and bare numbers say nothing without what they measure."""
    return len(word) > 1 and not _NUMBER.fullmatch(word)


def _damped(counts: Mapping[str, float]) -> dict[str, float]:
    """The tenth mention of a word says less than the first."""
    limit = weights().repetition
    return {token: count * (limit + 1) / (count + limit) for token, count in counts.items()}


def _readable(listing: Listing, subject: Subject) -> frozenset[str]:
    if not listing.disclosure:
        return _READABLE_BY_DEFAULT[subject]
    model: type[Listing] = Need if subject is Subject.NEED else Achievement
    # Queries return plain rows; the disclosure rules want to be asked about a listing.
    return visible_fields(model.model_construct(disclosure=listing.disclosure), Viewer.MEMBER)


def _conditions(
    listing: Listing,
    readable: frozenset[str],
    *,
    price_cny: Decimal | None,
    trl: int | None,
    transfer_ways: Collection[str],
    needed_by: date | None = None,
) -> Conditions:
    return Conditions(
        field_code=listing.field_code,
        industry_code=_if_readable(listing.industry_code, "industry_code", readable),
        local_industry_code=_if_readable(listing.local_industry_code, "local_industry_code", readable),
        price_cny=price_cny,
        trl=trl,
        published_at=listing.published_at,
        region_code=_if_readable(listing.region_code, "region_code", readable),
        transfer_ways=codes(tuple(transfer_ways) if "transfer_ways" in readable else ()),
        needed_by=needed_by,
        owner_party_id=_if_readable(listing.owner_party_id, "owner", readable),
    )


def _indicators(rows: Sequence[IndicatorRow], readable: frozenset[str]) -> tuple[Indicator, ...]:
    if "indicators" not in readable:
        return ()
    return tuple(one for one in map(from_row, rows) if one is not None)


def _if_readable(value: V | None, name: str, readable: frozenset[str]) -> V | None:
    return value if name in readable else None


def _joined(parts: list[str]) -> str:
    return "\n".join(part for part in parts if part)
