"""Properties that are the better the smaller their figure is, though people say they "reach" it: 精度达到0.01mm asks for 0.01 mm or finer. Pure."""

import re

from matching.indicators.model import Relation

SMALLER_IS_BETTER = re.compile(
    r"精度|误差|偏差|分辨率|分辨力|稳定性|粗糙度|检出限|度误差|不确定度|漂移|畸变|平面度|圆度|直线度|跳动|R[az]"
)
"""Names for which 优于 and 好于 mean at most."""
_FINENESS = re.compile(r"(?:精确?度|灵敏度)$")
_LIMIT = re.compile(r"(?:检出下?限|(?:检测|测量|定量|探测)下?限|(?:检测|最低检出|最小检出|检出)(?:浓度|量))$")
_ABSOLUTE = re.compile(
    r"(?:[numckμ]?m|[℃°K]|[nuμm]?s|(?:[npuμm]?g|[npuμm]?mol|[npuμ]?M|CFU|copies)(?:/(?:k?g|[mμ]?L|m\^3|Nm\^3|cm\^3))?|pp[mbt]|‰)"
)
_RATES_FROM = 20.0
"""Per cent: a 识别精度 of 95 % is a share that is right, a 测量精度 of 0.5 % an error."""


def finer(name: str, unit: str, value: float) -> bool:
    """Whether the name is that of a precision, sensitivity or limit of detection, and the figure one of how coarse it is."""
    if unit == "%":
        return value < _RATES_FROM and bool(_FINENESS.search(name) or _LIMIT.search(name))
    return bool(_ABSOLUTE.fullmatch(unit)) and bool(_FINENESS.search(name) or _LIMIT.search(name))


def turned(relation: Relation, name: str) -> Relation:
    """How a bound of something `finer` is meant. What a limit of detection exceeds stays as it is said: that is the complaint."""
    if relation is Relation.AT_LEAST or (relation is Relation.ABOVE and _FINENESS.search(name)):
        return Relation.AT_MOST
    return relation
