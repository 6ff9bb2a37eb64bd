"""Whether two values stand among the same words: for those that have no name of their own (蓬堵后10秒内报警, 连续使用不少于5年). Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

_SPLIT = re.compile(
    r"[^\u4e00-\u9fffA-Za-z]|[的了在和与及或可能应须要为是于将把被并且即时也仍均都由从至到]|不[得能应]?[低高大小少多超]于?|希望|需要|达到|左右"
)
_LATIN = re.compile(r"[A-Za-z]{2,}")
_COMMON = frozenset(
    [
        "连续", "续使", "续运", "使用", "运行", "平均", "工作", "现场", "累计", "试验", "处理", "时间", "条件", "设备", "系统", "装置", "产品", "工艺",
        "单次", "每次", "一次", "全部", "完成", "进行", "实测", "用户", "项目", "企业", "公司",
    ]
)  # fmt: skip
_COMMON_WEIGHT = 0.5
_LEAST_SHARED = 2.5
_ALL_SHARED = 2.0
"""So few are enough where they are all that one of the clauses has."""
_MOST = 0.8


@lru_cache(maxsize=16384)
def likeness(one: str, other: str) -> float:
    """How surely two clauses (`Indicator.beside`) tell of the same thing, from 0 to 0.8: shared character pairs, as a share of the fewer."""
    first, second = _pairs(one), _pairs(other)
    shared = sum(weight for pair, weight in first.items() if pair in second)
    fewer = min(sum(first.values()), sum(second.values()))
    if shared < min(_LEAST_SHARED, max(_ALL_SHARED, fewer)):
        return 0.0
    return _MOST * min(1.0, 2 * shared / fewer)


@lru_cache(maxsize=16384)
def _pairs(clause: str) -> Mapping[str, float]:
    pairs: dict[str, float] = {}
    for part in _SPLIT.split(clause):
        for word in _LATIN.findall(part):
            pairs[word.casefold()] = 2.0
        for place in range(len(part) - 1):
            pair = part[place : place + 2]
            if not pair.isascii():
                pairs[pair] = _COMMON_WEIGHT if pair in _COMMON else 1.0
    return pairs
