"""The tables of a target: made, emptied, and marked as long as a move into them is unfinished."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from market import migrations
from market.kernel.errors import Conflict
from market.transfer import layout
from market.transfer.layout import TableLayout

UNFINISHED = "unfinished-move"
"""Stands where the schema's revision would: nothing serves or migrates such a database by mistake."""

_MARKER = sa.Table(
    "unfinished_move",
    sa.MetaData(),
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("schema_revision", sa.String(32), nullable=False),
)
_VERSION = sa.table("alembic_version", sa.column("version_num"))


def revision_of(connection: sa.Connection) -> str | None:
    """What the schema stands at, `UNFINISHED` while a move is; None where there is none."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether this program has the revision."""
    try:
        return ScriptDirectory.from_config(migrations.config()).get_revision(revision) is not None
    except CommandError:
        return False


def upgrade(connection: sa.Connection, revision: str) -> None:
    """`migrations.upgrade` inside the connection's transaction."""
    command.upgrade(migrations.config(connection), revision)


def clear(connection: sa.Connection) -> None:
    """Take the whole schema away inside the connection's transaction, an unfinished move's as well. PostgreSQL only.

    Raises `Conflict` where the schema is of a revision that this program does not know.
    """
    if source_of_unfinished(connection) is not None:
        unmark(connection)
    revision = revision_of(connection)
    if revision is None:
        return
    if not is_known(revision):
        raise Conflict("schema_unknown", "目标数据库的结构由更新的程序版本建立,本程序不能改动它。请用那个版本操作。")
    command.downgrade(migrations.config(connection), "base")


def mark(connection: sa.Connection, source: str) -> None:
    """Note that rows of this source are on their way; until `unmark` the database counts as having no usable schema."""
    revision = revision_of(connection)
    _MARKER.create(connection)
    connection.execute(sa.insert(_MARKER).values(source=source, schema_revision=revision))
    connection.execute(sa.update(_VERSION).values(version_num=UNFINISHED))


def unmark(connection: sa.Connection) -> None:
    """Give the database its revision back."""
    revision = connection.execute(_MARKER.select()).scalars("schema_revision").one()
    connection.execute(sa.update(_VERSION).values(version_num=revision))
    _MARKER.drop(connection)


def source_of_unfinished(connection: sa.Connection) -> str | None:
    """Which market's rows an unfinished move brings here; None where there is none."""
    if not sa.inspect(connection).has_table(_MARKER.name):
        return None
    return str(connection.execute(_MARKER.select()).scalars("source").one())


def is_as_described(connection: sa.Connection, tables: Sequence[TableLayout], besides: Collection[str]) -> bool:
    """Whether these tables are there with exactly these columns, and none of ours that is neither described nor named in `besides`."""
    inspector = sa.inspect(connection)
    existing = set(inspector.get_table_names())
    described = {table.name for table in tables}
    ours = {table.name for table in layout.tables()}
    if not described <= existing or (existing & ours) - described - set(besides):
        return False
    return all(_column_names(inspector, table.name) == {column.name for column in table.columns} for table in tables)


def tables_present(connection: sa.Connection, wanted: Sequence[TableLayout]) -> list[TableLayout]:
    """The wanted tables and columns as far as this schema has them: one of an older program lacks what came later.

    Raises `Conflict` where the schema is of a revision, or has a column, that this program does not know: it would be lost.
    """
    revision = revision_of(connection)
    inspector = sa.inspect(connection)
    existing = set(inspector.get_table_names())
    found = []
    for table in wanted:
        if table.name in existing:
            names = _column_names(inspector, table.name)
            columns = tuple(column for column in table.columns if column.name in names)
            found.append(TableLayout(table.name, table.key, columns))
            if len(columns) < len(names):
                revision = None
    if revision is None or not is_known(revision):
        detail = "数据库结构不是本程序所认识的版本。请用与它相配的程序版本操作,或先运行 techmarket migrate。"
        raise Conflict("schema_unknown", detail)
    return found


def _column_names(inspector: Any, table: str) -> set[str]:
    return {column["name"] for column in inspector.get_columns(table)}
