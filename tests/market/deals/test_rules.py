from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.deals import rules
from market.deals.models import DealStatus, ProposalStatus
from market.deals.rules import DealAction
from market.kernel.errors import IllegalTransition
from market.matches.models import Side


@pytest.mark.parametrize(("status", "action"), list(product(DealStatus, DealAction)))
def test_only_listed_steps_are_legal(status: DealStatus, action: DealAction) -> None:
    if (status, action) in rules.TRANSITIONS:
        assert rules.next_status(status, action) is rules.TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition) as refused:
            rules.next_status(status, action)
        assert rules.STATUS_LABELS[status] in refused.value.detail


@given(st.lists(st.sampled_from(DealAction), max_size=12))
def test_agreement_follows_acceptance_and_nothing_follows_the_end(actions: list[DealAction]) -> None:
    path = [DealStatus.TALKS]
    for action in actions:
        try:
            path.append(rules.next_status(path[-1], action))
        except IllegalTransition:
            continue
    assert not {DealStatus.AGREED, DealStatus.CLOSED} & set(path[:-1])
    if path[-1] is DealStatus.AGREED:
        assert path[-3:] == [DealStatus.PROPOSED, DealStatus.ACCEPTED, DealStatus.AGREED]


def test_superseded_proposal_is_never_taken_up_again() -> None:
    for action in DealAction:
        with pytest.raises(IllegalTransition):
            rules.next_proposal_status(ProposalStatus.SUPERSEDED, action)


def test_clock_waits_for_the_side_that_has_to_answer() -> None:
    assert rules.awaited_side(DealStatus.PROPOSED, Side.NEED) is Side.ACHIEVEMENT
    assert rules.awaited_side(DealStatus.ACCEPTED, Side.NEED) is Side.NEED
    for status in (DealStatus.TALKS, DealStatus.AGREED, DealStatus.CLOSED):
        assert rules.awaited_side(status, None) is None


@pytest.mark.parametrize(
    ("kind", "mode", "exhausts"),
    [
        ("ZR", None, True),
        ("XK", "exclusive", True),
        ("XK", "sole", True),
        ("XK", "ordinary", False),
        ("KF", None, False),
        ("FW", None, False),
    ],
)
def test_transfer_and_sole_licences_exhaust_an_achievement(kind: str, mode: str | None, exhausts: bool) -> None:
    assert rules.exhausts_achievement(kind, mode) is exhausts


def test_licence_is_bounded_by_the_longest_right_unless_one_is_open() -> None:
    short, long = date(2030, 1, 1), date(2040, 1, 1)
    assert rules.licence_must_end_by([short, long]) == long
    assert rules.licence_must_end_by([short, None]) is None
    assert rules.licence_must_end_by([]) is None
