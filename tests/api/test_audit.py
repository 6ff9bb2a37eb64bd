"""The audit log over HTTP."""

import pytest

from market.kernel import audit
from market.kernel.actor import SYSTEM, Role
from tests.factories.parties import make_party


@pytest.mark.parametrize("path", ["/v1/audit", "/v1/audit/head"])
def test_log_is_for_officials_and_administrators(client, headers_of, path):
    assert client.get(path).status_code == 401
    for role in (Role.ENTERPRISE, Role.INSTITUTE, Role.BROKER):
        assert client.get(path, headers=headers_of(role)).status_code == 403
    for role in (Role.OFFICIAL, Role.ADMINISTRATOR):
        assert client.get(path, headers=headers_of(role)).status_code == 200


def test_entries_come_newest_first_and_by_subject(client, headers_of, database, clock):
    headers = headers_of(Role.OFFICIAL)
    with database.writing() as session:
        party = make_party(session, clock)
        for number in range(3):
            audit.record(session, SYSTEM, "party.edited", party.id, clock, {"number": number})

    found = client.get("/v1/audit", params={"subject": str(party.id), "size": 2}, headers=headers).json()
    head = client.get("/v1/audit/head", headers=headers).json()

    assert found["total"] == 3
    assert [entry["facts"]["number"] for entry in found["items"]] == [2, 1]
    assert found["items"][0]["prev_hash"] == found["items"][1]["hash"]
    assert head == {"seq": found["items"][0]["seq"], "hash": found["items"][0]["hash"]}
