"""Listings that repeat another: what is pointed out, what is refused, and what must not be told."""

import pytest
from sqlmodel import Session

from market.kernel.actor import ANONYMOUS, Role
from market.kernel.clock import FixedClock
from market.kernel.errors import (
    Conflict,
    NotFound,
    Unauthenticated,
)
from market.listings.models import ListingStatus
from tests.factories.listings import make_owner, reviewer, user_of
from tests.factories.parties import make_broker
from tests.market.listings.nouns import NEED, Noun
from tests.market.listings.steps import draft_listing

OTHER_TEXTS = {"key_technology": "", "expected_outcome": ""}
"""Needs are compared by three texts; the tests below speak of one."""


def _text(noun: Noun, title: str, text: str) -> dict[str, str]:
    others = OTHER_TEXTS if noun is NEED else {}
    return {"title": title, noun.text_field: text} | others


class TestDuplicates:
    def test_same_content_of_the_same_owner_is_refused_with_the_others_number(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        owner = make_owner(session, clock)
        actor = user_of(owner)
        text = _text(noun, "乳酸菌发酵枸杞原浆", "活菌数不低于每毫升一亿,保质期 180 天。")
        first = draft_listing(noun, session, actor, clock, **text)
        noun.submit(session, actor, first.id, clock=clock)
        second = draft_listing(noun, session, actor, clock, **(text | {"title": "乳酸菌发酵 枸杞原浆。"}))

        with pytest.raises(Conflict, match="duplicate_listing") as caught:
            noun.submit(session, actor, second.id, clock=clock)

        assert str(first.id) in caught.value.detail
        assert second.status is ListingStatus.DRAFT
        noun.withdraw(session, actor, first.id, clock=clock)
        noun.submit(session, actor, second.id, clock=clock)

    def test_same_content_of_another_owner_is_pointed_out_and_not_refused(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        text = _text(noun, "乳酸菌发酵枸杞原浆", "活菌数不低于每毫升一亿,保质期 180 天。")
        other = noun.make(session, clock, **text)
        unlike = noun.make(
            session, clock, title="光伏组件智能清洗机器人", **{noun.text_field: "无水清洗,日清洗 2 兆瓦。"}
        )
        actor = user_of(make_owner(session, clock))
        draft = draft_listing(noun, session, actor, clock, field_code="07", **text)

        hints = noun.service.find_duplicates(session, actor, draft.id)

        assert [(hint.id, hint.similarity) for hint in hints] == [(other.id, 1.0)]
        assert unlike.id not in {hint.id for hint in hints}
        noun.submit(session, actor, draft.id, clock=clock)

    def test_unpublished_listings_of_others_are_known_to_reviewers_only(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        text = _text(noun, "乳酸菌发酵枸杞原浆", "活菌数不低于每毫升一亿。")
        handed_in = noun.make(session, clock, status=ListingStatus.SUBMITTED, **text)
        actor = user_of(make_owner(session, clock))
        draft = draft_listing(noun, session, actor, clock, field_code="07", **text)

        assert noun.service.find_duplicates(session, actor, draft.id) == []
        assert [hint.id for hint in noun.service.find_duplicates(session, reviewer(), draft.id)] == [handed_in.id]

    def test_hidden_text_of_another_owner_is_not_compared(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        secret = {noun.text_field: "活菌数不低于每毫升一亿,保质期 180 天。"}
        noun.make(session, clock, title="甲题", disclosure={noun.text_field: "consent"}, **secret)
        actor = user_of(make_owner(session, clock))
        draft = draft_listing(noun, session, actor, clock, field_code="07", title="全然不同的标题", **secret)

        assert noun.service.find_duplicates(session, actor, draft.id) == []

    def test_drafts_of_an_owner_are_not_told_to_a_broker_who_was_not_given_them(
        self, session: Session, clock: FixedClock, noun: Noun
    ) -> None:
        """A broker may enter a listing for any party, and must not learn by it what that party keeps to itself."""
        text = _text(noun, "乳酸菌发酵枸杞原浆", "活菌数不低于每毫升一亿。")
        owner, profile = make_owner(session, clock), make_broker(session, clock)
        noun.make(session, clock, owner=owner, status=ListingStatus.DRAFT, **text)
        broker = user_of(None, Role.BROKER, broker_id=profile.id)
        entered = draft_listing(noun, session, broker, clock, field_code="07", owner_party_id=owner.id, **text)

        assert noun.service.find_duplicates(session, broker, entered.id) == []

        given = noun.make(session, clock, owner=owner, status=ListingStatus.DRAFT, broker_id=profile.id, **text)
        assert [hint.id for hint in noun.service.find_duplicates(session, broker, entered.id)] == [given.id]

    def test_comparison_is_refused_to_strangers(self, session: Session, clock: FixedClock, noun: Noun) -> None:
        listing = noun.make(session, clock)

        with pytest.raises(NotFound):
            noun.service.find_duplicates(session, user_of(make_owner(session, clock)), listing.id)
        with pytest.raises(Unauthenticated):
            noun.service.find_duplicates(session, ANONYMOUS, listing.id)
