import gc
import time
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from market.achievements.models import AchievementIndicator
from market.listings.models import IndicatorOperator
from matching.indicators.model import Change, Indicator, Relation, Role
from matching.indicators.reading import from_row, read_indicators

_PIECES = st.sampled_from(
    [
        *"0123456789.,-~～至到±×^%(（)）/：:≥≤<>的和、，。 \n",
        "不低于",
        "由",
        "降到",
        "提高",
        "万",
        "一百二十",
        "百分之",
        "分之",
        "每吨",
        "℃",
        "m3/h",
        "mg/L",
        "半",
        "10⁻³",
        "一",
        "目前",
        "GB 8978-1996",
        "分别",
        "kW·h/t",
        "回收率",
        "e99999",
        "9" * 30,
    ]
)


def _one(text: str) -> Indicator:
    (found,) = [one for one in read_indicators(text) if one.role is Role.STATED]
    return found


@pytest.mark.parametrize(
    ("text", "name", "relation", "low", "high", "unit"),
    [
        ("抗冲击韧性≥67%", "抗冲击韧性", "at_least", 67, None, "%"),
        ("堆积密度≥1.80克/立方厘米", "堆积密度", "at_least", 1.8, None, "g/cm^3"),
        ("烧成温度1400～1600℃", "烧成温度", "between", 1400, 1600, "℃"),
        ("处理量30 m³/h", "处理量", "equals", 30, 30, "m^3/h"),
        ("响应时间不超过10秒", "响应时间", "at_most", None, 10, "s"),
        ("98%以上的回收率", "回收率", "at_least", 98, None, "%"),
        ("吨产品电耗降至６５０ｋＷｈ以下", "吨产品电耗", "at_most", None, 650, "kW·h"),
        ("粒径2mm≤d≤4mm", "粒径", "between", 2, 4, "mm"),
        ("定位精度±0.02mm", "定位精度", "at_most", None, 0.02, "mm"),
        ("电压380V±5%", "电压", "between", 361, 399, "V"),
        ("使用寿命一年半以上", "使用寿命", "at_least", 1.5, None, "年"),
        ("成本不高于6.5万元", "成本", "at_most", None, 65000, "元"),
        ("体积电阻率大于3.2×10^4Ω·cm", "体积电阻率", "above", 32000, None, "Ω·cm"),
        ("出勤率九成五以上", "出勤率", "at_least", 95, None, "%"),
        ("每吨矿石电耗低于35度", "电耗", "below", None, 35, "kW·h/t"),
        ("刀具寿命1万2千小时", "刀具寿命", "equals", 12000, 12000, "h"),
        ("造价2亿3千万元以下", "造价", "at_most", None, 2.3e8, "元"),
        ("储存温度零下15至零下25度", "储存温度", "between", -25, -15, "℃"),
        ("出水pH值6~9", "pH", "between", 6, 9, ""),
    ],
)
def test_value_is_read_when_written_one_of_many_ways(text, name, relation, low, high, unit):
    found = _one(text)
    assert (found.relation, found.low, found.high, found.unit) == (relation, low, high, unit)
    assert name in found.name or found.name in name
    assert found.name


def test_present_value_is_the_origin_when_the_target_follows():
    found = _one("含水率由80%降到40%以下")
    assert (found.name, found.relation, found.high, found.origin) == ("含水率", Relation.AT_MOST, 40, 80)
    later = _one("目前回收率只有60%,希望达到85%以上。")
    assert (later.low, later.origin) == (85, 60)


def test_amount_is_a_change_when_the_verb_says_so():
    assert (_one("成品率提高15%以上").change, _one("能耗降低三成").change) == (Change.INCREASE, Change.DECREASE)
    assert _one("能耗降低到三成以下").change is None


def test_passes_of_trials_are_one_indicator():
    found = _one("三轮考核两轮达标")
    assert (found.name, found.low, found.of, found.unit) == ("考核", 2, 3, "轮")


def test_name_does_not_go_on_when_the_next_value_measures_something_else():
    load, start = read_indicators("要求:负荷下限25%以下,15分钟内启动")
    assert (load.name, start.name, start.high) == ("负荷下限", "", 15)


def test_each_member_gets_its_bound_when_a_list_shares_the_operator():
    found = read_indicators("抗压、抗折强度分别不低于40MPa和8MPa")
    assert [(one.name, one.relation, one.low) for one in found] == [
        ("抗压", Relation.AT_LEAST, 40),
        ("抗折强度", Relation.AT_LEAST, 8),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "符合GB 8978-1996和HJ 2.2-2018要求",
        "2025年3月建成,电话0951-6881234",
        "采用Q235钢和304不锈钢,防护等级IP65,能效一级",
        "H2O2与TiCl4按1:3混合",
        "一体化三维半自动装置,两班倒,24小时值守",
        "公司注册资本5000万元,员工300人,获专利12项",
        "三个模块、2条生产线,配3号泵",
        "(P<0.05,n=60)见图3和表2",
        "外形尺寸600×400×300mm",
    ],
)
def test_nothing_is_read_when_numbers_are_no_indicators(text):
    assert read_indicators(text) == ()


def test_value_is_a_condition_when_it_says_under_what_another_holds():
    found = read_indicators("在-40℃下冲击功不小于27J")
    assert [(one.role, one.low) for one in found] == [(Role.CONDITION, -40), (Role.STATED, 27)]


@pytest.mark.parametrize(
    "text",
    [
        "对现有锤击器降噪:噪声不超过85dB",
        "在现有压滤机上使含水率降到20%以下",
        "浸出量比原工艺提高7%",
        "求旧辊修复技术:修复层厚度不小于6mm",
    ],
)
def test_value_is_wanted_when_only_the_thing_to_be_changed_is_of_today(text):
    assert _one(text).role is Role.STATED


def test_value_is_a_condition_when_nothing_may_happen_under_it():
    for text in ("零下25℃能照常清扫", "零下15℃不结冰", "弯曲10万次不剥落", "缺液5%即可识别", "连用70批后更换"):
        assert [one.role for one in read_indicators(text)] == [Role.CONDITION], text


def test_value_is_not_demanded_when_it_tells_how_things_are():
    present, wanted = read_indicators("我厂磨矿粒度为75μm。要求尾矿品位不高于0.3%。")
    assert (present.demanded, wanted.demanded) == (False, True)


@pytest.mark.parametrize("trouble", ["放到第14天pH掉到3.9以下", "要封闭三十多天才能通车", "我公司窑炉内径3.2～4.6m"])
def test_value_is_not_demanded_when_it_tells_the_trouble_or_the_asker_s_own_plant(trouble):
    read = read_indicators(f"需要改进,{trouble}")
    assert read
    assert not any(one.demanded for one in read)


def test_quote_stands_in_the_text_when_characters_are_full_width():
    text = "要求：纯度≥９９．５％；水分≤０．１％。"
    for one in read_indicators(text):
        assert text[one.start : one.end] == one.quote
        assert one.quote


@settings(max_examples=250, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=25).map("".join)))
@example("1≤百分之0")
@example("含量9%≤d≤3%,介于9%和3%之间")
@example("由80%到9可调,10×10^99999m,万分之零")
def test_reading_never_fails_whatever_the_text(text):
    for one in read_indicators(text):
        assert text[one.start : one.end] == one.quote
        ends = [end for end in (one.low, one.high) if end is not None]
        assert ends
        assert all(end == end and abs(end) != float("inf") for end in ends)  # noqa: PLR0124 - no NaN
        assert one.low is None or one.high is None or one.low <= one.high


def _seconds(text: str) -> float:
    """Of the processor, the better of two turns; without looking for garbage, which takes the longer the more tests ran before."""
    gc.disable()
    try:
        return min(_turn(text) for _ in range(2))
    finally:
        gc.enable()


def _turn(text: str) -> float:
    started = time.process_time()
    read_indicators(text)
    return time.process_time() - started


@pytest.mark.parametrize(
    "piece",
    ["回收率≥95%,", "9", "一百", "1,234", "mg/L·", "((((", "的", "每吨", "<1≤d", "10×", "、铜", "-", "1~"],
)
def test_time_grows_with_the_text_and_no_faster(piece):
    read_indicators("抗压强度≥40MPa")
    short, long = piece * (2_000 // len(piece)), piece * (20_000 // len(piece))
    base = _seconds(short)
    # Ten times the text may take ten times as long; a backtracking expression would take a hundred times.
    assert _seconds(long) < 30 * max(base, 0.002)


def test_fifty_thousand_characters_are_read_in_seconds():
    text = "含水率由80%降到40%以下,回收率≥95%;GB 8978-1996,1:3。" * 1_300
    assert len(text) > 50_000
    assert _seconds(text) < 10


def _row(**values) -> AchievementIndicator:
    return AchievementIndicator(achievement_id=UUID(int=1), position=0, **values)


def test_row_is_an_indicator_when_it_holds_numbers():
    found = from_row(_row(name="投资", operator=IndicatorOperator.AT_MOST, value=Decimal(120), unit="万元"))
    assert found is not None
    assert (found.name, found.relation, found.high, found.unit, found.low) == (
        "投资",
        Relation.AT_MOST,
        1_200_000,
        "元",
        None,
    )
    ranged = from_row(
        _row(name="温度", operator=IndicatorOperator.BETWEEN, value=Decimal(5), value_high=Decimal(9), unit="摄氏度")
    )
    assert ranged is not None
    assert (ranged.low, ranged.high, ranged.unit) == (5, 9, "℃")


def test_row_in_words_is_read_when_its_words_hold_a_number():
    found = from_row(_row(name="含水率", operator=IndicatorOperator.TEXT, text="由80%降到40%以下"))
    assert found is not None
    assert (found.name, found.high, found.origin) == ("含水率", 40, 80)
    assert from_row(_row(name="外观", operator=IndicatorOperator.TEXT, text="无明显色差")) is None


def test_row_is_a_change_when_its_name_says_so():
    found = from_row(_row(name="能耗降低", operator=IndicatorOperator.AT_LEAST, value=Decimal(20), unit="%"))
    assert found is not None
    assert (found.name, found.change) == ("能耗", Change.DECREASE)
