"""Organisations, users and brokers over HTTP: 401, 403, 404, 409, 412, 422, then the good cases."""

import pytest

from market.kernel.actor import Role
from tests.factories.parties import PASSWORD, make_broker, make_credit_code, make_party, make_user

PARTY = {
    "kind": "enterprise",
    "name": "示范葡萄酒庄有限公司(演示)",
    "credit_code": make_credit_code(910_001),
    "party_type_code": "150",
    "region_code": "640104",
}
UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def headers_of(client, database, clock):
    def sign_in(role, **overrides):
        with database.writing() as session:
            login = make_user(session, clock, role=role, **overrides).login
        answer = client.post("/v1/sessions", json={"login": login, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    return sign_in


class TestRights:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "/v1/organizations", PARTY),
            ("PATCH", f"/v1/organizations/{UNKNOWN}", {"address": "新址"}),
            ("GET", "/v1/users", None),
            ("GET", f"/v1/users/{UNKNOWN}", None),
            ("POST", "/v1/users", {"login": "abc", "password": PASSWORD, "display_name": "x", "role": "broker"}),
            ("PATCH", f"/v1/users/{UNKNOWN}", {"is_active": False}),
            ("POST", "/v1/brokers", {"user_id": UNKNOWN, "qualification_code": "senior"}),
            ("PATCH", f"/v1/brokers/{UNKNOWN}", {"max_load": 1}),
        ],
    )
    def test_are_asked_of_visitors_and_refused_to_traders(self, client, headers_of, method, path, body):
        assert client.request(method, path, json=body).status_code == 401
        assert client.request(method, path, json=body, headers=headers_of(Role.BROKER)).status_code == 403


class TestOrganizations:
    def test_are_entered_once_however_often_the_request_is_sent(self, client, headers_of):
        headers = headers_of(Role.OFFICIAL) | {"Idempotency-Key": "enter-1"}

        first, again = (client.post("/v1/organizations", json=PARTY, headers=headers) for _ in range(2))
        other = client.post("/v1/organizations", json=PARTY, headers=headers | {"Idempotency-Key": "enter-2"})

        assert first.status_code == again.status_code == 201
        assert first.json() == again.json()
        assert first.headers["Location"] == f"/v1/organizations/{first.json()['id']}"
        assert other.status_code == 409
        assert other.json()["code"] == "credit_code_taken"

    def test_are_refused_with_field_and_remedy_when_the_code_is_wrong(self, client, headers_of):
        body = PARTY | {"credit_code": "916401000000000000"}

        answer = client.post("/v1/organizations", json=body, headers=headers_of(Role.OFFICIAL))

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "credit_code"
        assert answer.json()["errors"][0]["remedy"]

    @pytest.mark.parametrize(
        "change",
        [{"name": "a\u0000b"}, {"name": ""}, {"colour": "red"}, {"kind": "club"}, {"country_code": "CHN"}, {"contact_phone": "请来电"}, {"region_code": 640104}],
    )  # fmt: skip
    def test_are_refused_with_422_when_malformed(self, client, headers_of, change):
        answer = client.post("/v1/organizations", json=PARTY | change, headers=headers_of(Role.OFFICIAL))

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == next(iter(change))

    def test_show_contact_data_to_members_only(self, client, database, clock, headers_of):
        with database.writing() as session:
            party_id = make_party(session, clock, contact_name="联系人甲", contact_phone="0951-5550100").id

        public = client.get(f"/v1/organizations/{party_id}")
        member = client.get(f"/v1/organizations/{party_id}", headers=headers_of(Role.BROKER))

        assert public.status_code == member.status_code == 200
        assert "联系人甲" not in public.text
        assert "contact_phone" not in public.json()
        assert member.json()["contact_name"] == "联系人甲"
        assert "联系人甲" not in client.get("/v1/organizations").text

    def test_are_changed_under_the_version_that_was_seen(self, client, database, clock, headers_of):
        with database.writing() as session:
            party_id = make_party(session, clock).id
        headers, path = headers_of(Role.OFFICIAL), f"/v1/organizations/{party_id}"
        tag = client.get(path).headers["ETag"]

        good = client.patch(path, json={"name": "新名(演示)"}, headers=headers | {"If-Match": tag})
        stale = client.patch(path, json={"name": "旧名(演示)"}, headers=headers | {"If-Match": tag})

        assert (good.status_code, good.headers["ETag"]) == (200, '"2"')
        assert stale.status_code == 412
        assert client.get(path).json()["name"] == "新名(演示)"

    def test_change_their_own_contact_but_not_their_name(self, client, database, clock, headers_of):
        with database.writing() as session:
            party_id = make_party(session, clock).id
        headers, path = headers_of(Role.ENTERPRISE, party_id=party_id), f"/v1/organizations/{party_id}"

        assert client.patch(path, json={"contact_phone": "0951-5550123"}, headers=headers).status_code == 200
        refused = client.patch(path, json={"name": "改名"}, headers=headers)
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["field"] == "name"

    def test_are_found_by_name_region_and_kind_page_by_page(self, client, database, clock):
        with database.writing() as session:
            for number in range(3):
                make_party(session, clock, name=f"示范钽铌材料{number}(演示)", region_code="640205")
            make_party(session, clock)

        found = client.get("/v1/organizations", params={"q": "钽铌", "region": "640200", "size": 2}).json()

        assert (found["total"], len(found["items"]), found["page"]) == (3, 2, 1)
        assert client.get("/v1/organizations", params={"kind": "club"}).status_code == 422
        assert client.get("/v1/organizations", params={"q": "x\u0000"}).status_code == 422
        assert client.get("/v1/organizations", params={"page": 0}).status_code == 422

    def test_are_not_found_when_unknown(self, client, headers_of):
        assert client.get(f"/v1/organizations/{UNKNOWN}").status_code == 404
        assert client.get("/v1/organizations/1").status_code == 422
        answer = client.patch(f"/v1/organizations/{UNKNOWN}", json={}, headers=headers_of(Role.OFFICIAL))
        assert answer.status_code == 404


USER = {"login": "New-Official", "password": PASSWORD, "display_name": "演示登记员", "role": "official", "office_code": "640102"}  # fmt: skip


class TestUsers:
    def test_are_opened_by_administrators_and_can_sign_in(self, client, headers_of):
        headers = headers_of(Role.ADMINISTRATOR)

        made = client.post("/v1/users", json=USER, headers=headers)
        again = client.post("/v1/users", json=USER, headers=headers)

        assert made.status_code == 201
        assert made.json()["login"] == "new-official"
        assert "password" not in made.text
        assert again.status_code == 409
        assert client.post("/v1/sessions", json={"login": "new-official", "password": PASSWORD}).status_code == 201
        assert client.get(f"/v1/users/{made.json()['id']}", headers=headers).headers["ETag"] == '"1"'
        assert client.get("/v1/users", headers=headers).json()["total"] == 2

    def test_are_not_opened_by_officials(self, client, headers_of):
        assert client.post("/v1/users", json=USER, headers=headers_of(Role.OFFICIAL)).status_code == 403

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"password": "short"}, "password"), ({"login": "x y"}, "login"), ({"office_code": None}, "office_code"), ({"role": "king"}, "role")],
    )  # fmt: skip
    def test_are_refused_with_field_and_without_the_password(self, client, headers_of, change, field):
        answer = client.post("/v1/users", json=USER | change, headers=headers_of(Role.ADMINISTRATOR))

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == field
        assert PASSWORD not in answer.text


class TestBrokers:
    def test_get_a_profile_that_everybody_sees(self, client, database, clock, headers_of):
        with database.writing() as session:
            user_id = str(make_user(session, clock, role=Role.BROKER).id)
        body = {"user_id": user_id, "qualification_code": "senior", "field_codes": ["05"]}

        made = client.post("/v1/brokers", json=body, headers=headers_of(Role.OFFICIAL))

        assert made.status_code == 201
        assert made.json()["qualification"] == "高级技术经纪人"
        assert client.get(made.headers["Location"]).json() == made.json()
        assert client.get("/v1/brokers", params={"field": "05"}).json()["items"] == [made.json()]
        assert client.get("/v1/brokers", params={"field": "06"}).json()["total"] == 0
        assert client.get("/v1/brokers", params={"field": "99"}).status_code == 422

    def test_are_changed_under_the_version_that_was_seen(self, client, database, clock, headers_of):
        with database.writing() as session:
            broker_id = make_broker(session, clock).id
        path, headers = f"/v1/brokers/{broker_id}", headers_of(Role.OFFICIAL)

        good = client.patch(path, json={"max_load": 5}, headers=headers | {"If-Match": '"1"'})
        stale = client.patch(path, json={"max_load": 6}, headers=headers | {"If-Match": '"1"'})

        assert (good.status_code, good.json()["max_load"]) == (200, 5)
        assert stale.status_code == 412
        assert client.patch(path, json={"max_load": -1}, headers=headers).status_code == 422
        assert client.patch(path, json={"field_codes": ["x"] * 31}, headers=headers).status_code == 422
