"""Backup: the whole truth of one moment in one file, taken while the service runs and people write."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from market.kernel.clock import Clock
from market.kernel.db import Database
from market.kernel.money import to_fen
from market.transfer import layout, queries, schema, streaming
from market.transfer.archive import ArchiveWriter, Manifest, TableEntry
from market.transfer.files import sweep_drafts, written_whole

Progress = Callable[[int, int | None], None]
"""Takes (rows done, rows in all)."""

_PREFIX = "techmarket-"
_NAME_IN_FOLDER = re.compile(r"techmarket-\d{8}T\d{6}Z\.zip")


def back_up(
    database: Database, path: Path, *, clock: Clock, progress: Progress = lambda _done, _total: None
) -> Manifest:
    """Write the file, readable by its owner only: it holds password hashes, personal data and contract texts.

    It is there as a whole or not at all. An older schema is backed up as it is, so that one can do so before migrating.
    Raises `Conflict` where the path exists or the schema is unknown.
    """
    with (
        written_whole(path) as file,
        ArchiveWriter(file, clock.now()) as archive,
        streaming.snapshot(database) as connection,
    ):
        wanted = layout.tables(left_out=layout.LEFT_OUT_OF_BACKUPS)
        tables = schema.tables_present(connection, wanted)
        entries = _write_tables(connection, archive, tables, progress)
        found = queries.figures(connection)
        manifest = Manifest(
            made_at=clock.now(),
            schema_revision=str(schema.revision_of(connection)),
            database="sqlite" if database.is_sqlite else "postgresql",
            audit_seq=found.audit_head[0],
            audit_hash=found.audit_head[1],
            ledger_sum_fen=to_fen(found.ledger_sum_cny),
            tables=tuple(entries),
            left_out=dict(layout.LEFT_OUT_OF_BACKUPS),
        )
        archive.finish(manifest)
    return manifest


def path_in_folder(folder: Path, clock: Clock) -> Path:
    """Where the next backup of a folder goes: named after the instant, so that names sort by age."""
    return folder / f"{_PREFIX}{clock.now():%Y%m%dT%H%M%SZ}.zip"


def keep_newest(folder: Path, count: int) -> list[Path]:
    """Remove all but the newest backups of the folder, and drafts left by a killed one; returns what was removed.

    Only files that `path_in_folder` named count; whatever else lies there stays.
    """
    mine = sorted(path for path in folder.iterdir() if _NAME_IN_FOLDER.fullmatch(path.name))
    gone = mine[: max(len(mine) - count, 0)]
    for path in gone:
        path.unlink()
    sweep_drafts(folder, f"{_PREFIX}*.zip")
    return gone


def _write_tables(
    connection: sa.Connection, archive: ArchiveWriter, tables: list[layout.TableLayout], progress: Progress
) -> list[TableEntry]:
    total, done = sum(queries.row_counts(connection, tables).values()), 0
    progress(done, total)

    def advance(rows: int) -> None:
        nonlocal done
        done += rows
        progress(done, total)

    entries = []
    for table in tables:
        with closing(streaming.read(connection, table)) as batches:
            entries.append(archive.write_table(table, batches, advance))
    return entries
