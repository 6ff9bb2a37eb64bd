"""Move: the market to another database of either kind, in one go that can be stopped and taken up again.

The source is held against writers from the first row to the last, so there is one pass and nothing to catch up. How far a stopped move
came is read off the target: rows arrive in order of their keys, so what is there is a beginning of each table, and it is compared with
the source before it is built upon. At the end both sides are read and compared row by row; then the source is closed for writing and
only after that the target becomes usable, so at no moment do both take changes.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from market import migrations
from market.kernel.db import Database
from market.kernel.errors import Conflict, Unavailable
from market.transfer import fence, layout, queries, schema, streaming
from market.transfer.layout import TableLayout
from market.transfer.queries import Figures
from market.transfer.values import Value

Progress = Callable[[int, int | None], None]

_PASSES = 3  # written, then both sides read
_BATCHES_PER_COMMIT = 10


@dataclass(frozen=True)
class MoveReport:
    """What is now in the target: `rows` in all tables, of which `rows_before` came in an earlier run that was stopped."""

    rows: int
    rows_before: int
    figures: Figures


def move(source: Database, target: Database, *, progress: Progress = lambda _done, _total: None) -> MoveReport:
    """Bring everything to the target, which is empty or holds what a stopped move of this very source brought.

    Meanwhile reads of the source go on and writes wait (and are answered 503 when they have waited too long). On success the source is
    closed for writing (`reopen` undoes that) and the target is ready, but for its index. Raises `Conflict` with what stands against it.
    """
    if not migrations.is_current(source):
        raise Conflict("schema_differs", "现在的数据库结构不是最新,请先运行 techmarket migrate。")
    _refuse_silent(target)
    if _is_same(source, target):
        raise Conflict("same_database", "目标就是现在的数据库,请另给一个。")
    with target.turn("move") as is_mine:
        if not is_mine:
            raise Conflict("move_running", "另一个搬迁正在向这个数据库写入,请等它结束。")
        tables = layout.tables()
        with _held(source, tables) as held:
            origin = queries.first_audit_hash(held)
            _prepare(held, target, tables, origin)
            report = _Carrier(held, target, tables, progress).carry()
            fence.close(held)
        # The source is closed for good: a kill here leaves the target unfinished, and the next run only has to compare.
        with target.engine.begin() as connection:
            streaming.take_your_time(connection)
            streaming.settle_sequences(connection, tables)
            schema.unmark(connection)
            if not target.is_sqlite:
                connection.exec_driver_sql("ANALYZE")
    return report


def reopen(database: Database) -> bool:
    """Take changes again in a database that a move has closed; returns whether it was closed."""
    with database.engine.begin() as connection:
        return fence.reopen(connection)


def _refuse_silent(target: Database) -> None:
    try:
        target.ping()
    except sa.exc.SQLAlchemyError as error:
        raise Unavailable("target_unavailable", "无法打开目标数据库,请检查地址、用户、口令与文件夹。") from error


def _is_same(source: Database, target: Database) -> bool:
    if source.is_sqlite and target.is_sqlite:
        paths = [Path(str(database.engine.url.database)).resolve() for database in (source, target)]
        return paths[0] == paths[1]
    if source.is_sqlite or target.is_sqlite:
        return False
    statement = sa.text("SELECT system_identifier || ' ' || current_database() FROM pg_control_system()")
    with source.engine.connect() as one, target.engine.connect() as other:
        return bool(one.scalar(statement) == other.scalar(statement))


@contextmanager
def _held(source: Database, tables: list[TableLayout]) -> Iterator[sa.Connection]:
    """A transaction on the source in which nobody else writes; raises `Conflict` where writers do not let go in time."""
    options = {} if source.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with source.engine.connect().execution_options(**options) as connection:
        try:
            transaction = connection.begin()
            if not source.is_sqlite:
                names = ", ".join(f'"{table.name}"' for table in tables)
                connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
        except sa.exc.OperationalError as error:
            raise Conflict("source_in_use", "现在的数据库一直有人写入,等不到空隙。请先停止服务和后台任务。") from error
        with transaction:
            streaming.take_your_time(connection)
            yield connection


def _prepare(held: sa.Connection, target: Database, tables: list[TableLayout], origin: str) -> None:
    """Bring the target's schema to where rows can come in, or find it there from an earlier run."""
    with target.engine.begin() as connection:
        earlier = schema.source_of_unfinished(connection)
        revision = schema.revision_of(connection)
        filled = queries.filled_tables(connection, tables)
    if earlier == origin:
        return
    if earlier is not None:
        raise Conflict("other_move_unfinished", "目标里有另一个数据库未搬完的数据。请另给一个空的数据库,或把它清空。")
    if filled:
        detail = "目标数据库里已有数据。请另给一个空的数据库;若上次搬迁其实已经完成,请直接改用新的设置。"
        raise Conflict("database_not_empty", detail)
    if revision is not None and not schema.is_known(revision):
        raise Conflict("schema_unknown", "目标数据库的结构由更新的程序版本建立。请另给一个空的数据库。")
    if fence.is_closed(held):
        detail = "这个数据库的内容已经搬走,不能再搬一次。若要放弃那次搬迁,请先运行 techmarket move --reopen。"
        raise Conflict("already_moved", detail)
    _begin(target, origin)


def _begin(target: Database, origin: str) -> None:
    migrations.upgrade(target)
    with target.engine.begin() as connection:
        schema.mark(connection, origin)


class _Carrier:
    """Carries the rows from a held source into a marked target."""

    def __init__(self, held: sa.Connection, target: Database, tables: list[TableLayout], progress: Progress) -> None:
        self._held, self._target, self._tables, self._progress = held, target, tables, progress
        self._done = 0
        self._total = 0

    def carry(self) -> MoveReport:
        counts = queries.row_counts(self._held, self._tables)
        self._done, self._total = 0, sum(counts.values()) * _PASSES
        before = self._take_up()
        self._advance(before)
        for table in self._tables:
            self._copy(table)
        self._compare()
        return MoveReport(sum(counts.values()), before, self._compare_figures())

    def _advance(self, rows: int) -> None:
        self._done += rows
        self._progress(min(self._done, self._total), self._total)

    def _take_up(self) -> int:
        """How many rows an earlier run has brought; where the source has changed since, they go, and the move begins anew."""
        with streaming.snapshot(self._target) as connection:
            # Where the program was upgraded in between, the target's tables may be of the release before.
            if schema.is_as_described(connection, self._tables, besides=()):
                counts = queries.row_counts(connection, self._tables)
                if all(self._is_beginning(connection, table) for table in self._tables if counts[table.name]):
                    return sum(counts.values())
        self._start_over()
        return 0

    def _is_beginning(self, connection: sa.Connection, table: TableLayout) -> bool:
        last = queries.last_key(connection, table)
        return streaming.digest(connection, table) == streaming.digest(self._held, table, up_to=last)

    def _start_over(self) -> None:
        with self._target.engine.begin() as connection:
            schema.unmark(connection)
        migrations.downgrade(self._target, "base")
        _begin(self._target, queries.first_audit_hash(self._held))

    def _copy(self, table: TableLayout) -> None:
        with streaming.snapshot(self._target) as connection:
            last = queries.last_key(connection, table)
        rows = -1
        with closing(streaming.read(self._held, table, after=last)) as batches:
            while rows:
                with self._target.engine.begin() as connection:
                    streaming.take_your_time(connection)
                    rows = self._write_some(connection, table, batches)
                self._advance(rows)

    def _write_some(
        self, connection: sa.Connection, table: TableLayout, batches: Iterator[list[tuple[Value, ...]]]
    ) -> int:
        rows = 0
        for _ in range(_BATCHES_PER_COMMIT):
            batch = next(batches, [])
            if not batch:
                break
            streaming.insert(connection, table, batch)
            rows += len(batch)
        return rows

    def _compare(self) -> None:
        with streaming.snapshot(self._target) as connection:
            for table in self._tables:
                here = streaming.digest(self._held, table, advance=self._advance)
                there = streaming.digest(connection, table, advance=self._advance)
                if here != there:
                    raise Conflict(
                        "move_differs", f"表 {table.name} 搬过去后与原来不一致,目标不能启用。请清空目标后重来。"
                    )

    def _compare_figures(self) -> Figures:
        expected = queries.figures(self._held)
        with streaming.snapshot(self._target) as connection:
            found = queries.figures(connection)
            faults = queries.chain_faults(connection, expected.audit_head)
        if found != expected or faults:
            raise Conflict("move_differs", "搬过去后审计链或登记台账合计与原来不一致,目标不能启用。")
        return found
