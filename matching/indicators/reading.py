"""Indicators out of text and rows. Pure; never raises; time grows with the length of the text and no faster."""

import re
from dataclasses import replace

from market.listings.models import IndicatorOperator, IndicatorRow
from matching.indicators import names, spelling
from matching.indicators.admission import accepted
from matching.indicators.fineness import SMALLER_IS_BETTER, finer, turned
from matching.indicators.joining import HIGH_ONLY, LOW_ONLY, Stated, combined, joined, tidy
from matching.indicators.leads import EXPLICIT
from matching.indicators.model import Change, Indicator, Relation, Role
from matching.indicators.names import SENTENCE_ENDS
from matching.indicators.numerals import fold
from matching.indicators.refusals import inverted, refusal
from matching.indicators.units import dimension
from matching.indicators.values import Value, values

_ROW_RELATIONS = {
    IndicatorOperator.AT_LEAST: Relation.AT_LEAST,
    IndicatorOperator.AT_MOST: Relation.AT_MOST,
    IndicatorOperator.BETWEEN: Relation.BETWEEN,
    IndicatorOperator.EQUAL: Relation.EQUALS,
}
_CONDITION = re.compile(
    r"\s?(?:(?:的)?(?:高温|低温|恒温|常压|压力|温度|负载|载荷|湿度|相对湿度|电流密度|电流|倍率|浓度|负荷|真空度|环境温度|剂量|应变|应力|转速|流速|进水|光照|冻融|水洗|洗涤|循环|老化|盐雾|存放|贮存|储存|浸泡|放置|运行|连续运行|使用|充放电|弯折|摩擦|反应|加热|处理|干燥|贮藏|弯曲|灭菌|陈化|养护|热处理|热老化|静置|煅烧|焙烧|海拔|风速|低氧|水深|海水|盐水|盐酸|硫酸|碱液|循环伏安)?)"
    r"(?:条件下?|环境[下中]?|工况下?|(?:之)?下(?![降列限料游调沉层部])|时(?![间长效延速刻产])|(?:以)?后(?![处期续段])|情况下|范围内"
    r"|(?:(?:即|就|便)(?:可|能|应|会)?|[可能](?=检出|识别|判))(?:检|识|判|报|发|预|被|给)|(?:仍|仍然|照常|也|均|都)?(?:能|可)?(?:照常|正常)(?:使用|工作|运行|启动|作业|清扫|[\u4e00-\u9fff]{2})"
    r"|(?:仍|均|都)?[不无未](?:开?裂|失效|脱落|断|变形|渗?漏|泄漏|起泡|生?锈|粉化|剥落|结冰|结块|冻|损坏|死机|[得可]?[有见]))"
)
_CURRENT = re.compile(
    r"目前|现有|当前|现阶段|传统|国外|国内|进口|市售|现在|如今|现行|原有|原来|以往|常规|普通|旧|同类|现仅|原先|此前|过去|现状|原工艺|老工艺|我厂现|长期以来|往年|现用(?!于|在)"
)
_LIST_JOINT = re.compile(r"\s?(?:[、和与及/,，]|以及|或)?\s?")
_ASKING = re.compile(
    r"希望|要求|目标|需要|需求|期望|征集|寻求|寻找|求购|拟|想[要找把请让使将]|欲|征求|急需|要(?![停补往加人先多花靠等换喷吹手])|须|应[达在不为能]|必须|力争|解决|想|求|指标|务必|确保|保证"
)
_OWN = re.compile(r"我?公司|[我本]厂|我们|我矿|我司")
_COMPARED_WITH = re.compile(r"[比较]|相对于?")
_TO_MARK = re.compile(r"[^，。；！？\n;!?、,]{0,16}")
_WITHIN = re.compile(r"[以之]?内")
_STRICT = re.compile(r"[≥≤≮≯]|>=|<=|[不勿别未].+|至少|至多|最多|最少|起码|顶多|.*等于|控制在|降[到至]|提高到|.*[到至]")
_CLOSING = re.compile(r"[^()（），。；\n]{0,10}\)")
_GOING_ON = re.compile(r"[,，、;；]?\s?(?:且|并|而|但|也|仍)?")
_NEAR, _FAR = 12, 40
"""Characters within which two values still belong together, and within which 由 finds its 到."""
_SHORT_MEMBER, _LONG_MEMBER = 5, 8
"""Characters of a list's members: longer ones are clauses."""


def read_indicators(text: str) -> tuple[Indicator, ...]:
    """Every indicator that a text states, in the order of its values. Units stay as written but for their spelling (`units.convert` moves them)."""
    folded = fold(text)
    found = combined(folded, list(values(folded)))
    read = _Reader(text, folded).read(found)
    return tuple(read)


def from_row(row: IndicatorRow) -> Indicator | None:
    """The indicator of a structured row; that of its words where it is written in words; None where those state no number."""
    if row.operator is IndicatorOperator.TEXT:
        stated = [one for one in read_indicators(f"{row.name}:{row.text}") if one.role is Role.STATED]
        return replace(stated[0], name=row.name) if stated else None
    if row.value is None:
        return None
    relation = _ROW_RELATIONS[row.operator]
    low, high = float(row.value), float(row.value if row.value_high is None else row.value_high)
    unit, factor = _row_unit(row.unit)
    name, change = fold(row.name).strip(), None
    if match := re.match(
        r"(?P<verb>降低|减少|节约|缩短|提高|提升|增加)(?=..)|.*(?P<tail>降低|减少|节约|缩短|提高|提升|增加)$", name
    ):
        change = Change.INCREASE if (match["verb"] or match["tail"]) in {"提高", "提升", "增加"} else Change.DECREASE
        name = name[len(match["verb"]) :] if match["verb"] else name[: -len(match["tail"])]
    if change is None and finer(name, unit, high * factor):
        relation = turned(relation, name)
    ends = _ends(relation, low * factor, high * factor)
    return Indicator(name, relation, *ends, unit, quote=_row_quote(row), change=change)


def _row_unit(written: str) -> tuple[str, float]:
    """The unit of a row, and what a 万 or 亿 in front of it multiplies by."""
    text, factor = fold(written).strip(), 1.0
    for word, times in (("万", 1e4), ("亿", 1e8)):
        if text.startswith(word) and text[1:]:
            text, factor = text[1:], times
    return spelling.spell(text), factor


def _row_quote(row: IndicatorRow) -> str:
    sign = {IndicatorOperator.AT_LEAST: "≥", IndicatorOperator.AT_MOST: "≤"}.get(row.operator, "")
    high = "" if row.value_high is None else f"~{row.value_high.normalize():f}"
    low = "" if row.value is None else f"{row.value.normalize():f}"
    return f"{row.name}{sign or ' '}{low}{high}{row.unit}"


def _ends(relation: Relation, low: float, high: float) -> tuple[float | None, float | None]:
    if relation in LOW_ONLY:
        return tidy(low), None
    if relation in HIGH_ONLY:
        return None, tidy(high)
    return tidy(low), tidy(high)


class _Reader:
    """Walks over the values of one text, remembering what the clauses before have said."""

    def __init__(self, text: str, folded: str) -> None:
        self._text = text
        self._folded = folded
        self._out: list[Indicator] = []
        self._floor = 0
        self._header_unit = ""
        self._queue: list[str] = []
        self._pending: tuple[int, Value] | None = None
        asking = _ASKING.search(folded)
        self._asked_from = asking.start() if asking else len(folded)

    def read(self, found: list[Value]) -> list[Indicator]:
        self._share_units(found)
        self._turn_refused(found)
        for place, value in enumerate(found):
            behind = found[place + 1] if place + 1 < len(found) else None
            for one in self._indicators(value, behind):
                self._add(one, value)
            self._floor = self._behind(value)
        return self._out

    def _behind(self, value: Value) -> int:
        """From where on words belong to the next value: a bracket behind a name leaves it its name, 水洗后 belongs to the condition."""
        text = self._folded
        closing = _CLOSING.match(text, value.end)
        if closing and (text.rfind("(", self._floor, value.start) > text.rfind(")", self._floor, value.start)):
            opening = text.rfind("(", self._floor, value.start)
            if (
                opening > self._floor
                and text[opening - 1] not in names.STOPS
                and not text[closing.end() : closing.end() + 1].isspace()
            ):
                return self._floor
        condition = _CONDITION.match(text, value.end)
        return max(self._floor, condition.end() if condition else value.end)

    def _share_units(self, found: list[Value]) -> None:
        """A unit written once holds for the whole list: 分别不低于40和8MPa."""
        for place in range(len(found) - 2, -1, -1):
            one, two = found[place], found[place + 1]
            joint = self._folded[one.end : two.start]
            if not one.unit and two.unit and re.fullmatch(r"\s?[、和与及/]\s?|\s?以及\s?", joint):
                one.unit, one.count = two.unit, two.count
            elif not one.unit and two.unit and one.origin_mark and two.target and len(joint) <= _NEAR:
                # 电耗由3400降到2700kWh/t
                one.unit, one.count = two.unit, two.count

    def _turn_refused(self, found: list[Value]) -> None:
        """面积大于50平方米的不接受 asks for 50 at most; of a refused value without a bound nothing is left to ask for."""
        for value in found:
            end = refusal(self._folded, value.end)
            if end is not None:
                value.refused, value.end = True, end
                value.relation = inverted(value.relation) or value.relation

    def _indicators(self, value: Value, following: Value | None) -> list[Indicator]:
        text = self._folded
        naming = names.naming(text, self._floor, value.start)
        if naming.unit:
            self._header_unit = spelling.spell(naming.unit)
        name, start, end = self._named(value, following, naming)
        change = None if names.says_change(name) else value.change or (None if value.target else naming.change)
        unit = self._full_unit(value, naming)
        if unit == "番":
            unit, value.low, value.high, change = "倍", 2**value.low - 1, 2**value.high - 1, Change.INCREASE
        unit = _degrees(unit, name, text[start:end])
        relation = value.relation
        if "优于" in value.words and not value.tolerance:
            relation = Relation.AT_MOST if SMALLER_IS_BETTER.search(name) else Relation.AT_LEAST
        elif change is None and (called := self._fine_name(value, name, unit)):
            relation = turned(relation, called)
        low, high = _ends(relation, value.low, value.high)
        one = Indicator(
            name, relation, low, high, unit, self._text[start:end], start, end, change, value.origin, value.of, value.tolerance,
            self._role(value, following, name), self._demanded(value), self._beside(value),
        )  # fmt: skip
        clause = text[names.clause_start(text, max(0, start - 30), value.start) : value.end]
        if not accepted(text, value, clause, one):
            return []
        members = self._members(one, value, start)
        return [one] if members == [one.name] else [replace(one, name=other) for other in members]

    def _fine_name(self, value: Value, name: str, unit: str) -> str:
        """The name where it is that of a precision or limit of detection; 检测 of 检测下限 is cut off as a verb, and has to be read again."""
        before = self._folded[max(self._floor, value.start - _NEAR) : value.start].rstrip(" :")
        return next((one for one in (name, before) if finer(one, unit, value.high)), "")

    def _named(self, value: Value, following: Value | None, naming: names.Naming) -> tuple[str, int, int]:
        """The value's name, and from where to where the text says it."""
        name = naming.name
        start = self._folded.rfind(name, self._floor, value.start) if name else -1
        start = start if start >= 0 else value.start
        if value.name is not None and (value.of is not None or not name):
            return value.name, start, value.end
        if self._queue and naming.bare:
            if not value.told and self._out:
                value.relation = self._out[-1].relation
            return self._queue.pop(0), start, value.end
        if naming.bare or not name:
            name, end = self._elsewhere(value, following, bare=naming.bare)
            return name, start, end
        if self._out and names.is_label(name):
            name = self._header(start) or name
        return name, start, value.end

    def _full_unit(self, value: Value, naming: names.Naming) -> str:
        """The unit with what it is counted per, where that stands before the value (每吨…80度)."""
        unit = value.unit or self._bare_unit(value)
        if not (value.per or naming.per) or not unit or "/" in unit:
            return unit
        return spelling.per(unit, value.per or naming.per, value.per_count or naming.per_count)

    def _elsewhere(self, value: Value, following: Value | None, *, bare: bool) -> tuple[str, int]:
        """The name where none stands right before the value: behind it, or in the clause before."""
        text = self._folded
        last = self._last(value)
        joint = text[last.end : value.start] if last is not None and last.end <= value.start else "。"
        if (
            bare
            and last is not None
            and (value.target or value.change)
            and last.name
            and (value.change or _alike(last, value))
        ):
            return last.name, value.end
        behind, end = names.name_behind(text, value.end)
        shared = value.count or value.unit in {"%", "‰", "ppm"} or names.says_property(behind) or behind in names.SIZES
        if behind and shared and (following is None or following.start > end):
            return behind, end
        if bare and last is not None and self._continues(joint, value, last):
            return last.name, value.end
        if bare and value.start and text[value.start - 1] in "，,:":
            earlier = names.naming(text, self._floor, value.start - 1)
            if names.says_property(earlier.name) and (value.told or value.target):
                return earlier.name, value.end
        if value.change and last is not None:
            return last.name, value.end
        return "", value.end

    def _last(self, value: Value) -> Indicator | None:
        """The indicator before, in the same sentence, that is no condition."""
        for one in reversed(self._out[-3:]):
            if SENTENCE_ENDS & set(self._folded[one.end : value.start]):
                return None
            if one.role is not Role.CONDITION:
                return one
        return None

    def _continues(self, joint: str, value: Value, last: Indicator) -> bool:
        """Whether a value without words of its own goes on with the property before: 、8mm和10mm, 28d≥45MPa, 且≤3."""
        if _LIST_JOINT.fullmatch(joint) and (joint.strip() or value.told) and _alike(last, value):
            return True
        between = self._out[-1].role is Role.CONDITION
        return (
            value.told
            and dimension(last.unit) == dimension(value.unit)
            and (between or bool(_GOING_ON.fullmatch(joint)))
        )

    def _header(self, at: int) -> str:
        """For a sub-label (经向): the property it belongs to, from the clause or value before."""
        text = self._folded
        if at and text[at - 1] == ":":
            return names.naming(text, self._floor, at - 1).name
        return self._out[-1].name if self._out and not SENTENCE_ENDS & set(text[self._out[-1].end : at]) else ""

    def _bare_unit(self, value: Value) -> str:
        """The unit from the table's header, as long as its sentence lasts."""
        if self._header_unit and self._folded.rfind("。", self._floor, value.start) >= 0:
            self._header_unit = ""
        return self._header_unit

    def _role(self, value: Value, following: Value | None, name: str) -> Role:
        text = self._folded
        if _CONDITION.match(text, value.end) and value.of is None:
            return Role.CONDITION
        near = following is not None and following.start - value.end <= _NEAR
        if following is not None and near and not value.told and not value.target and value.change is None:
            joint = text[value.end : following.start]
            bracketed = text[value.start - 1 : value.start] == "(" and joint.startswith(")")
            direct = not joint.strip() and following.told and following.unit != value.unit and not value.count
            before = (
                bool(joint) and names.says_property(joint) and not re.search(r"[，。；,;、的:]", joint) and not name
            )
            if bracketed or direct or before:
                return Role.CONDITION
        if value.origin_mark and not value.ranged:
            return Role.CURRENT
        if self._tells_the_present(value) or any(
            _CURRENT.fullmatch(one) or one in {"只有", "只能", "仅有", "才"} for one in value.words
        ):
            return Role.CURRENT
        return Role.STATED

    def _tells_the_present(self, value: Value) -> bool:
        """Whether the clause speaks of today or of rivals; 在现有机型上改造:…, 现有产线含水率降到 and 比原工艺提高 speak of what comes."""
        text = self._folded
        start = names.clause_start(text, max(0, value.start - 40), value.start)
        start = max(start, text.rfind(":", start, value.start) + 1)
        told = _CURRENT.search(text, start, value.start)
        if told is None:
            return False
        if value.change is not None and _COMPARED_WITH.search(text, start, told.start()):
            return False
        return not (value.target and value.relation in EXPLICIT)

    def _beside(self, value: Value) -> str:
        """The words around a value, up to the next marks."""
        text = self._folded
        start = names.clause_start(text, max(0, value.start - _FAR), value.start)
        behind = _TO_MARK.match(text, value.end)
        return f"{text[start : value.start]}|{behind[0] if behind else ''}"

    def _demanded(self, value: Value) -> bool:
        """Strict bounds ask wherever they stand; bare values and 达到, 超过, 以上 only behind the first words that ask."""
        text = self._folded
        if value.refused:
            return value.relation in EXPLICIT
        if value.relation not in EXPLICIT and _OWN.search(
            text, names.clause_start(text, max(0, value.start - _FAR), value.start), value.start
        ):
            return False
        if text.startswith("才", value.end) or any(word.startswith(("掉", "跌")) for word in value.words):
            # 封闭三十多天才能通车, pH掉到3.9以下: that is the trouble.
            return False
        strict = value.relation in EXPLICIT and any(_STRICT.fullmatch(word) for word in value.words)
        return strict or value.number_at >= self._asked_from or _WITHIN.match(self._folded, value.unit_end) is not None

    def _members(self, one: Indicator, value: Value, start: int) -> list[str]:
        """The names of a list that shares one bound, or of one whose bounds follow one by one (分别)."""
        text = self._folded
        if not one.name or start == value.start or start < 1 or text[start - 1] not in "、和与及/":
            return [one.name]
        begin = start
        while begin > self._floor and text[begin - 1] not in "，。；！？\n;!?,:()的" and start - begin < _FAR:
            begin -= 1
        members = [names.cut(part) for part in re.split(r"[、和与及/]|以及", text[begin:start]) if part.strip()]
        members = [part for part in members if part]
        if not members or any(len(part) > _LONG_MEMBER for part in members):
            return [one.name]
        if "分别" in "".join(value.words):
            self._queue = [*members[1:], one.name]
            return [members[0]]
        if any(len(part) > _SHORT_MEMBER for part in members) and "均" not in value.words and "都" not in value.words:
            return [one.name]
        return [*members, one.name]

    def _add(self, one: Indicator, value: Value) -> None:
        """Take an indicator in, joining it with the present value stated before it. Conditions may stand between the two."""
        if self._pending is not None and one.role is not Role.CONDITION:
            place, earlier = self._pending
            both = joined(self._text, self._folded, Stated(self._out[place], earlier), Stated(one, value))
            if both is not None:
                self._out[place] = both
                self._pending = None
                return
        self._out.append(one)
        if one.role is not Role.CONDITION:
            self._pending = (len(self._out) - 1, value)


def _alike(last: Indicator, value: Value) -> bool:
    return not value.unit or dimension(last.unit) == dimension(value.unit)


def _degrees(unit: str, name: str, quote: str) -> str:
    """What 度 means here: temperature, electricity or angle, by the property."""
    if not unit.startswith("度"):
        return unit
    if re.search(r"电|能耗|耗能", name + quote):
        return "kW·h" + unit[1:]
    if re.search(r"角|倾|偏转|旋转|转向|视场|方位|俯仰|坡|弯", name + quote):
        return "°" + unit[1:]
    if re.search(r"糖|色度|浊|硬度|酒精|白度|酸度", name):
        return unit
    return "℃" + unit[1:]
