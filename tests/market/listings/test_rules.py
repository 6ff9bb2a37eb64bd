"""The life cycle as a table: what is legal, what never happens whatever the order of the steps."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from market.kernel.clock import business_date
from market.kernel.errors import Conflict, IllegalTransition
from market.listings import rules
from market.listings.models import LIVE, ListingStatus
from market.listings.rules import ListingAction

NOW = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(("status", "action"), list(product(ListingStatus, ListingAction)))
def test_every_step_is_in_the_table_or_refused_in_chinese(status: ListingStatus, action: ListingAction) -> None:
    if (status, action) in rules.TRANSITIONS:
        assert rules.next_status(status, action) is rules.TRANSITIONS[status, action]
        return

    with pytest.raises(IllegalTransition) as caught:
        rules.next_status(status, action)

    assert rules.STATUS_LABELS[status] in caught.value.detail
    assert rules.ACTION_LABELS[action] in caught.value.detail


def test_signed_is_the_end() -> None:
    assert not [key for key in rules.TRANSITIONS if key[0] is ListingStatus.SIGNED]


class LifeCycle(RuleBasedStateMachine):
    """Random steps, legal or not: what stands on the market has been reviewed since it was last off it by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.status = ListingStatus.DRAFT
        self.is_reviewed = False

    @rule(action=st.sampled_from(ListingAction))
    def step(self, action: ListingAction) -> None:
        before = self.status
        try:
            self.status = rules.next_status(before, action)
        except IllegalTransition:
            assert self.status is before
            return
        if action is ListingAction.PUBLISH:
            self.is_reviewed = True
        if action in {ListingAction.RETURN, ListingAction.WITHDRAW, ListingAction.SUBMIT}:
            self.is_reviewed = False

    @invariant()
    def nothing_unreviewed_is_live(self) -> None:
        assert self.is_reviewed or self.status not in LIVE | {ListingStatus.SIGNED, ListingStatus.EXPIRED}


LifeCycle.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLifeCycle = LifeCycle.TestCase


@pytest.mark.parametrize(("days_before", "is_open"), [(31, False), (30, True), (1, True), (-1, True)])
def test_renewal_opens_thirty_days_before_the_end(days_before: int, *, is_open: bool) -> None:
    expires_at = NOW + timedelta(days=days_before)

    assert rules.may_renew(ListingStatus.PUBLISHED, expires_at, business_date(NOW)) is is_open
    if is_open:
        rules.check_renewable(ListingStatus.PUBLISHED, expires_at, business_date(NOW))
    else:
        with pytest.raises(Conflict, match="renewal_too_early"):
            rules.check_renewable(ListingStatus.PUBLISHED, expires_at, business_date(NOW))


def test_renewal_is_open_at_any_time_after_expiry() -> None:
    rules.check_renewable(ListingStatus.EXPIRED, NOW - timedelta(days=500), business_date(NOW))


@pytest.mark.parametrize("status", list(ListingStatus))
def test_overdue_listing_is_shown_to_nobody_but_in_talks(status: ListingStatus) -> None:
    is_shown = rules.is_shown(status, NOW - timedelta(seconds=1), NOW)

    assert is_shown is (status is ListingStatus.IN_TALKS)
