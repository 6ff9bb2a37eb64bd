"""The board's sums in memory: one cube for a year and a filter, filled once and then only added to.

The ledger is append-only and numbered in the order of its commits, so a cube that holds the entries up to `head` becomes current
by adding those behind it, and any `as_of` is a sum over its days. The head is the identity of the last entry, not only its number:
where the ledger under a cube is another one (a restored or emptied database, an entry rolled back), the cube is filled anew.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import NamedTuple
from uuid import UUID

MONTH, KIND, FIELD, LOCAL_INDUSTRY, INDUSTRY, REGION = DIMENSIONS = range(6)
_REMEMBERED_DAYS = 8


class Head(NamedTuple):
    """The last entry of a ledger; (0, None, None) while it is empty."""

    seq: int
    id: UUID | None
    recorded_at: datetime | None


EMPTY_LEDGER = Head(0, None, None)


Code = str | int | None
Entry = tuple[date, int, str, str, str | None, str | None, str | None, int, int, int]
"""A ledger entry as the board needs it: day, month, kind, field, local industry, industry, region, and the deltas of count, 成交额 and
技术交易额 (both in fen)."""


class Sums(NamedTuple):
    """What entries add up to; amounts in fen."""

    number: int
    contract_amount_fen: int
    technology_amount_fen: int


Totals = tuple[dict[Code, Sums], ...]
"""For each of `DIMENSIONS`, the sums by code."""


def _no_cells() -> tuple[dict[tuple[Code, date], list[int]], ...]:
    return tuple({} for _ in DIMENSIONS)


@dataclass
class Cube:
    """Sums by dimension, code and day. Not safe for threads by itself: hold `lock`."""

    lock: Lock = field(default_factory=Lock)
    head: Head = EMPTY_LEDGER
    _cells: tuple[dict[tuple[Code, date], list[int]], ...] = field(default_factory=_no_cells)
    _remembered: OrderedDict[date, Totals] = field(default_factory=OrderedDict)

    def clear(self) -> None:
        """Forget everything, so that the next entries are the ledger's first."""
        self.head = EMPTY_LEDGER
        self._cells = _no_cells()
        self._remembered.clear()

    def add(self, entries: Iterable[Entry], head: Head) -> None:
        """Add the entries behind the present head, up to `head`."""
        by_month, by_kind, by_field, by_local_industry, by_industry, by_region = self._cells
        changed = False
        for (
            day,
            month,
            kind,
            field_code,
            local_industry,
            industry,
            region,
            count,
            contract_fen,
            technology_fen,
        ) in entries:
            changed = True
            for cells, code in (
                (by_month, month),
                (by_kind, kind),
                (by_field, field_code),
                (by_local_industry, local_industry),
                (by_industry, industry),
                (by_region, region),
            ):
                cell = cells.get((code, day))
                if cell is None:
                    cells[code, day] = [count, contract_fen, technology_fen]
                else:
                    cell[0] += count
                    cell[1] += contract_fen
                    cell[2] += technology_fen
        if changed:
            self._remembered.clear()
        self.head = head

    def totals(self, as_of: date) -> Totals:
        """For each dimension the sums by code of all entries effective by the end of this day."""
        found = self._remembered.get(as_of)
        if found is None:
            found = tuple(_sum_until(cells, as_of) for cells in self._cells)
            self._remembered[as_of] = found
            if len(self._remembered) > _REMEMBERED_DAYS:
                self._remembered.popitem(last=False)
        return found


class Cubes:
    """The cubes of a process, the least recently used ones forgotten beyond `size`."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._cubes: OrderedDict[object, Cube] = OrderedDict()

    def get(self, key: object) -> Cube:
        """The cube for this key; an empty one at first."""
        with self._lock:
            cube = self._cubes.setdefault(key, Cube())
            self._cubes.move_to_end(key)
            if len(self._cubes) > self._size:
                self._cubes.popitem(last=False)
            return cube

    def clear(self) -> None:
        """Forget all of them, as a process that has just started."""
        with self._lock:
            self._cubes.clear()


def _sum_until(cells: dict[tuple[Code, date], list[int]], as_of: date) -> dict[Code, Sums]:
    sums: dict[Code, list[int]] = {}
    for (code, day), (number, contract_fen, technology_fen) in cells.items():
        if day > as_of:
            continue
        total = sums.setdefault(code, [0, 0, 0])
        total[0] += number
        total[1] += contract_fen
        total[2] += technology_fen
    return {code: Sums(*total) for code, total in sums.items()}
