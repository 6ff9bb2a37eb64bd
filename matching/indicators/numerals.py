"""Numbers as Chinese technical texts write them: 1,500, 3.2×10⁴, 6.5万, 一百二十, 两三, 百分之五, 四分之三, 半."""

import re
from dataclasses import dataclass

_DIGITS = {**{one: n for n, one in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_POWERS = {**_TENS, "万": 10_000, "亿": 100_000_000}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_PARTS = {"百": ("%", 1.0), "千": ("‰", 1.0), "百万": ("ppm", 1.0), "万": ("", 1e-4), "十万": ("", 1e-5)}

# A full-width comma is punctuation in Chinese, never a thousands separator, so it alone stays as it is.
_FOLDED = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) != "，"}
_FOLDED |= dict.fromkeys(map(ord, "−–—─‐‑﹣━"), "-")
_FOLDED |= dict.fromkeys(map(ord, "∼〜˜"), "~")
_FOLDED |= {
    ord(old): new for old, new in zip("≧⩾≦⩽µ﹥﹤∶﹪⁄\u3000\xa0\t\u2126✕•∙⋅・．", "≥≥≤≤μ><:%/   Ω×····.", strict=True)
}

_CN = "零〇一二两三四五六七八九十百千万亿"
# 千 before a unit belongs to the unit (千瓦), 百 and 万 before 分 to a fraction; 万向节, 万能 are words.
_SCALE = r"(?:十|百(?!分)|千(?![瓦克米帕伏牛赫卡焦安分])|万(?![向能用分])|亿){1,2}"
# 1万5千, 2亿3千万; the guards are those of the scales.
_SECOND = r"(?:千万|百万|千(?![瓦克米帕伏牛赫卡焦安分])|百(?!分))"
_ARABIC = (
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15})(?:\.\d{1,12})?"
    r"(?:\s?[×xX*·]\s?10(?:\^\s?[-+]?\d{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]{1,4})|\^\s?[-+]?\d{1,3}|(?<=10)[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]{1,4}|[eE][-+]?\d{1,3}(?![A-Za-z\d]))?"
)
_CHINESE = (
    r"(?:[零〇一二两三四五六七八九]|十|百(?!分)|千(?![瓦克米帕伏牛赫卡焦安分])|万(?![向能用分])|亿){1,12}"
    r"(?:点[零〇一二三四五六七八九]{1,6})?"
)
NUMBER = re.compile(
    rf"(?P<part>百万|十万|百|千|万)分之(?P<share>{_ARABIC}|{_CHINESE})"
    rf"|(?P<denominator>[{_CN}]{{1,4}})分之(?P<numerator>[{_CN}]{{1,4}})"
    r"|(?P<over>\d{1,6})/(?P<under>[1-9]\d{0,6})(?![\d/.])"
    rf"|(?P<arabic>{_ARABIC})(?P<scale>\s?{_SCALE})?(?P<second>(?<=[万亿])[1-9一二两三四五六七八九]{_SECOND})?(?P<more>[余多](?P<later>[十百千万亿](?![瓦向能]))?)?"
    rf"|(?P<chinese>{_CHINESE})(?P<cn_more>[余多](?P<cn_later>[十百千万亿](?![瓦向能]))?)?"
    r"|(?P<half>一?半)"
)
"""Any number. Every quantifier is bounded, so a match costs a constant at each place of the text."""


@dataclass(frozen=True, slots=True)
class Number:
    """`low` and `high` differ in approximations (两三: 2 to 3). `scale` is the 万 or 亿 behind Arabic digits. `unit` is set by 百分之."""

    low: float
    high: float
    scale: float
    unit: str
    more: bool
    chinese: bool


def words(listed: str) -> list[str]:
    """A list of words written in one string, which reads better than a hundred quotation marks."""
    return listed.split()


def fold(text: str) -> str:
    """The text with full-width characters and look-alikes made alike; as long as the original, so that places agree."""
    return text.translate(_FOLDED)


def number(match: re.Match[str]) -> Number:
    """What a match of `NUMBER` says."""
    got = match.groupdict()
    if got["part"]:
        unit, factor = _PARTS[got["part"]]
        value = _plain(got["share"]) * factor
        return Number(value, value, 1.0, unit, more=False, chinese=True)
    if got["denominator"]:
        under = chinese(got["denominator"]) or 1.0
        value = chinese(got["numerator"]) / under
        return Number(value, value, 1.0, "", more=False, chinese=True)
    if got["over"]:
        value = float(got["over"]) / float(got["under"])
        return Number(value, value, 1.0, "", more=False, chinese=False)
    if got["half"]:
        return Number(0.5, 0.5, 1.0, "", more=False, chinese=True)
    if got["chinese"]:
        low, high = _approximate(got["chinese"])
        later = _POWERS.get(got["cn_later"] or "", 1)
        return Number(low * later, high * later, 1.0, "", more=bool(got["cn_more"]), chinese=True)
    scale = 1.0
    for one in (got["scale"] or "").strip() + (got["later"] or ""):
        scale *= _POWERS[one]
    value = _arabic(got["arabic"])
    if got["second"]:
        value += _second(got["second"]) / scale
    return Number(value * scale, value * scale, scale, "", more=bool(got["more"]), chinese=False)


def _second(written: str) -> float:
    """What 5千 adds in 1万5千."""
    value = _DIGITS[written[0]] if written[0] in _DIGITS else int(written[0])
    for one in written[1:]:
        value *= _POWERS[one]
    return float(value)


def chinese(numeral: str) -> float:
    """三千零五十 → 3050, 一百二 → 120, 二〇二五 → 2025, 一点五 → 1.5."""
    whole, _, fraction = numeral.partition("点")
    total = _whole(whole)
    for place, digit in enumerate(fraction, 1):
        total += _DIGITS.get(digit, 0) / 10**place
    return total


def _whole(numeral: str) -> float:
    if not any(one in _POWERS for one in numeral):
        return float("".join(str(_DIGITS[one]) for one in numeral) or 0)
    total = section = digit = 0
    last = 1
    for one in numeral:
        if one in _DIGITS:
            digit = _DIGITS[one]
            last = 10 if one in "零〇" else last
        elif one in _TENS:
            last = _TENS[one]
            section += (digit or 1) * last
            digit = 0
        else:
            total = (total + section + digit or 1) * _POWERS[one]
            section = digit = 0
            last = _POWERS[one]
    return float(total + section + digit * (last // 10 if last > 10 else 1))  # noqa: PLR2004 - 一百二 is 120, 十二 is 12


def _approximate(numeral: str) -> tuple[float, float]:
    """两三 → 2 to 3, 三四十 → 30 to 40; anything else is one number."""
    match = re.fullmatch(r"([一二两三四五六七八九])([二三四五六七八九])([十百千万]{0,2})", numeral)
    if match and _DIGITS[match[1]] < _DIGITS[match[2]]:
        scale = 1
        for one in match[3]:
            scale *= _POWERS[one]
        return float(_DIGITS[match[1]] * scale), float(_DIGITS[match[2]] * scale)
    value = chinese(numeral)
    return value, value


def _plain(written: str) -> float:
    return chinese(written) if written[0] in _CN else _arabic(written)


def _arabic(written: str) -> float:
    """Raises nothing: powers too large for a float become infinite and are dropped by the reader."""
    text = re.sub(r"[\s,]", "", written).translate(_SUPERSCRIPTS)
    match = re.fullmatch(r"([\d.]+)(?:[×xX*·]10\^?([-+]?\d*)|\^([-+]?\d+)|([-+]\d+)|[eE]([-+]?\d+))?", text)
    if match is None:
        # 10⁴ has lost its superscript by the translation above.
        return _power(text)
    base = float(match[1])
    if match[2] or match[5]:
        return _scaled(base, int(match[2] or match[5]))
    if match[3] or match[4]:
        return _scaled(1.0, int(match[3] or match[4])) if base == 10 else base  # noqa: PLR2004
    if text.startswith("10") and written[-1] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
        return _power(text)
    return base


def _power(text: str) -> float:
    digits = text[2:]
    return _scaled(1.0, int(digits)) if text.startswith("10") and digits.isdigit() else float("inf")


def _scaled(base: float, exponent: int) -> float:
    try:
        return float(f"{base!r}e{exponent}")
    except ValueError:
        return float("inf")
