"""How surely two names mean the same property, by their characters: 总回收率 and 回收率 do, 抗压强度 and 抗折强度 do not. Pure."""

import re
from functools import lru_cache

from matching.indicators.numerals import words

SURE = 0.5
"""From this confidence on a pair is judged."""
_QUALIFIER = 3
"""Characters of the words that tell properties with the same head apart."""
_CARRIERS = re.compile(
    r"最高|最大|最小|最低|平均|日均|年均|单套|单台|单机|总|年|日|常温|室温|连续|综合|整体|产品|成品|系统|设备|装置|出水|出口|排放|吨水?|每?小时|首次|一次|主要|工业|实际|有效|累计|设计|额定|最终|现场|正常"
)
_GREATEST = re.compile(r"最[高大长多宽厚深重快远]|上限|峰值")
_LEAST = re.compile(r"最[低小短少窄薄浅轻慢近](?!可?[检测探分])|(?<=.)(?<!检测|检出|测量|定量|探测)下限|谷值")
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


@lru_cache(maxsize=32768)
def opposed(one: str, other: str) -> bool:
    """Whether one name is of the greatest and the other of the least: 最高转速 and 最低转速 are two figures of every machine."""
    return (of_the_greatest(one) and of_the_least(other)) or (of_the_least(one) and of_the_greatest(other))


@lru_cache(maxsize=8192)
def of_the_greatest(name: str) -> bool:
    """Whether the name is that of the upper end of what occurs."""
    return bool(_GREATEST.search(name)) and not _LEAST.search(name)


@lru_cache(maxsize=8192)
def of_the_least(name: str) -> bool:
    """Whether the name is that of the lower end of what occurs."""
    return bool(_LEAST.search(name)) and not _GREATEST.search(name)


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
    return 0.0, SURE


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
