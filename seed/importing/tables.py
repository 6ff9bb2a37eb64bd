"""A file as a table of cells, whatever its format; what cannot be read at all is refused with a remedy."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from market.kernel.errors import FieldError, Invalid

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_FILE_BYTES = 200_000_000


@dataclass(frozen=True)
class Unusable:
    """A cell that holds no value of its own: a formula, or a spreadsheet's error value."""

    shown: str
    problem: str
    remedy: str


Cell: TypeAlias = str | int | float | Decimal | bool | date | datetime | Unusable | list[Any] | dict[str, Any] | None


@dataclass(frozen=True)
class SourceRow:
    """One row: its number as the person sees it in the file, and the cells by column name."""

    number: int
    cells: dict[str, Cell]
    fault: FieldError | None = None

    def is_blank(self) -> bool:
        return self.fault is None and all(cell is None or cell == "" for cell in self.cells.values())


@dataclass(frozen=True)
class Table:
    """Column names in order, and the rows below them. `rows` can be walked once."""

    columns: tuple[str, ...]
    rows: Iterator[SourceRow]
    total: int | None = None
    warnings: tuple[str, ...] = field(default=())


def refuse_file(code: str, message: str, remedy: str) -> Invalid:
    """The file as a whole cannot be imported; nothing has been written."""
    return Invalid(code, f"{message}{remedy}", [FieldError("file", message, remedy)])


def shown(cell: Cell) -> str:
    """The cell as a person would read it; whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, Unusable):
        return cell.shown
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat()
            if (cell.hour, cell.minute, cell.second) == (0, 0, 0)
            else cell.isoformat(sep=" ", timespec="minutes")
        )
    if isinstance(cell, list):
        return "、".join(shown(item) for item in cell)
    return str(cell)
