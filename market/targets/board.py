"""The board, composed from sums: slices with names, shares, the line through the months. Pure."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from market.kernel.money import from_fen
from market.reference.lists import code_list, region_path
from market.targets import cube, rules
from market.targets.cube import Code, Sums, Totals
from market.targets.models import Target
from market.targets.schemas import BoardFilter, Direction, MonthPoint, Progress, Slice, TargetView

_DECEMBER = 12
_UNNAMED = "未填写"
_PREFECTURE_DEPTH = 2  # a division's path ends with its prefecture and the region


class Question(NamedTuple):
    """Which figures are asked for."""

    year: int
    as_of: date
    wanted: BoardFilter


def compose(
    question: Question, totals: Totals, *, target: Target | None, is_closed: bool, projects_transferred: int
) -> Progress:
    """The whole answer to the question."""
    months = totals[cube.MONTH]
    total = _add(months.values())
    is_output = question.wanted.direction == Direction.OUTPUT
    return Progress(
        year=question.year,
        as_of=question.as_of,
        direction=question.wanted.direction,
        is_closed=is_closed,
        target=TargetView.model_validate(target) if target else None,
        count=total.number,
        contract_amount_cny=from_fen(total.contract_amount_fen),
        technology_amount_cny=from_fen(total.technology_amount_fen),
        share=rules.share_of(from_fen(total.contract_amount_fen), target.contract_amount_cny)
        if target and is_output
        else None,
        planned_to_date_cny=_planned(question, target, question.as_of),
        projects_transferred=projects_transferred,
        by_kind=_slices(totals[cube.KIND], code_list("contract_kinds").label),
        by_field=_slices(totals[cube.FIELD], code_list("technology_fields").label),
        by_local_industry=_slices(totals[cube.LOCAL_INDUSTRY], code_list("local_industries").label),
        by_industry=_slices(totals[cube.INDUSTRY], code_list("industries").label),
        by_region=_slices(totals[cube.REGION], code_list("regions").label),
        by_prefecture=_slices(_rolled_up(totals[cube.REGION]), code_list("regions").label),
        by_month=tuple(
            _slice(str(month), f"{month}月", months.get(month, Sums(0, 0, 0))) for month in range(1, _DECEMBER + 1)
        ),
        cumulative=_line(question, months, target),
    )


def prefecture_of(region_code: str | None) -> str | None:
    """The division directly below the region that this one belongs to; itself where it stands no lower."""
    if region_code is None:
        return None
    path = region_path(region_code)
    return path[-_PREFECTURE_DEPTH] if len(path) >= _PREFECTURE_DEPTH else region_code


def _rolled_up(regions: Mapping[Code, Sums]) -> dict[Code, Sums]:
    parts: dict[Code, list[Sums]] = {}
    for code, sums in regions.items():
        parts.setdefault(prefecture_of(None if code is None else str(code)), []).append(sums)
    return {code: _add(sums) for code, sums in parts.items()}


def _add(parts: Iterable[Sums]) -> Sums:
    listed = list(parts)
    return Sums(
        sum(part.number for part in listed),
        sum(part.contract_amount_fen for part in listed),
        sum(part.technology_amount_fen for part in listed),
    )


def _slices(sums: Mapping[Code, Sums], label: Callable[[str], str]) -> tuple[Slice, ...]:
    """The largest first; codes settle ties, so that the order never wavers."""
    ordered = sorted(sums.items(), key=lambda item: (-item[1].contract_amount_fen, str(item[0] or "")))
    return tuple(
        _slice(str(code or ""), label(str(code)) if code else _UNNAMED, part) for code, part in ordered if any(part)
    )


def _slice(code: str, label: str, sums: Sums) -> Slice:
    return Slice(
        code=code,
        label=label,
        count=sums.number,
        contract_amount_cny=from_fen(sums.contract_amount_fen),
        technology_amount_cny=from_fen(sums.technology_amount_fen),
    )


def _line(question: Question, months: Mapping[Code, Sums], target: Target | None) -> tuple[MonthPoint, ...]:
    last = _DECEMBER if question.as_of.year > question.year else question.as_of.month
    if question.as_of.year < question.year:
        return ()
    points, so_far = [], Sums(0, 0, 0)
    for month in range(1, last + 1):
        so_far = _add([so_far, months.get(month, Sums(0, 0, 0))])
        month_end = date(question.year, month, monthrange(question.year, month)[1])
        points.append(
            MonthPoint(
                month=month,
                count=so_far.number,
                contract_amount_cny=from_fen(so_far.contract_amount_fen),
                planned_cny=_planned(question, target, min(month_end, question.as_of)),
            )
        )
    return tuple(points)


def _planned(question: Question, target: Target | None, day: date) -> Decimal | None:
    """None where the figure is not the one that the target is set for."""
    if target is None or not question.wanted.is_whole:
        return None
    return rules.planned_cny(target.contract_amount_cny, question.year, day)
