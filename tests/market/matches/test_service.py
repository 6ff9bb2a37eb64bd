from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, col, select

from market.kernel.actor import ANONYMOUS, Actor
from market.kernel.audit import AuditEntry
from market.kernel.clock import FixedClock
from market.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, StaleVersion, Unauthenticated
from market.kernel.paging import Page, PageRequest
from market.listings.models import ListingStatus
from market.matches import queries, service
from market.matches.models import Match, MatchSource, MatchStatus, Side
from market.matches.schemas import AssignBroker, DeclineMatch, MatchView, NoteMatch, SuggestMatch
from market.parties.models import Broker
from tests.factories.achievements import make_achievement
from tests.factories.matches import make_match
from tests.factories.needs import make_need
from tests.factories.scenes import Scene, make_scene

FIRST_PAGE = PageRequest()
DECLINE = DeclineMatch(reason_code="price", note="预算内无法实施")


@pytest.fixture
def scene(session: Session, clock: FixedClock) -> Scene:
    return make_scene(session, clock)


def test_signed_in_people_only(session: Session, clock: FixedClock, scene: Scene) -> None:
    with pytest.raises(Unauthenticated):
        service.view_match(session, ANONYMOUS, scene.match.id, clock=clock)
    with pytest.raises(Unauthenticated):
        service.express_interest(session, ANONYMOUS, scene.match.id, clock=clock)


@pytest.mark.parametrize("who", ["stranger", "idle_broker", "administrator"])
def test_match_does_not_exist_for_others(session: Session, clock: FixedClock, scene: Scene, who: str) -> None:
    actor: Actor = getattr(scene, who)
    with pytest.raises(NotFound):
        service.view_match(session, actor, scene.match.id, clock=clock)
    with pytest.raises(NotFound):
        service.list_matches_of_need(session, actor, scene.need.id, FIRST_PAGE, clock=clock)
    with pytest.raises((NotFound, Forbidden)):
        # a wrong version must not tell a stranger that the match is there
        service.express_interest(session, actor, scene.match.id, clock=clock, expected_version=99)
    with pytest.raises((NotFound, Forbidden)):
        service.add_note(session, actor, scene.match.id, NoteMatch(note="看看"), clock=clock)


@pytest.mark.parametrize("who", ["acquirer", "provider", "broker", "need_broker", "official"])
def test_match_is_seen_by_all_who_have_part_in_it(session: Session, clock: FixedClock, scene: Scene, who: str) -> None:
    assert service.view_match(session, getattr(scene, who), scene.match.id, clock=clock).id == scene.match.id


@pytest.mark.parametrize("who", ["official", "administrator"])
def test_authorities_do_not_act(session: Session, clock: FixedClock, scene: Scene, who: str) -> None:
    actor: Actor = getattr(scene, who)
    for act in _acts(session, clock, scene, actor):
        with pytest.raises(Forbidden):
            act()


def test_broker_of_the_match_does_not_speak_for_a_side(session: Session, clock: FixedClock, scene: Scene) -> None:
    with pytest.raises(Forbidden):
        service.express_interest(session, scene.broker, scene.match.id, clock=clock)
    with pytest.raises(Forbidden):
        service.decline_match(session, scene.broker, scene.match.id, DECLINE, clock=clock)
    service.add_note(session, scene.broker, scene.match.id, NoteMatch(note="已电话沟通"), clock=clock)
    view = service.view_match(session, scene.broker, scene.match.id, clock=clock)
    assert view.viewer_side is None
    assert view.events[-1].note == "已电话沟通"


def test_broker_of_a_listing_speaks_for_its_side(session: Session, clock: FixedClock, scene: Scene) -> None:
    match = service.express_interest(session, scene.need_broker, scene.match.id, clock=clock)
    assert match.first_interest is Side.NEED


def test_broker_of_both_listings_must_name_the_side(session: Session, clock: FixedClock, scene: Scene) -> None:
    scene.achievement.broker_id = scene.need_broker.broker_id
    with pytest.raises(Invalid) as refused:
        service.express_interest(session, scene.need_broker, scene.match.id, clock=clock)
    assert refused.value.fields[0].field == "side"
    match = service.express_interest(session, scene.need_broker, scene.match.id, clock=clock, side=Side.ACHIEVEMENT)
    assert match.first_interest is Side.ACHIEVEMENT


def test_party_cannot_speak_for_the_other_side(session: Session, clock: FixedClock, scene: Scene) -> None:
    with pytest.raises(Invalid):
        service.express_interest(session, scene.acquirer, scene.match.id, clock=clock, side=Side.ACHIEVEMENT)


def test_two_interests_are_a_consent(session: Session, clock: FixedClock, scene: Scene) -> None:
    match = service.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
    assert (match.status, match.first_interest) == (MatchStatus.INTERESTED, Side.NEED)
    assert match.respond_by == date(2026, 4, 15)
    service.express_interest(session, scene.provider, scene.match.id, clock=clock)
    assert match.status is MatchStatus.CONSENTED
    assert match.first_interest is Side.NEED
    assert [event.action for event in queries.events_of_match(session, match.id)] == ["express_interest", "consent"]
    assert _tags(session) == ["match.interest_expressed", "match.consented"]


def test_second_click_of_the_same_side_changes_nothing(session: Session, clock: FixedClock, scene: Scene) -> None:
    service.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
    version = scene.match.version
    with pytest.raises(Conflict) as refused:
        service.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
    assert refused.value.code == "already_interested"
    assert scene.match.version == version
    assert len(queries.events_of_match(session, scene.match.id)) == 1


def test_stale_version_is_refused(session: Session, clock: FixedClock, scene: Scene) -> None:
    seen = scene.match.version
    service.express_interest(session, scene.acquirer, scene.match.id, clock=clock, expected_version=seen)
    with pytest.raises(StaleVersion):
        service.decline_match(session, scene.provider, scene.match.id, DECLINE, clock=clock, expected_version=seen)


@pytest.mark.parametrize("status", [ListingStatus.WITHDRAWN, ListingStatus.EXPIRED, ListingStatus.SIGNED])
def test_interest_needs_both_listings_live(
    session: Session, clock: FixedClock, scene: Scene, status: ListingStatus
) -> None:
    scene.achievement.status = status
    with pytest.raises(Conflict) as refused:
        service.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
    assert refused.value.code == "listing_not_live"


def test_decline_goes_back_to_the_lister_with_its_reason(session: Session, clock: FixedClock, scene: Scene) -> None:
    service.express_interest(session, scene.provider, scene.match.id, clock=clock)
    service.decline_match(session, scene.acquirer, scene.match.id, DECLINE, clock=clock)
    view = service.view_match(session, scene.provider, scene.match.id, clock=clock)
    assert view.status is MatchStatus.DECLINED
    assert (view.declined_by, view.decline_reason, view.decline_note) == (
        Side.NEED,
        "价格或预算不合适",
        "预算内无法实施",
    )
    assert view.decline_advice
    assert view.allowed_actions == ["notes"]


def test_decline_needs_a_reason_of_the_list(session: Session, clock: FixedClock, scene: Scene) -> None:
    with pytest.raises(Invalid) as refused:
        service.decline_match(session, scene.acquirer, scene.match.id, DeclineMatch(reason_code="没兴趣"), clock=clock)
    assert refused.value.fields[0].field == "reason_code"
    assert scene.match.status is MatchStatus.SUGGESTED


def test_notes_never_reach_the_audit(session: Session, clock: FixedClock, scene: Scene) -> None:
    service.decline_match(session, scene.acquirer, scene.match.id, DECLINE, clock=clock)
    service.add_note(session, scene.acquirer, scene.match.id, NoteMatch(note="报价含保密数据"), clock=clock)
    facts = "".join(_facts(session))
    assert "预算内" not in facts
    assert "保密数据" not in facts


class TestAssignBroker:
    def test_official_assigns_and_the_broker_finds_it(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        service.assign_broker(session, scene.official, scene.match.id, _to(scene.idle_broker), clock=clock)
        service.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
        assert service.list_inbox(session, scene.idle_broker, FIRST_PAGE, clock=clock).total == 1
        with pytest.raises(NotFound):
            service.view_match(session, scene.broker, scene.match.id, clock=clock)

    def test_owner_may_not(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        with pytest.raises(Forbidden):
            service.assign_broker(session, scene.acquirer, scene.match.id, _to(scene.idle_broker), clock=clock)

    def test_strange_broker_does_not_find_the_match(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        with pytest.raises(NotFound):
            service.assign_broker(session, scene.idle_broker, scene.match.id, _to(scene.idle_broker), clock=clock)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"is_active": False}, "broker_inactive"),
            ({"qualified_until": date(2026, 4, 7)}, "broker_not_qualified"),
            ({"max_load": 0}, "broker_full"),
        ],
    )
    def test_unavailable_broker_is_refused(
        self, session: Session, clock: FixedClock, scene: Scene, change: dict[str, Any], code: str
    ) -> None:
        broker = session.get_one(Broker, scene.idle_broker.broker_id)
        for field, value in change.items():
            setattr(broker, field, value)
        with pytest.raises(Conflict) as refused:
            service.assign_broker(session, scene.official, scene.match.id, _to(scene.idle_broker), clock=clock)
        assert refused.value.code == code

    def test_same_broker_again_is_refused(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        with pytest.raises(Conflict):
            service.assign_broker(session, scene.official, scene.match.id, _to(scene.broker), clock=clock)

    def test_over_once_declined(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        service.decline_match(session, scene.acquirer, scene.match.id, DECLINE, clock=clock)
        with pytest.raises(Conflict):
            service.assign_broker(session, scene.official, scene.match.id, _to(scene.idle_broker), clock=clock)


class TestSuggestMatch:
    def test_broker_puts_a_pair_forward(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        other = make_achievement(session, clock)
        command = SuggestMatch(need_id=scene.need.id, achievement_id=other.id, note="工艺路线相近")
        match = service.suggest_match(session, scene.idle_broker, command, clock=clock)
        assert (match.source, match.broker_id) == (MatchSource.BROKER, scene.idle_broker.broker_id)
        inbox = service.list_inbox(session, scene.acquirer, FIRST_PAGE, clock=clock)
        assert [view.id for view in inbox.items] == [match.id]
        assert inbox.items[0].events[0].note == "工艺路线相近"

    def test_brokers_only(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        command = SuggestMatch(need_id=scene.need.id, achievement_id=scene.achievement.id)
        with pytest.raises(Forbidden):
            service.suggest_match(session, scene.acquirer, command, clock=clock)

    def test_computed_suggestion_becomes_the_brokers(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        command = SuggestMatch(need_id=scene.need.id, achievement_id=scene.achievement.id)
        match = service.suggest_match(session, scene.idle_broker, command, clock=clock)
        assert (match.id, match.score) == (scene.match.id, 7.5)

    def test_declined_pair_is_not_put_forward_again(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        service.decline_match(session, scene.acquirer, scene.match.id, DECLINE, clock=clock)
        with pytest.raises(Conflict):
            service.suggest_match(
                session,
                scene.idle_broker,
                SuggestMatch(need_id=scene.need.id, achievement_id=scene.achievement.id),
                clock=clock,
            )

    def test_draft_is_not_found(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        draft = make_achievement(session, clock, status=ListingStatus.DRAFT)
        with pytest.raises(NotFound):
            service.suggest_match(
                session, scene.idle_broker, SuggestMatch(need_id=scene.need.id, achievement_id=draft.id), clock=clock
            )

    def test_listings_of_one_party_are_refused(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        own = make_achievement(session, clock, owner_party_id=scene.need.owner_party_id)
        with pytest.raises(Invalid):
            service.suggest_match(
                session, scene.idle_broker, SuggestMatch(need_id=scene.need.id, achievement_id=own.id), clock=clock
            )


class TestEscalation:
    def test_overdue_answer_is_escalated_once(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        service.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
        clock.advance(timedelta(days=7))
        assert service.escalate_overdue(session, clock=clock) == 0
        clock.advance(timedelta(days=1))
        assert service.escalate_overdue(session, clock=clock) == 1
        assert service.escalate_overdue(session, clock=clock) == 0
        view = service.view_match(session, scene.broker, scene.match.id, clock=clock)
        assert view.escalated_at == clock.now()
        assert view.is_overdue
        assert _tags(session)[-1] == "match.escalated"

    def test_withdrawn_listing_calls_nobody(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        service.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
        scene.achievement.status = ListingStatus.WITHDRAWN
        clock.advance(timedelta(days=30))
        assert service.escalate_overdue(session, clock=clock) == 0

    def test_official_finds_what_no_broker_looks_after(self, session: Session, clock: FixedClock) -> None:
        match = make_match(session, clock, status=MatchStatus.INTERESTED)
        scene = make_scene(session, clock, status=MatchStatus.INTERESTED)
        clock.advance(timedelta(days=30))
        assert service.escalate_overdue(session, clock=clock) == 2
        inbox = service.list_inbox(session, scene.official, FIRST_PAGE, clock=clock)
        assert [view.id for view in inbox.items] == [match.id]


class TestLists:
    def test_worked_on_pairs_come_first_and_declined_last(self, session: Session, clock: FixedClock) -> None:
        scene = make_scene(session, clock)
        best = make_match(session, clock, need=scene.need, score=99.0)
        declined = make_match(session, clock, need=scene.need, score=100.0, status=MatchStatus.DECLINED)
        service.express_interest(session, scene.provider, scene.match.id, clock=clock)
        page = service.list_matches_of_need(session, scene.acquirer, scene.need.id, FIRST_PAGE, clock=clock)
        assert [view.id for view in page.items] == [scene.match.id, best.id, declined.id]

    def test_suggestions_with_withdrawn_listings_disappear(self, session: Session, clock: FixedClock) -> None:
        scene = make_scene(session, clock)
        scene.achievement.status = ListingStatus.WITHDRAWN
        page = service.list_matches_of_need(session, scene.acquirer, scene.need.id, FIRST_PAGE, clock=clock)
        assert page.total == 0

    @pytest.mark.parametrize("side", ["need", "achievement"])
    def test_suggestions_disappear_when_a_listing_is_over_and_not_yet_marked_so(
        self, session: Session, clock: FixedClock, side: str
    ) -> None:
        scene = make_scene(session, clock)
        scene.match.source = MatchSource.BROKER  # so that it also waits in both inboxes
        reads = _readings(session, clock, scene)
        assert [read().total for read in reads] == [1, 1, 1, 1, 1]

        getattr(scene, side).expires_at = clock.now() - timedelta(hours=1)
        assert [read().total for read in reads] == [0, 0, 0, 0, 0]

    def test_suggestions_of_a_listing_in_talks_outlast_its_date(self, session: Session, clock: FixedClock) -> None:
        scene = make_scene(session, clock)
        scene.need.status = ListingStatus.IN_TALKS
        scene.need.expires_at = clock.now() - timedelta(hours=1)
        page = service.list_matches_of_need(session, scene.acquirer, scene.need.id, FIRST_PAGE, clock=clock)
        assert page.total == 1
        assert service.view_match(session, scene.provider, scene.match.id, clock=clock).id == scene.match.id

    @pytest.mark.parametrize("status", [status for status in MatchStatus if status is not MatchStatus.SUGGESTED])
    def test_pairs_that_people_work_on_outlast_the_date(
        self, session: Session, clock: FixedClock, status: MatchStatus
    ) -> None:
        scene = make_scene(session, clock, status=status)
        scene.achievement.expires_at = clock.now() - timedelta(hours=1)
        page = service.list_matches_of_need(session, scene.acquirer, scene.need.id, FIRST_PAGE, clock=clock)
        assert page.total == 1
        assert service.view_match(session, scene.acquirer, scene.match.id, clock=clock).id == scene.match.id

    @pytest.mark.parametrize("status", [ListingStatus.PUBLISHED, ListingStatus.EXPIRED, ListingStatus.WITHDRAWN])
    def test_suggestion_does_not_tell_of_a_listing_that_is_over(
        self, session: Session, clock: FixedClock, status: ListingStatus
    ) -> None:
        scene = make_scene(session, clock)
        scene.achievement.status = status
        scene.achievement.expires_at = clock.now() - timedelta(hours=1)
        with pytest.raises(NotFound):
            service.view_match(session, scene.acquirer, scene.match.id, clock=clock)
        for actor in (scene.provider, scene.broker, scene.official):
            assert service.view_match(session, actor, scene.match.id, clock=clock).id == scene.match.id

    def test_inbox_holds_what_waits_most_urgent_first(self, session: Session, clock: FixedClock) -> None:
        scene = make_scene(session, clock)
        other = make_match(session, clock, need=scene.need, status=MatchStatus.INTERESTED)
        clock.advance(timedelta(days=2))
        service.express_interest(session, scene.provider, scene.match.id, clock=clock)
        for actor in (scene.acquirer, scene.need_broker):
            inbox = service.list_inbox(session, actor, FIRST_PAGE, clock=clock)
            assert [view.id for view in inbox.items] == [other.id, scene.match.id]
        assert service.list_inbox(session, scene.stranger, FIRST_PAGE, clock=clock).total == 0
        assert service.list_inbox(session, scene.administrator, FIRST_PAGE, clock=clock).total == 0


class TestDisclosure:
    def test_owner_hidden_until_consent(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        scene.need.disclosure = {"owner": "consent", "budget_max_cny": "consent"}
        scene.need.budget_max_cny = Decimal("800000.00")
        before = service.view_match(session, scene.provider, scene.match.id, clock=clock).need
        assert (before.owner_party_id, before.owner_name, before.budget_max_cny) == (None, None, None)
        service.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
        service.express_interest(session, scene.provider, scene.match.id, clock=clock)
        after = service.view_match(session, scene.provider, scene.match.id, clock=clock).need
        assert (after.owner_party_id, after.budget_max_cny) == (scene.need.owner_party_id, Decimal("800000.00"))

    def test_consent_joins_the_two_parties_and_nobody_else(
        self, session: Session, clock: FixedClock, scene: Scene
    ) -> None:
        provider, acquirer = scene.achievement.owner_party_id, scene.need.owner_party_id
        assert not queries.has_consent(session, provider, need_id=scene.need.id)
        service.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
        assert not queries.has_consent(session, provider, need_id=scene.need.id)
        service.express_interest(session, scene.provider, scene.match.id, clock=clock)
        assert queries.has_consent(session, provider, need_id=scene.need.id)
        assert queries.has_consent(session, acquirer, achievement_id=scene.achievement.id)
        assert not queries.has_consent(session, acquirer, need_id=scene.need.id)
        assert scene.stranger.party_id is not None
        assert not queries.has_consent(session, scene.stranger.party_id, need_id=scene.need.id)

    def test_consent_ends_with_a_decline(self, session: Session, clock: FixedClock, scene: Scene) -> None:
        service.express_interest(session, scene.acquirer, scene.match.id, clock=clock)
        service.express_interest(session, scene.provider, scene.match.id, clock=clock)
        service.decline_match(session, scene.provider, scene.match.id, DECLINE, clock=clock)
        assert not queries.has_consent(session, scene.achievement.owner_party_id, need_id=scene.need.id)


def test_side_of_names_the_side(session: Session, clock: FixedClock) -> None:
    scene = make_scene(session, clock)
    sides = {
        name: service.side_of(session, getattr(scene, name), scene.match)
        for name in ("acquirer", "provider", "need_broker", "broker", "official", "stranger")
    }
    assert sides == {
        "acquirer": Side.NEED,
        "provider": Side.ACHIEVEMENT,
        "need_broker": Side.NEED,
        "broker": None,
        "official": None,
        "stranger": None,
    }
    assert make_need(session, clock).broker_id is None


def _readings(session: Session, clock: FixedClock, scene: Scene) -> list[Callable[[], Page[MatchView]]]:
    """Both listings' lists, and the inboxes of both owners and of the broker of the match."""
    need, achievement = scene.need.id, scene.achievement.id
    return [
        lambda: service.list_matches_of_need(session, scene.acquirer, need, FIRST_PAGE, clock=clock),
        lambda: service.list_matches_of_achievement(session, scene.provider, achievement, FIRST_PAGE, clock=clock),
        lambda: service.list_inbox(session, scene.acquirer, FIRST_PAGE, clock=clock),
        lambda: service.list_inbox(session, scene.provider, FIRST_PAGE, clock=clock),
        lambda: service.list_inbox(session, scene.broker, FIRST_PAGE, clock=clock),
    ]


def _acts(session: Session, clock: FixedClock, scene: Scene, actor: Actor) -> list[Callable[[], Match | object]]:
    return [
        lambda: service.express_interest(session, actor, scene.match.id, clock=clock),
        lambda: service.decline_match(session, actor, scene.match.id, DECLINE, clock=clock),
        lambda: service.add_note(session, actor, scene.match.id, NoteMatch(note="记录"), clock=clock),
        lambda: service.suggest_match(
            session, actor, SuggestMatch(need_id=scene.need.id, achievement_id=scene.achievement.id), clock=clock
        ),
    ]


def _to(broker: Actor) -> AssignBroker:
    assert broker.broker_id is not None
    return AssignBroker(broker_id=broker.broker_id)


def _entries(session: Session) -> list[AuditEntry]:
    return list(session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all())


def _tags(session: Session) -> list[str]:
    return [entry.tag for entry in _entries(session)]


def _facts(session: Session) -> list[str]:
    return [entry.facts for entry in _entries(session)]


def test_errors_name_no_party(session: Session, clock: FixedClock, scene: Scene) -> None:
    with pytest.raises(DomainError) as refused:
        service.view_match(session, scene.stranger, scene.match.id, clock=clock)
    assert str(scene.need.owner_party_id) not in refused.value.detail
