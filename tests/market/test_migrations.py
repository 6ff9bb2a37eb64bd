"""The migrations build exactly the schema of the tables, on both databases, and guard what is append-only."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from market import migrations
from market.kernel import audit
from market.kernel.actor import SYSTEM
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.kernel.errors import Unavailable
from tests.conftest import empty_database


@pytest.fixture
def empty(database_kind: str, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    url = f"sqlite:///{tmp_path / 'empty.db'}" if database_kind == "sqlite" else empty_database("empty")
    database = Database(url, pool_size=4)
    yield database
    database.dispose()


@pytest.fixture
def migrated(empty: Database) -> Database:
    migrations.upgrade(empty)
    return empty


def test_upgrade_from_empty_leaves_no_difference_to_the_tables(empty: Database) -> None:
    assert not migrations.is_current(empty)

    migrations.upgrade(empty)

    assert migrations.is_current(empty)
    with empty.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), all_tables()) == []


def test_upgrade_makes_what_create_all_makes(migrated: Database, database_template: Database) -> None:
    made, wanted = _structure(migrated), _structure(database_template)

    assert made.keys() == wanted.keys()
    for table in wanted:
        assert made[table] == wanted[table]


def test_upgrade_does_nothing_when_run_again_or_by_several_at_once(empty: Database) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: migrations.upgrade(empty), range(3)))

    assert migrations.is_current(empty)


def test_upgrade_steps_back_from_a_table_in_use_and_comes_again(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if empty.is_sqlite:
        return  # one writer at a time, who waits for the one before
    monkeypatch.setattr(migrations, "_LOCK_TIMEOUT_MS", 50)
    migrations.upgrade(empty, "0002")
    pauses: list[float] = []
    with empty.engine.connect() as user:
        user.exec_driver_sql("LOCK TABLE outbox_entry IN ACCESS SHARE MODE")

        with pytest.raises(Unavailable):
            migrations.upgrade(empty, pause=pauses.append)

        assert len(pauses) > 1
        assert migrations.current(empty) == "0002"

        migrations.upgrade(empty, pause=lambda _: user.rollback())
    assert migrations.is_current(empty)


def test_downgrade_takes_everything_back(migrated: Database) -> None:
    migrations.downgrade(migrated, "base")

    assert sa.inspect(migrated.engine).get_table_names() == ["alembic_version"]


def test_unknown_values_are_refused_by_the_schema(migrated: Database) -> None:
    with migrated.engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.exec_driver_sql(
            "INSERT INTO outbox_entry (id, subject, subject_id, created_at, due_at, attempts, last_error) "
            "VALUES (1, 'nonsense', '00000000000000000000000000000001', '2026-01-01', '2026-01-01', 0, '')"
        )


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET tag = 'x'", "DELETE FROM audit_entry"])
def test_audit_entries_cannot_be_changed_in_a_migrated_database(
    migrated: Database, clock: FixedClock, change: str
) -> None:
    with migrated.writing() as session:
        audit.record(session, SYSTEM, "need.published", None, clock)

    with migrated.engine.begin() as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        connection.exec_driver_sql(change)


def _structure(database: Database) -> dict[str, Any]:
    inspector = sa.inspect(database.engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "checks": {(check["name"], check["sqltext"]) for check in inspector.get_check_constraints(table)},
            "uniques": {
                (unique["name"], tuple(unique["column_names"])) for unique in inspector.get_unique_constraints(table)
            },
            "indexes": {
                (index["name"], tuple(index["column_names"]), bool(index["unique"]))
                for index in inspector.get_indexes(table)
            },
            "references": {
                (tuple(key["constrained_columns"]), key["referred_table"], key["options"].get("ondelete"))
                for key in inspector.get_foreign_keys(table)
            },
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }
