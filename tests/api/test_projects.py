"""Projects over HTTP: rights first, then a project from the plan to the transfer."""

import pytest

from market.kernel.actor import Role
from tests.factories.parties import make_party
from tests.factories.projects import draft_project

UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def draft(database, clock):
    with database.writing() as session:
        party = make_party(session, clock)
        return draft_project(session, clock, enterprise_party_id=party.id).model_dump(mode="json", exclude_none=True)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/projects", None),
        ("PATCH", f"/v1/projects/{UNKNOWN}", {"title": "新名称"}),
        ("POST", f"/v1/projects/{UNKNOWN}/start", None),
        ("POST", f"/v1/projects/{UNKNOWN}/advance", None),
        ("POST", f"/v1/projects/{UNKNOWN}/transfer", {}),
        ("POST", f"/v1/projects/{UNKNOWN}/terminate", {"note": "企业停产"}),
        ("POST", f"/v1/projects/{UNKNOWN}/milestones/1/assess", {"status": "met"}),
    ],
)
def test_writing_is_for_officials(client, headers_of, draft, method, path, body):
    body = draft if body is None and path.endswith("projects") else body

    assert client.request(method, path, json=body).status_code == 401
    for role in (Role.ENTERPRISE, Role.BROKER, Role.ADMINISTRATOR):
        assert client.request(method, path, json=body, headers=headers_of(role)).status_code == 403
    wanted = 201 if path == "/v1/projects" else 404
    assert client.request(method, path, json=body, headers=headers_of(Role.OFFICIAL)).status_code == wanted


def test_project_goes_from_plan_to_transfer_and_everybody_sees_it(client, headers_of, draft):
    headers = headers_of(Role.OFFICIAL)
    created = client.post("/v1/projects", json=draft, headers=headers)
    address = created.headers["Location"]

    client.post(f"{address}/start", headers=headers)
    for position in (1, 2):
        client.post(f"{address}/milestones/{position}/assess", json={"status": "met"}, headers=headers)
        assert client.post(f"{address}/advance", headers=headers).status_code == 200
    done = client.post(f"{address}/transfer", json={}, headers=headers)

    shown = client.get(address)
    assert (shown.json()["stage"], shown.json()["status"]) == ("commodity", "transferred")
    assert shown.json()["released_cny"] == "700000.00"
    assert shown.headers["ETag"] == done.headers["ETag"]
    listed = client.get("/v1/projects", params={"year": 2026, "status": "transferred"}).json()
    assert [item["id"] for item in listed["items"]] == [created.json()["id"]]
    assert client.get("/v1/targets/2026").json()["projects_transferred"] == 1


def test_second_start_is_a_conflict(client, headers_of, draft):
    headers = headers_of(Role.OFFICIAL)
    address = client.post("/v1/projects", json=draft, headers=headers).headers["Location"]

    answers = [client.post(f"{address}/start", headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["code"] == "illegal_transition"


def test_write_on_a_stale_version_is_refused(client, headers_of, draft):
    headers = headers_of(Role.OFFICIAL)
    created = client.post("/v1/projects", json=draft, headers=headers)
    seen = headers | {"If-Match": created.headers["ETag"]}

    first, second = (
        client.patch(created.headers["Location"], json={"title": title}, headers=seen) for title in ("名称甲", "名称乙")
    )

    assert first.status_code == 200
    assert second.status_code in {409, 412}
    assert client.get(created.headers["Location"]).json()["title"] == "名称甲"


@pytest.mark.parametrize(
    "change",
    [
        {"due_on": "2020-01-01"},
        {"public_funding_cny": "-1"},
        {"title": "a\u0000b"},
        {"unknown": 1},
        {"region_code": "000000"},
        {"year": 99999},
    ],
)
def test_bad_input_is_explained(client, headers_of, draft, change):
    answer = client.post("/v1/projects", json=draft | change, headers=headers_of(Role.OFFICIAL))

    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["errors"]
