"""Wanted indicators against offered ones: which are met, which are missed and by how much, which nobody can tell.

A false "missed" hides a good solution from the one who needs it. So a miss is said only where both names surely mean the same property.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from matching.indicators.model import Change, Indicator, Relation, Role
from matching.indicators.numerals import words
from matching.indicators.units import convert, dimension, scale

SameName = Callable[[str, str], float]
"""How surely two names mean the same, from 0 to 1, beyond what their characters say (a lexicon's synonyms)."""

_SURE = 0.5
"""From this confidence on a pair is judged."""
_SURE_OF_MISS = 0.6
_MET_BESIDE_A_MISS = 0.2
"""What all other indicators met are worth beside one that is missed."""
_QUALIFIER = 3
"""Characters of the words that tell properties with the same head apart."""
_DUST = 1e-9
_EXTREMES = 30.0
_ENTERING = re.compile(r"入口|进水|进料|进口|原水|初始|来水|进气|原料|原矿|原煤|入炉|给矿|起始|入料")
_REACH = re.compile(r"适应|允许|检出(?!限)|测出|可检|识别|可测|承受|分辨|厚不|肉厚|坡度|通过|兼容|适用")
"""Names of what a thing copes with: a bound there is the reach wanted, and reaching further is better."""
_MORE_IS_BETTER = re.compile(
    r"(?:合格|良品|成品|收|回收|去除|脱除|利用|准确|识别|转化|成活|存活|正确|检出|命中|覆盖|保持|选择|得|提取|净化|降解|抑制|杀灭|发芽|出芽|入库|可用|在线|开机|保存|防治|脱硫|脱硝)率|寿命|强度|韧性|纯度|效率|能力|容量|产量|处理量|通量|防效|增益|白度|续航"
)
_LESS_IS_BETTER = re.compile(
    r"耗|成本|费|误差|偏差|残留|排放|噪|粗糙|损失|失败|破损|断裂|缺陷|误报|漏报|延迟|时延|响应时间|温升|衰减|投资|检出限|返修|废品|返货|退货|故障|节拍|含水率|泄漏|渗漏"
)
_CARRIERS = re.compile(
    r"最高|最大|最小|最低|平均|日均|年均|单套|单台|单机|总|年|日|常温|室温|连续|综合|整体|产品|成品|系统|设备|装置|出水|出口|排放|吨水?|每?小时|首次|一次|主要|工业|实际|有效|累计|设计|额定|最终|现场|正常"
)
_GENERIC = frozenset(
    words(
        "率 度 量 值 时间 温度 强度 浓度 含量 成本 费用 压力 寿命 周期 效率 精度 误差 比例 能力 规模 粒径 直径 厚度 速度 功率 电耗 能耗 用量"
    )
)
_HEADS = (
    ("处理量", "处理能力", "日处理", "产能", "产量", "生产能力", "通量", "规模", "处理规模", "单机产能", "处理速度", "加工量", "加工能力", "处理负荷", "台时产量", "小时产能"),
    ("收率", "回收率", "得率", "提取率", "产率", "浸出率", "综合回收", "总收率"),
    ("去除率", "脱除率", "净化率", "降解率", "脱色率", "除去率", "截留率", "削减率", "脱硫率", "脱硫效率", "去除效率", "净化效率"),
    ("准确率", "识别率", "正确率", "精度", "检出率", "识别精度", "查准率", "预测精度", "命中率"),
    ("误差", "偏差", "精度", "不确定度", "波动", "偏离", "公差", "重复性"),
    ("寿命", "使用寿命", "使用周期", "更换周期", "连续使用", "在线时间", "连续运行", "运行周期", "服役", "使用时间", "连续运转", "无故障", "运行时间", "清洗周期", "检修间隔", "维护周期", "检修周期", "换", "间隔"),
    ("电耗", "能耗", "耗电", "用电", "单位能耗", "电量", "吨水电耗", "综合电耗", "电"),
    ("成本", "费用", "药剂费", "运行费", "处理成本", "开支", "药剂费用", "药费", "价格", "造价", "投资", "支出"),
    ("含水率", "水分", "含水量", "含湿", "湿度", "水份", "含水", "终水分"),
    ("纯度", "含量", "品位", "主含量", "质量分数", "占比", "比例"),
    ("浓度", "含量", "残留", "残留量", "总量", "残余", "含盐量"),
    ("时间", "周期", "耗时", "时长", "用时", "历时", "工期", "响应时间", "延迟", "时延", "延时"),
    ("成活率", "存活率", "保存率", "保苗率"),
    ("发病率", "病情指数", "感染率", "死亡率", "死淘率"),
    ("合格率", "良品率", "成品率", "优品率", "一次合格率", "良率", "废品率"),
    ("黏度", "粘度", "表观黏度", "黏稠度"),
    ("粒径", "粒度", "D50", "D90", "颗粒", "细度", "中位径"),
    ("噪声", "噪音", "声压级", "声级"),
    ("颗粒物", "粉尘", "烟尘", "粉尘浓度", "尘"),
    ("用水量", "水耗", "耗水", "灌水量", "灌溉量", "用水", "新水", "取水"),
    ("出力", "功率", "负荷"),
    ("增产", "产量", "亩产", "单产"),
    ("耐温", "使用温度", "耐热", "工作温度", "操作温度"),
)  # fmt: skip


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
    demands = [one for one in wanted if one.role is Role.STATED and one.demanded]
    answers = [one for one in offered if one.role is Role.STATED]
    pairs = sorted(
        (
            (sure, -place, -other)
            for place, one in enumerate(demands)
            for other, answer in enumerate(answers)
            if (sure := _confidence(one, answer, same_name)) > 0
        ),
        reverse=True,
    )
    chosen: dict[int, tuple[float, int]] = {}
    taken: set[int] = set()
    for sure, minus_place, minus_other in pairs:
        if -minus_place not in chosen and -minus_other not in taken:
            chosen[-minus_place] = (sure, -minus_other)
            taken.add(-minus_other)
    return tuple(
        _judged(one, answers[chosen[place][1]], chosen[place][0])
        if place in chosen
        else Comparison(one, None, Verdict.UNKNOWN, None, 0.0)
        for place, one in enumerate(demands)
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


def _confidence(wanted: Indicator, offered: Indicator, same_name: SameName) -> float:
    """How surely both speak of the same property, 0 where their units or kinds forbid it."""
    if not _comparable(wanted, offered):
        return 0.0
    if bool(_ENTERING.search(wanted.name)) != bool(_ENTERING.search(offered.name)):
        return 0.0
    names = max(
        similarity(wanted.name, offered.name),
        same_name(wanted.name, offered.name) if wanted.name and offered.name else 0.0,
    )
    if not wanted.name or not offered.name:
        # A duration or temperature without a name may belong to anything.
        return 0.0
    if len(wanted.name) == 1 and "\u4e00" <= wanted.name <= "\u9fff":
        # 水, 拍, 入: what a cut has left of a name says too little to judge by.
        names = min(names, _SURE_OF_MISS - 0.01)
    return names * _plausible(wanted, offered)


@lru_cache(maxsize=16384)
def _comparable_units(one: str, other: str) -> bool:
    return dimension(one) == dimension(other)


def _comparable(wanted: Indicator, offered: Indicator) -> bool:
    if wanted.tolerance != offered.tolerance and not _is_error(offered if wanted.tolerance else wanted):
        return False
    if wanted.change is not None:
        if offered.change is not None:
            return wanted.change is offered.change and _comparable_units(wanted.unit, offered.unit)
        return offered.origin is not None and wanted.unit in {"%", "倍", "百分点"}
    if offered.change is not None:
        return False
    return _comparable_units(wanted.unit, offered.unit) or _per_less(wanted.unit, offered.unit)


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


@lru_cache(maxsize=32768)
def similarity(one: str, other: str) -> float:
    """How alike two property names are, from 0 to 1: equal 1, same head noun with other words about 0.5 to 0.9, only a common ending less."""
    first, second = one.casefold(), other.casefold()
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    bare, other_bare = _bare(first), _bare(second)
    if bare == other_bare:
        return 0.95
    alike = max(
        _contained(*sorted((bare, other_bare), key=len)),
        _contained(*sorted((first, second), key=len)),
        _bigrams(bare, other_bare),
        _heads(bare, other_bare),
    )
    least, most = _same_head(bare, other_bare)
    return min(max(alike, least), most)


@lru_cache(maxsize=8192)
def _bare(name: str) -> str:
    return _CARRIERS.sub("", name) or name


def _same_head(one: str, other: str) -> tuple[float, float]:
    """The least and most that two names with the same head reach: 铜回收率 and 锌回收率 differ in the one character that matters."""
    shared = 0
    while shared < min(len(one), len(other)) and one[-1 - shared] == other[-1 - shared]:
        shared += 1
    rest, other_rest = one[: len(one) - shared], other[: len(other) - shared]
    if not shared or not rest or not other_rest:
        return 0.0, 1.0
    if len(rest) == len(other_rest) <= _QUALIFIER and rest != other_rest:
        # 抗压强度 and 抗折强度: qualifiers of the same make stand for a choice.
        return 0.0, 0.3 if len(rest) == 1 else 0.45
    if set(rest) & set(other_rest):
        return (0.7 if shared > 1 else 0.0), 1.0
    return 0.0, _SURE


def _contained(short: str, long: str) -> float:
    """A name inside the other is nearly the same, unless it is one that everything has (温度) or is a single character."""
    if len(short) == 1 or short not in long:
        return 0.0
    if long.endswith(short):
        return 0.7 if short in _GENERIC else 0.9
    return 0.0 if short in _GENERIC else 0.75


def _bigrams(one: str, other: str) -> float:
    """Shared character pairs, those at the end counted twice, because the head of a Chinese compound stands there."""
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return 0.0
    shared = sum(min(first.get(pair, 0), second[pair]) for pair in second)
    dice = 2 * shared / (sum(first.values()) + sum(second.values()))
    return 0.9 * dice


@lru_cache(maxsize=8192)
def _pairs(word: str) -> dict[str, int]:
    pairs: dict[str, int] = {}
    for place in range(len(word) - 1):
        pair = word[place : place + 2]
        pairs[pair] = pairs.get(pair, 0) + (2 if place == len(word) - 2 else 1)
    return pairs


def _heads(one: str, other: str) -> float:
    """Whether both end in words that the same group of `_HEADS` holds; what stands before must not contradict."""
    best = 0.0
    second = _heads_of(other)
    for group, rest in _heads_of(one).items():
        other_rest = second.get(group)
        if other_rest is not None:
            alike = not rest or not other_rest or bool(set(rest) & set(other_rest))
            best = max(best, 0.7 if alike else 0.4)
    return best


@lru_cache(maxsize=8192)
def _heads_of(name: str) -> dict[int, str]:
    """The groups of `_HEADS` that the name ends in, each with what stands before its longest head."""
    found: dict[int, str] = {}
    for place, group in enumerate(_HEADS):
        head = max((head for head in group if name.endswith(head)), key=len, default="")
        if head:
            found[place] = name[: -len(head)]
    return found


def _judged(wanted: Indicator, offered: Indicator, sure: float) -> Comparison:
    if sure < _SURE:
        return Comparison(wanted, offered, Verdict.UNKNOWN, None, sure)
    gap = _gap(wanted, offered)
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
    if wanted.change is None and _REACH.search(wanted.name) and not _MORE_IS_BETTER.search(wanted.name):
        return _reach(wanted, *span)
    if wanted.relation in {Relation.AT_MOST, Relation.BELOW}:
        return _over(wanted.high, *span)
    # "降低30%" asks for thirty per cent or better, whichever way the property goes.
    floor = wanted.change is not None or wanted.relation in {Relation.AT_LEAST, Relation.ABOVE}
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
        inside = low is not None and high is not None and wanted.low <= low + _DUST and high <= wanted.high + _DUST
        covered = (low is None or low <= wanted.low + _DUST) and (high is None or wanted.high <= high + _DUST)
        if inside or covered:
            return 0.0
        slack = 0.0
    else:
        slack = (0.1 if wanted.relation is Relation.ABOUT else 0.05) * max(abs(wanted.low), abs(wanted.high))
    if _LESS_IS_BETTER.search(wanted.name):
        return _over(wanted.high + slack, low, high)
    if _MORE_IS_BETTER.search(wanted.name):
        return _short(wanted.low - slack, low, high)
    beside = (low is not None and low > wanted.high + slack) or (high is not None and high < wanted.low - slack)
    return None if beside or wanted.relation is Relation.BETWEEN else 0.0


def _relative(short: float, wanted: float) -> float:
    if short <= 0:
        return 0.0
    return short / abs(wanted) if wanted else 1.0


def _offered_span(wanted: Indicator, offered: Indicator) -> tuple[float | None, float | None] | None:
    """The offered ends in the wanted unit; a change computed from the present value where only that is given."""
    if wanted.change is not None and offered.change is None:
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
    if offered.origin is None or not offered.origin:
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
