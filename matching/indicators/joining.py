"""Values that belong together: two bounds of one range, the tries and passes of a trial, the value today and the one aimed at."""

import re
from dataclasses import dataclass, replace

from matching.indicators import names, spelling
from matching.indicators.leads import EXPLICIT
from matching.indicators.model import Indicator, Relation, Role
from matching.indicators.names import SENTENCE_ENDS
from matching.indicators.units import convert, dimension
from matching.indicators.values import Value, bounded_above

LOW_ONLY = frozenset({Relation.AT_LEAST, Relation.ABOVE})
HIGH_ONLY = frozenset({Relation.AT_MOST, Relation.BELOW})
_PASSED = re.compile(
    r"\s?(?:均|都|全部)?(?:达标|合格|通过|成功|成立|有效|复现|无|未|检出|显示|符合|满足|阳性|阴性|完好|发芽|存活|过关|达到|判定|正常|一致|稳定|能|可以|优于|过)"
)
_BETWEEN_TRIALS = re.compile(
    r"\s?(?P<noun>[\u4e00-\u9fff]{0,6}?)(?:中|里|，|,|、|当中|之中|内)?(?:有|须有?|应有?|至少|不少于|需|要|要求|必须|只要|其中|(?P<passed>成功|合格|达标|通过))*\s?$"
)
_LAST_TRIAL_WORDS = 12
_ADJUSTABLE = re.compile(r"[^，。；,;]{0,4}?(?:可调|之间|不等|范围|任意|连续调|区间|无级|均可|可选|可用|都能|都可)")
_NEAR, _FAR = 12, 40
"""Characters within which 由 finds its 到, and within which 降到 finds what it starts from."""


@dataclass(frozen=True, slots=True)
class Stated:
    """An indicator with the value it was read from."""

    indicator: Indicator
    value: Value


def tidy(value: float) -> float:
    """Without the dust of binary fractions: 60.00000000000001 is 60."""
    return float(f"{value:.12g}")


def combined(text: str, found: list[Value]) -> list[Value]:
    """Two bounds on one property made one range: "2mm≤d≤4mm", "≥1且≤3", "三轮考核两轮达标" one trial."""
    result: list[Value] = []
    for value in found:
        before = result[-1] if result else None
        if before is not None and (merged := _pair(text, before, value)):
            result[-1] = merged
            continue
        result.append(value)
    return result


def _pair(text: str, one: Value, two: Value) -> Value | None:
    between = text[one.end : two.start]
    unit = one.unit or two.unit
    if one.unit and two.unit and one.unit != two.unit:
        return _trial(text, one, two)
    if (
        (named := bounded_above(text, one))
        and named.end() >= two.start
        and two.relation in HIGH_ONLY
        and one.low <= two.high
    ):
        return _range(one, high=two.high, end=two.end, unit=unit, name=named["name"])
    if (
        two.relation in HIGH_ONLY
        and one.relation in LOW_ONLY
        and re.fullmatch(r"\s?(?:且|,|，|并且|同时|、|而|又|但|也)?\s?(?:且|也)?\s?", between)
    ):
        if one.low <= two.high:
            return _range(one, high=two.high, end=two.end, unit=two.unit or one.unit)
        return None
    if (
        one.relation is Relation.EQUALS
        and "介于" in one.words
        and one.low <= two.high
        and re.fullmatch(r"\s?[和与]\s?", between)
    ):
        return _range(one, high=two.high, end=two.end, unit=unit)
    return _trial(text, one, two)


def _range(value: Value, *, high: float, end: int, unit: str, name: str | None = None) -> Value:
    """The value as a range up to `high`."""
    value.high, value.end, value.unit_end, value.unit, value.relation = high, end, end, unit, Relation.BETWEEN
    value.name, value.told = name or value.name, True
    return value


def _trial(text: str, one: Value, two: Value) -> Value | None:
    if one.unit != two.unit or one.unit not in spelling.COUNTS or two.low > one.low or one.change or two.change:
        return None
    between = text[one.end : two.start].replace("其中", "")
    match = _BETWEEN_TRIALS.fullmatch(between) if len(between) <= _LAST_TRIAL_WORDS else None
    if match is None or not (match["passed"] or _PASSED.match(text, two.end)):
        return None
    two.of, two.name, two.relation, two.start = one.low, match["noun"], Relation.AT_LEAST, one.start
    two.told = True
    return two


def joined(text: str, folded: str, today: Stated, target: Stated) -> Indicator | None:
    """One indicator of the value today and the one aimed at ("由80%降到40%以下"), or one range ("从20到60可调"); None where they are two."""
    before, earlier, one, value = today.indicator, today.value, target.indicator, target.value
    moved = _moved(folded, today, target)
    if moved is None:
        return None
    same = _same(before, one, value)
    joint = folded[before.end : one.start] if one.start >= before.end else ""
    if earlier.origin_mark and same and (value.target or len(joint) <= _NEAR):
        if not _ADJUSTABLE.match(folded, value.end):
            return _with_origin(text, before, one, moved)
        ends = sorted((tidy(moved), value.high))
        return replace(
            before, relation=Relation.BETWEEN, low=ends[0], high=ends[1], unit=one.unit, end=one.end,
            quote=text[before.start : one.end], role=Role.STATED,
        )  # fmt: skip
    aimed = value.target and value.end - before.end < _FAR and before.relation not in EXPLICIT
    changed = (
        before.role is Role.CURRENT and one.role is Role.STATED and not (before.relation in EXPLICIT and earlier.target)
    )
    return _with_origin(text, before, one, moved) if same and (aimed or changed) else None


def _moved(folded: str, today: Stated, target: Stated) -> float | None:
    """Today's value in the target's unit; None where the two cannot be values of one property at two times."""
    before, one = today.indicator, target.indicator
    if before.change or before.origin is not None or one.change or before.role is Role.CONDITION:
        return None
    if SENTENCE_ENDS & set(folded[before.end : target.value.start]) or (
        before.unit and dimension(before.unit) != dimension(one.unit)
    ):
        return None
    origin = today.value.high if before.relation is Relation.BETWEEN else today.value.low
    return convert(origin, before.unit or one.unit, one.unit)


def _same(before: Indicator, one: Indicator, value: Value) -> bool:
    if not one.name or not before.name or one.name.endswith(before.name) or before.name.endswith(one.name):
        return True
    return value.target and before.role is Role.CURRENT and not names.says_property(one.name)


def _with_origin(text: str, before: Indicator, one: Indicator, origin: float) -> Indicator:
    own = bool(one.name) and (names.says_property(one.name) or not names.says_property(before.name))
    return replace(
        one, name=one.name if own else before.name, origin=tidy(origin), start=before.start, quote=text[before.start : one.end], role=Role.STATED
    )  # fmt: skip
