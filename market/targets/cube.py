"""The board's sums in memory: one cube for a year and a filter, filled once and then only added to.

The ledger is append-only and numbered in the order of its commits, so a cube that holds the entries up to `head` becomes current
by adding those behind it, and any `as_of` is a sum over its days. The head is the identity of the last entry, not only its number:
where the ledger under a cube is another one (a restored or emptied database, an entry rolled back), the cube is filled anew.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import NamedTuple, TypeVar
from uuid import UUID

MONTH, KIND, FIELD, LOCAL_INDUSTRY, INDUSTRY, REGION = DIMENSIONS = range(6)
_REMEMBERED_DAYS = 8


class Head(NamedTuple):
    """The last entry of a ledger; (0, None, None) while it is empty."""

    seq: int
    id: UUID | None
    recorded_at: datetime | None


EMPTY_LEDGER = Head(0, None, None)


K = TypeVar("K")
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
    _remembered: OrderedDict[date, tuple[dict[Code, list[int]], ...]] = field(default_factory=OrderedDict)

    def clear(self) -> None:
        """Forget everything, so that the next entries are the ledger's first."""
        self.head = EMPTY_LEDGER
        self._cells = _no_cells()
        self._remembered.clear()

    def add(self, entries: Iterable[Entry], head: Head) -> None:
        """Add the entries behind the present head, up to `head`; all of them, or the cube is empty again."""
        try:
            for entry in entries:
                day, codes, deltas = entry[0], entry[1:7], entry[7:]
                number, contract_fen, technology_fen = deltas
                for cells, code in zip(self._cells, codes, strict=True):
                    cell = cells.get((code, day))  # written out: this runs for every entry of a year
                    if cell is None:
                        cells[code, day] = list(deltas)
                    else:
                        cell[0] += number
                        cell[1] += contract_fen
                        cell[2] += technology_fen
                for as_of, totals in self._remembered.items():
                    if day <= as_of:
                        for sums, code in zip(totals, codes, strict=True):
                            _increase(sums, code, deltas)
        except BaseException:
            self.clear()
            raise
        self.head = head

    def totals(self, as_of: date) -> Totals:
        """For each dimension the sums by code of all entries effective by the end of this day."""
        found = self._remembered.get(as_of)
        if found is None:
            found = tuple(_sum_until(cells, as_of) for cells in self._cells)
            self._remembered[as_of] = found
            if len(self._remembered) > _REMEMBERED_DAYS:
                self._remembered.popitem(last=False)
        return tuple({code: Sums(*part) for code, part in sums.items()} for sums in found)


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


def _sum_until(cells: dict[tuple[Code, date], list[int]], as_of: date) -> dict[Code, list[int]]:
    sums: dict[Code, list[int]] = {}
    for (code, day), part in cells.items():
        if day <= as_of:
            _increase(sums, code, part)
    return sums


def _increase(sums: dict[K, list[int]], key: K, deltas: Sequence[int]) -> None:
    part = sums.get(key)
    if part is None:
        sums[key] = list(deltas)
    else:
        part[0] += deltas[0]
        part[1] += deltas[1]
        part[2] += deltas[2]
