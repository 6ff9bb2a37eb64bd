"""The audit chain: it never forks, and every tampering is found."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy as sa

from market.kernel import audit
from market.kernel.actor import SYSTEM
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.paging import PageRequest


def _write_entries(database: Database, clock: FixedClock, count: int) -> None:
    for number in range(count):
        with database.writing() as session:
            audit.record(session, SYSTEM, "need.published", uuid4(), clock, {"number": number})


def _faults(database: Database, known_head: tuple[int, str] | None = None) -> list[audit.ChainFault]:
    with database.reading() as session:
        return [item for item in audit.verify(session, known_head=known_head) if isinstance(item, audit.ChainFault)]


def test_chain_holds_when_many_writers_append_at_once(database: Database, clock: FixedClock) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: _write_entries(database, clock, 5), range(8)))

    assert _faults(database) == []
    with database.reading() as session:
        assert audit.head(session)[0] == 40


def test_chain_holds_across_entries_recorded_together(database: Database, clock: FixedClock) -> None:
    _write_entries(database, clock, 2)
    facts = [audit.Fact("need.entered", uuid4(), {"number": number}) for number in range(3)]
    with database.writing() as session:
        audit.record_many(session, SYSTEM, facts, clock)
        audit.record(session, SYSTEM, "need.published", uuid4(), clock)
        audit.record_many(session, SYSTEM, [], clock)

    assert _faults(database) == []
    with database.reading() as session:
        entries = audit.list_entries(session, PageRequest()).items
        assert [entry.seq for entry in entries] == [6, 5, 4, 3, 2, 1]
        assert [entry.subject_id for entry in entries[1:4]] == [fact.subject_id for fact in reversed(facts)]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET facts = '{\"number\":9}' WHERE seq = 3",
        "UPDATE audit_entry SET tag = 'need.withdrawn' WHERE seq = 2",
        "UPDATE audit_entry SET actor_role = 'official' WHERE seq = 1",
        "DELETE FROM audit_entry WHERE seq = 4",
        "UPDATE audit_entry SET seq = 99 WHERE seq = 5",
    ],
)
def test_tampering_is_found(database: Database, clock: FixedClock, tampering: str) -> None:
    _write_entries(database, clock, 6)
    assert _faults(database) == []

    with database.engine.begin() as connection:
        connection.exec_driver_sql(tampering)

    assert _faults(database)


def test_cut_off_tail_is_found_against_the_exported_head(database: Database, clock: FixedClock) -> None:
    _write_entries(database, clock, 4)
    with database.reading() as session:
        known_head = audit.head(session)

    with database.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit_entry WHERE seq = 4"))

    assert _faults(database) == []
    assert _faults(database, known_head) == [audit.ChainFault(4, "gap")]
