import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from market.achievements.models import Achievement
from market.kernel.ids import new_id
from market.needs.models import Need
from matching.bounds import RoughBounds
from matching.corpus import Corpus
from matching.fact_upkeep import facts_of
from matching.learning.ranker import Ranker
from matching.lexicon import AskedConcepts, lexicon
from matching.profiles import AchievementText, Conditions, profile_achievement, profile_need
from matching.scoring import best_pairs, condition_values, prepare_need, rank, score_pair
from matching.solution import MOST

NOW = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)
CONDITIONS = Conditions(
    field_code="01", industry_code=None, local_industry_code=None, price_cny=None, trl=None, published_at=None
)


class CountingEngine:
    """Stands for an index in which every token is in one document of a hundred."""

    def document_frequencies(self, _field, tokens):
        return dict.fromkeys(tokens, 1)


BUSY, FREE = new_id(), new_id()
CORPUS = Corpus(CountingEngine(), 100, 60.0)
CORPUS_IN_TALKS = CORPUS.with_talks({BUSY: 10})


def need_of(title: str, **fields) -> Need:
    return Need(
        id=new_id(), owner_party_id=new_id(), title=title, field_code="05", created_at=NOW, updated_at=NOW, **fields
    )


def achievement_of(title: str, **fields) -> Achievement:
    return Achievement(
        id=new_id(), owner_party_id=new_id(), title=title, field_code="05", created_at=NOW, updated_at=NOW, **fields
    )


def scored(need: Need, achievement: Achievement):
    return score_pair(prepare_need(profile_need(need), CORPUS), profile_achievement(achievement), CORPUS, now=NOW)


TEXTS = st.text(alphabet="碳化硅回收羊肉保鲜分盐结晶 AGV3.5%,。\n", max_size=40)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS, st.none() | st.integers(1, 9))
def test_score_when_texts_are_anything_is_the_sum_of_its_parts(title, problem, other_title, summary, trl):
    pair = scored(
        need_of(title, problem=problem, published_at=NOW), achievement_of(other_title, summary=summary, trl=trl)
    )

    assert math.fsum(pair.parts.values()) == pytest.approx(pair.score, abs=1e-9)
    assert 0 <= pair.score <= 100
    assert all(value >= 0 for name, value in pair.parts.items() if name not in MOST)
    for term in pair.terms:
        assert term in f"{title}\n{problem}"
        assert term.casefold() in f"{other_title}\n{summary}".casefold()


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, st.lists(st.tuples(TEXTS, TEXTS, st.none() | st.integers(1, 9)), max_size=12), st.integers(1, 4))
def test_best_pairs_when_only_some_are_wanted_are_the_first_of_all(title, problem, offers, size):
    need = prepare_need(profile_need(need_of(title, problem=problem, min_trl=4, published_at=NOW)), CORPUS)
    offered = [profile_achievement(achievement_of(name, summary=text, trl=trl)) for name, text, trl in offers]

    best = best_pairs(((need, one) for one in offered), CORPUS, now=NOW, size=size)

    assert best == rank(score_pair(need, one, CORPUS, now=NOW) for one in offered)[:size]


WORDS = [
    "换热器",
    "结垢",
    "清洗",
    "管壳式",
    "热交换设备",
    "NaOH",
    "烧碱",
    "苛性钠",
    "回收",
    "含水率≤10%",
    "水分8%",
    "含水率20%",
    "寿命≥5年",
    "使用寿命3年",
    "水",
    "检测仪",
    "软件平台",
    "培训",
    "PVC管",
    "聚氯乙烯",
    "caustic",
    "要求",
    ",",
    "。",
]
TELLING = st.lists(st.sampled_from(WORDS), max_size=14).map("".join)
UNIT = st.integers(0, 40).map(lambda number: np.array([math.cos(number), math.sin(number)], np.float32))
RANKER = Ranker(1, "", ("characters", "kind"), (0.1, 0.0), (30.0, -20.0))


@st.composite
def offers(draw):
    fields = {
        "keywords": draw(st.lists(st.sampled_from(["碱", "膜"]), max_size=1)),
        "summary": draw(TELLING),
        "trl": draw(st.none() | st.integers(1, 9)),
        "asking_price_cny": draw(st.none() | st.integers(0, 12).map(Decimal)),
        "published_at": draw(st.none() | st.just(NOW - timedelta(days=90))),
    }
    profile = profile_achievement(achievement_of(draw(TELLING), **fields))
    conditions = replace(profile.conditions, owner_party_id=draw(st.sampled_from([BUSY, FREE, None])))
    profile = replace(profile, conditions=conditions)
    if draw(st.booleans()):  # what its text tells is stored
        stored = AchievementText(profile.title, profile.body, facts_of(profile.text))
        profile = replace(profile, text=stored)
    return replace(profile, vector=draw(st.none() | UNIT), commonness=draw(st.none() | st.floats(0.0, 1.0, width=16)))


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(
    TELLING, TELLING, st.lists(offers(), min_size=8, max_size=16), st.integers(1, 5), st.none() | UNIT, st.booleans()
)
def test_best_pairs_when_many_are_bounded_together_are_the_first_of_all(title, problem, offered, size, vector, learned):
    fields = {"problem": problem, "published_at": NOW, "budget_max_cny": Decimal(10), "min_trl": 4}
    profile = replace(profile_need(need_of(title, **fields)), vector=vector)
    need = prepare_need(profile, CORPUS_IN_TALKS, RANKER if learned else None)
    everything = [score_pair(need, one, CORPUS_IN_TALKS, now=NOW) for one in offered]

    best = best_pairs(((need, one) for one in offered), CORPUS_IN_TALKS, now=NOW, size=size)

    assert best == rank(everything)[:size]
    rough = RoughBounds(need, offered, CORPUS_IN_TALKS, now=NOW)
    closer = rough.closer(range(len(offered)))
    for pair, bound, limit in zip(everything, closer, rough.limits, strict=True):
        assert pair.score <= bound.limit() <= limit + 1e-9


@settings(max_examples=100, deadline=None)
@given(TELLING, TELLING)
@example("烧碱", "用 NaOH 回收")
@example("烧碱", "用 caustic sodas 回收")
@example("热交换器", "管壳式换热设备")
def test_concepts_when_looked_for_by_their_names_are_never_missed(asked, offered):
    concepts = AskedConcepts(lexicon(), asked[:6], asked)
    text = profile_achievement(achievement_of("x", summary=offered)).text

    assert (
        concepts.joined_share(lexicon().names_in(offered))
        <= concepts.most_joined(text.text, offered, text.chars) + 1e-9
    )


def test_score_when_texts_have_nothing_in_common_is_zero_whatever_the_conditions():
    pair = scored(
        need_of("羊肉保鲜", published_at=NOW, budget_max_cny=Decimal("100.00"), min_trl=5),
        achievement_of("氢气储运", published_at=NOW, asking_price_cny=Decimal("90.00"), trl=9),
    )

    assert pair.score == 0
    assert pair.terms == ()


def test_score_when_the_solution_is_named_beats_a_neighbour():
    need = need_of("单晶硅片切割废砂浆中碳化硅的回收", problem="废砂浆外运处置费用高")

    named = scored(need, achievement_of("废砂浆碳化硅微粉回收技术"))
    neighbour = scored(need, achievement_of("单晶硅片清洗设备"))

    assert named.score > neighbour.score
    assert "碳化硅" in named.terms


def test_score_when_the_solution_is_only_a_title_beats_a_whole_text_about_a_neighbour():
    need = need_of(
        "单晶硅片切割废砂浆中碳化硅的回收",
        problem="工厂每小时切割单晶硅片四千片,废液和废砂浆集中收集后外运,费用高。希望维护方便。",
    )
    text = (
        "用于硅片切割后的清洗:槽内循环药液去除硅片表面的砂浆和金属离子,甩干后送检。设备有六个槽,机械臂自动上下料,药液在线过滤,"
        "废液集中收集。已在三家工厂运行,每小时清洗四千片,碎片率低于千分之一,药液费用比原来低三成,操作只要一人,占地少,维护方便。"
    )

    named = scored(need, achievement_of("废砂浆碳化硅微粉回收"))
    neighbour = scored(need, achievement_of("单晶硅片清洗设备", summary=text))

    assert named.score > neighbour.score


@pytest.mark.parametrize("title", ["换热器结垢清洗技术培训班", "换热器结垢在线检测仪", "换热器结垢大数据管理平台"])
def test_score_when_the_same_thing_is_only_taught_measured_or_recorded_is_below_one_that_solves_it(title):
    need = need_of("换热器结垢清洗", problem="换热器结垢严重,停机清洗频繁,要求不停机清除结垢。")

    other = scored(need, achievement_of(title, summary="针对换热器结垢严重、停机清洗频繁的问题。"))
    solution = scored(need, achievement_of("管内自动除垢装置", summary="换热器运行中自动清除结垢,无需停机。"))

    assert other.parts["kind"] < 0
    assert other.parts["kind"] <= -0.2 * (other.parts["characters"] + other.parts["words"] + other.parts["title"])
    assert solution.parts["kind"] > 0


def test_score_when_only_the_background_agrees_is_lower_than_when_the_request_does():
    need = need_of("生产线改造", problem="需求内容:\n羊肉保鲜。\n现有工作基础:\n高盐废水处理站一座。")

    assert scored(need, achievement_of("羊肉保鲜")).score > scored(need, achievement_of("高盐废水")).score


def test_score_when_a_latin_word_only_lies_inside_another_does_not_count():
    need = need_of("AGV 调度")

    assert "AGV" in scored(need, achievement_of("重载 AGV 平台")).terms
    assert scored(need, achievement_of("SAGVX 平台")).terms == ()


def test_score_when_text_needs_consent_ignores_it():
    need = need_of("等离子体熔融处置")
    achievement = achievement_of("危废处置", description="等离子体熔融", disclosure={"description": "consent"})

    assert scored(need, achievement).terms == ("处置",)


def test_score_when_a_price_needs_consent_gives_nothing_for_it():
    need = need_of("羊肉保鲜", budget_max_cny=Decimal("100.00"))
    open_price = achievement_of("羊肉保鲜", asking_price_cny=Decimal("90.00"))
    hidden_price = achievement_of(
        "羊肉保鲜", asking_price_cny=Decimal("90.00"), disclosure={"asking_price_cny": "consent"}
    )

    assert scored(need, open_price).parts["price"] > 0
    assert scored(need, hidden_price).parts["price"] == 0


def test_rank_when_scores_are_equal_goes_by_id():
    need = need_of("羊肉保鲜")
    pairs = [scored(need, achievement_of("羊肉保鲜")) for _ in range(5)]

    assert rank(reversed(pairs)) == rank(pairs) == sorted(pairs, key=lambda pair: str(pair.achievement.id))


@pytest.mark.parametrize(
    ("need", "achievement", "name", "expected"),
    [
        ({"field_code": "05"}, {"field_code": "05"}, "field", 1.0),
        ({"field_code": ""}, {"field_code": ""}, "field", 0.0),
        ({"local_industry_code": "JZ01"}, {"local_industry_code": "JZ01"}, "industry", 1.0),
        ({"industry_code": "C"}, {"industry_code": "C"}, "industry", 0.6),
        ({"trl": 6}, {"trl": 7}, "readiness", 1.0),
        ({"trl": 6}, {"trl": None}, "readiness", 0.0),
        ({"trl": None}, {"trl": 9}, "readiness", 1.0),
        ({"needed_by": NOW.date() + timedelta(days=100)}, {"trl": 8}, "readiness", 1.0),
        ({"needed_by": NOW.date() + timedelta(days=100)}, {"trl": 6}, "readiness", 0.5),
        ({"needed_by": NOW.date() + timedelta(days=100), "trl": 9}, {"trl": 8}, "readiness", 0.75),
        ({"needed_by": NOW.date() + timedelta(days=900), "trl": 5}, {"trl": 5}, "readiness", 1.0),
        ({"region_code": "640104"}, {"region_code": "640104"}, "region", 1.0),
        ({"region_code": "640104"}, {"region_code": "640521"}, "region", 1 / 3),
        ({"region_code": "640104"}, {"region_code": "310000"}, "region", 0.0),
        ({"region_code": "640104"}, {"region_code": None}, "region", 0.0),
        ({"transfer_ways": frozenset({"licence", "transfer"})}, {"transfer_ways": frozenset({"licence"})}, "ways", 0.5),
        ({"transfer_ways": frozenset()}, {"transfer_ways": frozenset({"licence"})}, "ways", 0.0),
        ({"price_cny": Decimal(100)}, {"price_cny": Decimal(60)}, "price", 1.0),
        ({"price_cny": Decimal(100)}, {"price_cny": Decimal(10)}, "price", 0.6),
        ({"price_cny": Decimal(100)}, {"price_cny": None}, "price", 0.0),
        ({"price_cny": Decimal(0)}, {"price_cny": Decimal(0)}, "price", 0.0),
        ({"published_at": NOW}, {"published_at": NOW - timedelta(days=180)}, "freshness", 0.75),
    ],
)
def test_condition_values_when_one_condition_is_given(need, achievement, name, expected):
    left = Conditions(**{**vars(CONDITIONS), **need})
    right = Conditions(**{**vars(CONDITIONS), "field_code": "02", **achievement})

    assert condition_values(left, right, NOW)[name] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("owner", "talks", "expected"),
    [
        (FREE, {BUSY: 10}, 1.0),
        (BUSY, {BUSY: 10}, 0.5),
        (BUSY, {BUSY: 30}, 0.25),
        (None, {BUSY: 10}, 0.0),
        (BUSY, None, 0.0),
    ],
)
def test_capacity_when_the_owner_leads_talks_is_the_less_the_more_they_are(owner, talks, expected):
    achievement = replace(CONDITIONS, owner_party_id=owner)

    assert condition_values(CONDITIONS, achievement, NOW, talks)["capacity"] == pytest.approx(expected)
