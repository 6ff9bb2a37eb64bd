"""Decisions about a need: what its content must hold, and what is worth filling. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from market.kernel.errors import FieldError
from market.listings.codes import COMMON_LISTS, code_errors
from market.listings.models import IndicatorOperator
from market.listings.schemas import Hint, HintKind
from market.needs.models import Need, NeedIndicator

CODE_LISTS: Mapping[str, str] = {
    **COMMON_LISTS,
    "activity_type_code": "activity_types",
    "mode_codes": "cooperation_modes",
    "accepted_region_codes": "regions",
}


def content_errors(values: Mapping[str, Any], today: date) -> list[FieldError]:
    """What is wrong with the codes among these values; they may be all fields or only the changed ones."""
    return code_errors(values, CODE_LISTS, today)


def budget_errors(low: Decimal | None, high: Decimal | None) -> list[FieldError]:
    """What is wrong with a budget from `low` to `high`, either of them open."""
    if low is not None and high is not None and low > high:
        return [FieldError("budget_min_cny", "预算下限高于上限。", "请对调 budget_min_cny 与 budget_max_cny。")]
    return []


def deadline_errors(needed_by: date | None, today: date) -> list[FieldError]:
    """What is wrong with the day by which the solution is needed, for a need that goes on the market today."""
    if needed_by is not None and needed_by < today:
        return [FieldError("needed_by", f"需求时限 {needed_by} 已过。", "请改为今天或以后的日期,或留空。")]
    return []


def compared_text(need: Need) -> str:
    """The text by which two needs are told apart; never the background or the confidential part."""
    parts = [part for part in (need.problem, need.key_technology, need.expected_outcome) if part]
    return "\n".join(parts) or need.summary


def completeness(need: Need, indicators: list[NeedIndicator]) -> list[Hint]:
    """What would help others to solve the need. Advice only."""
    is_described = bool(need.problem or need.key_technology or need.expected_outcome)
    missing = {
        "summary": (not need.summary, "没有公开简介:公众只能看到名称和关键词,建议用两三句话说明要解决什么。"),
        "problem": (not is_described, "没有写明主要问题、技术关键或预期目标,难以匹配。"),
        "keywords": (not need.keywords, "没有关键词,建议填写 1 至 5 个。"),
        "indicators": (not indicators, "没有技术指标:建议逐项写明名称、要求、数值和单位。"),
        "budget_max_cny": (
            need.budget_min_cny is None and need.budget_max_cny is None,
            "没有填写预算,将显示为“面议”。",
        ),
        "needed_by": (need.needed_by is None, "没有填写需求时限。"),
        "mode_codes": (not need.mode_codes, "没有说明合作方式,将视为各种方式均可。"),
    }
    hints = [Hint(field=f, kind=HintKind.MISSING, message=text) for f, (applies, text) in missing.items() if applies]
    if indicators and all(indicator.operator is IndicatorOperator.TEXT for indicator in indicators):
        hints.append(Hint(field="indicators", kind=HintKind.CHECK, message="指标都是文字,没有数值,验收时不易判断。"))
    return hints
