"""A row is the same row in either database, and the same bytes in a file, whatever it holds."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings

from market import migrations
from market.kernel.db import Database, all_tables
from market.transfer import layout, streaming
from tests.conftest import empty_database
from tests.market.transfer.content import rows
from tests.market.transfer.hostile import HostileRows, hostile_rows, insert_as_the_application_does


@pytest.fixture(scope="module")
def there_and_back(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Database]]:
    """Three migrated databases: one of this run's kind, one of the other, one of this run's kind again."""
    folder = tmp_path_factory.mktemp("there_and_back")
    is_sqlite = database_kind == "sqlite"
    kinds = ["sqlite", "postgresql", "sqlite"] if is_sqlite else ["postgresql", "sqlite", "postgresql"]
    databases = []
    for number, kind in enumerate(kinds):
        url = f"sqlite:///{folder / f'{number}.db'}" if kind == "sqlite" else empty_database(f"stream_{number}")
        databases.append(Database(url, pool_size=2))
        migrations.upgrade(databases[-1])
    yield databases
    for database in databases:
        database.dispose()


@given(made=hostile_rows())
# Without shrinking, which takes minutes: the row that differs says enough.
@settings(max_examples=20, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
def test_rows_are_the_same_when_carried_to_the_other_database_and_back(
    there_and_back: list[Database], made: HostileRows
) -> None:
    first, other, last = (database.engine.connect() for database in there_and_back)
    with first, other, last:  # nothing is committed, so every example begins with empty tables
        for connection in (first, other, last):
            connection.begin()
        insert_as_the_application_does(first, made)
        _carry(first, other)
        _carry(other, last)

        assert rows(first) == rows(other) == rows(last)
        assert _bytes(first) == _bytes(other) == _bytes(last)


def test_every_table_has_a_portable_form_and_is_carried() -> None:
    """A table that is new in the metadata is carried without a word; one that shall not be needs a reason."""
    every = {table.name for table in all_tables().sorted_tables}
    in_backups = {table.name for table in layout.tables(left_out=layout.LEFT_OUT_OF_BACKUPS)}

    assert {table.name for table in layout.tables()} == every
    assert in_backups | set(layout.LEFT_OUT_OF_BACKUPS) == every
    assert set(layout.LEFT_OUT_OF_BACKUPS) <= every
    assert all(layout.LEFT_OUT_OF_BACKUPS.values())


def test_column_of_an_unknown_type_is_refused_instead_of_guessed() -> None:
    table = sa.Table(
        "strange", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Interval)
    )

    with pytest.raises(TypeError, match=r"strange\.x"):
        layout.described(table)


def test_reading_takes_up_behind_a_key(market: Database) -> None:
    (table,) = [one for one in layout.tables() if one.name == "audit_entry"]
    with streaming.snapshot(market) as connection:
        everything = [row for batch in streaming.read(connection, table) for row in batch]
        later = [row for batch in streaming.read(connection, table, after=2) for row in batch]
        earlier = [row for batch in streaming.read(connection, table, up_to=2) for row in batch]

    assert len(earlier) == 2
    assert earlier + later == everything


def _carry(source: sa.Connection, target: sa.Connection) -> None:
    for table in layout.tables():
        for batch in streaming.read(source, table):
            streaming.insert(target, table, batch)


def _bytes(connection: sa.Connection) -> list[bytes]:
    return [data for table in layout.tables() for _, data in streaming.lines(streaming.read(connection, table))]
