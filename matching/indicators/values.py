"""Values in a text: number, range, tolerance and unit, with the words that say how they bind. Names come later."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from matching.indicators import leads, spelling
from matching.indicators.model import Change, Relation
from matching.indicators.numerals import NUMBER, Number, chinese, number
from matching.indicators.units import convert

_MASKED = re.compile(
    r"(?:(?:GB|HJ|ISO|IEC|ASTM|DB|NY|JB|HG|YY|DL|QB|SN|CJ|TB|MT|JGJ|JTG|JTJ|SH|SY|YS|YB|EN|DIN|IEEE|UL|FZ|LY|SL|AQ|GJB|WS|YC|NB|TSG|CECS|AATCC|JIS|BS|API|AWS)(?:[/ ]?[TZ])?[ -]?\d[\d./:-]{0,16})"
    r"|\b(?:ZL|CN|US|EP|WO|PCT)\s?\d[\d.]{5,16}[A-Z]?\d?"
    r"|(?:19|20)\d\d\s?[-~至到]\s?(?:19|20)?\d\d\s?年(?!产)|(?:19|20)\d\d\s?年(?!产)度?(?:\d{1,2}月(?:\d{1,2}[日号])?)?|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}月\d{1,2}[日号]|[零〇一二两三四五六七八九]{4}年"
    r"|(?:十[一二三四五六]五|“?十[一二三四五]五”?)(?:规划|期间|计划|以来|末)|[“\"]十[一二三四五六]五[”\"]"
    r"|\d{1,8}(?:\.\d{1,8})?(?:\s?:\s?\d{1,8}(?:\.\d{1,8})?){1,3}(?![\d℃%])"
    r"|[-]\d{1,8}\s?目|\d{1,8}\s?[×xX*]\s?\d{1,8}\s?目|[Pp]\s?[<>=]\s?0\.\d{1,8}|\b[Nn]\s?=\s?\d{1,8}|\[\d{1,3}(?:[-,]\d{1,3})*\]"
    r"|7\s?[×xX*]\s?24(?:\s?小时)?|(?:(?:[图表第]|(?<=[公见])式)\s?\(?|附件|附图|附表|方案|路线|步骤|阶段|实施例|权利要求)\d{1,4}|第[一二三四五六七八九十百]{1,4}"
    r"|(?:316|304|317|904)L|\b[248]K(?![A-Za-z0-9/·.])(?=[\u4e00-\u9fff])|\d{1,4}\s?[#号]|\b1\d{10}\b|\b0\d{2,3}-\d{7,8}\b|(?:电话|邮编|QQ|传真|微信|热线)[:：]?\s?[\d-]{5,16}"
    r"|(?:\d{1,8}(?:\.\d{1,8})?\s?(?:mm|cm|m|μm|毫米|厘米|米)?\s?[×xX*]\s?){1,2}\d{1,8}(?:\.\d{1,8})?\s?(?:mm|cm|m|μm|毫米|厘米|米)?(?![\d^⁰¹²³⁴⁵⁶⁷⁸⁹])(?=[^0-9^])"
    r"|24\s?小时(?:值守|在线|监控|值班|服务|不间断|轮班|监测|响应|自动|连续|运行|待命|热线)"
    r"|\d{1,2}:\d{2}"
)
_ONE_TIME = re.compile(r"一(?:分钟|个?小时|天|年|班)(?![内以之左上半])")
_INTERVAL = re.compile(r"\s?(?:个?小时|分钟|秒|天|周|个月|年)[^，。；]{0,6}一次")
_POWER = re.compile(r"[×xX*·]\s?10(?:\^|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])")
_RANGE = re.compile(r"\s?(?:~|-{1,2}|至(?!少|多|今)|到)\s?(?=[-+零]?(?:[\d一二两三四五六七八九十百半]|零下))")
_PLUS_MINUS = re.compile(r"\s?(?:±|\+/-)\s?(?=\d)")
_BOUNDED_ABOVE = re.compile(
    r"\s?(?P<first>[≤<])\s?(?P<name>[A-Za-z\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff]{0,7})\s?(?P<second>≤|<|=)?\s?(?P<third>[≤<])?\s?(?=[-\d])"
)
_TENTHS = re.compile(r"成(?P<more>[一二三四五六七八九半])?(?=[以左右上的多,，。;、\s)之下内不]|$)")
_AND_HALF = re.compile(r"半(?![成径自])")
_SMALL_MONEY = re.compile(r"块(?P<tenths>\d|[一二三四五六七八九])(?![\d.])|块(?=钱|[,，。;)以左]|$)")
_NO_UNIT_BEHIND = re.compile(
    r"\s?(?:级|号|代|型|系列?|届|版|寸|英寸|[A-Za-z#]|位数?(?=[\u4e00-\u9fff])|类|区|楼|钢|院|大|强)"
)
_SIGNED = re.compile(r"(?:(?<![A-Za-z0-9)\]%℃])-|零下|负(?!载|荷|极|压|责|离|电|温)|\+)$")


@dataclass(slots=True)
class Value:
    """A number or range as it stands in the text. `start` is where its lead begins, `number_at` the number itself."""

    start: int
    number_at: int
    end: int
    low: float
    high: float
    unit: str
    relation: Relation
    told: bool
    change: Change | None = None
    target: bool = False
    origin_mark: bool = False
    tolerance: bool = False
    unit_end: int = 0
    origin: float | None = None
    of: float | None = None
    name: str | None = None
    count: bool = False
    words: tuple[str, ...] = ()
    per: str = ""
    per_count: str = ""
    refused: bool = False

    @property
    def ranged(self) -> bool:
        return self.relation is Relation.BETWEEN


def values(text: str) -> Iterator[Value]:
    """Every value of a folded text, in order, that could be an indicator's. Each place of the text is looked at a bounded number of times."""
    masked = _masks(text)
    at = floor = 0
    while (match := NUMBER.search(text, at)) is not None:
        at = match.end()
        start = match.start()
        end_of_mask = masked.get(start)
        if end_of_mask is not None:
            at = max(at, end_of_mask)
            floor = at
            continue
        if _ONE_TIME.match(text, start) or (text[start - 1 : start] == "每" and not _INTERVAL.match(text, at)):
            # 每2米, 一分钟: what the next value is counted per.
            continue
        if _inside_word(text, match):
            at = _past_word(text, match.end())
            continue
        value = _value(text, match, floor)
        if value is not None:
            floor = at = max(value.end, match.end())
            yield value


def _masks(text: str) -> dict[int, int]:
    """Where standards, dates, ratios and the like stand: each place in them, with their end."""
    places: dict[int, int] = {}
    for match in _MASKED.finditer(text):
        if _POWER.search(match[0]) or (
            match[0][0].isdigit() and re.match(r"[⁰¹²³⁴⁵⁶⁷⁸⁹^]", text[match.end() : match.end() + 1])
        ):
            continue
        for place in range(match.start(), match.end()):
            places[place] = match.end()
    return places


def _inside_word(text: str, match: re.Match[str]) -> bool:
    before = text[match.start() - 1] if match.start() else ""
    if not before:
        return False
    if before.isascii() and (before.isalpha() or before == "_"):
        return not text[max(0, match.start() - 2) : match.start()].casefold().endswith(("ph", "ra", "rz"))
    if before in "-." and match.start() > 1 and not match["chinese"]:
        earlier = text[match.start() - 2]
        return earlier.isascii() and earlier.isalnum()
    return before in "#_" or "\u2080" <= before <= "\u2089"


def _past_word(text: str, at: int) -> int:
    """The end of a model number, so that X-100/3B gives nothing."""
    while at < len(text) and text[at].isascii() and (text[at].isalnum() or text[at] in "-_."):
        at += 1
    return at


def _value(text: str, match: re.Match[str], floor: int) -> Value | None:
    first = number(match)
    sign, start = 1.0, match.start()
    if signed := _SIGNED.search(text, max(floor, start - 2), start):
        start = signed.start()
        sign = 1.0 if signed[0] == "+" else -1.0
    unit, end, extra = _unit(text, match.end(), first)
    low, high = sign * (first.low + extra), sign * (first.high + extra)
    approximate = first.low != first.high
    written_unit_at = end
    ranged = _range(text, end, first, low, unit)
    if ranged is not None:
        low, high, unit, end = ranged
        approximate = True
    elif spread := _spread(text, end, low, unit):
        low, high, unit, end = spread
        approximate = True
    if (
        text[start - 1 : start] == "("
        and text[end : end + 1] == ")"
        and not unit
        and (more := spelling.UNIT.match(text, end + 1))
    ):
        start, end, unit = start - 1, more.end(), spelling.spell(more[0])
    if not all(map(math.isfinite, (low, high))):
        return None
    if (
        first.chinese
        and not unit
        and not match["part"]
        and not match["denominator"]
        and text[match.start() : match.end()] != "一半"
    ):
        return None
    if not unit and _NO_UNIT_BEHIND.match(text, end):
        return None
    value = _bound(text, floor, start, end, (min(low, high), max(low, high)))
    value.unit, value.unit_end, value.number_at = unit, max(written_unit_at, value.unit_end), start
    value.count = unit in spelling.COUNTS
    if approximate and not value.tolerance:
        value.relation = Relation.BETWEEN
    elif first.more and value.relation in {Relation.EQUALS, Relation.ABOUT}:
        value.relation = Relation.ABOVE
    return value


def _bound(text: str, floor: int, start: int, end: int, ends: tuple[float, float]) -> Value:
    """The value with its relation: what stands behind decides before what stands in front."""
    lead = leads.lead(text, floor, start)
    behind, loose, stop = leads.behind(text, end)
    relation = lead.relation
    if behind is not None and relation not in leads.EXPLICIT - {Relation.AT_LEAST}:
        # 达到80%以下 and 控制在5以内: the word behind binds; 超过5以上 does not make sense and keeps its front.
        relation = behind
    elif loose or (lead.about and relation in {None, Relation.EQUALS}):
        relation = Relation.ABOUT
    told = relation is not None
    if lead.tolerance and relation is not Relation.BELOW:
        relation = Relation.AT_MOST
    return Value(
        lead.at, start, stop, ends[0], ends[1], "", relation or Relation.EQUALS, told,
        change=lead.change, target=lead.target, origin_mark=lead.origin, tolerance=lead.tolerance, unit_end=end, words=tuple(lead.words),
        per=lead.per, per_count=lead.per_count,
    )  # fmt: skip


def _unit(text: str, at: int, first: Number) -> tuple[str, int, float]:
    """The unit behind a number, its end, and what a 半 or the small change behind it adds."""
    if first.unit:
        return first.unit, at, 0.0
    if special := _spoken_unit(text, at, first):
        return special
    extra = 0.0
    if text[at : at + 2] == "个半" and text[at + 2 : at + 3] in "月小星钟":
        extra, at = 0.5, at + 2
        if text[at] == "月":
            return "月", at + 1, extra
    match = spelling.UNIT.match(text, at) or (spelling.UNIT.match(text, at + 1) if text[at : at + 1] == " " else None)
    if match is None or _not_a_unit(text, match, first):
        return "", at, extra
    if match[0] in {"年", "天", "周", "个月", "小时"} and (half := _AND_HALF.match(text, match.end())):
        return spelling.spell(match[0]), half.end(), 0.5
    return spelling.spell(match[0]), match.end(), extra


def _spoken_unit(text: str, at: int, first: Number) -> tuple[str, int, float] | None:
    """九成五 in per cent, 6块8 in 元."""
    if (tenths := _TENTHS.match(text, at)) and first.high <= 10:  # noqa: PLR2004 - ten tenths are the whole
        more = 0.0 if not tenths["more"] else 5.0 if tenths["more"] == "半" else chinese(tenths["more"])
        return "%", tenths.end(), first.low * 9 + more
    if money := _SMALL_MONEY.match(text, at):
        written = money["tenths"]
        tenth = 0.0 if not written else (float(written) if written.isdigit() else chinese(written)) / 10
        return "元", money.end(), tenth
    return None


_WORD_BEHIND = {
    "年": re.compile(r"[份代级轮龄度]|来|(?:的)?(?:研[究发]|攻关|努力|经验|历史|多的)|前|底"), "月": re.compile("."), "日": re.compile(r"[常程历]"),
    "天": re.compile(r"[然线车津]"), "方": re.compile(r"[案法面式向程位便形]"), "安": re.compile(r"[全装]"), "度": re.compile(r"[量假区]|设防|空间|抗震|地震|烈度"), "米": re.compile(r"[饭粉糠]"),
    "克": re.compile(r"[隆服]"), "升": re.compile(r"[级高降温至到]"), "个": re.compile(r"[体性别]"), "点": re.compile(r"[阵云源蚀]|五|一"), "周": re.compile(r"[边期围长]"), "次": re.compile(r"[氯要生序级优品性合成]"),
    "元": re.compile(r"[素件器宝]"), "行": re.compile(r"[业为星程车]"), "字": re.compile(r"[符节段]"), "步": re.compile(r"[法骤进]"), "面": re.compile("."), "道": re.compile(r"[路]"), "台": re.compile(r"[阶面]"), "头": re.compile(r"[部]"), "条": re.compile(r"[件]"), "位": re.compile(r"[置移]"),
    "层": re.compile(r"[压流状]"), "组": re.compile(r"[分成件合]"), "段": re.compile(r"[式]"), "轴": re.compile(r"[承联向]"), "类": re.compile("."), "种": re.compile(r"[植子]"), "节": re.compile(r"[能水约]"), "倍": re.compile(r"[率频增]"), "项": re.compile("[目]"), "分": re.compile("."), "对": re.compile("[称比]"), "门": re.compile("."), "名": re.compile("[称]"),
}  # fmt: skip


def _not_a_unit(text: str, match: re.Match[str], first: Number) -> bool:
    """Whether the unit's characters only begin a word (3D打印, 方案, 元素), or a Chinese numeral one (一次, 三维, 一点)."""
    pattern = _WORD_BEHIND.get(match[0])
    if pattern is not None and pattern.match(text, match.end()):
        return True
    if match[0] in {"B", "D", "C", "T", "U", "S", "a", "F", "px", "段", "门", "类", "级"}:
        return True
    return first.chinese and first.low <= 1 and match[0] in spelling.COUNTS | {"点", "方", "度", "升", "安", "周"}


def _range(text: str, at: int, first: Number, low: float, unit: str) -> tuple[float, float, str, int] | None:
    """The far end of "6~9万元", "500毫升至1升", "-20℃~60℃"."""
    between = _RANGE.match(text, at)
    if between is None:
        return None
    place, sign = between.end(), 1.0
    if text[place : place + 1] in "-+":
        sign, place = (-1.0 if text[place] == "-" else 1.0), place + 1
    elif text.startswith("零下", place):
        sign, place = -1.0, place + 2
    match = NUMBER.match(text, place)
    if match is None:
        return None
    second = number(match)
    second_unit, end, extra = _unit(text, match.end(), second)
    high = sign * (second.high + extra)
    if unit and second_unit and unit != second_unit:
        moved = convert(low, unit, second_unit)
        if moved is None:
            return None
        low = moved
    elif not unit and second.scale > 1 and first.scale == 1 and first.low <= second.high / second.scale:
        low *= second.scale
    falling = low < 0 and high < 0  # 零下20至零下30度
    if (
        low >= high
        and not falling
        and (text[between.start() : between.end()].strip() in {"-", "到", "至"} or second.chinese)
    ):
        return None
    return low, high, second_unit or unit, end


def _spread(text: str, at: int, middle: float, unit: str) -> tuple[float, float, str, int] | None:
    """380V±5%, 50±5mm, 60%±4%."""
    between = _PLUS_MINUS.match(text, at)
    match = NUMBER.match(text, between.end()) if between else None
    if match is None:
        return None
    got = number(match)
    second, end, _ = _unit(text, match.end(), got)
    width = got.high
    if second == "%" and unit != "%" and unit:
        width = abs(middle) * width / 100
        return middle - width, middle + width, unit, end
    return middle - width, middle + width, unit or second, end


def bounded_above(text: str, value: Value) -> re.Match[str] | None:
    """For "2mm≤d≤4mm": the part between the two values."""
    return _BOUNDED_ABOVE.match(text, value.unit_end)
