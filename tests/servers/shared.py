"""The servers of a test run: started by the first test that asks, shared by all test processes, ended with the run.

The process that began the run announces itself with `begin()`; its test processes inherit the announcement through the environment.
A server that is already there may be named in TECHMARKET_TEST_SEARCH_URL and TECHMARKET_TEST_DATABASE_URL; it is then used and left alone.
"""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.servers.elasticsearch import Node
from tests.servers.keeper import kill_tree
from tests.servers.postgres import Postgres
from tests.servers.processes import ProcessKey, ServerFailed, ServerProcess

_RUN = "TECHMARKET_TEST_RUN"
_FILES = "TECHMARKET_TEST_FILES"
_MEMORY = Path("/dev/shm")  # noqa: S108  folders in it are named by user and process
_ROOM_BYTES = 6 * 2**30
_END_SECONDS = 10.0
_held: list[ServerProcess] = []  # so that their end is not mistaken for a forgotten process


def begin() -> None:
    """Announce this process as the owner of a run; its servers end when it does. What a run that crashed left on disk goes."""
    os.environ[_RUN] = str(ProcessKey.own())
    os.environ.setdefault(_FILES, str(_roomy_folder()))
    for folder in _all_runs().glob("*"):
        if not ProcessKey.parse(folder.name).is_alive:
            shutil.rmtree(folder, ignore_errors=True)


def end() -> None:
    """End the run's servers, at once: nobody needs what they hold."""
    folder = _folder(_owner())
    for file in folder.glob("*.json"):
        entry = json.loads(file.read_text(encoding="utf-8"))
        if "failed" in entry:
            continue
        server, keeper = ProcessKey.parse(entry["server"]), ProcessKey.parse(entry["keeper"])
        if server.is_alive:
            kill_tree(server.pid)
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(keeper.pid).wait(_END_SECONDS)
    for process in _held:
        process.take_note(_END_SECONDS)
    _held.clear()
    shutil.rmtree(folder, ignore_errors=True)


def files() -> Path:
    """Where the run's files stand, its servers' data among them. TECHMARKET_TEST_FILES names another place."""
    return Path(os.environ[_FILES])


def run_folder() -> Path:
    """A folder that goes with the run."""
    folder = _folder(_owner())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _roomy_folder() -> Path:
    """In memory where there is plenty of it, else where temporary files usually stand.

    Everything that is committed waits for the disk, in thousands of tests. A killed process loses no more here than there: only a machine
    that goes down would, and no test lets it.
    """
    with contextlib.suppress(OSError):
        room = min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available)
        if room > _ROOM_BYTES and os.access(_MEMORY, os.W_OK):
            return _MEMORY
    return Path(tempfile.gettempdir())


def elasticsearch_url() -> str:
    """The address of the run's Elasticsearch node. Raises `ServerFailed` and `jars.JarsMissing`."""
    return os.environ.get("TECHMARKET_TEST_SEARCH_URL") or _server("elasticsearch", _start_elasticsearch)


def postgres_url() -> str:
    """The URL of the maintenance database of the run's PostgreSQL server. Raises `ServerFailed`."""
    return os.environ.get("TECHMARKET_TEST_DATABASE_URL") or _server("postgres", _start_postgres)


def _start_elasticsearch(folder: Path, owner: ProcessKey) -> tuple[str, ServerProcess]:
    node = Node(folder, name="tests", short_lived=True, owner=owner, remove_home=True).start()
    return node.url, node.process


def _start_postgres(folder: Path, owner: ProcessKey) -> tuple[str, ServerProcess]:
    server = Postgres(folder, owner=owner, remove_folder=True).start()
    return server.url, server.process


def _server(name: str, start: Callable[[Path, ProcessKey], tuple[str, ServerProcess]]) -> str:
    owner = _owner()
    folder = run_folder()
    lease = folder / f"{name}.json"
    with _locked(folder / f"{name}.lock"):
        if not lease.exists():
            lease.write_text(json.dumps(_started(folder / name, owner, start)), encoding="utf-8")
        entry = json.loads(lease.read_text(encoding="utf-8"))
    if "failed" in entry:
        raise ServerFailed(entry["failed"])
    return str(entry["url"])


def _started(
    folder: Path, owner: ProcessKey, start: Callable[[Path, ProcessKey], tuple[str, ServerProcess]]
) -> dict[str, str]:
    """What the other processes need to know: the server, or why there is none, so that not each of them tries again."""
    try:
        url, process = start(folder, owner)
    except Exception as error:  # noqa: BLE001  handed on to every test that asks
        return {"failed": f"{type(error).__name__}: {error}"}
    _held.append(process)
    return {"url": url, "server": str(ProcessKey.of(process.pid)), "keeper": str(ProcessKey.of(process.keeper_pid))}


def _owner() -> ProcessKey:
    if _RUN not in os.environ or _FILES not in os.environ:
        begin()
    return ProcessKey.parse(os.environ[_RUN])


def _all_runs() -> Path:
    return files() / f"techmarket-servers-{os.getuid()}"


def _folder(owner: ProcessKey) -> Path:
    return _all_runs() / str(owner)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
