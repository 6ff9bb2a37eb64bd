from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from market.achievements.models import IntellectualProperty, IpStatus
from market.deals import queries, service
from market.deals.models import Deal, DealStatus, ProposalStatus
from market.deals.schemas import CloseDeal, DealNote, OpenDeal, ProposeTerms
from market.kernel.actor import ANONYMOUS, Actor
from market.kernel.audit import AuditEntry
from market.kernel.clock import FixedClock
from market.kernel.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    StaleVersion,
    Unauthenticated,
)
from market.kernel.outbox import OutboxEntry
from market.kernel.paging import PageRequest
from market.listings.models import ListingStatus
from market.matches import queries as matches
from market.matches.models import MatchStatus, Side
from market.matches.schemas import AssignBroker
from tests.factories.deals import make_deal
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.factories.scenes import Scene, make_scene
from tests.market.deals.test_terms import LICENCE, TERMS

FIRST_PAGE = PageRequest()
CLOSE = CloseDeal(reason_code="price", note="底价差距较大")


@pytest.fixture
def scene(session: Session, clock: FixedClock) -> Scene:
    return make_scene(session, clock, status=MatchStatus.CONSENTED)


@pytest.fixture
def deal(session: Session, clock: FixedClock, scene: Scene) -> Deal:
    return service.open_deal(session, scene.acquirer, OpenDeal(match_id=scene.match.id), clock=clock)


class TestOpenDeal:
    def test_anonymous(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        with pytest.raises(Unauthenticated):
            service.open_deal(session, ANONYMOUS, OpenDeal(match_id=scene.match.id), clock=clock)

    @pytest.mark.parametrize(
        ("who", "refusal"),
        [
            ("stranger", NotFound),
            ("idle_broker", NotFound),
            ("official", Forbidden),
            ("administrator", Forbidden),
        ],
    )
    def test_others_may_not(
        self, session: Session, clock: FixedClock, scene: Scene, who: str, refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            service.open_deal(session, getattr(scene, who), OpenDeal(match_id=scene.match.id), clock=clock)

    @pytest.mark.parametrize("who", ["acquirer", "provider", "broker", "need_broker"])
    def test_both_sides_and_their_brokers_may(
        self, session: Session, clock: FixedClock, scene: Scene, who: str
    ) -> None:
        deal = service.open_deal(session, getattr(scene, who), OpenDeal(match_id=scene.match.id), clock=clock)
        assert (deal.provider_party_id, deal.acquirer_party_id) == (scene.provider.party_id, scene.acquirer.party_id)
        assert deal.broker_id == scene.broker.broker_id
        assert deal.respond_by == date(2026, 4, 15)
        assert scene.match.status is MatchStatus.IN_DEAL
        assert {scene.need.status, scene.achievement.status} == {ListingStatus.IN_TALKS}

    @pytest.mark.parametrize("status", [MatchStatus.SUGGESTED, MatchStatus.INTERESTED, MatchStatus.DECLINED])
    def test_not_without_consent(self, session: Session, clock: FixedClock, status: MatchStatus) -> None:
        scene = make_scene(session, clock, status=status)
        with pytest.raises(IllegalTransition):
            service.open_deal(session, scene.acquirer, OpenDeal(match_id=scene.match.id), clock=clock)

    def test_second_click_is_a_conflict(self, session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
        with pytest.raises(Conflict):
            service.open_deal(session, scene.provider, OpenDeal(match_id=scene.match.id), clock=clock)
        assert queries.find_deal_of_match(session, scene.match.id) == deal

    def test_achievement_may_be_talked_about_with_several(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        other = _second_deal(session, clock, scene)
        assert other.achievement_id == deal.achievement_id


class TestVisibility:
    @pytest.mark.parametrize("who", ["acquirer", "provider", "broker", "need_broker", "official"])
    def test_seen_by_those_who_have_part_in_it(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal, who: str
    ) -> None:
        actor: Actor = getattr(scene, who)
        view = service.view_deal(session, actor, deal.id, clock=clock)
        assert view.need_title == scene.need.title
        assert [card.id for card in service.list_deals(session, actor, FIRST_PAGE, clock=clock).items] == [deal.id]

    @pytest.mark.parametrize("who", ["stranger", "idle_broker", "administrator"])
    def test_does_not_exist_for_others(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal, who: str
    ) -> None:
        actor: Actor = getattr(scene, who)
        with pytest.raises(NotFound):
            service.view_deal(session, actor, deal.id, clock=clock)
        assert service.list_deals(session, actor, FIRST_PAGE, clock=clock).total == 0
        for act in _acts(session, clock, actor, deal):
            with pytest.raises((NotFound, Forbidden)):
                act()

    def test_official_reads_only(self, session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
        for act in _acts(session, clock, scene.official, deal):
            with pytest.raises(Forbidden):
                act()
        view = service.view_deal(session, scene.official, deal.id, clock=clock)
        assert view.allowed_actions == ["assign"]

    def test_broker_of_the_deal_notes_and_binds_nobody(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        service.add_note(session, scene.broker, deal.id, DealNote(text="约定周五现场看样"), clock=clock)
        for act in _acts(session, clock, scene.broker, deal)[:-1]:
            with pytest.raises((Forbidden, StaleVersion)):
                act()
        view = service.view_deal(session, scene.broker, deal.id, clock=clock)
        assert view.events[-1].note == "约定周五现场看样"


class TestProposals:
    def test_way_to_agreement(self, session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
        service.propose_terms(session, scene.provider, deal.id, _terms(), clock=clock)
        assert deal.status is DealStatus.PROPOSED
        service.accept_proposal(session, scene.acquirer, deal.id, clock=clock)
        assert deal.status is DealStatus.ACCEPTED
        service.agree_deal(session, scene.provider, deal.id, clock=clock)
        assert (deal.status, deal.agreed_at, deal.respond_by) == (DealStatus.AGREED, clock.now(), None)
        agreed = queries.agreed_proposal(session, deal)
        assert agreed is not None
        assert (agreed.status, agreed.number) == (ProposalStatus.ACCEPTED, 1)
        assert scene.need.status is ListingStatus.SIGNED
        assert scene.achievement.status is ListingStatus.PUBLISHED
        actions = [event.action for event in queries.events_of_deal(session, deal.id)]
        assert actions == ["open", "propose", "accept", "agree"]

    def test_nobody_accepts_his_own_terms(self, session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
        service.propose_terms(session, scene.provider, deal.id, _terms(), clock=clock)
        with pytest.raises(Conflict) as refused:
            service.accept_proposal(session, scene.provider, deal.id, clock=clock)
        assert refused.value.code == "own_proposal"

    def test_only_the_proposer_confirms(self, session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
        service.propose_terms(session, scene.provider, deal.id, _terms(), clock=clock)
        service.accept_proposal(session, scene.acquirer, deal.id, clock=clock)
        with pytest.raises(Conflict) as refused:
            service.agree_deal(session, scene.acquirer, deal.id, clock=clock)
        assert refused.value.code == "awaiting_proposer"

    def test_counter_offer_takes_the_place_of_the_open_one(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        service.propose_terms(session, scene.provider, deal.id, _terms(), clock=clock)
        service.accept_proposal(session, scene.acquirer, deal.id, clock=clock)
        service.propose_terms(session, scene.acquirer, deal.id, _terms(contract_amount_cny="1100000"), clock=clock)
        statuses = [proposal.status for proposal in queries.proposals_of_deal(session, deal.id)]
        assert statuses == [ProposalStatus.SUPERSEDED, ProposalStatus.OPEN]
        with pytest.raises(IllegalTransition):
            service.agree_deal(session, scene.provider, deal.id, clock=clock)

    def test_broker_of_the_listing_proposes_for_its_side(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        proposal = service.propose_terms(session, scene.need_broker, deal.id, _terms(), clock=clock)
        assert proposal.by_party_id == scene.acquirer.party_id
        service.accept_proposal(session, scene.provider, deal.id, clock=clock)
        with pytest.raises(Forbidden):
            service.agree_deal(session, scene.need_broker, deal.id, clock=clock)

    def test_licence_may_not_outlive_the_patent(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        right = IntellectualProperty(
            achievement_id=scene.achievement.id,
            position=0,
            kind_code="patent_invention",
            status=IpStatus.GRANTED,
            expires_on=date(2027, 1, 1),
        )
        session.add(right)
        with pytest.raises(Invalid) as refused:
            service.propose_terms(session, scene.provider, deal.id, _terms(**LICENCE), clock=clock)
        assert "865" in refused.value.fields[0].remedy
        assert queries.proposals_of_deal(session, deal.id) == []

    def test_stale_version_is_refused(self, session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
        seen = deal.version
        service.propose_terms(session, scene.provider, deal.id, _terms(), clock=clock, expected_version=seen)
        with pytest.raises(StaleVersion):
            service.propose_terms(session, scene.acquirer, deal.id, _terms(), clock=clock, expected_version=seen)


class TestListingsAfterwards:
    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"contract_kind_code": "ZR", "contract_subkind_code": "ZR1"}, ListingStatus.SIGNED),
            (LICENCE | {"licence_mode_code": "exclusive"}, ListingStatus.SIGNED),
            (LICENCE, ListingStatus.PUBLISHED),
            ({}, ListingStatus.PUBLISHED),
        ],
    )
    def test_achievement_is_signed_only_where_nobody_else_can_have_it(
        self,
        session: Session,
        clock: FixedClock,
        scene: Scene,
        deal: Deal,
        change: dict[str, Any],
        status: ListingStatus,
    ) -> None:
        _agree(session, clock, scene, deal, **change)
        assert scene.achievement.status is status
        assert scene.need.status is ListingStatus.SIGNED

    def test_achievement_stays_in_talks_with_others(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        _second_deal(session, clock, scene)
        _agree(session, clock, scene, deal)
        assert scene.achievement.status is ListingStatus.IN_TALKS

    def test_transferred_achievement_ends_the_other_talks(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        other = _second_deal(session, clock, scene)
        _agree(session, clock, scene, deal, contract_kind_code="ZR", contract_subkind_code="ZR1")
        with pytest.raises(Conflict) as refused:
            service.propose_terms(session, scene.provider, other.id, _terms(), clock=clock)
        assert refused.value.code == "achievement_signed"
        service.close_deal(session, scene.provider, other.id, CLOSE, clock=clock)
        assert scene.achievement.status is ListingStatus.SIGNED

    def test_closing_publishes_both_again(self, session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
        service.close_deal(session, scene.acquirer, deal.id, CLOSE, clock=clock)
        assert {scene.need.status, scene.achievement.status} == {ListingStatus.PUBLISHED}
        assert scene.match.status is MatchStatus.DECLINED
        assert not matches.has_consent(session, deal.acquirer_party_id, achievement_id=scene.achievement.id)
        view = service.view_deal(session, scene.provider, deal.id, clock=clock)
        assert (view.close_reason, view.close_note) == ("价格未谈拢", "底价差距较大")
        assert view.allowed_actions == ["notes"]

    def test_closing_leaves_listings_in_other_talks(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        other = _second_deal(session, clock, scene)
        service.close_deal(session, scene.acquirer, deal.id, CLOSE, clock=clock)
        assert scene.need.status is ListingStatus.PUBLISHED
        assert scene.achievement.status is ListingStatus.IN_TALKS
        service.close_deal(session, scene.provider, other.id, CLOSE, clock=clock)
        assert scene.achievement.status is ListingStatus.PUBLISHED

    def test_agreed_deal_stays_agreed(self, session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
        _agree(session, clock, scene, deal)
        with pytest.raises(IllegalTransition):
            service.close_deal(session, scene.acquirer, deal.id, CLOSE, clock=clock)

    def test_every_change_of_a_listing_reaches_the_index(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        before = len(session.exec(select(OutboxEntry)).all())
        service.close_deal(session, scene.acquirer, deal.id, CLOSE, clock=clock)
        assert len(session.exec(select(OutboxEntry)).all()) == before + 2


def test_close_needs_a_reason_of_the_list(session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
    with pytest.raises(Invalid) as refused:
        service.close_deal(session, scene.acquirer, deal.id, CloseDeal(reason_code="算了"), clock=clock)
    assert refused.value.fields[0].field == "reason_code"


def test_offered_actions_follow_the_turn(session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
    service.propose_terms(session, scene.provider, deal.id, _terms(), clock=clock)
    acquirer = service.view_deal(session, scene.acquirer, deal.id, clock=clock)
    provider = service.view_deal(session, scene.provider, deal.id, clock=clock)
    assert acquirer.allowed_actions == ["propose", "accept", "close", "notes"]
    assert provider.allowed_actions == ["propose", "close", "notes"]
    assert acquirer.awaited_side is Side.NEED
    service.accept_proposal(session, scene.acquirer, deal.id, clock=clock)
    provider = service.view_deal(session, scene.provider, deal.id, clock=clock)
    assert provider.allowed_actions == ["propose", "agree", "close", "notes"]


def test_contract_texts_and_notes_never_reach_the_audit(
    session: Session, clock: FixedClock, scene: Scene, deal: Deal
) -> None:
    service.propose_terms(session, scene.provider, deal.id, _terms(ip_terms="专有配方归乙方"), clock=clock)
    service.add_note(session, scene.acquirer, deal.id, DealNote(text="底线一百万"), clock=clock)
    facts = "".join(session.exec(select(AuditEntry.facts).order_by(col(AuditEntry.seq))).all())
    assert "1200000.00" in facts
    assert not any(text in facts for text in ("干燥工艺", "专有配方", "底线"))


class TestBrokerAndClock:
    def test_official_gives_the_talks_to_another_broker(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        assert scene.idle_broker.broker_id is not None
        command = AssignBroker(broker_id=scene.idle_broker.broker_id)
        service.assign_broker(session, scene.official, deal.id, command, clock=clock)
        assert service.list_deals(session, scene.idle_broker, FIRST_PAGE, clock=clock).total == 1
        with pytest.raises(NotFound):
            service.view_deal(session, scene.broker, deal.id, clock=clock)

    def test_overdue_answer_is_escalated_once_and_a_new_offer_restarts_the_clock(
        self, session: Session, clock: FixedClock, scene: Scene, deal: Deal
    ) -> None:
        clock.advance(timedelta(days=8))
        assert service.escalate_overdue(session, clock=clock) == 1
        assert service.escalate_overdue(session, clock=clock) == 0
        assert service.view_deal(session, scene.broker, deal.id, clock=clock).is_overdue
        service.propose_terms(session, scene.provider, deal.id, _terms(), clock=clock)
        assert (deal.escalated_at, deal.respond_by) == (None, date(2026, 4, 23))

    def test_agreed_deal_is_never_escalated(self, session: Session, clock: FixedClock) -> None:
        make_deal(session, clock, agreed=True)
        clock.advance(timedelta(days=90))
        assert service.escalate_overdue(session, clock=clock) == 0


def test_list_puts_open_and_escalated_first(session: Session, clock: FixedClock, scene: Scene, deal: Deal) -> None:
    closed = make_deal(session, clock, match=_match_of(session, clock, scene), status=DealStatus.CLOSED)
    agreed = make_deal(session, clock, match=_match_of(session, clock, scene), agreed=True)
    urgent = make_deal(session, clock, match=_match_of(session, clock, scene), escalated_at=clock.now())
    page = service.list_deals(session, scene.provider, FIRST_PAGE, clock=clock)
    assert [card.id for card in page.items] == [urgent.id, deal.id, agreed.id, closed.id]
    assert page.total == 4


def _terms(**changes: Any) -> ProposeTerms:
    return ProposeTerms(**TERMS | changes)


def _agree(session: Session, clock: FixedClock, scene: Scene, deal: Deal, **changes: Any) -> None:
    service.propose_terms(session, scene.provider, deal.id, _terms(**changes), clock=clock)
    service.accept_proposal(session, scene.acquirer, deal.id, clock=clock)
    service.agree_deal(session, scene.provider, deal.id, clock=clock)


def _match_of(session: Session, clock: FixedClock, scene: Scene) -> Any:
    """Another need's match with the scene's achievement."""
    need = make_need(session, clock)
    return make_match(session, clock, need=need, achievement=scene.achievement, status=MatchStatus.CONSENTED)


def _second_deal(session: Session, clock: FixedClock, scene: Scene) -> Deal:
    match = _match_of(session, clock, scene)
    return service.open_deal(session, scene.provider, OpenDeal(match_id=match.id), clock=clock)


def _acts(session: Session, clock: FixedClock, actor: Actor, deal: Deal) -> list[Callable[[], object]]:
    return [
        lambda: service.propose_terms(session, actor, deal.id, _terms(), clock=clock),
        lambda: service.accept_proposal(session, actor, deal.id, clock=clock, expected_version=99),
        lambda: service.agree_deal(session, actor, deal.id, clock=clock),
        lambda: service.close_deal(session, actor, deal.id, CLOSE, clock=clock),
        lambda: service.add_note(session, actor, deal.id, DealNote(text="记录"), clock=clock),
    ]
