from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from market.kernel.actor import Actor
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.matches.models import Match, MatchStatus
from market.needs.models import Need
from market.parties.models import Party
from tests.factories.achievements import make_achievement
from tests.factories.scenes import Scene, make_scene, make_token

Headers = dict[str, str]


@dataclass(frozen=True)
class Stage:
    """A scene that is committed, and each actor's headers."""

    scene: Scene
    headers: dict[UUID | None, Headers]
    other_achievement_id: UUID

    def of(self, who: str) -> Headers:
        actor: Actor = getattr(self.scene, who)
        return self.headers[actor.user_id]


PEOPLE = ("acquirer", "provider", "broker", "need_broker", "idle_broker", "official", "administrator", "stranger")


@pytest.fixture
def stage(database: Database, clock: FixedClock) -> Stage:
    with database.writing() as session:
        scene = make_scene(session, clock)
        actors: list[Actor] = [getattr(scene, who) for who in PEOPLE]
        headers = {actor.user_id: {"Authorization": f"Bearer {make_token(session, clock, actor)}"} for actor in actors}
        return Stage(scene, headers, make_achievement(session, clock).id)


def test_nobody_without_sign_in(client: TestClient, stage: Stage) -> None:
    match = f"/v1/matches/{stage.scene.match.id}"
    for answer in (
        client.get(match),
        client.get("/v1/matches"),
        client.get(f"/v1/needs/{stage.scene.need.id}/matches"),
        client.get(f"/v1/achievements/{stage.scene.achievement.id}/matches"),
        client.post(f"{match}/interest"),
        client.post(f"{match}/decline", json={"reason_code": "price"}),
        client.post(f"{match}/assign", json={"broker_id": str(uuid4())}),
        client.post(f"{match}/notes", json={"note": "记录"}),
        client.post("/v1/matches", json={"need_id": str(uuid4()), "achievement_id": str(uuid4())}),
    ):
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("who", ["stranger", "idle_broker", "administrator"])
def test_not_found_for_others(client: TestClient, stage: Stage, who: str) -> None:
    for path in (
        f"/v1/matches/{stage.scene.match.id}",
        f"/v1/needs/{stage.scene.need.id}/matches",
        f"/v1/achievements/{stage.scene.achievement.id}/matches",
    ):
        assert client.get(path, headers=stage.of(who)).status_code == 404


def test_official_reads_and_does_not_act(client: TestClient, stage: Stage) -> None:
    match = f"/v1/matches/{stage.scene.match.id}"
    assert client.get(match, headers=stage.of("official")).status_code == 200
    answer = client.post(f"{match}/interest", headers=stage.of("official"))
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_from_suggestion_to_consent(client: TestClient, stage: Stage) -> None:
    listed = client.get(f"/v1/needs/{stage.scene.need.id}/matches", headers=stage.of("acquirer")).json()
    assert listed["total"] == 1
    found = listed["items"][0]
    assert sum(found["parts"].values()) == found["score"]
    assert found["allowed_actions"] == ["interest", "decline", "notes"]
    match = f"/v1/matches/{found['id']}"
    first = client.post(f"{match}/interest", headers=stage.of("acquirer") | {"If-Match": '"1"'})
    assert (first.status_code, first.json()["status"], first.headers["etag"]) == (200, "interested", '"2"')
    second = client.post(f"{match}/interest", headers=stage.of("provider"), json={})
    assert second.json()["status"] == "consented"
    assert [event["action"] for event in second.json()["events"]] == ["express_interest", "consent"]
    inbox = client.get("/v1/matches", headers=stage.of("broker")).json()
    assert [item["id"] for item in inbox["items"]] == [found["id"]]


def test_stale_version_is_412_and_second_click_409(client: TestClient, stage: Stage) -> None:
    match = f"/v1/matches/{stage.scene.match.id}"
    assert client.post(f"{match}/interest", headers=stage.of("acquirer")).status_code == 200
    stale = client.post(f"{match}/interest", headers=stage.of("provider") | {"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    again = client.post(f"{match}/interest", headers=stage.of("acquirer"))
    assert (again.status_code, again.json()["code"]) == (409, "already_interested")


def test_retry_with_the_same_key_gives_the_same_answer(client: TestClient, stage: Stage) -> None:
    path, headers = f"/v1/matches/{stage.scene.match.id}/interest", stage.of("acquirer") | {"Idempotency-Key": "k-1"}
    first, again = client.post(path, headers=headers), client.post(path, headers=headers)
    assert (again.status_code, again.content) == (200, first.content)
    assert len(again.json()["events"]) == 1


def test_decline_needs_a_known_reason(client: TestClient, stage: Stage) -> None:
    path, headers = f"/v1/matches/{stage.scene.match.id}/decline", stage.of("provider")
    for body, field in (
        ({}, "reason_code"),
        ({"reason_code": "no"}, "reason_code"),
        ({"reason_code": "price", "note": "a\x00b"}, "note"),
        ({"reason_code": "price", "mood": "bad"}, "mood"),
    ):
        answer = client.post(path, headers=headers, json=body)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    answer = client.post(path, headers=headers, json={"reason_code": "price"})
    assert (answer.status_code, answer.json()["decline_reason"]) == (200, "价格或预算不合适")


def test_broker_suggests_and_official_assigns(client: TestClient, stage: Stage) -> None:
    body = {"need_id": str(stage.scene.need.id), "achievement_id": str(stage.other_achievement_id), "note": "可试"}
    made = client.post("/v1/matches", headers=stage.of("need_broker"), json=body)
    assert made.status_code == 201
    assert client.get(made.headers["location"], headers=stage.of("acquirer")).json()["source"] == "broker"
    path = f"{made.headers['location']}/assign"
    assigned = client.post(path, headers=stage.of("official"), json={"broker_id": str(stage.scene.broker.broker_id)})
    assert assigned.status_code == 204
    assert client.get(made.headers["location"], headers=stage.of("broker")).status_code == 200
    noted = client.post(f"{made.headers['location']}/notes", headers=stage.of("broker"), json={"note": "已联系"})
    assert (noted.status_code, noted.json()["events"][-1]["note"]) == (201, "已联系")


def test_broker_who_hands_a_pair_on_gets_no_error(client: TestClient, stage: Stage) -> None:
    match = f"/v1/matches/{stage.scene.match.id}"
    body = {"broker_id": str(stage.scene.idle_broker.broker_id)}
    assert client.post(f"{match}/assign", headers=stage.of("broker"), json=body).status_code == 204
    assert client.get(match, headers=stage.of("broker")).status_code == 404
    assert client.get(match, headers=stage.of("idle_broker")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/matches/not-a-uuid", "/v1/matches?page=0", "/v1/matches?size=101"])
def test_malformed_requests_are_422(client: TestClient, stage: Stage, path: str) -> None:
    assert client.get(path, headers=stage.of("acquirer")).status_code == 422


def test_hidden_owner_is_in_no_answer_before_consent(client: TestClient, stage: Stage, database: Database) -> None:
    path, headers = f"/v1/matches/{stage.scene.match.id}", stage.of("provider")
    with database.writing() as session:
        session.get_one(Need, stage.scene.need.id).disclosure = {"owner": "consent"}
        name = session.get_one(Party, stage.scene.need.owner_party_id).name
    before = client.get(path, headers=headers).text
    assert name not in before
    assert str(stage.scene.need.owner_party_id) not in before
    with database.writing() as session:
        session.get_one(Match, stage.scene.match.id).status = MatchStatus.CONSENTED
    assert name in client.get(path, headers=headers).text
