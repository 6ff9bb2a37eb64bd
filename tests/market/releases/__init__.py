"""Databases as earlier releases left them, as SQL text: `<revision>.sqlite.sql` and `<revision>.postgresql.sql`.

Each holds one journey from a need to a registered contract. They are written once, by `python -m tests.market.releases`, with the code of
that release, and never changed afterwards.
"""

import sqlite3
from pathlib import Path

import psycopg
import sqlalchemy as sa

from market.kernel.db import Database

FOLDER = Path(__file__).parent
REVISIONS = sorted({path.name.split(".")[0] for path in FOLDER.glob("*.sql")})


def file_of(revision: str, database: Database) -> Path:
    return FOLDER / f"{revision}.{'sqlite' if database.is_sqlite else 'postgresql'}.sql"


def restore(revision: str, database: Database) -> None:
    """Fill the empty database with what that release left."""
    script = file_of(revision, database).read_text(encoding="utf-8")
    if database.is_sqlite:
        with sqlite3.connect(str(database.engine.url.database)) as connection:
            connection.executescript(script)
        connection.close()
        return
    url = database.engine.url.set(drivername="postgresql")
    with psycopg.connect(sa.URL.render_as_string(url, hide_password=False), autocommit=True) as connection:
        connection.execute(script.encode())
