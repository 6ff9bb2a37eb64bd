"""Values that are named only to be refused (大于50平方米的不接受), aimed at (目标收率95%) or not reached (未能达到95%). Pure."""

import re

from matching.indicators.model import Indicator, Relation

_NO = r"(?:不(?:予|能|可|会)?(?:接受|考虑|采用|选用|采纳)|不[行要]|无法接受|免谈|拒收|拒绝接受|(?:视为|判为|即为|按|算)?不合格(?:处理)?)"
_ENDS_REFUSED = re.compile(_NO + "$")
_REFUSED = re.compile(
    r"\s?(?:的|者|时|就|则|也|均|都|[,，]?(?:一律|一概)|坚决|绝对|肯定|我方|我们|我厂|我司|设备|产品|方案|装置|材料|样机|供应商|厂家){0,4}"
    + _NO
    + r"(?=[,，。;；、!！?？\s)者的了]|$)"
)
_INVERTED = {
    Relation.ABOVE: Relation.AT_MOST,
    Relation.AT_LEAST: Relation.BELOW,
    Relation.BELOW: Relation.AT_LEAST,
    Relation.AT_MOST: Relation.ABOVE,
}
_AIM = re.compile(
    r"目标值?(?:[为是:]|(?=\s?[\d≥≤><]|达|不[低高超大小少]))|(?<![模虚类比摹])拟(?=达|将|把|使|实现|提[高升]|降[低到至])"
)
_AIM_BEFORE_NAME = re.compile(
    r"目标(?!识别|检测|跟踪|追踪|探测|定位|检出|捕|发现|产|化合|物|菌|基因|细胞|蛋白|分[类割辨]|成分|组分|污染|金属|元素|温度|压力|转速|位)"
)
_NOT_REACHED = re.compile(r"[未没](?:有|能)?达|达不到|未到")


def refusal(text: str, at: int) -> int | None:
    """Where the words end that refuse what was said right before `at`; None where nothing is refused. 不要求, 不考虑成本 refuse nothing."""
    found = _REFUSED.match(text, at)
    return found.end() if found else None


def inverted(relation: Relation) -> Relation | None:
    """The bound that is left once values of the given one are refused; None where that leaves no bound."""
    return _INVERTED.get(relation)


def is_refusal(one: Indicator) -> bool:
    """Whether the indicator was said by what is refused: 40%以下不行."""
    return bool(_ENDS_REFUSED.search(one.quote))


def is_not_offered(one: Indicator) -> bool:
    """Whether an offer names the value only as what it aims at or did not reach."""
    before = one.beside.partition("|")[0]
    if one.relation is Relation.BELOW and _NOT_REACHED.search(one.quote):
        return True
    if _AIM.search(before) or _AIM.search(one.quote):
        return True
    aimed = f"目标{one.name}"
    return bool(one.name) and before.endswith(aimed) and bool(_AIM_BEFORE_NAME.match(aimed))
