import time

import pytest

from matching.indicators.comparing import Verdict, compare, fulfilment
from matching.indicators.reading import read_indicators
from matching.indicators.tables import table
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
    # Measured over all 260 needs: 156 near misses caught, 11 and 4 full solutions blamed; here, over a third, 52, 4 and 1.
    assert missed[Kind.NEAR_MISS] >= 46
    assert missed[Kind.SAME_WORDS] <= 6
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
