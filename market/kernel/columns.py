"""Column types that mean the same on SQLite and on PostgreSQL."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from market.kernel.money import FEN, from_fen, to_fen


class CnyColumn(sa.types.TypeDecorator[Decimal]):
    """Yuan to the fen: NUMERIC(18,2) on PostgreSQL, a whole number of fen on SQLite, whose NUMERIC is a float.

    SUM() over the column is exact on both and keeps the type.
    """

    impl = sa.Numeric(18, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BigInteger())
        return dialect.type_descriptor(sa.Numeric(18, 2))

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        fen = to_fen(Decimal(value))
        return fen if dialect.name == "sqlite" else from_fen(fen)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        if value is None:
            return None
        return from_fen(int(value)) if dialect.name == "sqlite" else Decimal(value).quantize(FEN)


class QuantityColumn(sa.types.TypeDecorator[Decimal]):
    """A measured value: NUMERIC(24,9) on PostgreSQL, its decimal text on SQLite. For showing and computing, not for SQL sums."""

    impl = sa.Numeric(24, 9)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String(40))
        return dialect.type_descriptor(sa.Numeric(24, 9))

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        return f"{value:f}" if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value).normalize() + 0


class UtcColumn(sa.types.TypeDecorator[datetime]):
    """An aware instant in UTC: timestamptz on PostgreSQL, naive UTC on SQLite. A naive value is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# `Any`, because SQLModel's Field takes an instance at run time and declares a class.
CNY: Any = CnyColumn()
QUANTITY: Any = QuantityColumn()
UTC_INSTANT: Any = UtcColumn()
JSON: Any = sa.JSON().with_variant(JSONB(), "postgresql")
SERIAL: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _values(enum: type[StrEnum]) -> list[str]:
    return [member.value for member in enum]


def enum_type(enum: type[StrEnum]) -> Any:
    """A VARCHAR(32) with a CHECK on the enum's values; Alembic does not see new values by itself."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", enum.__name__).lower()
    return sa.Enum(enum, name=name, native_enum=False, length=32, create_constraint=True, values_callable=_values)
