"""After a restore the market is what it was at the backup, on either database; and a restore happens wholly or not at all."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from market import migrations
from market.kernel import audit, outbox
from market.kernel.clock import FixedClock
from market.kernel.db import Database
from market.kernel.errors import Conflict, Invalid
from market.kernel.ids import new_id
from market.kernel.outbox import Subject
from market.transfer.archive import Archive
from market.transfer.restore import restore
from tests.market.transfer.conftest import Sound
from tests.market.transfer.content import add_audited, rows_of
from tests.market.transfer.interrupted import kill_half_way


@pytest.mark.parametrize("which", ["kind", "other_kind"])
def test_everything_is_as_it_was_on_either_database(
    request: pytest.FixtureRequest, sound: Sound, empty_of: Callable[[str], Database], which: str
) -> None:
    target = empty_of(request.getfixturevalue(which))

    with Archive(sound.file) as archive:
        restore(target, archive)

    assert rows_of(target) == sound.rows
    assert migrations.is_current(target)
    with target.reading() as session:
        assert audit.head(session) == archive.manifest.figures.audit_head
        assert [item for item in audit.verify(session) if isinstance(item, audit.ChainFault)] == []


def test_nobody_is_signed_in_after_a_restore(backup: Path, target: Database) -> None:
    with Archive(backup) as archive:
        restore(target, archive)

    with target.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM sign_in")) == 0


def test_work_goes_on_after_a_restore(backup: Path, target: Database, clock: FixedClock) -> None:
    """New rows get numbers behind the restored ones, and what may only be appended to stays so."""
    with Archive(backup) as archive:
        restore(target, archive)

    add_audited(target, clock, 2)
    with target.writing() as session:
        outbox.put(session, Subject.NEED, new_id(), clock)
    with target.engine.begin() as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        connection.exec_driver_sql("DELETE FROM ledger_entry")


def test_filled_database_is_refused_unless_it_shall_be_replaced(
    backup: Path, target: Database, clock: FixedClock
) -> None:
    migrations.upgrade(target)
    add_audited(target, clock, 1)
    before = rows_of(target)

    with Archive(backup) as archive:
        with pytest.raises(Conflict, match="database_not_empty"):
            restore(target, archive)
        assert rows_of(target) == before
        restore(target, archive, replace=True)

    assert rows_of(target) != before


def test_migrated_but_empty_database_is_filled(sound: Sound, backup: Path, target: Database) -> None:
    migrations.upgrade(target)

    with Archive(backup) as archive:
        restore(target, archive)

    assert rows_of(target) == sound.rows


def test_backup_of_an_older_schema_is_brought_up_to_date(
    backup: Path, target: Database, empty_of: Callable[[str], Database]
) -> None:
    older = empty_of("sqlite")
    migrations.upgrade(older, "0001")
    _take_back(backup, older)

    with Archive(backup) as archive:
        assert archive.manifest.schema_revision == "0001"
        restore(target, archive)

    assert migrations.is_current(target)
    with target.engine.begin() as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        connection.exec_driver_sql("DELETE FROM audit_entry")  # guarded since 0002


def test_backup_that_lacks_a_table_of_its_schema_is_refused(
    backup: Path, target: Database, empty_of: Callable[[str], Database]
) -> None:
    older = empty_of("sqlite")
    migrations.upgrade(older, "0001")
    with older.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE closed_year")
    _take_back(backup, older)

    with Archive(backup) as archive, pytest.raises(Invalid, match="backup_damaged"):
        restore(target, archive)


def test_database_in_use_is_left_alone(backup: Path, target: Database, clock: FixedClock) -> None:
    migrations.upgrade(target)
    add_audited(target, clock, 1)
    before = rows_of(target)
    user = Database(target.url)
    with user.reading() as session:  # a service that reads, however briefly, has the file or the table open
        audit.head(session)
        with Archive(backup) as archive, pytest.raises(Conflict, match="database_in_use"):
            restore(target, archive, replace=True)
    user.dispose()

    assert rows_of(target) == before


@pytest.mark.slow
@pytest.mark.parametrize("at", [0.2, 0.9])
def test_killed_restore_changes_nothing_and_the_next_one_completes(
    sound: Sound, backup: Path, target: Database, clock: FixedClock, at: float
) -> None:
    migrations.upgrade(target)
    add_audited(target, clock, 1)
    before = rows_of(target)

    target.dispose()
    kill_half_way("restore", str(backup), target.url, at)
    assert rows_of(target) == before
    with Archive(backup) as archive:
        restore(target, archive, replace=True)

    assert rows_of(target) == sound.rows


def test_restore_into_a_file_leaves_no_draft(backup: Path, empty_of: Callable[[str], Database], tmp_path: Path) -> None:
    target = empty_of("sqlite")

    with Archive(backup) as archive:
        restore(target, archive)

    assert [path.name for path in tmp_path.iterdir() if "restoring" in path.name] == []


def _take_back(path: Path, older: Database) -> None:
    """Make of the backup one that the program of the older schema would have made: without the tables that came later."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(entries.pop("manifest.json"))
    names = set(sa.inspect(older.engine).get_table_names())
    manifest |= {
        "schema_revision": migrations.current(older),
        "tables": [table for table in manifest["tables"] if table["name"] in names],
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            if Path(name).stem in names:
                archive.writestr(name, data)
        archive.writestr("manifest.json", json.dumps(manifest))
