"""Parties, users and brokers: who may, what is refused, what the public sees."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from market.deals.models import DealStatus
from market.kernel.actor import ANONYMOUS, SYSTEM, Role
from market.kernel.audit import AuditEntry
from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion, Unauthenticated
from market.kernel.paging import PageRequest
from market.matches.models import MatchStatus
from market.parties import queries, service
from market.parties.models import PartyKind
from market.parties.schemas import (
    BrokerDraft,
    BrokerEdit,
    ChangePassword,
    PartyDraft,
    PartyEdit,
    PartyFilter,
    PartyPublicView,
    PartyView,
    UserDraft,
    UserEdit,
)
from tests.factories.deals import make_deal
from tests.factories.matches import make_match
from tests.factories.parties import PASSWORD, actor_of, make_broker, make_credit_code, make_party, make_user

PAGE = PageRequest()


def party_draft(**overrides):
    values = {
        "kind": "enterprise",
        "name": "示范枸杞深加工有限公司(演示)",
        "credit_code": make_credit_code(900_001),
        "party_type_code": "150",
        "region_code": "640521",
    }
    return PartyDraft(**values | overrides)


def user_draft(**overrides):
    values = {
        "login": "New.User",
        "password": PASSWORD,
        "display_name": "演示管理员",
        "role": "administrator",
    }
    return UserDraft(**values | overrides)


def actor_in(session, clock, role):
    return actor_of(make_user(session, clock, role=role))


class TestPermissions:
    @pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.INSTITUTE, Role.BROKER])
    def test_traders_enter_no_parties_users_or_brokers(self, session, clock, role):
        actor = actor_in(session, clock, role)
        other = make_user(session, clock)

        for act in (
            lambda: service.create_party(session, actor, party_draft(), clock=clock),
            lambda: service.edit_party(session, actor, other.party_id, PartyEdit(address="x"), clock=clock),
            lambda: service.create_user(session, actor, user_draft(), clock=clock),
            lambda: service.edit_user(session, actor, other.id, UserEdit(display_name="x"), clock=clock),
            lambda: service.create_broker(
                session, actor, BrokerDraft(user_id=other.id, qualification_code="junior"), clock=clock
            ),
        ):
            with pytest.raises(Forbidden):
                act()

    def test_officials_enter_parties_but_no_users(self, session, clock):
        official = actor_in(session, clock, Role.OFFICIAL)

        assert service.create_party(session, official, party_draft(), clock=clock).version == 1
        with pytest.raises(Forbidden):
            service.create_user(session, official, user_draft(), clock=clock)

    def test_visitors_are_asked_to_sign_in(self, session, clock):
        with pytest.raises(Unauthenticated):
            service.create_party(session, ANONYMOUS, party_draft(), clock=clock)
        with pytest.raises(Unauthenticated):
            service.change_password(
                session, ANONYMOUS, ChangePassword(current_password="a", new_password="b"), clock=clock
            )


class TestParty:
    def test_is_entered_with_its_code_in_standard_form(self, session, clock):
        code = make_credit_code(900_002)

        party = service.create_party(session, SYSTEM, party_draft(credit_code=f" {code.lower()} "), clock=clock)

        assert party.credit_code == code
        assert queries.find_party_by_credit_code(session, code) is party
        assert queries.find_party_by_name(session, party.name) is party

    @pytest.mark.parametrize(
        ("overrides", "field"),
        [
            ({"credit_code": "916401000000000000"}, "credit_code"),
            ({"credit_code": None}, "credit_code"),
            ({"party_type_code": "999"}, "party_type_code"),
            ({"region_code": "999999"}, "region_code"),
            ({"industry_code": "Z"}, "industry_code"),
            ({"scale": "huge"}, "scale"),
        ],
    )
    def test_is_refused_with_field_and_remedy_when_it_does_not_fit(self, session, clock, overrides, field):
        with pytest.raises(Invalid) as caught:
            service.create_party(session, SYSTEM, party_draft(**overrides), clock=clock)

        assert [error.field for error in caught.value.fields] == [field]
        assert caught.value.fields[0].remedy

    @pytest.mark.parametrize(
        "overrides",
        [{"name": "坏\x00名"}, {"name": "  "}, {"name": "长" * 101}, {"country_code": "CN"}, {"contact_phone": "call me"}, {"owner": "x"}],
    )  # fmt: skip
    def test_is_refused_by_its_schema_when_malformed(self, overrides):
        with pytest.raises(ValidationError):
            party_draft(**overrides)

    def test_conflicts_when_the_code_is_entered_already(self, session, clock):
        service.create_party(session, SYSTEM, party_draft(), clock=clock)

        with pytest.raises(Conflict, match="credit_code_taken"):
            service.create_party(session, SYSTEM, party_draft(name="另一家(演示)"), clock=clock)

    def test_is_entered_once_when_two_officials_enter_it_at_the_same_time(self, database, clock):
        def enter(_):
            try:
                with database.writing() as session:
                    service.create_party(session, SYSTEM, party_draft(), clock=clock)
            except (Conflict, IntegrityError):
                return "refused"
            return "entered"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(enter, range(2))) == ["entered", "refused"]

    def test_changes_its_own_contact_but_not_its_name(self, session, clock):
        user = make_user(session, clock)

        party = service.edit_party(
            session, actor_of(user), user.party_id, PartyEdit(contact_phone="0951-5550100 转 12".replace(" ", "")), clock=clock
        )  # fmt: skip

        assert party.contact_phone == "0951-5550100转12"
        assert party.version == 2
        with pytest.raises(Forbidden) as caught:
            service.edit_party(session, actor_of(user), user.party_id, PartyEdit(name="改名"), clock=clock)
        assert caught.value.fields[0].field == "name"

    def test_stays_as_it_is_when_nothing_differs(self, session, clock):
        party = make_party(session, clock)

        service.edit_party(session, SYSTEM, party.id, PartyEdit(name=party.name), clock=clock)

        assert party.version == 1

    def test_is_checked_as_a_whole_when_edited(self, session, clock):
        party, other = make_party(session, clock), make_party(session, clock)

        with pytest.raises(Invalid):
            service.edit_party(session, SYSTEM, party.id, PartyEdit(credit_code=None), clock=clock)
        with pytest.raises(Conflict, match="credit_code_taken"):
            service.edit_party(session, SYSTEM, party.id, PartyEdit(credit_code=other.credit_code), clock=clock)

    def test_refuses_a_stale_version(self, session, clock):
        party = make_party(session, clock)

        with pytest.raises(StaleVersion):
            service.edit_party(session, SYSTEM, party.id, PartyEdit(address="新地址"), clock=clock, expected_version=7)


class TestDisclosure:
    def test_the_public_sees_no_contact_data(self, session, clock):
        party = make_party(session, clock, contact_name="联系人甲", contact_phone="0951-5550100", address="某路 1 号")

        public = service.view_party(session, ANONYMOUS, party.id)
        listed = service.find_parties(session, ANONYMOUS, PartyFilter(), PAGE).items[0]

        for view in (public, listed):
            assert type(view) is PartyPublicView
            assert "联系人甲" not in view.model_dump_json()
            assert "5550100" not in view.model_dump_json()

    def test_members_see_contact_data(self, session, clock):
        party = make_party(session, clock, contact_name="联系人甲")

        view = service.view_party(session, actor_in(session, clock, Role.BROKER), party.id)

        assert isinstance(view, PartyView)
        assert view.contact_name == "联系人甲"

    def test_persons_are_hidden_from_the_public(self, session, clock):
        person = make_party(
            session, clock, kind=PartyKind.NATURAL_PERSON, credit_code=None, party_type_code="900", name="演示自然人"
        )
        member = actor_in(session, clock, Role.INSTITUTE)

        assert service.view_party(session, member, person.id).name == "演示自然人"
        assert "演示自然人" in {view.name for view in service.find_parties(session, member, PartyFilter(), PAGE).items}
        assert service.find_parties(session, ANONYMOUS, PartyFilter(q="自然人"), PAGE).total == 0
        with pytest.raises(NotFound):
            service.view_party(session, ANONYMOUS, person.id)

    def test_the_audit_log_holds_no_personal_data_and_no_password(self, session, clock):
        user = make_user(session, clock)
        draft = party_draft(contact_name="联系人乙", contact_phone="0951-5550101", address="秘密路 2 号")
        party = service.create_party(session, SYSTEM, draft, clock=clock)
        service.edit_party(session, SYSTEM, party.id, PartyEdit(contact_name="联系人丙"), clock=clock)
        service.create_user(session, SYSTEM, user_draft(), clock=clock)
        service.edit_user(session, SYSTEM, user.id, UserEdit(password="another good phrase"), clock=clock)

        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()
        facts = json.dumps([entry.facts for entry in entries], ensure_ascii=False)

        assert [entry.tag for entry in entries] == ["party.created", "party.edited", "user.created", "user.edited"]
        for secret in ("联系人", "5550101", "秘密路", PASSWORD, "another good", "argon2", "演示管理员"):
            assert secret not in facts


class TestFinding:
    def test_takes_in_the_counties_of_a_city(self, session, clock):
        inside = make_party(session, clock, region_code="640205")
        make_party(session, clock, region_code="640104")

        page = queries.list_parties(session, PartyFilter(region_code="640200"), PAGE)

        assert [party.id for party in page.items] == [inside.id]

    def test_finds_by_part_of_the_name_or_the_whole_code(self, session, clock):
        party = make_party(session, clock, name="示范碳纤维研究院_100%(演示)", kind=PartyKind.INSTITUTE)
        make_party(session, clock)

        for criteria in ({"q": "碳纤维"}, {"q": party.credit_code.lower()}, {"kind": "institute"}, {"q": "_100%"}):
            found = queries.list_parties(session, PartyFilter(**criteria), PAGE)
            assert [each.id for each in found.items] == [party.id]

    def test_shows_each_row_once_over_the_pages(self, session, clock):
        for _ in range(5):
            make_party(session, clock, name="同名(演示)")

        pages = [queries.list_parties(session, PartyFilter(), PageRequest(page=n, size=2)) for n in (1, 2, 3, 4)]

        assert [page.total for page in pages] == [5] * 4
        assert len({party.id for page in pages for party in page.items}) == 5

    def test_names_come_in_one_query_and_unknown_ids_are_left_out(self, session, clock):
        party = make_party(session, clock)
        user = make_user(session, clock)
        broker = make_broker(session, clock)

        assert queries.party_names(session, [party.id, user.id]) == {party.id: party.name}
        assert queries.user_names(session, [user.id]) == {user.id: user.display_name}
        assert queries.broker_names(session, [broker.id]) == {broker.id: broker.name}
        assert queries.parties_by_ids(session, [party.id]) == {party.id: party}
        assert queries.party_names(session, []) == {}
        assert queries.users_of_party(session, user.party_id) == [user]


class TestUser:
    def test_is_created_with_a_lower_case_login(self, session, clock):
        user = service.create_user(session, SYSTEM, user_draft(), clock=clock)

        assert user.login == "new.user"
        assert PASSWORD not in user.password_hash

    def test_conflicts_when_the_login_is_taken_in_any_case(self, session, clock):
        service.create_user(session, SYSTEM, user_draft(), clock=clock)

        with pytest.raises(Conflict, match="login_taken"):
            service.create_user(session, SYSTEM, user_draft(login="NEW.USER"), clock=clock)

    @pytest.mark.parametrize(
        ("overrides", "field"),
        [
            ({"password": "short"}, "password"),
            ({"role": "enterprise"}, "party_id"),
            ({"role": "official"}, "office_code"),
            ({"role": "official", "office_code": "999999"}, "office_code"),
            ({"role": "broker", "party_id": "01890a5d-ac96-774b-bcce-b302099a8057"}, "party_id"),
        ],
    )
    def test_is_refused_with_field_and_remedy_when_it_does_not_fit(self, session, clock, overrides, field):
        with pytest.raises(Invalid) as caught:
            service.create_user(session, SYSTEM, user_draft(**overrides), clock=clock)

        assert caught.value.fields[0].field == field

    @pytest.mark.parametrize("login", ["ab", "有汉字", "with space", "x" * 41, "-dash", "nul\x00l"])
    def test_is_refused_by_its_schema_when_the_login_is_odd(self, login):
        with pytest.raises(ValidationError):
            user_draft(login=login)

    def test_shows_no_password_when_printed(self):
        assert PASSWORD not in repr(user_draft())

    def test_cannot_take_away_its_own_rights(self, session, clock):
        user = make_user(session, clock, role=Role.ADMINISTRATOR)

        for command in (UserEdit(is_active=False), UserEdit(role=Role.OFFICIAL, office_code="640101")):
            with pytest.raises(Conflict, match="own_account"):
                service.edit_user(session, actor_of(user), user.id, command, clock=clock)

    def test_is_closed_and_opened_again(self, session, clock):
        user = make_user(session, clock)

        assert not service.set_user_active(session, SYSTEM, user.id, is_active=False, clock=clock).is_active
        assert service.set_user_active(session, SYSTEM, user.id, is_active=True, clock=clock).is_active

    def test_keeps_the_old_password_when_the_current_one_is_wrong(self, session, clock):
        user = make_user(session, clock)
        command = ChangePassword(current_password="wrong", new_password="another good phrase")

        with pytest.raises(Invalid) as caught:
            service.change_password(session, actor_of(user), command, clock=clock)

        assert caught.value.fields[0].field == "current_password"
        assert user.version == 1


class TestBroker:
    def draft(self, user, **overrides):
        return BrokerDraft(
            **{"user_id": user.id, "qualification_code": "senior", "field_codes": ["05", "05"]} | overrides
        )

    def test_gets_a_profile_once_and_in_the_role_only(self, session, clock):
        user = make_user(session, clock, role=Role.BROKER)

        broker = service.create_broker(session, SYSTEM, self.draft(user), clock=clock)

        assert broker.name == user.display_name
        assert broker.field_codes == ["05"]
        assert queries.broker_of_user(session, user.id) is broker
        with pytest.raises(Conflict, match="broker_exists"):
            service.create_broker(session, SYSTEM, self.draft(user), clock=clock)
        with pytest.raises(Invalid, match="not_a_broker"):
            service.create_broker(session, SYSTEM, self.draft(make_user(session, clock)), clock=clock)

    def test_is_refused_with_the_place_of_the_unknown_code(self, session, clock):
        user = make_user(session, clock, role=Role.BROKER)

        with pytest.raises(Invalid) as caught:
            service.create_broker(session, SYSTEM, self.draft(user, field_codes=["05", "99"]), clock=clock)

        assert caught.value.fields[0].field == "field_codes.1"

    def test_changes_its_own_fields_but_not_its_qualification(self, session, clock):
        user = make_user(session, clock, role=Role.BROKER)
        broker = make_broker(session, clock, user_id=user.id)
        actor = actor_of(user, broker)

        edited = service.edit_broker(session, actor, broker.id, BrokerEdit(field_codes=["06"], max_load=3), clock=clock)

        assert (edited.field_codes, edited.max_load, edited.version) == (["06"], 3, 2)
        with pytest.raises(Forbidden):
            service.edit_broker(session, actor, broker.id, BrokerEdit(qualification_code="senior"), clock=clock)
        with pytest.raises(Forbidden):
            service.edit_broker(session, actor, make_broker(session, clock).id, BrokerEdit(max_load=1), clock=clock)

    def test_is_listed_by_field_while_active(self, session, clock):
        materials = make_broker(session, clock, field_codes=["05", "09"])
        make_broker(session, clock, field_codes=["01"])
        make_broker(session, clock, field_codes=["05"], is_active=False)

        assert [each.id for each in queries.list_brokers(session, PAGE, "05").items] == [materials.id]
        assert queries.list_brokers(session, PAGE).total == 2
        assert queries.list_brokers(session, PAGE, with_inactive=True).total == 3
        assert queries.list_brokers(session, PAGE, '5", "0').total == 0

    def test_carries_open_matches_and_deals_but_nothing_that_is_over(self, session, clock):
        broker, idle = make_broker(session, clock), make_broker(session, clock)
        for status in (MatchStatus.SUGGESTED, MatchStatus.CONSENTED, MatchStatus.DECLINED):
            make_match(session, clock, status=status, broker_id=broker.id)
        make_deal(session, clock, broker_id=broker.id)
        make_deal(session, clock, broker_id=broker.id, status=DealStatus.CLOSED)

        assert queries.broker_load(session, broker.id) == 3
        assert queries.broker_loads(session, [broker.id, idle.id]) == {broker.id: 3, idle.id: 0}
        assert queries.broker_loads(session, []) == {}

    def test_is_shown_with_party_load_and_whether_the_certificate_holds(self, session, clock):
        party = make_party(session, clock)
        broker = make_broker(session, clock, party_id=party.id, qualified_until=date(2026, 4, 7))

        view = service.broker_view(session, broker.id, on=clock.today())

        assert (view.party_name, view.load, view.is_qualified) == (party.name, 0, False)
        assert view.qualification == "中级技术经纪人"
