"""Which values are indicators at all: the firm's figures, counts of parts and bare numbers are not."""

import re

from matching.indicators import names
from matching.indicators.leads import EXPLICIT
from matching.indicators.model import Indicator, Role
from matching.indicators.numerals import words
from matching.indicators.values import Value

_BUSINESS = re.compile(
    r"注册资[本金]|员工|职工|成立|营业额|营业收入|营收|销售额|销售收入|产值|论文|专利|获奖|奖金|悬赏|出资|经费|市场规模|市场容量|市场需求|股权|占股|持股|入股|样本量|样本数|数据集|训练集|测试集|验证集|研发人员|技术人员|团队|教授|博士|硕士|高级工程师|立项|课题|资助|拨款|客户|推广到|覆盖\d+个省|省份|市场份额|市占率|资质|科研人员|总资产|固定资产|纳税|税收|利润总额|企业数|授权"
)
_BUSINESS_UNIT = frozenset(words("家 人 项 名 篇 位 座 条 门 项"))
_BUSINESS_SHARES = frozenset({"元", "%", "m^2", "美元", "年", "亩", "个", "件", ""})
_CAPACITY = re.compile(
    r"支持|接入|容纳|可测|识别|并发|承载|覆盖|管理|连接|监测|检测|存储|同时|最多|满足|可供|处理|储存|采集|适应|测量|兼容|分辨|挂接"
)
_TIMES = frozenset(words("次 轮 循环 周期 针 遍 人次 批 炉 釜 亩 株 头 羽 转 字 像素 节点 通道 路"))
_TO_STOP = re.compile(r"[^，。；！？\n;!?、,]{0,10}")
_LETTER = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]")


def accepted(text: str, value: Value, clause: str, one: Indicator) -> bool:
    """Whether the value states an indicator. `clause` is the text up to the value's end, `one` what it would be."""
    if value.of is not None:
        return True
    rest = _TO_STOP.match(text, value.end)
    about_firm = _BUSINESS.search(clause + (rest[0] if rest else ""))
    if about_firm and one.unit in _BUSINESS_UNIT | _BUSINESS_SHARES:
        return False
    if not one.unit:
        return _bare(text, value, one)
    return not value.count or _counted(value, clause, one)


def _bare(text: str, value: Value, one: Indicator) -> bool:
    """A number without unit needs a name that goes without, or a bound."""
    if one.name == "pH" or one.change is not None:
        return True
    if names.may_be_bare(one.name, told=value.told) and not _LETTER.match(text, value.end):
        return True
    strong = value.relation in EXPLICIT or value.ranged or "=" in value.words or "≈" in value.words
    return bool(one.name) and strong and value.told and not _WORD.match(text, value.unit_end)


def _counted(value: Value, clause: str, one: Indicator) -> bool:
    """A count needs a bound, a property (寿命, 次数) or a capacity (支持, 接入); else it only counts parts."""
    if one.unit in {"家", "项", "名"}:
        return False
    if names.says_property(one.name) or value.per:
        return True
    if one.unit in _TIMES and one.role is Role.CONDITION:
        return True
    return (value.told and value.relation in EXPLICIT) or bool(_CAPACITY.search(clause))
