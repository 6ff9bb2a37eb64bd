"""What a run of generating makes, and the chance and the instants it draws from: the same plan makes the same rows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from random import Random
from uuid import UUID

from market.kernel.clock import SHANGHAI
from seed.generating.shapes import figures

_OPENING, _SECONDS_OPEN = time(9, 0, tzinfo=SHANGHAI), 8 * 3600
_RANDOM_BITS = 74


@dataclass(frozen=True)
class Plan:
    """How many listings and filed contracts, from which seed, and up to which day; contracts are those of `year`."""

    listings: int
    contracts: int
    seed: int
    year: int
    today: date

    @property
    def needs(self) -> int:
        return round(self.listings / (int(figures()["achievements_per_need"]["value"]) + 1))

    @property
    def achievements(self) -> int:
        return self.listings - self.needs

    @property
    def last_day(self) -> date:
        """The last day on which a contract of the year can have been registered."""
        return min(self.today, date(self.year, 12, 31))


@dataclass(frozen=True)
class Run:
    """A plan in a database: `number` counts the runs there from 1, `first_serial` is free for this run's parties and those after."""

    number: int
    first_serial: int
    plan: Plan

    def chance(self, *part: object) -> Random:
        """A source of chance for one part of the run, the same whenever and wherever that part is made."""
        return Random(f"{self.plan.seed}/{self.number}/" + "/".join(map(str, part)))

    @property
    def sellers(self) -> int:
        """How many sellers there are, before every kind and city has been given one."""
        mean = float(figures()["contracts_per_seller"]["mean"])
        return ceil(max(self.plan.contracts / mean, self.plan.listings / 100))


def id_at(instant: datetime, chance: Random) -> UUID:
    """A UUID version 7 of this instant."""
    millisecond = int(instant.timestamp() * 1000)
    bits = chance.getrandbits(_RANDOM_BITS)
    return UUID(int=millisecond << 80 | 7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & ((1 << 62) - 1))


def office_hours(day: date, chance: Random) -> datetime:
    """Some instant of the day at which offices are open."""
    opened = datetime.combine(day, _OPENING) + timedelta(seconds=int(chance.random() * _SECONDS_OPEN))
    return opened.astimezone(UTC)


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Yinchuan."""
    return datetime.combine(day, time(0, 0, tzinfo=SHANGHAI)).astimezone(UTC)
