"""Units as texts write them, and the one spelling that the project uses: 立方米每小时, m3/h and ㎥/小时 are all m^3/h."""

import re
from functools import lru_cache

from matching.indicators.numerals import words

_CHINESE = {
    "公斤": "kg", "千克": "kg", "毫克": "mg", "微克": "μg", "纳克": "ng", "克": "g", "吨": "t", "市斤": "斤", "斤": "斤",
    "立方厘米": "cm^3", "立方毫米": "mm^3", "立方分米": "dm^3", "立方米": "m^3", "标方": "Nm^3", "立方": "m^3", "方": "m^3",
    "平方公里": "km^2", "平方千米": "km^2", "平方厘米": "cm^2", "平方毫米": "mm^2", "平方米": "m^2", "平米": "m^2",
    "公顷": "hm^2", "亩": "亩",
    "公里": "km", "千米": "km", "厘米": "cm", "公分": "cm", "毫米": "mm", "微米": "μm", "纳米": "nm", "分米": "dm", "米": "m",
    "毫升": "mL", "微升": "μL", "公升": "L", "升": "L",
    "毫秒": "ms", "微秒": "μs", "纳秒": "ns", "秒钟": "s", "秒": "s", "分钟": "min", "个小时": "h", "小时": "h", "个钟头": "h",
    "昼夜": "d", "天": "d", "日": "d", "个星期": "周", "星期": "周", "周": "周", "个月": "月", "年": "年",
    "千瓦时": "kW·h", "千瓦·时": "kW·h", "千瓦小时": "kW·h", "度电": "kW·h", "度": "度", "兆瓦": "MW", "千瓦": "kW", "毫瓦": "mW", "瓦时": "W·h", "瓦": "W",
    "吉帕": "GPa", "兆帕": "MPa", "千帕": "kPa", "帕": "Pa", "大气压": "atm", "千伏安": "kVA", "千伏": "kV", "毫伏": "mV", "伏": "V",
    "毫安时": "mA·h", "毫安": "mA", "安时": "A·h", "安培": "A", "安": "A", "千牛": "kN", "牛顿": "N", "牛": "N",
    "千赫": "kHz", "兆赫": "MHz", "吉赫": "GHz", "赫兹": "Hz", "赫": "Hz", "分贝": "dB", "摄氏度": "℃", "开尔文": "K",
    "兆焦": "MJ", "千焦": "kJ", "焦耳": "J", "焦": "J", "大卡": "kcal", "千卡": "kcal", "流明": "lm", "勒克斯": "lx", "尼特": "cd/m^2",
    "欧姆": "Ω", "兆欧": "MΩ", "千欧": "kΩ", "欧": "Ω", "特斯拉": "T", "马力": "马力", "道尔顿": "Da", "邵氏A": "邵A", "邵A": "邵A",
    "转/分钟": "rpm", "转/分": "rpm", "转每分钟": "rpm", "转每分": "rpm",
    "元人民币": "元", "元": "元", "块钱": "元", "美元": "美元", "欧元": "欧元", "个百分点": "百分点", "百分点": "百分点", "个数量级": "数量级", "数量级": "数量级",
    "倍": "倍", "目": "目", "番": "番", "像素": "px", "兆字节": "MB",
}  # fmt: skip
_LATIN = [
    "%", "‰", "℃", "℉", "°", "ppm", "ppb", "K", "nm", "μm", "mm", "cm", "dm", "m", "km", "L", "mL", "μL", "dL", "ng", "μg", "mg", "g", "kg", "t",
    "s", "ms", "μs", "ns", "min", "h", "d", "a", "kW", "W", "mW", "MW", "GW", "kVA", "VA", "MVA", "kW·h", "W·h", "MW·h", "mA·h", "A·h",
    "V", "kV", "mV", "μV", "A", "mA", "μA", "kA", "Ω", "kΩ", "MΩ", "mΩ", "μΩ", "GΩ", "F", "μF", "pF", "nF", "mF", "T", "mT", "Gs", "S", "mS", "μS",
    "Pa", "kPa", "MPa", "GPa", "hPa", "mPa", "bar", "mbar", "atm", "psi", "Torr", "N", "kN", "mN", "cN", "J", "kJ", "MJ", "GJ", "mJ", "kcal", "cal",
    "Hz", "kHz", "MHz", "GHz", "THz", "dB", "dBm", "rpm", "fps", "lm", "lx", "cd", "mol", "mmol", "μmol", "nmol", "kmol", "CFU", "IU", "U", "NTU",
    "HRC", "HB", "HBW", "HV", "°Bx", "Da", "kDa", "dtex", "tex", "eV", "keV", "bit", "kbit", "Mbit", "Gbit", "B", "KB", "MB", "GB", "TB", "px", "cP", "cSt", "Nm^3",
    "m^2", "m^3", "cm^2", "cm^3", "mm^2", "mm^3", "dm^3", "km^2", "hm^2", "Pa·s", "mPa·s", "N·m", "kN·m", "copies", "mas", "sccm", "QPS", "TPS", "pm",
    "dBi", "MPN", "Ω/□", "arcsec", "rad", "mrad", "Bq", "Gy", "cpm", "C", "mC", "ppt", "pC", "dpi", "ha", "D", "Å", "wt%", "vol%", "mol%",
]  # fmt: skip
_MENDED = {
    "KW": "kW", "Kw": "kW", "kw": "kW", "KWh": "kW·h", "KWH": "kW·h", "kWh": "kW·h", "kwh": "kW·h", "Kwh": "kW·h", "kw·h": "kW·h", "kW.h": "kW·h", "kw.h": "kW·h",
    "KW·h": "kW·h", "KW·H": "kW·h", "Wh": "W·h", "wh": "W·h", "MWh": "MW·h", "mAh": "mA·h", "mah": "mA·h", "MAH": "mA·h", "Ah": "A·h", "ah": "A·h",
    "ml": "mL", "ML": "mL", "l": "L", "ul": "μL", "uL": "μL", "um": "μm", "UM": "μm", "us": "μs", "ug": "μg", "uA": "μA", "uF": "μF", "uS": "μS", "umol": "μmol",
    "°C": "℃", "oC": "℃", "KG": "kg", "Kg": "kg", "KM": "km", "Km": "km", "MM": "mm", "CM": "cm", "NM": "nm", "MG": "mg", "Mg": "mg", "sec": "s", "hr": "h", "H": "h",
    "Min": "min", "MIN": "min", "mins": "min", "Mpa": "MPa", "mpa": "MPa", "MPA": "MPa", "pa": "Pa", "PA": "Pa", "Kpa": "kPa", "KPa": "kPa", "KPA": "kPa", "kpa": "kPa",
    "Gpa": "GPa", "GPA": "GPa", "hz": "Hz", "HZ": "Hz", "KHz": "kHz", "KHZ": "kHz", "khz": "kHz", "Mhz": "MHz", "MHZ": "MHz", "mhz": "MHz", "ghz": "GHz", "GHZ": "GHz",
    "db": "dB", "DB": "dB", "Db": "dB", "dB(A)": "dB", "db(A)": "dB", "dB（A）": "dB", "dBA": "dB", "KV": "kV", "Kv": "kV", "kv": "kV", "v": "V", "KA": "kA", "ma": "mA", "w": "W",
    "KVA": "kVA", "kva": "kVA", "KN": "kN", "Kn": "kN", "KJ": "kJ", "Kcal": "kcal", "KCal": "kcal", "PPM": "ppm", "Ppm": "ppm", "PPB": "ppb", "RPM": "rpm", "Rpm": "rpm", "r/min": "rpm",
    "rad/min": "rpm", "FPS": "fps", "Mbps": "Mbit/s", "Gbps": "Gbit/s", "kbps": "kbit/s", "Kbps": "kbit/s", "lux": "lx", "Lux": "lx", "LUX": "lx", "cfu": "CFU", "nM": "nmol/L", "μM": "μmol/L", "uM": "μmol/L", "mM": "mmol/L",
    "ntu": "NTU", "㎡": "m^2", "㎥": "m^3", "㎝": "cm", "㎜": "mm", "㎞": "km", "㎎": "mg", "㎏": "kg", "㎖": "mL", "㎛": "μm", "㎚": "nm", "㎾": "kW", "㎩": "Pa", "㎪": "kPa", "㎫": "MPa", "㎐": "Hz", "㎑": "kHz", "㎒": "MHz", "ℓ": "L",
    "mpa·s": "mPa·s", "mPa.s": "mPa·s", "mpa.s": "mPa·s", "MPa·s": "mPa·s", "Pa.s": "Pa·s", "N.m": "N·m", "Nm": "N·m", "N*m": "N·m", "kN.m": "kN·m", "mPas": "mPa·s", "hm2": "hm^2", "hm²": "hm^2", "Nm3": "Nm^3", "Nm³": "Nm^3", "NM3": "Nm^3", "Nm^3": "Nm^3",
    "ha": "hm^2", "°Brix": "°Bx", "Brix": "°Bx", "gf": "gf", "kgf": "kgf", "mbps": "Mbit/s", "HRc": "HRC", "DTEX": "dtex", "ohm": "Ω", "Mw": "MW", "′": "′", "″": "″", "T/h": "t/h",
}  # fmt: skip
COUNTS = frozenset(
    words(
        "次 轮 个 台 套 件 只 头 株 条 根 片 种 项 人 辆 路 点 户 家 位 张 页 瓶 袋 箱 盒 支 枚 粒 颗 层 组 批 帧 字 行 道 轴 孔 锅 炉 罐 桶 车 趟 圈 针 包 卷 块 座 类 款 羽 尾 匹 穴 丛 节 段 门 副 例 处 通道 循环 周期 节点 转 笔 人次 车次 台次 mesh 味 拷贝 管 杯 孔板 棵 捆 垛 份 册 幅 朵 匝 芯 对 步 遍 度次 条目 名"
    )
)
"""Words that count things: they make an indicator only where the count is bounded or a capacity."""

_ATOMS = {**{one: one for one in _LATIN}, **_CHINESE, **_MENDED, **{one: one for one in COUNTS}}
_PER_TIME = {"年": "a", "个月": "月"}


def _alternatives(words: set[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(words, key=lambda one: (-len(one), one)))


_LETTERED = {one for one in _ATOMS if (one[-1].isascii() and one[-1].isalpha()) or one[-1] in "ΩÅ"}
# 年月日 and 分 name dates and parts of words as well; what follows decides.
_ATOM = (
    rf"(?:(?:{_alternatives(_LETTERED)})(?![A-Za-z])|(?:{_alternatives(set(_ATOMS) - _LETTERED)}))"
    r"(?:\^?[-]?[23]|[²³])?(?![\d])"
)
_BELOW = rf"(?:\d{{1,7}}(?:\.\d{{1,3}})?\s?)?(?:{_ATOM}|月|分|时|[百千万]米|吨水|人|孔)"
_BRACKETED = rf"\(\s?{_BELOW}(?:\s?[·*.×]\s?{_BELOW}){{1,3}}\s?\)"
UNIT = re.compile(
    rf"(?P<top>{_ATOM}(?:\s?[·*.×]\s?{_ATOM}){{0,2}})(?P<rest>(?:\s?(?:/|每)\s?(?:{_BRACKETED}|{_BELOW})(?:\s?·\s?{_ATOM}){{0,2}}){{0,3}}"
    rf"(?:\s?·?[a-zμ]{{1,3}}\^?-[123]){{0,2}})"
)
"""A whole unit, with its denominators."""
_PIECE = re.compile(rf"(?P<count>\d+(?:\.\d+)?\s?)?(?P<atom>{_ATOM}|月|分|时|[百千万]米|吨水|人|孔)")
_EXPONENT = re.compile(r"(\^?-?[23]|[²³])$")
_RAISED = {"²": "2", "³": "3"}
_COUNTED = {"百": "100", "千": "1000", "万": "10000", "十": "10", "百万": "1000000"}
_MEANS_LATER = {
    "分": "min",
    "时": "h",
    "月": "月",
    "百米": "100m",
    "千米": "km",
    "万米": "10000m",
    "吨水": "t",
    "年": "a",
    "天": "d",
    "日": "d",
    "年度": "a",
}
_WHOLE = {
    "转/分": "rpm",
    "转/分钟": "rpm",
    "r/min": "rpm",
    "r/分": "rpm",
    "帧/s": "帧/s",
    "fps": "帧/s",
    "转/min": "rpm",
    "度/s": "°/s",
    "g·cm^-3": "g/cm^3",
}


@lru_cache(maxsize=4096)
def spell(written: str) -> str:
    """The project's spelling of a unit as written (folded); a unit that is not known stays as it is.

    An expression such as "m3/(m2·h)" keeps its shape: products with `·`, powers with `^`, a product below the line in brackets.
    """
    text = written.strip()
    if text in _ATOMS:
        return _ATOMS[text]
    if text in _WHOLE:
        return _WHOLE[text]
    match = UNIT.fullmatch(text)
    if match is None:
        return _ATOMS.get(text, text)
    spelled = "·".join(_atom(one[0], later=False) for one in _PIECE.finditer(match["top"])) + _below(match["rest"])
    return _WHOLE.get(spelled, spelled)


def per(spelled: str, below: str, count: str = "") -> str:
    """The unit of an amount counted per something: kW·h and 吨 give kW·h/t."""
    bottom = _MEANS_LATER.get(below) or spell(below)
    if bottom in {"1", ""}:
        return spelled
    if f"{spelled}/{bottom}" in _WHOLE:
        return _WHOLE[f"{spelled}/{bottom}"]
    return f"{spelled}/{_COUNTED.get(count, count)}{bottom}"


def _below(rest: str) -> str:
    result = ""
    for part in re.split(r"/|每", rest)[1:]:
        atoms = [_atom(one[0], later=True) for one in _PIECE.finditer(part)]
        result += f"/({'·'.join(atoms)})" if len(atoms) > 1 else f"/{atoms[0]}" if atoms else ""
    return result


def _atom(piece: str, *, later: bool) -> str:
    match = _PIECE.fullmatch(piece.strip())
    if match is None:
        return piece
    atom, count = match["atom"], (match["count"] or "").strip()
    raised = ""
    if atom not in _ATOMS and (power := _EXPONENT.search(atom)):
        raised = "^" + _RAISED.get(power[1], power[1].lstrip("^"))
        atom = atom[: power.start()]
    if later and atom in _MEANS_LATER:
        return f"{count}{_MEANS_LATER[atom]}"
    return f"{count}{_ATOMS.get(atom, atom)}{raised}"
