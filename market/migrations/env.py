"""Alembic's entry: compares and migrates on the connection that `market.migrations` hands in."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel.sql.sqltypes import AutoString

import market.tables  # noqa: F401  registers every table
from market.kernel import columns
from market.kernel.db import all_tables

_OWN_TYPES = (columns.CnyColumn, columns.QuantityColumn, columns.UtcColumn)


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Our column types by their name, SQLModel's string as a plain one; the rest as Alembic writes it."""
    if kind == "type" and isinstance(item, _OWN_TYPES):
        autogen_context.imports.add("from market.kernel import columns")
        return f"columns.{type(item).__name__}()"
    if kind == "type" and item is columns.JSON:
        autogen_context.imports.add("from market.kernel import columns")
        return "columns.JSON"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def compare_type(_context: Any, _inspected: Any, _column: Any, inspected_type: Any, type_: Any) -> bool | None:
    """Compare our own types by what they are in this database; None leaves the rest to Alembic."""
    if not isinstance(type_, _OWN_TYPES):
        return None
    dialect = context.get_context().dialect
    expected = type_.load_dialect_impl(dialect).compile(dialect)
    return bool(inspected_type.compile(dialect) != expected)


def _migrate(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=all_tables(),
        render_item=render_item,
        compare_type=compare_type,
        render_as_batch=True,  # SQLite changes a table by rebuilding it
        transactional_ddl=True,  # also SQLite, whose transactions we begin ourselves
    )
    with context.begin_transaction():
        context.run_migrations()


_migrate(context.config.attributes["connection"])
