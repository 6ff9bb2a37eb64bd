"""A wanted range against an offered one: what a machine can be set to has to hold the wanted range, what comes out of it has to lie within. Pure."""

import re

from matching.indicators.model import Indicator, Relation

_SPAN = re.compile(
    r"(?:测量|检测|量测|监测|工作|调节|调速|适用|适应|使用|运行|温度|压力|控制|频率|转速|流量|电压|力|可调|探测|称量|加工)?范围|量程|(?:工作|环境|使用|运行|适用|作业|储存|贮存)(?:环境)?(?:温度|湿度|压力)|适应|可调|调节|转速|流量|(?:输入|供电|电源|工作)电压|行程"
)
_RESULT = re.compile(r"率$|粒[径度]|细度|硬度|水[分份]|含水|pH|浓度|含量|纯度|偏差|误差|波动|公差|残留")
_SURROUNDINGS = re.compile(r"环境|电压|电源|供电|适应|适用")
"""Names of what a thing is exposed to: there even ± says how much of it is to be endured."""
_PLUS_MINUS = re.compile(r"±|\+/-")
_DUST = 1e-9


def spans(one: Indicator) -> bool:
    """Whether the range is one that a thing measures, endures or can be set to, so that a wider one is better."""
    if _RESULT.search(one.name) or (is_tolerance(one) and not _SURROUNDINGS.search(one.name)):
        return False
    # The verb of 适应海拔0~4000米 is cut off the name.
    before = one.beside.partition("|")[0].removesuffix(one.name)
    return bool(_SPAN.search(one.name)) or before.endswith(("适应", "适用", "可调"))


def is_tolerance(one: Indicator) -> bool:
    """Whether the range was written as a middle and how far from it is allowed: 25±1℃."""
    return one.relation is Relation.BETWEEN and bool(_PLUS_MINUS.search(one.quote))


def is_result(one: Indicator) -> bool:
    """Whether the range is one in which what comes out has to lie, so that a wider one promises nothing."""
    return is_tolerance(one) or bool(_RESULT.search(one.name))


def lies_within(wanted: Indicator, low: float | None, high: float | None) -> bool:
    """Whether the offered ends, in the wanted unit, lie inside the wanted range; an open end does not."""
    if wanted.low is None or wanted.high is None or low is None or high is None:
        return False
    return wanted.low <= low + _DUST and high <= wanted.high + _DUST


def holds(wanted: Indicator, low: float | None, high: float | None) -> bool:
    """Whether the offered ends, in the wanted unit, hold the whole wanted range; an open end does."""
    if wanted.low is None or wanted.high is None:
        return False
    return (low is None or low <= wanted.low + _DUST) and (high is None or wanted.high <= high + _DUST)


def uncovered(wanted: Indicator, low: float | None, high: float | None) -> float | None:
    """The share of the wanted range that the offered one leaves out, from 0 to 1; None where only a point or one end is offered."""
    if holds(wanted, low, high) and low != high:
        return 0.0
    width = _width(wanted)
    if not width or wanted.low is None or wanted.high is None or low is None or high is None or low == high:
        return None
    shared = max(0.0, min(high, wanted.high) - max(low, wanted.low))
    return 1.0 - shared / width


def overshoot(wanted: Indicator, low: float | None, high: float | None) -> float | None:
    """How far the offered range goes beyond the wanted one, relative to that one's width, at most 1; None where only a point or one end is offered."""
    width = _width(wanted)
    if not width or wanted.low is None or wanted.high is None or low is None or high is None or low == high:
        return None
    return min(1.0, (max(0.0, wanted.low - low) + max(0.0, high - wanted.high)) / width)


def _width(wanted: Indicator) -> float:
    return 0.0 if wanted.low is None or wanted.high is None else wanted.high - wanted.low
