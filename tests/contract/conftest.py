"""The contract's tests use the application of the API's tests, on a market that already holds one whole journey."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from market.kernel.clock import FixedClock
from market.kernel.db import Database
from tests.api.conftest import app, client, engine, relay, settings
from tests.contract.market import Market, open_market

__all__ = ["app", "client", "engine", "relay", "settings"]


@pytest.fixture
def market(client: TestClient, database: Database, clock: FixedClock, relay: Callable[[], None]) -> Market:
    return open_market(client, database, clock, relay)
