"""How much of what a need speaks of an achievement speaks of under other names. Pure.

Words alone miss a solution that is told in other words; where both texts use the same name, words have counted it already. So only
names that differ count here.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from matching.lexicon.concepts import Lexicon
from matching.lexicon.rows import key

Names = Mapping[str, frozenset[str]]
"""A text's concepts, each with the names (folded) under which the text mentions it; from `Lexicon.names_in`."""

TITLE_WEIGHT: Final = 2.0
RELATED_WEIGHT: Final = 1 / 3
"""What a concept counts where the achievement speaks of a broader or a narrower one only."""

_CACHED_CONCEPTS = 16_384
_IDEOGRAPHS = re.compile(r"[\u4e00-\u9fff]+")
_LETTER = re.compile(r"[^\W\d_\u4e00-\u9fff]")


class Way(NamedTuple):
    """A name (folded) that could join an achievement to the need's concept `joins`, and the share of the need that this is.

    `plain`: of Chinese characters alone, which every way of folding leaves as they are; `lettered`: with other letters.
    """

    surface: str
    joins: str
    share: float
    plain: bool
    lettered: bool


class AskedConcepts:
    """The concepts of one need, prepared once for all its pairs; those of its title count twice."""

    def __init__(self, known: Lexicon, title: str, text: str) -> None:
        """From the readable texts of the need."""
        self.names: Names = known.names_in(f"{title}\n{text}")
        in_title = known.names_in(title)
        self._weights = {name: TITLE_WEIGHT if name in in_title else 1.0 for name in self.names}
        self._total = math.fsum(self._weights.values())
        self._answers: dict[str, dict[str, float]] = {}
        for name in self.names:
            for related in known.related_to(name):
                self._answers.setdefault(related, {})[name] = RELATED_WEIGHT
            self._answers.setdefault(name, {})[name] = 1.0
        self._different: dict[tuple[str, frozenset[str]], bool] = {}
        self.ways: tuple[Way, ...] = tuple(self._found_ways(known))
        """Every name that could join; a text that has none of them joins nothing."""
        self._ways_by_surface: dict[str, list[Way]] = {}
        for way in self.ways:
            self._ways_by_surface.setdefault(way.surface, []).append(way)
        self._plain: dict[str, list[str]] = {}  # by their first character
        self._mixed: list[str] = []
        self._mixed_without_letters: list[str] = []
        for surface, (way, *_) in self._ways_by_surface.items():
            if way.plain:
                self._plain.setdefault(surface[0], []).append(surface)
            else:
                self._mixed.append(surface)
                if not way.lettered:
                    self._mixed_without_letters.append(surface)

    def joined_share(self, offered: Names) -> float:
        """The share of the need's concepts, 0 to 1, that the achievement has under other names, related ones in part."""
        found: dict[str, float] = {}
        for concept in self._answers.keys() & offered.keys():
            for name, weight in self._answers[concept].items():
                # A need's concept that the achievement has itself is not joined by way of a related one.
                if name != concept and name in offered:
                    continue
                if found.get(name, 0.0) < weight and self._differs(name, offered[concept]):
                    found[name] = weight
        return math.fsum(self._weights[name] * weight for name, weight in found.items()) / self._total if found else 0.0

    def most_joined(self, folded: str, raw: str, chars: Collection[str]) -> float:
        """No less than `joined_share` of the text's names, at a tenth of what it costs to find them; exact where it is 0.

        `raw` is the text as written, `folded` the same in whichever folding, in which `chars` has every Chinese character.
        """
        present = {
            surface
            for first in self._plain
            if first in chars
            for surface in self._plain[first]
            if surface[-1] in chars and surface in folded
        }
        mixed = self._mixed if holds_letters(folded) else self._mixed_without_letters
        if mixed:
            found = key(raw)
            present.update(surface for surface in mixed if surface in found)
        if not present:
            return 0.0
        best: dict[str, float] = {}
        for surface in present:
            for way in self._ways_by_surface[surface]:
                best[way.joins] = max(best.get(way.joins, 0.0), way.share)
        return math.fsum(best.values())

    def _differs(self, name: str, offered: frozenset[str]) -> bool:
        known = self._different.get((name, offered))
        if known is None:
            known = self._different[name, offered] = differ(self.names[name], offered)
        return known

    def _found_ways(self, known: Lexicon) -> Iterable[Way]:
        for name, used in self.names.items():
            weight = self._weights[name]
            for surface, answers, plain, lettered in _ways_of(known, name, used):
                yield Way(surface, name, weight * answers / self._total, plain, lettered)


@lru_cache(maxsize=_CACHED_CONCEPTS)
def _ways_of(known: Lexicon, name: str, used: frozenset[str]) -> tuple[tuple[str, float, bool, bool], ...]:
    """The names that could join a text to a concept that is called so, each with what it counts, and whether it is plain or lettered.

    The same concepts come in need after need, and are hardly ever called otherwise.
    """
    counts = {**dict.fromkeys(sorted(known.related_to(name)), RELATED_WEIGHT), name: 1.0}
    return tuple(
        (surface, answers, plain, lettered)
        for concept, answers in counts.items()
        for surface, plain, lettered in _folded(known.concepts[concept].surfaces)
        if _may_differ(used, surface, plain=plain)
    )


@lru_cache(maxsize=_CACHED_CONCEPTS)
def _folded(surfaces: tuple[str, ...]) -> tuple[tuple[str, bool, bool], ...]:
    """A concept's names as they are looked for, and whether they are plain or lettered (`Way`)."""
    found = dict.fromkeys(map(key, surfaces))
    return tuple((one, bool(_IDEOGRAPHS.fullmatch(one)), holds_letters(one)) for one in found)


def holds_letters(text: str) -> bool:
    """Whether there are letters other than Chinese characters."""
    return bool(_LETTER.search(text))


def differ(names: Iterable[str], others: Iterable[str]) -> bool:
    """Whether no name is one of the others or a part of it: else the texts have a word in common."""
    others = tuple(others)
    return not any(one in other or other in one for one in names for other in others)


def _may_differ(names: Iterable[str], surface: str, *, plain: bool) -> bool:
    """Whether a mention under this surface can differ from all names: a Latin one may stand there in the plural."""
    return not any(one in surface or (plain and surface in one) for one in names)
