"""Targets and the board over HTTP."""

from datetime import timedelta

import pytest

from market.contracts.models import ContractStatus
from market.kernel.actor import Role
from tests.factories.contracts import make_contract

TARGET = {
    "year": 2026,
    "contract_amount_cny": "3000000000.00",
    "project_count": 100,
    "valid_from": "2026-01-01",
    "source": "年度任务清单(演示)",
}


@pytest.mark.parametrize(("path", "body"), [("/v1/targets", TARGET), ("/v1/targets/2025/close", None)])
def test_setting_and_closing_are_for_administrators(client, headers_of, path, body):
    assert client.post(path, json=body).status_code == 401
    for role in (Role.ENTERPRISE, Role.BROKER, Role.OFFICIAL):
        assert client.post(path, json=body, headers=headers_of(role)).status_code == 403
    assert client.post(path, json=body, headers=headers_of(Role.ADMINISTRATOR)).is_success


def test_contracts_behind_are_for_officials_and_administrators(client, headers_of):
    path = "/v1/targets/2026/contracts"

    assert client.get(path).status_code == 401
    assert client.get(path, headers=headers_of(Role.ENTERPRISE)).status_code == 403
    assert client.get(path, headers=headers_of(Role.OFFICIAL)).status_code == 200


def test_everybody_sees_how_far_the_year_has_come(client, headers_of, database, clock):
    client.post("/v1/targets", json=TARGET, headers=headers_of(Role.ADMINISTRATOR))
    with database.writing() as session:
        contract = make_contract(session, clock, ContractStatus.REGISTERED)

    board = client.get("/v1/targets/2026").json()
    yesterday = client.get("/v1/targets/2026", params={"as_of": str(clock.today() - timedelta(days=1))}).json()
    elsewhere = client.get("/v1/targets/2026", params={"region": "640200", "kind": "KF"}).json()
    behind = client.get("/v1/targets/2026/contracts", headers=headers_of(Role.OFFICIAL)).json()

    assert (board["count"], board["contract_amount_cny"], board["share"]) == (1, "1200000.00", "0.0004")
    assert (yesterday["count"], elsewhere["count"]) == (0, 0)
    assert [item["registration_no"] for item in behind["items"]] == [contract.registration_no]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/v1/targets/99999", {}),
        ("/v1/targets/2026", {"region": "999999"}),
        ("/v1/targets/2026", {"kind": "nonsense"}),
        ("/v1/targets/2026", {"as_of": "2026-02-30"}),
        ("/v1/targets/2026", {"direction": "sideways"}),
        ("/v1/targets/2026", {"region": "\u0000"}),
    ],
)
def test_bad_questions_are_explained(client, path, params):
    answer = client.get(path, params=params)

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_year_is_not_closed_before_its_end(client, headers_of):
    answer = client.post("/v1/targets/2026/close", headers=headers_of(Role.ADMINISTRATOR))

    assert (answer.status_code, answer.json()["code"]) == (409, "year_not_over")
