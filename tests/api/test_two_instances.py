"""Two serving processes on one database: what is done through one holds at once through the other."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from market.contracts.models import ContractStatus
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from search.engine import SearchEngine
from tests.factories.contracts import make_contract
from tests.factories.parties import PASSWORD, make_user


@pytest.fixture
def other(settings: Settings, database: Database, engine: SearchEngine, clock: FixedClock) -> Iterator[TestClient]:
    own = Database(database.url, pool_size=4)
    with TestClient(create_app(settings, clock=clock, database=own, engine=engine)) as other:
        yield other
    own.dispose()


def test_signing_in_and_out_holds_for_both(
    client: TestClient, other: TestClient, database: Database, clock: FixedClock
) -> None:
    with database.writing() as session:
        login = make_user(session, clock).login
    answer = client.post("/v1/sessions", json={"login": login, "password": PASSWORD})
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}

    assert other.get("/v1/me", headers=headers).json()["user"]["login"] == login
    assert other.delete("/v1/sessions/current", headers=headers).is_success
    assert client.get("/v1/me", headers=headers).status_code == 401


def test_board_of_either_shows_a_registration_at_once(
    client: TestClient, other: TestClient, database: Database, clock: FixedClock
) -> None:
    for registered in range(3):
        counts = [one.get("/v1/targets/2026").json()["count"] for one in (client, other, client)]
        assert counts == [registered] * 3
        with database.writing() as session:
            make_contract(session, clock, ContractStatus.REGISTERED)
