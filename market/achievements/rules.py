"""Decisions about an achievement: what its content must hold, when its rights end, what is worth filling. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from market.achievements.models import Achievement
from market.kernel.errors import FieldError
from market.listings.codes import COMMON_LISTS, code_errors
from market.listings.schemas import Hint, HintKind
from market.reference.lists import code_list

CODE_LISTS: Mapping[str, str] = {
    **COMMON_LISTS,
    "form_code": "achievement_forms",
    "attribute_code": "achievement_attributes",
    "level_code": "achievement_levels",
    "evaluation_method_code": "evaluation_methods",
    "plan_source_code": "plan_sources",
    "offered_region_codes": "regions",
}

_DESIGN_TERM_CHANGED_ON = date(2021, 6, 1)
"""From this filing date on a design patent lasts longer (专利法 2020 art 42)."""


def content_errors(values: Mapping[str, Any], today: date) -> list[FieldError]:
    """What is wrong with codes and dates among these values; `values` may be all fields or only the changed ones."""
    errors = code_errors(values, CODE_LISTS, today)
    for field, name in (("registered_on", "登记日期"), ("evaluated_on", "评价日期")):
        day = values.get(field)
        if day is not None and day > today:
            errors.append(FieldError(field, f"{name}在今天之后。", "请填写实际日期,或留空。"))
    for position, right in enumerate(values.get("intellectual_property") or ()):
        path = f"intellectual_property.{position}"
        errors += code_errors({f"{path}.kind_code": right["kind_code"]}, {f"{path}.kind_code": "ip_kinds"}, today)
        if right["filed_on"] is not None and right["filed_on"] > today:
            errors.append(FieldError(f"{path}.filed_on", "申请日在今天之后。", "请填写受理通知书上的申请日,或留空。"))
    return errors


def default_expiry(kind_code: str, filed_on: date | None) -> date | None:
    """When a right ends by law, counted from its filing; None where there is no fixed term or no filing date.

    The terms stand in the code list `ip_kinds` (专利法 art 42; mark: unchecked).
    """
    kind = code_list("ip_kinds").get(kind_code)
    years = kind.extra.get("term_years") if kind else None
    if kind is None or years is None or filed_on is None:
        return None
    if filed_on < _DESIGN_TERM_CHANGED_ON:
        years = kind.extra.get("term_years_filed_before_2021_06_01", years)
    try:
        return filed_on.replace(year=filed_on.year + int(years))
    except ValueError:  # filed on 29 February
        return filed_on.replace(year=filed_on.year + int(years), day=28)


def compared_text(achievement: Achievement) -> str:
    """The text by which two achievements are told apart; never the confidential part."""
    return achievement.description or achievement.summary


def completeness(achievement: Achievement, *, indicators: int, rights: int) -> list[Hint]:
    """What would help others to find and to judge the achievement. Advice only."""
    missing = {
        "summary": (not achievement.summary, "没有公开简介:公众只能看到名称和关键词,建议用两三句话说明用途与效果。"),
        "description": (not achievement.description, "没有详细介绍:会员无法判断技术路线与适用条件。"),
        "keywords": (not achievement.keywords, "没有关键词,建议填写 3 至 5 个。"),
        "indicators": (indicators == 0, "没有技术指标:无法与需求的指标逐项比对。"),
        "trl": (achievement.trl is None, "没有填写技术成熟度(1—9);农业品种、工艺诀窍可以不填。"),
        "transfer_ways": (not achievement.transfer_ways, "没有说明转化方式,将视为各种方式均可。"),
        "asking_price_cny": (achievement.asking_price_cny is None, "没有意向价格,将显示为“面议”。"),
        "intellectual_property": (rights == 0, "没有知识产权信息:签订转让、许可合同时需要。"),
    }
    return [Hint(field=f, kind=HintKind.MISSING, message=text) for f, (applies, text) in missing.items() if applies]
