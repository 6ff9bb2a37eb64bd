"""A whole market changes its size, or is rebuilt from last night's backup, by the operator's commands; nobody sees a difference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as commands
from market import migrations
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from market.parties.passwords import hash_password
from search.engines import open_engine
from seed.demo.cast import PASSWORD, accounts
from seed.demo.contracts import YearPlan
from seed.demo.story import load_demo
from tests.conftest import empty_database
from tests.flows.journey import NEED
from tests.search.conftest import delete_indices

pytestmark = pytest.mark.slow

CLOCK = FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))
PLANS = (YearPlan(6, Decimal(30_000_000)), YearPlan(30, Decimal(200_000_000)))
ENTERPRISE = accounts()[0].login
QUESTIONS = ("枸杞", "冷冻干燥 工艺", "光伏 储能", "葡萄酒", "煤 化工 催化剂")


@dataclass(frozen=True)
class Place:
    """Where a market may live, by its settings."""

    environment: dict[str, str]

    @property
    def settings(self) -> Settings:
        values = {name.removeprefix("TECHMARKET_").lower(): value for name, value in self.environment.items()}
        return Settings(relay_in_process=False, **values)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def places(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Place]]:
    """Makes empty places of the two sizes."""
    made: list[Place] = []

    def make(size: str) -> Place:
        number = len(made)
        environment = {"TECHMARKET_DATA_DIR": str(tmp_path_factory.mktemp("data"))}
        if size == "office":
            environment |= {
                "TECHMARKET_DATABASE_URL": empty_database(f"office_{number}"),
                "TECHMARKET_SEARCH_URL": elasticsearch_url,
                "TECHMARKET_SEARCH_INDEX": f"moving-{tmp_path_factory.getbasetemp().name}-{number}".lower(),
            }
        made.append(Place(environment))
        return made[-1]

    yield make
    for place in made:
        if place.settings.search_url:
            delete_indices(elasticsearch_url, place.settings.search_index)


@pytest.fixture(scope="module")
def sizes(database_kind: str) -> tuple[str, str]:
    """The size this run is about, and the other one."""
    is_sqlite = database_kind == "sqlite"
    return ("embedded", "office") if is_sqlite else ("office", "embedded")


@pytest.fixture(scope="module")
def home(places: Callable[[str], Place], sizes: tuple[str, str]) -> Place:
    """The demo story, small, where the market has lived so far."""
    place = places(sizes[0])
    database, engine = Database(place.settings.effective_database_url), open_engine(place.settings)
    migrations.upgrade(database)
    engine.prepare()
    with pytest.MonkeyPatch.context() as patch:  # all users of the demo share one password: hash it once
        patch.setattr("market.parties.passwords.hash_password", cache(hash_password))
        load_demo(database, engine, clock=CLOCK, plans=PLANS)
    engine.close()
    database.dispose()
    return place


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs a command with the settings of a place, and what else is in the environment; what it says."""

    def command(place: Place, *arguments: str, **more: str) -> str:
        with monkeypatch.context() as patch:
            for name, value in (place.environment | more).items():
                patch.setenv(name, value)
            result = CliRunner().invoke(commands, list(arguments))
        assert result.exit_code == 0, result.output
        return result.output

    return command


def test_market_is_the_same_for_everybody_after_moving_there_and_back(
    home: Place, places: Callable[[str], Place], sizes: tuple[str, str], run: Callable[..., str]
) -> None:
    away, back = places(sizes[1]), places(sizes[0])
    before = _seen(home)
    try:
        _there_and_back(home, away, back, before, run)
    finally:
        run(home, "move", "--reopen")


def _there_and_back(home: Place, away: Place, back: Place, before: dict[str, Any], run: Callable[..., str]) -> None:
    said = run(home, *_move_to(away), **_index_of(away))
    assert _seen(away) == before
    assert "逐行核对一致" in said
    _assert_reads_but_does_not_write(home)
    with _client(away) as client:
        headers = _sign_in(client)
        posted = client.post("/v1/needs", json=NEED, headers=headers)
        assert posted.status_code == 201

    run(away, *_move_to(back), **_index_of(back))
    assert _seen(back) == before
    with _client(back) as client:  # whoever was signed in stays so, and finds what was written meanwhile
        assert client.get(posted.headers["location"], headers=headers).json() == posted.json()


def test_market_is_the_same_after_a_restore_from_a_backup(
    home: Place, places: Callable[[str], Place], sizes: tuple[str, str], run: Callable[..., str], tmp_path: Path
) -> None:
    with _client(home) as client:
        key = {"Idempotency-Key": "before-the-fire"}
        posted = client.post("/v1/needs", json=NEED, headers=_sign_in(client) | key)
    before = _seen(home)
    folder = tmp_path / "backups"
    folder.mkdir()

    file = run(home, "backup", str(folder), "--keep", "3").strip().splitlines()[-1]
    assert "备份文件完好" in run(home, "verify-backup", file)
    restored = places(sizes[1])
    said = run(restored, "restore", file)

    assert "核对无误" in said
    assert _seen(restored) == before
    assert "0 条" in run(restored, "reindex", "--check")
    with _client(restored) as client:
        again = client.post("/v1/needs", json=NEED, headers=_sign_in(client) | key)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.json() == posted.json(), "a request retried after the restore has no second effect"


def test_replacing_a_filled_database_asks_for_the_words(
    home: Place,
    places: Callable[[str], Place],
    run: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = places("embedded")
    run(place, "migrate")
    file = str(tmp_path / "backup.zip")
    run(home, "backup", file)
    monkeypatch.setenv("TECHMARKET_DATA_DIR", place.environment["TECHMARKET_DATA_DIR"])

    refused = CliRunner().invoke(commands, ["restore", file, "--replace", "--no-index"], input="是\n")
    assert refused.exit_code == 1
    assert "什么也没有改变" in refused.output
    answered = CliRunner().invoke(commands, ["restore", file, "--replace", "--no-index"], input="全部替换\n")
    assert answered.exit_code == 0


def _move_to(place: Place) -> list[str]:
    settings = place.settings
    if settings.search_url:
        return ["move", "--to-database", settings.database_url, "--to-search", settings.search_url]
    return ["move", "--to-database", settings.effective_database_url]


def _index_of(place: Place) -> dict[str, str]:
    return {name: value for name, value in place.environment.items() if name == "TECHMARKET_SEARCH_INDEX"}


def _client(place: Place) -> TestClient:
    return TestClient(create_app(place.settings, clock=CLOCK), raise_server_exceptions=False)


def _seen(place: Place) -> dict[str, Any]:
    """What a visitor sees: the board, and what is found for some questions, in its order."""
    with _client(place) as client:
        board = client.get("/v1/targets/2026").json()
        found = {}
        for question in QUESTIONS:
            page = client.get("/v1/search", params={"q": question, "size": 20}).json()
            assert not page["degraded"], page
            found[question] = (page["total"], [hit["id"] for hit in page["hits"]])
    return {"board": board, "found": found}


def _sign_in(client: TestClient) -> dict[str, str]:
    answer = client.post("/v1/sessions", json={"login": ENTERPRISE, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def _assert_reads_but_does_not_write(place: Place) -> None:
    with _client(place) as client:
        answer = client.post("/v1/sessions", json={"login": ENTERPRISE, "password": PASSWORD})
        assert client.get("/v1/targets/2026").status_code == 200
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
