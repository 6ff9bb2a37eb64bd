"""A backup is of one moment while people write, holds what it must and nothing else, and is there as a whole or not at all."""

import threading
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Self

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from market import migrations
from market.contracts.models import Contract, ContractStatus, LedgerEntry
from market.kernel.clock import FixedClock
from market.kernel.db import Database, all_tables
from market.kernel.errors import Conflict
from market.transfer import backup as backups
from market.transfer import streaming
from market.transfer.archive import Archive
from market.transfer.backup import back_up
from market.transfer.restore import restore
from market.transfer.verification import verify
from tests.factories.contracts import make_contract
from tests.market.transfer.content import add_audited

WRITERS = 4


def test_backup_is_of_one_moment_while_four_people_write(
    market: Database, clock: FixedClock, tmp_path: Path, empty_of: Callable[[str], Database]
) -> None:
    with Writers(market, clock) as written:
        written.wait_for(WRITERS)
        manifest = back_up(market, tmp_path / "backup.zip", clock=clock, progress=written.wait_for_more)
        written.wait_for(WRITERS)

    other = empty_of("sqlite")
    with Archive(tmp_path / "backup.zip") as archive:
        verify(archive)  # the chain holds and ends in the manifest's head
        restore(other, archive)
    with other.reading() as session, market.reading() as now:
        assert _registered(session) == _in_ledger(session) == _rows(manifest, "ledger_entry")
        assert _registered(session) < _registered(now), "nobody wrote meanwhile: the test shows nothing"


def test_only_the_owner_may_read_the_file(market: Database, clock: FixedClock, tmp_path: Path) -> None:
    back_up(market, tmp_path / "backup.zip", clock=clock)

    assert (tmp_path / "backup.zip").stat().st_mode & 0o777 == 0o600


def test_every_table_is_in_the_file_but_those_left_out_with_a_reason(
    market: Database, clock: FixedClock, tmp_path: Path
) -> None:
    manifest = back_up(market, tmp_path / "backup.zip", clock=clock)

    assert {table.name for table in manifest.tables} | set(manifest.left_out) == set(all_tables().tables)
    assert set(manifest.left_out) == {"sign_in", "listing_vector", "embedding_model", "achievement_facts"}
    assert all(table.rows for table in manifest.tables), "the test's market has a table without a row"


def test_existing_file_is_never_overwritten(market: Database, clock: FixedClock, tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_text("mine")

    with pytest.raises(Conflict, match="file_exists"):
        back_up(market, tmp_path / "backup.zip", clock=clock)

    assert (tmp_path / "backup.zip").read_text() == "mine"


def test_interrupted_backup_leaves_nothing_behind(market: Database, clock: FixedClock, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    def interrupt(done: int, _total: int | None) -> None:
        if done > 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(market, folder / "backup.zip", clock=clock, progress=interrupt)

    assert list(folder.iterdir()) == []


def test_older_schema_is_backed_up_as_it_is_before_it_is_migrated(
    market: Database, clock: FixedClock, tmp_path: Path, target: Database
) -> None:
    migrations.downgrade(market, "0001")
    before = _listings(market)
    try:
        manifest = back_up(market, tmp_path / "backup.zip", clock=clock)
    finally:
        migrations.upgrade(market)

    assert manifest.schema_revision == "0001"
    with Archive(tmp_path / "backup.zip") as archive:
        restore(target, archive)
    assert _listings(target) == before
    assert migrations.is_current(target)


def test_schema_of_another_program_is_refused(
    market: Database, clock: FixedClock, tmp_path: Path, empty_of: Callable[[str], Database]
) -> None:
    with pytest.raises(Conflict, match="schema_unknown"):
        back_up(empty_of("sqlite"), tmp_path / "backup.zip", clock=clock)

    newer = "ALTER TABLE need ADD COLUMN from_a_newer_program INTEGER"
    with market.engine.begin() as connection:
        connection.exec_driver_sql(newer)
    try:
        with pytest.raises(Conflict, match="schema_unknown"):
            back_up(market, tmp_path / "backup.zip", clock=clock)
    finally:
        with market.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE need DROP COLUMN from_a_newer_program")
    assert not (tmp_path / "backup.zip").exists()


def test_old_backups_and_drafts_go_and_other_files_stay(market: Database, clock: FixedClock, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    strangers = {"techmarket-notes.zip", "techmarket-20260101T000000Z.zip.txt", "contracts.zip"}
    for name in (*strangers, ".techmarket-20260101T000000Z.zip.part"):
        (folder / name).write_text("x")
    made = []
    for _ in range(4):
        made.append(backups.path_in_folder(folder, clock))
        back_up(market, made[-1], clock=clock)
        clock.advance(timedelta(hours=1))

    assert backups.keep_newest(folder, 2) == made[:2]

    assert {path.name for path in folder.iterdir()} == strangers | {path.name for path in made[2:]}


def test_memory_does_not_grow_with_the_market(
    database: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "BATCH_ROWS", 100)

    def peak(name: str) -> int:
        tracemalloc.start()
        back_up(database, tmp_path / name, clock=clock)
        with Archive(tmp_path / name) as archive:
            verify(archive)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    # Fills every buffer once: 600 did not. From 7,200 to 16,800 rows the peak stays where it is (4.9 MB).
    add_audited(database, clock, 2_400)
    small = peak("small.zip")
    add_audited(database, clock, 4_800)

    assert peak("large.zip") < small * 1.3


class Writers:
    """Four people who register contracts until the block ends; an error of theirs fails the test."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self._database, self._clock = database, clock
        self._stop, self._more = threading.Event(), threading.Condition()
        self._written = 0
        self._errors: list[Exception] = []
        self._waits = count()
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)
        assert self._errors == []

    def wait_for(self, count: int) -> None:
        """Until so many more contracts have been registered."""
        with self._more:
            goal = self._written + count
            assert self._more.wait_for(lambda: self._written >= goal or self._errors, timeout=30)

    def wait_for_more(self, _done: int, _total: int | None) -> None:
        """At a few tables let the others get ahead, so that a backup of several moments would show."""
        if next(self._waits) < 4:
            self.wait_for(1)

    def _write(self) -> None:
        try:
            while not self._stop.is_set():
                with self._database.writing() as session:
                    make_contract(session, self._clock, ContractStatus.REGISTERED)
                with self._more:
                    self._written += 1
                    self._more.notify_all()
        except Exception as error:  # noqa: BLE001  the test looks at it
            with self._more:
                self._errors.append(error)
                self._more.notify_all()


def _listings(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT id, title FROM need ORDER BY id"))


def _registered(session: Session) -> int:
    return _count(session, Contract.registration_no.is_not(None))  # type: ignore[union-attr]


def _in_ledger(session: Session) -> int:
    return _count(session, LedgerEntry.kind == "registration")


def _count(session: Session, condition: sa.ColumnElement[bool]) -> int:
    return session.execute(sa.select(sa.func.count()).where(condition)).scalar_one()


def _rows(manifest: object, table: str) -> int:
    return next(entry.rows for entry in manifest.tables if entry.name == table)  # type: ignore[attr-defined]
