"""How much of what a need speaks of an achievement speaks of under other names. Pure.

Words alone miss a solution that is told in other words; where both texts use the same name, words have counted it already. So only
names that differ count here.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from matching.lexicon.concepts import Lexicon

Names = Mapping[str, frozenset[str]]
"""A text's concepts, each with the names (folded) under which the text mentions it; from `Lexicon.names_in`."""

TITLE_WEIGHT: Final = 2.0
RELATED_WEIGHT: Final = 1 / 3
"""What a concept counts where the achievement speaks of a broader or a narrower one only."""


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

    def joined_share(self, offered: Names) -> float:
        """The share of the need's concepts, 0 to 1, that the achievement has under other names, related ones in part."""
        found: dict[str, float] = {}
        for concept in self._answers.keys() & offered.keys():
            for name, weight in self._answers[concept].items():
                # A need's concept that the achievement has itself is not joined by way of a related one.
                if name != concept and name in offered:
                    continue
                if found.get(name, 0.0) < weight and differ(self.names[name], offered[concept]):
                    found[name] = weight
        return math.fsum(self._weights[name] * weight for name, weight in found.items()) / self._total if found else 0.0


def differ(names: Iterable[str], others: Iterable[str]) -> bool:
    """Whether no name is one of the others or a part of it: else the texts have a word in common."""
    others = tuple(others)
    return not any(one in other or other in one for one in names for other in others)
