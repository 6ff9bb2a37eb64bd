"""The sums in memory, without a database."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from market.targets.cube import EMPTY_LEDGER, KIND, Cube, Head

DAY = date(2026, 4, 8)


def _head(seq):
    return Head(seq, UUID(int=seq), datetime(2026, 4, 8, tzinfo=UTC))


def _entry(day=DAY, kind="FW", fen=100):
    return (day, day.month, kind, "05", None, "C", "640104", 1, fen, fen)


def test_remembered_day_grows_with_what_is_added_later():
    cube = Cube()
    cube.add([_entry()], _head(1))
    assert cube.totals(DAY)[KIND] == {"FW": (1, 100, 100)}

    cube.add([_entry(fen=50), _entry(day=date(2026, 5, 1)), _entry(kind="KF")], _head(4))

    assert cube.totals(DAY)[KIND] == {"FW": (2, 150, 150), "KF": (1, 100, 100)}
    assert cube.totals(date(2026, 5, 1))[KIND]["FW"] == (3, 250, 250)


def test_cube_is_empty_again_when_reading_breaks_off():
    def broken():
        yield _entry()
        raise TimeoutError

    cube = Cube()
    cube.add([_entry()], _head(1))
    with pytest.raises(TimeoutError):
        cube.add(broken(), _head(3))

    assert cube.head == EMPTY_LEDGER
    assert cube.totals(DAY)[KIND] == {}
