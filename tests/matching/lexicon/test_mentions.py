"""Finding concepts in texts, with surfaces quoted as they stand there."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.lexicon import AskedConcepts, Joined, Lexicon, lexicon
from matching.lexicon.rows import read_rows

pytestmark = pytest.mark.once

OWN = """term,also,english,broader,kind
烧碱,氢氧化钠|苛性钠|NaOH,caustic soda,无机碱,chemical
无机碱,,inorganic base,碱类,chemical
碱类,,,,chemical
二氧化碳,CO2|碳酸气,carbon dioxide,,chemical
一氧化碳,CO|煤气主要成分,carbon monoxide,,chemical
含水率,水分|含水量,moisture content,,property
面积单位,m2,,,property
公司,会社,,,product
太阳能电池,光伏电池,solar cell,,component
换热器,热交换器,heat exchanger,,equipment
管壳式换热器,列管换热器,,换热器,equipment
寿命,使用寿命,service life,,property
氧化铝,三氧化二铝|Al2O3,alumina,,material
"""


@pytest.fixture(scope="module")
def own():
    rows, problems = read_rows("own.csv", OWN)
    assert problems == []
    return Lexicon(rows)


def concepts(found):
    return [mention.concept for mention in found]


def test_names_of_one_concept_are_found_when_written_differently(own):
    text = "以ＮａＯＨ代替苛性钠,即caustic soda(氢氧化钠)"
    assert [mention.surface for mention in own.mentions(text)] == ["ＮａＯＨ", "苛性钠", "caustic soda", "氢氧化钠"]
    assert set(concepts(own.mentions(text))) == {"烧碱"}


def test_longest_name_wins_when_names_overlap(own):
    assert concepts(own.mentions("列管换热器、换热器")) == ["管壳式换热器", "换热器"]


def test_latin_name_is_no_mention_when_it_is_part_of_a_word(own):
    assert concepts(own.mentions("CO2与CO,COD、co-op、ECO")) == ["二氧化碳", "一氧化碳", "一氧化碳"]
    assert own.mentions("NaOHx") == ()
    assert concepts(own.mentions("含CO的烟气")) == ["一氧化碳"]


def test_plural_is_quoted_whole_when_english_names_take_an_s(own):
    assert [mention.surface for mention in own.mentions("thin-film solar cells; Solar-cell")] == [
        "solar cells",
        "Solar-cell",
    ]
    assert own.mentions("solar cellsx") == ()


def test_two_characters_of_two_words_are_no_mention_when_they_meet(own):
    assert own.mentions("采用废水分离工艺") == ()
    assert concepts(own.mentions("滤饼水分较高")) == ["含水率"]


def test_sign_is_not_cut_in_two_when_it_folds_to_several_letters(own):
    assert own.mentions("㍿") == own.mentions("") == ()
    assert [(one.surface, one.start) for one in own.mentions("㍿与㎡,加烧碱")] == [("㎡", 2), ("烧碱", 5)]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "烧碱",
                "ＮａＯＨ",
                "CO2",
                "㎡",
                "㍿",
                "ﬁ",
                "水分",
                "废",
                "离",
                "s",
                " ",
                "-",
                "é",
                "İ",
                "ß",
                "Solar Cell",
                "0",
            ]
        )
    )
)
def test_every_mention_stands_in_the_text_as_quoted(pieces):
    text = "".join(pieces)
    reached = 0
    for mention in lexicon().mentions(text):
        assert text[mention.start : mention.end] == mention.surface
        assert reached <= mention.start < mention.end
        reached = mention.end


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_no_text_is_refused(text):
    shipped = lexicon()
    for mention in shipped.mentions(text):
        assert text[mention.start : mention.end] == mention.surface
    assert all(weight > 0 for weight in shipped.rewordings(text).values())
    assert shipped.same(text, text) in {0.0, 1.0}


def test_broader_concepts_count_less_when_narrower_ones_are_mentioned(own):
    assert own.concepts_in("NaOH") == {"烧碱": 1.0, "无机碱": 0.3, "碱类": pytest.approx(0.09)}
    assert own.concepts_in("烧碱与无机碱")["无机碱"] == pytest.approx(1.3)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("含水率", "水分", 1.0),
        ("产品含水率", "水分", 1.0),
        ("滤饼含水率", "滤饼水分", 1.0),
        ("滤饼含水率", "水分", 0.6),
        ("滤饼含水率", "污泥水分", 0.0),
        ("Al2O3含量", "氧化铝含量", 1.0),
        ("管壳式换热器", "热交换器", 0.6),
        ("换热器寿命", "列管换热器使用寿命", 0.6),
        ("粒径(D50)", "粒径(D90)", 0.0),
        ("28天抗压强度", "3天抗压强度", 0.0),
        ("最高含水率", "最低含水率", 0.0),
        ("最大含水率", "最高水分", 1.0),
        ("拉力", "拉力", 1.0),
        ("拉力", "含水率", 0.0),
        ("", "", 0.0),
    ],
)
def test_names_of_indicators_are_the_same_when_their_concepts_are(own, one, other, expected):
    assert own.same(one, other) == own.same(other, one) == expected


def test_rewordings_are_tokens_that_the_text_lacks(own):
    found = own.rewordings("以烧碱中和")
    assert found["氢氧化钠"] == 1.0
    assert found["caustic"] == 0.5
    assert "烧碱" not in found
    assert own.rewordings("没有概念") == {}


def test_texts_are_joined_when_they_name_a_concept_differently(own):
    assert own.joining("求烧碱回收,含水率低于10%", "以膜法回收NaOH,水分8%") == [
        Joined("烧碱", "NaOH", "烧碱"),
        Joined("含水率", "水分", "含水率"),
    ]


def test_nothing_joins_when_texts_share_the_name_or_a_part_of_it(own):
    assert own.joining("烧碱与氢氧化钠", "氢氧化钠") == []
    assert own.joining("使用寿命长", "寿命长") == []
    assert own.joining("烧碱", "无机碱") == []


def share(own, title, text, achievement):
    return AskedConcepts(own, title, text).joined_share(own.names_in(achievement))


def test_share_is_of_the_concepts_that_have_other_names_when_texts_are_joined(own):
    assert share(own, "", "烧碱回收,含水率低", "以膜法回收NaOH") == 0.5
    assert share(own, "烧碱回收", "含水率低", "以膜法回收NaOH") == pytest.approx(2 / 3)
    assert share(own, "烧碱回收", "含水率低", "回收苛性钠,水分少") == 1.0
    assert share(own, "烧碱回收", "", "回收烧碱(NaOH)") == 0.0
    assert share(own, "", "", "NaOH") == share(own, "烧碱", "", "") == 0.0


def test_share_is_smaller_when_the_achievement_speaks_of_a_broader_or_narrower_concept_only(own):
    assert share(own, "", "热交换器", "管壳式换热器") == pytest.approx(1 / 3)
    assert share(own, "", "换热器", "管壳式换热器") == 0.0  # the word is in both: nothing to join
    assert share(own, "", "碱类", "NaOH 与 inorganic base") == pytest.approx(1 / 3)
    assert share(own, "", "NaOH", "无机碱") == pytest.approx(1 / 3)
    assert share(own, "", "NaOH", "无机碱,如烧碱") == 1.0


def test_joining_and_share_agree_on_what_is_joined():
    shipped = lexicon()
    need, achievement = "换热器结垢严重,能耗不得升高,使用寿命五年", "电场阻止成垢,能源消耗减两成,服役寿命八年"
    joined = shipped.joining(need, achievement)
    assert joined != []
    assert AskedConcepts(shipped, "", need).joined_share(shipped.names_in(achievement)) > 0


def test_300_characters_take_less_than_a_third_of_a_millisecond():
    text = (
        "某厂循环冷却水结垢严重,换热器三个月清洗一次,换热效率下降,希望以电化学方法除垢,浊度不高于10NTU,能耗低,无需加药。"
        * 6
    )[:300]
    shipped = lexicon()
    shipped.mentions(text)
    durations = []
    for _ in range(40):
        begun = time.process_time_ns()
        shipped.mentions(text)
        durations.append(time.process_time_ns() - begun)
    assert min(durations) < 300_000
