"""A database of an earlier release comes up to date with its rows, its audit chain and its guards as they were."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from market import migrations
from market.kernel import audit
from market.kernel.db import Database, all_tables
from tests.conftest import empty_database
from tests.market.releases import REVISIONS, restore


@pytest.fixture(params=REVISIONS)
def earlier(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[Database]:
    """A database as the release at this revision left it."""
    url = f"sqlite:///{tmp_path / 'earlier.db'}" if database_kind == "sqlite" else empty_database("earlier")
    database = Database(url, pool_size=4)
    restore(request.param, database)
    assert migrations.current(database) == request.param
    yield database
    database.dispose()


def test_upgrade_of_an_earlier_release_keeps_every_row(earlier: Database) -> None:
    before = _rows(earlier)
    columns = {table: {name for name, _ in rows[0]} for table, rows in before.items() if rows}
    assert before["contract"]
    assert before["ledger_entry"]

    migrations.upgrade(earlier)

    assert _rows(earlier, columns) == {table: rows for table, rows in before.items() if rows}
    with earlier.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), all_tables()) == []


def test_audit_chain_of_an_earlier_release_verifies_after_the_upgrade(earlier: Database) -> None:
    migrations.upgrade(earlier)

    with earlier.reading() as session:
        assert [item for item in audit.verify(session) if isinstance(item, audit.ChainFault)] == []
        assert audit.head(session)[0] > 0


@pytest.mark.parametrize("table", ["audit_entry", "ledger_entry"])
def test_what_an_earlier_release_recorded_cannot_be_changed_after_the_upgrade(earlier: Database, table: str) -> None:
    migrations.upgrade(earlier)

    guarded = all_tables().tables[table]
    for change in (guarded.update().values(seq=guarded.c.seq), guarded.delete()):
        with earlier.engine.begin() as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
            connection.execute(change)


def _rows(database: Database, columns: Mapping[str, set[str]] | None = None) -> dict[str, list[Any]]:
    """Every row of the tables that are there, or of these columns of these tables, in an order that does not depend on the database."""
    with database.engine.connect() as connection:
        if columns is None:
            inspector = sa.inspect(connection)
            columns = {
                name: {one["name"] for one in inspector.get_columns(name)} for name in inspector.get_table_names()
            }
        found = {}
        for table in columns.keys() - {"alembic_version"}:
            rows = connection.execute(sa.select(sa.text("*")).select_from(sa.table(table))).mappings()
            found[table] = sorted(sorted((name, repr(row[name])) for name in columns[table]) for row in rows)
        return found
