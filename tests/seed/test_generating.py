"""A run of generating may be stopped and taken up again, stands beside others, keeps off real data, and what it made works."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlmodel import col, func, select
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from market.achievements.models import Achievement
from market.contracts.models import (
    Contract,
    LedgerEntry,
)
from market.kernel import audit
from market.kernel.actor import Actor, Role
from market.kernel.db import Database, all_tables
from market.kernel.errors import Conflict, Invalid
from market.kernel.settings import Settings
from market.listings.models import LIVE
from market.targets import queries as targets
from market.targets import service as target_service
from search import indexer
from search.tantivy_engine import TantivyEngine
from seed.generating.making import Batch, Maker, Part, made_beside, made_here
from seed.generating.plan import Plan, Run
from seed.generating.service import Effort
from tests.factories.needs import make_need
from tests.factories.parties import make_party
from tests.schema import make_tables
from tests.seed.generated import CLOCK, SMALL, YEAR, rows_of, run_generate


def _fingerprint(database: Database) -> dict[str, Any]:
    """Every generated row but the accounts, whose hashed passwords have a salt."""
    with database.reading() as session:
        return {
            str(table.name): sorted(map(repr, session.execute(sa.select(table)).all()))
            for table in all_tables().sorted_tables
            if table.name not in ("audit_entry", "user_account")
        }


def test_a_run_that_was_stopped_goes_on_and_ends_with_the_same_rows(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seed.generating.making._BATCH", 20)
    told: list[int] = []

    def stop_in_the_middle(done: int, total: int) -> None:
        told.append(done)
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_generate(database, SMALL, effort=Effort(progress=stop_in_the_middle))
    rest = run_generate(database, SMALL)
    assert rest.already == told[-1] > 0
    assert rest.stored > 0
    assert run_generate(database, SMALL).stored == 0

    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    make_tables(other)
    run_generate(other, SMALL)
    assert _fingerprint(database) == _fingerprint(other)
    other.dispose()
    with database.reading() as session:
        assert [item for item in audit.verify(session) if isinstance(item, audit.ChainFault)] == []


def test_another_seed_makes_other_rows(full: Database) -> None:
    run = Run(1, 0, SMALL)
    other = Run(1, 0, Plan(SMALL.listings, SMALL.contracts, SMALL.seed + 1, SMALL.year, SMALL.today))
    batch = Batch(Part.ACHIEVEMENTS, range(3))
    made, again, otherwise = (Maker(one, {}, full.engine.dialect).make(batch) for one in (run, run, other))
    assert made == again != otherwise


def test_processes_beside_make_the_same_rows(full: Database) -> None:
    run = Run(1, 0, SMALL)
    maker = Maker(run, {}, full.engine.dialect)
    batches = [batch for batch in maker.batches() if batch.part is not Part.CONTRACTS]
    with made_beside(run, {}, full.engine.url.drivername, batches, 1) as beside:
        assert list(beside) == list(made_here(maker, batches))


def test_two_runs_stand_beside_each_other(database: Database) -> None:
    run_generate(database, SMALL)
    again = run_generate(database, Plan(22, 30, SMALL.seed, SMALL.year, SMALL.today))
    assert again.stored > 52
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Contract)).one() == 90
        board = targets.progress(session, 2026, as_of=CLOCK.today())
        entries = session.exec(select(LedgerEntry).where(col(LedgerEntry.provider_in_region).is_(True))).all()
        assert board.contract_amount_cny == sum(one.contract_amount_delta_cny for one in entries)


def test_a_year_that_is_not_over_has_contracts_under_way_and_none_in_the_future(database: Database) -> None:
    run_generate(database, Plan(0, 400, 1, 2026, CLOCK.today()))
    rows = rows_of(database, Contract)
    open_ones = [row for row in rows if row.decided_at is None]
    assert len(open_ones) == 12
    assert all(row.registered_on is None or row.registered_on <= CLOCK.today() for row in rows)
    assert {row.registered_on.year for row in rows if row.registered_on} == {2026}


def test_real_rows_refuse_generated_ones_unless_confirmed(database: Database) -> None:
    with database.writing() as session:
        make_need(session, CLOCK, owner=make_party(session, CLOCK))
    with pytest.raises(Conflict, match="holds_real_data"):
        run_generate(database, SMALL)
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Contract)).one() == 0
    assert run_generate(database, SMALL, is_confirmed=True).stored > 0


def test_a_closed_or_coming_year_takes_no_contracts(database: Database) -> None:
    administrator = Actor(role=Role.ADMINISTRATOR, is_system=True)
    with database.writing() as session:
        target_service.close_year(session, administrator, 2025, clock=CLOCK)
    with pytest.raises(Conflict, match="year_closed"):
        run_generate(database, Plan(0, 10, 1, 2025, CLOCK.today()))
    with pytest.raises(Invalid):
        run_generate(database, Plan(0, 10, 1, 2027, CLOCK.today()))


def test_only_one_process_generates_at_a_time(database: Database) -> None:
    with database.turn("generate") as is_ours:
        assert is_ours
        with pytest.raises(Conflict, match="generating_already"):
            run_generate(database, SMALL)


@pytest.fixture
def client(full: Database, tmp_path: Path) -> Iterator[TestClient]:
    engine = TantivyEngine(tmp_path / "index")
    engine.prepare()
    indexer.rebuild(full, engine, clock=CLOCK, progress=lambda _done: None)
    settings = Settings(data_dir=tmp_path, relay_in_process=False)
    with TestClient(create_app(settings, clock=CLOCK, database=full, engine=engine)) as client:
        yield client
    engine.close()


def test_pages_and_api_work_on_generated_data(full: Database, client: TestClient) -> None:
    found = client.get("/v1/search", params={"q": "枸杞"}).raise_for_status().json()
    assert found["total"] > 0
    assert found["facets"]["field"]
    assert all(hit["is_demo"] for hit in found["hits"])
    live = rows_of(full, Achievement, col(Achievement.status).in_(LIVE))
    for path in (
        f"/v1/achievements/{live[0].id}",
        f"/achievements/{live[0].id}",
        "/search?q=枸杞",
        f"/?year={YEAR}",
        "/v1/needs",
    ):
        assert client.get(path).status_code == 200, path
    assert "演示" in client.get("/search?q=枸杞").text


def test_the_command_generates_indexes_and_leaves_a_chain_that_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TECHMARKET_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("TECHMARKET_SEARCH_URL", raising=False)
    monkeypatch.delenv("TECHMARKET_DATABASE_URL", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    runner = CliRunner()
    assert runner.invoke(command_line, ["migrate"]).exit_code == 0
    words = ["generate", "--listings", "44", "--contracts", "50", "--year", "2025"]
    assert runner.invoke(command_line, words).exit_code == 0
    assert runner.invoke(command_line, ["reindex", "--check"]).exit_code == 0
    assert runner.invoke(command_line, ["audit", "verify"]).exit_code == 0
    again = runner.invoke(command_line, [*words, "--no-index"])
    assert again.exit_code == 0
