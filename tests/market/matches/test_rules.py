from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.errors import Conflict, IllegalTransition
from market.matches import rules
from market.matches.models import MatchStatus, Side
from market.matches.rules import MatchAction


@pytest.mark.parametrize(("status", "action"), list(product(MatchStatus, MatchAction)))
def test_only_listed_steps_are_legal(status: MatchStatus, action: MatchAction) -> None:
    if (status, action) in rules.TRANSITIONS:
        assert rules.next_status(status, action) is rules.TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition) as refused:
            rules.next_status(status, action)
        assert rules.STATUS_LABELS[status] in refused.value.detail


@given(st.lists(st.sampled_from(MatchAction), max_size=12))
def test_nothing_leaves_declined_and_talks_need_consent(actions: list[MatchAction]) -> None:
    path = [MatchStatus.SUGGESTED]
    for action in actions:
        try:
            path.append(rules.next_status(path[-1], action))
        except IllegalTransition:
            continue
    if MatchStatus.DECLINED in path:
        assert path[-1] is MatchStatus.DECLINED
    if MatchStatus.IN_DEAL in path:
        assert path[path.index(MatchStatus.IN_DEAL) - 1] is MatchStatus.CONSENTED


def test_second_interest_of_the_same_side_is_refused() -> None:
    with pytest.raises(Conflict) as refused:
        rules.interest_action(MatchStatus.INTERESTED, Side.NEED, Side.NEED)
    assert refused.value.code == "already_interested"


def test_interest_of_the_other_side_is_consent() -> None:
    assert rules.interest_action(MatchStatus.INTERESTED, Side.NEED, Side.ACHIEVEMENT) is MatchAction.CONSENT


def test_deadline_skips_the_may_holidays() -> None:
    assert rules.response_deadline(date(2026, 4, 29)) > date(2026, 5, 6)


def test_last_day_is_in_time() -> None:
    assert not rules.is_overdue(date(2026, 4, 15), date(2026, 4, 15))
    assert rules.is_overdue(date(2026, 4, 15), date(2026, 4, 16))
    assert not rules.is_overdue(None, date(2026, 4, 16))


@pytest.mark.parametrize("status", list(MatchStatus))
def test_every_status_and_event_has_a_chinese_label(status: MatchStatus) -> None:
    assert rules.STATUS_LABELS[status]
    assert set(rules.EVENT_LABELS) >= set(MatchAction)


def test_offered_actions_are_those_that_work() -> None:
    for status, first, side in product(MatchStatus, (None, *Side), Side):
        if (first is None) != (status in {MatchStatus.SUGGESTED, MatchStatus.DECLINED}):
            continue
        offered = rules.allowed_actions(
            status, first, frozenset({side}), may_assign=False, may_open_deal=True, may_note=False
        )
        assert ("interest" in offered) == _works(status, first, side)
        assert ("decline" in offered) == ((status, MatchAction.DECLINE) in rules.TRANSITIONS)
        assert ("open_deal" in offered) == ((status, MatchAction.OPEN_DEAL) in rules.TRANSITIONS)


def _works(status: MatchStatus, first: Side | None, side: Side) -> bool:
    try:
        rules.next_status(status, rules.interest_action(status, first, side))
    except Conflict:
        return False
    return True
