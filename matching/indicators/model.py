"""What an indicator is."""

from dataclasses import dataclass, field
from enum import StrEnum


class Relation(StrEnum):
    """How the value binds. `at_least` and `above` use `low`, `at_most` and `below` use `high`, the others use both."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    EQUALS = "equals"
    ABOUT = "about"
    BETWEEN = "between"


class Change(StrEnum):
    """The value is the amount by which the property changes, not what it becomes."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Role(StrEnum):
    """What the value is there for: a demand or result, the condition under which one holds, or how things stand today."""

    STATED = "stated"
    CONDITION = "condition"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One property with its value.

    `name` is the property as the text calls it, "" where it does not. `unit` is spelled as in `units.spell`, "" for a bare number.
    `quote` is the piece of the text, from `start` to `end`, that says it. `origin` is the value today where the text gives both
    ("由80%降到40%": 80), in `unit`. `of` is the number of trials in "三轮考核两轮达标". `tolerance`: the value is a deviation to both
    sides ("±0.02mm"). `demanded`: in a need, this would be asked for, not told about how things are: it is bounded strictly, or stands
    behind the first words that ask for something. `beside` are the words around the value in its clause, without the value.
    """

    name: str
    relation: Relation
    low: float | None
    high: float | None
    unit: str
    quote: str = ""
    start: int = 0
    end: int = 0
    change: Change | None = None
    origin: float | None = None
    of: float | None = None
    tolerance: bool = False
    role: Role = Role.STATED
    demanded: bool = True
    beside: str = field(default="", compare=False)
