"""Restore: a backup into an empty database of either kind, all or nothing.

On SQLite a new file is filled beside and takes the place of the old one when it has been checked; on PostgreSQL everything, the schema
included, is one transaction. Killed at any point, the database is what it was before.
"""

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa

from market import migrations
from market.kernel.db import Database
from market.kernel.errors import Conflict, Unavailable
from market.transfer import layout, queries, schema, streaming
from market.transfer.archive import Archive, Manifest, TableEntry, damaged
from market.transfer.files import sync_folder

Progress = Callable[[int, int | None], None]
_PASSES = 2  # written, then read back

_BROKEN_RULES = (sqlite3.IntegrityError, psycopg.IntegrityError, psycopg.DataError)


def restore(
    database: Database,
    archive: Archive,
    *,
    replace: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> Manifest:
    """Fill the database with the backup and bring its schema up to date. The index is not touched: rebuild it afterwards.

    Every row is read back and compared, the audit chain is verified against the head that the backup names, and so is the ledger's sum.
    Raises `Conflict` where the database holds rows (unless `replace`) or is in use, and `Invalid` where the file is not sound.
    """
    if not schema.is_known(archive.manifest.schema_revision):
        detail = "备份由更新的程序版本制作,本程序不认识它的数据库结构。请先升级程序再恢复。"
        raise Conflict("schema_unknown", detail)
    with database.turn("restore") as is_mine:
        if not is_mine:
            raise Conflict("restore_running", "另一个恢复正在进行,请等它结束。")
        _refuse_filled(database, replace=replace)
        reporter = _Reporter(archive.manifest.rows * _PASSES, progress)
        if database.is_sqlite:
            _restore_file(database, archive, reporter)
        else:
            _restore_in_one_transaction(database, archive, reporter)
    return archive.manifest


class _Reporter:
    def __init__(self, total: int, progress: Progress) -> None:
        self._done, self._total, self._progress = 0, total, progress
        progress(0, total)

    def advance(self, rows: int) -> None:
        self._done += rows
        self._progress(self._done, self._total)


def _refuse_filled(database: Database, *, replace: bool) -> None:
    if database.is_sqlite and not _file_of(database).exists():
        return  # to look would create it
    with streaming.snapshot(database) as connection:
        filled = queries.filled_tables(connection, layout.tables())
    if filled and not replace:
        detail = "目标数据库里已有数据,恢复会使它们全部消失。请指向一个空的数据库,或确认后加 --replace。"
        raise Conflict("database_not_empty", detail)


def _restore_file(database: Database, archive: Archive, reporter: _Reporter) -> None:
    target = _file_of(database)
    database.dispose()
    _refuse_in_use(target)
    draft = target.with_name(f"{target.name}.restoring")
    _remove(draft)
    try:
        fresh = Database(f"sqlite:///{draft}", pool_size=1)
        try:
            migrations.upgrade(fresh, archive.manifest.schema_revision)
            with _unguarded(fresh) as connection:
                _load(connection, archive, reporter)
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise damaged("有的行所指的行不存在")
            fresh.dispose()  # the next connection is guarded again
            migrations.upgrade(fresh)
            with streaming.snapshot(fresh) as connection:
                _compare_figures(connection, archive.manifest)
        finally:
            fresh.dispose()
        _put_in_place(draft, target)
    finally:
        _remove(draft)


@contextmanager
def _unguarded(fresh: Database) -> Iterator[sa.Connection]:
    """A transaction on a draft without journal, flushes and row by row checks of references: what fails is thrown away as a whole."""
    with fresh.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            raise RuntimeError("no connection")
        for setting in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF"):
            driver.execute(f"PRAGMA {setting}")
        with connection.begin():
            yield connection
        connection.invalidate()


def _refuse_in_use(target: Path) -> None:
    """Raises `Conflict` where a process has the file open: it would go on writing into the file that is taken away."""
    if not target.exists():
        return
    with closing(sqlite3.connect(target, timeout=0, isolation_level=None)) as connection:
        try:
            # Only the sole user of a file in WAL mode can take it out of that mode; its log is written back and removed with that.
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            raise Conflict("database_in_use", "服务或其他命令正在使用这个数据库。请先停止它们,再恢复。") from error
        except sqlite3.DatabaseError as error:
            raise Conflict("not_a_database", f"{target} 不是 SQLite 数据库文件,请把它移走后再恢复。") from error


def _put_in_place(draft: Path, target: Path) -> None:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    _refuse_in_use(target)
    _take_over_rights(draft, target)
    for leftover in _companions(target):  # a log of the old file would be read into the new one
        leftover.unlink(missing_ok=True)
    draft.rename(target)
    sync_folder(target.parent)


def _take_over_rights(draft: Path, target: Path) -> None:
    """Whoever could open the old file, the service first of all, can open the new one."""
    if not target.exists():
        return
    status = target.stat()
    draft.chmod(stat.S_IMODE(status.st_mode))
    if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
        os.chown(draft, status.st_uid, status.st_gid)


def _remove(file: Path) -> None:
    for path in (file, *_companions(file)):
        path.unlink(missing_ok=True)


def _companions(file: Path) -> list[Path]:
    return [file.with_name(f"{file.name}{suffix}") for suffix in ("-wal", "-shm", "-journal")]


def _file_of(database: Database) -> Path:
    return Path(str(database.engine.url.database))


def _restore_in_one_transaction(database: Database, archive: Archive, reporter: _Reporter) -> None:
    try:
        with database.engine.begin() as connection:
            streaming.take_your_time(connection)
            schema.clear(connection)
            schema.upgrade(connection, archive.manifest.schema_revision)
            _load(connection, archive, reporter)
            schema.upgrade(connection, "head")
            _compare_figures(connection, archive.manifest)
    except sa.exc.OperationalError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            detail = "服务或其他命令正在使用这个数据库。请先停止它们,再恢复。"
            raise Conflict("database_in_use", detail) from error
        raise Unavailable(
            "database_unavailable", "数据库无法连接或中断了连接,没有写入任何数据。请稍后再试。"
        ) from error
    # Without statistics the first searches would read whole tables.
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql("ANALYZE")
        connection.exec_driver_sql("RESET statement_timeout")


def _load(connection: sa.Connection, archive: Archive, reporter: _Reporter) -> None:
    """Write every row and read it back."""
    manifest = archive.manifest
    tables = [table.layout for table in manifest.tables]
    if not schema.is_as_described(connection, tables, besides=manifest.left_out):
        raise damaged("其中的表与所记的数据库结构不符")
    for table in manifest.tables:
        _write_table(connection, archive, table, reporter)
    streaming.settle_sequences(connection, tables)
    for table in manifest.tables:
        held = streaming.digest(connection, table.layout, advance=reporter.advance)
        if held != streaming.Digest(table.rows, table.sha256):
            raise damaged(f"表 {table.name} 写入后与备份不一致")


def _write_table(connection: sa.Connection, archive: Archive, table: TableEntry, reporter: _Reporter) -> None:
    for batch in archive.batches(table):
        try:
            streaming.insert(connection, table.layout, batch)
        except _BROKEN_RULES as error:
            # Neither the driver's words nor its cause: they would repeat the row.
            raise damaged(f"表 {table.name} 的数据违反数据库的规则({type(error).__name__})") from None
        reporter.advance(len(batch))


def _compare_figures(connection: sa.Connection, manifest: Manifest) -> None:
    found = queries.figures(connection)
    if found != manifest.figures:
        raise damaged("恢复后的审计链末尾或登记台账合计与清单不符")
    faults = queries.chain_faults(connection, found.audit_head)
    if faults:
        raise damaged(f"审计链在第 {faults[0].seq} 条断开")
