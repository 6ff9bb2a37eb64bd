"""One database behind two dialects: SQLite for one process, PostgreSQL beyond.

A reading session begins deferred, a writing one takes SQLite's single writer position at once (BEGIN IMMEDIATE), so that two
writers queue instead of failing half-way. Only the edge commits: `api/unit_of_work.py`, the worker and the command line.
"""

import fcntl
import hashlib
import os
import socket
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import make_conninfo
from sqlalchemy import event
from sqlmodel import Session, SQLModel, col, select

from market.kernel.errors import NotFound, StaleVersion
from market.kernel.rows import Row, VersionedRow
from market.kernel.settings import Settings

_READ_ONLY = "techmarket_read_only"
R = TypeVar("R", bound=Row)


class Turn:
    """What one process at a time may do: true for whoever holds it, for as long as it lasts (`is_held`)."""

    def __init__(self, probe: Callable[[], bool] | None) -> None:
        self._probe = probe

    def __bool__(self) -> bool:
        return self._probe is not None

    def is_held(self) -> bool:
        """Ask anew: a turn is lost with its connection or its file. Once lost it stays lost; somebody else may have it by then."""
        if self._probe is not None and not self._probe():
            self._probe = None
        return self._probe is not None


class Database:
    """Engines and sessions for one database URL (``sqlite:///file`` or ``postgresql+psycopg://…``)."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 20,
        statement_timeout_ms: int = 15_000,
        lock_timeout_ms: int = 5_000,
        pre_ping: bool = True,
    ) -> None:
        self.url = url
        self.timeouts_ms = statement_timeout_ms, lock_timeout_ms
        self._open: weakref.WeakSet[psycopg.Connection] = weakref.WeakSet()
        if self.is_sqlite:
            self.engine = sa.create_engine(
                url,
                connect_args={"check_same_thread": False, "timeout": lock_timeout_ms / 1000},
                pool_size=pool_size,
                max_overflow=BACKGROUND_CONNECTIONS - 1,
            )
            _prepare_sqlite(self.engine)
        else:
            options = f"-c statement_timeout={statement_timeout_ms} -c lock_timeout={lock_timeout_ms} -c timezone=UTC"
            self.engine = sa.create_engine(
                url,
                connect_args={"options": options, **_CONNECTING},
                pool_size=pool_size,
                max_overflow=BACKGROUND_CONNECTIONS - 1,
                pool_timeout=_POOL_SECONDS,
                pool_pre_ping=pre_ping,
            )
            event.listen(self.engine, "connect", lambda connection, _record: self._open.add(connection))
        self._reading = self.engine.execution_options(**{_READ_ONLY: True})

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The database that these settings name, with their pool and timeouts."""
        return cls(
            settings.effective_database_url,
            pool_size=settings.pool_size,
            statement_timeout_ms=settings.statement_timeout_ms,
            lock_timeout_ms=settings.lock_timeout_ms,
        )

    @classmethod
    def replica_of(cls, settings: Settings) -> Self | None:
        """The read replica that these settings name; None without one. Nobody waits there as long as for the primary.

        A connection that broke fails its first statement instead of being made anew: the primary answers sooner than a frozen server.
        """
        if not settings.database_replica_url:
            return None
        timeout = min(settings.statement_timeout_ms, _REPLICA_STATEMENT_MS)
        return cls(
            settings.effective_replica_url, pool_size=settings.pool_size, statement_timeout_ms=timeout, pre_ping=False
        )

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def write_session(self) -> Session:
        """A session that may write; the caller commits."""
        return Session(self.engine, expire_on_commit=False)

    def read_session(self) -> Session:
        """A session for reading; nothing it holds is ever committed."""
        return Session(self._reading, expire_on_commit=False, autoflush=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A block that reads."""
        with self.read_session() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A block whose end commits and whose error rolls back: for workers, the command line and seeds."""
        with self.write_session() as session, session.begin():
            yield session

    @contextmanager
    def turn(self, name: str) -> Iterator[Turn]:
        """Hold the turn called `name` for the block; yields a false one at once where another process, or another thread, holds it.

        It ends with the process that holds it, however that ends. On SQLite it is a lock on a file beside the database. Whoever holds
        it for long asks `is_held` before each step: on PostgreSQL it ends with its connection as well.
        """
        if self.is_sqlite:
            with _file_turn(Path(f"{self.engine.url.database}.{name}.lock")) as turn:
                yield turn
            return
        key = int.from_bytes(hashlib.sha256(f"techmarket {name}".encode()).digest()[:8], "big", signed=True)
        # A connection of its own: a turn lasts longer than any statement, and dies with the connection.
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for setting in _KEEPALIVE:
                connection.exec_driver_sql(setting)
            held = bool(connection.scalar(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
            if not held:
                yield Turn(None)
                return
            backend = _backend_of(connection)
            try:
                yield Turn(lambda: backend is not None and _backend_of(connection) == backend)
            finally:
                _give_back(connection, key)

    def ping(self) -> None:
        """Ask the database for a sign of life; raises what the driver raises."""
        with self._reading.connect() as connection:
            connection.execute(sa.select(1))

    def max_connections(self) -> int | None:
        """How many connections the server grants to everybody together; None where the database is a file."""
        if self.is_sqlite:
            return None
        with self._reading.connect() as connection:
            return int(connection.exec_driver_sql("SHOW max_connections").scalar_one())

    async def connect_beside_pool(self) -> psycopg.AsyncConnection:
        """A PostgreSQL connection of the caller's own, in autocommit, for whoever must know whether the server answers."""
        _, options = self.engine.dialect.create_connect_args(self.engine.url)
        del options["context"]  # SQLAlchemy's own reading of values
        return await psycopg.AsyncConnection.connect(make_conninfo(**options, **_CONNECTING), autocommit=True)

    def cut_off(self) -> None:
        """Break every connection of the pool: whoever waits on one for an answer that does not come gets an error at once."""
        for connection in tuple(self._open):
            cut(connection)

    def dispose(self) -> None:
        self.engine.dispose()


def cut(connection: psycopg.Connection | psycopg.AsyncConnection) -> None:
    """Break the connection under whoever waits on it; to them it is as if the server had hung up."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as shared:
        shared.shutdown(socket.SHUT_RDWR)


BACKGROUND_CONNECTIONS = 7
"""Beside the request handlers: the relay, pairing, reading, embedding, the daily duties and their turns, which are not all at work at once; and, beside the pool, whoever watches the server."""
_POOL_SECONDS = 1.5
_REPLICA_STATEMENT_MS = 5_000
# A machine that vanished without a word is noticed by the system after some six seconds instead of two hours.
_CONNECTING: dict[str, Any] = {
    "connect_timeout": 2,
    "keepalives_idle": 2,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 6_000,
}
# So that the server lets go of a turn within half a minute when the machine that holds it has vanished without a word.
_KEEPALIVE = ("SET tcp_keepalives_idle = 10", "SET tcp_keepalives_interval = 5", "SET tcp_keepalives_count = 3")


@contextmanager
def _file_turn(path: Path) -> Iterator[Turn]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield Turn(None)
            return
        # Somebody may have deleted the file between opening and locking, or may do so later: the lock is then on nothing.
        turn = Turn(lambda: _is_same_file(path, file.fileno()))
        turn.is_held()
        yield turn


def _is_same_file(path: Path, opened: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(opened))
    except FileNotFoundError:
        return False


def _backend_of(connection: sa.Connection) -> int | None:
    """The server process behind the connection; None where it is broken. Another one than before would not hold the lock."""
    try:
        return int(connection.scalar(sa.text("SELECT pg_backend_pid()")) or 0)
    except sa.exc.SQLAlchemyError:
        return None


def _give_back(connection: sa.Connection, key: int) -> None:
    try:
        connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": key})
    except sa.exc.SQLAlchemyError:  # the connection is gone, and the turn with it
        connection.invalidate()


def _prepare_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "mmap_size=268435456",
            "cache_size=-65536",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        read_only = connection.get_execution_options().get(_READ_ONLY)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def get_row(session: Session, model: type[R], row_id: UUID, noun: str) -> R:
    """The row, or `NotFound` that names the Chinese noun."""
    row = session.get(model, row_id)
    if row is None:
        raise NotFound("not_found", f"没有找到这条{noun},可能已被撤下或链接有误。")
    return row


def lock_row(session: Session, model: type[R], row_id: UUID, noun: str, *, expected_version: int | None = None) -> R:
    """The row, locked for this transaction and read afresh; a lock alone would keep the values the session already held.

    Raises `NotFound`, or `StaleVersion` where `expected_version` (from If-Match) is not the current one.
    """
    # FOR NO KEY UPDATE: rows that only refer to this one may come in meanwhile, so that nobody waits in a circle with them.
    statement = select(model).where(col(model.id) == row_id).with_for_update(key_share=True)
    row = session.exec(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("not_found", f"没有找到这条{noun},可能已被撤下或链接有误。")
    if expected_version is not None and isinstance(row, VersionedRow) and row.version != expected_version:
        raise StaleVersion
    return row


def all_tables() -> sa.MetaData:
    """The metadata of every table that has been imported."""
    return SQLModel.metadata
