"""Contracts over HTTP: the roles, the whole way to the certificate, retries, stale versions and bad input."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from market.contracts.models import ContractStatus
from market.contracts.schemas import DraftContract
from market.kernel.actor import Role
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.parties.models import Party
from tests.factories.contracts import YINCHUAN_OFFICE, advance, draft_command, make_contract
from tests.factories.deals import make_deal
from tests.factories.parties import actor_of, make_broker, make_user
from tests.factories.scenes import make_token

Headers = dict[str, str]
ACTIONS: list[tuple[str, dict[str, Any] | None]] = [
    ("submit", None),
    ("accept", None),
    ("return", {"note": "请补充验收标准"}),
    ("register", None),
    ("refuse", {"reason_codes": ["not_technical"]}),
    ("change", {"reason_code": "amount_changed", "contract_amount_cny": "1300000.00"}),
    ("income", {"technical_income_cny": "1000.00"}),
    ("deregister", {"reason": "双方协议解除"}),
    ("revoke", {"reason": "以欺骗手段取得登记"}),
]


@dataclass(frozen=True)
class Stage:
    """A command to draft with, the people around it, signed in, and a deal of the provider's that is agreed."""

    command: DraftContract
    provider: Headers
    acquirer: Headers
    stranger: Headers
    broker: Headers
    first: Headers
    second: Headers
    elsewhere: Headers
    administrator: Headers
    deal_id: str
    deal_provider: Headers

    @property
    def body(self) -> dict[str, Any]:
        return self.command.model_dump(mode="json")


@pytest.fixture
def stage(database: Database, clock: FixedClock) -> Stage:
    with database.writing() as session:

        def sign_in(**overrides: Any) -> Headers:
            user = make_user(session, clock, **overrides)
            broker = make_broker(session, clock, user_id=user.id) if user.role is Role.BROKER else None
            return {"Authorization": f"Bearer {make_token(session, clock, actor_of(user, broker))}"}

        def official(office_code: str) -> Headers:
            return sign_in(role=Role.OFFICIAL, office_code=office_code)

        command = draft_command(session, clock)
        deal = make_deal(session, clock, agreed=True)
        session.get_one(Party, deal.provider_party_id).region_code = "640104"
        return Stage(
            command=command,
            provider=sign_in(party_id=command.parties[0].party_id),
            acquirer=sign_in(party_id=command.parties[1].party_id),
            stranger=sign_in(),
            broker=sign_in(role=Role.BROKER),
            first=official(YINCHUAN_OFFICE),
            second=official(YINCHUAN_OFFICE),
            elsewhere=official("640201"),
            administrator=sign_in(role=Role.ADMINISTRATOR),
            deal_id=str(deal.id),
            deal_provider=sign_in(party_id=deal.provider_party_id),
        )


@pytest.fixture
def path(client: TestClient, stage: Stage) -> str:
    """The address of a draft of the provider's."""
    answer = client.post("/v1/contracts", headers=stage.provider, json=stage.body)
    assert answer.status_code == 201
    return str(answer.headers["location"])


def _act(client: TestClient, path: str, headers: Headers, action: str) -> Any:
    return client.post(f"{path}/{action}", headers=headers, json=dict(ACTIONS)[action])


def test_nobody_without_sign_in(client: TestClient, stage: Stage, path: str) -> None:
    answers = [
        client.get("/v1/contracts"),
        client.get("/v1/contracts/desk"),
        client.post("/v1/contracts", json=stage.body),
        client.get(path),
        client.patch(path, json={"name": "新的合同名称"}),
        client.post(f"{path}/precheck"),
        client.get(f"{path}/certificate"),
        *(client.post(f"{path}/{action}", json=body) for action, body in ACTIONS),
    ]
    assert {answer.status_code for answer in answers} == {401}


@pytest.mark.parametrize("who", ["stranger", "broker"])
def test_contract_is_not_there_for_strangers(client: TestClient, stage: Stage, path: str, who: str) -> None:
    headers = getattr(stage, who)
    _act(client, path, stage.provider, "submit")
    assert client.get(path, headers=headers).status_code == 404
    assert client.get("/v1/contracts", headers=headers).json()["total"] == 0
    for action in ("submit", "income"):
        stale = headers | {"If-Match": '"77"'}
        assert _act(client, path, stale, action).status_code == 404
    for action in ("accept", "return", "register", "refuse", "change", "deregister", "revoke"):
        assert _act(client, path, headers, action).status_code == 403


def test_office_next_door_and_administrator_only_read_the_facts(client: TestClient, stage: Stage, path: str) -> None:
    _act(client, path, stage.provider, "submit")
    for headers in (stage.elsewhere, stage.administrator):
        seen = client.get(path, headers=headers)
        assert (seen.status_code, seen.json()["subject_matter"]) == (200, None)
        assert stage.command.subject_matter not in seen.text
        assert _act(client, path, headers, "accept").status_code == 403


def test_whole_way_from_deal_to_certificate(client: TestClient, stage: Stage) -> None:
    drafted = client.post("/v1/contracts", headers=stage.deal_provider, json={"deal_id": stage.deal_id})
    assert drafted.status_code == 201
    path = drafted.headers["location"]
    assert (drafted.json()["status"], drafted.json()["deal_id"]) == ("draft", stage.deal_id)
    edit = {
        "signed_on": "2026-04-01",
        "subject_matter": "开发枸杞热泵变温干燥工艺,含水率降至13%以下。",
        "contract_subkind_code": "KF1",
        "ip_terms": "成果归双方共有。",
        "acceptance_terms": "三批中试样品检测合格。",
    }
    edited = client.patch(path, headers=stage.deal_provider | {"If-Match": drafted.headers["etag"]}, json=edit)
    assert edited.status_code == 200
    findings = client.post(f"{path}/precheck", headers=stage.deal_provider).json()
    assert [finding for finding in findings if finding["severity"] == "error"] == []
    steps = [("submit", stage.deal_provider), ("accept", stage.first), ("register", stage.second)]
    for action, headers in steps:
        answer = _act(client, path, headers, action)
        assert answer.status_code == 200, answer.text
    assert answer.json()["registration_no"] == "2026640102000001"
    certificate = client.get(f"{path}/certificate", headers=stage.deal_provider).json()
    assert certificate["registration_no"] == "2026640102000001"
    assert (certificate["contract_amount_cny"], certificate["is_valid"]) == ("1200000.00", True)
    again = client.post("/v1/contracts", headers=stage.deal_provider, json={"deal_id": stage.deal_id})
    assert (again.status_code, again.json()["code"]) == (409, "contract_exists")


def test_every_step_done_twice_is_409(client: TestClient, stage: Stage, path: str) -> None:
    ways = [("submit", stage.provider), ("accept", stage.first), ("register", stage.second), ("revoke", stage.first)]
    for action, headers in ways:
        assert _act(client, path, headers, action).status_code == 200
        twice = _act(client, path, headers, action)
        assert (twice.status_code, twice.json()["code"]) == (409, "illegal_transition")


def test_every_step_on_a_stale_version_is_412_and_changes_nothing(
    client: TestClient, database: Database, clock: FixedClock, stage: Stage
) -> None:
    who = {"submit": stage.provider, "income": stage.provider}
    before = {
        "submit": ContractStatus.DRAFT,
        "accept": ContractStatus.SUBMITTED,
        "return": ContractStatus.ACCEPTED,
        "register": ContractStatus.ACCEPTED,
        "refuse": ContractStatus.ACCEPTED,
    }
    for action, body in ACTIONS:
        with database.writing() as session:
            command = draft_command(session, clock, parties=stage.command.parties)
            contract = make_contract(session, clock, ContractStatus.DRAFT, **dict(command))
            advance(session, contract, before.get(action, ContractStatus.REGISTERED), clock)
            path, version = f"/v1/contracts/{contract.id}", contract.version
        headers = who.get(action, stage.second) | {"If-Match": f'"{version + 1}"'}
        assert client.post(f"{path}/{action}", headers=headers, json=body).status_code == 412
        assert client.get(path, headers=stage.provider).headers["etag"] == f'"{version}"'


def test_official_who_accepted_gets_403_for_the_decision(client: TestClient, stage: Stage, path: str) -> None:
    _act(client, path, stage.provider, "submit")
    _act(client, path, stage.first, "accept")
    answer = _act(client, path, stage.first, "register")
    assert (answer.status_code, answer.json()["code"]) == (403, "four_eyes")


def test_retry_with_the_same_key_registers_once(client: TestClient, stage: Stage, path: str) -> None:
    _act(client, path, stage.provider, "submit")
    _act(client, path, stage.first, "accept")
    headers = stage.second | {"Idempotency-Key": "registration-1"}
    answers = [_act(client, path, headers, "register") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["etag"] == answers[0].headers["etag"]


def test_submission_with_errors_names_each_field_in_chinese(client: TestClient, stage: Stage) -> None:
    body = stage.body | {"ip_terms": "", "signed_on": None}
    path = client.post("/v1/contracts", headers=stage.provider, json=body).headers["location"]
    answer = _act(client, path, stage.provider, "submit")
    assert (answer.status_code, answer.json()["code"]) == (422, "precheck_failed")
    assert {error["field"] for error in answer.json()["errors"]} == {"ip_terms", "signed_on"}
    assert all("依据" in error["remedy"] for error in answer.json()["errors"])
    assert client.get(path, headers=stage.provider).json()["status"] == "draft"


BAD_DRAFTS: list[tuple[dict[str, Any], str]] = [
    ({"technology_amount_cny": "1200000.01"}, "technology_amount_cny"),
    ({"contract_amount_cny": "-1"}, "contract_amount_cny"),
    ({"contract_amount_cny": "1.005"}, "contract_amount_cny"),
    ({"effective_to": "1999-01-01"}, "effective_to"),
    ({"effective_to": "9999-12-31"}, "effective_to"),
    ({"name": "含\u0000空字节"}, "name"),
    ({"whim": 1}, "whim"),
    ({"parties": []}, "parties"),
    ({"field_code": "99"}, "field_code"),
    ({"ip_kind_codes": ["无此代码"]}, "ip_kind_codes.0"),
    ({"need_id": "00000000-0000-0000-0000-000000000001"}, "need_id"),
]


def test_bad_draft_is_422_by_field_and_leaves_nothing(client: TestClient, stage: Stage) -> None:
    for change, field in BAD_DRAFTS:
        answer = client.post("/v1/contracts", headers=stage.provider, json=stage.body | change)
        assert answer.status_code == 422, change
        assert field in [error["field"] for error in answer.json()["errors"]], change
    assert client.get("/v1/contracts", headers=stage.provider).json()["total"] == 0


def test_shapeless_draft_is_422(client: TestClient, stage: Stage) -> None:
    for body in ([], "text", None, {"deal_id": "no-uuid"}, {"deal_id": str(uuid4()), "name": 5}):
        assert client.post("/v1/contracts", headers=stage.provider, json=body).status_code == 422, body


def test_lists_filter_and_page(client: TestClient, stage: Stage, path: str) -> None:
    _act(client, path, stage.provider, "submit")
    _act(client, path, stage.first, "accept")

    def total(**query: Any) -> int:
        answer = client.get("/v1/contracts", headers=stage.first, params=query)
        assert answer.status_code == 200
        return int(answer.json()["total"])

    assert (total(), total(status="accepted"), total(status="draft"), total(kind="KF", office="640102")) == (1, 1, 0, 1)
    assert (total(overdue=True), total(year=2026), total(office="640201")) == (0, 0, 0)
    assert client.get("/v1/contracts/desk", headers=stage.first).json()["items"][0]["decide_by"] == "2026-05-08"
    assert client.get("/v1/contracts/desk", headers=stage.provider).status_code == 403
    for query in ({"office": "\u0000"}, {"year": 0}, {"size": 101}, {"status": "lost"}):
        assert client.get("/v1/contracts", headers=stage.first, params=query).status_code == 422


def test_certificate_before_registration_is_409(client: TestClient, stage: Stage, path: str) -> None:
    answer = client.get(f"{path}/certificate", headers=stage.provider)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_registered")
