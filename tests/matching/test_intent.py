"""What a need asks and what an offer is: on sentences of our own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import intent
from matching.intent import OfferingKind, asked_weights, kind_fit

pytestmark = pytest.mark.once

NEED = (
    "我公司成立于2006年,占地120亩,员工300人,年产值4亿元。主要产品畅销西北五省,市场前景广阔。"
    "目前采用人工翻堆,车间粉尘大,工人投诉多。前期试过喷淋,效果不好。"
    "希望解决翻堆粉尘问题,作业点粉尘浓度不高于4 mg/m³。湿法降尘不考虑。合作方式面议。"
)


def weight_of(text, words):
    found = [weight for start, end, weight in asked_weights(text) if words in text[start:end]]
    assert len(found) == 1
    return found[0]


def test_what_is_asked_weighs_most_when_a_need_tells_of_its_company_too():
    assert weight_of(NEED, "希望解决") == 1.0
    assert weight_of(NEED, "成立于") == weight_of(NEED, "畅销") == weight_of(NEED, "面议") == 0.2
    assert weight_of(NEED, "试过喷淋") == weight_of(NEED, "湿法降尘") == 0.3
    assert 0.3 < weight_of(NEED, "人工翻堆") < 1.0


@pytest.mark.parametrize(
    "sentence",
    [
        "需要一套污泥低温干化设备。",
        "求枸杞脱蜡的新办法,不伤果皮。",
        "要求出水氨氮不高于5 mg/L。",
        "攻克大尺寸单晶开裂的难题。",
        "我厂年产3000吨,现要求收率不低于92%。",
        "滤饼含水率≤30%。",
        "把周期缩到8小时以内。",
    ],
)
def test_sentence_asks_when_it_says_what_is_to_be_reached(sentence):
    assert weight_of(sentence + "公司成立于1998年。", sentence[:6]) == 1.0


@pytest.mark.parametrize(
    "sentence",
    [
        "公司是国家高新技术企业,拥有发明专利12项。",
        "本企业注册资本5000万元,主营铸件。",
        "产品远销东南亚,市场需求逐年上升。",
        "项目建成后预计带动就业200人。",
        "已建成中试车间一座,具备试验条件。",
        "曾用石灰中和,收效甚微。",
        "含钴的涂层不接受。",
        "联系人王工,经费预算80万元。",
    ],
)
def test_sentence_weighs_little_when_it_only_tells(sentence):
    assert weight_of("希望降低能耗两成。" + sentence, sentence[:5]) <= 0.3


def test_everything_under_a_heading_of_background_weighs_little():
    text = "一、需求内容\n降低烧结矿粉化率。\n二、现有工作基础\n需要说明的是,已完成小试,粉化率低于30%。\n"
    assert weight_of(text, "已完成小试") <= 0.3


def test_all_of_a_need_is_asked_when_nothing_asks():
    text = "羊毛洗涤废水浓度高,臭味大。三台气浮机常堵。"
    assert {weight for _, _, weight in asked_weights(text)} == {1.0}


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="希望我公司成立于2。;\n 一、需求内容:现有基础\t不考虑≤5%", max_size=80))
def test_sentences_are_in_order_and_lose_nothing_when_text_is_anything(text):
    reached = 0
    for start, end, weight in asked_weights(text):
        assert text[reached:start].strip(" \n\t。;") == ""
        assert start < end
        assert 0 < weight <= 1
        reached = end
    assert text[reached:].strip(" \n\t。;") == ""


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("含氟废水深度除氟工艺", OfferingKind.PROCESS),
        ("餐厨垃圾三相分离装置", OfferingKind.EQUIPMENT),
        ("耐磨陶瓷复合涂层", OfferingKind.MATERIAL),
        ("输煤皮带撕裂在线监测系统", OfferingKind.TESTING),
        ("牛奶抗生素残留快速检测试剂盒", OfferingKind.TESTING),
        ("钢轨探伤设备的研制", OfferingKind.TESTING),
        ("园区能源管理信息平台", OfferingKind.SOFTWARE),
        ("化工企业安全培训课程", OfferingKind.SERVICE),
        ("抗倒伏青贮玉米新品种选育", OfferingKind.VARIETY),
        ("低钴储氢合金制备与性能评价", OfferingKind.PROCESS),
    ],
)
def test_offer_is_of_the_kind_that_its_title_says(title, kind):
    assert intent.offering_kind(title, "") == kind


def fit(need, achievement):
    return kind_fit(intent.wanted_kinds(*need), intent.offered_kinds(*achievement))


DUST = ("翻堆车间粉尘治理", NEED)
REMOVES = ("条垛翻堆密闭罩与滤筒除尘装置", "罩内负压收集,滤筒过滤,脉冲清灰,排放浓度3 mg/m³。")
MEASURES = ("翻堆车间粉尘浓度在线监测仪", "激光散射探头,测量误差5%,超限报警。")
MANAGES = ("翻堆车间粉尘信息管理系统", "数据上传云端,手机端推送,看板显示。")
TEACHES = ("车间粉尘防护培训课程", "讲授个体防护,学员结业考核。")
ASKS_TO_MEASURE = ("车间粉尘浓度实时监测", "需要粉尘浓度在线检测仪表,测量误差不超过10%,能报警。")


def test_testing_software_and_training_are_no_solution_when_a_process_problem_is_to_be_solved():
    assert fit(DUST, REMOVES) > 0
    for wrong in (MEASURES, MANAGES, TEACHES):
        assert fit(DUST, wrong) < -0.2


def test_testing_fits_and_a_process_does_not_when_testing_is_asked_for():
    assert fit(ASKS_TO_MEASURE, MEASURES) > 0.3
    assert fit(ASKS_TO_MEASURE, REMOVES) < 0
    assert fit(ASKS_TO_MEASURE, TEACHES) < -0.2


def test_software_and_training_fit_when_they_are_asked_for():
    assert (
        fit(("园区能耗管理软件", "需要能耗数据统一采集与展示的软件平台。"), ("园区能源管理信息平台", MANAGES[1])) > 0.3
    )
    assert fit(("新员工安全培训", "求一套安全培训课程。"), TEACHES) > 0.3


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=4, max_size=4))
def test_kinds_sum_to_one_and_fit_stays_in_range_when_texts_are_anything(texts):
    wanted, offered = intent.wanted_kinds(*texts[:2]), intent.offered_kinds(*texts[2:])
    assert sum(wanted.values()) == pytest.approx(1)
    assert sum(offered.values()) == pytest.approx(1)
    assert -1 <= kind_fit(wanted, offered) <= 1
