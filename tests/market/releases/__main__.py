"""Write down the databases of the present release: `python -m tests.market.releases`, before the first change of the tables after it."""

import sqlite3
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from api.metrics import Metrics
from api.worker import Worker
from market import migrations
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.settings import Settings
from search.tantivy_engine import TantivyEngine
from tests.contract.market import open_market
from tests.market.releases import file_of
from tests.servers.postgres import private_server
from tests.standby import postgres_program

_FOR_PSQL_ALONE = ("\\restrict", "\\unrestrict", "SET transaction_timeout")  # or for servers since 17


def _walk_one_journey(database: Database, folder: Path) -> None:
    clock = FixedClock(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))
    engine = TantivyEngine(folder / "index")
    engine.prepare()
    worker = Worker(database, engine, clock, Metrics())

    def relay() -> None:
        while worker.step():
            pass

    settings = Settings(data_dir=folder, relay_in_process=False, requests_per_minute=100_000, sign_ins_per_minute=1000)
    with TestClient(create_app(settings, clock=clock, database=database, engine=engine)) as client:
        open_market(client, database, clock, relay)
    engine.close()


def _fill(url: str, folder: Path) -> Database:
    folder.mkdir()
    database = Database(url, pool_size=12)
    migrations.upgrade(database)
    _walk_one_journey(database, folder)
    database.dispose()
    return database


def _without_what_only_psql_reads(dump: str) -> str:
    lines = [line for line in dump.splitlines() if not line.startswith(_FOR_PSQL_ALONE)]
    return "\n".join(lines) + "\n"


def main() -> None:
    revision = migrations.head()
    assert revision is not None
    with tempfile.TemporaryDirectory() as name, private_server() as server:
        folder = Path(name)
        database = _fill(f"sqlite:///{folder / 'market.db'}", folder / "sqlite")
        with sqlite3.connect(folder / "market.db") as connection:
            file_of(revision, database).write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
        database = _fill(server.create_database("release"), folder / "postgresql")
        command = ["--inserts", "--no-owner", "--no-privileges", "--no-comments", "--host", str(server.folder)]
        dump = subprocess.run(
            [postgres_program("pg_dump"), *command, "--username", "postgres", "release"],
            check=True,
            capture_output=True,
            text=True,
        )
        file_of(revision, database).write_text(_without_what_only_psql_reads(dump.stdout), encoding="utf-8")


if __name__ == "__main__":
    main()
