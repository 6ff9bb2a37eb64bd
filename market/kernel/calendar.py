"""Working days as the State Council's holiday notices fix them, for every deadline counted in 工作日."""

from datetime import date, timedelta

import chinese_calendar

_MONDAY_TO_FRIDAY = 5


def is_working_day(day: date) -> bool:
    """Whether offices work on this day.

    Holidays and shifted working days come from `chinesecalendar`; a year whose notice it does not know yet
    counts Monday to Friday as working days (the notice for a year appears in the preceding November).
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _MONDAY_TO_FRIDAY


def add_working_days(start: date, days: int) -> date:
    """The date `days` working days after `start`; the day of the event itself is not counted."""
    if days < 0:
        raise ValueError("days must not be negative")
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day
