"""Rows that are as awkward as each column allows, for every table there is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st

from market.kernel import columns
from market.kernel.db import all_tables

ROWS_PER_TABLE = 2

_AWKWARD = [
    "",
    "\\N",
    "\\.",
    "a\tb\nc\r\nd",
    "\u2028\u2029\ufeff",
    '\'; DROP TABLE "x"--',
    '"\\"',
    "𠮷🧬é",
    "\x01\x1f\x7f",
    " NULL ",
]
_TEXT = st.sampled_from(_AWKWARD) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12
)
_FLOAT = st.floats(allow_nan=False, allow_infinity=False)
# Above 1e16 PostgreSQL itself gives a float of a JSON document back as a whole number, rounded to its shortest form.
_NUMBER = st.integers(-(10**30), 10**30) | st.floats(-1e15, 1e15) | st.sampled_from([-0.0, 1e16, 5e-324])
_JSON_VALUE = st.recursive(
    st.none() | st.booleans() | _NUMBER | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
# Our columns hold lists and objects; a bare number SQLite would store as one of its own.
_JSON = st.lists(_JSON_VALUE, max_size=3) | st.dictionaries(_TEXT, _JSON_VALUE, max_size=3) | st.none()
_FEN = st.sampled_from([1, 10**18 - 1]) | st.integers(1, 10**18 - 1)
_QUANTITY = st.sampled_from(
    [Decimal("1E+2"), Decimal("-0.000000001"), Decimal("999999999999999.999999999")]
) | st.decimals(-(10**14), 10**14, places=9)
_EARLIEST, _LATEST = (moment.replace(tzinfo=UTC) for moment in (datetime.min, datetime.max))  # noqa: DTZ901
_INSTANT = st.sampled_from([_EARLIEST, _LATEST]) | st.datetimes(timezones=st.just(UTC))
_DATE = st.sampled_from([date.min, date.max]) | st.dates()

# What a CHECK bounds to a small range.
_BOUNDED = {"trl", "min_trl", "number", "max_load"}


@dataclass(frozen=True)
class Pools:
    """A few values of each kind, and the chance by which columns choose among them: drawing each value by itself would take minutes."""

    texts: list[str]
    days: list[date]
    fen: list[int]
    by_type: tuple[tuple[type, list[Any]], ...]
    chance: Random


def _some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, min_size=3, max_size=6)


class HostileRows(dict[str, list[dict[str, Any]]]):
    """By table. Shown by their number only: a failing example of all tables would fill pages."""

    def __repr__(self) -> str:
        return f"HostileRows({sum(map(len, self.values()))} rows)"


@st.composite
def hostile_rows(draw: st.DrawFn) -> HostileRows:
    """For every table, in order of dependency, rows that its constraints allow: row i refers to the i-th row of other tables."""
    pools = Pools(
        texts=draw(_some(_TEXT)),
        days=draw(_some(_DATE)),
        fen=draw(_some(_FEN)),
        by_type=(
            (columns.UtcColumn, draw(_some(_INSTANT))),
            (columns.QuantityColumn, draw(_some(_QUANTITY))),
            (sa.JSON, draw(_some(_JSON))),
            (sa.Boolean, [False, True]),
            (sa.Float, draw(_some(_FLOAT))),
            (sa.LargeBinary, draw(_some(st.binary(max_size=20)))),
        ),
        chance=Random(draw(st.integers(0, 2**32))),  # noqa: S311
    )
    made = HostileRows()
    for table in all_tables().sorted_tables:
        made[table.name] = [_row(pools, table, index, made) for index in range(ROWS_PER_TABLE)]
    return made


def insert_as_the_application_does(connection: sa.Connection, made: HostileRows) -> None:
    """By SQLAlchemy's own types, so that the stream of rows is compared with what the application wrote."""
    for table in all_tables().sorted_tables:
        for row in made[table.name]:
            connection.execute(table.insert().values(**row))


def _row(pools: Pools, table: sa.Table, index: int, made: HostileRows) -> dict[str, Any]:
    # One amount and one day a row: whatever must not be above another column of its kind is not.
    amount, day = Decimal(pools.chance.choice(pools.fen)) / 100, pools.chance.choice(pools.days)
    uniques = [constraint for constraint in table.constraints if isinstance(constraint, sa.UniqueConstraint)]
    unique = {column.name for constraint in uniques for column in constraint.columns}
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.nullable and pools.chance.random() < 0.3:
            row[column.name] = sa.null()
        elif column.foreign_keys:
            (key,) = column.foreign_keys
            row[column.name] = made[key.column.table.name][index][key.column.name]
        elif isinstance(column.type, columns.CnyColumn):
            row[column.name] = amount * (pools.chance.choice([1, -1]) if "delta" in column.name else 1)
        elif isinstance(column.type, sa.Date):
            row[column.name] = day
        elif column.primary_key or column.name in unique | _BOUNDED:
            row[column.name] = _distinct(pools, column, index)
        else:
            row[column.name] = _any(pools, column)
    return row


def _distinct(pools: Pools, column: sa.Column[Any], index: int) -> Any:
    """A value that no other row of the table has."""
    if isinstance(column.type, sa.Integer):
        return index + 1
    if isinstance(column.type, (sa.Uuid, sa.Enum)):
        return _any(pools, column)
    return f"{index}{pools.chance.choice(pools.texts)}"[: column.type.length]  # type: ignore[attr-defined]


def _any(pools: Pools, column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.Enum):
        return pools.chance.choice(list(kind.enum_class))  # type: ignore[arg-type]
    if isinstance(kind, sa.Uuid):
        return UUID(int=pools.chance.getrandbits(128))
    if isinstance(kind, sa.Integer):
        bits = 63 if isinstance(kind, sa.BigInteger) else 31
        return pools.chance.choice([0, -(2**bits), 2**bits - 1])
    for column_type, values in pools.by_type:
        if isinstance(kind, column_type):
            return pools.chance.choice(values)
    return pools.chance.choice(pools.texts)[: getattr(kind, "length", None)]
