"""Which tables and columns are carried, read off the metadata, so that a new table is never forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import AutoString

import market.tables  # noqa: F401  registers every table
from market.kernel import columns
from market.kernel.db import all_tables

LEFT_OUT_OF_BACKUPS: Mapping[str, str] = {
    "sign_in": "a session ended since the backup would be open again: after a restore everybody signs in anew",
    "listing_vector": "made from the listings, a gigabyte for a million of them: the worker makes it anew",
    "achievement_facts": "read out of the achievements: the worker reads them anew",
    "embedding_model": "says which vectors are complete, and these are left out",
}
"""Tables that a backup leaves out, each with its reason. A move leaves out none."""


class Kind(StrEnum):
    """What a column holds, whichever database holds it."""

    UUID = "uuid"
    INSTANT = "instant"
    DATE = "date"
    CNY = "cny"
    QUANTITY = "quantity"
    JSON = "json"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    FLOAT = "float"
    TEXT = "text"
    BYTES = "bytes"


# The first that fits counts: every Enum is a String, every Float a Numeric.
_KINDS: tuple[tuple[type, Kind], ...] = (
    (columns.UtcColumn, Kind.INSTANT),
    (columns.CnyColumn, Kind.CNY),
    (columns.QuantityColumn, Kind.QUANTITY),
    (sa.Uuid, Kind.UUID),
    (sa.JSON, Kind.JSON),
    (sa.Boolean, Kind.BOOLEAN),
    (sa.Date, Kind.DATE),
    (sa.Float, Kind.FLOAT),
    (sa.Integer, Kind.INTEGER),
    (sa.LargeBinary, Kind.BYTES),
    (sa.String, Kind.TEXT),
    (AutoString, Kind.TEXT),
)


@dataclass(frozen=True)
class ColumnLayout:
    """A column and what it holds."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class TableLayout:
    """A table, the column by which its rows are ordered, and its columns in the order in which a row lists their values."""

    name: str
    key: str
    columns: tuple[ColumnLayout, ...]

    @property
    def key_position(self) -> int:
        return next(position for position, column in enumerate(self.columns) if column.name == self.key)


def tables(left_out: Mapping[str, str] | None = None) -> list[TableLayout]:
    """Every table in an order in which rows may be inserted: what is referred to comes first."""
    return [described(table) for table in all_tables().sorted_tables if table.name not in (left_out or {})]


def described(table: sa.Table) -> TableLayout:
    """How the table is carried. Raises TypeError for a column that has no portable form yet."""
    (key,) = table.primary_key.columns
    return TableLayout(
        table.name, key.name, tuple(ColumnLayout(column.name, _kind(column)) for column in table.columns)
    )


def _kind(column: sa.Column[object]) -> Kind:
    for column_type, kind in _KINDS:
        if isinstance(column.type, column_type):
            return kind
    raise TypeError(f"{column.table.name}.{column.name}: no portable form for {column.type!r}")
