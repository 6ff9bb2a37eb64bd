"""Time is handed in. Instants are aware UTC; business dates are dates in Asia/Shanghai."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Where use-cases read the time; the edge hands in the system's, tests a fixed one."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """The business date in Asia/Shanghai."""
        ...


def business_date(instant: datetime) -> date:
    """The date on the wall calendar in Asia/Shanghai at an aware instant."""
    return instant.astimezone(SHANGHAI).date()


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return business_date(self.now())


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests, and for telling a story in its own time."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def today(self) -> date:
        return business_date(self.instant)

    def advance(self, step: timedelta) -> None:
        self.instant += step
