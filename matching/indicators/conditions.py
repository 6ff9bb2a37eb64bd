"""Under what a value holds: an offer that was only tried under milder conditions than the wanted ones has not shown what is wanted. Pure.

Only what is surely milder is held against it: colder frost, hotter heat, more load, dose, cycles, time of standing; and for what has to be
noticed, less of it. Conditions of making (反应 4 h) are a matter of choice.
"""

import re

from matching.indicators.model import Indicator, Relation, Role
from matching.indicators.units import TEMPERATURE, TIME, convert, dimension

_ENDURED = re.compile(
    r"循环|老化|冻融|盐雾|存放|贮|保存|储存|储藏|常温放置|浸泡|耐久|疲劳|锤击|冲击|保压|辐照|照射|弯折|水洗|摩擦|振动|加速度|载荷|负荷|负载|承重|承载|堆压|水压|风速|淋雨|挤压|跌落|连续运|连续工|连续使|免维护|耐压|水深|坡度|保质|货架|保鲜|成膜|续航|海拔"
)
_MADE = re.compile(
    r"反应|保温|处理|干燥|烘|固化|加热|搅拌|萃取|提取|浸出|煅烧|焙烧|烧结|焊|蒸|煮|发酵|酶解|退火|淬火|回火|萎凋|杀青|灭菌|杀菌|热烫|养护|预冷|离心|清洗|冲洗"
)
_NOTICED = re.compile(
    r"(?:[即就便可能会]|能够)(?:检出|识别|判|报警|发现|预警|测出|辨|提示|检测|定位)|最小[可能]|可检(?!率)|^检出$"
)
_SHARE = re.compile(r"率$|精度|时间|距离|能力|数量|寿命")
_LIFE = re.compile(r"连续使用|连续运行|使用寿命|寿命|连用|服役|使用周期|更换周期|免维护")
_WORN = re.compile(r"\|后?[^|]{0,8}(?:更换|换新|换一|失效|报废|磨|漏|裂|停|脱落|整槽|返修|车修|再生)")
_EARLY = "提前"
_AMBIENT = re.compile(r"(?:环境|工作|使用|适用|运行|作业|启动|储存|贮存|耐受?|环|气)温度?|野外|露天")
_AROUND = re.compile(r"环境|工作温|使用温|适用温|运行温|作业温|户外|露天|野外|严寒|高寒|酷暑")
_SO_FAR = re.compile(r"已|至今|以来|考核|投运|投用|跟踪|仍|未见|无一|未换|未更换|了|期间|观察")
_CEILINGS = frozenset({Relation.AT_MOST, Relation.BELOW, Relation.BETWEEN})
_FROST, _HEAT = 0.0, 40.0
_NEARLY = 0.9
_DEGREES = 3.0
_USUAL_SPAN = 40.0
"""Degrees that make a shortfall of 100 %."""


def is_condition(one: Indicator) -> bool:
    """Whether the value, in a need, is something to be withstood or noticed."""
    if one.role is Role.CONDITION or _is_to_be_noticed(one):
        return True
    point = one.relation in {Relation.EQUALS, Relation.ABOUT} and one.change is None
    return point and bool(_ENDURED.search(_words(one))) and not _MADE.search(_words(one))


def is_temperature(one: Indicator) -> bool:
    """Whether the value is a temperature, not a difference in one."""
    return (
        one.unit in {"℃", "℉", "K"} and one.change is None and not one.tolerance and dimension(one.unit) == TEMPERATURE
    )


def shares_surroundings(wanted: Indicator, offered: Indicator) -> float:
    """How surely an offered temperature is the one in which the thing has to work, from 0 to 1."""
    if wanted.role is not Role.CONDITION or not is_temperature(wanted) or not is_temperature(offered):
        return 0.0
    frost = wanted.low is not None and wanted.low <= _FROST
    if not (frost or _AROUND.search(_words(wanted))):
        return 0.0
    return 0.8 if _AMBIENT.search(offered.name) else 0.0


def milder(wanted: Indicator, offered: Indicator) -> float | None:
    """By how much the offered condition stays behind the wanted one, relative to it; 0 where it reaches it, None where nobody can tell."""
    if is_temperature(wanted):
        return _milder_temperature(wanted, offered) if is_temperature(offered) else None
    asked = wanted.low
    if wanted.relation in _CEILINGS or asked is None or asked <= 0 or _MADE.search(_words(wanted)):
        return None
    if _is_to_be_noticed(wanted):
        least = _moved(offered.low, offered.unit, wanted.unit)
        return None if least is None else max(0.0, least / asked - 1)
    if dimension(wanted.unit) == TIME and not _ENDURED.search(_words(wanted)):
        # 28天抗压强度: the age at which is measured, nothing to be withstood.
        return None
    most = _moved(offered.low if offered.high is None else offered.high, offered.unit, wanted.unit)
    if most is None:
        return None
    return 0.0 if most >= _NEARLY * asked else 1 - most / asked


def _is_to_be_noticed(one: Indicator) -> bool:
    """注水5%以上能判, 可发现≥1 m³/h的漏点: how much of it has to be there before it is found."""
    if one.relation in _CEILINGS or one.change is not None:
        return False
    return bool(_NOTICED.search(one.beside.replace(one.name, "") if one.name else one.beside)) and not _SHARE.search(
        one.name
    )


def tells_life(wanted: Indicator, offered: Indicator) -> bool:
    """连续使用不少于150天 against 平均连续使用95天后更换: both tell how long the thing lasts, whatever it is called."""
    if offered.role is not Role.CONDITION or not _WORN.search(offered.beside):
        return False
    return all(_LIFE.search(f"{one.name}|{one.beside}") for one in (wanted, offered))


def are_leads(wanted: Indicator, offered: Indicator) -> bool:
    """Whether both tell how long before something they warn of it: 提前72小时 is a time, no decrease."""
    return all(
        (_EARLY in one.quote or _EARLY in one.beside) and dimension(one.unit) == TIME for one in (wanted, offered)
    )


def only_so_far(offered: Indicator) -> bool:
    """Whether an offered time is only how long it has been tried until now."""
    return bool(_SO_FAR.search(offered.beside))


def _milder_temperature(wanted: Indicator, offered: Indicator) -> float | None:
    low, high, least, most = wanted.low, wanted.high, offered.low, offered.high
    if low is not None and low <= _FROST and wanted.relation is not Relation.AT_MOST:
        if least is None:
            return None
        return 0.0 if least <= low + _DEGREES else min(1.0, (least - low) / _USUAL_SPAN)
    if low is not None and low >= _HEAT and high in {None, low}:
        if most is None:
            return None
        return 0.0 if most >= _NEARLY * low else (low - most) / low
    return None


def _moved(value: float | None, unit: str, to: str) -> float | None:
    return None if value is None else convert(value, unit, to)


def _words(one: Indicator) -> str:
    return f"{one.name}|{one.beside}|{one.quote}"
