"""One need becomes one registered contract: the whole loop over HTTP, and everything that must not happen on the way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient

from market.kernel import audit
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from tests.flows.journey import TERMS, Journey
from tests.flows.people import OFFICE, settle, sign_in


@pytest.fixture
def journey(client: TestClient, database: Database, clock: FixedClock, relay: Callable[[], None]) -> Journey:
    return Journey(settle(client, database, clock), relay)


def _board(client: TestClient) -> dict:
    return client.get("/v1/targets/2026?as_of=2026-12-31").json()


def test_one_need_becomes_one_registered_contract(journey: Journey, client: TestClient, database: Database) -> None:
    people = journey.people

    journey.walk()

    match = people.enterprise.get(f"/v1/matches/{journey.ids['match']}").json()
    assert match["terms"], "the pair is shown with the words that stand in both texts"
    assert abs(sum(match["parts"].values()) - match["score"]) < 1e-9
    why = people.institute.get(f"/v1/matches/{journey.ids['match']}/reasons").json()
    assert sum(part["value"] for part in why["parts"]) == pytest.approx(why["score"], abs=1e-9)
    assert any(f"“{term}”" in why["sentences"][0] for term in why["terms"]), "a manager can read why"
    contract = people.institute.get(f"/v1/contracts/{journey.ids['contract']}").json()
    assert contract["status"] == "registered"
    assert contract["registration_no"] == f"2026{OFFICE}000001"
    assert contract["broker_id"] == people.broker_id, "the broker is credited"
    copied = ("contract_amount_cny", "technology_amount_cny", "payment_mode_code", "subject_matter", "ip_terms")
    assert {name: contract[name] for name in copied} == {name: TERMS[name] for name in copied}, "nothing is typed twice"
    names = {party["side"]: party["name"] for party in contract["parties"]}
    assert (names["provider"], names["acquirer"]) == ("示范农产品加工研究所(演示)", "示范枸杞深加工企业(演示)")
    certificate = people.institute.get(f"/v1/contracts/{journey.ids['contract']}/certificate").json()
    assert certificate["registration_no"] == contract["registration_no"]
    board = _board(client)
    assert (board["count"], Decimal(board["contract_amount_cny"])) == (1, Decimal("1200000.00"))
    assert people.enterprise.get(f"/v1/needs/{journey.ids['need']}").json()["status"] == "signed"
    with database.reading() as session:
        assert [item for item in audit.verify(session) if isinstance(item, audit.ChainFault)] == []


def test_every_step_twice_by_the_wrong_role_and_on_a_stale_version(journey: Journey, client: TestClient) -> None:
    for number, step in enumerate(journey.steps()):
        path, body = step.path(), step.body()
        version = journey.version(step.row()) if step.row else None
        for wrong in step.wrong:
            refused = wrong.post(path, body, version=version)
            is_party = wrong in (journey.people.enterprise, journey.people.institute)  # it knows the row: not its turn
            allowed = (403, 404, 409) if is_party else (403, 404)
            assert refused.status_code in allowed, f"{step.name} by {wrong.login}: {refused.status_code}"
        assert client.post(path, json=body).status_code == 401, step.name
        if version is not None:
            stale = step.actor.post(path, body, version=version + 7)
            assert stale.status_code == 412, f"{step.name} on a stale version: {stale.status_code} {stale.text}"

        first = step.actor.post(path, body, version=version, key=f"step-{number}")
        retried = step.actor.post(path, body, version=version, key=f"step-{number}")
        assert first.status_code in (200, 201, 204), f"{step.name}: {first.text}"
        assert (retried.status_code, retried.content) == (first.status_code, first.content), step.name
        assert retried.headers["idempotent-replayed"] == "true"
        other_body = step.actor.post(path, {"unexpected": 1}, version=version, key=f"step-{number}")
        assert other_body.status_code == 422, "a key belongs to one request"
        step.settle(first)
        if 201 not in step.repeated:
            again = step.actor.post(path, body, version=journey.version(step.row()) if step.row else None)
            assert again.status_code in step.repeated, f"{step.name} again: {again.status_code} {again.text}"
    assert _board(client)["count"] == 1


def test_two_officials_registering_one_contract_at_once(journey: Journey, client: TestClient) -> None:
    people = journey.people
    last = _taken(journey)[-1]
    assert last.name == "register contract"
    third = people.administrator.post(
        "/v1/users",
        {
            "login": "official-three",
            "password": "harbour lantern 47",
            "display_name": "登记员三(演示)",
            "role": "official",
            "office_code": OFFICE,
        },
    )
    assert third.status_code == 201
    rivals = [people.second_official, sign_in(client, "official-three")]
    version = journey.version(last.row())

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda rival: rival.post(last.path(), version=version), rivals))

    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412])
    loser = next(answer for answer in answers if answer.status_code != 200)
    assert loser.json()["detail"]
    contract = people.institute.get(f"/v1/contracts/{journey.ids['contract']}").json()
    assert contract["registration_no"] == f"2026{OFFICE}000001"
    board = _board(client)
    assert (board["count"], Decimal(board["contract_amount_cny"])) == (1, Decimal("1200000.00"))


def _taken(journey: Journey) -> list:
    """All steps, of which all but the last have been taken."""
    seen = []
    for step in journey.steps():
        seen.append(step)
        if step.name == "register contract":
            break
        answer = step.actor.post(step.path(), step.body(), version=journey.version(step.row()) if step.row else None)
        assert answer.status_code in (200, 201, 204), f"{step.name}: {answer.text}"
        step.settle(answer)
    return seen


def test_withdrawn_listing_is_found_no_more(journey: Journey, client: TestClient) -> None:
    people = journey.people
    for step in journey.steps():
        if step.name == "list achievement" or step.name.endswith("achievement"):
            answer = step.actor.post(
                step.path(), step.body(), version=journey.version(step.row()) if step.row else None
            )
            step.settle(answer)
    assert client.get("/v1/search?q=枸杞").json()["total"] == 1

    withdrawn = people.institute.post(f"/v1/achievements/{journey.ids['achievement']}/withdraw")
    assert withdrawn.status_code == 200
    assert client.get("/v1/search?q=枸杞").json()["hits"] == [], "not even before the index has caught up"
    journey.relay()

    assert client.get("/v1/search?q=枸杞").json()["total"] == 0
    assert client.get(f"/v1/achievements/{journey.ids['achievement']}").status_code == 404
