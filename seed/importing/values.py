"""What a cell means: money with its unit, dates, codes, lists, readiness words, indicators. Pure; raises `CellFault`."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from market.achievements.models import AchievementStage
from market.kernel.money import CNY_PER_WAN, CNY_PER_YI, FEN, MAX_CNY
from market.listings.models import IndicatorOperator
from market.reference.lists import code_list
from seed.importing.tables import Cell, Unusable, shown

_NUMBER = r"-?\d+(?:\.\d+)?"
_UNIT = r"亿元|亿|万元|万|元|圆|w"
_AMOUNT = re.compile(
    rf"^(?P<bound>约|大约|不超过|不高于|至多|最多|以内|≤|<=|<|不低于|不少于|至少|最少|≥|>=|>)?"
    rf"(?:人民币|rmb|¥|¥)?(?P<low>{_NUMBER})(?P<low_unit>{_UNIT})?"
    rf"(?:(?:-|~|—|–|至|到)+(?P<high>{_NUMBER})(?P<high_unit>{_UNIT})?)?(?:人民币|rmb)?(?P<after>以内|以下|以上|左右|起)?$"
)
_YUAN = {"亿元": CNY_PER_YI, "亿": CNY_PER_YI, "万元": CNY_PER_WAN, "万": CNY_PER_WAN, "w": CNY_PER_WAN}
_OPEN = frozenset({"", "面议", "面谈", "协商", "待定", "双方协商", "面议。", "/", "无", "-", "—"})
_AT_MOST = frozenset({"不超过", "不高于", "至多", "最多", "以内", "≤", "<=", "<", "以下"})
_AT_LEAST = frozenset({"不低于", "不少于", "至少", "最少", "≥", ">=", ">", "以上", "起"})
_DATE = re.compile(r"^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?(?:[ t]\d{1,2}:\d{2}(?::\d{2})?)?$")
_COMPACT_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_SERIALS = range(20_000, 80_000)
_SEPARATORS = re.compile(r"[、,,;;\n|]+")
_STAGE_WORDS: tuple[tuple[str, AchievementStage, int], ...] = (
    ("量产", AchievementStage.MATURE, 8),
    ("产业化", AchievementStage.MATURE, 8),
    ("成熟", AchievementStage.MATURE, 8),
    ("中试", AchievementStage.PILOT, 7),
    ("小批量", AchievementStage.PILOT, 7),
    ("中期", AchievementStage.PILOT, 6),
    ("小试", AchievementStage.PILOT, 5),
    ("样机", AchievementStage.EARLY, 4),
    ("样品", AchievementStage.EARLY, 4),
    ("初期", AchievementStage.EARLY, 3),
    ("实验室", AchievementStage.EARLY, 3),
    ("研发", AchievementStage.EARLY, 3),
)
_LAST_EARLY_LEVEL, _LAST_PILOT_LEVEL = 4, 7
_LEVEL = re.compile(r"^(?:trl)?([1-9])级?$")
_INDICATOR = re.compile(
    rf"^(?P<name>[^≥≤><=::]{{1,60}}?)(?P<op>≥|≤|>=|<=|>|<|=|:|:|不低于|不高于|不小于|不大于|不超过)"
    rf"(?P<value>{_NUMBER})(?:[~-—](?P<high>{_NUMBER}))?(?P<unit>[^\d]{{0,40}})$"
)
_OPERATORS = {
    **dict.fromkeys(("≥", ">=", ">", "不低于", "不小于"), IndicatorOperator.AT_LEAST),
    **dict.fromkeys(("≤", "<=", "<", "不高于", "不大于", "不超过"), IndicatorOperator.AT_MOST),
}


class CellFault(Exception):
    """A cell that cannot be taken as it stands: what is wrong, and how to mend it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True)
class Money:
    """Yuan from `low` to `high`; both None: 面议."""

    low: Decimal | None
    high: Decimal | None


def text_of(cell: Cell) -> str:
    """The cell as text; raises for formulas and error values."""
    if isinstance(cell, Unusable):
        raise CellFault(cell.problem, cell.remedy)
    return shown(cell)


def _compact(cell: Cell) -> str:
    return re.sub(r"[\s,,]", "", unicodedata.normalize("NFKC", text_of(cell))).casefold()


def money_of(cell: Cell, yuan_per_unit: Decimal | None) -> Money:
    """An amount or a range in yuan. The unit stands in the cell or in the header; without one it is refused, never guessed."""
    text = _compact(cell)
    if text in _OPEN:
        return Money(None, None)
    found = _AMOUNT.match(text)
    if found is None:
        raise CellFault(f"“{shown(cell)[:40]}”不是能识别的金额。", "请写成“50万元”“50-100万元”或“面议”。")
    low_text, high_text = found["low"], found["high"]
    high_unit = _yuan(found["high_unit"]) or yuan_per_unit
    low_unit = _yuan(found["low_unit"]) or (high_unit if high_text else yuan_per_unit)
    high_unit = high_unit or low_unit
    if low_unit is None or high_unit is None:
        raise CellFault(
            f"金额“{shown(cell)[:40]}”没有写明单位。", "请在列名中注明“(万元)”或“(元)”,或在格中写成“50万元”。"
        )
    low = _amount(low_text, low_unit)
    if high_text is not None:
        high = _amount(high_text, high_unit)
        if high < low:
            raise CellFault("金额下限高于上限。", "请对调两个数。")
        return Money(low, high)
    bound = found["bound"] or found["after"]
    return Money(None if bound in _AT_MOST else low, None if bound in _AT_LEAST else low)


def _yuan(unit: str | None) -> Decimal | None:
    return None if unit is None else _YUAN.get(unit, Decimal(1))


def _amount(text: str, unit: Decimal) -> Decimal:
    try:
        amount = Decimal(text) * unit
    except InvalidOperation as error:
        raise CellFault("金额无法识别。", "请只写数字和单位。") from error
    if amount < 0:
        raise CellFault("金额小于零。", "请填写不小于零的数;价格待商量的请写“面议”。")
    if amount > MAX_CNY:
        raise CellFault("金额过大。", "请核对单位是“元”还是“万元”。")
    return amount.quantize(FEN)


def date_of(cell: Cell) -> date | None:
    """A day; a month or year alone means its last day. Excel's day numbers count too."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and int(cell) in _EXCEL_SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(cell))
    text = re.sub(r"\s+(?=\D)|(?<=\D)\s+", "", unicodedata.normalize("NFKC", text_of(cell)).strip()).casefold()
    if text in ("", "长期", "长期有效", "/", "-", "无"):
        return None
    if text.isdigit() and len(text) == 5 and int(text) in _EXCEL_SERIALS:  # noqa: PLR2004  a day number written as text
        return _EXCEL_EPOCH + timedelta(days=int(text))
    found = _COMPACT_DATE.match(text) or _DATE.match(text)
    try:
        if found is not None:
            year, month, day = int(found[1]), int(found[2] or 12), found[3]
            return date(year, month, int(day) if day else monthrange(year, month)[1])
    except ValueError:
        pass
    raise CellFault(f"“{shown(cell)[:40]}”不是能识别的日期。", "请写成 2026-01-05 或 2026年1月5日。")


def words_of(cell: Cell) -> list[str]:
    """The parts of a list in one cell (顿号、逗号、分号 or line ends between), or of a JSON list."""
    parts = [shown(item) for item in cell] if isinstance(cell, list) else _SEPARATORS.split(text_of(cell))
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def code_of(cell: Cell, list_name: str) -> str | None:
    """The code that a person means by a code, a Chinese name or an alias; None for an empty cell."""
    text = text_of(cell).strip()
    if not text:
        return None
    codes = code_list(list_name)
    item = codes.find(text) or (codes.find(text.zfill(2)) if text.isdigit() else None)
    if item is None and len(words := words_of(text)) > 1:
        item = codes.find(words[0])
    if item is None:
        names = "、".join(item.name for item in codes.items if item.valid_to is None)
        choice = names if len(names) <= 160 else f"{names[:150]}…(全部见 /v1/reference/{list_name})"  # noqa: PLR2004
        raise CellFault(f"“{text[:30]}”不在“{codes.title}”中。", f"请改为:{choice}。")
    return item.code


def codes_of(cell: Cell, list_name: str) -> list[str]:
    """Several codes in one cell; the whole cell may also be one name that holds a separator."""
    if isinstance(cell, str) and (item := code_list(list_name).find(cell.strip())) is not None:
        return [item.code]
    return [code for word in words_of(cell) if (code := code_of(word, list_name)) is not None]


def stage_of(cell: Cell) -> tuple[AchievementStage, int | None] | None:
    """The stage, and the readiness level where the cell states one as a number; words like 通过中试 give the stage only."""
    text = _compact(cell)
    if not text:
        return None
    level = _LEVEL.match(text)
    if level is not None:
        return stage_at(int(level[1])), int(level[1])
    for stage in AchievementStage:
        if text == stage.value:
            return stage, None
    for word, stage, _ in _STAGE_WORDS:
        if word in text:
            return stage, None
    raise CellFault(
        f"“{shown(cell)[:30]}”不是能识别的成熟度。",
        "请写 1 至 9 级,或:正在研发、已有样品、通过小试、通过中试、可以量产。",
    )


def stage_at(level: int) -> AchievementStage:
    """The coarse stage of a readiness level (ours: 1–4 样品, 5–7 产品, 8–9 商品)."""
    if level <= _LAST_EARLY_LEVEL:
        return AchievementStage.EARLY
    return AchievementStage.PILOT if level <= _LAST_PILOT_LEVEL else AchievementStage.MATURE


def level_of(cell: Cell) -> tuple[int, bool] | None:
    """A readiness level, and whether it was read from words instead of a number."""
    text = _compact(cell)
    if not text:
        return None
    number = _LEVEL.match(text)
    if number is not None:
        return int(number[1]), False
    for word, _, level in _STAGE_WORDS:
        if word in text:
            return level, True
    raise CellFault(
        f"“{shown(cell)[:30]}”不是能识别的成熟度。",
        "请写 1 至 9 级,或:正在研发、已有样品、通过小试、通过中试、可以量产。",
    )


def indicators_of(cell: Cell) -> list[dict[str, Any]]:
    """Indicators in one cell, such as ``纯度≥99.9%;粒径1~5μm``; what has no number stays an indicator in words."""
    if isinstance(cell, list):
        return [item if isinstance(item, dict) else _indicator(shown(item)) for item in cell]
    return [_indicator(part.strip()) for part in re.split(r"[;;\n]+", text_of(cell)) if part.strip()]


def _indicator(text: str) -> dict[str, Any]:
    found = _INDICATOR.match(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    if found is None:
        return {"name": _short_name(text), "operator": IndicatorOperator.TEXT, "text": text[:200]}
    values = {"name": found["name"], "value": found["value"], "unit": found["unit"]}
    if found["high"] is None:
        return {**values, "operator": _OPERATORS.get(found["op"], IndicatorOperator.EQUAL)}
    low, high = sorted((Decimal(found["value"]), Decimal(found["high"])))
    return {**values, "operator": IndicatorOperator.BETWEEN, "value": low, "value_high": high}


def _short_name(text: str) -> str:
    name = re.split(r"[::,,]", text, maxsplit=1)[0].strip()
    return (name or text)[:100]


_PATENT = re.compile(r"^(?:zl|cn)?(\d{4})([1238-9])\d{7}(?:\.?[\dx])?$", re.IGNORECASE)
_PATENT_KINDS = {"1": "patent_invention", "8": "patent_invention", "2": "utility_model", "9": "utility_model"}


def patents_of(cell: Cell) -> list[dict[str, Any]]:
    """Rights from patent numbers of the Chinese form; the digit behind the year tells the kind."""
    found = []
    for number in words_of(cell):
        compact = re.sub(r"\s", "", unicodedata.normalize("NFKC", number))
        parts = _PATENT.match(compact)
        if parts is None:
            raise CellFault(
                f"“{number[:40]}”不是中国专利号或申请号。", "请写成 ZL202010123456.7;其他知识产权请导入后再补充。"
            )
        kind = _PATENT_KINDS.get(parts[2], "design_patent")
        found.append({"kind_code": kind, "number": compact.upper(), "status": _patent_status(compact)})
    return found


def _patent_status(number: str) -> str:
    return "granted" if number.casefold().startswith("zl") else "filed"
