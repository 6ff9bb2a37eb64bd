"""Comparisons as rows that a broker reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.indicators.comparing import Comparison, Verdict
from matching.indicators.model import Change, Indicator, Relation

_SIGNS = {
    Relation.AT_LEAST: "≥ ",
    Relation.AT_MOST: "≤ ",
    Relation.ABOVE: "> ",
    Relation.BELOW: "< ",
    Relation.ABOUT: "约 ",
}
_CHANGES = {Change.INCREASE: "提高 ", Change.DECREASE: "降低 "}
_CLOSE_TO_SPACE = frozenset("%‰℃°")


@dataclass(frozen=True, slots=True)
class Row:
    """指标, 需求值, 成果值, 结论, in the words of the page; `verdict` for colours and filters."""

    name: str
    wanted: str
    offered: str
    conclusion: str
    verdict: Verdict


def table(comparisons: Sequence[Comparison]) -> list[Row]:
    """One row for each wanted indicator: the missed ones first, then the met ones, then what the offer does not say."""
    order = {Verdict.MISSED: 0, Verdict.MET: 1, Verdict.UNKNOWN: 2}
    return [_row(one) for one in sorted(comparisons, key=lambda one: order[one.verdict])]


def spoken(one: Indicator) -> str:
    """The value as people write it: ≥ 98%, 1400～1600℃, 降低 ≥ 30%, ±0.02 mm."""
    low, high = (_written(end) for end in (one.low, one.high))
    if one.of is not None:
        return f"{_written(one.of)}{one.unit}中至少 {low}{one.unit}"
    sign = "±" if one.tolerance else _SIGNS.get(one.relation, "")
    value = f"{low}～{high}" if one.relation is Relation.BETWEEN else low or high
    change = _CHANGES[one.change] if one.change else ""
    today = f"(由 {_written(one.origin)} 起)" if one.origin is not None else ""
    return f"{change}{sign}{value}{_spaced(one.unit)}{today}"


def _row(one: Comparison) -> Row:
    paired = one.offered if one.offered is not None and one.verdict is not Verdict.UNKNOWN else None
    offered = "未说明" if paired is None else spoken(paired)
    if paired is not None and paired.name and paired.name != one.wanted.name:
        offered = f"{paired.name} {offered}"
    return Row(one.wanted.name or one.wanted.quote, spoken(one.wanted), offered, _conclusion(one), one.verdict)


def _conclusion(one: Comparison) -> str:
    if one.verdict is Verdict.MET:
        return "达到"
    if one.verdict is Verdict.MISSED:
        short = (one.shortfall or 0.0) * 100
        return f"未达到,差 {_written(round(short, 1 if short < 10 else 0) or 0.1)}%"  # noqa: PLR2004 - below ten per cent a decimal tells
    return "未说明"


def _written(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _spaced(unit: str) -> str:
    return unit if not unit or unit[0] in _CLOSE_TO_SPACE else f" {unit}"
