"""When the demo happens: everything is laid out from the day on which it is told, in that day's year. Deterministic."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from market.kernel.calendar import add_working_days, is_working_day
from market.kernel.clock import SHANGHAI, FixedClock
from market.kernel.ids import use_ids

MONTH_WEIGHTS = (3, 3, 6, 6, 6, 9, 7, 7, 10, 9, 13, 21)
"""How a year's contracts fall on its months, in percent (ours, after published half-year shares): the year ends heavy."""

_OPENING, _HOURS = time(9, 0, tzinfo=SHANGHAI), 8


class StoryClock(FixedClock):
    """A clock that is set to a day's office hours; each setting on one day is a little later than the last."""

    def __init__(self, day: date) -> None:
        super().__init__(_office_time(day, 0))
        self._minutes = 0

    def to(self, day: date) -> None:
        """Move to this day (forwards or back: the demo is told thread by thread)."""
        self._minutes = (self._minutes + 7) % (_HOURS * 60)
        self.instant = _office_time(day, self._minutes)


def _office_time(day: date, minutes: int) -> datetime:
    return (datetime.combine(day, _OPENING) + timedelta(minutes=minutes)).astimezone(UTC)


@contextmanager
def chapter_ids(chapter: str, year: int) -> Iterator[None]:
    """Ids that are the same on every telling of this chapter in this year, and in order of creation."""
    random = Random(f"{chapter}/{year}")
    start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) + random.randrange(1 << 28)
    count = 0

    def following() -> UUID:
        nonlocal count
        count += 1
        return UUID(int=((start + count) << 80) | (7 << 76) | (0b10 << 62) | random.getrandbits(62))

    with use_ids(following):
        yield


def working_day(day: date) -> date:
    """The day itself, or the next one on which offices work."""
    return day if is_working_day(day) else add_working_days(day, 1)


def share_of_year(day: date) -> float:
    """What part of a year's contracts has been registered by the end of this day."""
    days = _days_in_month(day.year, day.month)
    return (sum(MONTH_WEIGHTS[: day.month - 1]) + MONTH_WEIGHTS[day.month - 1] * day.day / days) / sum(MONTH_WEIGHTS)


def registration_days(year: int, count: int, until: date, random: Random) -> list[date]:
    """`count` working days from the year's beginning to `until`, as heavy on each month as years are; in order."""
    months = list(range(1, until.month + 1))
    weights = [float(MONTH_WEIGHTS[month - 1]) for month in months]
    weights[-1] *= until.day / _days_in_month(year, until.month)
    found = []
    for month in random.choices(months, weights, k=count):
        last = until.day if month == until.month else _days_in_month(year, month)
        found.append(min(working_day(date(year, month, random.randint(1, last))), until))
    return sorted(found)


def _days_in_month(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days
