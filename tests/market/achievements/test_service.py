"""What only achievements have: rights, registration numbers, what a broker may do, and what opens after consent."""

from datetime import date
from uuid import UUID

import pytest
from sqlmodel import Session

from market.achievements import queries, service
from market.achievements.schemas import DraftAchievement, EditAchievement
from market.kernel.actor import Role
from market.kernel.clock import FixedClock
from market.kernel.errors import Conflict, Forbidden
from market.listings.disclosure import Viewer
from market.listings.models import ListingStatus
from market.matches.models import Match, MatchStatus
from market.parties.models import Broker, User
from tests.factories.achievements import make_achievement
from tests.factories.listings import make_owner, next_number, reviewer, user_of
from tests.factories.needs import make_need


def _broker(session: Session, clock: FixedClock) -> UUID:
    times = {"created_at": clock.now(), "updated_at": clock.now()}
    login = f"broker-{next_number()}"
    user = User(login=login, password_hash="-", display_name="示范经理人", role=Role.BROKER, **times)
    session.add(user)
    session.flush()
    broker = Broker(user_id=user.id, name="示范经理人", qualification_code="junior", **times)
    session.add(broker)
    session.flush()
    return broker.id


def test_rights_carry_their_legal_end_when_none_is_given(session: Session, clock: FixedClock) -> None:
    rights = [
        {"kind_code": "patent_invention", "number": "演示202010000001", "status": "granted", "filed_on": "2020-03-01"},
        {"kind_code": "utility_model", "filed_on": "2020-03-01", "expires_on": "2029-01-01"},
    ]
    command = DraftAchievement.model_validate(
        {"title": "示范成果", "field_code": "04", "intellectual_property": rights, "completers": ["示范完成人"]}
    )

    achievement = service.draft_achievement(session, user_of(make_owner(session, clock)), command, clock=clock)

    stored = queries.intellectual_property_of(session, achievement.id)
    assert [right.expires_on for right in stored] == [date(2040, 3, 1), date(2029, 1, 1)]


def test_registration_number_belongs_to_one_achievement(session: Session, clock: FixedClock) -> None:
    owner = make_owner(session, clock)
    make_achievement(session, clock, registration_no="640Y20260001")
    other = make_achievement(session, clock, owner=owner)
    taken = EditAchievement(registration_no="640Y20260001")

    with pytest.raises(Conflict, match="registration_no_taken") as caught:
        service.edit_achievement(session, user_of(owner), other.id, taken, clock=clock)

    assert caught.value.fields[0].field == "registration_no"


def test_price_is_cleared_when_null_is_sent_and_kept_when_nothing_is(session: Session, clock: FixedClock) -> None:
    owner = make_owner(session, clock)
    achievement = make_achievement(session, clock, owner=owner, asking_price_cny="880000.00")

    service.edit_achievement(session, user_of(owner), achievement.id, EditAchievement(trl=8), clock=clock)
    assert str(achievement.asking_price_cny) == "880000.00"
    service.edit_achievement(
        session, user_of(owner), achievement.id, EditAchievement(asking_price_cny=None), clock=clock
    )

    assert achievement.asking_price_cny is None


def test_broker_looks_after_what_it_entered_for_a_party_and_nothing_else(session: Session, clock: FixedClock) -> None:
    owner, broker_id = make_owner(session, clock), _broker(session, clock)
    broker = user_of(None, Role.BROKER, broker_id=broker_id)
    command = DraftAchievement(title="示范成果", field_code="04", owner_party_id=owner.id)

    achievement = service.draft_achievement(session, broker, command, clock=clock)
    service.submit_achievement(session, broker, achievement.id, clock=clock)
    service.publish_achievement(session, reviewer(), achievement.id, clock=clock)

    assert achievement.broker_id == broker_id
    assert service.view_achievement(session, broker, achievement.id, clock=clock).viewer is Viewer.OWNER
    with pytest.raises(Forbidden):
        service.withdraw_achievement(session, broker, make_achievement(session, clock).id, clock=clock)
    other = user_of(None, Role.BROKER, broker_id=_broker(session, clock))
    with pytest.raises(Forbidden):
        service.withdraw_achievement(session, other, achievement.id, clock=clock)


def test_confidential_part_opens_for_the_party_with_consent_only(session: Session, clock: FixedClock) -> None:
    asker, stranger = make_owner(session, clock), make_owner(session, clock)
    need = make_need(session, clock, owner=asker)
    achievement = make_achievement(session, clock, confidential_detail="保密正文", status=ListingStatus.SIGNED)
    match = Match(
        need_id=need.id, achievement_id=achievement.id, score=1.0, model_version="示范", computed_at=clock.now(),
        status=MatchStatus.IN_DEAL, created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    session.add(match)
    live = make_achievement(session, clock, confidential_detail="保密正文")

    view = service.view_achievement(session, user_of(asker), achievement.id, clock=clock)

    assert (view.viewer, view.confidential_detail) == (Viewer.CONSENTED, "保密正文")
    assert service.view_achievement(session, user_of(asker), live.id, clock=clock).confidential_detail is None
    assert service.view_achievement(session, user_of(stranger), live.id, clock=clock).confidential_detail is None
