"""The figures that generated data follows, read from `data/shapes.json`, where each has its mark; and the draws that follow them."""

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any, Generic, TypeVar

from market.kernel.calendar import is_working_day

T = TypeVar("T")

_LEAD_DAYS = 120
"""How long before its year a contract may have been signed and handed in."""


@cache
def figures() -> dict[str, Any]:
    """All figures by name."""
    found: dict[str, Any] = json.loads(
        files("seed.generating").joinpath("data/shapes.json").read_text(encoding="utf-8")
    )
    return found


def share(name: str) -> float:
    """A figure given in percent, as a share of one."""
    return float(figures()[name]["value"]) / 100


class Weighted(Generic[T]):
    """Things that are drawn with unequal weights."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        self.items = items
        self._upto = list(accumulate(weights))

    @classmethod
    def of(cls, weights: Mapping[T, float]) -> "Weighted[T]":
        return cls(list(weights), list(weights.values()))

    def pick(self, chance: Random) -> T:
        return self.items[bisect_right(self._upto, chance.random() * self._upto[-1], 0, len(self._upto) - 1)]

    def pick_many(self, chance: Random, number: int) -> list[T]:
        return chance.choices(self.items, cum_weights=self._upto, k=number)


def zipf_weights(number: int, exponent: float) -> list[float]:
    """The weight of each rank: 1 / rank ** exponent."""
    return [1 / rank**exponent for rank in range(1, number + 1)]


class WorkingDays:
    """The working days from some months before a year up to a day, with the year's season on those of the year."""

    def __init__(self, year: int, until: date) -> None:
        first = date(year, 1, 1) - timedelta(days=_LEAD_DAYS)
        days = (first + timedelta(days=number) for number in range((until - first).days + 1))
        self.days = [day for day in days if is_working_day(day)]
        last = min(until, date(year, 12, 31))
        of_year = [day for day in self.days if date(year, 1, 1) <= day <= last]
        self._season = Weighted(of_year, _season_weights(of_year, last)) if of_year else None

    def in_season(self, quantile: float) -> date:
        """The day by which this share of the year's contracts (of those until the last day) has been registered."""
        season = self._season
        if season is None:
            raise LookupError("the year has no working day yet")
        upto = season._upto  # noqa: SLF001  the same module's
        return season.items[bisect_right(upto, quantile * upto[-1], 0, len(upto) - 1)]

    def has_season(self) -> bool:
        """Whether the year has any working day up to the last one."""
        return self._season is not None

    def before(self, day: date, number: int) -> date:
        """The working day so many working days before this one; the first known one where that is too far back."""
        return self.days[max(0, bisect_right(self.days, day) - 1 - number)]

    def after(self, day: date, number: int) -> date | None:
        """The working day so many working days after this one; None beyond the last."""
        place = bisect_right(self.days, day) - 1 + number
        return self.days[place] if place < len(self.days) else None


def _season_weights(days: Sequence[date], last: date) -> list[float]:
    """Each month's share spread over its working days; the share of a month that is cut off by `last` is cut as well."""
    percent = figures()["month_percent"]["value"]
    in_month = [sum(day.month == month for day in days) for month in range(1, 13)]
    month_end = (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    passed = last.day / month_end.day
    return [
        percent[day.month - 1] * (passed if day.month == last.month else 1) / in_month[day.month - 1] for day in days
    ]
