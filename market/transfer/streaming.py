"""Rows out of a database and into one, in their portable form, past the ORM: constant memory, and as fast as the driver goes.

Reading is one ordered statement per table inside one snapshot. PostgreSQL is read and written by COPY, SQLite by its cursor.
"""

import hashlib
import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from market.kernel.db import Database
from market.transfer import values
from market.transfer.layout import TableLayout
from market.transfer.values import PortableRow, Value

BATCH_ROWS = 2_000

Advance = Callable[[int], None]
"""Told of so many more rows done."""

_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@dataclass(frozen=True)
class Digest:
    """A table in two figures: how many rows, and the SHA-256 over their lines in order of the key."""

    rows: int
    sha256: str


@contextmanager
def snapshot(database: Database) -> Iterator[sa.Connection]:
    """A connection on which everything read belongs to one moment, while others go on writing."""
    options: dict[str, Any] = {"techmarket_read_only": True}
    if not database.is_sqlite:
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with database.engine.connect().execution_options(**options) as connection, connection.begin():
        take_your_time(connection)
        yield connection


def take_your_time(connection: sa.Connection) -> None:
    """Lift the time limit for statements until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL timezone = 'UTC'")


def read(
    connection: sa.Connection, table: TableLayout, *, after: Value = None, up_to: Value = None
) -> Generator[list[PortableRow], None, None]:
    """The table's rows in order of the key, a batch at a time; of a part, where bounds are given (portable form, `after` excluded).

    Who stops before the end closes it (`contextlib.closing`) while the connection is still there.
    """
    is_postgresql = connection.dialect.name == "postgresql"
    with closing((_read_postgresql if is_postgresql else _read_sqlite)(connection, table, after, up_to)) as rows:
        while batch := list(islice(rows, BATCH_ROWS)):
            yield batch


def lines(batches: Iterator[list[PortableRow]]) -> Iterator[tuple[int, bytes]]:
    """Each batch as JSON Lines: (rows, bytes). The same rows give the same bytes, whichever database they came from."""
    for batch in batches:
        yield len(batch), "".join(f"{_LINE.encode(row)}\n" for row in batch).encode()


def digest(
    connection: sa.Connection, table: TableLayout, *, up_to: Value = None, advance: Advance = lambda _rows: None
) -> Digest:
    """Read the table, or its part up to a key, and sum it up."""
    count, digester = 0, hashlib.sha256()
    with closing(read(connection, table, up_to=up_to)) as batches:
        for rows, data in lines(batches):
            digester.update(data)
            count += rows
            advance(rows)
    return Digest(count, digester.hexdigest())


def insert(connection: sa.Connection, table: TableLayout, rows: Sequence[PortableRow]) -> None:
    """Write rows in their portable form, in the connection's transaction; raises what the driver raises (SQLAlchemy does not see it)."""
    if not connection.in_transaction():
        raise RuntimeError("rows past the ORM would be committed one by one")
    if connection.dialect.name == "postgresql":
        _insert_postgresql(connection, table, rows)
    else:
        _insert_sqlite(connection, table, rows)


def settle_sequences(connection: sa.Connection, tables: Sequence[TableLayout]) -> None:
    """Let the database number new rows behind those that were written with their numbers; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        sequence = connection.scalar(
            sa.text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": table.key}
        )
        if sequence is not None:
            connection.exec_driver_sql(
                f'SELECT setval(\'{sequence}\', coalesce(max("{table.key}"), 0) + 1, false) FROM "{table.name}"'  # noqa: S608
            )


def _read_sqlite(
    connection: sa.Connection, table: TableLayout, after: Value, up_to: Value
) -> Generator[PortableRow, None, None]:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    bounds = [(f'"{table.key}" > ?', after), (f'"{table.key}" <= ?', up_to)]
    given = [(condition, bound) for condition, bound in bounds if bound is not None]
    where = " AND ".join(condition for condition, _ in given) or "1"
    statement = f'SELECT {names} FROM "{table.name}" WHERE {where} ORDER BY "{table.key}"'  # noqa: S608  names from the metadata
    converters = _converters(table, values.from_sqlite)
    cursor = _driver(connection).execute(statement, [bound for _, bound in given])
    while batch := cursor.fetchmany(BATCH_ROWS):
        yield from _converted(batch, converters)


def _read_postgresql(
    connection: sa.Connection, table: TableLayout, after: Value, up_to: Value
) -> Generator[PortableRow, None, None]:
    expressions = [
        sql.SQL(values.postgresql_expression(column, sql.Identifier(column.name).as_string()))
        for column in table.columns
    ]
    key = sql.Identifier(table.key)
    conditions: list[sql.Composable] = [sql.SQL("true")]
    if after is not None:
        conditions.append(sql.SQL("{} > {}").format(key, sql.Literal(after)))
    if up_to is not None:
        conditions.append(sql.SQL("{} <= {}").format(key, sql.Literal(up_to)))
    statement = sql.SQL("COPY (SELECT {} FROM {} WHERE {} ORDER BY {}) TO STDOUT").format(
        sql.SQL(", ").join(expressions), sql.Identifier(table.name), sql.SQL(" AND ").join(conditions), key
    )
    converters = _converters(table, values.from_postgresql)
    with _driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
        yield from _converted(copy.rows(), converters)


def _insert_sqlite(connection: sa.Connection, table: TableLayout, rows: Sequence[PortableRow]) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608
    _driver(connection).executemany(statement, list(_converted(rows, _converters(table, values.to_sqlite))))


def _insert_postgresql(connection: sa.Connection, table: TableLayout, rows: Sequence[PortableRow]) -> None:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    with _driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for row in _converted(rows, _converters(table, values.to_postgresql)):
            copy.write_row(row)


def _converters(
    table: TableLayout, of_kind: Callable[[Any], values.Converter | None]
) -> list[tuple[int, values.Converter]]:
    found = [(position, of_kind(column.kind)) for position, column in enumerate(table.columns)]
    return [(position, converter) for position, converter in found if converter is not None]


def _converted(rows: Any, converters: list[tuple[int, values.Converter]]) -> Iterator[PortableRow]:
    if not converters:
        yield from rows
        return
    for row in rows:
        changed = list(row)
        for position, convert in converters:
            if changed[position] is not None:
                changed[position] = convert(changed[position])
        yield tuple(changed)


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection
