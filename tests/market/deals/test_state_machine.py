"""Any sequence of clicks by both sides: match, deal, proposals and listings always tell the same story, and the offered actions work."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from market.deals import queries
from market.deals import service as deals
from market.deals.models import Deal, DealStatus, ProposalStatus
from market.deals.rules import OPEN_STATUSES
from market.deals.schemas import CloseDeal, OpenDeal, ProposeTerms
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.errors import DomainError
from market.listings.models import ListingStatus
from market.matches import queries as match_queries
from market.matches import service as matches
from market.matches.models import MatchStatus, Side
from market.matches.rules import AWAITING_ANSWER, CONSENT_GIVEN
from market.matches.schemas import DeclineMatch
from tests.factories.scenes import make_scene
from tests.market.deals.test_terms import TERMS

pytestmark = pytest.mark.slow


SIDES = st.sampled_from(Side)
TRANSFER = {"contract_kind_code": "ZR", "contract_subkind_code": "ZR1"}


class Talks(RuleBasedStateMachine):
    """Two parties around one pair of listings, from the suggestion to an agreement or the end."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.clock = FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))
        self.session = database.write_session()
        self.scene = make_scene(self.session, self.clock)
        self.actors = {Side.NEED: self.scene.acquirer, Side.ACHIEVEMENT: self.scene.provider}
        self.is_transfer = False

    def teardown(self) -> None:
        self.session.close()

    @property
    def deal(self) -> Deal | None:
        return queries.find_deal_of_match(self.session, self.scene.match.id)

    @rule(side=SIDES)
    def interest(self, side: Side) -> None:
        actor, match_id = self.actors[side], self.scene.match.id
        self._on_match(
            side, "interest", lambda: matches.express_interest(self.session, actor, match_id, clock=self.clock)
        )

    @rule(side=SIDES)
    def decline(self, side: Side) -> None:
        actor, command = self.actors[side], DeclineMatch(reason_code="timing")
        match_id = self.scene.match.id
        self._on_match(
            side, "decline", lambda: matches.decline_match(self.session, actor, match_id, command, clock=self.clock)
        )

    @rule(side=SIDES)
    def open_deal(self, side: Side) -> None:
        actor, command = self.actors[side], OpenDeal(match_id=self.scene.match.id)
        self._on_match(side, "open_deal", lambda: deals.open_deal(self.session, actor, command, clock=self.clock))

    @rule(side=SIDES, transfer=st.booleans())
    def propose(self, side: Side, transfer: bool) -> None:
        command = ProposeTerms(**TERMS | (TRANSFER if transfer else {}))
        act = self._deal_act(
            side, lambda actor, deal: deals.propose_terms(self.session, actor, deal, command, clock=self.clock)
        )
        if self._on_deal(side, "propose", act):
            self.is_transfer = transfer

    @rule(side=SIDES)
    def accept(self, side: Side) -> None:
        act = self._deal_act(
            side, lambda actor, deal: deals.accept_proposal(self.session, actor, deal, clock=self.clock)
        )
        self._on_deal(side, "accept", act)

    @rule(side=SIDES)
    def agree(self, side: Side) -> None:
        act = self._deal_act(side, lambda actor, deal: deals.agree_deal(self.session, actor, deal, clock=self.clock))
        self._on_deal(side, "agree", act)

    @rule(side=SIDES)
    def close(self, side: Side) -> None:
        command = CloseDeal(reason_code="risk")
        act = self._deal_act(
            side, lambda actor, deal: deals.close_deal(self.session, actor, deal, command, clock=self.clock)
        )
        self._on_deal(side, "close", act)

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))
        matches.escalate_overdue(self.session, clock=self.clock)
        deals.escalate_overdue(self.session, clock=self.clock)

    @invariant()
    def match_and_deal_agree(self) -> None:
        match, deal = self.scene.match, self.deal
        is_joined = deal is not None and deal.status is not DealStatus.CLOSED
        assert (match.status is MatchStatus.IN_DEAL) == is_joined
        has_consent = match_queries.has_consent(
            self.session, self.scene.achievement.owner_party_id, need_id=self.scene.need.id
        )
        assert has_consent == (match.status in CONSENT_GIVEN)

    @invariant()
    def listings_follow_the_deal(self) -> None:
        status = self.deal.status if self.deal else None
        need, achievement = self.scene.need.status, self.scene.achievement.status
        if status in OPEN_STATUSES:
            assert {need, achievement} == {ListingStatus.IN_TALKS}
        elif status is DealStatus.AGREED:
            assert need is ListingStatus.SIGNED
            assert achievement is (ListingStatus.SIGNED if self.is_transfer else ListingStatus.PUBLISHED)
        else:
            assert {need, achievement} == {ListingStatus.PUBLISHED}

    @invariant()
    def one_proposal_stands(self) -> None:
        deal = self.deal
        proposals = queries.proposals_of_deal(self.session, deal.id) if deal else []
        standing = [p.status for p in proposals if p.status is not ProposalStatus.SUPERSEDED]
        assert [p.number for p in proposals] == list(range(1, len(proposals) + 1))
        assert len(standing) == (1 if proposals else 0)
        if deal and deal.status is DealStatus.PROPOSED:
            assert standing == [ProposalStatus.OPEN]
        if deal and deal.status in {DealStatus.ACCEPTED, DealStatus.AGREED}:
            assert standing == [ProposalStatus.ACCEPTED]

    @invariant()
    def a_clock_runs_exactly_while_an_answer_is_awaited(self) -> None:
        match, deal = self.scene.match, self.deal
        assert (match.respond_by is not None) == (match.status in AWAITING_ANSWER)
        if deal:
            assert (deal.respond_by is not None) == (deal.status in OPEN_STATUSES)
        overdue = match.respond_by is not None and match.respond_by < self.clock.today()
        assert not overdue or match.escalated_at is not None

    def _on_match(self, side: Side, action: str, act: Callable[[], object]) -> None:
        view = matches.view_match(self.session, self.actors[side], self.scene.match.id, clock=self.clock)
        assert (action in view.allowed_actions) == self._succeeds(act)

    def _on_deal(self, side: Side, action: str, act: Callable[[], object] | None) -> bool:
        if self.deal is None or act is None:
            return False
        view = deals.view_deal(self.session, self.actors[side], self.deal.id, clock=self.clock)
        succeeded = self._succeeds(act)
        assert (action in view.allowed_actions) == succeeded
        return succeeded

    def _deal_act(self, side: Side, act: Callable[..., object]) -> Callable[[], object] | None:
        deal = self.deal
        return None if deal is None else lambda: act(self.actors[side], deal.id)

    def _succeeds(self, act: Callable[[], object]) -> bool:
        try:
            with self.session.begin_nested():
                act()
        except DomainError:
            return False
        return True


def test_talks_hold_together_under_any_clicks(database: Database) -> None:
    run_state_machine_as_test(
        lambda: Talks(database),
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
