import time
from decimal import Decimal
from uuid import UUID

import pytest

from market.achievements.models import AchievementIndicator
from market.listings.models import IndicatorOperator
from matching.indicators.comparing import Verdict, compare, fulfilment
from matching.indicators.reading import from_row, read_indicators
from matching.indicators.tables import table
from matching.lexicon import lexicon
from matching.training.clusters import Kind, clusters


def _unrelated(_one: str, _other: str) -> float:
    return 0.0


def _compared(need: str, offer: str, same_name=_unrelated):
    return compare(read_indicators("要求" + need), read_indicators(offer), same_name=same_name)


def _verdicts(need: str, offer: str, same_name=_unrelated) -> list[str]:
    return [one.verdict.value for one in _compared(need, offer, same_name)]


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        ("总回收率不低于90%", "总回收率98.5%"),
        ("总回收率不低于90%", "锂总回收率达到90%"),
        ("充电时间不高于15小时", "充电时间不超过12小时"),
        ("堆积密度≥1.80克/立方厘米", "堆积密度1850kg/m³"),
        ("吨水电耗不超过2kWh", "吨水电耗1.2度"),
        ("单位能耗降低30%以上", "单位能耗降低45%"),
        ("单位能耗降低30%以上", "单位能耗由200kWh/t降到120kWh/t"),
        ("单位能耗降低30%", "单位能耗降低45%"),
        ("加热温度1200℃", "加热温度1100～1300℃"),
        ("处理能力不小于50t/d", "处理能力3t/h"),
        ("产品纯度99%", "产品纯度99.9%"),
        ("大肠杆菌检出率为0", "大肠杆菌检出率为0"),
        ("回收率≥95%", "收率97%"),
        ("处理量不小于30m³/h", "日处理能力1000m³/d"),
        ("隐裂检出长度0.3mm以上", "隐裂检出长度0.2mm以上"),
    ],
)
def test_indicator_is_met_when_the_offer_reaches_it(need, offer):
    assert _verdicts(need, offer) == ["met"]


@pytest.mark.parametrize(
    ("need", "offer", "shortfall"),
    [
        ("总回收率不低于90%", "总回收率81%", 0.1),
        ("充电时间不高于15小时", "充电时间1080分钟", 0.2),
        ("使用寿命≥2年", "使用寿命18个月", 0.25),
        ("单位能耗降低30%以上", "单位能耗降低15%", 0.5),
        ("单位能耗降低50%以上", "单位能耗由200kWh/t降到120kWh/t", 0.2),
        ("充电时间不超过15h", "充电时间10～18h", 0.2),
        ("定位误差不超过0.02mm", "定位误差±0.03mm", 0.5),
    ],
)
def test_miss_tells_by_how_much_when_the_offer_falls_short(need, offer, shortfall):
    (found,) = _compared(need, offer)
    assert found.verdict is Verdict.MISSED
    assert found.shortfall == pytest.approx(shortfall, rel=1e-6)


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        ("抗压强度≥40MPa", "抗折强度8MPa"),
        ("总回收率不低于90%", "设备运行温度80℃"),
        ("出水总磷≤0.3mg/L", "进水总磷1.6mg/L"),
        ("氨氮不超过5mg/L", "进水氨氮41mg/L"),
        ("能耗降低30%以上", "能耗120kWh/t"),
        ("回收率不低于90%", "原工艺回收率仅70%"),
        ("保温3小时", "反应8小时"),
        ("加热温度1200℃", "加热温度900℃"),
        ("总回收率不低于90%", "总回收率不超过95%"),
        ("铜回收率不低于90%", "锌回收率85%"),
    ],
)
def test_nothing_is_held_against_the_offer_when_the_values_may_mean_other_things(need, offer):
    assert "missed" not in _verdicts(need, offer)


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        ("零下30℃能照常启动", "工作温度-10~60℃"),
        ("零下30℃不结冰", "使用温度-5℃以上"),
        ("120℃环境下无油运转", "环境温度60℃的台架上运转良好"),
        ("振动加速度达0.5g时读数偏差不超过2%", "振动加速度0.1g时读数偏差1%"),
        ("冻融300次循环后不开裂", "冻融120次循环后出现裂纹"),
        ("常温存放90天", "常温存放40天"),
        ("缺液5%即可识别", "缺液15%时可识别"),
        ("杂质掺入4%即能检出", "杂质掺入12%以上时能检出"),
        ("起火后10秒内切断气源", "起火后约40秒切断气源"),
        ("刀片连续使用不少于200天", "平均连续使用90天后更换"),
        ("膜片用不到150批不更换,连用不少于150批", "连用70批后更换"),
        ("提前48小时预警", "预警提前6小时发出"),
        ("适用管径500~700mm", "适用管径200~350mm"),
        ("提取率不低于90%", "低负荷时提取率93%,高负荷时提取率71%"),
    ],
)
def test_offer_falls_short_when_it_was_tried_under_milder_conditions_only(need, offer):
    assert "missed" in _verdicts(need, offer)


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        ("零下30℃能照常启动", "工作温度-35~60℃"),
        ("零下30℃能照常启动", "冷凝温度-5℃"),
        ("振动加速度达0.5g时读数偏差不超过2%", "振动加速度0.8g时读数偏差1%"),
        ("缺液5%即可识别", "缺液3%时可识别"),
        ("能发现≥1m³/h的漏点", "0.4m³/h的漏点可发现"),
        ("反应4小时", "反应2小时"),
        ("28天抗压强度不低于30MPa", "3天抗压强度31MPa"),
        ("刀片连续使用不少于200天", "刀片已连续使用90天,仍锋利"),
        ("起火后10秒内切断气源", "调试40秒"),
        ("提前48小时预警", "预警提前72小时发出"),
        ("总磷不超过0.3mg/L", "进口氨氮40mg/L、总磷1.6mg/L,处理后总磷0.2mg/L"),
        ("提取率不低于90%", "提取率93%,未处理的提取率71%"),
        ("适用管径500~700mm", "适用管径400~800mm"),
        ("绒毛最长15mm", "绒毛最长18mm"),
        ("吨矿耗量2吨多", "吨矿耗量0.3吨"),
        ("进气压力低于0.3MPa就频繁跳停", "进气压力0.2~0.8MPa"),
    ],
)
def test_nothing_is_held_against_the_offer_when_it_holds_under_harder_conditions(need, offer):
    assert "missed" not in _verdicts(need, offer)


@pytest.mark.parametrize(
    ("need", "offer", "verdict"),
    [
        ("最高转速≥6000r/min", "最低转速200r/min,最高转速8000r/min", "met"),
        ("最高转速≥6000r/min", "最低转速200r/min,最高转速5000r/min", "missed"),
        ("最小弯曲半径不超过30mm", "最大弯曲半径25mm", "unknown"),
        ("最大粒度不超过80μm", "最小粒度8μm", "unknown"),
        ("喷淋流量≥90m³/h", "最小喷淋流量12m³/h,最大喷淋流量160m³/h", "met"),
        ("喷淋流量≥90m³/h", "最小喷淋流量12m³/h", "unknown"),
        ("额定功率≥30kW", "功率20kW,额定功率35kW", "met"),
    ],
)
def test_greatest_and_least_are_two_figures_when_both_bear_the_same_name(need, offer, verdict):
    assert _verdicts(need, offer) == [verdict]
    assert _verdicts(need, offer, lexicon().same) == [verdict]


@pytest.mark.parametrize(
    ("need", "offer", "verdict"),
    [
        ("定位精度达到0.02mm", "定位精度0.008mm", "met"),
        ("定位精度达到0.02mm", "定位精度0.06mm", "missed"),
        ("定位精度提高到0.02mm", "定位精度0.008mm", "met"),
        ("磨削精度不低于0.03mm", "磨削精度达到0.01mm", "met"),
        ("测量精度高于0.4%", "测量精度±0.9%", "missed"),
        ("测温精度达到0.5℃", "测温精度0.2℃", "met"),
        ("检测下限达到0.02ppb", "检测下限0.006ppb", "met"),
        ("灵敏度不低于0.3mg/L", "灵敏度达到0.9mg/L", "missed"),
        ("灵敏度不低于92%", "灵敏度94%", "met"),
        ("预测精度达到90%", "预测精度84%", "missed"),
        ("识别精度达到90%", "识别精度93%", "met"),
    ],
)
def test_finer_is_better_when_a_precision_is_to_be_reached(need, offer, verdict):
    assert _verdicts(need, offer) == [verdict]


@pytest.mark.parametrize(
    ("need", "offer", "verdict"),
    [
        ("测量范围0～60MPa", "测量范围0～20MPa", "missed"),
        ("测量范围0～60MPa", "测量范围0～100MPa", "met"),
        ("量程-50～450℃", "量程0～300℃", "missed"),
        ("工作温度-30～70℃", "工作温度5～40℃", "missed"),
        ("工作温度-30～70℃", "工作温度-40～80℃", "met"),
        ("转速0～2400r/min", "转速1200r/min", "unknown"),
        ("流量30～150m³/h", "流量50～90m³/h", "missed"),
        ("转速不低于2000r/min", "转速100～3000r/min", "met"),
        ("适应海拔0～3500m", "适应海拔0～1200m", "missed"),
        ("腔体温度60±1℃", "腔体温度60±4℃", "missed"),
        ("腔体温度60±1℃", "腔体温度60±0.5℃", "met"),
        ("电源电压220V±5%", "电源电压220V±15%", "met"),
        ("粒径3～6μm", "粒径1～12μm", "unknown"),
        ("粒径3～6μm", "粒径4～5μm", "met"),
        ("烧成温度1350～1550℃", "烧成温度1400～1500℃", "met"),
    ],
)
def test_wider_range_is_better_only_when_it_is_what_the_thing_copes_with(need, offer, verdict):
    assert _verdicts(need, offer) == [verdict]


def test_shortfall_is_the_share_of_the_range_that_is_left_out():
    (found,) = _compared("测量范围0～60MPa", "测量范围0～15MPa")
    assert found.shortfall == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("need", "offer", "verdict"),
    [
        ("设备重量大于800kg的不接受", "设备重量650kg", "met"),
        ("设备重量大于800kg的不接受", "设备重量950kg", "missed"),
        ("阻力高于900Pa一律不考虑", "阻力700Pa", "met"),
        ("提取率低于85%的方案视为不合格", "提取率80%", "missed"),
        ("开孔率30%以下不行,需要45%以上", "开孔率38%", "missed"),
        ("开孔率30%以下不行,需要45%以上", "开孔率50%", "met"),
        ("纯度98%以上,不要求连续", "纯度98.5%", "met"),
        ("纯度98%以上不考虑成本", "纯度97%", "missed"),
    ],
)
def test_refused_values_are_what_is_not_wanted(need, offer, verdict):
    assert _verdicts(need, offer) == [verdict]


@pytest.mark.parametrize(
    ("offer", "verdict"),
    [
        ("分选准确率未能达到90%,仅为83%", "missed"),
        ("分选准确率没有达到90%", "unknown"),
        ("目标分选准确率92%", "unknown"),
        ("项目目标:分选准确率92%", "unknown"),
        ("拟将分选准确率提高到92%", "unknown"),
        ("在线模拟实现分选准确率92%", "met"),
        ("拟合后分选准确率92%", "met"),
        ("目标检测后分选准确率92%", "met"),
    ],
)
def test_value_is_not_offered_when_it_is_only_aimed_at_or_was_not_reached(offer, verdict):
    assert _verdicts("分选准确率不低于90%", offer) == [verdict]


def test_row_is_read_as_its_sentence_when_it_asks_for_a_precision():
    row = AchievementIndicator(
        achievement_id=UUID(int=0),
        name="定位精度",
        operator=IndicatorOperator.AT_LEAST,
        value=Decimal("0.02"),
        unit="mm",
    )
    wanted = from_row(row)
    assert wanted is not None
    (found,) = compare([wanted], read_indicators("定位精度0.008mm"), same_name=_unrelated)
    assert found.verdict is Verdict.MET


def test_condition_is_no_open_question_when_the_offer_does_not_mention_it():
    found = _compared("零下30℃能照常启动,成本不超过3万元", "成本2万元")
    assert [(one.wanted.name, one.verdict.value) for one in found] == [("成本", "met")]


def test_bare_value_is_not_wanted_when_a_bound_on_the_same_property_stands_elsewhere():
    found = _compared("噪声71dB,夜间投诉多,噪声≤62dB", "噪声由71dB降到66dB")
    assert [(one.wanted.high, one.verdict.value) for one in found] == [(62, "missed")]


def test_names_pair_when_only_the_lexicon_knows_them_alike():
    need, offer = "泌水率不高于2%", "渗浆比例3%"
    assert _verdicts(need, offer) == ["unknown"]
    assert _verdicts(need, offer, lambda _one, _other: 0.9) == ["missed"]


def test_present_state_of_the_need_is_not_wanted():
    need = read_indicators("我厂退货率0.8%,返工率7%。要求合格率不低于98%。")
    found = compare(need, read_indicators("退货率0.1%,返工率1%,合格率99%"), same_name=_unrelated)
    assert [one.wanted.name for one in found] == ["合格率"]


def test_one_miss_outweighs_everything_met():
    need = "回收率≥95%,纯度≥99%,吨水电耗≤2kWh,使用寿命≥5年"
    missing = fulfilment(_compared(need, "回收率96%,纯度99.5%,吨水电耗1.5kWh,使用寿命3年"))
    silent = fulfilment(_compared(need, "一种新型装置"))
    full = fulfilment(_compared(need, "回收率96%,纯度99.5%,吨水电耗1.5kWh,使用寿命6年"))
    assert missing.score < silent.score < full.score
    assert (missing.met, missing.missed, missing.unknown) == (3, 1, 0)
    assert -1 <= missing.score <= full.score <= 1
    assert silent.score == 0


def test_near_misses_are_caught_and_full_solutions_are_not_blamed():
    missed = dict.fromkeys(Kind, 0)
    for cluster in clusters()[::3]:
        for case in cluster:
            wanted = read_indicators(case.need.whole)
            for kind, document in case.documents.items():
                found = fulfilment(compare(wanted, read_indicators(document.whole), same_name=_unrelated))
                missed[kind] += found.missed > 0
    # Measured over all 260 needs with the lexicon: 182 near misses caught, 7 and 3 full solutions blamed.
    assert missed[Kind.NEAR_MISS] >= 55
    assert missed[Kind.SAME_WORDS] <= 4
    assert missed[Kind.OTHER_WORDS] <= 3


def test_nothing_compared_scores_nothing():
    assert fulfilment(()).score == 0


def test_broker_sees_what_is_missed_first_and_by_how_much():
    rows = table(_compared("纯度≥99%,回收率≥95%,寿命≥5年", "纯度99.5%,回收率76%"))
    assert [(row.name, row.wanted, row.offered, row.conclusion) for row in rows] == [
        ("回收率", "≥ 95%", "76%", "未达到,差 20%"),
        ("纯度", "≥ 99%", "99.5%", "达到"),
        ("寿命", "≥ 5 年", "未说明", "未说明"),
    ]


def test_six_wanted_and_eight_offered_are_compared_within_a_fifth_of_a_millisecond_when_units_are_known():
    need = read_indicators("要求回收率≥95%,纯度≥99%,电耗≤2kWh/t,寿命≥5年,处理量≥30t/d,含水率≤10%。")
    offer = read_indicators("收率96%,纯度99.5%,温度80℃,压力2MPa,电耗1.5kWh/t,寿命3年,日处理能力40t/d,水分8%。")
    compare(need, offer, same_name=_unrelated)
    best = 1.0
    for _ in range(20):
        started = time.process_time()
        for _ in range(10):
            compare(need, offer, same_name=_unrelated)
        best = min(best, (time.process_time() - started) / 10)
    # Measured below a tenth of a millisecond; the bound leaves room for a busy machine.
    assert best < 0.001
