"""What would lift a pair among the pairs of its need: told only where it would change the place. Pure.

A stored score is the sum of its parts, and a condition adds a share of what the text has earned, so what a better condition would give
follows from the parts alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.weights import weights

_CERTAIN = 1.0
"""The most a condition can be worth."""


@dataclass(frozen=True)
class Standing:
    """A pair's score with its parts, and the scores of the other pairs of the same need."""

    score: float
    parts: Mapping[str, float]
    rivals: Sequence[float]

    @property
    def place(self) -> int:
        """From 1; pairs of the same score share a place."""
        return self._place_of(self.score)

    def place_with(self, part: str, value: float = _CERTAIN) -> int:
        """Where the pair would stand if this condition had this value (at most 1)."""
        settings = weights()
        earned = sum(self.parts.get(name, 0.0) for name in settings.text)
        gained = earned * settings.fit[part] * value - self.parts.get(part, 0.0)
        return self._place_of(self.score + gained)

    def _place_of(self, score: float) -> int:
        return 1 + sum(rival > score for rival in self.rivals)


def lifts(standing: Standing, wishes: Sequence[tuple[str, str]]) -> list[str]:
    """Sentences for those wishes (part of the score, "若…") that would bring the pair to a better place, the strongest first."""
    found = [(standing.place_with(part), wish) for part, wish in wishes]
    better = sorted((place, wish) for place, wish in found if place < standing.place)
    return [f"{wish},在这条需求的推荐中可由第 {standing.place} 位升到第 {place} 位。" for place, wish in better]
