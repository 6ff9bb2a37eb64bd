from datetime import date, timedelta
from decimal import Decimal

from market.listings.models import ListingStatus
from market.matches.models import Match
from market.needs.models import Exclusivity
from matching.explanation import PART_LABELS, Around, explain
from matching.learning.examples import LEARNED_PART
from matching.queries import scores_by_need
from matching.weights import weights
from tests.factories.achievements import make_achievement, make_achievement_indicator
from tests.factories.matches import make_match
from tests.factories.needs import make_need, make_need_indicator


def match_of(need, achievement, terms=("枸杞", "干燥")) -> Match:
    return Match(
        need_id=need.id,
        achievement_id=achievement.id,
        score=50.0,
        terms=list(terms),
        model_version="test",
        computed_at=need.created_at,
        created_at=need.created_at,
        updated_at=need.created_at,
    )


def test_reasons_when_all_is_known_name_terms_and_conditions(session, clock):
    need = make_need(
        session,
        clock,
        budget_max_cny=Decimal("800000.00"),
        min_trl=6,
        accepted_region_codes=["640000"],
        transfer_ways=["licence"],
        exclusivity=Exclusivity.EXCLUSIVE,
        needed_by=date(2027, 1, 1),
    )
    achievement = make_achievement(
        session, clock, asking_price_cny=Decimal("500000.00"), trl=7, available_from=date(2026, 5, 1)
    )

    text = "\n".join(explain(match_of(need, achievement), need, achievement).sentences)

    assert "“枸杞”" in text
    assert "50.00 万元,在需求预算上限 80.00 万元以内" in text
    assert "技术成熟度 7 级,满足需求要求的 6 级" in text
    assert "在需求方可接受的地区内" in text
    assert "许可" in text
    assert "独占" in text
    assert "可以赶上" in text


def test_reasons_when_there_are_no_common_words_say_so(session, clock):
    need, achievement = make_need(session, clock), make_achievement(session, clock)

    assert "没有共同的专业词语" in explain(match_of(need, achievement, terms=()), need, achievement).sentences[0]


def test_reasons_when_readiness_is_unknown_ask_to_verify(session, clock):
    need, achievement = make_need(session, clock, min_trl=6), make_achievement(session, clock, trl=None)

    text = "\n".join(explain(match_of(need, achievement), need, achievement).sentences)

    assert "成果未填写,请向成果方核实" in text
    assert "补充技术成熟度" in text


def test_lift_of_an_urgent_need_names_the_readiness_for_which_time_is_left(session, clock):
    need = make_need(session, clock, min_trl=5, needed_by=clock.today() + timedelta(days=120))
    achievement = make_achievement(session, clock, trl=None)
    match = match_of(need, achievement)
    match.computed_at = clock.now()
    match.parts = {"characters": 50.0}

    text = "\n".join(explain(match, need, achievement, around=Around(rivals=(51.0,))).sentences)

    assert "若技术成熟度达到 8 级,在这条需求的推荐中可由第 2 位升到第 1 位" in text


def test_rivals_that_have_left_the_market_take_no_place(session, clock):
    need = make_need(session, clock)
    for status in (ListingStatus.PUBLISHED, ListingStatus.WITHDRAWN):
        make_match(session, clock, need=need, achievement=make_achievement(session, clock, status=status), score=40.0)

    assert scores_by_need(session, [need.id]) == {need.id: [40.0]}


def test_reasons_when_the_price_needs_consent_do_not_give_it_away(session, clock):
    need = make_need(session, clock, budget_max_cny=Decimal("800000.00"))
    achievement = make_achievement(
        session,
        clock,
        asking_price_cny=Decimal("500000.00"),
        available_from=date(2026, 5, 1),
        disclosure={"asking_price_cny": "consent", "available_from": "consent"},
    )

    text = "\n".join(explain(match_of(need, achievement), need, achievement).sentences)

    assert "万元" not in text
    assert "报价" not in text
    assert "2026-05-01" not in text


def test_indicators_are_compared_figure_by_figure(session, clock):
    need, achievement = make_need(session, clock), make_achievement(session, clock)
    wanted = [
        make_need_indicator(session, need, name="含水率", operator="le", value="13", unit="%"),
        make_need_indicator(session, need, name="多糖保留率", position=1, operator="ge", value="90", unit="%"),
        make_need_indicator(session, need, name="回收率", position=2, operator="ge", value="95", unit="%"),
    ]
    offered = [
        make_achievement_indicator(session, achievement, name="水分", operator="eq", value="11", unit="%"),
        make_achievement_indicator(
            session, achievement, name="回收率", position=1, operator="eq", value="76", unit="%"
        ),
    ]

    explanation = explain(
        match_of(need, achievement), need, achievement, need_indicators=wanted, achievement_indicators=offered
    )

    verdicts = {row.name: row.verdict.value for row in explanation.indicators}
    text = "\n".join(explanation.sentences)
    assert verdicts.items() >= {"回收率": "missed", "含水率": "met", "多糖保留率": "unknown"}.items()
    assert "“回收率”需求 ≥ 95%,成果 76%,未达到,差 20%" in text
    assert "多糖保留率" in text.partition("成果没有说明需求要求的:")[2]


def test_indicators_that_members_may_not_read_are_compared_with_nothing(session, clock):
    need = make_need(session, clock)
    achievement = make_achievement(session, clock, disclosure={"indicators": "consent"})
    wanted = [make_need_indicator(session, need, name="回收率", operator="ge", value="95", unit="%")]
    offered = [make_achievement_indicator(session, achievement, name="回收率", operator="eq", value="76", unit="%")]

    explanation = explain(
        match_of(need, achievement), need, achievement, need_indicators=wanted, achievement_indicators=offered
    )

    assert "76" not in "".join([*explanation.sentences, *(row.offered for row in explanation.indicators)])


def test_a_concept_under_two_names_is_told_with_both_as_written(session, clock):
    need = make_need(session, clock, title="污泥脱水", problem="污泥含水率高,希望脱水。")
    achievement = make_achievement(session, clock, title="污泥去水装置", summary="板框去水。")

    sentences = explain(match_of(need, achievement), need, achievement).sentences

    joined = [sentence for sentence in sentences if "是同一回事" in sentence]
    assert joined
    assert "脱水" in joined[0]
    assert "去水" in joined[0]


def test_part_labels_when_a_part_exists_name_it():
    assert set(PART_LABELS) == set(weights().text) | set(weights().fit) | {LEARNED_PART}
