"""Pure decisions about targets: the season's plan, shares, what a new version must keep."""

import json
from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources

from market.kernel.errors import Conflict, invalid_field
from market.kernel.money import round_cny
from market.targets.models import Target

_SHARE_PLACES = Decimal("0.0001")
_HUNDRED = Decimal(100)


@cache
def _monthly_shares() -> tuple[Decimal, ...]:
    season = json.loads((resources.files("market.targets") / "data" / "season.json").read_text(encoding="utf-8"))
    return tuple(Decimal(percent) / _HUNDRED for percent in season["monthly_percent"])


def season_share(year: int, as_of: date) -> Decimal:
    """The share of a year's sum that the season expects by the end of this day; 0 before the year, 1 after it."""
    if as_of.year != year:
        return Decimal(as_of.year > year)
    days = monthrange(year, as_of.month)[1]
    shares = _monthly_shares()
    return sum(shares[: as_of.month - 1], Decimal(0)) + shares[as_of.month - 1] * as_of.day / days


def planned_cny(target_cny: Decimal, year: int, as_of: date) -> Decimal:
    """The target's part that the season expects by the end of this day."""
    return round_cny(target_cny * season_share(year, as_of))


def share_of(amount_cny: Decimal, target_cny: Decimal) -> Decimal:
    """The amount's share of the target with four places: 0.7982 is 79.82 %."""
    return (amount_cny / target_cny).quantize(_SHARE_PLACES, rounding=ROUND_HALF_UP)


def check_next_version(last: Target | None, valid_from: date) -> None:
    """A new version may not reach behind the one before it, or a past board would change."""
    if last is not None and valid_from < last.valid_from:
        raise invalid_field(
            "valid_from",
            f"生效日期早于现行目标(第 {last.target_version} 版)的生效日期 {last.valid_from}。",
            f"请填 {last.valid_from} 或更晚的日期。",
        )


def check_closable(year: int, today: date, *, is_closed: bool) -> None:
    """A year is closed once, after its last day."""
    if is_closed:
        raise Conflict("year_closed", f"{year} 年度已经关账,不能重复关账。")
    if today <= date(year, 12, 31):
        raise Conflict("year_not_over", f"{year} 年度尚未结束,请在次年 1 月 1 日以后关账。")
