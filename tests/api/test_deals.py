from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.matches.models import MatchStatus
from tests.api.test_matches import PEOPLE, Stage
from tests.factories.achievements import make_achievement
from tests.factories.scenes import make_scene, make_token
from tests.market.deals.test_terms import TERMS


@pytest.fixture
def stage(database: Database, clock: FixedClock) -> Stage:
    with database.writing() as session:
        scene = make_scene(session, clock, status=MatchStatus.CONSENTED)
        headers = {
            getattr(scene, who).user_id: {"Authorization": f"Bearer {make_token(session, clock, getattr(scene, who))}"}
            for who in PEOPLE
        }
        return Stage(scene, headers, make_achievement(session, clock).id)


@pytest.fixture
def path(client: TestClient, stage: Stage) -> str:
    """The address of a deal that the acquirer has opened."""
    answer = client.post("/v1/deals", headers=stage.of("acquirer"), json={"match_id": str(stage.scene.match.id)})
    assert answer.status_code == 201
    return str(answer.headers["location"])


def test_nobody_without_sign_in(client: TestClient, path: str) -> None:
    for answer in (
        client.get("/v1/deals"),
        client.get(path),
        client.post("/v1/deals", json={"match_id": str(uuid4())}),
        client.post(f"{path}/propose", json=TERMS),
        client.post(f"{path}/accept"),
        client.post(f"{path}/agree"),
        client.post(f"{path}/close", json={"reason_code": "price"}),
        client.post(f"{path}/notes", json={"text": "记录"}),
        client.post(f"{path}/assign", json={"broker_id": str(uuid4())}),
    ):
        assert answer.status_code == 401


@pytest.mark.parametrize("who", ["stranger", "idle_broker"])
def test_not_found_for_others(client: TestClient, stage: Stage, path: str, who: str) -> None:
    headers = stage.of(who)
    assert client.get(path, headers=headers).status_code == 404
    assert client.get("/v1/deals", headers=headers).json()["total"] == 0
    for action, body in (("propose", TERMS), ("accept", None), ("agree", None), ("close", {"reason_code": "price"})):
        answer = client.post(f"{path}/{action}", headers=headers | {"If-Match": '"77"'}, json=body)
        assert answer.status_code == 404


def test_official_and_broker_bind_nobody(client: TestClient, stage: Stage, path: str) -> None:
    for who in ("official", "administrator", "broker"):
        answer = client.post(f"{path}/propose", headers=stage.of(who), json=TERMS)
        assert answer.status_code == 403


def test_from_talks_to_agreement(client: TestClient, stage: Stage, path: str) -> None:
    proposed = client.post(f"{path}/propose", headers=stage.of("provider"), json=TERMS)
    assert (proposed.status_code, proposed.json()["awaited_side"]) == (200, "need")
    proposal = proposed.json()["proposals"][0]
    assert (proposal["contract_amount_cny"], proposal["contract_kind"]) == ("1200000.00", "技术开发")
    headers = stage.of("acquirer") | {"If-Match": proposed.headers["etag"]}
    accepted = client.post(f"{path}/accept", headers=headers)
    assert accepted.json()["status"] == "accepted"
    agreed = client.post(f"{path}/agree", headers=stage.of("provider"))
    assert (agreed.status_code, agreed.json()["agreed_proposal_id"]) == (200, proposal["id"])
    need = client.get(f"/v1/matches/{stage.scene.match.id}", headers=stage.of("acquirer")).json()["need"]
    assert need["status"] == "signed"


def test_second_opening_is_409(client: TestClient, stage: Stage, path: str) -> None:
    assert path
    answer = client.post("/v1/deals", headers=stage.of("provider"), json={"match_id": str(stage.scene.match.id)})
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_match_transition")


def test_retry_with_the_same_key_opens_one_deal(client: TestClient, stage: Stage) -> None:
    headers = stage.of("acquirer") | {"Idempotency-Key": "open-1"}
    body = {"match_id": str(stage.scene.match.id)}
    first, again = (client.post("/v1/deals", headers=headers, json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert client.get("/v1/deals", headers=stage.of("acquirer")).json()["total"] == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contract_amount_cny": "-1"}, "contract_amount_cny"),
        ({"technology_amount_cny": "1200000.01"}, "technology_amount_cny"),
        ({"ends_on": "2026-01-01"}, "ends_on"),
        ({"contract_subkind_code": "XK1"}, "contract_subkind_code"),
        ({"subject_matter": "工艺\x00"}, "subject_matter"),
        ({"price": "1"}, "price"),
    ],
)
def test_bad_terms_are_422_and_leave_nothing(
    client: TestClient, stage: Stage, path: str, change: dict[str, Any], field: str
) -> None:
    answer = client.post(f"{path}/propose", headers=stage.of("provider"), json=TERMS | change)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    deal = client.get(path, headers=stage.of("provider")).json()
    assert (deal["status"], deal["proposals"]) == ("talks", [])


def test_stale_version_is_412(client: TestClient, stage: Stage, path: str) -> None:
    seen = client.get(path, headers=stage.of("acquirer")).headers["etag"]
    client.post(f"{path}/propose", headers=stage.of("provider"), json=TERMS)
    headers = stage.of("acquirer") | {"If-Match": seen}
    assert client.post(f"{path}/close", headers=headers, json={"reason_code": "price"}).status_code == 412


def test_note_and_close_are_kept_in_the_record(client: TestClient, stage: Stage, path: str) -> None:
    noted = client.post(f"{path}/notes", headers=stage.of("broker"), json={"text": "双方约定看样"})
    assert noted.status_code == 201
    body = {"reason_code": "risk", "note": "风险条款分歧"}
    closed = client.post(f"{path}/close", headers=stage.of("acquirer"), json=body).json()
    assert [event["action"] for event in closed["events"]] == ["open", "note", "close"]
    assert (closed["status"], closed["close_reason"]) == ("closed", "风险分担未谈拢")
    match = client.get(f"/v1/matches/{stage.scene.match.id}", headers=stage.of("provider")).json()
    assert (match["status"], match["decline_reason"]) == ("declined", "风险分担未谈拢")


def test_official_gives_the_talks_to_a_broker(client: TestClient, stage: Stage, path: str) -> None:
    body = {"broker_id": str(stage.scene.idle_broker.broker_id)}
    assert client.post(f"{path}/assign", headers=stage.of("official"), json=body).status_code == 204
    assert client.get(path, headers=stage.of("idle_broker")).json()["viewer_side"] is None
