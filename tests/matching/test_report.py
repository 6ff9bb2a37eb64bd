"""The report of quality: every figure is what people did, and a gap is a need that nothing on the market can meet."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from market.kernel.actor import SYSTEM, Actor, Role
from market.kernel.errors import Forbidden, Unauthenticated
from market.listings.models import ListingStatus
from market.matches import queries
from market.matches import service as matches
from market.matches.models import MatchStatus, Side
from market.matches.schemas import DeclineMatch
from matching.report import Question, view_matching_report
from matching.report_queries import IndustryList
from tests.factories.achievements import make_achievement
from tests.factories.deals import make_deal
from tests.factories.listings import make_owner
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.factories.parties import actor_of, make_user
from tests.factories.scenes import make_scene


def report(session, clock, **question):
    return view_matching_report(session, SYSTEM, Question(**question), clock=clock)


def without_offer(session, clock, **question):
    return report(session, clock, **question).without_offer


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.INSTITUTE, Role.BROKER])
def test_report_is_refused_when_the_reader_is_no_official(session, clock, role):
    with pytest.raises(Forbidden):
        view_matching_report(session, actor_of(make_user(session, clock, role=role)), Question(), clock=clock)


def test_report_is_refused_when_nobody_signed_in(session, clock):
    with pytest.raises(Unauthenticated):
        view_matching_report(session, Actor(), Question(), clock=clock)


def test_need_is_a_gap_until_a_pair_reaches_the_score(session, clock):
    need = make_need(session, clock)
    assert without_offer(session, clock) == 1

    match = make_match(session, clock, need=need, score=39.0)
    assert without_offer(session, clock) == 1
    assert without_offer(session, clock, min_score=39.0) == 0

    match.score = 40.0
    session.flush()
    assert without_offer(session, clock) == 0


@pytest.mark.parametrize(
    ("need_terms", "offer_terms"),
    [
        ({"budget_max_cny": Decimal(100_000)}, {"asking_price_cny": Decimal(100_001)}),
        ({"min_trl": 8}, {"trl": 7}),
        ({"accepted_region_codes": ["110000"]}, {"region_code": "640104"}),
        ({"region_code": "640104"}, {"offered_region_codes": ["640200"]}),
        ({"transfer_ways": ["licence"]}, {"transfer_ways": ["investment"]}),
        ({"needed_by": date(2026, 5, 1)}, {"available_from": date(2026, 5, 2)}),
    ],
)
def test_need_is_a_gap_when_its_best_pair_breaks_a_hard_constraint(session, clock, need_terms, offer_terms):
    need = make_need(session, clock, **need_terms)
    make_match(session, clock, need=need, achievement=make_achievement(session, clock, **offer_terms), score=90.0)

    assert without_offer(session, clock) == 1


def test_need_is_no_gap_when_a_pair_behind_an_impossible_one_fits(session, clock):
    need = make_need(session, clock, min_trl=8)
    make_match(session, clock, need=need, achievement=make_achievement(session, clock, trl=3), score=90.0)
    make_match(session, clock, need=need, achievement=make_achievement(session, clock, trl=9), score=50.0)

    assert without_offer(session, clock) == 0


@pytest.mark.parametrize(
    "gone",
    [{"status": ListingStatus.WITHDRAWN}, {"status": ListingStatus.DRAFT, "published_at": None}],
)
def test_need_is_a_gap_when_its_offer_has_left_the_market(session, clock, gone):
    make_match(session, clock, achievement=make_achievement(session, clock, **gone), score=90.0)

    assert without_offer(session, clock) == 1


def test_expired_offer_is_none_and_one_in_talks_still_is(session, clock):
    expired = clock.now() - timedelta(days=1)
    make_match(session, clock, achievement=make_achievement(session, clock, expires_at=expired), score=90.0)
    in_talks = make_achievement(session, clock, expires_at=expired, status=ListingStatus.IN_TALKS)
    make_match(session, clock, achievement=in_talks, score=90.0)

    assert without_offer(session, clock) == 1


def test_declined_pair_is_no_offer(session, clock):
    make_match(session, clock, score=90.0, status=MatchStatus.DECLINED, decline_reason_code="not_relevant")

    assert without_offer(session, clock) == 1


def test_gap_map_counts_by_region_and_industry_and_its_cells_add_up(session, clock):
    make_need(session, clock, region_code="640104", local_industry_code="SPC02")
    fed = make_need(session, clock, region_code="640104", local_industry_code="SPC02")
    make_match(session, clock, need=fed, score=80.0)
    make_need(session, clock, region_code=None, local_industry_code=None, industry_code="C")

    found = report(session, clock)
    national = report(session, clock, industry_list=IndustryList.NATIONAL)

    cells = {(cell.region, cell.industry): (cell.needs, cell.without_offer) for cell in found.gaps}
    assert cells == {("兴庆区", "枸杞"): (2, 1), ("未填写", "未填写"): (1, 1)}
    assert sum(cell.needs for cell in found.gaps) == found.needs == 3
    assert sum(cell.without_offer for cell in found.gaps) == found.without_offer == 2
    assert ("未填写", "制造业") in {(cell.region, cell.industry) for cell in national.gaps}
    coverage = {row.label: (row.needs, row.covered, row.achievements) for row in found.by_industry}
    assert coverage == {"枸杞": (2, 1, 0), "未填写": (1, 0, 1)}


def test_decision_counts_at_the_place_it_was_taken_at_when_the_list_has_changed_since(session, clock):
    scene = make_scene(session, clock)
    scene.match.score = 70.0
    later_first = make_match(session, clock, need=scene.need, score=60.0)
    matches.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
    matches.express_interest(session, scene.provider, scene.match.id, clock=clock)
    later_first.score = 95.0
    session.flush()

    rows = {row.place: row for row in report(session, clock).by_place}

    assert (rows[1].interested, rows[1].consented, rows[1].acceptance) == (1, 1, 0.5), "it stood first when they agreed"
    assert rows[1].shown == 2, "the pair they accepted, and the one that stands first now"


def test_talks_and_agreement_count_once_each(session, clock):
    scene = make_scene(session, clock, status=MatchStatus.CONSENTED)
    matches.mark_in_deal(session, scene.acquirer, queries.pair_of(session, scene.match), clock=clock)
    make_deal(session, clock, match=scene.match, agreed=True)

    (row,) = report(session, clock).by_place

    assert (row.place, row.in_talks, row.agreed, row.declined) == (1, 1, 1, 0)


def test_brokers_pair_that_stands_in_no_list_is_counted_apart(session, clock):
    scene = make_scene(session, clock)
    scene.match.listed_for_need = scene.match.listed_for_achievement = False
    matches.express_interest(session, scene.acquirer, scene.match.id, clock=clock)

    (row,) = report(session, clock).by_place

    assert (row.place, row.shown, row.interested) == (None, 1, 1)


def test_refusals_tell_stage_reason_and_side(session, clock):
    scene = make_scene(session, clock)
    matches.decline_match(session, scene.provider, scene.match.id, DeclineMatch(reason_code="price"), clock=clock)
    other = make_scene(session, clock, status=MatchStatus.IN_DEAL)
    pair = queries.pair_of(session, other.match)
    matches.mark_deal_closed(session, other.acquirer, pair, side=Side.NEED, reason_code="price", clock=clock)

    found = report(session, clock).refusals

    assert {(row.stage, row.reason, row.side, row.number, row.share) for row in found} == {
        ("对接", "价格或预算不合适", "成果方", 1, 0.5),
        ("洽谈", "价格未谈拢", "需求方", 1, 0.5),
    }


def test_earlier_day_does_not_know_what_happened_later(session, clock):
    yesterday = clock.today()
    scene = make_scene(session, clock)
    clock.advance(timedelta(days=1))
    matches.decline_match(session, scene.acquirer, scene.match.id, DeclineMatch(reason_code="price"), clock=clock)
    make_need(session, clock)

    today, before = report(session, clock), report(session, clock, as_of=yesterday)

    assert (len(today.refusals), len(before.refusals)) == (1, 0)
    assert (today.by_place[0].declined, before.by_place[0].declined) == (1, 0)
    assert (today.needs, before.needs) == (2, 1)
    assert report(session, clock, as_of=date.max) == today
    assert report(session, clock, as_of=date.min).needs == 0


def test_institute_that_is_hardly_shown_is_named(session, clock):
    shown, starved = make_owner(session, clock), make_owner(session, clock)
    for owner, number in ((shown, 3), (starved, 3)):
        own = [make_achievement(session, clock, owner=owner) for _ in range(number)]
        if owner is shown:
            for achievement in own:
                for _ in range(4):
                    make_match(session, clock, achievement=achievement)

    rows = {row.label: row for row in report(session, clock).exposure_of_institutes}

    assert (rows[shown.name].shown, rows[shown.name].ratio, rows[shown.name].is_starved) == (12, 2.0, False)
    assert (rows[starved.name].shown, rows[starved.name].expected, rows[starved.name].is_starved) == (0, 6.0, True)


def test_place_beyond_the_tenth_is_no_exposure(session, clock):
    need = make_need(session, clock)
    for place in range(11):
        make_match(session, clock, need=need, score=50.0 - place)

    assert sum(row.shown for row in report(session, clock).exposure_of_fields) == 10
