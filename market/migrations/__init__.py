"""Schema changes by Alembic, run from the installed package: no ini file, the database is handed in.

A new revision after a change of the tables: `python -m market.migrations "what it does"` (see `__main__.py`).
"""

import logging
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from market.kernel.db import Database
from market.kernel.errors import Unavailable

log = logging.getLogger("techmarket.migrations")

_FOLDER = Path(__file__).parent
_LOCK = 7_306_200  # any constant; it only has to be the same in every process
_LOCK_TIMEOUT_MS = 2_000
"""Whoever comes after a change of a table that waits for its lock waits behind it; so it steps back soon and comes again."""
_PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0)


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration; `env.py` works on the connection."""
    settings = Config()
    settings.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings


def upgrade(database: Database, revision: str = "head", *, pause: Callable[[float], None] = time.sleep) -> None:
    """Bring the schema up to the revision, in one transaction. Safe to run again, and from several processes at once.

    A table in use is waited for two seconds at a time, with `pause` between. Raises `Unavailable` where it stays in use for half a minute;
    nothing is changed then.
    """
    for seconds in _PAUSES_SECONDS:
        try:
            _run(database, lambda settings: command.upgrade(settings, revision))
        except sa.exc.OperationalError as error:
            if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise
            log.info("a table is in use; trying again in %g s", seconds)
            pause(seconds)
        else:
            return
    detail = (
        "要升级的数据表一直被其他操作占用,结构没有改动。请稍后(例如长时间的导入或备份结束后)再运行 techmarket migrate。"
    )
    raise Unavailable("migration_blocked", detail)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back; data of the tables that go is lost."""
    _run(database, lambda settings: command.downgrade(settings, revision))


def current(database: Database) -> str | None:
    """The revision that the database stands at; None where it has never been migrated."""
    with database.engine.connect().execution_options(techmarket_read_only=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision of this package."""
    return ScriptDirectory.from_config(config()).get_current_head()


def is_current(database: Database) -> bool:
    """Whether the database has every change that this package knows."""
    return current(database) == head()


def _run(database: Database, step: Any) -> None:
    with closing(database.engine.connect()) as connection:
        if database.is_sqlite:
            # A changed table is rebuilt there; its references must not fire meanwhile. Only outside a transaction can it be said.
            _pragma(connection, "foreign_keys=OFF")
        try:
            with connection.begin():
                _take_turn(connection)
                step(config(connection))
                _check_references(connection)
        finally:
            if database.is_sqlite:
                _pragma(connection, "foreign_keys=ON")


def _take_turn(connection: sa.Connection) -> None:
    """One process migrates at a time (SQLite has one writer anyway); none waits long for the tables in use."""
    if connection.dialect.name != "postgresql":
        return
    for statement in ("SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = 0"):
        connection.exec_driver_sql(statement)
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT_MS}")


def _check_references(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the migration leaves rows that refer to nothing")


def _pragma(connection: sa.Connection, setting: str) -> None:
    connection.connection.cursor().execute(f"PRAGMA {setting}")
