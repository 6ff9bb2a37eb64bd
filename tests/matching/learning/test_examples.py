"""What a decision teaches, and what it does not."""

from datetime import timedelta

import pytest

from market.deals.models import DealStatus
from market.kernel.actor import SYSTEM
from market.kernel.outbox import Subject
from market.matches import queries, recording
from market.matches import service as matches
from market.matches.models import MatchSource, MatchStatus, Side
from market.matches.outcome_queries import iter_acts, iter_unacted
from market.matches.recording import ComputedList
from market.matches.schemas import ComputedMatch, DeclineMatch
from matching.learning.examples import IGNORED_AFTER, decided, untouched, with_ranker
from matching.learning.training import examples_until
from matching.weights import MODEL_VERSION
from tests.factories.deals import make_deal
from tests.factories.needs import make_need
from tests.factories.scenes import make_scene
from tests.matching.learning.decisions import act, shown

PARTS = {"characters": 30.0, "title": 5.0}


@pytest.fixture
def scene(session, clock):
    scene = make_scene(session, clock)
    scene.match.parts, scene.match.score, scene.match.model_version = dict(PARTS), 35.0, MODEL_VERSION
    session.flush()
    return scene


def examples(session, clock):
    return list(decided(iter_acts(session, clock.now()), MODEL_VERSION))


def test_grade_grows_when_people_take_the_pair_further(session, clock, scene):
    assert examples(session, clock) == []

    matches.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
    assert [one.grade for one in examples(session, clock)] == [1]

    clock.advance(timedelta(days=1))
    matches.express_interest(session, scene.provider, scene.match.id, clock=clock)
    (consented,) = examples(session, clock)
    assert (consented.grade, consented.at, consented.weight) == (2, clock.now(), 1.0)

    matches.mark_in_deal(session, scene.acquirer, queries.pair_of(session, scene.match), clock=clock)
    make_deal(session, clock, match=scene.match, agreed=True)
    assert [one.grade for one in examples(session, clock)] == [3]


@pytest.mark.parametrize(
    ("reason", "taught"),
    [
        ("not_relevant", [(0, 1.0)]),
        ("capability_missing", [(0, 1.0)]),
        ("too_early", [(0, 0.5)]),
        *((reason, []) for reason in ("price", "ip_unclear", "already_solved", "timing", "region", "exclusivity")),
        *((reason, []) for reason in ("benefit_unclear", "confidentiality", "resources", "other")),
    ],
)
def test_refusal_is_a_label_when_its_reason_speaks_of_the_fit(session, clock, scene, reason, taught):
    matches.decline_match(session, scene.acquirer, scene.match.id, DeclineMatch(reason_code=reason), clock=clock)

    assert [(one.grade, one.weight) for one in examples(session, clock)] == taught


def test_interest_stays_when_the_price_ends_it_and_not_when_the_fit_does(session, clock, scene):
    matches.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
    matches.decline_match(session, scene.provider, scene.match.id, DeclineMatch(reason_code="price"), clock=clock)
    assert [one.grade for one in examples(session, clock)] == [1]

    scene.match.decline_reason_code = "not_relevant"
    session.flush()
    assert [one.grade for one in examples(session, clock)] == [0]


@pytest.mark.parametrize(("reason", "grade"), [("price", 2), ("performance", 1)])
def test_talks_that_failed_keep_what_they_say_about_the_fit(session, clock, reason, grade):
    scene = make_scene(session, clock, status=MatchStatus.CONSENTED)
    scene.match.model_version = MODEL_VERSION
    pair = queries.pair_of(session, scene.match)
    matches.mark_in_deal(session, scene.acquirer, pair, clock=clock)
    clock.advance(timedelta(days=1))
    make_deal(session, clock, match=scene.match, status=DealStatus.CLOSED)
    scene.match.status = MatchStatus.IN_DEAL
    matches.mark_deal_closed(session, SYSTEM, pair, side=Side.NEED, reason_code=reason, clock=clock)

    assert [one.grade for one in examples(session, clock)] == [grade]


def test_parts_are_those_people_saw_when_the_match_is_computed_anew(session, clock, scene):
    matches.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
    computed = ComputedMatch(scene.need.id, scene.achievement.id, 99.0, {"characters": 99.0})
    recording.record_matches(session, Subject.NEED, ComputedList(scene.need.id, [computed], MODEL_VERSION), clock=clock)

    (example,) = examples(session, clock)

    assert example.parts == PARTS


def test_parts_that_the_loop_itself_added_are_not_learned_from(session, clock, scene):
    scene.match.parts = PARTS | {"learned": 12.0}
    scene.match.model_version = with_ranker(MODEL_VERSION, 4)
    session.flush()
    matches.express_interest(session, scene.acquirer, scene.match.id, clock=clock)

    (example,) = examples(session, clock)

    assert example.parts == PARTS


def test_pair_that_another_scoring_computed_is_left_out(session, clock, scene):
    scene.match.model_version = "older-1"
    session.flush()
    matches.express_interest(session, scene.acquirer, scene.match.id, clock=clock)

    assert examples(session, clock) == []


def weak(session, clock):
    pairs = iter_unacted(session, clock.now() - IGNORED_AFTER, clock.now())
    return list(untouched(pairs, clock.now(), MODEL_VERSION))


def test_untouched_pair_is_a_weak_negative_after_a_month_where_the_list_was_looked_through(session, clock):
    looked, never = make_need(session, clock), make_need(session, clock)
    taken = shown(session, clock, looked, {"characters": 50.0})
    second, third = (shown(session, clock, looked, {"characters": value}) for value in (40.0, 30.0))
    shown(session, clock, never, {"characters": 50.0})
    act(session, clock, taken, "express_interest")

    clock.advance(IGNORED_AFTER)
    assert weak(session, clock) == [], "a month is not over before its end"

    clock.advance(timedelta(seconds=1))
    found = weak(session, clock)
    assert [one.achievement_id for one in found] == [second.achievement_id, third.achievement_id]
    assert [one.grade for one in found] == [0, 0]
    assert 1 > found[0].weight > found[1].weight > 0, "the further down, the less it says"


def test_brokers_own_suggestion_is_no_negative_when_untouched(session, clock):
    need = make_need(session, clock)
    act(session, clock, shown(session, clock, need, {"characters": 50.0}), "express_interest")
    shown(session, clock, need, {"characters": 40.0}, source=MatchSource.BROKER)
    clock.advance(IGNORED_AFTER * 2)

    assert weak(session, clock) == []


def test_what_was_known_by_a_day_does_not_change_with_what_happens_later(session, clock):
    need = make_need(session, clock)
    first, second = (shown(session, clock, need, {"characters": value}) for value in (50.0, 40.0))
    act(session, clock, first, "express_interest")
    clock.advance(IGNORED_AFTER * 2)
    then = clock.now()
    known = examples_until(session, then)
    assert [one.grade for one in known] == [1, 0]

    clock.advance(timedelta(days=1))
    act(session, clock, first, "decline", "not_relevant")
    act(session, clock, second, "express_interest")

    assert examples_until(session, then) == known
    assert [one.grade for one in examples_until(session, clock.now())] != [1, 0]
