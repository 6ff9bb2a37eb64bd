"""The life cycle on a real database, for both nouns: who may do what, what is refused, what two people at once cannot break."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session

from market.kernel.actor import ANONYMOUS, SYSTEM, Actor, Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    StaleVersion,
    Unauthenticated,
)
from market.kernel.paging import PageRequest
from market.listings.disclosure import Viewer
from market.listings.models import ListingStatus
from market.listings.rules import LIFETIME_DAYS, STATUS_LABELS
from market.listings.schemas import ReturnListing
from market.parties.models import Origin
from tests.factories.listings import make_owner, reviewer, user_of
from tests.market.listings.nouns import Noun
from tests.market.listings.steps import audit_tags, draft_listing, outbox_entries


class TestDraft:
    def test_needs_a_sign_in(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        with pytest.raises(Unauthenticated):
            draft_listing(noun, session, ANONYMOUS, clock)

    def test_is_refused_to_an_administrator(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        with pytest.raises(Forbidden):
            draft_listing(noun, session, user_of(None, Role.ADMINISTRATOR), clock)

    def test_belongs_to_the_own_party_when_no_owner_is_named(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        owner = make_owner(session, clock)

        listing = draft_listing(noun, session, user_of(owner), clock)

        assert listing.owner_party_id == owner.id
        assert listing.status is ListingStatus.DRAFT
        assert audit_tags(session, listing.id) == ["drafted"]
        assert outbox_entries(session, listing.id) == 0

    def test_for_another_party_is_refused_to_its_competitor(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        owner, other = make_owner(session, clock), make_owner(session, clock)

        with pytest.raises(Forbidden):
            draft_listing(noun, session, user_of(other), clock, owner_party_id=owner.id)

    def test_for_another_party_is_open_to_officials_and_the_system(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        owner = make_owner(session, clock)

        for actor in (reviewer(), SYSTEM):
            assert draft_listing(noun, session, actor, clock, owner_party_id=owner.id).owner_party_id == owner.id

    def test_names_every_wrong_field_at_once(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        actor = user_of(make_owner(session, clock))

        with pytest.raises(Invalid) as caught:
            draft_listing(
                noun, session, actor, clock, field_code="99", region_code="宁夏", transfer_ways=["transfer", "gift"],
                disclosure={"confidential_detail": "public"}, broker_id=None,
            )  # fmt: skip

        fields = {error.field for error in caught.value.fields}
        assert fields == {"field_code", "region_code", "transfer_ways.1", "disclosure.confidential_detail"}
        assert all(error.remedy for error in caught.value.fields)

    def test_is_refused_when_the_broker_does_not_exist(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        with pytest.raises(Invalid) as caught:
            draft_listing(noun, session, user_of(make_owner(session, clock)), clock, broker_id=uuid4())

        assert caught.value.fields[0].field == "broker_id"

    def test_from_one_source_is_made_once(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        owner = make_owner(session, clock)
        command = noun.draft_command(title="示范来源", field_code="04", owner_party_id=owner.id)
        noun.draft(session, SYSTEM, command, clock=clock, source_ref="演示表:1")

        with pytest.raises(Conflict, match="already_imported"):
            noun.draft(session, SYSTEM, command, clock=clock, source_ref="演示表:1")


class TestEnter:
    """The single step of imports comes to the same as the steps one by one."""

    @pytest.mark.parametrize("until", [ListingStatus.DRAFT, ListingStatus.SUBMITTED, ListingStatus.PUBLISHED])
    def test_comes_to_the_same_row_as_the_single_steps(
        self, session: Session, clock: FixedClock, noun: Noun, until: ListingStatus
    ) -> None:
        owners = [make_owner(session, clock), make_owner(session, clock)]
        commands = [
            noun.draft_command.model_validate(
                {
                    "title": "羊绒分梳落绒回收再利用(演示)",
                    "field_code": "04",
                    "owner_party_id": owner.id,
                    "indicators": [{"name": "回收率", "operator": "ge", "value": "85", "unit": "%"}],
                }
            )
            for owner in owners
        ]
        stepped = noun.draft(session, SYSTEM, commands[0], clock=clock)
        if until is not ListingStatus.DRAFT:
            noun.submit(session, SYSTEM, stepped.id, clock=clock)
        if until is ListingStatus.PUBLISHED:
            noun.publish(session, SYSTEM, stepped.id, clock=clock)

        enter = noun.service.__dict__[f"enter_{noun.subject}s"]
        [entered] = enter(session, SYSTEM, [(commands[1], "演示表:1")], until=until, clock=clock)

        own = {"id", "version", "owner_party_id", "origin", "source_ref"}
        assert entered.model_dump(exclude=own) == stepped.model_dump(exclude=own)
        assert audit_tags(session, entered.id) == ["entered"]
        assert outbox_entries(session, entered.id) == outbox_entries(session, stepped.id)
        assert len(noun.queries.indicators_of(session, [entered.id])[entered.id]) == 1

    def test_refuses_what_the_single_steps_refuse(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        enter = partial(noun.service.__dict__[f"enter_{noun.subject}s"], session, clock=clock)
        owner = make_owner(session, clock)
        command = noun.draft_command(title="示范", field_code="04", owner_party_id=owner.id)
        enter(SYSTEM, [(command, "演示表:1")], until=ListingStatus.SUBMITTED)

        with pytest.raises(Conflict, match="duplicate_listing"):
            enter(SYSTEM, [(command, "演示表:2")], until=ListingStatus.SUBMITTED, origin=Origin.ENTERED)
        other = noun.draft_command(title="示范之二", field_code="04")
        with pytest.raises(Forbidden):
            enter(user_of(owner), [(other, "演示表:3")], until=ListingStatus.PUBLISHED)
        with pytest.raises(Conflict, match="already_imported"):
            enter(SYSTEM, [(command, "演示表:4"), (command, "演示表:1")], until=ListingStatus.SUBMITTED)
        with pytest.raises(Conflict, match="already_imported"):
            enter(SYSTEM, [(command, "演示表:5"), (command, "演示表:5")], until=ListingStatus.SUBMITTED)

        assert noun.queries.list_own(session, owner.id, PageRequest()).total == 1

    def test_imported_repeats_come_in_and_may_be_handed_in_again(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        owner = make_owner(session, clock)
        command = noun.draft_command(title="示范", field_code="04", owner_party_id=owner.id)
        enter = noun.service.__dict__[f"enter_{noun.subject}s"]
        entries = [(command, f"演示表:{number}") for number in range(3)]

        rows = enter(session, SYSTEM, entries, until=ListingStatus.PUBLISHED, clock=clock)
        noun.withdraw(session, SYSTEM, rows[2].id, clock=clock)
        noun.submit(session, SYSTEM, rows[2].id, clock=clock)

        assert [row.status for row in rows] == [*[ListingStatus.PUBLISHED] * 2, ListingStatus.SUBMITTED]
        assert [audit_tags(session, row.id)[0] for row in rows] == ["entered"] * 3


class TestJourney:
    def test_from_draft_to_signed(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        actor = user_of(make_owner(session, clock))
        listing = draft_listing(noun, session, actor, clock)

        noun.submit(session, actor, listing.id, clock=clock)
        noun.send_back(session, reviewer(), listing.id, ReturnListing(reason="请补充指标"), clock=clock)
        assert listing.return_reason == "请补充指标"
        noun.submit(session, actor, listing.id, clock=clock)
        noun.publish(session, reviewer(), listing.id, clock=clock)
        assert listing.return_reason == ""
        assert listing.expires_at == clock.now() + timedelta(days=LIFETIME_DAYS)
        noun.service.mark_in_talks(session, listing.id, clock=clock)
        noun.service.release_from_talks(session, listing.id, clock=clock)
        noun.service.mark_in_talks(session, listing.id, clock=clock)
        noun.service.mark_signed(session, listing.id, clock=clock)

        assert listing.status is ListingStatus.SIGNED
        assert audit_tags(session, listing.id) == [
            "drafted", "submitted", "returned", "submitted", "published", "talks_started", "released", "talks_started",
            "signed",
        ]  # fmt: skip
        assert outbox_entries(session, listing.id) == 5

    def test_withdrawn_listing_passes_review_again_before_it_is_back(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        owner = make_owner(session, clock)
        listing = noun.make(session, clock, owner=owner)

        noun.withdraw(session, user_of(owner), listing.id, clock=clock)
        with pytest.raises(IllegalTransition):
            noun.publish(session, reviewer(), listing.id, clock=clock)
        noun.submit(session, user_of(owner), listing.id, clock=clock)
        noun.publish(session, reviewer(), listing.id, clock=clock)

        assert listing.status is ListingStatus.PUBLISHED

    def test_second_deal_about_a_listing_changes_nothing(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        listing = noun.make(session, clock)
        noun.service.mark_in_talks(session, listing.id, clock=clock)
        version = listing.version

        noun.service.mark_in_talks(session, listing.id, clock=clock)
        session.flush()

        assert listing.version == version

    def test_release_after_signing_changes_nothing(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        listing = noun.make(session, clock, status=ListingStatus.SIGNED)

        noun.service.release_from_talks(session, listing.id, clock=clock)

        assert listing.status is ListingStatus.SIGNED

    def test_signing_twice_is_refused(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        listing = noun.make(session, clock, status=ListingStatus.SIGNED)

        with pytest.raises(IllegalTransition):
            noun.service.mark_signed(session, listing.id, clock=clock)

    @pytest.mark.parametrize("status", list(ListingStatus))
    @pytest.mark.parametrize("is_reviewer", [False, True])
    def test_what_the_view_offers_can_be_done_and_nothing_else(
        self, session: Session, clock: FixedClock, noun: Noun, status: ListingStatus, *, is_reviewer: bool
    ) -> None:
        owner = make_owner(session, clock)
        actor = reviewer() if is_reviewer else user_of(owner)
        steps = {
            "submit": lambda id_: noun.submit(session, actor, id_, clock=clock),
            "publish": lambda id_: noun.publish(session, actor, id_, clock=clock),
            "return": lambda id_: noun.send_back(session, actor, id_, ReturnListing(reason="示范"), clock=clock),
            "withdraw": lambda id_: noun.withdraw(session, actor, id_, clock=clock),
            "renew": lambda id_: noun.renew(session, actor, id_, clock=clock),
            "edit": lambda id_: noun.edit(session, actor, id_, noun.edit_command(summary="新简介"), clock=clock),
        }
        for name, step in steps.items():
            listing = noun.make(session, clock, owner=owner, status=status)
            is_offered = name in noun.view(session, actor, listing.id, clock=clock).allowed_actions
            try:
                step(listing.id)
            except DomainError:
                assert not is_offered, name
            else:
                assert is_offered, name

    def test_official_who_entered_a_listing_carries_it_further(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        official, owner = reviewer(), make_owner(session, clock)
        listing = draft_listing(noun, session, official, clock, owner_party_id=owner.id)

        offered = noun.view(session, official, listing.id, clock=clock).allowed_actions
        noun.submit(session, official, listing.id, clock=clock)

        assert offered == ["edit", "submit", "withdraw"]
        assert noun.view(session, user_of(owner), listing.id, clock=clock).viewer is Viewer.OWNER


class TestPermissions:
    STEPS = ("submit", "withdraw", "renew", "edit")

    def _step(self, noun: Noun, session: Session, actor: Actor, listing_id: UUID, name: str, clock: FixedClock) -> None:
        if name == "edit":
            noun.edit(session, actor, listing_id, noun.edit_command(summary="改"), clock=clock)
        else:
            getattr(noun, name)(session, actor, listing_id, clock=clock)

    @pytest.mark.parametrize("name", STEPS)
    def test_step_of_the_lister_is_refused_to_others(
        self, session: Session, clock: FixedClock, noun: Noun, name: str
    ) -> None:
        published, draft = noun.make(session, clock), noun.make(session, clock, status=ListingStatus.DRAFT)
        stranger = user_of(make_owner(session, clock))

        with pytest.raises(Unauthenticated):
            self._step(noun, session, ANONYMOUS, published.id, name, clock)
        with pytest.raises(Forbidden):
            self._step(noun, session, stranger, published.id, name, clock)
        with pytest.raises(NotFound):
            self._step(noun, session, stranger, draft.id, name, clock)
        with pytest.raises(Forbidden):
            self._step(noun, session, user_of(None, Role.ADMINISTRATOR), published.id, name, clock)

    def test_review_is_refused_to_the_lister(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        owner = make_owner(session, clock)
        listing = noun.make(session, clock, owner=owner, status=ListingStatus.SUBMITTED)

        with pytest.raises(Forbidden):
            noun.publish(session, user_of(owner), listing.id, clock=clock)
        with pytest.raises(Forbidden):
            noun.send_back(session, user_of(owner), listing.id, ReturnListing(reason="示范"), clock=clock)
        with pytest.raises(Unauthenticated):
            noun.publish(session, ANONYMOUS, listing.id, clock=clock)

    def test_reviewer_takes_down_what_should_not_stand_in_public(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        listing = noun.make(session, clock)

        noun.withdraw(session, reviewer(), listing.id, clock=clock)

        assert listing.status is ListingStatus.WITHDRAWN
        assert outbox_entries(session, listing.id) == 1

    @pytest.mark.parametrize("status", list(ListingStatus))
    def test_view_is_not_found_by_strangers_unless_live(
        self, session: Session, clock: FixedClock, noun: Noun, status: ListingStatus
    ) -> None:
        listing = noun.make(session, clock, status=status)
        is_live = status in (ListingStatus.PUBLISHED, ListingStatus.IN_TALKS)

        for actor in (ANONYMOUS, user_of(make_owner(session, clock)), user_of(None, Role.ADMINISTRATOR)):
            if is_live:
                assert noun.view(session, actor, listing.id, clock=clock).id == listing.id
            else:
                with pytest.raises(NotFound):
                    noun.view(session, actor, listing.id, clock=clock)
        assert noun.view(session, reviewer(), listing.id, clock=clock).viewer is Viewer.REVIEWER

    def test_lists_show_each_viewer_what_it_may_read(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        listing = noun.make(session, clock, disclosure={"owner": "members", "summary": "consent"})
        cards = getattr(noun.service, f"{noun.subject}_cards")

        public, member = cards(session, ANONYMOUS, [listing])[0], cards(session, user_of(None), [listing])[0]

        assert (public.owner_name, public.summary) == (None, None)
        assert member.owner_name
        assert member.summary is None


class TestEdit:
    def test_changes_only_what_was_sent(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        owner = make_owner(session, clock)
        listing = noun.make(session, clock, owner=owner)
        title, hash_before = listing.title, listing.content_hash

        noun.edit(session, user_of(owner), listing.id, noun.edit_command(keywords=["新词"]), clock=clock)

        assert (listing.title, listing.keywords, listing.content_hash) == (title, ["新词"], hash_before)
        assert outbox_entries(session, listing.id) == 1

    def test_of_indicators_alone_raises_the_version(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        owner = make_owner(session, clock)
        listing = noun.make(session, clock, owner=owner)
        version = listing.version
        indicator = {"name": "纯度", "operator": "ge", "value": "99.9", "unit": "%"}
        command = noun.edit_command.model_validate({"indicators": [indicator]})

        noun.edit(session, user_of(owner), listing.id, command, clock=clock)
        noun.edit(session, user_of(owner), listing.id, command, clock=clock)

        assert listing.version == version + 2
        assert [row.name for row in noun.queries.indicators_of(session, [listing.id])[listing.id]] == ["纯度"]

    def test_of_a_draft_does_not_reach_the_index(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        owner = make_owner(session, clock)
        listing = noun.make(session, clock, owner=owner, status=ListingStatus.DRAFT)

        noun.edit(session, user_of(owner), listing.id, noun.edit_command(summary="新"), clock=clock)

        assert outbox_entries(session, listing.id) == 0

    def test_is_refused_on_a_stale_version(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        owner = make_owner(session, clock)
        listing = noun.make(session, clock, owner=owner)
        seen = listing.version
        noun.edit(
            session, user_of(owner), listing.id, noun.edit_command(summary="一"), clock=clock, expected_version=seen
        )

        with pytest.raises(StaleVersion):
            noun.edit(
                session, user_of(owner), listing.id, noun.edit_command(summary="二"), clock=clock, expected_version=seen
            )

        assert listing.summary == "一"

    def test_of_the_wrong_kind_writes_nothing(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        owner = make_owner(session, clock)
        listing = noun.make(session, clock, owner=owner)

        with pytest.raises(Invalid):
            noun.edit(session, user_of(owner), listing.id, noun.edit_command(field_code="77"), clock=clock)

        assert listing.field_code == "07"
        assert audit_tags(session, listing.id) == []


class TestValidity:
    def test_expires_after_its_days_and_is_renewed_with_one_click(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        owner = make_owner(session, clock)
        listing = noun.make(session, clock, owner=owner)
        clock.advance(timedelta(days=LIFETIME_DAYS - 1))
        assert noun.service.expire_due(session, clock=clock) == 0

        clock.advance(timedelta(days=1))
        with pytest.raises(NotFound):  # gone in that very second, before anybody has swept
            noun.view(session, ANONYMOUS, listing.id, clock=clock)
        assert noun.queries.list_published(session, PageRequest(), now=clock.now()).total == 0
        assert noun.service.expire_due(session, clock=clock) == 1
        assert noun.service.expire_due(session, clock=clock) == 0
        assert listing.status is ListingStatus.EXPIRED

        clock.advance(timedelta(days=90))
        noun.renew(session, user_of(owner), listing.id, clock=clock)

        assert listing.status is ListingStatus.PUBLISHED
        assert listing.expires_at == clock.now() + timedelta(days=LIFETIME_DAYS)
        assert audit_tags(session, listing.id) == ["expired", "renewed"]
        assert outbox_entries(session, listing.id) == 2

    def test_talks_outlast_the_date(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        listing = noun.make(session, clock, status=ListingStatus.IN_TALKS)
        clock.advance(timedelta(days=LIFETIME_DAYS + 5))

        assert noun.service.expire_due(session, clock=clock) == 0
        noun.service.release_from_talks(session, listing.id, clock=clock)
        assert noun.service.expire_due(session, clock=clock) == 1

    def test_renewal_before_the_window_is_refused_with_the_date(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        owner = make_owner(session, clock)
        listing = noun.make(session, clock, owner=owner)

        with pytest.raises(Conflict, match="renewal_too_early") as caught:
            noun.renew(session, user_of(owner), listing.id, clock=clock)

        assert "2026-09-05" in caught.value.detail


class TestTogether:
    def test_one_wins_when_two_reviewers_publish_at_once(
        self, database: Database, clock: FixedClock, noun: Noun
    ) -> None:
        with database.writing() as session:
            listing_id = noun.make(session, clock, status=ListingStatus.SUBMITTED, published_at=None).id

        def publish(actor: Actor) -> str:
            try:
                with database.writing() as session:
                    noun.publish(session, actor, listing_id, clock=clock)
            except IllegalTransition as error:
                return error.detail
            return "published"

        with ThreadPoolExecutor(2) as pool:
            outcomes = sorted(pool.map(publish, [reviewer(), reviewer()]))

        assert outcomes[0] == "published"
        assert STATUS_LABELS[ListingStatus.PUBLISHED] in outcomes[1]
        with database.reading() as session:
            assert audit_tags(session, listing_id) == ["published"]
            assert outbox_entries(session, listing_id) == 1

    def test_edit_and_withdrawal_at_once_leave_one_of_both_orders(
        self, database: Database, clock: FixedClock, noun: Noun
    ) -> None:
        with database.writing() as session:
            owner = make_owner(session, clock)
            listing = noun.make(session, clock, owner=owner)
            listing_id, seen = listing.id, listing.version

        def act(name: str) -> str:
            try:
                with database.writing() as session:
                    if name == "edit":
                        command = noun.edit_command(summary="改")
                        noun.edit(session, user_of(owner), listing_id, command, clock=clock, expected_version=seen)
                    else:
                        noun.withdraw(session, user_of(owner), listing_id, clock=clock, expected_version=seen)
            except StaleVersion:
                return "stale"
            return name

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(act, ["edit", "withdraw"]))

        assert sorted(outcomes) in (["edit", "stale"], ["stale", "withdraw"])
