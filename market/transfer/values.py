"""The portable form of a value: what JSON can hold, the same to the bit whichever database it was read from.

=========  ==========================================================================
uuid       32 hexadecimal digits
instant    ``2026-04-08 02:00:00.000000``, UTC, always six digits of a second
date       ``2026-04-08``
cny        whole number of fen
quantity   shortest decimal text, ``0.5``, never an exponent
json       its text with sorted keys and no blanks; SQL NULL is null, JSON null is ``"null"``
boolean    0 or 1
bytes      hexadecimal digits
float      itself, without negative zero, which SQLite does not know
integer, text   themselves
=========  ==========================================================================

It is the form that SQLite stores, so nothing is converted there but what has several spellings (json, quantity) and bytes.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, localcontext
from typing import Any

from market.transfer.layout import ColumnLayout, Kind

Value = str | int | float | None
PortableRow = tuple[Value, ...]
Converter = Callable[[Any], Any]

_FLOATS_WITH_EXPONENT = 1e16
_DIGITS_OF_A_QUANTITY = 40

_SQL_FOR_POSTGRESQL = {
    Kind.UUID: "replace({0}::text, '-', '')",
    Kind.INSTANT: "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    Kind.DATE: "to_char({0}, 'YYYY-MM-DD')",
    Kind.CNY: "({0} * 100)::bigint",
    Kind.QUANTITY: "trim_scale({0})",
    Kind.BOOLEAN: "{0}::int",
    Kind.BYTES: "encode({0}, 'hex')",
}

_DIGITS = {
    Kind.UUID: re.compile(r"[0-9a-f]{32}"),
    Kind.INSTANT: re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", re.ASCII),
    Kind.DATE: re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    Kind.QUANTITY: re.compile(r"-?\d{1,24}(\.\d{1,24})?", re.ASCII),
    Kind.BYTES: re.compile(r"(?:[0-9a-f]{2})*"),
}
_NONE = type(None)
_ONLY_TEXT = {str, _NONE}
_TYPES: dict[Kind, set[type]] = {
    Kind.INTEGER: {int, _NONE},
    Kind.CNY: {int, _NONE},
    Kind.BOOLEAN: {int, _NONE},
    Kind.FLOAT: {int, float, _NONE},
}


def postgresql_expression(column: ColumnLayout, quoted: str) -> str:
    """SQL that gives the column's portable form, but for what `from_postgresql` does afterwards."""
    return _SQL_FOR_POSTGRESQL.get(column.kind, "{0}").format(quoted)


def from_postgresql(kind: Kind) -> Converter | None:
    """From the text of COPY to the portable form; None where it is that already."""
    return _FROM_POSTGRESQL.get(kind)


def from_sqlite(kind: Kind) -> Converter | None:
    """From SQLite's stored value to the portable form; None where it is that already."""
    return _FROM_SQLITE.get(kind)


def to_postgresql(kind: Kind) -> Converter | None:
    """From the portable form to what COPY reads; None where that is the same."""
    return _TO_POSTGRESQL.get(kind)


def to_sqlite(kind: Kind) -> Converter | None:
    """From the portable form to SQLite's stored value; None where that is the same."""
    return bytes.fromhex if kind is Kind.BYTES else None


def first_malformed(columns: Sequence[ColumnLayout], rows: Sequence[Sequence[Any]]) -> tuple[int, str] | None:
    """The first place where a value is not in the form of its kind: (index of the row, name of the column).

    The name is ``""`` where the row has another number of values. Columns are looked at as a whole: row by row takes thrice as long.
    """
    for index, row in enumerate(rows):
        if len(row) != len(columns):
            return index, ""
    for column, values in zip(columns, zip(*rows, strict=True), strict=False):
        if not _are_well_formed(column.kind, values):
            return next(i for i, value in enumerate(values) if not _are_well_formed(column.kind, (value,))), column.name
    return None


def _are_well_formed(kind: Kind, values: Sequence[Any]) -> bool:
    allowed = _TYPES.get(kind, _ONLY_TEXT)
    if not set(map(type, values)) <= allowed:  # exactly: True is an int to isinstance
        return False
    if kind in _DIGITS:
        return all(map(_DIGITS[kind].fullmatch, _given(values)))
    if kind is Kind.JSON:
        return all(map(_is_json, set(_given(values))))
    return kind is not Kind.BOOLEAN or set(values) <= {0, 1, None}


def _given(values: Sequence[Any]) -> Iterator[Any]:
    return (value for value in values if value is not None)


def _is_json(text: str) -> bool:
    if text in ("[]", "{}"):
        return True
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _canonical_json(stored: str | float) -> str:
    text = str(stored)  # SQLite stores a bare number as one
    if text in ("[]", "{}"):
        return text
    return _WRITER.encode(json.loads(text, parse_float=_json_float))


def _json_float(text: str) -> float | int:
    """JSONB keeps numbers as decimals: it spells out an exponent and knows no negative zero, so neither do we."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number out of range")
    if abs(number) >= _FLOATS_WITH_EXPONENT:
        return int(Decimal(repr(number)))
    return _canonical_float(number)


def _canonical_float(stored: str | float) -> float:
    return float(stored) + 0.0  # SQLite knows no negative zero


def _canonical_quantity(stored: str | float) -> str:
    with localcontext(prec=_DIGITS_OF_A_QUANTITY):
        return f"{Decimal(str(stored)).normalize() + 0:f}"


def _decimal_text(fen: int) -> str:
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


_WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))

_FROM_POSTGRESQL: dict[Kind, Converter] = {
    Kind.CNY: int,
    Kind.BOOLEAN: int,
    Kind.INTEGER: int,
    Kind.FLOAT: _canonical_float,
    Kind.JSON: _canonical_json,
}
_FROM_SQLITE: dict[Kind, Converter] = {
    Kind.JSON: _canonical_json,
    Kind.QUANTITY: _canonical_quantity,
    Kind.BYTES: lambda stored: bytes(stored).hex(),
    Kind.FLOAT: _canonical_float,
}
_TO_POSTGRESQL: dict[Kind, Converter] = {
    Kind.CNY: _decimal_text,
    Kind.BYTES: lambda digits: f"\\x{digits}",
}
