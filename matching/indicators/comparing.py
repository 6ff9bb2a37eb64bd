"""Wanted indicators against offered ones: which are met, which are missed and by how much, which nobody can tell.

A false "missed" hides a good solution from the one who needs it. So a miss is said only where both names surely mean the same property.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from matching.indicators.conditions import are_leads, is_condition, milder, only_so_far, shares_surroundings, tells_life
from matching.indicators.fineness import finer
from matching.indicators.model import Change, Indicator, Relation, Role
from matching.indicators.names import says_property
from matching.indicators.ranges import holds, is_result, is_tolerance, lies_within, overshoot, spans, uncovered
from matching.indicators.refusals import is_not_offered, is_refusal
from matching.indicators.similarity import SURE, of_the_least, opposed, similarity
from matching.indicators.surroundings import likeness
from matching.indicators.units import TIME, convert, dimension, scale

SameName = Callable[[str, str], float]
"""How surely two names mean the same, from 0 to 1, beyond what their characters say (a lexicon's synonyms)."""

_SURE_OF_MISS = 0.6
_SURE_IN_OTHER_ROLE = 0.75
_OTHER_ROLE = 0.9
_SURE_ALIKE = 0.9
_SURE_UNNAMED = 0.8
_RIVAL = re.compile(r"对照|比较|相比|未[用经处加]|原|旧|前|普通|传统|空白|常规|单独|单一")
_BOUNDS = frozenset({Relation.AT_LEAST, Relation.AT_MOST, Relation.ABOVE, Relation.BELOW})
_MET_BESIDE_A_MISS = 0.2
"""What all other indicators met are worth beside one that is missed."""
_DUST = 1e-9
_EXTREMES = 30.0
_MOST = re.compile(r"最[高大长多厚深重]")
_ENTERING = re.compile(r"入口|进水|进料|进口|原水|初始|来水|进气|原料|原矿|原煤|入炉|给矿|起始|入料")
_REACH = re.compile(r"适应|允许|检出(?!限)|测出|可检|识别|可测|承受|分辨|厚不|肉厚|坡度|通过|兼容|适用")
"""Names of what a thing copes with: a bound there is the reach wanted, and reaching further is better."""
_MORE_IS_BETTER = re.compile(
    r"(?:合格|良品|成品|收|回收|去除|脱除|利用|准确|识别|转化|成活|存活|正确|检出|命中|覆盖|保持|选择|得|提取|净化|降解|抑制|杀灭|发芽|出芽|入库|可用|在线|开机|保存|防治|脱硫|脱硝)率|寿命|强度|韧性|纯度|效率|能力|容量|产量|处理量|通量|防效|增益|白度|续航"
)
_LESS_IS_BETTER = re.compile(
    r"耗|成本|费|误差|偏差|残留|排放|噪|粗糙|损失|失败|破损|断裂|缺陷|误报|漏报|延迟|时延|响应时间|温升|衰减|投资|检出限|返修|废品|返货|退货|故障|节拍|含水率|泄漏|渗漏"
)

_SUFFERED = re.compile(
    r"(?<![不无未零免防])(?:超标|失稳|停机|跳停|跳闸|堵塞|结块|开裂|失效|报废|断流|掉线|死机|冻死|无法|难以|跟不上|频繁|经常|严重)"
)


class Verdict(StrEnum):
    """What the offered value says about the wanted one."""

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A wanted indicator with the offered one that answers it best.

    `shortfall` is how much of the wanted value is missing, relative to it (0.15: 15 %), for a miss only. `confidence`, from 0 to 1, is how
    surely both name the same property; 0 where nothing answers.
    """

    wanted: Indicator
    offered: Indicator | None
    verdict: Verdict
    shortfall: float | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """Counts of verdicts, and their sum for the score: 1 all wanted indicators surely met, -1 all surely missed, 0 nothing known."""

    met: int
    missed: int
    unknown: int
    score: float


def compare(
    wanted: Sequence[Indicator], offered: Sequence[Indicator], *, same_name: SameName
) -> tuple[Comparison, ...]:
    """Each wanted indicator with its verdict, in order. How things stand today is not wanted, and rivals' values are not offered."""
    return answered(demands(wanted), offered, same_name=same_name)


def answered(
    asked: Sequence[Indicator], offered: Sequence[Indicator], *, same_name: SameName
) -> tuple[Comparison, ...]:
    """`compare` for what is known to be asked for (`demands`), which is worked out once for all the offers of a need."""
    answers = [one for one in offered if one.role is not Role.CURRENT and not is_not_offered(one)]
    # Of names that mean the same for sure the one that is written the same goes first: 最高转速 before 转速.
    pairs = sorted(
        (
            (sure, bool(one.name) and one.name == answer.name, -place, -other)
            for place, one in enumerate(asked)
            for other, answer in enumerate(answers)
            if (sure := _confidence(one, answer, same_name)) > 0
        ),
        reverse=True,
    )
    chosen: dict[int, tuple[float, int]] = {}
    taken: set[int] = set()
    for sure, _, minus_place, minus_other in pairs:
        if -minus_place not in chosen and -minus_other not in taken:
            chosen[-minus_place] = (sure, -minus_other)
            taken.add(-minus_other)
    judged = (
        _last_word(_judged(one, answers[chosen[place][1]], chosen[place][0]), answers, same_name)
        if place in chosen
        else Comparison(one, None, Verdict.UNKNOWN, None, 0.0)
        for place, one in enumerate(asked)
    )
    # A condition that the offer does not mention is no open question to anybody.
    return tuple(one for one in judged if one.wanted.role is not Role.CONDITION or one.verdict is not Verdict.UNKNOWN)


def _last_word(first: Comparison, answers: Sequence[Indicator], same_name: SameName) -> Comparison:
    """What the offer says last about the same property: 进水41…出水2.8 makes good, -5℃时0.9℃…-20℃时-2.8℃ gives away."""
    offered = first.offered
    if first.verdict is Verdict.UNKNOWN or offered is None or first.confidence < _SURE_ALIKE:
        return first
    last = first
    for other in answers:
        if other.start < offered.end or other.role is not Role.STATED or other.name != offered.name:
            continue
        sure = _confidence(first.wanted, other, same_name)
        found = _judged(first.wanted, other, sure)
        if found.verdict is not Verdict.UNKNOWN and sure >= _SURE_ALIKE and not _RIVAL.search(other.beside):
            last = found
    return last


def demands(wanted: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """What is asked for. A bare value of a property for which a bound is stated as well tells how things are."""
    asked = [one for one in wanted if one.role is not Role.CURRENT and one.demanded and not _is_trouble(one)]
    bounded = {(one.name, dimension(one.unit)) for one in asked if one.role is Role.STATED and one.relation in _BOUNDS}
    said = {(one.name, one.low is None) for one in asked if one.relation in _BOUNDS and not is_refusal(one)}
    return tuple(
        one
        for one in asked
        # 40%以下不行,需要50%以上: only the second has to be reached.
        if not (is_refusal(one) and (one.name, one.low is None) in said)
        and not (
            one.name
            and one.relation in {Relation.EQUALS, Relation.ABOUT}
            and one.change is None
            and not one.tolerance
            and (one.name, dimension(one.unit)) in bounded
        )
    )


def fulfilment(comparisons: Sequence[Comparison]) -> Fulfilment:
    """The verdicts counted and summed. One miss outweighs everything met beside it; 20 % short or more weighs twice what a hair does."""
    met = [one for one in comparisons if one.verdict is Verdict.MET]
    missed = [one for one in comparisons if one.verdict is Verdict.MISSED]
    reached = sum(one.confidence for one in met) / len(comparisons) if comparisons else 0.0
    held = 1.0
    for one in missed:
        held *= 1.0 - one.confidence * (0.5 + 2.5 * min(one.shortfall or 0.0, 0.2))
    score = reached if not missed else _MET_BESIDE_A_MISS * reached - (1.0 - _MET_BESIDE_A_MISS) * (1.0 - held)
    return Fulfilment(len(met), len(missed), len(comparisons) - len(met) - len(missed), score)


def _is_trouble(one: Indicator) -> bool:
    """Whether a bound runs against what anybody would ask for, or something is suffered there: 耗量2吨多, 收率不到60%, 负荷低于40%气体超标."""
    if one.change is not None or one.role is not Role.STATED:
        return False
    if _SUFFERED.search(one.beside.partition("|")[2]):
        return True
    if one.relation in {Relation.AT_LEAST, Relation.ABOVE}:
        return bool(_LESS_IS_BETTER.search(one.name)) and not _MORE_IS_BETTER.search(one.name)
    return one.relation is Relation.BELOW and bool(_MORE_IS_BETTER.search(one.name))


def _confidence(wanted: Indicator, offered: Indicator, same_name: SameName) -> float:
    """How surely both speak of the same property, 0 where their units or kinds forbid it."""
    if not _comparable(wanted, offered):
        return 0.0
    if bool(_ENTERING.search(wanted.name)) != bool(_ENTERING.search(offered.name)):
        return 0.0
    if opposed(wanted.name, offered.name):
        return 0.0
    names = max(
        similarity(wanted.name, offered.name),
        same_name(wanted.name, offered.name) if wanted.name and offered.name else 0.0,
    )
    if not wanted.name or not offered.name:
        # A duration or temperature without a name may belong to anything.
        names = 0.0
    cut = len(wanted.name) == 1 and "\u4e00" <= wanted.name <= "\u9fff"
    if cut or (of_the_least(offered.name) and not of_the_least(wanted.name)):
        # 水, 拍, 入: what a cut has left of a name says too little to judge by, and so does 最小流量 of how much flow there can be.
        names = min(names, _SURE_OF_MISS - 0.01)
    if names < _SURE_OF_MISS and not (says_property(wanted.name) and says_property(offered.name)):
        names = max(names, likeness(wanted.beside, offered.beside))
    names = max(names, shares_surroundings(wanted, offered))
    if names < _SURE_UNNAMED and (tells_life(wanted, offered) or are_leads(wanted, offered)):
        names = _SURE_UNNAMED
    if wanted.role is not offered.role:
        # 密封圈用9000小时后磨到限值 tells the life, but 5000小时后 may tell anything.
        names = names * _OTHER_ROLE if names >= _SURE_IN_OTHER_ROLE else 0.0
    return names * _plausible(wanted, offered)


@lru_cache(maxsize=16384)
def _comparable_units(one: str, other: str) -> bool:
    return dimension(one) == dimension(other)


@lru_cache(maxsize=16384)
def _units_fit(one: str, other: str) -> bool:
    return _comparable_units(one, other) or _per_less(one, other)


def _comparable(wanted: Indicator, offered: Indicator) -> bool:
    if wanted.change is offered.change:
        # Most pairs end here, so the cheapest question comes first.
        if not _units_fit(wanted.unit, offered.unit):
            return False
        if wanted.tolerance != offered.tolerance and not _is_error(offered if wanted.tolerance else wanted):
            return False
        return wanted.change is None or _comparable_units(wanted.unit, offered.unit)
    if are_leads(wanted, offered):
        return True
    computed = wanted.change is not None and offered.change is None and offered.origin is not None
    return computed and wanted.unit in {"%", "倍", "百分点"} and wanted.tolerance == offered.tolerance


def _is_error(one: Indicator) -> bool:
    return bool(re.search(r"误差|偏差|精度|波动|公差|偏离|不确定度|重复性|变化|变动", one.name)) and one.relation in {
        Relation.AT_MOST, Relation.BELOW, Relation.EQUALS, Relation.ABOUT,
    }  # fmt: skip


def _per_less(one: str, other: str) -> bool:
    """Whether the units agree but for what they are counted per: 吨水药剂费 in 元 against 元/m^3, 日处理 in t against t/d."""
    first, _, below = one.partition("/")
    second, _, other_below = other.partition("/")
    return first == second and bool(below) != bool(other_below)


def _plausible(wanted: Indicator, offered: Indicator) -> float:
    """Values that lie orders of magnitude apart belong to different things, whatever their names say."""
    one, other = _middle(wanted), _middle(offered)
    if one is None or other is None or wanted.change is not None:
        return 1.0
    first, second = abs(scale(one, wanted.unit)), abs(scale(other, offered.unit))
    if _per_less(wanted.unit, offered.unit):
        first, second = abs(one), abs(other)
    if min(first, second) <= 0:
        return 1.0
    ratio = max(first, second) / min(first, second)
    return 1.0 if ratio <= _EXTREMES else 0.6 if ratio <= _EXTREMES**2 else 0.2


def _middle(one: Indicator) -> float | None:
    if one.low is None:
        return one.high
    return one.low if one.high is None else (one.low + one.high) / 2


def _judged(wanted: Indicator, offered: Indicator, sure: float) -> Comparison:
    if sure < SURE:
        return Comparison(wanted, offered, Verdict.UNKNOWN, None, sure)
    gap = milder(wanted, offered) if is_condition(wanted) else _gap(wanted, offered)
    if gap and dimension(wanted.unit) == TIME and only_so_far(offered):
        gap = None
    if gap is None or (gap > _DUST and sure < _SURE_OF_MISS):
        return Comparison(wanted, offered, Verdict.UNKNOWN, None, sure)
    if gap <= _DUST:
        return Comparison(wanted, offered, Verdict.MET, None, sure)
    return Comparison(wanted, offered, Verdict.MISSED, gap, sure)


def _gap(wanted: Indicator, offered: Indicator) -> float | None:
    """How far the offer stays behind, relative to the wanted value: 0 where it reaches it, None where it cannot be told."""
    span = _offered_span(wanted, offered)
    if span is None:
        return None
    judged_by_size = wanted.name.endswith("精度") or _MORE_IS_BETTER.search(wanted.name)
    if wanted.change is None and _REACH.search(wanted.name) and not judged_by_size:
        return _reach(wanted, *span)
    if wanted.relation in {Relation.AT_MOST, Relation.BELOW}:
        over = _over(wanted.high, *span)
        return None if over and _copes_with_more(wanted, offered) else over
    # "降低30%" asks for thirty per cent or better, whichever way the property goes.
    floor = wanted.change is not None or wanted.relation in {Relation.AT_LEAST, Relation.ABOVE}
    if floor and offered.relation is Relation.BETWEEN and spans(offered):
        # 转速200~8000r/min goes up to 8000.
        return _short(wanted.low, span[1], span[1])
    return _short(wanted.low, *span) if floor else _covers(wanted, *span)


def _short(bound: float | None, low: float | None, high: float | None) -> float | None:
    """By how much a value stays below a lower bound; "不超过12" says nothing about at least 10, but rules 15 out."""
    if bound is None:
        return None
    if low is None:
        return None if high is None or high >= bound else _relative(bound - high, bound)
    return _relative(max(0.0, bound - low), bound)


def _over(bound: float | None, low: float | None, high: float | None) -> float | None:
    """By how much a value passes an upper bound."""
    if bound is None:
        return None
    if high is None:
        return None if low is None or low <= bound else _relative(low - bound, bound)
    return _relative(max(0.0, high - bound), bound)


def _copes_with_more(wanted: Indicator, offered: Indicator) -> bool:
    """Whether both only say how far they go (绒毛最长15 mm, 拉引速度最高25 m/min): there going further is no fault."""
    both = all(_MOST.search(one.quote) for one in (wanted, offered))
    return both and not _LESS_IS_BETTER.search(wanted.name)


def _reach(wanted: Indicator, low: float | None, high: float | None) -> float | None:
    """What the offer copes with has to hold what is wanted; how far it goes in the other direction is often left unsaid."""
    if wanted.high is not None and high is not None and high < wanted.high and wanted.low is None:
        return None
    if wanted.low is not None and low is not None and low > wanted.low and wanted.high is None:
        return None
    return 0.0


def _covers(wanted: Indicator, low: float | None, high: float | None) -> float | None:
    """A wanted value or range. A result is also met by a better one; a working condition has to be covered, and beside it nothing is sure.

    A point is met from 5 % beside it, 10 % where it is only about right.
    """
    if wanted.low is None or wanted.high is None:
        return None
    if wanted.relation is Relation.BETWEEN:
        return _ranged(wanted, low, high)
    slack = (0.1 if wanted.relation is Relation.ABOUT else 0.05) * max(abs(wanted.low), abs(wanted.high))
    if _is_one_sided(wanted):
        return _beyond(wanted, slack, low, high)
    beside = (low is not None and low > wanted.high + slack) or (high is not None and high < wanted.low - slack)
    return None if beside else 0.0


def _ranged(wanted: Indicator, low: float | None, high: float | None) -> float | None:
    """A wanted range: held where a wider one is better, kept within where it is a result or a tolerance; of others either will do."""
    if spans(wanted):
        return uncovered(wanted, low, high)
    inside = lies_within(wanted, low, high)
    if inside or (holds(wanted, low, high) and not is_result(wanted)):
        return 0.0
    if is_tolerance(wanted):
        return overshoot(wanted, low, high)
    if _is_one_sided(wanted):
        return _beyond(wanted, 0.0, low, high)
    return None if wanted.low is None or wanted.high is None else _apart(wanted.low, wanted.high, low, high)


def _is_one_sided(wanted: Indicator) -> bool:
    """Whether a result is also met by a better one."""
    fine = wanted.high is not None and finer(wanted.name, wanted.unit, wanted.high)
    return fine or bool(_LESS_IS_BETTER.search(wanted.name) or _MORE_IS_BETTER.search(wanted.name))


def _beyond(wanted: Indicator, slack: float, low: float | None, high: float | None) -> float | None:
    """By how much the offer lies on the worse side of the wanted value."""
    if _MORE_IS_BETTER.search(wanted.name) and not _LESS_IS_BETTER.search(wanted.name):
        return _short(None if wanted.low is None else wanted.low - slack, low, high)
    return _over(None if wanted.high is None else wanted.high + slack, low, high)


def _apart(wanted_low: float, wanted_high: float, low: float | None, high: float | None) -> float | None:
    """By how much an offered range lies beside the wanted one; None where they overlap, or where only a point is offered."""
    if low is None or high is None or low == high:
        return None
    if low > wanted_high:
        return _relative(low - wanted_high, wanted_high)
    return _relative(wanted_low - high, wanted_low) if high < wanted_low else None


def _relative(short: float, wanted: float) -> float:
    if short <= 0:
        return 0.0
    return short / abs(wanted) if wanted else 1.0


def _offered_span(wanted: Indicator, offered: Indicator) -> tuple[float | None, float | None] | None:
    """The offered ends in the wanted unit; a change computed from the present value where only that is given."""
    if wanted.change is not None and offered.change is None and not are_leads(wanted, offered):
        return _computed_change(wanted, offered)
    low, high = (_moved(end, offered.unit, wanted.unit) for end in (offered.low, offered.high))
    if (offered.low is not None and low is None) or (offered.high is not None and high is None):
        return None
    return low, high


def _moved(value: float | None, unit: str, to: str) -> float | None:
    if value is None:
        return None
    return value if _per_less(unit, to) else convert(value, unit, to)


def _computed_change(wanted: Indicator, offered: Indicator) -> tuple[float | None, float | None] | None:
    """从200降到150 as a decrease of 25 %."""
    if not offered.origin or (offered.unit == wanted.unit and wanted.relation in {Relation.AT_MOST, Relation.BELOW}):
        # Si 由3.6%降到1.0% is a target in %, no decrease of some per cent.
        return None
    sign = 1.0 if wanted.change is Change.INCREASE else -1.0
    factor = {"%": 100.0, "倍": 1.0}.get(wanted.unit)
    ends: list[float | None] = []
    for end in (offered.low, offered.high):
        if end is None:
            ends.append(None)
        elif factor is not None:
            ends.append(sign * (end - offered.origin) / abs(offered.origin) * factor)
        else:
            ends.append(sign * (end - offered.origin))
    low, high = ends
    return (high, low) if sign < 0 else (low, high)
