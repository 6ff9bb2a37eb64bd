"""The people of a journey: each signs in over HTTP and acts with the token that came back."""

from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session

from market.kernel.actor import SYSTEM, Role
from market.kernel.clock import Clock
from market.kernel.db import Database
from market.parties import service
from market.parties.schemas import UserDraft
from tests.factories.parties import make_credit_code

PASSWORD = "harbour lantern 47"
OFFICE = "640102"


@dataclass
class Person:
    """Somebody with a token. Every POST carries an Idempotency-Key unless the journey says otherwise."""

    client: TestClient
    login: str
    token: str
    sent: int = 0

    def _headers(self, version: int | None, key: str | None) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if key is not None:
            headers["Idempotency-Key"] = key
        return headers

    def get(self, path: str) -> Response:
        return self.client.get(path, headers=self._headers(None, None))

    def post(self, path: str, body: Any = None, *, version: int | None = None, key: str | None = None) -> Response:
        self.sent += 1
        key = key or f"{self.login}-{self.sent}"
        return self.client.post(path, json=body, headers=self._headers(version, key))

    def patch(self, path: str, body: Any, *, version: int | None = None) -> Response:
        return self.client.patch(path, json=body, headers=self._headers(version, None))


@dataclass
class People:
    """Everybody that one need meets on its way to a registered contract."""

    administrator: Person
    official: Person
    second_official: Person
    enterprise: Person
    institute: Person
    broker: Person
    broker_id: str
    stranger: Person
    parties: dict[str, str] = field(default_factory=dict)


def sign_in(client: TestClient, login: str) -> Person:
    answer = client.post("/v1/sessions", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return Person(client, login, answer.json()["token"])


def _make_administrator(session: Session, clock: Clock) -> None:
    draft = UserDraft(login="administrator", password=PASSWORD, display_name="管理员(演示)", role=Role.ADMINISTRATOR)
    service.create_user(session, SYSTEM, draft, clock=clock)


def _organization(official: Person, number: int, name: str, kind: str, party_type: str) -> str:
    body = {
        "kind": kind,
        "name": name,
        "credit_code": make_credit_code(number),
        "party_type_code": party_type,
        "region_code": "640104",
    }
    answer = official.post("/v1/organizations", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _user(administrator: Person, login: str, role: Role, **place: Any) -> Person:
    body = {"login": login, "password": PASSWORD, "display_name": f"{login}(演示)", "role": role, **place}
    answer = administrator.post("/v1/users", body)
    assert answer.status_code == 201, answer.text
    return sign_in(administrator.client, login)


def settle(client: TestClient, database: Database, clock: Clock) -> People:
    """Set the market up over HTTP: only the first administrator comes from the command line's use-case."""
    with database.writing() as session:
        _make_administrator(session, clock)
    administrator = sign_in(client, "administrator")
    official = _user(administrator, "official-one", Role.OFFICIAL, office_code=OFFICE)
    second_official = _user(administrator, "official-two", Role.OFFICIAL, office_code=OFFICE)
    parties = {
        "enterprise": _organization(official, 901, "示范枸杞深加工企业(演示)", "enterprise", "150"),
        "institute": _organization(official, 902, "示范农产品加工研究所(演示)", "institute", "021"),
        "brokerage": _organization(official, 903, "示范技术转移机构(演示)", "brokerage", "150"),
        "stranger": _organization(official, 904, "示范无关企业(演示)", "enterprise", "150"),
    }
    enterprise = _user(administrator, "enterprise-user", Role.ENTERPRISE, party_id=parties["enterprise"])
    institute = _user(administrator, "institute-user", Role.INSTITUTE, party_id=parties["institute"])
    broker = _user(administrator, "broker-user", Role.BROKER, party_id=parties["brokerage"])
    stranger = _user(administrator, "stranger-user", Role.ENTERPRISE, party_id=parties["stranger"])
    profile = administrator.post(
        "/v1/brokers",
        {
            "user_id": broker.get("/v1/me").json()["user"]["id"],
            "qualification_code": "intermediate",
            "field_codes": ["09"],
        },
    )
    assert profile.status_code == 201, profile.text
    broker = sign_in(client, "broker-user")  # the profile belongs to the actor from the next sign-in on
    return People(
        administrator=administrator,
        official=official,
        second_official=second_official,
        enterprise=enterprise,
        institute=institute,
        broker=broker,
        broker_id=profile.json()["id"],
        stranger=stranger,
        parties=parties,
    )
