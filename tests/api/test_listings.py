"""Achievements and needs over HTTP: who is refused and how, then the good cases; each test runs for both nouns."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from market.kernel.actor import Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.parties.models import PartyKind, SignIn
from tests.factories.parties import make_party, make_user

UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"
DRAFT: dict[str, Any] = {
    "title": "酿酒葡萄埋土防寒与出土一体机(演示)",
    "field_code": "07",
    "keywords": ["酿酒葡萄", "埋土防寒"],
    "region_code": "640121",
    "indicators": [{"name": "作业效率", "operator": "ge", "value": "6", "unit": "亩/小时"}],
}
SECRET = "清土刷曲线参数"
BODY = {"achievements": {"description": SECRET, "asking_price_cny": "1200000.00"}, "needs": {"problem": SECRET}}


@dataclass
class People:
    """Who takes part, each as the headers that sign them in."""

    lister: dict[str, str]
    competitor: dict[str, str]
    official: dict[str, str]
    administrator: dict[str, str]


@pytest.fixture(params=["achievements", "needs"])
def noun(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def people(database: Database, clock: FixedClock) -> People:
    """Signed in without a password: how that is checked, and what it costs, is tested with the sign-ins."""
    with database.writing() as session:
        institute = make_party(session, clock, kind=PartyKind.INSTITUTE)
        users = [
            make_user(session, clock, role=Role.INSTITUTE, party_id=institute.id),
            make_user(session, clock, role=Role.ENTERPRISE),
            make_user(session, clock, role=Role.OFFICIAL),
            make_user(session, clock, role=Role.ADMINISTRATOR),
        ]
        for user in users:
            session.add(
                SignIn(
                    user_id=user.id,
                    token_hash=hashlib.sha256(user.login.encode()).hexdigest(),
                    created_at=clock.now(),
                    last_used_at=clock.now(),
                    expires_at=clock.now() + timedelta(hours=12),
                )
            )
        return People(*({"Authorization": f"Bearer {user.login}"} for user in users))


def _draft(client: TestClient, noun: str, headers: dict[str, str], **fields: Any) -> Any:
    answer = client.post(f"/v1/{noun}", json=DRAFT | BODY[noun] | fields, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer


def _published(client: TestClient, noun: str, people: People, **fields: Any) -> str:
    path = _draft(client, noun, people.lister, **fields).headers["Location"]
    assert client.post(f"{path}/submit", headers=people.lister).status_code == 200
    assert client.post(f"{path}/publish", headers=people.official).status_code == 200
    return path


WRITES = [
    ("POST", "", DRAFT),
    ("PATCH", f"/{UNKNOWN}", {"summary": "改"}),
    ("POST", f"/{UNKNOWN}/submit", None),
    ("POST", f"/{UNKNOWN}/publish", None),
    ("POST", f"/{UNKNOWN}/return", {"reason": "请补充"}),
    ("POST", f"/{UNKNOWN}/withdraw", None),
    ("POST", f"/{UNKNOWN}/renew", None),
    ("GET", f"/{UNKNOWN}/duplicates", None),
]


class TestRights:
    def test_every_write_asks_for_a_sign_in(self, client: TestClient, noun: str) -> None:
        for method, path, body in WRITES:
            answer = client.request(method, f"/v1/{noun}{path}", json=body)
            assert answer.status_code == 401, path
            assert answer.headers["content-type"] == "application/problem+json"

    def test_review_is_refused_to_the_lister_and_listing_to_the_administrator(
        self, client: TestClient, noun: str, people: People
    ) -> None:
        path = _draft(client, noun, people.lister).headers["Location"]

        assert client.post(f"{path}/publish", headers=people.lister).status_code == 403
        assert client.post(f"{path}/return", json={"reason": "请补充"}, headers=people.lister).status_code == 403
        assert client.post(f"/v1/{noun}", json=DRAFT, headers=people.administrator).status_code == 403
        assert client.get(f"/v1/{noun}?scope=review", headers=people.lister).status_code == 403
        assert client.get(f"/v1/{noun}?scope=own").status_code == 401

    def test_drafts_of_others_are_not_found_and_live_ones_not_changed(
        self, client: TestClient, noun: str, people: People
    ) -> None:
        draft, live = (
            _draft(client, noun, people.lister).headers["Location"],
            _published(client, noun, people, title="另一条示范"),
        )

        for headers in ({}, people.competitor):
            assert client.get(draft, headers=headers).status_code == 404
        assert client.patch(draft, json={"summary": "改"}, headers=people.competitor).status_code == 404
        assert client.patch(live, json={"summary": "改"}, headers=people.competitor).status_code == 403
        assert client.get(f"/v1/{noun}/{UNKNOWN}", headers=people.lister).status_code == 404


class TestBadInput:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"title": "含\x00题"}, "title"),
            ({"title": ""}, "title"),
            ({"title": "长" * 121}, "title"),
            ({"colour": "red"}, "colour"),
            ({"field_code": "99"}, "field_code"),
            ({"region_code": "999999"}, "region_code"),
            ({"keywords": ["词"] * 3 + [f"词{n}" for n in range(10)]}, "keywords"),
            ({"keywords": None}, "keywords"),
            ({"disclosure": {"confidential_detail": "public"}}, "disclosure.confidential_detail"),
            (
                {"indicators": [{"name": "能耗", "operator": "between", "value": "5", "value_high": "3"}]},
                "indicators.0",
            ),
            ({"indicators": [{"name": "能耗", "operator": "ge", "value": "inf"}]}, "indicators.0.value"),
            ({"owner_party_id": "x"}, "owner_party_id"),
        ],
    )
    def test_names_the_field_and_writes_nothing(
        self, client: TestClient, noun: str, people: People, change: dict[str, Any], field: str
    ) -> None:
        answer = client.post(f"/v1/{noun}", json=DRAFT | change, headers=people.lister)

        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert answer.json()["errors"][0]["message"]
        assert client.get(f"/v1/{noun}?scope=own", headers=people.lister).json()["total"] == 0

    def test_edit_refuses_null_where_a_value_must_stand(self, client: TestClient, noun: str, people: People) -> None:
        path = _draft(client, noun, people.lister).headers["Location"]

        assert client.patch(path, json={"title": None}, headers=people.lister).status_code == 422
        assert client.patch(path, json={"owner_party_id": UNKNOWN}, headers=people.lister).status_code == 422


class TestJourney:
    def test_from_draft_to_the_public_and_off_again(self, client: TestClient, noun: str, people: People) -> None:
        draft = _draft(client, noun, people.lister)
        path = draft.headers["Location"]
        assert draft.json()["status"] == "draft"
        assert draft.json()["allowed_actions"] == ["edit", "submit", "withdraw"]

        client.post(f"{path}/submit", headers=people.lister)
        waiting = client.get(f"/v1/{noun}?scope=review", headers=people.official).json()
        returned = client.post(f"{path}/return", json={"reason": "请补充指标"}, headers=people.official)
        client.post(f"{path}/submit", headers=people.lister)
        published = client.post(f"{path}/publish", headers=people.official)

        assert [item["id"] for item in waiting["items"]] == [draft.json()["id"]]
        assert returned.json()["return_reason"] == "请补充指标"
        assert published.json()["status"] == "published"
        assert [item["id"] for item in client.get(f"/v1/{noun}").json()["items"]] == [draft.json()["id"]]
        assert client.post(f"{path}/withdraw", headers=people.lister).json()["status"] == "withdrawn"
        assert client.get(f"/v1/{noun}").json()["total"] == 0
        assert client.get(path).status_code == 404

    def test_wrong_state_is_a_conflict_that_says_so(self, client: TestClient, noun: str, people: People) -> None:
        path = _published(client, noun, people)

        again = client.post(f"{path}/publish", headers=people.official)
        early = client.post(f"{path}/renew", headers=people.lister)

        assert (again.status_code, again.json()["code"]) == (409, "illegal_listing_transition")
        assert "已发布" in again.json()["detail"]
        assert (early.status_code, early.json()["code"]) == (409, "renewal_too_early")

    def test_stale_version_is_refused_and_the_current_one_taken(
        self, client: TestClient, noun: str, people: People
    ) -> None:
        draft = _draft(client, noun, people.lister)
        path, seen = draft.headers["Location"], draft.headers["ETag"]

        first = client.patch(path, json={"summary": "一"}, headers=people.lister | {"If-Match": seen})
        second = client.patch(path, json={"summary": "二"}, headers=people.lister | {"If-Match": seen})
        submitted = client.post(f"{path}/submit", headers=people.lister | {"If-Match": first.headers["ETag"]})

        assert (first.status_code, second.status_code, submitted.status_code) == (200, 412, 200)
        assert submitted.json()["summary"] == "一"
        assert submitted.headers["ETag"] == client.get(path, headers=people.lister).headers["ETag"]

    def test_retry_with_the_same_key_drafts_once(self, client: TestClient, noun: str, people: People) -> None:
        headers = people.lister | {"Idempotency-Key": "draft-1"}

        first, again = _draft(client, noun, headers), _draft(client, noun, headers)

        assert first.content == again.content
        assert first.headers["Location"] == again.headers["Location"]
        assert client.get(f"/v1/{noun}?scope=own", headers=people.lister).json()["total"] == 1

    def test_duplicates_are_pointed_out_and_the_exact_one_of_ones_own_is_refused(
        self, client: TestClient, noun: str, people: People
    ) -> None:
        live = _published(client, noun, people)
        others = _draft(client, noun, people.competitor).headers["Location"]
        own = _draft(client, noun, people.lister).headers["Location"]

        hints = client.get(f"{others}/duplicates", headers=people.competitor).json()
        refused = client.post(f"{own}/submit", headers=people.lister)

        assert [hint["id"] for hint in hints] == [live.rsplit("/", 1)[1]]
        assert (refused.status_code, refused.json()["code"]) == (409, "duplicate_listing")
        assert live.rsplit("/", 1)[1] in refused.json()["detail"]
        assert client.post(f"{others}/submit", headers=people.competitor).status_code == 200


class TestDisclosure:
    def test_each_reader_gets_what_its_sign_in_opens(self, client: TestClient, noun: str, people: People) -> None:
        path = _published(client, noun, people, confidential_detail="只给同意后的对方", disclosure={"owner": "members"})

        public, member, own = (client.get(path, headers=headers) for headers in ({}, people.competitor, people.lister))

        assert SECRET not in public.text
        assert public.json()["owner_name"] is None
        assert "owner" in public.json()["hidden_fields"]
        assert SECRET in member.text
        assert member.json()["owner_name"]
        assert "只给同意后的对方" not in public.text + member.text
        assert "只给同意后的对方" in own.text

    def test_amounts_travel_as_exact_strings(self, client: TestClient, people: People) -> None:
        path = _published(client, "needs", people, budget_min_cny="300000.10", budget_max_cny="500000")

        view = client.get(path, headers=people.competitor).json()

        assert (view["budget_min_cny"], view["budget_max_cny"]) == ("300000.10", "500000.00")
        assert view["indicators"][0]["value"] == "6"
