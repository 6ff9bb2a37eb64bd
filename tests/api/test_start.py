"""What an operator reads when a command cannot work: a sentence that says what to do, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from market.kernel.db import Database
from market.transfer import schema

_ROOT = Path(__file__).parents[2]


def _run(database_url: str, folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TECHMARKET_")}
    own = {"DATABASE_URL": database_url, "DATA_DIR": str(folder), **settings}
    environment = kept | {f"TECHMARKET_{key}": value for key, value in own.items()} | {"COLUMNS": "300"}
    command = [sys.executable, "-c", "from api.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.once
def test_serve_refuses_more_threads_than_connections(database: Database, tmp_path: Path) -> None:
    result = _run(database.url, tmp_path, "serve", "--port", "0", THREADS="9", POOL_SIZE="8")
    assert result.returncode == 1
    assert "TECHMARKET_THREADS(9)大于 TECHMARKET_POOL_SIZE(8)" in result.stderr


def test_migrate_leaves_a_database_alone_while_a_move_into_it_is_unfinished(database: Database, tmp_path: Path) -> None:
    with database.engine.begin() as connection:
        schema.mark(connection, "a" * 64)
    result = _run(database.url, tmp_path, "migrate")
    with database.engine.begin() as connection:
        still = schema.source_of_unfinished(connection)
        schema.unmark(connection)
    assert (result.returncode, still) == (1, "a" * 64)
    assert "techmarket move" in result.stderr
    assert "Traceback" not in result.stderr


def test_command_says_so_when_the_database_cannot_be_reached(tmp_path: Path) -> None:
    result = _run(f"postgresql+psycopg://somebody:secret@/market?host={tmp_path}", tmp_path, "audit", "verify")
    assert result.returncode == 1
    assert "数据库无法连接" in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr + result.stdout
